"""Real body shapes drawn once: measuring a body takes 20 ms, and these tests need thousands."""

from functools import cache

import numpy as np

from synth.bodies import sample_body_shape


@cache
def _some(child):
    rng = np.random.default_rng(1)
    return tuple(sample_body_shape(rng=rng, child=child) for _ in range(8))


def choose_body_shape(*, rng, child):
    return _some(child)[rng.integers(8)]
