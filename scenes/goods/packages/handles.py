"""Handles and spouts of crockery: tubes in the plane y = 0, round as far as a camera can tell."""

import numpy as np

from scenes.geometry import stretch_mesh
from scenes.goods.packages.atlas import PackLook, make_finish
from scenes.goods.packages.lofts import make_circle, make_loft
from scenes.world import Mesh

FAR_SEGMENTS, NEAR_STEPS = 12, 3  # around what has a handle, and for each stretch of a curve
_TUBE_SIDES = (4, 12)  # of handles and spouts, from afar and near
_HANDLE_ROWS = (5, 13)


def make_handle(
    low: tuple[float, float], high: tuple[float, float], reach_m: float, thick_m: float, look: PackLook
) -> Mesh:
    """Make an ear in the plane y = 0 between two points (x, z) in a wall, `reach_m` out from it at most."""
    turn = np.linspace(-np.pi / 2, np.pi / 2, _HANDLE_ROWS[look.near])
    share = (np.sin(turn) + 1) / 2
    base = np.array(low) + share[:, None] * np.subtract(high, low)
    half_m = np.full(len(turn), thick_m / 2)
    base[:, 0] += np.cos(turn) * (reach_m - thick_m / 2)
    return _make_tube(base, half_m, look)


def make_spout(way_m: np.ndarray, half_m: np.ndarray, look: PackLook) -> Mesh:
    """Make a spout along (N, 2) points in the plane y = 0, of (N,) half widths; one looks into its end."""
    if look.near:
        rows = np.column_stack([way_m, half_m])
        fine = np.linspace(0.0, 1.0, NEAR_STEPS * (len(rows) - 1) + 1)
        weight = np.stack([(1 - fine) ** 2, 2 * fine * (1 - fine), fine**2], axis=1)
        middle = 2 * rows[1] - (rows[0] + rows[2]) / 2  # the curve goes through the second point (Bezier)
        rows = weight @ np.stack([rows[0], middle, rows[2]])
        way_m, half_m = rows[:, :2], rows[:, 2]
    return _make_tube(way_m, half_m, look, hollow=look.near)


def _make_tube(way_m: np.ndarray, half_m: np.ndarray, look: PackLook, *, hollow: bool = False) -> Mesh:
    """Draw a closed skin round (N, 2) points x, z, from below, of (N,) half widths; `hollow`: open above."""
    along = np.gradient(way_m, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    side = np.column_stack([along[:, 1], np.zeros(len(along)), -along[:, 0]])
    middle = np.column_stack([way_m[:, 0], np.zeros(len(way_m)), way_m[:, 1]])
    circle = make_circle(_TUBE_SIDES[look.near])
    ring = circle[:, :1] * side[:, None] + circle[:, 1:] * np.array([0.0, 1.0, 0.0])
    rings = middle[:, None] + half_m[:, None, None] * ring
    begin, end = (np.repeat(middle[k][None, None], len(circle), axis=1) for k in (0, -1))
    if hollow:
        lip = middle[-1] + 0.6 * half_m[-1] * ring[-1:]
        end = np.concatenate([lip, np.repeat(middle[-2][None, None], len(circle), axis=1)])
    return make_loft(np.concatenate([begin, rings, end]), make_finish(look, "gloss"))


def fit_mesh(mesh: Mesh, size_m: tuple[float, float, float]) -> Mesh:
    """Bring a mesh into its box, on the ground."""
    low, high = mesh.position_m.min(axis=0), mesh.position_m.max(axis=0)
    scale = np.array(size_m, np.float32) / (high - low)
    foot = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]], np.float32)
    return stretch_mesh(mesh, scale, about_m=foot)
