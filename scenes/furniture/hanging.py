"""Promotional signs that hang from the ceiling over rows of shelving.

In: a floor plan, how many hang, the layers of what is written on headers. Out: `Mesh`es in world coordinates.
"""

from collections.abc import Sequence

import numpy as np

from scenes.furniture.signs import Sign
from scenes.geometry import Finish, make_boxes, make_pose, make_quads, merge_meshes, transform_mesh
from scenes.plan.layout import FloorPlan
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID, INSTANCE_STRUCTURE, Fixture, Mesh

HANGING = 200  # instances of the structure, see scenes/room.py
_SIZE_M = (0.9, 0.225)  # of one word's part of a layer
_LOWEST_M = 2.15  # nobody hits it
_BELOW_CEILING_M = 0.22
_OVER_SIGN_M = 0.3  # so far over a sign that names a section, it does not cover that
_CARRIERS = ("gondola", "table")


def make_hanging_signs(
    plan: FloorPlan,
    amount: float,
    words: tuple[int, ...],
    boards: Sequence[Sign],
    *,
    first_layer: int,
    rng: np.random.Generator,
) -> list[Mesh]:
    """Hang signs over some rows, two faces each, on wires.

    Args:
        plan: Where rows stand, and how high the ceiling is.
        amount: Share of the rows that have a sign, but for those where it would cover one of `boards`.
        words: Numbers of the words that may be on them, four a layer.
        boards: Signs on the walls, before which none hangs.
        first_layer: Layer of word 0.
        rng: Lane of the signs.
    """
    ceiling = float(plan.layout.size_m[2])
    top = ceiling - _BELOW_CEILING_M
    signs: list[Mesh] = []
    for fixture in plan.layout.fixtures:
        if fixture.kind not in _CARRIERS or top - _SIZE_M[1] < max(_LOWEST_M, fixture.height_m + 0.5):
            continue
        word, chosen = words[int(rng.integers(len(words)))], rng.random() < amount
        share = float(rng.uniform(0.3, 0.7))
        place = _place(fixture, share)
        if chosen and not any(_covers(place, top - _SIZE_M[1], board) for board in boards):
            number = INSTANCE_STRUCTURE + HANGING + len(signs)
            sign = _make_sign(top, ceiling, first_layer + word // 4, word % 4, number)
            signs.append(transform_mesh(sign, place))
    return signs


def _place(fixture: Fixture, share: float) -> np.ndarray:
    """Return where a sign hangs: across the row, so that who walks along it reads it."""
    low, high = fixture.footprint_m.min(0), fixture.footprint_m.max(0)
    along_x = high[0] - low[0] > high[1] - low[1]
    at = (low + high) / 2
    axis = 0 if along_x else 1
    at[axis] = low[axis] + share * (high[axis] - low[axis])
    return make_pose((float(at[0]), float(at[1]), 0.0), np.pi / 2 if along_x else 0.0)


def _covers(place: np.ndarray, low_m: float, board: Sign) -> bool:
    """Say whether a sign that hangs at a place from a height on is in line with a board, along the row."""
    x = float(np.linalg.inv(place)[0] @ [*board.center_m, 1.0])
    facing = abs(float(place[:2, 1] @ board.normal)) > 0.5
    over_m = low_m - (board.center_m[2] + board.height_m / 2)
    return facing and abs(x) < (_SIZE_M[0] + board.width_m) / 2 and over_m < _OVER_SIGN_M


def _make_sign(top: float, ceiling: float, layer: int, row: int, instance_id: int) -> Mesh:
    """Make a board in the plane y = 0 about x = 0 with both its faces and its wires."""
    face = Finish((255, 255, 255), MATERIAL["sign"], layer, CLASS_ID["sign"], instance_id)
    edge = Finish((70, 72, 76), MATERIAL["metal"], -1, CLASS_ID["sign"], instance_id)
    half, low = _SIZE_M[0] / 2, top - _SIZE_M[1]
    front = np.array([[-half, -0.006, low], [half, -0.006, low], [half, -0.006, top], [-half, -0.006, top]])
    back = front * [-1, -1, 1]
    uv = np.array([[0, (row + 1) / 4], [1, (row + 1) / 4], [1, row / 4], [0, row / 4]])
    return merge_meshes(
        [
            make_quads(np.stack([front, back]), face, uv=uv),
            make_boxes(
                [(-half, -0.006, top), (-half, -0.006, low - 0.012)],
                [(half, 0.006, top + 0.012), (half, 0.006, low)],
                edge,
            ),
            make_boxes(
                [(-half + 0.05, -0.002, top), (half - 0.05, -0.002, top)],
                [(-half + 0.054, 0.002, ceiling), (half - 0.046, 0.002, ceiling)],
                edge,
            ),
        ]
    )
