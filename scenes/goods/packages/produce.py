"""Loose fruit and vegetables, standing or lying as they do in a shop.

In: a size and a `PackLook` whose `kind` names the fruit. Out: a `Mesh`; its texture is the skin. There are
two of each: one of few triangles, and one for cameras that come near, which has the same skin in the same
places. What grows on them comes from stalks.py.
"""

import numpy as np

from scenes.geometry import merge_meshes, stretch_mesh, transform_mesh
from scenes.goods.packages.atlas import PackLook, make_finish
from scenes.goods.packages.bunches import THICK, Finger, make_hand
from scenes.goods.packages.fruit_kinds import Shape, find_shape, is_laid, is_long, vary_shape
from scenes.goods.packages.fruit_skins import (
    Skin,
    compute_swell,
    make_grid,
    roll_circle,
    trace_profile,
    wrap_skin,
)
from scenes.goods.packages.lofts import make_loft
from scenes.goods.packages.stalks import make_calyx, make_crown, make_stalk
from scenes.goods.skin_kinds import find_skin
from scenes.world import Mesh

_STEM_COLOR = (112, 96, 52)
_TURN_RAD = 2.4  # by which each form of what lies on its side is rolled further
_ENDS = 0.07  # of a body's length, at either end, that is round
_MOST_FINGERS, _CLOSE_BY = 6, 1.5  # of a hand, and how many lie where one would have room, in two ranks
_STEM = 0.05  # of a hand's length, that its stem is longer than its fingers


def make_fruit(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a fruit or vegetable as its name says."""
    shape = vary_shape(find_shape(look.kind), look.form)
    size_m = np.array([width, depth, height])
    if is_laid(shape, (width, depth, height)):
        return _lay_down(shape, size_m, look)
    if shape.tips and width > height:
        return _tip(_stand(shape, (height, depth, width), look), size_m, look.form * _TURN_RAD)
    return _stand(shape, (width, depth, height), look)


def _stand(shape: Shape, size_m: tuple[float, float, float], look: PackLook) -> Mesh:
    """Make what stands, its stalk up."""
    width, depth, height = size_m
    skin = make_finish(look, find_skin(look.kind).finish)
    row, turn = make_grid(shape, near=look.near)
    surface = Skin(shape, np.array([width, depth, height * (1.0 - shape.stalk)]))
    parts = [make_loft(surface.at(row[:, None], turn), skin, uv=wrap_skin(shape, row, turn))]
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


def _lay_down(shape: Shape, size_m: np.ndarray, look: PackLook) -> Mesh:
    """Make what lies on its side along x, its stalk to the right: one, or a hand of them."""
    width, depth, _ = size_m
    count = int(min(round(_CLOSE_BY * depth / (THICK * width)), _MOST_FINGERS)) if shape.in_hands else 1
    if count > 2:
        return _join(shape, size_m, look, count)
    row, turn = make_grid(shape, near=look.near)
    skin = make_finish(look, find_skin(look.kind).finish)
    body_m = size_m * [1.0 - shape.stalk, 1.0, 1.0]
    ring = _lay(shape, row, turn, body_m, long=bool(is_long(size_m)))
    ring[..., 0] -= (width - body_m[0]) / 2
    parts = [make_loft(ring, skin, uv=wrap_skin(shape, row, turn))]
    if shape.stalk:
        end = ring[-1, 0] - [0.02 * width, 0.0, 0.0]
        plain = make_finish(look, "card", color=shape.stalk_color)
        parts.append(make_stalk(end, width / 2, shape.stout * depth / 2, plain, near=look.near, lies=True))
    return merge_meshes(parts)


def _join(shape: Shape, size_m: np.ndarray, look: PackLook, count: int) -> Mesh:
    """Make a hand of so many, and the stem that they grow from."""
    skin, stem = make_finish(look, find_skin(look.kind).finish), make_finish(look, "card", color=_STEM_COLOR)
    row, turn = make_grid(shape, near=look.near, share=count)
    fine = make_grid(shape, near=True, share=count)
    fingers_m = size_m * [1.0 - _STEM, 1.0, 1.0]
    rings = make_hand(_cut(shape, row, turn), _cut(shape, *fine), count, fingers_m, shape.phase)
    away_m = np.array([_STEM * size_m[0] / 2, 0.0, 0.0])
    parts = [make_loft(ring - away_m, skin, uv=wrap_skin(shape, row, turn)) for ring in rings]
    foot_m = np.mean([ring[-1, 0] for ring in rings], axis=0) - away_m
    stout_m = THICK * size_m[0] / 4
    return merge_meshes([*parts, make_stalk(foot_m, size_m[0] / 2, stout_m, stem, near=look.near, lies=True)])


def _cut(shape: Shape, row: np.ndarray, turn: np.ndarray) -> Finger:
    """Cut one finger of a hand into rings."""
    radius, along = trace_profile(shape, row)
    return Finger(along, radius[:, None] * compute_swell(shape, row[:, None], turn), roll_circle(turn))


def _lay(shape: Shape, row: np.ndarray, turn: np.ndarray, size_m: np.ndarray, *, long: bool) -> np.ndarray:
    """Return rings (R, C, 3) of a body (3,) that lies along x; what is curved rises towards its ends."""
    width, depth, height = size_m
    radius, along = (part[:, None] for part in trace_profile(shape, row))
    thick = max(height - shape.bend * width, 0.4 * height)  # where its box is too flat for the whole bend
    if shape.in_hands:
        thick = min(thick, depth)
    rise = (2 * along - 1) ** 2 * (height - thick)
    if long and not shape.bend:  # it lies along its lower side
        rise = thick / 2 * _find_taper(shape) * (along - 1.0)
    across = radius * compute_swell(shape, row[:, None], turn)
    circle = roll_circle(turn)
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
