"""Loose fruit and vegetables: each kind by its own profile, with dimple, stalk and lobes.

In: a size and a `PackLook` whose `kind` names the fruit. Out: a `Mesh`; its texture is the skin. There are
two of each: one of few triangles, and one for cameras that come near, which has the same skin in the same
places. What grows on them comes from stalks.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from scenes.geometry import merge_meshes, stretch_mesh, transform_mesh
from scenes.goods.names import says
from scenes.goods.packages.atlas import PackLook, make_finish
from scenes.goods.packages.bunches import THICK, Finger, make_hand
from scenes.goods.packages.eyes import compute_eye_relief
from scenes.goods.packages.leaves import compute_relief
from scenes.goods.packages.lofts import make_circle, make_loft, trace_curve
from scenes.goods.packages.stalks import make_calyx, make_crown, make_stalk
from scenes.goods.skin_kinds import find_skin
from scenes.world import FORMS, Mesh

_MOST_FACES = 196  # of a far body
_NEAR_SEGMENTS, _NEAR_STEPS = 36, 3  # around, and for each of a far one's rows
_LEAFY_SEGMENTS, _LEAFY_STEPS = 72, 5  # of a head of leaves
_ROLL_RAD = np.radians(-120)  # so that the middle of a lying one's skin looks up and to the front
_WOOD, _GREEN, _STRAW, _STEM_COLOR = (84, 62, 40), (72, 104, 44), (150, 122, 78), (112, 96, 52)
_TURN_RAD = 2.4  # by which each form of what lies on its side is rolled further
_FURROW_RAD = 0.4  # by which one of its furrows is turned to the front
_CREASE = 0.03  # how wide the bottom of a furrow is
_ENDS = 0.07  # of a body's length, at either end, that is round
_LAID = 1.05  # width over height, at least, of what lies on its side
_LONG = 2.0  # width over depth, at least, of what lies along others
_MOST_FINGERS, _CLOSE_BY = 6, 1.5  # of a hand, and how many lie where one would have room, in two ranks
_STEM = 0.05  # of a hand's length, that its stem is longer than its fingers


@dataclass(frozen=True)
class Shape:
    """How a fruit is shaped.

    Attributes:
        profile: (radius, height) from its lower end to its stalk, shares of the widest and of the body.
        lobes: How many it has.
        depth: How deep the furrows between them are below, in the middle and above, share of the radius; of
            what has edges instead, how flat it is between them, below 0.
        stalk: Of the height, what a stalk adds above the body; 0 for none.
        stout: Radius of the stalk, share of the fruit's.
        stalk_color: sRGB.
        leaves: Points of the calyx around its stalk.
        spread: How far they reach down, share of the profile.
        lies: Whether it lies on its side where its box is so much longer than high that it would not stand.
        bend: How much it is curved, share of its length.
        sways: By how much it is bent to either side at most, where it is long, share of its depth.
        ruffle: How loose the leaves are that it is a head of, 0 to 1; below 0 if it is none.
        phase: Where its lumps are, rad.
        lumps: How uneven it is, share of the radius.
        crowned: Whether its stalk is a tuft of leaves.
        tips: Whether it grows upright, and lies on its side as it falls where its box is longer than high.
        in_hands: Whether several hang together where their box is deep enough.
        tumbles: Whether it lies on any side, as it fell.
        eyes: Whether it is grown together from eyes.
        turned: Turns by which its skin, with the relief of leaves or eyes, lies farther round it.
    """

    profile: tuple[tuple[float, float], ...]
    lobes: int = 0
    depth: tuple[float, float, float] = (0.0, 0.0, 0.0)
    stalk: float = 0.0
    stout: float = 0.04
    stalk_color: tuple[int, int, int] = _WOOD
    leaves: int = 0
    spread: float = 0.0
    lies: bool = False
    bend: float = 0.0
    sways: float = 0.0
    ruffle: float = -1.0
    phase: float = 0.0
    lumps: float = 0.02
    crowned: bool = False
    tips: bool = False
    in_hands: bool = False
    tumbles: bool = False
    eyes: bool = False
    turned: float = 0.0


def _ball(*, flat: float = 0.0) -> tuple[tuple[float, float], ...]:
    """Return the profile of a ball, its ends a little drawn in."""
    points = [(np.sin(t), 0.5 - 0.5 * np.cos(t)) for t in np.linspace(0.0, np.pi, 9)]
    return tuple((float(r), float(np.clip(z, flat * (r < 0.01), 1 - flat * (r < 0.01)))) for r, z in points)


_APPLE = ((0, 0.1), (0.24, 0.0), (0.56, 0.03), (0.87, 0.26), (1, 0.57), (0.92, 0.82), (0.64, 0.98),
          (0.27, 0.96), (0, 0.8))  # fmt: skip
_PEACH = ((0, 0.02), (0.26, 0.0), (0.66, 0.08), (0.95, 0.3), (1, 0.56), (0.9, 0.82), (0.6, 0.98),
          (0.24, 0.97), (0, 0.84))  # fmt: skip
_PEAR = ((0, 0.05), (0.3, 0.0), (0.74, 0.07), (1, 0.29), (0.91, 0.49), (0.62, 0.69), (0.47, 0.85),
         (0.28, 0.97), (0, 0.98))  # fmt: skip
_AVOCADO = ((0, 0), (0.38, 0.02), (0.82, 0.12), (1, 0.37), (0.95, 0.57), (0.78, 0.76), (0.54, 0.91),
            (0.26, 0.985), (0, 1))  # fmt: skip
_PAPAYA = ((0, 0), (0.3, 0.012), (0.76, 0.11), (1, 0.36), (0.97, 0.54), (0.8, 0.74), (0.55, 0.9), (0.3, 0.98),
           (0, 1))  # fmt: skip
_AUBERGINE = ((0, 0), (0.36, 0.01), (0.8, 0.08), (1, 0.26), (0.94, 0.45), (0.74, 0.66), (0.58, 0.83),
              (0.44, 0.95), (0, 1))  # fmt: skip
_TOMATO = ((0, 0.05), (0.35, 0.0), (0.78, 0.12), (1, 0.46), (0.94, 0.76), (0.64, 0.96), (0.27, 0.97),
           (0, 0.88))  # fmt: skip
_PEPPER = ((0, 0.1), (0.38, 0.0), (0.68, 0.06), (0.84, 0.3), (0.96, 0.64), (1, 0.83), (0.82, 0.97),
           (0.45, 1), (0, 0.86))  # fmt: skip
_LEMON = (
    (0, 0),
    (0.15, 0.02),
    (0.42, 0.085),
    (0.85, 0.25),
    (1, 0.5),
    (0.85, 0.75),
    (0.42, 0.925),
    (0.15, 0.985),
    (0, 1),
)
_LIME = ((0, 0), (0.12, 0.008), (0.48, 0.06), (0.87, 0.22), (1, 0.5), (0.87, 0.78), (0.48, 0.945),
         (0.12, 0.994), (0, 1))  # fmt: skip
_EGG = ((0, 0), (0.42, 0.04), (0.8, 0.17), (1, 0.4), (0.95, 0.62), (0.74, 0.82), (0.42, 0.95), (0, 1))
_BARREL = ((0, 0), (0.55, 0.02), (0.9, 0.14), (1, 0.38), (0.98, 0.62), (0.88, 0.86), (0.55, 0.98), (0, 1))
_CUCUMBER = ((0, 0), (0.6, 0.015), (0.93, 0.09), (1, 0.35), (1, 0.65), (0.93, 0.9), (0.6, 0.985), (0, 1))
_COURGETTE = ((0, 0), (0.62, 0.01), (0.98, 0.08), (1, 0.35), (0.94, 0.65), (0.8, 0.88), (0.6, 0.985), (0, 1))
_BANANA = ((0, 0), (0.2, 0.012), (0.45, 0.05), (0.9, 0.19), (1, 0.45), (0.95, 0.7), (0.52, 0.86),
           (0.27, 0.94), (0.27, 0.995), (0, 1))  # fmt: skip
_LEEK = ((0, 0), (0.62, 0.01), (0.7, 0.04), (0.58, 0.1), (0.58, 0.46), (0.74, 0.64), (1, 0.84), (0.82, 0.97),
         (0, 1))  # fmt: skip
_CARROT = ((0, 0), (0.2, 0.012), (0.42, 0.09), (0.66, 0.34), (0.88, 0.72), (1, 0.93), (0.7, 0.99), (0, 1))
_ONION = ((0, 0.03), (0.2, 0.0), (0.74, 0.1), (1, 0.41), (0.93, 0.63), (0.6, 0.81), (0.19, 0.9), (0.1, 0.99),
          (0, 1))  # fmt: skip
_MUSHROOM = ((0, 0.02), (0.37, 0.0), (0.4, 0.07), (0.37, 0.24), (0.42, 0.42), (0.85, 0.35), (1, 0.47),
             (0.93, 0.72), (0.6, 0.94), (0, 1))  # fmt: skip

_ROUND = Shape(_APPLE, lobes=5, depth=(0.09, 0.0, 0.02), stalk=0.05)
# The first word that is found in a product's name says what it is.
_SHAPES: tuple[tuple[str, Shape], ...] = (
    ("pineapple", Shape(_BARREL, stalk=0.42, stalk_color=(104, 116, 88), crowned=True, eyes=True)),
    ("pepper|paprika|capsicum",
     Shape(_PEPPER, lobes=4, depth=(0.34, 0.17, 0.3), stalk=0.16, stout=0.09, stalk_color=_GREEN, leaves=6,
           spread=0.1, lumps=0.07, tips=True)),
    ("grapefruit|orange|mandarin|clementine|satsuma|tangerine|pomelo",
     Shape(_ball(flat=0.05), stalk=0.012, stout=0.05, stalk_color=_GREEN, leaves=5, spread=0.07)),
    ("watermelon|melon|coconut", Shape(_ball(), stalk=0.03, stout=0.035, stalk_color=_STRAW, lies=True)),
    ("pumpkin", Shape(_ball(), stalk=0.03, stout=0.035, stalk_color=_STRAW)),
    ("cabbage", Shape(_ball(), ruffle=0.1, lumps=0.05)),
    ("lettuce", Shape(_ball(), ruffle=1.0, lumps=0.07)),
    ("pear", Shape(_PEAR, stalk=0.09, stout=0.035, lumps=0.05, tips=True)),
    ("avocado|fig", Shape(_AVOCADO, stalk=0.012, stout=0.07, lumps=0.03, tips=True)),
    ("aubergine|eggplant",
     Shape(_AUBERGINE, stalk=0.11, stout=0.14, stalk_color=_GREEN, leaves=5, spread=0.26,
           tips=True)),
    ("lemon", Shape(_LEMON, lies=True)),
    ("lime", Shape(_LIME, lies=True)),
    ("tomato|persimmon",
     Shape(_TOMATO, lobes=5, depth=(0.0, 0.01, 0.1), stalk=0.03, stout=0.04, stalk_color=_GREEN, leaves=5,
           spread=0.22)),
    ("sweet potato|ginger", Shape(_EGG, lies=True, lumps=0.16)),
    ("potato", Shape(_EGG, lies=True, lumps=0.09)),
    ("beet|turnip", Shape(_ONION, lumps=0.06, lies=True)),
    ("banana|plantain",
     Shape(_BANANA, lobes=5, depth=(-0.05, -0.12, -0.1), lies=True, bend=0.16, lumps=0.0, in_hands=True)),
    ("cucumber", Shape(_CUCUMBER, lies=True, sways=0.16, lobes=6, depth=(0.06, 0.02, 0.04))),
    ("courgette|zucchini",
     Shape(_COURGETTE, lies=True, sways=0.2, lobes=5, depth=(0.0, 0.02, 0.08), stalk=0.07, stout=0.4,
           stalk_color=(126, 146, 74))),
    ("leek", Shape(_LEEK, lobes=5, depth=(0.0, 0.05, 0.4), lies=True, sways=0.16)),
    ("carrot|parsnip|radish",
     Shape(_CARROT, lies=True, sways=0.18, lumps=0.08, stalk=0.04, stout=0.2, stalk_color=_GREEN)),
    ("mushroom", Shape(_MUSHROOM, lumps=0.08, tumbles=True)),
    ("garlic", Shape(_ONION, lobes=7, depth=(0.12, 0.08, 0.04))),
    ("onion|shallot", Shape(_ONION, lumps=0.04)),
    ("peach|nectarine|apricot|plum|cherry", Shape(_PEACH, lobes=1, depth=(0.03, 0.07, 0.12))),
    ("papaya", Shape(_PAPAYA, lies=True, lobes=5, depth=(0.06, 0.03, 0.04), lumps=0.05)),
    ("passion", Shape(_EGG, lies=True, lumps=0.08)),
    ("mango|kiwi", Shape(_EGG, lies=True, lumps=0.03)),
)  # fmt: skip


def find_shape(kind: str) -> Shape:
    """Return the shape of what a name says, that of an apple if it says nothing known.

    >>> find_shape("Conference Pears") is find_shape("pear")
    True
    """
    return next((shape for words, shape in _SHAPES if says(kind, words)), _ROUND)


def is_laid(shape: Shape, width: float, height: float) -> bool:
    """Say whether what is shaped so lies along x in a box."""
    return shape.lies and width > _LAID * height


def make_fruit(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a fruit or vegetable as its name says."""
    shape = _vary(find_shape(look.kind), look.form)
    size_m = np.array([width, depth, height])
    if is_laid(shape, width, height):
        return _lay_down(shape, size_m, look)
    if shape.tips and width > height:
        return _tip(_stand(shape, (height, depth, width), look), size_m, look.form * _TURN_RAD)
    return _stand(shape, (width, depth, height), look)


