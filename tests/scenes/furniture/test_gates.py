"""Gates are frames about glass; ends of shelving differ from shop to shop."""

import numpy as np
import pytest

from scenes.furniture.fixtures import sample_fixture_style
from scenes.furniture.gates import FOOT_M, RAIL_M, make_gate_panes, make_gate_post
from scenes.furniture.parts import ENDS
from scenes.randomness import make_rng
from scenes.world import INSTANCE_FIXTURE, Fixture, StoreLayout


@pytest.mark.parametrize("size_m", [(0.1, 0.5), (0.5, 0.1)])
def test_the_glass_of_a_gate_fills_its_frame(size_m):
    """From each side one pane, in the middle of the post's thickness, and no metal behind it."""
    low = np.array([2.0, 0.25])
    corners = low + np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * size_m
    gate = Fixture("gate post", "gate", corners, 1.0, INSTANCE_FIXTURE + 2)
    layout = StoreLayout("kiosk", np.array([6.0, 6.0, 3.0]), None, (gate,), ())
    style = sample_fixture_style(steel_layer=4, rng=make_rng(0, 0, "style"))
    mesh = make_gate_post(corners, 1.0, gate.instance_id, style)
    assert np.allclose(mesh.position_m.min(0), [*low, 0.0])
    assert mesh.position_m[:, 2].max() == pytest.approx(1.0)
    front, back = make_gate_panes(layout)
    assert np.allclose(np.cross(front.right_m, front.up_m), -np.cross(back.right_m, back.up_m))
    assert front.up_m[2] == pytest.approx(1.0 - FOOT_M - RAIL_M)
    middle_m = front.corner_m + front.right_m / 2 + front.up_m / 2
    assert np.allclose(middle_m[:2], low + np.array(size_m) / 2)
    centre_m = mesh.position_m[mesh.faces].mean(1)
    assert (np.abs(centre_m - middle_m).max(axis=1) > 0.15).all()


def test_every_kind_of_end_is_drawn():
    styles = {sample_fixture_style(steel_layer=0, rng=make_rng(seed, 0, "style")).ends for seed in range(60)}
    assert styles == set(ENDS)
