"""Long hair lies on what is worn, and goes in between back and backpack."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.cloth import PRINTS
from scenes.randomness import make_rng
from synth.bodies import dress, make_body, sample_body_shape
from synth.bodies.backpack import make_backpack
from synth.bodies.dress import SOLE_M
from synth.bodies.hair import measure_head
from synth.bodies.long_hair import HairCut, make_long_hair
from tests.synth.bodies.cloth import (
    CASE,
    list_cloth,
    measure_over,
    undress,
)
from tests.synth.bodies.rest_pose import place


@pytest.mark.parametrize("before", [(False, False), (True, False)])
def test_long_hair_lies_on_what_is_worn_and_is_round_over_the_head(dressed, before):
    """It stays off the garment below it; over the head its edges turn little from one to the next."""
    for body, shown, place_m in dressed:
        bare, under = undress(body), list_cloth(shown, place_m)
        head = measure_head(bare, body.skeleton)
        cut = HairCut("long", 0.35, 0.0, 1.25, before, 1.0, False)
        hair = make_long_hair(bare, body.skeleton, head, under, cut, color=np.ones(3), tips=0.0, level=0)
        np.testing.assert_allclose(hair.weights.sum(axis=1), 1.0)
        outer_m = hair.position_m[: 22 * 39].reshape(22, 39, 3)
        low_m = outer_m[outer_m[..., 2] < body.skeleton.at("neck")[2] - 0.03]  # below any neckline
        away_m, over_m = measure_over(low_m, place_m[under.faces])
        assert (away_m < 0.03).any()
        assert over_m[away_m < 0.03].min() > 0.005
        for axis in (0, 1):
            way = np.diff(outer_m[3:10, 2:-2], axis=axis)
            way = np.moveaxis(way / np.linalg.norm(way, axis=2, keepdims=True), axis, 0)
            turn = np.arccos(np.einsum("...i,...i->...", way[1:], way[:-1]).clip(-1.0, 1.0))
            assert np.quantile(turn, 0.98) < np.radians(22.0)
        ahead = outer_m[-1, :, 0] > body.skeleton.at("neck")[0]
        assert ahead[:4].all() == before[0]
        assert ahead[-4:].all() == before[1]


def test_long_hair_behind_goes_in_between_back_and_backpack(monkeypatch):
    """None comes through to the front of the pack or out below it; before the shoulders it may be longer."""
    sample, wears = dress.sample_outfit, {"hair": "long", "headwear": "", "backpack": True, "scarf": False}
    monkeypatch.setattr(dress, "sample_outfit", lambda *args, **kw: replace(sample(*args, **kw), **wears))
    packs = []
    monkeypatch.setattr(dress, "make_backpack", lambda *args: packs.append(make_backpack(*args)) or packs[-1])
    rng, tucked = make_rng(12, 0, "test/hair"), 0
    for _ in range(6):
        body = make_body(sample_body_shape(rng=rng, child=False), handedness="right")
        shown, place_m = body.level(0), place(body, body.level(0))
        pack_m = packs[-1].position_m[:CASE] + [0.0, 0.0, SOLE_M]
        strands = shown.layer == -2 - PRINTS.index("strands")
        behind = strands & (place_m[:, 0] < body.skeleton.at("neck")[0] - 0.03)
        near_m = place_m[behind & (np.abs(place_m[:, 1]) < np.abs(pack_m[:, 1]).max())]
        top_m, bottom_m = pack_m[:, 2].max(), pack_m[:, 2].min()
        assert near_m[:, 2].min() > (top_m + bottom_m) / 2
        below_m = near_m[near_m[:, 2] < top_m - 0.03]
        tucked += len(below_m) > 0
        assert (below_m[:, 0] > pack_m[:, 0].mean()).all()
    assert tucked > 2
