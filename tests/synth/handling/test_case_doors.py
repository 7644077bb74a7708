"""Glass doors: hands are on handles, doors keep off people, contacts and pictures tell the same."""

from unittest import mock

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.randomness import make_rng
from scenes.sampling import sample_scenario
from scenes.store import make_store
from synth.behaviours import Behaviours
from synth.behaviours.glass_doors import REACHING
from synth.bodies import make_bodies
from synth.handling.case_doors import AJAR_SHARE, CaseDoors, is_in_sweep
from synth.ledger import parse_place
from synth.motion import compute_motion
from synth.records import DoorMove
from synth.sensors import find_openings
from synth.sensors.doors import find_case_openings
from synth.simulation import simulate
from synth.stage import Stage
from tests.synth.light_bodies import choose_body_shape

BODY_M = 0.12  # half the depth of a slender body


@pytest.fixture(scope="module")
def clips():
    """(scenario, store, simulation) of busy shops with fridges."""
    found = []
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        for index in range(6):
            config = load_config("fogged_freezer", ("shoppers.count=12", "faults.doors_ajar=0.3"))
            scenario = sample_scenario(config, seed=1, index=index)
            store = make_store(scenario)
            found.append((scenario, store, simulate(scenario, store)))
    assert sum(len(simulation.door_moves) for _, _, simulation in found) > 40
    return found


def spans(simulation, door, time_s):
    """Whether a sliding door of the shop is open at a time, from who crosses it alone."""
    return any(
        number == door and from_s < time_s < to_s for number, from_s, to_s in find_openings(simulation)
    )


def share_at(simulation, door, time_s):
    """How far a door is open, from its moves alone."""
    moves = [move for move in simulation.door_moves if move.door == door and move.from_s <= time_s]
    return float(moves[-1].share(time_s)) if moves else 0.0


def test_whoever_reaches_behind_glass_finds_the_door_open(clips):
    reached = 0
    for _, store, simulation in clips:
        behind = {slot: n for n, door in enumerate(store.case_doors) for slot in door.slots}
        for event in simulation.events:
            for place in (event.from_place, event.to_place):
                slot = parse_place(place).slot if place else -1
                if slot in behind:
                    assert share_at(simulation, behind[slot], event.time_s) == 1.0, event
                    reached += 1
    assert reached > 25


def test_a_hand_is_on_the_handle_as_long_as_it_pulls(clips):
    pulls = 0
    for scenario, _, simulation in clips[:3]:
        acts = [
            act for act in simulation.acts if act.kind == "open" and act.contact_s < scenario.clip.duration_s
        ]
        bodies = make_bodies(simulation.plans)
        assert all(act.move.from_share <= AJAR_SHARE[1] for act in acts), "pulled where the handle is far"
        for act in acts[:4]:
            time_s = np.linspace(act.contact_s, act.contact_s + act.hold_s, 4)
            motion = compute_motion(simulation, bodies, frame_time_s=time_s)
            palm_m = motion.palm_m[:, act.shopper, 0 if act.hand == "left" else 1]
            for k, now_s in enumerate(time_s):
                turn = act.door.pose(share_at(simulation, act.move.door, now_s))
                low_m, high_m = act.door.handle_m @ turn[:3, :3].T + turn[:3, 3]
                along = np.clip((palm_m[k] - low_m) @ (high_m - low_m) / ((high_m - low_m) ** 2).sum(), 0, 1)
                away_m = np.linalg.norm(palm_m[k] - low_m - along * (high_m - low_m))
                assert away_m < 0.05, (act.shopper, k)
                pulls += 1
    assert pulls >= 20


def test_doors_swing_through_nobody(clips):
    """No centre is nearer than half a body to a door that turns or stands open, as simulated."""
    near = turns = 0
    for _, store, simulation in clips:
        paths = simulation.trajectories
        for step in range(0, len(paths.time_s), 3):
            for number in {move.door for move in simulation.door_moves}:
                share = share_at(simulation, number, float(paths.time_s[step]))
                if share < 0.05:
                    continue
                door = store.case_doors[number]
                along = (door.pose(share)[:3, :3] @ door.along)[:2]
                away_m = paths.position_m[step][paths.present[step]] - door.hinge_m[:2]
                part = np.clip(away_m @ along, 0.0, door.width_m)
                turns += len(away_m)
                near += int((np.linalg.norm(away_m - part[:, None] * along, axis=1) < BODY_M).sum())
    assert turns > 2000
    assert near == 0


