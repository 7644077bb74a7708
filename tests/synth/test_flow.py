"""People get on: in calm clips of every format of shop nobody is stuck, nobody waits long."""

from unittest import mock

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.scenario import STORE_FORMATS
from scenes.store import make_store
from synth.walking.flow import measure_flow
from tests.synth.light_bodies import choose_body_shape

CALM = [(preset, seed, "") for preset in ("everyday", "evening_rush") for seed in range(4)]
CALM += [("everyday", seed, store_format) for store_format in STORE_FORMATS for seed in (4, 5)]


@pytest.mark.parametrize(("preset", "seed", "store_format"), CALM)
def test_nobody_is_stuck_for_ten_seconds(preset, seed, store_format):
    """Whoever walks gets at least 0.3 m on within 10 s, in every clip and every format of shop; whoever hands
    something over is answered soon.
    """
    sets = [f"store.format={store_format}"] if store_format else []
    sets += ["cameras.count=2", "cameras.lens=pinhole", "catalogue.skus=64"]  # made sooner
    scenario = sample_scenario(load_config(preset, sets), seed=seed, index=0)
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        flow = measure_flow(scenario, make_store(scenario))
    walked_m = np.linalg.norm(np.diff(flow.simulation.trajectories.position_m, axis=0), axis=2).sum()
    assert walked_m > 20.0
    assert flow.longest_stall_s < 10.0
    assert flow.longest_wait_s < 16.0
