"""Hands, boards and feet over whole simulated clips."""

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store
from synth.bodies import make_bodies
from synth.motion import compute_motion
from synth.simulation import simulate

SETTINGS = (
    "clip.duration_s=20", "clip.warmup_s=10", "shoppers.count=5", "shoppers.arrival_window_s=5",
    "shoppers.child_share=0", "behaviours.put_back=0.4",
)  # fmt: skip


@pytest.fixture(scope="module", params=[1, 2])
def clip(request):
    scenario = sample_scenario(load_config("everyday", SETTINGS), seed=request.param, index=0)
    store = make_store(scenario)
    simulation = simulate(scenario, store)
    acts = [a for a in simulation.acts if a.world_from_item is not None and 0 <= a.contact_s < 20]
    times = np.unique(np.concatenate([np.arange(0, 20, 0.1), [a.contact_s for a in acts]]))
    bodies = make_bodies(simulation.plans)
    return simulation, acts, compute_motion(simulation, bodies, frame_time_s=times)


def gap_m(act, palm):
    """Distance of a palm from an item's box."""
    local = np.linalg.inv(act.world_from_item) @ np.append(palm, 1.0)
    beyond = np.abs(local[:3] - [0, 0, act.size_m[2] / 2]) - act.size_m / 2
    return float(np.linalg.norm(np.maximum(beyond, 0.0)))


def test_palms_touch_items_at_contact(clip):
    simulation, acts, motion = clip
    # From a wheelchair not every shelf is within reach.
    afoot = [n for n, plan in enumerate(simulation.plans) if plan.mobility != "wheelchair"]
    reaching = [a for a in acts if a.kind in ("take", "put", "touch", "pick_up") and a.shopper in afoot]
    gaps = []
    for act in reaching:
        frame = int(np.searchsorted(motion.time_s, act.contact_s))
        if motion.present[frame, act.shopper]:
            gaps.append(gap_m(act, motion.palm_m[frame, act.shopper, ("left", "right").index(act.hand)]))
    assert len(gaps) > 3
    assert np.mean(np.array(gaps) < 0.02) > 0.9
    assert max(gaps) < 0.08


def test_planted_feet_stand_still(clip):
    _, _, motion = clip
    for k, side in enumerate(("left", "right")):
        ball = motion.joint_position_m[:, :, motion.joint_names.index(f"{side}_foot")]
        both = motion.foot_planted[1:, :, k] & motion.foot_planted[:-1, :, k]
        both &= motion.present[1:] & motion.present[:-1]
        slide = np.linalg.norm(np.diff(ball, axis=0), axis=-1)[both]
        assert both.sum() > 50
        assert slide.max() < 0.01
