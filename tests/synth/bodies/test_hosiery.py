"""Socks and tights: who wears them, how high, and that no bare skin is left between them and the shoes."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.randomness import make_rng
from synth.bodies import sample_body_shape
from synth.bodies.footwear import choose_shoes
from synth.bodies.hosiery import Hosiery, choose_hosiery, put_on
from synth.bodies.model import compute_rest, load_model
from synth.bodies.outfit import sample_outfit
from synth.bodies.palette import measure_apart
from synth.bodies.shape import make_phenotypes
from synth.bodies.skeleton import make_skeleton
from synth.bodies.surface import make_surface


def sample_people(count):
    for number in range(count):
        shape = sample_body_shape(rng=make_rng(7, number, "test/hosiery"), child=number % 10 == 0)
        outfit = sample_outfit(shape, rng=make_rng(shape.look_seed, 0, "body/dress"))
        shoes = choose_shoes(outfit, shape)
        yield outfit, shoes, choose_hosiery(outfit, shoes, shape), shape


def test_socks_go_with_what_is_worn_over_them():
    in_tights = bare = 0
    for outfit, shoes, worn, shape in sample_people(400):
        again = choose_hosiery(outfit, shoes, shape)
        assert (again.up, *again.color) == (worn.up, *worn.color)
        skirt = outfit.bottom in ("skirt", "dress")
        if outfit.bottom in ("trousers", "jeans"):
            assert (worn.up < 0.0) == (shoes.kind in ("sandals", "ballerinas"))
        if worn.up > 1.0:
            assert skirt
            assert outfit.top != "shirt"
            in_tights += 1
        elif skirt or outfit.bottom == "shorts":
            assert worn.up < 0.1  # no longer than to the calf
            bare += worn.up < 0.0
    assert in_tights > 5
    assert bare > 5


@pytest.mark.parametrize("up", [0.06, 0.13, 10.0])
def test_skin_up_to_the_edge_has_the_colour_and_none_above(up):
    model, color = load_model(), np.array([0.2, 0.3, 0.6])
    shape = sample_body_shape(rng=make_rng(8, 0, "test/hosiery"), child=False)
    vertices, joints = compute_rest(model, make_phenotypes(shape))
    skeleton = make_skeleton(model, vertices, joints, float(np.ptp(vertices[:, 2])))
    tone = np.array([0.7, 0.6, 0.5])
    skin = make_surface(vertices, model.faces[0], model.weights, tone)
    worn = put_on(skin, skeleton, Hosiery(color, up))
    edge = min(skeleton.at("left_ankle")[2] + up * skeleton.stature_m, skeleton.at("left_hip")[2])
    face = worn.color[worn.faces]
    height = worn.position_m[worn.faces][..., 2]
    arms = np.abs(worn.position_m[worn.faces][..., 1]).max(axis=1) > 0.24 * skeleton.stature_m
    assert (face[height.max(axis=1) < edge - 1e-6][:, 0] == color)[
        ~arms[height.max(axis=1) < edge - 1e-6]
    ].all()
    assert (face[height.min(axis=1) > edge + 1e-6] == tone).all()
    assert (np.ptp(face, axis=1) == 0.0).all()


def test_tights_are_darker_than_the_skin_below():
    tights = 0
    for outfit, shoes, _, shape in sample_people(60):
        wintry = replace(outfit, bottom="skirt", top="coat")
        worn = choose_hosiery(wintry, shoes, shape)
        if worn.up > 1.0:
            assert worn.color.mean() < outfit.skin.mean()
            assert measure_apart(worn.color, outfit.skin) > 8.0
            tights += 1
    assert tights > 5
