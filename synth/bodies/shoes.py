"""Shoes: uppers around the feet's outline; up close with soles, heels, welts and laces by their kind.

In: the bare body's surface and regions, and a kind with its colours. Out: surfaces in the rest pose. Far
levels of detail have the upper alone, its lowest centimetre in the colour of the sole, what is bare of a foot
in the skin's.
"""

from dataclasses import dataclass, replace

import numpy as np

from synth.bodies.detail import pick
from synth.bodies.footwear import Shoes
from synth.bodies.garments import split_color
from synth.bodies.regions import Regions
from synth.bodies.skeleton import SIDES, Skeleton
from synth.bodies.surface import (
    Surface,
    close_tube,
    cut,
    join,
    make_cord,
    make_surface,
    make_tube_faces,
    paint,
)

LACED = ("trainers", "leather", "boots")
HEELED = ("leather", "boots", "loafers")
_FAR_SOLE = 0.45  # of the sole, which has its colour far off
# From heel to toe, and there: how high the wall of the sole rises over the floor, metres.
_ALONG = (0.0, 0.25, 0.5, 0.75, 1.0)
_WALL_M = {
    "trainers": (0.034, 0.031, 0.026, 0.025, 0.032),
    "leather": (0.017, 0.017, 0.015, 0.010, 0.011),
    "boots": (0.026, 0.026, 0.023, 0.018, 0.020),
    "loafers": (0.017, 0.017, 0.015, 0.010, 0.011),
    "ballerinas": (0.011, 0.011, 0.010, 0.009, 0.010),
    "sandals": (0.020, 0.020, 0.019, 0.018, 0.018),
}
_WIDER_M = {"trainers": 0.003, "leather": 0.0035, "boots": 0.005, "loafers": 0.003}  # than the upper
# From where on the toe is rounded: the later, the blunter.
_TOE = {"trainers": 0.84, "leather": 0.76, "loafers": 0.78}
_BLUNT_TOE = 0.83
_FAR_TOE = 0.74
_TREAD_M = 0.006  # height of a trainer's outsole
_WAIST_M, _HEEL, _HEEL_END = 0.007, 0.26, 0.52  # how high a sole is arched, from the heel to there
_SPRING_M = 0.006  # by which the tip of the toe is off the floor
_LACES = (0.46, 0.67)  # where they are, from heel to toe
_LACE_M, _LACE_SPAN_RAD = 0.0021, 0.62  # half their width, and how far they go aside of the instep
# Of a bow, from its knot: a loop and a loose end on each side, aside, ahead and up, metres.
_LOOP_M = np.array(
    [
        (0, 0, 0),
        (0.014, 0.012, 0.005),
        (0.027, 0.012, -0.003),
        (0.032, 0.004, -0.007),
        (0.023, -0.004, -0.001),
        (0, 0, 0),
    ]
)
_END_M = np.array([(0, 0, 0), (0.009, 0.014, 0.002), (0.016, 0.024, -0.003), (0.021, 0.029, -0.008)])
_THROAT, _THROAT_M = (0.16, 0.72), 0.016  # of a ballerina's opening, and how far down it goes
_STRAPS = ((0.50, 0.60), (0.68, 0.80))  # of a sandal


@dataclass(frozen=True)
class _Last:
    """The form of one foot at R stations from heel to toe: (R,) each, metres, and its place on the floor."""

    origin: np.ndarray
    ahead: np.ndarray
    across: np.ndarray
    share: np.ndarray
    station: np.ndarray
    middle: np.ndarray
    half: np.ndarray
    top: np.ndarray

    def place(self, station: np.ndarray, aside: np.ndarray, height: np.ndarray) -> np.ndarray:
        """Positions (..., 3) of points so far ahead, aside and up."""
        level = self.origin + station[..., None] * self.ahead + aside[..., None] * self.across
        return np.concatenate([level, height[..., None]], axis=-1)

    def section(self, share: np.ndarray, angle: np.ndarray, low: np.ndarray) -> np.ndarray:
        """Positions (..., 3) on the upper, at angles from its left side over its top, down to `low`."""
        values = self.station, self.middle, self.half, self.top
        station, middle, half, top = (np.interp(share, self.share, value) for value in values)
        cos, sin = np.cos(angle), np.sin(angle)
        wide = np.sign(cos) * np.abs(cos) ** 0.7
        tall = np.where(sin > 0, np.abs(sin) ** 0.9, -1.0 * np.abs(sin) ** 0.35)
        height = np.where(tall > 0, 0.012 + tall * (top - 0.012), 0.012 + tall * (0.012 - low))
        return self.place(station, middle + half * wide, height)


