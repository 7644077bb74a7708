"""What can never be done is not promised; what is only taken at the moment is tried again."""

from dataclasses import replace
from unittest import mock

import numpy as np
import pytest
import shapely

from scenes.config.loader import load_config
from scenes.distributions import Constant
from scenes.sampling import sample_scenario
from scenes.scenario import JourneysSpec
from scenes.store import make_store as make_real_store
from synth.behaviours.base import Search
from synth.behaviours.choosing import Behaviours
from synth.ledger import parse_place
from synth.shoppers.journeys import plan_journeys
from synth.shoppers.plans import sample_plans
from synth.shoppers.suitable import can_misplace, can_mop, can_put_elsewhere, find_suitable, is_elsewhere
from synth.simulation import simulate
from synth.walking.stops import Stops
from tests.synth.light_bodies import choose_body_shape
from tests.synth.tiny_store import make_scenario, make_store, with_counts


def run(scenario, store):
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        return simulate(scenario, store)


def busy_at_first(search, tries):
    """Let others stand before every slot, or on every spot, whenever somebody looks for the first time."""

    def look_twice(self, person, intent, time_s):
        tries.setdefault(person.index, []).append(time_s)
        if len(tries[person.index]) > 1:
            return search(self, person, intent, time_s)
        with (
            mock.patch.object(Stops, "for_slot", return_value=None),
            mock.patch.object(Stops, "is_free", return_value=False),
        ):
            return search(self, person, intent, time_s)

    return look_twice


def run_busy(name, scenario, store):
    tries: dict[int, list[float]] = {}
    with mock.patch.object(Behaviours, name, busy_at_first(getattr(Behaviours, name), tries)):
        simulation = run(scenario, store)
    assert tries
    return tries, simulation


def gappy():
    """The tiny store with nothing in every second slot."""
    store = make_store()
    return with_counts(store, store.planogram.count * (np.arange(len(store.planogram.count)) % 2))


@pytest.fixture(scope="module")
def cold():
    chances = ["behaviours.put_back_in_fridge=0.9", "behaviours.empty_handed=0", "clip.duration_s=75"]
    chances += ["shoppers.count=6", "journeys.carried_child=0", "store.width_m=7", "store.depth_m=7"]
    scenario = sample_scenario(load_config("fogged_freezer", chances), seed=3, index=0)
    return scenario, make_real_store(scenario)


def test_who_finds_the_fridge_taken_comes_again_and_puts_it_back(cold):
    tries, simulation = run_busy("_seek_glass", *cold)
    back = [e for e in simulation.events if (e.kind, e.behaviour) == ("put", "put_back_in_fridge")]
    assert back
    assert any(len(times) > 1 for times in tries.values())


def test_who_finds_every_wrong_shelf_taken_comes_again():
    scenario = make_scenario(
        seed=2,
        clip={"duration_s": 50.0, "warmup_s": 2.0},
        shoppers={"count": 3, "extra_items": Constant(0)},
        behaviours={"wrong_shelf": 1.0, "buy_misplaced": 0.0},
    )
    tries, simulation = run_busy("_seek_wrong", scenario, gappy())
    wrong = [e for e in simulation.events if (e.kind, e.behaviour) == ("put", "wrong_shelf")]
    assert len(wrong) == len(tries) == 3
    assert all(len(times) >= 2 for times in tries.values())


def test_who_mops_waits_for_room_and_uses_up_no_place():
    scenario = sample_scenario(load_config("cleaning", ["clip.duration_s=30"]), seed=1, index=0)
    tries, simulation = run_busy("_visit_aisle", scenario, make_real_store(scenario))
    gaps_s = [b - a for times in tries.values() for a, b in zip(times, times[1:], strict=False)]
    assert min(gaps_s) > 0.5
    mops = [n for n, plan in enumerate(simulation.plans) if plan.mobility == "mop"]
    assert len(mops) == len(tries)
    for n in mops:
        path_m = simulation.trajectories.position_m[:, n]
        assert np.ptp(path_m, axis=0).max() > 0.5
        assert simulation.trajectories.present[-1, n]


@pytest.mark.parametrize("search", [Search.TAKEN, Search.NONE])
def test_who_always_finds_it_taken_keeps_it_in_the_end(search):
    scenario = make_scenario(
        seed=2,
        clip={"duration_s": 70.0, "warmup_s": 2.0},
        shoppers={"count": 1, "extra_items": Constant(0)},
        behaviours={"wrong_shelf": 1.0, "buy_misplaced": 0.0},
    )
    with mock.patch.object(Behaviours, "_go_to_room", return_value=search) as seek:
        simulation = run(scenario, make_store())
    assert seek.call_count == (6 if search is Search.TAKEN else 1)
    kinds = [e.kind for e in simulation.events]
    assert kinds[:2] == ["enter", "take"]
    assert kinds[2:] == ["bag", "exit", "exit"]


def test_nobody_promises_what_the_shop_has_no_place_for():
    """One shelf of one product: nothing can be put wrongly, and nothing elsewhere."""
    store = make_store()
    only = replace(store.planogram, product=np.zeros_like(store.planogram.product))
    count = np.zeros_like(only.count)
    count[0] = only.count[0]
    bare = replace(store, planogram=replace(only, count=count))
    assert not can_misplace(bare, 0)
    assert not any(can_put_elsewhere(bare, 0, far=far) for far in (False, True))
    chances = {"wrong_shelf": 1.0, "put_back_elsewhere": 1.0, "beside_twin": 0.0}
    scenario = make_scenario(seed=0, shoppers={"count": 8}, behaviours=chances)
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        told = {name for plan in sample_plans(scenario, bare) for name in plan.shopper.behaviours}
        assert not told & {*chances}
        there = {name for plan in sample_plans(scenario, store) for name in plan.shopper.behaviours}
    assert "wrong_shelf" in there


