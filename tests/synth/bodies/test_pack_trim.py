"""What is sewn on a backpack lies on it, on both sides alike."""

import numpy as np

from synth.bodies.pack_trim import make_trim

MIDDLE, HALF = np.array([-0.2, 0.0, 1.3]), np.array([0.08, 0.15, 0.21])
POCKET = MIDDLE - HALF * [1.0, 0.0, 0.4], HALF * [0.4, 0.75, 0.45]
BONES = np.array([0.0, 1.0, 0.0])
COLOR = np.array([0.2, 0.22, 0.3])


def measure(points_m, middle, half):
    """How far out (P,) points are of a superellipsoid of the sixth power: 1 on it."""
    return (np.abs((points_m - middle) / half) ** 6).sum(axis=1) ** (1 / 6)


def test_zips_pads_and_loop_lie_on_the_pack():
    trim = make_trim((MIDDLE, HALF), POCKET, BONES, COLOR)
    out = np.minimum(measure(trim.position_m, MIDDLE, HALF), measure(trim.position_m, *POCKET))
    loop = np.abs(trim.color - 0.7 * COLOR).max(axis=1) < 1e-9
    zips = np.arange(trim.vertex_count) < 2 * 25 * 4
    assert 0.97 < out[zips].min() < out[zips].max() < 1.08
    assert trim.position_m[loop, 2].max() > MIDDLE[2] + HALF[2] + 0.01  # a hand goes under it
    assert out[loop].min() < 1.0  # and its ends are sewn in
    assert out.max() < 1.4
    np.testing.assert_array_equal(trim.weights, np.tile(BONES, (trim.vertex_count, 1)))


def test_both_sides_are_alike_and_zips_are_seen():
    for color in (COLOR, np.full(3, 0.8)):
        trim = make_trim((MIDDLE, HALF), POCKET, BONES, color)
        mirrored = trim.position_m * [1.0, -1.0, 1.0]
        away = np.linalg.norm(mirrored[:, None] - trim.position_m[None], axis=2).min(axis=1)
        assert away.max() < 0.01
        assert np.abs(trim.color[0] - color).mean() > 0.15
