"""Proves events and receipts of a clip from its files alone.

In: planogram, catalogue, events, the trips' payments. Out: findings. The items are followed and the receipts
computed here a second time, by other code than the generator's; only the rules of hands and trips are held by
`synth.ledger.Ledger`.

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
from synth.ledger import Ledger
from synth.records import EVENT_KINDS, Event
from synth.schema import RECEIPT_JSON, json_problems
from synth.verify.findings import ClipFindings

_FILE = "events.parquet"
_OPEN_PLACES = ("slot", "floor", "ledge")
_STORE_PLACES = (*_OPEN_PLACES, "lone_bag")
_WHOLE = ("swap", "set_down", "take_up")  # by which a bag goes with all that is in it


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
    lies = goal.split(":")[0] in _OPEN_PLACES
    if lies and (goal != origin or event["kind"] == "knock") and len(event["rest_pose"]) != 16:
        findings.add(_FILE, _name(event), f"lays item {item} in {goal} without a rest_pose")


def _check_whole_bags(events: list[dict[str, Any]], findings: ClipFindings) -> None:
    """Check that bags are swapped, set down and taken up with all that is in them."""
    since: dict[int, tuple[float, str]] = {}
    for time_s, group in groupby(events, key=itemgetter("time_s")):
        at_once = [event for event in group if event["item_id"] >= 0]
        since.update((event["item_id"], (time_s, event["to_place"])) for event in at_once)
        whole = [event for event in at_once if event["kind"] in _WHOLE]
        moved = {event["from_place"] for event in whole}
        behind = [i for i, (at_s, place) in since.items() if whole and place in moved and at_s < time_s]
        if behind:
            findings.add(_FILE, _name(whole[-1]), f"items {behind} stay behind when their bag goes")


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


# ---------------------------------------------------------------- receipts


@dataclass
class _Bill:
    """A payment in the making: price of each item on it, and how its total went."""

    trip_codes: list[str] = field(default_factory=list)
    left: set[str] = field(default_factory=set)
    opened_s: float | None = None
    closed_s: float | None = None
    items: dict[int, str] = field(default_factory=dict)
    credits: list[str] = field(default_factory=list)
    history: list[list[float]] = field(default_factory=list)

    def quantities(self) -> dict[str, int]:
        count = Counter(self.items.values())
        count.subtract(self.credits)
        return {sku: count[sku] for sku in sorted(count) if count[sku]}

    def lines(self, store: StoreBooks) -> list[dict[str, Any]]:
        return [
            {
                "sku": sku,
                "quantity": quantity,
                "unit_price_minor": store.price_minor[sku],
                "grams": quantity * round(1000 * store.mass_kg[sku]) if sku in store.weighed else 0,
            }
            for sku, quantity in self.quantities().items()
        ]

    def total_minor(self, store: StoreBooks) -> int:
        return sum(_cost_minor(line, line["sku"] in store.weighed) for line in self.lines(store))


def _cost_minor(line: dict[str, Any], weighed: bool) -> int:
    """Compute what a line costs; of weighed goods in exact thousandths, halves away from zero."""
    if not weighed:
        return line["quantity"] * line["unit_price_minor"]
    whole, thousandths = divmod(abs(line["grams"]) * line["unit_price_minor"], 1000)
    return (whole + (thousandths >= 500)) * (1 if line["quantity"] > 0 else -1)


def compute_bills(
    events: list[dict[str, Any]],
    people: list[dict[str, Any]],
    store: StoreBooks,
    policy: str,
    returns: str = "credited",
) -> dict[str, dict[str, Any]]:
    """Compute each payment's receipt from the events.

    An item is on the bill of the trip that last took it from a slot, the floor or a ledge (policy ``taker``),
    or of the one who last received it in hand or bag (``carrier``); lying there, or in a bag set down, it is
    on nobody's, like whatever people brought along. A bill is final when the last of its trips has left; what
    is on it then is bought, and on no bill from then on.

    Returns:
        payment_id -> receipt, keys as `synth.schema.RECEIPT_JSON`, for payments of which somebody entered.
    """
    bills: dict[str, _Bill] = {}
    payment = {person["trip_code"]: person["payment_id"] for person in people}
    for person in people:
        bills.setdefault(person["payment_id"], _Bill()).trip_codes.append(person["trip_code"])
    own: set[int] = set()
    for event in events:
        if event["kind"] == "bring":
            own.add(event["item_id"])
        elif event["kind"] == "return":
            own.discard(event["item_id"])
            if returns == "credited":
                bill = bills[payment[event["trip_code"]]]
                bill.credits.append(event["sku"])
                _note(bill, event["time_s"], store)
            continue
        if event["item_id"] >= 0:
            if event["item_id"] not in own:
                _bill_item(event, bills, payment, store, policy)
            continue
        bill = bills[payment[event["trip_code"]]]
        if event["kind"] == "enter" and bill.opened_s is None:
            bill.opened_s = event["time_s"]
        if event["kind"] == "exit":
            bill.left.add(event["trip_code"])
            if bill.left == set(bill.trip_codes):
                bill.closed_s = event["time_s"]
                own.update(bill.items)
    return {
        name: _to_receipt(name, bill, store, policy, returns)
        for name, bill in bills.items()
        if bill.opened_s is not None
    }


def _bill_item(
    event: dict[str, Any], bills: dict[str, _Bill], payment: dict[str, str], store: StoreBooks, policy: str
) -> None:
    item = event["item_id"]
    origin, goal = event["from_place"].split(":"), event["to_place"].split(":")
    if origin == goal:
        return
    holder = next((bill for bill in bills.values() if bill.closed_s is None and item in bill.items), None)
    if goal[0] in _STORE_PLACES:
        owner = None
    elif origin[0] in _STORE_PLACES:
        owner = bills[payment[event["trip_code"]]]
    elif event["kind"] in ("hand_over", "bag", "swap") and origin[1] != goal[1] and policy == "carrier":
        owner = bills[payment[goal[1]]] if holder is not None else None  # None: nobody's
    else:
        return
    for bill in (holder, owner):
        if bill is None:
            continue
        if bill is holder:
            del bill.items[item]
        if bill is owner:
            bill.items[item] = event["sku"]
        _note(bill, event["time_s"], store)


def _note(bill: _Bill, time_s: float, store: StoreBooks) -> None:
    total = bill.total_minor(store)
    if total != (bill.history[-1][1] if bill.history else 0):
        bill.history.append([time_s, total])


def _to_receipt(name: str, bill: _Bill, store: StoreBooks, policy: str, returns: str) -> dict[str, Any]:
    return {
        "payment_id": name,
        "trip_codes": bill.trip_codes,
        "policy": policy,
        "returns": returns,
        "opened_s": bill.opened_s,
        "closed_s": bill.closed_s,
        "lines": bill.lines(store),
        "total_minor": bill.total_minor(store),
        "currency": store.currency,
        "history": bill.history,
    }


def check_receipts(
    receipts: Any,
    events: list[dict[str, Any]],
    clip: dict[str, Any],
    store: StoreBooks,
    findings: ClipFindings,
) -> None:
    """Compare the receipts of a clip with those that its events prove, line by line."""
    file = "receipts.json"
    if not isinstance(receipts, list):
        findings.add(file, "", "expected a list")
        return
    rules = clip["scenario"]["shoppers"]
    proved = compute_bills(events, clip["people"], store, rules["policy"], rules["returns"])
    seen: set[str] = set()
    for number, receipt in enumerate(receipts):
        problems = json_problems(receipt, RECEIPT_JSON)
        for problem in problems:
            findings.add(file, f"receipt {number}", problem)
        if problems:
            continue
        name = receipt["payment_id"]
        if name in seen:
            findings.add(file, name, "the payment has two receipts")
        seen.add(name)
        if name not in proved:
            findings.add(file, name, "nobody of this payment entered")
            continue
        _compare_receipt(receipt, proved[name], findings)
    for name in sorted(set(proved) - seen):
        findings.add(file, name, "the receipt of this payment is missing")


def _compare_receipt(found: dict[str, Any], proved: dict[str, Any], findings: ClipFindings) -> None:
    name = found["payment_id"]
    lines = {line["sku"]: line for line in proved["lines"]}
    for line in found["lines"]:
        wanted = lines.pop(line["sku"], None)
        if wanted != line:
            findings.add("receipts.json", name, f"line {line}, the events prove {wanted}")
    for line in lines.values():
        findings.add("receipts.json", name, f"line {line} is missing")
    for key in proved:
        if key != "lines" and found[key] != proved[key]:
            findings.add("receipts.json", name, f"{key} {found[key]}, the events prove {proved[key]}")
