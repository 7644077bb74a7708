"""What people push, ride, lean on, hold or have on an arm: wheelchairs, trolleys, sticks, baskets...

In: a kind and a level of detail. Out: rigid surfaces in the gear's own frame: +X ahead, +Y left, z = 0 on
the floor under the person (stick and phone: origin in the palm; a mop: where it meets the floor, +Z along
the pole; umbrella and basket: the top of crook and handle). synth/motion says where the frame is.
"""

import numpy as np

from synth.bodies.basket import add_basket
from synth.bodies.detail import pick
from synth.bodies.gear_parts import DARK, STEEL, TYRE, Gear, GearBuilder
from synth.bodies.mop import add_mop
from synth.bodies.pram import add_pram
from synth.bodies.pushed import HANDLE_FORWARD_M, add_trolley, handle_height_m
from synth.bodies.surface import make_tube_faces
from synth.bodies.wheelchair import add_wheelchair

# Where a wheelchair's hips, feet and hands are, in the gear's frame, metres for an adult.
SEAT_HEIGHT_M = 0.53  # of the hips of somebody who sits
FOOTREST_M = (0.50, 0.10, 0.11)
RIM_M = (0.06, 0.31, 0.60)  # top of a wheelchair's hand rims, seen from the hips
CROOK_M = 0.045  # half of the width of an umbrella's crook
RIGID = ("wheelchair", "trolley", "pram", "stick", "mop")  # the mobilities that there is gear for


def make_gear(kind: str, stature_m: float, color: np.ndarray, level: int) -> Gear:
    """Make a wheelchair, trolley, pram, stick, mop, phone, umbrella or basket of a main colour (3,)."""
    builder = GearBuilder()
    makers = {
        "wheelchair": _wheelchair,
        "trolley": add_trolley,
        "pram": _pram,
        "stick": _stick,
        "mop": add_mop,
    }
    makers |= {"phone": _phone, "umbrella": _umbrella, "basket": add_basket}
    makers[kind](builder, stature_m, color, level)
    return builder.finish()


def stick_length_m(stature_m: float) -> float:
    """Length of a walking stick from the palm to its tip: the wrist's crease above the floor."""
    return 0.47 * stature_m + 0.02


def umbrella_length_m(stature_m: float) -> float:
    """Length of an umbrella from the top of its crook to its tip."""
    return float(np.clip(0.49 * stature_m, 0.70, 0.90))


def _wheelchair(builder: GearBuilder, stature_m: float, color: np.ndarray, level: int) -> None:
    add_wheelchair(builder, SEAT_HEIGHT_M, color, level)


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
