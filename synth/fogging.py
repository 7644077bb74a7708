"""Fog on the glass doors of fridges and freezers, which the shop's damp air leaves where a door was opened.

In: the scenario, the store's panes, the simulation's events. Out: how densely each pane is fogged at any
time. A door is opened for every event at a slot behind it. Pictures suffer, labels do not: what lies behind a
pane is labelled as if it were clear, and clip.json tells of each pane when it was opened.
"""

from typing import Any

import numpy as np

from scenes.scenario import Scenario
from scenes.world import Pane, Store
from synth.ledger import parse_place
from synth.records import Simulation

OPENS_S = 0.7  # before the hand is at the item
COMES_S = 1.2  # time constant of condensation
_BESIDE_M = 0.06  # a door is as much wider than its pane, on each side
_DEPTH_M = 0.9  # slots begin at most so far behind their door


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
    slot_m = store.planogram.world_from_slot[:, :3, 3]
    behind = np.stack([_is_behind(pane, slot_m) for pane in store.panes] or [np.zeros(0, bool)])
    opened: list[list[float]] = [[] for _ in store.panes]
    for event in simulation.events:
        slots = {parse_place(place).slot for place in (event.from_place, event.to_place) if place} - {-1}
        for pane in np.flatnonzero(behind[:, sorted(slots)].any(axis=1)) if slots else ():
            opened[pane].append(event.time_s - OPENS_S)
    return [np.array(times) for times in opened]


def _is_behind(pane: Pane, point_m: np.ndarray) -> np.ndarray:
    """Return (S,) bool: which points (S, 3) are behind the door of a pane."""
    if pane.kind != "cooled":
        return np.zeros(len(point_m), bool)
    width, height = np.linalg.norm(pane.right_m), np.linalg.norm(pane.up_m)
    right, up = pane.right_m / width, pane.up_m / height
    along, above, before = np.stack([right, up, np.cross(right, up)]) @ (point_m - pane.corner_m).T
    return (
        (np.abs(along - width / 2) < width / 2 + _BESIDE_M)
        & (np.abs(above - height / 2) < height / 2 + _BESIDE_M)
        & (before < 0)
        & (before > -_DEPTH_M)
    )
