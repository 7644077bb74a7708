"""The other hand under a large item: it follows the item that the acting hand carries.

In: where the acting palms are at each row and what they hold. Out: the arm targets of the other side.
"""

import numpy as np

from synth.motion.cast import Rows
from synth.motion.holds import Hold, pose_in_palm
from synth.motion.posture import ArmTarget, Pose
from synth.motion.reach import arm_length
from synth.motion.rotations import compose, length, rotate, turn

FARTHEST = 0.985  # share of the length of the other arm that it stretches to at most


def is_supported(holds: list[list[Hold]]) -> bool:
    """Say whether any of some people's hands carries something that takes both."""
    return any(hold.support is not None for own in holds for hold in own)


def takes_both(holds: list[Hold], time_s: np.ndarray) -> np.ndarray:
    """Say when (F,) a hand carries something together with the other one."""
    starts_s = [hold.start_s for hold in holds]
    both = np.array([hold.support is not None for hold in holds])
    return both[np.searchsorted(starts_s, time_s, side="right") - 1]


def support_items(
    rows: Rows,
    side: str,
    heading_rad: np.ndarray,
    target: ArmTarget,
    palm: tuple[np.ndarray, np.ndarray],
    holds: list[list[Hold]],
) -> None:
    """Lay the hands of one side on what the other ones carry with their support, in place.

    Args:
        rows: A row a person and frame.
        side: The supporting hands.
        heading_rad: (R,) where the bodies face.
        target: What their arms would do otherwise.
        palm: Places (R, 3) and frames (R, 3, 3) of the acting palms.
        holds: What each person's acting hand holds.
    """
    outward = np.array([-0.5, 0.6 if side == "left" else -0.6, -0.7])
    for person, own in enumerate(holds):
        ends = [hold.start_s for hold in own[1:]] + [np.inf]
        for hold, end_s in zip(own, ends, strict=True):
            if hold.support is None:
                continue
            span = rows.between(person, np.nextafter(hold.start_s, -np.inf), end_s)
            in_palm = pose_in_palm(hold, next(iter(hold.items)), rows.time_s[span]) @ hold.support
            axes = compose(palm[1][span], in_palm[:, :3, :3])
            here = palm[0][span] + rotate(palm[1][span], in_palm[:, :3, 3])
            cast = rows.cast.take(np.arange(span.start, span.stop))
            target.palm[span] = axes
            target.wrist_m[span] = cast.wrist_from_palm(side, here, axes)
            target.elbow[span] = rotate(turn("z", heading_rad[span]), outward)
            target.fingers[span] = hold.support_fingers


def draw_near(
    pose: Pose, sides: tuple[str, str], arms: tuple[ArmTarget, ArmTarget], holds: list[list[Hold]], rows: Rows
) -> None:
    """Bring what both hands carry so near that the other one reaches it too, in place.

    A body that rises leaves behind what is lifted from low down, and its arms do not reach equally far.

    Args:
        pose: Of the rows, both arms posed; the other one may be elsewhere.
        sides: The acting one and the other one.
        arms: Where they are to be, the other one laid on the item. They are moved together.
        holds: What each person's acting hand holds.
        rows: A row a person and frame.
    """
    acting, other = arms
    both = np.concatenate([takes_both(own, rows.time_s[rows.of(k)]) for k, own in enumerate(holds)])
    way = other.wrist_m - pose.joint(f"{sides[1]}_shoulder")
    share = FARTHEST * arm_length(rows.cast, sides[1]) / np.maximum(length(way), 1e-9)
    missing = way * (both * np.maximum(1.0 - share, 0.0))[:, None]
    far = both & (share < 1.0)
    acting.wrist_m[far] = pose.place(f"{sides[0]}_wrist")[far] - missing[far]
    other.wrist_m[far] -= missing[far]
