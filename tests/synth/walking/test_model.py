import jupedsim as jps
import numpy as np
import pytest
import shapely

from synth.walking.model import MODEL_STEPS, SLIM_TIME_GAP_S, TIME_GAP_S, Model

STEP_S = 0.1
FLOOR = shapely.box(0, 0, 10, 8).difference(shapely.box(3, 2, 4, 6)).difference(shapely.box(6, 2, 7, 6))


def walk(people, steps):
    """Positions (steps, N, 2) of people given as (from, to, pace, radius, slim)."""
    model = Model(FLOOR, step_s=STEP_S)
    ids = [model.add(from_m) for from_m, *_ in people]
    for agent_id, (_, to_m, pace_mps, radius_m, slim) in zip(ids, people, strict=True):
        model.aim(agent_id, to_m)
        model.pace(agent_id, pace_mps)
        model.shape(agent_id, radius_m, slim=slim)
    position_m = []
    for _ in range(steps):
        model.step()
        position_m.append(model.list_positions_m(ids))
    return np.array(position_m)


def walk_in_metres(people, steps):
    """The same by jupedsim itself, one of its lengths a metre."""
    simulation = jps.Simulation(
        model=jps.CollisionFreeSpeedModelV2(), geometry=FLOOR, dt=STEP_S / MODEL_STEPS
    )
    stage = simulation.add_direct_steering_stage()
    journey = simulation.add_journey(jps.JourneyDescription([stage]))
    ids = []
    for from_m, _, pace_mps, radius_m, slim in people:
        parameters = jps.CollisionFreeSpeedModelV2AgentParameters(
            position=from_m,
            time_gap=SLIM_TIME_GAP_S if slim else TIME_GAP_S,
            desired_speed=pace_mps,
            radius=radius_m,
            journey_id=journey,
            stage_id=stage,
        )
        ids.append(simulation.add_agent(parameters))
    for agent_id, (_, to_m, *_) in zip(ids, people, strict=True):
        simulation.agent(agent_id).target = to_m
    position_m = []
    for _ in range(steps):
        simulation.iterate(MODEL_STEPS)
        position_m.append([simulation.agent(agent_id).position for agent_id in ids])
    return np.array(position_m)


@pytest.mark.parametrize("slim", [False, True])
def test_who_is_alone_or_beside_another_walks_as_jupedsim_says_to_the_last_bit(slim):
    people = [((4.6, 0.9), (4.6, 7.0), 1.3, 0.2, slim), ((5.2, 1.9), (5.1, 7.0), 0.9, 0.33, False)]
    mine, theirs = walk(people, 20), walk_in_metres(people, 20)
    assert np.linalg.norm(theirs[:, 0] - theirs[:, 1], axis=1).max() < 1.5
    assert np.ptp(theirs[:, :, 0], axis=0).min() > 0.01  # they push each other aside
    assert np.array_equal(mine, theirs)


def test_who_is_farther_off_hardly_matters():
    rng = np.random.default_rng(3)
    spots = [(x, y) for x in (0.8, 2.2, 5.0, 7.8, 9.2) for y in (0.8, 2.2, 3.6, 5.0, 6.4)]
    people = [
        (spot, (spot[0], 7.2 if spot[1] < 4 else 0.8), float(rng.uniform(0.0, 1.5)), 0.2, False)
        for spot in spots
    ]
    mine, theirs = walk(people, 10), walk_in_metres(people, 10)
    assert np.linalg.norm(theirs[-1] - theirs[0], axis=1).max() > 0.8
    assert np.linalg.norm(mine - theirs, axis=2).max() < 2e-3
