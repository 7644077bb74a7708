"""Proves what events.parquet says of evidence: points in each camera, pixels, steps and verdicts.

In: events, cameras, planogram, catalogue, clip.json. Out: findings. A step is held against the plates that
can feel it and the masses of the catalogue; verdicts follow from pixels and steps; the clip's summary from
them.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from scenes.cameras.projection import project_at_frames
from scenes.world import Camera
from synth.evidence import summarize
from synth.evidence.verdicts import judge_all
from synth.verify.findings import ClipFindings
from synth.verify.ledger import StoreBooks

_FILE = "events.parquet"
_STEP_TOLERANCE_G = 1e-6
_PIXEL_TOLERANCE = 1e-3  # of float32, far outside the picture
_LISTS = ("u_px", "v_px", "visible", "item_px", "hand_px", "person_px")


def check_evidence(
    events: list[dict[str, Any]],
    cameras: list[Camera],
    planogram: list[dict[str, Any]],
    books: StoreBooks,
    clip: dict[str, Any],
    findings: ClipFindings,
) -> None:
    """Check the columns of evidence.

    Args:
        events: Rows of events.parquet.
        cameras: In the order of clip.json.
        planogram: Rows of planogram.parquet.
        books: Masses and look-alikes of the catalogue.
        clip: clip.json.
    """
    weighed = {f"slot:{row['slot']}" for row in planogram if row["plates"]}
    points_m = np.array([[event[name] for name in ("x_m", "y_m", "z_m")] for event in events]).reshape(-1, 3)
    frame_s = np.arange(clip["frames"]) / clip["fps"]
    frame = np.searchsorted(frame_s, [event["time_s"] for event in events], side="right") - 1
    expected_px = [project_at_frames(camera, points_m, frame) for camera in cameras]
    together = Counter(_grab(event) for event in events)
    verdicts = judge_all(events, [event["sku"] in books.look_alikes for event in events])
    for number, event in enumerate(events):
        where = f"event {event['event_id']}"
        if any(len(event[name]) != len(cameras) for name in _LISTS):
            findings.add(
                _FILE, where, f"{', '.join(_LISTS)} need an entry for each of {len(cameras)} cameras"
            )
            continue
        told_px = np.stack([event["u_px"], event["v_px"]], axis=1)
        wanted_px = np.array([expected[number] for expected in expected_px])
        away_px = np.abs(told_px - wanted_px) / np.maximum(1.0, np.abs(wanted_px))
        behind = np.isnan(wanted_px)
        if (away_px > _PIXEL_TOLERANCE).any() or (behind != np.isnan(told_px)).any():
            findings.add(_FILE, where, "the point is not at u_px, v_px")
        shown = "item_px" if event["item_id"] >= 0 else "person_px"
        if event["visible"] != [count > 0 for count in event[shown]]:
            findings.add(_FILE, where, f"visible is not {shown} > 0")
        if not event["contact_from_s"] == event["time_s"] <= event["contact_to_s"]:
            findings.add(_FILE, where, "the contact does not begin at time_s or ends before")
        for problem in _step_problems(event, weighed, together[_grab(event)], books):
            findings.add(_FILE, where, problem)
        wanted = verdicts[number]
        told = {name: event[name] for name in wanted}
        if told != wanted:
            findings.add(_FILE, where, f"the verdicts are {told}, pixels and steps say {wanted}")
    if clip["evidence"] != (counted := summarize(events)):
        findings.add("clip.json", "evidence", f"{clip['evidence']}, the events say {counted}")


def _grab(event: dict[str, Any]) -> tuple[Any, ...]:
    names = ("time_s", "kind", "trip_code", "hand", "sku", "from_place", "to_place")
    return tuple(event[name] for name in names) if event["item_id"] >= 0 else (event["event_id"],)


def _step_problems(
    event: dict[str, Any], weighed: set[str], together: int, books: StoreBooks
) -> Iterator[str]:
    """Yield what is wrong with the columns of an event's step."""
    numbers = [event[name] for name in ("step_g", "step_sigma_g", "rival_gap_g")]
    if not event["step_count"]:
        if not np.isnan(numbers).all():
            yield "step_count is 0, and the step has numbers"
        return
    moved = event["from_place"] != event["to_place"]
    if not (moved and {event["from_place"], event["to_place"]} & weighed):
        yield "it has a step, and no scale can feel the event"
    elif event["step_count"] != together:
        yield f"step_count {event['step_count']}, {together} items move at once"
    elif abs(event["step_g"] - 1e3 * together * books.mass_kg[event["sku"]]) > _STEP_TOLERANCE_G:
        yield f"step_g {event['step_g']}, the catalogue says {1e3 * together * books.mass_kg[event['sku']]}"
    if not (event["step_sigma_g"] > 0 and event["rival_gap_g"] >= 0):
        yield "step_sigma_g and rival_gap_g are positive"
