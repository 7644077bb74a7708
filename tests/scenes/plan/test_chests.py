"""Chest freezers: only where asked, full of what is frozen, all of it inside their wells and over plates."""

import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.plan.chests import CHEST_FLOOR_M, CHEST_INSET_M, CHEST_LOAD_M, CHEST_RIM_M, CHEST_TOP_M
from scenes.plan.layout import sample_floor_plan
from scenes.randomness import make_rng
from scenes.sampling import sample_scenario
from scenes.scenario import StoreSpec
from scenes.store import make_store

CLEAR_M = 1e-3
END_M = 0.03
FROZEN_SKU = re.compile(r"\d+-(pizza-(?!slice)|garden-peas|chips|fish-fingers|berries|ice-lollies|gelato)")


@pytest.fixture(scope="module", params=["supermarket", "micro_market"])
def shop(request):
    settings = (
        f"store.format={request.param}", "store.chests=0.4", "store.freezers=0.1", "store.misplaced=0.1",
        "store.untidy=0.3", "shoppers.count=2",
    )  # fmt: skip
    return make_store(sample_scenario(load_config("everyday", settings), seed=11, index=0))


def compute_corners_m(store, items):
    size = store.catalogue.size_m[store.item_product[items]]
    unit = np.array([[x, y, z, 0.0] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (0.0, 1.0)])
    local = unit * np.append(size, np.ones((len(size), 1)), axis=1)[:, None]
    local[..., 3] = 1.0
    return np.einsum("iab,icb->ica", store.world_from_item[items], local)[..., :3]


def list_chests(store):
    return [(k, one) for k, one in enumerate(store.layout.fixtures) if one.kind == "chest"]


def test_all_goods_in_chests_are_inside_their_wells(shop):
    found = 0
    for number, chest in list_chests(shop):
        items = np.flatnonzero(shop.planogram.fixture[shop.item_slot] == number)
        corners = compute_corners_m(shop, items)
        found += len(items)
        assert corners[..., 2].min() >= CHEST_FLOOR_M - CLEAR_M
        assert corners[..., 2].max() < CHEST_TOP_M == chest.height_m
        for slot in np.unique(shop.item_slot[items]):
            pose = shop.planogram.world_from_slot[slot]
            mine = corners[shop.item_slot[items] == slot].reshape(-1, 3)
            along = (mine - pose[:3, 3]) @ pose[:3, :3]
            assert along[:, 1].min() > CHEST_RIM_M - CHEST_INSET_M
            assert along[:, 1].max() < shop.planogram.depth_m[slot] + CLEAR_M
        low, high = chest.footprint_m.min(axis=0) + END_M, chest.footprint_m.max(axis=0) - END_M
        assert (corners[..., :2] > low).all()
        assert (corners[..., :2] < high).all()
    assert found > 15


def test_goods_reach_to_a_hands_breadth_below_the_rim_and_lie_on_floors_that_are_raised_for_them(shop):
    mesh, found = shop.structure, 0
    corners = mesh.position_m[mesh.faces].astype(float)
    level = np.ptp(corners[..., 2], axis=1) < 1e-5
    for number, chest in list_chests(shop):
        of_chest = level & (mesh.instance_id[mesh.faces[:, 0]] == chest.instance_id)
        top_z_m = np.unique(corners[of_chest, 0, 2].round(4))
        for item in np.flatnonzero(shop.planogram.fixture[shop.item_slot] == number):
            if shop.item_product[item] != shop.planogram.product[shop.item_slot[item]]:
                continue  # a stranger is smaller
            low_m, high_m = compute_corners_m(shop, [item])[0, :, 2].take([0, -1])
            low_m, high_m = min(low_m, high_m), max(low_m, high_m)
            assert high_m == pytest.approx(CHEST_LOAD_M, abs=1e-6)
            assert abs(top_z_m - low_m).min() < 2e-4
            found += 1
    assert found > 15


def test_no_wall_of_an_island_stands_where_goods_lie():
    """Its two sides share one rim down the middle, half of it each."""
    settings = ("store.format=supermarket", "store.chests=0.9", "store.width_m=12", "shoppers.count=0")
    shop = make_store(sample_scenario(load_config("everyday", settings), seed=11, index=0))
    mesh, plan = shop.structure, shop.planogram
    corners = mesh.position_m[mesh.faces].astype(float)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normal, axis=1)
    islands = 0
    for number, chest in list_chests(shop):
        mine = (length > 0.02) & (mesh.instance_id[mesh.faces[:, 0]] == chest.instance_id)
        slots = np.flatnonzero(plan.fixture == number)
        sides = {tuple(plan.world_from_slot[slot, :2, 1].round().tolist()): slot for slot in slots}
        islands += len(sides) == 2
        for slot in sides.values():
            pose = plan.world_from_slot[slot]
            upright = mine & (abs(normal @ pose[:3, 1]) > 0.9 * length)
            _, y_m, z_m = ((corners[upright].mean(axis=1) - pose[:3, 3]) @ pose[:3, :3]).T
            among = (y_m > CLEAR_M) & (y_m < plan.depth_m[slot] - 0.01) & (z_m > 0) & (z_m < 0.15)
            assert upright.sum() > 10
            assert not among.any()
    assert islands


