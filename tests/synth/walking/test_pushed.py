"""What people push: as large as it is drawn, and turned aside before what stands in its way."""

import math

import numpy as np
import pytest
import shapely

from scenes.world import Door
from synth.bodies.gear import make_gear
from synth.shoppers.journeys import GEAR
from synth.walking.crowd import Crowd

STEP_S = 0.05


@pytest.mark.parametrize("kind", [kind for kind, gear in GEAR.items() if gear.pushed])
def test_its_box_holds_its_mesh(kind):
    mesh_m = make_gear(kind, 1.7, np.ones(3), 0).position_m
    back_m, front_m, half_m = GEAR[kind].box_m
    assert (back_m, front_m) == pytest.approx((mesh_m[:, 0].min(), mesh_m[:, 0].max()), abs=0.006)
    assert half_m == pytest.approx(abs(mesh_m[:, 1]).max(), abs=0.006)


def push(goal_m, doors=()):
    """Push a trolley from the middle of a room of 5 x 4 m; return where it is and points, step by step."""
    crowd = Crowd(shapely.box(0, 0, 5, 4), step_s=STEP_S, doors=doors)
    assert crowd.add(0, (2.5, 2.0), -math.pi / 2, 1.0, gear=GEAR["trolley"])
    crowd.walk_to(0, goal_m)
    for _ in range(120):
        crowd.step()
        _, (point_m,), _, (gear_rad,) = crowd.list_people()
        yield np.array(point_m), gear_rad


def test_a_trolley_is_turned_aside_before_a_wall():
    _, front_m, half_m = GEAR["trolley"].box_m
    corner_m = np.array([[front_m, -half_m], [front_m, half_m]])
    for goal_m in ((2.5, 0.4), (0.4, 2.0), (4.6, 3.6)):
        for point_m, gear_rad in push(goal_m):
            (x, y), (cos, sin) = corner_m.T, (math.cos(gear_rad), math.sin(gear_rad))
            nose_m = point_m + np.column_stack([x * cos - y * sin, x * sin + y * cos])
            assert (nose_m > -0.05).all()
            assert (nose_m < [5.05, 4.05]).all()
        assert math.dist(point_m, goal_m) < 0.1


def test_a_trolley_goes_straight_out_through_a_door():
    door = Door("exit", np.array([2.5, 0.3]), np.array([0.0, -1.0]), 1.2)
    point_m, gear_rad = zip(*push((2.5, 0.3), (door,)), strict=True)
    assert gear_rad == pytest.approx([-math.pi / 2] * len(gear_rad), abs=0.02)
    assert point_m[-1][1] < 0.4


@pytest.mark.parametrize("side", [-1, 1])
def test_a_trolley_is_turned_aside_to_where_nobody_stands(side):
    crowd = Crowd(shapely.box(0, 0, 5, 4), step_s=STEP_S)
    assert crowd.add(0, (2.5, 2.0), -math.pi / 2, 1.0, gear=GEAR["trolley"])
    assert crowd.add(1, (2.5 + 0.8 * side, 0.5), 0.0, 1.0)
    crowd.walk_to(0, (2.5, 0.4))
    for _ in range(120):
        crowd.step()
    _, _, _, (gear_rad, _) = crowd.list_people()
    assert math.cos(gear_rad) * side < -0.9
