"""Freezers: as many as asked, all behind doors; only frozen goods in them, and hot food in hot counters."""

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.goods.assortment import list_families
from scenes.goods.catalogue import make_catalogue
from scenes.plan.layout import sample_floor_plan
from scenes.plan.sections import COLD as COLD_GOODS
from scenes.plan.sections import assign_sections, find_unsuited
from scenes.randomness import make_rng
from scenes.sampling import sample_scenario
from scenes.scenario import STORE_FORMATS, CatalogueSpec, StoreSpec
from scenes.store import make_store
from scenes.world import INSTANCE_CASE_DOOR

COLD = ("chiller", "fridge", "freezer")


@pytest.fixture(scope="module", params=STORE_FORMATS)
def shop(request):
    config = load_config("everyday", (f"store.format={request.param}", "store.freezers=0.2"))
    return make_store(sample_scenario(config, seed=2, index=0))


def kinds_of_slots(store):
    return np.array([store.layout.fixtures[k].kind for k in store.planogram.fixture])


def sections_of_products(store):
    """The section of each product, by the family that its SKU names."""
    every = list_families(frozen=True, hung=True, hot=True)
    section = {re.sub("[^a-z]+", "-", family.name.lower()): family.section for family in every}
    named = sorted(section, key=len, reverse=True)
    return [
        section[next(name for name in named if sku.split("-", 1)[1].startswith(name))]
        for sku in store.catalogue.sku
    ]


def test_all_goods_stand_where_they_are_as_cold_or_hot_as_they_should_be(shop):
    sections, kinds = sections_of_products(shop), kinds_of_slots(shop)
    held = {kind: {sections[k] for k in shop.planogram.product[kinds == kind]} for kind in set(kinds)}
    assert held.pop("freezer") == {"Frozen"}
    assert (kinds == "freezer").sum() > 5
    assert len(set(shop.planogram.product[kinds == "freezer"])) >= 3
    assert held.pop("hot_counter", {"Hot"}) == {"Hot"}
    assert ("Hot" in sections) == ("hot_counter" in kinds)
    cold = [held.pop(kind) for kind in ("chiller", "fridge") if kind in held]
    assert all(one & {"Dairy", "Fresh"} and one <= {"Dairy", "Fresh", "Drinks"} for one in cold)
    assert not set().union(*cold, *held.values()) & {"Frozen", "Hot"}
    assert not (cold and set().union(*held.values()) & {"Dairy", "Fresh"})


def test_what_needs_no_cooling_stands_cooled_only_where_little_else_is_sold():
    plan = sample_floor_plan(StoreSpec(width_m=9, depth_m=8), trips=6, rng=make_rng(0, 0, "layout"))
    cools = np.array([plan.layout.fixtures[run.fixture].kind in ("chiller", "fridge") for run in plan.runs])
    assert 0 < cools.sum() < len(cools)
    goods = ("Groceries", "Drinks", "Household")
    assert np.array_equal(find_unsuited(plan, goods), np.outer(cools, [True, False, True]))
    assert not find_unsuited(plan, ("Groceries", "Household")).any()
    assert not find_unsuited(plan, ("Drinks", *["Groceries"] * 19)).any()


def test_shops_with_much_cooling_sell_much_that_is_cooled():
    for seed in range(4):
        none, few, many = (
            make_catalogue(
                CatalogueSpec(skus=80),
                store_format="grab_and_go",
                cooled=cooled,
                first_layer=0,
                rng=make_rng(seed, 0, "catalogue"),
            )[2]
            for cooled in (0.0, 0.1, 0.5)
        )
        assert few == none
        share, most = (np.isin(sections, COLD_GOODS).mean() for sections in (few, many))
        assert share + 0.05 < most
        assert 0.4 < most < 0.6


def test_hot_food_is_at_home_in_the_hot_counter_or_else_on_shelves():
    sections = ("Hot", "Drinks", "Groceries", "Groceries")
    catalogue = SimpleNamespace(
        popularity=np.ones(len(sections)),
        package=("box",) * len(sections),
        brand=("Vala",) * len(sections),
        size_m=np.full((len(sections), 3), 0.1),
    )
    seen = set()
    for seed in range(12):
        spec = StoreSpec(format="convenience", width_m=9, depth_m=8)
        plan = sample_floor_plan(spec, trips=6, rng=make_rng(seed, 0, "layout"))
        home = assign_sections(plan, catalogue, sections, rng=make_rng(seed, 0, "sections"))
        kinds = [plan.layout.fixtures[run.fixture].kind for run in plan.runs]
        of_hot = {kind for kind, holds in zip(kinds, home[:, 0], strict=True) if holds}
        seen.add("hot_counter" in kinds)
        assert of_hot == {"hot_counter"} if "hot_counter" in kinds else of_hot
    assert seen == {False, True}


def test_every_slot_of_a_freezer_is_behind_one_door(shop):
    slots = np.flatnonzero(kinds_of_slots(shop) == "freezer")
    behind = [slot for door in shop.case_doors for slot in door.slots]
    assert len(behind) == len(set(behind))
    assert set(slots.tolist()) <= set(behind)
    for door in shop.case_doors:
        assert door.instance_id >= INSTANCE_CASE_DOOR
        assert shop.panes[door.pane].kind == "cooled"
        assert shop.layout.fixtures[door.fixture].kind in ("fridge", "freezer")


def length_m(plan, kinds):
    return sum(run.length_m for run in plan.runs if plan.layout.fixtures[run.fixture].kind in kinds)


def test_the_share_of_the_walls_is_kept_and_shops_without_stay_as_they_were():
    for store_format in ("convenience", "supermarket", "micro_market"):
        for seed in range(4):
            spec = StoreSpec(format=store_format, width_m=11, depth_m=10)
            without, few, many = (
                sample_floor_plan(replace(spec, freezers=share), trips=6, rng=make_rng(seed, 0, "layout"))
                for share in (0.0, 0.15, 0.4)
            )
            assert length_m(without, ("freezer",)) == 0
            assert 0 < length_m(few, ("freezer",)) < length_m(many, ("freezer",))
            walls_m = length_m(many, (*COLD, "wall_shelf", "hot_counter"))
            # Pieces too short to stand alone join their neighbour, and a run has end panels.
            assert length_m(many, ("freezer",)) == pytest.approx(0.4 * walls_m, abs=2.0)


def test_the_preset_of_fogged_freezers_has_some():
    for index in range(3):
        scenario = sample_scenario(load_config("fogged_freezer"), seed=5, index=index)
        store = make_store(replace(scenario, cameras=replace(scenario.cameras, count=2)))
        assert "freezer" in {fixture.kind for fixture in store.layout.fixtures}
        assert any(store.layout.fixtures[door.fixture].kind == "freezer" for door in store.case_doors)


@pytest.mark.parametrize("store_format", STORE_FORMATS)
def test_what_is_asked_of_walls_is_there_though_others_would_fill_them(store_format):
    for seed in range(6):
        spec = StoreSpec(format=store_format, width_m=9, depth_m=8, freezers=0.4, chests=0.4, pegs=0.4)
        plan = sample_floor_plan(spec, trips=6, rng=make_rng(seed, 0, "layout"))
        kinds = {plan.layout.fixtures[run.fixture].kind for run in plan.runs}
        assert {"freezer", "chest", "peg_wall"} <= kinds
