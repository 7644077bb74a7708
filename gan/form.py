"""The form of the scene stage: its sizes, its hard bounds, and the spline that spreads its coarse grid.

Shared by the network that is trained (network.py), the graph that runs (inference.py), the arrays that
both read (planes.py) and the proof (certificate.py), without any of them importing torch for it.

y = (I + B) x + b + m(x, G) + r, a colour picture x in 0 to 1. Each term is bounded whatever the weights:

* B (a 3x3 colour matrix) and b come from a coarse grid and are spread with a quadratic B-spline, whose
  weights are non-negative and sum to 1; so norm(B) <= B_MAX holds between the cells as in them.
* m is a function of one pixel's own colour, G-buffer and world noise: |m| <= M_MAX a channel.
* what b, m and, on grey, B do apart from lightening and darkening is TINT_SHARE of that at most: they cannot
  paint one shop's grey floor in the colour of another's.
* r is a small convolution: |r| <= R_MAX a channel, and 0 within EDGE_MARGIN_PX of instance edges.
"""

from dataclasses import dataclass

import numpy as np

from scenes.surfaces import BASE_MATERIALS
from scenes.world import CLASS_NAMES
from synth import certificate_limits

GRID_ROWS, GRID_COLUMNS = 6, 8
CODE_SIZE = 8
PLANE_COUNT = 13  # rgb, albedo, normal, depth, three octaves of world noise: see planes.py
POOLED_COUNT = 9  # mean rgb, mean albedo, share of static surface, row, column
CLASS_COUNT = len(CLASS_NAMES)
MATERIAL_COUNT = len(BASE_MATERIALS) + 1  # each has its row of the refiner's table; lamps share the last
HIDDEN = 24
RESIDUAL_WIDTH = 12
SLOPE = 0.2  # of the leaky ReLUs

B_MAX = certificate_limits.LINEAR_NORM_MAX
OFFSET_MAX = 0.10
M_MAX = 0.10
TINT_SHARE = 0.1
R_MAX = certificate_limits.RESIDUAL_MAX
EDGE_MARGIN_PX = certificate_limits.EDGE_MARGIN_PX


# Applied to three numbers in -1 to 1: their mean goes to all channels alike, what differs from it is shrunk.
# Its rows are non-negative and sum to 1, so that no channel leaves -1 to 1.
TINT_MATRIX = (TINT_SHARE * np.eye(3) + (1.0 - TINT_SHARE) / 3.0).astype(np.float32)


@dataclass(frozen=True)
class SceneFields:
    """The terms of the scene stage for one frame, channels first.

    Attributes:
        linear_grid: (GRID_ROWS, GRID_COLUMNS, 3, 3) float32, B of each cell.
        offset_grid: (GRID_ROWS, GRID_COLUMNS, 3) float32, b of each cell.
        surface: (3, H, W) float32, m.
        residual: (3, H, W) float32, r.
    """

    linear_grid: np.ndarray
    offset_grid: np.ndarray
    surface: np.ndarray
    residual: np.ndarray

    def scaled(self, strength: float) -> "SceneFields":
        """Return the terms of x + strength (y - x), which has the same form."""
        return SceneFields(
            linear_grid=self.linear_grid * np.float32(strength),
            offset_grid=self.offset_grid * np.float32(strength),
            surface=self.surface * np.float32(strength),
            residual=self.residual * np.float32(strength),
        )


def spline_weights(size: int, cells: int) -> np.ndarray:
    """Return the (size, cells) float32 weights of a quadratic B-spline: non-negative, rows sum to 1.

    Cell centres lie at (i + 0.5) * size / cells; beyond the outermost centres the last cell holds.

    >>> weights = spline_weights(240, 6)
    >>> bool((weights >= 0).all()), bool(np.allclose(weights.sum(1), 1))
    (True, True)
    """
    position = (np.arange(size) + 0.5) * cells / size - 0.5
    weights = np.zeros((size, cells))
    rows = np.arange(size)
    nearest = np.round(position).astype(int)
    offset = position - nearest
    for step, weight in (
        (-1, 0.5 * (0.5 - offset) ** 2),
        (0, 0.75 - offset**2),
        (1, 0.5 * (0.5 + offset) ** 2),
    ):
        np.add.at(weights, (rows, np.clip(nearest + step, 0, cells - 1)), weight)
    return weights.astype(np.float32)


def spread_grid(grid: np.ndarray, height: int, width: int) -> np.ndarray:
    """Spread a (GRID_ROWS, GRID_COLUMNS, K) grid over the picture: (K, height, width) float32."""
    rows = spline_weights(height, GRID_ROWS)
    columns = spline_weights(width, GRID_COLUMNS)
    by_column = np.einsum("wc,rck->krw", columns, grid)
    return np.ascontiguousarray(rows @ by_column)


def _weight_shapes() -> dict[str, tuple[int, ...]]:
    """List the arrays of a checkpoint, as network.py names them."""
    wide, narrow = HIDDEN, RESIDUAL_WIDTH
    return {
        "grid_first.weight": (16, POOLED_COUNT, 3, 3),
        "grid_first.bias": (16,),
        "grid_code.weight": (16, CODE_SIZE),
        "grid_second.weight": (16, 16, 3, 3),
        "grid_second.bias": (16,),
        "grid_last.weight": (12, 16, 1, 1),
        "grid_last.bias": (12,),
        "class_table.weight": (CLASS_COUNT, wide),
        "material_table.weight": (MATERIAL_COUNT, wide),
        "surface_first.weight": (wide, PLANE_COUNT),
        "surface_first.bias": (wide,),
        "surface_code.weight": (wide, CODE_SIZE),
        "surface_second.weight": (wide, wide),
        "surface_second.bias": (wide,),
        "surface_last.weight": (3, wide),
        "surface_last.bias": (3,),
        "residual_first.weight": (narrow, 3, 3, 3),
        "residual_first.bias": (narrow,),
        "residual_second.weight": (narrow, narrow, 3, 3),
        "residual_second.bias": (narrow,),
        "residual_last.weight": (3, narrow, 1, 1),
        "residual_last.bias": (3,),
    }


WEIGHT_SHAPES = _weight_shapes()
