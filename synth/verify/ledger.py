"""Proves the events of a clip from its files alone.

In: planogram, catalogue, events, people. Out: findings. The items are followed here a second time, by other
code than the generator's; only the rules of hands and trips are held by `synth.ledger.Ledger`.

Two books are kept. By item: each event must take its item from where it is. By count: for every SKU and
place, as if items had no numbers; no place may fall below zero, and what came in is always somewhere.
"""

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np

from scenes.errors import LedgerError
from synth.ledger import WHOLE_BAGS, Ledger
from synth.records import EVENT_KINDS, Event
from synth.verify.findings import ClipFindings

_FILE = "events.parquet"
_OPEN_PLACES = ("slot", "floor", "ledge")
STORE_PLACES = (*_OPEN_PLACES, "lone_bag")
_SHOWN_PLACES = (*_OPEN_PLACES, "cart")


@dataclass
class StoreBooks:
    """What the planogram and the catalogue say.

    Attributes:
        place, sku: item_id -> where it is at the start, and what it is.
        price_minor, mass_kg: by SKU.
        weighed: SKUs sold by the kilogram.
        look_alikes: SKUs that have a look-alike.
    """

    place: dict[int, str] = field(default_factory=dict)
    sku: dict[int, str] = field(default_factory=dict)
    price_minor: dict[str, int] = field(default_factory=dict)
    mass_kg: dict[str, float] = field(default_factory=dict)
    look_alikes: set[str] = field(default_factory=set)
    weighed: set[str] = field(default_factory=set)
    currency: str = ""


def open_books(planogram: list[dict[str, Any]], catalogue: list[dict[str, Any]]) -> StoreBooks:
    """Read the rows of planogram.parquet and catalogue.parquet."""
    books = StoreBooks(currency=catalogue[0]["currency"] if catalogue else "")
    for row in catalogue:
        books.price_minor[row["sku"]] = row["price_minor"]
        books.mass_kg[row["sku"]] = row["mass_kg"]
        if row["sold_by"] == "kg":
            books.weighed.add(row["sku"])
        if row["look_alike"]:
            books.look_alikes.add(row["sku"])
    for row in planogram:
        for item_id, sku in enumerate(row["item_skus"], row["first_item_id"]):
            books.place[item_id] = f"slot:{row['slot']}"
            books.sku[item_id] = sku
    return books


def check_events(
    events: list[dict[str, Any]], clip: dict[str, Any], store: StoreBooks, findings: ClipFindings
) -> bool:
    """Check order, places, conservation and the rules of hands and trips.

    Returns:
        Whether the ledger holds, so that what follows from it can be checked.
    """
    before = len(findings.findings.problems)
    place, sku = dict(store.place), dict(store.sku)
    count = Counter((sku[item], place[item]) for item in place)
    roles = {person["trip_code"]: person["role"] for person in clip["people"]}
    last_s, last_id = -clip["scenario"]["clip"]["warmup_s"], -1
    for event in events:
        where = _name(event)
        if event["time_s"] < last_s - 1e-9:
            findings.add(_FILE, where, f"at {event['time_s']} s, before what precedes it ({last_s} s)")
        if event["event_id"] <= last_id:
            findings.add(_FILE, where, f"its id does not follow {last_id}")
        last_s, last_id = max(last_s, event["time_s"]), event["event_id"]
        if event["kind"] not in EVENT_KINDS:
            findings.add(_FILE, where, f"unknown kind {event['kind']!r}")
        if event["trip_code"] not in roles:
            findings.add(_FILE, where, f"trip {event['trip_code']!r} is not among the people of clip.json")
        _check_staff(event, roles, findings)
        if event["item_id"] >= 0:
            _check_move(event, place, sku, count, store, findings)
    if len(events) and last_s > clip["scenario"]["clip"]["duration_s"] + 1e-9:
        findings.add(_FILE, _name(events[-1]), f"at {last_s} s, after the clip's end")
    _check_whole_bags(events, findings)
    holds = len(findings.findings.problems) == before
    return holds and _check_rules(events, store, findings)


