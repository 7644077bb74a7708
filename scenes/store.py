"""One shop, from a scenario to geometry: the first stage of a clip.

In: a `Scenario`. Out: a `Store` with layout, catalogue, planogram, lamps, cameras, meshes and textures.
synth/ lets people loose in it and renders it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from scenes.cameras.calibration import calibrate_cameras, knock_cameras
from scenes.cameras.placement import sample_cameras
from scenes.cloth import PRINTS, make_cloth_textures
from scenes.errors import ConfigError
from scenes.furniture.crate_looks import make_crate_textures
from scenes.furniture.crates import make_crates
from scenes.furniture.displays import make_prints
from scenes.furniture.fire_exits import make_exit_sign_texture, make_fire_exits
from scenes.furniture.fixtures import (
    HEADER_WORDS,
    PROMOTIONS,
    FixtureLayers,
    FixtureStyle,
    fit_style,
    hang_case_doors,
    make_cases,
    make_fixtures,
    sample_fixture_style,
)
from scenes.furniture.gates import make_gate_panes
from scenes.furniture.hanging import make_hanging_signs
from scenes.furniture.price_tags import make_tag_textures
from scenes.furniture.prints import make_print_textures, sample_prints
from scenes.furniture.prop_meshes import make_props
from scenes.furniture.signs import make_sign_board, make_sign_textures, make_signs, sample_sign_color
from scenes.furniture.sliding_doors import make_drives, make_sliding_leaves
from scenes.furniture.wall_dressing import hang_dressing
from scenes.geometry import merge_meshes
from scenes.glazing import make_glazing, make_window_panes
from scenes.goods.assortment import list_families
from scenes.goods.catalogue import make_catalogue
from scenes.goods.own_catalogue import load_own_catalogue
from scenes.goods.own_products import make_own_catalogue
from scenes.goods.planogram import sample_planogram
from scenes.goods.promotions import assign_promotions
from scenes.goods.reserve import add_reserve
from scenes.goods.stacks import measure_usual_heights_m
from scenes.goods.stock import sample_item_poses, sample_strangers
from scenes.identity import compute_store_id, freeze
from scenes.light.lamps import compute_ambient_color, make_lamps
from scenes.light.rendition import make_rendition
from scenes.light.spots import SPOT_FACE, sample_spots
from scenes.light.street import sample_street
from scenes.light.windows import make_daylight
from scenes.plan.boards import fit_boards
from scenes.plan.columns import find_columns
from scenes.plan.displays import add_displays
from scenes.plan.layout import FloorPlan, sample_floor_plan
from scenes.plan.props import add_props
from scenes.plan.sections import assign_sections, compute_cooled_share
from scenes.plan.wall_space import WallSpace, measure_tops
from scenes.plan.windows import add_windows, list_openings
from scenes.randomness import make_rng
from scenes.room import RoomLayers, WallTrim, make_room, sample_base_color, sample_dado
from scenes.scenario import Scenario
from scenes.surfaces import (
    FLOOR_REPEAT_M,
    sample_ceiling_texture,
    sample_floor_texture,
    sample_materials,
    sample_steel_texture,
    sample_tile_texture,
    sample_wall_texture,
    sample_wear_texture,
)
from scenes.world import Camera, Catalogue, Lamp, Material, Mesh, Planogram, Spot, Store, Textures, Window

_Lanes = Callable[[str], np.random.Generator]  # a stream by its name


def make_store(scenario: Scenario) -> Store:
    """Make the store of a scenario; the same scenario makes the same store.

    Raises:
        PlacementError: When fixtures, products or cameras find no place.
        ConfigError: When the user's own catalogue is missing or was changed.
    """

    def rng(lane: str) -> np.random.Generator:
        return make_rng(scenario.seed, scenario.index, f"store/{lane}")

    street, outside, street_white = sample_street(scenario.lighting, rng=rng("street"))
    surfaces, layers = _make_surfaces(scenario, outside, rng=rng("surfaces"))
    goods = _stock(scenario, first_layer=len(surfaces), rng=rng)
    plan = goods.plan
    cameras = sample_cameras(scenario.cameras, plan, rng=rng("cameras"))
    lights = _hang_lights(scenario, plan, cameras, street_white, rng=rng)
    layers = replace(
        layers, signs=len(surfaces) + len(goods.packs), street_material=len(lights.materials) - 1
    )
    style = sample_fixture_style(steel_layer=layers.ceiling + 1, rng=rng("fixtures"))
    style = fit_style(style, scenario.store)
    structure, printed, covers = _build(scenario, goods, layers, style, cameras, rng=rng)
    fixed = (Textures.of(surfaces), goods.packs, *printed)
    cloth = Textures(len(PRINTS), "cloth", make_cloth_textures)
    textures = Textures.join([*fixed, cloth, Textures.of(sample_wear_texture(rng=rng("wear"))[None])])
    floor_albedo = ((surfaces[layers.floor].reshape(-1, 3) / 255.0) ** 2.2).mean(0)
    parts: dict[str, Any] = {
        "layout": plan.layout,
        "catalogue": goods.catalogue,
        "planogram": goods.planogram,
        "lamps": lights.lamps,
        "spots": lights.spots,
        "cameras": knock_cameras(cameras, scenario, rng=rng("knocks")),
        "calibrated": calibrate_cameras(cameras, scenario.cameras, rng=rng("calibration")),
        "structure": merge_meshes([structure, *lights.meshes]),
        "accent": style.accent,
        "cases": make_cases(plan),
        **_glaze(plan, goods.planogram),
        "textures": textures,
        "cloth_layer": sum(map(len, fixed)),
        "daylight": make_daylight(
            scenario.lighting,
            list_openings(plan.layout),
            street=street,
            size_m=plan.layout.size_m,
            covers=covers,
        ),
        "materials": lights.materials,
        "wear_layer": len(textures) - 1,
        "item_slot": goods.item_slot,
        "item_product": goods.item_product,
        "world_from_item": goods.world_from_item,
        "ambient_color": compute_ambient_color(scenario.lighting, floor_albedo),
        "rendition": make_rendition(scenario.lighting.rendition),
    }
    for value in parts.values():
        freeze(value)
    return Store(store_id=compute_store_id(parts), **parts)


@dataclass(frozen=True)
class _Lights:
    """What hangs from the ceiling and shines.

    Attributes:
        materials: All of the shop's; the last is what shows in windows.
    """

    lamps: tuple[Lamp, ...]
    spots: tuple[Spot, ...]
    meshes: list[Mesh]
    materials: tuple[Material, ...]


def _hang_lights(
    scenario: Scenario,
    plan: FloorPlan,
    cameras: Sequence[Camera],
    street_white: float,
    *,
    rng: _Lanes,
) -> _Lights:
    """Hang lamps and draw spots; `street_white` is the radiance of white in the picture of the street."""
    free = plan.layout.room.difference(find_columns(plan.layout))
    lamps, lamp_materials, lamp_mesh = make_lamps(scenario.lighting, plan.layout.size_m, free=free)
    street = Material("street", roughness=0.3, emissive=street_white, outside=True)
    base = sample_materials(scenario.store.floor, rng=rng("finish"))
    materials = (*base, *lamp_materials, SPOT_FACE, street)
    spots, spot_meshes = sample_spots(
        scenario.lighting,
        plan,
        cameras,
        free=free,
        material=materials.index(SPOT_FACE),
        lamps=lamps,
        rng=rng("spots"),
    )
    return _Lights(lamps, spots, [lamp_mesh, *spot_meshes], materials)


def _glaze(plan: FloorPlan, planogram: Planogram) -> dict[str, Any]:
    """Make all panes, the leaves of sliding doors and the doors of cooled furniture, by fields of `Store`."""
    case_doors, case_panes = hang_case_doors(plan, planogram)
    panes = case_panes + make_window_panes(plan.layout) + make_gate_panes(plan.layout)
    leaves, leaf_panes = make_sliding_leaves(plan.layout, first_pane=len(panes))
    return {"panes": panes + leaf_panes, "leaves": leaves, "case_doors": case_doors}


@dataclass(frozen=True)
class _Goods:
    """A plan whose shelves are filled.

    Attributes:
        packs: Labels, a layer a product.
        sections: Section of each product.
    """

    plan: FloorPlan
    catalogue: Catalogue
    packs: Textures
    sections: tuple[str, ...]
    planogram: Planogram
    item_product: np.ndarray
    item_slot: np.ndarray
    world_from_item: np.ndarray


def _stock(scenario: Scenario, *, first_layer: int, rng: _Lanes) -> _Goods:
    """Plan the floor and fill its shelves; the labels of packs begin at `first_layer` of the textures."""
    plan = sample_floor_plan(scenario.store, trips=scenario.shoppers.count, rng=rng("layout"))
    plan = add_windows(plan, scenario.store.other_windows)
    plan = add_displays(plan, scenario.store.displays, rng=rng("displays"))
    plan = add_props(plan, scenario.store.props, rng=rng("props"))
    catalogue, packs, sections = _make_catalogue(
        scenario, plan, first_layer=first_layer, rng=rng("catalogue")
    )
    home = assign_sections(plan, catalogue, sections, rng=rng("sections"))
    home = assign_promotions(plan, catalogue, sections, home, rng=rng("promotions"))
    usual_m = measure_usual_heights_m(catalogue, scenario.store.stacked)
    plan = fit_boards(plan, catalogue, home, height_m=usual_m, rng=rng("boards"))
    planogram = sample_planogram(
        plan,
        catalogue,
        sections,
        home,
        fill=scenario.store.fill,
        sold_out=scenario.store.sold_out,
        stacked=scenario.store.stacked,
        plate_width_m=scenario.sensors.plate_width_m,
        rng=rng("planogram"),
        stack_rng=rng("stacks"),
        heap_rng=rng("heaps"),
    )
    planogram = add_reserve(
        planogram, plan, catalogue, sections, fill=scenario.store.fill, rng=rng("reserve")
    )
    item_product = sample_strangers(planogram, catalogue, scenario.store.misplaced, rng=rng("strangers"))
    in_chest = np.array([fixture.kind == "chest" for fixture in plan.layout.fixtures])[planogram.fixture]
    orderly = in_chest | planogram.is_reserve()
    item_slot, world_from_item = sample_item_poses(
        planogram,
        catalogue,
        item_product,
        untidy=np.where(orderly, 0.0, scenario.store.untidy),
        rng=rng("items"),
        loose_rng=rng("loose goods"),
    )
    return _Goods(plan, catalogue, packs, sections, planogram, item_product, item_slot, world_from_item)


def _build(
    scenario: Scenario,
    goods: _Goods,
    layers: RoomLayers,
    style: FixtureStyle,
    cameras: Sequence[Camera],
    *,
    rng: _Lanes,
) -> tuple[Mesh, list[Textures], tuple[Window, ...]]:
    """Build what stands still: room, fixtures, props, signs, what hangs on walls.

    Returns:
        Its mesh; the textures of what is written on it, from layer `layers.signs` on; what covers panes.
    """
    plan = goods.plan
    color = sample_sign_color(rng=rng("signs"))
    words = tuple(dict.fromkeys(goods.sections))
    sign_textures, tags = make_sign_textures(words, color), make_tag_textures(goods.catalogue)
    first_tag = layers.signs + len(sign_textures)
    fixture_layers = FixtureLayers(tags=first_tag, headers=first_tag + len(tags))
    signs = make_signs(plan, goods.planogram, goods.sections, words) if scenario.store.section_signs else ()
    hanging = make_hanging_signs(
        plan,
        scenario.store.signs,
        PROMOTIONS,
        signs,
        first_layer=fixture_layers.headers,
        rng=rng("hanging"),
    )
    parts = [
        make_room(
            plan.layout,
            layers,
            WallTrim(
                stripe=color,
                base=sample_base_color(scenario.store.floor, rng=rng("base boards")),
                dado=sample_dado(scenario.store.wall_dressing, rng=rng("dado")),
            ),
        ),
        *make_glazing(plan.layout, layers),
        *(make_sign_board(sign, k, first_layer=layers.signs) for k, sign in enumerate(signs)),
        make_fixtures(plan, goods.planogram, goods.sections, style, fixture_layers),
        *make_prints(plan, goods.planogram, goods.catalogue, layers.signs - len(goods.packs)),
        *make_props(plan.layout, style, rng=rng("prop looks")),
        *make_drives(plan.layout),
        *hanging,
    ]
    printed = [sign_textures, tags, make_sign_textures(HEADER_WORDS, style.accent)]
    if plan.layout.fire_exits:
        parts += make_fire_exits(plan.layout, layers.signs + sum(map(len, printed)))
        printed.append(make_exit_sign_texture())
    crates = make_crates(
        plan,
        goods.planogram,
        goods.catalogue,
        first_layer=layers.signs + sum(map(len, printed)),
        rng=rng("crates"),
    )
    if crates:
        parts += crates
        printed.append(make_crate_textures())
    standing = merge_meshes(parts)
    boards = [(sign.center_m, sign.width_m, sign.height_m) for sign in signs]
    dressing = hang_dressing(
        plan.layout,
        WallSpace(plan.layout, measure_tops(plan.layout, standing), boards, cameras),
        scenario.store.wall_dressing,
        first_layer=layers.signs + sum(map(len, printed)),
        rng=rng("wall dressing"),
    )
    printed.append(make_print_textures(sample_prints(color, rng=rng("prints"))))
    return merge_meshes([standing, *dressing.meshes]), printed, dressing.covers


def _make_catalogue(
    scenario: Scenario, plan: FloorPlan, *, first_layer: int, rng: np.random.Generator
) -> tuple[Catalogue, Textures, tuple[str, ...]]:
    """Make the catalogue: the user's own where the scenario names one, else from the built-in assortment."""
    spec = scenario.catalogue
    if not spec.file:
        return make_catalogue(
            spec,
            store_format=scenario.store.format,
            families=list_families(
                frozen=scenario.store.freezers + scenario.store.chests > 0,
                hung=scenario.store.pegs > 0,
                hot=any(fixture.kind == "hot_counter" for fixture in plan.layout.fixtures),
            ),
            cooled=compute_cooled_share(plan),
            first_layer=first_layer,
            rng=rng,
        )
    folder = Path(scenario.folder)
    own = load_own_catalogue(folder / spec.file, folder / spec.pictures if spec.pictures else None)
    if spec.sha256 not in ("", own.sha256):
        raise ConfigError(
            f"{folder / spec.file}: expected the catalogue that the scenario was read with "
            f"(sha256 {spec.sha256[:12]}), got another ({own.sha256[:12]}): it or a picture was changed "
            "since. Put the old content back, or begin a new dataset"
        )
    return make_own_catalogue(own, spec, first_layer=first_layer, rng=rng)


def _make_surfaces(
    scenario: Scenario, street: np.ndarray, *, rng: np.random.Generator
) -> tuple[np.ndarray, RoomLayers]:
    """Draw the textures of the room beside that of the street: (L, 256, 256, 3), and which layer is what."""
    floor = scenario.store.floor
    parts = [
        sample_floor_texture(floor, wood=scenario.store.wood, rng=rng),
        sample_wall_texture(scenario.store.walls, rng=rng),
    ]
    parts += [street, sample_ceiling_texture(rng=rng), sample_steel_texture(rng=rng)]
    textures = np.stack([*parts, sample_tile_texture(rng=rng)])
    layers = RoomLayers(
        floor=0,
        wall=1,
        street=2,
        street_material=-1,
        ceiling=3,
        floor_repeat_m=FLOOR_REPEAT_M[floor],
        signs=len(textures),
        tiles=len(textures) - 1,
    )
    return textures, layers
