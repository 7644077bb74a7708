"""The stage against the ledger, the motion and itself, on a real simulation."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.errors import LedgerError
from scenes.geometry import merge_meshes
from scenes.sampling import sample_scenario
from scenes.scenario import FaultsSpec
from scenes.store import make_store
from scenes.world import INSTANCE_COAT, INSTANCE_ITEM, INSTANCE_PERSON
from scenes.world.store import find_form
from synth.bodies import make_bodies, pose_mesh
from synth.bodies.detail import ALL_LEVELS
from synth.lamp_power import LampPower
from synth.ledger import Ledger
from synth.ledger.placement import compute_stays
from synth.motion import compute_motion
from synth.pipeline import compute_frame_times
from synth.simulation import simulate
from synth.stage import Stage

SMALL = (
    "clip.duration_s=16",
    "clip.fps=4",
    "clip.warmup_s=20",
    "store.width_m=6.5",
    "store.depth_m=6",
    "catalogue.skus=24",
    "shoppers.count=4",
    "shoppers.arrival_window_s=10",
    "behaviours.put_back=0.5",
    "behaviours.empty_handed=0",
)


# With a coat over an arm; with neither that nor a door that opens; with the glass door of a fridge.
@pytest.fixture(scope="module", params=[17, 18, 19])
def world(request):
    scenario = sample_scenario(load_config("everyday", SMALL), seed=request.param, index=0)
    store = make_store(scenario)
    simulation = simulate(scenario, store)
    bodies = make_bodies(simulation.plans)
    motion = compute_motion(simulation, bodies, frame_time_s=compute_frame_times(scenario))
    return scenario, store, simulation, motion, bodies


def places_at(store, simulation, time_s):
    """Where the ledger itself says that every item is."""
    slots = [f"slot:{slot}" for slot in store.item_slot]
    skus = [store.catalogue.sku[product] for product in store.item_product]
    ledger = Ledger(dict(enumerate(slots)), dict(enumerate(skus)))
    for event in simulation.events:
        if event.time_s <= time_s:
            ledger.apply(event)
    return ledger


def read_case_doors(store, simulation, time_s):
    """How far (F, doors) doors of fridges are open: 10 u^3 - 15 u^4 + 6 u^5 of the way of the last move."""
    share = np.zeros((len(time_s), len(store.case_doors)))
    for frame, now_s in enumerate(time_s):
        begun = sorted((m for m in simulation.door_moves if m.from_s <= now_s), key=lambda m: m.from_s)
        for move in begun:
            until_s = min(now_s, move.to_s if move.stopped_s is None else move.stopped_s)
            u = min((until_s - move.from_s) / (move.to_s - move.from_s), 1.0)
            eased = 10 * u**3 - 15 * u**4 + 6 * u**5
            share[frame, move.door] = move.from_share + (move.to_share - move.from_share) * eased
    return share


def list_doors(store, *which):
    return {store.case_doors[int(number)].instance_id for number in np.concatenate(which)}


def positions(scene):
    """instance_id -> positions now and before."""
    ids = scene.mesh.instance_id
    return {
        int(number): (scene.mesh.position_m[ids == number], scene.previous_position_m[ids == number])
        for number in np.unique(ids)
    }


def test_what_is_shown_is_what_the_ledger_says(world):
    scenario, store, simulation, motion, bodies = world
    stage = Stage(*world)
    assert stage.dynamic_items == {
        event.item_id for event in simulation.events if event.item_id >= 0 and event.kind != "touch"
    }
    open_share = read_case_doors(store, simulation, motion.time_s)
    opening = list_doors(store, np.flatnonzero((open_share > 0).any(axis=0)))
    coats = [number for number, plan in enumerate(simulation.plans) if plan.coat_on_arm]
    assert not any(act.coat or act.bag for act in simulation.acts)  # nobody lays a coat or a bag aside
    kinds = set()
    for frame in range(0, len(motion.time_s), 5):
        ledger = places_at(store, simulation, motion.time_s[frame])
        shown = set(positions(stage.frame_scene(frame)))
        people = {INSTANCE_PERSON + int(n) for n in np.flatnonzero(motion.present[frame])}
        over_arms = {INSTANCE_COAT + n for n in coats if motion.present[frame, n]}
        assert {number for number in shown if number < INSTANCE_ITEM} == people | over_arms | opening
        for item in stage.dynamic_items:
            place = ledger.place(item)
            kinds.add(place.split(":")[0])
            assert stage.item_place(item, motion.time_s[frame]) == place
            assert (INSTANCE_ITEM + item in shown) == place.startswith(("slot:", "floor", "hand:"))
    assert {"slot", "hand", "bag"} <= kinds


def test_resting_items_stand_where_events_laid_them_and_held_ones_in_the_hand(world):
    _, store, simulation, motion, _ = world
    stage = Stage(*world)
    held = 0
    for item in sorted(stage.dynamic_items):
        centre = np.array([0, 0, store.catalogue.size_m[store.item_product[item], 2] / 2, 1])
        for frame in range(len(motion.time_s)):
            place = stage.item_place(item, motion.time_s[frame])
            pose = stage.item_pose(item, frame)
            last = [e for e in simulation.events if e.item_id == item and e.time_s <= motion.time_s[frame]]
            last = [e for e in last if e.from_place != e.to_place]
            if place.startswith("hand:"):
                _, trip, hand = place.split(":")
                person = [plan.trip_code for plan in simulation.plans].index(trip)
                palm = motion.palm_m[frame, person, ("left", "right").index(hand)]
                # Held by its side: the centre is half the thickness and a little from the palm.
                assert (
                    np.linalg.norm((pose @ centre)[:3] - palm)
                    < 0.03 + store.catalogue.size_m[store.item_product[item]].max()
                )
                held += 1
            elif pose is not None:
                expected = last[-1].world_from_item if last else store.world_from_item[item]
                assert np.array_equal(pose, expected)
    assert held > 0


def test_what_rests_is_in_its_slot_and_where_it_was_a_frame_before(world):
    store, simulation, motion = world[1:4]
    stage = Stage(*world)
    open_share = read_case_doors(store, simulation, motion.time_s)
    opening = np.flatnonzero((open_share > 0).any(axis=0))
    rested, came = set(), 0
    for frame in range(len(motion.time_s)):
        scene = stage.frame_scene(frame)
        placed = {
            INSTANCE_ITEM + item
            for item in stage.dynamic_items
            if stage.item_place(item, motion.time_s[frame]).startswith("slot:")
        }
        there = positions(scene)
        # What rests in the first frame does so in the next.
        step = open_share[max(frame, 1)] - open_share[max(frame, 1) - 1]
        still = list_doors(store, opening[step[opening] == 0])
        assert scene.resting == still | {number for number in placed if np.array_equal(*there[number])}
        came += len(scene.resting - rested)
        rested = scene.resting
    assert came > len(stage.dynamic_items) // 2


def test_previous_positions_are_those_of_the_frame_before(world):
    """At the level of detail of the frame that asks."""
    motion, bodies = world[3], world[4]
    stage = Stage(*world)
    before = positions(stage.frame_scene(0))
    assert all(np.array_equal(now, then) for now, then in before.values())
    moved = levels = 0
    for frame in range(1, len(motion.time_s)):
        after = positions(stage.frame_scene(frame))
        for number, (now, then) in after.items():
            expected = before[number][0] if number in before else now
            if len(expected) != len(now):
                person = number - INSTANCE_PERSON
                meshes = [pose_mesh(bodies[person], motion, frame - 1, person, level=k) for k in ALL_LEVELS]
                expected = next(mesh.position_m for mesh in meshes if len(mesh.position_m) == len(now))
                levels += 1
            assert np.array_equal(then, expected)
            moved += not np.array_equal(now, then)
        before = after
    assert moved > 10
    assert levels > 0


def test_frames_may_be_asked_in_any_order(world):
    forward, jumping = Stage(*world), Stage(*world)
    for frame in range(8):
        last = forward.frame_scene(frame)
    jumping.frame_scene(20)
    alone = jumping.frame_scene(7)
    assert np.array_equal(alone.mesh.position_m, last.mesh.position_m)
    assert np.array_equal(alone.previous_position_m, last.previous_position_m)
    assert np.array_equal(alone.mesh.faces, last.mesh.faces)
    assert alone.mesh.faces.max() == len(alone.mesh.position_m) - 1
    assert np.all(
        alone.mesh.instance_id[alone.mesh.faces].max(axis=1)
        == alone.mesh.instance_id[alone.mesh.faces].min(axis=1)
    )


def test_item_meshes_are_the_catalogues_moved_rigidly(world):
    _, store, _, motion, _ = world
    stage = Stage(*world)
    scene = stage.frame_scene(0)
    for item in sorted(stage.dynamic_items):
        mine = scene.mesh.instance_id == INSTANCE_ITEM + item
        pose = stage.item_pose(item, 0)
        if pose is None:
            assert not mine.any()
            continue
        product = int(store.item_product[item])
        form = product, int(find_form(np.array(item))), False
        mesh = store.catalogue.form_mesh.get(form, store.catalogue.mesh[product])
        local = (scene.mesh.position_m[mine] - pose[:3, 3]) @ pose[:3, :3]
        assert np.abs(local - mesh.position_m).max() < 1e-5
        assert np.abs(scene.mesh.normal[mine] @ pose[:3, :3] - mesh.normal).max() < 1e-5
        assert np.array_equal(scene.mesh.layer[mine], mesh.layer)


def test_empty_stage_has_an_empty_mesh():
    mesh = merge_meshes([])
    assert (len(mesh.position_m), len(mesh.faces)) == (0, 0)


def test_lamps_fail_flicker_and_the_others_burn(world):
    scenario, store, *_ = world
    lamps = len(store.lamps)
    faults = FaultsSpec(lamps_failed=0.5, lamps_fail_at_s=4.0, lamp_flicker=0.6)
    shares = []
    for index in range(40):
        power = LampPower(replace(scenario, index=index, faults=faults), store)
        failed = [fault["lamp"] for fault in power.faults]
        shares.append(len(failed) / lamps)
        others = np.setdiff1d(np.arange(lamps), failed)
        before = np.stack([power.at(t) for t in np.arange(0, 4, 0.1)])
        assert np.all(before[:, others] == 1)
        assert before.min() >= 0.4 - 1e-6
        assert np.all(power.at(4.0)[failed] == 0)
        assert np.all(power.at(7.0)[others] == 1)
        if failed:
            assert before[:, failed].std() > 0.02
    assert np.mean(shares) == pytest.approx(0.5, abs=0.1)


def test_without_faults_every_lamp_burns(world):
    scenario, store, *_ = world
    power = LampPower(replace(scenario, faults=FaultsSpec()), store)
    assert power.faults == ()
    assert np.all(power.at(1.0) == 1)


def test_events_that_contradict_each_other_are_refused(world):
    _, store, simulation, *_ = world
    take = next(event for event in simulation.events if event.kind == "take")
    twice = replace(simulation, events=(take, replace(take, event_id=1, time_s=take.time_s + 1)))
    with pytest.raises(LedgerError, match=r"takes item \d+ from slot:\d+, but it was in hand:"):
        compute_stays(store, twice)
    put = replace(
        take, event_id=1, time_s=take.time_s + 1, from_place=take.to_place, to_place="floor", kind="drop"
    )
    with pytest.raises(LedgerError, match="in floor without a resting pose"):
        compute_stays(store, replace(simulation, events=(take, put)))


def test_lamps_of_one_circuit_fail_on_one_side(world):
    """Some line parts the lamps that are dark from those that burn, and each clip has its own."""
    store = world[1]
    place_m = np.array([lamp.position_m[:2] for lamp in store.lamps])
    sides = set()
    for index in range(6):
        faults = FaultsSpec(lamps_failed=0.5, lamps_one_circuit=True, lamps_fail_at_s=-1.0)
        power = LampPower(replace(world[0], index=index, faults=faults), store).at(0.0)
        dark = power == 0
        assert abs(dark.mean() - 0.5) <= 1 / len(dark)
        turns = np.radians(np.arange(0, 360, 2))
        along = place_m @ np.stack([np.cos(turns), np.sin(turns)])
        assert (along[dark].max(axis=0) <= along[~dark].min(axis=0) + 1e-9).any()
        sides.add(tuple(dark))
    assert len(sides) > 1
