"""Glass in the walls: doors and windows with frames and mullions, the street behind them, their panes.

In: a `StoreLayout` and texture layers. Out: one `Mesh` and `Pane`s in world coordinates.
"""

import numpy as np

from scenes.geometry import Finish, make_boxes, make_quads, merge_meshes, transform_mesh
from scenes.light.street import ASIDE_M
from scenes.plan.windows import Opening, list_openings
from scenes.room import DOORS, WINDOWS, RoomLayers
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID, INSTANCE_STRUCTURE, Mesh, Pane, StoreLayout, make_wall_frame

_GLASS_DEPTH_M = 0.08  # glass stands back from the wall's inner face


def count_panes(opening: Opening) -> int:
    """Return how many panes an opening (x0, z0, x1, z1) is glazed with, side by side; a door has two leaves.

    >>> count_panes((1.0, 0.0, 2.4, 2.2)), count_panes((1.0, 0.55, 5.0, 2.25))
    (2, 3)
    """
    x0, z0, x1, _ = opening
    return 2 if z0 == 0 else max(1, round((x1 - x0) / 1.3))


def _number_openings(layout: StoreLayout) -> list[int]:
    """Return the instance of each of `list_openings`, counted from INSTANCE_STRUCTURE."""
    doors, count = len(layout.doors), len(list_openings(layout))
    return [DOORS + k if k < doors else WINDOWS + k - doors for k in range(count)]


def make_window_panes(layout: StoreLayout) -> tuple[Pane, ...]:
    """Make the panes of glass doors and windows, just before the picture of the street."""
    y = -_GLASS_DEPTH_M + 0.012
    slides = [door.opens == "sliding" for door in layout.doors]  # these have leaves
    panes = []
    for k, (number, window) in enumerate(zip(_number_openings(layout), list_openings(layout), strict=True)):
        if k < len(slides) and slides[k]:
            continue
        x0, z0, x1, z1 = window.opening_m
        frame = make_wall_frame(layout.size_m, window.wall)
        corner = (frame @ [x1, y, z0, 1.0])[:3]
        across = frame[:3, 0] * (x0 - x1)
        panes.append(
            Pane("window", corner, across, np.array([0.0, 0.0, z1 - z0]), INSTANCE_STRUCTURE + number)
        )
    return tuple(panes)


def make_glazing(layout: StoreLayout, layers: RoomLayers) -> list[Mesh]:
    """Make all doors and windows."""
    parts = []
    for k, (number, window) in enumerate(zip(_number_openings(layout), list_openings(layout), strict=True)):
        door = layout.doors[k] if k < len(layout.doors) else None
        mesh = _make_glazed(
            window.opening_m,
            layers,
            "wall" if door is None else "door",
            number,
            aside_m=ASIDE_M * window.wall,
            slides=door is not None and door.opens == "sliding",
        )
        parts.append(
            transform_mesh(mesh, make_wall_frame(layout.size_m, window.wall)) if window.wall else mesh
        )
    return parts


def _make_glazed(
    opening: Opening, layers: RoomLayers, class_name: str, number: int, *, aside_m: float, slides: bool
) -> Mesh:
    """Make a glazed opening of a wall in its frame: the bright street, mullions, the reveals of the wall.

    Where the door slides, its leaves have mullions of their own, and nothing is on the ground.
    """
    x0, z0, x1, z1 = opening
    instance = INSTANCE_STRUCTURE + number
    glass = Finish((255, 255, 255), layers.street_material, layers.street, CLASS_ID[class_name], instance)
    frame = Finish((74, 78, 84), MATERIAL["metal"], -1, CLASS_ID[class_name], instance)
    reveal = Finish((228, 226, 220), MATERIAL["paint"], -1, CLASS_ID["wall"], instance)
    y = -_GLASS_DEPTH_M
    pane = np.array([[x1, y, z0], [x0, y, z0], [x0, y, z1], [x1, y, z1]])
    uv = np.column_stack([pane[:, 0] + aside_m, pane[:, 2]])  # metres: where a look ends depends on the eye
    upright = np.linspace(x0, x1, 2 if slides else count_panes(opening) + 1)
    level = [(x0, z1, x1, z1)] if slides else [(x0, z0, x1, z0), (x0, z1, x1, z1)]
    bars = [(x, z0, x, z1) for x in upright] + level
    half = 0.028
    low = np.array([(max(x0, a - half), y, max(z0, b - half)) for a, b, _, _ in bars])
    high = np.array([(min(x1, c + half), y + 0.05, min(z1, d + half)) for _, _, c, d in bars])
    sides = np.array(
        [
            [[x0, y, z0], [x0, 0, z0], [x0, 0, z1], [x0, y, z1]],
            [[x1, 0, z0], [x1, y, z0], [x1, y, z1], [x1, 0, z1]],
            [[x0, y, z1], [x0, 0, z1], [x1, 0, z1], [x1, y, z1]],
            [[x0, 0, z0], [x0, y, z0], [x1, y, z0], [x1, 0, z0]],
        ]
    )
    return merge_meshes(
        [make_quads(pane[None], glass, uv=uv), make_boxes(low, high, frame), make_quads(sides, reveal)]
    )
