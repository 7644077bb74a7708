"""What gear is put together from: bars, boxes, tubes, rings, wheels, pads.

In: points and sizes in the gear's own frame (see synth/bodies/gear.py), and colours. Out: a `Gear`. Tubes,
rings, wheels and pads are closed surfaces whose faces look outward.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenes.surfaces import MATERIAL
from synth.bodies.detail import CLOSE, pick
from synth.bodies.surface import close_tube, compute_normals, make_rounded_box, make_tube_faces

Color = tuple[float, ...] | np.ndarray
Point = Sequence[float] | np.ndarray

STEEL, DARK, TYRE = (0.60, 0.61, 0.62), (0.16, 0.16, 0.18), (0.10, 0.10, 0.10)
_RIM = 0.035  # half of how deep and wide a wheel's rim is, of its radius
_COMMON_M = 0.12  # a wheel's radius
_BEND_STEPS = (5, 4, 3, 2)


@dataclass(frozen=True)
class Gear:
    """A rigid thing: (V, 3) positions and normals, (F, 3) faces, (V, 3) sRGB colours 0 to 1.

    `material` is an index into BASE_MATERIALS, one for all or (V,).
    """

    position_m: np.ndarray
    normal: np.ndarray
    faces: np.ndarray
    color: np.ndarray
    material: np.ndarray | int = 0


class GearBuilder:
    """Pieces put together."""

    def __init__(self) -> None:
        self._position: list[np.ndarray] = []
        self._faces: list[np.ndarray] = []
        self._color: list[np.ndarray] = []
        self._material: list[np.ndarray] = []
        self._count = 0

    def add(self, position: np.ndarray, faces: np.ndarray, color: Color, *, material: str = "matte") -> None:
        """Add a piece of one colour (3,), or of (V, 3)."""
        self._position.append(position)
        self._faces.append(faces + self._count)
        self._color.append(np.broadcast_to(np.asarray(color, float), position.shape))
        self._material.append(np.full(len(position), MATERIAL[material], np.int32))
        self._count += len(position)

    def bar(
        self, start: Point, end: Point, color: Color, *, thick_m: float = 0.018, material: str = "matte"
    ) -> None:
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
        self.add(corner, _turn_outward(corner, np.concatenate(faces)), color, material=material)

    def box(self, low: Point, high: Point, color: Color) -> None:
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

    def roll(self, middle: Point, radius_m: float, wide_m: float, color: Color, *, sides: int) -> None:
        """Add a full wheel that rolls along x, its edges a little rounded."""
        off, round_m = np.array([[0.0, wide_m / 2, 0.0]]), 0.2 * wide_m
        line = np.asarray(middle, float) + np.array([[-1.0], [-0.6], [0.6], [1.0]]) * off
        radius = np.array([radius_m - round_m, radius_m, radius_m, radius_m - round_m])
        self.tube(line, radius, color, sides=sides, material="plastic")

    def tube(
        self,
        line_m: Sequence[Point] | np.ndarray,
        radius_m: float | Sequence[float] | np.ndarray,
        color: Color,
        *,
        sides: int,
        material: str = "matte",
    ) -> None:
        """Add a round tube along (N, 3) points, of one radius or (N,), closed at its ends."""
        line = np.asarray(line_m, float)
        turn = np.arange(sides) * 2 * np.pi / sides
        one, other = _carry_across(line)
        radius = np.broadcast_to(np.asarray(radius_m, float), len(line))[:, None, None]
        ring = np.cos(turn)[:, None] * one[:, None] + np.sin(turn)[:, None] * other[:, None]
        tube = close_tube((line[:, None] + radius * ring).reshape(-1, 3), len(line), sides)
        self.add(tube.position_m, tube.faces, color, material=material)

    def ring(
        self,
        middle: Point,
        radius_m: float,
        half_m: tuple[float, float],
        color: Color,
        *,
        around: int,
        sides: int,
        material: str = "matte",
    ) -> None:
        """Add a ring that rolls along x, `half_m` to and from its middle and along its axle."""
        angle = np.arange(around) * 2 * np.pi / around
        out = np.stack([np.cos(angle), np.zeros(around), np.sin(angle)], axis=1)
        turn = np.arange(sides) * 2 * np.pi / sides
        section = half_m[0] * np.cos(turn)[:, None] * out[:, None]
        section = section + half_m[1] * np.sin(turn)[:, None] * np.array([0.0, 1.0, 0.0])
        position = np.asarray(middle, float) + radius_m * out[:, None] + section
        number = np.arange(around * sides).reshape(around, sides)
        a, b = number, np.roll(number, -1, axis=0)
        c, d = np.roll(b, -1, axis=1), np.roll(a, -1, axis=1)
        faces = np.concatenate([np.stack([a, c, b], -1), np.stack([a, d, c], -1)]).reshape(-1, 3)
        self.add(position.reshape(-1, 3), faces, color, material=material)

    def spoked_wheel(
        self, middle: Point, radius_m: float, level: int, *, tyre_m: float, spokes: int, spoke_m: float
    ) -> None:
        """Add a wheel that rolls along x: a round tyre on a rim, spokes to a hub.

        Args:
            middle: Where it turns; its lowest point is `radius_m` below.
            radius_m: Of the tyre's outside.
            level: Of detail.
            tyre_m: How thick the tyre is.
            spokes: How many.
            spoke_m: How thick they are.
        """
        # Large circles need more sides to look as round.
        around = round(pick(level - CLOSE, 26, 18, 12, 8) * (radius_m / _COMMON_M) ** 0.5)
        half = tyre_m / 2
        self.ring(
            middle,
            radius_m - half,
            (half, half),
            TYRE,
            around=around,
            sides=pick(level - CLOSE, 7, 5, 4, 3),
            material="plastic",
        )
        rim = max(_RIM * radius_m, 0.004)
        inside = radius_m - tyre_m - rim / 2
        self.ring(
            middle,
            inside,
            (rim, 0.8 * half),
            STEEL,
            around=around,
            sides=pick(level, 4, 4, 3),
            material="metal",
        )
        hub, place = max(0.1 * radius_m, 0.012), np.asarray(middle, float)
        for turn in np.arange(spokes) * 2 * np.pi / spokes:
            way = np.array([np.cos(turn), 0.0, np.sin(turn)])
            ends = [place + 0.5 * hub * way, place + inside * way]
            self.tube(ends, spoke_m / 2, STEEL, sides=3, material="metal")
        axle = place + np.outer([-1.3, -0.8, 0.8, 1.3], [0.0, half, 0.0])
        self.tube(
            axle,
            (0.5 * hub, hub, hub, 0.5 * hub),
            DARK,
            sides=pick(level - CLOSE, 12, 8, 5, 4),
            material="plastic",
        )

    def pad(self, low: Point, high: Point, color: Color, level: int, *, square: float = 0.35) -> None:
        """Add an upholstered block with round edges between two corners."""
        corner, other = np.asarray(low, float), np.asarray(high, float)
        position, faces = make_rounded_box(
            (corner + other) / 2,
            (other - corner) / 2,
            rows=pick(level - CLOSE, 9, 7, 5, 5),
            around=pick(level - CLOSE, 20, 16, 10, 8),
            square=square,
        )
        self.add(position, faces, color)

    def finish(self) -> Gear:
        """Put the pieces together."""
        position, faces = np.concatenate(self._position), np.concatenate(self._faces)
        normal = compute_normals(position, faces).astype(np.float32)
        return Gear(
            position.astype(np.float32),
            normal,
            faces.astype(np.int32),
            np.concatenate(self._color),
            np.concatenate(self._material),
        )


def bend(corner_m: Sequence[Point], reach_m: float, level: int) -> np.ndarray:
    """Points (N, 3) along straight lines whose corners are rounded from `reach_m` before them on.

    >>> bend([(0, 0, 0), (1, 0, 0), (1, 1, 0)], 0.2, 2).round(2).tolist()
    [[0.0, 0.0, 0.0], [0.8, 0.0, 0.0], [0.95, 0.05, 0.0], [1.0, 0.2, 0.0], [1.0, 1.0, 0.0]]
    """
    point = np.asarray(corner_m, float)
    share = np.linspace(0.0, 1.0, pick(level - CLOSE, *_BEND_STEPS) + 1)[:, None]
    line = [point[:1]]
    for before, here, after in zip(point[:-2], point[1:-1], point[2:], strict=True):
        ends = [
            here + min(reach_m / np.linalg.norm(one - here), 0.5) * (one - here) for one in (before, after)
        ]
        line.append((1 - share) ** 2 * ends[0] + 2 * share * (1 - share) * here + share**2 * ends[1])
    return np.concatenate([*line, point[-1:]])


def make_trough(rings_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions and outward faces of (R, N, 3) rings, counter-clockwise from above, closed at both ends.

    The first is the middle of the underside outward, the last that of the upper side inward.
    """
    rows, around = rings_m.shape[:2]
    number, place = np.arange(rows * around).reshape(rows, around), rings_m.reshape(-1, 3)
    ends = np.stack([rings_m[0].mean(axis=0), rings_m[-1].mean(axis=0)])
    under, over = rows * around + np.arange(2)
    here = [
        np.stack([np.roll(number[0], -1), number[0], np.full(around, under)], axis=1),
        np.stack([number[-1], np.roll(number[-1], -1), np.full(around, over)], axis=1),
    ]
    return np.concatenate([place, ends]), np.concatenate([make_tube_faces(rows, around)[:, ::-1], *here])


