"""Garments: how cloth hangs, how it is sewn, and what lies over it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from scenes.cloth import SPAN_M
from scenes.randomness import make_rng
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID
from synth.bodies import make_body, sample_body_shape
from synth.bodies.backpack import make_backpack
from synth.bodies.drape import hang
from synth.bodies.surface import make_surface

CLOTH = [MATERIAL["hanging cloth"], MATERIAL["creased cloth"]]


@pytest.fixture(scope="module")
def dressed():
    rng = make_rng(8, 0, "test/garments")
    who = [(False, "walking")] * 5 + [(True, "walking")] * 2 + [(False, "wheelchair"), (True, "wheelchair")]
    bodies = [
        make_body(sample_body_shape(rng=rng, child=child), handedness="right", mobility=mobility)
        for child, mobility in who
    ]
    return [(body, body.level(0), rest_m(body)) for body in bodies]


def rest_m(body):
    """Positions (V, 3) in the rest pose."""
    shown = body.level(0)
    bones = len(body.skeleton.parents)
    eye = np.tile(np.eye(3), (bones, 1, 1)).transpose(0, 2, 1).reshape(-1, 3)
    return shown.offset_m @ eye + shown.weights @ body.skeleton.joint_m[:bones]


def measure_over(point_m, corner_m):
    """How far points (P, 3) are from the nearest of triangles (F, 3, 3), and on which side of it: (P,)."""
    normal = np.cross(corner_m[:, 1] - corner_m[:, 0], corner_m[:, 2] - corner_m[:, 0])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    middle_m = corner_m.mean(axis=1)
    away_m, near = cKDTree(middle_m).query(point_m)
    return away_m, np.einsum("ij,ij->i", point_m - middle_m[near], normal[near])


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
    """Panels lie flat: edges are about as long on the cloth as on the body, and none runs over a seam."""
    for body, shown, place_m in dressed:
        edges = np.concatenate([shown.faces[:, [0, 1]], shown.faces[:, [1, 2]]])
        sewn = np.isin(shown.material[edges], CLOTH).all(axis=1)
        edges = edges[sewn & (shown.layer[edges] < -1).all(axis=1)]
        long_m = np.linalg.norm(np.diff(place_m[edges], axis=1)[:, 0], axis=1)
        span_m = np.array([1.0, body.skeleton.stature_m / 1.7]) * SPAN_M
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
        box_m = pack.position_m[:96]
        straps_m = pack.position_m[192:].reshape(2, -1, 4, 3)
        ends_m = straps_m[:, [0, -1]].mean(axis=2)
        assert (ends_m > box_m.min(axis=0)).all()
        assert (ends_m < box_m.max(axis=0)).all()
        points = straps_m.reshape(-1, 3)
        cloth = shown.faces[np.isin(shown.material[shown.faces], CLOTH).all(axis=1)]
        away_m, over_m = measure_over(points, place_m[cloth])
        assert over_m[away_m < 0.04].min() > -0.004
        assert away_m[points[:, 0] > body.skeleton.at("left_shoulder")[0]].max() < 0.045


def test_a_long_loose_coat_is_no_tent():
    """Its sleeves reach over the hands; its skirt goes around the hips and not around these."""
    rng = make_rng(9, 0, "test/coats")
    for _ in range(4):
        shape = sample_body_shape(rng=rng, child=False)
        body = make_body(shape, handedness="right", big_coat=True)
        place_m, cloth = rest_m(body), np.isin(body.level(0).material, CLOTH)
        skirt = cloth & (place_m[:, 2] < 0.42 * shape.stature_m)
        assert skirt.any()
        assert np.abs(place_m[skirt, 1]).max() < 0.26 * shape.stature_m
