"""Who has a trolley or a basket lays into it what they take: ledger, hands and pictures agree."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store
from scenes.world import INSTANCE_ITEM
from synth.bodies import make_bodies
from synth.bodies.gear import make_gear
from synth.labels.tables import make_events, make_tracks
from synth.ledger.placement import add_brought_items
from synth.motion import compute_motion
from synth.simulation import simulate
from synth.stage import Stage
from synth.verify.carts import check_carts
from synth.verify.content import ClipContent
from synth.verify.findings import ClipFindings, Findings

PUSHING = (
    "clip.duration_s=16",
    "clip.warmup_s=40",
    "clip.fps=8",
    "store.width_m=9",
    "store.depth_m=8",
    "catalogue.skus=40",
    "shoppers.count=4",
    "journeys.trolley=1",
    "journeys.wheelchair=0",
    "journeys.stick=0",
    "journeys.pram=0",
    "journeys.already_inside=1",
    "shoppers.arrival_window_s=5",
    "shoppers.extra_items=6",
    "behaviours.empty_handed=0",
    "behaviours.put_back=0",
)
SEEDS = (0, 1, 5)


@pytest.fixture(scope="module", params=SEEDS)
def clip(request):
    scenario = sample_scenario(load_config("on_wheels", PUSHING), seed=request.param, index=0)
    store = make_store(scenario)
    simulation = simulate(scenario, store)
    return scenario, add_brought_items(store, simulation), simulation


@pytest.fixture(scope="module")
def laid(clip):
    """A clip about each thing that is laid into a trolley: motion of a second before it and seven after."""
    scenario, store, simulation = clip
    bodies = make_bodies(simulation.plans)
    shown = []
    for event in simulation.events:
        if event.to_place.startswith("cart:"):
            time_s = event.time_s + np.linspace(-1.0, 7.0, 33)
            motion = compute_motion(simulation, bodies, frame_time_s=time_s)
            shown.append((event, motion, Stage(scenario, store, simulation, motion, bodies)))
    return shown


def shopper_of(simulation, event):
    return next(n for n, plan in enumerate(simulation.plans) if plan.trip_code == event.trip_code)


def test_what_is_taken_goes_into_the_trolley(clip):
    _, _, simulation = clip
    pushes = {plan.trip_code for plan in simulation.plans if plan.mobility == "trolley"}
    own = {event.item_id for event in simulation.events if event.kind == "bring"}
    goals = Counter(
        event.to_place.partition(":")[0]
        for event in simulation.events
        if event.kind == "bag" and event.trip_code in pushes and event.item_id not in own
    )
    assert goals["cart"] >= 2
    assert not goals["bag"]
    assert all(
        event.to_place.removeprefix("cart:") in pushes
        for event in simulation.events
        if event.to_place.startswith("cart:")
    )


def test_people_stand_still_and_face_the_trolley_while_they_lay_something_into_it(clip):
    _, _, simulation = clip
    paths = simulation.trajectories
    for act in simulation.acts:
        if act.kind == "bag" and act.world_from_item is not None:
            during = (paths.time_s >= act.start_s) & (paths.time_s <= act.end_s)
            turn = paths.heading_rad[during, act.shopper] - paths.gear_rad[during, act.shopper]
            turn = np.abs(np.remainder(turn + np.pi, 2 * np.pi) - np.pi)
            assert turn.max() < 0.2
            assert turn[len(turn) // 2 :].max() < 0.08  # who turns has turned so far when they begin
            assert np.ptp(paths.position_m[during, act.shopper], axis=0).max() < 0.02
            assert np.ptp(paths.gear_rad[during, act.shopper]) < 0.01


def test_hands_let_go_above_where_things_come_to_lie(clip, laid):
    _, store, simulation = clip
    for event, motion, stage in laid:
        shopper = shopper_of(simulation, event)
        at = int(np.argmin(np.abs(motion.time_s - event.time_s)))
        size_m = store.catalogue.size_m[store.item_product[event.item_id]]
        pose = stage.item_pose(event.item_id, at)
        centre_m = pose[:3, 3] + pose[:3, 2] * size_m[2] / 2
        palm_m = motion.palm_m[at, shopper, ("left", "right").index(event.hand)]
        assert np.linalg.norm(centre_m - palm_m) < np.linalg.norm(size_m) / 2 + 0.06
        rest = np.array(event.world_from_item)
        assert 0.06 < pose[2, 3] - rest[2, 3] < 0.42
        assert np.allclose(pose[:2, 3], rest[:2, 3], atol=0.02)


def test_what_lies_in_a_trolley_goes_with_it_and_keeps_its_place_in_it(clip, laid):
    _, _, simulation = clip
    moved = 0.0
    for event, motion, stage in laid:
        shopper = shopper_of(simulation, event)
        lies = motion.present[:, shopper] & (motion.time_s > event.time_s + 0.4)
        lies &= [stage.item_place(event.item_id, s) == f"cart:{event.trip_code}" for s in motion.time_s]
        frames = np.flatnonzero(lies).tolist()
        if not frames:  # the clip ends, or it is taken out again at once
            continue
        poses = np.stack([stage.item_pose(event.item_id, frame) for frame in frames])
        gear = motion.gear_pose[frames, shopper, 0].astype(float)
        local = np.linalg.inv(gear) @ poses
        assert np.allclose(local, local[0], atol=1e-4)
        assert 0.44 < local[0, 0, 3] < 1.06
        assert abs(local[0, 1, 3]) < 0.22
        assert 0.49 < local[0, 2, 3] < 1.1
        moved = max(moved, float(np.ptp(poses[:, 0, 3]) + np.ptp(poses[:, 1, 3])))
    assert moved > 0.3


def test_what_lies_in_a_trolley_is_drawn_within_its_wires(clip, laid):
    _, _, simulation = clip
    for event, motion, stage in laid[:3]:
        shopper, frame = shopper_of(simulation, event), len(motion.time_s) - 1
        place = stage.item_place(event.item_id, motion.time_s[frame])
        if not motion.present[frame, shopper] or not place.startswith("cart:"):
            continue
        mesh = stage.frame_scene(frame).mesh
        own = mesh.instance_id == INSTANCE_ITEM + event.item_id
        assert own.any()
        cart = make_gear("trolley", simulation.plans[shopper].body.stature_m, np.ones(3), 0).position_m
        local = mesh.position_m[own].astype(float) - motion.gear_pose[frame, shopper, 0, :3, 3]
        local = local @ motion.gear_pose[frame, shopper, 0, :3, :3].astype(float)
        assert (local.min(axis=0) > [0.48, -0.23, 0.49]).all()
        assert (local[:, :2].max(axis=0) < [cart[:, 0].max(), 0.23]).all()


def test_what_is_in_a_trolley_leaves_with_whoever_pushes_it(clip):
    _, _, simulation = clip
    left = {e.trip_code: e.time_s for e in simulation.events if e.kind == "exit" and e.item_id < 0}
    lies = {}
    for event in simulation.events:
        if event.item_id >= 0:
            lies[event.item_id] = event
    for event in lies.values():
        if event.to_place.startswith("cart:"):
            assert event.trip_code not in left
    assert all(e.to_place == "outside" for e in lies.values() if e.from_place.startswith("cart:"))


def test_what_comes_out_of_a_trolley_is_taken_from_where_it_lay():
    taken = 0
    for seed in (1, 8, 12):
        overrides = (*PUSHING, "behaviours.wrong_shelf=1", "store.fill=1")
        scenario = sample_scenario(load_config("on_wheels", overrides), seed=seed, index=0)
        store = make_store(scenario)
        simulation = simulate(scenario, store)
        bodies = make_bodies(simulation.plans)
        for event in simulation.events:
            if event.kind != "unbag" or not event.from_place.startswith("cart:"):
                continue
            time_s = event.time_s + np.array([-0.3, -0.002, 0.002])
            motion = compute_motion(simulation, bodies, frame_time_s=time_s)
            stage = Stage(scenario, store, simulation, motion, bodies)
            poses = [stage.item_pose(event.item_id, frame) for frame in range(3)]
            assert np.allclose(poses[0], poses[1], atol=1e-4)  # it lay there still
            assert np.linalg.norm(poses[2][:3, 3] - poses[1][:3, 3]) < 0.01
            assert np.allclose(poses[2][:3, :3], poses[1][:3, :3], atol=0.05)
            taken += 1
    assert taken >= 4


@pytest.fixture(scope="module", params=(0, 1, 7))
def with_basket(request):
    """A clip of people on foot, all adults among them with a basket."""
    overrides = (*(one for one in PUSHING if "trolley" not in one), "journeys.trolley=0", "journeys.basket=1")
    scenario = sample_scenario(load_config("on_wheels", overrides), seed=request.param, index=0)
    store = make_store(scenario)
    simulation = simulate(scenario, store)
    return scenario, add_brought_items(store, simulation), simulation


def test_what_is_taken_goes_into_the_basket_by_the_hand_that_has_none(with_basket):
    _, _, simulation = with_basket
    carries = {plan.trip_code: plan for plan in simulation.plans if plan.basket}
    laid = [e for e in simulation.events if e.to_place.startswith("cart:")]
    assert len(laid) >= 4
    for event in laid:
        assert event.to_place == f"cart:{event.trip_code}"
        assert event.hand == carries[event.trip_code].handedness
    for act in simulation.acts:
        plan = simulation.plans[act.shopper]
        assert not plan.basket or act.hand == plan.handedness


def test_a_basket_hangs_on_the_forearm_however_its_carrier_moves(with_basket):
    scenario, _, simulation = with_basket
    bodies = make_bodies(simulation.plans)
    time_s = np.arange(-30.0, scenario.clip.duration_s, 0.4)
    motion = compute_motion(simulation, bodies, frame_time_s=time_s)
    seen = 0
    for shopper, plan in enumerate(simulation.plans):
        if not plan.basket:
            continue
        side = {"left": "right", "right": "left"}[plan.handedness]
        elbow, wrist = (
            motion.joint_position_m[:, shopper, motion.joint_names.index(f"{side}_{joint}")].astype(float)
            for joint in ("elbow", "wrist")
        )
        hangs = motion.gear_pose[:, shopper, 0, :3, 3].astype(float)
        along = np.einsum("fi,fi->f", hangs - elbow, wrist - elbow) / np.sum((wrist - elbow) ** 2, axis=1)
        nearest = elbow + np.clip(along, 0.0, 1.0)[:, None] * (wrist - elbow)
        away_m = np.linalg.norm(hangs - nearest, axis=1)[motion.present[:, shopper]]
        assert np.median(away_m) < 0.06
        assert away_m.max() < 0.12
        up = motion.gear_pose[motion.present[:, shopper], shopper, 0, :3, 2]
        assert np.allclose(up, [0, 0, 1], atol=1e-6)
        seen += len(away_m)
    assert seen > 100


def test_what_is_laid_into_a_basket_falls_from_the_hand_into_it(with_basket):
    scenario, store, simulation = with_basket
    bodies = make_bodies(simulation.plans)
    inside = make_gear("basket", 1.7, np.ones(3), 0).position_m
    low, high = inside.min(axis=0), inside.max(axis=0)
    for event in [e for e in simulation.events if e.to_place.startswith("cart:")][:6]:
        shopper = shopper_of(simulation, event)
        time_s = event.time_s + np.array([-0.004, 0.004, 0.5, 3.0])
        motion = compute_motion(simulation, bodies, frame_time_s=time_s)
        stage = Stage(scenario, store, simulation, motion, bodies)
        if stage.item_place(event.item_id, time_s[3]) != event.to_place or not motion.present[3, shopper]:
            continue
        held, falls, *rests = (stage.item_pose(event.item_id, frame) for frame in range(4))
        assert np.linalg.norm(held[:3, 3] - falls[:3, 3]) < 0.09
        for pose, frame in zip(rests, (2, 3), strict=True):
            local = np.linalg.inv(motion.gear_pose[frame, shopper, 0].astype(float)) @ pose
            assert (local[:3, 3] > low).all()
            assert (local[:3, 3] < high).all()
            assert local[2, 3] < -0.15


def verify(clip, edit_events=lambda rows: None, edit_tracks=lambda rows: None, mobility="trolley"):
    """What verify finds in the tables of a clip, changed."""
    scenario, _, simulation = clip
    time_s = np.arange(int(scenario.clip.duration_s * 8)) / 8
    motion = compute_motion(simulation, make_bodies(simulation.plans), frame_time_s=time_s)
    tracks, events = make_tracks(simulation, motion).to_pylist(), make_events(simulation).to_pylist()
    edit_tracks(tracks)
    edit_events(events)
    people = [
        {
            "trip_code": p.trip_code,
            "mobility": mobility if p.mobility == "trolley" else p.mobility,
            "basket": p.basket,
        }
        for p in simulation.plans
    ]
    table = pa.Table.from_pylist(tracks, schema=make_tracks(simulation, motion).schema)
    content = ClipContent({"people": people}, {"tracks": table}, events=events)
    findings = Findings()
    check_carts(content, ClipFindings(findings, "clip"))
    return [str(problem) for problem in findings.finish()]


@pytest.fixture(scope="module")
def seen():
    """A clip in which something is laid into a trolley while the cameras run."""
    for seed in range(8):
        scenario = sample_scenario(load_config("on_wheels", PUSHING), seed=seed, index=0)
        store = make_store(scenario)
        simulation = simulate(scenario, store)
        if any(e.to_place.startswith("cart:") and 1.0 < e.time_s < 14.0 for e in simulation.events):
            return scenario, store, simulation
    raise AssertionError("nobody lays anything into a trolley while the cameras run")


def during(rows):
    return next(r for r in rows if r["to_place"].startswith("cart:") and 1.0 < r["time_s"] < 14.0)


def test_verify_finds_what_lies_in_no_trolley_or_beside_the_basket(seen):
    assert verify(seen) == []

    def push_aside(rows):
        row = during(rows)
        row["rest_pose"] = [*row["rest_pose"][:3], row["rest_pose"][3] + 1.5, *row["rest_pose"][4:]]

    def lower(rows):
        row = during(rows)
        row["rest_pose"] = [*row["rest_pose"][:11], 0.02, *row["rest_pose"][12:]]

    def turn(rows):
        for row in rows:
            row["gear_heading_rad"] = np.nan

    for edit in (push_aside, lower):
        assert any("lies beside what" in problem for problem in verify(seen, edit))
    assert any("gear_heading_rad is nan" in problem for problem in verify(seen, edit_tracks=turn))
    assert any("does not have" in problem for problem in verify(seen, mobility="pram"))


def test_verify_finds_what_lies_in_no_basket(with_basket):
    assert verify(with_basket) == []
    bare = [replace(plan, basket=False) for plan in with_basket[2].plans]
    without = (*with_basket[:2], replace(with_basket[2], plans=tuple(bare)))
    assert any("does not have" in problem for problem in verify(without))


def test_tracks_say_where_trolleys_point(seen):
    _, _, simulation = seen
    time_s = np.arange(0.0, 16.0, 0.5)
    motion = compute_motion(simulation, make_bodies(simulation.plans), frame_time_s=time_s)
    number = {plan.trip_code: n for n, plan in enumerate(simulation.plans)}
    for row in make_tracks(simulation, motion).to_pylist():
        shopper = number[row["trip_code"]]
        pose = motion.gear_pose[row["frame"], shopper, 0].astype(float)
        assert np.cos(row["gear_heading_rad"]) == pytest.approx(pose[0, 0], abs=1e-4)
        assert np.sin(row["gear_heading_rad"]) == pytest.approx(pose[1, 0], abs=1e-4)
        assert (row["x_m"], row["y_m"]) == pytest.approx(tuple(pose[:2, 3]), abs=1e-4)
    walking = tuple(replace(plan, mobility="walking") for plan in simulation.plans)
    motion = compute_motion(replace(simulation, plans=walking), make_bodies(walking), frame_time_s=time_s)
    rows = make_tracks(replace(simulation, plans=walking), motion).to_pylist()
    assert np.isnan([row["gear_heading_rad"] for row in rows]).all()
