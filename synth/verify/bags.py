"""Proves that clip.json has every bag with whom the events have it: on a shoulder, in a hand, on the floor.

In: events, clip.json. Out: findings. No event says which hand has a bag or when it leaves the shoulder; that
is only held against itself.
"""

from collections.abc import Iterable
from itertools import groupby, pairwise
from typing import Any

from synth.ledger import WHOLE_BAGS
from synth.verify.content import ClipContent
from synth.verify.findings import ClipFindings

_SAME_S = 1e-6
_FLOOR = ""  # with nobody


def check_bags(content: ClipContent, findings: ClipFindings) -> None:
    """Check `bags`: whole stays without a gap, and each change of hands where the events have one."""
    told: dict[str, list[dict[str, Any]]] = {}
    for stay in content.clip["bags"]:
        told.setdefault(stay["trip_code"], []).append(stay)
    moved = follow_bags(content.events)
    trips = {person["trip_code"] for person in content.clip["people"]}
    until_s = content.clip["scenario"]["clip"]["duration_s"]
    for trip in sorted({*told, *moved}):
        where, stays = f"bags, {trip}", told.get(trip, [])
        if trip not in trips:
            findings.add("clip.json", where, "nobody came with this bag")
        ends = [stay["to_s"] for stay in stays[:-1]]
        starts = [stay["from_s"] for stay in stays[1:]]
        whole = bool(stays) and stays[0]["from_s"] is None and stays[-1]["to_s"] is None
        if stays and not (
            whole and ends == starts and all(a < b for a, b in pairwise([*starts, until_s + 1]))
        ):
            findings.add("clip.json", where, "its stays do not follow each other from null to null")
            continue
        if any(from_s > until_s for from_s in starts):
            findings.add("clip.json", where, "a stay begins after the clip's end")
        had = [(stay["from_s"], _carrier(stay["place"])) for stay in stays]
        changes = [(at_s, who) for (_, before), (at_s, who) in pairwise(had) if who != before]
        if had and had[0] != (None, trip):
            findings.add("clip.json", where, f"it comes with {had[0][1] or 'nobody'}")
        if not _is_same(changes, moved.get(trip, [])):
            findings.add("clip.json", where, f"changes hands {changes}, the events say {moved.get(trip, [])}")


def follow_bags(events: Iterable[dict[str, Any]]) -> dict[str, list[tuple[float, str]]]:
    """Follow who has which bag: trip that a bag came with -> (when, trip that has it from then on or "")."""
    worn: dict[str, str] = {}  # trip -> the bag that it has first, its own until that is another
    standing: dict[str, str] = {}  # place -> the bag that stands there
    moved: dict[str, list[tuple[float, str]]] = {}
    passing = (event for event in events if event["kind"] in WHOLE_BAGS)

    def give(bag: str, time_s: float, trip: str) -> None:
        moved.setdefault(bag, []).append((time_s, trip))

    for (time_s, kind, _), together in groupby(passing, key=_contact):
        event = next(together)
        from_trip, to_trip = (event[name].split(":")[1] for name in ("from_place", "to_place"))
        if kind == "swap":
            bags = worn.get(from_trip, from_trip), worn.get(to_trip, to_trip)
            worn[to_trip], worn[from_trip] = bags
            give(bags[0], time_s, to_trip)
            give(bags[1], time_s, from_trip)
        elif kind == "set_down":
            standing[event["to_place"]] = worn.get(from_trip, from_trip)
            worn[from_trip] = ""
            give(standing[event["to_place"]], time_s, _FLOOR)
        else:
            bag = standing.pop(event["from_place"])
            if worn.get(to_trip, to_trip) == "":
                worn[to_trip] = bag
            give(bag, time_s, to_trip)
    return moved


def _contact(event: dict[str, Any]) -> tuple[float, str, frozenset[str]]:
    """Name what passes at once: all that is in a bag, and in a swap both ways."""
    return event["time_s"], event["kind"], frozenset((event["from_place"], event["to_place"]))


def _carrier(place: str) -> str:
    return _FLOOR if place == "floor" else place.split(":")[1]


def _is_same(told: list[tuple[float, str]], true: list[tuple[float, str]]) -> bool:
    return len(told) == len(true) and all(
        abs(a_s - b_s) < _SAME_S and a == b for (a_s, a), (b_s, b) in zip(told, true, strict=True)
    )
