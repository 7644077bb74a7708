"""The shopping basket over a forearm: where it hangs, its inside and its surfaces.

In: who carries it and a level of detail. Out: plates and bars in the gear's own frame: origin at the top of
its handle, where the forearm is, +X ahead along it, +Z up. It hangs plumb. The simulation lays goods where it
is when its carrier stands upright.
"""

import numpy as np

from synth.bodies.beside import find_place_m
from synth.bodies.detail import pick
from synth.bodies.gear_parts import DARK, GearBuilder
from synth.bodies.receptacle import Receptacle

# Where the handle's top is in the body's frame (+X ahead, the side that carries it aside), of the stature.
HANGS_SHARE = (0.100, 0.222, 0.678)
RIM_M, FLOOR_M = -0.17, -0.37  # below the handle's top
INSIDE = Receptacle(
    floor_x_m=(-0.185, 0.185),
    floor_half_m=(0.112, 0.112),
    rim_x_m=(-0.210, 0.210),
    rim_half_m=(0.138, 0.138),
    floor_m=FLOOR_M,
    rim_m=(RIM_M, RIM_M),
    easy_x_m=0.10,  # before the handle
    heap_m=0.02,  # the arm is over it
)
WALL_M = 0.004
# Bands of a wall that are closed, from the rim (0) to the floor (1); slats stand between.
BANDS = ((0.0, 0.14), (0.46, 0.54), (0.80, 1.0))


def compute_basket_m(position_m: np.ndarray, heading_rad: float, stature_m: float, side: str) -> np.ndarray:
    """World position (3,) of the top of a basket's handle on the arm of somebody who stands upright.

    Args:
        position_m: (2,) where the person stands.
        heading_rad: Where they face, counter-clockwise from +X.
        stature_m: Their height.
        side: ``"left"`` or ``"right"``, the arm.

    >>> compute_basket_m(np.zeros(2), 0.0, 2.0, "right").tolist()
    [0.2, -0.444, 1.356]
    """
    return find_place_m(HANGS_SHARE, position_m, heading_rad, stature_m, side)


def add_basket(builder: GearBuilder, stature_m: float, color: np.ndarray, level: int) -> None:
    """Add a basket of slotted plastic of some 20 litres, one handle up."""
    rim, floor = INSIDE.corners_m()
    for k in range(4):
        after = (k + 1) % 4
        edges = np.stack([rim[[k, after]], floor[[k, after]]])
        for low, high in BANDS:
            _add_plate(builder, edges, (0.0, 1.0), (low, high), color)
        slats = pick(level, 13, 9, 5) if k in (0, 2) else pick(level, 9, 7, 4)
        for n in range(slats):
            along = ((n + 0.22) / slats, (n + 0.78) / slats)
            _add_plate(builder, edges, along, (BANDS[0][1], BANDS[-1][0]), color)
        builder.bar(rim[k], rim[after], 0.85 * color, thick_m=0.014)
    builder.box(floor[2] - [0.37, 0.0, WALL_M], floor[0] + [0.37, 0.0, 0.0], 0.9 * color)
    _add_handle(builder, level)


def _add_plate(
    builder: GearBuilder,
    edges: np.ndarray,
    along: tuple[float, float],
    down: tuple[float, float],
    color: np.ndarray,
) -> None:
    """Add a piece of a wall whose upper and lower edges are `edges` (2, 2, 3); the shares say which."""

    def at(share: float, depth: float) -> np.ndarray:
        top, foot = (edge[0] + share * (edge[1] - edge[0]) for edge in edges)
        return top + depth * (foot - top)

    (begin, end), (upper, lower) = along, down
    face = np.array([at(begin, upper), at(end, upper), at(end, lower), at(begin, lower)])
    normal = np.cross(face[1] - face[0], face[3] - face[0])
    thick = WALL_M * normal / np.linalg.norm(normal)
    corner = np.concatenate([face, face + thick])
    quads = [(0, 1, 2, 3), (4, 7, 6, 5), (0, 4, 5, 1), (1, 5, 6, 2), (2, 6, 7, 3), (3, 7, 4, 0)]
    own = corner[np.array(quads)].reshape(-1, 3)  # edges stay sharp
    faces = (np.arange(6)[:, None, None] * 4 + np.array([[0, 2, 1], [0, 3, 2]])).reshape(-1, 3)
    middle = corner.mean(axis=0)
    outward = np.cross(own[faces[0, 1]] - own[faces[0, 0]], own[faces[0, 2]] - own[faces[0, 0]])
    if outward @ (own[faces[0]].mean(axis=0) - middle) < 0:
        faces = faces[:, ::-1]
    builder.add(own, faces, color)


def _add_handle(builder: GearBuilder, level: int) -> None:
    """Add a hoop over the middle, from one long side to the other."""
    half_m, around = INSIDE.rim_half_m[0] + 0.006, pick(level, 13, 9, 6)
    angle = np.linspace(0.0, np.pi, around)
    # Straight up from the pivots, then round: a flat arch.
    hoop = np.stack(
        [0.0 * angle, half_m * np.cos(angle), RIM_M + 0.02 - (RIM_M + 0.02) * np.sin(angle) ** 0.55], axis=1
    )
    for start, end in zip(hoop[:-1], hoop[1:], strict=True):
        builder.bar(start, end, DARK, thick_m=0.013)
    for sign in (1.0, -1.0):
        pivot = np.array([0.0, sign * half_m, RIM_M + 0.02])
        builder.bar(pivot, pivot - [0.0, 0.0, 0.035], DARK, thick_m=0.02)
