import math

import numpy as np
import pytest
import shapely
from scipy.ndimage import gaussian_filter1d

from synth.walking.crowd import WALL_CLEARANCE_M, Crowd
from synth.walking.ground import Ground
from synth.walking.leaves import BODY_M, LeafHistory, Sector
from synth.walking.model import PER_M
from synth.walking.routes import ROUTE_CLEARANCE_M
from synth.walking.trajectories import come_back, make_trajectories
from synth.walking.walker import SLIM_RADIUS_M

STEP_S = 0.05


def walk(crowd, people, steps):
    """Positions and headings of people over some steps, (steps, N, 2) and (steps, N)."""
    position_m, heading_rad = [], []
    for _ in range(steps):
        crowd.step()
        position_m.append([crowd.position_m(p) for p in people])
        heading_rad.append([crowd.heading_rad(p) for p in people])
    return np.array(position_m), np.array(heading_rad)


@pytest.fixture
def room():
    return shapely.box(0, 0, 6, 5).difference(shapely.box(2, 1.5, 4, 3.5))


def test_a_walker_goes_round_the_fixture_at_their_speed_and_stops(room):
    crowd = Crowd(room, step_s=STEP_S)
    assert crowd.add(0, (1.0, 2.5), 0.0, 1.0)
    crowd.walk_to(0, (5.0, 2.5))
    position_m, _ = walk(crowd, [0], 200)
    speed_mps = np.linalg.norm(np.diff(position_m[:, 0], axis=0), axis=1) / STEP_S
    assert not crowd.is_walking(0)
    assert math.dist(crowd.position_m(0), (5.0, 2.5)) < 0.07
    assert speed_mps.max() == pytest.approx(1.0, abs=0.05)
    assert np.abs(np.diff(speed_mps)).max() < 0.25
    blocked = shapely.box(2, 1.5, 4, 3.5)
    assert shapely.distance(blocked, shapely.points(position_m[:, 0])).min() >= WALL_CLEARANCE_M - 1e-6


def test_who_stands_does_not_move_at_all(room):
    crowd = Crowd(room, step_s=STEP_S)
    crowd.add(0, (1.0, 2.5), 0.0, 1.0)
    crowd.add(1, (1.0, 0.8), 0.0, 1.0)
    crowd.walk_to(1, (1.0, 4.4))
    position_m, _ = walk(crowd, [0, 1], 200)
    assert np.ptp(position_m[:, 0], axis=0).max() == 0.0
    assert math.dist(crowd.position_m(1), (1.0, 4.4)) < 0.07
    assert np.linalg.norm(position_m[:, 0] - position_m[:, 1], axis=1).min() > 2 * SLIM_RADIUS_M


def test_bodies_turn_smoothly_to_where_they_walk_and_face(room):
    crowd = Crowd(room, step_s=STEP_S)
    crowd.add(0, (1.0, 1.0), math.pi, 1.0)
    crowd.walk_to(0, (1.0, 4.0))
    position_m, heading_rad = walk(crowd, [0], 40)
    step_m = np.diff(position_m[-15:, 0], axis=0)
    assert heading_rad[-1, 0] == pytest.approx(math.atan2(step_m[-1, 1], step_m[-1, 0]), abs=0.1)
    walk(crowd, [0], 100)
    crowd.face(0, -math.pi / 2)
    assert not crowd.is_facing(0)
    _, turning = walk(crowd, [0], 60)
    assert crowd.is_facing(0)
    assert math.cos(turning[-1, 0] + math.pi / 2) > 0.995
    assert np.abs(np.diff(np.concatenate([heading_rad, turning])[:, 0])).max() <= 2.6 * STEP_S + math.pi
    assert np.abs(np.diff(turning[:, 0])).max() <= 2.6 * STEP_S + 1e-9


