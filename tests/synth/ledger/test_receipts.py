from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenes.errors import LedgerError
from synth.ledger.receipts import compute_receipts
from synth.ledger.tariff import Tariff
from tests.synth.ledger_scripts import TRIPS, make_event, scripts
from tests.synth.receipt_reference import cost, reference

PRICES = {"tea": 250, "jam": 399, "oil": 1020}


@st.composite
def payments(draw):
    return {trip: draw(st.sampled_from(["P-1", "P-2"])) for trip in TRIPS}


@st.composite
def weights(draw):
    """Grams of an item, of any of the SKUs: with their prices, amounts end on halves and just beside them."""
    weighed = draw(st.sets(st.sampled_from(sorted(PRICES))))
    return {sku: draw(st.integers(1, 600)) for sku in sorted(weighed)}


@settings(max_examples=300)
@given(scripts(max_events=40), payments(), st.sampled_from(["taker", "carrier"]), st.booleans(), weights())
def test_receipts_equal_the_slow_reference(script, trips, policy, credited, grams):
    returns = "credited" if credited else "ignored"
    receipts = compute_receipts(script, Tariff(PRICES, grams), trips, policy, "EUR", returns)
    expected = reference(script, trips, policy, PRICES, returns, grams)
    assert [r.opened_s for r in receipts] == sorted(r.opened_s for r in receipts)
    assert {r.payment_id for r in receipts} == set(expected)
    for receipt in receipts:
        opened, closed, bill, history = expected[receipt.payment_id]
        assert (receipt.opened_s, receipt.closed_s) == (opened, closed)
        assert {line.sku: line.quantity for line in receipt.lines} == bill
        assert list(receipt.history) == history
        assert all(line.grams == grams.get(line.sku, 0) * line.quantity for line in receipt.lines)
        assert receipt.total_minor == sum(cost(sku, n, PRICES, grams) for sku, n in bill.items())
        assert receipt.total_minor == (receipt.history[-1][1] if receipt.history else 0)


def visit(*steps, trips=("A", "B")):
    """Events from short words: everybody enters, then (kind, trip, item, from, to, hand) a second each."""
    events = [make_event(n, 0.0, "enter", trip) for n, trip in enumerate(trips)]
    for n, step in enumerate(steps, start=1):
        kind, trip, *rest = step
        item, *places = rest or (-1,)
        sku = "" if item < 0 else ("tea" if item < 3 else "jam")
        events.append(make_event(len(events), float(n), kind, trip, item, sku, *places))
    return events


A, B = "hand:A:right", "hand:B:right"
TAKE = ("take", "A", 0, "slot:0", A, "right")
GIVE = ("hand_over", "A", 0, A, B, "right")
LEAVE_A, LEAVE_B = ("exit", "A"), ("exit", "B")


def totals(events, policy="taker", trips=None):
    receipts = compute_receipts(events, Tariff(PRICES), trips or {"A": "P-A", "B": "P-B"}, policy, "EUR")
    return {r.payment_id: (r.total_minor, r.closed_s) for r in receipts}


@pytest.mark.parametrize(("policy", "expected"), [("taker", (250, 0)), ("carrier", (0, 250))])
def test_who_pays_for_what_was_handed_over(policy, expected):
    events = visit(TAKE, GIVE, LEAVE_A, ("exit", "B", 0, B, "outside", ""), LEAVE_B)
    result = totals(events, policy)
    assert (result["P-A"][0], result["P-B"][0]) == expected
    assert (result["P-A"][1], result["P-B"][1]) == (3.0, 5.0)


def test_an_item_put_down_by_another_is_off_the_takers_account():
    assert totals(visit(TAKE, GIVE, ("put", "B", 0, B, "slot:1", "right")))["P-A"][0] == 0


def test_who_takes_a_misplaced_item_pays_for_what_it_is():
    events = visit(TAKE, ("put", "A", 0, A, "slot:1", "right"), ("take", "B", 0, "slot:1", B, "right"))
    receipts = compute_receipts(events, Tariff(PRICES), {"A": "P-A", "B": "P-B"}, "taker", "EUR")
    assert [(r.payment_id, [line.sku for line in r.lines]) for r in receipts] == [
        ("P-A", []),
        ("P-B", ["tea"]),
    ]


def test_consumed_items_are_billed():
    assert totals(visit(TAKE, ("consume", "A", 0, A, "consumed:A", ""), LEAVE_A))["P-A"] == (250, 3.0)


def test_what_lies_on_the_floor_is_not_billed_until_somebody_picks_it_up():
    events = visit(
        TAKE, ("drop", "A", 0, A, "floor", "right"), LEAVE_A, ("pick_up", "B", 0, "floor", B, "right")
    )
    assert totals(events) == {"P-A": (0, 3.0), "P-B": (250, None)}


def test_a_closed_receipt_does_not_change():
    events = visit(TAKE, GIVE, LEAVE_A, ("put", "B", 0, B, "slot:0", "right"), LEAVE_B)
    assert totals(events) == {"P-A": (250, 3.0), "P-B": (0, 5.0)}
    again = visit(
        TAKE, GIVE, LEAVE_A, ("put", "B", 0, B, "slot:0", "right"), ("take", "B", 0, "slot:0", B, "right")
    )
    assert totals(again) == {"P-A": (250, 3.0), "P-B": (0, None)}, "it was bought already"


