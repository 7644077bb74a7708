"""Presets of journeys show what they promise; people queue and are served."""

import math
from dataclasses import replace
from unittest import mock

import numpy as np
import pytest
import shapely

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.scenario import JourneysSpec
from scenes.store import make_store as make_real_store
from scenes.world import Fixture
from synth.ledger import parse_place
from synth.simulation import Recorder
from synth.walking.flow import measure_flow
from tests.synth.light_bodies import choose_body_shape
from tests.synth.tiny_store import make_scenario, make_store


def _some(simulation, behaviour):
    return [n for n, p in enumerate(simulation.plans) if behaviour in p.behaviours]


def _touches_of_staff(simulation):
    staff = {p.trip_code: p.payment_id for p in simulation.plans if p.role == "staff"}
    assert all(payment.startswith("S-") for payment in staff.values())
    assert not any(r.lines for r in simulation.receipts if r.payment_id in staff.values())
    kinds = [e.kind for e in simulation.events if e.trip_code in staff]
    assert set(kinds) <= {"enter", "touch", "exit"}
    return kinds.count("touch")


def _into_carts(simulation, *, baskets):
    """What is laid into baskets, or into trolleys."""
    has = {plan.trip_code for plan in simulation.plans if plan.has_cart and plan.basket == baskets}
    return [e for e in simulation.events if e.to_place.startswith("cart:") and e.trip_code in has]


PROMISES = {
    "tailgating": lambda s: any(r.payment_id.startswith("U-") and r.lines for r in s.receipts),
    "late_and_again": lambda s: bool(_some(s, "join_late") and _some(s, "reenter")),
    "crowd_surge": lambda s: max(np.histogram([p.arrival_s for p in s.plans], np.arange(-10, 24, 8))[0]) >= 8,
    "evacuation": lambda s: not s.trajectories.present[-1].any() and any(r.lines for r in s.receipts),
    "staff_at_work": lambda s: _touches_of_staff(s) >= 4,
    "on_wheels": lambda s: len({p.mobility for p in s.plans}) >= 3,
    "full_baskets": lambda s: (
        len(_into_carts(s, baskets=True)) > 1 and len(_into_carts(s, baskets=False)) > 1
    ),
    "in_the_way": lambda s: bool(_some(s, "stand_in_way") and any(p.phone for p in s.plans)),
}


@pytest.mark.parametrize("preset", PROMISES)
def test_a_preset_shows_its_journey_and_nobody_is_stuck(preset):
    for seed in range(2):
        scenario = sample_scenario(load_config(preset), seed=seed, index=0)
        with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
            flow = measure_flow(scenario, make_real_store(scenario))
        assert PROMISES[preset](flow.simulation), f"{preset} with seed {seed}"
        assert flow.longest_stall_s < 10.0
        assert flow.closest_m > 0.25


def make_counter_store():
    store = make_store()
    counter = Fixture(
        "till", "counter", np.array([[0.0, 2.3], [0.4, 2.3], [0.4, 2.9], [0.0, 2.9]]), 1.0, 1_009
    )
    layout = replace(
        store.layout,
        fixtures=(*store.layout.fixtures, counter),
        walkable=store.layout.walkable.difference(shapely.Polygon(counter.footprint_m)),
    )
    return replace(store, layout=layout)


def test_people_queue_in_line_before_a_counter_and_are_served_in_turn():
    scenario = make_scenario(clip={"duration_s": 110.0, "warmup_s": 2.0}, shoppers={"count": 5})
    scenario = replace(scenario, journeys=JourneysSpec(queue=1.0))
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        recorder = Recorder(scenario, make_counter_store())
    queue, lengths, orders = recorder._behaviours._queue, [], []
    for step in range(len(recorder.time_s)):
        recorder.step(step)
        lengths.append(len(queue.waiting))
        orders += [tuple(queue.waiting)] if not orders or orders[-1] != tuple(queue.waiting) else []
        for index in queue.waiting:
            assert recorder.floor.people[index].inside
    assert max(lengths) >= 2
    assert lengths[-1] == 0
    for before, after in zip(orders, orders[1:], strict=False):  # who is first goes, who comes is last
        assert after in (before[1:], (*before, after[-1] if after else -1))
    head = queue.spots[0]
    assert math.dist(head.position_m, (0.4, 2.6)) < 0.55
    simulation = recorder.finish()
    paths = simulation.trajectories
    for n in range(len(simulation.plans)):
        here = paths.present[:, n]
        at_head = np.linalg.norm(paths.position_m[here, n] - head.position_m, axis=1) < 0.1
        assert at_head.sum() / paths.fps > 4.0


def test_who_comes_to_queue_and_finds_no_room_does_not_wait_in_the_door():
    scenario = make_scenario(clip={"duration_s": 60.0, "warmup_s": 2.0}, shoppers={"count": 3})
    scenario = replace(scenario, journeys=JourneysSpec(queue=1.0))
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        recorder = Recorder(scenario, make_counter_store())
    for person in recorder.floor.people:
        person.errands.clear()
    spots = {spot.position_m for spot in recorder._behaviours._queue.spots}
    is_free = recorder.floor.stops.is_free
    with mock.patch.object(
        recorder.floor.stops,
        "is_free",
        lambda who, at_m, **but: at_m not in spots and is_free(who, at_m, **but),
    ):
        for step in range(len(recorder.time_s)):
            recorder.step(step)
    simulation = recorder.finish()
    paths = simulation.trajectories
    assert len(simulation.plans) == 3
    for n in range(3):
        here_m = paths.position_m[paths.present[:, n], n]
        in_door = np.linalg.norm(here_m - here_m[0], axis=1) < 0.5
        assert in_door.sum() / paths.fps < 5.0


def test_who_is_served_at_a_hot_counter_takes_something_from_it():
    """The first in line takes from the counter before them, and everybody who queues is behind."""
    taken = 0
    for seed in range(8):
        scenario = sample_scenario(load_config("airport_grab_and_go"), seed=seed, index=0)
        store = make_real_store(scenario)
        with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
            recorder = Recorder(scenario, store)
        queue = recorder._behaviours._queue
        if queue is None or store.layout.fixtures[queue.fixture].kind != "hot_counter":
            continue
        head_m, first = queue.spots[0].position_m, []
        for step, time_s in enumerate(recorder.time_s):
            recorder.step(step)
            if queue.waiting:
                first.append((time_s, recorder.floor.people[queue.waiting[0]].plan.trip_code))
        simulation = recorder.finish()
        hot = set(np.flatnonzero(store.planogram.fixture == queue.fixture).tolist())
        number = {plan.trip_code: n for n, plan in enumerate(simulation.plans)}
        for event in simulation.events:
            if event.kind != "take" or parse_place(event.from_place).slot not in hot:
                continue
            now = next((trip for time_s, trip in reversed(first) if time_s <= event.time_s), "")
            if "queue" in simulation.plans[number[event.trip_code]].behaviours and now == event.trip_code:
                there_m = simulation.trajectories.position_m[:, number[event.trip_code]]
                here = np.searchsorted(simulation.trajectories.time_s, event.time_s)
                assert math.dist(there_m[here], head_m) < 0.1
                taken += 1
        if taken >= 3:
            return
    pytest.fail(f"{taken} things taken by who queued")
