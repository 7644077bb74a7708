"""The rest skeleton of one body: what synth/motion needs to pose it.

In: the rest pose's joints and vertices. Out: a Skeleton. Rest frame: the body faces +X, left is +Y, soles
on z = 0. In the rest pose every bone's rotation is the identity.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from synth.bodies.model import BodyModel

SIDES = ("left", "right")
FINGERS = ("thumb", "index", "middle", "ring", "little")
EYES_SHARE = 0.93  # height of the eyes, of the stature
# How far fingers, spread in the rest pose, turn at their knuckles toward the thumb, to lie side by side.
CLOSED_RAD = np.radians([0.0, -7.0, 5.0, 12.0, 18.0])
_BEYOND_JOINT = 0.3  # of a thumb's phalanx: nearer to its joint, skin is no flesh of its own
_PAD_OUT = 0.17  # how much of a thumb's pad looks where the palm does, of how much looks at the index finger


@dataclass(frozen=True)
class Skeleton:
    """Rest joints of one body.

    Attributes:
        names: J joint names; the first B are bones.
        parents: (B,) int.
        joint_m: (J, 3) rest positions.
        owner: (J,) the bone that carries each joint.
        palm_m: (2, 3) centre of the palm's skin, left and right.
        palm_frame: (2, 3, 3) rest frames: columns fingers' direction, palm's outward normal, their cross.
        flesh_m: (5, 3) how far flesh stands out from the phalanges of each finger, on the palm's side.
        stature_m: Height without shoes.
    """

    names: tuple[str, ...]
    parents: np.ndarray
    joint_m: np.ndarray
    owner: np.ndarray
    palm_m: np.ndarray
    palm_frame: np.ndarray
    flesh_m: np.ndarray
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
    def hands(self) -> np.ndarray:
        """(2, 5, 4, 3) joints of fingers, knuckles to tips, from the palm's middle in its frame.

        They are as at rest, but lie side by side.
        The third axis points to the thumb: for right hands that of `palm_frame`, for left its opposite.
        """
        joint_m = self.joint_m[_number_fingers(self.names)]
        spread_m = np.stack(
            [
                (joint_m[n] - self.palm_m[n]) @ self.palm_frame[n] * [1.0, 1.0, 2.0 * n - 1.0]
                for n in range(len(SIDES))
            ]
        )
        knuckle_m, sin, cos = spread_m[:, :, :1], np.sin(CLOSED_RAD)[:, None], np.cos(CLOSED_RAD)[:, None]
        x, y, z = np.moveaxis(spread_m - knuckle_m, -1, 0)
        return knuckle_m + np.stack([cos * x - sin * z, y, sin * x + cos * z], axis=-1)


def thumb_pad(side: str, along: np.ndarray) -> np.ndarray:
    """The way (..., 3) that a thumb's pad looks at rest, in the frame of its palm.

    It looks aside, at the index finger; `along` (..., 3) is the way that the thumb lies.
    """
    sign = -1.0 if side == "left" else 1.0
    way = along / np.linalg.norm(along, axis=-1, keepdims=True)
    x, _, z = np.moveaxis(way, -1, 0)
    pad = np.stack([sign * z, np.full_like(x, _PAD_OUT), -sign * x], axis=-1)
    pad -= np.sum(pad * way, axis=-1, keepdims=True) * way
    return np.asarray(pad / np.linalg.norm(pad, axis=-1, keepdims=True))


@lru_cache(maxsize=1)
def _number_fingers(names: tuple[str, ...]) -> np.ndarray:
    """Which (2, 5, 4) of the joints with these names are those of the fingers, knuckles to tips."""
    chains = [
        [[f"{side}_{f}{k}" for k in (1, 2, 3)] + [f"{side}_{f}_tip"] for f in FINGERS] for side in SIDES
    ]
    return np.array([[[names.index(name) for name in chain] for chain in hand] for hand in chains])


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
    palms, frames = [], [palm_axes(joints_m, index, side) for side in SIDES]
    for side, axes in zip(SIDES, frames, strict=True):
        wrist, knuckle = joints_m[index[f"{side}_wrist"]], joints_m[index[f"{side}_middle1"]]
        middle = wrist + 0.62 * (knuckle - wrist)
        skin = vertices_m[dominant == index[f"{side}_wrist"]] - middle
        near = np.linalg.norm(skin - np.outer(skin @ axes[:, 1], axes[:, 1]), axis=1) < 0.03 * stature_m / 1.7
        depth = float(np.median(np.sort((skin @ axes[:, 1])[near])[-4:])) if near.any() else 0.012
        palms.append(middle + axes[:, 1] * depth)
    flesh_m = _measure_flesh(index, vertices_m, joints_m, dominant, frames[0])
    return Skeleton(
        names, model.parents, joints_m, owner, np.stack(palms), np.stack(frames), flesh_m, stature_m
    )


def _measure_flesh(
    index: dict[str, int],
    vertices_m: np.ndarray,
    joints_m: np.ndarray,
    dominant: np.ndarray,
    axes: np.ndarray,
) -> np.ndarray:
    """How far (5, 3) the skin of each phalanx of the left hand stands out from its bone on the palm's side.

    `axes` (3, 3) is the rest frame of its palm. The webs between fingers belong to the first phalanges but
    are no flesh of theirs: those have what the second ones have, and a fifth more. Nor is the skin over a
    thumb's joints, which is thicker, what it touches things with.
    """
    flesh_m = np.zeros((5, 3))
    for f, finger in enumerate(FINGERS):
        chain = joints_m[[index[f"left_{finger}{k}"] for k in (1, 2, 3)] + [index[f"left_{finger}_tip"]]]
        looks = thumb_pad("left", (chain[3] - chain[0]) @ axes) @ axes.T if finger == "thumb" else axes[:, 1]
        for k in (1, 2):
            long_m = np.linalg.norm(chain[k + 1] - chain[k])
            bone = (chain[k + 1] - chain[k]) / long_m
            pad = looks - (looks @ bone) * bone
            skin = vertices_m[dominant == index[f"left_{finger}{k + 1}"]] - chain[k]
            if finger == "thumb":
                skin = skin[skin @ bone > _BEYOND_JOINT * long_m]
            flesh_m[f, k] = float((skin @ (pad / np.linalg.norm(pad))).max())
        flesh_m[f, 0] = 1.2 * flesh_m[f, 1]
    return flesh_m
