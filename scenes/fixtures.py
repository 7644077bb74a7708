"""Meshes of the furniture: gondolas, end caps, wall shelving, gate posts, price tags.

In: a floor plan and a planogram. Out: `Mesh`es in world coordinates, one instance a fixture.
"""

from dataclasses import dataclass, replace

import numpy as np

from scenes.geometry import Finish, make_boxes, make_quads, merge_meshes, transform_mesh
from scenes.layout import BOARD_THICKNESS_M, END_PANEL_M, PANEL_M, FloorPlan, ShelfRun
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID, Mesh, Planogram

RGB = tuple[int, int, int]
_STEEL_REPEAT_M = 0.8
_RAIL_M = 0.034

# (steel, back panel, rail) of a shop's furniture: white, grey, anthracite, cream; wood comes as a back panel.
_SCHEMES: tuple[tuple[RGB, RGB, RGB], ...] = (
    ((238, 238, 234), (226, 226, 222), (206, 42, 46)),
    ((228, 230, 232), (214, 217, 220), (32, 110, 62)),
    ((70, 72, 76), (58, 60, 64), (64, 66, 70)),
    ((240, 236, 224), (203, 172, 130), (232, 190, 50)),
    ((236, 236, 236), (232, 232, 230), (30, 84, 160)),
    ((205, 208, 210), (190, 194, 198), (236, 236, 234)),
)


@dataclass(frozen=True)
class FixtureStyle:
    """Colours of the furniture and the texture of its steel."""

    steel: RGB
    back: RGB
    rail: RGB
    steel_layer: int


def sample_fixture_style(*, steel_layer: int, rng: np.random.Generator) -> FixtureStyle:
    """Draw the colour scheme of a shop's furniture."""
    steel, back, rail = _SCHEMES[int(rng.integers(len(_SCHEMES)))]
    return FixtureStyle(steel, back, rail, steel_layer)


def make_fixtures(plan: FloorPlan, planogram: Planogram, style: FixtureStyle) -> Mesh:
    """Make all fixtures of the shop, price tags included."""
    parts = []
    for run in plan.runs:
        fixture = plan.layout.fixtures[run.fixture]
        back = PANEL_M / 2 if fixture.kind == "gondola" else PANEL_M
        mesh = _make_run(run, back, style, fixture.instance_id)
        parts.append(transform_mesh(mesh, run.world_from_run))
    for fixture in plan.layout.fixtures:
        if fixture.kind == "gate":
            parts.append(_make_gate_post(fixture.footprint_m, fixture.height_m, fixture.instance_id, style))
    parts.append(_make_tags(plan, planogram))
    return merge_meshes(parts)


