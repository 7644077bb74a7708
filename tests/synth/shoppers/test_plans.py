import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenes.config.loader import load_config
from scenes.distributions import Constant, NegativeBinomial, Uniform
from scenes.sampling import sample_scenario
from scenes.store import make_store as make_real_store
from synth.shoppers.duets import find_pairs
from synth.shoppers.errands import Errand
from synth.shoppers.plans import TRIP_CODE_ALPHABET, sample_codes, sample_groups, sample_plans
from synth.walking.crowd import Crowd
from synth.walking.stops import Stops
from tests.synth.tiny_store import make_scenario, make_store


@pytest.fixture(scope="module")
def store():
    return make_store(products=8)


def plans_of(store, **sections):
    return sample_plans(make_scenario(**sections), store)


@settings(max_examples=100)
@given(st.integers(0, 2**32), st.integers(0, 300), st.integers(6, 12))
def test_codes_are_different_and_of_crockfords_alphabet(seed, count, length):
    codes = sample_codes(count, length, rng=np.random.default_rng(seed))
    assert len(set(codes)) == len(codes) == count
    assert all(len(code) == length and set(code) <= set(TRIP_CODE_ALPHABET) for code in codes)
    assert not set("ILOU") & set(TRIP_CODE_ALPHABET)


def test_codes_never_repeat_even_if_the_generator_does():
    class Repeating:
        def __init__(self):
            self.draws = iter([np.zeros(12, int), np.zeros(12, int), np.ones(12, int)])

        def integers(self, high, size):
            return next(self.draws)

    assert sample_codes(2, 12, rng=Repeating()) == ("0" * 12, "1" * 12)


def test_trip_codes_differ_between_clips_and_say_nothing_of_the_person(store):
    shoppers = {"count": 40}
    first, again = (plans_of(store, index=0, shoppers=shoppers) for _ in range(2))
    other = plans_of(store, index=1, shoppers=shoppers)
    codes = [{p.shopper.trip_code for p in plans} for plans in (first, again, other)]
    assert codes[0] == codes[1]
    assert not codes[0] & codes[2]
    behaved = plans_of(store, index=0, shoppers=shoppers | {"child_share": 0.5}, behaviours={"put_back": 1.0})
    assert {p.shopper.trip_code for p in behaved} == codes[0]


@pytest.mark.parametrize(
    ("payment", "expected"), [("one_per_group", 4), ("one_per_trip", 10), ("one_for_all", 1)]
)
def test_payments(store, payment, expected):
    shoppers = {"count": 10, "group_size": Constant(3), "payment": payment}
    plans = [plan.shopper for plan in plans_of(store, shoppers=shoppers)]
    assert len({p.payment_id for p in plans}) == expected
    if payment == "one_per_group":
        assert len({(p.group, p.payment_id) for p in plans}) == 4


def test_groups_come_together_and_cover_everybody():
    spec = make_scenario(shoppers={"count": 50, "group_size": Uniform(1, 4, integer=True)}).shoppers
    group = sample_groups(spec, rng=np.random.default_rng(3))
    assert len(group) == 50
    assert np.all(np.diff(group) >= 0)
    assert np.bincount(group).max() <= 4
    assert len(sample_groups(replace(spec, count=0), rng=np.random.default_rng(3))) == 0


def test_people_are_in_order_of_arrival_and_groups_close_together(store):
    shoppers = {"count": 30, "group_size": Constant(3), "arrival_window_s": 100.0}
    plans = [p.shopper for p in plans_of(store, shoppers=shoppers, clip={"warmup_s": 20.0})]
    arrival = np.array([p.arrival_s for p in plans])
    assert np.all(np.diff(arrival) >= 0)
    assert arrival.min() >= -20.0
    for g in {p.group for p in plans}:
        assert np.ptp([p.arrival_s for p in plans if p.group == g]) < 4.0


def test_children_never_come_alone_or_first(store):
    shoppers = {"count": 60, "group_size": Uniform(1, 4, integer=True), "child_share": 0.4}
    plans = [p.shopper for p in plans_of(store, shoppers=shoppers)]
    small = [p for p in plans if p.body.stature_m < 1.2]
    assert small
    for g in {p.group for p in small}:
        assert max(p.body.stature_m for p in plans if p.group == g) > 1.4


def test_baskets_follow_the_statistics():
    store = make_store(products=40, width_m=9.0)
    shoppers = {"count": 300, "extra_items": NegativeBinomial(mean=3.41, r=1.23, high=60)}
    lists = [p.shopper.shopping_list for p in plans_of(store, shoppers=shoppers)]
    assert np.mean([len(items) for items in lists]) == pytest.approx(4.41, abs=0.45)
    assert np.mean([len(items) == 1 for items in lists]) == pytest.approx(0.2, abs=0.07)
    lines = [items.count(product) for items in lists for product in set(items) if len(items) > 3]
    assert np.mean([n == 1 for n in lines]) == pytest.approx(0.82, abs=0.06)  # 79.5 of 96.7 %
    assert max(lines) <= 3


