"""Lamps: colour of a black body, grids that light every room alike."""

import numpy as np
import pytest
from shapely import box
from shapely.geometry import Polygon

from scenes.light.lamps import (
    MAX_LAMPS,
    compute_ambient_color,
    compute_lamp_color,
    compute_planck_rgb,
    make_lamps,
)
from scenes.scenario import LightingSpec


def _planck_by_integration(temperature_k: float) -> np.ndarray:
    """Integrate Planck's law over the multi-lobe fit of the CIE 1931 functions (Wyman et al. 2013)."""
    nm = np.arange(380.0, 781.0, 1.0)

    def lobe(mean, low, high):
        return np.exp(-0.5 * ((nm - mean) * np.where(nm < mean, low, high)) ** 2)

    x = (
        0.362 * lobe(442.0, 0.0624, 0.0374)
        + 1.056 * lobe(599.8, 0.0264, 0.0323)
        - 0.065 * lobe(501.1, 0.0490, 0.0382)
    )
    y = 0.821 * lobe(568.8, 0.0213, 0.0247) + 0.286 * lobe(530.9, 0.0613, 0.0322)
    z = 1.217 * lobe(437.0, 0.0845, 0.0278) + 0.681 * lobe(459.0, 0.0385, 0.0725)
    power = nm**-5.0 / (np.exp(1.438777e7 / (nm * temperature_k)) - 1)
    xyz = np.array([(power * f).sum() for f in (x, y, z)])
    xyz /= xyz[1]
    rgb_from_xyz = np.array(
        [
            [3.2404542, -1.5371385, -0.4985314],
            [-0.9692660, 1.8760108, 0.0415560],
            [0.0556434, -0.2040259, 1.0572252],
        ]
    )
    return np.clip(rgb_from_xyz @ xyz, 0, None)


@pytest.mark.parametrize("temperature", [2000, 2700, 3500, 4300, 5000, 6504, 9000])
def test_black_body_colour_agrees_with_the_integral(temperature):
    assert compute_planck_rgb(temperature) == pytest.approx(
        _planck_by_integration(temperature), rel=0.03, abs=0.04
    )


def test_warm_light_is_red_and_cold_light_is_blue():
    warm, cold = compute_lamp_color(2700), compute_lamp_color(7500)
    assert warm[0] > warm[1] > warm[2]
    assert cold[2] > cold[1] > cold[0]
    for color in (warm, cold):
        assert color @ [0.2126, 0.7152, 0.0722] == pytest.approx(1)


@pytest.mark.parametrize("kind", ["panels", "tubes"])
@pytest.mark.parametrize("size", [(4, 4, 2.4), (9, 8, 3), (16, 14, 3.4), (60, 60, 8)])
def test_lamps_hang_in_a_grid_inside_the_room(kind, size):
    lamps, materials, _ = make_lamps(
        LightingSpec(kind=kind), np.array(size, float), free=box(0, 0, *size[:2])
    )
    assert 1 <= len(lamps) <= 1.6 * MAX_LAMPS
    assert len(materials) == len(lamps)
    for lamp in lamps:
        low, high = lamp.position_m[:2] - lamp.size_m / 2, lamp.position_m[:2] + lamp.size_m / 2
        assert (low > 0).all()
        assert (high < size[:2]).all()
        assert size[2] - 0.2 < lamp.position_m[2] < size[2]
    middle = np.mean([lamp.position_m[:2] for lamp in lamps], axis=0)
    assert middle == pytest.approx(np.array(size[:2]) / 2)


def test_brightness_scales_lamps_and_bounced_light_alike():
    size, floor = np.array([9.0, 8.0, 3.0]), np.array([0.5, 0.5, 0.45])
    one, half = LightingSpec(), LightingSpec(brightness=0.5)
    dim, bright = (make_lamps(spec, size, free=box(0, 0, 9, 8))[0][0] for spec in (half, one))
    ratio = dim.color / bright.color
    assert ratio == pytest.approx(0.5)
    assert compute_ambient_color(half, floor) == pytest.approx(0.5 * compute_ambient_color(one, floor))


def test_lamps_hang_beside_columns():
    spec, size_m = LightingSpec(), np.array([9.0, 8.0, 3.0])
    plain, _, _ = make_lamps(spec, size_m, free=box(0, 0, 9, 8))
    x, y, _ = plain[4].position_m
    column_m = np.array([[x, y - 0.2], [x + 0.4, y - 0.2], [x + 0.4, y + 0.2], [x, y + 0.2]])
    free = box(0, 0, 9, 8).difference(Polygon(column_m))
    lamps, _, _ = make_lamps(spec, size_m, free=free)
    for lamp in lamps:
        low, high = lamp.position_m[:2] - lamp.size_m / 2, lamp.position_m[:2] + lamp.size_m / 2
        assert (low > column_m.max(0)).any() or (high < column_m.min(0)).any()
    moved = [k for k in range(len(lamps)) if (lamps[k].position_m != plain[k].position_m).any()]
    assert moved == [4]


def test_lamps_hang_within_the_walls_only():
    spec, size_m = LightingSpec(), np.array([12.0, 9.0, 3.0])
    room = box(0, 0, 12, 9).difference(box(0, 4, 5, 9))
    plain, _, _ = make_lamps(spec, size_m, free=box(0, 0, 12, 9))
    lamps, materials, _ = make_lamps(spec, size_m, free=room)
    assert 4 < len(lamps) == len(materials) < len(plain)
    assert len({lamp.material for lamp in lamps}) == len(lamps)
    for lamp in lamps:
        assert room.contains(
            box(*(lamp.position_m[:2] - lamp.size_m / 2), *(lamp.position_m[:2] + lamp.size_m / 2))
        )


@pytest.mark.parametrize(
    ("size_m", "wall_m"), [((16, 5, 3), (0, 3.6, 5.41, 5)), ((10, 14, 3), (0, 10.49, 3, 14))]
)
def test_a_lamp_that_gives_way_does_not_hang_in_another(size_m, wall_m):
    room = box(0, 0, *size_m[:2])
    spec, beside = LightingSpec(kind="tubes"), room.difference(box(*wall_m))
    usual, lamps = (make_lamps(spec, np.array(size_m, float), free=free)[0] for free in (room, beside))
    assert len(lamps) > len(usual) / 2
    for number, lamp in enumerate(lamps):
        for other in lamps[:number]:
            apart_m = abs(lamp.position_m - other.position_m)[:2] - (lamp.size_m + other.size_m) / 2
            assert apart_m.max() > -1e-6