def make_shoes(
    skin: Surface,
    regions: Regions,
    skeleton: Skeleton,
    shoes: Shoes,
    *,
    top_m: float,
    sole_m: float,
    level: int,
) -> tuple[Surface, np.ndarray]:
    """Shoes up to a height, and the level that they cover; their soles reach `sole_m` below the feet."""
    parts = []
    for side in SIDES:
        toe_from = _FAR_TOE if level else _TOE.get(shoes.kind, _BLUNT_TOE)
        last = _measure_last(skin, regions, skeleton, side, top_m, pick(level, 17, 9, 6), toe_from)
        if level:
            upper = _make_upper(last, np.full(len(last.share), -sole_m), pick(level, 18, 10, 8))
            height = upper.position_m[:, 2] + _FAR_SOLE * sole_m
            shown = _color_far(last, upper, shoes, skin.color[0])
            pair = [cut(paint(upper, shown), height), paint(cut(upper, -height), shoes.sole_color)]
        else:
            pair = _make_near(last, shoes, skin.color[0], sole_m)
        parts += [_follow(part, last, skeleton, side) for part in pair]
    covered = regions.shoes(top_m=-1.0 if shoes.kind == "sandals" and not level else top_m)
    return join(parts), covered


def _measure_last(
    skin: Surface, regions: Regions, skeleton: Skeleton, side: str, top_m: float, rings: int, toe_from: float
) -> _Last:
    """Measure a foot; its heel is round and so is its toe, from `toe_from` of the way on."""
    ankle, ball = skeleton.at(f"{side}_ankle"), skeleton.at(f"{side}_foot")
    ahead = (ball - ankle)[:2] / np.linalg.norm((ball - ankle)[:2])
    across = np.array([-ahead[1], ahead[0]])
    foot = (regions.z < top_m) & ((regions.y > 0) == (side == "left")) & (regions.arm < 0.1)
    flat = skin.position_m[foot][:, :2] - ankle[:2]
    u, v, z = flat @ ahead, flat @ across, skin.position_m[foot][:, 2]
    share = 0.5 - 0.5 * np.cos(np.linspace(0.03, 0.97, rings) * np.pi)
    low, high = float(u.min()) - 0.007, float(u.max()) + 0.012
    stations = low + share * (high - low)
    left, right, top = np.zeros(rings), np.zeros(rings), np.zeros(rings)
    for k, station in enumerate(stations):
        near = np.abs(u - station) < 0.13 * (high - low)
        left[k], right[k], top[k] = v[near].max(), v[near].min(), z[near].max()
    for values in (left, right, top):
        values[1:-1] = (values[:-2] + values[1:-1] + values[2:]) / 3
    top = np.minimum(top + 0.007, top_m + 0.004)
    toe = np.sqrt(np.clip(1.0 - np.clip((share - toe_from) / (1.002 - toe_from), 0.0, 1.0) ** 2, 0.02, 1.0))
    heel = np.sqrt(np.clip(1.0 - np.clip((0.16 - share) / 0.162, 0.0, 1.0) ** 2, 0.02, 1.0))
    half = ((left - right) / 2 + 0.004) * toe * heel
    top = np.maximum(top * toe**0.5, 0.018)
    return _Last(ankle[:2], ahead, across, share, stations, (left + right) / 2, half, top)


def _make_upper(last: _Last, low: np.ndarray, around: int) -> Surface:
    """Closed rings from heel to toe around the foot's outline, down to `low` (R,); the ankle rises out."""
    rings = len(last.share)
    angle = np.arange(around) * 2 * np.pi / around
    position = last.section(last.share[:, None] + 0.0 * angle, angle + 0.0 * low[:, None], low[:, None])
    position = position.reshape(-1, 3)
    return close_tube(position, rings, around)


