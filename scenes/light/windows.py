"""Daylight: what sky and sun send through windows and glass doors.

In: hour, weather, which way the shop's front looks, and what is outside. Out: a `Daylight` with which
synth/render/ lights the shop.
"""

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from scenes.glazing import count_panes
from scenes.light.sky import compute_sky, compute_street_lamps
from scenes.light.street import Street, compute_sun_share
from scenes.scenario import LightingSpec
from scenes.world import Daylight, Window, make_wall_frame

_MULLION_M = 0.028
_LEAST_SUN = 0.01  # of the share that reaches the walls: less is none


def make_daylight(
    spec: LightingSpec,
    openings: Sequence[Window],
    *,
    street: Street | None = None,
    size_m: Sequence[float] | np.ndarray = (0.0, 0.0, 0.0),
    covers: Sequence[Window] = (),
) -> Daylight:
    """Make the light that comes through glazed openings; the sun's through those that look toward it.

    Args:
        spec: Hour, weather, bearing.
        openings: Of all walls.
        street: What stands outside, nothing if left out.
        size_m: (3,) of the room; it matters to the shade of what stands outside only.
        covers: What is stuck on the panes and lets no light through.
    """
    sky = compute_sky(spec)
    below = 0.3 * sky.sky + 0.08 * sky.sun * max(sky.sun_direction[2], 0.0) + compute_street_lamps(sky)
    facing = [-make_wall_frame((0, 0), window.wall)[:3, 1] @ sky.sun_direction for window in openings]
    through = max(facing, default=0.0) > 0.05 and sky.sun_direction[2] > 0.05
    tint, sun_share = 1.0, np.ones((4, 1, 1), np.float32)
    if street is not None:
        tint = street.tint
        sun_share = compute_sun_share(street, sky.sun_direction, openings, np.asarray(size_m, float))
    return Daylight(
        sky=tint * sky.sky,
        street=tint * below,
        sun=tint * sky.sun if through and sun_share.max() > _LEAST_SUN else np.zeros(3),
        sun_direction=sky.sun_direction,
        opening_m=_list_places(openings),
        wall=np.array([window.wall for window in openings], np.int64),
        sun_share=sun_share,
        cover_m=_list_places(covers),
        cover_wall=np.array([window.wall for window in covers], np.int64),
    )


def _list_places(windows: Sequence[Window]) -> np.ndarray:
    return np.array([window.opening_m for window in windows], float).reshape(-1, 4)


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
    for wall, (x0, z0, x1, z1) in zip(daylight.cover_wall.tolist(), daylight.cover_m.tolist(), strict=True):
        x = (np.arange(width) + 0.5) / width * size_m[wall % 2]
        glass[wall][np.outer((z > z0) & (z < z1), (x > x0) & (x < x1))] = 0.0
    return glass


def make_sun_map(daylight: Daylight, glass: np.ndarray) -> np.ndarray:
    """Return (walls, rows z, columns x) float32: the share of the sun that each texel lets through."""
    shares = np.stack([_stretch(share, glass.shape[1:]) for share in daylight.sun_share])
    return (glass * shares).astype(np.float32)


def _stretch(share: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    """Read a map (rows, columns) between its texels at as many places as `size` has."""
    grids = ((np.arange(n) + 0.5) * m / n - 0.5 for n, m in zip(size, share.shape, strict=True))
    return ndimage.map_coordinates(share, np.meshgrid(*grids, indexing="ij"), order=1, mode="nearest")
