"""The second opinion on receipts."""

import pytest

from synth.verify.bills import compute_bills
from synth.verify.ledger import StoreBooks


def bill_events(*moves: tuple) -> list[dict]:
    return [
        {"time_s": float(time), "kind": kind, "trip_code": trip, "item_id": item}
        | {"sku": "A" if item >= 0 else "", "from_place": origin, "to_place": goal}
        for time, (kind, trip, item, origin, goal) in enumerate(moves)
    ]


HANDED_OVER = bill_events(
    ("enter", "a", -1, "", ""),
    ("enter", "b", -1, "", ""),
    ("take", "a", 0, "slot:0", "hand:a:left"),
    ("hand_over", "a", 0, "hand:a:left", "hand:b:left"),
    ("exit", "a", -1, "", ""),
)
BOOKS = StoreBooks(price_minor={"A": 100}, currency="EUR")
PEOPLE = [{"trip_code": "a", "payment_id": "P"}, {"trip_code": "b", "payment_id": "Q"}]


@pytest.mark.parametrize(("policy", "payer"), [("taker", "P"), ("carrier", "Q")])
def test_policy_decides_who_pays_for_what_was_handed_over(policy, payer):
    bills = compute_bills(HANDED_OVER, PEOPLE, BOOKS, policy)
    assert {name: bill["total_minor"] for name, bill in bills.items()} == {"P": 0, "Q": 0} | {payer: 100}


def test_what_was_bought_is_billed_once_wherever_another_puts_it():
    events = [
        *HANDED_OVER,
        *bill_events(("put", "b", 0, "hand:b:left", "slot:1"), ("take", "b", 0, "slot:1", "hand:b:left")),
    ]
    bills = compute_bills(events, PEOPLE, BOOKS, "taker")
    assert (bills["P"]["total_minor"], bills["Q"]["total_minor"]) == (100, 0)


def test_one_receipt_for_many_trips_closes_with_the_last():
    people = [{"trip_code": f"t{number}", "payment_id": "P"} for number in range(90)]
    moves = [("enter", person["trip_code"], -1, "", "") for person in people]
    moves += [("exit", person["trip_code"], -1, "", "") for person in people]
    bills = compute_bills(bill_events(*moves), people, BOOKS, "taker")
    assert [(bill["opened_s"], bill["closed_s"]) for bill in bills.values()] == [(0.0, 179.0)]
    open_bills = compute_bills(bill_events(*moves[:-1]), people, BOOKS, "taker")
    assert open_bills["P"]["closed_s"] is None
