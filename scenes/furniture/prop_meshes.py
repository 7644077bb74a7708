"""Meshes of what stands about: baskets, trolleys, plants, bins, boxes, cage trolleys; mats behind doors.

In: fixtures that carry no goods, doors, a shop's style. Out: `Mesh`es in world coordinates.
"""

from collections.abc import Callable

import numpy as np

from scenes.furniture.carts import make_boxes_stack, make_cage_trolley, make_trolley_row
from scenes.furniture.parts import FixtureStyle, fixture_finish, shade
from scenes.geometry import (
    Finish,
    make_boxes,
    make_lathe,
    make_pose,
    make_quads,
    merge_meshes,
    transform_mesh,
)
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID, INSTANCE_STRUCTURE, Fixture, Mesh, StoreLayout

RGB = tuple[int, int, int]
_DARK: RGB = (40, 42, 45)
MATS = 70  # instances of the structure, see scenes/room.py
_MAT_M = 1.3


def make_props(layout: StoreLayout, style: FixtureStyle, *, rng: np.random.Generator) -> list[Mesh]:
    """Make the meshes of all that stands about, and of the mats behind doors."""
    props = [fixture for fixture in layout.fixtures if fixture.kind in _BUILDERS]
    return [make_prop(prop, style, rng=rng) for prop in props] + make_mats(layout)


def make_prop(fixture: Fixture, style: FixtureStyle, *, rng: np.random.Generator) -> Mesh:
    """Make the mesh of a prop."""
    low, high = fixture.footprint_m.min(0), fixture.footprint_m.max(0)
    size = np.array([*(high - low), fixture.height_m])
    mesh = _BUILDERS[fixture.kind](size, style, fixture.instance_id, rng)
    return transform_mesh(mesh, make_pose((float(low[0]), float(low[1]), 0.0)))


def _make_frame(low: np.ndarray, high: np.ndarray, bar_m: float, finish: Finish) -> Mesh:
    """Make a flat horizontal frame of four bars about a rectangle."""
    (x0, y0, z0), (x1, y1, _) = low, high
    z1 = z0 + bar_m
    return make_boxes(
        [(x0, y0, z0), (x0, y1 - bar_m, z0), (x0, y0, z0), (x1 - bar_m, y0, z0)],
        [(x1, y0 + bar_m, z1), (x1, y1, z1), (x0 + bar_m, y1, z1), (x1, y1, z1)],
        finish,
    )


def _make_basket_stack(
    size: np.ndarray, style: FixtureStyle, instance_id: int, rng: np.random.Generator
) -> Mesh:
    """Nested shopping baskets on a foot; only the rims of those above the lowest show."""
    wide, deep, top = size
    first, rise = 0.27, 0.065
    z = first + rise * np.arange(max(1, int((top - 0.03 - first) / rise)))
    plastic = fixture_finish(style.accent, "plastic", instance_id)
    slot = fixture_finish(shade(style.accent, 0.45), "plastic", instance_id)
    dark = fixture_finish(_DARK, "plastic", instance_id)
    skirts = make_boxes(
        np.column_stack([np.full(len(z), 0.012), np.full(len(z), 0.012), z - rise + 0.022]),
        np.column_stack([np.full(len(z), wide - 0.012), np.full(len(z), deep - 0.012), z]),
        slot,
        sides=("-x", "+x", "-y", "+y"),
    )
    rims = [_make_frame(np.array([0, 0, h]), np.array([wide, deep, h]), 0.022, plastic) for h in z]
    bottom = make_boxes(
        (0.03, 0.03, z[-1] - 0.06), (wide - 0.03, deep - 0.03, z[-1] - 0.055), slot, sides=("+z",)
    )
    grip, rim = float(rng.uniform(0.35, 0.65)) * deep, z[-1] + 0.022
    handle = make_boxes(
        [(0.0, grip - 0.01, rim), (wide - 0.02, grip - 0.01, rim), (0.0, grip - 0.012, z[-1] + 0.03)],
        [
            (0.02, grip + 0.01, z[-1] + 0.03),
            (wide, grip + 0.01, z[-1] + 0.03),
            (wide, grip + 0.012, z[-1] + 0.05),
        ],
        dark,
    )
    foot = make_boxes((0.05, 0.05, 0.0), (wide - 0.05, deep - 0.05, 0.05), dark)
    return merge_meshes(
        [foot, _make_lowest_basket(wide, deep, first, plastic, slot), *rims, skirts, bottom, handle]
    )


