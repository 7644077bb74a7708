"""A wheelchair that folds: a slung seat and back between two sides of steel tube, with large wheels.

In: how high hips are that sit in it, its upholstery's colour, a level of detail. Out: pieces in the gear's
own frame, see synth/bodies/gear.py: castors and footplates are ahead, push handles behind. Its wheels are of
24 inches, and its seat is 0.43 m wide, as in common ones.
"""

import numpy as np

from synth.bodies.detail import CLOSE, pick
from synth.bodies.gear_parts import DARK, STEEL, GearBuilder, bend, make_sheet

_WHEEL_M = (0.0, 0.268, 0.30)  # ahead, aside, as high as its radius
_HAND_RIM_M = (0.299, 0.275, 0.007)  # aside, its radius, half of its thickness
_CASTOR_M = (0.385, 0.205, 0.075)
_SIDE_M = 0.215  # from the middle to the frame's tubes
_BACK_M = (-0.20, -0.245, 0.92)  # ahead, below and above; height of the push handles
_BEHIND_M = -0.335  # ends of the push handles
_SEAT_BELOW_HIPS_M, _CUSHION_M, _SLUNG_M = 0.10, 0.05, 0.020
_CLOTH = 0.6  # how much of the colour that is drawn upholstery keeps


def add_wheelchair(builder: GearBuilder, hips_m: float, color: np.ndarray, level: int) -> None:
    """Add a wheelchair for hips that are so high."""
    seat_m = hips_m - _SEAT_BELOW_HIPS_M
    dye = _CLOTH * color + (1.0 - _CLOTH) * color.mean()
    for sign in (1.0, -1.0):
        _add_wheels(builder, sign, level)
        _add_side(builder, sign, seat_m - _CUSHION_M, level)
        _add_footplate(builder, sign, level)
    _add_upholstery(builder, seat_m, dye, level)
    sides = pick(level - CLOSE, 8, 6, 4, 3)
    for sign in (1.0, -1.0):  # the cross that folds
        ends = [
            (0.10 + 0.012 * sign, sign * _SIDE_M, 0.20),
            (0.10 + 0.012 * sign, -sign * _SIDE_M, seat_m - 0.06),
        ]
        builder.tube(ends, 0.009, STEEL, sides=sides, material="metal")


def _add_wheels(builder: GearBuilder, sign: float, level: int) -> None:
    """Add one side's large wheel with its hand rim, and its castor in a fork."""
    x, y, radius = _WHEEL_M
    spokes = pick(level - CLOSE, 24, 16, 10, 5)
    builder.spoked_wheel((x, sign * y, radius), radius, level, tyre_m=0.030, spokes=spokes, spoke_m=0.003)
    aside, ring, half = _HAND_RIM_M
    around, sides = pick(level - CLOSE, 32, 24, 14, 9), pick(level - CLOSE, 6, 5, 3, 3)
    middle = x, sign * aside, radius
    builder.ring(middle, ring, (half, half), STEEL, around=around, sides=sides, material="metal")
    for turn in np.arange(pick(level, 6, 6, 0)) * np.pi / 3 + 0.3:  # what holds it off the wheel
        way = np.array([np.cos(turn), 0.0, np.sin(turn)])
        ends = [middle + ring * way, np.array([x, sign * y, radius]) + (ring - 0.012) * way]
        builder.tube(ends, 0.004, STEEL, sides=3, material="metal")
    x, y, radius = _CASTOR_M
    builder.spoked_wheel((x, sign * y, radius), radius, level, tyre_m=0.034, spokes=5, spoke_m=0.012)
    stem = x - 0.025
    for off in (0.024, -0.024):
        fork = [(x, sign * y + off, radius), (stem, sign * y + off, 0.155), (stem, sign * y, 0.175)]
        builder.tube(bend(fork, 0.02, level), 0.006, DARK, sides=sides)
    builder.tube([(stem, sign * y, 0.16), (stem, sign * y, 0.275)], 0.014, DARK, sides=sides)


