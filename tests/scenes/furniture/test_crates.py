"""Crates: round each stretch of loose goods, low enough to reach over, on the boards that these lie on."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.furniture.crates import make_crates
from scenes.randomness import make_rng
from scenes.sampling import sample_scenario
from scenes.store import _stock

PLACES = Path(__file__).resolve().parents[3] / "benchmarks" / "looks" / "places"
GREENGROCER = PLACES / "greengrocer" / "greengrocer.yaml"


@pytest.mark.parametrize("name", ["supermarket", "grab_and_go"])
def test_loose_goods_lie_within_crates_that_are_half_as_high(name):
    settings = (f"store.format={name}", "catalogue.weighed=true", "store.displays=0")
    scenario = sample_scenario(load_config("everyday", settings), seed=3, index=0)
    goods = _stock(scenario, first_layer=0, rng=lambda lane: make_rng(3, 0, f"store/{lane}"))
    plan, catalogue = goods.planogram, goods.catalogue
    crates = make_crates(goods.plan, plan, catalogue, first_layer=0, rng=make_rng(3, 0, "store/crates"))
    corners = np.concatenate([mesh.position_m for mesh in crates])
    loose = np.flatnonzero([catalogue.package[product] == "fruit" for product in plan.product])
    assert len(loose) > 20
    for slot in loose:
        local = (np.append(corners, np.ones((len(corners), 1)), axis=1)) @ np.linalg.inv(
            plan.world_from_slot[slot]
        ).T
        half, high = plan.width_m[slot] / 2, catalogue.size_m[plan.product[slot], 2] / 2
        here = local[(abs(local[:, 2]) < 0.06) & (local[:, 1] > 0) & (local[:, 1] < plan.depth_m[slot])]
        assert (here[:, 0] <= -half + 1e-4).any()
        assert (here[:, 0] >= half - 1e-4).any()
        assert here[:, 1].min() < 0.012, "the front wall is before the goods"
        beside = here[abs(here[:, 0]) < half]
        assert beside[:, 2].max(initial=0.0) <= high + 1e-6


@pytest.mark.parametrize("name", ["supermarket", "grab_and_go"])
def test_no_fruit_lies_in_a_wall_of_its_crate_and_no_two_crates_cut_into_each_other(name):
    settings = (f"store.format={name}", "catalogue.weighed=true", "store.stacked=1", "store.misplaced=0")
    scenario = sample_scenario(load_config("everyday", settings), seed=3, index=0)
    goods = _stock(scenario, first_layer=0, rng=lambda lane: make_rng(3, 0, f"store/{lane}"))
    catalogue, checked, spans = goods.catalogue, 0, {}
    rng = make_rng(3, 0, "store/crates")
    for crates in make_crates(goods.plan, goods.planogram, catalogue, first_layer=0, rng=rng):
        run = next(
            one
            for one in goods.plan.runs
            if goods.plan.layout.fixtures[one.fixture].instance_id == crates.instance_id[0]
            and (_local(one, crates.position_m)[:, 1] > 0).all()
            and (_local(one, crates.position_m)[:, 1] < one.depth_m).all()
        )
        count = len(crates.position_m) // (4 * 20 + 4)  # crates of four walls of five sides, and a floor
        wall = _local(run, crates.position_m[: 80 * count]).reshape(-1, 20, 3)
        low, high = wall.min(axis=1), wall.max(axis=1)
        assert (high[:, 2] - low[:, 2]).min() > 0.01
        for item in np.flatnonzero(goods.planogram.fixture[goods.item_slot] == run.fixture):
            product = goods.item_product[item]
            if catalogue.package[product] != "fruit":
                continue
            pose = goods.world_from_item[item]
            local = _local(run, catalogue.mesh[product].position_m @ pose[:3, :3].T + pose[:3, 3])
            inside = (local[:, None] > low + 1e-4) & (local[:, None] < high - 1e-4)
            assert not inside.all(axis=2).any()
            checked += 1
        by_board = spans.setdefault((run.fixture, tuple(run.world_from_run[:2, 1].round(3))), [])
        by_board += [
            (low[k::count, 2].min(), low[k::count, 0].min(), high[k::count, 0].max()) for k in range(count)
        ]
    for boards in spans.values():
        for (z0, _, end), (z1, begin, _) in itertools.pairwise(sorted(boards)):
            assert abs(z1 - z0) > 0.01 or begin >= end
    assert checked > 50


@pytest.mark.parametrize(
    ("config", "index", "kind"), [("everyday", 6, "pallet_display"), (GREENGROCER, 1, "hot_counter")]
)
def test_no_loose_goods_lie_on_bare_cartons_or_hot_plates(config, index, kind):
    scenario = sample_scenario(load_config(config), seed=0, index=index)
    goods = _stock(scenario, first_layer=0, rng=lambda lane: make_rng(0, index, f"store/{lane}"))
    plan, fixtures = goods.planogram, goods.plan.layout.fixtures
    rng = make_rng(0, index, "store/crates")
    crates = make_crates(goods.plan, plan, goods.catalogue, first_layer=0, rng=rng)
    boxed = {int(crate.instance_id[0]) for crate in crates}
    bearing = [
        fixtures[fixture].instance_id
        for fixture, product in zip(plan.fixture, plan.product, strict=True)
        if fixtures[fixture].kind == kind and goods.catalogue.package[product] == "fruit"
    ]
    assert len(bearing) > 4
    assert boxed.issuperset(bearing)


def _local(run, point_m):
    """World points (N, 3) in a run's frame."""
    return (point_m - run.world_from_run[:3, 3]) @ run.world_from_run[:3, :3]
