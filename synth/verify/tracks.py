"""Proves that tracks are people on the floor: in time, where one can walk, never inside a fixture.

In: tracks, the floor plan, clip.json, events. Out: findings.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from synth.verify.content import ClipContent
from synth.verify.findings import ClipFindings

_FILE = "tracks.parquet"
_FLOOR_TOLERANCE_M = 1e-3  # positions are float32, the polygon is rounded to micrometres


def check_tracks(content: ClipContent, findings: ClipFindings) -> None:
    """Check frames, times, trips, joints and positions."""
    tracks, clip = content.tables["tracks"], content.clip
    frame = tracks.column("frame").to_numpy()
    trip = tracks.column("trip_code").to_pylist()

    def tell(rows: np.ndarray, message: str) -> None:
        for row in rows:
            findings.add(_FILE, f"row {row} (frame {frame[row]}, trip {trip[row]})", message)

    tell(np.flatnonzero((frame < 0) | (frame >= clip["frames"])), f"frames are 0 .. {clip['frames'] - 1}")
    late = np.abs(tracks.column("time_s").to_numpy() - frame / clip["fps"]) > 1e-6
    tell(np.flatnonzero(late), "time_s is not frame / fps")
    known = {person["trip_code"] for person in clip["people"]}
    tell(
        np.flatnonzero([code not in known for code in trip]), "the trip is not among the people of clip.json"
    )
    first = dict.fromkeys(zip(frame.tolist(), trip, strict=True))
    if len(first) != len(trip):
        findings.add(_FILE, "", "a trip has two rows in one frame")
    joints = np.diff(tracks.column("joints_m").combine_chunks().offsets.to_numpy())
    tell(
        np.flatnonzero(joints != 3 * len(clip["joint_names"])),
        f"{3 * len(clip['joint_names'])} joint numbers expected",
    )
    _check_floor(tracks, content.floor_plan, tell)
    _check_presence(frame, trip, clip, content.events, findings)


def _check_floor(tracks: pa.Table, plan: dict[str, Any], tell: Any) -> None:
    x_m, y_m = (tracks.column(name).to_numpy().astype(np.float64) for name in ("x_m", "y_m"))
    finite = np.isfinite(x_m) & np.isfinite(y_m)
    tell(np.flatnonzero(~finite), "the position is not finite")
    points = shapely.points(np.where(finite, x_m, 0), np.where(finite, y_m, 0))
    walkable = shapely.Polygon(plan["walkable"]["exterior"], plan["walkable"]["holes"])
    outside = shapely.distance(points, walkable) > _FLOOR_TOLERANCE_M
    tell(np.flatnonzero(outside & finite), "the position is not on the walkable floor")
    for fixture in plan["fixtures"]:
        inner = shapely.Polygon(fixture["footprint_m"]).buffer(-_FLOOR_TOLERANCE_M)
        inside = shapely.contains(inner, points)
        tell(np.flatnonzero(inside & finite), f"the position is inside {fixture['name']}")


def _check_presence(
    frame: np.ndarray,
    trip: list[str],
    clip: dict[str, Any],
    events: list[dict[str, Any]],
    findings: ClipFindings,
) -> None:
    """Hold presence against the doors: nobody is tracked before entering or after leaving."""
    slack_s = 1.0 / clip["fps"]
    doors = {(event["kind"], event["trip_code"]): event["time_s"] for event in events if event["item_id"] < 0}
    codes = np.array(trip, dtype=object)
    for code in sorted(set(trip)):
        seen = frame[codes == code] / clip["fps"]
        entered = doors.get(("enter", code))
        if entered is None or seen.min() < entered - slack_s:
            findings.add(_FILE, f"trip {code}", f"tracked from {seen.min():.2f} s on, entered at {entered} s")
        left = doors.get(("exit", code))
        if left is not None and seen.max() > left + slack_s:
            findings.add(_FILE, f"trip {code}", f"tracked until {seen.max():.2f} s, left at {left} s")
        elif len(seen) != round((seen.max() - seen.min()) * clip["fps"]) + 1:
            findings.add(_FILE, f"trip {code}", "frames are missing between the first and the last")
