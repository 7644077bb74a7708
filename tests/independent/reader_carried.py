"""Finds who is on whose arm, and holds the two together: place, time, payment, hands."""

import math
from collections import defaultdict

from tests.independent.reader_files import Clip


def hold_children(clip: Clip) -> list[str]:
    """Hold everybody whom clip.json has carried against their adult."""
    people = {person["trip_code"]: person for person in clip.about["people"]}
    carried = {trip: person["carried_by"] for trip, person in people.items() if person["carried_by"]}
    kinds = {
        kind: {t for t, p in people.items() if p["mobility"] == kind} for kind in ("carried", "carrying")
    }
    if kinds != {"carried": set(carried), "carrying": set(carried.values())}:
        return ["carried: not the same people carry and are carried by mobility and by carried_by"]
    if len(set(carried.values())) < len(carried):
        return ["carried: two children on one arm"]
    rows: dict[str, dict[int, dict]] = defaultdict(dict)
    for row in clip.table("tracks").to_pylist() if carried else ():
        rows[row["trip_code"]][row["frame"]] = row
    faults = []
    for child, adult in carried.items():
        if any(people[child][key] != people[adult][key] for key in ("payment_id", "group")):
            faults.append(f"carried: {child} is not of its adult's payment and group")
        if people[child]["stature_m"] >= 1.1:
            faults.append(f"carried: {child} is no small child")
        walks = [
            {e["kind"]: e["time_s"] for e in clip.events if e["item_id"] < 0 and e["trip_code"] == trip}
            for trip in (child, adult)
        ]
        apart_s = [abs(walks[0].get(k, 1e9) - walks[1].get(k, 1e9)) for k in ("enter", "exit")]
        if max(apart_s) > 0.11 or rows[child].keys() != rows[adult].keys():
            faults.append(f"carried: {child} comes or goes without {adult}")
            continue
        lefts_m = []
        for frame, small in rows[child].items():
            tall = rows[adult][frame]
            away_m = small["x_m"] - tall["x_m"], small["y_m"] - tall["y_m"]
            if math.hypot(*away_m) > 0.4:
                faults.append(f"carried: {child} is {math.hypot(*away_m):.2f} m from {adult} at {frame}")
            ahead = math.cos(tall["heading_rad"]), math.sin(tall["heading_rad"])
            lefts_m.append(ahead[0] * away_m[1] - ahead[1] * away_m[0])
        if lefts_m and min(lefts_m) <= 0 <= max(lefts_m):
            faults.append(f"carried: {child} is now on one arm of {adult}, now on the other")
        elif lefts_m:
            arm, free = ("left", "right") if lefts_m[0] > 0 else ("right", "left")
            faults += _find_busy(clip, {(adult, arm), (child, free)})
        faults += [
            f"carried: event {e['event_id']} knows a bag of {child}"
            for e in clip.events
            if f"bag:{child}" in (e["from_place"], e["to_place"])
        ]
    return faults


def _find_busy(clip: Clip, busy: set[tuple[str, str]]) -> list[str]:
    """Find what is told of hands (trip, side) that hold a child, or the neck of who carries it."""
    places = {f"hand:{trip}:{side}" for trip, side in busy}
    faults = [
        f"carried: event {e['event_id']} is of a busy hand"
        for e in clip.events
        if (e["trip_code"], e["hand"]) in busy or {e["from_place"], e["to_place"]} & places
    ]
    leans = {(lean["trip_code"], lean["hand"]) for lean in clip.about["leans"]}
    if leans & busy or {stay["place"] for stay in clip.about["bags"]} & places:
        faults.append("carried: a busy hand leans, or has a bag")
    return faults
