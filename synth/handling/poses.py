"""How items are held where hands bring them: at the mouth, before somebody's chest, between two people.

In: where people stand, their statures, an item's size. Out: poses (4, 4) world_from_item.
"""

import math

import numpy as np

from synth.bodies.skeleton import EYES_SHARE

HAND_OVER_HEIGHT_M = 1.10  # between adults; scaled by the mean stature of the two
MEAN_STATURE_M = 1.70
EYES_AHEAD_M = 0.08  # of the body's centre
READ_AHEAD, READ_BELOW = 0.24, 0.15  # of the eyes, where something is read: shares of the stature
CHEST_SHARE, CHEST_AHEAD_M = 0.74, 0.34  # where a carried child hands things over, height of the stature
MOUTH_SHARE = 0.875  # height of the mouth, of the stature
MOUTH_AHEAD_M = 0.17  # of the body's centre
TIP_RAD = 0.6  # how far a package is tipped at the mouth


def compute_mouth_pose(
    position_m: tuple[float, float], heading_rad: float, stature_m: float, size_m: np.ndarray
) -> np.ndarray:
    """Compute how an item is held at the mouth: its top there, tipped, its label away from the person.

    Returns:
        (4, 4) world_from_item.
    """
    ahead = np.array([math.cos(heading_rad), math.sin(heading_rad), 0.0])
    pose = np.eye(4)
    pose[:3, 0] = [-math.sin(heading_rad), math.cos(heading_rad), 0.0]
    pose[:3, 1] = -math.cos(TIP_RAD) * ahead - math.sin(TIP_RAD) * np.array([0.0, 0.0, 1.0])
    pose[:3, 2] = np.cross(pose[:3, 0], pose[:3, 1])
    mouth_m = np.array([*position_m, MOUTH_SHARE * stature_m]) + MOUTH_AHEAD_M * ahead
    pose[:3, 3] = mouth_m - pose[:3, 2] * size_m[2]
    return pose


def compute_reading_pose(position_m: tuple[float, float], heading_rad: float, stature_m: float) -> np.ndarray:
    """Compute where the middle of what somebody reads who stands is: before the eyes, y ahead.

    Args:
        position_m, heading_rad: Where they stand.
        stature_m: How tall they are.

    Returns:
        (4, 4).
    """
    ahead = np.array([math.cos(heading_rad), math.sin(heading_rad), 0.0])
    pose = np.eye(4)
    pose[:3, 0], pose[:3, 1] = [ahead[1], -ahead[0], 0.0], ahead
    pose[:3, 3] = [*position_m, (EYES_SHARE - READ_BELOW) * stature_m]
    pose[:3, 3] += (EYES_AHEAD_M + READ_AHEAD * stature_m) * ahead
    return pose


def compute_chest_pose(
    position_m: np.ndarray, heading_rad: float, stature_m: float, height_m: float
) -> np.ndarray:
    """Compute how an item is held before somebody's own chest, upright, its label to them: (4, 4)."""
    ahead = np.array([math.cos(heading_rad), math.sin(heading_rad), 0.0])
    pose = np.eye(4)
    pose[:3, 0], pose[:3, 1] = [ahead[1], -ahead[0], 0.0], ahead
    pose[:3, 3] = [*position_m, CHEST_SHARE * stature_m - height_m / 2]
    pose[:3, 3] += CHEST_AHEAD_M * ahead
    return pose


def compute_hand_over_pose(
    giver_m: np.ndarray,
    receiver_m: np.ndarray,
    giver_stature_m: float,
    receiver_stature_m: float,
    height_m: float,
) -> np.ndarray:
    """Compute where an item passes from hand to hand: upright, half way, its label to the giver.

    Args:
        giver_m, receiver_m: (2,) where the two stand.
        giver_stature_m, receiver_stature_m: Their statures.
        height_m: Height of the item.

    Returns:
        (4, 4) world_from_item.
    """
    along = (receiver_m - giver_m) / np.linalg.norm(receiver_m - giver_m)
    centre_z_m = HAND_OVER_HEIGHT_M * (giver_stature_m + receiver_stature_m) / 2 / MEAN_STATURE_M
    pose = np.eye(4)
    pose[:2, 0] = along[1], -along[0]
    pose[:2, 1] = along
    pose[:2, 3] = (giver_m + receiver_m) / 2
    pose[2, 3] = centre_z_m - height_m / 2
    return pose
