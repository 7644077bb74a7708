"""Prints: one layer each, creased, repeatable, and none darker than what it is printed on."""

import numpy as np

from scenes.cloth import FRONT_PRINTS, HAIR_LIGHTNESS, HAIR_PRINTS, PRINTS, make_cloth_textures


def test_prints_are_layers_that_tint():
    textures = make_cloth_textures()
    assert textures.shape == (len(PRINTS), 256, 256, 3)
    assert textures.dtype == np.uint8
    plain = textures[PRINTS.index("plain")].astype(float)
    assert 215 < plain.mean() < 255
    assert plain.std() > 4  # creases
    make_cloth_textures.cache_clear()
    assert np.array_equal(make_cloth_textures(), textures)


def test_no_two_prints_are_alike_and_stripes_have_their_share_of_ink():
    textures = make_cloth_textures()
    assert len({layer.tobytes() for layer in textures}) == len(PRINTS)
    rows = textures[PRINTS.index("stripes_dark")].mean(axis=(1, 2))
    assert 0.4 < np.mean(rows < 128) < 0.6
    for name in FRONT_PRINTS:
        edge = textures[PRINTS.index(name)][:, :64].astype(float)
        assert np.abs(edge.mean() - textures[0][:, :64].mean()) < 6  # nothing is printed beside the chest


def test_hair_is_as_light_as_its_colour_allows_for():
    for name in HAIR_PRINTS:
        hair = make_cloth_textures()[PRINTS.index(name)] / 255.0
        assert abs(hair.mean() - HAIR_LIGHTNESS) < 0.03
        assert hair.std() > 0.06
    strands = make_cloth_textures()[PRINTS.index("strands")].astype(float).mean(axis=2)
    assert (
        np.abs(np.diff(strands, axis=0)).mean() < 0.4 * np.abs(np.diff(strands, axis=1)).mean()
    )  # they run down
