"""Proves that nobody touches what stands over people's reach, and that all of it stands within reach, too.

In: events and the planogram. Out: findings.
"""

from scenes.world import HIGHEST_CENTER_M
from synth.verify.content import ClipContent
from synth.verify.findings import ClipFindings

_Z = 11  # of the 16 numbers of a pose, row by row


def check_reserve(content: ClipContent, findings: ClipFindings) -> None:
    """Check who acts on reserve stock, and that each of its products stands within reach somewhere."""
    reserve = [row for row in content.planogram if row["world_from_slot"][_Z] >= HIGHEST_CENTER_M]
    over = {f"slot:{row['slot']}" for row in reserve}
    reached = {row["sku"] for row in content.planogram if f"slot:{row['slot']}" not in over}
    for sku in sorted({row["sku"] for row in reserve} - reached):
        findings.add("", "planogram.parquet", f"{sku} stands over people's reach only")
    for event in content.events:
        touched = {event["from_place"], event["to_place"]} & over
        if touched:
            message = (
                f"a {event['kind']} in {min(touched)}, whose board is over {HIGHEST_CENTER_M} m: nobody "
                "reaches reserve stock"
            )
            findings.add("events.parquet", f"event {event['event_id']}", message)