def make_sheet(middle_m: np.ndarray, thick_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Positions and faces of a cloth about (R, C, 3) points, closed all round by a hem.

    The first R * C vertices are its upper side, where rows cross columns, and the next the lower one.
    """
    rows, columns = middle_m.shape[:2]
    down, along = np.gradient(middle_m, axis=0), np.gradient(middle_m, axis=1)
    off_m = thick_m / 2 * _scale(np.cross(down, along))
    out = np.zeros_like(middle_m)
    out[0], out[-1] = -_scale(down[0]), _scale(down[-1])
    out[:, 0] -= _scale(along[:, 0])
    out[:, -1] += _scale(along[:, -1])
    over = np.arange(rows * columns).reshape(rows, columns)
    edge = np.concatenate([over[0, :-1], over[:-1, -1], over[-1, :0:-1], over[:0:-1, 0]])
    hem_m = (middle_m + thick_m / 2 * out).reshape(-1, 3)[edge]
    a, b, c, d = over[:-1, :-1], over[1:, :-1], over[1:, 1:], over[:-1, 1:]
    upper = np.concatenate([np.stack([a, b, c], -1), np.stack([a, c, d], -1)]).reshape(-1, 3)
    here, hem = edge, 2 * over.size + np.arange(len(edge))
    after, on = np.roll(here, -1), np.roll(hem, -1)
    faces = [upper, upper[:, ::-1] + over.size]
    for way, side in ((1, 0), (-1, over.size)):
        strip = [[here + side, after + side, on], [here + side, on, hem]]
        faces += [np.stack(corner, axis=-1)[:, ::way] for corner in strip]
    sides = [(middle_m + off_m).reshape(-1, 3), (middle_m - off_m).reshape(-1, 3)]
    return np.concatenate([*sides, hem_m]), np.concatenate(faces)


def _scale(vectors: np.ndarray) -> np.ndarray:
    """Vectors (..., 3) of unit length."""
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def _carry_across(line_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two unit vectors (N, 3) each across a line (N, 3), carried along it without a twist."""
    way = _scale(np.gradient(line_m, axis=0))
    across = np.empty_like(way)
    side = np.eye(3)[np.abs(way[0]).argmin()]
    for k, ahead in enumerate(way):
        side = side - (side @ ahead) * ahead
        side = across[k] = side / np.linalg.norm(side)
    return across, np.cross(way, across)


def _turn_outward(position: np.ndarray, faces: np.ndarray) -> np.ndarray:
    corner = position[faces] - position.mean(axis=0)
    inward = np.einsum("ij,ij->i", corner[:, 0], np.cross(corner[:, 1], corner[:, 2])) < 0
    return np.where(inward[:, None], faces[:, ::-1], faces)
