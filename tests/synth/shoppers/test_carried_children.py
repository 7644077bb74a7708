"""Children on the arm: they come, stand and go with one adult, take with their own hand, on one payment."""

from dataclasses import replace
from unittest import mock

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.distributions import Constant
from scenes.sampling import sample_scenario
from scenes.scenario import JourneysSpec
from scenes.store import make_store as make_real_store
from synth.bodies.carried import SEAT_FORWARD, SEAT_SIDEWAYS, shoulder_m
from synth.ledger import parse_place
from synth.sensors import record_gates
from synth.shoppers.journeys import plan_journeys
from synth.shoppers.plans import sample_plans
from synth.simulation import simulate
from synth.walking.flow import compute_closest_m
from tests.synth.light_bodies import choose_body_shape
from tests.synth.tiny_store import make_scenario, make_store


def shop(seed, *, takes=1.0, **journeys):
    """Four adults in a tiny shop, each with a child on the arm."""
    scenario = make_scenario(
        seed=seed,
        clip={"duration_s": 70.0, "warmup_s": 2.0},
        shoppers={"count": 4, "extra_items": Constant(3)},
        behaviours={"carried_child_takes": takes},
    )
    scenario = replace(scenario, journeys=JourneysSpec(**({"carried_child": 1.0} | journeys)))
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        return scenario, simulate(scenario, make_store())


@pytest.fixture(scope="module")
def clips():
    return [shop(seed)[1] for seed in range(4)]


def pairs(simulation):
    """(child, adult) by number."""
    number = {plan.trip_code: n for n, plan in enumerate(simulation.plans)}
    return [(n, number[plan.carried_by]) for n, plan in enumerate(simulation.plans) if plan.carried_by]


def test_everybody_who_carries_has_one_child_on_the_same_payment(clips):
    for simulation in clips:
        found = pairs(simulation)
        carrying = [n for n, plan in enumerate(simulation.plans) if plan.mobility == "carrying"]
        assert sorted(adult for _, adult in found) == carrying
        assert len(found) == len(simulation.plans) / 2 >= 2
        for child, adult in found:
            small, tall = simulation.plans[child], simulation.plans[adult]
            assert (small.payment_id, small.group, small.mobility) == (tall.payment_id, tall.group, "carried")
            assert 0.7 < small.body.stature_m < 1.05 < tall.body.stature_m
            assert small.trip_code != tall.trip_code


def test_a_child_is_at_the_adults_side_whenever_they_are_there(clips):
    """At one place of the adult's own frame, and of no other pair's: distances of all others hold as ever."""
    for simulation in clips:
        paths = simulation.trajectories
        for child, adult in pairs(simulation):
            assert np.array_equal(paths.present[:, child], paths.present[:, adult])
            here = paths.present[:, adult]
            away_m = (paths.position_m[:, child] - paths.position_m[:, adult])[here]
            ahead = np.stack(
                [np.cos(paths.heading_rad[here, adult]), np.sin(paths.heading_rad[here, adult])], 1
            )
            left = np.stack([-ahead[:, 1], ahead[:, 0]], 1)
            tall = simulation.plans[adult]
            side = 1.0 if tall.handedness == "right" else -1.0
            seat = np.array([SEAT_FORWARD, side * SEAT_SIDEWAYS]) * tall.body.stature_m
            seen = np.stack([(away_m * ahead).sum(1), (away_m * left).sum(1)], 1)
            np.testing.assert_allclose(seen, np.broadcast_to(seat, seen.shape), atol=1e-9)
        assert compute_closest_m(simulation) > 0.25


def test_the_closest_pair_is_found_among_carried_children_too(clips):
    """Against every pair, one by one."""
    simulation = clips[0]
    paths, own = simulation.trajectories, {frozenset(pair) for pair in pairs(simulation)}
    people = range(len(simulation.plans))
    away_m = [
        np.linalg.norm(paths.position_m[both, n] - paths.position_m[both, m], axis=1).min()
        for n in people
        for m in people
        if n < m and frozenset((n, m)) not in own
        if (both := paths.present[:, n] & paths.present[:, m]).any()
    ]
    assert compute_closest_m(simulation) == pytest.approx(min(away_m))