def _name(event: dict[str, Any]) -> str:
    return f"event {event['event_id']}"


def _check_staff(event: dict[str, Any], roles: dict[str, str], findings: ClipFindings) -> None:
    """Check that what comes from outside, or back by hand, is in the hands of staff: nobody pays for it."""
    goal, _, rest = event["to_place"].partition(":")
    if event["kind"] not in ("restock", "return") or goal != "hand":
        return
    trip = rest.partition(":")[0]
    if roles.get(trip) != "staff":
        findings.add(_FILE, _name(event), f"a {event['kind']} into the hand of trip {trip}, who is not staff")


def _check_move(
    event: dict[str, Any],
    place: dict[int, str],
    sku: dict[int, str],
    count: Counter,
    store: StoreBooks,
    findings: ClipFindings,
) -> None:
    """Book one item's move in both books."""
    item, origin, goal = event["item_id"], event["from_place"], event["to_place"]
    if event["sku"] not in store.price_minor:
        findings.add(_FILE, _name(event), f"SKU {event['sku']!r} is not in the catalogue")
    if event["quantity"] != 1:
        findings.add(_FILE, _name(event), f"quantity {event['quantity']}, an event moves one item")
    if event["kind"] in ("restock", "bring") and item not in place:
        place[item], sku[item] = origin, event["sku"]
        count[event["sku"], origin] += 1
    if place.get(item) != origin:
        findings.add(_FILE, _name(event), f"takes item {item} from {origin}, it is in {place.get(item)}")
    if sku.get(item) != event["sku"]:
        findings.add(_FILE, _name(event), f"item {item} is a {sku.get(item)}, not a {event['sku']}")
    count[event["sku"], origin] -= 1
    count[event["sku"], goal] += 1
    if count[event["sku"], origin] < 0:
        findings.add(
            _FILE, _name(event), f"there is no {event['sku']} in {origin} to take: items do not add up"
        )
    place[item] = goal
    lies = goal.split(":")[0] in _SHOWN_PLACES
    if lies and (goal != origin or event["kind"] == "knock") and len(event["rest_pose"]) != 16:
        findings.add(_FILE, _name(event), f"lays item {item} in {goal} without a rest_pose")


def _check_whole_bags(events: list[dict[str, Any]], findings: ClipFindings) -> None:
    """Check that bags and coats are swapped, bags set down and taken up, with all that is in them."""
    since: dict[int, tuple[float, str]] = {}
    for time_s, group in groupby(events, key=itemgetter("time_s")):
        at_once = [event for event in group if event["item_id"] >= 0]
        since.update((event["item_id"], (time_s, event["to_place"])) for event in at_once)
        whole = [event for event in at_once if event["kind"] in WHOLE_BAGS]
        moved = {event["from_place"] for event in whole}
        behind = [i for i, (at_s, place) in since.items() if whole and place in moved and at_s < time_s]
        if behind:
            findings.add(_FILE, _name(whole[-1]), f"items {behind} stay behind when their bag or coat goes")


def _check_rules(events: list[dict[str, Any]], store: StoreBooks, findings: ClipFindings) -> bool:
    try:
        ledger = Ledger(store.place, store.sku)
    except LedgerError as error:
        findings.add("planogram.parquet", "", str(error))
        return False
    for row in events:
        point_m = np.array([row["x_m"], row["y_m"], row["z_m"]])
        names = (
            "event_id",
            "time_s",
            "kind",
            "trip_code",
            "item_id",
            "sku",
            "from_place",
            "to_place",
            "quantity",
            "hand",
        )
        event = Event(point_m=point_m, **{name: row[name] for name in names})
        try:
            ledger.apply(event)
        except LedgerError as error:
            findings.add(_FILE, _name(row), str(error))
            return False
    return True
