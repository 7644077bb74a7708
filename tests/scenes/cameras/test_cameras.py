"""Cameras: axes, projection, line of sight, coverage."""

import itertools

import numpy as np
import pytest
from shapely import LineString, Point
from shapely.geometry import Polygon

from scenes.cameras.lenses import make_intrinsics
from scenes.cameras.mounts import aim_pinhole, make_camera_pose
from scenes.cameras.placement import (
    BODY_M,
    HAND_RANGE_M,
    OBLIQUE_RAD,
    compute_coverage,
    compute_line_of_sight,
    compute_sight_of_hands,
    compute_visible_floor,
    sample_cameras,
    sample_floor_points,
)
from scenes.cameras.projection import compute_pixel_rays, project_points
from scenes.plan.layout import sample_floor_plan
from scenes.randomness import make_rng
from scenes.scenario import CamerasSpec, StoreSpec


def _plan(seed=0, **values):
    return sample_floor_plan(StoreSpec(**values), trips=6, rng=make_rng(seed, 0, "layout"))


def _cameras(plan, seed=0, **values):
    return sample_cameras(CamerasSpec(**values), plan, rng=make_rng(seed, 0, "cameras"))


def test_axes_are_opencvs():
    pose = make_camera_pose(np.array([1.0, 2.0, 3.0]), np.pi / 2, np.radians(30))
    right, down, forward = pose[:3, :3].T
    assert right == pytest.approx([1, 0, 0])  # looking along +Y, +X is to the right
    assert forward == pytest.approx([0, np.cos(np.radians(30)), -0.5])
    assert down == pytest.approx(np.cross(forward, right))
    assert down[2] < 0
    assert np.linalg.det(pose[:3, :3]) == pytest.approx(1)


def test_field_of_view_spans_the_image():
    intrinsics = make_intrinsics(320, 240, 92.0)
    edge = np.linalg.inv(intrinsics) @ [320, 120, 1]
    assert np.degrees(np.arctan(edge[0])) == pytest.approx(46)
    assert edge[1] == pytest.approx(0)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("mount", ["corner", "ceiling"])
def test_default_stores_are_covered(seed, mount):
    plan = _plan(seed)
    cameras = _cameras(plan, seed, mount=mount)
    assert len(cameras) == 3
    assert compute_coverage(plan.layout, cameras) >= 0.9
    for camera in cameras:
        x, y, z = camera.world_from_cam[:3, 3]
        assert 0 < x < 9
        assert 0 < y < 8
        assert z == pytest.approx(2.8)
        assert camera.world_from_cam[2, 2] < -0.3, "looks down"


@pytest.mark.parametrize("count", [2, 8])
def test_as_many_cameras_as_asked_none_in_the_same_place(count):
    cameras = _cameras(_plan(), count=count)
    assert [camera.camera_id for camera in cameras] == [f"cam{k}" for k in range(count)]
    for a, b in itertools.combinations(cameras, 2):
        assert np.linalg.norm(a.world_from_cam[:3, 3] - b.world_from_cam[:3, 3]) > 0.9


def test_more_cameras_see_no_less():
    plan = _plan(2, width_m=18.0, depth_m=13.0)
    shares = [compute_coverage(plan.layout, _cameras(plan, count=count)) for count in (2, 4, 6)]
    assert shares == sorted(shares)
    assert shares[-1] > 0.93


def test_low_ceilings_lower_the_cameras():
    plan = _plan(0, height_m=2.4)
    assert _cameras(plan)[0].world_from_cam[2, 3] == pytest.approx(2.25)


def test_line_of_sight_agrees_with_stepping_along_the_line():
    plan = _plan(1)
    rng = np.random.Generator(np.random.Philox(5))
    eye = np.column_stack([rng.uniform(0.2, 8.8, 6), rng.uniform(0.2, 7.8, 6), rng.uniform(2.2, 2.9, 6)])
    floor = sample_floor_points(plan.layout)[::23]
    target = np.column_stack([floor, np.full(len(floor), 0.6)])
    fast = compute_line_of_sight(plan.layout, eye, target)
    shapes = [(Polygon(fixture.footprint_m), fixture.height_m) for fixture in plan.layout.fixtures]
    for c, m in itertools.product(range(len(eye)), range(len(target))):
        blocked, margin = False, 1.0
        for shape, height in shapes:
            inside = LineString([eye[c, :2], target[m, :2]]).intersection(shape)
            if inside.is_empty or inside.length < 1e-9:
                continue
            ends = np.array(inside.coords)
            share = np.linalg.norm(ends - eye[c, :2], axis=1) / np.linalg.norm(target[m, :2] - eye[c, :2])
            lowest = float((eye[c, 2] + share * (target[m, 2] - eye[c, 2])).min())
            blocked |= lowest < height
            margin = min(margin, abs(lowest - height))
        if margin > 1e-6:
            assert fast[c, m] == (not blocked)


