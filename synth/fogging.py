"""Fog on the glass doors of fridges and freezers, which the shop's damp air leaves where a door was opened.

In: the scenario, the store's panes, how their doors move. Out: how densely each pane is fogged at any time.
Pictures suffer, labels do not: what lies behind a
pane is labelled as if it were clear, and clip.json tells of each pane when it was opened.
"""

from typing import Any

import numpy as np

from scenes.scenario import Scenario
from scenes.world import Store
from synth.records import Simulation

COMES_S = 1.2  # time constant of condensation


class GlassFog:
    """How densely each pane of a store is fogged in one clip.

    Attributes:
        openings: A dict for each pane that is opened, as clip.json lists it.
    """

    def __init__(self, scenario: Scenario, store: Store, simulation: Simulation) -> None:
        self._amount = scenario.faults.glass_fog
        self._clears_s = scenario.faults.glass_fog_clears_s
        self._opened_s = [np.zeros(0) for _ in store.panes]
        if self._amount > 0:
            self._opened_s = _find_openings(store, simulation)
        self.openings: tuple[dict[str, Any], ...] = tuple(
            {
                "pane": number,
                "instance_id": pane.instance_id,
                "corner_m": pane.corner_m.tolist(),
                "right_m": pane.right_m.tolist(),
                "up_m": pane.up_m.tolist(),
                "opened_s": opened_s.tolist(),
                "density": self._amount,
                "clears_s": self._clears_s,
            }
            for number, (pane, opened_s) in enumerate(zip(store.panes, self._opened_s, strict=True))
            if len(opened_s)
        )

    def at(self, time_s: float) -> np.ndarray:
        """Return the (panes,) float32 density of the fog at a time, 0 to 1."""
        return np.array(
            [
                self._amount * compute_fog(time_s - opened_s, self._clears_s) if len(opened_s) else 0.0
                for opened_s in self._opened_s
            ],
            np.float32,
        )


def compute_fog(since_s: np.ndarray, clears_s: float) -> float:
    """Return the fog that openings of a door have left, 0 (clear) to 1, whatever their number.

    Args:
        since_s: (K,) seconds since each opening; one to come counts for nothing.
        clears_s: Time constant with which fog clears.

    >>> round(compute_fog(np.array([6.0]), 30.0), 3), compute_fog(np.array([-1.0]), 30.0)
    (0.813, 0.0)
    """
    since_s = since_s[since_s > 0]
    each = (1.0 - np.exp(-since_s / COMES_S)) * np.exp(-since_s / clears_s)
    return float(1.0 - np.prod(1.0 - each))


def _find_openings(store: Store, simulation: Simulation) -> list[np.ndarray]:
    """Return for each pane when its door is opened."""
    opened: list[list[float]] = [[] for _ in store.panes]
    for move in simulation.door_moves:
        if move.to_share > move.from_share:
            opened[store.case_doors[move.door].pane].append(move.from_s)
    return [np.array(times) for times in opened]