def find_lying_size(kind: str, size_m: Sequence[float]) -> tuple[float, float, float]:
    """Return the box of what a name says as it lies in a shop: what tips over lies along x.

    >>> find_lying_size("Pear", (0.06, 0.06, 0.1)), find_lying_size("Apple", (0.07, 0.07, 0.08))
    ((0.1, 0.06, 0.06), (0.07, 0.07, 0.08))
    """
    width, depth, height = size_m
    if find_shape(kind).tips and height > max(width, depth):
        return height, max(width, depth), min(width, depth)
    return width, depth, height


def _stand(shape: Shape, size_m: tuple[float, float, float], look: PackLook) -> Mesh:
    """Make what stands, its stalk up."""
    width, depth, height = size_m
    skin = make_finish(look, find_skin(look.kind).finish)
    row, turn = _grid(shape, near=look.near)
    surface = _Surface(shape, np.array([width, depth, height * (1.0 - shape.stalk)]))
    parts = [make_loft(surface.at(row[:, None], turn), skin, uv=_wrap(shape, row, turn))]
    if shape.stalk:
        plain = make_finish(look, "card", color=shape.stalk_color)
        foot = surface.at(np.array(len(shape.profile) - 1.0), np.array(0.0))
        make, wide = (make_crown, 1.0) if shape.crowned else (make_stalk, shape.stout)
        parts.append(make(foot, height, wide * min(width, depth) / 2, plain, near=look.near))
        if look.near and shape.leaves:
            parts.append(make_calyx(surface.at, len(shape.profile) - 1, shape.leaves, shape.spread, plain))
    return merge_meshes(parts)


