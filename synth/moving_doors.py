"""How far the doors of a shop stand open at any time: those of its cases, and the leaves that slide.

In: the store and its simulation. Out: shares, 0 (shut) to 1, which the stage poses and clip.json tells.
"""

from typing import Any

import numpy as np

from scenes.world import Store
from synth.records import Simulation
from synth.sensors.doors import find_openings

SLIDES_OPEN_S, SLIDES_SHUT_S = 0.9, 1.5  # automatic doors open fast and shut slowly (EN 16005)


def read_doors(store: Store, simulation: Simulation, time_s: np.ndarray) -> np.ndarray:
    """Return (frames, moving doors) float32, how far each is open at times (frames,)."""
    share = np.zeros((len(time_s), len(store.moving_doors)))
    for move in simulation.door_moves:  # in order of time: the later one stands
        begun = time_s >= move.from_s
        share[begun, move.door] = move.share(time_s[begun])
    openings = find_openings(simulation) if store.leaves else []
    for number, leaf in enumerate(store.leaves, start=len(store.case_doors)):
        for door, from_s, to_s in openings:
            if door == leaf.door:
                share[:, number] = np.maximum(share[:, number], slide(time_s, from_s, to_s))
    return share.astype(np.float32)


def slide(time_s: np.ndarray, from_s: float, to_s: float) -> np.ndarray:
    """Return (frames,) how far a sliding door is open that is not shut from one time to another.

    >>> slide(np.array([0.0, 1.0, 4.0, 5.0]), 0.0, 5.0).round(2).tolist()
    [0.0, 1.0, 0.74, 0.0]
    """
    opening = (time_s - from_s) / SLIDES_OPEN_S
    shutting = (to_s - time_s) / SLIDES_SHUT_S
    share = np.clip(np.minimum(opening, shutting), 0.0, 1.0)
    return share * share * (3.0 - 2.0 * share)


def list_open_doors(store: Store, share: np.ndarray) -> dict[str, tuple[dict[str, Any], ...]]:
    """Say of each door that is ever open how far it is, by the shares that `read_doors` returns.

    Returns:
        What `Conditions` holds of doors of cases and of leaves of sliding doors.
    """
    cases = len(store.case_doors)
    told = [
        (n < cases, {"instance_id": door.instance_id, "share": np.round(share[:, n], 4).tolist()})
        for n, door in enumerate(store.moving_doors)
        if share[:, n].any()
    ]
    return {
        "case_doors": tuple(door for of_case, door in told if of_case),
        "door_leaves": tuple(door for of_case, door in told if not of_case),
    }
