"""The store as a whole: determinism, numbering, what meshes point at."""

from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest

from scenes.goods.packages import ROUND_PACKAGES
from scenes.scenario import (
    BehavioursSpec,
    CamerasSpec,
    LightingSpec,
    Scenario,
    SensorsSpec,
    ShoppersSpec,
    StoreSpec,
)
from scenes.store import make_store
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID, INSTANCE_FIXTURE, INSTANCE_PERSON, INSTANCE_STRUCTURE, Mesh
from scenes.world.store import NEAR_M


def _scenario(seed=0, **sections):
    return Scenario(name="test", seed=seed, index=0, **sections)


@pytest.fixture(scope="module")
def store():
    return make_store(_scenario())


def _arrays(value):
    if isinstance(value, np.ndarray):
        yield value
    elif is_dataclass(value):
        for entry in fields(value):
            yield from _arrays(getattr(value, entry.name))
    elif isinstance(value, tuple):
        for entry in value:
            yield from _arrays(entry)


def test_same_scenario_makes_the_same_store(store):
    again = make_store(_scenario())
    assert again.store_id == store.store_id
    pairs = list(zip(_arrays(store), _arrays(again), strict=True))
    assert len(pairs) > 500
    assert all(np.array_equal(a, b) for a, b in pairs)


def test_store_id_follows_everything_that_defines_the_store(store):
    others = [
        _scenario(seed=1),
        _scenario(cameras=CamerasSpec(fov_deg=91.0)),
        _scenario(lighting=LightingSpec(temperature_k=4301.0)),
        _scenario(store=StoreSpec(fill=0.84)),
        _scenario(sensors=SensorsSpec(plate_width_m=0.12)),
    ]
    ids = {store.store_id, *(make_store(scenario).store_id for scenario in others)}
    assert len(ids) == 1 + len(others)


def test_what_shoppers_do_does_not_change_the_store(store):
    busy = _scenario(behaviours=BehavioursSpec(touch=1.0), shoppers=ShoppersSpec(count=9))
    assert make_store(busy).store_id == store.store_id


def test_cameras_do_not_move_the_shelves(store):
    other = make_store(_scenario(cameras=CamerasSpec(count=5)))
    assert np.array_equal(other.planogram.world_from_slot, store.planogram.world_from_slot)
    assert np.array_equal(other.textures.pixels, store.textures.pixels)


def test_arrays_are_read_only(store):
    assert not any(array.flags.writeable for array in _arrays(store))


def test_items_are_numbered_slot_by_slot_front_to_back(store):
    planogram = store.planogram
    assert len(store.item_slot) == planogram.count.sum() == len(store.world_from_item)
    assert np.array_equal(np.bincount(store.item_slot, minlength=len(planogram.count)), planogram.count)
    assert (np.diff(store.item_slot) >= 0).all()
    strange = store.item_product != planogram.product[store.item_slot]
    assert 0 < strange.mean() < 0.02
    first = np.cumsum(planogram.count) - planogram.count
    assert set(np.flatnonzero(strange)) <= set(first), "only the front item of a facing is misplaced"
    local = np.linalg.inv(planogram.world_from_slot[store.item_slot]) @ store.world_from_item
    same_slot = np.diff(store.item_slot) == 0
    assert (np.diff(local[:, 1, 3])[same_slot] > 0).all()


def test_a_convenience_store_is_full(store):
    assert len(store.catalogue.sku) == 72
    assert 1500 <= len(store.item_slot) <= 7000


@pytest.mark.parametrize("kind", ["convenience", "supermarket", "kiosk"])
def test_every_format_and_floor_can_be_made(kind):
    floor = {"convenience": "terrazzo", "supermarket": "vinyl", "kiosk": "concrete"}[kind]
    size = {"convenience": (8, 7), "supermarket": (16, 12), "kiosk": (5.5, 5)}[kind]
    spec = StoreSpec(format=kind, floor=floor, width_m=size[0], depth_m=size[1])
    store = make_store(_scenario(store=spec, lighting=LightingSpec(kind="tubes")))
    assert store.layout.format == kind
    assert set(store.planogram.product.tolist()) == set(range(72))


