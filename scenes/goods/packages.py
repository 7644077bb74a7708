"""Shapes of packs, from cans to loaves of bread and fruit, as low-poly meshes.

In: a pack's size, its texture layer and two colours. Out: a `Mesh` in the item frame (origin at the
centre of the base, +Z up, label towards -Y). The texture atlas of a pack is laid out here: round packs
use the whole layer as a wrap-around label, flat packs use the three panels below.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from scenes.geometry import (
    Finish,
    compute_smooth_normals,
    make_grid_faces,
    make_lathe,
    make_mesh,
    make_quads,
    merge_meshes,
    transform_mesh,
)
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID, Mesh

# Panels of a flat pack's texture: u0, v0, u1, v1. The gutters between them keep mip levels apart.
PANEL_FRONT = (0.0, 0.0, 0.625, 1.0)
PANEL_SIDE = (0.656, 0.0, 1.0, 0.6875)
PANEL_TOP = (0.656, 0.71875, 1.0, 1.0)

ROUND_PACKAGES = ("can", "bottle", "tub", "jar", "fruit")
FLAT_BACKED = (
    "bag",
    "pouch",
    "tube",
)  # two sheets: the one behind bears the side panel, and with it the bar code
UNCODED = ("tray", "loaf", "fruit")


def _segments(width_m: float) -> int:
    """Return how many sides stand for a circle: large packs are seen to be round from further away."""
    return int(np.clip(round(width_m * 150), 9, 15))


@dataclass(frozen=True)
class PackLook:
    """What a pack's mesh needs beside its size.

    Attributes:
        layer: Its texture layer.
        body: sRGB of what the label does not cover: the liquid in a bottle, the contents of a jar, the tub.
        accent: sRGB of cap or lid.
    """

    layer: int
    body: tuple[int, int, int]
    accent: tuple[int, int, int]


def make_pack_mesh(package: str, size_m: np.ndarray, look: PackLook) -> Mesh:
    """Make the mesh of one pack.

    Args:
        package: One of PACKAGES.
        size_m: (3,) width, depth, height.
        look: Texture layer and colours.
    """
    width, depth, height = (float(value) for value in size_m)
    mesh = _BUILDERS[package](width, depth, height, look)
    if package in ROUND_PACKAGES and width != depth:  # an oval bottle
        oval = np.array([1.0, depth / width, 1.0], np.float32)
        normal = mesh.normal / oval
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), np.float32(1e-12))
        mesh = replace(mesh, position_m=mesh.position_m * oval, normal=normal)
    return mesh


def _finish(look: PackLook, material: str, *, color: tuple[int, int, int] | None = None) -> Finish:
    """Textured with the label, or plain when a colour is given."""
    return Finish(
        color=(255, 255, 255) if color is None else color,
        material=MATERIAL[material],
        layer=look.layer if color is None else -1,
        class_id=CLASS_ID["product"],
    )


def _panel_uv(panel: tuple[float, float, float, float]) -> np.ndarray:
    u0, v0, u1, v1 = panel
    return np.array([[u0, v1], [u1, v1], [u1, v0], [u0, v0]])


def _can(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    n = _segments(width)
    r, rim = width / 2, min(0.006, height * 0.06)
    metal = _finish(look, "metal", color=(205, 208, 212))
    label = _finish(look, "gloss")
    slim = height > 1.6 * width  # drink cans neck in, food cans have straight walls and a beaded rim
    neck = 0.86 if slim else 0.985
    parts = [
        make_lathe([(r * neck, 0.0), (r, rim * (1.6 if slim else 0.5))], metal, segments=n),
        make_lathe(
            [(r, rim * (1.6 if slim else 0.5)), (r, height - rim * (2.4 if slim else 0.8))],
            label,
            segments=n,
        ),
        make_lathe(
            [(r, height - rim * (2.4 if slim else 0.8)), (r * neck, height - rim * 0.3), (r * neck, height)],
            metal,
            segments=n,
        ),
        make_lathe(
            [(r * neck, height), (r * neck * 0.9, height - rim * 0.7), (0.0, height - rim * 0.7)],
            metal,
            segments=n,
        ),
    ]
    return merge_meshes(parts)


def _bottle(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    n = _segments(width)
    r = width / 2
    shoulder, neck_r, cap_h = height * 0.68, max(0.011, r * 0.33), min(0.022, height * 0.09)
    plastic = _finish(look, "gloss", color=look.body)
    label_low, label_high = height * 0.16, height * 0.56
    parts = [
        make_lathe([(r * 0.82, 0.0), (r, height * 0.04), (r, label_low)], plastic, segments=n),
        make_lathe([(r, label_low), (r, label_high)], _finish(look, "paper"), segments=n),
        make_lathe(
            [
                (r, label_high),
                (r * 0.97, shoulder),
                (r * 0.72, height * 0.8),
                (neck_r, height - cap_h),
            ],
            plastic,
            segments=n,
        ),
        *_cap(neck_r * 1.2, height - cap_h, height, look, segments=8),
    ]
    return merge_meshes(parts)


def _cap(radius: float, low: float, high: float, look: PackLook, *, segments: int) -> list[Mesh]:
    plastic = _finish(look, "plastic", color=look.accent)
    return [
        make_lathe([(radius, low), (radius, high)], plastic, segments=segments),
        make_lathe([(radius, high), (0.0, high)], plastic, segments=segments),
    ]


def _tub(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    n = _segments(width)
    r, lid = width / 2, min(0.012, height * 0.14)
    parts = [
        make_lathe([(r * 0.8, 0.0), (r * 0.95, height - lid)], _finish(look, "paper"), segments=n),
        make_lathe(
            [(0.95 * r, height - lid), (r, height - lid)], _finish(look, "plastic", color=look.accent)
        ),
        *_cap(r, height - lid, height, look, segments=n),
    ]
    return merge_meshes(parts)


def _jar(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    n = _segments(width)
    r, lid = width / 2, min(0.016, height * 0.14)
    glass = _finish(look, "gloss", color=look.body)
    label_low, label_high = height * 0.14, height * 0.66
    parts = [
        make_lathe([(r * 0.88, 0.0), (r, height * 0.06), (r, label_low)], glass, segments=n),
        make_lathe([(r, label_low), (r, label_high)], _finish(look, "paper"), segments=n),
        make_lathe([(r, label_high), (r * 0.97, height * 0.76), (r * 0.8, height - lid)], glass, segments=n),
        *_cap(r * 0.88, height - lid, height, look, segments=n),
    ]
    return merge_meshes(parts)


def _box_quads(width: float, depth: float, low: float, high: float) -> dict[str, np.ndarray]:
    """Corners of the four upright sides, each beginning at its bottom left seen from outside."""
    x, y = width / 2, depth / 2
    return {
        "front": np.array([[-x, -y, low], [x, -y, low], [x, -y, high], [-x, -y, high]]),
        "back": np.array([[x, y, low], [-x, y, low], [-x, y, high], [x, y, high]]),
        "left": np.array([[-x, y, low], [-x, -y, low], [-x, -y, high], [-x, y, high]]),
        "right": np.array([[x, -y, low], [x, y, low], [x, y, high], [x, -y, high]]),
    }


def _box(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    quads = _box_quads(width, depth, 0.0, height)
    front, side, top = _panel_uv(PANEL_FRONT), _panel_uv(PANEL_SIDE), _panel_uv(PANEL_TOP)
    x, y = width / 2, depth / 2
    lid = np.array([[-x, -y, height], [x, -y, height], [x, y, height], [-x, y, height]])
    base = np.array([[-x, y, 0], [x, y, 0], [x, -y, 0], [-x, -y, 0]])
    corners = np.stack([quads["front"], quads["back"], quads["left"], quads["right"], lid, base])
    uv = np.stack([front, front, side, side, top, top])
    return make_quads(corners, _finish(look, "card"), uv=uv)


def _carton(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Gable-top carton: upright body, two roof slopes, folded-in gables, a fin along the ridge, a cap."""
    body, fin = height - depth * 0.55, height - depth * 0.16
    quads = _box_quads(width, depth, 0.0, body)
    card = _finish(look, "card")
    x, y = width / 2, depth / 2
    inset = x * 0.94
    front, side, top = _panel_uv(PANEL_FRONT), _panel_uv(PANEL_SIDE), _panel_uv(PANEL_TOP)
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
    cap = merge_meshes(_cap(min(0.013, depth * 0.18), 0.0, 0.01, look, segments=8))
    tilt = np.arctan2(fin - body, y)
    pose = np.eye(4)
    pose[1:3, 1:3] = [[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]]
    pose[:3, 3] = [0.0, -y * 0.48, body + (fin - body) * 0.52]
    return merge_meshes(
        [
            make_quads(corners, card, uv=uv),
            make_quads(base, _finish(look, "card", color=(235, 235, 230))),
            transform_mesh(cap, pose),
        ]
    )


