"""Proves that only those reach into a chest freezer who can bend over its rim.

In: events, clip.json, the planogram and the floor plan. Out: findings.
"""

from typing import Any

from synth.verify.content import ClipContent
from synth.verify.findings import ClipFindings

_SMALLEST_M = 1.45
_UPRIGHT = ("walking", "stick", "trolley", "pram", "mop")  # ways to get about from which one bends


def check_chests(content: ClipContent, findings: ClipFindings) -> None:
    """Check who acts on what is in a slot of a chest."""
    chests = {fixture["name"] for fixture in content.floor_plan["fixtures"] if fixture["kind"] == "chest"}
    fixture = {f"slot:{row['slot']}": row["fixture"] for row in content.planogram}
    people = {person["trip_code"]: person for person in content.clip["people"]}
    for event in content.events:
        reached = {fixture.get(event[name]) for name in ("from_place", "to_place")} & chests
        if reached and event["trip_code"] in people and not _gets_over_rim(people[event["trip_code"]]):
            who = people[event["trip_code"]]
            message = (
                f"a {event['kind']} in a chest by {event['trip_code']}, {who['stature_m']:.2f} m tall "
                f"and {who['mobility']}: who reaches over the rim is {_SMALLEST_M} m tall and bends"
            )
            findings.add("events.parquet", f"event {event['event_id']}", message)


def _gets_over_rim(person: dict[str, Any]) -> bool:
    return person["stature_m"] >= _SMALLEST_M and person["mobility"] in _UPRIGHT