def _make_near(last: _Last, shoes: Shoes, skin_color: np.ndarray, sole_m: float) -> list[Surface]:
    """One shoe as it is seen from close by: upper, sole, and what is on them; without weights."""
    kind = shoes.kind
    wall_m = np.interp(last.share, _ALONG, _WALL_M[kind]) - sole_m
    upper = paint(_make_upper(last, wall_m - 0.004, 18), shoes.color)
    if kind == "sandals":
        straps = [_cut_band(last, upper, low, high) for low, high in _STRAPS]
        return [*straps, *_make_sole(last, shoes, wall_m, sole_m)]
    if kind == "ballerinas":
        bare = _find_bare(kind, _measure_share(last, upper), _measure_depth(last, upper))
        upper = split_color(upper, bare, skin_color)
    if kind == "trainers":
        upper = split_color(
            upper, 0.16 - _measure_share(last, upper), 0.85 * shoes.color + 0.15 * shoes.trim_color
        )
    parts = [upper, *_make_sole(last, shoes, wall_m, sole_m)]
    if kind in LACED:
        parts += _make_laces(last, shoes, wall_m)
    return parts


def _find_bare(kind: str, along: np.ndarray, below_m: np.ndarray) -> np.ndarray:
    """A level that is positive where a foot is bare, so far from heel to toe and below the instep."""
    if kind == "sandals":
        return -np.max([np.minimum(along - low, high - along) for low, high in _STRAPS], axis=0)
    if kind == "ballerinas":
        throat = 0.25 * np.minimum(along - _THROAT[0], _THROAT[1] - along)
        return np.minimum(throat, _THROAT_M - below_m)
    return np.full(np.broadcast_shapes(along.shape, below_m.shape), -1.0)


def _color_far(last: _Last, upper: Surface, shoes: Shoes, skin_color: np.ndarray) -> np.ndarray:
    """Colours (V, 3) of a far upper: each ring has the mean of what is about it, between skin and leather."""
    number, along = np.arange(len(last.share)), _measure_share(last, upper)
    about = np.interp(along, last.share, number)[:, None] + np.linspace(-0.5, 0.5, 17)
    level = _find_bare(shoes.kind, np.interp(about, number, last.share), _measure_depth(last, upper)[:, None])
    return shoes.color + (level > 0.0).mean(axis=1)[:, None] * (skin_color - shoes.color)


def _measure_depth(last: _Last, surface: Surface) -> np.ndarray:
    """How far (V,) points are below the instep, metres."""
    return np.interp(_measure_share(last, surface), last.share, last.top) - surface.position_m[:, 2]


def _measure_share(last: _Last, surface: Surface) -> np.ndarray:
    """Where (V,) points are from heel to toe, 0 to 1."""
    station = (surface.position_m[:, :2] - last.origin) @ last.ahead
    return np.interp(station, last.station, last.share)


def _cut_band(last: _Last, upper: Surface, low: float, high: float) -> Surface:
    """The part of an upper between two places from heel to toe."""
    ahead = cut(upper, _measure_share(last, upper) - low)
    return cut(ahead, high - _measure_share(last, ahead))


def _make_sole(last: _Last, shoes: Shoes, wall_m: np.ndarray, sole_m: float) -> list[Surface]:
    """The sole, from the floor up its wall to the edge that it shares with the upper."""
    kind, share = shoes.kind, last.share
    bottom = np.full(len(share), -sole_m)
    if kind in HEELED:
        arch = np.clip((share - _HEEL) / 0.02, 0.0, 1.0) * np.clip((_HEEL_END - share) / 0.16, 0.0, 1.0)
        bottom += _WAIST_M * arch
    bottom += _SPRING_M * np.clip((share - 0.8) / 0.2, 0.0, 1.0) ** 2
    wider = _WIDER_M.get(kind, 0.0015)
    tread = np.minimum(bottom + _TREAD_M, wall_m - 0.002) if kind == "trainers" else wall_m - 0.0025
    # Each from its lower edge to its upper one: how far out, how high.
    edge = wider + 0.0004
    layers = [
        [(wider - 0.004, bottom), (wider, bottom + 0.0015), (wider, tread)],
        [(edge, tread), (edge, wall_m - 0.0012), (wider - 0.0012, wall_m), (-0.008, wall_m)],
    ]
    if kind == "trainers":
        colors = [shoes.trim_color, shoes.sole_color]
    else:
        colors = [shoes.sole_color, 0.5 * (shoes.sole_color + shoes.trim_color)]
    parts = [paint(_make_wall(last, layer), color) for layer, color in zip(layers, colors, strict=True)]
    lids = [paint(_make_lid(last, wider - 0.004, bottom, up=False), colors[0])]
    if kind == "sandals":
        lids.append(paint(_make_lid(last, -0.004, wall_m, up=True), 0.8 * shoes.color))
    return [*parts, *lids]