def _tip(standing: Mesh, size_m: np.ndarray, roll_rad: float) -> Mesh:
    """Lay on its side, rolled about itself, what stands: in a box (3,), its stalk to the right.

    It bears on the lowest line under it, on either side of its middle.
    """
    cos, sin = np.cos(roll_rad), np.sin(roll_rad)
    lies, tilted = np.eye(4), np.eye(4)
    lies[:3, :3] = [[0.0, 0.0, 1.0], [sin, cos, 0.0], [-cos, sin, 0.0]]
    mesh = transform_mesh(standing, lies)
    slope = _find_slope(mesh.position_m[:, 0], mesh.position_m[:, 2])
    tilted[:3, :3] = [[1.0, 0.0, slope], [0.0, np.hypot(1.0, slope), 0.0], [-slope, 0.0, 1.0]]
    mesh = transform_mesh(mesh, tilted / [*(np.hypot(1.0, slope),) * 3, 1.0])
    low_m, high_m = mesh.position_m.min(axis=0), mesh.position_m.max(axis=0)
    foot_m = np.array([*(low_m + high_m)[:2] / 2, low_m[2]])
    return stretch_mesh(mesh, size_m / (high_m - low_m), about_m=foot_m)


def _find_slope(x_m: np.ndarray, z_m: np.ndarray) -> float:
    """Return the slope of the line under points (N,) that touches them on either side of their middle.

    >>> _find_slope(np.array([-2.0, -1.0, 1.0, 2.0]), np.array([5.0, 0.0, 1.0, 5.0]))
    0.5
    """
    middle_m = x_m.mean()
    left, right = np.flatnonzero(x_m < middle_m)[:, None], np.flatnonzero(x_m > middle_m)
    slope = (z_m[right] - z_m[left]) / (x_m[right] - x_m[left])
    under = z_m[left] + slope * (middle_m - x_m[left])
    return float(slope.flat[np.argmin(under)])


