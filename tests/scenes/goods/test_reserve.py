"""Reserve stock over people's reach: which boards hold it, of what it is, and where it stops."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.cameras import placement
from scenes.config.loader import load_config
from scenes.furniture.fixtures import sample_fixture_style
from scenes.furniture.parts import RunShape, make_boards
from scenes.furniture.price_tags import make_tags
from scenes.geometry import Finish
from scenes.goods.reserve import add_reserve
from scenes.goods.stacks import MAX_LANE
from scenes.plan.layout import HIGHEST_BOARD_M, sample_floor_plan
from scenes.randomness import make_rng
from scenes.sampling import sample_scenario
from scenes.scenario import StoreSpec
from scenes.store import make_store
from scenes.world import HIGHEST_CENTER_M
from tests.scenes.goods.shelves import lay_out

TALL = {"wall_shelf_height_m": 2.5, "height_m": 3.2}
SEEDS = range(4)


def stock_tall(seed, fill=1.0, **values):
    plan, goods, reached = lay_out(seed, store=StoreSpec(**(TALL | values)))
    rng = make_rng(seed, 0, "reserve")
    sections = ("Snacks",) * len(goods.sku)
    return plan, goods, reached, add_reserve(reached, plan, goods, sections, fill=fill, rng=rng)


def find_runs(plan, planogram):
    """Of each slot of wall shelving, the run of its fixture; these have one."""
    of = {run.fixture: run for run in plan.runs if plan.layout.fixtures[run.fixture].kind == "wall_shelf"}
    return {slot: of[f] for slot, f in enumerate(planogram.fixture.tolist()) if f in of}


def along_m(run, planogram, slot):
    return float((np.linalg.inv(run.world_from_run) @ planogram.world_from_slot[slot, :, 3])[0])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("height_m", [2.1, 2.35, 2.6])
def test_tall_shelving_has_boards_up_to_its_top_and_is_as_before_where_people_reach(seed, height_m):
    usual = lay_out(seed, store=StoreSpec(height_m=3.2))[0]
    plan = lay_out(seed, store=StoreSpec(height_m=3.2, wall_shelf_height_m=height_m))[0]
    grown = 0
    for run, before in zip(plan.runs, usual.runs, strict=True):
        over = run.board_z_m > HIGHEST_BOARD_M
        assert np.array_equal(run.board_z_m[~over], before.board_z_m)
        assert (run.board_z_m[over] >= HIGHEST_CENTER_M).all()
        is_wall = plan.layout.fixtures[run.fixture].kind == "wall_shelf"
        assert over.any() == is_wall
        if is_wall:
            grown += 1
            tops_m = run.board_z_m + run.clear_m
            assert (tops_m[:-1] <= run.board_z_m[1:] - 0.025 + 1e-9).all()
            assert tops_m[-1] == pytest.approx(height_m)
            assert (run.clear_m[over] >= 0.28 - 0.025 - 1e-9).all()
    assert grown


@pytest.mark.parametrize("height_m", [1.0, 1.7, 1.9])
def test_shelving_that_ends_where_reach_does_has_none(height_m):
    plan, _, reached, planogram = stock_tall(0, wall_shelf_height_m=height_m)
    assert planogram is reached
    assert not planogram.is_reserve().any()
    assert max(run.board_z_m.max() for run in plan.runs) <= HIGHEST_BOARD_M


@pytest.mark.parametrize("seed", SEEDS)
def test_reserve_is_of_what_stands_below_and_all_of_that_is_within_reach(seed):
    plan, goods, reached, planogram = stock_tall(seed)
    runs, reserve = find_runs(plan, planogram), planogram.is_reserve()
    assert reserve.sum() > 20
    assert set(planogram.product[~reserve]) == set(range(len(goods.sku)))
    assert np.array_equal(planogram.product[~reserve], reached.product)
    for slot in np.flatnonzero(reserve):
        run, half_m = runs[slot], planogram.width_m[slot] / 2
        below = np.flatnonzero(
            (planogram.fixture == planogram.fixture[slot])
            & ~reserve
            & (planogram.product == planogram.product[slot])
        )
        away_m = [
            abs(along_m(run, planogram, slot) - along_m(run, planogram, other)) for other in below.tolist()
        ]
        assert min(away_m) <= 0.25 + 1e-9
        assert half_m - 1e-9 <= along_m(run, planogram, slot) <= run.length_m - half_m + 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_slots_over_reach_stand_beside_each_other_without_plates_or_tags(seed):
    plan, _, reached, planogram = stock_tall(seed)
    reserve = planogram.is_reserve()
    assert all(bool(plates) != over for plates, over in zip(planogram.slot_plates, reserve, strict=True))
    assert len(planogram.plate_m) == len(reached.plate_m)
    assert (planogram.plate_m[:, 2, 3] < HIGHEST_CENTER_M).all()
    runs = find_runs(plan, planogram)
    for fixture, shelf in set(zip(planogram.fixture[reserve], planogram.shelf[reserve], strict=True)):
        slots = np.flatnonzero((planogram.fixture == fixture) & (planogram.shelf == shelf))
        middle_m = np.array([along_m(runs[slot], planogram, slot) for slot in slots])
        half_m = planogram.width_m[slots] / 2
        assert (np.diff(middle_m) >= half_m[1:] + half_m[:-1] - 1e-9).all()
    instance_id = np.arange(len(plan.layout.fixtures))
    tags = make_tags(planogram, instance_id, np.zeros((len(reserve), 2)), first_layer=0)
    assert tags.position_m[:, 2].max() < HIGHEST_CENTER_M


def test_reserve_is_filled_as_the_shop_is():
    *_, full = stock_tall(1, fill=1.0)
    *_, empty = stock_tall(1, fill=0.0)
    assert (full.count[full.is_reserve()] > 0).all()
    assert not empty.count[empty.is_reserve()].any()
    assert not full.count_on_sale()[full.is_reserve()].any()
    assert np.array_equal(full.count_on_sale()[~full.is_reserve()], full.count[~full.is_reserve()])


def test_reserve_of_a_shop_whose_tables_are_full_to_their_backs_has_lanes_as_usual():
    settings = (
        "store.format=micro_market",
        "store.fill=1",
        "store.wall_shelf_height_m=2.5",
        "store.height_m=3",
    )
    shop = make_store(sample_scenario(load_config("everyday", settings), seed=4, index=0))
    plan = shop.planogram
    reserve = np.flatnonzero(plan.is_reserve())
    assert plan.deep
    assert plan.facing[list(plan.deep)].max() < 3
    assert len(reserve)
    assert not plan.is_reserve()[list(plan.deep)].any()
    assert (plan.count[reserve] <= MAX_LANE * plan.most_layers()[reserve]).all()


@pytest.fixture(scope="module")
def shop():
    settings = ("store.wall_shelf_height_m=2.5", "store.height_m=3", "store.untidy=1", "store.misplaced=1")
    return make_store(sample_scenario(load_config("everyday", settings), seed=4, index=0))


def test_items_over_reach_stand_tidily_under_the_top_of_their_shelving(shop):
    plan = shop.planogram
    items = np.flatnonzero(plan.is_reserve()[shop.item_slot])
    assert len(items) > 100
    assert np.array_equal(shop.item_product[items], plan.product[shop.item_slot[items]])
    pose = shop.world_from_item[items]
    assert np.allclose(pose[:, 2, 2], 1.0)
    top_m = pose[:, 2, 3] + shop.catalogue.size_m[shop.item_product[items], 2]
    assert (pose[:, 2, 3] >= HIGHEST_CENTER_M).all()
    fixture_m = np.array([fixture.height_m for fixture in shop.layout.fixtures])
    assert (top_m <= fixture_m[plan.fixture[shop.item_slot[items]]] + 1e-9).all()
    assert {shop.layout.fixtures[f].kind for f in plan.fixture[plan.is_reserve()]} == {"wall_shelf"}


def test_shelving_ends_under_the_ceiling():
    spec = StoreSpec(height_m=2.4, wall_shelf_height_m=2.6)
    plan = sample_floor_plan(spec, trips=6, rng=make_rng(0, 0, "layout"))
    height_m = {fixture.kind: fixture.height_m for fixture in plan.layout.fixtures}
    assert height_m["wall_shelf"] == pytest.approx(2.1)


@pytest.mark.parametrize("section", ["Hot", "Dairy", "Frozen"])
def test_hot_food_and_what_is_kept_cold_have_no_reserve_over_them(section):
    plan, goods, reached = lay_out(0, store=StoreSpec(**TALL, freezers=0.1))
    over = stock_tall(0, freezers=0.1)[-1]
    often = np.bincount(over.product[over.is_reserve()]).argmax()
    sections = tuple(section if product == often else "Snacks" for product in range(len(goods.sku)))
    rng = make_rng(0, 0, "reserve")
    other = add_reserve(reached, plan, goods, sections, fill=1.0, rng=rng)
    assert other.is_reserve().any()
    assert often not in other.product[other.is_reserve()]


def test_rails_hang_and_cameras_look_only_where_people_reach():
    shape = RunShape(2.0, 0.41, 0.0, 0.5, 2.5, np.array([0.2, 1.0, 1.4, 1.66, 2.1]), 0.03, 0.0)
    style = replace(sample_fixture_style(steel_layer=4, rng=make_rng(0, 0, "style")), price_rails=True)
    at_m = make_boards(shape, style, Finish((90, 90, 90))).position_m
    assert at_m[:, 2].max() == pytest.approx(2.1)
    assert at_m[at_m[:, 1] < -1e-6, 2].max() == pytest.approx(1.4, abs=0.003)
    hands = [
        placement._list_hands(lay_out(0, store=StoreSpec(height_m=3.2, wall_shelf_height_m=height_m))[0])
        for height_m in (1.9, 2.5)
    ]
    assert np.array_equal(hands[0][0], hands[1][0])


def test_peg_walls_end_where_hooks_do():
    plan = sample_floor_plan(StoreSpec(pegs=0.5, **TALL), trips=6, rng=make_rng(0, 0, "layout"))
    height_m = {fixture.kind: fixture.height_m for fixture in plan.layout.fixtures}
    assert height_m["peg_wall"] == 2.0
    assert height_m["wall_shelf"] == 2.5
