"""Nobody gets on faster than they walk: held back by gear or doors, shoved, or brought back to the ground."""

import math
from unittest import mock

import numpy as np
import pytest
import shapely
from scipy.ndimage import gaussian_filter1d

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store
from synth.simulation import Recorder
from synth.walking.conduct import FLEEING_PACE
from synth.walking.ground import Ground
from synth.walking.trajectories import come_back
from tests.synth.light_bodies import choose_body_shape

CLIPS = (("messy_shelves", 12), ("messy_shelves", 15), ("fogged_freezer", 15), ("evacuation", 25))


@pytest.fixture(scope="module", params=CLIPS, ids=lambda clip: f"{clip[0]}-{clip[1]}")
def recorded(request):
    """(longest step of anybody by their pace, simulation, scenario), of shops of 100 to 220 SKUs."""
    preset, seed = request.param
    sets = ("catalogue.skus={uniform: [100, 220]}", "cameras.count=2", "cameras.lens=pinhole")
    scenario = sample_scenario(load_config(preset, sets), seed=seed, index=0)
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        recorder = Recorder(scenario, make_store(scenario))
    crowd, longest = recorder.floor.crowd, 0.0
    for step in range(len(recorder.time_s)):
        before_m = dict(zip(*crowd.list_people()[:2], strict=True))
        recorder.step(step)
        for n, here_m in zip(*crowd.list_people()[:2], strict=True):
            pace_mps = recorder.floor.people[n].plan.speed_mps * hurry(scenario)
            step_m = math.dist(before_m.get(n, here_m), here_m)
            longest = max(longest, step_m / (pace_mps * crowd.step_s))
    return longest, recorder.finish(), scenario


def hurry(scenario):
    return FLEEING_PACE if scenario.journeys.evacuate else 1.0


def test_nobody_takes_a_longer_step_than_their_pace(recorded):
    longest, _, _ = recorded
    assert 0.9 < longest < 1.0001


def test_smooth_paths_are_no_faster_than_people_walk(recorded):
    _, simulation, scenario = recorded
    paths = simulation.trajectories
    both = paths.present[1:] & paths.present[:-1] & [not plan.carried_by for plan in simulation.plans]
    speed_mps = np.linalg.norm(np.diff(paths.position_m, axis=0), axis=2) * both * paths.fps
    pace_mps = np.array([plan.speed_mps for plan in simulation.plans]) * hurry(scenario)
    assert (speed_mps.max(axis=0) > 0.9 * pace_mps).any()
    assert (speed_mps.max(axis=0) < 1.0001 * pace_mps).all()


@pytest.mark.parametrize("deep_m", [0.06, 0.1, 0.2, 0.3])
def test_a_smooth_path_round_a_post_goes_no_faster(deep_m):
    """Where smoothing cuts through a thin post, the points beyond it are drawn along, and none leaps."""
    floor = shapely.box(-3, -2, 3, 2).difference(shapely.box(-0.05, -2, 0.05, deep_m))
    corners_m = [(-2, 0), (-0.06, 0), (-0.06, deep_m + 0.01), (0.06, deep_m + 0.01), (0.06, 0), (2, 0)]
    way = shapely.LineString(corners_m)
    pitch_m = 0.05
    recorded_m = shapely.get_coordinates(way.interpolate(np.arange(0, way.length, pitch_m)))
    smooth_m = gaussian_filter1d(recorded_m, 4.0, axis=0, mode="nearest", truncate=2.0)
    assert not shapely.intersects_xy(floor, *smooth_m.T).all()
    back_m = come_back(Ground(floor), smooth_m, recorded_m)
    assert shapely.intersects_xy(floor, *back_m.T).all()
    assert np.linalg.norm(np.diff(back_m, axis=0), axis=1).max() < 1.0001 * pitch_m
