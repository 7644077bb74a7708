"""The arrays that the scene stage reads."""

from dataclasses import replace

import numpy as np
import pytest

from gan.form import GRID_COLUMNS, GRID_ROWS, spline_weights, spread_grid
from gan.planes import (
    PlaneMaker,
    compute_pooled,
    compute_value_noise,
    compute_world_rays,
    make_planes,
)
from scenes.cameras.projection import compute_rays, project_points
from scenes.world import CLASS_ID, Camera


def test_world_noise_is_the_same_from_two_cameras():
    """The same world points, seen from two places, carry the same noise."""
    points = np.random.Generator(np.random.PCG64(0)).uniform(-5, 5, (500, 3)).astype(np.float32)
    noise = compute_value_noise(points, 0.3, 7)
    again = compute_value_noise(points[::-1], 0.3, 7)[::-1]
    np.testing.assert_array_equal(noise, again)
    assert -1.0 <= noise.min() < -0.3
    assert 0.3 < noise.max() <= 1.0


def test_world_noise_is_continuous():
    start = np.array([[1.23, -0.4, 2.0]], np.float32)
    line = start + np.linspace(0, 1, 2001, dtype=np.float32)[:, None] * np.array(
        [[1.0, 0.7, 0.3]], np.float32
    )
    steps = np.abs(np.diff(compute_value_noise(line, 0.3, 7)))
    # Slope of the fade is at most 1.5 a cell and axis, between values at most 2 apart.
    assert steps.max() < 3 * 1.5 * 2 * (1.26 / 2000) / 0.3 * 1.01


def test_world_position_projects_back_to_its_pixel(view):
    angle = 0.4
    rotation = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    pose = np.eye(4)
    pose[:3, :3], pose[:3, 3] = rotation, (1.0, 2.0, 3.0)
    camera = Camera("cam1", 128, 96, view.camera.intrinsics, pose)
    world = (compute_world_rays(camera) * view.depth_m[..., None] + pose[:3, 3]).reshape(-1, 3)
    local = (world - pose[:3, 3]) @ rotation
    pixel = local @ view.camera.intrinsics.T
    v, u = np.indices(view.depth_m.shape).reshape(2, -1) + 0.5
    np.testing.assert_allclose(pixel[:, 0] / pixel[:, 2], u, atol=2e-3)
    np.testing.assert_allclose(pixel[:, 1] / pixel[:, 2], v, atol=2e-3)


def test_the_wall_seen_through_a_fisheye_carries_the_same_noise(view):
    """The world point under a pixel does not depend on the lens that shows it."""
    camera = replace(
        view.camera,
        intrinsics=np.array([[60.0, 0, 64], [0, 60.0, 48], [0, 0, 1]]),
        model="kannala_brandt",
        distortion=(-0.01, 0.001, 0.0, 0.0),
        max_angle_rad=1.4,
    )
    points_m = np.array([[0.5, 0.2, 3.0], [-1.0, 0.4, 2.0], [0.0, -0.3, 4.0]])
    uv, depth_m = project_points(camera, points_m)
    rays = compute_rays(camera, uv[:, 0], uv[:, 1])
    np.testing.assert_allclose(rays * depth_m[:, None], points_m, atol=1e-6)
    centre = compute_rays(camera, np.array(64.5), np.array(48.5))
    np.testing.assert_allclose(compute_world_rays(camera)[48, 64], centre, atol=1e-6)


def test_people_and_products_carry_no_world_noise(view):
    planes = make_planes(view)
    noise = planes.planes[..., 10:]
    moving = np.isin(view.class_id, [CLASS_ID[name] for name in ("person", "product", "bag")])
    assert moving.any()
    assert not noise[moving].any()
    assert noise[view.class_id == CLASS_ID["wall"]].any()


def test_cached_planes_equal_fresh_ones(draw_view):
    maker = PlaneMaker(draw_view(seed=0).camera)
    for seed in (1, 2, 1):
        view = draw_view(seed=seed)
        cached, fresh = maker.make(view), make_planes(view)
        np.testing.assert_array_equal(cached.planes, fresh.planes)
        np.testing.assert_array_equal(cached.pooled, fresh.pooled)


def test_a_person_changes_no_average_but_by_hiding():
    rgb = np.full((48, 64, 3), 0.5, np.float32)
    static = np.ones((48, 64), bool)
    empty = compute_pooled(rgb, rgb, static)
    rgb[10:30, 20:28] = 1.0
    static[10:30, 20:28] = False
    visited = compute_pooled(rgb, rgb, static)
    np.testing.assert_allclose(visited[:6], empty[:6], atol=1e-6)
    assert visited[6].min() < empty[6].min()


@pytest.mark.parametrize("size", [(240, 320), (97, 131), (720, 1280)])
def test_spline_is_convex_and_smooth(size):
    weights = spline_weights(size[0], GRID_ROWS)
    assert (weights >= 0).all()
    np.testing.assert_allclose(weights.sum(1), 1.0, atol=1e-6)
    assert np.abs(np.diff(weights, axis=0)).max() <= 1.01 * GRID_ROWS / size[0]
    grid = np.random.Generator(np.random.PCG64(0)).random((GRID_ROWS, GRID_COLUMNS, 2)).astype(np.float32)
    spread = spread_grid(grid, *size)
    expected = np.einsum("hr,wc,rck->khw", weights, spline_weights(size[1], GRID_COLUMNS), grid)
    np.testing.assert_allclose(spread, expected, atol=1e-6)
