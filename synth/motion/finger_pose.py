"""The bones of fingers from the angles by which they are bent.

In: posed palms and 17 angles a hand, see synth/motion/fingers.py. Out: rotations of bones, places
of joints and tips. Here the rows are the last axis of every array, as they are in memory.
"""

import numpy as np

from synth.bodies.skeleton import FINGERS
from synth.motion.cast import Cast
from synth.motion.rotations import compose, cross, rotate, rows_last, turn_back, unit
from synth.motion.thumbs import thumb_axis, thumb_root


def bend_fingers(
    cast: Cast, side: str, palm: np.ndarray, wrist: tuple[np.ndarray, np.ndarray], angles: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Bend the fingers of one side.

    Args:
        cast: Whose hands they are.
        side: Left or right.
        palm: (R, 3, 3) world frames of the palms.
        wrist: Rotations (R, 3, 3) of the hands' bones and places (R, 3) of the wrists.
        angles: (R, 17).

    Returns:
        Rotations (5, 3, 3, 3, R) of the fingers' bones and places (5, 4, 3, R) of their joints and tips.
    """
    turned = np.empty((5, 3, 3, 3, len(angles)))
    _turn_thumbs(cast, side, palm, angles[:, 12:].T, turned[0])
    _turn_fingers(cast, side, palm, angles[:, :12].T, turned[1:])
    names = [[f"{side}_{finger}{end}" for end in ("1", "2", "3", "_tip")] for finger in FINGERS]
    chains = cast.joints([name for own in names for name in (f"{side}_wrist", *own)])
    bones_m = np.diff(chains.reshape(-1, 5, 5, 3), axis=2)
    bones_m = rows_last(cast.lay_out(bones_m), 3)
    hand, wrist_m = rows_last(wrist[0], 2), wrist[1].T
    places = np.empty((5, 4, 3, len(angles)))
    places[:, 0] = wrist_m + (hand * bones_m[:, 0, None]).sum(axis=2)
    for k in range(3):
        places[:, k + 1] = places[:, k] + (turned[:, k] * bones_m[:, k + 1, None]).sum(axis=2)
    return turned, places


def _turn_fingers(cast: Cast, side: str, palm: np.ndarray, angles: np.ndarray, turned: np.ndarray) -> None:
    """Fill in the rotations (4, 3, 3, 3, R) of fingers that flex about the palm's third axis."""
    rest, axes = rows_last(cast.palm_frame(side), 2), rows_last(palm, 2)

    def outer(first: int, second: int) -> np.ndarray:
        return axes[:, first, None] * rest[None, :, second]

    bend = np.cumsum(angles.reshape(4, 3, -1), axis=1)[:, :, None, None]
    np.multiply(np.cos(bend), outer(0, 0) + outer(1, 1), out=turned)
    turned += np.sin(bend) * (outer(1, 0) - outer(0, 1))
    turned += outer(2, 2)


def _turn_thumbs(cast: Cast, side: str, palm: np.ndarray, angles: np.ndarray, turned: np.ndarray) -> None:
    """Fill in the rotations (3, 3, 3, R) of thumbs; the angles are (5, R)."""
    each = cast.each()
    rest = each.palm_frame(side)
    ends = each.joints([f"{side}_thumb1", f"{side}_thumb3"])
    along = rotate(turn_back(rest), unit(ends[:, 1] - ends[:, 0]))
    axis = thumb_axis(along)
    # About its axis a vector turns by a part that stays, one that goes with the cosine, one with the sine.
    back = turn_back(rest)
    stays = axis[:, :, None] * rotate(rest, axis)[:, None]
    aside = np.stack([cross(axis, back[:, :, k]) for k in range(3)], axis=-1)
    root = compose(palm, thumb_root(side, cast.lay_out(along), *angles[:3]))
    parts = [rows_last(compose(root, cast.lay_out(part)), 2) for part in (stays, back - stays, aside)]
    bend = np.cumsum(np.concatenate([np.zeros_like(angles[:1]), angles[3:]]), axis=0)[:, None, None]
    np.multiply(np.cos(bend), parts[1], out=turned)
    turned += np.sin(bend) * parts[2]
    turned += parts[0]
