"""Where the shopping bag hangs: a tote on one shoulder.

synth/motion aims for its mouth, synth/bodies hangs its mesh there, the simulation places events there.
"""

import numpy as np

from synth.bodies.beside import find_place_m

# Place of the mouth's centre in the body's frame (+X ahead, +Y left), relative to the stature.
MOUTH_SHARE = (0.095, 0.125, 0.575)
# The pouch, and the handles above it, relative to the stature.
TALL, LONG, THICK = 0.20, 0.105, 0.030
HANDLES = 0.065
BULGE = 1.25  # of its half thickness, where it is thickest


def bag_mouth_m(position_m: np.ndarray, heading_rad: float, stature_m: float, bag_side: str) -> np.ndarray:
    """World position (3,) of the middle of the bag's mouth of somebody who stands upright.

    Args:
        position_m: (2,) where the person stands.
        heading_rad: Where they face, counter-clockwise from +X.
        stature_m: Their height.
        bag_side: ``"left"`` or ``"right"``, see `synth.records.choose_bag_side`.

    >>> bag_mouth_m(np.zeros(2), 0.0, 2.0, "left").tolist()
    [0.19, 0.25, 1.15]
    """
    return find_place_m(MOUTH_SHARE, position_m, heading_rad, stature_m, bag_side)


def hand_height_m(stature_m: float) -> float:
    """How high a hand is that holds a bag which stands on the floor by its handles.

    >>> round(hand_height_m(1.7), 3)
    0.451
    """
    return (TALL + HANDLES) * stature_m
