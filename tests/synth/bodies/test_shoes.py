"""Shoes have soles of another colour on the floor, and laces that lie on them, by their kind."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.randomness import make_rng
from synth.bodies import make_body, sample_body_shape
from synth.bodies.dress import SOLE_M
from synth.bodies.footwear import KINDS, choose_shoes
from synth.bodies.model import load_model
from synth.bodies.outfit import sample_outfit
from synth.bodies.regions import find_regions
from synth.bodies.shoes import LACED, make_shoes
from synth.bodies.surface import make_surface

UPPER, SOLE, TRIM = np.array([0.2, 0.3, 0.6]), np.array([0.9, 0.8, 0.1]), np.array([0.1, 0.9, 0.1])


def make_pair(kind, level=0):
    rng = make_rng(5, 0, "test/shoes")
    body = make_body(sample_body_shape(rng=rng, child=False), handedness="right")
    model, skeleton = load_model(), body.skeleton
    skin = make_surface(body.rest_m, model.faces[level], model.weights, np.full(3, 0.5))
    outfit = sample_outfit(body.shape, rng=rng)
    shoes = replace(
        choose_shoes(outfit, body.shape), kind=kind, color=UPPER, sole_color=SOLE, trim_color=TRIM
    )
    regions = find_regions(body.rest_m, model.weights, skeleton)
    pair, _ = make_shoes(skin, regions, skeleton, shoes, top_m=0.09, sole_m=SOLE_M, level=level)
    return pair


def find_top_m(points, triangles):
    """Height (P,) of the uppermost of the triangles (F, 3, 3) above or below points (P, 3), -inf for none."""
    a, b, c = (triangles[:, k, :2] for k in range(3))
    e, f = b - a, c - a
    area = e[:, 0] * f[:, 1] - e[:, 1] * f[:, 0]
    area = np.where(np.abs(area) < 1e-12, np.inf, area)
    away = points[:, None, :2] - a
    v = (away[..., 0] * f[:, 1] - away[..., 1] * f[:, 0]) / area
    w = (e[:, 0] * away[..., 1] - e[:, 1] * away[..., 0]) / area
    height = triangles[:, 0, 2] * (1 - v - w) + triangles[:, 1, 2] * v + triangles[:, 2, 2] * w
    return np.where((v >= 0) & (w >= 0) & (v + w <= 1) & np.isfinite(area), height, -np.inf).max(axis=1)


def is_of(pair, color):
    return np.abs(pair.color - color).max(axis=1) < 1e-6


@pytest.mark.parametrize("kind", KINDS)
def test_a_pair_stands_on_soles_of_their_colour_that_are_seen_from_the_side(kind):
    pair = make_pair(kind)
    assert pair.position_m[:, 2].min() == pytest.approx(-SOLE_M, abs=1e-9)
    lowest = pair.position_m[:, 2] < -SOLE_M + 1e-6
    tread = TRIM if kind == "trainers" else SOLE
    assert is_of(pair, tread)[lowest].all()
    # Faces of the sole's wall look outward and are at least 6 mm high somewhere.
    corner = pair.position_m[pair.faces]
    normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    wall = is_of(pair, SOLE)[pair.faces].all(axis=1) & (
        np.abs(normal[:, 2]) < 0.3 * np.linalg.norm(normal, axis=1)
    )
    assert np.ptp(corner[wall][..., 2]) > 0.006
    for sign in (1.0, -1.0):
        mine = wall & (sign * corner[:, 0, 1] > 0)
        out = corner[mine].mean(axis=1) - corner[mine].mean(axis=(0, 1))
        assert np.mean((normal[mine] * out)[:, :2].sum(axis=1) > 0) > 0.9


@pytest.mark.parametrize("kind", KINDS)
def test_laces_lie_on_the_upper_of_shoes_that_have_some(kind):
    pair = make_pair(kind)
    laces = is_of(pair, TRIM) & (pair.position_m[:, 2] > 0.03)
    assert laces.any() == (kind in LACED)
    if laces.any():
        upper = is_of(pair, UPPER)[pair.faces].all(axis=1)
        over_m = pair.position_m[laces, 2] - find_top_m(
            pair.position_m[laces], pair.position_m[pair.faces[upper]]
        )
        assert over_m.min() > -0.004
        assert over_m.max() < 0.025


@pytest.mark.parametrize("level", [1, 2])
def test_far_off_all_kinds_are_one_mesh(level):
    pairs = [make_pair(kind, level) for kind in KINDS]
    for pair in pairs[1:]:
        assert np.array_equal(pair.position_m, pairs[0].position_m)
        assert np.array_equal(pair.faces, pairs[0].faces)


@pytest.mark.parametrize("level", [1, 2])
def test_far_off_a_foot_is_as_bare_as_from_close_by(level):
    skin = np.full(3, 0.5)
    for kind in KINDS:
        pair = make_pair(kind, level)
        # Seen from above: what of the triangles that look up is skin.
        corner = pair.position_m[pair.faces]
        up = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])[:, 2].clip(0.0)
        bare = ((pair.color - UPPER) @ (skin - UPPER)) / ((skin - UPPER) @ (skin - UPPER))
        share = (up * bare[pair.faces].mean(axis=1)).sum() / up.sum()
        low, high = {"sandals": (0.65, 0.80), "ballerinas": (0.30, 0.45)}.get(kind, (-1e-9, 1e-9))
        assert low <= share <= high, (kind, share)


def test_soles_differ_from_uppers_and_all_kinds_are_worn():
    rng = make_rng(3, 0, "test/footwear")
    kinds = set()
    for number in range(160):
        shape = sample_body_shape(rng=rng, child=number % 8 == 0)
        shoes = choose_shoes(sample_outfit(shape, rng=rng), shape)
        kinds.add(shoes.kind)
        assert np.abs(shoes.sole_color - shoes.color).mean() > 0.08
        if number % 8 == 0 and shape.stature_m < 1.45:
            assert shoes.kind == "trainers"
    assert kinds == set(KINDS)


def test_soles_and_trims_of_uppers_of_any_colour_are_seen():
    """Soles differ from the upper, trims of trainers too; laces of boots are not all alike."""
    rng = make_rng(9, 0, "test/uppers")
    shapes = [sample_body_shape(rng=rng, child=False) for _ in range(12)]
    outfits = [replace(sample_outfit(shape, rng=rng), bottom="jeans") for shape in shapes]
    levels = np.linspace(0.0, 1.0, 6)
    laces = {}
    for color in np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 3):
        for shape, outfit in zip(shapes, outfits, strict=True):
            shoes = choose_shoes(replace(outfit, shoe_color=color), shape)
            assert np.abs(shoes.sole_color - color).mean() > 0.08, (shoes.kind, color)
            if shoes.kind == "trainers":
                assert np.abs(shoes.trim_color - color).mean() > 0.08, color
            elif shoes.kind in LACED:
                laces.setdefault(shoes.kind, set()).add(bool(np.allclose(shoes.trim_color, 0.75 * color)))
    assert laces == {"boots": {True, False}, "leather": {True, False}}
