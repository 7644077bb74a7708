"""Where a carried child sits: astride the hip of an adult, on the side of the hand that does not reach.

The simulation places the child there on the floor plan; synth/motion/seats.py seats it on the adult's very
body, within centimetres of this place.
"""

import numpy as np

# Place of the child's pelvis in the adult's frame (+X ahead, +Y left), relative to the adult's stature.
SEAT_FORWARD = 0.07
SEAT_SIDEWAYS = 0.145
SEAT_HEIGHT = 0.632
TURN_RAD = 1.3  # by which the child faces away from where the adult does, toward the adult
# From its pelvis to the shoulder of its free hand, ahead as the adult sees it, relative to its own stature.
SHOULDER_FORWARD = 0.10
SHOULDER_HEIGHT = 0.29
HAND_HEIGHT = 0.25  # of that hand at rest, on the adult's chest, above the pelvis
HAND_FORWARD = 0.10  # of it from the seat, the way the child faces, relative to the adult's stature


def seat_m(
    position_m: np.ndarray, heading_rad: np.ndarray, stature_m: float, side: str
) -> tuple[np.ndarray, np.ndarray]:
    """Compute where children sit on the arm of an adult, and which way they face.

    Args:
        position_m: (..., 2) where the adult stands.
        heading_rad: (...,) where the adult faces.
        stature_m: The adult's height.
        side: ``"left"`` or ``"right"``, the arm.

    Returns:
        (..., 2) and (...,).

    >>> seat_m(np.zeros(2), np.array(0.0), 2.0, "left")[0].tolist()
    [0.14, 0.29]
    """
    sign = 1.0 if side == "left" else -1.0
    ahead = np.stack([np.cos(heading_rad), np.sin(heading_rad)], axis=-1)
    left = np.stack([-ahead[..., 1], ahead[..., 0]], axis=-1)
    place_m = position_m + stature_m * (SEAT_FORWARD * ahead + sign * SEAT_SIDEWAYS * left)
    return place_m, heading_rad - sign * TURN_RAD


def shoulder_m(
    position_m: np.ndarray, heading_rad: float, adult_stature_m: float, child_stature_m: float, side: str
) -> np.ndarray:
    """Compute about where the shoulder of a carried child's free hand is, (3,)."""
    place_m, _ = seat_m(position_m, np.array(heading_rad), adult_stature_m, side)
    ahead = np.array([np.cos(heading_rad), np.sin(heading_rad)])
    height_m = SEAT_HEIGHT * adult_stature_m + SHOULDER_HEIGHT * child_stature_m
    return np.array([*(place_m + SHOULDER_FORWARD * child_stature_m * ahead), height_m])


def hand_height_m(adult_stature_m: float, child_stature_m: float) -> float:
    """Compute about how high a carried child's free hand is at rest.

    >>> round(hand_height_m(1.75, 0.9), 2)
    1.33
    """
    return SEAT_HEIGHT * adult_stature_m + HAND_HEIGHT * child_stature_m


def child_palm_m(
    position_m: tuple[float, float], heading_rad: float, adult_stature_m: float, child_stature_m: float
) -> np.ndarray:
    """Compute about where the palm of a carried child's free hand is at rest, (3,).

    Args:
        position_m: Where the child's seat is, see `seat_m`.
        heading_rad: Where the child faces.
        adult_stature_m: The adult's height.
        child_stature_m: The child's.
    """
    ahead_m = HAND_FORWARD * adult_stature_m * np.array([np.cos(heading_rad), np.sin(heading_rad)])
    return np.array([*(position_m + ahead_m), hand_height_m(adult_stature_m, child_stature_m)])
