"""The flesh of hands: where their skin rises over joints, tendons and the thumb's ball, and where it is red.

In: skin of a hand and where on the hand it is. Out: Flesh a vertex.
"""

from dataclasses import dataclass

import numpy as np

from synth.bodies.fingers import Finger, Places, find_fingers
from synth.bodies.skeleton import SIDES, Skeleton

_KNUCKLE_M, _TENDON_M, _JOINT_M, _WAIST_M, _BALL_M = 0.0016, 0.0006, 0.0006, 0.0004, 0.0022
_WRIST = 0.35  # over so much of its length a hand goes over into the arm


@dataclass(frozen=True)
class Flesh:
    """What is beneath V points of a hand's skin.

    Attributes:
        inner: (V,) 1 on the inner side of hand and fingers, 0 on their backs.
        red: (V,) how much blood shows.
        rise_m: (V,) how far skin rises.
    """

    inner: np.ndarray
    red: np.ndarray
    rise_m: np.ndarray


def model_flesh(position_m: np.ndarray, places: Places, skeleton: Skeleton, side: str) -> Flesh:
    """Model the flesh beneath skin at points (V, 3) in the rest pose."""
    fingers, scale = find_fingers(skeleton, side), skeleton.stature_m / 1.7
    axes, wrist = skeleton.palm_frame[SIDES.index(side)], skeleton.at(f"{side}_wrist")
    inner = np.clip(0.5 + 0.9 * places.facing, 0.0, 1.0)
    red, rise_m = _model_palm(position_m, fingers, wrist, axes, inner, scale)
    # Over webs and knuckles fingers go over into the palm.
    own = np.clip((places.share - 0.35) / 0.6, 0.0, 1.0)
    facing = np.cos(places.turn)
    more_red, more_m = _model_finger(places.reach, facing)
    inner = inner + own * (np.clip(0.5 - 0.9 * facing, 0.0, 1.0) - inner)
    red = red + own * (more_red - red)
    rise_m = rise_m + own * (scale * more_m - rise_m)
    begun = np.clip(places.along / _WRIST, 0.0, 1.0)
    return Flesh(begun * inner, begun * red, rise_m)


def bump(place: np.ndarray, at: float, wide: float) -> np.ndarray:
    """A bump (V,) of height 1 over places (V,)."""
    return np.exp(-(((place - at) / wide) ** 2))


def _model_finger(reach: np.ndarray, facing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How red (V,) a finger is and how far its skin rises, metres; `facing` is 1 on its back, -1 inside."""
    back, inside = np.clip(facing, 0.0, 1.0), np.clip(-facing, 0.0, 1.0)
    joints = bump(reach, 1.0, 0.20) + 0.7 * bump(reach, 2.0, 0.16)
    tip = np.clip((reach - 2.25) / 0.6, 0.0, 1.0)
    red = back * (0.85 * joints + 0.5 * bump(reach, 0.0, 0.3)) + 0.35 * inside + tip * (0.45 + 0.55 * inside)
    rise_m = _JOINT_M * joints - _WAIST_M * (bump(reach, 0.55, 0.2) * inside + bump(reach, 1.5, 0.2))
    return red, rise_m


def _model_palm(
    position_m: np.ndarray,
    fingers: list[Finger],
    wrist: np.ndarray,
    axes: np.ndarray,
    inner: np.ndarray,
    scale: float,
) -> tuple[np.ndarray, np.ndarray]:
    """How red (V,) the middle of a hand is and how far its skin rises: knuckles, tendons, thumb's ball."""

    def measure(point: np.ndarray) -> np.ndarray:
        away = position_m - point
        return np.linalg.norm(away - np.outer(away @ axes[:, 1], axes[:, 1]), axis=1) / scale

    red, rise_m, outer = 0.45 * inner, np.zeros(len(position_m)), 1.0 - inner
    for finger in fingers[1:]:
        knuckle = finger.joint_m[0]
        near = outer * np.exp(-((measure(knuckle) / 0.0075) ** 2))
        red, rise_m = red + 0.7 * near, rise_m + _KNUCKLE_M * near
        way = knuckle - wrist
        share = np.clip((position_m - wrist) @ way / (way @ way), 0.0, 1.0)
        aside = position_m - wrist - share[:, None] * way
        aside = np.linalg.norm(aside - np.outer(aside @ axes[:, 1], axes[:, 1]), axis=1) / scale
        rise_m += _TENDON_M * outer * np.exp(-((aside / 0.003) ** 2)) * np.clip(2.0 * share, 0.0, 1.0)
    ball = 0.45 * (fingers[0].joint_m[0] + fingers[0].joint_m[1]) + 0.1 * fingers[1].joint_m[0]
    swell = inner * np.exp(-((measure(ball) / 0.016) ** 2))
    return red + 0.4 * swell, (rise_m + _BALL_M * swell) * scale
