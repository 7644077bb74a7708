"""Heights of shelf boards, fitted to what a shop sells.

In: a floor plan whose runs have boards at usual heights, and a catalogue. Out: the plan with boards as close
together as the goods allow. Called by scenes/store.py before the planogram is drawn.
"""

from dataclasses import replace

import numpy as np

from scenes.plan.formats import COOLING, TABLES
from scenes.plan.layout import (
    BOARD_THICKNESS_M,
    HIGHEST_BOARD_M,
    MOST_CLEAR_M,
    SPACING_M,
    TOP_CENTER_M,
    FloorPlan,
    ShelfRun,
    compute_clear,
)
from scenes.plan.sections import compute_due
from scenes.world import HIGHEST_CENTER_M, Catalogue

HEADROOM_M = 0.025  # between a pack and the board above it, to get fingers in
_LEAST_CLEAR_M = 0.13  # a hand has to get in between two boards
_CLEAR_STEP_M = 0.025  # slots in the uprights, in which boards hook
_BETWEEN = 0.85  # share of goods, by height, that boards are drawn for; taller ones have bottom and top
_GOLDEN = (5**0.5 - 1) / 2  # multiples of it, modulo 1, are spread evenly however many they are (Weyl, 1916)
_FITTED_KINDS = ("gondola", "end_cap", "wall_shelf", "display_stand", *COOLING)


def fit_boards(
    plan: FloorPlan,
    catalogue: Catalogue,
    home: np.ndarray,
    *,
    height_m: np.ndarray | None = None,
    rng: np.random.Generator,
) -> FloorPlan:
    """Move the boards of shelving: each side of a fixture is set out for the goods at home there.

    `home` (R, P) says which products are at home on which run, `height_m` (P,) what height each shall
    have, if it is not that of one pack.

    The lowest compartment becomes no higher than it was, and takes the tallest of what is at home there or on
    no shelving at all. Wall shelving that goes on over people's reach gets boards for reserve stock there.
    """
    if height_m is None:
        height_m = catalogue.size_m[:, 2]
    kinds = [plan.layout.fixtures[run.fixture].kind for run in plan.runs]
    fitted = [
        kind in _FITTED_KINDS and len(run.board_z_m) > 1 for kind, run in zip(kinds, plan.runs, strict=True)
    ]
    astray = ~home[fitted].any(axis=0)
    runs = []
    for r, run in enumerate(plan.runs):
        if fitted[r]:
            mine = home[r] if home[r].any() else ~home[r]
            tallest_m = float(height_m[mine | astray].max())
            ranked = _rank_heights(catalogue, height_m, mine)
            run = _fit_run(run, tallest_m, ranked, kinds[r], rng=rng)
            if kinds[r] == "wall_shelf":
                run = _add_reserve(run, tallest_m)
        elif kinds[r] in TABLES:
            run = _fit_table(run)
        runs.append(run)
    return replace(plan, runs=tuple(runs))


def _rank_heights(
    catalogue: Catalogue, height_m: np.ndarray, mine: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return (P,) heights of goods, ascending, and (P,) how much board all goods up to each are due."""
    order = np.argsort(height_m[mine], kind="stable")
    due_m = compute_due(catalogue)[mine] * catalogue.size_m[mine, 0]
    return height_m[mine][order], np.cumsum(due_m[order])


def _fit_run(
    run: ShelfRun,
    tallest_m: float,
    ranked: tuple[np.ndarray, np.ndarray],
    kind: str,
    *,
    rng: np.random.Generator,
) -> ShelfRun:
    """Fit the lowest compartment to the tallest goods, draw boards above it, each for goods of one height.

    As long as any of the goods fit under one more board, there is one more. Above the lowest, compartments
    become lower from board to board: what is high stands together, and low goods where one looks into them.
    """
    step_m, due = np.array([_find_step_m(height_m) for height_m in ranked[0]]), ranked[1]
    top = min(run.top_m - 0.12, HIGHEST_BOARD_M)
    first, second = (float(z) for z in run.board_z_m[:2])
    board = [first, min(second, first + _find_step_m(tallest_m))]
    at = rng.random()
    while fitting := int(np.searchsorted(step_m, top - board[-1], side="right")):
        at = (at + _GOLDEN) % 1  # so that each height has its due boards on a single run, too
        chosen = int(np.searchsorted(due, at * _BETWEEN * due[fitting - 1]))
        board.append(board[-1] + float(step_m[chosen]))
    above = board[1] + np.cumsum(np.sort(np.diff(board[1:]))[::-1])
    z = np.round([*board[:2], *above], 4)
    return replace(run, board_z_m=z, clear_m=compute_clear(z, kind, run.top_m))


def _add_reserve(run: ShelfRun, tallest_m: float) -> ShelfRun:
    """Add boards over people's reach, evenly up to the top, where at least one has room for goods.

    The uppermost compartment that people reach keeps room for the tallest goods.
    """
    board_m = float(run.board_z_m[-1])
    ends_m = min(board_m + run.clear_m[-1] + BOARD_THICKNESS_M, board_m + _find_step_m(tallest_m))
    low_m = max(HIGHEST_CENTER_M, ends_m)
    room_m = run.top_m - low_m
    if room_m < SPACING_M[0] - 1e-9:
        return run
    count = max(1, int(room_m / SPACING_M[0] + 1e-9))
    z = np.round(low_m + room_m / count * np.arange(count), 4)
    below_m = min(float(z[0]) - BOARD_THICKNESS_M - board_m, float(run.clear_m[-1]))
    above_m = np.append(np.diff(z) - BOARD_THICKNESS_M, run.top_m - z[-1])
    clear_m = np.round([*run.clear_m[:-1], below_m, *above_m], 4)
    return replace(run, board_z_m=np.append(run.board_z_m, z), clear_m=clear_m)


def _find_step_m(height_m: float) -> float:
    """Return how far over a board the next one hooks in, with packs of a height between them.

    >>> round(_find_step_m(0.115), 3), round(_find_step_m(0.31), 3)
    (0.175, 0.375)
    """
    step_m = max(_LEAST_CLEAR_M, height_m + HEADROOM_M) + BOARD_THICKNESS_M
    return float(_CLEAR_STEP_M * np.ceil(step_m / _CLEAR_STEP_M - 1e-6))


def _fit_table(run: ShelfRun) -> ShelfRun:
    """Give a table two boards: its top, a rim below the edge, and a shelf under it."""
    z = np.round([run.board_z_m[0], run.top_m - 0.05], 4)
    clear_m = np.array([z[1] - z[0] - 0.16, 2 * (TOP_CENTER_M - z[1])])
    return replace(run, board_z_m=z, clear_m=np.round(np.minimum(clear_m, MOST_CLEAR_M), 4))