def test_what_is_put_elsewhere_has_somewhere_to_go():
    """Planned ways against the slots themselves: another board of the row, or a row that is not near."""
    scenario = sample_scenario(
        load_config("left_about", ["behaviours.put_back_elsewhere=1", "behaviours.leave_on_ledge=0"]),
        seed=0,
        index=0,
    )
    store = make_real_store(scenario)
    plan, size_m = store.planogram, store.catalogue.size_m
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        errands = [e for p in sample_plans(scenario, store) for e in p.errands]
    elsewhere = [e for e in errands if e.outcome == "put_back_elsewhere"]
    assert len(elsewhere) > 3
    for errand in elsewhere:
        home = np.flatnonzero(plan.product == errand.product)
        goals = [
            slot
            for slot in np.flatnonzero(is_elsewhere(store, errand.product, far=errand.far)).tolist()
            if plan.height_m[slot] > size_m[errand.product, 2]
            and plan.width_m[slot] >= size_m[errand.product, 0]
        ]
        assert goals
        for slot in goals:
            in_row = plan.fixture[slot] in plan.fixture[home]
            assert in_row != errand.far
            boards = {(plan.fixture[h], plan.shelf[h]) for h in home}
            assert (plan.fixture[slot], plan.shelf[slot]) not in boards


def test_nobody_is_said_to_mop_where_there_is_no_floor_for_it():
    scenario = make_scenario(seed=0, shoppers={"count": 1})
    scenario = replace(scenario, journeys=JourneysSpec(staff=2, clean=1.0))
    store = make_store()
    assert can_mop(store)
    narrow = replace(store, layout=replace(store.layout, walkable=shapely.Point(3.0, 0.35).buffer(1.5)))
    assert not can_mop(narrow)
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        duties = [
            {
                trip.plan.shopper.behaviours
                for trip in plan_journeys(scenario, shop, sample_plans(scenario, shop))
            }
            for shop in (store, narrow)
        ]
    assert ("clean",) in duties[0]
    assert ("clean",) not in duties[1]
    assert duties[1] & {("face_up",), ("restock",)}


@pytest.mark.parametrize("kind", ["counter", "gondola"])
def test_people_mean_to_queue_where_there_is_a_counter(kind):
    store = make_store()
    fixtures = (replace(store.layout.fixtures[0], kind=kind), *store.layout.fixtures[1:])
    store = replace(store, layout=replace(store.layout, fixtures=fixtures))
    scenario = replace(make_scenario(seed=0), journeys=JourneysSpec(queue=1.0))
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        trips = plan_journeys(scenario, store, sample_plans(scenario, store))
    assert {"queue" in trip.plan.shopper.behaviours for trip in trips} == {kind == "counter"}
    assert {trip.journey.queues for trip in trips} == {kind == "counter"}


def test_who_has_wheels_buys_nothing_behind_glass_on_a_second_visit(cold):
    scenario, store = cold
    journeys = replace(scenario.journeys, reenter=1.0, wheelchair=1.0)
    scenario = replace(scenario, journeys=journeys)
    behind = {slot for door in store.case_doors for slot in door.slots}
    glazed = {int(p) for p in store.planogram.product[sorted(behind)]}
    in_open = {int(p) for s, p in enumerate(store.planogram.product) if s not in behind}
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        trips = plan_journeys(scenario, store, sample_plans(scenario, store))
    wheeled = [trip.plan for trip in trips if trip.plan.shopper.mobility == "wheelchair"]
    again = [plan for plan in wheeled if "reenter" in plan.shopper.behaviours]
    assert len(again) > 3
    wanted = {e.product for plan in again for e in plan.errands}
    assert not wanted & (glazed - in_open)
    outcomes = {errand.outcome for plan in wheeled for errand in plan.errands}
    assert outcomes
    assert "put_back_in_fridge" not in outcomes


def twins():
    """The tiny store with gaps, where each pair of products weighs the same."""
    store = gappy()
    return replace(store, catalogue=replace(store.catalogue, weight_twin=np.arange(8) ^ 1))


@pytest.mark.parametrize("found", [True, False])
def test_only_what_lies_in_its_twins_slot_is_said_to(found):
    store = twins()
    scenario = make_scenario(
        seed=1,
        clip={"duration_s": 50.0, "warmup_s": 2.0},
        shoppers={"count": 3, "extra_items": Constant(0)},
        behaviours={"beside_twin": 1.0, "buy_misplaced": 0.0},
    )
    seek = Behaviours._slots_within_height if found else lambda *args: []
    with mock.patch.object(Behaviours, "_slots_within_height", seek):
        simulation = run(scenario, store)
    puts = [e for e in simulation.events if e.kind == "put"]
    assert {e.behaviour for e in puts} == {"beside_twin" if found else "wrong_shelf"}
    for event in puts:
        slot = parse_place(event.to_place).slot
        twin = store.item_product[event.item_id] ^ 1
        assert (store.planogram.product[slot] == twin) or not found


def test_what_fits_into_none_of_its_twins_slots_is_not_put_there():
    store = twins()
    plan = store.planogram
    assert set(find_suitable(store, "beside_twin", 1.7)) == set(range(8))
    narrow = np.where(plan.product == 3, 0.01, plan.width_m)
    store = replace(store, planogram=replace(plan, width_m=narrow))
    assert set(find_suitable(store, "beside_twin", 1.7)) == set(range(8)) - {2}
