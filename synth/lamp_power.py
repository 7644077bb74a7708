"""How bright each lamp burns in a clip: some flicker and fail.

In: the scenario and the store. Out: the power of each lamp at any time, and what clip.json says of it.
Pictures change, labels do not.
"""

from typing import Any

import numpy as np

from scenes.randomness import make_rng
from scenes.scenario import Scenario
from scenes.world import Store

# Failing discharge lamps drop out irregularly; camera frames see it as steps at about this rate, in bursts.
FLICKER_HZ = 12.0
FLICKER_BURST_HZ = 0.8
FLICKER_CELLS = 256


class LampPower:
    """How bright each lamp burns, 0 to 1 of its usual power.

    A share of the lamps, drawn by lane or all on one side of the shop, flickers from the start and is dark
    from `lamps_fail_at_s` on.
    """

    def __init__(self, scenario: Scenario, store: Store) -> None:
        rng = make_rng(scenario.seed, scenario.index, "faults/lamps")
        faults = scenario.faults
        self._count = len(store.lamps)
        # On average over clips exactly the share asked for, however few lamps there are.
        failed_count = int(faults.lamps_failed * self._count + rng.random())
        order = rng.permutation(self._count)
        if faults.lamps_one_circuit:
            order = _order_from_a_side(store, turn=float(rng.uniform(0, 2 * np.pi)))
        self._failed = np.sort(order[:failed_count])
        self._fast = rng.random((failed_count, FLICKER_CELLS))
        self._burst = rng.random((failed_count, FLICKER_CELLS))
        self._fail_at_s = faults.lamps_fail_at_s
        self._flicker = faults.lamp_flicker
        self.faults: tuple[dict[str, Any], ...] = tuple(
            {"kind": "lamp", "lamp": int(lamp), "at_s": self._fail_at_s, "flicker": self._flicker}
            for lamp in self._failed
        )

    def at(self, time_s: float) -> np.ndarray:
        """Return the (lamps,) float32 power at a time."""
        power = np.ones(self._count, np.float32)
        if time_s >= self._fail_at_s:
            power[self._failed] = 0.0
        else:
            dip = self._fast[:, int(time_s * FLICKER_HZ) % FLICKER_CELLS]
            bursting = self._burst[:, int(time_s * FLICKER_BURST_HZ) % FLICKER_CELLS] < 0.6
            power[self._failed] = 1.0 - self._flicker * dip * bursting
        return power


def _order_from_a_side(store: Store, *, turn: float) -> np.ndarray:
    """Return the numbers of the lamps as they hang from one side of the shop to the other."""
    place_m = np.array([lamp.position_m[:2] for lamp in store.lamps]).reshape(-1, 2)
    return np.argsort(place_m @ [np.cos(turn), np.sin(turn)], kind="stable")
