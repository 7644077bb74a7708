"""Closed skins drawn over rings of points: what is neither turned nor flat."""

import numpy as np

from scenes.geometry import Finish, compute_smooth_normals, drop_slivers, make_grid_faces, make_mesh
from scenes.world import Mesh


def make_loft(ring_m: np.ndarray, finish: Finish, *, uv: np.ndarray | None = None) -> Mesh:
    """Draw a smooth skin over rings.

    Args:
        ring_m: (R, C, 3) points, rings from bottom to top, each counter-clockwise seen from above; the last
            point of a ring is its first again.
        finish: Look and class.
        uv: (R, C, 2); the whole texture once around by default.
    """
    rows, columns, _ = ring_m.shape
    if uv is None:
        u, v = np.linspace(0.0, 1.0, columns), np.linspace(1.0, 0.0, rows)
        uv = np.stack(np.broadcast_arrays(u[None, :], v[:, None]), axis=-1)
    position = ring_m.reshape(-1, 3)
    faces = drop_slivers(position, make_grid_faces(rows, columns))
    normal = compute_smooth_normals(position, faces).reshape(rows, columns, 3)
    normal[:, [0, -1]] = normal[:, [0]] + normal[:, [-1]]
    for end in (0, -1):  # a ring that is one point has one normal
        if np.ptp(ring_m[end], axis=0).max() < 1e-9:
            normal[end] = normal[end].sum(axis=0)
    return make_mesh(position, normal.reshape(-1, 3), uv.reshape(-1, 2), faces, finish)


def make_circle(segments: int) -> np.ndarray:
    """Return (segments + 1, 2) points of the unit circle, their middle towards -Y, as `make_lathe` turns.

    >>> (make_circle(2).round(6) + 0.0).tolist()
    [[0.0, 1.0], [0.0, -1.0], [0.0, 1.0]]
    """
    angle = -np.pi / 2 + np.linspace(-np.pi, np.pi, segments + 1)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def trace_curve(held: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Return (..., 2) points at rows (...) of a curve (Catmull and Rom 1974) through all but the outermost.

    Args:
        held: (N + 2, 2) points; the first and the last only say which way the curve begins and ends.
        row: From 0, at the first point that it goes through, to N - 1.
    """
    first = np.minimum(row.astype(int), len(held) - 4)
    t = (row - first)[..., None]
    a, b, c, d = (held[first + k] for k in range(4))
    return np.asarray(b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))))
