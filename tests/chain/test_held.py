"""Items in hands, over whole simulated clips of several presets: the hand really holds them."""

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store
from synth.bodies import make_bodies
from synth.ledger.placement import add_brought_items
from synth.motion import compute_motion
from synth.pipeline import compute_frame_times
from synth.simulation import simulate


def distance_to_box(point_m, world_from_item, size_m):
    """Distance from a point to an item's box (0 inside), whose base is centred on its origin."""
    local = world_from_item[:3, :3].T @ (point_m - world_from_item[:3, 3]) - [0, 0, size_m[2] / 2]
    return np.linalg.norm(np.maximum(np.abs(local) - size_m / 2, 0))


@pytest.mark.parametrize("preset", ["everyday", "wrong_shelf"])
def test_an_item_in_a_hand_is_within_3_cm_of_the_palm(preset):
    held = 0
    for index in range(2):
        scenario = sample_scenario(load_config(preset, ["clip.duration_s=20"]), seed=21, index=index)
        store = make_store(scenario)
        simulation = simulate(scenario, store)
        store = add_brought_items(store, simulation)
        bodies = make_bodies(simulation.plans)
        motion = compute_motion(simulation, bodies, frame_time_s=compute_frame_times(scenario))
        for item in motion.held:
            size_m = store.catalogue.size_m[store.item_product[item.item_id]]
            palms = motion.palm_m[item.frame, item.shopper, 0 if item.hand == "left" else 1]
            for palm, pose in zip(palms, item.world_from_item, strict=True):
                assert distance_to_box(palm, pose, size_m) <= 0.03
                held += 1
    assert held > 100
