"""Hands for cameras at an arm's length are those of level 0, finer, with pictures on them."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from scenes.cloth import PRINTS
from scenes.hands import HAND_PRINTS
from scenes.randomness import make_rng
from scenes.surfaces import MATERIAL
from synth.bodies import make_body, sample_body_shape
from synth.bodies.detail import CLOSE
from synth.bodies.outfit import sample_outfit
from tests.synth.bodies.rest_pose import find_arms, place

FIRST = PRINTS.index(HAND_PRINTS[0])


@pytest.fixture(scope="module")
def bodies():
    rng = make_rng(31, 0, "test/hands")
    shapes = [sample_body_shape(rng=rng, child=number == 3) for number in range(4)]
    return [make_body(shape, handedness="right") for shape in shapes]


def sample_points(position_m, faces):
    """Corners and points within triangles (P, 3)."""
    shares = np.array([(a, b, 6 - a - b) for a in range(7) for b in range(7 - a)]) / 6
    return np.concatenate([position_m[faces].transpose(0, 2, 1) @ share for share in shares])


def test_close_hands_are_as_large_as_the_others(bodies):
    for body in bodies:
        near, far = body.level(CLOSE), body.level(0)
        points = place(body, near)[find_arms(body, near)]
        coarse = sample_points(place(body, far), far.faces[find_arms(body, far)[far.faces].any(axis=1)])
        away_m = cKDTree(coarse).query(points)[0]
        assert away_m.max() < 0.007
        assert np.median(away_m) < 0.003


def test_nothing_but_arms_is_finer(bodies):
    for body in bodies:
        near, far = body.level(CLOSE), body.level(0)
        rest = [np.unique(place(body, one)[~find_arms(body, one)].round(6), axis=0) for one in (near, far)]
        assert np.array_equal(*rest)
        assert len(near.faces) > len(far.faces) + 10_000


def find_open_edges(position_m, faces):
    """Ends (E, 2, 3) of edges that no other face runs along the other way, wherever it has its vertices."""
    _, place = np.unique((position_m / 1e-7).round(), axis=0, return_inverse=True)
    corner = place.reshape(-1)[faces]
    edges = np.concatenate([corner[:, [0, 1]], corner[:, [1, 2]], corner[:, [2, 0]]])
    ends = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    known = set(map(tuple, edges[:, ::-1].tolist()))
    return position_m[ends[[tuple(edge) not in known for edge in edges.tolist()]]]


def test_skin_is_open_only_where_it_was(bodies):
    """At the edges of sleeves and the like; nowhere between arm, hand and fingers."""
    shares = np.linspace(0.0, 1.0, 65)[:, None]
    for body in bodies:
        edges = []
        for number in (0, CLOSE):
            level = body.level(number)
            own = (level.material == MATERIAL["matte"]) & find_arms(body, level)
            edges.append(find_open_edges(place(body, level), level.faces[own[level.faces].all(axis=1)]))
        before, now = edges
        along = np.concatenate([start + shares * (end - start) for start, end in before])
        assert cKDTree(along).query(now.mean(axis=1))[0].max() < 1e-3


def test_pictures_of_hands_are_one_a_triangle_and_on_arms_only(bodies):
    for body in bodies:
        level = body.level(CLOSE)
        printed = level.layer <= -2 - FIRST
        assert {PRINTS[-2 - k] for k in np.unique(level.layer[printed])} == set(HAND_PRINTS)
        assert (np.ptp(level.layer[level.faces][printed[level.faces].any(axis=1)], axis=1) == 0).all()
        assert find_arms(body, level)[printed].all()
        # None goes around a finger the other way, but for those that close its end.
        uv = level.uv[level.faces][printed[level.faces].all(axis=1)]
        assert (np.ptp(uv, axis=1)[uv[:, :, 1].max(axis=1) < 0.88] < 0.35).all()


def test_long_sleeves_are_stitched_near_their_ends_and_short_ones_are_not():
    rng = make_rng(33, 0, "test/hands")
    seen = set()
    for _ in range(8):
        shape = sample_body_shape(rng=rng, child=False)
        outfit = sample_outfit(shape, rng=make_rng(shape.look_seed, 0, "body/dress"))
        body = make_body(shape, handedness="right")
        tops = [_find_sleeve(body, number) for number in (CLOSE, 0)]
        darker = [set(map(tuple, color)) for _, color in tops]
        stitched = darker[0] - darker[1]
        seen.add(bool(stitched))
        assert bool(stitched) == (outfit.top != "shirt")
        along, color = tops[0]
        on = np.array([tuple(one) in stitched for one in color])
        if stitched:
            away_m = body.skeleton.length("left_elbow", "left_wrist") * (along.max() - along[on])
            assert (away_m > 0.015).all()
            assert (away_m < 0.028).all()
    assert seen == {True, False}


def _find_sleeve(body, number):
    """How far down the left forearm a sleeve's vertices (V,) are, and their colours (V, 3)."""
    level, bones = body.level(number), body.skeleton
    start, end = bones.at("left_elbow"), bones.at("left_wrist")
    where = place(body, level)
    along = (where - start) @ (end - start) / ((end - start) @ (end - start))
    on = (level.material == MATERIAL["creased cloth"]) & find_arms(body, level) & (where[:, 1] > 0.0)
    on &= along > -1.0
    return along[on], level.color[on]
