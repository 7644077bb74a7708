"""The other hand under a large item: it follows the item that the acting hand carries.

In: where the acting palms are at each row and what they hold. Out: the arm targets of the other side.
"""

from collections.abc import Sequence

import numpy as np

from synth.motion.cast import Rows
from synth.motion.holds import Holding, pose_in_palm
from synth.motion.posture import ArmTarget, Pose
from synth.motion.reach import arm_length
from synth.motion.rotations import compose, length, rotate, turn

FARTHEST = 0.985  # share of the length of the other arm that it stretches to at most


def takes_both(rows: Rows, holdings: Sequence[Holding]) -> np.ndarray:
    """Say in which rows (R,) hands carry something together with the other ones."""
    both = np.zeros(len(rows.time_s), bool)
    for holding in holdings:
        both[holding.rows] = holding.hold.support is not None
    return both


def support_items(
    rows: Rows,
    side: str,
    heading_rad: np.ndarray,
    target: ArmTarget,
    palm: tuple[np.ndarray, np.ndarray],
    holdings: Sequence[Holding],
) -> None:
    """Lay the hands of one side on what the other ones carry with their support, in place.

    Args:
        rows: A row a person and frame.
        side: The supporting hands.
        heading_rad: (R,) where the bodies face.
        target: What their arms would do otherwise.
        palm: Places (R, 3) and frames (R, 3, 3) of the acting palms.
        holdings: What these hold.
    """
    outward = np.array([-0.5, 0.6 if side == "left" else -0.6, -0.7])
    for holding in holdings:
        hold, span = holding.hold, holding.rows
        if hold.support is None:
            continue
        in_palm = pose_in_palm(hold, next(iter(hold.items)), rows.time_s[span]) @ hold.support
        axes = compose(palm[1][span], in_palm[:, :3, :3])
        here = palm[0][span] + rotate(palm[1][span], in_palm[:, :3, 3])
        cast = rows.cast.take(np.arange(span.start, span.stop))
        target.palm[span] = axes
        target.wrist_m[span] = cast.wrist_from_palm(side, here, axes)
        target.elbow[span] = rotate(turn("z", heading_rad[span]), outward)
        target.fingers[span] = hold.support_fingers


def draw_near(
    pose: Pose, sides: tuple[str, str], arms: tuple[ArmTarget, ArmTarget], both: np.ndarray, rows: Rows
) -> None:
    """Bring what both hands carry so near that the other one reaches it too, in place.

    A body that rises leaves behind what is lifted from low down, and its arms do not reach equally far.

    Args:
        pose: Of the rows, both arms posed; the other one may be elsewhere.
        sides: The acting one and the other one.
        arms: Where they are to be, the other one laid on the item. They are moved together.
        both: (R,) bool, whether they carry something together.
        rows: A row a person and frame.
    """
    acting, other = arms
    way = other.wrist_m - pose.joint(f"{sides[1]}_shoulder")
    share = FARTHEST * arm_length(rows.cast, sides[1]) / np.maximum(length(way), 1e-9)
    missing = way * (both * np.maximum(1.0 - share, 0.0))[:, None]
    far = both & (share < 1.0)
    acting.wrist_m[far] = pose.place(f"{sides[0]}_wrist")[far] - missing[far]
    other.wrist_m[far] -= missing[far]