def test_sight_of_hands_agrees_with_stepping_along_the_line():
    rng = np.random.Generator(np.random.Philox(6))
    eye = rng.uniform([-5, -5, 1.0], [5, 5, 2.9], (40, 3))
    hand = rng.uniform([-2, -2, 0.3], [2, 2, 1.6], (30, 3))
    way = rng.uniform(0, 2 * np.pi, 30)
    outward = np.column_stack([np.cos(way), np.sin(way), 0 * way])
    before, radius, height = BODY_M
    seen = compute_sight_of_hands(eye, hand, outward)
    assert 0.2 < seen.mean() < 0.8
    for c, m in itertools.product(range(len(eye)), range(len(hand))):
        ray = eye[c] - hand[m]
        along = hand[m] + np.linspace(0, 1, 4000)[:, None] * ray
        inside = np.linalg.norm(along[:, :2] - (hand[m] + before * outward[m])[:2], axis=1) < radius
        oblique = np.arccos(outward[m] @ ray / np.linalg.norm(ray))
        if np.linalg.norm(ray) > HAND_RANGE_M or oblique > OBLIQUE_RAD:
            assert not seen[c, m]
        elif not (inside & (along[:, 2] < height)).any():
            assert seen[c, m]
        elif (along[inside, 2] < height).all():  # else it passes over a part of the shoulders
            assert not seen[c, m]


@pytest.mark.parametrize("mount", ["corner", "ceiling"])
def test_most_hands_at_the_shelves_are_seen_and_little_of_walls_near_by(mount):
    seen = []
    for seed in range(5):
        plan = _plan(seed)
        cameras = _cameras(plan, seed, mount=mount)
        for run in plan.runs:
            x, z = (v.ravel() for v in np.meshgrid(np.arange(0.2, run.length_m, 0.4), run.board_z_m + 0.1))
            front = np.stack([x, np.full_like(x, -run.inset_m - 0.05), z, np.ones_like(x)])
            hand = (run.world_from_run @ front)[:3].T
            shown = np.zeros(len(hand), bool)
            for camera in cameras:
                pixels, depth = project_points(camera, hand)
                free = (depth > 0) & (pixels >= 0).all(1) & (pixels < [320, 240]).all(1)
                eye = camera.world_from_cam[None, :3, 3]
                free &= compute_line_of_sight(plan.layout, eye, hand)[0]
                shown |= free & compute_sight_of_hands(eye, hand, -run.world_from_run[None, :3, 1])[0]
            seen += shown.tolist()
        for camera in cameras:
            ray = compute_pixel_rays(camera)[5::10, 5::10].reshape(-1, 3) @ camera.world_from_cam[:3, :3].T
            point = camera.world_from_cam[:3, 3] + ray / np.linalg.norm(ray, axis=1, keepdims=True)
            beyond = (point[:, :2] < 0) | (point[:, :2] > plan.layout.size_m[:2])
            assert beyond.any(1).mean() < 0.02
    assert np.mean(seen) > 0.55


def test_visible_floor_is_what_projects_into_the_image():
    plan = _plan(3)
    cameras = _cameras(plan, 3)
    floor, seen = compute_visible_floor(plan.layout, cameras)
    for camera, mask in zip(cameras, seen, strict=True):
        point = np.column_stack([floor, np.full(len(floor), 1.2), np.ones(len(floor))])
        local = (np.linalg.inv(camera.world_from_cam) @ point.T)[:3]
        u, v, w = camera.intrinsics @ local
        inside = (w > 0) & (u >= 0) & (u <= 320 * w) & (v >= 0) & (v <= 240 * w)
        assert mask.any()
        assert not (mask & ~inside).any()