def _vary(shape: Shape, form: int) -> Shape:
    """Return the shape of one of the forms: its lumps and its skin are elsewhere, it is bent otherwise."""
    straighter = 1.0 - 0.11 * (3 * form % FORMS)
    swayed = shape.sways * np.sin(2.4 * form)
    varied = replace(shape, phase=2.4 * form, bend=shape.bend * straighter, sways=float(swayed))
    return replace(varied, turned=form / FORMS)


def is_long(size_m: np.ndarray) -> np.ndarray:
    """Say whether pieces of sizes (..., 3) that lie along x lie along others, not in a hollow between them.

    >>> is_long(np.array([[0.16, 0.04, 0.04], [0.1, 0.08, 0.08]])).tolist()
    [True, False]
    """
    return np.asarray(size_m[..., 0] >= _LONG * size_m[..., 1])


def _lay_down(shape: Shape, size_m: np.ndarray, look: PackLook) -> Mesh:
    """Make what lies on its side along x, its stalk to the right: one, or a hand of them."""
    width, depth, _ = size_m
    count = int(min(round(_CLOSE_BY * depth / (THICK * width)), _MOST_FINGERS)) if shape.in_hands else 1
    if count > 2:
        return _join(shape, size_m, look, count)
    row, turn = _grid(shape, near=look.near)
    skin = make_finish(look, find_skin(look.kind).finish)
    body_m = size_m * [1.0 - shape.stalk, 1.0, 1.0]
    ring = _lay(shape, row, turn, body_m, long=bool(is_long(size_m)))
    ring[..., 0] -= (width - body_m[0]) / 2
    parts = [make_loft(ring, skin, uv=_wrap(shape, row, turn))]
    if shape.stalk:
        end = ring[-1, 0] - [0.02 * width, 0.0, 0.0]
        plain = make_finish(look, "card", color=shape.stalk_color)
        parts.append(make_stalk(end, width / 2, shape.stout * depth / 2, plain, near=look.near, lies=True))
    return merge_meshes(parts)


