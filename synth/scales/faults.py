"""What goes wrong with scales: stuck, dead, noisy and swapped plates, late clocks, lost messages.

In: readings (K, L) of scales that work, the scenario's faults. Out: the readings changed in place, and a
record of each fault. The true loads are never touched.
"""

from typing import Any

import numpy as np

from scenes.randomness import make_rng
from scenes.scenario import Scenario
from scenes.world import Store

SAMPLES_A_MESSAGE = 12  # AutoCheckout 2020
BROKEN_NOISE_G = 25.0


def inject_faults(
    mass_kg: np.ndarray, time_s: np.ndarray, scenario: Scenario, store: Store
) -> list[dict[str, Any]]:
    """Break plates, in place.

    Returns:
        A dict a fault: kind, plate, from_s and to_s; ``with_plate`` of a swapped one, ``late_s`` of a late
        clock, ``messages`` lost from the first (from_s) to the last (to_s).
    """
    faults, plates, end_s = scenario.faults, mass_kg.shape[1], float(time_s[-1])
    rng = make_rng(scenario.seed, scenario.index, "scales/faults")
    found: list[dict[str, Any]] = []

    def choose(share: float) -> np.ndarray:
        # On average over clips exactly the share asked for, however few plates there are.
        return np.sort(rng.permutation(plates)[: int(share * plates + rng.random())])

    def note(kind: str, plate: int, from_s: float = 0.0, **more: Any) -> None:
        found.append({"kind": kind, "plate": int(plate), "from_s": from_s, "to_s": end_s, **more})

    for plate in choose(faults.plates_broken_noisy):
        mass_kg[:, plate] += (1e-3 * BROKEN_NOISE_G * rng.standard_normal(len(time_s))).astype(np.float32)
        note("broken_noisy", plate)
    for plate in choose(faults.plates_stuck):
        since = int(rng.integers(len(time_s)))
        mass_kg[since:, plate] = mass_kg[since, plate]
        note("stuck", plate, float(time_s[since]))
    for plate in choose(faults.plates_dead):
        mass_kg[:, plate] = 0.0
        note("dead", plate)
    for plate in choose(faults.plates_swapped / 2).tolist() if plates > 1 else ():
        other = plate + 1 if plate + 1 < plates else plate - 1
        mass_kg[:, [plate, other]] = mass_kg[:, [other, plate]]
        note("swapped", plate, with_plate=int(other))
        note("swapped", other, with_plate=int(plate))
    fixture = store.planogram.plate_fixture
    for name in np.unique(fixture):
        found += _delay(mass_kg, np.flatnonzero(fixture == name), time_s, scenario, rng=rng)
    return found


def _delay(
    mass_kg: np.ndarray,
    members: np.ndarray,
    time_s: np.ndarray,
    scenario: Scenario,
    *,
    rng: np.random.Generator,
) -> list[dict[str, Any]]:
    """Put the clock of a gondola's plates back and lose some of its messages, in place; list all faults."""
    faults, found = scenario.faults, []
    late_s = float(rng.exponential()) * faults.scale_clock_late_s
    behind = round(late_s * scenario.sensors.rate_hz)
    if behind:
        source = np.maximum(np.arange(len(time_s)) - behind, 0)
        mass_kg[:, members] = mass_kg[np.ix_(source, members)]
        late = {"from_s": 0.0, "to_s": float(time_s[-1]), "late_s": behind / scenario.sensors.rate_hz}
        found += [{"kind": "late", "plate": plate, **late} for plate in members.tolist()]
    starts = np.arange(SAMPLES_A_MESSAGE, len(time_s), SAMPLES_A_MESSAGE)
    lost = starts[rng.random(len(starts)) < faults.messages_lost].tolist()
    for first in lost:
        mass_kg[first : first + SAMPLES_A_MESSAGE, members] = mass_kg[first - 1, members]
    if lost:
        last = min(lost[-1] + SAMPLES_A_MESSAGE, len(time_s)) - 1
        span = {"from_s": float(time_s[lost[0]]), "to_s": float(time_s[last]), "messages": len(lost)}
        found += [{"kind": "lost_message", "plate": plate, **span} for plate in members.tolist()]
    return found