def _check_mesh(mesh: Mesh, layers: int, materials: int) -> None:
    assert mesh.faces.min() == 0
    assert mesh.faces.max() == len(mesh.position_m) - 1
    assert np.allclose(np.linalg.norm(mesh.normal, axis=1), 1, atol=1e-4)
    assert mesh.layer.min() >= -1
    assert mesh.layer.max() < layers
    assert mesh.material.min() >= 0
    assert mesh.material.max() < materials


def test_meshes_refer_to_textures_and_materials_that_exist(store):
    for mesh in (store.structure, *store.catalogue.mesh):
        _check_mesh(mesh, len(store.textures), len(store.materials))
    assert store.textures.pixels.dtype == np.uint8
    assert store.textures.pixels.shape[1:] == (256, 256, 3)
    assert store.materials[0].name == "matte"
    assert store.materials[0].roughness > 0.8


def test_faces_turn_the_way_their_normals_point(store):
    for mesh in (store.structure, *store.catalogue.mesh):
        corner = mesh.position_m[mesh.faces].astype(float)
        turned = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
        assert (np.einsum("fc,fc->f", turned, mesh.normal[mesh.faces].mean(1)) > 0).all()


def test_structure_instances_have_one_class_each_and_name_the_fixtures(store):
    mesh = store.structure
    numbers = np.unique(mesh.instance_id)
    assert numbers.min() >= 1
    assert numbers.max() < INSTANCE_PERSON
    fixtures = {fixture.instance_id for fixture in store.layout.fixtures}
    assert fixtures == set(numbers[numbers >= INSTANCE_FIXTURE].tolist())
    in_fixtures = np.unique(mesh.class_id[mesh.instance_id >= INSTANCE_FIXTURE])
    assert in_fixtures.tolist() == [CLASS_ID["fixture"]]
    seen = set(np.unique(mesh.class_id).tolist())
    assert {CLASS_ID[name] for name in ("floor", "wall", "ceiling", "lamp", "door", "sign")} <= seen


def test_fixture_meshes_stay_on_their_footprints(store):
    mesh = store.structure
    for number, fixture in enumerate(store.layout.fixtures):
        mine = mesh.position_m[mesh.instance_id == fixture.instance_id]
        # Price rails stand 15 mm proud of the footprint.
        assert (mine[:, :2].min(0) >= fixture.footprint_m.min(0) - 0.016).all()
        assert (mine[:, :2].max(0) <= fixture.footprint_m.max(0) + 0.016).all()
        # Over an end cap and its goods a header names the promotion, on a desk stands a screen.
        top_m = fixture.height_m + (0.42 if fixture.kind == "counter" else 0.0)
        if fixture.kind == "end_cap":
            slots = store.planogram.fixture == number
            reach_m = store.planogram.world_from_slot[slots, 2, 3] + store.planogram.height_m[slots]
            top_m = max(top_m, reach_m.max() + 0.02) + 0.2
        assert mine[:, 2].max() <= top_m + 1e-4


def test_edges_without_price_rails_lose_rails_and_tags_alone(store):
    """What is left of the structure is there with them, too; no goods and no slots move."""
    bare = make_store(_scenario(store=StoreSpec(price_rails=False)))
    assert np.array_equal(bare.world_from_item, store.world_from_item)
    assert np.array_equal(bare.planogram.world_from_slot, store.planogram.world_from_slot)
    with_rails, without = (
        {tuple(row) for row in np.column_stack([one.position_m, one.normal, one.color]).tolist()}
        for one in (store.structure, bare.structure)
    )
    assert without < with_rails
    paper = [material.name for material in store.materials].index("paper")
    tags = (store.structure.material == paper) & (store.structure.class_id == CLASS_ID["fixture"])
    assert tags.sum() >= 4 * len(store.planogram.count) / 2
    assert not ((bare.structure.material == paper) & (bare.structure.class_id == CLASS_ID["fixture"])).any()


def test_walls_need_not_name_the_sections(store):
    signs = store.structure.class_id == CLASS_ID["sign"]
    bare = make_store(_scenario(store=StoreSpec(section_signs=False, signs=0, wall_dressing=0)))
    assert signs.any()
    assert not (bare.structure.class_id == CLASS_ID["sign"]).any()


