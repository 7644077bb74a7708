"""Proves that what is in a trolley or basket lies in one that somebody has, within it.

In: events, tracks, clip.json. Out: findings. The inside of a trolley is 0.42 to 1.09 m ahead of who pushes
it, at most 0.27 m to either side and 0.45 to 1.15 m high; that of a basket at most 0.75 m from the middle of
who carries it and 0.35 to 1.35 m high.
"""

from typing import Any

import numpy as np

from synth.verify.content import ClipContent
from synth.verify.findings import ClipFindings

_TROLLEY_M = np.array([[0.42, -0.27, 0.45], [1.09, 0.27, 1.15]])
_BASKET_M, _BASKET_HIGH_M = 0.75, (0.35, 1.35)
_PUSHED = ("trolley", "pram")
_MOVED = 0.02  # metres or radians: who lays something in stands still


def check_carts(content: ClipContent, findings: ClipFindings) -> None:
    """Check who has a trolley or basket, which way trolleys point, and where things lie in them."""
    people = {person["trip_code"]: person for person in content.clip["people"]}
    pushed = {code for code, person in people.items() if person["mobility"] in _PUSHED}
    tracks = content.tables["tracks"]
    trip = np.array(tracks.column("trip_code").to_pylist(), object)
    turned_rad = tracks.column("gear_heading_rad").to_numpy().astype(float)
    pushes = np.array([code in pushed for code in trip], bool)
    for row in np.flatnonzero(np.isfinite(turned_rad) != pushes):
        what = "something" if pushes[row] else "nothing"
        message = f"gear_heading_rad is {turned_rad[row]}, the trip pushes {what}"
        findings.add("tracks.parquet", f"row {row}, trip {trip[row]}", message)
    for event in content.events:
        kind, _, code = event["to_place"].partition(":")
        if kind != "cart":
            continue
        where, person = f"event {event['event_id']}", people.get(code)
        has = person is not None and (person["mobility"] == "trolley" or person["basket"])
        if person is None or not has:
            message = f"item {event['item_id']} is laid into what {code} does not have"
            findings.add("events.parquet", where, message)
        elif len(event["rest_pose"]) == 16 and not _lies_within(
            event, tracks, trip == code, person["basket"]
        ):
            findings.add("events.parquet", where, f"item {event['item_id']} lies beside what {code} has")


def _lies_within(event: dict[str, Any], tracks: Any, rows: np.ndarray, in_basket: bool) -> bool:
    """Say whether an item lies within, as far as the frames before and after it tell."""
    names = ("time_s", "x_m", "y_m", "heading_rad" if in_basket else "gear_heading_rad")
    time_s, *place = (tracks.column(name).to_numpy().astype(float)[rows] for name in names)
    after = int(np.searchsorted(time_s, event["time_s"]))
    if not 0 < after < len(time_s):
        return True  # no frame shows where it is, before or after
    (x_m, y_m, turned_rad), before = ((values[k] for values in place) for k in (after, after - 1))
    if not np.allclose([x_m, y_m], list(before)[:2], atol=_MOVED):
        return False
    cos, sin = np.cos(turned_rad), np.sin(turned_rad)
    away_m = np.reshape(event["rest_pose"], (4, 4))[:3, 3] - [x_m, y_m, 0.0]
    if in_basket:
        low_m, high_m = _BASKET_HIGH_M
        return bool(np.hypot(*away_m[:2]) < _BASKET_M and low_m < away_m[2] < high_m)
    local_m = np.array([cos * away_m[0] + sin * away_m[1], cos * away_m[1] - sin * away_m[0], away_m[2]])
    return bool((local_m >= _TROLLEY_M[0]).all() and (local_m <= _TROLLEY_M[1]).all())
