"""Dressed people of many kinds."""

import pytest

from scenes.randomness import make_rng
from synth.bodies import make_body, sample_body_shape
from tests.synth.bodies.rest_pose import place


@pytest.fixture(scope="module")
def dressed():
    rng = make_rng(8, 0, "test/garments")
    who = [(False, "walking")] * 5 + [(True, "walking")] * 2 + [(False, "wheelchair"), (True, "wheelchair")]
    bodies = [
        make_body(sample_body_shape(rng=rng, child=child), handedness="right", mobility=mobility)
        for child, mobility in who
    ]
    return [(body, body.level(0), place(body, body.level(0))) for body in bodies]
