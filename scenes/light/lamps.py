"""Ceiling lamps: where they hang, how bright they are and in which colour.

In: a lighting section and the room's size. Out: `Lamp`s, their meshes, a material for each, and the
colour of the bounced light.
"""

import numpy as np
from shapely import box, contains
from shapely.geometry import Polygon

from scenes.geometry import Finish, make_boxes, merge_meshes
from scenes.room import LAMPS
from scenes.scenario import LightingSpec
from scenes.surfaces import BASE_MATERIALS, MATERIAL
from scenes.world import CLASS_ID, INSTANCE_STRUCTURE, Lamp, Material, Mesh

USUAL_SPACING_M = 2.4
_CLEAR_M = 0.08  # between a lamp and what stands up to the ceiling
_PLACES = 25  # along either side of a cell that are tried for a lamp
MAX_LAMPS = 24  # larger rooms get larger lamps, further apart
_LEFT_TO_SPOTS = 0.3  # of the light, where spots hang over all they may
_EMISSIVE = 2.2  # a lamp's face against white paper under it
# How much of a lamp's tint a camera with automatic white balance leaves, and the white it aims for.
_RESIDUAL_TINT, _CAMERA_WHITE_K = 0.2, 4600.0


def compute_planck_rgb(temperature_k: float) -> np.ndarray:
    """Return the linear sRGB of a black body at 1667 to 25000 K, scaled to luminance 1.

    Chromaticity by the cubic splines of Kim et al. (US patent 7024034, 2006), to linear sRGB by
    IEC 61966-2-1; warm light comes out red, cold light blue.

    >>> compute_planck_rgb(6504).round(1).tolist()
    [1.0, 1.0, 1.0]
    """
    t = 1000.0 / float(temperature_k)
    if temperature_k <= 4000:
        x = -0.2661239 * t**3 - 0.2343589 * t**2 + 0.8776956 * t + 0.179910
    else:
        x = -3.0258469 * t**3 + 2.1070379 * t**2 + 0.2226347 * t + 0.240390
    if temperature_k <= 2222:
        y = -1.1063814 * x**3 - 1.34811020 * x**2 + 2.18555832 * x - 0.20219683
    elif temperature_k <= 4000:
        y = -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867
    else:
        y = 3.0817580 * x**3 - 5.87338670 * x**2 + 3.75112997 * x - 0.37001483
    xyz = np.array([x / y, 1.0, (1 - x - y) / y])
    rgb_from_xyz = np.array(
        [
            [3.2404542, -1.5371385, -0.4985314],
            [-0.9692660, 1.8760108, 0.0415560],
            [0.0556434, -0.2040259, 1.0572252],
        ]
    )
    return np.clip(rgb_from_xyz @ xyz, 0.0, None)


def compute_lamp_color(temperature_k: float) -> np.ndarray:
    """Return the linear RGB of a lamp as a camera with automatic white balance records it, luminance 1."""
    ratio = np.maximum(compute_planck_rgb(temperature_k), 0.02) / compute_planck_rgb(_CAMERA_WHITE_K)
    rgb = ratio**_RESIDUAL_TINT
    return rgb / (rgb @ [0.2126, 0.7152, 0.0722])


def compute_white_balance_gains(shift_mired: float) -> np.ndarray:
    """Return the (3,) gains of red, green (1) and blue that make up for light warmer by some mireds.

    A mired is a millionth of a reciprocal kelvin. Light is that which lamps are balanced to.

    >>> compute_white_balance_gains(30.0).round(2).tolist(), compute_white_balance_gains(0.0).tolist()
    ([0.89, 1.0, 1.21], [1.0, 1.0, 1.0])
    """
    taken_k = 1e6 / (1e6 / _CAMERA_WHITE_K + shift_mired)
    gains = compute_planck_rgb(_CAMERA_WHITE_K) / compute_planck_rgb(taken_k)
    return np.asarray(gains / gains[1])


