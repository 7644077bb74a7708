"""Daylight: what sky and sun send through windows and glass doors, and the street that shows through them.

In: hour, weather, and which way the shop's front looks. Out: a `Daylight` with which synth/render/ lights the
shop, and the picture of the street. Radiance is relative to the shop's lamps: 0.8 is white paper under them
at brightness 1, which is 600 lx.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from scenes.glazing import count_panes
from scenes.light.lamps import compute_lamp_color
from scenes.scenario import LightingSpec
from scenes.world import TEXTURE_PX, Daylight, Window, make_wall_frame

_LATITUDE_RAD = np.radians(48.0)  # at an equinox
_PER_KLX = 0.8 / 0.6  # radiance of white paper in a kilolux
# Glazing, awnings, trees and the houses opposite keep this share of an open sky and of the sun from a window.
_SKY_SHARE, _SUN_SHARE = 0.16, 0.06
# By weather: illuminance of a high sky in klx, share of the sun that comes through, colour of the sky in K.
_SKY = {"sunny": (13.0, 1.0, 7200.0), "cloudy": (18.0, 0.0, 6000.0), "rainy": (8.0, 0.0, 6600.0)}
_SUN_KLX = 120.0  # outside the atmosphere
_STREET_LAMPS_KLX = 0.015
_MULLION_M = 0.028
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
    sky = (klx * day * _PER_KLX + 0.05) * _SKY_SHARE * sky_color
    air = 1.0 / (max(sine, 0.0) + 0.50572 * (max(height_deg, 0.0) + 6.07995) ** -1.6364)
    sun_klx = _SUN_KLX * np.exp(-0.21 * air) * sun_share if height_deg > 1.0 else 0.0
    sun_color = compute_lamp_color(float(np.clip(5600.0 - 130.0 * (air - 1.0), 2500.0, 5600.0))) ** _ADAPTED
    sun = sun_klx * _PER_KLX * _SUN_SHARE * sun_color
    night = float(np.clip((-1.0 - height_deg) / 6.0, 0.0, 1.0))
    return Sky(sky, sun, direction, night)


def make_daylight(spec: LightingSpec, openings: Sequence[Window]) -> Daylight:
    """Make the light that comes through glazed openings; the sun's through those that look toward it."""
    sky = compute_sky(spec)
    street = 0.3 * sky.sky + 0.08 * sky.sun * max(sky.sun_direction[2], 0.0)
    street = street + _STREET_LAMPS_KLX * _PER_KLX * sky.night * compute_lamp_color(2900.0)
    facing = [-make_wall_frame((0, 0), window.wall)[:3, 1] @ sky.sun_direction for window in openings]
    through = max(facing, default=0.0) > 0.05 and sky.sun_direction[2] > 0.05
    return Daylight(
        sky=sky.sky,
        street=street,
        sun=sky.sun if through else np.zeros(3),
        sun_direction=sky.sun_direction,
        opening_m=np.array([window.opening_m for window in openings], float).reshape(-1, 4),
        wall=np.array([window.wall for window in openings], np.int64),
    )


def sample_street(spec: LightingSpec, *, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """Draw what shows through doors and windows: the far side of a street, out of focus.

    Returns:
        (256, 256, 3) uint8 sRGB that repeats along x, and the radiance of its white relative to white paper.
    """
    sky = compute_sky(spec)
    light = 0.45 * sky.sky + 0.25 * max(sky.sun_direction[2], 0.0) * sky.sun  # on fronts and ground
    lamp_light = _STREET_LAMPS_KLX * _PER_KLX * sky.night * compute_lamp_color(2900.0)
    v, u = (axis / TEXTURE_PX for axis in np.ogrid[0:TEXTURE_PX, 0:TEXTURE_PX])
    picture = np.repeat(sky.sky * (1.0 + 0.5 * v[..., None]), TEXTURE_PX, axis=1)

    def paint(where: np.ndarray, radiance: np.ndarray) -> None:
        np.copyto(picture, radiance, where=where[..., None])

    homes = rng.uniform(0, 1, (10, 24))[(v * 10).astype(int), (u * 24).astype(int)]
    home = sky.night * 0.16 * np.clip(homes - 0.65, 0, 1)[..., None] / 0.35 * compute_lamp_color(2800.0)
    edges = np.concatenate([[0.0], np.sort(rng.uniform(0.1, 0.9, 4)), [1.0]])
    for left, right in zip(edges[:-1], edges[1:], strict=True):
        wall = np.clip(0.4 + rng.normal(0, 0.1), 0.15, 0.75) * (
            1 + rng.normal(0, 0.05) * np.array([1, 0.2, -1])
        )
        house = (u >= left) & (u < right) & (v > rng.uniform(0.05, 0.4)) & (v < 0.7)
        lit = light + lamp_light * np.clip(3 * v - 1, 0, 1)[..., None]
        paint(house, wall * lit)
        panes = house & ((u * 24) % 1 < 0.45) & ((v * 10) % 1 < 0.55) & (v < 0.5)
        paint(panes, 0.4 * wall * light + home)
        shop = house & (v > 0.55) & (u > left + 0.02) & (u < right - 0.02)
        own = (0.1 + 0.1 * sky.night) * rng.uniform(0.1, 1.2) * compute_lamp_color(3800.0)
        paint(shop, 0.25 * wall * light + own)
    ground = np.where(v < 0.78, 0.4, 0.16)[..., None]
    paint(v >= 0.7, ground * (light + 2.0 * lamp_light))
    for _ in range(3):  # parked cars
        x, color = rng.uniform(0, 1), np.clip(rng.uniform(0.04, 0.6) + rng.normal(0, 0.05, 3), 0.02, 1)
        across = abs((u - x + 0.5) % 1 - 0.5)
        car = ((across < 0.09) & (v > 0.72) & (v < 0.8)) | ((across < 0.05) & (v > 0.67) & (v < 0.73))
        paint(car, color * (light + lamp_light))
    for axis, reach in ((0, 2), (1, 3), (0, 1), (1, 2)):
        picture = ndimage.uniform_filter1d(picture, 2 * reach + 1, axis, mode="wrap")
    white = float(picture.max())
    code = 255.0 * (picture / white) ** (1 / 2.2)
    return np.clip(np.rint(code), 0, 255).astype(np.uint8), white / 0.8


def make_glass_map(daylight: Daylight, size_m: np.ndarray, size_px: tuple[int, int]) -> np.ndarray:
    """Return (walls, rows z, columns x) float32: which share of each texel of each wall is glass.

    Mullions and frames about a pane are opaque, as scenes/glazing.py builds them.
    """
    width, height = size_px
    z = (np.arange(height) + 0.5) / height * size_m[2]
    glass = np.zeros((4, height, width), np.float32)
    for wall, (x0, z0, x1, z1) in zip(daylight.wall.tolist(), daylight.opening_m.tolist(), strict=True):
        x = (np.arange(width) + 0.5) / width * size_m[wall % 2]
        bars = np.linspace(x0, x1, count_panes((x0, z0, x1, z1)) + 1)
        across = (x > x0) & (x < x1) & (np.abs(x[:, None] - bars).min(axis=1) > _MULLION_M)
        up = (z > z0 + _MULLION_M) & (z < z1 - _MULLION_M)
        glass[wall] = np.maximum(glass[wall], np.outer(up, across).astype(np.float32))
    return glass
