"""Skins of what is made: baked, fried, moulded, frozen, woven."""

import numpy as np

from scenes.goods.labels.photographs.relief import Relief
from scenes.goods.labels.photographs.skins import bend, mix, read_grain, ribbed, rough, spread


def crisp(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Fried: paler in the middle, browned at the rim and in spots."""
    own = relief.own
    rim = np.clip(np.hypot(own[:, 0], own[:, 1]) - 0.72, 0, 1) * 2.2
    grain = read_grain(relief, 20)
    bend(relief, grain, 0.22)
    spots = np.clip(grain - 1.1, 0, 1)
    return mix(spread(color) * (1 + 0.04 * grain[:, None]), (166, 92, 26), rim * 0.7 + 0.5 * spots)


def seasoned(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A chip of maize with red seasoning."""
    fine = read_grain(relief, 50, 1.0)
    return mix(crisp(relief, color), (178, 52, 18), 0.75 * (fine > 1.0))


def hollow(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A rod's end shows that it is a tube."""
    own = relief.own
    hole = (np.abs(own[:, 0]) > 0.97) & (np.hypot(own[:, 1], own[:, 2]) < 0.68)
    return mix(ribbed(relief, color), (96, 58, 16), 0.85 * hole)


def cookie(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Baked dough with lumps of chocolate."""
    skin, lumps = rough(relief, color), read_grain(relief, 13, 3.0)
    lump = np.clip((lumps - 0.75) * 5, 0, 1)
    bend(relief, 4 * lump, 0.5)
    rim = np.clip(np.hypot(relief.own[:, 0], relief.own[:, 1]) - 0.8, 0, 1) * 2
    return mix(mix(skin, (150, 84, 30), rim), (58, 30, 18), lump)


def cracker(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Pale dough with browned bubbles and pricked holes."""
    own, blister = relief.own, read_grain(relief, 15, 3.0)
    bend(relief, 2 * blister, 0.4)
    holes = np.cos(9.4 * own[:, 0]) * np.cos(9.4 * own[:, 1]) > 0.93
    rim = np.clip(np.maximum(np.abs(own[:, 0]), np.abs(own[:, 1])) - 0.82, 0, 1) * 3
    skin = mix(spread(color), (172, 96, 34), 0.3 * np.clip(blister, 0, 2) + rim)
    return mix(skin, (92, 50, 20), 0.8 * (holes & (np.abs(own[:, 0]) < 0.85)))


def holed(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Cheese with eyes in it."""
    grain = read_grain(relief, 9, 6.0)
    eye = np.clip((grain - 1.05) * 8, 0, 1)
    bend(relief, -5 * eye, 0.5)
    return spread(color) * (1 - 0.28 * eye[:, None] + 0.02 * read_grain(relief, 30)[:, None])


def airy(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A cut through bread: pores in the crumb, a brown crust."""
    own, pores = relief.own, read_grain(relief, 26, 1.6)
    pore = np.clip((pores - 0.9) * 2, 0, 1)
    bend(relief, -2 * pore, 0.4)
    edge = np.maximum(np.abs(own[:, 0]), np.abs(own[:, 1]))
    crust = np.clip((edge - 0.88) * 14, 0, 1)
    skin = spread(color) * (1 - 0.16 * pore[:, None])
    return mix(skin, (140, 78, 34), crust)


def banded(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A battery: a copper end on a dark barrel."""
    along = relief.own[:, 0]
    skin = mix(spread(color), (202, 122, 58), along > 0.42)
    return mix(skin, (196, 196, 200), np.abs(along) > 0.97)


def scooped(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Ice cream: torn, icy surface."""
    coarse, fine = read_grain(relief, 17, 3.0), read_grain(relief, 40, 1.0)
    bend(relief, 2.5 * coarse + 0.7 * fine, 0.4)
    return spread(color) * (1 + 0.05 * coarse[:, None])


def stamped(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A bar of soap: an oval line pressed into it, a wave within."""
    own = relief.own
    radius = np.hypot(own[:, 0], own[:, 1])
    line = np.exp(-(((radius - 0.66) / 0.035) ** 2))
    wave = np.exp(-(((own[:, 1] - 0.16 * np.sin(6 * own[:, 0])) / 0.06) ** 2)) * (radius < 0.45)
    bend(relief, -3 * (line + wave), 0.5)
    return spread(color) * (1 - 0.06 * (line + wave)[:, None])


def shaving(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A razor: ribbed handle, steel blades in a coloured head."""
    s, t = relief.own[:, 0], relief.own[:, 1]
    head = np.abs(s - 0.8) < 0.17
    blade = head & (np.abs(t) < 0.64) & (np.abs(((s - 0.64) * 11) % 1 - 0.5) < 0.28)
    grip = (np.abs(t) < 0.07) & (np.abs(s + 0.35) < 0.4)
    return mix(mix(spread(color), (244, 246, 248), 0.85 * grip), (206, 212, 220), blade)


def on_a_stick(relief: Relief, color: np.ndarray) -> np.ndarray:
    """An ice lolly: two grooves, frost, a wooden stick."""
    s, t = relief.own[:, 0], relief.own[:, 1]
    body = s < 0.34
    groove = np.exp(-(((np.abs(t) - 0.36) / 0.09) ** 2)) * body * (np.abs(s + 0.3) < 0.5)
    rim = np.clip(np.maximum(np.abs(t) - 0.8, np.abs(s + 0.32) / 0.66 - 0.82) * 6, 0, 1) * body
    frost = read_grain(relief, 34, 1.0)
    bend(relief, (-4 * groove - 7 * rim + 0.5 * frost) * body, 0.5)
    return mix(spread(color) * (1 + 0.05 * frost[:, None]), (224, 188, 138), ~body)


def in_paper(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A muffin: risen top with lumps, pleated paper below."""
    s, t = relief.own[:, 0], relief.own[:, 1]
    paper = t > 0.12
    pleat = np.sin(26 * s / (1 - 0.2 * t)) * paper
    grain, lumps = read_grain(relief, 22), read_grain(relief, 12, 3.0)
    lump = np.clip((lumps - 0.9) * 5, 0, 1) * ~paper
    bend(relief, 2 * pleat + (1.2 * grain + 4 * lump) * ~paper, 0.5)
    brown = np.clip(0.6 + 0.9 * (t + 0.2), 0, 1) * ~paper
    skin = mix(spread(color) * (1 + 0.06 * grain[:, None]), (140, 80, 36), 0.35 * brown)
    skin = mix(skin, (60, 32, 20), lump)
    return mix(skin, (222, 200, 168), paper * (0.85 + 0.12 * pleat))


def moulded(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A piece of a chocolate bar: a raised field with bevelled edges."""
    own = relief.own
    edge = np.maximum(np.abs(own[:, 0]), np.abs(own[:, 1]))
    top = np.abs(own[:, 2]) > 0.9
    field = np.clip((0.78 - edge) * 9, 0, 1) * top
    split = np.clip((np.abs(own[:, 0]) - 0.06) * 9, 0, 1)
    bend(relief, 7 * field * split, 0.5)
    return spread(color) * (1 + 0.06 * (field * split)[:, None])


def swirled(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A chocolate coating with waves in it."""
    own = relief.own
    wave = np.sin(11 * np.hypot(own[:, 0], own[:, 1]) + 2 * read_grain(relief, 7, 6.0))
    bend(relief, 2 * wave, 0.5)
    return spread(color) * (1 + 0.06 * wave[:, None])


def padded(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A plaster: pricked strip, a raised pad in its middle."""
    s, t = relief.own[:, 0], relief.own[:, 1]
    prick = np.cos(40 * s) * np.cos(13 * t) > 0.8
    pad = np.clip((0.34 - np.abs(s)) * 14, 0, 1) * np.clip((0.8 - np.abs(t)) * 9, 0, 1)
    bend(relief, 4 * pad, 0.5)
    skin = spread(color) * (1 - 0.14 * (prick & (np.abs(s) > 0.4) & (np.abs(s) < 0.9)))[:, None]
    return mix(skin, (250, 236, 216), 0.4 * pad)


def woven(relief: Relief, color: np.ndarray) -> np.ndarray:
    """A folded towel: loops of yarn, a woven border."""
    own, loops = relief.own, read_grain(relief, 60, 1.0)
    bend(relief, 0.8 * loops, 0.4)
    border = np.abs(np.abs(own[:, 0]) - 0.72) < 0.07
    return spread(color) * (1 + 0.05 * loops - 0.14 * border)[:, None]
