"""A mop: strands of yarn that hang from a clamp and spread over the floor, and a pole with a grip.

In: the stature of who mops, the colour of clamp and grip, a level of detail. Out: pieces in the gear's own
frame, see synth/bodies/gear.py: +Z along the pole from where it ends, `MOP_FOOT_M` over the floor; level
ahead of it is where it leans from. The floor is where it is for one who mops straight ahead.
"""

import numpy as np

from synth.bodies.detail import CLOSE, pick
from synth.bodies.gear_parts import STEEL, GearBuilder

MOP_FOOT_M = 0.06  # height of the pole's lower end
MOP_TOP_M, MOP_TOP = 0.40, 0.70  # how far towards who mops the pole leans, at what share of their stature
_LENGTH = 0.80  # of the pole, of the stature
_POLE_M, _GRIP_M, _GRIP_LONG_M = 0.0115, 0.015, 0.14
_JAW_M = (0.019, 0.080)  # half of how deep and wide the clamp is
_SPREAD_M = (0.13, 0.20)  # how far from the clamp's middle strands end
_YARNS = ((0.80, 0.79, 0.74), (0.73, 0.72, 0.67), (0.86, 0.85, 0.81))
_DIRT = 0.75  # how bright the ends of strands are, of what they are at the clamp
_GOLDEN_RAD = np.pi * (3.0 - 5.0**0.5)


def mop_lean_rad(stature_m: float) -> float:
    """How far a mop leans towards who mops, off the plumb line.

    >>> round(float(np.degrees(mop_lean_rad(1.7))), 1)
    19.5
    """
    return float(np.arctan2(MOP_TOP_M, MOP_TOP * stature_m - MOP_FOOT_M))


def add_mop(builder: GearBuilder, stature_m: float, color: np.ndarray, level: int) -> None:
    """Add a mop for somebody of a stature."""
    sides, top = pick(level - CLOSE, 10, 7, 5, 4), _LENGTH * stature_m
    builder.tube([(0, 0, 0.05), (0, 0, top)], _POLE_M, STEEL, sides=sides, material="metal")
    grip = [(0.0, 0.0, top - along) for along in (_GRIP_LONG_M, _GRIP_LONG_M - 0.004, 0.006, -0.004)]
    radii = np.array([0.85, 1.0, 1.0, 0.6]) * _GRIP_M
    builder.tube(grip, radii.tolist(), color, sides=sides, material="plastic")
    socket = [(0.0, 0.0, along) for along in (0.02, 0.11, 0.125)]
    builder.tube(socket, (0.021, 0.018, 0.013), color, sides=sides, material="plastic")
    deep, wide = _JAW_M
    builder.pad((-deep, -wide, -0.006), (deep, wide, 0.030), color, level, square=0.4)
    lean = mop_lean_rad(stature_m)
    ways = np.array([[np.cos(lean), 0.0, np.sin(lean)], [0.0, 1.0, 0.0], [-np.sin(lean), 0.0, np.cos(lean)]])
    count, radius_m = pick(level - CLOSE, (84, 0.0055), (54, 0.0070), (30, 0.0090), (15, 0.0125))
    for number in range(count):
        line = _trace_strand(number, radius_m, pick(level - CLOSE, 10, 7, 5, 4))
        fade = np.linspace(1.0, _DIRT, len(line))
        strand = (line - [0.0, 0.0, MOP_FOOT_M]) @ ways.T
        sides = pick(level - CLOSE, 4, 3, 3, 3)
        dye = np.outer(fade, _YARNS[number % len(_YARNS)]).repeat(sides, axis=0)
        dye = np.concatenate([dye, dye[[0, -1]]])  # the middles of its ends
        builder.tube(strand, radius_m * np.linspace(1.0, 0.75, len(line)), dye, sides=sides)


def _trace_strand(number: int, radius_m: float, points: int) -> np.ndarray:
    """Points (P, 3) of a strand from the clamp to its end on the floor, which is at z = 0."""
    turn = number * _GOLDEN_RAD
    chance = np.modf(np.sin(12.9898 * (number + 1.0)) * 43758.5453)[0] % 1.0
    way, across = np.array([0.8 * np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    begin = 0.85 * np.array(_JAW_M) * [np.cos(turn), np.sin(turn)]
    end = np.interp(chance, (0.0, 1.0), _SPREAD_M) * way + 0.3 * begin
    lies_m = radius_m * (1.0 + 1.3 * (number % 3))  # some lie on others
    share = np.linspace(0.0, 1.0, points)[:, None]
    weight = np.concatenate(
        [(1 - share) ** 3, 3 * share * (1 - share) ** 2, 3 * share**2 * (1 - share), share**3], axis=1
    )
    knots = [(*begin, MOP_FOOT_M + 0.004), (*(begin + 0.25 * (end - begin)), MOP_FOOT_M + 0.006)]
    knots += [(*(begin + 0.5 * (end - begin)), lies_m), (*end, lies_m)]
    line = weight @ np.array(knots)
    swerve = 0.014 * np.sin((3.0 + 4.0 * chance) * share + 6.0 * chance) * share
    line[:, :2] += swerve * across
    line[:, 2] = np.maximum(line[:, 2], radius_m)
    return line
