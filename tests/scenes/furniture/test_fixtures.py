"""Furniture of every kind keeps within its footprint, under its height, and clear of the room for goods."""

import numpy as np
import pytest

from scenes.furniture.chests import make_chest
from scenes.furniture.cooling import make_chiller, make_fridge
from scenes.furniture.counters import make_hot_counter, make_table
from scenes.furniture.desks import find_devices_m, make_desk
from scenes.furniture.fixtures import sample_fixture_style
from scenes.furniture.parts import RunShape
from scenes.furniture.pegs import make_peg_wall
from scenes.randomness import make_rng
from scenes.world import CLASS_ID, INSTANCE_FIXTURE, Fixture

KINDS = {
    "chest": (make_chest, -0.105, 0.88, (0.67,)),
    "chiller": (make_chiller, 0.0, 1.88, (0.215, 0.65, 1.0, 1.4)),
    "fridge": (make_fridge, -0.07, 1.88, (0.215, 0.65, 1.0, 1.4)),
    "peg_wall": (make_peg_wall, 0.0, 1.9, (0.3, 0.585, 0.87, 1.155, 1.44)),
    "table": (make_table, 0.0, 0.9, (0.215, 0.85)),
    "hot_counter": (make_hot_counter, 0.0, 1.45, (0.88, 1.2)),
}


def _make(kind, length_m):
    build, front, top, boards = KINDS[kind]
    shape = RunShape(length_m, 0.41, front, 0.5, top, np.array(boards), 0.03, 0.0)
    style = sample_fixture_style(steel_layer=4, rng=make_rng(0, 0, "style"))
    return shape, build(shape, style, INSTANCE_FIXTURE + 3, (9, 4))


@pytest.mark.parametrize("length_m", [0.9, 3.3])
@pytest.mark.parametrize("kind", KINDS)
def test_a_run_keeps_within_its_footprint_and_is_one_instance(kind, length_m):
    shape, mesh = _make(kind, length_m)
    low, high = mesh.position_m.min(0), mesh.position_m.max(0)
    assert low[0] >= -0.03 - 1e-6
    assert high[0] <= length_m + 0.03 + 1e-6
    assert low[1] >= min(shape.front_m, 0.0) - 0.016, "price rails stand 15 mm proud"
    assert high[1] <= shape.back_m + 1e-6
    assert low[2] >= -1e-6
    assert high[2] <= shape.top_m + 1e-6
    assert set(mesh.instance_id.tolist()) == {INSTANCE_FIXTURE + 3}
    assert set(mesh.class_id.tolist()) == {CLASS_ID["fixture"]}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_stands_where_goods_stand_and_hands_reach(kind):
    """Each compartment is free from its front edge to its back: no triangle has its middle there."""
    shape, mesh = _make(kind, 3.3)
    centre = mesh.position_m[mesh.faces].mean(1)
    for board in shape.board_z_m:
        inside = (centre[:, 2] > board + 0.02) & (centre[:, 2] < board + 0.12)
        inside &= (centre[:, 1] > 0.03) & (centre[:, 1] < shape.depth_m - 0.01)
        inside &= (centre[:, 0] > 0.03) & (centre[:, 0] < shape.length_m - 0.03)
        assert not inside.any()


@pytest.mark.parametrize("size_m", [(0.6, 2.0), (2.0, 0.6), (0.55, 0.9), (0.5, 0.6), (0.3, 1.4)])
def test_a_desk_keeps_to_its_footprint_and_its_devices_to_what_they_take(size_m):
    wide, long = size_m
    corners = np.array([[1.0, 2.0], [1.0 + wide, 2.0], [1.0 + wide, 2.0 + long], [1.0, 2.0 + long]])
    style = sample_fixture_style(steel_layer=4, rng=make_rng(0, 0, "style"))
    desk = Fixture("desk", "counter", corners, 1.02, INSTANCE_FIXTURE)
    mesh = make_desk(desk, style)
    assert np.allclose(mesh.position_m[:, :2].min(0), [1.0, 2.0], atol=1e-6)
    assert np.allclose(mesh.position_m[:, :2].max(0), [1.0 + wide, 2.0 + long], atol=1e-6)
    devices_m = mesh.position_m[mesh.position_m[:, 2] > 1.0201]
    taken_m = find_devices_m(desk)
    assert (taken_m is None) == (min(size_m) < 0.4) == (len(devices_m) == 0)
    if taken_m is not None:
        assert np.allclose(
            np.concatenate([devices_m[:, :2].min(0), devices_m[:, :2].max(0)]), taken_m, atol=0.02
        )
        assert (devices_m[:, :2].min(0) >= np.array(taken_m[:2]) - 1e-6).all()
        assert (devices_m[:, :2].max(0) <= np.array(taken_m[2:]) + 1e-6).all()
        assert 1.3 < devices_m[:, 2].max() < 1.5
