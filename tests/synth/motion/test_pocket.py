"""What is concealed goes into a pocket with the hand: at the contact all fingertips are under the cloth."""

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store
from synth.bodies import make_bodies
from synth.bodies.body import skin
from synth.bodies.detail import LEVELS
from synth.bodies.skeleton import FINGERS
from synth.motion import compute_motion
from synth.motion.seats import _is_arm
from synth.simulation import simulate
from tests.synth.motion.test_carried import wind


def test_winding_tells_inside_from_outside():
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], float)
    faces = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])
    winding = wind(np.array([[0.1, 0.1, 0.1], [0.9, 0.9, 0.9]]), corners, faces)
    np.testing.assert_allclose(winding, [1.0, 0.0], atol=1e-9)


@pytest.fixture(scope="module")
def clips():
    """(simulation, its acts of concealing) of the first two clips in which somebody does."""
    settings = ("clip.duration_s=25", "behaviours.conceal=0.9", "shoppers.count=9", "store.width_m=8")
    found = []
    for seed in range(1, 7):
        scenario = sample_scenario(load_config("other_bags", settings), seed=seed, index=0)
        simulation = simulate(scenario, make_store(scenario))
        acts = [act for act in simulation.acts if act.kind == "conceal" and 0 < act.contact_s < 25]
        found += [(simulation, acts)] if acts else []
        if len(found) == 2:
            break
    return found


@pytest.mark.parametrize("clip", [0, 1])
def test_all_fingertips_are_under_the_cloth(clips, clip):
    simulation, acts = clips[clip]
    bodies = make_bodies(simulation.plans)
    for act in acts:
        n, body = act.shopper, bodies[act.shopper]
        motion = compute_motion(simulation, bodies, frame_time_s=np.array([act.contact_s]))
        bones = len(body.skeleton.parents)
        shown = body.level(LEVELS - 1)
        joint = motion.joint_position_m[0, n].astype(float)
        skin_m = skin(shown, motion.joint_rotation[0, n].astype(float), joint[:bones]).astype(float)
        worn = (shown.class_id[shown.faces] == shown.class_id.min()).all(axis=1)
        trunk = shown.faces[worn & ~_is_arm(body, shown.faces)]
        names = [f"{act.hand}_{finger}{part}" for finger in FINGERS for part in ("3", "_tip")]
        winding = wind(joint[[motion.joint_names.index(name) for name in names]], skin_m, trunk)
        assert winding.min() > 0.5, (act.shopper, dict(zip(names, winding.round(2), strict=True)))
