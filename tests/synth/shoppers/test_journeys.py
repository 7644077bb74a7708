"""Journeys: who comes when, gets about how, and what is billed to whom."""

import math
from collections import Counter, deque
from dataclasses import replace
from unittest import mock

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.distributions import Constant
from scenes.sampling import sample_scenario
from scenes.scenario import JourneysSpec
from scenes.store import make_store as make_real_store
from synth.ledger import parse_place
from synth.sensors.doors import find_openings
from synth.simulation import Recorder, simulate
from synth.walking.flow import compute_closest_m, measure_flow
from tests.synth.light_bodies import choose_body_shape
from tests.synth.tiny_store import make_scenario, make_store

OUTLINES = ("rectangle", "l_shape", "alcove")


def shop(journeys, *, store=None, clip=None, seed=0, **shoppers):
    """Simulate a tiny clip with some journeys."""
    scenario = make_scenario(
        seed=seed, clip={"duration_s": 50.0, "warmup_s": 2.0} | (clip or {}), shoppers=shoppers
    )
    scenario = replace(scenario, journeys=JourneysSpec(**journeys))
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        return simulate(scenario, store or make_store())


def doors_passed(simulation, kind):
    return {e.trip_code: e.time_s for e in simulation.events if e.kind == kind and e.item_id == -1}


def test_members_who_join_late_come_in_on_the_same_payment():
    early = shop({}, count=3, group_size=Constant(3))
    late = shop({"join_late": 1.0}, count=3, group_size=Constant(3))
    assert len({p.payment_id for p in late.plans}) == 1
    assert "join_late" not in late.plans[0].behaviours
    before = {p.trip_code: p.arrival_s for p in early.plans}
    for plan in late.plans[1:]:
        assert "join_late" in plan.behaviours
        assert 8.0 < plan.arrival_s - before[plan.trip_code] < 32.0
    assert late.receipts[0].opened_s == late.plans[0].arrival_s


def test_who_comes_back_has_a_new_trip_code_on_the_same_payment_and_one_receipt():
    simulation = shop({"reenter": 1.0}, count=2, clip={"duration_s": 110.0})
    came, left = doors_passed(simulation, "enter"), doors_passed(simulation, "exit")
    for payment in {p.payment_id for p in simulation.plans}:
        first, second = sorted(
            (p for p in simulation.plans if p.payment_id == payment), key=lambda p: p.arrival_s
        )
        assert first.trip_code != second.trip_code
        assert (first.body, first.handedness) == (second.body, second.handedness)
        assert 4.0 <= came[second.trip_code] - left[first.trip_code] < 13.0
        (receipt,) = (r for r in simulation.receipts if r.payment_id == payment)
        assert set(receipt.trip_codes) == {first.trip_code, second.trip_code}
        assert receipt.opened_s == came[first.trip_code]
        assert receipt.closed_s == left[second.trip_code]


@pytest.mark.parametrize("pays", ["unpaid", "host"])
def test_a_tailgater_shows_nothing_at_the_gate_and_what_they_take_is_billed_as_said(pays):
    journeys = {"tailgate": 1.0, "tailgater_pays": pays}
    simulation = shop(journeys, count=2, arrival_window_s=20.0, clip={"duration_s": 70.0})
    guests = [p for p in simulation.plans if "tailgate" in p.behaviours]
    assert len(guests) == 2
    came = doors_passed(simulation, "enter")
    for guest in guests:
        host = max(
            (p for p in simulation.plans if p not in guests and p.arrival_s < guest.arrival_s),
            key=lambda p: p.arrival_s,
        )
        assert came[guest.trip_code] - came[host.trip_code] < 2.0
        taken = sum(
            (e.kind == "take") - (e.kind in ("put", "drop"))
            for e in simulation.events
            if e.trip_code == guest.trip_code
        )
        assert taken > 0
        (receipt,) = (r for r in simulation.receipts if guest.trip_code in r.trip_codes)
        assert receipt.payment_id == guest.payment_id
        if pays == "unpaid":
            assert guest.payment_id.startswith("U-")
            assert receipt.trip_codes == (guest.trip_code,)
            assert sum(line.quantity for line in receipt.lines) == taken
        else:
            assert guest.payment_id == host.payment_id
            assert host.trip_code in receipt.trip_codes
    for crossing in simulation.crossings:
        plan = simulation.plans[crossing.shopper]
        if crossing.barrier == "gate" and crossing.direction == "in":
            assert crossing.payment_id == ("" if plan in guests else plan.payment_id)


