"""Where the vertices of dressed bodies are in the rest pose, and which of them are of arms."""

import numpy as np

from synth.bodies.body import skin
from synth.bodies.skeleton import FINGERS


def place(body, level):
    """Vertices (V, 3) of a level in the rest pose."""
    bones = len(body.skeleton.parents)
    return skin(level, np.tile(np.eye(3), (bones, 1, 1)), body.skeleton.joint_m[:bones])


def find_arms(body, level):
    """Vertices (V,) that arms carry alone."""
    names = body.skeleton.names
    arms = [k for k, name in enumerate(names[: len(body.skeleton.parents)]) if _is_of_arm(name)]
    return np.asarray(level.weights[:, arms].sum(axis=1)).ravel() > 0.5


def _is_of_arm(name):
    return any(part in name for part in ("shoulder", "arm_twist", "elbow", "wrist", *FINGERS))
