"""Where the fingers of a hand are, and where on the hand its skin is.

In: the rest skeleton, and skin in the rest pose. Out: a Finger each, and Places of the skin: on which finger,
how far along and around it, how far across and along the hand.
"""

from dataclasses import dataclass

import numpy as np

from scenes.hands import FINGER_FROM
from synth.bodies.skeleton import FINGERS, SIDES, Skeleton, thumb_pad
from synth.bodies.surface import Surface, compute_normals

_TIP = 1.28  # so many phalanges long is the last with its flesh


@dataclass(frozen=True)
class Finger:
    """A finger in the rest pose.

    Attributes:
        joint_m: (4, 3) from knuckle to tip.
        back: (3,) the way that its back looks.
        mirror: 1 on left hands, -1 on right ones.
    """

    joint_m: np.ndarray
    back: np.ndarray
    mirror: float

    def unroll(self, position_m: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """How far along the finger points (V, 3) are, in phalanges, and aside and above it, metres."""
        bones = np.diff(self.joint_m, axis=0)
        along = np.zeros(len(position_m))
        near = np.zeros((len(position_m), 2))
        for k, (low, high) in enumerate(((FINGER_FROM + 0.02, 1.0), (0.0, 1.0), (0.0, _TIP))):
            away = position_m - self.joint_m[k]
            share = away @ bones[k] / (bones[k] @ bones[k])
            way, aside, above = self.axes(k)
            here = np.stack([away @ aside, away @ above], axis=1)
            near = np.where((share > 0.0)[:, None] | (k == 0), here, near)
            along += np.clip(share, low, high)
        return along, near[:, 0], near[:, 1]

    def axes(self, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Ways (3,) along a phalanx, aside and above."""
        way = self.joint_m[k + 1] - self.joint_m[k]
        way = way / np.linalg.norm(way)
        above = self.back - way * (way @ self.back)
        above /= np.linalg.norm(above)
        return way, self.mirror * np.cross(way, above), above


@dataclass(frozen=True)
class Places:
    """Where on a hand V points of its skin are.

    Attributes:
        finger: (V,) number of the finger that has most of each.
        share: (V,) how much of it that finger has.
        reach: (V,) how far along that finger, in phalanges from its knuckle.
        turn: (V,) how far around it, radians, 0 on its back.
        across, along: (V,) how far toward the thumb, and from the wrist, in lengths from there to the middle
            finger's knuckle.
        normal: (V, 3) the way that the skin looks.
        facing: (V,) cosine between that and the way that the palm looks.
    """

    finger: np.ndarray
    share: np.ndarray
    reach: np.ndarray
    turn: np.ndarray
    across: np.ndarray
    along: np.ndarray
    normal: np.ndarray
    facing: np.ndarray

    @property
    def on_finger(self) -> np.ndarray:
        """(V,) whether they are a finger's more than the palm's."""
        return self.share > 0.5


def list_bones(skeleton: Skeleton, side: str) -> np.ndarray:
    """Numbers (5, 3) of the bones of a hand's fingers."""
    return np.array([[skeleton.index[f"{side}_{finger}{k}"] for k in (1, 2, 3)] for finger in FINGERS])


def list_hand(skeleton: Skeleton, side: str) -> list[int]:
    """Numbers of the bones of a hand."""
    return [skeleton.index[f"{side}_wrist"], *list_bones(skeleton, side).ravel().tolist()]


def find_fingers(skeleton: Skeleton, side: str) -> list[Finger]:
    """The fingers of a hand; a thumb's back looks aside."""
    axes = skeleton.palm_frame[SIDES.index(side)]
    mirror, fingers = 1.0 if side == "left" else -1.0, []
    for name in FINGERS:
        joint_m = np.stack([skeleton.at(f"{side}_{name}{end}") for end in ("1", "2", "3", "_tip")])
        back = -axes[:, 1]
        if name == "thumb":
            back = -axes @ thumb_pad(side, (joint_m[3] - joint_m[0]) @ axes)
        fingers.append(Finger(joint_m, back, mirror))
    return fingers


def find_places(hand: Surface, skeleton: Skeleton, side: str) -> Places:
    """Where on a hand its skin's vertices are."""
    share = hand.weights[:, list_bones(skeleton, side)].sum(axis=2)  # (V, 5)
    finger = share.argmax(axis=1)
    turn, reach = np.zeros(len(finger)), np.zeros(len(finger))
    for n, one in enumerate(find_fingers(skeleton, side)):
        mine = finger == n
        reach[mine], aside, above = one.unroll(hand.position_m[mine])
        turn[mine] = np.arctan2(aside, above)
    axes, wrist = skeleton.palm_frame[SIDES.index(side)], skeleton.at(f"{side}_wrist")
    flat = (hand.position_m - wrist) @ axes / skeleton.length(f"{side}_wrist", f"{side}_middle1")
    normal = compute_normals(hand.position_m, hand.faces)
    across = -flat[:, 2] if side == "left" else flat[:, 2]
    return Places(finger, share.max(axis=1), reach, turn, across, flat[:, 0], normal, normal @ axes[:, 1])
