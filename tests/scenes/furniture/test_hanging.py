"""Promotional signs that hang over rows cover no sign that names a section."""

import numpy as np
import pytest

from scenes.furniture.hanging import make_hanging_signs
from scenes.furniture.signs import Sign
from scenes.plan.layout import sample_floor_plan
from scenes.scenario import StoreSpec


@pytest.mark.parametrize(
    ("aside_m", "below_m", "covered"),
    [(0.0, 0.2, True), (0.9, 0.2, True), (1.0, 0.2, False), (0.0, 0.5, False)],
)
def test_no_sign_hangs_in_line_with_one_of_a_section(aside_m, below_m, covered):
    spec = StoreSpec(format="supermarket", width_m=12.0, depth_m=11.0, height_m=3.2)
    plan = sample_floor_plan(spec, trips=4, rng=np.random.default_rng(0))

    def hang(*boards):
        signs = make_hanging_signs(plan, 1.0, (0,), boards, first_layer=0, rng=np.random.default_rng(1))
        return [np.concatenate([sign.position_m.min(0), sign.position_m.max(0)]) for sign in signs]

    bare = hang()
    assert bare
    for box in bare:
        across = int(np.argmax(box[3:5] - box[:2]))  # along its board
        center_m = (box[:3] + box[3:]) / 2
        center_m[across] += aside_m
        center_m[1 - across] = 0.0 if across == 0 else spec.width_m
        center_m[2] = box[2] + 0.012 - below_m - 0.15
        board = Sign(center_m, np.eye(2)[1 - across], 1.0, 0.3, 0)
        hung = hang(board)
        assert any(np.array_equal(box, other) for other in hung) != covered
