"""Sliding doors: leaves that shut the whole opening and free it, when contacts say so, also in pictures."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
import shapely

from scenes.cameras.mounts import aim_pinhole
from scenes.config.loader import load_config
from scenes.furniture.sliding_doors import make_sliding_leaves
from scenes.plan.layout import sample_floor_plan
from scenes.plan.windows import find_openings as find_glazing
from scenes.randomness import make_rng
from scenes.sampling import sample_scenario
from scenes.scenario import STORE_FORMATS
from scenes.store import make_store
from scenes.world import INSTANCE_DOOR_LEAF
from synth.bodies.gear import make_gear
from synth.motion import compute_motion
from synth.moving_doors import read_doors
from synth.records import Crossing
from synth.render import Renderer
from synth.schema import DOORS, bare_schema
from synth.sensors.doors import AHEAD_S, HOLD_S
from synth.shoppers.journeys import GEAR
from synth.simulation import simulate
from synth.stage import Stage
from synth.verify.content import ClipContent
from synth.verify.findings import ClipFindings, Findings
from synth.verify.sensors import check_doors

PASSED_S = 4.0


def sample(store_format, seed, *settings):
    asked = (f"store.format={store_format}", "store.sliding_doors=true", "shoppers.count=0", *settings)
    return sample_scenario(load_config("everyday", ("clip.warmup_s=0", *asked)), seed=seed, index=0)


@pytest.fixture(scope="module")
def passed():
    """(store, simulation) of an empty shop whose first door somebody passes."""
    scenario = sample("convenience", 5, "faults.lamps_failed=0", "clip.duration_s=10")
    store = make_store(scenario)
    crossing = Crossing(PASSED_S, 0, "door", 0, "in", "")
    return scenario, store, replace(simulate(scenario, store), crossings=(crossing,))


@pytest.mark.parametrize("store_format", STORE_FORMATS)
def test_leaves_cover_their_door_when_shut_and_no_door_when_open(store_format):
    slid = 0
    for seed in range(3):
        spec = sample(store_format, seed).store
        layout = sample_floor_plan(spec, trips=8, rng=make_rng(seed, 0, "layout")).layout
        every, panes = make_sliding_leaves(layout, first_pane=3)
        assert [leaf.pane - 3 for leaf in every] == list(range(len(panes)))
        openings = find_glazing(layout)[0]
        of_door = [[leaf for leaf in every if leaf.door == k] for k in range(len(openings))]
        for (x0, _, x1, _), leaves, door in zip(openings, of_door, layout.doors, strict=True):
            assert len(leaves) == (2 if door.opens == "sliding" else 0)
            if not leaves:
                continue
            slid += 1
            (left, right) = (np.sort(leaf.mesh.position_m[:, 0])[[0, -1]] for leaf in leaves)
            assert left[0] < x0
            assert left[1] == pytest.approx(right[0], abs=1e-6)
            assert right[1] > x1
        for leaf in every:
            moved = leaf.mesh.position_m @ leaf.pose(1.0)[:3, :3].T + leaf.pose(1.0)[:3, 3]
            for x0, _, x1, _ in openings:
                inside = np.clip(moved[:, 0].max(), x0, x1) - np.clip(moved[:, 0].min(), x0, x1)
                assert inside <= 0.06
            assert moved[:, 0].min() > 0, "no leaf slides on past the front"
            assert moved[:, 0].max() < layout.size_m[0]
            assert abs(leaf.slides_m[1]) == 0.0
    assert slid


def test_a_door_is_open_from_its_contact_on_until_the_last_has_passed(passed):
    _, store, simulation = passed
    time_s = np.linspace(0, 10, 501)
    share = read_doors(store, simulation, time_s)[:, len(store.case_doors) :]
    assert share.shape == (501, 2)
    assert np.array_equal(share[:, 0], share[:, 1])
    shut = (time_s <= PASSED_S - AHEAD_S) | (time_s >= PASSED_S + HOLD_S)
    assert np.array_equal(share[:, 0] == 0, shut)
    passing = (time_s >= PASSED_S) & (time_s <= PASSED_S + 0.4)
    assert share[passing].min() > 0.95


@pytest.fixture(scope="module")
def pushed():
    """[(store, simulation)] of shops whose people push trolleys, to shelves and out: two of them at least."""
    settings = ("journeys.trolley=1", "shoppers.count=6", "clip.duration_s=70", "journeys.already_inside=1")
    settings += ("store.displays=0",)
    shops, gone = [], 0
    for seed in range(5, 11):
        scenario = sample("convenience", seed, *settings)
        store = make_store(scenario)
        shops.append((store, simulate(scenario, store)))
        gone += len(list_gone(shops[-1][1]))
        if gone >= 4:
            break
    return shops


def list_gone(simulation):
    """Crossings of doors by who goes out with a trolley."""
    return [
        crossing
        for crossing in simulation.crossings
        if (crossing.barrier, crossing.direction, simulation.plans[crossing.shopper].mobility)
        == ("door", "out", "trolley")
    ]


def test_what_is_pushed_goes_out_by_leaves_that_are_open(pushed):
    """Trolleys are in the plane of the leaves long before who pushes them."""
    gone = 0
    for store, simulation in pushed:
        for crossing in list_gone(simulation):
            paths, who = simulation.trajectories, crossing.shopper
            front = np.stack([np.cos(paths.gear_rad[:, who]), np.sin(paths.gear_rad[:, who])], axis=1)
            front_m = paths.position_m[:, who] + GEAR["trolley"].ahead_m * front
            door = store.layout.doors[crossing.door]
            out = (front_m[:, 1] < -0.02) & (abs(front_m[:, 0] - door.point_m[0]) < door.width_m / 2)
            out &= (paths.time_s > crossing.time_s - 3.0) & (paths.time_s < crossing.time_s)
            share = read_doors(store, simulation, paths.time_s[out])[:, len(store.case_doors) :]
            leaves = [leaf.door == crossing.door for leaf in store.leaves]
            gone += int(out.any())
            assert share[:, leaves].min(initial=1.0) > 0.7
    assert gone >= 2


def test_what_is_pushed_is_in_no_wall_and_no_furniture(pushed):
    """By the meshes of trolleys, seen from above, beside the outline of the room with its doors."""
    mesh_m = make_gear("trolley", 1.7, np.ones(3), 0).position_m[:, :2].astype(float)
    hull_m = shapely.segmentize(shapely.MultiPoint(mesh_m).convex_hull, 0.1)
    ahead_m, aside_m = shapely.get_coordinates(hull_m).T
    for store, simulation in pushed:
        paths, doors = simulation.trajectories, store.layout.doors
        ways = [shapely.Point(door.wall_m).buffer(door.width_m / 2, cap_style="square") for door in doors]
        inside = shapely.union_all([store.layout.room, *ways, shapely.box(-9, -9, 99, -0.2)]).buffer(0.03)
        taken = [shapely.Polygon(fixture.footprint_m) for fixture in store.layout.fixtures]
        free = inside.difference(shapely.union_all(taken).buffer(-0.03))
        pushes = paths.present & [plan.mobility == "trolley" for plan in simulation.plans]
        x_m, y_m = paths.position_m[pushes].T[..., None]
        cos, sin = np.cos(paths.gear_rad[pushes])[:, None], np.sin(paths.gear_rad[pushes])[:, None]
        outline_m = x_m + ahead_m * cos - aside_m * sin, y_m + ahead_m * sin + aside_m * cos
        shapely.prepare(inside)
        shapely.prepare(free)
        assert shapely.contains_xy(inside, *outline_m).all()
        # Who turns with one in a corner may sweep over an edge.
        assert shapely.contains_xy(free, *outline_m).all(axis=1).mean() > 0.99


def test_pictures_and_labels_show_the_leaves_where_they_are(passed):
    scenario, store, simulation = passed
    x = float(store.layout.doors[0].point_m[0])
    camera = aim_pinhole(
        store.cameras[0],
        np.array([x, 2.5, 1.5]),
        np.array([x, 0.0, 1.1]),
        size_px=(160, 120),
        field_rad=np.radians(70),
    )
    store = replace(store, cameras=(camera,))
    time_s = np.array([1.0, PASSED_S + 0.2, 9.0])
    stage = Stage(scenario, store, simulation, compute_motion(simulation, [], frame_time_s=time_s), [])
    with Renderer(
        store, dynamic_items=stage.dynamic_items, dynamic_doors=stage.dynamic_doors, supersampling=1
    ) as renderer:
        views = [renderer.render(stage.frame_scene(frame), 0) for frame in range(3)]
    leaf = [view.instance_id >= INSTANCE_DOOR_LEAF for view in views]
    middle = slice(70, 90)  # columns about the middle of the door, where two stiles meet
    assert leaf[0][:, middle].sum() > 100
    assert leaf[1][:, middle].sum() == 0
    assert np.array_equal(views[0].instance_id, views[2].instance_id)
    assert np.array_equal(views[0].rgb, views[2].rgb)
    assert not np.array_equal(views[0].rgb, views[1].rgb)
    told = {entry["instance_id"]: entry["share"] for entry in stage.conditions.door_leaves}
    assert set(told) == {entry.instance_id for entry in store.leaves}
    assert all(share[0] == share[2] == 0 and share[1] > 0.95 for share in told.values())


def verify(shares, *, instance=8000):
    """Verify a door of one leaf that is open from 1 s to 4 s, and shown so far open each second."""
    plan = {"doors": [{"leaves": [{"instance_id": 8000}]}], "case_doors": []}
    clip = {
        "scenario": {"journeys": {"evacuate": False, "evacuate_at_s": 0}, "clip": {"warmup_s": 0}},
        "case_doors": [],
        "door_leaves": [{"instance_id": instance, "share": shares}],
        "frames": len(shares),
        "fps": 1.0,
    }
    changes = [
        {"door": 0, "case_door": -1, "is_open": is_open, "true_s": s, "sensed_s": s}
        for is_open, s in ((True, 1.0), (False, 4.0))
    ]
    content = ClipContent(
        clip, {"doors": pa.Table.from_pylist(changes, schema=bare_schema(DOORS))}, floor_plan=plan
    )
    content.events = []
    findings = Findings()
    check_doors(content, ClipFindings(findings, "clip"))
    return [str(problem) for problem in findings.finish()]


def test_verify_holds_what_pictures_show_against_contacts():
    assert verify([0, 0, 1, 1, 0, 0]) == []
    for shares, message in (
        ([0, 0, 1, 1, 0, 0.1], "frame 5: open, and shut to its contact"),
        ([0, 0, 1, 0, 0, 0], "frame 3: shut, and open to its contact"),
        ([0, 0, 1, 1.2, 0, 0], "expected a share from 0 to 1"),
    ):
        (found,) = verify(shares)
        assert message in found
    assert any("there is no door of instance 8001" in found for found in verify([0] * 6, instance=8001))
