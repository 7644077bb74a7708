"""Proves that what somebody reads is in that hand all the while.

In: events, clip.json. Out: findings.
"""

from synth.verify.content import ClipContent
from synth.verify.findings import ClipFindings


def check_labels_read(content: ClipContent, findings: ClipFindings) -> None:
    """Check `labels_read`: by the events each item is in the hand before it is read, and until then."""
    for number, reading in enumerate(content.clip["labels_read"]):
        where, item_id = f"labels_read[{number}]", reading["item_id"]
        if not reading["from_s"] < reading["to_s"]:
            findings.add("clip.json", where, f"from {reading['from_s']} to {reading['to_s']} s is no time")
        own = [e for e in content.events if e["item_id"] == item_id and e["time_s"] < reading["to_s"]]
        place = own[-1]["to_place"] if own else "where it stood"
        hand = f"hand:{reading['trip_code']}:{reading['hand']}"
        if place != hand:
            findings.add("clip.json", where, f"item {item_id} is in {place}, not in {hand}")
        elif own[-1]["time_s"] > reading["from_s"]:
            findings.add("clip.json", where, f"item {item_id} comes into {hand} after it is read there")
