"""The rest skeleton of one body: what synth/motion needs to pose it.

In: the rest pose's joints and vertices. Out: a Skeleton. Rest frame: the body faces +X, left is +Y, soles
on z = 0. In the rest pose every bone's rotation is the identity.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from synth.bodies.model import BodyModel

SIDES = ("left", "right")
FINGERS = ("thumb", "index", "middle", "ring", "little")


@dataclass(frozen=True)
class Skeleton:
    """Rest joints of one body.

    Attributes:
        names: J joint names; the first B are bones.
        parents: (B,) int.
        joint_m: (J, 3) rest positions.
        owner: (J,) the bone that carries each joint.
        palm_m: (2, 3) centre of the palm's skin, left and right.
        stature_m: Height without shoes.
    """

    names: tuple[str, ...]
    parents: np.ndarray
    joint_m: np.ndarray
    owner: np.ndarray
    palm_m: np.ndarray
    stature_m: float

    @cached_property
    def index(self) -> dict[str, int]:
        """Joint name -> index."""
        return {name: k for k, name in enumerate(self.names)}

    def at(self, name: str) -> np.ndarray:
        """Rest position of a joint."""
        return self.joint_m[self.index[name]]

    def offset(self, name: str, origin: str) -> np.ndarray:
        """Rest vector from one joint to another."""
        return self.at(name) - self.at(origin)

    def length(self, first: str, second: str) -> float:
        """Distance between two joints."""
        return float(np.linalg.norm(self.offset(second, first)))

    @cached_property
    def palm_frame(self) -> np.ndarray:
        """(2, 3, 3) rest palm frames: columns fingers' direction, palm's outward normal, their cross."""
        return np.stack([palm_axes(self.joint_m, self.index, side) for side in SIDES])


def palm_axes(joint_m: np.ndarray, index: dict[str, int], side: str) -> np.ndarray:
    """Rest frame of a palm: first axis along the fingers, second out of the palm."""
    fingers = joint_m[index[f"{side}_middle1"]] - joint_m[index[f"{side}_wrist"]]
    across = joint_m[index[f"{side}_index1"]] - joint_m[index[f"{side}_little1"]]
    first = fingers / np.linalg.norm(fingers)
    normal = np.cross(first, across) if side == "left" else np.cross(across, first)
    normal /= np.linalg.norm(normal)
    return np.stack([first, normal, np.cross(first, normal)], axis=1)


def make_skeleton(
    model: BodyModel, vertices_m: np.ndarray, joints_m: np.ndarray, stature_m: float
) -> Skeleton:
    """Collect the rest skeleton; vertices (V, 3) and joints (J, 3) in the rest frame."""
    names = model.joint_names
    index = {name: k for k, name in enumerate(names)}
    bones = len(model.parents)
    owner = np.arange(len(names))
    for k in range(bones, len(names)):
        tip = names[k]
        owner[k] = index[tip.replace("toe_tip", "foot") if "toe" in tip else tip.replace("_tip", "3")]
    dominant = model.bone_index[np.arange(len(vertices_m)), model.bone_weight.argmax(axis=1)]
    palms = []
    for side in SIDES:
        axes = palm_axes(joints_m, index, side)
        wrist, knuckle = joints_m[index[f"{side}_wrist"]], joints_m[index[f"{side}_middle1"]]
        middle = wrist + 0.62 * (knuckle - wrist)
        skin = vertices_m[dominant == index[f"{side}_wrist"]] - middle
        near = np.linalg.norm(skin - np.outer(skin @ axes[:, 1], axes[:, 1]), axis=1) < 0.03 * stature_m / 1.7
        depth = float(np.median(np.sort((skin @ axes[:, 1])[near])[-4:])) if near.any() else 0.012
        palms.append(middle + axes[:, 1] * depth)
    return Skeleton(names, model.parents, joints_m, owner, np.stack(palms), stature_m)