def test_the_arm_that_holds_the_child_does_nothing_else(clips):
    for simulation in clips:
        for act in simulation.acts:
            plan = simulation.plans[act.shopper]
            if plan.mobility == "carrying":
                assert act.hand == plan.handedness
                assert not act.both
            elif plan.carried_by:
                assert act.kind in ("take", "hand_over")


def test_what_a_child_does_is_in_reach_from_the_arm_of_an_adult_who_stands_still(clips):
    kinds = set()
    for simulation in clips:
        paths, adult_of = simulation.trajectories, dict(pairs(simulation))
        for act in simulation.acts:
            if act.shopper not in adult_of:
                continue
            adult = adult_of[act.shopper]
            tall, small = simulation.plans[adult].body, simulation.plans[act.shopper].body
            during = (paths.time_s >= act.start_s) & (paths.time_s <= act.end_s)
            assert during.any()
            assert np.ptp(paths.position_m[during, adult], axis=0).max() < 1e-9
            centre_m = (act.world_from_item @ [0.0, 0.0, act.size_m[2] / 2, 1.0])[:3]
            assert 0.2 <= centre_m[2] <= 0.95 * tall.stature_m
            spot_m = [np.interp(act.contact_s, paths.time_s, paths.position_m[:, adult, k]) for k in (0, 1)]
            heading = np.interp(act.contact_s, paths.time_s, np.unwrap(paths.heading_rad[:, adult]))
            side = "left" if simulation.plans[adult].handedness == "right" else "right"
            from_m = shoulder_m(np.array(spot_m), float(heading), tall.stature_m, small.stature_m, side)
            # An arm with its hand has 0.44 of the stature, a grasp is at the pack's face; the trunk bends.
            assert np.linalg.norm(centre_m - from_m) <= 0.6 * small.stature_m
            if act.kind == "hand_over":
                (taking,) = [
                    other
                    for other in simulation.acts
                    if (other.shopper, other.kind, other.contact_s) == (adult, "receive", act.contact_s)
                ]
                assert np.array_equal(taking.world_from_item, act.world_from_item)
                assert np.linalg.norm(centre_m[:2] - spot_m) < 0.5
            kinds.add(act.kind)
    assert kinds == {"take", "hand_over"}


def test_what_the_child_takes_goes_to_its_adult_and_back_or_into_the_bag(clips):
    ends = set()
    for simulation in clips:
        adult_of = {plan.trip_code: plan.carried_by for plan in simulation.plans if plan.carried_by}
        ways = {}
        for event in simulation.events:
            if event.item_id >= 0 and event.behaviour == "carried_child_takes":
                ways.setdefault(event.item_id, []).append(event)
        for take, given, *rest in (way for way in ways.values() if len(way) > 1):
            assert (take.kind, given.kind) == ("take", "hand_over")
            assert take.trip_code == given.trip_code
            assert parse_place(given.to_place).trip_code == adult_of[take.trip_code]
            for event in rest[:1]:
                assert event.kind in ("put", "bag")
                assert event.trip_code == adult_of[take.trip_code]
                if event.kind == "put":
                    assert event.to_place == take.from_place
                ends.add(event.kind)
    assert ends == {"put", "bag"}


def test_almost_every_child_that_shall_take_something_does():
    """In real shops, by real bodies, with time for all that is planned."""
    planned = taken = 0
    for index in range(4):
        config = load_config("on_the_arm", ["clip.duration_s=240", "store.displays=0", "store.stacked=0"])
        scenario = sample_scenario(config, seed=900, index=index)
        store = make_real_store(scenario)
        simulation = simulate(scenario, store)
        trips = plan_journeys(scenario, store, sample_plans(scenario, store))
        planned += sum(e.label == "carried_child_takes" for trip in trips for e in trip.plan.errands)
        children = {plan.trip_code for plan in simulation.plans if plan.carried_by}
        taken += sum(e.kind == "take" and e.trip_code in children for e in simulation.events)
    assert planned >= 12
    assert taken >= 0.9 * planned


