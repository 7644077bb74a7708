"""Planograms: every product has its slots, slots tile their boards, plates lie under their slots."""

import numpy as np
import pytest

from scenes.errors import PlacementError
from scenes.goods.catalogue import make_catalogue
from scenes.plan.boards import HEADROOM_M
from scenes.plan.layout import sample_floor_plan
from scenes.plan.sections import assign_sections
from scenes.randomness import make_rng
from scenes.scenario import CatalogueSpec, StoreSpec
from tests.scenes.goods.shelves import lay_out


def test_each_product_is_on_a_shelf_and_popular_ones_have_more_facings(made):
    plan, goods, planogram, _ = made
    facings = np.bincount(planogram.product, minlength=len(goods.sku))
    assert facings.min() >= 1
    rank = np.argsort(np.argsort(goods.popularity))
    # Cooled and plain shelves are filled apart: what has to be cooled does not compete with the rest.
    cools = np.array([fixture.kind in ("chiller", "fridge") for fixture in plan.layout.fixtures])
    cold = np.bincount(planogram.product, cools[planogram.fixture], len(goods.sku)) > facings / 2
    for group in (cold, ~cold):
        assert np.corrcoef(rank[group], facings[group])[0, 1] > 0.35
    assert facings.max() < 0.1 * facings.sum()


def test_brands_stand_in_blocks_over_several_boards():
    """Over a pack, on the next board, stands far more often one of its brand than elsewhere on that board."""
    over, elsewhere = np.array([_share_own_brand_above(*lay_out(seed)[1:]) for seed in range(12)]).T
    assert over.min() > 0.25
    assert over.mean() > 0.4
    assert (over > 1.5 * elsewhere).all()
    assert over.mean() > 1.5 * elsewhere.mean()


def _share_own_brand_above(goods, planogram):
    """Of packs with a board above: how many have their brand over them, and elsewhere on that board."""
    brand = np.array(goods.brand)[planogram.product]
    place, into = planogram.world_from_slot[:, :2, 3], planogram.world_from_slot[:, :2, 1]
    found = []
    for slot in range(len(brand)):
        above = (planogram.fixture == planogram.fixture[slot]) & (into @ into[slot] > 0.9)
        above = np.flatnonzero(above & (planogram.shelf == planogram.shelf[slot] + 1))
        if len(above):
            nearest = above[np.argmin(np.linalg.norm(place[above] - place[slot], axis=1))]
            found.append((brand[nearest] == brand[slot], (brand[above] == brand[slot]).mean()))
    return np.mean(found, axis=0)


def test_slots_tile_their_boards_without_overlap(made):
    plan, _, planogram, _ = made
    runs = {}
    for run in plan.runs:
        runs.setdefault(run.fixture, []).append(run)
    for s in range(len(planogram.count)):
        candidates = [
            np.linalg.inv(run.world_from_run) @ planogram.world_from_slot[s]
            for run in runs[planogram.fixture[s]]
        ]
        local = next(
            pose
            for pose in candidates
            if np.allclose(pose[:3, :3], np.eye(3), atol=1e-9) and abs(pose[1, 3]) < 1e-6
        )
        run = runs[planogram.fixture[s]][[pose is local for pose in candidates].index(True)]
        assert local[0, 3] - planogram.width_m[s] / 2 >= -1e-6
        assert local[0, 3] + planogram.width_m[s] / 2 <= run.length_m + 1e-6
        assert local[2, 3] == pytest.approx(run.board_z_m[planogram.shelf[s]])


def test_plates_cover_whole_boards_evenly(made):
    plan, _, planogram, _ = made
    total = sum(run.length_m * len(run.board_z_m) for run in plan.runs)
    assert planogram.plate_size_m[:, 0].sum() == pytest.approx(total)
    assert (abs(planogram.plate_size_m[:, 0] - 0.1) < 0.012).all()
    assert np.allclose(planogram.plate_size_m[:, 1], 0.41)


def test_slot_plates_are_those_that_overlap(made):
    """Against a brute-force overlap of intervals in the plates' own frames."""
    _, _, planogram, _ = made
    for s in range(0, len(planogram.count), 7):
        local = np.linalg.inv(planogram.world_from_slot[s]) @ planogram.plate_m
        beside = (
            (abs(local[:, 1, 3]) < 1e-6)
            & (abs(local[:, 2, 3]) < 1e-6)
            & (planogram.plate_fixture == planogram.fixture[s])
            & (local[:, 0, 0] > 0.99)
        )
        gap = abs(local[:, 0, 3]) - (planogram.plate_size_m[:, 0] + planogram.width_m[s]) / 2
        assert tuple(np.flatnonzero(beside & (gap < -1e-6))) == planogram.slot_plates[s]


def test_facings_count_from_zero_within_a_block(made):
    planogram = made[2]
    starts = np.flatnonzero(planogram.facing == 0)
    assert starts[0] == 0
    for first, last in zip(starts, np.append(starts[1:], len(planogram.facing)), strict=True):
        assert planogram.facing[first:last].tolist() == list(range(last - first))
        assert len(set(planogram.product[first:last].tolist())) == 1
        assert last - first <= 6


def test_wide_plates_hold_several_slots():
    planogram = lay_out(plate_width_m=1.2)[2]
    assert planogram.plate_size_m[:, 0].max() > 0.6
    assert max(len(plates) for plates in planogram.slot_plates) <= 2


def test_more_products_than_boards_can_hold_says_what_to_change():
    small = StoreSpec(format="kiosk", width_m=4, depth_m=4, wall_shelf_height_m=1.0, shelf_depth_m=0.25)
    with pytest.raises(PlacementError, match="finds no place on .* boards") as caught:
        lay_out(store=small, catalogue=CatalogueSpec(skus=400))
    for way_out in ("catalogue.skus", "store.wall_shelves", "store.shelf_depth_m"):
        assert way_out in str(caught.value)


def test_boards_stand_as_close_as_the_goods_allow_and_the_lowest_compartment_takes_the_tallest(made):
    plan, goods, planogram, seed = made
    _, _, sections = make_catalogue(
        CatalogueSpec(), store_format=StoreSpec().format, first_layer=0, rng=make_rng(seed, 0, "catalogue")
    )
    unfitted = sample_floor_plan(StoreSpec(), trips=6, rng=make_rng(seed, 0, "layout"))
    home = assign_sections(unfitted, goods, sections, rng=make_rng(seed, 0, "sections"))
    for run, mine in zip(plan.runs, home, strict=True):
        step = np.diff(run.board_z_m)
        assert step.min() > 0.15
        assert run.board_z_m[-1] <= 1.46
        assert run.clear_m[0] >= goods.size_m[mine, 2].max() + HEADROOM_M - 1e-9
        assert np.allclose(run.clear_m[:-1], np.minimum(step - 0.025, 0.42), atol=2e-4)
    before = lay_out(seed, fitted=False)[2]
    assert len(planogram.count) > len(before.count)
    assert _air_m(goods, planogram).min() >= HEADROOM_M - 1e-9
    assert np.median(_air_m(goods, planogram)) < np.median(_air_m(goods, before)) - 0.01
    filled = [_find_filled(goods, slots) for slots in (planogram, before)]
    assert np.median(filled[0]) > np.median(filled[1]) + 0.1


def _find_filled(goods, planogram):
    """Height of the goods of each slot over the height that the slot offers."""
    return goods.size_m[planogram.product, 2] / planogram.height_m


def _air_m(goods, planogram):
    """Height of the air over the packs of each slot but those at the bottom."""
    return (planogram.height_m - goods.size_m[planogram.product, 2])[planogram.shelf > 0]
