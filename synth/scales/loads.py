"""What rests on every plate, and when that changes.

In: the store and the ledger's events. Out: loads in kilograms, exact. An item's mass is shared among the
plates under it, see synth/scales/footprints.py.
"""

from dataclasses import dataclass

import numpy as np

from scenes.world import Store
from synth.ledger import parse_place
from synth.ledger.placement import compute_stays
from synth.records import Simulation
from synth.scales.footprints import share_among_plates


@dataclass(frozen=True)
class LoadSteps:
    """Steps of the load of plates; most plates have none.

    Attributes:
        plate: (E,) int64, ascending.
        time_s, step_kg: (E,) float64, when each comes and what it adds.
    """

    plate: np.ndarray
    time_s: np.ndarray
    step_kg: np.ndarray


def compute_load_steps(store: Store, simulation: Simulation) -> tuple[LoadSteps, np.ndarray]:
    """Compute how the load of each plate changes.

    Returns:
        The steps, at most one of a plate at a time, a plate's in order of time; and the load before the first
        of them, (L,) float64 kilograms.
    """
    stays = compute_stays(store, simulation)
    still = ~store.planogram.is_reserve()[store.item_slot]  # under reserve stock there are no scales
    still[list(stays)] = False
    still = np.flatnonzero(still)
    rests = [
        (stay, pose)
        for history in stays.values()
        for stay in history
        if parse_place(stay.place).slot >= 0 and (pose := stay.world_from_item) is not None
    ]
    item = np.append(still, [stay.item_id for stay, _ in rests]).astype(int)
    slot = np.append(store.item_slot[still], [parse_place(stay.place).slot for stay, _ in rests]).astype(int)
    pose = np.concatenate([store.world_from_item[still], *(pose[None] for _, pose in rests)])
    row, plate, share = share_among_plates(store, item, slot, pose)
    mass_kg = share * store.catalogue.mass_kg[store.item_product[item[row]]]
    from_s = np.append(np.full(len(still), -np.inf), [stay.from_s for stay, _ in rests])[row]
    to_s = np.append(np.full(len(still), np.inf), [stay.to_s for stay, _ in rests])[row]

    first = np.isneginf(from_s)
    leaves = np.isfinite(to_s)
    initial_kg = np.bincount(plate[first], mass_kg[first], minlength=len(store.planogram.plate_m))
    steps = _sum_steps(
        np.append(plate[~first], plate[leaves]),
        np.append(from_s[~first], to_s[leaves]),
        np.append(mass_kg[~first], -mass_kg[leaves]),
    )
    return steps, initial_kg


def _sum_steps(plate: np.ndarray, time_s: np.ndarray, step_kg: np.ndarray) -> LoadSteps:
    """Sort steps by plate and time, and make one of those that come at once."""
    order = np.lexsort((time_s, plate))
    plate, time_s = plate[order], time_s[order]
    begins = np.append(True, (np.diff(plate) != 0) | (np.diff(time_s) != 0.0))[: len(order)]
    total_kg = np.bincount(np.cumsum(begins) - 1, step_kg[order], minlength=int(begins.sum()))
    felt = total_kg != 0.0
    return LoadSteps(plate[begins][felt], time_s[begins][felt], total_kg[felt])
