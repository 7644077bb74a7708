"""Meshes of what moves goods about and was left standing: nested trolleys, cartons, cage trolleys.

In: the size of a prop's footprint and its height, a shop's style. Out: a `Mesh` with the footprint's corner
at the origin, as scenes/furniture/prop_meshes.py places it.
"""

import numpy as np

from scenes.furniture.parts import FixtureStyle, fixture_finish, shade
from scenes.geometry import Finish, make_boxes, make_pose, make_quads, merge_meshes, transform_mesh
from scenes.world import Mesh

RGB = tuple[int, int, int]
_CARTONS: tuple[RGB, ...] = ((186, 146, 100), (172, 132, 90), (198, 160, 116), (206, 204, 198))
_STEEL: RGB = (178, 182, 186)
_DARK: RGB = (40, 42, 45)


def _make_wires(corners: np.ndarray, along: int, up: int, finish: Finish, *, wire_m: float = 0.005) -> Mesh:
    """Fill a quadrilateral (4, 3) with wires; of a mesh so fine a camera sees the grey of it and the bars."""
    a, b, c, d = corners
    bars = []
    for k in range(along + 1):
        share = k / along
        bars.append((a + (b - a) * share, d + (c - d) * share))
    for k in range(up + 1):
        share = k / up
        bars.append((a + (d - a) * share, b + (c - b) * share))
    return merge_meshes([_make_bar(start, end, wire_m, finish) for start, end in bars])


def _make_bar(start: np.ndarray, end: np.ndarray, thick_m: float, finish: Finish) -> Mesh:
    """Make a square bar between two points."""
    axis = (end - start) / max(float(np.linalg.norm(end - start)), 1e-9)
    side = np.cross(axis, [0, 0, 1.0] if abs(axis[2]) < 0.9 else [1.0, 0, 0])
    side *= thick_m / 2 / np.linalg.norm(side)
    over = np.cross(axis, side)
    ring = np.array([side + over, over - side, -side - over, side - over])
    quads = [
        [start + ring[k], start + ring[(k + 1) % 4], end + ring[(k + 1) % 4], end + ring[k]] for k in range(4)
    ]
    return make_quads(np.array(quads)[:, ::-1], finish)


def make_trolley_row(
    size: np.ndarray, style: FixtureStyle, instance_id: int, rng: np.random.Generator
) -> Mesh:
    """Nested wire trolleys, one behind the other along the longer side, handles to the front."""
    turned = size[0] > size[1]
    wide, long, top = (size[1], size[0], size[2]) if turned else size
    pitch = 0.24
    count = max(1, int((long - 0.95) / pitch) + 1)
    wire = fixture_finish(_STEEL, "metal", instance_id)
    grip = fixture_finish(style.accent, "plastic", instance_id)
    dark = fixture_finish(_DARK, "plastic", instance_id)
    parts = []
    for k in range(count):
        y0 = k * pitch
        y1 = y0 + 0.92
        low = np.array(
            [
                [0.06, y0 + 0.12, 0.5],
                [wide - 0.06, y0 + 0.12, 0.5],
                [wide - 0.12, y1 - 0.06, 0.56],
                [0.12, y1 - 0.06, 0.56],
            ]
        )
        high = np.array(
            [[0.02, y0 + 0.04, 0.96], [wide - 0.02, y0 + 0.04, 0.96], [wide - 0.08, y1, 0.9], [0.08, y1, 0.9]]
        )
        for a, b, along in ((1, 2, 9), (3, 0, 9), (2, 3, 6)):
            parts.append(_make_wires(np.array([low[a], low[b], high[b], high[a]]), along, 5, wire))
        parts.append(_make_wires(low, 5, 7, wire))
        for x, corner in ((0.05, low[0]), (wide - 0.05, low[1])):
            parts.append(
                _make_bar(
                    np.array([x, y0 + 0.06, 0.13]), high[0] * [0, 1, 1] + [corner[0], 0, 0], 0.022, wire
                )
            )
            parts.append(
                _make_bar(np.array([x, y0 + 0.06, 0.13]), np.array([x, y1 - 0.12, 0.11]), 0.022, wire)
            )
            wheels = np.array([[x - 0.015, y0 + 0.04, 0.0], [x - 0.015, y1 - 0.16, 0.0]])
            parts.append(make_boxes(wheels, wheels + [0.03, 0.11, 0.11], dark))
        parts.append(make_boxes((0.0, y0, 0.985), (wide, y0 + 0.034, top), grip))
        parts.append(
            make_boxes((wide * 0.36, y0 - 0.001, 0.99), (wide * 0.64, y0, top - 0.005), dark, sides=("-y",))
        )
    mesh = merge_meshes(parts)
    return mesh if not turned else transform_mesh(mesh, make_pose((float(size[0]), 0.0, 0.0), np.pi / 2))


