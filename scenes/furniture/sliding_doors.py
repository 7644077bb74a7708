"""Sliding doors: two glass leaves that run in the wall, and the drive with its sensor above them.

In: the floor plan. Out: `SlidingLeaf`s with their `Pane`s, and meshes of the drives, in world coordinates.
scenes/glazing.py makes the opening.
"""

import numpy as np

from scenes.geometry import Finish, make_boxes, merge_meshes
from scenes.plan.windows import find_openings
from scenes.room import DOORS
from scenes.surfaces import MATERIAL
from scenes.world import (
    CLASS_ID,
    INSTANCE_DOOR_LEAF,
    INSTANCE_STRUCTURE,
    Mesh,
    Pane,
    SlidingLeaf,
    StoreLayout,
)

_LEAF_Y_M = (-0.028, -0.006)  # in the wall, before the frames of windows
_STILE_M, _FOOT_M = 0.045, 0.09
_OVERLAP_M = 0.02  # behind the edge of the opening, when shut
_KEPT_M = 0.05  # of a leaf that still shows when it is open
_FLOOR_GAP_M = 0.008
_DRIVE_M = (0.13, 0.11)  # height, and how far it stands out
_DOTS_Z_M, _DOT_M, _DOT_EVERY_M = (1.0, 1.5), 0.03, 0.09  # so that nobody walks into the glass
_STEEL, _DARK, _WHITE = (150, 154, 158), (30, 31, 33), (238, 240, 242)


def make_sliding_leaves(
    layout: StoreLayout, *, first_pane: int
) -> tuple[tuple[SlidingLeaf, ...], tuple[Pane, ...]]:
    """Make both leaves of each sliding door; leaf n has pane `first_pane` + n."""
    leaves: list[SlidingLeaf] = []
    panes: list[Pane] = []
    for number, (x0, _, x1, top) in enumerate(find_openings(layout)[0]):
        if layout.doors[number].opens != "sliding":
            continue
        middle = (x0 + x1) / 2
        for low, high, sign in ((x0 - _OVERLAP_M, middle, -1.0), (middle, x1 + _OVERLAP_M, 1.0)):
            instance = INSTANCE_DOOR_LEAF + len(leaves)
            y = sum(_LEAF_Y_M) / 2
            corner_m = np.array([high - _STILE_M, y, _FOOT_M])
            width, height = high - low - 2 * _STILE_M, top - _STILE_M - _FOOT_M
            # Seen from inside the room, right is along -x.
            panes.append(
                Pane("window", corner_m, np.array([-width, 0.0, 0.0]), np.array([0.0, 0.0, height]), instance)
            )
            leaves.append(
                SlidingLeaf(
                    mesh=_make_leaf(low, high, top, instance),
                    door=number,
                    pane=first_pane + len(panes) - 1,
                    edge_m=np.array([[low, y], [high, y]]),
                    slides_m=np.array([sign * (high - low - _OVERLAP_M - _KEPT_M), 0.0]),
                )
            )
    return tuple(leaves), tuple(panes)


def _make_leaf(x0: float, x1: float, top: float, instance_id: int) -> Mesh:
    """Make the frame of a leaf, and the dots on its glass."""
    y0, y1 = _LEAF_Y_M
    steel = Finish(_STEEL, MATERIAL["metal"], -1, CLASS_ID["door"], instance_id)
    inner0, inner1 = x0 + _STILE_M, x1 - _STILE_M
    frame = make_boxes(
        [
            (x0, y0, _FLOOR_GAP_M),
            (inner1, y0, _FLOOR_GAP_M),
            (inner0, y0, _FLOOR_GAP_M),
            (inner0, y0, top - _STILE_M),
        ],
        [(inner0, y1, top), (x1, y1, top), (inner1, y1, _FOOT_M), (inner1, y1, top)],
        steel,
    )
    x, z = np.meshgrid(np.arange(inner0 + _DOT_EVERY_M / 2, inner1 - _DOT_M, _DOT_EVERY_M), _DOTS_Z_M)
    low = np.column_stack([x.ravel(), np.full(x.size, sum(_LEAF_Y_M) / 2), z.ravel()])
    white = Finish(_WHITE, MATERIAL["paper"], -1, CLASS_ID["door"], instance_id)
    return merge_meshes([frame, make_boxes(low, low + [_DOT_M, 0.002, _DOT_M], white)])


def make_drives(layout: StoreLayout) -> list[Mesh]:
    """Make the drive over each sliding door, with the sensor that sees who comes near."""
    high, out = _DRIVE_M
    meshes = []
    for number, (x0, _, x1, top) in enumerate(find_openings(layout)[0]):
        if layout.doors[number].opens != "sliding":
            continue
        instance, middle = INSTANCE_STRUCTURE + DOORS + number, (x0 + x1) / 2
        steel, dark = (
            Finish(color, MATERIAL[material], -1, CLASS_ID["door"], instance)
            for color, material in ((_STEEL, "metal"), (_DARK, "plastic"))
        )
        x0, x1 = max(x0 - 0.06, 0.01), min(x1 + 0.06, float(layout.size_m[0]) - 0.01)
        meshes.append(make_boxes((x0, 0.0, top - 0.01), (x1, out, top + high), steel))
        meshes.append(
            make_boxes((middle - 0.09, out, top + 0.03), (middle + 0.09, out + 0.03, top + 0.085), dark)
        )
    return meshes
