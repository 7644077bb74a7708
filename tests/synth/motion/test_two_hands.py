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


def chord_m(held, palm_m, size_m):
    """How wide something round is where palms (F, 3) are; these are near its middle."""
    inverse = np.linalg.inv(held.world_from_item)
    aside_m = (np.einsum("fij,fj->fi", inverse[:, :3, :3], palm_m) + inverse[:, :3, 3])[:, 1]
    radius_m = size_m[:2].max() / 2
    assert (np.abs(aside_m) < 0.7 * radius_m).all()
    return 2 * np.sqrt(radius_m**2 - aside_m**2)


def test_both_palms_stay_at_what_both_hands_carry():
    found = 0
    for seed in (0, 3):
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
            product = store.item_product[held.item_id]
            wide_m = (
                chord_m(held, palms_m[:, 0], size_m)
                if store.catalogue.package[product] == "fruit"
                else size_m[0]
            )
            assert (np.linalg.norm(palms_m[:, 0] - palms_m[:, 1], axis=1) > 0.9 * wide_m).all()
            found += len(held.frame)
    assert found > 100


def takes_with_both(seed, *overrides):
    """Give act, poses of its item and gaps (2, F) in the 0.5 s from each two-handed contact on."""
    scenario = sample_scenario(load_config("large_items", overrides), seed=seed, index=0)
    simulation = simulate(scenario, make_store(scenario))
    acts = {act.item_ids[0]: act for act in simulation.acts if act.both and act.contact_s >= 0.0}
    after_s = np.array([0.001, *np.arange(0.05, 0.51, 0.05)])
    frame_time_s = np.unique(np.concatenate([act.contact_s + after_s for act in acts.values()]))
    motion = compute_motion(simulation, make_bodies(simulation.plans), frame_time_s=frame_time_s)
    for held in motion.held:
        act, time_s = acts.get(held.item_id), frame_time_s[held.frame]
        if act is None or act.contact_s > time_s[0] or time_s[0] > act.contact_s + 0.0011:
            continue
        palms_m = motion.palm_m[held.frame, held.shopper]
        gaps = np.stack([gaps_m(held, palms_m[:, hand], act.size_m) for hand in (0, 1)])
        just = time_s < act.contact_s + 0.501
        yield act, held.world_from_item[just], gaps[:, just]


def find_takes(seed, *overrides, least=10):
    """The same of the first clips of a shop that have so many together."""
    takes = []
    for number in range(3):
        takes += takes_with_both(seed + 10 * number, *overrides)
        if len(takes) >= least:
            return takes
    raise AssertionError(f"{overrides}: {len(takes)} takes with both hands")


def test_both_palms_reach_what_is_low_deep_or_high():
    crowded = (
        "shoppers.count=16",
        "shoppers.extra_items=2",
        "shoppers.arrival_window_s=5",
        "clip.warmup_s=10",
        "clip.duration_s=40",
    )
    shops = (
        (4, "store.freezers=0.3"),
        (5, "store.freezers=0.3", "store.gondola_height_m=1.9"),
        (6, "store.freezers=0", "store.fill=0.3"),  # what is left of the goods stands deep
    )
    height_m = []
    for seed, *shop in shops:
        for act, poses, gaps in find_takes(seed, *crowded, *shop):
            assert gaps.max() < 0.02
            # It leaves from where it stood.
            assert np.linalg.norm(poses[0, :3, 3] - act.world_from_item[:3, 3]) < 0.01
            height_m.append(act.world_from_item[2, 3])
    assert len(height_m) >= 30
    assert min(height_m) < 0.3
    assert max(height_m) > 1.3
