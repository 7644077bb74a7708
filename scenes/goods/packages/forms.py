"""Forms of what lies loose: no two neighbours show the same side, lie the same way, or are as large and ripe.

In: a fruit's size and look. Out: `Mesh`es in its box, made when they are first asked for.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from scenes.geometry import stretch_mesh, transform_mesh
from scenes.goods.packages.atlas import LOOSE, PackLook
from scenes.goods.packages.fruit_kinds import find_shape, is_laid, points_any_way
from scenes.goods.packages.lazy import MeshesOnDemand
from scenes.goods.packages.produce import make_fruit
from scenes.goods.skin_kinds import find_skin
from scenes.world import FORMS, Mesh

_TILT_RAD = (0.0, 0.35, 1.2, 0.7, 1.5, 0.2, 1.0, 2.6)  # of what stands, from its stalk up
_TUMBLED_RAD = (0.0, 2.5, 1.35, 2.9, 0.5, 1.9, 1.0, 2.2)  # and of what lies on any side
_ROLLED_RAD = (1.5, 0.45, 1.1, 2.0, 0.75, 1.4, 1.75, 0.95)  # and of what rolls
_TOWARDS_RAD = 2.4  # each form to another side than the one before it
_LEAST = 0.94  # of its size, that is left of what was tilted, so that it stays in its box
_SHARES = (1.0, 0.6, 0.35, 0.2, 0.0)  # of a tilt, if it would be less
# Of each form: its size, share of the largest, and what its skin's texture is multiplied with, sRGB.
_SIZES = (1.0, 0.965, 0.94, 0.985, 0.955, 0.995, 0.95, 0.975)
_TINTS = ((255, 255, 255), (244, 240, 234), (250, 252, 240), (234, 231, 229), (255, 248, 242),
          (240, 244, 234), (248, 240, 242), (255, 250, 230))  # fmt: skip
# And again, as far as its kind varies: how much riper each is than usual, and what makes it so, or less so.
_RIPER = (0.0, 0.6, -0.6, 0.9, -1.0, 0.3, -0.3, 1.0)
_RIPE, _UNRIPE = np.array([255, 224, 228]), np.array([224, 252, 232])


def make_loose_forms(
    packages: Sequence[str], sizes_m: np.ndarray, looks: Sequence[PackLook]
) -> MeshesOnDemand[tuple[int, int, bool]]:
    """Return the meshes of loose goods by product, form, and whether a camera is near."""
    return MeshesOnDemand(
        {
            (k, form, near): partial(make_form, sizes_m[k], replace(looks[k], near=near, form=form))
            for k, package in enumerate(packages)
            for form in range(FORMS)
            for near in (False, True)
            if package == LOOSE
        }
    )


def make_form(size_m: np.ndarray, look: PackLook) -> Mesh:
    """Make one of the forms, `look.form`, of a fruit or vegetable of a size (3,)."""
    width, depth, height = (float(length) for length in size_m)
    shape = find_shape(look.kind)
    rolls = points_any_way(shape, (width, depth, height))
    if rolls:
        width = depth = height = float(np.cbrt(width * depth * height))
    mesh = make_fruit(width, depth, height, look)
    curved = shape.bend or (shape.sways and width > 2 * depth)
    tilt_rad, shares = (_TUMBLED_RAD, (1.0,)) if shape.tumbles else (_TILT_RAD, _SHARES)
    if rolls:
        tilt_rad, shares = _ROLLED_RAD, (1.0,)
    as_it_is = curved or (shape.tips and width > height)
    for share in (0.0,) if as_it_is else shares:
        towards, angle = look.form * _TOWARDS_RAD, share * tilt_rad[look.form]
        axis = np.array([np.cos(towards), np.sin(towards), 0.0])
        if is_laid(shape, (width, depth, height)):  # turns about its length
            axis, angle = np.array([1.0, 0.0, 0.0]), share * towards
        tilted = transform_mesh(mesh, _about(axis, angle))
        low, high = tilted.position_m.min(axis=0), tilted.position_m.max(axis=0)
        left = float((size_m / (high - low)).min())
        if left >= _LEAST:
            break
    foot = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]], np.float32)
    keeps_shape = curved or shape.tumbles
    fills = np.full(3, min(left, 1.0)) if keeps_shape else size_m / (high - low)  # neighbours touch
    scale = (fills * _SIZES[look.form]).astype(np.float32)
    color = np.where(tilted.layer[:, None] >= 0, _mix_tint(look), tilted.color)
    return replace(stretch_mesh(tilted, scale, about_m=foot), color=color)


def _mix_tint(look: PackLook) -> np.ndarray:
    """Return (3,) uint8 sRGB, what the texture of one form is multiplied with."""
    riper = _RIPER[look.form]
    share = find_skin(look.kind).varies * abs(riper)
    ripeness = 1.0 - share * (1.0 - (_RIPE if riper > 0 else _UNRIPE) / 255)
    return np.rint(_TINTS[look.form] * ripeness).astype(np.uint8)


def _about(axis: np.ndarray, angle_rad: float) -> np.ndarray:
    """Return the (4, 4) rotation about a unit axis (Rodrigues 1840)."""
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    turned = np.eye(4)
    turned[:3, :3] += np.sin(angle_rad) * cross + (1 - np.cos(angle_rad)) * cross @ cross
    return turned
