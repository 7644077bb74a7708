"""Large items are held by two palms from the grasp until they are let go."""

import numpy as np

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store
from synth.bodies import make_bodies
from synth.motion import compute_motion
from synth.simulation import simulate


def gaps_m(held, palm_m, size_m):
    """Distance of palms (F, 3) from the box of an item that is held."""
    inverse = np.linalg.inv(held.world_from_item)
    local = np.einsum("fij,fj->fi", inverse[:, :3, :3], palm_m) + inverse[:, :3, 3]
    beyond = np.abs(local - [0.0, 0.0, size_m[2] / 2]) - size_m / 2
    return np.linalg.norm(np.maximum(beyond, 0.0), axis=1)


def test_both_palms_stay_at_what_both_hands_carry():
    found = 0
    for seed in range(2):
        scenario = sample_scenario(load_config("large_items"), seed=seed, index=0)
        store = make_store(scenario)
        simulation = simulate(scenario, store)
        motion = compute_motion(
            simulation, make_bodies(simulation.plans), frame_time_s=np.arange(0, 24, 0.25)
        )
        large = {item for act in simulation.acts if act.both for item in act.item_ids}
        for held in motion.held:
            if held.item_id not in large:
                continue
            size_m = store.catalogue.size_m[store.item_product[held.item_id]]
            palms_m = motion.palm_m[held.frame, held.shopper]
            assert gaps_m(held, palms_m[:, 0], size_m).max() < 0.02
            assert gaps_m(held, palms_m[:, 1], size_m).max() < 0.02
            # One at either side of it.
            assert np.linalg.norm(palms_m[:, 0] - palms_m[:, 1], axis=1).min() > 0.9 * size_m[0]
            found += len(held.frame)
    assert found > 100
