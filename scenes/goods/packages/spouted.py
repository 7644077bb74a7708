"""Jugs and teapots.

Glazed all over, the handle towards +X and the spout towards -X; both lie within the size, of which the depth
is the body's own.
"""

from collections.abc import Sequence

import numpy as np

from scenes.geometry import make_lathe, merge_meshes
from scenes.goods.packages.atlas import PackLook, make_finish
from scenes.goods.packages.handles import FAR_SEGMENTS, NEAR_STEPS, fit_mesh, make_handle, make_spout
from scenes.goods.packages.lofts import make_circle, make_loft, trace_curve
from scenes.goods.packages.turned import NEAR_SEGMENTS
from scenes.world import Mesh

# Shares of a body's radius and of its height.
_JUG = ((0.66, 0.0), (0.98, 0.26), (0.86, 0.68), (0.84, 1.0))
_LIP_OVER, _LIP_FROM, _LIP_RAD = 0.04, 0.6, 0.5  # how far over the rim, where it begins, how wide it is
_TEAPOT = ((0.55, 0.0), (0.96, 0.2), (0.98, 0.46), (0.56, 0.73), (0.13, 0.82), (0.17, 0.95))
_SPOUT = ((0.62, 0.3, 0.28), (1.22, 0.4, 0.2), (1.6, 0.66, 0.12))  # how far out and up it is, and how thick


def make_jug(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a jug: its rim is drawn out to a lip opposite to the handle."""
    n = NEAR_SEGMENTS if look.near else FAR_SEGMENTS
    r, wall = depth / 2, min(0.04 * depth, 0.004)
    beside = float(np.clip(width - depth, 0.3 * width, 0.9 * depth))
    side = _smooth(_JUG, look) * (r, height)
    inner = side[:: 1 if look.near else len(side) - 1][::-1] - (wall, 0.0)
    inner[-1, 1] = wall
    glaze = make_finish(look, "gloss")
    out = [_draw_lip(n, row, 0.4 * beside, height) for row in side]
    within = [_draw_lip(n, row, 0.4 * beside, height) for row in inner]
    point = np.zeros((1, n + 1, 3))
    return fit_mesh(
        merge_meshes(
            [
                make_loft(np.concatenate([point, out]), glaze),
                make_loft(np.stack([out[-1], within[0]]), glaze),
                make_loft(np.concatenate([within, point + [0.0, 0.0, wall]]), glaze),
                make_handle(
                    (_read(side, 0.22 * height) - wall / 2, 0.22 * height),
                    (_read(side, 0.86 * height) - wall / 2, 0.86 * height),
                    0.6 * beside,
                    0.075 * height,
                    look,
                ),
            ]
        ),
        (width, depth, height),
    )


def make_teapot(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a teapot: a round body under a lid with a knob, a spout and a handle."""
    n = NEAR_SEGMENTS if look.near else FAR_SEGMENTS
    r = depth / 2
    beside = float(np.clip(width - depth, 0.3 * width, depth))
    profile = [(0.0, 0.0), *(_smooth(_TEAPOT, look) * (r, height)).tolist(), (0.0, height)]
    side = np.array(profile[1:-1])
    spout = np.array(_SPOUT)
    way = np.column_stack([spout[:, 0] * r, spout[:, 1] * height])
    way[1:, 0] = r + (way[1:, 0] - r) * 0.5 * beside / (way[-1, 0] - r)
    return fit_mesh(
        merge_meshes(
            [
                make_lathe(profile, make_finish(look, "gloss"), segments=n),
                make_spout(way * (-1.0, 1.0), spout[:, 2] * r, look),
                make_handle(
                    (0.93 * r, 0.2 * height),
                    (_read(side, 0.56 * height) - 0.05 * r, 0.56 * height),
                    0.5 * beside,
                    0.065 * height,
                    look,
                ),
            ]
        ),
        (width, depth, height),
    )


def _draw_lip(segments: int, row: np.ndarray, length_m: float, height: float) -> np.ndarray:
    """Return (segments + 1, 3) points of a level ring, (radius, height), drawn out to a lip towards -X."""
    circle = make_circle(segments)
    radius, z = row.tolist()
    near_rim = np.clip((z / height - _LIP_FROM) / (1 - _LIP_FROM), 0.0, 1.0) ** 1.5
    off = np.arctan2(circle[:, 1], -circle[:, 0])
    lip = np.exp(-((off / _LIP_RAD) ** 2))
    points = circle * (radius + near_rim * length_m * lip)[:, None]
    return np.column_stack([points, z - near_rim * _LIP_OVER * height * (1 - lip)])


def _smooth(share: Sequence[tuple[float, float]], look: PackLook) -> np.ndarray:
    """Return (N, 2) points of a profile, of a curve through them for cameras that come near."""
    point = np.array(share)
    if not look.near:
        return point
    held = np.concatenate([2 * point[:1] - point[1:2], point, 2 * point[-1:] - point[-2:-1]])
    traced = trace_curve(held, np.linspace(0, len(point) - 1, NEAR_STEPS * (len(point) - 1) + 1))
    return np.clip(traced, 0.0, point.max(axis=0))


def _read(side_m: np.ndarray, level_m: float) -> float:
    """Return the radius of a profile (N, 2) at a level."""
    return float(np.interp(level_m, side_m[:, 1], side_m[:, 0]))
