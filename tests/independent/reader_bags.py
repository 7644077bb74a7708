"""Follows the bags: whoever an event gives one to has it in clip.json from then on, and nobody else has."""

from tests.independent.reader_files import Clip


def follow_bags(clip: Clip) -> list[str]:
    """Hold `bags` of clip.json against the events that pass bags on, one instant after the other."""
    faults = []
    trips = [person["trip_code"] for person in clip.about["people"]]
    on = {trip: [trip] for trip in trips}  # trip, or lone_bag:<trip> -> the bags there, the first as it came
    passed = [event for event in clip.events if event["kind"] in ("swap", "set_down", "take_up")]
    instants = sorted({event["time_s"] for event in passed})
    end_s = clip.about["scenario"]["clip"]["duration_s"]
    for number, at_s in enumerate(instants):
        ways = {
            (e["from_place"].removeprefix("bag:"), e["to_place"].removeprefix("bag:"))
            for e in passed
            if e["time_s"] == at_s
        }
        # An empty bag that is swapped for a full one has no event of its own.
        ways |= {(b, a) for a, b in ways if a in trips and b in trips}
        # A bag that is taken up besides one's own stays behind it; what is passed on is the first.
        taken = {origin: on[origin].pop(0) for origin, _ in ways if on.get(origin)}
        for origin, goal in ways:
            if origin not in taken:
                faults.append(f"bags: {origin} has none to give at {at_s:.2f} s")
                continue
            first = 0 if (goal, origin) in ways else len(on.get(goal, []))
            on.setdefault(goal, []).insert(first, taken[origin])
        next_s = instants[number + 1] if number + 1 < len(instants) else end_s + 1.0
        faults += _compare(clip, on, at_s, next_s)
    return faults + _compare(clip, {trip: [trip] for trip in trips}, -1e9, min(instants, default=end_s))


def _compare(clip: Clip, on: dict[str, list[str]], from_s: float, to_s: float) -> list[str]:
    """Say who has other bags in clip.json than they should between two instants."""
    faults = []
    here = {
        bag: "floor" if place.startswith("lone_bag:") else place for place, bags in on.items() for bag in bags
    }
    for trip, place in here.items():
        stays = [stay for stay in clip.about["bags"] if stay["trip_code"] == trip]
        told = [
            stay["place"].split(":")[-1 if stay["place"] == "floor" else 1]
            for stay in stays
            if (stay["from_s"] is None or stay["from_s"] < to_s - 1e-6)
            and (stay["to_s"] is None or stay["to_s"] > from_s + 1e-6)
        ]
        if set(told or [trip]) != {place}:
            faults.append(f"bags: {trip}'s is with {told or trip} at {from_s:.2f} s, the events say {place}")
    worn = [
        (s["place"], s["from_s"], s["to_s"]) for s in clip.about["bags"] if s["place"].startswith("shoulder:")
    ]
    for number, (place, begin_s, end_s) in enumerate(worn):
        for other, other_s, _ in worn[number + 1 :]:
            if place == other and (begin_s or -1e9) <= (other_s or -1e9) < (end_s or 1e9):
                faults.append(f"bags: two at once on {place}")
    return faults
