"""Meshes of the furniture: which builder makes which kind, and columns.

In: a floor plan and a planogram. Out: one `Mesh` in world coordinates, an instance a fixture, and beside it
the doors, panes and lit insides of cooled furniture. Shelving is in scenes/furniture/shelving.py, cooled
furniture in scenes/furniture/cooling.py, its doors in scenes/furniture/glass_doors.py, tables and counters in
scenes/furniture/counters.py, gates in scenes/furniture/gates.py, tags in scenes/furniture/price_tags.py; what
stands about is made by scenes/furniture/prop_meshes.py.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from scenes.furniture.chests import find_tag_places, make_baskets, make_chest
from scenes.furniture.cooling import make_chiller, make_fridge
from scenes.furniture.counters import make_hot_counter, make_table
from scenes.furniture.desks import make_desk
from scenes.furniture.displays import make_display_stand, make_pallet_display, make_promo_table
from scenes.furniture.gates import make_gate_post
from scenes.furniture.glass_doors import make_case_doors
from scenes.furniture.parts import ENDS, FixtureStyle, RunShape
from scenes.furniture.pegs import make_hooks, make_peg_wall
from scenes.furniture.price_tags import make_tags
from scenes.furniture.shelving import make_end_cap, make_shelving
from scenes.geometry import Finish, make_boxes, merge_meshes, transform_mesh
from scenes.light.lamps import compute_lamp_color
from scenes.plan.formats import GLAZED
from scenes.plan.layout import END_PANEL_M, FloorPlan, ShelfRun
from scenes.scenario import StoreSpec
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID, CaseDoor, Fixture, LitCase, Mesh, Pane, Planogram

RGB = tuple[int, int, int]
_SKIRTING_M, _GUARD_M = 0.1, 1.1  # heights at the foot of a column

# (steel, back panel, rail, accent) of a shop's furniture.
_SCHEMES: tuple[tuple[RGB, RGB, RGB, RGB], ...] = (
    ((238, 238, 234), (226, 226, 222), (206, 42, 46), (206, 42, 46)),
    ((228, 230, 232), (214, 217, 220), (32, 110, 62), (32, 110, 62)),
    ((70, 72, 76), (58, 60, 64), (64, 66, 70), (222, 178, 40)),
    ((240, 236, 224), (203, 172, 130), (232, 190, 50), (124, 84, 48)),
    ((236, 236, 236), (232, 232, 230), (30, 84, 160), (30, 84, 160)),
    ((205, 208, 210), (190, 194, 198), (236, 236, 234), (222, 116, 28)),
    ((232, 232, 230), (222, 222, 220), (240, 240, 238), (198, 40, 44)),
    ((88, 92, 98), (74, 78, 84), (232, 232, 228), (40, 120, 128)),
)


# (steel, back panel) of shelving of a paint.
_PAINTS: dict[str, tuple[RGB, RGB]] = {
    "white": ((238, 238, 236), (228, 228, 226)),
    "cream": ((232, 222, 196), (214, 200, 168)),
    "grey": ((172, 175, 178), (150, 154, 158)),
    "black": ((62, 64, 68), (50, 52, 56)),
}


def sample_fixture_style(*, steel_layer: int, rng: np.random.Generator) -> FixtureStyle:
    """Draw the colour scheme of a shop's furniture."""
    steel, back, rail, accent = _SCHEMES[int(rng.integers(len(_SCHEMES)))]
    wood: RGB = ((168, 124, 78), (196, 158, 110), (112, 78, 50))[int(rng.integers(3))]
    cabinet: RGB = ((88, 92, 98), (236, 237, 238), (150, 154, 158))[int(rng.integers(3))]
    ends = ENDS[int(rng.integers(len(ENDS)))]
    return FixtureStyle(steel, back, rail, accent, wood, cabinet, steel_layer, ends)


def fit_style(style: FixtureStyle, spec: StoreSpec) -> FixtureStyle:
    """Give a style what its shop asks for: paint instead of its steel and wood, price rails or none."""
    if spec.shelving in _PAINTS:
        steel, back = _PAINTS[spec.shelving]
        style = replace(style, steel=steel, back=back, wood=steel)
    return replace(style, price_rails=spec.price_rails)


