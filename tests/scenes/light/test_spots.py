"""Track spots: they hang where the ceiling is, look at what is sold, and as many as asked."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from shapely import Point, box

from scenes.cameras.placement import sample_cameras
from scenes.config.loader import load_config
from scenes.light.lamps import MAX_LAMPS, make_lamps
from scenes.light.spots import MAX_SPOTS, sample_spots
from scenes.plan.columns import find_columns
from scenes.plan.layout import sample_floor_plan
from scenes.randomness import make_rng
from scenes.sampling import sample_scenario
from scenes.scenario import STORE_FORMATS, LightingSpec
from scenes.world import INSTANCE_FIXTURE


def make_shop(store_format, *, spots, seed=3):
    settings = (f"store.format={store_format}", f"lighting.spots={spots}")
    scenario = sample_scenario(load_config("everyday", settings), seed=seed, index=0)
    plan = sample_floor_plan(scenario.store, trips=5, rng=make_rng(seed, 0, "plan"))
    free = plan.layout.room.difference(find_columns(plan.layout))
    found = sample_spots(scenario.lighting, plan, (), free=free, material=7, rng=make_rng(seed, 0, "spots"))
    return scenario, plan, free, found


@pytest.mark.parametrize("store_format", STORE_FORMATS)
def test_spots_hang_under_the_ceiling_and_look_down_at_goods_or_desks(store_format):
    scenario, plan, free, (spots, meshes) = make_shop(store_format, spots=1)
    lit = [f for f in plan.layout.fixtures if f.kind in ("table", "hot_counter", "end_cap", "counter")]
    assert (len(spots) > 0) == bool(lit)
    assert len(spots) <= MAX_SPOTS
    for spot in spots:
        assert free.contains(Point(spot.position_m[:2]))
        assert 2.0 < spot.position_m[2] < plan.layout.size_m[2]
        aim_m = spot.position_m + spot.toward * spot.reach_m
        at_m = [np.array([f.footprint_m.min(0), f.footprint_m.max(0)]) for f in lit]
        inside = [((low - 0.3 < aim_m[:2]) & (aim_m[:2] < high + 0.3)).all() for low, high in at_m]
        assert any(inside)
        assert 0.5 < aim_m[2] < 1.5
        assert spot.toward[2] < -0.6
    instances = [set(np.unique(mesh.instance_id).tolist()) for mesh in meshes]
    assert len(set.union(set(), *instances)) == len(spots)  # each spot one instance, a track its first spot's


@pytest.mark.parametrize("size_m", [(4.0, 36.0, 3.0), (8.0, 28.0, 3.0), (60.0, 60.0, 8.0)])
def test_spots_are_no_instances_of_lamps_in_the_largest_rooms(size_m):
    """Rounding a grid to a room gives some rooms more lamps than MAX_LAMPS."""
    _, _, lamps = make_lamps(LightingSpec(), np.array(size_m), free=box(0, 0, *size_m[:2]))
    _, meshes = make_shop("grab_and_go", spots=1)[3]
    ids = np.unique(np.concatenate([mesh.instance_id for mesh in meshes]))
    assert len(set(lamps.instance_id.tolist())) > MAX_LAMPS
    assert not set(lamps.instance_id.tolist()) & set(ids.tolist())
    assert ids.max() < INSTANCE_FIXTURE


def test_the_share_decides_how_many_hang():
    counts = {
        share: sum(len(make_shop("supermarket", spots=share, seed=seed)[3][0]) for seed in range(6))
        for share in (0, 0.5, 1)
    }
    assert counts[0] == 0
    assert 0.2 * counts[1] < counts[0.5] < 0.8 * counts[1]


def test_no_track_hangs_before_a_camera():
    """Rails and heads are well off; over 24 shops some would have hung nearer."""
    kept_off = 0
    for seed in range(24):
        scenario, plan, free, (anyhow, _) = make_shop(STORE_FORMATS[seed % 6], spots=1, seed=seed)
        cameras = sample_cameras(scenario.cameras, plan, rng=make_rng(seed, 0, "cameras"))
        spots, meshes = sample_spots(
            scenario.lighting, plan, cameras, free=free, material=7, rng=make_rng(seed, 0, "spots")
        )
        kept_off += len(anyhow) - len(spots)
        for camera, mesh in itertools.product(cameras, meshes):
            low_m, high_m = mesh.position_m.min(0), mesh.position_m.max(0)
            eye_m = camera.world_from_cam[:3, 3]
            assert np.linalg.norm(eye_m - np.clip(eye_m, low_m, high_m)) > 0.7
    assert kept_off > 0


@pytest.mark.parametrize("kind", ["panels", "tubes"])
def test_no_rod_and_no_rail_is_in_the_box_of_a_lamp(kind):
    """Without knowing of the lamps some would be; few tracks find no room beside them."""
    overlapping, hung = {False: 0, True: 0}, {False: 0, True: 0}
    for seed, height_m in itertools.product(range(6), (2.6, 3.0)):
        scenario, plan, free, _ = make_shop(STORE_FORMATS[seed], spots=1, seed=seed)
        spec = replace(scenario.lighting, kind=kind)
        layout = replace(plan.layout, size_m=np.array([*plan.layout.size_m[:2], height_m]))
        plan = replace(plan, layout=layout)
        lamps, _, boxes = make_lamps(spec, layout.size_m, free=free)
        for knows in (False, True):
            spots, meshes = sample_spots(
                spec,
                plan,
                (),
                free=free,
                material=7,
                lamps=lamps if knows else (),
                rng=make_rng(seed, 0, "spots"),
            )
            hung[knows] += len(spots)
            for mesh, number in itertools.product(meshes, np.unique(boxes.instance_id)):
                lamp_m = boxes.position_m[boxes.instance_id == number]
                for part_m in mesh.position_m.reshape(-1, 24, 3) if len(mesh.position_m) % 24 == 0 else ():
                    apart = (part_m.min(0) > lamp_m.max(0)) | (part_m.max(0) < lamp_m.min(0))
                    overlapping[knows] += not apart.any()
    assert overlapping[False] > 0 == overlapping[True]
    assert hung[True] > 0.8 * hung[False]


def test_brighter_and_warmer_lamps_have_brighter_and_warmer_spots():
    scenario, plan, free, (spots, _) = make_shop("grab_and_go", spots=1)

    def color(**changes):
        spec = replace(scenario.lighting, **changes)
        found, _ = sample_spots(spec, plan, (), free=free, material=7, rng=make_rng(3, 0, "spots"))
        return found[0].color

    base = color(brightness=1.0, temperature_k=4300.0)
    assert color(brightness=1.5, temperature_k=4300.0) == pytest.approx(1.5 * base)
    warm = color(brightness=1.0, temperature_k=3000.0)
    assert warm[0] / warm[2] > base[0] / base[2]
