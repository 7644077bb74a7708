"""Nails: one on each finger, near its tip; of women some are polished, all ten in one colour."""

import numpy as np

from scenes.randomness import make_rng
from scenes.surfaces import MATERIAL
from synth.bodies import make_body, sample_body_shape
from synth.bodies.detail import CLOSE
from synth.bodies.skeleton import FINGERS, SIDES
from tests.synth.bodies.rest_pose import place


def people(count, seed, *, child=False):
    rng = make_rng(seed, 0, "test/nails")
    return [make_body(sample_body_shape(rng=rng, child=child), handedness="right") for _ in range(count)]


def find_nails(level):
    """Vertices (V,) of nails."""
    return (level.material == MATERIAL["plastic"]) & (level.layer == -1)


def test_every_finger_has_a_nail_near_its_tip():
    for body in [*people(3, 31), *people(1, 32, child=True)]:
        level, bones = body.level(CLOSE), body.skeleton
        nails = find_nails(level)
        where = place(body, level)
        for side in SIDES:
            for finger in FINGERS:
                bone = bones.index[f"{side}_{finger}3"]
                on = nails & (np.asarray(level.weights[:, [bone]].todense()).ravel() == 1.0)
                tip, joint = bones.at(f"{side}_{finger}_tip"), bones.at(f"{side}_{finger}3")
                share = (where[on] - joint) @ (tip - joint) / ((tip - joint) @ (tip - joint))
                assert 0.3 < share.min() < share.max() < 1.25
        assert nails.sum() % (len(SIDES) * len(FINGERS)) == 0


def test_polish_is_of_one_colour_and_of_some_women_only():
    """Bare nails have a bed, a moon and a free end."""
    polished = []
    for body in people(24, 33):
        level = body.level(CLOSE)
        colors = np.unique(level.color[find_nails(level)], axis=0)
        if len(colors) == 1:
            polished.append(body.shape.gender)
        else:
            assert len(colors) > 10
    assert 0 < len(polished) < 12
    assert max(polished) < 0.5
