"""Proves that a child on somebody's arm is one: small, at the adult's side, on one payment, no hand twice.

In: clip.json, events, tracks. Out: findings. Tracks say on which arm a child sits; that hand of the adult's,
and the child's other one, which lies about the adult's neck, take and give nothing.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from synth.verify.content import ClipContent
from synth.verify.findings import ClipFindings

_TALLEST_M = 1.1
_REACH_M = 0.4  # from the middle of the adult to that of the child
_STEP_S = 0.11  # a step of the simulation, and a little


def check_carried(content: ClipContent, findings: ClipFindings) -> None:
    """Check every carried child against whoever carries it."""
    people = {person["trip_code"]: person for person in content.clip["people"]}
    carriers = Counter(person["carried_by"] for person in people.values() if person["carried_by"])
    for trip, person in people.items():
        where, carrier = f"people, {trip}", person["carried_by"]
        if (person["mobility"] == "carried") != bool(carrier):
            findings.add("clip.json", where, f"{person['mobility']}, carried by {carrier or 'nobody'}")
        if (person["mobility"] == "carrying") != (carriers[trip] == 1):
            findings.add("clip.json", where, f"{person['mobility']}, carries {carriers[trip]}")
        if carrier and carrier not in people:
            findings.add("clip.json", where, f"carried by {carrier}, who is not among the people")
        elif carrier:
            _check_papers(person, people[carrier], findings)
            _check_doors(trip, carrier, content, findings)
            _check_hands(trip, carrier, _check_place(trip, carrier, content, findings), content, findings)


def _check_papers(child: dict[str, Any], adult: dict[str, Any], findings: ClipFindings) -> None:
    where = f"people, {child['trip_code']}"
    for key in ("payment_id", "group"):
        if child[key] != adult[key]:
            findings.add("clip.json", where, f"{key} {child[key]}, its adult's is {adult[key]}")
    if not child["stature_m"] < min(_TALLEST_M, adult["stature_m"]):
        findings.add("clip.json", where, f"{child['stature_m']} m tall, and on an arm")


def _check_doors(child: str, adult: str, content: ClipContent, findings: ClipFindings) -> None:
    for kind in ("enter", "exit"):
        passed = {
            e["trip_code"]: e["time_s"] for e in content.events if e["kind"] == kind and e["item_id"] < 0
        }
        child_s, adult_s = passed.get(child, np.inf), passed.get(adult, np.inf)
        if child_s != adult_s and not abs(child_s - adult_s) <= _STEP_S:
            findings.add(
                "events.parquet", f"trip {child}", f"{kind} at {child_s} s, its adult's at {adult_s} s"
            )


def _check_place(child: str, adult: str, content: ClipContent, findings: ClipFindings) -> str:
    """Return on which side of the adult the child is, "" if they are in no frame."""
    tracks = content.tables["tracks"]
    trip = np.array(tracks.column("trip_code").to_pylist(), object)
    columns = [tracks.column(name).to_numpy().astype(float) for name in ("x_m", "y_m", "heading_rad")]
    frame, (x_m, y_m, heading_rad) = tracks.column("frame").to_numpy(), columns
    small, tall = (np.flatnonzero(trip == code) for code in (child, adult))
    small, tall = small[np.argsort(frame[small])], tall[np.argsort(frame[tall])]
    where = f"trip {child}"
    if not np.array_equal(frame[small], frame[tall]):
        findings.add("tracks.parquet", where, f"is not in the same frames as its adult {adult}")
        return ""
    dx_m, dy_m = x_m[small] - x_m[tall], y_m[small] - y_m[tall]
    for row in np.flatnonzero(~(np.hypot(dx_m, dy_m) <= _REACH_M)):
        findings.add("tracks.parquet", f"{where}, frame {frame[small[row]]}", f"out of the arms of {adult}")
    left_m = dy_m * np.cos(heading_rad[tall]) - dx_m * np.sin(heading_rad[tall])
    if len(left_m) and np.ptp(np.sign(left_m)):
        findings.add("tracks.parquet", where, "changes from one arm to the other")
    return "" if not len(left_m) else "left" if left_m[0] > 0 else "right"


def _check_hands(child: str, adult: str, side: str, content: ClipContent, findings: ClipFindings) -> None:
    """Check that each of the two acts with one hand: the adult with the one that does not hold the child."""
    free = {adult: {"left": "right", "right": "left"}.get(side, ""), child: side}
    for trip, hand in free.items():
        used = list(_used_hands(trip, content))
        for where, name in used:
            if name != (hand or used[0][1]):
                file = "events.parquet" if where.startswith("event") else "clip.json"
                findings.add(file, where, f"the {name} hand of {trip} is busy with who is carried")
    for event in content.events:
        if f"bag:{child}" in (event["from_place"], event["to_place"]):
            findings.add(
                "events.parquet", f"event {event['event_id']}", f"{child} is carried, and has no bag"
            )


def _used_hands(trip: str, content: ClipContent) -> Iterator[tuple[str, str]]:
    """Name each act of a hand of a trip, and each stay of something in one: (where, side)."""
    prefix = f"hand:{trip}:"
    for event in content.events:
        where = f"event {event['event_id']}"
        if event["trip_code"] == trip and event["hand"]:
            yield where, event["hand"]
        for place in (event["from_place"], event["to_place"]):
            if place.startswith(prefix):
                yield where, place.removeprefix(prefix)
    for lean in content.clip["leans"]:
        if lean["trip_code"] == trip:
            yield f"leans, {trip}", lean["hand"]
    for stay in content.clip["bags"]:
        if stay["place"].startswith(prefix):
            yield f"bags, {stay['trip_code']}", stay["place"].removeprefix(prefix)
