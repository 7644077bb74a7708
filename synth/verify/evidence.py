"""Proves what events.parquet says of evidence: points in each camera, pixels, the verdict of the views.

In: events, cameras, planogram, catalogue. Out: findings. The verdict of the scales is held against the plates
that can feel an event.
"""

from typing import Any

import numpy as np

from scenes.world import Camera
from synth.boxes import project_points
from synth.evidence import HAND_PX, ITEM_PX, LOOK_ALIKE_PX
from synth.verify.findings import ClipFindings

_FILE = "events.parquet"
_PIXEL_TOLERANCE = 1e-3  # of float32, far outside the picture
_LISTS = ("u_px", "v_px", "visible", "item_px", "hand_px")


def check_evidence(
    events: list[dict[str, Any]],
    cameras: list[Camera],
    planogram: list[dict[str, Any]],
    look_alikes: set[str],
    findings: ClipFindings,
) -> None:
    """Check the columns of evidence.

    Args:
        events: Rows of events.parquet.
        cameras: In the order of clip.json.
        planogram: Rows of planogram.parquet.
        look_alikes: SKUs that have a look-alike.
    """
    weighed = {f"slot:{row['slot']}" for row in planogram if row["plates"]}
    points_m = np.array([[event[name] for name in ("x_m", "y_m", "z_m")] for event in events]).reshape(-1, 3)
    expected_px = [project_points(camera, points_m)[0].reshape(-1, 2) for camera in cameras]
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
        if (away_px > _PIXEL_TOLERANCE).any():  # not so where it is NaN, behind a camera
            findings.add(_FILE, where, "the point is not at u_px, v_px")
        if event["visible"] != [count > 0 for count in event["item_px"]]:
            findings.add(_FILE, where, "visible is not item_px > 0")
        if not event["contact_from_s"] == event["time_s"] <= event["contact_to_s"]:
            findings.add(_FILE, where, "the contact does not begin at time_s or ends before")
        by_view = event["evidence"] in ("views", "both")
        if by_view != _views_suffice(event, look_alikes):
            findings.add(_FILE, where, f"evidence {event['evidence']!r}, the pixels say {not by_view}")
        moved = event["from_place"] != event["to_place"]
        felt = moved and {event["from_place"], event["to_place"]} & weighed
        if event["evidence"] not in ("none", "scale", "views", "both") or (
            event["evidence"] in ("scale", "both") and not felt
        ):
            findings.add(_FILE, where, f"evidence {event['evidence']!r}, and no scale can feel the event")


def _views_suffice(event: dict[str, Any], look_alikes: set[str]) -> bool:
    item_px, hand_px = np.array(event["item_px"]), np.array(event["hand_px"])
    if event["item_id"] < 0:
        return bool((item_px >= ITEM_PX).any())
    needed_px = LOOK_ALIKE_PX if event["sku"] in look_alikes else ITEM_PX
    return bool(((item_px >= needed_px) & (hand_px >= HAND_PX)).any())