@pytest.mark.parametrize(
    ("lens", "mount"), [("wide", "corner"), ("fisheye", "ceiling"), ("fisheye", "corner")]
)
def test_lenses_cover_what_they_see(lens, mount):
    plan = _plan(1)
    cameras = _cameras(plan, 1, lens=lens, mount=mount, count=2)
    floor, seen = compute_visible_floor(plan.layout, cameras)
    assert seen.any(0).mean() > 0.85
    for camera, mask in zip(cameras, seen, strict=True):
        point = np.column_stack([floor, np.full(len(floor), 1.2)])
        pixels, depth = project_points(camera, point)
        inside = (depth > 0) & (pixels >= 0).all(1) & (pixels < [320, 240]).all(1)
        assert not (mask & ~inside).any()
    axes = [camera.world_from_cam[2, 2] for camera in cameras]
    assert (np.array(axes) < -0.99).all() == (mount == "ceiling")  # domes look straight down
    assert cameras[0].intrinsics[0, 2] != cameras[1].intrinsics[0, 2]  # each lens is its own


@pytest.mark.parametrize("outline", ["rectangle", "l_shape", "alcove"])
@pytest.mark.parametrize("seed", range(3))
def test_at_the_ends_of_aisles_cameras_hang_on_a_wall_and_look_along_the_rows(seed, outline):
    plan = _plan(seed, outline=outline, width_m=11, depth_m=13, format="supermarket")
    rows = [fixture for fixture in plan.layout.fixtures if fixture.kind == "gondola"]
    length_m = sum(np.ptp(row.footprint_m, axis=0) * (np.ptp(row.footprint_m, axis=0) > 1.2) for row in rows)
    along = np.eye(2)[np.argmax(length_m)]
    for camera in _cameras(plan, seed, mount="aisle"):
        eye, ahead = camera.world_from_cam[:3, 3], camera.world_from_cam[:3, 2]
        flat = ahead[:2] / np.linalg.norm(ahead[:2])
        assert abs(flat @ along) > np.cos(np.radians(4))
        assert -np.sin(np.radians(33)) < ahead[2] < -np.sin(np.radians(15))
        assert plan.layout.room.contains(Point(eye[:2]))
        behind = LineString([eye[:2], eye[:2] - 0.4 * flat])
        assert not plan.layout.room.contains(behind)
        assert plan.layout.room.contains(LineString([eye[:2], eye[:2] + 2.0 * flat]))


def test_a_tall_wall_of_shelves_hides_what_is_behind():
    plan = _plan(0, gondola_height_m=2.2)
    low = _plan(0, gondola_height_m=1.0)
    assert compute_coverage(plan.layout, _cameras(low)[:1]) < compute_coverage(low.layout, _cameras(low)[:1])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("mount", ["shelf", "door"])
def test_half_of_the_cameras_hang_where_asked_and_the_floor_stays_covered(seed, mount):
    plan = _plan(seed)
    cameras = _cameras(plan, seed, mount=mount, count=4)
    near = 0
    for camera in cameras:
        eye = camera.world_from_cam[:3, 3]
        if mount == "door":
            away = min(np.linalg.norm(eye[:2] - door.point_m) for door in plan.layout.doors)
            near += away < 0.15
        else:
            edges = [Polygon(fixture.footprint_m).exterior for fixture in plan.layout.fixtures]
            away = min(edge.distance(Point(eye[:2])) for edge in edges)
            near += away < 0.08 and eye[2] < 2.0
        assert camera.world_from_cam[2, 2] < 0, "looks down"
        inside = [
            Polygon(f.footprint_m).contains(Point(eye[:2])) and eye[2] < f.height_m
            for f in plan.layout.fixtures
        ]
        assert not any(inside)
    assert near >= (2 if mount == "shelf" else min(2, len(plan.layout.doors)))
    assert compute_coverage(plan.layout, cameras) >= 0.85


def test_an_aimed_camera_has_its_target_in_the_middle_and_the_ceiling_above():
    camera = _cameras(_plan())[0]
    eye_m, target_m = np.array([1.0, 2.0, 1.6]), np.array([3.0, 0.5, 0.4])
    aimed = aim_pinhole(camera, eye_m, target_m, size_px=(400, 300), field_rad=np.radians(60))
    right_m = np.cross(target_m - eye_m, [0.0, 0.0, 1.0])
    right_m *= np.tan(np.radians(30)) * np.linalg.norm(target_m - eye_m) / np.linalg.norm(right_m)
    pixels, depth_m = project_points(aimed, np.array([target_m, target_m + right_m, target_m + [0, 0, 0.1]]))
    assert pixels[:2] == pytest.approx(np.array([[200, 150], [400, 150]]))
    assert pixels[2, 1] < 150
    assert depth_m[0] == pytest.approx(np.linalg.norm(target_m - eye_m))
