"""Packs folded of card: boxes and gable-top cartons."""

from dataclasses import replace

import numpy as np

from scenes.geometry import (
    drop_slivers,
    make_grid_faces,
    make_lathe,
    make_mesh,
    make_quads,
    merge_meshes,
    transform_mesh,
)
from scenes.goods.packages.atlas import (
    PANEL_FRONT,
    PANEL_SIDE,
    PANEL_TOP,
    PackLook,
    make_finish,
    make_panel_uv,
)
from scenes.goods.packages.turned import make_cap
from scenes.world import Mesh

_EDGE_M, _CARTON_EDGE_M = 0.0016, 0.003  # how far from its corner card begins to bend
_FLAP_M = 0.0008  # gap beside a lid, where the board's edge shows
_SPOUT, _NEAR_SPOUT = 12, 24  # segments
_FLANGE_M = 0.0016
_WHITE = (238, 238, 234)
_MILK = "milk|cream|yogurt|yoghurt|kefir|buttermilk|soy|oat|almond"
# The four upright sides, each from its left corner to its right as seen from outside.
_CORNERS = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], float)


def make_box(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a box printed on all but its base: card bends at its edges, and its lid is a flap tucked in."""
    card = make_finish(look, "card")
    edge = min(_EDGE_M, 0.04 * min(width, depth, height))
    body = _make_body(np.array([width, depth]), np.array([0.0, height]), edge, look)
    x, y = width / 2 - edge, depth / 2 - edge
    xi, yi = x - _FLAP_M, -y + _FLAP_M
    lid = np.array([[-xi, yi, height], [xi, yi, height], [xi, y, height], [-xi, y, height]])
    base = np.array([[-x, y, 0], [x, y, 0], [x, -y, 0], [-x, -y, 0]])
    top = make_panel_uv(PANEL_TOP)
    gap = make_finish(look, "card", color=(118, 108, 96))
    return merge_meshes(
        [
            body,
            make_quads(np.stack([lid, base]), card, uv=np.stack([top, top])),
            make_quads(_list_gaps(x, y, height), gap),
        ]
    )


def _list_gaps(x: float, y: float, height: float) -> np.ndarray:
    """Return (3, 4, 3): the slits beside a tucked lid, at its sides and along its front."""
    xi, yi = x - _FLAP_M, -y + _FLAP_M
    slits = [(-x, -xi, yi, y), (xi, x, yi, y), (-x, x, -y, yi)]
    return np.array(
        [[[x0, y0, height], [x1, y0, height], [x1, y1, height], [x0, y1, height]] for x0, x1, y0, y1 in slits]
    )


def _make_body(
    base_m: np.ndarray, level_m: np.ndarray, edge: float, look: PackLook, *, material: str = "card"
) -> Mesh:
    """Make the four upright sides of card that bends round its upright and its upper and lower edges.

    Args:
        base_m: (2,) width and depth.
        level_m: (2,) lower and upper end.
        edge: How far from an edge the bend begins.
        look: Its texture.
        material: What its card is coated with.
    """
    half = base_m / 2
    low, high = level_m
    # From below: the turned-in edge, the wall, the turned-in edge.
    rows = np.array([[low, edge], [low + edge, 0.0], [high - edge, 0.0], [high, edge]])
    position: list[np.ndarray] = []
    normal: list[np.ndarray] = []
    uv: list[np.ndarray] = []
    faces: list[np.ndarray] = []
    for side in range(4):
        left, right = _CORNERS[side] * half, _CORNERS[(side + 1) % 4] * half
        outward = np.array([right[1] - left[1], left[0] - right[0]])
        length = float(np.hypot(*outward))
        outward /= length
        along = (right - left) / length
        u0, v0, u1, v1 = PANEL_FRONT if side % 2 == 0 else PANEL_SIDE
        # Half of a bend belongs to each of the sides it joins.
        inset = np.array([0.5 * edge, 0.0, 0.0, 0.5 * edge])
        lean = np.array([-1.0, 0.0, 0.0, 1.0])
        first = sum(len(part) for part in position)
        grid = np.empty((4, 4, 3))
        tilt = np.empty((4, 4, 3))
        share = np.empty((4, 4, 2))
        for row, (level, turned_in) in enumerate(rows):
            begin = max(0.5 * edge, turned_in)
            across = np.array([begin, edge, length - edge, length - begin])
            in_m = np.maximum(inset, turned_in)
            grid[row, :, :2] = left + across[:, None] * along - in_m[:, None] * outward
            share[row, :, 0] = across / length
            grid[row, :, 2] = level
            tilt[row, :, :2] = outward + lean[:, None] * along
            tilt[row, :, 2] = {0: -1.0, 3: 1.0}.get(row, 0.0)
        position.append(grid.reshape(-1, 3))
        normal.append(tilt.reshape(-1, 3))
        share[..., 1] = ((rows[:, 0] - low) / (high - low))[:, None]
        uv.append((np.array([u0, v1]) + share * [u1 - u0, v0 - v1]).reshape(-1, 2))
        faces.append(first + make_grid_faces(4, 4))
    points = np.concatenate(position)
    return make_mesh(
        points,
        np.concatenate(normal),
        np.concatenate(uv),
        drop_slivers(points, np.concatenate(faces)),
        make_finish(look, material),
    )


def find_roof(depth: float, height: float) -> float:
    """Return the level at which a carton's body ends and its roof begins."""
    return height - 0.55 * depth


def make_carton(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a gable-top carton: body, two roof slopes, folded-in gables, a fin along the ridge, a cap."""
    body, fin = find_roof(depth, height), height - depth * 0.16
    edge = min(_CARTON_EDGE_M, 0.06 * min(width, depth))
    card = make_finish(look, "gloss")
    x, y = width / 2 - edge, depth / 2 - edge
    inset = x * 0.96
    side, top = make_panel_uv(PANEL_SIDE), make_panel_uv(PANEL_TOP)
    slope_front = np.array([[-x, -y, body], [x, -y, body], [inset, -0.002, fin], [-inset, -0.002, fin]])
    # A gable is folded inwards, so that it meets the ridge well inside the carton.
    tip = x * 0.45
    gable_left = np.array([[-x, y, body], [-x, -y, body], [-tip, -0.0012, fin], [-tip, 0.0012, fin]])
    ridge = np.array([[-x, -0.002, fin], [x, -0.002, fin], [x, -0.0015, height], [-x, -0.0015, height]])
    ends = np.array([[x, -0.002, fin], [x, 0.002, fin], [x, 0.0015, height], [x, -0.0015, height]])
    crest = np.array([[-x, -0.0015, height], [x, -0.0015, height], [x, 0.0015, height], [-x, 0.0015, height]])
    printed = [slope_front, gable_left, ridge]
    quads = np.stack([turned for quad in printed for turned in (quad, quad * [-1, -1, 1])])
    uv = np.stack([top, top, side, side, top, top])
    board = make_finish(look, "card", color=(226, 224, 216))
    base = np.array([[-x, y, 0], [x, y, 0], [x, -y, 0], [-x, -y, 0]])
    tilt = np.arctan2(fin - body, y)
    pose = np.eye(4)
    pose[1:3, 1:3] = [[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]]
    pose[:3, 3] = [0.0, -y * 0.42, body + (fin - body) * 0.58]
    return merge_meshes(
        [
            _make_body(np.array([width, depth]), np.array([0.0, body]), edge, look, material="gloss"),
            make_quads(quads, card, uv=uv),
            make_quads(np.stack([ends, ends * [-1, -1, 1], crest, base]), board),
            transform_mesh(_make_spout(depth, look), pose),
        ]
    )


def _make_spout(depth: float, look: PackLook) -> Mesh:
    """Make a carton's screw cap on its flange, which begins at the origin; white on milk."""
    radius, height = min(0.0175, depth * 0.22), min(0.016, depth * 0.17)
    segments = _NEAR_SPOUT if look.near else _SPOUT
    color = _WHITE if look.is_any(_MILK) else look.accent
    plastic = make_finish(look, "plastic", color=color)
    wall, _ = make_cap(
        radius, _FLANGE_M, 0.9 * height, replace(look, accent=color), segments=segments, ribbed=True
    )
    white = make_finish(look, "plastic", color=_WHITE)
    flange = [(1.15 * radius, 0.0), (1.12 * radius, _FLANGE_M), (radius, _FLANGE_M)]
    bevel = [(radius, 0.9 * height), (0.9 * radius, height)]
    return merge_meshes(
        [
            make_lathe([(0.0, 0.0), flange[0]], white, segments=segments),
            make_lathe(flange, white, segments=segments),
            wall,
            make_lathe(bevel, plastic, segments=segments),
            make_lathe([(0.9 * radius, height), (0.0, height)], plastic, segments=segments),
        ]
    )