def test_doors_and_gates_are_passed_in_turn():
    simulation = shop({}, count=3, clip={"duration_s": 80.0})
    for n, plan in enumerate(simulation.plans):
        mine = [c for c in simulation.crossings if c.shopper == n]
        assert [(c.barrier, c.direction) for c in mine] == [
            ("door", "in"),
            ("gate", "in"),
            ("gate", "out"),
            ("door", "out"),
        ]
        paths = simulation.trajectories
        for crossing in mine[1:3]:
            x, y = (np.interp(crossing.time_s, paths.time_s, paths.position_m[:, n, k]) for k in (0, 1))
            door = make_store().layout.doors[0]
            depth_m, aside_m = y - door.point_m[1], abs(x - door.point_m[0])
            beyond_m = max(depth_m - 0.4, aside_m - door.width_m / 2 - 0.12)
            assert beyond_m == pytest.approx(0.0, abs=0.01)
        assert mine[0].time_s == plan.arrival_s


@pytest.mark.parametrize("outline", OUTLINES)
def test_a_surge_comes_within_seconds_and_who_is_inside_is_all_over_the_floor(outline):
    room = load_config("evening_rush", [f"store.outline={outline}"])
    store = make_real_store(sample_scenario(room, seed=0, index=5))
    surge = shop({"surge": 1.0, "surge_at_s": 10.0}, store=store, count=12, clip={"duration_s": 30.0})
    came = sorted(doors_passed(surge, "enter").values())
    assert len(came) == 12
    assert came[0] >= 10.0
    assert came[-1] < 22.0
    assert (came[-1] - came[0]) / 11 < 1.0  # through one lane
    inside = shop({"already_inside": 1.0}, store=store, count=24, clip={"duration_s": 5.0, "warmup_s": 1.0})
    assert set(doors_passed(inside, "enter").values()) == {-1.0}
    first_m = inside.trajectories.position_m[0]
    assert np.ptp(first_m, axis=0).min() > 3.0
    apart_m = np.linalg.norm(first_m[:, None] - first_m[None], axis=2) + 9 * np.eye(24)
    assert apart_m.min() > 0.5
    assert not [c for c in inside.crossings if c.barrier == "door" and c.direction == "in"]


def test_an_evacuation_empties_the_shop_and_bills_what_is_carried_out():
    store = make_real_store(sample_scenario(load_config("evening_rush"), seed=0, index=0))
    journeys = {"evacuate": True, "evacuate_at_s": 20.0, "already_inside": 1.0}
    simulation = shop(journeys, store=store, count=20, extra_items=Constant(6), clip={"duration_s": 75.0})
    left = doors_passed(simulation, "exit")
    assert len(left) == 20
    assert max(left.values()) < 65.0
    late = [e for e in simulation.events if e.time_s > 24.0 and e.kind != "exit"]
    assert not late
    out = [e for e in simulation.events if e.kind == "exit" and e.item_id >= 0]
    assert len(out) > 10
    assert all(r.closed_s is not None for r in simulation.receipts)
    billed = sum(line.quantity for r in simulation.receipts for line in r.lines)
    assert billed == len(out) + sum(e.kind == "consume" for e in simulation.events)


def test_people_leave_through_a_gate_one_after_the_other():
    """Nobody whom others have pushed past the corner at its post goes back there and jams it."""
    config = load_config("evacuation", ["store.stacked=0"])
    store = make_real_store(sample_scenario(config, seed=1, index=0))
    journeys = {"evacuate": True, "evacuate_at_s": 2.0, "already_inside": 1.0}
    for seed in range(6):
        simulation = shop(journeys, store=store, seed=seed, count=22, clip={"duration_s": 50.0})
        left_s = sorted(doors_passed(simulation, "exit").values())
        assert len(left_s) == len(simulation.plans) > 15
        assert np.diff(left_s).max() < 5.0, seed


