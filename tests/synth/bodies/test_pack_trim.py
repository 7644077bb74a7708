"""What is sewn on a backpack lies on it, on both sides alike."""

import numpy as np
from scipy.spatial import cKDTree

from synth.bodies.pack_form import make_case, make_pocket
from synth.bodies.pack_trim import make_trim

PACK = np.array([-0.2, 0.0, 1.3]), np.array([0.08, 0.15, 0.21])
BONES = np.array([0.0, 1.0, 0.0])
COLOR = np.array([0.2, 0.22, 0.3])
ZIPS = 2 * 25 * 4  # vertices, of case and pocket


def measure_away(points_m):
    """How far (P,) points are from the case or the pocket, whichever is nearer, metres."""
    fine = [make(PACK, rows=400, around=800)[0] for make in (make_case, make_pocket)]
    return cKDTree(np.concatenate(fine)).query(points_m)[0]


def test_zips_pads_and_loop_lie_on_the_pack():
    trim = make_trim(PACK, BONES, COLOR)
    away_m = measure_away(trim.position_m)
    loop = np.abs(trim.color - 0.7 * COLOR).max(axis=1) < 1e-9
    assert away_m[:ZIPS].max() < 0.006
    top_m = make_case(PACK, rows=12, around=20)[0][:, 2].max()
    assert trim.position_m[loop, 2].max() > top_m + 0.01  # a hand goes under it
    assert away_m[loop].min() < 0.015  # and its ends are sewn in
    assert away_m.max() < 0.045
    np.testing.assert_array_equal(trim.weights, np.tile(BONES, (trim.vertex_count, 1)))


def test_both_sides_are_alike_and_zips_are_seen():
    for color in (COLOR, np.full(3, 0.8)):
        trim = make_trim(PACK, BONES, color)
        mirrored = trim.position_m * [1.0, -1.0, 1.0]
        away = np.linalg.norm(mirrored[:, None] - trim.position_m[None], axis=2).min(axis=1)
        assert away.max() < 0.01
        assert np.abs(trim.color[0] - color).mean() > 0.15
