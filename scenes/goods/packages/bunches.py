"""Hands of bananas: curved fingers that grow from one stem, in two ranks, and spread towards their tips.

In: the outline of a finger and the box of the hand. Out: rings of points of each finger, over which lofts.py
draws a skin.
"""

from dataclasses import dataclass

import numpy as np

THICK = 0.16  # of a finger, share of its length
_STEPS = 33
_FAN_RAD = 0.5  # between the outermost two of a hand
_STEM = 0.12  # from the first to the last on the stem, share of a finger's length
_RANK = 0.75  # of its thickness, that the upper rank lies over the lower
_TURN_RAD = (1.1, 0.3)  # by which a finger is curved aside: usually, and by how much hands differ from that
_ARCH = (0.11, 0.05)  # of its length, by which its middle is over its ends, likewise
_SHORTER = 0.24  # of the longest finger's length, by which others are shorter at most
_ASTRAY_RAD = 0.07  # how far aside a finger points at most


@dataclass(frozen=True)
class Finger:
    """The outline of a finger, as if it were straight.

    Attributes:
        along: (R,) of each ring, from the tip, 0, to the stem, 1.
        across: (R, C) radius of each point, share of the thickest.
        circle: (C, 2) points of the unit circle, to its left and up as seen from the tip.
    """

    along: np.ndarray
    across: np.ndarray
    circle: np.ndarray


def make_hand(finger: Finger, fine: Finger, count: int, size_m: np.ndarray, phase: float) -> list[np.ndarray]:
    """Make the fingers of a hand that lies in its box, its stem to the right.

    Args:
        finger: How one is drawn.
        fine: The same in its finest rings, with which a hand fills its box.
        count: How many fingers.
        size_m: (3,) of the box.
        phase: What makes one hand other than the next, rad; that of 0 is curved as usual.

    Returns:
        Of each finger (R, C, 3).
    """
    filled = _spread(fine, count, phase)
    low = np.min([ring.min(axis=(0, 1)) for ring in filled], axis=0)
    high = np.max([ring.max(axis=(0, 1)) for ring in filled], axis=0)
    foot = np.array([*(low + high)[:2] / 2, low[2]])
    return [(ring - foot) * size_m / (high - low) for ring in _spread(finger, count, phase)]


def _spread(finger: Finger, count: int, phase: float) -> list[np.ndarray]:
    """Return the rings (R, C, 3) of so many fingers that grow from one stem, in units of their length."""
    way = -1.0 if np.sin(phase) < 0 else 1.0
    turn_rad = way * (_TURN_RAD[0] + _TURN_RAD[1] * np.sin(1.3 * phase))
    arch = _ARCH[0] + _ARCH[1] * np.sin(1.7 * phase)
    aside, up = finger.across * finger.circle[:, 0], finger.across * finger.circle[:, 1]
    rings = []
    for number in range(count):
        share = number / max(count - 1, 1) - 0.5
        shorter = (1.0 + np.sin(5.1 * number + 1.9 * phase) + number % 2) / 3
        heading_rad = -_FAN_RAD * share + _ASTRAY_RAD * np.sin(3.7 * number + phase)
        traced = _trace_finger(finger.along, 1.0 - _SHORTER * shorter, heading_rad, turn_rad, arch)
        middle, to_left, to_top = (part[:, None] for part in traced)
        middle = middle + [0.0, _STEM * share, _RANK * THICK * (number % 2)]
        rings.append(middle + THICK / 2 * (aside[..., None] * to_left + up[..., None] * to_top))
    return rings


def _trace_finger(
    along: np.ndarray, length: float, heading_rad: float, turn_rad: float, arch: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the middles (R, 3) of a finger's rings, from a stem at 0 to -x, its left and its up there."""
    share = np.linspace(0.0, 1.0, _STEPS)  # from the stem
    heading = heading_rad + turn_rad * (share - 0.5)
    steps = length / (_STEPS - 1) * np.stack([-np.cos(heading), -np.sin(heading)], axis=1)
    place = np.concatenate([[[0.0, 0.0]], np.cumsum((steps[1:] + steps[:-1]) / 2, axis=0)])
    at = 1.0 - along
    x, y = (np.interp(at, share, place[:, k]) for k in range(2))
    heading = heading_rad + turn_rad * (at - 0.5)
    slope = 4 * arch * (2 * at - 1)  # seen from the tip, where it rises to the middle
    to_stem = np.stack([np.cos(heading), np.sin(heading), slope], axis=1)
    to_stem /= np.linalg.norm(to_stem, axis=1, keepdims=True)
    left = np.stack([-np.sin(heading), np.cos(heading), np.zeros_like(heading)], axis=1)
    middle = np.stack([x, y, 4 * arch * length * at * (1 - at)], axis=1)
    return middle, left, np.cross(to_stem, left)