def _bag(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Pillow bag that stands: full at the bottom third, flat crimped seams above and below."""
    v = np.array([0.0, 0.045, 0.16, 0.5, 0.8, 0.955, 1.0])
    bulge = np.array([0.12, 0.55, 0.95, 0.95, 0.55, 0.04, 0.04])
    waist = np.array([0.98, 0.95, 0.93, 0.92, 0.95, 1.0, 1.0])
    return _pillow(width, depth, height, v, bulge, waist, _finish(look, "foil"))


def _pouch(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Pouch that stands on a folded base, its front leaning back to a flat seam on top."""
    v = np.array([0.0, 0.03, 0.2, 0.5, 0.78, 0.93, 1.0])
    bulge = np.array([0.88, 1.0, 0.94, 0.7, 0.36, 0.06, 0.06])
    waist = np.array([0.95, 0.97, 0.96, 0.96, 0.98, 1.0, 1.0])
    return _pillow(width, depth, height, v, bulge, waist, _finish(look, "foil"))


def _tube(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Tube of cream that stands on its cap and is pressed flat at its upper end."""
    cap = 0.16 * height
    v = np.array([0.0, 0.06, 0.3, 0.6, 0.85, 0.95, 1.0])
    bulge = np.array([0.92, 1.0, 0.9, 0.62, 0.3, 0.06, 0.06])
    waist = np.array([0.86, 0.9, 0.92, 0.95, 0.98, 1.0, 1.0])
    body = _pillow(width, depth, height - cap, v, bulge, waist, _finish(look, "gloss"))
    pose = np.eye(4)
    pose[2, 3] = cap
    radius = 0.42 * min(width, depth)
    return merge_meshes([transform_mesh(body, pose), *_cap(radius, 0.0, cap, look, segments=10)])


def _tray(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Tray under film: sides slant outwards, the label runs over the front, the food shows above."""
    x, y, low = width / 2, depth / 2, 0.86
    film = np.array([[-x, -y, height], [x, -y, height], [x, y, height], [-x, y, height]])
    sides = np.stack(list(_box_quads(width, depth, 0.0, height).values()))
    sides[:, :2, :2] *= low
    base = np.array([[-x, y, 0], [x, y, 0], [x, -y, 0], [-x, -y, 0]]) * [low, low, 1]
    plastic = _finish(look, "plastic", color=look.body)
    label = _finish(look, "gloss")
    return merge_meshes(
        [
            make_quads(sides[:1], label, uv=_panel_uv(PANEL_FRONT)),
            make_quads(film[None], label, uv=_panel_uv(PANEL_TOP)),
            make_quads(np.concatenate([sides[1:], base[None]]), plastic),
        ]
    )


def _multipack(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Two rows of three cans in printed film that leaves their tops free."""
    cans, rows = 3, 2
    film = height * 0.93
    x, y = width / 2, depth / 2
    quads = np.stack(list(_box_quads(width, depth, 0.0, film).values()))
    front, side = _panel_uv(PANEL_FRONT), _panel_uv(PANEL_SIDE)
    lid = np.array([[-x, -y, film], [x, -y, film], [x, y, film], [-x, y, film]])
    metal = _finish(look, "metal", color=(196, 199, 204))
    radius = 0.46 * min(width / cans, depth / rows)
    top = merge_meshes(
        [
            make_lathe([(0.0, film), (radius, film)], metal, segments=8),
            make_lathe([(radius, film), (radius * 0.92, height)], metal, segments=8),
            make_lathe([(radius * 0.92, height), (0.0, height)], metal, segments=8),
        ]
    )
    parts = [
        make_quads(quads, _finish(look, "gloss"), uv=np.stack([front, front, side, side])),
        make_quads(lid[None], _finish(look, "gloss", color=look.body)),
    ]
    for column in range(cans):
        for row in range(rows):
            pose = np.eye(4)
            pose[:2, 3] = [(column - 1) * width / cans, (row - 0.5) * depth / rows]
            parts.append(transform_mesh(top, pose))
    return merge_meshes(parts)


def _loaf(width: float, depth: float, height: float, look: PackLook) -> Mesh:
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
        position, compute_smooth_normals(position, faces), uv.reshape(-1, 2), faces, _finish(look, "foil")
    )
    ring = np.stack([around * y, rise * height], axis=1)
    crust = _finish(look, "card", color=look.body)
    ends = []
    for side in (-1.0, 1.0):
        corner = np.column_stack([np.full(len(ring), side * x), ring])
        fan = np.array([[0, k, k + 1] for k in range(1, len(ring) - 1)])
        # The ring runs from the front over the top to the back: counter-clockwise seen from -x.
        fan = fan if side < 0 else fan[:, ::-1]
        normal = np.tile([side, 0.0, 0.0], (len(corner), 1))
        ends.append(make_mesh(corner, normal, np.zeros((len(corner), 2)), fan, crust))
    return merge_meshes([film, *ends])


def _fruit(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Round fruit with a dimple and a stalk; the texture is its skin with a sticker."""
    n = 12
    turn = np.linspace(0.0, np.pi, 8)
    r = width / 2 * np.sin(turn) ** 0.8
    stalk = 0.06 * height
    z = (height - stalk) * (0.5 - 0.5 * np.cos(turn))
    profile = list(zip(r.tolist(), z.tolist(), strict=True))
    profile[-1] = (0.0, height - 2.4 * stalk)  # the dimple
    skin = make_lathe(profile, _finish(look, "gloss"), segments=n)
    wood = _finish(look, "card", color=(92, 66, 40))
    stick = make_lathe([(0.03 * width, height - 2.6 * stalk), (0.02 * width, height)], wood, segments=4)
    top = make_lathe([(0.02 * width, height), (0.0, height)], wood, segments=4)
    return merge_meshes([skin, stick, top])


def _pillow(
    width: float,
    depth: float,
    height: float,
    v: np.ndarray,
    bulge: np.ndarray,
    waist: np.ndarray,
    finish: Finish,
) -> Mesh:
    """Make two bulging sheets of the same shape, front and back, joined at their edges.

    Args:
        width, depth, height: Of the whole.
        v: (R,) heights of the rows, shares of the height.
        bulge: (R,) how far a row stands out, shares of half the depth.
        waist: (R,) how wide a row is, shares of the width.
        finish: Foil with the label's layer.
    """
    u = np.array([-1.0, -0.8, -0.35, 0.35, 0.8, 1.0])
    x = waist[:, None] * u * width / 2
    y = -bulge[:, None] * np.sqrt(np.clip(1 - u**4, 0, 1)) * depth / 2
    z = np.broadcast_to(v[:, None] * height, x.shape)
    front = np.stack([x, y, z], axis=-1).reshape(-1, 3)
    faces = make_grid_faces(len(v), len(u))
    uv, uv_back = (
        np.stack(
            np.broadcast_arrays(u0 + (u1 - u0) * (u + 1) / 2, (v1 + (v0 - v1) * v)[:, None]), axis=-1
        ).reshape(-1, 2)
        for u0, v0, u1, v1 in (PANEL_FRONT, PANEL_SIDE)
    )
    normal = compute_smooth_normals(front, faces)
    mesh = make_mesh(front, normal, uv, faces, finish)
    back = replace(
        mesh,
        uv=uv_back.astype(mesh.uv.dtype),
        position_m=mesh.position_m * np.array([-1, -1, 1], np.float32),
        normal=mesh.normal * np.array([-1, -1, 1], np.float32),
    )
    return merge_meshes([mesh, back])


_BUILDERS: dict[str, Callable[[float, float, float, PackLook], Mesh]] = {
    "can": _can,
    "bottle": _bottle,
    "tub": _tub,
    "jar": _jar,
    "box": _box,
    "carton": _carton,
    "bag": _bag,
    "pouch": _pouch,
    "tube": _tube,
    "tray": _tray,
    "multipack": _multipack,
    "loaf": _loaf,
    "fruit": _fruit,
}
PACKAGES = tuple(_BUILDERS)
