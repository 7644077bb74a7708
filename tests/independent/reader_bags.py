"""Follows bags and coats: whoever an event gives one to has it in clip.json from then on, and nobody else."""

from tests.independent.reader_files import Clip


def follow_bags(clip: Clip) -> list[str]:
    """Hold `bags` and `coats` of clip.json against the events that pass them on."""
    people = clip.about["people"]
    coats = [person["trip_code"] for person in people if person["coat_on_arm"]]
    faults = [
        f"coats: {stay['trip_code']} has none"
        for stay in clip.about["coats"]
        if stay["trip_code"] not in coats
    ]
    faults += _find_two_handed(clip, set(coats))
    faults += _follow(clip, "bags", [person["trip_code"] for person in people], "bag:")
    return faults + _follow(clip, "coats", coats, "arm:")


def _find_two_handed(clip: Clip, coats: set[str]) -> list[str]:
    """Find who acts with the hand whose forearm has a coat over it, and coats on arms that have none."""
    hands = {trip: {e["hand"] for e in clip.events if e["trip_code"] == trip} - {""} for trip in coats}
    for stay in clip.about["coats"]:
        kind, trip, *hand = stay["place"].split(":")
        if kind == "hand" and trip in hands:
            hands[trip].update(hand)
    places = {place for event in clip.events for place in (event["from_place"], event["to_place"])}
    arms, pockets = ({p.split(":")[1] for p in places if p.startswith(kind)} for kind in ("arm:", "pocket:"))
    faults = [f"coats: {trip} has one on the arm, and conceals elsewhere" for trip in sorted(pockets & coats)]
    faults += [f"coats: {trip} acts with both hands" for trip, used in hands.items() if len(used) > 1]
    return faults + [f"coats: {trip} has none on the arm" for trip in sorted(arms - coats)]


def _follow(clip: Clip, name: str, trips: list[str], prefix: str) -> list[str]:
    """Follow one of the two kinds, one instant after the other; `prefix` begins its place with a trip."""
    faults = []
    on = {trip: [trip] for trip in trips}  # trip, or lone_bag:<trip> -> the bags there, the first as it came
    passed = [
        event
        for event in clip.events
        if event["kind"] in ("swap", "set_down", "take_up")
        and prefix in (event["from_place"][:4], event["to_place"][:4])
    ]
    instants = sorted({event["time_s"] for event in passed})
    end_s = clip.about["scenario"]["clip"]["duration_s"]
    for number, at_s in enumerate(instants):
        ways = {
            (e["from_place"].removeprefix(prefix), e["to_place"].removeprefix(prefix))
            for e in passed
            if e["time_s"] == at_s
        }
        # An empty bag that is swapped for a full one has no event of its own.
        ways |= {(b, a) for a, b in ways if a in trips and b in trips}
        # A bag that is taken up besides one's own stays behind it; what is passed on is the first.
        taken = {origin: on[origin].pop(0) for origin, _ in ways if on.get(origin)}
        for origin, goal in ways:
            if origin not in taken:
                faults.append(f"{name}: {origin} has none to give at {at_s:.2f} s")
                continue
            first = 0 if (goal, origin) in ways else len(on.get(goal, []))
            on.setdefault(goal, []).insert(first, taken[origin])
        next_s = instants[number + 1] if number + 1 < len(instants) else end_s + 1.0
        faults += _compare(clip, name, on, at_s, next_s)
    first_s = min(instants, default=end_s)
    return faults + _compare(clip, name, {trip: [trip] for trip in trips}, -1e9, first_s)


def _compare(clip: Clip, name: str, on: dict[str, list[str]], from_s: float, to_s: float) -> list[str]:
    """Say who has other bags, or coats, in clip.json than they should between two instants."""
    faults = []
    here = {
        bag: "floor" if place.startswith("lone_bag:") else place for place, bags in on.items() for bag in bags
    }
    for trip, place in here.items():
        stays = [stay for stay in clip.about[name] if stay["trip_code"] == trip]
        told = [
            stay["place"].split(":")[-1 if stay["place"] == "floor" else 1]
            for stay in stays
            if (stay["from_s"] is None or stay["from_s"] < to_s - 1e-6)
            and (stay["to_s"] is None or stay["to_s"] > from_s + 1e-6)
        ]
        if set(told or [trip]) != {place}:
            faults.append(
                f"{name}: {trip}'s is with {told or trip} at {from_s:.2f} s, the events say {place}"
            )
    worn = [
        (s["place"], s["from_s"], s["to_s"])
        for s in clip.about[name]
        if s["place"].startswith(("shoulder:", "arm:"))
    ]
    for number, (place, begin_s, end_s) in enumerate(worn):
        for other, other_s, _ in worn[number + 1 :]:
            if place == other and (begin_s or -1e9) <= (other_s or -1e9) < (end_s or 1e9):
                faults.append(f"{name}: two at once on {place}")
    return faults
