"""Heights of shelf boards, fitted to what a shop sells.

In: a floor plan whose runs have boards at usual heights, and a catalogue. Out: the plan with boards as close
together as the goods allow. Called by scenes/store.py before the planogram is drawn.
"""

from dataclasses import replace

import numpy as np

from scenes.plan.formats import COOLING
from scenes.plan.layout import (
    BOARD_THICKNESS_M,
    HIGHEST_BOARD_M,
    MOST_CLEAR_M,
    TOP_CENTER_M,
    FloorPlan,
    ShelfRun,
    compute_clear,
)
from scenes.world import Catalogue

HEADROOM_M = 0.03  # between a pack and the board above it, to get a hand in
_LEAST_CLEAR_M = 0.13  # a hand has to get in between two boards
_CLEAR_STEP_M = 0.025  # slots in the uprights, in which boards hook
_FITTED_KINDS = ("gondola", "end_cap", "wall_shelf", "display_stand", *COOLING)
_TABLES = ("table", "promo_table")


def fit_boards(
    plan: FloorPlan, catalogue: Catalogue, home: np.ndarray, *, rng: np.random.Generator
) -> FloorPlan:
    """Move the boards of shelving: each side of a fixture is set out for the goods at home there.

    `home` (R, P) says which products are at home on which run.

    The lowest compartment keeps its height: it is made for the tallest packs.
    """
    runs = []
    for run, mine in zip(plan.runs, home, strict=True):
        fixture = plan.layout.fixtures[run.fixture]
        if fixture.kind in _FITTED_KINDS and len(run.board_z_m) > 1:
            height_m = np.sort(catalogue.size_m[mine if mine.any() else slice(None), 2])
            run = _fit_run(run, height_m, fixture.kind, rng=rng)
        elif fixture.kind in _TABLES:
            run = _fit_table(run)
        runs.append(run)
    return replace(plan, runs=tuple(runs))


def _fit_run(run: ShelfRun, height_m: np.ndarray, kind: str, *, rng: np.random.Generator) -> ShelfRun:
    """Draw boards from the second up, each for a height of goods."""
    # Neighbouring heights: small goods stand together, and so do tall ones.
    middle = rng.choice([0.2, 0.5, 0.8], p=[0.45, 0.35, 0.2])
    top = min(run.top_m - 0.12, HIGHEST_BOARD_M)
    board = [float(run.board_z_m[0]), float(run.board_z_m[1])]
    while True:
        share = float(np.clip(middle + rng.uniform(-0.2, 0.2), 0, 1))
        goods_m = float(height_m[round(share * (len(height_m) - 1))])
        clear = max(_LEAST_CLEAR_M, goods_m + HEADROOM_M + 0.004)
        step = _CLEAR_STEP_M * np.ceil((clear + BOARD_THICKNESS_M) / _CLEAR_STEP_M)
        if board[-1] + step > top:
            break
        board.append(board[-1] + float(step))
    z = np.round(board, 4)
    return replace(run, board_z_m=z, clear_m=compute_clear(z, kind, run.top_m))


def _fit_table(run: ShelfRun) -> ShelfRun:
    """Give a table two boards: its top, a rim below the edge, and a shelf under it."""
    z = np.round([run.board_z_m[0], run.top_m - 0.05], 4)
    clear_m = np.array([z[1] - z[0] - 0.16, 2 * (TOP_CENTER_M - z[1])])
    return replace(run, board_z_m=z, clear_m=np.round(np.minimum(clear_m, MOST_CLEAR_M), 4))
