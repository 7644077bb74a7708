"""Where on a hand points are: joints along their fingers, backs and pads around them, the thumb aside."""

import numpy as np
import pytest

from scenes.randomness import make_rng
from synth.bodies import make_body, sample_body_shape
from synth.bodies.dress import SOLE_M
from synth.bodies.fingers import find_fingers, find_places, list_bones
from synth.bodies.model import load_model
from synth.bodies.skeleton import FINGERS, SIDES
from synth.bodies.surface import keep_faces, make_surface


@pytest.fixture(scope="module")
def body():
    return make_body(sample_body_shape(rng=make_rng(3, 0, "test/fingers"), child=False), handedness="right")


@pytest.mark.parametrize("side", SIDES)
def test_joints_are_whole_phalanges_along_their_finger_and_nothing_off_it(body, side):
    for finger, bones in zip(find_fingers(body.skeleton, side), list_bones(body.skeleton, side), strict=True):
        reach, aside_m, above_m = finger.unroll(finger.joint_m)
        assert reach == pytest.approx([0.0, 1.0, 2.0, 3.0], abs=0.02)
        assert np.abs([aside_m, above_m]).max() < 1e-9
        assert np.array_equal(finger.joint_m[:3], body.skeleton.joint_m[bones])


@pytest.mark.parametrize("side", SIDES)
def test_skin_of_pads_and_backs_is_around_its_finger(body, side):
    model, bones = load_model(), body.skeleton
    skin = make_surface(body.rest_m + [0.0, 0.0, SOLE_M], model.faces[0], model.weights, np.ones(3))
    own = skin.weights[:, [bones.index[f"{side}_wrist"], *list_bones(bones, side).ravel()]].sum(axis=1) > 0.5
    hand = keep_faces(skin, own[skin.faces].all(axis=1))
    places = find_places(hand, bones, side)
    thumb = places.on_finger & (places.finger == FINGERS.index("thumb"))
    assert places.across[thumb & (places.reach > 1.0)].min() > 0.1
    middle = places.on_finger & (places.finger == FINGERS.index("middle"))
    assert (np.cos(places.turn[middle & (places.facing > 0.6)]) < 0.0).all()
    assert (np.cos(places.turn[middle & (places.facing < -0.6)]) > 0.0).all()
    assert 2.8 < places.reach[middle].max() < 3.3
