"""What people push, ride, lean on or hold: wheelchairs, trolleys, prams, sticks, mops, phones, umbrellas.

In: a kind and a level of detail. Out: rigid surfaces in the gear's own frame: +X ahead, +Y left, z = 0 on
the floor under the person (stick and phone: origin in the palm; a mop: where it meets the floor, +Z along
the pole; an umbrella: the top of its crook). synth/motion says where the frame is.
"""

import numpy as np

from synth.bodies.detail import pick
from synth.bodies.gear_parts import DARK, STEEL, TYRE, Gear, GearBuilder
from synth.bodies.mop import add_mop
from synth.bodies.pram import add_pram
from synth.bodies.surface import make_tube_faces
from synth.bodies.wheelchair import add_wheelchair

# Where hands hold, and where a wheelchair's feet and hips are, in the gear's frame, metres for an adult.
HANDLE_FORWARD_M = 0.37
HANDLE_HALF_WIDTH_M = 0.19
HANDLE_HEIGHT = 0.60  # of the stature
SEAT_HEIGHT_M = 0.53  # of the hips of somebody who sits
FOOTREST_M = (0.50, 0.10, 0.11)
RIM_M = (0.06, 0.31, 0.60)  # top of a wheelchair's hand rims, seen from the hips
CROOK_M = 0.045  # half of the width of an umbrella's crook
RIGID = ("wheelchair", "trolley", "pram", "stick", "mop")  # the mobilities that there is gear for


def make_gear(kind: str, stature_m: float, color: np.ndarray, level: int) -> Gear:
    """Make a wheelchair, trolley, pram, stick, mop, phone or umbrella; `color` (3,) is its main one."""
    builder = GearBuilder()
    makers = {"wheelchair": _wheelchair, "trolley": _trolley, "pram": _pram, "stick": _stick, "mop": add_mop}
    makers |= {"phone": _phone, "umbrella": _umbrella}
    makers[kind](builder, stature_m, color, level)
    return builder.finish()


def handle_height_m(stature_m: float) -> float:
    """How high the handle of a trolley or pram is: made for adults, the small push it lower down."""
    return float(np.clip(HANDLE_HEIGHT * stature_m, 0.80, 1.06))


def stick_length_m(stature_m: float) -> float:
    """Length of a walking stick from the palm to its tip: the wrist's crease above the floor."""
    return 0.47 * stature_m + 0.02


def umbrella_length_m(stature_m: float) -> float:
    """Length of an umbrella from the top of its crook to its tip."""
    return float(np.clip(0.49 * stature_m, 0.70, 0.90))


def _wheelchair(builder: GearBuilder, stature_m: float, color: np.ndarray, level: int) -> None:
    add_wheelchair(builder, SEAT_HEIGHT_M, color, level)


def _trolley(builder: GearBuilder, stature_m: float, color: np.ndarray, level: int) -> None:
    handle = handle_height_m(stature_m)
    rim, floor = handle - 0.06, 0.42
    near, far = HANDLE_FORWARD_M + 0.06, HANDLE_FORWARD_M + 0.70
    top = [(near, 0.26), (far, 0.20), (far, -0.20), (near, -0.26)]
    low = [(near + 0.06, 0.22), (far - 0.06, 0.17), (far - 0.06, -0.17), (near + 0.06, -0.22)]
    drop = [0.0, -0.10, -0.10, 0.0]
    for k in range(4):
        after = (k + 1) % 4
        builder.bar((*top[k], rim + drop[k]), (*top[after], rim + drop[after]), STEEL, thick_m=0.014)
        builder.bar((*low[k], floor), (*low[after], floor), STEEL, thick_m=0.010)
        wires = pick(level, 12, 8, 4) if k in (0, 2) else pick(level, 8, 5, 3)
        for share in np.linspace(0.0, 1.0, wires, endpoint=False):
            ends = [
                np.add(np.multiply(1 - share, (*points[k], z0)), np.multiply(share, (*points[after], z1)))
                for points, z0, z1 in ((top, rim + drop[k], rim + drop[after]), (low, floor, floor))
            ]
            builder.bar(tuple(ends[0]), tuple(ends[1]), STEEL, thick_m=0.006)
        for share in np.linspace(0.25, 0.75, pick(level, 3, 2, 1)):
            corner = [
                np.add(np.multiply(1 - share, (*top[j], rim + drop[j])), np.multiply(share, (*low[j], floor)))
                for j in (k, after)
            ]
            builder.bar(tuple(corner[0]), tuple(corner[1]), STEEL, thick_m=0.006)
    for share in np.linspace(0.1, 0.9, pick(level, 8, 5, 3)):
        y = 0.19 * (2 * share - 1)
        builder.bar((near + 0.06, y, floor), (far - 0.06, y, floor), STEEL, thick_m=0.006)
    for sign in (1.0, -1.0):
        builder.bar((HANDLE_FORWARD_M, sign * 0.25, handle), (near, sign * 0.26, rim), DARK, thick_m=0.02)
        builder.bar((near, sign * 0.25, rim), (near + 0.02, sign * 0.22, 0.16), STEEL)
        builder.bar((near, sign * 0.23, 0.16), (far - 0.04, sign * 0.16, 0.16), STEEL)
        for x, y in ((near + 0.02, 0.23), (far - 0.06, 0.16)):
            builder.wheel((x, sign * y, 0.065), 0.065, pick(level, 14, 10, 8))
            builder.bar((x, sign * y, 0.08), (x, sign * y, 0.17), DARK, thick_m=0.024)
    builder.bar((HANDLE_FORWARD_M, 0.26, handle), (HANDLE_FORWARD_M, -0.26, handle), color, thick_m=0.032)


