"""Proves the receipts of a clip from its files alone.

In: events, the trips' payments, prices and masses. Out: findings. Every bill is computed here a second time,
by other code than the generator's.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from synth.schema import RECEIPT_JSON, json_problems
from synth.verify.findings import ClipFindings
from synth.verify.ledger import STORE_PLACES, StoreBooks


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
    or of the one who last received it in hand, bag or coat (``carrier``); lying there, or in a bag set down,
    it is on nobody's, like whatever people brought along. A bill is final when the last of its trips has
    left; what is on it then is bought, and on no bill from then on.

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
    if goal[0] in STORE_PLACES:
        owner = None
    elif origin[0] in STORE_PLACES:
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
