"""Seams: where panels meet, on the trousers' texture at hips and legs alike, and gone on over its edges."""

import numpy as np
import pytest

from scenes.seams import sew_top, sew_trousers

SIDES_U = (0.246, 0.754)  # a quarter of an ellipse of 0.165 and 0.125 m, 0.2287 m, in spans of 0.9 m


def test_tops_have_a_seam_on_either_side_from_top_to_bottom_and_nothing_else():
    shade = sew_top()[..., 0]
    np.testing.assert_array_equal(shade, np.tile(shade[:1], (256, 1)))
    dark = np.flatnonzero(shade[0] < 0.95) + 0.5
    assert {min(SIDES_U, key=lambda u: abs(u - place / 256)) for place in dark} == set(SIDES_U)
    assert max(min(abs(place / 256 - u) for u in SIDES_U) for place in dark) < 1.5 / 256
    assert (shade == 1.0).mean() > 0.97


@pytest.mark.parametrize("name", ["denim", "slacks"])
def test_legs_have_seams_outside_and_inside_as_far_apart_as_half_of_them_is_round(name):
    """0.297 spans: half the way around a leg of 0.085 m; none is down the middle of a leg's front."""
    row = sew_trousers(name)[180].mean(axis=-1)
    half_px = np.pi * 0.085 / 0.9 * 256
    for outer in (0.25, 0.75):
        for turn in (0.0, 1.0, -1.0):
            column = round(outer * 256 + turn * half_px)
            assert row.take(range(column - 3, column + 4), mode="wrap").min() < 0.97
        for turn in (0.5, -0.5):
            column = round(outer * 256 + turn * half_px)
            np.testing.assert_array_equal(row.take(range(column - 8, column + 8), mode="wrap"), 1.0)


def test_both_sides_have_like_pockets_and_jeans_alone_have_yarn():
    jeans, slacks = sew_trousers("denim"), sew_trousers("slacks")
    for pockets in (jeans, slacks):
        assert pockets.shape == (256, 256, 3)
        left, right = (pockets[20:90, column] for column in (slice(133, 190), slice(66, 123)))
        assert abs(left.mean() - right.mean()) < 0.004  # the stitch of the fly is on one side
        assert left.min() < 0.85
    assert jeans.max() > 1.02
    assert slacks.max() == 1.0
