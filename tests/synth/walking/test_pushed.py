"""What people push: as large as it is drawn, and turned aside before what stands in its way."""

import math

import numpy as np
import pytest
import shapely

from scenes.world import Door
from synth.bodies.gear import make_gear
from synth.shoppers.journeys import GEAR, ROOM_M
from synth.walking.crowd import Crowd
from synth.walking.gear import GearFloor
from synth.walking.leaves import Bars, Sector
from synth.walking.stops import Stops
from synth.walking.walker import Walker
from tests.synth.tiny_store import make_store

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


def meet(room, people):
    """Walk people (point, heading, goal or None, gear) until all stand; return the least gap to a box."""
    crowd = Crowd(room, step_s=STEP_S)
    for n, (point_m, heading_rad, _, kind) in enumerate(people):
        assert crowd.add(n, point_m, heading_rad, 1.0, *ROOM_M[kind], GEAR.get(kind))
    for n, (_, _, goal_m, _) in enumerate(people):
        if goal_m is not None:
            crowd.walk_to(n, goal_m)
    least_m, steps = math.inf, 0
    while any(crowd.is_walking(n) for n in range(len(people))):
        crowd.step()
        who, point_m, _, _ = crowd.list_people()
        for owner, box in crowd.list_boxes(now=True):
            others = [at_m for n, at_m in zip(who, point_m, strict=True) if n != owner]
            least_m = min(least_m, *(box.off_point(*at_m)[0] for at_m in others))
        steps += 1
        assert steps < 300
    return least_m


@pytest.mark.parametrize("kind", ["trolley", "pram", "wheelchair"])
@pytest.mark.parametrize("heading_rad", [0.0, math.pi / 2, 2.5])
def test_nobody_walks_through_what_stands_in_their_way(kind, heading_rad):
    standing = ((3.0, 2.0), heading_rad, None, kind)
    assert meet(shapely.box(0, 0, 6, 4), [standing, ((0.5, 2.2), 0.0, (5.5, 2.1), "walking")]) > 0.14


@pytest.mark.parametrize("kind", ["trolley", "pram", "wheelchair"])
def test_what_is_pushed_goes_round_who_stands_or_comes(kind):
    room = shapely.box(0, 0, 7, 3.2)
    pushing = ((0.6, 1.5), 0.0, (5.5, 1.6), kind)
    assert meet(room, [pushing, ((3.5, 1.5), 0.0, None, "walking")]) > 0.14
    assert meet(room, [pushing, ((6.4, 1.6), math.pi, (0.5, 1.5), "walking")]) > 0.14


def test_nobody_chooses_to_stand_where_a_trolley_does_and_none_comes_in_there():
    crowd = Crowd(shapely.box(0, 0, 6, 4), step_s=STEP_S)
    assert crowd.add(0, (3.0, 2.0), 0.0, 1.0, *ROOM_M["trolley"], GEAR["trolley"])
    assert not crowd.add(1, (3.0 + 0.9, 2.0), 0.0, 1.0)
    store = make_store()
    stops = Stops(store, shapely.box(0, 0, 6, 4))
    stops.set_boxes(crowd.list_boxes())
    assert not stops.is_free(1, (3.9, 2.0))
    assert stops.is_free(0, (3.9, 2.0))
    assert stops.is_free(1, (3.0 - 0.9, 2.0))


@pytest.mark.parametrize(("start_x_m", "heading_rad"), [(1.0, 0.0), (2.0, 0.0), (1.0, math.pi / 2)])
def test_a_trolley_is_turned_through_no_corner(start_x_m, heading_rad):
    """On the way about the end of an island, pointing away from it at first."""
    room = shapely.box(0, 0, 6, 3.4).difference(shapely.box(1.4, 1.5, 6, 2.2))
    crowd = Crowd(room, step_s=STEP_S)
    assert crowd.add(0, (start_x_m, 2.8), heading_rad, 1.0, *ROOM_M["trolley"], GEAR["trolley"])
    crowd.walk_to(0, (4.5, 0.8))
    deepest_m, steps = 0.0, 0
    while crowd.is_walking(0):
        crowd.step()
        ((_, box),) = crowd.list_boxes(now=True)
        corner_m = np.array([(1, 1), (1, -1), (-1, -1), (-1, 1)]) * box.half_m
        corner_m = corner_m @ [[box.cos, box.sin], [-box.sin, box.cos]] + [box.x_m, box.y_m]
        outline_m = shapely.segmentize(shapely.LinearRing(corner_m), 0.05).coords
        deepest_m = max(deepest_m, room.distance(shapely.points(outline_m)).max())
        steps += 1
        assert steps < 300
    assert deepest_m < 0.06


@pytest.mark.parametrize("kind", ["trolley", "pram"])
def test_what_is_seen_to_be_clear_reaches_into_nothing(kind):
    room = shapely.box(0, 0, 6, 4).difference(shapely.box(1.5, 1.6, 4.5, 2.2))
    floor, rng = GearFloor(room, ()), np.random.default_rng(0)
    seen = reaching = 0
    for point_m, rad in zip(rng.uniform(-0.5, 6.5, (2000, 2)), rng.uniform(-7, 7, 2000), strict=True):
        (reach_m,) = floor.reach_m(GEAR[kind], point_m[None], np.array([rad]))[0]
        clear = floor.is_clear(GEAR[kind], [tuple(point_m)], rad)
        assert not (clear and reach_m > 0.0)
        seen, reaching = seen + clear, reaching + (reach_m > 0.0)
    assert seen > 0.2 * (2000 - reaching)


def test_who_pushes_a_trolley_past_a_door_that_keeps_it_from_turning_goes_on_as_it_points():
    swing = Sector((3.67, 6.99), (-1.0, 0.0), (0.0, -1.0), 0.5982, 0.0, 1.75)
    leaf = Sector((3.67, 6.99), (-1.0, 0.0), (0.0, -1.0), 0.5982, 1.75, 1.75)
    walker = Walker(0, 1.0, (3.715, 6.228), [(3.58, 0.35)], gear=GEAR["trolley"], gear_rad=3.2198)
    bars, before_m = Bars((leaf,), (swing,)), walker.position_m
    walker.turn_aside = lambda way_m, now_rad, wanted_rad, step_s: now_rad - 0.4  # off a wall
    assert 0.0 < bars.room_m(walker) < 0.01
    for _ in range(5):
        walker.pace_mps = 0.5
        bars.slow_down(walker, STEP_S)
        (x, y), room_m = walker.position_m, bars.room_m(walker)
        bars.let_pass(walker, (x, y - walker.pace_mps * STEP_S), STEP_S)
        assert bars.room_m(walker) >= min(0.0, room_m)
    assert math.dist(before_m, walker.position_m) == pytest.approx(5 * 0.5 * STEP_S)


def test_who_stands_beside_a_door_and_shakes_by_a_hair_is_not_held_back():
    swing = Sector((7.76, 7.51), (1.0, 0.0), (0.0, -1.0), 0.7, 0.0, 1.75)
    walker = Walker(0, 1.0, (7.9, 6.2), [(8.65, 5.2)], math.pi, gear=GEAR["wheelchair"])
    bars = Bars((swing,), (swing,))
    assert bars.room_m(walker) > 0.0
    while bars.room_m(walker) > 0.0:
        walker.position_m = x, y = walker.position_m[0], walker.position_m[1] + 1e-4
    for rise_m, barred in ((1e-4, False), (0.01, True)):
        bars.let_pass(walker, (x, y + rise_m), STEP_S)
        assert walker.position_m == (x, y)
        assert walker.barred is barred
