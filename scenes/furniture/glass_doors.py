"""Glass doors of cooled furniture: frames, seals, handles and panes, and how each is hung.

In: the shape of a run, where it stands and which slots are on it. Out: `CaseDoor`s and their `Pane`s in world
coordinates. Doors of a pair open away from each other, so that their handles meet; the last of an odd number
hangs on the outer side.
"""

from dataclasses import dataclass, replace

import numpy as np

from scenes.furniture.parts import RunShape, fixture_finish
from scenes.geometry import make_boxes, merge_meshes, transform_mesh
from scenes.world import CLASS_ID, INSTANCE_CASE_DOOR, CaseDoor, Mesh, Pane

CANOPY_M = 0.14
WIDEST_M = 0.72  # of a door; real ones are 0.6 to 0.76 m
FRAME_M = 0.042
STANDS_OUT_M = (0.026, 0.048)  # face and back of a door, behind the front of its furniture
SWING_RAD = np.radians(100.0)
HANDLE_Z_M = (0.85, 1.4)
_GAP_M = 0.003
_SEAL_M = 0.012
_DARK, _STEEL, _RUBBER = (38, 40, 44), (200, 204, 208), (24, 24, 26)


@dataclass(frozen=True)
class _Leaf:
    """A door in its run's frame: from x0 to x1 and z0 to z1; whether its hinge is at x0."""

    x0: float
    x1: float
    z0: float
    z1: float
    on_left: bool


def find_joints(shape: RunShape) -> np.ndarray:
    """Return the (N + 1,) edges of N doors side by side along a run."""
    count = max(1, int(np.ceil(shape.length_m / WIDEST_M)))
    return shape.length_m * np.arange(count + 1) / count


def make_case_doors(
    shape: RunShape,
    *,
    fixture: int,
    world_from_run: np.ndarray,
    slots: np.ndarray,
    slot_x_m: np.ndarray,
    first: int,
) -> tuple[list[CaseDoor], list[Pane]]:
    """Make the doors of a run, and a pane for each.

    Args:
        shape: The run in its own frame.
        fixture: Index into the layout's fixtures.
        world_from_run: (4, 4).
        slots: (K,) indices of the slots on the run.
        slot_x_m: (K,) the middle of each along the run.
        first: Number of the first door, and of its pane.
    """
    edge = find_joints(shape)
    behind = np.clip(np.searchsorted(edge, slot_x_m, side="right") - 1, 0, len(edge) - 2)
    doors, panes = [], []
    for k in range(len(edge) - 1):
        on_left = k % 2 == 0 and (k == 0 or k < len(edge) - 2)
        leaf = _Leaf(
            edge[k] + _GAP_M,
            edge[k + 1] - _GAP_M,
            float(shape.board_z_m[0]) - 0.045,
            shape.top_m - CANOPY_M,
            on_left,
        )
        number = first + k
        mine = tuple(int(slot) for slot in slots[behind == k])
        doors.append(_hang(leaf, shape.front_m, fixture, number, world_from_run, mine))
        panes.append(_glaze(leaf, shape.front_m, INSTANCE_CASE_DOOR + number, world_from_run))
    return doors, panes


def _hang(
    leaf: _Leaf, front_m: float, fixture: int, number: int, world_from_run: np.ndarray, slots: tuple[int, ...]
) -> CaseDoor:
    """Put a door in its place."""
    y0 = front_m + STANDS_OUT_M[0]
    hinge_x, sign = (leaf.x0, 1.0) if leaf.on_left else (leaf.x1, -1.0)
    opens_x = leaf.x1 if leaf.on_left else leaf.x0
    grip_x = opens_x - sign * FRAME_M / 2
    local = np.array([[hinge_x, y0, 0.0, 1.0], *([grip_x, front_m + 0.009, z, 1.0] for z in HANDLE_Z_M)])
    hinge_m, low_m, high_m = (local @ world_from_run.T)[:, :3]
    mesh = _make_leaf(leaf, front_m, grip_x, INSTANCE_CASE_DOOR + number)
    return CaseDoor(
        mesh=transform_mesh(mesh, world_from_run),
        fixture=fixture,
        pane=number,
        hinge_m=hinge_m,
        along=sign * world_from_run[:3, 0],
        outward=-world_from_run[:3, 1],
        width_m=leaf.x1 - leaf.x0,
        swing_rad=-sign * SWING_RAD,
        handle_m=np.stack([low_m, high_m]),
        slots=slots,
    )


def _make_leaf(leaf: _Leaf, front_m: float, grip_x: float, instance_id: int) -> Mesh:
    """Make the frame with its seal behind, and the handle on two feet."""
    dark, bar, rubber = (
        replace(fixture_finish(color, material, instance_id), class_id=CLASS_ID["door"])
        for color, material in ((_DARK, "coated steel"), (_STEEL, "coated steel"), (_RUBBER, "plastic"))
    )
    y0, y1 = front_m + STANDS_OUT_M[0], front_m + STANDS_OUT_M[1]
    parts = [
        make_boxes(*_ring(leaf, 0.0, FRAME_M, y0, y1), dark),
        make_boxes(*_ring(leaf, 0.008, _SEAL_M, y1, y1 + 0.005), rubber),
    ]
    z0, z1 = HANDLE_Z_M
    feet_m = [(grip_x - 0.008, front_m + 0.016, z) for z in (z0 + 0.02, z1 - 0.05)]
    tops_m = [(grip_x + 0.008, y0, z + 0.03) for _, _, z in feet_m]
    parts.append(make_boxes((grip_x - 0.011, front_m, z0), (grip_x + 0.011, front_m + 0.018, z1), bar))
    parts.append(make_boxes(feet_m, tops_m, bar))
    return merge_meshes(parts)


def _ring(leaf: _Leaf, inset: float, wide: float, y0: float, y1: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the lower and upper corners of four bars around a door, (4, 3) each."""
    a, b, c, d = leaf.x0 + inset, leaf.x1 - inset, leaf.z0 + inset, leaf.z1 - inset
    bars = np.array(
        [
            (a, c, a + wide, d),
            (b - wide, c, b, d),
            (a + wide, c, b - wide, c + wide),
            (a + wide, d - wide, b - wide, d),
        ]
    )
    y = np.ones((4, 1))
    return (
        np.hstack([bars[:, :1], y0 * y, bars[:, 1:2]]),
        np.hstack([bars[:, 2:3], y1 * y, bars[:, 3:]]),
    )


def _glaze(leaf: _Leaf, front_m: float, instance_id: int, world_from_run: np.ndarray) -> Pane:
    """Make the pane of a door."""
    y = front_m + sum(STANDS_OUT_M) / 2
    low = np.array([leaf.x0 + FRAME_M, y, leaf.z0 + FRAME_M, 1.0])
    width, height = leaf.x1 - leaf.x0 - 2 * FRAME_M, leaf.z1 - leaf.z0 - 2 * FRAME_M
    turn = world_from_run[:3, :3]
    return Pane("cooled", (world_from_run @ low)[:3], turn[:, 0] * width, turn[:, 2] * height, instance_id)
