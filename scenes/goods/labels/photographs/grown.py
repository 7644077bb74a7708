"""Skins of what grows: fruit, leaves, beans, flesh and fish."""

import numpy as np

from scenes.goods.labels.photographs.relief import Relief
from scenes.goods.labels.photographs.skins import bend, mix, plain, read_grain, spread


def creased(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A coffee bean: a crease along it."""
    own = relief.own
    off = own[:, 1] - 0.14 * np.sin(2.6 * own[:, 0])
    crease = np.exp(-((off / 0.13) ** 2)) * (own[:, 2] > 0)
    bend(relief, -3.0 * crease, 0.6)
    return mix(plain(relief, color), (24, 12, 8), 0.85 * crease)


def citrus(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A slice of an orange: peel, pith, wedges with their membranes."""
    own = relief.own
    radius, angle = np.hypot(own[:, 0], own[:, 1]), np.arctan2(own[:, 1], own[:, 0])
    wedge = np.abs(((angle * 10 / (2 * np.pi)) % 1) - 0.5) * 2  # 1 at a membrane
    membrane = np.clip((wedge - 0.84 + 0.08 / np.maximum(radius, 0.1) - 0.08) * 9, 0, 1)
    cells = read_grain(relief, 30, 1.0)
    flesh = spread(color) * (1.02 + 0.1 * cells[:, None] + 0.1 * (radius[:, None] - 0.5))
    bend(relief, cells, 0.18)
    pale = np.maximum(membrane, np.clip((radius - 0.84) * 16, 0, 1))
    skin = mix(flesh, (252, 240, 208), 0.85 * np.maximum(pale, radius < 0.07))
    peel = np.clip((radius - 0.925) * 40, 0, 1)[:, None]
    return skin + (spread(color) * np.float32(0.96) - skin) * peel


def peel(relief: Relief, color: np.ndarray) -> np.ndarray:
    """The dimpled skin of citrus fruit."""
    pores = read_grain(relief, 42, 1.0)
    bend(relief, pores, 0.16)
    return spread(color) * (1 + 0.03 * pores[:, None])


def streaked(relief: Relief, color: np.ndarray) -> np.ndarray:
    """An apple or a peach: a blush in streaks from the stalk down."""
    own = relief.own
    angle = np.arctan2(own[:, 2], own[:, 0])
    streak = np.sin(11 * angle) * 0.5 + np.sin(23 * angle + 2) * 0.3 + 0.4 * read_grain(relief, 9, 4.0)
    blush = np.clip(0.5 + 0.7 * own[:, 0] + 0.2 * streak, 0, 1)
    skin = mix(spread(color) * (1 + 0.05 * streak[:, None]), (196, 40, 36), 0.55 * blush)
    dip = np.exp(-(own[:, 0] ** 2 + (own[:, 1] + 0.96) ** 2) / 0.05)
    return mix(skin, (110, 92, 30), 0.8 * dip)


def stalked(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A tomato: taut skin, a green star where it hung."""
    own = relief.own
    x, y = own[:, 0] - 0.1, (own[:, 1] + 0.62) / 0.6
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    star = np.clip((0.17 + 0.2 * np.cos(2.5 * angle) ** 4 - radius) * 14, 0, 1)
    bend(relief, 3 * star, 0.5)
    skin = mix(
        np.broadcast_to(spread(color), relief.normal.shape),
        (120, 12, 8),
        0.5 * (radius < 0.5) * (0.5 - radius),
    )
    return mix(skin, (86, 142, 44), star * (own[:, 2] > 0))


def seeded(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A strawberry: pale seeds in dimples, lighter towards the top."""
    own = relief.own
    angle = np.arctan2(own[:, 1], own[:, 2]) * 3.2
    row = own[:, 0] * 6.5
    nearest = np.hypot(
        (row % 1) - 0.5,
        ((angle + 0.5 * (np.floor(row) % 2)) % 1 - 0.5) * np.sqrt(np.clip(1.05 - own[:, 0] ** 2, 0, None)),
    )
    seed = np.clip((0.2 - nearest) * 12, 0, 1)
    bend(relief, -2.5 * np.clip((0.34 - nearest) * 5, 0, 1), 0.5)
    skin = mix(spread(color), (246, 150, 110), np.clip(-own[:, 0] - 0.55, 0, 1) * 1.2)
    skin = mix(skin, (240, 206, 110), seed * 0.9)
    return mix(skin, (74, 136, 44), np.clip((-own[:, 0] - 0.84 - 0.06 * np.sin(9 * angle / 3.2)) * 30, 0, 1))


def drupelets(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A raspberry: round drupelets in rings."""
    own = relief.own
    angle = np.arctan2(own[:, 1], own[:, 2]) * 2.1
    row = own[:, 0] * 3.6
    near = np.hypot(row % 1 - 0.5, (angle + 0.5 * (np.floor(row) % 2)) % 1 - 0.5)
    dome = np.sqrt(np.clip(0.36 - near**2, 0.01, None))
    bend(relief, 9 * dome, 0.5)
    return spread(color) * np.clip(0.45 + 1.0 * dome, 0.4, 1.1)[:, None]


def bloom(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A blueberry: pale bloom wiped off in places, a dark crown."""
    own, wiped = relief.own, read_grain(relief, 14, 3.0)
    skin = mix(spread(color), (128, 146, 190), np.clip(0.34 + 0.22 * wiped, 0, 0.7))
    radius = np.hypot(own[:, 0], own[:, 1])
    crown = (own[:, 2] > 0) & (radius < 0.34)
    star = radius < 0.2 + 0.1 * np.cos(5 * np.arctan2(own[:, 1], own[:, 0]))
    return mix(mix(skin, (28, 26, 54), 0.75 * crown), (84, 92, 130), 0.5 * (crown & ~star))


def veined(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A leaf: midrib and side veins, each field a little vaulted."""
    own = relief.own
    along, off = own[:, 0], np.abs(own[:, 1])
    vein = np.abs(((along * 4.2 - off * 2.0) % 1) - 0.5) * 2
    side = np.clip((vein - 0.86) * 7, 0, 1) * (off < 0.95)
    rib = np.clip((0.045 - off) * 30, 0, 1)
    bend(relief, 1.6 * (1 - vein) - 2 * rib, 0.4)
    skin = spread(color) * (1 + 0.1 * read_grain(relief, 16)[:, None])
    return mix(skin, (206, 222, 150), 0.4 * side + 0.7 * rib)


def marbled(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Ham, salami, tuna: paler streaks of fat or muscle."""
    grain = read_grain(relief, 11, 3.0)
    fine = read_grain(relief, 34, 1.0)
    skin = mix(spread(color), (250, 224, 214), np.clip(0.35 * grain, 0, 0.5) + 0.2 * (fine > 1.4))
    rim = np.clip(np.hypot(relief.own[:, 0], relief.own[:, 1]) - 0.93, 0, 1) * 9
    return mix(skin, (250, 232, 220), rim)


def scaled(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A fish: dark back, silver belly, scales."""
    own = relief.own
    row = own[:, 0] * 15
    scale = np.hypot(row % 1 - 0.3, (own[:, 1] * 7 + 0.5 * (np.floor(row) % 2)) % 1 - 0.5)
    body = np.clip((own[:, 1] + 0.35) * 1.6, 0, 1)
    skin = mix(spread(color) * (0.94 + 0.14 * (scale < 0.5)[:, None]), (232, 236, 238), body)
    eye = np.hypot(own[:, 0] + 0.78, (own[:, 1] + 0.1) * 0.6)
    return mix(mix(skin, (236, 226, 170), eye < 0.055), (14, 14, 18), eye < 0.035)


def combed(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A honeycomb: six-sided cells, dark and glossy within."""
    x, y = relief.own[:, 0] * 4.0, relief.own[:, 1] * 4.6
    near = np.full(x.shape, 9.0, np.float32)
    for shift in (0.0, 0.5):
        near = np.minimum(near, np.hypot((x + shift) % 1 - 0.5, ((y * 0.58 + shift) % 1 - 0.5) / 0.58))
    wall = np.clip((near - 0.4) * 9, 0, 1)
    bend(relief, 6 * wall, 0.5)
    return mix(spread(color), (250, 206, 104), 0.8 * wall)


def dipped(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A green apple: pale specks, a hollow with its stalk."""
    own, specks = relief.own, read_grain(relief, 40, 1.0)
    skin = mix(spread(color), (226, 232, 160), 0.5 * (specks > 1.9))
    dip = np.exp(-((own[:, 0] ** 2) / 0.05 + (own[:, 1] + 0.86) ** 2 / 0.012))
    stalk = (np.abs(own[:, 0] - 0.06) < 0.05) & (own[:, 1] < -0.72)
    return mix(mix(skin, (96, 112, 30), 0.7 * dip), (92, 62, 30), stalk)
