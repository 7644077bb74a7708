"""Nestling: how far hands of bananas, which are no balls, sink between others until they touch what is under.

In: meshes of pieces of one heap and how they lie, layer by layer. Out: how much lower each comes to lie. Only
heights are compared, on a grid seen from above.
"""

from collections.abc import Sequence

import numpy as np

from scenes.world import Mesh

_CELL_M = 0.005  # of the grid
_MARGIN = 2  # cells around all that lies there


def compute_sinking(meshes: Sequence[Mesh], pose: np.ndarray, layer: np.ndarray) -> np.ndarray:
    """Compute how far each piece of a heap sinks, the lowest layer first.

    Args:
        meshes: Of each piece; the same object for pieces that are alike.
        pose: (N, 4, 4) how it lies, all in one frame, z up.
        layer: (N,) from below; what is in 0 lies on the board.

    Returns:
        (N,) metres, 0 or more: up to where it touches one under it, or the board.
    """
    sides = {id(mesh): _sample_sides(mesh) for mesh in meshes}
    reach_m = max(float(np.abs(mesh.position_m[:, :2]).max()) for mesh in meshes) * np.sqrt(2.0)
    low_m = pose[:, :2, 3].min(axis=0) - reach_m - _MARGIN * _CELL_M
    shape = np.ceil((np.ptp(pose[:, :2, 3], axis=0) + 2 * reach_m) / _CELL_M).astype(int) + 2 * _MARGIN
    top_m = np.zeros(int(shape.prod()))
    sunk_m = np.zeros(len(meshes))
    for up in np.unique(layer):
        here = np.flatnonzero(layer == up).tolist()
        if up:
            for one in here:
                below, _ = sides[id(meshes[one])]
                cell, z_m = _place(below, pose[one], low_m, shape)
                sunk_m[one] = max(0.0, float((z_m - top_m[cell]).min()))
        for one in here:
            _, above = sides[id(meshes[one])]
            cell, z_m = _place(above, pose[one], low_m, shape)
            np.maximum.at(top_m, cell, z_m - sunk_m[one])
    return sunk_m


def _sample_sides(mesh: Mesh) -> tuple[np.ndarray, np.ndarray]:
    """Return points (N, 3) all over the faces of a mesh that look down, and over those that look up."""
    corner = mesh.position_m[mesh.faces].astype(np.float64)
    first, along, across = corner[:, 0], corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]
    up = along[:, 0] * across[:, 1] - along[:, 1] * across[:, 0]
    parts = int(np.ceil(np.linalg.norm([along, across, across - along], axis=-1).max() / _CELL_M))
    shares = [(i / parts, j / parts) for i in range(parts + 1) for j in range(parts + 1 - i)]
    points = np.stack([first + along * i + across * j for i, j in shares], axis=1)
    return points[up < 0].reshape(-1, 3), points[up > 0].reshape(-1, 3)


def _place(
    points: np.ndarray, pose: np.ndarray, low_m: np.ndarray, shape: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the cells (N,) that points of a piece are over where it lies, and how high they are."""
    lies = points @ pose[:3, :3].T + pose[:3, 3]
    column = ((lies[:, :2] - low_m) / _CELL_M).astype(int)
    return column[:, 0] * shape[1] + column[:, 1], lies[:, 2]
