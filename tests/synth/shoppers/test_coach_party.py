"""A coach party on one card: one receipt, whoever leaves when."""

from collections import Counter
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store as make_real_store
from synth.ledger import (
    OUTSIDE,
    Ledger,
    arm_place,
    bag_place,
    cart_place,
    hand_place,
    parse_place,
    pocket_place,
)
from synth.ledger.receipts import compute_receipts
from synth.ledger.tariff import make_tariff
from synth.records import Event
from synth.simulation import simulate
from tests.synth.light_bodies import choose_body_shape
from tests.synth.receipt_reference import cost


def leave_in_order(store, simulation, order):
    """Replace the exits of a clip: everybody leaves after its end, in an order, with what they then have."""
    catalogue = store.catalogue
    ledger = Ledger.from_items(store.item_slot, [catalogue.sku[p] for p in store.item_product])
    events = [e for e in simulation.events if e.kind != "exit"]
    ledger.apply_all(events)
    for n in order:
        trip = simulation.plans[n].trip_code
        hands = [hand_place(trip, side) for side in ("left", "right")]
        places = [*hands, bag_place(trip), cart_place(trip), pocket_place(trip), arm_place(trip)]
        leaving = [(i, ledger.sku(i), place, OUTSIDE) for place in places for i in ledger.items_in(place)]
        for item_id, sku, place, goal in [*leaving, (-1, "", "", "")]:
            last = events[-1]
            event = Event(
                last.event_id + 1,
                last.time_s + 0.5,
                "exit",
                trip,
                item_id,
                sku,
                place,
                goal,
                int(item_id >= 0),
                "",
                np.zeros(3),
            )
            ledger.apply(event)
            events.append(event)
    return events


@pytest.mark.parametrize("members", [2, 3, 17, 90, 150])
def test_a_coach_party_has_one_receipt_that_closes_with_the_last_at_any_order_of_leaving(members):
    overrides = [
        f"shoppers.count={members}",
        f"store.width_m={12 + members // 12}",
        f"clip.duration_s={40 if members < 10 else 16}",
        "journeys.already_inside=1",
        "journeys.join_late=0",
        "journeys.reenter=0",
        "behaviours.consume=0.2",
        "behaviours.empty_handed=0",
    ]
    scenario = sample_scenario(load_config("coach_party", overrides), seed=members, index=0)
    store = make_real_store(scenario)
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        simulation = simulate(scenario, store)
    goods = store.catalogue
    price = {s: int(p) for s, p in zip(goods.sku, goods.price_minor, strict=True)}
    rows = zip(goods.sku, goods.mass_kg, goods.sold_by, strict=True)
    grams = {sku: round(1000 * kg) for sku, kg, unit in rows if unit == "kg"}
    tariff = make_tariff(goods)
    payment = {p.trip_code: p.payment_id for p in simulation.plans}
    assert len(payment) == members
    assert len(set(payment.values())) == 1
    # What was brought along is nobody's debt; once returned it is the shop's, and a credit if it is credited.
    on_shelf, own = Counter(), set()
    for event in simulation.events:
        if event.kind == "bring":
            own.add(event.item_id)
        elif event.kind == "return":
            own.remove(event.item_id)
            on_shelf[event.sku] -= scenario.shoppers.returns == "ignored"
        if event.item_id >= 0 and event.item_id not in own:
            stored = [parse_place(p).is_store_place for p in (event.from_place, event.to_place)]
            on_shelf[event.sku] += stored[1] - stored[0]
    owed_minor = -sum(cost(sku, n, price, grams) for sku, n in on_shelf.items())
    assert owed_minor > 0
    returns = scenario.shoppers.returns

    @settings(max_examples=6)
    @given(st.permutations(range(members)))
    def check(order):
        events = leave_in_order(store, simulation, order)
        (receipt,) = compute_receipts(events, tariff, payment, "taker", "EUR", returns)
        assert receipt.closed_s == events[-1].time_s
        assert events[-1].trip_code == simulation.plans[order[-1]].trip_code
        assert receipt.total_minor == owed_minor
        assert set(receipt.trip_codes) == set(payment)
        (still_open,) = compute_receipts(events[:-1], tariff, payment, "taker", "EUR", returns)
        assert still_open.closed_s is None
        assert still_open.total_minor == owed_minor

    check()