def test_two_streams_pass_in_a_narrow_aisle_without_deadlock():
    aisle = shapely.box(0, 0, 14, 1.5)
    crowd = Crowd(aisle, step_s=STEP_S)
    goals = {}
    for k in range(4):
        assert crowd.add(k, (0.6 + 0.9 * k, 0.5 + 0.3 * (k % 2)), 0.0, 0.9)
        assert crowd.add(10 + k, (13.4 - 0.9 * k, 0.9 - 0.3 * (k % 2)), math.pi, 0.9)
        goals[k], goals[10 + k] = (12.8 - 0.7 * k, 0.6), (1.2 + 0.7 * k, 0.9)
    for person, goal in goals.items():
        crowd.walk_to(person, goal)
    closest = math.inf
    for _ in range(1200):
        crowd.step()
        spots = np.array([crowd.position_m(p) for p in goals])
        apart = np.linalg.norm(spots[:, None] - spots[None], axis=2) + 9 * np.eye(len(spots))
        closest = min(closest, apart.min())
    through = [p for p, goal in goals.items() if (crowd.position_m(p)[0] > 7) == (goal[0] > 7)]
    assert len(through) == len(goals)
    assert closest > 0.2


def test_who_cannot_get_on_is_reported(room):
    crowd = Crowd(shapely.box(0, 0, 8, 0.7), step_s=STEP_S)
    crowd.add(0, (4.0, 0.35), 0.0, 1.0)
    crowd.add(1, (1.0, 0.35), 0.0, 1.0)
    crowd.walk_to(1, (7.0, 0.35))
    walk(crowd, [1], 60)
    assert not crowd.is_blocked(1)
    walk(crowd, [1], 300)
    assert crowd.is_blocked(1)
    crowd.stop(1)
    assert not crowd.is_walking(1)
    assert not crowd.is_blocked(1)


def test_who_walks_round_somebody_on_their_goal_for_ever_is_reported(room):
    crowd = Crowd(room, step_s=STEP_S)
    crowd.add(0, (1.0, 2.5), 0.0, 1.0)
    crowd.add(1, (1.0, 1.0), 0.0, 1.0)
    crowd.walk_to(1, (1.1, 2.75))
    position_m, _ = walk(crowd, [1], 300)
    assert crowd.is_walking(1)
    assert np.ptp(position_m[100:, 0], axis=0).max() > 0.3, "they are not just stuck"
    assert crowd.is_blocked(1)


def test_ways_are_found_to_the_very_border_of_the_floor():
    """The router refuses points on the border of its floor, where stops before a counter may lie."""
    counter = shapely.box(2.2, 1.53, 4, 3.5)
    crowd = Crowd(shapely.box(0, 0, 6, 5).difference(counter), step_s=STEP_S)
    crowd.add(0, (1.0, 1.0), 0.0, 1.0)
    for x_m in np.linspace(2.4, 4.1, 20):
        goal_m = (float(x_m), 3.5 + ROUTE_CLEARANCE_M)
        crowd.walk_to(0, goal_m)
        assert crowd.goal_m(0) == pytest.approx(goal_m, abs=1e-3)


def test_nobody_steps_in_on_top_of_another(room):
    crowd = Crowd(room, step_s=STEP_S)
    assert crowd.add(0, (1.0, 1.0), 0.0, 1.0)
    assert not crowd.add(1, (1.2, 1.0), 0.0, 1.0)
    crowd.remove(0)
    crowd.step()
    assert crowd.add(1, (1.2, 1.0), 0.0, 1.0)


def test_who_comes_at_a_pace_keeps_it_up_unless_they_stand_first(room):
    crowd = Crowd(room, step_s=STEP_S)
    for n, x_m in enumerate((0.6, 1.4)):
        assert crowd.add(n, (x_m, 0.6), math.pi / 2, 1.0, pace_mps=1.0)
    crowd.walk_to(0, (0.6, 4.4))
    from_m, _ = walk(crowd, [0, 1], 4)
    assert from_m[:, 0, 1] - 0.6 == pytest.approx(STEP_S * np.arange(1, 5), abs=0.02)
    assert np.ptp(from_m[:, 1], axis=0).max() == 0.0
    crowd.walk_to(1, (1.4, 4.4))
    crowd.step()
    assert crowd.position_m(1)[1] - 0.6 < 0.25 * STEP_S