@dataclass(frozen=True)
class FixtureLayers:
    """Texture layers that furniture shows.

    Attributes:
        tags: First layer of price tags.
        headers: First layer of what is written over end caps and cooled furniture, see HEADER_WORDS.
    """

    tags: int
    headers: int


HEADER_WORDS = (
    "Offers",
    "2 for 1",
    "Save 20 %",
    "New in",
    "Chilled",
    "Cold Drinks",
    "Hot & Fresh",
    "Best Price",
    "Frozen",
    "Dairy",
    "Fresh Food",
)
PROMOTIONS = (0, 1, 2, 3, 7)
_HEADER_OF_KIND = {"hot_counter": 6, "freezer": 8}
_HEADER_OF_SECTION = {"Drinks": 5, "Dairy": 9, "Fresh": 10}
_CHILLED, _MOSTLY = 4, 0.5  # of the slots are of one section, or cooled furniture only says that it cools


def make_fixtures(
    plan: FloorPlan,
    planogram: Planogram,
    sections: tuple[str, ...],
    style: FixtureStyle,
    layers: FixtureLayers,
) -> Mesh:
    """Make all fixtures of the shop, with price tags if it has any; `sections` has that of each product."""
    parts = []
    for run, shape in zip(plan.runs, _measure_runs(plan, planogram), strict=True):
        fixture = plan.layout.fixtures[run.fixture]
        word = _HEADER_OF_KIND.get(fixture.kind, PROMOTIONS[run.fixture % len(PROMOTIONS)])
        if fixture.kind in ("chiller", "fridge"):
            held = [sections[product] for product in planogram.product[planogram.fixture == run.fixture]]
            word = _name_cooled(held)
        mesh = _RUN_BUILDERS[fixture.kind](shape, style, fixture.instance_id, (layers.headers, word))
        parts.append(transform_mesh(mesh, run.world_from_run))
    for fixture in plan.layout.fixtures:
        if fixture.kind == "gate":
            parts.append(make_gate_post(fixture.footprint_m, fixture.height_m, fixture.instance_id, style))
        elif fixture.kind == "counter":
            parts.append(make_desk(fixture, style))
        elif fixture.kind == "column":
            parts.append(_make_column(fixture, style))
    instance = np.array([fixture.instance_id for fixture in plan.layout.fixtures], np.int32)
    kinds = [fixture.kind for fixture in plan.layout.fixtures]
    if style.price_rails:
        beside = find_tag_places(planogram, kinds)
        parts.append(make_tags(planogram, instance, beside, first_layer=layers.tags))
    parts += [*make_hooks(planogram, instance), *make_baskets(plan, planogram)]
    return merge_meshes(parts)


def _name_cooled(sections: Sequence[str]) -> int:
    """Return which of HEADER_WORDS cooled furniture bears that holds goods of these sections, one a slot."""
    for section, word in _HEADER_OF_SECTION.items():
        if sections.count(section) > _MOSTLY * len(sections):
            return word
    return _CHILLED


def hang_case_doors(plan: FloorPlan, planogram: Planogram) -> tuple[tuple[CaseDoor, ...], tuple[Pane, ...]]:
    """Make all doors of fridges and freezers; door n has pane n."""
    doors: list[CaseDoor] = []
    panes: list[Pane] = []
    for run, shape in zip(plan.runs, _measure_runs(plan, planogram), strict=True):
        fixture = plan.layout.fixtures[run.fixture]
        if fixture.kind not in GLAZED:
            continue
        slots = np.flatnonzero(planogram.fixture == run.fixture)
        away_m = planogram.world_from_slot[slots, :3, 3] - run.world_from_run[:3, 3]
        found = make_case_doors(
            shape,
            fixture=run.fixture,
            world_from_run=run.world_from_run,
            slots=slots,
            slot_x_m=away_m @ run.world_from_run[:3, 0],
            first=len(doors),
        )
        doors += found[0]
        panes += found[1]
    return tuple(doors), tuple(panes)