def make_lamps(
    spec: LightingSpec, size_m: np.ndarray, *, free: Polygon
) -> tuple[tuple[Lamp, ...], tuple[Material, ...], Mesh]:
    """Hang lamps in a grid; beside what is in the way (a column, a wall, another lamp), or not at all.

    Args:
        spec: Kind, brightness, temperature.
        size_m: (3,) the room.
        free: Where the ceiling is: the room without columns.

    Returns:
        The lamps, their face materials (to be appended to BASE_MATERIALS), and their mesh.
    """
    width, depth, height = (float(value) for value in size_m)
    spacing = max(USUAL_SPACING_M, np.sqrt(width * depth / MAX_LAMPS))
    columns, rows = max(1, int(width / spacing + 0.4)), max(1, int(depth / spacing + 0.4))
    cell = np.array([width / columns, depth / rows])
    size = np.array([0.6, 1.2]) if spec.kind == "panels" else np.array([0.14, 1.5])
    size = np.minimum(size * spacing / USUAL_SPACING_M, cell * 0.8)
    drop = 0.012 if spec.kind == "panels" else 0.09
    # What a lamp gives makes up for cells that are larger or smaller than usual.
    color = compute_lamp_color(spec.temperature_k) * spec.brightness
    color = color * float(cell.prod()) / spacing**2 * (1.0 - _LEFT_TO_SPOTS * spec.spots)
    color.setflags(write=False)
    glow = tuple(int(round(255 * c)) for c in np.clip(color / color.max(), 0, 1) ** (1 / 2.2))
    lamps: list[Lamp] = []
    materials, parts = [], []
    for cell_number in range(columns * rows):
        middle = cell * [cell_number % columns + 0.5, cell_number // columns + 0.5]
        place = _find_place(middle, size, cell, free)
        if place is None:
            continue
        center, k = np.append(place, height - drop), len(lamps)
        material = len(BASE_MATERIALS) + k
        materials.append(
            Material(f"lamp {k}", roughness=0.9, emissive=_EMISSIVE * max(spec.brightness, 0.05))
        )
        lamps.append(Lamp(center, size, color, material))
        free = free.difference(box(*(place - size / 2), *(place + size / 2)))
        parts.append(_make_lamp_mesh(lamps[-1], height, (glow[0], glow[1], glow[2]), k))
    return tuple(lamps), tuple(materials), merge_meshes(parts)


def _find_place(
    middle_m: np.ndarray, size_m: np.ndarray, cell_m: np.ndarray, free: Polygon
) -> np.ndarray | None:
    """Return the (2,) place nearest to the middle of a cell, and within it, at which the ceiling is free."""
    steps = np.linspace(-0.5, 0.5, _PLACES)
    shift = np.stack(np.meshgrid(steps, steps, indexing="ij"), axis=-1).reshape(-1, 2) * cell_m
    place = middle_m + shift[np.argsort(np.linalg.norm(shift, axis=1).round(9), kind="stable")]
    low, high = place - size_m / 2 - _CLEAR_M, place + size_m / 2 + _CLEAR_M
    found = np.flatnonzero(contains(free.buffer(1e-6), box(*low.T, *high.T)))
    return place[found[0]] if len(found) else None


def _make_lamp_mesh(lamp: Lamp, ceiling_m: float, glow: tuple[int, int, int], number: int) -> Mesh:
    """Make the glowing face and the housing above it."""
    instance = INSTANCE_STRUCTURE + LAMPS + number
    face = Finish(glow, lamp.material, -1, CLASS_ID["lamp"], instance)
    housing = Finish((240, 240, 240), MATERIAL["plastic"], -1, CLASS_ID["lamp"], instance)
    half = np.append(lamp.size_m / 2, 0.0)
    low, high = lamp.position_m - half, lamp.position_m + half
    rim = np.array([0.012, 0.012, 0.0])
    return merge_meshes(
        [
            make_boxes(low, high + [0, 0, 1e-4], face, sides=("-z",)),
            make_boxes(
                low - rim + [0, 0, 0.001],
                np.append((high + rim)[:2], ceiling_m),
                housing,
                sides=("-x", "+x", "-y", "+y", "-z"),
            ),
        ]
    )


def compute_ambient_color(spec: LightingSpec, floor_albedo: np.ndarray) -> np.ndarray:
    """Return the (3,) linear RGB of bounced light: the lamps' light, tinted a little by the floor.

    Args:
        spec: `ambient` is the share of light without direction.
        floor_albedo: (3,) linear RGB of the floor.
    """
    tint = floor_albedo / max(float(floor_albedo @ [0.2126, 0.7152, 0.0722]), 1e-6)
    return spec.ambient * spec.brightness * compute_lamp_color(spec.temperature_k) * tint**0.3