def test_without_the_behaviour_children_touch_nothing():
    _, simulation = shop(0, takes=0.0)
    children = {plan.trip_code for plan in simulation.plans if plan.carried_by}
    assert len(children) >= 2
    assert {e.kind for e in simulation.events if e.trip_code in children} == {"enter", "exit"}


def test_who_carries_a_child_may_wear_a_big_coat():
    scenario, _ = shop(1)
    scenario = replace(scenario, shoppers=replace(scenario.shoppers, big_coat=1.0))
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        simulation = simulate(scenario, make_store())
    found = pairs(simulation)
    assert found
    for child, adult in found:
        assert simulation.plans[adult].big_coat
        assert not simulation.plans[child].big_coat


def test_who_comes_back_comes_without_the_child():
    _, simulation = shop(1, takes=0.0, reenter=1.0)
    again = [plan for plan in simulation.plans if "reenter" in plan.behaviours]
    assert again
    assert all(plan.mobility == "walking" for plan in again)
    assert len(pairs(simulation)) >= 2


def test_a_gate_counts_the_two_as_one_and_the_truth_as_two(clips):
    scenario, simulation = shop(2)
    sensors = replace(scenario.sensors, gate_merge=0.0, gate_split=0.0)
    rows = record_gates(replace(scenario, sensors=sensors), make_store(), simulation).to_pylist()
    assert rows
    plans = {plan.trip_code: plan for plan in simulation.plans}
    for row in rows:  # who turns back at the gate passes it twice, and the child on their arm with them
        carried = [plans[trip] for trip in row["true_trips"] if plans[trip].carried_by]
        assert row["true_people"] == len(row["true_trips"]) == row["people"] + len(carried)
        assert all(plan.carried_by in row["true_trips"] for plan in carried)
    assert sum(row["true_people"] - row["people"] for row in rows) >= 2


def test_what_a_child_flees_with_is_billed_and_leaves_in_its_hand_up_on_the_arm(clips):
    children = {plan.trip_code for plan in clips[0].plans if plan.carried_by}
    taken = next(e for e in clips[0].events if e.kind == "take" and e.trip_code in children)
    _, simulation = shop(0, evacuate=True, evacuate_at_s=taken.time_s + 0.05)
    (event,) = [e for e in simulation.events if e.kind == "exit" and e.item_id == taken.item_id]
    assert parse_place(event.from_place).trip_code == event.trip_code == taken.trip_code
    plans = {plan.trip_code: plan for plan in simulation.plans}
    adult = plans[plans[taken.trip_code].carried_by]
    assert 0.65 < event.point_m[2] / adult.body.stature_m < 0.85
    (receipt,) = [r for r in simulation.receipts if r.payment_id == adult.payment_id]
    assert taken.sku in {line.sku for line in receipt.lines}


def test_who_carries_a_child_wants_and_does_what_their_errands_say():
    """What stands behind glass is left out of both, and what the child takes is on nobody's list."""
    takes = ["behaviours.carried_child_takes=0.5", "journeys.carried_child=0.9", "shoppers.count=16"]
    scenario = sample_scenario(load_config("fogged_freezer", takes), seed=0, index=0)
    store, carrying = make_real_store(scenario), 0
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        trips = plan_journeys(scenario, store, sample_plans(scenario, store))
    for plan in (trip.plan for trip in trips if trip.plan.shopper.mobility == "carrying"):
        labels = {errand.label for errand in plan.errands}
        told = {*plan.shopper.behaviours}
        assert labels - {""} <= told
        of_errands = {"carried_child_takes", "put_back", "put_back_in_fridge", "one_of_two", "hold_long"}
        assert told & of_errands <= labels
        child = [e.product for e in plan.errands if e.label == "carried_child_takes"]
        assert len(plan.shopper.shopping_list) <= len(plan.errands) - len(child)
        carrying += 1
    assert carrying > 4