def _join(shape: Shape, size_m: np.ndarray, look: PackLook, count: int) -> Mesh:
    """Make a hand of so many, and the stem that they grow from."""
    skin, stem = make_finish(look, find_skin(look.kind).finish), make_finish(look, "card", color=_STEM_COLOR)
    row, turn = _grid(shape, near=look.near, share=count)
    fine = _grid(shape, near=True, share=count)
    fingers_m = size_m * [1.0 - _STEM, 1.0, 1.0]
    rings = make_hand(_cut(shape, row, turn), _cut(shape, *fine), count, fingers_m, shape.phase)
    away_m = np.array([_STEM * size_m[0] / 2, 0.0, 0.0])
    parts = [make_loft(ring - away_m, skin, uv=_wrap(shape, row, turn)) for ring in rings]
    foot_m = np.mean([ring[-1, 0] for ring in rings], axis=0) - away_m
    stout_m = THICK * size_m[0] / 4
    return merge_meshes([*parts, make_stalk(foot_m, size_m[0] / 2, stout_m, stem, near=look.near, lies=True)])


def _cut(shape: Shape, row: np.ndarray, turn: np.ndarray) -> Finger:
    """Cut one finger of a hand into rings."""
    radius, along = _trace(shape, row)
    return Finger(along, radius[:, None] * _swell(shape, row[:, None], turn), _roll(turn))


def _roll(turn: np.ndarray) -> np.ndarray:
    """Return the unit circle (C, 2) of the skin of what lies, the middle of it up and to the front."""
    cos, sin = np.cos(_ROLL_RAD), np.sin(_ROLL_RAD)
    return make_circle(len(turn) - 1) @ np.array([[cos, sin], [-sin, cos]])


