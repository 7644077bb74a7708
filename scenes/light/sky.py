"""Sky and sun: how bright they are and where the sun stands, by hour and weather.

In: hour, weather, and which way the shop's front looks. Out: a `Sky`. Radiance is relative to the shop's
lamps: 0.8 is white paper under them at brightness 1, which is 600 lx.
"""

from dataclasses import dataclass

import numpy as np

from scenes.light.lamps import compute_lamp_color
from scenes.scenario import LightingSpec

_LATITUDE_RAD = np.radians(48.0)  # at an equinox
PER_KLX = 0.8 / 0.6  # radiance of white paper in a kilolux
# Glazing and what a camera of a wide dynamic range makes of so much light keep this share of an open sky, the
# houses opposite too, and of the sun; what stands in the sun's way is in scenes/light/street.py.
_SKY_SHARE, _SUN_SHARE = 0.16, 0.036
# By weather: illuminance of a high sky in klx, share of the sun that comes through, colour of the sky in K.
_SKY = {"sunny": (13.0, 1.0, 7200.0), "cloudy": (18.0, 0.0, 6000.0), "rainy": (8.0, 0.0, 6600.0)}
_STREET_LAMPS_KLX = 0.015
_SUN_KLX = 120.0  # outside the atmosphere
# A camera's white balance takes half of what is left of its colour out of daylight: it fills the picture.
_ADAPTED = 0.5


@dataclass(frozen=True)
class Sky:
    """Light out of doors.

    Attributes:
        sky: (3,) radiance of the sky above the houses.
        sun: (3,) radiance of white paper that faces the sun.
        sun_direction: (3,) unit, toward the sun, world axes; the shop's front looks along -y.
        night: 0 by day, 1 when only street lamps and windows give light.
    """

    sky: np.ndarray
    sun: np.ndarray
    sun_direction: np.ndarray
    night: float


def compute_sky(spec: LightingSpec) -> Sky:
    """Return the light out of doors at an hour and in a weather.

    The sun's height and bearing follow from the hour (true solar time); it reddens and fades as
    Kasten and Young's air mass (1989) grows, with an optical depth of 0.21 for clear air.
    """
    turn = np.radians(15.0 * (spec.hour - 12.0))
    sine = np.cos(_LATITUDE_RAD) * np.cos(turn)
    height_deg = float(np.degrees(np.arcsin(sine)))
    bearing = np.arctan2(np.sin(turn), np.sin(_LATITUDE_RAD) * np.cos(turn)) + np.pi  # from north, by east
    off_front = bearing - np.radians(spec.front_deg)
    level = np.sqrt(max(0.0, 1.0 - sine**2))
    direction = np.array([-np.sin(off_front) * level, -np.cos(off_front) * level, sine])
    klx, sun_share, sky_k = _SKY[spec.weather]
    # With the sun 7 degrees high 0.4 of noon's sky is left; in twilight it halves each 1.3 degrees.
    day = (max(sine, 0.0) + 0.02) ** 0.6 if height_deg > 0 else 0.02**0.6 * 0.5 ** (-height_deg / 1.3)
    dusk = float(np.clip((4.0 - height_deg) / 8.0, 0.0, 1.0))
    sky_color = compute_lamp_color(sky_k + dusk * 6000.0) ** _ADAPTED
    sky = (klx * day * PER_KLX + 0.05) * _SKY_SHARE * sky_color
    air = 1.0 / (max(sine, 0.0) + 0.50572 * (max(height_deg, 0.0) + 6.07995) ** -1.6364)
    sun_klx = _SUN_KLX * np.exp(-0.21 * air) * sun_share if height_deg > 1.0 else 0.0
    sun_color = compute_lamp_color(float(np.clip(5600.0 - 130.0 * (air - 1.0), 2500.0, 5600.0))) ** _ADAPTED
    sun = sun_klx * PER_KLX * _SUN_SHARE * sun_color
    night = float(np.clip((-1.0 - height_deg) / 6.0, 0.0, 1.0))
    return Sky(sky, sun, direction, night)


def compute_street_lamps(sky: Sky) -> np.ndarray:
    """Return the (3,) radiance of white paper under the street's lamps."""
    return _STREET_LAMPS_KLX * PER_KLX * sky.night * compute_lamp_color(2900.0)
