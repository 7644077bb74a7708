"""Surfaces of shops: how much they shine and how worn they are, from shop to shop."""

import numpy as np
import pytest

from scenes.surfaces import FLOOR_ROUGHNESS, WEAR_STRENGTH, sample_materials, sample_wear_texture


@pytest.mark.parametrize("floor", FLOOR_ROUGHNESS)
def test_some_floors_are_polished_and_some_dull(floor):
    low, high = FLOOR_ROUGHNESS[floor]
    shops = [sample_materials(floor, rng=np.random.default_rng(seed)) for seed in range(200)]
    roughness = np.array([{one.name: one.roughness for one in materials}["floor"] for materials in shops])
    assert low <= roughness.min() < low * 1.1
    assert high / 1.1 < roughness.max() <= high
    # As many between the lower end and the geometric mean as above it: within four standard deviations.
    assert abs((roughness < np.sqrt(low * high)).mean() - 0.5) < 4 * 0.5 / np.sqrt(200)
    others = {tuple(one for one in materials if one.name != "floor") for materials in shops}
    assert len(others) == 1, "the finish is that of the floor alone"


def test_wear_is_stronger_in_some_shops_and_none_on_average():
    textures = [sample_wear_texture(rng=np.random.default_rng(seed)).astype(float) for seed in range(40)]
    spread = np.array([texture.std() for texture in textures])
    low, high = WEAR_STRENGTH
    assert low * 0.98 < spread.min() < low * 1.3
    assert high / 1.3 < spread.max() < high * 1.02
    assert np.abs([texture.mean() - 128 for texture in textures]).max() < 1.0
