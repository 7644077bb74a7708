"""Lenses: projection against OpenCV's formulas written out, rays against projection."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.cameras.lenses import make_lens, sample_specimen
from scenes.cameras.projection import compute_pixel_rays, compute_rays, project_points, to_pixels
from scenes.scenario import CamerasSpec


def make_camera(lens, *, seed=3, **values):
    return sample_specimen(make_lens(CamerasSpec(lens=lens, **values)), rng=np.random.default_rng(seed))


def formula(camera, point):
    """One point in the camera's frame, as docs/conventions.md has it."""
    x, y, z = point
    k = camera.distortion
    if camera.model == "pinhole":
        a, b = x / z, y / z
    elif camera.model == "brown_conrady":
        k1, k2, p1, p2, k3 = k
        p, q = x / z, y / z
        r2 = p * p + q * q
        g = 1 + k1 * r2 + k2 * r2**2 + k3 * r2**3
        a = p * g + 2 * p1 * p * q + p2 * (r2 + 2 * p * p)
        b = q * g + p1 * (r2 + 2 * q * q) + 2 * p2 * p * q
    else:
        s = np.hypot(x, y)
        t = np.arctan2(s, z)
        d = t * (1 + k[0] * t**2 + k[1] * t**4 + k[2] * t**6 + k[3] * t**8)
        a, b = d * x / s, d * y / s
    m = camera.intrinsics
    return m[0, 0] * a + m[0, 2], m[1, 1] * b + m[1, 2]


@pytest.mark.parametrize("lens", ["pinhole", "wide", "fisheye"])
def test_points_in_view_follow_the_formula(lens):
    camera = make_camera(lens, distortion=0.8)
    rng = np.random.default_rng(0)
    turn, off = rng.uniform(0, 2 * np.pi, 200), camera.max_angle_rad * np.sqrt(rng.uniform(0, 0.98, 200))
    if lens == "pinhole":
        off = off * 0.6
    range_m = rng.uniform(0.5, 9, 200)
    points = range_m * np.stack([np.sin(off) * np.cos(turn), np.sin(off) * np.sin(turn), np.cos(off)])
    wanted = [formula(camera, point) for point in points.T]
    pixels, depth = project_points(camera, points.T)
    np.testing.assert_allclose(pixels, wanted, atol=1e-9)
    np.testing.assert_allclose(depth, range_m if lens == "fisheye" else points[2])


@pytest.mark.parametrize("lens", ["pinhole", "wide", "fisheye"])
@pytest.mark.parametrize(("width", "height"), [(320, 240), (240, 320), (400, 226)])
@pytest.mark.parametrize("distortion", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("fov", [40, 92, 120])
def test_every_pixel_has_the_ray_that_projects_onto_it(lens, width, height, distortion, fov):
    size = {"width_px": width, "height_px": height}
    camera = make_camera(lens, distortion=distortion, fov_deg=fov, fisheye_fov_deg=max(60 + fov, 120), **size)
    rays = compute_pixel_rays(camera)[::7, ::7]
    seen = ~np.isnan(rays[..., 2])
    v, u = np.mgrid[:height:7, :width:7] + 0.5
    found = np.stack(to_pixels(camera, *rays[seen].T))
    np.testing.assert_allclose(found, [u[seen], v[seen]], atol=1e-6)
    if lens == "fisheye":
        inside = np.hypot(u - camera.intrinsics[0, 2], v - camera.intrinsics[1, 2]) < min(width, height) / 2
        assert (seen == inside).all()  # the image circle spans the shorter side
        np.testing.assert_allclose(np.linalg.norm(rays[seen], axis=1), 1)
    else:
        assert seen.all()
        assert (rays[..., 2] == 1).all()


@pytest.mark.parametrize("lens", ["pinhole", "wide"])
@pytest.mark.parametrize("fov", [60, 92, 115])
def test_the_field_of_view_is_the_one_asked_for(lens, fov):
    camera = make_lens(CamerasSpec(lens=lens, fov_deg=fov, distortion=0.6))
    x, _, z = compute_rays(camera, np.array(0.0), np.array(120.0))
    assert np.degrees(np.arctan2(-x, z)) == pytest.approx(fov / 2, abs=1e-6)


def test_barrel_distortion_grows_with_its_strength():
    lenses = [make_lens(CamerasSpec(lens="wide", distortion=d)) for d in (0.0, 0.3, 0.6, 0.9)]
    focal = [lens.intrinsics[0, 0] for lens in lenses]
    assert focal == sorted(focal)  # more pixels for the middle, fewer for the rim
    assert lenses[0].distortion == pytest.approx((0, 0, 0, 0, 0), abs=1e-6)
    assert lenses[3].distortion[0] < -0.15


@pytest.mark.parametrize("lens", ["wide", "fisheye"])
def test_points_out_of_view_never_fall_into_the_picture(lens):
    camera = make_camera(lens, distortion=0.9, fov_deg=100, fisheye_fov_deg=150)
    off = np.linspace(camera.max_angle_rad * 1.001, 1.55 if lens == "wide" else 3.1, 500)
    for turn in np.linspace(0, 2 * np.pi, 16):
        points = np.stack([np.sin(off) * np.cos(turn), np.sin(off) * np.sin(turn), np.cos(off)], axis=1)
        u, v = to_pixels(camera, *points.T)
        radius = np.hypot(u - camera.intrinsics[0, 2], v - camera.intrinsics[1, 2])
        assert (np.diff(radius) > 0).all()
        if lens == "wide":
            assert not ((u >= 0) & (u < 320) & (v >= 0) & (v < 240)).any()
        else:
            assert radius.min() >= 120 - 0.01


def test_single_precision_stays_single():
    camera = replace(make_camera("fisheye"), world_from_cam=np.eye(4))
    u, v = to_pixels(camera, *np.array([[0.1], [0.2], [1.0]], np.float32))
    assert u.dtype == v.dtype == np.float32
