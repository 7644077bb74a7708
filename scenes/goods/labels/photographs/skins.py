"""What pieces look like on their surface: colour and grain upon their own coordinates.

In: a relief and each piece's colour. Out: (N, 3, P, P) sRGB 0 to 1; normals are bent in place where a skin
has a relief of its own.
"""

from collections.abc import Callable

import numpy as np

from scenes.goods.labels.photographs.relief import Relief, take_grain
from scenes.goods.labels.photographs.stage import make_grain

Skin = Callable[[Relief, np.ndarray], np.ndarray]


def _spread(color: np.ndarray) -> np.ndarray:
    return color[:, :, None, None].astype(np.float32)


def _mix(a: np.ndarray, b: tuple[int, int, int], share: np.ndarray) -> np.ndarray:
    other = np.array(b, np.float32)[None, :, None, None] / 255
    return a + (other - a) * np.clip(share, 0, 1)[:, None]


def _bend(relief: Relief, height: np.ndarray, strength: float) -> None:
    """Turn the normals as a relief of this height would."""
    down, across = np.gradient(height, axis=(1, 2))
    relief.normal[:, 0] -= strength * across
    relief.normal[:, 1] -= strength * down
    relief.normal /= np.maximum(np.sqrt((relief.normal**2).sum(1, keepdims=True)), 1e-6)


def _grain(relief: Relief, scale: float, softness: float = 2.0) -> np.ndarray:
    own = relief.own
    return take_grain(make_grain(softness), own[:, 0] + 0.37 * own[:, 2], own[:, 1] + 0.61 * own[:, 2], scale)


def plain(relief: Relief, color: np.ndarray) -> np.ndarray:
    """One colour, with a little grain."""
    return _spread(color) * (1 + 0.05 * _grain(relief, 18)[:, None])


def smooth(relief: Relief, color: np.ndarray) -> np.ndarray:
    """One colour, nothing else."""
    return np.broadcast_to(_spread(color), relief.normal.shape)


