"""Proves that clip.json has every bag and coat with whom the events have it: worn, in a hand, on the floor.

In: events, clip.json. Out: findings. No event says which hand has a bag or when it leaves the shoulder (a
coat the arm); that is only held against itself.
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
    """Check `bags` and `coats`: whole stays without a gap, each change of hands where the events have one."""
    people = content.clip["people"]
    _check_stays("bags", {person["trip_code"] for person in people}, content, findings)
    with_coats = {person["trip_code"] for person in people if person["coat_on_arm"]}
    _check_stays("coats", with_coats, content, findings)
    _check_arms(with_coats, content, findings)


def _check_stays(name: str, trips: set[str], content: ClipContent, findings: ClipFindings) -> None:
    """Check one of the lists, in which there is something of these trips alone."""
    told: dict[str, list[dict[str, Any]]] = {}
    for stay in content.clip[name]:
        told.setdefault(stay["trip_code"], []).append(stay)
    coats = name == "coats"
    moved = follow_bags(e for e in content.events if e["from_place"].startswith("arm:") == coats)
    until_s = content.clip["scenario"]["clip"]["duration_s"]
    for trip in sorted({*told, *moved}):
        where, stays = f"{name}, {trip}", told.get(trip, [])
        if trip not in trips:
            findings.add("clip.json", where, f"nobody came with one of the {name}")
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


def _check_arms(with_coats: set[str], content: ClipContent, findings: ClipFindings) -> None:
    """Check that who has a coat on the arm does all with the other hand, and that nobody else has one."""
    used: dict[str, set[str]] = {trip: set() for trip in with_coats}
    for event in content.events:
        where, trip = f"event {event['event_id']}", event["trip_code"]
        if event["hand"] and trip in used:
            used[trip].add(event["hand"])
            if len(used[trip]) > 1:
                findings.add("events.parquet", where, f"{trip} has a coat on the arm, and two hands act")
        for place in (event["from_place"], event["to_place"]):
            if trip in used and place == f"pocket:{trip}":
                findings.add("events.parquet", where, f"{place}, who has a coat on the arm for that")
            if place.startswith("arm:") and place.removeprefix("arm:") not in with_coats:
                findings.add("events.parquet", where, f"{place}, who has no coat on the arm")
    for stay in content.clip["coats"]:
        kind, trip, *hand = stay["place"].split(":")
        if kind == "hand" and trip in used:
            used[trip].update(hand)
            if len(used[trip]) > 1:
                where = f"coats, {stay['trip_code']}"
                findings.add("clip.json", where, f"in the {hand[0]} hand of {trip}, who uses the other one")


def follow_bags(events: Iterable[dict[str, Any]]) -> dict[str, list[tuple[float, str]]]:
    """Follow who has which bag, or coat: trip that it came with -> (when, trip that has it then or "")."""
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