def test_smooth_paths_come_back_to_the_floor_without_a_jump():
    """Round a post, a path that is cut short stays on the floor, and near its neighbours."""
    post = shapely.box(-0.3, -0.3, 0.3, 0.3)
    floor = shapely.box(-3, -3, 3, 3).difference(post)
    turn = np.linspace(0.0, 1.0, 400)[:, None]
    edge, corner, end = np.array([[-0.301, -2.0], [-0.301, 0.301], [2.0, 0.301]])
    recorded_m = np.concatenate([edge + turn * (corner - edge), corner + turn * (end - corner)])
    smooth_m = gaussian_filter1d(recorded_m, 30.0, axis=0, mode="nearest")
    assert not shapely.intersects_xy(floor, *smooth_m.T).all()
    back_m = come_back(Ground(floor), smooth_m, recorded_m)
    assert shapely.intersects_xy(floor, *back_m.T).all()
    inside = shapely.intersects_xy(floor, *smooth_m.T)
    assert (back_m[inside] == smooth_m[inside]).all()
    pitch_m = np.linalg.norm(np.diff(recorded_m, axis=0), axis=1).max()
    assert np.linalg.norm(np.diff(back_m, axis=0), axis=1).max() < 1.2 * pitch_m


def test_smoothing_keeps_standing_people_still_and_everybody_on_the_floor(room):
    ground = Crowd(room, step_s=STEP_S).ground
    time_s = np.arange(100) * STEP_S
    position_m = np.tile([1.0, 1.0], (100, 1, 1))
    position_m[40:, 0, 0] = 1.0 + np.minimum(np.arange(60), 20) * 0.05
    heading_rad = np.linspace(3.0, 3.5, 100)[:, None]
    present = np.ones((100, 1), bool)
    present[:5], present[90:] = False, False
    paths = make_trajectories(
        time_s,
        position_m,
        heading_rad,
        heading_rad,
        present,
        fps=20.0,
        ground=ground,
        leaves=LeafHistory((), (), time_s),
    )
    still = paths.position_m[:32, 0]
    assert np.abs(still - 1.0).max() < 1e-12
    assert np.ptp(paths.position_m[70:, 0], axis=0) == pytest.approx(0.0, abs=1e-12)
    assert np.abs(paths.heading_rad).max() <= math.pi
    assert not paths.position_m.flags.writeable
    assert np.linalg.norm(paths.position_m[:, 0] - position_m[:, 0], axis=1).max() < 0.08


def test_who_meets_people_standing_in_an_aisle_steps_round_them():
    """Two people stand in a row across the middle of the way, one behind the other and to the side."""
    crowd = Crowd(shapely.box(0, 0, 8, 2.2), step_s=STEP_S)
    crowd.add(0, (0.5, 1.1), 0.0, 1.0)
    for n, spot in enumerate([(3.0, 1.1), (4.2, 0.8), (5.4, 1.3)]):
        crowd.add(n + 1, spot, 0.0, 1.0)
    crowd.walk_to(0, (7.5, 1.1))
    position_m, _ = walk(crowd, range(4), 260)
    assert not crowd.is_walking(0)
    assert math.dist(crowd.position_m(0), (7.5, 1.1)) < 0.07
    assert np.ptp(position_m[:, 1:], axis=0).max() == 0.0
    apart_m = np.linalg.norm(position_m[:, :1] - position_m[:, 1:], axis=2)
    assert apart_m.min() > 2 * SLIM_RADIUS_M


