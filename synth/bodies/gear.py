"""What people push, ride, lean on or hold: wheelchairs, trolleys, prams, sticks, mops, phones, umbrellas.

In: a kind and a level of detail. Out: rigid surfaces in the gear's own frame: +X ahead, +Y left, z = 0 on
the floor under the person (stick and phone: origin in the palm; a mop: where it meets the floor, +Z along
the pole; an umbrella: the top of its crook). synth/motion says where the frame is.
"""

from dataclasses import dataclass

import numpy as np

from synth.bodies.detail import pick
from synth.bodies.surface import compute_normals, make_tube_faces

# Where hands hold, and where a wheelchair's feet and hips are, in the gear's frame, metres for an adult.
HANDLE_FORWARD_M = 0.37
HANDLE_HALF_WIDTH_M = 0.19
HANDLE_HEIGHT = 0.60  # of the stature
SEAT_HEIGHT_M = 0.53  # of the hips of somebody who sits
FOOTREST_M = (0.50, 0.10, 0.11)
RIM_M = (0.06, 0.31, 0.60)  # top of a wheelchair's hand rims, seen from the hips
CROOK_M = 0.045  # half of the width of an umbrella's crook
RIGID = ("wheelchair", "trolley", "pram", "stick", "mop")  # the mobilities that there is gear for
STEEL, DARK, TYRE = (0.60, 0.61, 0.62), (0.16, 0.16, 0.18), (0.10, 0.10, 0.10)


@dataclass(frozen=True)
class Gear:
    """A rigid thing: (V, 3) positions and normals, (F, 3) faces, (V, 3) sRGB colours 0 to 1."""

    position_m: np.ndarray
    normal: np.ndarray
    faces: np.ndarray
    color: np.ndarray


class _Builder:
    """Boxes, bars and rings put together."""

    def __init__(self) -> None:
        self._position: list[np.ndarray] = []
        self._faces: list[np.ndarray] = []
        self._color: list[np.ndarray] = []
        self._count = 0

    def add(self, position: np.ndarray, faces: np.ndarray, color: tuple[float, ...] | np.ndarray) -> None:
        """Add a piece of one colour."""
        self._position.append(position)
        self._faces.append(faces + self._count)
        self._color.append(np.broadcast_to(np.asarray(color, float), position.shape))
        self._count += len(position)

    def bar(self, start: tuple, end: tuple, color: tuple | np.ndarray, *, thick_m: float = 0.018) -> None:
        """Add a square bar between two points."""
        first, last = np.asarray(start, float), np.asarray(end, float)
        along = (last - first) / np.linalg.norm(last - first)
        side = np.cross(along, [0.0, 0.0, 1.0] if abs(along[2]) < 0.9 else [1.0, 0.0, 0.0])
        side *= thick_m / 2 / np.linalg.norm(side)
        other = np.cross(along, side)
        ring = np.array([side + other, other - side, -side - other, side - other])
        corner = np.concatenate([first + ring, last + ring])
        here = np.arange(4)
        after = (here + 1) % 4
        faces = [np.stack([here, 4 + after, after], 1), np.stack([here, 4 + here, 4 + after], 1)]
        faces += [np.array([[0, 1, 2], [0, 2, 3], [4, 6, 5], [4, 7, 6]])]
        self.add(corner, _turn_outward(corner, np.concatenate(faces)), color)

    def box(self, low: tuple, high: tuple, color: tuple | np.ndarray) -> None:
        """Add an upright box."""
        middle = (np.asarray(low, float) + np.asarray(high, float)) / 2
        half = (np.asarray(high, float) - np.asarray(low, float)) / 2
        corner = middle + half * np.array([[(k >> axis & 1) * 2 - 1 for axis in range(3)] for k in range(8)])
        faces = np.array(
            [[0, 4, 6], [0, 6, 2], [1, 3, 7], [1, 7, 5], [0, 1, 5], [0, 5, 4]]
            + [[2, 6, 7], [2, 7, 3], [0, 2, 3], [0, 3, 1], [4, 5, 7], [4, 7, 6]]
        )
        flat = corner[faces].reshape(-1, 3)  # corners of its own for each face: edges stay sharp
        self.add(flat, np.arange(36).reshape(12, 3), color)

    def wheel(self, middle: tuple, radius_m: float, around: int, *, spokes: int = 0) -> None:
        """Add a wheel that rolls along x: a tyre with an open middle, and spokes, or a full disc."""
        angle = np.arange(around) * 2 * np.pi / around
        circle = np.stack([np.cos(angle), np.zeros(around), np.sin(angle)], axis=1)
        hole = 0.9 if spokes else 0.0
        thick = np.array([0.0, 0.016, 0.0])
        rings = [circle * radius_m - thick, circle * radius_m + thick, circle * radius_m * hole + thick]
        rings.append(circle * radius_m * hole - thick)
        here = np.arange(around)
        after = (here + 1) % around
        faces = []
        for k in range(4):
            a, b = k * around, (k + 1) % 4 * around
            faces += [
                np.stack([a + here, a + after, b + after], 1),
                np.stack([a + here, b + after, b + here], 1),
            ]
        self.add(np.asarray(middle) + np.concatenate(rings), np.concatenate(faces), TYRE)
        for k in range(spokes):
            turn = np.pi * k / spokes
            way = np.array([np.cos(turn), 0.0, np.sin(turn)]) * radius_m * 0.93
            self.bar(tuple(middle - way), tuple(middle + way), STEEL, thick_m=0.006)

    def finish(self) -> Gear:
        """Put the pieces together."""
        position, faces = np.concatenate(self._position), np.concatenate(self._faces)
        normal = compute_normals(position, faces).astype(np.float32)
        return Gear(position.astype(np.float32), normal, faces.astype(np.int32), np.concatenate(self._color))