def _make_run(run: ShelfRun, back_m: float, style: FixtureStyle, instance_id: int) -> Mesh:
    """Make one side of a fixture in the run's frame."""
    steel = Finish(
        color=style.steel,
        material=MATERIAL["coated steel"],
        layer=style.steel_layer,
        class_id=CLASS_ID["fixture"],
        instance_id=instance_id,
    )
    back, rail = replace(steel, color=style.back), replace(steel, color=style.rail, layer=-1)
    length, depth, top = run.length_m, run.depth_m, run.top_m
    z = run.board_z_m
    count = len(z)
    upper = slice(1, count)

    def across(
        low_y: float, high_y: float, low_z: np.ndarray, high_z: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        low = np.column_stack([np.zeros(len(low_z)), np.full(len(low_z), low_y), low_z])
        high = np.column_stack([np.full(len(low_z), length), np.full(len(low_z), high_y), high_z])
        return low, high

    boards = make_boxes(
        *across(0.0, depth, z[upper] - BOARD_THICKNESS_M, z[upper]),
        steel,
        sides=("-y", "+z", "-z"),
        texture_m=_STEEL_REPEAT_M,
    )
    base = make_boxes((0, 0.0, 0.09), (length, depth, z[0]), steel, sides=("-y", "+z", "-z"), texture_m=0.8)
    plinth = make_boxes(
        (0, 0.05, 0), (length, depth, 0.09), replace(steel, color=(62, 62, 64)), sides=("-y",), texture_m=0.8
    )
    rails = make_boxes(
        *across(-0.012, 0.0, z - _RAIL_M - 0.002, z - 0.002), rail, sides=("-y", "+z", "-z", "-x", "+x")
    )
    panel = make_boxes(
        (-END_PANEL_M, depth, 0), (length + END_PANEL_M, depth + back_m, top), back, texture_m=_STEEL_REPEAT_M
    )
    ends = make_boxes(
        [(-END_PANEL_M, 0, 0), (length, 0, 0)],
        [(0, depth, top), (length + END_PANEL_M, depth, top)],
        steel,
        texture_m=_STEEL_REPEAT_M,
    )
    posts = _make_posts(run, style, steel)
    return merge_meshes([boards, base, plinth, rails, panel, ends, posts])


def _make_posts(run: ShelfRun, style: FixtureStyle, steel: Finish) -> Mesh:
    """Slotted uprights on the back panel, one about each metre, which bays of real shelving show."""
    bays = max(1, round(run.length_m / 1.0))
    x = run.length_m * np.arange(bays + 1) / bays
    low = np.column_stack(
        [x - 0.015, np.full(len(x), run.depth_m - 0.012), np.full(len(x), run.board_z_m[0])]
    )
    high = np.column_stack([x + 0.015, np.full(len(x), run.depth_m), np.full(len(x), run.top_m)])
    shade: RGB = tuple(round(0.82 * channel) for channel in style.steel)  # type: ignore[assignment]
    return make_boxes(low, high, replace(steel, color=shade, layer=-1), sides=("-y", "-x", "+x"))


def _make_gate_post(footprint_m: np.ndarray, height_m: float, instance_id: int, style: FixtureStyle) -> Mesh:
    """Make a slim post with a lit top."""
    low, high = footprint_m.min(0), footprint_m.max(0)
    finish = Finish((196, 200, 204), MATERIAL["metal"], -1, CLASS_ID["fixture"], instance_id)
    lit = replace(finish, color=(120, 220, 150), material=MATERIAL["sign"])
    glass = replace(finish, color=(206, 222, 226), material=MATERIAL["gloss"])
    y = np.linspace(low[1], high[1], 4)
    return merge_meshes(
        [
            make_boxes((*low, 0.0), (*high, 0.12), replace(finish, color=style.rail)),
            make_boxes((low[0] + 0.03, y[0], 0.12), (high[0] - 0.03, y[3], height_m - 0.06), glass),
            make_boxes((*low, height_m - 0.06), (*high, height_m - 0.012), finish),
            make_boxes((low[0], y[0], height_m - 0.012), (high[0], y[1], height_m), lit),
            make_boxes((low[0], y[1], height_m - 0.012), (*high, height_m), finish),
        ]
    )


def _make_tags(plan: FloorPlan, planogram: Planogram) -> Mesh:
    """Make a price tag on the rail under the first facing of each block, a yellow one now and then."""
    first = np.flatnonzero(planogram.facing == 0)
    pose = planogram.world_from_slot[first]
    width = np.minimum(planogram.width_m[first] * 0.9, 0.052)
    corners = np.zeros((len(first), 4, 4))
    corners[:, :, 0] = width[:, None] * np.array([-0.5, 0.5, 0.5, -0.5])
    corners[:, :, 1] = -0.0145
    corners[:, :, 2] = np.array([-0.034, -0.034, -0.004, -0.004])
    corners[:, :, 3] = 1.0
    world = np.einsum("sij,skj->ski", pose, corners)[:, :, :3]
    mesh = make_quads(world, Finish((250, 250, 246), MATERIAL["paper"], -1, CLASS_ID["fixture"]))
    instance = np.array([fixture.instance_id for fixture in plan.layout.fixtures], np.int32)
    offer = (planogram.product[first] * 7 + 3) % 11 == 0
    color = np.where(offer[:, None], np.array([255, 222, 60]), np.array([250, 250, 246])).astype(np.uint8)
    return replace(
        mesh,
        instance_id=np.repeat(instance[planogram.fixture[first]], 4),
        color=np.repeat(color, 4, axis=0),
    )
