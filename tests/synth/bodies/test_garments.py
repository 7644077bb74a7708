"""Garments: how cloth hangs, sleeves lie, and what straps lie on."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.cloth import PRINTS, SPAN_M
from scenes.randomness import make_rng
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID
from synth.bodies import dress, make_body, sample_body_shape
from synth.bodies.backpack import make_backpack
from synth.bodies.drape import hang
from synth.bodies.dress import SOLE_M
from synth.bodies.regions import share_of_arms
from synth.bodies.surface import make_surface
from tests.synth.bodies.cloth import (
    CASE,
    CLOTH,
    measure_over,
    undress,
)
from tests.synth.bodies.rest_pose import find_arms, place


@given(st.integers(0, 1000), st.floats(0.0, 0.4))
def test_cloth_hangs_no_nearer_than_what_holds_it_and_tapers_no_faster(seed, taper):
    """Below a point, in its own direction, cloth is at least as far out as that point less the taper."""
    rng = make_rng(seed, 0, "test/hang")
    turn, height = rng.uniform(-np.pi, np.pi, 40), rng.uniform(0.0, 1.0, 40)
    turn[20:] = turn[:20]  # each has one that is somewhere above or below it
    reach = rng.uniform(0.05, 0.2, 40)
    from_m = np.stack([reach * np.cos(turn), reach * np.sin(turn), height], axis=1)
    hung_m = hang(from_m, np.zeros(2), np.ones(40), taper=taper, holds=np.ones(40, bool))
    out = np.linalg.norm(hung_m[:, :2], axis=1)
    assert (out >= reach - 1e-9).all()
    assert out.max() <= reach.max() + 1e-9
    np.testing.assert_allclose(hung_m[:, 2], height)
    upper = np.where(height[:20] > height[20:], np.arange(20), np.arange(20, 40))
    lower = (upper + 20) % 40
    assert (out[lower] >= reach[upper] - taper * (height[upper] - height[lower]) - 1e-9).all()


def test_a_span_of_cloth_is_as_long_on_the_body_as_its_print(dressed):
    """Panels lie flat: edges are about as long on the cloth as on the body, and none runs over a seam.

    Of ribs there are three for each that the print would have across.
    """
    for body, shown, place_m in dressed:
        edges = np.concatenate([shown.faces[:, [0, 1]], shown.faces[:, [1, 2]]])
        sewn = np.isin(shown.material[edges], CLOTH).all(axis=1)
        edges = edges[sewn & (shown.layer[edges] < -1).all(axis=1)]
        long_m = np.linalg.norm(np.diff(place_m[edges], axis=1)[:, 0], axis=1)
        span_m = np.array([1.0, body.skeleton.stature_m / 1.7]) * SPAN_M
        ribbed = shown.layer[edges[:, :1]] == -2 - PRINTS.index("rib")
        span_m = np.where(ribbed, span_m / [3.0, 1.0], span_m)
        on_cloth_m = np.linalg.norm(np.diff(shown.uv[edges], axis=1)[:, 0] * span_m, axis=1)
        assert on_cloth_m.max() < 0.25
        ratio = on_cloth_m.sum() / long_m.sum()
        assert 0.7 < ratio < 1.2


def test_straps_lie_on_the_cloth_and_not_in_it(dressed):
    for _, shown, place_m in dressed:
        bag = shown.class_id == CLASS_ID["bag"]
        strap = np.flatnonzero(bag)[np.ptp(place_m[bag], axis=0).argmax() :]
        strap = strap[place_m[strap, 2] > np.quantile(place_m[bag, 2], 0.8)]
        cloth = shown.faces[np.isin(shown.material[shown.faces], CLOTH).all(axis=1)]
        away_m, over_m = measure_over(place_m[strap], place_m[cloth])
        assert over_m[away_m < 0.04].min(initial=1.0) > -0.004


def test_a_backpack_hangs_on_its_straps_and_these_lie_on_the_cloth(dressed):
    """Each strap begins and ends inside the pack and is on the cloth all the way around the shoulder."""
    for body, shown, place_m in dressed:
        worn = make_surface(place_m, shown.faces.astype(int), shown.weights.toarray(), np.ones(3))
        worn = replace(worn, material=shown.material)
        pack = make_backpack(worn, body.skeleton, np.ones(3), 0)
        np.testing.assert_allclose(pack.weights.sum(axis=1), 1.0, atol=1e-6)
        box_m = pack.position_m[:CASE]
        straps_m = pack.position_m[2 * CASE :].reshape(2, -1, 4, 3)
        ends_m = straps_m[:, [0, -1]].mean(axis=2)
        assert (ends_m > box_m.min(axis=0)).all()
        assert (ends_m < box_m.max(axis=0)).all()
        points = straps_m.reshape(-1, 3)
        cloth = shown.faces[np.isin(shown.material[shown.faces], CLOTH).all(axis=1)]
        away_m, over_m = measure_over(points, place_m[cloth])
        assert over_m[away_m < 0.04].min() > -0.004
        assert away_m[points[:, 0] > body.skeleton.at("left_shoulder")[0]].max() < 0.045


@pytest.mark.parametrize("top", ["long_sleeves", "hoodie", "jacket", "coat"])
def test_sleeves_narrow_to_the_cuff_and_lie_close(top, monkeypatch):
    """A sleeve is no farther off the arm than three centimetres, and least at the wrist."""
    sample = dress.sample_outfit
    monkeypatch.setattr(dress, "sample_outfit", lambda *args, **kw: replace(sample(*args, **kw), top=top))
    rng = make_rng(8, 0, "test/sleeves")
    for _ in range(4):
        body = make_body(sample_body_shape(rng=rng, child=False), handedness="right")
        bones, shown, place_m = body.skeleton, body.level(0), place(body, body.level(0))
        skin_m = body.rest_m + [0.0, 0.0, SOLE_M]
        cloth = (shown.material == MATERIAL["creased cloth"]) & (place_m[:, 2] > bones.at("left_hip")[2])
        over_m = []
        for start, end, share in (
            ("shoulder", "elbow", 0.75),
            ("elbow", "wrist", 0.5),
            ("elbow", "wrist", 0.8),
        ):
            first, way = bones.at(f"left_{start}"), bones.offset(f"left_{end}", f"left_{start}")
            point, long_m = first + share * way, np.linalg.norm(way)
            around = []
            for points in (place_m[cloth], skin_m):
                away = points - point
                along = away @ way / long_m
                off = np.linalg.norm(away - along[:, None] * way / long_m, axis=1)
                around.append(np.median(off[(np.abs(along) < 0.025) & (off < 0.12)]))
            over_m.append(around[0] - around[1])
        assert 0.0 <= over_m[2] < min(over_m[0], 0.02)
        assert max(over_m) < 0.034


@pytest.mark.parametrize("top", ["shirt", "long_sleeves", "hoodie", "jacket", "coat"])
def test_sleeves_hang_from_the_shoulder(top, monkeypatch):
    """Over several people they are a quarter nearer to the arm on top of it, at least, than beneath it."""
    sample = dress.sample_outfit
    monkeypatch.setattr(dress, "sample_outfit", lambda *args, **kw: replace(sample(*args, **kw), top=top))
    rng, off_m = make_rng(9, 0, "test/sleeves"), []
    for _ in range(3):
        body = make_body(sample_body_shape(rng=rng, child=False), handedness="right")
        bones, shown, place_m = body.skeleton, body.level(0), place(body, body.level(0))
        start, way = bones.at("left_shoulder"), bones.offset("left_elbow", "left_shoulder")
        long_m = np.linalg.norm(way)
        up = np.array([0.0, 0.0, 1.0]) - way * way[2] / long_m**2
        bare = undress(body)
        skin_m = bare.position_m[share_of_arms(bare.weights, bones) > 0.9]
        cloth_m = place_m[np.isin(shown.material, CLOTH) & find_arms(body, shown)]
        reach_m = []
        for part in (skin_m, cloth_m):
            along = (part - start) @ way / long_m**2
            out_m = (part - start) @ up / np.linalg.norm(up)
            ahead_m = (part - start)[:, 0] - along * way[0]
            near = (along > 0.3) & (along < 0.8) & (np.abs(ahead_m) < 0.03) & (part[:, 1] > 0.0)
            reach_m.append([np.median(side[near & (side > 0.0)]) for side in (out_m, -out_m)])
        upper_m, lower_m = np.diff(reach_m, axis=0)[0]
        assert 0.0 < upper_m < 0.014
        assert upper_m < lower_m + 0.004
        off_m.append((upper_m, lower_m))
    upper_m, lower_m = np.mean(off_m, axis=0)
    assert upper_m < 0.75 * lower_m
