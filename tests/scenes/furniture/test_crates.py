"""Crates: round each stretch of loose goods, low enough to reach over, on the boards that these lie on."""

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.furniture.crates import make_crates
from scenes.furniture.fixtures import sample_fixture_style
from scenes.randomness import make_rng
from scenes.sampling import sample_scenario
from scenes.store import _stock


@pytest.mark.parametrize("name", ["supermarket", "grab_and_go"])
def test_loose_goods_lie_within_crates_that_are_half_as_high(name):
    settings = (f"store.format={name}", "catalogue.weighed=true", "store.displays=0")
    scenario = sample_scenario(load_config("everyday", settings), seed=3, index=0)
    goods = _stock(scenario, first_layer=0, rng=lambda lane: make_rng(3, 0, f"store/{lane}"))
    style = sample_fixture_style(steel_layer=0, rng=make_rng(3, 0, "store/fixtures"))
    plan, catalogue = goods.planogram, goods.catalogue
    crates = make_crates(goods.plan, plan, catalogue, style)
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