def _pram(builder: GearBuilder, stature_m: float, color: np.ndarray, level: int) -> None:
    add_pram(builder, (HANDLE_FORWARD_M, handle_height_m(stature_m)), color, level)


def _stick(builder: GearBuilder, stature_m: float, color: np.ndarray, level: int) -> None:
    length = stick_length_m(stature_m)
    wood = np.array([0.36, 0.23, 0.14])
    builder.bar((0.0, 0.0, 0.0), (0.0, 0.0, -length), wood, thick_m=0.022)
    builder.bar((-0.06, 0.0, 0.004), (0.07, 0.0, 0.004), 0.8 * wood, thick_m=0.028)
    builder.bar((0.0, 0.0, -length + 0.03), (0.0, 0.0, -length), TYRE, thick_m=0.032)


def _umbrella(builder: GearBuilder, stature_m: float, color: np.ndarray, level: int) -> None:
    """A folded one that hangs from the top of its crook (the origin) along -z; the crook opens to +x."""
    wood, length = np.array([0.30, 0.19, 0.12]), umbrella_length_m(stature_m)
    angle = np.linspace(-0.35, np.pi, pick(level, 11, 8, 6))
    bow = CROOK_M * np.stack([np.cos(angle), 0.0 * angle, np.sin(angle) - 1.0], axis=1)
    for start, end in zip(bow[:-1], bow[1:], strict=True):
        builder.bar(tuple(start), tuple(end), wood, thick_m=0.018)
    builder.bar((-CROOK_M, 0.0, -CROOK_M), (-CROOK_M, 0.0, -0.17), wood, thick_m=0.020)
    builder.bar((-CROOK_M, 0.0, -length + 0.09), (-CROOK_M, 0.0, -length), STEEL, thick_m=0.010)
    # (below the crook's top as a share of the length, radius): ribs' tips, cloth about the shaft.
    rings = [(0.17, 0.010), (0.20, 0.026), (0.24, 0.033), (0.45, 0.034), (0.70, 0.024), (0.92, 0.009)]
    around = pick(level, 24, 16, 8)
    turn = np.arange(around) * 2 * np.pi / around
    fold = 1.0 + 0.16 * np.cos(8 * turn)
    place = [
        np.stack([r * fold * np.cos(turn) - CROOK_M, r * fold * np.sin(turn), 0 * turn - z * length], axis=1)
        for z, r in rings
    ]
    builder.add(np.concatenate(place), make_tube_faces(len(rings), around), color)


def _phone(builder: GearBuilder, stature_m: float, color: np.ndarray, level: int) -> None:
    """A phone along the fingers (x), its screen away from the palm (y)."""
    builder.box((-0.03, 0.004, -0.036), (0.118, 0.013, 0.036), DARK)
    builder.box((-0.024, 0.013, -0.032), (0.112, 0.0135, 0.032), (0.55, 0.66, 0.78))