def list_gear_m(simulation, person):
    """Points (K, 2) all over what somebody pushes or rides: metres ahead and to the left."""
    boxes = {
        "wheelchair": [(-0.3, 0.3, 0.306), (0.3, 0.62, 0.17)],
        "trolley": [(0.37, 1.07, 0.27)],
        "pram": [(0.37, 1.17, 0.27)],
    }
    points = [
        np.meshgrid(np.linspace(back_m, front_m, 9), np.linspace(-half_m, half_m, 7))
        for back_m, front_m, half_m in boxes.get(simulation.plans[person].mobility, ())
    ]
    return np.concatenate([np.zeros((0, 2)), *(np.stack(grid, axis=-1).reshape(-1, 2) for grid in points)])


@pytest.mark.parametrize(
    ("seeds", "shares"),
    [
        ((20, 24, 25), ("faults.doors_ajar=0.3", "shoppers.count=16")),
        ((1, 2, 4), ("journeys.trolley=0.35", "journeys.pram=0.3", "journeys.wheelchair=0.3")),
        ((3, 5), ("journeys.carried_child=0.7",)),
        ((2,), ("behaviours.same_product=0.7", "behaviours.hand_over=0.4", "shoppers.group_size=2")),
    ],
)
def test_no_leaf_cuts_anybody_or_their_gear_at_any_step(seeds, shares):
    turns, ridden, people = 0, 0, ("shoppers.count=12", "clip.duration_s=30", *shares)
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        for seed in seeds:
            scenario = sample_scenario(load_config("fogged_freezer", people), seed=seed, index=0)
            store = make_store(scenario)
            simulation = simulate(scenario, store)
            paths = simulation.trajectories
            time_s = paths.time_s
            for number in {move.door for move in simulation.door_moves}:
                door = store.case_doors[number]
                share = np.array([share_at(simulation, number, t) for t in time_s])
                angle = share * abs(door.swing_rad)
                for person in range(len(simulation.plans)):
                    rows = np.flatnonzero(paths.present[:, person] & (share > 0.0))
                    a = angle[rows, None]
                    leaf = np.cos(a) * door.along[:2] + np.sin(a) * door.outward[:2]
                    away_m = paths.position_m[rows, person] - door.hinge_m[:2]
                    part_m = np.clip((away_m * leaf).sum(axis=1), 0.0, door.width_m)
                    gap_m = np.linalg.norm(away_m - part_m[:, None] * leaf, axis=1)
                    assert (gap_m >= BODY_M).all(), (seed, person, number, time_s[rows[gap_m.argmin()]])
                    turns += len(rows)
                    rides = simulation.plans[person].mobility == "wheelchair"
                    turn = (paths.heading_rad if rides else paths.gear_rad)[rows, person]
                    ahead = np.stack([np.cos(turn), np.sin(turn)], axis=1)
                    left = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
                    for gear_m in list_gear_m(simulation, person):
                        point_m = away_m + gear_m[0] * ahead + gear_m[1] * left
                        part_m = np.clip((point_m * leaf).sum(axis=1), 0.0, door.width_m)
                        gap_m = np.linalg.norm(point_m - part_m[:, None] * leaf, axis=1)
                        assert (gap_m > 0.01).all(), (seed, person, number, time_s[rows[gap_m.argmin()]])
                        ridden += len(rows)
    assert turns > 500
    assert ridden > (20_000 if "journeys.trolley=0.35" in shares else -1)