def _outline(last: _Last, out_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Ahead and aside (2 R,) of the foot's outline, left side to the toe and right side back, farther out."""
    ahead = np.concatenate([last.station, last.station[::-1]])
    aside = np.concatenate([last.middle + last.half, (last.middle - last.half)[::-1]])
    way = np.stack([np.roll(ahead, -1) - np.roll(ahead, 1), np.roll(aside, -1) - np.roll(aside, 1)])
    way /= np.maximum(np.linalg.norm(way, axis=0), 1e-9)
    return ahead - out_m * way[1], aside + out_m * way[0]


def _make_wall(last: _Last, layers: list[tuple[float, np.ndarray]]) -> Surface:
    """Strips around the foot between outlines (distance from it, height (R,)), lowest first."""
    rings = [
        last.place(*_outline(last, out_m), np.concatenate([height, height[::-1]])) for out_m, height in layers
    ]
    around = len(rings[0])
    faces = make_tube_faces(len(rings), around)
    return make_surface(np.concatenate(rings), faces, np.zeros((len(rings) * around, 1)), np.ones(3))


def _make_lid(last: _Last, out_m: float, height: np.ndarray, *, up: bool) -> Surface:
    """What closes a sole below or above."""
    position = last.place(*_outline(last, out_m), np.concatenate([height, height[::-1]]))
    count = len(last.share)
    left = np.arange(count - 1)
    right = 2 * count - 1 - left
    faces = np.concatenate([np.stack([left, left + 1, right], 1), np.stack([left + 1, right - 1, right], 1)])
    return make_surface(position, faces[:, ::-1] if up else faces, np.zeros((len(position), 1)), np.ones(3))


def _make_laces(last: _Last, shoes: Shoes, wall_m: np.ndarray) -> list[Surface]:
    """Laces across the instep, five times, and a bow."""
    over = np.pi / 2 + _LACE_SPAN_RAD * np.linspace(-1.0, 1.0, 5)
    low = np.full(5, float(wall_m.min()))
    lines = []
    for number, share in enumerate(np.linspace(*_LACES, 5)):
        slant = (0.02 if number % 2 else -0.02) * np.linspace(-1.0, 1.0, 5)
        lines.append(last.section(share + slant, over, low))
    knot = lines[0][len(over) // 2] + [0.0, 0.0, 0.003]
    way = np.append(last.ahead, 0.0)
    for sign in (1.0, -1.0):
        aside = np.append(sign * last.across, 0.0)
        lines += [knot + part @ np.stack([aside, way, [0.0, 0.0, 1.0]]) for part in (_LOOP_M, _END_M)]
    half_m = 1.4 * _LACE_M, _LACE_M
    cords = [make_cord(line + [0.0, 0.0, _LACE_M], [0.0, 0.0, 1.0], half_m) for line in lines]
    return [paint(cord, shoes.trim_color) for cord in cords]


def _follow(part: Surface, last: _Last, skeleton: Skeleton, side: str) -> Surface:
    """Let a part follow ankle and toes."""
    ball = float((skeleton.at(f"{side}_foot")[:2] - last.origin) @ last.ahead)
    along = (part.position_m[:, :2] - last.origin) @ last.ahead
    toes = np.clip((along - ball + 0.015) / 0.03, 0.0, 1.0)
    weights = np.zeros((part.vertex_count, len(skeleton.parents)))
    weights[:, skeleton.index[f"{side}_foot"]] = toes
    weights[:, skeleton.index[f"{side}_ankle"]] = 1.0 - toes
    return replace(part, weights=weights)
