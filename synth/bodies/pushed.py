"""What people push by a handle: where that is, and the shopping trolley.

In: who pushes it and a level of detail. Out: bars, boxes and wheels in the gear's own frame, see
synth/bodies/gear.py, and the inside of a trolley, into which goods are laid.
"""

import numpy as np

from synth.bodies.detail import CLOSE, pick
from synth.bodies.gear_parts import DARK, STEEL, TYRE, GearBuilder, bend
from synth.bodies.receptacle import Receptacle

# Where hands hold, in the gear's frame, metres for an adult.
HANDLE_FORWARD_M = 0.37
HANDLE_HALF_WIDTH_M = 0.19
HANDLE_HEIGHT = 0.60  # of the stature
HUB = (0.42, 0.43, 0.44)


def handle_height_m(stature_m: float) -> float:
    """How high the handle of a trolley or pram is: made for adults, the small push it lower down."""
    return float(np.clip(HANDLE_HEIGHT * stature_m, 0.80, 1.06))


def make_well(stature_m: float) -> Receptacle:
    """Make the inside of a trolley of some 90 litres: it narrows to the front, where its rim is lower."""
    handle_m = handle_height_m(stature_m)
    return Receptacle(
        floor_x_m=(0.49, 0.99),
        floor_half_m=(0.215, 0.17),
        rim_x_m=(0.44, 1.072),
        rim_half_m=(0.25, 0.20),
        floor_m=0.50,
        rim_m=(handle_m - 0.05, handle_m - 0.13),
        easy_x_m=0.60,
        heap_m=0.05,
        over_m=(HANDLE_FORWARD_M, handle_m),
    )


def add_trolley(builder: GearBuilder, stature_m: float, color: np.ndarray, level: int) -> None:
    """Add a shopping trolley: a wire basket that narrows to the front, on a frame with four castors."""
    handle, well = handle_height_m(stature_m), make_well(stature_m)
    top, floor = well.corners_m()
    for k in range(4):
        after = (k + 1) % 4
        builder.bar(top[k], top[after], STEEL, thick_m=0.012, material="metal")
        builder.bar(floor[k], floor[after], STEEL, thick_m=0.008, material="metal")
        builder.bar(top[k], floor[k], STEEL, thick_m=0.008, material="metal")
        # Wires down the long sides and the ends, and along them: closer together near the floor.
        wires = pick(level, 15, 9, 4) if k in (0, 2) else pick(level, 11, 7, 3)
        for share in (np.arange(wires) + 0.5) / wires:
            _add_wire(builder, top[[k, after]], floor[[k, after]], float(share))
        for share in pick(level, (0.30, 0.52, 0.70, 0.86), (0.40, 0.72), (0.60,)):
            builder.bar(
                top[k] + share * (floor[k] - top[k]),
                top[after] + share * (floor[after] - top[after]),
                STEEL,
                thick_m=0.004,
                material="metal",
            )
    for share in (np.arange(pick(level, 11, 7, 3)) + 0.5) / pick(level, 11, 7, 3):
        ends = floor[0] + share * (floor[3] - floor[0]), floor[1] + share * (floor[2] - floor[1])
        builder.bar(*ends, STEEL, thick_m=0.004, material="metal")
    _add_frame(builder, well, level)
    _add_handle(builder, handle, top, color, level)


def _add_wire(builder: GearBuilder, above: np.ndarray, below: np.ndarray, share: float) -> None:
    """Add an upright wire of a side at a share of its length; `above` and `below` (2, 3) are its edges."""
    top, foot = (edge[0] + share * (edge[1] - edge[0]) for edge in (above, below))
    builder.bar(top, foot, STEEL, thick_m=0.004, material="metal")


def _add_frame(builder: GearBuilder, well: Receptacle, level: int) -> None:
    """Add what the basket stands on: two bent tubes that come together ahead, braces, castors."""
    (near, far), (top, _) = well.rim_x_m, well.corners_m()
    low = 0.165
    rear, front = np.array([near - 0.01, 0.235, low]), np.array([far - 0.10, 0.145, low])
    across, sides = np.array([1.0, -1.0, 1.0]), pick(level - CLOSE, 10, 8, 6, 4)
    for sign in (1.0, -1.0):
        side = np.array([1.0, sign, 1.0])
        post = np.array([near + 0.05, 0.225, 0.40])
        upright = np.array([top[0], post, rear + [0.10, 0.0, 0.0]])
        builder.tube(bend(upright * side, 0.08, level), 0.013, STEEL, sides=sides, material="metal")
        carries = np.array([post, [far - 0.12, 0.165, well.floor_m - 0.012]])
        for line in ([rear, front], carries):
            builder.tube(np.array(line) * side, 0.011, STEEL, sides=sides, material="metal")
        for place in (rear + [0.03, 0.0, 0.0], front - [0.03, 0.0, 0.0]):
            _add_castor(builder, place * side, level)
    for end in (front, rear + [0.10, 0.0, 0.0]):
        builder.tube([end, end * across], 0.011, STEEL, sides=sides, material="metal")


def _add_castor(builder: GearBuilder, place: np.ndarray, level: int) -> None:
    """Add a wheel in its fork below a place (3,) of the frame; it trails a little."""
    (x, y, z), radius = place, 0.055
    axle, sides = np.array([x - 0.022, y, radius]), pick(level - CLOSE, 24, 18, 12, 8)
    builder.roll(axle, radius, 0.026, TYRE, sides=sides)
    builder.roll(axle, 0.55 * radius, 0.030, HUB, sides=sides)
    for beside in (0.020, -0.020):
        aside = np.array([0.0, beside, 0.0])
        builder.bar(place + aside - [0.0, 0.0, 0.022], axle + aside, STEEL, thick_m=0.010, material="metal")
    builder.box((x - 0.024, y - 0.026, z - 0.032), (x + 0.018, y + 0.026, z - 0.012), STEEL)


def _add_handle(builder: GearBuilder, handle: float, top: np.ndarray, color: np.ndarray, level: int) -> None:
    """Add the handle: a tube in coloured plastic between two ends, which the rim bears."""
    sides = pick(level - CLOSE, 12, 10, 7, 5)
    for sign in (1.0, -1.0):
        end = (HANDLE_FORWARD_M, sign * 0.252, handle)
        builder.tube([end, top[0] * [1.0, sign, 1.0]], 0.014, DARK, sides=sides, material="plastic")
        builder.pad(
            (HANDLE_FORWARD_M - 0.02, sign * 0.25 - 0.018, handle - 0.02),
            (HANDLE_FORWARD_M + 0.02, sign * 0.25 + 0.018, handle + 0.02),
            DARK,
            level,
        )
    bar = [(HANDLE_FORWARD_M, 0.235, handle), (HANDLE_FORWARD_M, -0.235, handle)]
    builder.tube(bar, 0.0155, color, sides=sides, material="plastic")