def test_shelving_has_the_paint_that_is_asked_for():
    """Cream is warmer than grey, and black the darkest; another paint moves nothing."""
    paints = ("cream", "grey", "black")
    shops = [make_store(_scenario(store=StoreSpec(shelving=paint, price_rails=False))) for paint in paints]
    tones = []
    for shop in shops:
        mesh = shop.structure
        mine = [fixture.instance_id for fixture in shop.layout.fixtures if fixture.kind == "wall_shelf"]
        sheets = np.isin(mesh.instance_id, mine) & (mesh.material == MATERIAL["coated steel"])
        tones.append(np.median(mesh.color[sheets], axis=0))
        assert np.array_equal(mesh.position_m, shops[0].structure.position_m)
    cream, grey, black = tones
    assert cream[0] > cream[2] + 15
    assert np.ptp(grey) < 15
    assert black.max() < grey.min()


def test_the_room_is_closed_as_seen_from_inside(store):
    width, depth, height = store.layout.size_m
    mesh = store.structure
    corner = mesh.position_m[mesh.faces].astype(float)
    area = np.linalg.norm(np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]), axis=1) / 2
    kind = mesh.class_id[mesh.faces[:, 0]]
    floor = mesh.instance_id[mesh.faces[:, 0]] == INSTANCE_STRUCTURE  # mats lie on it
    assert set(kind[floor]) == {CLASS_ID["floor"]}
    assert area[floor].sum() == pytest.approx(width * depth, rel=1e-6)
    assert area[kind == CLASS_ID["ceiling"]].sum() == pytest.approx(width * depth, rel=1e-6)
    normal = mesh.normal[mesh.faces[:, 0]]
    surface = (kind == CLASS_ID["wall"]) & (mesh.layer[mesh.faces[:, 0]] == 1)
    for axis, extent in ((0, depth), (1, width)):
        facing = surface & (abs(normal[:, axis]) > 0.9)
        center = corner.mean(1)[facing]
        inward = np.sign(store.layout.size_m[axis] / 2 - center[:, axis])
        assert (np.sign(normal[facing][:, axis]) == inward).all()
        back = facing & (normal[:, axis] < 0)
        assert area[back].sum() == pytest.approx(extent * height, rel=1e-6)


def test_lamps_glow_by_materials_of_their_own(store):
    mesh = store.structure
    numbers = [lamp.material for lamp in store.lamps]
    assert len(set(numbers)) == len(numbers)
    for lamp in store.lamps:
        face = np.flatnonzero(mesh.material == lamp.material)
        assert np.allclose(mesh.position_m[face].mean(0), lamp.position_m, atol=1e-3)
        assert np.allclose(mesh.normal[face], [0, 0, -1])
        assert store.materials[lamp.material].emissive > 1
        assert not any((pack.material == lamp.material).any() for pack in store.catalogue.mesh)


def test_index_and_seed_draw_different_stores(store):
    assert make_store(replace(_scenario(), index=1)).store_id != store.store_id


def test_what_is_round_has_its_finer_mesh_within_reach_of_a_camera_and_nothing_else_has(store):
    fruit, rounded = (
        np.array([package in some for package in store.catalogue.package])[store.item_product]
        for some in (("fruit",), ROUND_PACKAGES)
    )
    assert fruit.any()
    first = store.world_from_item[np.flatnonzero(fruit)[0], :3, 3]
    pose = np.eye(4)
    pose[:3, 3] = first + [0.0, 0.0, 0.4]
    beside = replace(store, cameras=(replace(store.cameras[0], world_from_cam=pose),))
    items = np.arange(len(fruit))
    faces = np.zeros(len(items), int)
    for mesh, rows in beside.group_by_mesh(items):
        faces[rows] = len(mesh.faces)
    assert (faces > 0).all()
    across_m = store.catalogue.size_m[store.item_product, :2].min(axis=1)
    reach_m = NEAR_M * np.where(fruit, np.maximum(across_m / 0.08, 1.0), 1.0)  # of a melon from further away
    near = np.linalg.norm(store.world_from_item[:, :3, 3] - pose[:3, 3], axis=1) < reach_m
    coarse = np.array([len(mesh.faces) for mesh in store.catalogue.mesh])[store.item_product]
    assert (near & fruit).any()
    assert (near & rounded & ~fruit).any()
    assert np.array_equal(faces > coarse, near & rounded)