def rough(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Baked or grown: bumps, darker in the hollows."""
    grain = _grain(relief, 26)
    _bend(relief, grain, 0.2)
    return _spread(color) * (1 + 0.07 * grain[:, None])


def crumbly(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Breaded, or kibble: coarse bumps and specks of lighter and darker crumb."""
    coarse, fine = _grain(relief, 15), _grain(relief, 44, 1.0)
    _bend(relief, coarse + 0.6 * fine, 0.5)
    skin = _spread(color) * (1 + 0.12 * coarse[:, None])
    return _mix(skin, (246, 220, 160), 0.3 * (fine > 1.3))


def crisp(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Fried: paler in the middle, browned at the rim and in spots."""
    own = relief.own
    rim = np.clip(np.hypot(own[:, 0], own[:, 1]) - 0.72, 0, 1) * 2.2
    grain = _grain(relief, 20)
    _bend(relief, grain, 0.22)
    spots = np.clip(grain - 1.1, 0, 1)
    return _mix(_spread(color) * (1 + 0.04 * grain[:, None]), (166, 92, 26), rim * 0.7 + 0.5 * spots)


def seasoned(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A chip of maize with red seasoning."""
    fine = _grain(relief, 50, 1.0)
    return _mix(crisp(relief, color), (178, 52, 18), 0.75 * (fine > 1.0))


def creased(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A coffee bean: a crease along it."""
    own = relief.own
    off = own[:, 1] - 0.14 * np.sin(2.6 * own[:, 0])
    crease = np.exp(-((off / 0.13) ** 2)) * (own[:, 2] > 0)
    _bend(relief, -3.0 * crease, 0.6)
    return _mix(plain(relief, color), (24, 12, 8), 0.85 * crease)


def ribbed(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Lengthwise furrows: almonds, walnuts, penne."""
    angle = np.arctan2(relief.own[:, 1], relief.own[:, 2])
    wave = np.sin(17 * angle + 1.2 * relief.own[:, 0])
    _bend(relief, wave, 0.2)
    return _spread(color) * (1 + 0.07 * wave[:, None] + 0.05 * _grain(relief, 20)[:, None])


def ringed(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Furrows across: prawns, crinkle-cut chips, spirals of pasta."""
    wave = np.sin(15 * relief.own[:, 0] + 2.4 * np.arctan2(relief.own[:, 1], relief.own[:, 2]))
    _bend(relief, 2.2 * wave, 0.45)
    return _spread(color) * (1 + 0.13 * wave[:, None])


def hollow(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A rod's end shows that it is a tube."""
    own = relief.own
    hole = (np.abs(own[:, 0]) > 0.97) & (np.hypot(own[:, 1], own[:, 2]) < 0.68)
    return _mix(ribbed(relief, color), (96, 58, 16), 0.85 * hole)


def cookie(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Baked dough with lumps of chocolate."""
    skin, lumps = rough(relief, color), _grain(relief, 13, 3.0)
    lump = np.clip((lumps - 0.75) * 5, 0, 1)
    _bend(relief, 4 * lump, 0.5)
    rim = np.clip(np.hypot(relief.own[:, 0], relief.own[:, 1]) - 0.8, 0, 1) * 2
    return _mix(_mix(skin, (150, 84, 30), rim), (58, 30, 18), lump)


def cracker(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Pale dough with browned bubbles and pricked holes."""
    own, blister = relief.own, _grain(relief, 15, 3.0)
    _bend(relief, 2 * blister, 0.4)
    holes = np.cos(9.4 * own[:, 0]) * np.cos(9.4 * own[:, 1]) > 0.93
    rim = np.clip(np.maximum(np.abs(own[:, 0]), np.abs(own[:, 1])) - 0.82, 0, 1) * 3
    skin = _mix(_spread(color), (172, 96, 34), 0.3 * np.clip(blister, 0, 2) + rim)
    return _mix(skin, (92, 50, 20), 0.8 * (holes & (np.abs(own[:, 0]) < 0.85)))


def citrus(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A slice of an orange: peel, pith, wedges with their membranes."""
    own = relief.own
    radius, angle = np.hypot(own[:, 0], own[:, 1]), np.arctan2(own[:, 1], own[:, 0])
    wedge = np.abs(((angle * 10 / (2 * np.pi)) % 1) - 0.5) * 2  # 1 at a membrane
    membrane = np.clip((wedge - 0.84 + 0.08 / np.maximum(radius, 0.1) - 0.08) * 9, 0, 1)
    cells = _grain(relief, 30, 1.0)
    flesh = _spread(color) * (1.02 + 0.1 * cells[:, None] + 0.1 * (radius[:, None] - 0.5))
    _bend(relief, cells, 0.18)
    pale = np.maximum(membrane, np.clip((radius - 0.84) * 16, 0, 1))
    skin = _mix(flesh, (252, 240, 208), 0.85 * np.maximum(pale, radius < 0.07))
    peel = np.clip((radius - 0.925) * 40, 0, 1)[:, None]
    return skin + (_spread(color) * np.float32(0.96) - skin) * peel


def peel(relief: Relief, color: np.ndarray) -> np.ndarray:
    """The dimpled skin of citrus fruit."""
    pores = _grain(relief, 42, 1.0)
    _bend(relief, pores, 0.16)
    return _spread(color) * (1 + 0.03 * pores[:, None])


def streaked(relief: Relief, color: np.ndarray) -> np.ndarray:
    """An apple or a peach: a blush in streaks from the stalk down."""
    own = relief.own
    angle = np.arctan2(own[:, 2], own[:, 0])
    streak = np.sin(11 * angle) * 0.5 + np.sin(23 * angle + 2) * 0.3 + 0.4 * _grain(relief, 9, 4.0)
    blush = np.clip(0.5 + 0.7 * own[:, 0] + 0.2 * streak, 0, 1)
    skin = _mix(_spread(color) * (1 + 0.05 * streak[:, None]), (196, 40, 36), 0.55 * blush)
    dip = np.exp(-(own[:, 0] ** 2 + (own[:, 1] + 0.96) ** 2) / 0.05)
    return _mix(skin, (110, 92, 30), 0.8 * dip)


def stalked(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A tomato: taut skin, a green star where it hung."""
    own = relief.own
    x, y = own[:, 0] - 0.1, (own[:, 1] + 0.62) / 0.6
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    star = np.clip((0.17 + 0.2 * np.cos(2.5 * angle) ** 4 - radius) * 14, 0, 1)
    _bend(relief, 3 * star, 0.5)
    skin = _mix(
        np.broadcast_to(_spread(color), relief.normal.shape),
        (120, 12, 8),
        0.5 * (radius < 0.5) * (0.5 - radius),
    )
    return _mix(skin, (86, 142, 44), star * (own[:, 2] > 0))


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
    _bend(relief, -2.5 * np.clip((0.34 - nearest) * 5, 0, 1), 0.5)
    skin = _mix(_spread(color), (246, 150, 110), np.clip(-own[:, 0] - 0.55, 0, 1) * 1.2)
    skin = _mix(skin, (240, 206, 110), seed * 0.9)
    return _mix(skin, (74, 136, 44), np.clip((-own[:, 0] - 0.84 - 0.06 * np.sin(9 * angle / 3.2)) * 30, 0, 1))


def drupelets(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A raspberry: round drupelets in rings."""
    own = relief.own
    angle = np.arctan2(own[:, 1], own[:, 2]) * 2.1
    row = own[:, 0] * 3.6
    near = np.hypot(row % 1 - 0.5, (angle + 0.5 * (np.floor(row) % 2)) % 1 - 0.5)
    dome = np.sqrt(np.clip(0.36 - near**2, 0.01, None))
    _bend(relief, 9 * dome, 0.5)
    return _spread(color) * np.clip(0.45 + 1.0 * dome, 0.4, 1.1)[:, None]


def bloom(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A blueberry: pale bloom wiped off in places, a dark crown."""
    own, wiped = relief.own, _grain(relief, 14, 3.0)
    skin = _mix(_spread(color), (128, 146, 190), np.clip(0.34 + 0.22 * wiped, 0, 0.7))
    radius = np.hypot(own[:, 0], own[:, 1])
    crown = (own[:, 2] > 0) & (radius < 0.34)
    star = radius < 0.2 + 0.1 * np.cos(5 * np.arctan2(own[:, 1], own[:, 0]))
    return _mix(_mix(skin, (28, 26, 54), 0.75 * crown), (84, 92, 130), 0.5 * (crown & ~star))


def veined(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A leaf: midrib and side veins, each field a little vaulted."""
    own = relief.own
    along, off = own[:, 0], np.abs(own[:, 1])
    vein = np.abs(((along * 4.2 - off * 2.0) % 1) - 0.5) * 2
    side = np.clip((vein - 0.86) * 7, 0, 1) * (off < 0.95)
    rib = np.clip((0.045 - off) * 30, 0, 1)
    _bend(relief, 1.6 * (1 - vein) - 2 * rib, 0.4)
    skin = _spread(color) * (1 + 0.1 * _grain(relief, 16)[:, None])
    return _mix(skin, (206, 222, 150), 0.4 * side + 0.7 * rib)


def marbled(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Ham, salami, tuna: paler streaks of fat or muscle."""
    grain = _grain(relief, 11, 3.0)
    fine = _grain(relief, 34, 1.0)
    skin = _mix(_spread(color), (250, 224, 214), np.clip(0.35 * grain, 0, 0.5) + 0.2 * (fine > 1.4))
    rim = np.clip(np.hypot(relief.own[:, 0], relief.own[:, 1]) - 0.93, 0, 1) * 9
    return _mix(skin, (250, 232, 220), rim)


def holed(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Cheese with eyes in it."""
    grain = _grain(relief, 9, 6.0)
    eye = np.clip((grain - 1.05) * 8, 0, 1)
    _bend(relief, -5 * eye, 0.5)
    return _spread(color) * (1 - 0.28 * eye[:, None] + 0.02 * _grain(relief, 30)[:, None])


def airy(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A cut through bread: pores in the crumb, a brown crust."""
    own, pores = relief.own, _grain(relief, 26, 1.6)
    pore = np.clip((pores - 0.9) * 2, 0, 1)
    _bend(relief, -2 * pore, 0.4)
    edge = np.maximum(np.abs(own[:, 0]), np.abs(own[:, 1]))
    crust = np.clip((edge - 0.88) * 14, 0, 1)
    skin = _spread(color) * (1 - 0.16 * pore[:, None])
    return _mix(skin, (140, 78, 34), crust)


def scaled(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A fish: dark back, silver belly, scales."""
    own = relief.own
    row = own[:, 0] * 15
    scale = np.hypot(row % 1 - 0.3, (own[:, 1] * 7 + 0.5 * (np.floor(row) % 2)) % 1 - 0.5)
    body = np.clip((own[:, 1] + 0.35) * 1.6, 0, 1)
    skin = _mix(_spread(color) * (0.94 + 0.14 * (scale < 0.5)[:, None]), (232, 236, 238), body)
    eye = np.hypot(own[:, 0] + 0.78, (own[:, 1] + 0.1) * 0.6)
    return _mix(_mix(skin, (236, 226, 170), eye < 0.055), (14, 14, 18), eye < 0.035)


def nested(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Glass-like jelly: deep in the middle, glowing where the light leaves it at the lower right."""
    glow = np.clip(0.3 + 0.45 * (relief.normal[:, 0] + relief.normal[:, 1]), 0, 1)
    return _spread(color) * (0.72 + 0.5 * glow[:, None]) + 0.16 * glow[:, None]


def banded(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A battery: a copper end on a dark barrel."""
    along = relief.own[:, 0]
    skin = _mix(_spread(color), (202, 122, 58), along > 0.42)
    return _mix(skin, (196, 196, 200), np.abs(along) > 0.97)


def scooped(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Ice cream: torn, icy surface."""
    coarse, fine = _grain(relief, 17, 3.0), _grain(relief, 40, 1.0)
    _bend(relief, 2.5 * coarse + 0.7 * fine, 0.4)
    return _spread(color) * (1 + 0.05 * coarse[:, None])


def combed(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A honeycomb: six-sided cells, dark and glossy within."""
    x, y = relief.own[:, 0] * 4.0, relief.own[:, 1] * 4.6
    near = np.full(x.shape, 9.0, np.float32)
    for shift in (0.0, 0.5):
        near = np.minimum(near, np.hypot((x + shift) % 1 - 0.5, ((y * 0.58 + shift) % 1 - 0.5) / 0.58))
    wall = np.clip((near - 0.4) * 9, 0, 1)
    _bend(relief, 6 * wall, 0.5)
    return _mix(_spread(color), (250, 206, 104), 0.8 * wall)


def stamped(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A bar of soap: an oval line pressed into it, a wave within."""
    own = relief.own
    radius = np.hypot(own[:, 0], own[:, 1])
    line = np.exp(-(((radius - 0.66) / 0.035) ** 2))
    wave = np.exp(-(((own[:, 1] - 0.16 * np.sin(6 * own[:, 0])) / 0.06) ** 2)) * (radius < 0.45)
    _bend(relief, -3 * (line + wave), 0.5)
    return _spread(color) * (1 - 0.06 * (line + wave)[:, None])


def shaving(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A razor: ribbed handle, steel blades in a coloured head."""
    s, t = relief.own[:, 0], relief.own[:, 1]
    head = np.abs(s - 0.8) < 0.17
    blade = head & (np.abs(t) < 0.64) & (np.abs(((s - 0.64) * 11) % 1 - 0.5) < 0.28)
    grip = (np.abs(t) < 0.07) & (np.abs(s + 0.35) < 0.4)
    return _mix(_mix(_spread(color), (244, 246, 248), 0.85 * grip), (206, 212, 220), blade)


def on_a_stick(relief: Relief, color: np.ndarray) -> np.ndarray:
    """An ice lolly: two grooves, frost, a wooden stick."""
    s, t = relief.own[:, 0], relief.own[:, 1]
    body = s < 0.34
    groove = np.exp(-(((np.abs(t) - 0.36) / 0.09) ** 2)) * body * (np.abs(s + 0.3) < 0.5)
    rim = np.clip(np.maximum(np.abs(t) - 0.8, np.abs(s + 0.32) / 0.66 - 0.82) * 6, 0, 1) * body
    frost = _grain(relief, 34, 1.0)
    _bend(relief, (-4 * groove - 7 * rim + 0.5 * frost) * body, 0.5)
    return _mix(_spread(color) * (1 + 0.05 * frost[:, None]), (224, 188, 138), ~body)


def in_paper(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A muffin: risen top with lumps, pleated paper below."""
    s, t = relief.own[:, 0], relief.own[:, 1]
    paper = t > 0.12
    pleat = np.sin(26 * s / (1 - 0.2 * t)) * paper
    grain, lumps = _grain(relief, 22), _grain(relief, 12, 3.0)
    lump = np.clip((lumps - 0.9) * 5, 0, 1) * ~paper
    _bend(relief, 2 * pleat + (1.2 * grain + 4 * lump) * ~paper, 0.5)
    brown = np.clip(0.6 + 0.9 * (t + 0.2), 0, 1) * ~paper
    skin = _mix(_spread(color) * (1 + 0.06 * grain[:, None]), (140, 80, 36), 0.35 * brown)
    skin = _mix(skin, (60, 32, 20), lump)
    return _mix(skin, (222, 200, 168), paper * (0.85 + 0.12 * pleat))


def dipped(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A green apple: pale specks, a hollow with its stalk."""
    own, specks = relief.own, _grain(relief, 40, 1.0)
    skin = _mix(_spread(color), (226, 232, 160), 0.5 * (specks > 1.9))
    dip = np.exp(-((own[:, 0] ** 2) / 0.05 + (own[:, 1] + 0.86) ** 2 / 0.012))
    stalk = (np.abs(own[:, 0] - 0.06) < 0.05) & (own[:, 1] < -0.72)
    return _mix(_mix(skin, (96, 112, 30), 0.7 * dip), (92, 62, 30), stalk)


def moulded(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A piece of a chocolate bar: a raised field with bevelled edges."""
    own = relief.own
    edge = np.maximum(np.abs(own[:, 0]), np.abs(own[:, 1]))
    top = np.abs(own[:, 2]) > 0.9
    field = np.clip((0.78 - edge) * 9, 0, 1) * top
    split = np.clip((np.abs(own[:, 0]) - 0.06) * 9, 0, 1)
    _bend(relief, 7 * field * split, 0.5)
    return _spread(color) * (1 + 0.06 * (field * split)[:, None])


def swirled(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A chocolate coating with waves in it."""
    own = relief.own
    wave = np.sin(11 * np.hypot(own[:, 0], own[:, 1]) + 2 * _grain(relief, 7, 6.0))
    _bend(relief, 2 * wave, 0.5)
    return _spread(color) * (1 + 0.06 * wave[:, None])


def padded(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A plaster: pricked strip, a raised pad in its middle."""
    s, t = relief.own[:, 0], relief.own[:, 1]
    prick = np.cos(40 * s) * np.cos(13 * t) > 0.8
    pad = np.clip((0.34 - np.abs(s)) * 14, 0, 1) * np.clip((0.8 - np.abs(t)) * 9, 0, 1)
    _bend(relief, 4 * pad, 0.5)
    skin = _spread(color) * (1 - 0.14 * (prick & (np.abs(s) > 0.4) & (np.abs(s) < 0.9)))[:, None]
    return _mix(skin, (250, 236, 216), 0.4 * pad)


def woven(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A folded towel: loops of yarn, a woven border."""
    own, loops = relief.own, _grain(relief, 60, 1.0)
    _bend(relief, 0.8 * loops, 0.4)
    border = np.abs(np.abs(own[:, 0]) - 0.72) < 0.07
    return _spread(color) * (1 + 0.05 * loops - 0.14 * border)[:, None]
