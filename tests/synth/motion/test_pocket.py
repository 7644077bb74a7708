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
from synth.motion.carried import _is_arm
from synth.simulation import simulate


def find_winding(points, triangles):
    """How often (K,) surfaces (F, 3, 3) go round points (K, 3) (van Oosterom and Strackee 1983)."""
    a, b, c = np.moveaxis(triangles[None] - points[:, None, None], 2, 0)
    la, lb, lc = (np.linalg.norm(v, axis=2) for v in (a, b, c))
    above = np.sum(a * np.cross(b, c), axis=2)
    below = la * lb * lc + np.sum(a * b, 2) * lc + np.sum(b * c, 2) * la + np.sum(c * a, 2) * lb
    return np.arctan2(above, below).sum(axis=1) / (2 * np.pi)


def test_winding_tells_inside_from_outside():
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], float)
    tetrahedron = corners[[[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]]]
    winding = find_winding(np.array([[0.1, 0.1, 0.1], [0.9, 0.9, 0.9]]), tetrahedron)
    np.testing.assert_allclose(winding, [1.0, 0.0], atol=1e-9)


@pytest.mark.parametrize("seed", [0, 1])
def test_all_fingertips_are_under_the_cloth(seed):
    settings = ("clip.duration_s=25", "behaviours.conceal=0.9", "shoppers.count=9", "store.width_m=8")
    scenario = sample_scenario(load_config("other_bags", settings), seed=seed, index=0)
    simulation = simulate(scenario, make_store(scenario))
    acts = [act for act in simulation.acts if act.kind == "conceal" and 0 < act.contact_s < 25]
    assert acts
    bodies = make_bodies(simulation.plans)
    for act in acts:
        n, body = act.shopper, bodies[act.shopper]
        motion = compute_motion(simulation, bodies, frame_time_s=np.array([act.contact_s]))
        bones = len(body.skeleton.parents)
        shown = body.level(LEVELS - 1)
        joint = motion.joint_position_m[0, n].astype(float)
        skin_m = skin(shown, motion.joint_rotation[0, n].astype(float), joint[:bones]).astype(float)
        worn = (shown.class_id[shown.faces] == shown.class_id.min()).all(axis=1)
        trunk = skin_m[shown.faces[worn & ~_is_arm(body, shown.faces)]]
        names = [f"{act.hand}_{finger}{part}" for finger in FINGERS for part in ("3", "_tip")]
        winding = find_winding(joint[[motion.joint_names.index(name) for name in names]], trunk)
        assert winding.min() > 0.5, (act.shopper, dict(zip(names, winding.round(2), strict=True)))
