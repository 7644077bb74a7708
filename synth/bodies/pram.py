"""A pram: a carrycot under a hood, a mattress and a blanket in it, on a frame that folds.

In: where the hands hold it, its cloth's colour and a level of detail. Out: pieces in the gear's own frame,
see synth/bodies/gear.py. The child's head would lie under the hood, which opens to who pushes, as in
prams for newborns; the carrycot's rim is 0.67 m over the floor.
"""

import numpy as np

from synth.bodies.detail import CLOSE, pick
from synth.bodies.gear_parts import DARK, STEEL, Color, GearBuilder, bend, make_sheet, make_trough

_MIDDLE_M, _HALF_M = 0.855, (0.365, 0.205)  # of the carrycot at its rim
_RIM_M, _BOTTOM_M, _BED_M = 0.67, 0.44, 0.575
_ROUND = 0.62  # of its corners: 1 is an ellipse, 0 a rectangle
_SHEER_M = 0.03  # by which its ends rise over its middle
# The carrycot from the middle of its underside over its rim down to the mattress: shares of the rim's half
# length and half width, metres over the bottom.
_COT = (
    [(0.40, 0.40, 0.0), (0.78, 0.74, 0.004), (0.88, 0.86, 0.035), (0.955, 0.95, 0.13), (0.985, 0.985, 0.205)]
    + [(1.0, 1.0, 0.222), (0.985, 0.98, 0.237), (0.955, 0.93, 0.240), (0.93, 0.89, 0.228)]
    + [(0.90, 0.86, _BED_M - _BOTTOM_M - 0.02)]
)
_BASKET = (
    [(0.5, 0.5, 0.205), (0.88, 0.86, 0.215), (1.0, 1.0, 0.335), (0.985, 0.97, 0.345), (0.96, 0.94, 0.335)]
    + [(0.84, 0.82, 0.225)]
)  # fmt: skip
_HINGE_M, _REACH_M, _RIVET_M = 0.90, 0.335, 0.012  # where the hood turns, how far it reaches, and begins
_BOWS_RAD = np.radians([-9.0, 26.0, 61.0, 98.0])
_SAG = 0.035  # of the cloth between two bows
_CROSS_M = (0.80, 0.405)  # where the frame's legs cross
_HANDLE_HALF_M, _GRIP_HALF_M = 0.262, 0.222
# Wheels: ahead, aside, and as high as their radius.
_REAR_M, _FRONT_M = (0.54, 0.257, 0.14), (1.07, 0.236, 0.11)
_SHEET, _PILLOW, _LINING = (0.86, 0.85, 0.82), (0.92, 0.92, 0.90), (0.66, 0.65, 0.63)
_CLOTH, _PASTEL = 0.5, 0.35  # how much of the colour that is drawn dyed cloth and the blanket keep
# The blanket's end at the feet, how far it reaches towards the hood, how thick it is, how far it hangs.
_BLANKET_M, _THICK_M, _HANG_M = (0.575, 0.335), 0.012, 0.10
_FOLDED = 0.2  # of its length, turned back over it


def add_pram(builder: GearBuilder, handle_m: tuple[float, float], color: np.ndarray, level: int) -> None:
    """Add a pram whose handle is so far ahead and so high."""
    dye = _CLOTH * color + (1.0 - _CLOTH) * color.mean()
    _add_cot(builder, dye, level)
    _add_blanket(builder, 0.66 + _PASTEL * (color[[2, 0, 1]] - color.mean()), level)
    _add_hood(builder, dye, level)
    _add_frame(builder, handle_m, level)
    for x, y, radius in (_REAR_M, _FRONT_M):
        for sign in (1.0, -1.0):
            middle = x, sign * y, radius
            spokes = pick(level, 7, 5, 4)
            builder.spoked_wheel(middle, radius, level, tyre_m=0.030, spokes=spokes, spoke_m=0.011)


def _stack_ovals(
    rows: list[tuple[float, float, float]], middle_m: float, half_m: tuple[float, float], around: int
) -> np.ndarray:
    """Rings (R, around, 3) of rounded oblongs, counter-clockwise from above."""
    turn = np.arange(around) * 2 * np.pi / around
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    oblong = np.sign(circle) * np.abs(circle) ** _ROUND * half_m
    return np.array(
        [np.column_stack([oblong * row[:2] + [middle_m, 0.0], np.full(around, row[2])]) for row in rows]
    )


