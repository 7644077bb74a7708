"""The bones of fingers from the angles by which they are bent.

In: posed palms and 17 angles a hand, see synth/motion/fingers.py. Out: rotations of bones, places
of joints and tips. Here the rows are the last axis of every array, as they are in memory.
"""

import math

import numpy as np

from synth.bodies.skeleton import CLOSED_RAD, FINGERS
from synth.motion.cast import Cast
from synth.motion.rotations import compose, cross, rotate, rows_last, turn_back, unit
from synth.motion.thumbs import thumb_axis, thumb_root


def bend_fingers(
    cast: Cast,
    side: str,
    palm: np.ndarray,
    wrist: tuple[np.ndarray, np.ndarray],
    angles: np.ndarray,
    into: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Bend the fingers of one side.

    Args:
        cast: Whose hands they are.
        side: Left or right.
        palm: (R, 3, 3) world frames of the palms.
        wrist: Rotations (R, 3, 3) of the hands' bones and places (R, 3) of the wrists.
        angles: (R, 17).
        into: Rotations (5, 3, 3, 3, R) of the fingers' bones, float32, places (5, 3, 3, R) of their joints
            and (5, 3, R) of their tips; they are filled in.
    """
    turned, joints, tips = into
    hand, wrist_m = rows_last(wrist[0], 2).astype(turned.dtype), wrist[1].T
    palm, angles = palm.astype(turned.dtype), angles.T.astype(turned.dtype)
    _turn_thumbs(cast, side, palm, angles[12:], turned[0])
    _turn_fingers(cast, side, palm, angles[:12], turned[1:])
    for number, finger in enumerate(FINGERS):
        names = [f"{side}_wrist", *(f"{side}_{finger}{end}" for end in ("1", "2", "3", "_tip"))]
        bones_m = rows_last(cast.lay_out(np.diff(cast.joints(names), axis=1)), 2).astype(turned.dtype)
        end = wrist_m
        for k, (bone, to) in enumerate(
            zip((hand, *turned[number]), (*joints[number], tips[number]), strict=True)
        ):
            np.add(end, _apply(bone, bones_m[k]), out=to)
            end = to


def _apply(matrices: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Products (3, R) of matrices (3, 3, R) and vectors (3, R)."""
    return matrices[:, 0] * vectors[0] + matrices[:, 1] * vectors[1] + matrices[:, 2] * vectors[2]


def _turn_fingers(cast: Cast, side: str, palm: np.ndarray, angles: np.ndarray, turned: np.ndarray) -> None:
    """Fill in the rotations (4, 3, 3, 3, R) of fingers that flex about the palm's third axis."""
    rest, axes = rows_last(cast.palm_frame(side), 2).astype(turned.dtype), rows_last(palm, 2)

    def outer(axis: int, vector: np.ndarray) -> np.ndarray:
        return axes[:, axis, None] * vector[None]

    closed = CLOSED_RAD[1:] if side == "right" else -CLOSED_RAD[1:]
    for finger, bent, rad in zip(turned, angles.reshape(4, 3, -1), closed.tolist(), strict=True):
        # Turned to the others about the palm's second axis, and then bent about its third.
        cos, sin = math.cos(rad), math.sin(rad)
        ahead, aside = cos * rest[:, 0] - sin * rest[:, 2], sin * rest[:, 0] + cos * rest[:, 2]
        flat = outer(0, ahead) + outer(1, rest[:, 1])
        upright, fixed = outer(1, ahead) - outer(0, rest[:, 1]), outer(2, aside)
        for bone, bend in zip(finger, np.cumsum(bent, axis=0), strict=True):
            np.multiply(np.cos(bend), flat, out=bone)
            bone += np.sin(bend) * upright
            bone += fixed


def _turn_thumbs(cast: Cast, side: str, palm: np.ndarray, angles: np.ndarray, turned: np.ndarray) -> None:
    """Fill in the rotations (3, 3, 3, R) of thumbs; the angles are (5, R)."""
    each = cast.each()
    rest = each.palm_frame(side)
    ends = each.joints([f"{side}_thumb1", f"{side}_thumb3"])
    along = rotate(turn_back(rest), unit(ends[:, 1] - ends[:, 0]))
    axis = thumb_axis(side, along)
    # About its axis a vector turns by a part that stays, one that goes with the cosine, one with the sine.
    back = turn_back(rest)
    stays = axis[:, :, None] * rotate(rest, axis)[:, None]
    aside = np.stack([cross(axis, back[:, :, k]) for k in range(3)], axis=-1)
    along, *parts = (cast.lay_out(part.astype(turned.dtype)) for part in (along, stays, back - stays, aside))
    root = compose(palm, thumb_root(side, along, *angles[:3]))
    parts = [rows_last(compose(root, part), 2) for part in parts]
    bend = np.cumsum(np.concatenate([np.zeros_like(angles[:1]), angles[3:]]), axis=0)[:, None, None]
    np.multiply(np.cos(bend), parts[1], out=turned)
    turned += np.sin(bend) * parts[2]
    turned += parts[0]
