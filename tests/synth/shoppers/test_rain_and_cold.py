"""Umbrellas keep a hand busy, big coats hide more than pockets do, and clothes are for the weather."""

from dataclasses import replace
from unittest import mock

import numpy as np
import pytest

from scenes.distributions import Constant
from scenes.scenario import MILD_C, JourneysSpec
from synth.shoppers.suitable import find_suitable
from synth.simulation import simulate
from tests.synth.light_bodies import choose_body_shape
from tests.synth.tiny_store import make_scenario, make_store

BIG_M = (0.15, 0.13, 0.28)  # too wide and too high for a pocket


def make_shop():
    """The tiny shop with half of its products too large for a pocket."""
    store = make_store()
    size_m = store.catalogue.size_m.copy()
    size_m[: len(size_m) // 2] = BIG_M
    return replace(store, catalogue=replace(store.catalogue, size_m=size_m))


def shop(seed, *, behaviours=None, shoppers=None, **journeys):
    scenario = make_scenario(
        seed=seed,
        clip={"duration_s": 60.0, "warmup_s": 2.0},
        shoppers={"count": 4, "extra_items": Constant(2)} | (shoppers or {}),
        behaviours=behaviours,
    )
    scenario = replace(scenario, journeys=JourneysSpec(**journeys))
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        return simulate(scenario, make_shop())


def test_the_hand_with_the_umbrella_does_nothing_else():
    modes = set()
    for seed in range(4):
        simulation = shop(seed, umbrella=1.0, behaviours={"compare_two": 0.3, "both_hands": 0.3})
        assert all(plan.umbrella and "umbrella" in plan.behaviours for plan in simulation.plans)
        for act in simulation.acts:
            plan = simulation.plans[act.shopper]
            assert not act.both
            if plan.umbrella == "hand":
                assert act.hand == plan.handedness
        modes |= {plan.umbrella for plan in simulation.plans}
    assert modes == {"hand", "forearm"}


@pytest.mark.parametrize("other", ["stick", "wheelchair", "trolley", "pram", "phone", "carried_child"])
def test_who_has_no_hand_left_has_no_umbrella(other):
    simulation = shop(0, umbrella=1.0, **{other: 1.0})
    assert not any(plan.umbrella for plan in simulation.plans)


def test_children_have_neither_umbrellas_nor_big_coats():
    shoppers = {"child_share": 0.5, "group_size": Constant(2), "big_coat": 1.0}
    simulation = shop(1, umbrella=1.0, shoppers=shoppers)
    small = [plan for plan in simulation.plans if plan.body.age < 0.5]
    assert small
    assert not any(plan.umbrella or plan.big_coat for plan in small)
    assert all(plan.big_coat for plan in simulation.plans if plan not in small)


def test_more_fits_under_a_big_coat_than_into_a_pocket():
    store = make_shop()
    pocket, coat = (find_suitable(store, name, 1.7) for name in ("conceal", "conceal_under_coat"))
    size_m = store.catalogue.size_m
    assert set(pocket) < set(coat)
    assert not {k for k in pocket if tuple(size_m[k]) == BIG_M}
    assert {k for k in coat if tuple(size_m[k]) == BIG_M}


def test_only_who_wears_a_big_coat_conceals_what_no_pocket_holds():
    store = make_shop()
    large = {True: 0, False: 0}
    small = {True: 0, False: 0}
    for seed in range(5):
        simulation = shop(seed, behaviours={"conceal": 0.8}, shoppers={"big_coat": 0.5})
        coated = {plan.trip_code: plan.big_coat for plan in simulation.plans}
        for event in simulation.events:
            if event.kind == "conceal":
                size_m = store.catalogue.size_m[store.catalogue.sku.index(event.sku)]
                counted = large if np.array_equal(size_m, BIG_M) else small
                counted[coated[event.trip_code]] += 1
    assert large[True] > 2
    assert large[False] == 0
    assert small[False] > 2


def test_all_but_staff_dress_for_the_weather_and_nothing_else_changes():
    extra = {"carried_child": 0.6, "tailgate": 0.9, "reenter": 0.9, "staff": 2}
    mild, cold = (
        shop(5, shoppers={"child_share": 0.3, "group_size": Constant(2), "dressed_for_c": c}, **extra).plans
        for c in (MILD_C, -5.0)
    )
    seen = {behaviour for plan in cold for behaviour in plan.behaviours}
    assert {"tailgate", "reenter"} <= seen
    assert {plan.mobility for plan in cold} >= {"carried"}
    assert {plan.role for plan in cold} == {"shopper", "staff"}
    for plain, plan in zip(mild, cold, strict=True):
        assert plan.body.dressed_for_c == (MILD_C if plan.role == "staff" else -5.0)
        assert replace(plan, body=replace(plan.body, dressed_for_c=MILD_C)) == plain


def test_twins_dress_alike_in_any_weather():
    plans = shop(2, shoppers={"twins": 1.0, "dressed_for_c": 31.0}).plans
    assert len({plan.body for plan in plans}) == 1
    assert plans[0].body.dressed_for_c == 31.0