def _rise_m(x_m: np.ndarray, z_m: np.ndarray | float) -> np.ndarray:
    """By how much the carrycot's ends are raised at a height: the more, the higher."""
    share = np.clip((z_m - _BOTTOM_M) / (_RIM_M - _BOTTOM_M), 0.0, 1.1)
    return share * _SHEER_M * ((x_m - _MIDDLE_M) / _HALF_M[0]) ** 2


def _add_cot(builder: GearBuilder, dye: np.ndarray, level: int) -> None:
    """Add the tub with a padded rim, the mattress that closes it, a pillow."""
    around = pick(level - CLOSE, 32, 24, 16, 10)
    rings = _stack_ovals(_COT, _MIDDLE_M, _HALF_M, around)
    rings[..., 2] += _BOTTOM_M
    rings[..., 2] += _rise_m(rings[..., 0], rings[..., 2])
    position, faces = make_trough(rings)
    paint = np.tile(dye, (len(position), 1))
    paint[: 2 * around] = paint[-2] = DARK  # a hard tray below the cloth
    paint[5 * around : 8 * around] = 0.55 * dye  # a band along the rim
    paint[8 * around : -2] = paint[-1] = _LINING
    builder.add(position, faces, paint)
    long, wide = 0.88 * _HALF_M[0], 0.84 * _HALF_M[1]
    low, high = (_MIDDLE_M - long, -wide, _BED_M - 0.06), (_MIDDLE_M + long, wide, _BED_M)
    builder.pad(low, high, _SHEET, level, square=0.5)
    low, high = (0.965, -0.115, _BED_M - 0.01), (1.135, 0.115, _BED_M + 0.045)
    builder.pad(low, high, _PILLOW, level, square=0.6)


def _add_blanket(builder: GearBuilder, dye: np.ndarray, level: int) -> None:
    """Add a blanket that hangs over both rims and is turned back at its upper end."""
    rows, columns = pick(level - CLOSE, (17, 27), (11, 19), (8, 13), (6, 9))
    along = np.linspace(0.0, 1.0, rows)[:, None] + np.zeros(columns)
    middle_m = _lay_blanket(along, np.linspace(-1.0, 1.0, columns) + np.zeros((rows, 1)))
    builder.add(*make_sheet(middle_m, _THICK_M), dye)
    last = int(np.ceil(_FOLDED * rows)) + 1
    turned = middle_m[-last:] * [1.0, 1.015, 1.0] + [_THICK_M, 0.0, 1.05 * _THICK_M]
    builder.add(*make_sheet(turned, _THICK_M), 0.5 + 0.5 * dye)


def _lay_blanket(along: np.ndarray, across: np.ndarray) -> np.ndarray:
    """Where a blanket lies, (R, C, 3), for shares 0 to 1 along the child and -1 to 1 from hem to hem."""
    over = np.abs(across)
    x = _BLANKET_M[0] + _BLANKET_M[1] * along + 0.012 * np.sin(4.0 * across)
    end = np.minimum(np.abs((x - _MIDDLE_M) / _HALF_M[0]), 1.0)
    half = _HALF_M[1] * (1.0 - end ** (2 / _ROUND)) ** (_ROUND / 2) + 0.012
    ripple = 0.005 * (1.0 + np.sin(31.0 * along + across)) * np.interp(over, (0.8, 1.0), (0.0, 1.0))
    y = np.interp(over, (0.0, 0.58, 0.72, 0.78, 1.0), (0.0, 0.80, 0.955, 1.0, 1.0)) * half + ripple
    z = np.interp(over, (0.0, 0.3, 0.52, 0.62, 0.72, 0.78), (0.0, -0.004, -0.016, 0.009, 0.017, 0.006))
    z -= np.interp(over, (0.78, 1.0), (0.0, _HANG_M)) * (1.0 + 0.07 * np.sin(9.0 * along))
    fold = np.sin(23.0 * along + 3.0 * across) + 0.7 * np.sin(11.0 * along - 7.0 * across + 1.0)
    z += 0.004 * fold * np.interp(over, (0.45, 0.6), (1.0, 0.0))
    z += 0.035 * np.exp(-((across / 0.3) ** 2)) * np.sin(np.pi * (0.15 + 0.75 * along))  # legs below
    return np.stack([x, np.sign(across) * y, _RIM_M + 0.006 + z + _rise_m(x, _RIM_M)], axis=-1)


