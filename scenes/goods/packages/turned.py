"""Packs that are turned: cans, bottles, tubs, jars; caps."""

from dataclasses import replace

import numpy as np

from scenes.geometry import make_lathe, make_quads, merge_meshes
from scenes.goods.packages.atlas import PackLook, make_finish
from scenes.goods.packages.lofts import trace_curve
from scenes.world import Mesh

_TIN = (150, 152, 156)
_CLEAR = "water|tea|juice|lemonade|cola|soda|oil|wine|syrup|vinegar|beer|drink"
_GLASS = "oil|wine|vinegar|syrup|beer"
_SOAP = "shampoo|shower|soap|lotion|conditioner|detergent|cleaner"
_EMPTY = (204, 210, 211)  # what is behind clear walls over the liquid
NEAR_SEGMENTS, _NEAR_STEPS = 48, 4  # around, and for each stretch of a shoulder
_TUB_FOOT, _TUB_RIM = 0.8, 0.95  # radii between which a tub's wall widens, shares of its lid's


def count_segments(width_m: float, look: PackLook) -> int:
    """Return how many sides stand for a circle: large packs are seen to be round from further away."""
    return NEAR_SEGMENTS if look.near else 2 * int(np.clip(round(width_m * 100), 6, 8))


def find_label_band(package: str, width: float, height: float) -> tuple[float, float]:
    """Return from which level to which the label goes that is wrapped round a pack of this size.

    >>> find_label_band("can", 0.1, 0.1)
    (0.003, 0.094)
    """
    if package == "can":
        rim = min(0.003, 0.03 * height)
        if not _is_slim(width, height):
            return rim, height - 2 * rim
        return min(0.010, 0.09 * height), height - rim - min(0.014, 0.12 * height)
    if package == "tub":
        return 0.0, height - min(0.012, 0.14 * height)
    low, high = {"bottle": (0.16, 0.56), "jar": (0.14, 0.66)}[package]
    return low * height, high * height


def measure_girth(package: str, width: float) -> float:
    """Return how far it is round a pack's label, in the middle of its height."""
    return float(np.pi) * width * (0.5 * (_TUB_FOOT + _TUB_RIM) if package == "tub" else 1.0)


def _is_slim(width: float, height: float) -> bool:
    """Return whether a can is one of drinks, which necks in, and not of food, straight with a beaded rim."""
    return height > 1.6 * width