def test_whoever_finds_no_room_to_start_inside_comes_in_by_a_door():
    crowd = ["shoppers.count=60", "store.width_m=7", "store.depth_m=7"]
    scenario = sample_scenario(load_config("evacuation", crowd), seed=2, index=0)
    store = make_real_store(scenario)
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        simulation = simulate(scenario, store)
    came = [e for e in simulation.events if e.kind == "enter" and e.item_id == -1]
    first = [e for e in came if e.time_s == -scenario.clip.warmup_s]
    assert len(came) > len(first) > 10
    for event in came:
        away_m = min(math.dist(door.point_m, event.point_m[:2]) for door in store.layout.doors)
        assert event in first or away_m < 1.0
    shown = {(c.shopper, c.time_s) for c in simulation.crossings if c.barrier == "door"}
    number = {plan.trip_code: n for n, plan in enumerate(simulation.plans)}
    assert all((number[e.trip_code], e.time_s) in shown for e in came if e not in first)


def test_who_lets_go_in_an_evacuation_leaves_with_empty_hands_and_does_not_pay_for_that():
    store = make_real_store(sample_scenario(load_config("evening_rush"), seed=0, index=0))
    ways = Counter()
    for seed in range(3):
        journeys = {"evacuate": True, "evacuate_at_s": 20.0, "already_inside": 1.0, "evacuate_let_go": 1.0}
        simulation = shop(
            journeys, store=store, seed=seed, count=20, extra_items=Constant(9), clip={"duration_s": 75.0}
        )
        let_go = [e for e in simulation.events if e.behaviour == "evacuate_let_go"]
        ways.update(e.kind for e in let_go)
        assert all(20.0 < e.time_s < 30.0 and parse_place(e.to_place).is_store_place for e in let_go)
        carried = {e.item_id for e in simulation.events if e.kind == "exit" and e.from_place[:4] == "hand"}
        assert not carried & {e.item_id for e in let_go}
        out = sum(e.kind == "exit" and e.item_id >= 0 for e in simulation.events)
        billed = sum(line.quantity for r in simulation.receipts for line in r.lines)
        assert billed == out + sum(e.kind == "consume" for e in simulation.events)
        ways["carried"] += len(carried)
    assert ways["put"]
    assert ways["drop"]
    assert ways["carried"] <= 0.2 * (ways["put"] + ways["drop"])  # where there was no room to drop it


def test_people_get_about_in_their_own_way_and_keep_their_room():
    store = make_real_store(sample_scenario(load_config("evening_rush"), seed=1, index=0))
    plain = shop({}, store=store, count=12, clip={"duration_s": 40.0})
    speed = {p.trip_code: p.speed_mps for p in plain.plans}
    for mobility, pace, room_m in (("wheelchair", 0.9, 0.41), ("stick", 0.75, 0.29), ("trolley", 0.85, 0.37)):
        simulation = shop({mobility: 1.0}, store=store, count=12, clip={"duration_s": 40.0})
        assert {p.mobility for p in simulation.plans} == {mobility}
        for plan in simulation.plans:
            assert plan.speed_mps == pytest.approx(pace * speed[plan.trip_code])
        assert compute_closest_m(simulation) > room_m
    phone = shop({"phone": 1.0}, store=store, count=12, clip={"duration_s": 5.0})
    assert all(p.phone and p.speed_mps == pytest.approx(0.75 * speed[p.trip_code]) for p in phone.plans)


def let_one_shop(outline, *, awaited):
    """One shopper who stops on the way by habit: (the person, for how long they stood off any shelf)."""
    people = {"count": 1, "extra_items": Constant(6)}
    scenario = make_scenario(clip={"duration_s": 160.0, "warmup_s": 0.0}, shoppers=people)
    scenario = replace(scenario, journeys=JourneysSpec(stand_in_way=1.0))
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        room = load_config("coach_party", [f"store.outline={outline}"])
        recorder = Recorder(scenario, make_real_store(sample_scenario(room, seed=0, index=2)))
    halted_s = 0.0
    (person,) = recorder.floor.people
    if awaited:
        person.errands = deque(replace(errand, story=n) for n, errand in enumerate(person.errands))
    for step in range(len(recorder.time_s)):
        recorder.step(step)
        on_way = person.inside and person.stop is not None and not person.leaving
        if on_way and not recorder.floor.crowd.is_walking(person.index):
            away_m = math.dist(recorder.floor.position_m(person), person.stop.position_m)
            halted_s += (away_m > 0.3) * recorder.floor.crowd.step_s
    return person, halted_s


@pytest.mark.parametrize("outline", OUTLINES)
def test_who_stands_in_the_way_stops_twice_off_any_shelf_and_goes_on(outline):
    person, halted_s = let_one_shop(outline, awaited=False)
    assert person.gone
    assert 8.0 < halted_s < 20.0


