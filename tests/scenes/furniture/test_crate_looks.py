"""Looks of crates: mostly one kind a shop, dark where goods keep the light off, of the same measures."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.furniture.crate_looks import (
    COUNT,
    FLOOR,
    INSIDE,
    OUTSIDE,
    make_crate_textures,
    sample_crate_looks,
)
from scenes.furniture.crates import make_crates
from scenes.randomness import make_rng
from scenes.sampling import sample_scenario
from scenes.store import _stock, make_store
from scenes.world import TEXTURE_PX
from tests.scenes.furniture.test_shared_planes import find_shared_planes

SETTINGS = ("store.format=supermarket", "catalogue.weighed=true", "store.displays=0")


@pytest.fixture(scope="module")
def scenario():
    return sample_scenario(load_config("everyday", SETTINGS), seed=3, index=0)


def test_crates_are_dark_low_inside_and_darkest_on_their_floor():
    pixels = make_crate_textures().pixels
    assert pixels.shape == (COUNT, TEXTURE_PX, TEXTURE_PX, 3)
    for picture in pixels.astype(float).mean(axis=3):

        def light(low, high, picture=picture):
            return picture[round(low * TEXTURE_PX) : round(high * TEXTURE_PX)].mean()

        third = (INSIDE[1] - INSIDE[0]) / 3
        assert light(INSIDE[1] - third, INSIDE[1]) < 0.8 * light(INSIDE[0], INSIDE[0] + third)
        assert light(*FLOOR) < 0.5 * light(*INSIDE)
        assert light(*FLOOR) < 0.5 * light(*OUTSIDE)


def test_most_crates_of_a_shop_are_of_one_kind_and_shops_differ():
    most, kinds = [], set()
    for seed in range(60):
        looks = sum(sample_crate_looks([20, 0, 30], rng=make_rng(seed, 0, "store/crates")), [])
        assert len(looks) == 50
        counts = [looks.count(look) for look in set(looks)]
        most.append(max(counts) / 50)
        kinds.add(max(set(looks), key=looks.count))
    assert np.median(most) > 0.6
    assert len(kinds) >= 6


def test_another_lane_makes_other_crates_of_the_same_measures(scenario):
    goods = _stock(scenario, first_layer=0, rng=lambda lane: make_rng(3, 0, f"store/{lane}"))
    shops = [
        make_crates(
            goods.plan, goods.planogram, goods.catalogue, first_layer=7, rng=make_rng(3, 0, f"crates {k}")
        )
        for k in range(6)
    ]
    looks = set()
    for crates in shops:
        for mesh, same in zip(crates, shops[0], strict=True):
            assert np.array_equal(mesh.position_m, same.position_m)
            assert np.array_equal(mesh.instance_id, same.instance_id)
            assert np.isin(mesh.layer, [-1, *range(7, 7 + COUNT)]).all()
            rows = np.abs(mesh.uv[:, 1][:, None] - np.array([*OUTSIDE, *INSIDE, *FLOOR, 0.906, 0.992])).min(
                axis=1
            )
            assert rows.max() < 1e-6
            assert np.array_equal(mesh.uv[:, 0], np.rint(mesh.uv[:, 0])), "a crate is cut off"
            looks |= {
                (int(layer), *color.tolist()) for layer, color in zip(mesh.layer, mesh.color, strict=True)
            }
    assert len(looks) >= 3


def test_crates_of_all_looks_side_by_side_share_no_plane():
    """Walls between stretches that have no room between them are as thin as paper."""
    settings = ("store.format=supermarket", "store.other_windows=left", "store.height_m=3.1")
    narrow = sample_scenario(load_config("everyday", settings), seed=3, index=0)
    goods = _stock(narrow, first_layer=0, rng=lambda lane: make_rng(3, 0, f"store/{lane}"))
    rng = make_rng(3, 0, "all looks")
    touching = 0
    for crates in make_crates(goods.plan, goods.planogram, goods.catalogue, first_layer=0, rng=rng):
        number = len(crates.position_m) // 84
        touching += 42 * number - len(crates.faces)
        crate = np.concatenate(
            [np.tile(np.repeat(np.arange(number), 20), 4), np.repeat(np.arange(number), 4)]
        )
        assert find_shared_planes(replace(crates, layer=crate.astype(np.int32)), least_area_m2=1e-5) == []
    assert touching > 0


def test_a_shop_has_the_textures_that_its_crates_show(scenario):
    store = make_store(scenario)
    crate = make_crate_textures().pixels
    layers = set(store.structure.layer.tolist()) - {-1}
    assert max(layers) < len(store.textures)
    shown = [np.array_equal(store.textures.pixels[layer], one) for layer in sorted(layers) for one in crate]
    assert any(shown)