def test_a_door_falls_shut_behind_its_user_or_stays_ajar(clips):
    ends = []
    for _, _, simulation in clips:
        last = {}
        for move in simulation.door_moves:
            before = last.get(move.door)
            if before is not None:
                assert move.from_s >= before.stops_s - 1e-9
                assert move.from_share == pytest.approx(float(before.share(before.stops_s)))
            last[move.door] = move
            if move.to_share < move.from_share and move.stopped_s is None:
                ends.append(move.to_share)
    assert 0.05 < np.mean(np.array(ends) > 0.0) < 0.6
    assert max(ends) <= 0.16


def test_contacts_tell_of_every_time_that_a_door_is_not_shut(clips):
    for scenario, _, simulation in clips:
        openings = find_case_openings(simulation)
        for number in {move.door for move in simulation.door_moves}:
            spans = [(a, b) for door, a, b in openings if door == number]
            for time_s in np.arange(-scenario.clip.warmup_s, scenario.clip.duration_s, 0.31):
                told = any(a < time_s < b for a, b in spans)
                assert told == (share_at(simulation, number, time_s) > 0.0)


def test_a_shut_door_is_still_and_an_open_one_moves_as_one_instance(clips):
    scenario, store, simulation = clips[0]
    time_s = np.arange(0.0, scenario.clip.duration_s, 0.5)
    bodies = make_bodies(simulation.plans)
    motion = compute_motion(simulation, bodies, frame_time_s=time_s)
    stage = Stage(scenario, store, simulation, motion, bodies)
    opens = {n for n in range(len(store.case_doors)) if any(share_at(simulation, n, t) > 0 for t in time_s)}
    leaves = len(store.case_doors) + np.flatnonzero(
        [any(spans(simulation, leaf.door, t) for t in time_s) for leaf in store.leaves]
    )
    assert stage.dynamic_doors == opens | set(leaves.tolist())
    scene = stage.frame_scene(len(time_s) // 2)
    for number in opens:
        door = store.case_doors[number]
        mine = scene.mesh.instance_id == door.instance_id
        turn = door.pose(float(scene.door_share[number]))
        assert np.allclose(
            scene.mesh.position_m[mine], door.mesh.position_m @ turn[:3, :3].T + turn[:3, 3], atol=1e-5
        )


def test_a_door_waits_for_who_stands_in_its_way():
    """Pulled open, kept, then shut: it stops before somebody and goes on when they have gone."""
    scenario = sample_scenario(load_config("fogged_freezer"), seed=1, index=0)
    store = make_store(scenario)
    doors = CaseDoors(store, ajar=0.0, rng=make_rng(0, 0, "case_doors"))
    door = store.case_doors[0]
    inside = tuple((door.hinge_m + 0.4 * door.along + 0.35 * door.outward)[:2])
    aside = tuple((door.hinge_m + 0.4 * door.along + 1.5 * door.outward)[:2])
    assert is_in_sweep(door, inside)
    assert not is_in_sweep(door, aside)
    assert not doors.lets_in(door.slots[0], 0.0)
    doors.pull(0, 7, 1.0)
    doors.keep(0, 7, 4.0)
    steps_s = np.arange(0.0, 20.0, 0.05)
    opened = []
    for time_s in steps_s:
        comes = 4.3 < time_s < 6.0 or time_s > 9.0
        doors.step(float(time_s), [inside if comes else aside])
        opened.append(doors.share(0, float(time_s)))
    opened = np.array(opened)
    assert doors.lets_in(door.slots[0], 3.0) is False  # asked now, long after it has shut
    assert (opened[(steps_s > 2.3) & (steps_s < 4.0)] == 1.0).all()
    held = opened[(steps_s > 4.4) & (steps_s < 6.0)]
    assert 0.5 < held.min() == held.max() < 1.0
    assert opened[-1] == 0.0
    assert np.abs(np.diff(opened)).max() < 0.12


def test_a_stopped_move_stays_where_it_stopped():
    move = DoorMove(0, 0.0, 2.0, 1.0, 0.0, stopped_s=1.0)
    assert move.share(np.array([1.0, 1.5, 9.0])) == pytest.approx([0.5] * 3)
    assert move.stops_s == 1.0


def test_steps_that_reach_are_steps():
    names = {name for name in REACHING if hasattr(Behaviours, f"_{name}")}
    assert names == set(REACHING)
