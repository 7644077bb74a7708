from unittest import mock

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store
from scenes.world import Textures


def paint(value, count=1):
    return np.full((count, 256, 256, 3), value, np.uint8)


def test_layers_are_drawn_once_and_when_they_are_looked_at():
    draw = mock.Mock(return_value=paint(7))
    joined = Textures.join([Textures.of(paint(3, count=2)), Textures(1, "seven", draw)])
    assert (len(joined), draw.call_count) == (3, 0)
    assert [int(layer.max()) for layer in joined.pixels] == [3, 3, 7]
    assert joined.pixels is joined.pixels
    assert draw.call_count == 1
    with pytest.raises(ValueError, match="read-only"):
        joined.pixels[0] = 0


def test_layers_that_are_not_as_many_as_said_are_refused():
    with pytest.raises(ValueError, match=r"expected textures of shape \(2, 256, 256, 3\), got \(1, 256"):
        Textures(2, "two", lambda: paint(1)).pixels  # noqa: B018


def test_a_shop_is_made_without_its_labels():
    scenario = sample_scenario(load_config("everyday"), seed=4, index=0)
    with mock.patch("scenes.goods.catalogue.make_label", side_effect=AssertionError):
        store = make_store(scenario)
    assert store.store_id == make_store(scenario).store_id
    assert store.structure.layer.max() < len(store.textures)


def test_what_is_printed_is_part_of_the_identity_of_a_shop():
    scenario = sample_scenario(load_config("everyday"), seed=4, index=0)
    with mock.patch("scenes.store.sample_sign_color", return_value=(1, 2, 3)):
        repainted = make_store(scenario)
    assert repainted.store_id != make_store(scenario).store_id