def _add_side(builder: GearBuilder, sign: float, rail_m: float, level: int) -> None:
    """Add one side of the frame: rails, the post of the back up to its push handle, the armrest."""
    sides, y = pick(level - CLOSE, 10, 7, 5, 4), sign * _SIDE_M
    low, high, top = _BACK_M
    post = [(low, y, 0.20), (low, y, rail_m), (high, y, top), (_BEHIND_M + 0.01, y, top)]
    front = [(low, y, rail_m), (0.33, y, rail_m), (0.385, y, rail_m - 0.05), (0.455, sign * 0.135, 0.11)]
    lower = [(low, y, 0.20), (0.30, y, 0.20), (0.345, y, 0.24), (0.345, y, rail_m)]
    for line, reach in ((post, 0.045), (front, 0.04), (lower, 0.04)):
        builder.tube(bend(line, reach, level), 0.0115, STEEL, sides=sides, material="metal")
    grip = [(x, y, top) for x in (_BEHIND_M + 0.115, _BEHIND_M + 0.108, _BEHIND_M + 0.006, _BEHIND_M)]
    builder.tube(grip, (0.013, 0.017, 0.017, 0.013), DARK, sides=sides)
    arm = [(low + 0.01, y, 0.47), (low + 0.01, y, 0.618), (0.17, y, 0.618), (0.17, y, rail_m)]
    builder.tube(bend(arm, 0.045, level), 0.010, STEEL, sides=sides, material="metal")
    builder.pad((-0.15, y - 0.024, 0.622), (0.165, y + 0.024, 0.655), DARK, level, square=0.4)
    builder.pad((-0.175, y - 0.004, rail_m + 0.004), (0.157, y + 0.004, 0.612), DARK, level, square=0.2)
    axle = [(_WHEEL_M[0], sign * off, _WHEEL_M[2]) for off in (_SIDE_M - 0.012, _WHEEL_M[1])]
    builder.tube(axle, 0.010, STEEL, sides=sides, material="metal")
    plate = [(_WHEEL_M[0], y, 0.20), (_WHEEL_M[0], y, rail_m)]
    builder.tube(plate, 0.012, DARK, sides=sides)


def _add_footplate(builder: GearBuilder, sign: float, level: int) -> None:
    """Add a plate that hinges at the foot of a front tube, with a strap behind the heel."""
    side = sign * np.array([0.165, 0.025])
    builder.pad((0.455, side.min(), 0.072), (0.615, side.max(), 0.088), DARK, level, square=0.25)
    heel = [(0.462, sign * 0.155, 0.09), (0.435, sign * 0.12, 0.125), (0.435, sign * 0.06, 0.125)]
    builder.tube(bend([*heel, (0.462, sign * 0.03, 0.09)], 0.03, level), 0.006, DARK, sides=4)


def _add_upholstery(builder: GearBuilder, seat_m: float, dye: np.ndarray, level: int) -> None:
    """Add a cushion on the seat, and a back slung between its posts, deepest in its middle."""
    low, high = (-0.19, -0.205, seat_m - _CUSHION_M), (0.345, 0.205, seat_m)
    builder.pad(low, high, dye, level, square=0.3)
    rows, columns = pick(level - CLOSE, (9, 13), (7, 9), (5, 7), (4, 5))
    up = np.linspace(0.0, 1.0, rows)[:, None] + np.zeros(columns)
    aside = np.linspace(-1.0, 1.0, columns) + np.zeros((rows, 1))
    low_x, high_x, top = _BACK_M
    z = seat_m + 0.01 + (0.865 - seat_m - 0.01) * up
    x = np.interp(z, (seat_m, top), (low_x, high_x)) - 0.03 * (1.0 - aside**2)
    back = np.stack([x, (_SIDE_M + 0.013) * aside, z], axis=-1)
    builder.add(*make_sheet(back[::-1], _SLUNG_M), 0.85 * dye)