def _add_hood(builder: GearBuilder, dye: np.ndarray, level: int) -> None:
    """Add the cloth of the hood, lined, and the bows that it is stretched over."""
    steps, around = pick(level - CLOSE, (5, 22), (3, 17), (2, 13), (1, 9))
    bow = np.linspace(0.0, len(_BOWS_RAD) - 1, (len(_BOWS_RAD) - 1) * steps + 1)
    turn = np.interp(bow, np.arange(len(_BOWS_RAD)), _BOWS_RAD)
    outside = np.stack(
        [
            _trace_bow(one, share, around)
            for one, share in zip(turn, 1.0 - _SAG * np.abs(np.sin(np.pi * bow)), strict=True)
        ]
    )
    position, faces = make_sheet(outside, 0.008)
    paint = np.tile(0.8 * dye, (len(position), 1))
    paint[outside[..., 0].size : 2 * outside[..., 0].size] = _LINING
    builder.add(position, faces, paint)
    for one in _BOWS_RAD[1:]:
        builder.tube(_trace_bow(one, 1.0, around), 0.006, 0.45 * dye, sides=pick(level - CLOSE, 6, 4, 3, 3))
    for sign in (1.0, -1.0):
        hinge = [(_HINGE_M, sign * (_HALF_M[1] + off), _RIM_M) for off in (0.0, 0.016)]
        builder.tube(hinge, 0.026, DARK, sides=pick(level, 12, 8, 5), material="plastic")


def _trace_bow(turn_rad: float, share: float, around: int) -> np.ndarray:
    """Points (around, 3) of an arch about the hood's hinges, raised by an angle from straight ahead."""
    even = np.linspace(
        0.0, np.pi, around
    )  # directions; by them points are as close at the corners as between
    way = np.arctan2(np.sin(even).clip(0.0) ** (1 / _ROUND), np.abs(np.cos(even)) ** (1 / _ROUND))
    way = np.where(even > np.pi / 2, np.pi - way, way)
    out = _RIVET_M + (share * _REACH_M - _RIVET_M) * np.sin(way).clip(0.0) ** _ROUND
    half = _HALF_M[1] + 0.006 - 0.5 * (1.0 - share) * _HALF_M[1] * np.sin(way)
    y = np.sign(np.cos(way)) * np.abs(np.cos(way)) ** _ROUND * half
    return np.stack([_HINGE_M + out * np.cos(turn_rad), y, _RIM_M + out * np.sin(turn_rad)], axis=1)


def _add_frame(builder: GearBuilder, handle_m: tuple[float, float], level: int) -> None:
    """Add crossed pairs of legs, of which one goes up to the handle, the axles and a basket between them."""
    ahead, high = handle_m
    sides, (x, z) = pick(level - CLOSE, 10, 7, 5, 4), _CROSS_M
    for sign in (1.0, -1.0):
        builder.tube([(x, sign * 0.226, z), (x, sign * 0.256, z)], 0.022, DARK, sides=sides)
        builder.tube([(1.0, sign * 0.185, 0.60), (1.0, sign * 0.226, 0.60)], 0.022, DARK, sides=sides)
        rear = [(_REAR_M[0], sign * 0.232, _REAR_M[2]), (x, sign * 0.232, z), (1.0, sign * 0.214, 0.60)]
        builder.tube(rear, 0.011, STEEL, sides=sides, material="metal")
    left = [(_FRONT_M[0], 0.220, _FRONT_M[2]), (x, 0.246, z), (0.49, 0.252, high - 0.10)]
    left.append((ahead, _HANDLE_HALF_M, high))
    line = bend([*left, *((x, -y, z) for x, y, z in left[::-1])], 0.035, level)
    builder.tube(line, 0.011, STEEL, sides=sides, material="metal")
    grip = [(ahead, share * _GRIP_HALF_M, high) for share in (-1.0, -0.97, 0.97, 1.0)]
    builder.tube(grip, (0.012, 0.016, 0.016, 0.012), DARK, sides=sides)
    for x, y, z in (_REAR_M, _FRONT_M):
        builder.tube([(x, -y, z), (x, y, z)], 0.008, STEEL, sides=sides, material="metal")
    dark: Color = (0.13, 0.13, 0.15)
    basket = _stack_ovals(_BASKET, _CROSS_M[0], (0.23, 0.20), pick(level - CLOSE, 24, 18, 12, 8))
    builder.add(*make_trough(basket), dark)
