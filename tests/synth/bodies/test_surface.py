"""Surfaces of bodies: what refining makes of them."""

import numpy as np

from synth.bodies.hair import make_blob
from synth.bodies.surface import refine


def test_a_refined_ball_is_rounder():
    """Faces of half the length are a quarter as far from a ball, and a little more about its poles."""
    ball = make_blob(np.zeros(3), np.ones(3), 0, 1)
    fine = refine(ball)
    assert len(fine.faces) == 4 * len(ball.faces)
    before, after = (np.linalg.norm(s.position_m[s.faces].mean(axis=1), axis=1) for s in (ball, fine))
    assert (1.0 - after).mean() < 0.4 * (1.0 - before).mean()
    assert after.max() < 1.02
