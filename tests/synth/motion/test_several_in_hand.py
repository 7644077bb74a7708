"""Items held together in one hand: none goes into another, none floats."""

import numpy as np
import pytest

from synth.motion.grip import make_pose, palm_rotation, stack_in_hand
from synth.motion.rotations import turn

CAN, YOGURT, BAR, BOTTLE, CARTON = (
    (np.array([0.074, 0.074, 0.113]), True),
    (np.array([0.08, 0.08, 0.07]), True),
    (np.array([0.09, 0.02, 0.16]), False),
    (np.array([0.064, 0.064, 0.23]), True),
    (np.array([0.07, 0.07, 0.231]), False),
)
LOADS = [
    *([kind] * count for kind in (CAN, YOGURT, BAR, BOTTLE, CARTON) for count in (2, 3, 4, 5)),
    [BOTTLE, CARTON, BOTTLE],
    [CAN, BOTTLE, YOGURT, CARTON],
    [CARTON, CARTON, BOTTLE],
]


def fill(size_m, is_round):
    """Points (N, 3) in and on an upright prism or cylinder, its base at 0."""
    share = np.linspace(-1.0, 1.0, 41)
    x, y = (values.ravel() for values in np.meshgrid(share, share))
    inside = np.hypot(x, y) <= 1.0 if is_round else x == x
    x, y = x[inside] * size_m[0] / 2, y[inside] * size_m[1] / 2
    return np.concatenate([np.stack([x, y, np.full_like(x, z)], 1) for z in np.linspace(0, size_m[2], 9)])


def depth_and_gap(points, size_m, is_round):
    """How deep points (N, 3) are in an item, and how far the nearest is from it."""
    level = np.abs(points[:, :2]) / (size_m[:2] / 2)
    across = (np.hypot(*level.T) if is_round else level.max(axis=1)) - 1.0
    across *= size_m[:2].min() / 2
    along = np.abs(points[:, 2] - size_m[2] / 2) - size_m[2] / 2
    return max(0.0, -np.maximum(across, along).min()), np.hypot(
        np.maximum(across, 0), np.maximum(along, 0)
    ).min()


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("load", LOADS)
def test_items_in_one_hand_touch_and_do_not_go_into_each_other(load, side):
    palm = make_pose(palm_rotation(np.array([0.6, 0.8, 0.0]), side, -0.2), np.array([1.0, 2.0, 1.1]))
    turned = turn("z", 0.9)
    poses = [palm @ pose for pose in stack_in_hand(palm, [(turned, *item) for item in load], side)]
    points = [fill(*item) @ pose[:3, :3].T + pose[:3, 3] for item, pose in zip(load, poses, strict=True)]
    for k, (item, pose) in enumerate(zip(load, poses, strict=True)):
        gaps = [depth_and_gap((palm[:3, 3] - pose[:3, 3])[None] @ pose[:3, :3], *item)[1] - 0.012]
        for other in range(len(load)):
            if other != k:
                depth, gap = depth_and_gap((points[other] - pose[:3, 3]) @ pose[:3, :3], *item)
                assert depth < 0.001
                gaps.append(gap)
        assert min(gaps) < 0.006


def test_no_bottle_hangs_below_another():
    palm = make_pose(palm_rotation(np.array([1.0, 0.0, 0.0]), "right", 0.0), np.array([0.0, 0.0, 1.0]))
    poses = [palm @ pose for pose in stack_in_hand(palm, [(np.eye(3), *BOTTLE)] * 3, "right")]
    np.testing.assert_allclose([pose[2, 3] for pose in poses], 1.0 - BOTTLE[0][2] / 2)