def test_popular_products_are_bought_more_often():
    store = make_store(products=8)
    popularity = np.array([0.4, 0.2, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05])
    store = replace(store, catalogue=replace(store.catalogue, popularity=popularity))
    shoppers = {"count": 300, "extra_items": Constant(0)}
    bought = [product for p in plans_of(store, shoppers=shoppers) for product in p.shopper.shopping_list]
    assert np.bincount(bought, minlength=8) / len(bought) == pytest.approx(popularity, abs=0.08)


def test_only_what_is_in_the_planogram_is_wanted(store):
    count = np.where(store.planogram.product < 4, 0, store.planogram.count)
    sold_out = replace(store, planogram=replace(store.planogram, count=count))
    shoppers = {"count": 20, "extra_items": Constant(12)}
    for plan in plans_of(sold_out, shoppers=shoppers):
        assert min(plan.shopper.shopping_list) >= 4
        assert len(plan.shopper.shopping_list) <= 12


@pytest.mark.parametrize(
    ("behaviours", "outcome"),
    [
        ({"put_back": 1.0}, "put_back"),
        ({"wrong_shelf": 1.0, "buy_misplaced": 0.0}, "wrong_shelf"),
        ({}, "keep"),
    ],
)
def test_certain_behaviours_happen_to_every_item(store, behaviours, outcome):
    plans = plans_of(store, behaviours=behaviours)
    assert {e.outcome for plan in plans for e in plan.errands} == {outcome}
    if outcome != "keep":
        assert all(plan.shopper.behaviours == ("empty_handed", outcome) for plan in plans)


def test_hand_over_needs_company(store):
    alone = plans_of(store, behaviours={"hand_over": 1.0})
    assert {e.outcome for p in alone for e in p.errands} == {"keep"}
    pairs = plans_of(store, behaviours={"hand_over": 1.0}, shoppers={"count": 4, "group_size": Constant(2)})
    assert {e.outcome for p in pairs for e in p.errands} == {"hand_over"}


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(2, 6))
def test_each_misplaced_item_has_one_buyer_who_pays_otherwise(store_seed, count):
    store = make_store(products=8)
    behaviours = {"wrong_shelf": 0.7, "buy_misplaced": 0.9}
    plans = plans_of(store, seed=store_seed, shoppers={"count": count}, behaviours=behaviours)
    misplaced = {e.story: n for n, p in enumerate(plans) for e in p.errands if e.outcome == "wrong_shelf"}
    misplaced.pop(-1, None)
    buyers = {e.story: (n, e) for n, p in enumerate(plans) for e in p.errands if e.outcome == "buy_misplaced"}
    assert set(misplaced) == set(buyers)
    for story, (buyer, errand) in buyers.items():
        assert plans[buyer].shopper.payment_id != plans[misplaced[story]].shopper.payment_id
        assert errand.product in plans[buyer].shopper.shopping_list
        assert "buy_misplaced" in plans[buyer].shopper.behaviours
        assert errand == Errand(errand.product, "buy_misplaced", story=story)


def test_empty_handed_people_want_nothing(store):
    for plan in plans_of(store, shoppers={"count": 20}, behaviours={"empty_handed": 1.0}):
        assert {e.outcome for e in plan.errands} <= {"look", "touch", "put_back"}
        assert "empty_handed" in plan.shopper.behaviours


@pytest.mark.parametrize("crossing", [False, True])
def test_both_of_a_pair_stand_on_the_floor_before_their_slots(crossing):
    scenario = sample_scenario(load_config("crossing_hands", ["store.outline=l_shape"]), seed=0, index=0)
    store = make_real_store(scenario)
    standing = Crowd(store.layout.walkable, step_s=0.05).standing_floor
    stops = Stops(store, standing)
    pairs = find_pairs(store, crossing=crossing)
    assert len(pairs) > 20
    for left, right in pairs:
        assert stops.for_duet(0, left, right, -1.0) is not None
        assert stops.for_duet(1, right, left, 1.0) is not None


def test_pairs_that_reach_together_leave_each_other_room():
    several = 0
    for seed in range(2):
        scenario = sample_scenario(load_config("crossing_hands"), seed=seed, index=0)
        store = make_real_store(scenario)
        plans = sample_plans(scenario, store)
        slots = [e.slot for plan in plans for e in plan.errands if e.side == -1]
        place_m = store.planogram.world_from_slot[slots, :2, 3]
        several += len(slots) > 1
        apart_m = [math.dist(a, b) for n, a in enumerate(place_m) for b in place_m[:n]]
        assert min(apart_m, default=np.inf) > 2.0
    assert several