def _make_lowest_basket(wide: float, deep: float, top: float, plastic: Finish, slot: Finish) -> Mesh:
    """Make the sloping walls of the basket at the bottom, with rows of slots in its long sides."""
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
    bottom = 0.05 + square * [wide - 0.1, deep - 0.1]
    rim = 0.01 + square * [wide - 0.02, deep - 0.02]
    walls = np.array(
        [
            [[*bottom[k], 0.05], [*bottom[(k + 1) % 4], 0.05], [*rim[(k + 1) % 4], top], [*rim[k], top]]
            for k in range(4)
        ]
    )
    x = np.arange(0.09, wide - 0.09, 0.035)
    slots = [
        make_boxes(
            np.column_stack([x, np.full(len(x), y0), np.full(len(x), z)]),
            np.column_stack([x + 0.018, np.full(len(x), y0 + 0.002), np.full(len(x), z + 0.05)]),
            slot,
            sides=("-y", "+y"),
        )
        for z, y in ((0.11, 0.031), (0.18, 0.019))
        for y0 in (y, deep - y - 0.002)
    ]
    return merge_meshes([make_quads(walls, plastic), *slots])


def _make_bin(size: np.ndarray, style: FixtureStyle, instance_id: int, rng: np.random.Generator) -> Mesh:
    """A round bin with a domed lid and an opening, or a square one of steel."""
    wide, deep, top = size
    middle = make_pose((wide / 2, deep / 2, 0.0))
    radius = min(wide, deep) / 2
    body = fixture_finish(
        ((92, 96, 100), (46, 50, 54), (198, 200, 202))[int(rng.integers(3))], "coated steel", instance_id
    )
    dark = fixture_finish((24, 25, 27), "plastic", instance_id)
    if rng.random() < 0.5:
        parts = [
            make_lathe([(radius * 0.82, 0.0), (radius, top * 0.74)], body, segments=24),
            make_lathe(
                [(radius, top * 0.74), (radius, top * 0.78), (radius * 0.97, top * 0.78)], dark, segments=24
            ),
            make_lathe(
                [
                    (radius * 0.97, top * 0.78),
                    (radius * 0.9, top * 0.9),
                    (radius * 0.6, top * 0.985),
                    (0.0, top),
                ],
                body,
                segments=24,
            ),
        ]
        hole = make_boxes((-0.09, -radius * 0.99, top * 0.8), (0.09, -radius * 0.8, top * 0.9), dark)
        return transform_mesh(merge_meshes([*parts, hole]), middle)
    return merge_meshes(
        [
            make_boxes((0, 0, 0.03), (wide, deep, top * 0.9), body),
            make_boxes((0.02, 0.02, 0.0), (wide - 0.02, deep - 0.02, 0.03), dark),
            make_boxes(
                (0.0, 0.0, top * 0.9), (wide, deep, top), fixture_finish(style.accent, "plastic", instance_id)
            ),
            make_boxes((0.07, deep - 0.001, top * 0.91), (wide - 0.07, deep + 0.002, top * 0.98), dark),
            make_boxes((0.07, -0.002, top * 0.91), (wide - 0.07, 0.001, top * 0.98), dark),
        ]
    )


