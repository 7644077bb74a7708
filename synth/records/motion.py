"""Bodies in motion, and what they hold."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class HeldItem:
    """The path of an item while it is in a hand.

    Attributes:
        item_id: Which item.
        frame: (K,) int64 frame numbers at which it is in a hand.
        shopper, hand: whose.
        world_from_item: (K, 4, 4) float64.
    """

    item_id: int
    shopper: int
    hand: str
    frame: np.ndarray
    world_from_item: np.ndarray


@dataclass(frozen=True)
class Motion:
    """Bodies at the clip's frames.

    Attributes:
        time_s: (F,) float64 frame times.
        present: (F, N) bool.
        joint_names: J names.
        joint_position_m: (F, N, J, 3) float32, world.
        joint_rotation: (F, N, B, 3, 3) float32, world_from_bone of the body model's B bones.
        palm_m: (F, N, 2, 3) float32, left and right palm: the middle of its skin.
        held: see HeldItem.
        foot_planted: (F, N, 2) bool, whether the ball of the left, right foot (joint ``left_foot``) stands
            still.
        gear_pose: (F, N, 2, 4, 4) float32, where what they push, ride or lean on is, and their phone (of
            scale 0 while it is put away); see synth/bodies/gear.py.
    """

    time_s: np.ndarray
    present: np.ndarray
    joint_names: tuple[str, ...]
    joint_position_m: np.ndarray
    joint_rotation: np.ndarray
    palm_m: np.ndarray
    held: tuple[HeldItem, ...]
    foot_planted: np.ndarray = field(default_factory=lambda: np.zeros((0, 0, 2), dtype=bool))
    gear_pose: np.ndarray = field(default_factory=lambda: np.zeros((0, 0, 2, 4, 4), dtype=np.float32))
