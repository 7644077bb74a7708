"""Shapes of packs: can, bottle, carton, bag, box, tub and jar as low-poly meshes.

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

ROUND_PACKAGES = ("can", "bottle", "tub", "jar")


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
        package: box, can, bottle, carton, bag, tub or jar.
        size_m: (3,) width, depth, height.
        look: Texture layer and colours.
    """
    width, depth, height = (float(value) for value in size_m)
    return _BUILDERS[package](width, depth, height, look)


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
    rows, columns = 7, 6
    v = np.array([0.0, 0.045, 0.16, 0.5, 0.8, 0.955, 1.0])
    u = np.array([-1.0, -0.8, -0.35, 0.35, 0.8, 1.0])
    bulge = np.array([0.12, 0.55, 0.95, 0.95, 0.55, 0.04, 0.04])
    waist = np.array([0.98, 0.95, 0.93, 0.92, 0.95, 1.0, 1.0])
    x = waist[:, None] * u * width / 2
    y = -bulge[:, None] * np.sqrt(np.clip(1 - u**4, 0, 1)) * depth / 2
    z = np.broadcast_to(v[:, None] * height, x.shape)
    front = np.stack([x, y, z], axis=-1).reshape(-1, 3)
    faces = make_grid_faces(rows, columns)
    u0, v0, u1, v1 = PANEL_FRONT
    uv = np.stack(
        np.broadcast_arrays(u0 + (u1 - u0) * (u + 1) / 2, (v1 + (v0 - v1) * v)[:, None]), axis=-1
    ).reshape(-1, 2)
    normal = compute_smooth_normals(front, faces)
    mesh = make_mesh(front, normal, uv, faces, _finish(look, "foil"))
    back = replace(
        mesh,
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
}
PACKAGES = tuple(_BUILDERS)