_CASE_LIGHT = {
    "chiller": (0.34, 5200.0),
    "fridge": (0.42, 6200.0),
    "freezer": (0.46, 6800.0),
    "hot_counter": (0.4, 2900.0),
}


def make_cases(plan: FloorPlan) -> tuple[LitCase, ...]:
    """Return the insides of furniture that has lamps: how bright, and in which colour (temperature in K)."""
    cases = []
    for run in plan.runs:
        fixture = plan.layout.fixtures[run.fixture]
        if fixture.kind not in _CASE_LIGHT:
            continue
        strength, temperature_k = _CASE_LIGHT[fixture.kind]
        low_z = float(run.board_z_m[0]) - 0.02
        corners = np.array([[0.0, 0.0, low_z, 1.0], [run.length_m, run.depth_m, run.top_m - 0.1, 1.0]])
        world = (corners @ run.world_from_run.T)[:, :3]
        front = np.round(-run.world_from_run[:3, 1])
        color = strength * compute_lamp_color(temperature_k)
        cases.append(LitCase(world.min(axis=0), world.max(axis=0), front, color))
    return tuple(cases)


def _measure_runs(plan: FloorPlan, planogram: Planogram) -> list[RunShape]:
    """Measure all runs with what their fixtures carry."""
    fixtures = plan.layout.fixtures
    sides = np.bincount([run.fixture for run in plan.runs], minlength=len(fixtures))
    goods_m = np.zeros(len(fixtures))
    np.maximum.at(goods_m, planogram.fixture, planogram.world_from_slot[:, 2, 3] + planogram.height_m)
    return [
        _measure(run, fixtures[run.fixture], int(sides[run.fixture]), float(goods_m[run.fixture]))
        for run in plan.runs
    ]


def _measure(run: ShelfRun, fixture: Fixture, sides: int, goods_m: float) -> RunShape:
    """Return a run's shape in its own frame; what two sides of a fixture share goes half to each."""
    corners = (
        np.column_stack([fixture.footprint_m, np.zeros(len(fixture.footprint_m))]) - run.world_from_run[:3, 3]
    )
    y = corners @ run.world_from_run[:3, 1]
    back = float(y.min() + y.max()) / 2 if sides > 1 else float(y.max())
    return RunShape(
        length_m=run.length_m,
        depth_m=run.depth_m,
        front_m=float(y.min()),
        back_m=max(back, run.depth_m + 0.01),
        top_m=run.top_m,
        board_z_m=run.board_z_m,
        end_m=END_PANEL_M,
        goods_m=goods_m,
    )


def _make_column(fixture: Fixture, style: FixtureStyle) -> Mesh:
    """Make a painted column with a skirting and guards of sheet metal about its foot."""
    low, high = fixture.footprint_m.min(0), fixture.footprint_m.max(0)
    paint = Finish((234, 233, 229), MATERIAL["paint"], -1, CLASS_ID["fixture"], fixture.instance_id)
    guard = replace(paint, color=(176, 180, 184), material=MATERIAL["metal"])
    skirting = replace(paint, color=(58, 60, 64), material=MATERIAL["plastic"])
    walls = ("-x", "+x", "-y", "+y")
    in_m = 0.004  # paint stands back behind the guards
    return merge_meshes(
        [
            make_boxes((*low, 0.0), (*high, _SKIRTING_M), skirting, sides=(*walls, "+z")),
            make_boxes((*low, _SKIRTING_M), (*high, _GUARD_M), guard, sides=(*walls, "+z")),
            make_boxes((*(low + in_m), _GUARD_M), (*(high - in_m), fixture.height_m), paint, sides=walls),
        ]
    )


_RUN_BUILDERS: dict[str, Callable[[RunShape, FixtureStyle, int, tuple[int, int]], Mesh]] = {
    "gondola": make_shelving,
    "wall_shelf": make_shelving,
    "peg_wall": make_peg_wall,
    "end_cap": make_end_cap,
    "chiller": make_chiller,
    "chest": make_chest,
    "fridge": make_fridge,
    "freezer": make_fridge,
    "table": make_table,
    "display_stand": make_display_stand,
    "pallet_display": make_pallet_display,
    "promo_table": make_promo_table,
    "hot_counter": make_hot_counter,
}