def test_nobody_stops_on_the_way_to_what_another_waits_for():
    person, halted_s = let_one_shop("rectangle", awaited=True)
    assert person.gone
    assert halted_s == 0.0


def test_a_child_that_wanders_goes_far_from_its_parent_and_comes_back():
    store = make_real_store(sample_scenario(load_config("everyday"), seed=1, index=1))
    journeys = {"child_wanders": 1.0}
    far_m, back_m = [], []
    for seed in range(3):
        simulation = shop(
            journeys,
            store=store,
            seed=seed,
            count=2,
            group_size=Constant(2),
            child_share=1.0,
            extra_items=Constant(3),
            clip={"duration_s": 110.0},
        )
        child = next(n for n, p in enumerate(simulation.plans) if "child_wanders" in p.behaviours)
        both = simulation.trajectories.present.all(axis=1)
        apart_m = np.linalg.norm(np.diff(simulation.trajectories.position_m[both], axis=1)[:, 0], axis=1)
        assert child == 1
        assert simulation.plans[child].body.age < 0.5
        farthest = int(apart_m[: 25 * 20].argmax())
        far_m.append(apart_m[farthest])
        back_m.append(apart_m[farthest:].min())
        left = doors_passed(simulation, "exit")
        parent, child = (left.get(p.trip_code, math.inf) for p in simulation.plans)
        assert parent < child + 12.0 < math.inf
    assert min(far_m) > 2.5
    assert max(back_m) < 1.4


def test_a_hundred_people_on_wheels_and_on_foot_get_on_and_keep_apart():
    overrides = [
        "shoppers.count=100",
        "shoppers.extra_items=4",
        "store.format=supermarket",
        "store.width_m=17",
        "store.depth_m=16",
        "store.aisle_width_m=2.2",
        "clip.duration_s=15",
        "clip.warmup_s=5",
        "journeys.already_inside=0.9",
        "journeys.evacuate=false",
        "journeys.wheelchair=0.05",
        "journeys.trolley=0.3",
        "journeys.stand_in_way=0.3",
        "journeys.child_wanders=1",
    ]
    scenario = sample_scenario(load_config("everyday", overrides), seed=2, index=0)
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        flow = measure_flow(scenario, make_real_store(scenario))
    present = flow.simulation.trajectories.present.sum(axis=1)
    assert present.max() > 80
    assert {"walking", "wheelchair", "trolley"} <= {p.mobility for p in flow.simulation.plans}
    assert flow.longest_stall_s < 10.0
    assert flow.closest_m > 0.25


@pytest.mark.parametrize("evacuated", [True, False])
def test_a_fire_exit_lets_out_in_an_evacuation_only_whoever_is_nearest_to_it(evacuated):
    """Who leaves by it passes no gate; its contact tells of it after those of the doors."""
    size = ["store.width_m=13", "store.depth_m=12", "store.outline=l_shape"]
    store = make_real_store(sample_scenario(load_config("everyday", size), seed=0, index=0))
    (fire_exit,) = store.layout.fire_exits
    journeys = {"evacuate": evacuated, "evacuate_at_s": 12.0, "already_inside": 1.0}
    simulation = shop(journeys, store=store, count=20, clip={"duration_s": 60.0})
    number = {plan.trip_code: n for n, plan in enumerate(simulation.plans)}
    left = [e for e in simulation.events if e.kind == "exit" and e.item_id == -1]
    by_it = [e for e in left if math.dist(e.point_m[:2], fire_exit.point_m) < 1.0]
    last = len(store.layout.doors)
    crossings = [c for c in simulation.crossings if c.door == last]
    assert [(c.barrier, c.time_s, c.shopper) for c in crossings] == [
        ("door", e.time_s, number[e.trip_code]) for e in by_it
    ]
    openings = [span for span in find_openings(simulation) if span[0] == last]
    assert all(any(a <= e.time_s <= b for _, a, b in openings) for e in by_it)
    if not evacuated:
        assert left
        assert not by_it
        return
    assert len(left) == 20
    assert len(by_it) >= 3
    # Where they stood when it began: nobody runs past a door to the fire exit.
    paths = simulation.trajectories
    step = int(np.searchsorted(paths.time_s, 12.0))
    for event in by_it:
        here_m = paths.position_m[step, number[event.trip_code]]
        away_m = [math.dist(here_m, door.point_m) for door in store.layout.ways]
        assert away_m[-1] < min(away_m[:-1]) + 3.0