def _turn_outward(position: np.ndarray, faces: np.ndarray) -> np.ndarray:
    corner = position[faces] - position.mean(axis=0)
    inward = np.einsum("ij,ij->i", corner[:, 0], np.cross(corner[:, 1], corner[:, 2])) < 0
    return np.where(inward[:, None], faces[:, ::-1], faces)


def make_gear(kind: str, stature_m: float, color: np.ndarray, level: int) -> Gear:
    """Make a wheelchair, trolley, pram, stick, mop, phone or umbrella; `color` (3,) is its main one."""
    builder = _Builder()
    makers = {"wheelchair": _wheelchair, "trolley": _trolley, "pram": _pram, "stick": _stick, "mop": _mop}
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


def _wheelchair(builder: _Builder, stature_m: float, color: np.ndarray, level: int) -> None:
    seat = SEAT_HEIGHT_M - 0.10
    around = pick(level, 28, 18, 12)
    for sign in (1.0, -1.0):
        builder.wheel((0.0, sign * 0.29, 0.30), 0.30, around, spokes=pick(level, 6, 4, 2))
        builder.wheel((0.40, sign * 0.20, 0.075), 0.075, pick(level, 14, 10, 8))
        builder.bar((0.40, sign * 0.20, 0.10), (0.36, sign * 0.22, seat), STEEL)
        builder.bar((0.36, sign * 0.22, seat), (0.50, sign * 0.12, 0.10), STEEL)
        builder.bar((-0.20, sign * 0.22, 0.28), (-0.24, sign * 0.22, 0.92), STEEL)
        builder.bar((-0.24, sign * 0.22, 0.92), (-0.34, sign * 0.22, 0.92), DARK, thick_m=0.03)
        builder.bar((-0.20, sign * 0.22, 0.30), (0.36, sign * 0.22, 0.30), STEEL)
        builder.box((-0.12, sign * 0.235 - 0.02, 0.62), (0.18, sign * 0.235 + 0.02, 0.65), DARK)
        builder.box((0.46, sign * 0.10 - 0.07, 0.075), (0.62, sign * 0.10 + 0.07, 0.09), DARK)
    builder.box((-0.20, -0.22, seat - 0.03), (0.36, 0.22, seat), color)
    builder.box((-0.25, -0.21, seat), (-0.215, 0.21, 0.86), color)


def _trolley(builder: _Builder, stature_m: float, color: np.ndarray, level: int) -> None:
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


