"""Packs on each other, and bowls, plates and mugs in each other."""

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.goods.heaps import find_heaps
from scenes.goods.packages import measure_pitch
from scenes.sampling import sample_scenario
from scenes.store import make_store
from scenes.world import HIGHEST_CENTER_M
from tests.scenes.goods.shelves import lay_out


def test_stacked_packs_stand_on_each_other_under_room_for_a_hand():
    settings = ["store.stacked=1", "store.format=convenience", "store.misplaced=0"]
    store = make_store(sample_scenario(load_config("everyday", settings), seed=2, index=0))
    plan, size_m = store.planogram, store.catalogue.size_m[store.item_product]
    layers = plan.most_layers()
    assert set(layers) == {1, 2, 3, 4}
    local = np.linalg.inv(plan.world_from_slot[store.item_slot]) @ store.world_from_item
    heaped = find_heaps(plan, store.catalogue)
    for slot in np.flatnonzero((layers > 1) & ~heaped & (plan.count > 0)):
        items = np.flatnonzero(store.item_slot == slot)
        high_m, deep_m = size_m[items[0], 2], size_m[items[0], 1]
        level = local[items, 2, 3] / high_m
        assert level == pytest.approx(level.round(), abs=1e-6)
        assert (level.max() + 1) * high_m + 0.03 < plan.height_m[slot]
        assert level.max() < layers[slot]
        stack = np.rint((local[items, 1, 3] - local[items[0], 1, 3]) / (deep_m + 0.006)).astype(int)
        # From the front, each from above; all but the foremost are full.
        assert list(zip(stack, -level.round(), strict=True)) == sorted(
            zip(stack, -level.round(), strict=True)
        )
        count = np.bincount(stack)
        assert (count[1:] == layers[slot]).all()
        for number in range(len(count)):
            mine = items[stack == number]
            assert np.ptp(local[mine, :2, 3], axis=0).max() < 0.005
            assert sorted(level[stack == number].round()) == list(range(len(mine)))


def test_bowls_stand_in_each_other_under_room_for_a_hand(tmp_path):
    """Up to eight, each as far over the one below as their walls ask, and none a stranger."""
    sizes = (
        "0.11 x 0.11 x 0.05",
        "0.18 x 0.18 x 0.08",
        "0.26 x 0.26 x 0.06",
        "0.1 x 0.1 x 0.18",
        "0.09 x 0.09 x 0.078",
    )
    rows = [f"S{k},Bowl {k},bowl,{size},0.4,500" for k, size in enumerate(sizes)]
    (tmp_path / "own.csv").write_text("\n".join(["sku,name,package,size_m,mass_kg,price_minor", *rows]))
    settings = [f"catalogue.file={tmp_path / 'own.csv'}", "store.stacked=1", "store.format=kiosk"]
    settings += ["store.misplaced=0.5", "store.untidy=0", "store.cooling=0"]
    store = make_store(sample_scenario(load_config("everyday", settings), seed=2, index=0))
    plan, size_m = store.planogram, store.catalogue.size_m
    layers = plan.most_layers()
    assert set(layers[plan.product == 3]) == {1}, "jugs stand side by side"
    assert np.median(layers[plan.product < 3]) >= 4
    assert layers.max() == 8
    local = np.linalg.inv(plan.world_from_slot[store.item_slot]) @ store.world_from_item
    nested = layers[store.item_slot] > 1
    assert (store.item_product == plan.product[store.item_slot])[nested].all()
    pitch_m = np.array([measure_pitch("bowl", size) for size in size_m])[store.item_product]
    level = local[:, 2, 3] / pitch_m
    assert level == pytest.approx(level.round(), abs=1e-6)
    assert (level < layers[store.item_slot]).all()
    assert (local[:, 2, 3] + size_m[store.item_product, 2] + 0.03 < plan.height_m[store.item_slot])[
        nested
    ].all()
    below = np.flatnonzero(nested[:-1] & (level[:-1] > 0.5))  # the next one is what it stands in
    assert level[below + 1] == pytest.approx(level[below] - 1)
    assert np.array_equal(local[below][:, :2], local[below + 1][:, :2])


def test_plates_lie_in_high_stacks_and_low_mugs_on_each_other(tmp_path):
    packs = (
        "plate,0.2 x 0.2 x 0.02",
        "mug,0.11 x 0.08 x 0.085",
        "mug,0.12 x 0.08 x 0.13",
        "jug,0.17 x 0.11 x 0.2",
    )
    rows = [f"S{k},Thing {k},{pack},0.4,500" for k, pack in enumerate((*packs, "teapot,0.23 x 0.14 x 0.14"))]
    (tmp_path / "own.csv").write_text("\n".join(["sku,name,package,size_m,mass_kg,price_minor", *rows]))
    settings = [f"catalogue.file={tmp_path / 'own.csv'}", "store.stacked=1", "store.format=kiosk"]
    settings += ["store.misplaced=0", "store.untidy=0", "store.cooling=0", "store.fill=1"]
    store = make_store(sample_scenario(load_config("everyday", settings), seed=2, index=0))
    plan, size_m = store.planogram, store.catalogue.size_m
    layers = plan.most_layers()
    assert set(layers[plan.product == 0]) <= set(range(6, 13))
    assert set(layers[plan.product == 1]) <= {1, 2, 3}
    assert np.median(layers[plan.product == 1]) >= 2
    assert set(layers[plan.product > 1]) == {1}
    local = np.linalg.inv(plan.world_from_slot[store.item_slot]) @ store.world_from_item
    top_m = local[:, 2, 3] + size_m[store.item_product, 2]
    assert (top_m + 0.03 < plan.height_m[store.item_slot])[layers[store.item_slot] > 1].all()
    assert (plan.world_from_slot[store.item_slot, 2, 3] + local[:, 2, 3] < HIGHEST_CENTER_M).all()


@pytest.mark.parametrize("seed", range(3))
def test_nothing_else_moves_where_packs_are_stacked(seed):
    flat, stacked = (lay_out(seed, stacked=1.0, stack=stack)[2] for stack in (False, True))
    single = stacked.most_layers() == 1
    assert not single.all()
    assert np.array_equal(flat.world_from_slot, stacked.world_from_slot)
    assert np.array_equal(flat.count[single], stacked.count[single])