def _make_plant(size: np.ndarray, style: FixtureStyle, instance_id: int, rng: np.random.Generator) -> Mesh:
    """A pot with long leaves that bend outward."""
    wide, deep, top = size
    radius = min(wide, deep) / 2
    pot_m = min(0.36, top * 0.35)
    color: RGB = ((206, 202, 194), (70, 72, 76), (158, 92, 62))[int(rng.integers(3))]
    pot = make_lathe(
        [(radius * 0.42, 0.0), (radius * 0.56, pot_m), (radius * 0.51, pot_m), (radius * 0.5, pot_m - 0.03)],
        fixture_finish(color, "plastic", instance_id),
        segments=24,
    )
    soil = make_lathe(
        [(radius * 0.5, pot_m - 0.03), (0.0, pot_m - 0.025)],
        fixture_finish((52, 40, 30), "matte", instance_id),
        segments=24,
    )
    greens: tuple[RGB, ...] = ((56, 92, 42), (72, 112, 50), (44, 78, 40))
    leaves = []
    for k in range(34):
        turn = 2.39996 * k + float(rng.uniform(-0.3, 0.3))
        out = np.array([np.cos(turn), np.sin(turn), 0.0])
        aside = np.array([-out[1], out[0], 0.0])
        length = (top - pot_m) * float(rng.uniform(0.55, 1.0))
        bend = float(rng.uniform(0.3, 1.0)) * (radius - 0.036)
        share = np.linspace(0, 1, 6)[:, None]
        spine = out * bend * share**1.7 + [0, 0, 1.0] * (
            pot_m - 0.03 + length * (share - 0.22 * bend / radius * share**3)
        )
        half = aside * 0.034 * np.sin(np.pi * np.clip(share * 0.86 + 0.12, 0, 1))
        left, right = spine - half, spine + half
        quads = np.stack([left[:-1], right[:-1], right[1:], left[1:]], axis=1)
        leaves.append(make_quads(quads, fixture_finish(greens[k % 3], "plastic", instance_id)))
    return transform_mesh(merge_meshes([pot, soil, *leaves]), make_pose((wide / 2, deep / 2, 0.0)))


_BUILDERS: dict[str, Callable[[np.ndarray, FixtureStyle, int, np.random.Generator], Mesh]] = {
    "basket_stack": _make_basket_stack,
    "trolley_row": make_trolley_row,
    "bin": _make_bin,
    "plant": _make_plant,
    "boxes": make_boxes_stack,
    "cage_trolley": make_cage_trolley,
}


def make_mats(layout: StoreLayout) -> list[Mesh]:
    """Make the mat behind each door, ribbed, with a rubber edge."""
    mats = []
    for number, door in enumerate(layout.doors):
        instance = INSTANCE_STRUCTURE + MATS + number
        edge = Finish((30, 31, 33), MATERIAL["plastic"], -1, CLASS_ID["floor"], instance)
        pile = Finish((84, 86, 90), MATERIAL["matte"], -1, CLASS_ID["floor"], instance)
        rib = Finish((68, 70, 74), MATERIAL["matte"], -1, CLASS_ID["floor"], instance)
        x, half = float(door.point_m[0]), door.width_m / 2 - 0.08
        y0, y1 = 0.12, min(0.12 + _MAT_M, float(layout.size_m[1]) / 3)
        lines = np.arange(x - half + 0.06, x + half - 0.06, 0.06)
        mats += [
            make_boxes(
                (x - half, y0, 0.0), (x + half, y1, 0.006), edge, sides=("-x", "+x", "-y", "+y", "+z")
            ),
            make_boxes(
                (x - half + 0.04, y0 + 0.04, 0.006), (x + half - 0.04, y1 - 0.04, 0.007), pile, sides=("+z",)
            ),
            make_boxes(
                np.column_stack([lines, np.full(len(lines), y0 + 0.04), np.full(len(lines), 0.007)]),
                np.column_stack([lines + 0.03, np.full(len(lines), y1 - 0.04), np.full(len(lines), 0.009)]),
                rib,
                sides=("+z",),
            ),
        ]
    return mats
