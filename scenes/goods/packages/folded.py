"""Packs with flat sides: boxes, cartons, trays, multipacks; and loaves in their bags."""

import numpy as np

from scenes.geometry import (
    compute_smooth_normals,
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


def make_box(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a box of six flat sides, printed on all but its base."""
    quads = _box_quads(width, depth, 0.0, height)
    front, side, top = make_panel_uv(PANEL_FRONT), make_panel_uv(PANEL_SIDE), make_panel_uv(PANEL_TOP)
    x, y = width / 2, depth / 2
    lid = np.array([[-x, -y, height], [x, -y, height], [x, y, height], [-x, y, height]])
    base = np.array([[-x, y, 0], [x, y, 0], [x, -y, 0], [-x, -y, 0]])
    corners = np.stack([quads["front"], quads["back"], quads["left"], quads["right"], lid, base])
    uv = np.stack([front, front, side, side, top, top])
    return make_quads(corners, make_finish(look, "card"), uv=uv)


def make_carton(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Gable-top carton: upright body, two roof slopes, folded-in gables, a fin along the ridge, a cap."""
    body, fin = height - depth * 0.55, height - depth * 0.16
    quads = _box_quads(width, depth, 0.0, body)
    card = make_finish(look, "card")
    x, y = width / 2, depth / 2
    inset = x * 0.94
    front, side, top = make_panel_uv(PANEL_FRONT), make_panel_uv(PANEL_SIDE), make_panel_uv(PANEL_TOP)
    slope_front = np.array([[-x, -y, body], [x, -y, body], [inset, -0.001, fin], [-inset, -0.001, fin]])
    slope_back = slope_front * [-1, -1, 1]
    # A gable is folded inwards, so that it meets the ridge well inside the carton.
    tip = x * 0.45
    gable_left = np.array([[-x, y, body], [-x, -y, body], [-tip, -0.0012, fin], [-tip, 0.0012, fin]])
    gable_right = gable_left * [-1, -1, 1]
    ridge = np.array([[-x, -0.002, fin], [x, -0.002, fin], [x, -0.002, height], [-x, -0.002, height]])
    ridge_back = ridge * [-1, -1, 1]
    corners = np.stack(
        [
            quads["front"],
            quads["back"],
            quads["left"],
            quads["right"],
            slope_front,
            slope_back,
            gable_left,
            gable_right,
            ridge,
            ridge_back,
        ]
    )
    uv = np.stack([front, front, side, side, top, top, side, side, top, top])
    base = np.array([[-x, y, 0], [x, y, 0], [x, -y, 0], [-x, -y, 0]])[None]
    cap = merge_meshes(make_cap(min(0.013, depth * 0.18), 0.0, 0.01, look, segments=8))
    tilt = np.arctan2(fin - body, y)
    pose = np.eye(4)
    pose[1:3, 1:3] = [[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]]
    pose[:3, 3] = [0.0, -y * 0.48, body + (fin - body) * 0.52]
    return merge_meshes(
        [
            make_quads(corners, card, uv=uv),
            make_quads(base, make_finish(look, "card", color=(235, 235, 230))),
            transform_mesh(cap, pose),
        ]
    )


def make_tray(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Tray under film: sides slant outwards, the label runs over the front, the food shows above."""
    x, y, low = width / 2, depth / 2, 0.86
    film = np.array([[-x, -y, height], [x, -y, height], [x, y, height], [-x, y, height]])
    sides = np.stack(list(_box_quads(width, depth, 0.0, height).values()))
    sides[:, :2, :2] *= low
    base = np.array([[-x, y, 0], [x, y, 0], [x, -y, 0], [-x, -y, 0]]) * [low, low, 1]
    plastic = make_finish(look, "plastic", color=look.body)
    label = make_finish(look, "gloss")
    return merge_meshes(
        [
            make_quads(sides[:1], label, uv=make_panel_uv(PANEL_FRONT)),
            make_quads(film[None], label, uv=make_panel_uv(PANEL_TOP)),
            make_quads(np.concatenate([sides[1:], base[None]]), plastic),
        ]
    )


def make_multipack(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Two rows of three cans in printed film that leaves their tops free."""
    cans, rows = 3, 2
    film = height * 0.93
    x, y = width / 2, depth / 2
    quads = np.stack(list(_box_quads(width, depth, 0.0, film).values()))
    front, side = make_panel_uv(PANEL_FRONT), make_panel_uv(PANEL_SIDE)
    lid = np.array([[-x, -y, film], [x, -y, film], [x, y, film], [-x, y, film]])
    metal = make_finish(look, "metal", color=(196, 199, 204))
    radius = 0.46 * min(width / cans, depth / rows)
    top = merge_meshes(
        [
            make_lathe([(0.0, film), (radius, film)], metal, segments=8),
            make_lathe([(radius, film), (radius * 0.92, height)], metal, segments=8),
            make_lathe([(radius * 0.92, height), (0.0, height)], metal, segments=8),
        ]
    )
    parts = [
        make_quads(quads, make_finish(look, "gloss"), uv=np.stack([front, front, side, side])),
        make_quads(lid[None], make_finish(look, "gloss", color=look.body)),
    ]
    for column in range(cans):
        for row in range(rows):
            pose = np.eye(4)
            pose[:2, 3] = [(column - 1) * width / cans, (row - 0.5) * depth / rows]
            parts.append(transform_mesh(top, pose))
    return merge_meshes(parts)


def make_loaf(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Loaf in a printed bag: a domed bar along the shelf, its crust at both ends."""
    x, y = width / 2, depth / 2
    turn = np.linspace(0.0, np.pi, 7)
    around = np.concatenate([[-1.0], -np.cos(turn) * np.where(abs(np.cos(turn)) > 0.99, 1.0, 0.94), [1.0]])
    rise = np.concatenate([[0.0], 0.6 + 0.4 * np.sin(turn), [0.0]])
    lengthwise = np.array([-1.0, 1.0])
    position = np.stack(
        np.broadcast_arrays(lengthwise[None] * x, (around * y)[:, None], (rise * height)[:, None]), axis=-1
    ).reshape(-1, 3)
    faces = make_grid_faces(len(around), 2)
    # The front panel covers front and top as they are seen from before it; the back shows it again.
    up = np.where(around <= 0, 0.5 * (rise - 0.6).clip(0) + rise * 0.8, rise)
    u0, v0, u1, v1 = PANEL_FRONT
    uv = np.stack(
        np.broadcast_arrays(np.array([u0, u1])[None], (v1 + (v0 - v1) * np.clip(up, 0, 1))[:, None]), axis=-1
    )
    film = make_mesh(
        position, compute_smooth_normals(position, faces), uv.reshape(-1, 2), faces, make_finish(look, "foil")
    )
    ring = np.stack([around * y, rise * height], axis=1)
    crust = make_finish(look, "card", color=look.body)
    ends = []
    for side in (-1.0, 1.0):
        corner = np.column_stack([np.full(len(ring), side * x), ring])
        fan = np.array([[0, k, k + 1] for k in range(1, len(ring) - 1)])
        # The ring runs from the front over the top to the back: counter-clockwise seen from -x.
        fan = fan if side < 0 else fan[:, ::-1]
        normal = np.tile([side, 0.0, 0.0], (len(corner), 1))
        ends.append(make_mesh(corner, normal, np.zeros((len(corner), 2)), fan, crust))
    return merge_meshes([film, *ends])


def _box_quads(width: float, depth: float, low: float, high: float) -> dict[str, np.ndarray]:
    """Corners of the four upright sides, each beginning at its bottom left seen from outside."""
    x, y = width / 2, depth / 2
    return {
        "front": np.array([[-x, -y, low], [x, -y, low], [x, -y, high], [-x, -y, high]]),
        "back": np.array([[x, y, low], [-x, y, low], [-x, y, high], [x, y, high]]),
        "left": np.array([[-x, y, low], [-x, -y, low], [-x, -y, high], [-x, y, high]]),
        "right": np.array([[x, -y, low], [x, y, low], [x, y, high], [x, -y, high]]),
    }
