"""What lies outside: a street or a car park, its picture, and how much of the sun it keeps from windows.

In: the light out of doors and a generator. Out: a `Street`, its picture as windows show it, the share of the
sun that reaches each wall. The picture has two parts, see synth/render/shaders/gbuffer.frag: above, what
stands STREET_M away, up to HIGH_M; below, the ground from there to the foot of the wall. It repeats each
WIDE_M along a wall and is shifted by ASIDE_M from wall to wall.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from scenes.light.lamps import compute_lamp_color
from scenes.light.sky import Sky, compute_sky, compute_street_lamps
from scenes.plan.windows import WINDOW_Z_M
from scenes.scenario import LightingSpec
from scenes.world import FRONT, TEXTURE_PX, Window, make_wall_frame

STREET_M, HIGH_M, WIDE_M, ASIDE_M = 14.0, 11.0, 30.0, 9.3
GROUND = 0.4  # share of the picture that is ground
_ROWS = round(TEXTURE_PX * (1 - GROUND))
_PARK = 0.4  # share of the shops before which cars park, not houses stand
_FLOOR_M, _BAY_M = 3.0, 1.25  # from storey to storey and from window to window of a house
_SUN_RAD = 0.0093  # how wide the sun is
# A camera of a wide dynamic range shows the outside by a shorter exposure: radiance L as L / (1 + L / this).
_BRIGHTEST_OUTSIDE = 1.5
_SEEN = 2.5  # by this much brighter the day is seen outside than it shines in
# Awnings over fronts: share of the shops, from the wall and over the head of the windows.
_AWNING, _AWNING_M, _AWNING_OVER_M = 0.6, (0.8, 1.8), (0.0, 0.3)
_TREE = 0.35  # share of the fronts with a tree before them
_TINTED, _TINT = 0.4, (0.4, 0.75)  # share of the shops with film on their panes, and what it leaves
_SHADE_PX = (64, 256)  # up and along each wall, of the shares of the sun


@dataclass(frozen=True)
class Street:
    """What stands outside.

    Attributes:
        top_m: (256,) height of what hides the sky STREET_M away, along WIDE_M.
        awning_m: How far an awning over the front stands out, and its lower edge's height; (0, 0): none.
        tree_m: Middle of a crown STREET_M / 3 before the front: along it, its height; its radius, 0: none.
        leaves: (64, 64) share of the sun that passes the crown, as a pattern across it.
        tint: Share of all light that film on the panes, or tinted glass, leaves.
    """

    top_m: np.ndarray
    awning_m: tuple[float, float]
    tree_m: tuple[float, float, float]
    leaves: np.ndarray
    tint: float


def sample_street(spec: LightingSpec, *, rng: np.random.Generator) -> tuple[Street, np.ndarray, float]:
    """Draw what is outside.

    Returns:
        The street, its picture (256, 256, 3) uint8 sRGB out of focus, and the radiance of the picture's white
        relative to white paper.
    """
    sky = compute_sky(spec)
    sky = replace(sky, sky=_SEEN * sky.sky, sun=_SEEN * sky.sun)
    lamps = compute_street_lamps(sky)
    # On fronts opposite and on the ground.
    upright = 0.45 * sky.sky + 0.8 * max(sky.sun_direction[1], 0.0) * sky.sun
    level = 0.8 * sky.sky + max(sky.sun_direction[2], 0.0) * sky.sun + 1.5 * lamps
    park = rng.random() < _PARK
    far = _draw_sky(sky, rng=rng)
    top_m = _plant(far, upright, low=park, rng=rng)
    if not park:
        top_m = np.maximum(top_m, _build(far, upright, lamps, sky.night, rng=rng))
    _park_cars(far, upright + lamps, rng=rng)
    picture = np.concatenate([far, _pave(level, park=park, rng=rng)])
    for axis, reach in ((0, 2), (1, 2), (0, 1), (1, 1)):
        picture = ndimage.uniform_filter1d(
            picture, 2 * reach + 1, axis, mode="nearest" if axis == 0 else "wrap"
        )
    picture /= 1.0 + picture.mean(axis=-1, keepdims=True) / _BRIGHTEST_OUTSIDE
    white = float(picture.max())
    code = 255.0 * (picture / white) ** (1 / 2.2)
    street = _sample_shade(top_m, rng=rng)
    return street, np.clip(np.rint(code), 0, 255).astype(np.uint8), street.tint * white / 0.8


def compute_sun_share(
    street: Street, sun_direction: np.ndarray, openings: Sequence[Window], size_m: np.ndarray
) -> np.ndarray:
    """Compute the share of the sun that what is outside leaves at each wall: (4, 64 up, 256 along) float32.

    Args:
        street: What is outside.
        sun_direction: (3,) unit, toward the sun.
        openings: Walls without any get no sun.
        size_m: (3,) of the room.
    """
    share = np.zeros((4, *_SHADE_PX), np.float32)
    for wall in sorted({window.wall for window in openings}):
        along, inward, up = sun_direction @ make_wall_frame(size_m, wall)[:3, :3]
        if inward > -0.05 or up < 0.02:
            continue
        across, rise = -along / inward, -up / inward  # of a ray toward the sun, for each metre from the wall
        z, x = np.meshgrid(*((np.arange(n) + 0.5) / n for n in _SHADE_PX), indexing="ij")
        z, x = z * size_m[2], x * size_m[wall % 2]
        place = (x + wall * ASIDE_M + across * STREET_M) / WIDE_M * len(street.top_m)
        top_m = street.top_m[np.floor(place).astype(int) % len(street.top_m)]
        share[wall] = _pass_edge(z + rise * STREET_M - top_m, STREET_M)
        if wall == FRONT:
            share[wall] *= _pass_front(street, x, z, across, rise)
    return share


def _pass_front(street: Street, x: np.ndarray, z: np.ndarray, across: float, rise: float) -> np.ndarray:
    """Return the share of the sun that awning and tree leave at points of the front."""
    out_m, edge_m = street.awning_m
    share = _pass_edge(edge_m - rise * out_m - z, out_m) if out_m > 0 else np.ones_like(x)
    middle_m, high_m, radius_m = street.tree_m
    if radius_m > 0:
        away_m = STREET_M / 3
        u = (x + across * away_m - middle_m) / radius_m
        v = (z + rise * away_m - high_m) / radius_m
        count = len(street.leaves)
        at = [np.floor((axis * 0.5 + 0.5) * count).astype(int).clip(0, count - 1) for axis in (v, u)]
        share = share * np.where(u**2 + v**2 < 1.0, street.leaves[at[0], at[1]], 1.0)
    return share


def _pass_edge(over_m: np.ndarray, away_m: float) -> np.ndarray:
    """Return the share of the sun that passes so far over an edge, blurred as the sun is wide."""
    return np.clip(0.5 + over_m / max(_SUN_RAD * away_m, 0.01), 0.0, 1.0)


def _sample_shade(top_m: np.ndarray, *, rng: np.random.Generator) -> Street:
    """Draw what else keeps the sun off: an awning, a tree, film on the panes."""
    chosen, share, above = rng.random(3)
    depth_m, edge_m = (
        low + part * (high - low)
        for part, (low, high) in zip((share, above), (_AWNING_M, _AWNING_OVER_M), strict=True)
    )
    awning = (float(depth_m), WINDOW_Z_M[1] + float(edge_m)) if chosen < _AWNING else (0.0, 0.0)
    radius_m = float(rng.uniform(1.2, 2.4)) if rng.random() < _TREE else 0.0
    tree = (float(rng.uniform(0.0, 9.0)), float(rng.uniform(3.8, 6.0)), radius_m)
    noise = ndimage.gaussian_filter(rng.standard_normal((64, 64)), 1.6)
    leaves = ndimage.gaussian_filter((noise > 0.6 * noise.std()).astype(float), 0.7)
    tint = float(rng.uniform(*_TINT)) if rng.random() < _TINTED else 1.0
    return Street(top_m, awning, tree, leaves, tint)


def _noise(shape: tuple[int, int], reach_px: tuple[float, float], *, rng: np.random.Generator) -> np.ndarray:
    """Draw noise of unit deviation that repeats along x."""
    noise = ndimage.gaussian_filter(rng.standard_normal(shape), reach_px, mode=("nearest", "wrap"))
    return noise / noise.std()


def _draw_sky(sky: Sky, *, rng: np.random.Generator) -> np.ndarray:
    """Draw the sky, (rows, 256, 3) radiance from HIGH_M down: paler toward the horizon, with clouds."""
    shape = (_ROWS, TEXTURE_PX)
    up = np.linspace(1.0, 0.0, _ROWS)[:, None]
    clouds = sum(
        _noise(shape, (reach / 2, reach), rng=rng) * size for reach, size in ((26, 1.0), (10, 0.5), (4, 0.2))
    )
    picture = np.repeat((sky.sky * (1.25 - 0.5 * up[..., None]))[:, None, 0, :], TEXTURE_PX, axis=1)
    if sky.sun.any():
        picture = picture * (1.0 + (up[..., None] ** 0.7) * (np.array([0.45, 0.75, 1.2]) - 1.0))
        cover = np.clip((clouds - rng.uniform(-0.2, 1.2)) / 0.6, 0.0, 1.0)[..., None]
        return picture * (1.0 - cover) + 1.5 * sky.sky * cover * np.array([1.02, 1.0, 0.96])
    return picture * np.exp(0.38 * clouds)[..., None]


def _rows_up(height_m: np.ndarray | float) -> np.ndarray:
    """Return a mask (rows, ...) of what is no higher than so much."""
    z = (np.arange(_ROWS) + 0.5) / _ROWS
    return (1.0 - z)[:, None] * HIGH_M < np.broadcast_to(height_m, TEXTURE_PX)


def _plant(far: np.ndarray, light: np.ndarray, *, low: bool, rng: np.random.Generator) -> np.ndarray:
    """Draw trees, and low buildings where they stand behind a car park; return how high they are, (256,)."""
    top_m = np.zeros(TEXTURE_PX)
    u = np.arange(TEXTURE_PX) / TEXTURE_PX * WIDE_M
    if low:
        for start in rng.uniform(0.0, WIDE_M, 2):
            tall, wide = rng.uniform(2.6, 4.6), rng.uniform(5.0, 11.0)
            inside = (u - start) % WIDE_M < wide
            wall = rng.uniform(0.25, 0.7) * (1.0 + rng.normal(0, 0.08, 3))
            far[_rows_up(np.where(inside, tall, 0.0))] = wall * light
            far[_rows_up(np.where(inside, 0.3 * tall, 0.0))] = 0.45 * wall * light
            top_m = np.where(inside, np.maximum(top_m, tall), top_m)
    crowns = np.zeros(TEXTURE_PX)
    for _ in range(int(rng.integers(4, 9))):
        middle, tall, wide = rng.uniform(0.0, WIDE_M), rng.uniform(2.5, 6.5), rng.uniform(1.6, 3.4)
        away = ((u - middle + WIDE_M / 2) % WIDE_M - WIDE_M / 2) / wide
        crowns = np.maximum(crowns, tall * np.sqrt(np.clip(1.0 - away**2, 0.0, 1.0)))
    crowns *= 1.0 + 0.08 * _noise((1, TEXTURE_PX), (0.0, 1.2), rng=rng)[0]
    green = np.array([0.10, 0.14, 0.05]) * rng.uniform(0.7, 1.4)
    shade = np.exp(0.35 * _noise(far.shape[:2], (2.0, 2.0), rng=rng))[..., None]
    far[:] = np.where(_rows_up(crowns)[..., None], green * shade * light, far)
    return np.maximum(top_m, 0.9 * crowns)


def _build(
    far: np.ndarray, light: np.ndarray, lamps: np.ndarray, night: float, *, rng: np.random.Generator
) -> np.ndarray:
    """Draw houses side by side, some missing; return how high they are, (256,)."""
    u = np.arange(TEXTURE_PX) / TEXTURE_PX * WIDE_M
    z = (1.0 - (np.arange(_ROWS) + 0.5) / _ROWS)[:, None] * HIGH_M
    top_m = np.zeros(TEXTURE_PX)
    edges = np.linspace(0.0, WIDE_M, 6) + np.array([0.0, *rng.uniform(-1.8, 1.8, 4), 0.0])
    for left, right in zip(edges[:-1], edges[1:], strict=True):
        storeys, gap = int(rng.integers(1, 4)), rng.random() < 0.25
        tall = storeys * _FLOOR_M + rng.uniform(0.4, 1.6)
        wall = rng.uniform(0.2, 0.65) * (1.0 + rng.normal(0, 0.15) * np.array([1.0, 0.2, -1.0]))
        own = (0.1 + 0.1 * night) * rng.uniform(0.1, 1.2) * compute_lamp_color(3800.0)
        lit = rng.uniform(0, 1, (8, 32))
        if gap:
            continue
        inside = (u >= left) & (u < right)
        house = inside & (z < tall)
        glow = lamps * np.clip(1.5 - z / 4.0, 0.0, 1.0)[..., None]
        far[:] = np.where(house[..., None], wall * (light + glow), far)
        pane = (
            ((u / _BAY_M) % 1 < 0.5)
            & ((z / _FLOOR_M) % 1 > 0.3)
            & ((z / _FLOOR_M) % 1 < 0.8)
            & (z > _FLOOR_M)
        )
        homes = lit[(z / _FLOOR_M).astype(int), (u / _BAY_M).astype(int)]
        home = night * 0.16 * np.clip(homes - 0.65, 0, 1)[..., None] / 0.35 * compute_lamp_color(2800.0)
        far[:] = np.where((house & pane)[..., None], 0.25 * wall * light + 0.08 * light + home, far)
        shop = house & (z < 2.6) & (z > 0.3) & (u > left + 0.4) & (u < right - 0.4)
        far[:] = np.where(shop[..., None], 0.2 * light + own, far)
        top_m = np.where(inside, tall, top_m)
    return top_m


def _park_cars(far: np.ndarray, light: np.ndarray, *, rng: np.random.Generator) -> None:
    """Draw cars at the far kerb."""
    u = np.arange(TEXTURE_PX) / TEXTURE_PX * WIDE_M
    z = (1.0 - (np.arange(_ROWS) + 0.5) / _ROWS)[:, None] * HIGH_M
    for _ in range(int(rng.integers(1, 5))):
        away = (u - rng.uniform(0.0, WIDE_M) + WIDE_M / 2) % WIDE_M - WIDE_M / 2
        color = rng.choice([0.03, 0.12, 0.4, 0.7]) * np.exp(rng.normal(0, 0.35) * np.array([1.0, -0.3, -0.6]))
        for part, paint in (
            ((abs(away) < 2.1) & (z < 0.95), color),
            ((abs(away + 0.2) < 1.25) & (z >= 0.85) & (z < 1.45), color),
            ((abs(away + 0.2) < 1.05) & (z >= 0.92) & (z < 1.35), np.full(3, 0.06)),
            ((abs(abs(away) - 1.3) < 0.32) & (z < 0.62), np.full(3, 0.03)),
            ((abs(away) < 2.1) & (z < 0.2), np.full(3, 0.04)),
        ):
            far[part] = paint * light


def _pave(light: np.ndarray, *, park: bool, rng: np.random.Generator) -> np.ndarray:
    """Draw the ground, (rows, 256, 3) radiance from far to near: pavements and a road, or bays to park in."""
    rows = TEXTURE_PX - _ROWS
    away_m = (1.0 - (np.arange(rows) + 0.5) / rows)[:, None] * STREET_M
    u = np.arange(TEXTURE_PX)[None] / TEXTURE_PX * WIDE_M
    asphalt, slabs = rng.uniform(0.06, 0.13), rng.uniform(0.16, 0.32)
    pavement_m = rng.uniform(1.8, 3.5)
    share = np.where((away_m < pavement_m) | (away_m > STREET_M - 2.0), slabs, asphalt) + 0.0 * u
    joint = (away_m < pavement_m) & ((u % 1.0 < 0.12) | (away_m % 1.0 < 0.14))
    share *= np.exp(sum(0.1 * _noise(share.shape, (reach, reach), rng=rng) for reach in (1.5, 9.0)))
    share *= np.where(joint, 0.75, 1.0) * (
        0.45 + 0.55 * away_m / (away_m + 1.5)
    )  # the front hides half the sky
    if park:
        lines = (u % 2.5 < 0.14) & (away_m > 8.0) & (away_m < STREET_M - 2.0)
    else:
        lines = (u % 6.0 < 3.0) & (np.abs(away_m - (pavement_m + STREET_M - 2.0) / 2) < 0.12)
    return np.where(lines, 0.6, share)[..., None] * light