def _pram(builder: _Builder, stature_m: float, color: np.ndarray, level: int) -> None:
    handle = handle_height_m(stature_m)
    near, far = HANDLE_FORWARD_M + 0.12, HANDLE_FORWARD_M + 0.80
    middle = np.array([(near + far) / 2, 0.0, 0.62])
    position, faces = _shell(middle, np.array([(far - near) / 2, 0.21, 0.17]), pick(level, 16, 12, 8), 0.0)
    builder.add(position, faces, color)
    hood, faces = _shell(
        middle + [0.16, 0.0, 0.02], np.array([0.25, 0.22, 0.34]), pick(level, 16, 12, 8), 0.5
    )
    builder.add(hood, faces, 0.72 * color)
    blanket = np.array([near + 0.08, -0.17, 0.64]), np.array([middle[0] + 0.02, 0.17, 0.68])
    builder.box(tuple(blanket[0]), tuple(blanket[1]), (0.80, 0.78, 0.74))
    builder.bar((HANDLE_FORWARD_M, 0.23, handle), (HANDLE_FORWARD_M, -0.23, handle), DARK, thick_m=0.032)
    for sign in (1.0, -1.0):
        builder.bar((HANDLE_FORWARD_M, sign * 0.23, handle), (far - 0.12, sign * 0.23, 0.20), STEEL)
        builder.bar((near + 0.05, sign * 0.23, 0.20), (far - 0.18, sign * 0.22, 0.60), STEEL)
        builder.wheel((near + 0.05, sign * 0.26, 0.14), 0.14, pick(level, 18, 12, 8), spokes=2)
        builder.wheel((far - 0.10, sign * 0.24, 0.11), 0.11, pick(level, 18, 12, 8), spokes=2)
    builder.box((near + 0.08, -0.19, 0.22), (far - 0.14, 0.19, 0.36), DARK)


def _stick(builder: _Builder, stature_m: float, color: np.ndarray, level: int) -> None:
    length = stick_length_m(stature_m)
    wood = np.array([0.36, 0.23, 0.14])
    builder.bar((0.0, 0.0, 0.0), (0.0, 0.0, -length), wood, thick_m=0.022)
    builder.bar((-0.06, 0.0, 0.004), (0.07, 0.0, 0.004), 0.8 * wood, thick_m=0.028)
    builder.bar((0.0, 0.0, -length + 0.03), (0.0, 0.0, -length), TYRE, thick_m=0.032)


def _mop(builder: _Builder, stature_m: float, color: np.ndarray, level: int) -> None:
    """A pole, and a flat bundle of yarn across it."""
    builder.bar((0.0, 0.0, 0.05), (0.0, 0.0, 0.80 * stature_m), (0.62, 0.64, 0.66), thick_m=0.024)
    builder.bar((0.0, 0.0, 0.03), (0.0, 0.0, 0.12), color, thick_m=0.045)
    for k in range(pick(level, 9, 7, 5)):
        y = 0.17 * (2 * k / (pick(level, 9, 7, 5) - 1) - 1)
        builder.bar((0.02, 0.4 * y, 0.05), (0.07, y, 0.0), (0.82, 0.81, 0.77), thick_m=0.034)
        builder.bar((-0.02, 0.4 * y, 0.05), (-0.07, y, -0.01), (0.78, 0.77, 0.73), thick_m=0.034)


def _umbrella(builder: _Builder, stature_m: float, color: np.ndarray, level: int) -> None:
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


def _phone(builder: _Builder, stature_m: float, color: np.ndarray, level: int) -> None:
    """A phone along the fingers (x), its screen away from the palm (y)."""
    builder.box((-0.03, 0.004, -0.036), (0.118, 0.013, 0.036), DARK)
    builder.box((-0.024, 0.013, -0.032), (0.112, 0.0135, 0.032), (0.55, 0.66, 0.78))


def _shell(middle: np.ndarray, half: np.ndarray, around: int, rise: float) -> tuple[np.ndarray, np.ndarray]:
    """A rounded tub that is open at the top (rise 0), or a hood (rise 0.5: the front half of a dome)."""
    rows = 5
    theta = np.linspace(np.pi / 2, np.pi, rows) if rise == 0.0 else np.linspace(0.0, np.pi / 2, rows)
    phi = (
        np.arange(around) * 2 * np.pi / around if rise == 0.0 else np.linspace(-np.pi / 2, np.pi / 2, around)
    )
    ring = np.stack(
        [
            np.outer(np.sin(theta), np.cos(phi)),
            np.outer(np.sin(theta), np.sin(phi)),
            np.outer(np.cos(theta), 1 + 0 * phi),
        ],
        axis=-1,
    )
    shape = np.sign(ring) * np.abs(ring) ** 0.7
    position = middle + shape.reshape(-1, 3) * half
    last = around if rise == 0.0 else around - 1
    faces = make_tube_faces(rows, around).reshape(-1, around, 3)[:, :last].reshape(-1, 3)
    return np.concatenate([position, position]), np.concatenate([faces, faces[:, ::-1] + len(position)])
