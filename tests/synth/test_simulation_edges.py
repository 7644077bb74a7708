"""Simulations at their edges: repeated, without people or goods, cut off early; doors, and hands at rest."""

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from scenes.distributions import Constant
from scenes.errors import PlacementError
from scenes.world import Door
from synth.handling.acts import compute_rest_palm_m
from synth.simulation import simulate
from synth.walking.doors import find_lanes
from tests.synth.tiny_store import MIXED, make_scenario, make_store


def test_the_same_scenario_gives_the_same_simulation():
    store = make_store()
    scenario = make_scenario(behaviours=MIXED, shoppers={"count": 6, "group_size": Constant(2)})
    first, again = (simulate(scenario, store) for _ in range(2))
    assert np.array_equal(first.trajectories.position_m, again.trajectories.position_m)
    assert np.array_equal(first.trajectories.heading_rad, again.trajectories.heading_rad)
    assert [(e.time_s, e.kind, e.item_id) for e in first.events] == [
        (e.time_s, e.kind, e.item_id) for e in again.events
    ]
    assert first.receipts == again.receipts
    assert first.plans == again.plans
    other = simulate(replace(scenario, index=1), store)
    assert {p.trip_code for p in other.plans}.isdisjoint(p.trip_code for p in first.plans)


def test_a_shop_without_shoppers_is_a_clip_too():
    simulation = simulate(make_scenario(shoppers={"count": 0}, clip={"duration_s": 1.0}), make_store())
    assert simulation.plans == simulation.acts == simulation.events == simulation.receipts == ()
    assert simulation.trajectories.position_m.shape == (121, 0, 2)


def test_an_empty_store_sends_people_home_with_empty_receipts():
    store = make_store(count=0)
    simulation = simulate(make_scenario(), store)
    assert Counter(e.kind for e in simulation.events) == {"enter": 3, "exit": 3}
    assert [r.total_minor for r in simulation.receipts] == [0, 0, 0]


def test_who_arrives_after_the_end_is_not_in_the_clip():
    shoppers = {"count": 10, "arrival_window_s": 200.0}
    scenario = make_scenario(shoppers=shoppers, clip={"duration_s": 20.0, "warmup_s": 10.0})
    simulation = simulate(scenario, make_store())
    assert 0 < len(simulation.plans) < 10
    entered = {e.trip_code for e in simulation.events if e.kind == "enter"}
    assert entered == {p.trip_code for p in simulation.plans}
    assert {r.payment_id for r in simulation.receipts} == {p.payment_id for p in simulation.plans}


def test_payments_stay_open_when_the_clip_ends_early():
    simulation = simulate(make_scenario(clip={"duration_s": 6.0, "warmup_s": 2.0}), make_store())
    assert any(receipt.closed_s is None for receipt in simulation.receipts)


def test_doors():
    inward = np.array([0.0, -1.0])
    both = Door("both", np.array([3.0, 0.4]), inward, 2.0)
    ((entrance,),), (leave,) = find_lanes((both,))
    assert entrance.inward_rad == pytest.approx(math.pi / 2)
    assert entrance.point_m[0] > 3.0 > leave.point_m[0]  # who comes in keeps to the right
    with pytest.raises(PlacementError, match="needs an entrance and an exit"):
        find_lanes((Door("entrance", np.zeros(2), inward, 1.0),))


def test_the_resting_palm_hangs_at_the_side():
    palm_m = compute_rest_palm_m((1.0, 2.0), 0.0, 1.8, "right")
    assert palm_m == pytest.approx([1.0, 1.78, 0.828])
