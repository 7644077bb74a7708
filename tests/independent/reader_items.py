"""Follows every item from place to place: nothing is lost, nobody acts who is not there."""

from collections import Counter

import numpy as np

from tests.independent.reader_files import Clip


def is_shop(place: str) -> bool:
    return place in ("floor", "ledge") or place.startswith(("slot:", "lone_bag:"))


def follow_items(clip: Clip) -> list[str]:
    faults = []
    here = clip.stock()
    supplied = Counter(sku for sku, _ in here.values())
    inside: set[str] = set()
    staff = {person["trip_code"] for person in clip.about["people"] if person["role"] == "staff"}
    last = (-np.inf, -1)
    for event in clip.events:
        name = f"event {event['event_id']} ({event['kind']})"
        if not (event["time_s"] >= last[0] and event["event_id"] > last[1]):
            faults.append(f"{name}: out of order")
        last = (event["time_s"], event["event_id"])
        item, trip = event["item_id"], event["trip_code"]
        if item < 0:
            if (event["kind"] == "enter") == (trip in inside):
                faults.append(f"{name}: trip {trip} is not on that side of the door")
            inside ^= {trip}
            continue
        if trip not in inside:
            faults.append(f"{name}: trip {trip} is not inside")
        if event["kind"] == "restock" and trip not in staff:
            faults.append(f"{name}: trip {trip} is not of the staff")
        if event["from_place"] == "outside" and item not in here:
            here[item] = (event["sku"], "outside")
            supplied[event["sku"]] += 1
        if here.get(item) != (event["sku"], event["from_place"]):
            faults.append(f"{name}: item {item} is {here.get(item)}, not in {event['from_place']}")
        still = event["from_place"] == event["to_place"]
        if still != (event["kind"] == "touch") and not (still and event["kind"] == "knock"):
            faults.append(f"{name}: from {event['from_place']} to {event['to_place']}")
        here[item] = (event["sku"], event["to_place"])
    present = Counter(sku for sku, _ in here.values())
    if present != supplied:
        faults.append(f"not conserved: {supplied - present} lost, {present - supplied} too many")
    for item, (_, place) in here.items():
        owner = place.split(":")[1] if place.startswith(("hand:", "bag:", "pocket:", "arm:")) else None
        if owner is not None and owner not in inside:
            faults.append(f"item {item} is in {place}, and nobody of that trip is inside")
    return faults