def test_flat_packs_lie_with_their_labels_up_and_tubs_stand(shop):
    plan, catalogue = shop.planogram, shop.catalogue
    chests = [number for number, _ in list_chests(shop)]
    in_chests = np.flatnonzero(np.isin(plan.fixture, chests))
    assert set(plan.lying) < set(in_chests.tolist())
    for slot in in_chests:
        items = np.flatnonzero(shop.item_slot == slot)
        flat = catalogue.package[plan.product[slot]] in ("box", "bag", "pouch")
        assert (slot in plan.lying) == flat
        label_z = -shop.world_from_item[items][:, 2, 1]  # labels face -Y of their packs
        assert (
            np.allclose(label_z, 1.0 if flat else 0.0, atol=1e-9)
            or shop.item_product[items[0]] != plan.product[slot]
        )


def test_what_is_frozen_is_in_freezers_and_chests_and_nothing_else_belongs_there(shop):
    kinds = np.array([shop.layout.fixtures[k].kind for k in shop.planogram.fixture])
    frozen = np.array([FROZEN_SKU.match(sku) is not None for sku in shop.catalogue.sku])
    assert np.array_equal(frozen[shop.planogram.product], np.isin(kinds, ("freezer", "chest")))
    assert {"freezer", "chest"} <= set(kinds)


def test_chests_are_kept_fuller_than_shelves_and_nothing_in_them_is_sold_out():
    settings = (
        "store.format=supermarket", "store.chests=0.9", "store.fill=0.6", "store.sold_out=0.6",
        "store.width_m=12", "shoppers.count=0",
    )  # fmt: skip
    shop = make_store(sample_scenario(load_config("everyday", settings), seed=22, index=0))
    plan = shop.planogram
    chest = np.isin(plan.fixture, [number for number, _ in list_chests(shop)])
    empty = plan.count == 0
    assert empty[chest].mean() < 0.2 < 0.4 < empty[~chest].mean()
    blocks = np.split(np.arange(len(empty)), np.flatnonzero(np.diff(plan.product)) + 1)
    wide = [slots for slots in blocks if chest[slots].all() and len(slots) >= 4]
    assert len(wide) > 5
    assert not any(empty[slots].all() for slots in wide)


def test_every_plate_of_a_chest_is_at_the_bottom_of_its_well(shop):
    plan = shop.planogram
    for number, chest in list_chests(shop):
        mine = plan.plate_fixture == number
        assert mine.any()
        assert np.allclose(plan.plate_m[mine, 2, 3], CHEST_FLOOR_M)
        low, high = chest.footprint_m.min(axis=0), chest.footprint_m.max(axis=0)
        assert ((plan.plate_m[mine, :2, 3] > low) & (plan.plate_m[mine, :2, 3] < high)).all()


def test_rows_beside_chests_are_no_thicker_than_elsewhere():
    thick_m = {"gondola": set(), "table": set(), "chest": set()}
    for store_format in ("convenience", "grab_and_go"):
        for seed in range(4):
            spec = StoreSpec(format=store_format, width_m=12, depth_m=11, chests=0.3)
            plan = sample_floor_plan(spec, trips=6, rng=make_rng(seed, 0, "layout"))
            sides = Counter(run.fixture for run in plan.runs)
            for run in plan.runs:
                fixture = plan.layout.fixtures[run.fixture]
                if fixture.kind in thick_m and sides[run.fixture] == 2:
                    across = np.ptp(fixture.footprint_m @ run.world_from_run[:2, 1])
                    thick_m[fixture.kind].add(round(float(across), 3))
    assert thick_m == {"gondola": {0.86}, "table": {0.86}, "chest": {1.07}}


def test_there_are_as_many_as_asked_and_none_where_none_are():
    for store_format in ("convenience", "supermarket", "grab_and_go"):
        for seed in range(3):
            spec = StoreSpec(format=store_format, width_m=12, depth_m=11)
            plans = [
                sample_floor_plan(replace(spec, chests=share), trips=6, rng=make_rng(seed, 0, "layout"))
                for share in (0.0, 0.15, 0.6)
            ]
            length_m = [
                sum(run.length_m for run in plan.runs if plan.layout.fixtures[run.fixture].kind == "chest")
                for plan in plans
            ]
            assert length_m[0] == 0 < length_m[1] < length_m[2]