@pytest.mark.parametrize("policy", ["taker", "carrier"])
def test_an_item_is_billed_once_in_whatever_bag_it_goes_on(policy):
    """The two swap bags, A leaves, and B sets the bag down and takes it up again."""
    events = visit(
        TAKE,
        ("bag", "A", 0, A, "bag:A", "right"),
        ("swap", "A", 0, "bag:A", "bag:B", "right"),
        LEAVE_A,
        ("set_down", "B", 0, "bag:B", "lone_bag:B", "right"),
        ("take_up", "B", 0, "lone_bag:B", "bag:B", "right"),
        ("exit", "B", 0, "bag:B", "outside", ""),
        LEAVE_B,
    )
    bought = {"taker": {"P-A": (250, 4.0), "P-B": (0, 8.0)}, "carrier": {"P-A": (0, 4.0), "P-B": (250, 8.0)}}
    assert totals(events, policy) == bought[policy]


@pytest.mark.parametrize("policy", ["taker", "carrier"])
def test_what_is_in_a_coat_is_billed_to_its_taker_or_to_who_goes_off_with_the_coat(policy):
    events = visit(
        TAKE,
        ("conceal", "A", 0, A, "arm:A", "right"),
        ("swap", "A", 0, "arm:A", "arm:B", "right"),
        LEAVE_A,
        ("exit", "B", 0, "arm:B", "outside", ""),
        LEAVE_B,
    )
    bought = {"taker": {"P-A": (250, 4.0), "P-B": (0, 6.0)}, "carrier": {"P-A": (0, 4.0), "P-B": (250, 6.0)}}
    assert totals(events, policy) == bought[policy]


def test_a_payment_closes_with_its_last_trip():
    together = {"A": "P", "B": "P"}
    leave_with = ("exit", "A", 0, A, "outside", "")
    assert totals(visit(TAKE, leave_with, LEAVE_A), trips=together) == {"P": (250, None)}
    assert totals(visit(TAKE, leave_with, LEAVE_A, LEAVE_B), trips=together) == {"P": (250, 4.0)}


def test_history_has_the_running_total():
    events = visit(TAKE, ("bag", "A", 0, A, "bag:A", "right"), ("take", "A", 3, "slot:1", A, "right"),
                   ("put", "A", 3, A, "slot:1", "right"))  # fmt: skip
    receipt, empty = compute_receipts(events, Tariff(PRICES), {"A": "P-A", "B": "P-B"}, "taker", "EUR")
    assert receipt.history == ((1.0, 250), (3.0, 649), (4.0, 250))
    assert (empty.lines, empty.total_minor, empty.history) == ((), 0, ())
    assert (receipt.trip_codes, receipt.policy, receipt.currency) == (("A",), "taker", "EUR")


def test_payments_of_people_who_never_came_have_no_receipt():
    assert set(totals(visit(TAKE, trips=("A",)), trips={"A": "P-A", "B": "P-B"})) == {"P-A"}


def test_errors_say_what_is_missing():
    events = visit(TAKE)
    with pytest.raises(LedgerError, match="trip 'A' belongs to no payment"):
        compute_receipts(events, Tariff(PRICES), {"B": "P-B"}, "taker", "EUR")
    with pytest.raises(LedgerError, match="'tea' has no price"):
        compute_receipts(events, Tariff({}), {"A": "P-A", "B": "P-B"}, "taker", "EUR")
    brought = visit(
        ("bring", "A", 0, "outside", "bag:A", ""), ("return", "A", 0, A, "slot:0", "right"), trips=("A",)
    )
    with pytest.raises(LedgerError, match="'tea' has no price"):
        compute_receipts(brought, Tariff({}), {"A": "P-A"}, "taker", "EUR", returns="credited")
    with pytest.raises(LedgerError, match="unknown policy 'finder'; expected one of taker, carrier"):
        compute_receipts([replace(events[0])], Tariff(PRICES), {"A": "P-A", "B": "P-B"}, "finder", "EUR")


def test_weighed_goods_are_rounded_once_a_line():
    """Three apples of 172 g at 2.99 a kilogram: 1.54284, not three times 0.51."""
    tariff = Tariff({"tea": 299}, {"tea": 172})
    events = [make_event(0, 0.0, "enter", "A")]
    events += [
        make_event(
            1 + k, 1.0 + k, "take", "A", k, "tea", f"slot:{k}", "hand:A:right" if k == 0 else "hand:A:left"
        )
        for k in range(2)
    ]
    (receipt,) = compute_receipts(events, tariff, {"A": "P-A"}, "taker", "EUR")
    assert receipt.history == ((1.0, 51), (2.0, 103))
    assert [(line.quantity, line.unit_price_minor, line.grams) for line in receipt.lines] == [(2, 299, 344)]
    assert tariff.amount_minor("tea", 3) == 154
    assert [tariff.amount_minor("tea", n) for n in (-1, -3)] == [-51, -154]
    assert Tariff({"tea": 500}, {"tea": 1}).amount_minor("tea", 1) == 1  # half a cent goes up