def make_can(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a can of metal with a label round it: slim ones neck in, for drinks; wide ones hold food."""
    n = count_segments(width, look)
    r = width / 2
    slim = _is_slim(width, height)
    rim = min(0.003, 0.03 * height)
    foot, shoulder = find_label_band("can", width, height)
    throat = r * (0.82 if slim else 0.975)
    tin = make_finish(look, "tin", color=_TIN)
    label = make_finish(look, "can" if slim else "gloss")
    parts = [
        make_lathe([(r * (0.74 if slim else 0.985), 0.0), (r, foot)], tin, segments=n),
        make_lathe([(r, foot), (r, shoulder)], label, segments=n),
        make_lathe([(r, shoulder), (throat, height - rim), (throat * 1.02, height)], tin, segments=n),
        make_lathe(
            [(throat * 1.02, height), (throat * 0.9, height - 1.3 * rim), (0.0, height - 1.3 * rim)],
            tin,
            segments=n,
        ),
        _make_ring_pull(throat * 0.9, height - 0.7 * rim, look),
    ]
    return merge_meshes(parts)


def _make_ring_pull(lid_r: float, level: float, look: PackLook) -> Mesh:
    """Make the ring pull that lies on a lid: a tab with a hole in it."""
    dark = make_finish(look, "tin", color=(60, 62, 66))
    light = make_finish(look, "tin", color=(188, 190, 194))
    x, y0, y1 = 0.26 * lid_r, -0.08 * lid_r, 0.72 * lid_r
    tab = np.array([[-x, y0, level], [x, y0, level], [0.8 * x, y1, level], [-0.8 * x, y1, level]])
    hole = tab * [0.55, 0.55, 1.0] + [0.0, 0.3 * lid_r, 0.0002]
    return merge_meshes([make_quads(tab[None], light), make_quads(hole[None], dark)])


def make_bottle(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a bottle: of clear plastic or glass with a level of liquid, or of opaque plastic for soaps."""
    n, r = NEAR_SEGMENTS if look.near else 12, width / 2
    cap_n = n if look.near else 8
    clear = look.is_any(_CLEAR) and not look.is_any(_SOAP)
    glass = clear and look.is_any(_GLASS)
    material = "glass" if glass else "clear bottle" if clear else "bottle"
    wall = make_finish(look, material, color=look.body)
    low, high = find_label_band("bottle", width, height)
    level = height * (0.79 if glass else 0.8)
    cap_h = height * 0.1 if glass else min(0.024, height * 0.1)
    neck_r = max(0.010, r * (0.3 if glass else 0.34))
    if look.is_any(_SOAP):
        neck_r, cap_h = r * 0.42, height * 0.12
    shoulder = _list_shoulder(r, neck_r, high, height - cap_h, glass=glass)
    if look.near:
        shoulder = _round_off(shoulder)
    if clear:
        below, above = _cut(shoulder, level)
        top = make_finish(look, material, color=_mix(look.body, _EMPTY, 0.72))
        shoulders = [make_lathe(below, wall, segments=n), make_lathe(above, top, segments=n)]
    else:
        shoulders = [make_lathe(shoulder, wall, segments=n)]
    parts = [
        make_lathe([(r * 0.84, 0.0), (r, height * 0.035), (r * 0.985, low)], wall, segments=n),
        make_lathe([(r, low), (r, high)], make_finish(look, "paper"), segments=n),
        *shoulders,
        *make_cap(min(neck_r * 1.18, r), height - cap_h, height, look, segments=cap_n, ribbed=not glass),
    ]
    return merge_meshes(parts)


def _list_shoulder(
    r: float, neck_r: float, low: float, high: float, *, glass: bool
) -> list[tuple[float, float]]:
    """List the (radius, height) points from a label up to a neck."""
    tall = high - low
    if glass:  # straight up, a short round shoulder, a long neck
        shares = [(0.985, 0.0), (0.985, 0.24), (0.72, 0.44), (0.0, 0.66), (0.0, 1.0)]
    else:
        shares = [(0.985, 0.0), (0.97, 0.3), (0.72, 0.58), (0.2, 0.84), (0.0, 1.0)]
    return [(neck_r + (r - neck_r) * wide, low + tall * up) for wide, up in shares]


def _round_off(profile: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Draw a curve through the points of a profile that is upright at both ends."""
    point, last = np.array(profile), len(profile) - 1
    step = np.array([0.0, np.ptp(point[:, 1]) / last])
    held = np.concatenate([point[:1] - step, point, point[-1:] + step])
    traced = trace_curve(held, np.linspace(0, last, _NEAR_STEPS * last + 1))
    radius = np.clip(traced[:, 0], point[:, 0].min(), point[:, 0].max())
    return list(zip(radius.tolist(), traced[:, 1].tolist(), strict=True))


def _cut(
    profile: list[tuple[float, float]], level: float
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Part a profile where it passes a level."""
    radius, height = np.array(profile).T
    at = (float(np.interp(level, height, radius)), level)
    return [p for p in profile if p[1] < level] + [at], [at] + [p for p in profile if p[1] > level]


def _mix(a: tuple[int, int, int], b: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = (round(x + share * (y - x)) for x, y in zip(a, b, strict=True))
    return red, green, blue


def make_cap(
    radius: float,
    low: float,
    high: float,
    look: PackLook,
    *,
    segments: int,
    ribbed: bool = False,
    material: str = "plastic",
) -> list[Mesh]:
    """Make the wall and the flat top of a cap or lid, in the accent colour.

    A ribbed wall catches the light in as many stripes as it has segments.
    """
    plastic = make_finish(look, material, color=look.accent)
    wall = make_lathe([(radius, low), (radius, high)], plastic, segments=segments)
    if ribbed:
        turn = np.array([0.5, -0.5] * (segments // 2) + [0.5])
        cos, sin = np.tile(np.cos(turn), 2), np.tile(np.sin(turn), 2)
        x, y, z = wall.normal.T
        normal = np.stack([cos * x - sin * y, sin * x + cos * y, z], axis=1)
        wall = replace(wall, normal=normal.astype(np.float32))
    return [wall, make_lathe([(radius, high), (0.0, high)], plastic, segments=segments)]


def make_tub(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a tub that widens towards its lid, printed all round."""
    n = count_segments(width, look)
    r, (low, high) = width / 2, find_label_band("tub", width, height)
    lid = height - high
    plastic = make_finish(look, "plastic", color=look.accent)
    parts = [
        make_lathe([(r * _TUB_FOOT, low), (r * _TUB_RIM, high)], make_finish(look, "gloss"), segments=n),
        make_lathe([(r * _TUB_RIM, high), (r, high)], plastic, segments=n),
        make_lathe([(r, high), (r, height - 0.2 * lid), (0.97 * r, height)], plastic, segments=n),
        # The lid lies a little lower than its rim.
        make_lathe(
            [(0.97 * r, height), (0.9 * r, height - 0.25 * lid), (0.0, height - 0.25 * lid)],
            plastic,
            segments=n,
        ),
    ]
    return merge_meshes(parts)


def _choose_lid(look: PackLook) -> tuple[int, int, int]:
    """Return the colour of a jar's lid: golden or white tin, or printed in the flavour's colour."""
    if look.is_any("jam|honey|olive|marmalade|spread"):
        return 198, 162, 84
    return (232, 232, 228) if look.is_any("sauce|pickle|gherkin") else look.accent


def make_jar(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a glass jar with a label round it and a lid of metal."""
    n = NEAR_SEGMENTS if look.near else min(count_segments(width, look), 14)
    r, lid = width / 2, min(0.016, height * 0.14)
    glass = make_finish(look, "glass", color=look.body)
    rim = make_finish(look, "glass", color=_mix(look.body, _EMPTY, 0.5))
    label_low, label_high = find_label_band("jar", width, height)
    filled = 0.2 * label_high + 0.8 * (height - lid)
    parts = [
        make_lathe([(r * 0.9, 0.0), (r, height * 0.05), (r * 0.99, label_low)], glass, segments=n),
        make_lathe([(r, label_low), (r, label_high)], make_finish(look, "paper"), segments=n),
        make_lathe([(r * 0.99, label_high), (r * 0.97, filled)], glass, segments=n),
        make_lathe([(r * 0.97, filled), (r * 0.82, height - lid)], rim, segments=n),
        *make_cap(
            r * 0.88,
            height - lid,
            height,
            replace(look, accent=_choose_lid(look)),
            segments=n,
            material="can",
        ),
    ]
    return merge_meshes(parts)
