"""Daylight by hour and weather, against the sun's known course and geometry."""

import numpy as np
import pytest

from scenes.light.sky import compute_sky
from scenes.light.street import STREET_M, Street, compute_sun_share, sample_street
from scenes.light.windows import make_daylight, make_glass_map, make_sun_map
from scenes.scenario import LightingSpec
from scenes.world import BACK, FRONT, LEFT, RIGHT, Window

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def test_the_sun_goes_from_east_by_south_to_west():
    """At 48 degrees north at an equinox it rises due east at 6 and stands 42 degrees high at noon."""
    rise, noon, fall = (compute_sky(LightingSpec(hour=hour, front_deg=180)) for hour in (6, 12, 18))
    assert rise.sun_direction == pytest.approx(
        [1, 0, 0], abs=1e-9
    )  # who looks south has the east at the left
    assert noon.sun_direction == pytest.approx([0, -np.cos(np.radians(42)), np.sin(np.radians(42))])
    assert fall.sun_direction == pytest.approx([-1, 0, 0], abs=1e-9)
    for hour in np.linspace(0, 24, 9):
        assert np.linalg.norm(compute_sky(LightingSpec(hour=hour)).sun_direction) == pytest.approx(1)


@pytest.mark.parametrize(
    ("front_deg", "hour", "shines"), [(180, 12, True), (0, 12, False), (90, 8, True), (90, 16, False)]
)
def test_the_sun_shines_in_where_the_front_looks_to_it(front_deg, hour, shines):
    spec = LightingSpec(hour=hour, weather="sunny", front_deg=front_deg)
    assert make_daylight(spec, [Window(FRONT, 1, 0, 2, 2)]).sun.any() == shines


@pytest.mark.parametrize(("wall", "hour"), [(RIGHT, 16), (BACK, 12), (LEFT, 8)])
def test_the_sun_shines_in_by_the_walls_that_look_to_it(wall, hour):
    """Of a shop that looks north, the back looks south; its right side, seen from the street, west."""
    spec = LightingSpec(hour=hour, weather="sunny", front_deg=0)
    shines = {other: make_daylight(spec, [Window(other, 1, 1, 2, 2)]).sun.any() for other in (FRONT, wall)}
    assert shines == {FRONT: False, wall: True}


def test_clouds_hide_the_sun_and_night_takes_the_light():
    def sky(hour, weather):
        return compute_sky(LightingSpec(hour=hour, weather=weather))

    assert sky(12, "sunny").sun @ LUMINANCE > 2
    for weather in ("cloudy", "rainy"):
        assert not sky(12, weather).sun.any()
    day, dusk, night = (sky(hour, "cloudy").sky @ LUMINANCE for hour in (12, 18.3, 22))
    assert day > 10 * dusk > 10 * night > 0
    assert sky(12, "cloudy").night == 0
    assert sky(22, "cloudy").night == 1
    blue = [(color[2] / color[0]) for color in (sky(12, "cloudy").sky, sky(18.3, "cloudy").sky)]
    assert blue[1] > blue[0]


def test_the_street_is_as_bright_as_its_sky():
    rng = np.random.default_rng
    _, day, white = sample_street(LightingSpec(hour=12), rng=rng(1))
    _, dark, lit = sample_street(LightingSpec(hour=22), rng=rng(1))
    assert day.shape == (256, 256, 3)
    assert day.max() == 255
    assert white * (day / 255.0).mean() > 5 * lit * (dark / 255.0).mean()


def test_the_glass_map_is_the_openings_less_their_bars():
    openings = [Window(FRONT, 1.0, 0.5, 3.6, 2.5), Window(FRONT, 5.0, 0.0, 6.0, 2.0)]
    size_m = np.array([8.0, 5.0, 3.0])
    glass = make_glass_map(make_daylight(LightingSpec(), openings), size_m, (2048, 512))
    assert set(np.unique(glass)) == {0.0, 1.0}
    # Two panes and three bars in the window and in the door, of two leaves; half of an outer bar shows.
    bar = 0.028
    area_m2 = (2.6 - 4 * bar) * (2 - 2 * bar) + (1 - 4 * bar) * (2 - 2 * bar)
    assert not glass[1:].any()
    assert glass[FRONT].mean() * 8 * 3 == pytest.approx(area_m2, rel=0.01)


def test_awnings_and_houses_keep_the_sun_off():
    """By rays: an awning shades what is over the line through its edge, a house what is under."""
    toward = np.array([0.2, -1.0, 0.5]) / np.linalg.norm([0.2, -1.0, 0.5])
    size_m, openings = np.array([8.0, 5.0, 3.0]), [Window(FRONT, 1.0, 0.5, 7.0, 2.5)]
    tall_m = STREET_M * 0.5 + 1.0
    top_m, leaves = np.where(np.arange(256) < 128, tall_m, 0.0), np.ones((64, 64))
    street = Street(top_m, (1.2, 2.4), (0.0, 0.0, 0.0), leaves, 1.0)
    share = compute_sun_share(street, toward, openings, size_m)
    assert share.shape[0] == 4
    assert not share[1:].any()
    z, x = np.meshgrid(
        *((np.arange(n) + 0.5) / n * m for n, m in zip(share.shape[1:], (3.0, 8.0), strict=True)),
        indexing="ij",
    )
    place = (x + 0.2 * STREET_M) / 30.0 * 256
    clear = (z < 2.4 - 0.5 * 1.2 - 0.1) & ((place > 130) | (z > 1.0 + 0.1))
    dark = (z > 2.4 - 0.5 * 1.2 + 0.1) | ((place < 126) & (z < 1.0 - 0.1))
    assert share[FRONT][clear].min() == 1.0
    assert share[FRONT][dark].max() == 0.0
    daylight = make_daylight(
        LightingSpec(hour=12, weather="sunny", front_deg=180), openings, street=street, size_m=size_m
    )
    glass = make_glass_map(daylight, size_m, (512, 128))
    assert (make_sun_map(daylight, glass) <= glass).all()
    assert 0 < make_sun_map(daylight, glass).sum() < glass.sum()