def _grid(shape: Shape, *, near: bool, share: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows (R,), in points of the profile, and angles (C,), 0 in front, at which a skin is drawn.

    `share` is among how many bodies the triangles of a far one are shared out.
    """
    points = len(shape.profile)
    if near:
        row = np.linspace(0, points - 1, _NEAR_STEPS * (points - 1) + 1)
        segments = _NEAR_SEGMENTS // min(share, 3)
        segments += -segments % max(shape.lobes, 2)
        if shape.ruffle >= 0 or shape.eyes:
            row = np.linspace(0, points - 1, _LEAFY_STEPS * (points - 1) + 1)
            segments = _LEAFY_SEGMENTS
    else:
        row = np.arange(points, dtype=float)
        if share > 1:
            row = row[[0, 3, 4, 6, points - 1]]
        sides = _MOST_FACES // share // (2 * len(row) - 4)
        segments = sides - sides % max(shape.lobes, 2)
    return row, np.linspace(-np.pi, np.pi, segments + 1)


def _wrap(shape: Shape, row: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """Return (R, C, 2): the skin's rows along the fruit from its stalk, its columns around."""
    u, v = _find_turns(shape, turn), 1.0 - row / (len(shape.profile) - 1)
    return np.stack(np.broadcast_arrays(u[None, :], v[:, None]), axis=-1)


def _find_turns(shape: Shape, turn: np.ndarray) -> np.ndarray:
    """Return where on the skin angles are, in turns, for what is drawn there and for its relief alike."""
    return 0.5 + turn / (2 * np.pi) + shape.turned


def _trace(shape: Shape, row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return radius and height at rows of the profile."""
    point = np.array(shape.profile, float)
    point[:, 1] = (point[:, 1] - point[:, 1].min()) / np.ptp(point[:, 1])
    mirror = [-1.0, 1.0]  # it goes on beyond its axis
    held = np.concatenate([point[1:2] * mirror, point, point[-2:-1] * mirror])
    traced = trace_curve(held, row)
    return np.clip(traced[..., 0], 0.0, 1.0), np.clip(traced[..., 1], 0.0, 1.0)


def _swell(shape: Shape, row: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """Return what lobes and lumps leave of the radius, at most 1."""
    level = row / (len(shape.profile) - 1)
    left = np.ones(np.broadcast_shapes(row.shape, turn.shape))
    if shape.lobes:
        across = np.cos(shape.lobes * (turn + _FURROW_RAD) / 2)
        furrow = (1.0 - np.sqrt((across**2 + _CREASE) / (1.0 + _CREASE))) ** (6 if shape.lobes == 1 else 1)
        deep = np.interp(level, [0.0, 0.5, 1.0], shape.depth)
        left = left - np.abs(deep) * np.where(deep < 0, 1.0 - furrow, furrow)
    z = np.pi * level
    wave = (
        np.cos(2 * turn + 1.0 + 2 * z + shape.phase)
        + np.cos(3 * turn - 3 * z - shape.phase)
        + np.cos(turn + 5 * z + 2.0 + 2 * shape.phase)
    )
    if shape.ruffle >= 0:
        left = left * compute_relief(_find_turns(shape, turn), 1.0 - level, shape.ruffle)
    if shape.eyes:
        left = left * compute_eye_relief(_find_turns(shape, turn), 1.0 - level)
    return left * (1.0 - shape.lumps * (0.5 - wave / 6))


@dataclass(frozen=True)
class _Surface:
    """The skin of what stands: `size_m` (3,) of its body."""

    shape: Shape
    size_m: np.ndarray

    def at(self, row: np.ndarray, turn: np.ndarray, *, off_m: float = 0.0) -> np.ndarray:
        """Return points (..., 3) at rows of the profile and angles, so far off it."""
        radius, level = _trace(self.shape, row)
        across = radius * _swell(self.shape, row, turn)
        x = (across * self.size_m[0] / 2 + off_m) * np.sin(turn)
        y = -(across * self.size_m[1] / 2 + off_m) * np.cos(turn)
        return np.stack(np.broadcast_arrays(x, y, level * self.size_m[2] + off_m), axis=-1)


def _lay(shape: Shape, row: np.ndarray, turn: np.ndarray, size_m: np.ndarray, *, long: bool) -> np.ndarray:
    """Return rings (R, C, 3) of a body (3,) that lies along x; what is curved rises towards its ends."""
    width, depth, height = size_m
    radius, along = (part[:, None] for part in _trace(shape, row))
    thick = max(height - shape.bend * width, 0.4 * height)  # where its box is too flat for the whole bend
    if shape.in_hands:
        thick = min(thick, depth)
    rise = (2 * along - 1) ** 2 * (height - thick)
    if long and not shape.bend:  # it lies along its lower side
        rise = thick / 2 * _find_taper(shape) * (along - 1.0)
    across = radius * _swell(shape, row[:, None], turn)
    circle = _roll(turn)
    sway = abs(shape.sways) if long else 0.0
    y = across * circle[:, 0] * depth / 2 * (1.0 - sway)
    y = y + np.sign(shape.sways) * sway * depth / 2 * (1 - 2 * (2 * along - 1) ** 2)
    z = thick / 2 + across * circle[:, 1] * thick / 2 + rise
    z = np.where(long, z - z.min(), z)
    return np.stack(np.broadcast_arrays((along - 0.5) * width, y, z), axis=-1)


def _find_taper(shape: Shape) -> float:
    """Return by how much of its radius a shape is wider at its stalk than below, its ends left away."""
    radius, level = np.array(shape.profile).T
    body = (level > _ENDS) & (level < 1.0 - _ENDS)
    return float(np.polyfit(level[body], radius[body], 1)[0])