def _make_carton(
    low: np.ndarray, size: np.ndarray, instance_id: int, *, is_open: bool, rng: np.random.Generator
) -> Mesh:
    """A carton with tape along its top and a label, or open with its flaps out; turned a little."""
    color = _CARTONS[int(rng.integers(len(_CARTONS)))]
    board = fixture_finish(color, "card", instance_id)
    inside = fixture_finish(shade(color, 0.62), "card", instance_id)
    x, y, z = size
    parts = [make_boxes((0, 0, 0), (x, y, z), board, sides=("-x", "+x", "-y", "+y", "-z"))]
    if is_open:
        parts.append(
            make_boxes(
                (0.004, 0.004, z * 0.55), (x - 0.004, y - 0.004, z * 0.55 + 0.01), inside, sides=("+z",)
            )
        )
        flap = np.array([0.03, 0.11])
        quads = [
            [[0, 0, z], [x, 0, z], [x, -flap[0], z + flap[1]], [0, -flap[0], z + flap[1]]],
            [[x, y, z], [0, y, z], [0, y + flap[0], z + flap[1]], [x, y + flap[0], z + flap[1]]],
        ]
        parts.append(make_quads(np.array(quads), inside))
    else:
        tape = fixture_finish((208, 190, 150), "plastic", instance_id)
        parts.append(make_boxes((0, 0, 0), (x, y, z), board, sides=("+z",)))
        parts.append(make_boxes((0, y / 2 - 0.024, z), (x, y / 2 + 0.024, z + 0.001), tape, sides=("+z",)))
    label = fixture_finish((236, 236, 232), "paper", instance_id)
    for y0, y1 in ((-0.001, 0.0), (y, y + 0.001)):
        parts.append(
            make_boxes(
                (x * 0.58, y0, z * 0.35), (x * 0.58 + 0.11, y1, z * 0.35 + 0.07), label, sides=("-y", "+y")
            )
        )
    turn = make_pose((low[0] + x / 2, low[1] + y / 2, low[2]), float(rng.uniform(-0.04, 0.04)))
    turn[:3, 3] -= turn[:3, :3] @ [x / 2, y / 2, 0]
    return transform_mesh(merge_meshes(parts), turn)


def _stack_cartons(
    low: np.ndarray, high: np.ndarray, instance_id: int, *, rng: np.random.Generator
) -> list[Mesh]:
    """Stack cartons in columns between two corners, the top one of a column perhaps open."""
    parts = []
    columns = 1 if high[0] - low[0] < 0.5 else 2
    wide = (high[0] - low[0]) / columns
    for column in range(columns):
        top = low[2] + (high[2] - low[2]) * float(rng.uniform(0.55, 1.0) if column else 1.0)
        z = float(low[2])
        while top - z > 0.16:
            tall = min(float(rng.uniform(0.2, 0.38)), top - z)
            size = np.array(
                [wide * rng.uniform(0.82, 0.9), (high[1] - low[1]) * rng.uniform(0.76, 0.86), tall]
            )
            gap = np.array([wide, high[1] - low[1]]) - size[:2]
            corner = low[:2] + [column * wide, 0] + gap * rng.uniform(0.35, 0.65, 2)
            last = top - z - tall <= 0.16
            is_open = bool(last and rng.random() < 0.35)
            size[2] -= 0.111 * is_open
            parts.append(_make_carton(np.append(corner, z), size, instance_id, is_open=is_open, rng=rng))
            z += tall + 0.001
    return parts


def make_boxes_stack(
    size: np.ndarray, style: FixtureStyle, instance_id: int, rng: np.random.Generator
) -> Mesh:
    """Cartons that somebody has left."""
    return merge_meshes(_stack_cartons(np.zeros(3), size, instance_id, rng=rng))


def make_cage_trolley(
    size: np.ndarray, style: FixtureStyle, instance_id: int, rng: np.random.Generator
) -> Mesh:
    """A roll container: a base on castors, wire on three sides, cartons inside."""
    wide, deep, top = size
    wire = fixture_finish(_STEEL, "metal", instance_id)
    dark = fixture_finish(_DARK, "plastic", instance_id)
    castors = np.array([[x, y, 0.0] for x in (0.05, wide - 0.13) for y in (0.05, deep - 0.13)])
    corner = np.array(
        [[0.015, 0.015], [wide - 0.015, 0.015], [wide - 0.015, deep - 0.015], [0.015, deep - 0.015]]
    )
    base = fixture_finish((116, 122, 128), "coated steel", instance_id)
    parts = [
        make_boxes(castors, castors + [0.08, 0.08, 0.13], dark),
        make_boxes((0, 0, 0.14), (wide, deep, 0.18), base),
    ]
    for x, y in corner:
        parts.append(_make_bar(np.array([x, y, 0.16]), np.array([x, y, top]), 0.028, wire))
    for a, b in ((1, 2), (2, 3), (3, 0)):
        panel = np.array(
            [[*corner[a], 0.24], [*corner[b], 0.24], [*corner[b], top - 0.02], [*corner[a], top - 0.02]]
        )
        parts.append(_make_wires(panel, 7, 9, wire, wire_m=0.006))
    fill = np.array([wide - 0.06, deep - 0.06, top * float(rng.uniform(0.55, 0.95))])
    parts += _stack_cartons(np.array([0.06, 0.06, 0.18]), fill, instance_id, rng=rng)
    return merge_meshes(parts)
