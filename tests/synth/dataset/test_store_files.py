"""The files of a store, read back as a stranger would."""

import errno
import hashlib
import json
import xml.etree.ElementTree as ET

import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely
from PIL import Image
from shapely.geometry import Polygon

from scenes.config.loader import load_config
from scenes.errors import StorageError
from scenes.plan.props import PROP_KINDS
from scenes.sampling import sample_scenario
from scenes.scenario import CatalogueSpec, Scenario, StoreSpec
from scenes.store import make_store
from scenes.world import CLASS_ID
from synth.dataset.floor_plan import describe_floor_plan
from synth.dataset.floor_plan_svg import make_floor_plan_svg
from synth.dataset.store_files import write_store
from synth.schema import CATALOGUE, PLANOGRAM, table_problems


@pytest.fixture(scope="module")
def store():
    return make_store(
        Scenario(
            name="files",
            seed=4,
            index=0,
            store=StoreSpec(width_m=7.0, depth_m=6.5),
            catalogue=CatalogueSpec(skus=24, look_alike_pairs=2, weight_twin_pairs=2),
        )
    )


@pytest.fixture(scope="module")
def folder(store, tmp_path_factory):
    path = tmp_path_factory.mktemp("store")
    write_store(store, path)
    return path


def _digests(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_files_and_bytes_repeat(store, folder, tmp_path):
    write_store(store, tmp_path)
    first = _digests(folder)
    assert first == _digests(tmp_path)
    expected = {"floor_plan.json", "floor_plan.svg", "cameras.json", "cameras_calibrated.json"}
    expected |= {"planogram.parquet", "catalogue.parquet"}
    assert set(first) == expected | {f"catalogue/{sku}.png" for sku in store.catalogue.sku}


def test_tables_keep_their_schema_and_values(store, folder):
    planogram = pq.read_table(folder / "planogram.parquet")
    catalogue = pq.read_table(folder / "catalogue.parquet")
    assert table_problems(planogram, PLANOGRAM) == []
    assert table_problems(catalogue, CATALOGUE) == []
    rows = planogram.to_pylist()
    for slot in (0, len(rows) // 2, len(rows) - 1):
        row = rows[slot]
        items = np.flatnonzero(store.item_slot == slot)
        assert row["count"] == len(items)
        assert len(items) == 0 or row["first_item_id"] == items[0]
        assert row["item_skus"] == [store.catalogue.sku[product] for product in store.item_product[items]]
        assert row["sku"] == store.catalogue.sku[row["product"]]
        assert np.reshape(row["world_from_slot"], (4, 4)) == pytest.approx(
            store.planogram.world_from_slot[slot]
        )
        assert tuple(row["plates"]) == store.planogram.slot_plates[slot]
    goods = {row["sku"]: row for row in catalogue.to_pylist()}
    assert sum(row["popularity"] for row in goods.values()) == pytest.approx(1)
    twins = [row for row in goods.values() if row["weight_twin"]]
    assert len(twins) == 4
    for row in twins:
        assert goods[row["weight_twin"]]["mass_kg"] == pytest.approx(row["mass_kg"], rel=0.005)


def test_planogram_tells_what_stands_lies_hangs_and_is_stacked(tmp_path):
    spec = StoreSpec(width_m=8.0, depth_m=8.0, stacked=1.0, chests=0.3, pegs=0.3, untidy=0.0, misplaced=0.0)
    store = make_store(Scenario(name="files", seed=4, index=0, store=spec, catalogue=CatalogueSpec(skus=60)))
    write_store(store, tmp_path)
    rows = pq.read_table(tmp_path / "planogram.parquet").to_pylist()
    assert {row["placement"] for row in rows} - {"heaped"} == {"standing", "lying", "hanging"}
    stacks = 0
    for slot, row in enumerate(rows):
        poses = store.world_from_item[store.item_slot == slot]
        upright = poses[:, 2, 2] > 0.9
        assert upright.all() if row["placement"] != "lying" else not upright.any()
        if row["placement"] == "standing" and len(poses):
            levels = len(np.unique(np.round(poses[:, 2, 3], 3)))
            assert levels <= row["layers"]
            stacks += levels > 1
        elif row["placement"] == "heaped":
            assert store.catalogue.package[row["product"]] == "fruit"
            assert row["layers"] in (2, 3)
        else:
            assert row["layers"] == 1 or not len(poses)
    assert stacks >= 5


def test_cameras_json_projects_as_it_says(store, folder):
    cameras = json.loads((folder / "cameras.json").read_text())
    assert [camera["camera_id"] for camera in cameras] == ["cam0", "cam1", "cam2"]
    for entry, camera in zip(cameras, store.cameras, strict=True):
        world_from_cam = np.array(entry["world_from_cam"])
        assert world_from_cam == pytest.approx(camera.world_from_cam, abs=1e-9)
        p = np.linalg.inv(world_from_cam) @ [*entry["example"]["world_m"], 1.0]
        u, v = (np.array(entry["intrinsics"]) @ p[:3])[:2] / p[2]
        example = entry["example"]
        assert (u, v, p[2]) == pytest.approx((example["u_px"], example["v_px"], example["depth_m"]), abs=1e-3)
        assert "OpenCV" in entry["axes"]


def test_floor_plan_json_tells_the_plan(store, folder):
    plan = json.loads((folder / "floor_plan.json").read_text())
    walkable = Polygon(plan["walkable"]["exterior"], plan["walkable"]["holes"])
    assert walkable.area == pytest.approx(store.layout.walkable.area, abs=1e-3)
    assert plan["size_m"] == pytest.approx([7.0, 6.5, 3.0])
    names = [fixture["name"] for fixture in plan["fixtures"]]
    assert len(set(names)) == len(names) == len(store.layout.fixtures)
    assert [plate["id"] for plate in plan["plates"]] == list(range(len(store.planogram.plate_m)))
    assert {plate["fixture"] for plate in plan["plates"]} <= set(names)
    assert plan["plates"][5]["size_m"] == pytest.approx(store.planogram.plate_size_m[5], abs=1e-6)
    assert len(plan["lamps"]) == len(store.lamps)
    assert plan["units"] == "metres"


def test_floor_plan_json_names_whatever_masks_show_that_is_no_product():
    settings = ("store.format=supermarket", "store.props=1", "store.signs=1", "store.other_windows=none")
    settings += ("store.displays=0.5", "store.width_m=12", "store.depth_m=10")  # room for both
    settings += ("store.wall_dressing=0",)  # sheets on walls are signs too, at the height of the eye
    config = load_config("everyday", settings)
    shop = make_store(sample_scenario(config, seed=1, index=0))
    plan = describe_floor_plan(shop)
    named = {entry["instance_id"]: entry["class"] for entry in plan["instances"]}
    doors = {door.instance_id for door in shop.moving_doors}
    assert set(named) == doors | set(shop.structure.instance_id.tolist())
    assert all(named[number] == "door" for number in doors)
    kinds = {fixture["instance_id"]: fixture["kind"] for fixture in plan["fixtures"]}
    assert {"basket_stack", "plant", "display_stand"} <= set(kinds.values())
    for instance, kind in kinds.items():
        assert (named[instance] == "prop") == (kind in PROP_KINDS), kind
    # By hand: floor, ceiling and the front wall come first (scenes/room.py); signs hang above all heads.
    assert [named[number] for number in (1, 2, 3)] == ["floor", "ceiling", "wall"]
    low_m = {
        number: shop.structure.position_m[shop.structure.instance_id == number, 2].min()
        for number, name in named.items()
        if name == "sign"
    }
    assert len(low_m) > 4
    assert min(low_m.values()) > 1.4
    assert set(named.values()) == {"floor", "ceiling", "wall", "door", "lamp", "sign", "fixture", "prop"}


def is_wall_at(shop, axis, along_m, z_m):
    """Say whether a wall's triangle in the plane x = 0 (axis 0) or y = 0 covers a place in it."""
    mesh = shop.structure
    corners = mesh.position_m[mesh.faces[mesh.class_id[mesh.faces[:, 0]] == CLASS_ID["wall"]]].astype(float)
    flat = corners[(abs(corners[:, :, axis]) < 1e-4).all(1)][:, :, [1 - axis, 2]]
    return bool(shapely.contains_xy(shapely.polygons(flat), along_m, z_m).any())


def test_floor_plan_tells_and_draws_all_glass_in_the_walls():
    """As seen from above, left is x = 0: there, and nowhere else but in the front, is glass."""
    settings = ("store.format=supermarket", "store.other_windows=left", "store.height_m=3.4")
    shop = make_store(sample_scenario(load_config("everyday", settings), seed=2, index=0))
    width_m, _, _ = shop.layout.size_m
    openings = describe_floor_plan(shop)["openings"]
    doors = [one for one in openings if one["kind"] == "door"]
    assert [np.mean(one["ends_m"], axis=0)[0] for one in doors] == pytest.approx(
        [door.point_m[0] for door in shop.layout.doors]
    )
    windows = [one for one in openings if one["kind"] == "window"]
    assert {one["wall"] for one in windows} == {"front", "left"}
    for one in windows:
        (x0, y0), (x1, y1) = one["ends_m"]
        assert x0 == x1 == 0 if one["wall"] == "left" else y0 == y1 == 0
        assert y0 > y1 if one["wall"] == "left" else 0 < x0 < x1 < width_m
        axis = 0 if one["wall"] == "left" else 1
        along_m = np.linspace(*np.array(one["ends_m"])[:, 1 - axis], 9)
        for z_m in np.linspace(one["sill_m"] + 0.01, one["head_m"] - 0.01, 5):
            assert not any(is_wall_at(shop, axis, at_m, z_m) for at_m in along_m[1:-1])
        assert is_wall_at(shop, axis, along_m[4] + 0.003, one["sill_m"] - 0.01)
        assert is_wall_at(shop, axis, along_m[4] + 0.003, one["head_m"] + 0.01)
    root = ET.fromstring(make_floor_plan_svg(shop))
    drawn = [line for line in root.iter() if line.get("class") == "window"]
    assert len(drawn) == len(windows)


def test_floor_plan_svg_names_fixtures_doors_and_cameras(store, folder):
    root = ET.fromstring((folder / "floor_plan.svg").read_text())
    assert root.tag.endswith("svg")
    words = {element.text for element in root.iter() if element.tag.endswith("text")}
    assert {fixture.name for fixture in store.layout.fixtures if fixture.kind != "gate"} <= words
    assert {"cam0", "cam1", "cam2", "entrance and exit", "0 m", "2 m"} <= words


def test_pictures_are_of_the_packs(store, folder):
    for sku, picture in zip(store.catalogue.sku, store.catalogue.picture, strict=True):
        with Image.open(folder / "catalogue" / f"{sku}.png") as image:
            assert np.array_equal(np.asarray(image), picture)


def test_a_full_disk_is_a_storage_error(store, tmp_path, monkeypatch):
    def full(*_args, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(StorageError, match="the disk is full"):
        write_store(store, tmp_path)
