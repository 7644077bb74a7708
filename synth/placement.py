"""Where each item is at each instant, read off the ledger's events.

In: a `Store` and a `Simulation`. Out: for every item that an event moves, its stays: place after place,
from the simulation's start to its end. Items without stays stand where the planogram put them. The
scales (synth/scales/) weigh the stays, the stage (synth/stage.py) shows them.
"""

from dataclasses import dataclass

import numpy as np

from scenes.errors import LedgerError
from scenes.world import Store
from synth.ledger import parse_place
from synth.records import Event, Simulation


@dataclass(frozen=True)
class Stay:
    """One item in one place.

    Attributes:
        from_s, to_s: Half-open interval [from_s, to_s), seconds from the clip's start; the first begins at
            -inf, the last ends at +inf.
        place: As in `Event`: ``slot:<id>``, ``hand:<trip>:left``, ``floor``...
        world_from_item: (4, 4) float64 resting pose on a slot or the floor, None elsewhere.
    """

    item_id: int
    from_s: float
    to_s: float
    place: str
    world_from_item: np.ndarray | None


def compute_stays(store: Store, simulation: Simulation) -> dict[int, tuple[Stay, ...]]:
    """Follow every moved item from place to place.

    Returns:
        item_id -> its stays in order of time, in ascending order of item_id. Items that are only touched
        are left out.

    Raises:
        LedgerError: An event takes an item from another place than the one it was in, or lays it down
            without saying where.
    """
    moves: dict[int, list[Event]] = {}
    for event in simulation.events:
        if event.item_id >= 0 and (event.from_place != event.to_place or event.kind == "knock"):
            moves.setdefault(event.item_id, []).append(event)
    return {item: _stays_of_item(store, item, moves[item]) for item in sorted(moves)}


def _stays_of_item(store: Store, item_id: int, moves: list[Event]) -> tuple[Stay, ...]:
    place = moves[0].from_place
    pose = store.world_from_item[item_id] if parse_place(place).is_store_place else None
    since_s = -np.inf
    stays = []
    for event in moves:
        if event.from_place != place:
            raise LedgerError(
                f"event {event.event_id} at {event.time_s:.3f} s takes item {item_id} from "
                f"{event.from_place}, but it was in {place}; events of an item must follow each other in time"
            )
        stays.append(Stay(item_id, since_s, event.time_s, place, pose))
        place, pose, since_s = event.to_place, event.world_from_item, event.time_s
        if not parse_place(place).is_store_place:
            pose = None
        elif pose is None:
            raise LedgerError(
                f"event {event.event_id} lays item {item_id} down in {place} without a resting pose; "
                "set Event.world_from_item"
            )
    stays.append(Stay(item_id, since_s, np.inf, place, pose))
    return tuple(stays)