@pytest.mark.parametrize("around_deg", [35, 45])
def test_who_meets_somebody_standing_by_the_end_of_a_row_squeezes_past(around_deg):
    """0.8 m from its corner, the wall behind them: room for a body, held up by two pushes."""
    x_m, y_m = 2.0 - 0.8 * math.cos(math.radians(around_deg)), 3.0 + 0.8 * math.sin(math.radians(around_deg))
    room = shapely.box(x_m - 0.35, 0, 6, 6).difference(shapely.box(2.0, 1.5, 6, 3.0))
    crowd = Crowd(room, step_s=STEP_S)
    assert crowd.add(0, (3.5, 3.5), math.pi, 1.0)
    assert crowd.add(1, (x_m, y_m), 0.0, 1.0)
    crowd.walk_to(0, ((x_m - 0.35 + 2.0) / 2, 0.5))
    position_m, _ = walk(crowd, [0, 1], 300)
    assert not crowd.is_walking(0)
    assert np.linalg.norm(position_m[:, 0] - position_m[:, 1], axis=1).min() > 2 * SLIM_RADIUS_M


@pytest.mark.parametrize("start_x_m", [4.8, 5.11, 5.3])
def test_two_who_meet_before_a_row_do_not_sway_there_for_ever(start_x_m):
    """One goes on past the row's end, the other into the aisle: neither gives way by itself."""
    rows = shapely.union(shapely.box(5.26, 2, 6.12, 7), shapely.box(2.6, 2, 3.5, 7))
    crowd = Crowd(shapely.box(0, 0, 11, 9).difference(rows), step_s=STEP_S)
    assert crowd.add(0, (3.8, 1.69), 0.0, 0.9)
    assert crowd.add(1, (start_x_m, 1.1), 1.5, 0.8)
    crowd.walk_to(0, (7.71, 4.49))
    crowd.walk_to(1, (4.85, 6.72))
    walk(crowd, [0, 1], 400)
    assert not crowd.is_walking(0)
    assert not crowd.is_walking(1)


def test_handles_on_the_model_see_their_own_person_while_others_come_and_go(room):
    """Handles that are kept read the same as ones looked up anew, of everybody, at each step."""
    crowd = Crowd(room, step_s=STEP_S)
    for n in range(6):
        assert crowd.add(n, (0.6 + 0.8 * n, 1.0), 0.0, 1.0)
        crowd.walk_to(n, (5.0 - 0.8 * n, 4.0))
    for step in range(120):
        if step in (20, 21, 50):
            crowd.remove({20: 0, 21: 3, 50: 5}[step])
        if step in (35, 80):
            assert crowd.add(100 + step, (0.5, 0.5), 0.0, 1.0)
            crowd.walk_to(100 + step, (5.0, 4.0))
        crowd.step()
        for walker in crowd._walkers.values():
            kept, state = crowd._model._handle(walker.agent_id)
            anew = crowd._model._simulation.agent(walker.agent_id)
            assert (kept.id, kept.position) == (walker.agent_id, anew.position)
            assert state.desired_speed == anew.model.desired_speed == walker.told_mps * PER_M


@pytest.mark.parametrize("goal_m", [(4.5, 1.0), (4.0, 1.6), (2.9, 0.8), (4.4, 2.0)])
@pytest.mark.parametrize("start_m", [(2.9, 2.0), (2.5, 2.3), (2.95, 2.5)])
def test_who_passes_near_an_open_door_gets_round_its_edge(start_m, goal_m):
    """The model knows nothing of doors: whom one holds back is not lost behind it."""
    crowd = Crowd(shapely.box(0, 0, 6, 3), step_s=STEP_S)
    door = Sector((3.2, 3.0), (-1.0, 0.0), (0.0, -1.0), 0.7, 1.75, 1.75)
    crowd.set_leaves((door,), (door,))
    crowd.add(0, start_m, 0.0, 1.1)
    crowd.walk_to(0, goal_m)
    position_m, _ = walk(crowd, [0], 240)
    assert not crowd.is_walking(0)
    assert math.dist(crowd.position_m(0), goal_m) < 0.07
    assert min(door.distance_m(*spot_m) for spot_m in position_m[:, 0]) > BODY_M
    assert np.linalg.norm(np.diff(position_m[:, 0], axis=0), axis=1).max() < 1.3 * STEP_S
