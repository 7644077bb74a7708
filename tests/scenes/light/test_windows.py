"""Daylight by hour and weather, against the sun's known course and geometry."""

import numpy as np
import pytest

from scenes.light.windows import compute_sky, make_daylight, make_glass_map, sample_street
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
    day, white = sample_street(LightingSpec(hour=12), rng=rng(1))
    dark, lit = sample_street(LightingSpec(hour=22), rng=rng(1))
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
