"""Items are conserved: hundreds of simulated ledgers of all presets, proved again from their events alone."""

from collections import Counter
from dataclasses import replace
from functools import cache
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenes.config.loader import list_presets, load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store
from synth.ledger import Ledger, parse_place
from synth.simulation import simulate
from tests.synth.light_bodies import choose_body_shape
from tests.synth.receipt_reference import reference
from tests.synth.shops import find_store

LEDGERS_PER_PRESET = 25
LEDGERS_PER_HARD_CASE = 6  # in all some 400; benchmarks/conservation.py plays 10,000
WHOLE_CLIPS = ("everyday", "evening_rush", "coach_party", "wrong_shelf", "lamp_failure", "empty_handed")
SHORT = [
    "clip.duration_s=10",
    "clip.warmup_s=25",
    "shoppers.arrival_window_s=15",
    "journeys.surge_at_s=-20",
    "shoppers.count=5",
    "store.width_m=8",
    "store.depth_m=7",
    "store.aisle_width_m=1.6",
]


@cache
def preset_clip(preset, variant):
    """A short clip of a preset and its store; the seed is changed per example, the store stays."""
    scenario = sample_scenario(load_config(preset, SHORT), seed=variant, index=0)
    return scenario, find_store(scenario)


def prove(store, simulation):
    """Replay the events against the planogram."""
    skus = store.catalogue.sku
    ledger = Ledger.from_items(store.item_slot, [skus[p] for p in store.item_product])
    for event in simulation.events:
        ledger.apply(event)
        assert ledger.balance(event.sku).is_conserved
    ledger.check()

    # What is billed in all is what the shop had and got back, and no longer has; a credit is what it bought.
    has = Counter()
    own, with_staff = set(), set()  # with_staff: the shop's, though in nobody's slot, until it is laid down
    for event in simulation.events:
        if event.kind == "bring":
            own.add(event.item_id)
        elif event.kind == "return":
            own.remove(event.item_id)
            has[event.sku] -= simulation.receipts[0].returns == "ignored"
        elif event.kind == "restock":
            has[event.sku] -= 1
        if event.item_id >= 0 and event.item_id not in own:
            before = parse_place(event.from_place).is_store_place or event.item_id in with_staff
            after = parse_place(event.to_place).is_store_place
            if not after and (event.kind in ("restock", "return") or event.item_id in with_staff):
                after = with_staff.add(event.item_id) is None
            else:
                with_staff.discard(event.item_id)
            has[event.sku] += after - before
    billed = Counter()
    for receipt in simulation.receipts:
        for line in receipt.lines:
            billed[line.sku] += line.quantity
    assert {sku: n for sku, n in billed.items() if n} == {sku: -n for sku, n in has.items() if n}


def compare_with_reference(store, scenario, simulation):
    skus = store.catalogue.sku
    prices = {sku: int(price) for sku, price in zip(skus, store.catalogue.price_minor, strict=True)}
    trips = {p.trip_code: p.payment_id for p in simulation.plans}
    shoppers = scenario.shoppers
    rows = zip(skus, store.catalogue.mass_kg, store.catalogue.sold_by, strict=True)
    grams = {sku: round(1000 * kg) for sku, kg, unit in rows if unit == "kg"}
    expected = reference(simulation.events, trips, shoppers.policy, prices, shoppers.returns, grams)
    assert {r.payment_id for r in simulation.receipts} == set(expected)
    for receipt in simulation.receipts:
        opened, closed, bill, history = expected[receipt.payment_id]
        assert {line.sku: line.quantity for line in receipt.lines} == bill
        assert (receipt.opened_s, receipt.closed_s, list(receipt.history)) == (opened, closed, history)


@pytest.mark.parametrize("preset", list_presets())
def test_presets_conserve_items(preset):
    happened = Counter()
    ledgers = LEDGERS_PER_PRESET if preset in WHOLE_CLIPS else LEDGERS_PER_HARD_CASE

    @settings(max_examples=ledgers)
    @given(st.integers(0, 2**31), st.integers(0, 1), st.sampled_from(["taker", "carrier"]))
    def check(seed, variant, policy):
        scenario, store = preset_clip(preset, variant)
        shoppers = replace(scenario.shoppers, policy=policy)
        journeys = replace(scenario.journeys, join_late=0.0)  # so that nobody comes after the end
        scenario = replace(scenario, seed=seed, shoppers=shoppers, journeys=journeys)
        simulation = simulate(scenario, store)
        prove(store, simulation)
        compare_with_reference(store, scenario, simulation)
        happened["ledgers"] += 1
        happened.update(event.kind for event in simulation.events)
        happened["extra"] += sum(
            p.role == "staff" or bool(p.carried_by or {"reenter", "tailgate"} & set(p.behaviours))
            for p in simulation.plans
        )

    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        check()
    assert happened["ledgers"] >= 0.9 * ledgers
    assert happened["take"] + happened["touch"] > 1.8 * ledgers
    if preset != "evacuation":  # then nobody gets in any more
        assert happened["enter"] - happened["extra"] == 5 * happened["ledgers"]


@pytest.mark.parametrize("seed", [0, 2, 3])
def test_the_coach_party_has_one_receipt_for_ninety_trips(seed):
    scenario = sample_scenario(load_config("coach_party"), seed=seed, index=0)
    store = make_store(scenario)
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        simulation = simulate(scenario, store)
    (receipt,) = simulation.receipts
    assert len(receipt.trip_codes) == len(set(receipt.trip_codes)) == 90
    entered = [e.time_s for e in simulation.events if e.kind == "enter"]
    left = [e.time_s for e in simulation.events if e.kind == "exit" and e.item_id == -1]
    assert len(entered) == len(left) == 90
    assert receipt.opened_s == min(entered)
    assert receipt.closed_s == max(left)
    assert max(left) - min(left) > 60  # they leave apart
    groups = Counter(plan.group for plan in simulation.plans)
    assert max(groups.values()) > 1
    prove(store, simulation)
    assert simulation.trajectories.present.sum(axis=1).max() > 25
    assert sum(line.quantity for line in receipt.lines) > 90
