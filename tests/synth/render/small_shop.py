"""A small hand-made shop: a 4 x 3 x 2.5 m room, a counter, a shelf board, two boxes for sale, two lamps."""

from dataclasses import replace

import numpy as np
from shapely import box

from scenes.geometry import merge_meshes
from scenes.world import (
    CLASS_ID,
    INSTANCE_FIXTURE,
    Camera,
    Catalogue,
    Lamp,
    Material,
    Mesh,
    Planogram,
    Store,
    StoreLayout,
    Textures,
)
from synth.render import FrameScene

ROOM_M = np.array([4.0, 3.0, 2.5])
FLOOR, CEILING, WALL, LAMP_A, LAMP_B, COUNTER = 1, 2, 3, 4, 5, INSTANCE_FIXTURE
MATTE, GLOW_A, GLOW_B = 0, 1, 2

_CORNERS = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 1], [1, 0, 1], [0, 1, 1], [1, 1, 1]])
_SIDES = {
    (-1, 0, 0): (0, 4, 6, 2),
    (1, 0, 0): (1, 3, 7, 5),
    (0, -1, 0): (0, 1, 5, 4),
    (0, 1, 0): (2, 6, 7, 3),
    (0, 0, -1): (0, 2, 3, 1),
    (0, 0, 1): (4, 5, 7, 6),
}


def make_quads(corners, normals, *, instance, kind, color=(200, 200, 200), material=MATTE, layer=-1):
    """Mesh of quads: corners (Q, 4, 3) counter-clockwise from outside, normals (Q, 3)."""
    corners = np.asarray(corners, np.float32)
    count = len(corners) * 4
    base = np.arange(len(corners))[:, None, None] * 4
    return Mesh(
        position_m=corners.reshape(-1, 3),
        normal=np.repeat(np.asarray(normals, np.float32), 4, axis=0),
        uv=np.tile(np.array([[0, 1], [1, 1], [1, 0], [0, 0]], np.float32), (len(corners), 1)),
        layer=np.full(count, layer, np.int32),
        color=np.tile(np.array(color, np.uint8), (count, 1)),
        material=np.full(count, material, np.int32),
        instance_id=np.full(count, instance, np.int32),
        class_id=np.full(count, CLASS_ID[kind], np.uint8),
        faces=(base + np.array([[0, 1, 2], [0, 2, 3]])).reshape(-1, 3).astype(np.int32),
    )


def make_box(low, high, **look):
    """Mesh of a box between two corners."""
    low, high = np.asarray(low, float), np.asarray(high, float)
    corners = low + _CORNERS * (high - low)
    return make_quads([corners[list(side)] for side in _SIDES.values()], list(_SIDES), **look)


def make_room():
    """Mesh of floor, ceiling, walls and two lamps under the ceiling."""
    w, d, h = ROOM_M
    floor = make_quads(
        [[(0, 0, 0), (w, 0, 0), (w, d, 0), (0, d, 0)]], [(0, 0, 1)], instance=FLOOR, kind="floor"
    )
    ceiling = make_quads(
        [[(0, 0, h), (0, d, h), (w, d, h), (w, 0, h)]], [(0, 0, -1)], instance=CEILING, kind="ceiling"
    )
    walls = make_quads(
        [
            [(0, 0, 0), (0, d, 0), (0, d, h), (0, 0, h)],
            [(w, 0, 0), (w, 0, h), (w, d, h), (w, d, 0)],
            [(0, 0, 0), (0, 0, h), (w, 0, h), (w, 0, 0)],
            [(0, d, 0), (w, d, 0), (w, d, h), (0, d, h)],
        ],
        [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0)],
        instance=WALL,
        kind="wall",
    )
    lamps = [
        make_quads(
            [
                [
                    (x - 0.3, 1.2, h - 0.01),
                    (x - 0.3, 1.8, h - 0.01),
                    (x + 0.3, 1.8, h - 0.01),
                    (x + 0.3, 1.2, h - 0.01),
                ]
            ],
            [(0, 0, -1)],
            instance=instance,
            kind="lamp",
            material=material,
            color=(255, 255, 255),
        )
        for x, instance, material in ((1.0, LAMP_A, GLOW_A), (3.0, LAMP_B, GLOW_B))
    ]
    return merge_meshes([floor, ceiling, walls, *lamps])


def look_at(eye_m, target_m, *, width=160, height=120, fov_deg=80.0, name="cam0"):
    """Camera at a point that looks at another, image upright."""
    forward = np.asarray(target_m, float) - eye_m
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    pose = np.eye(4)
    pose[:3, :3] = np.stack([right, np.cross(forward, right), forward], axis=1)
    pose[:3, 3] = eye_m
    focal = width / 2 / np.tan(np.radians(fov_deg) / 2)
    # Off-centre principal point and unequal focal lengths: no symmetry may hide a mistake.
    intrinsics = np.array([[focal, 0.0, width / 2 + 3.3], [0.0, focal * 1.1, height / 2 - 2.7], [0, 0, 1]])
    return Camera(name, width, height, intrinsics, pose)


def project(camera, points_m):
    """Pixel coordinates (N, 2) and depth (N,) of world points."""
    pose = camera.world_from_cam
    local = (np.asarray(points_m, float) - pose[:3, 3]) @ pose[:3, :3]
    homogeneous = local @ camera.intrinsics.T
    return homogeneous[:, :2] / homogeneous[:, 2:], local[:, 2]


def make_store():
    """The whole shop; its two items stand on the counter."""
    pack = make_box(
        (-0.05, -0.05, 0), (0.05, 0.05, 0.2), instance=0, kind="product", color=(220, 60, 40), layer=0
    )
    stripes = np.full((1, 256, 256, 3), 255, np.uint8)
    stripes[:, 96:160] = (90, 200, 90)
    pose = np.tile(np.eye(4), (2, 1, 1))
    pose[:, :3, 3] = [[2.8, 2.2, 0.9], [3.2, 2.2, 0.9]]
    counter = make_box(
        (2.5, 2.0, 0.0), (3.5, 2.6, 0.9), instance=COUNTER, kind="fixture", color=(150, 140, 130)
    )
    slots = np.zeros(1, np.int64)
    return Store(
        store_id="test",
        layout=StoreLayout("kiosk", ROOM_M, box(0, 0, 4, 3), (), ()),
        catalogue=Catalogue(
            "EUR", ("a",), ("a",), ("a",), ("box",), np.array([[0.1, 0.1, 0.2]]), np.ones(1),
            np.ones(1, np.int64), np.ones(1), -np.ones(1, np.int64), -np.ones(1, np.int64),
            (pack,), (stripes[0],), ("each",), ("",),
        ),
        planogram=Planogram(
            np.eye(4)[None], np.ones(1), np.ones(1), np.ones(1), slots, slots, slots, slots, slots,
            np.zeros((0, 4, 4)), np.zeros((0, 2)), np.zeros(0, np.int64), ((),),
        ),
        lamps=(
            Lamp(np.array([1.0, 1.5, 2.49]), np.array([0.6, 0.6]), np.ones(3), GLOW_A),
            Lamp(np.array([3.0, 1.5, 2.49]), np.array([0.6, 0.6]), np.ones(3), GLOW_B),
        ),
        cameras=(
            look_at(np.array([0.3, 0.3, 2.2]), (2.6, 1.9, 0.5)),
            look_at(np.array([3.7, 0.2, 1.4]), (1.5, 2.0, 1.2), name="cam1"),
        ),
        structure=merge_meshes([make_room(), counter]),
        textures=Textures.of(stripes),
        materials=(Material("matte"), Material("glow a", emissive=6.0), Material("glow b", emissive=6.0)),
        item_slot=np.zeros(2, np.int64),
        item_product=np.zeros(2, np.int64),
        world_from_item=pose,
        ambient_color=np.full(3, 0.35),
    )  # fmt: skip


def make_scene(meshes, *, frame=0, shift_m=(0, 0, 0), power=(1.0, 1.0)):
    """FrameScene of some meshes that were `shift_m` away one frame before."""
    empty = make_quads(np.zeros((0, 4, 3)), np.zeros((0, 3)), instance=0, kind="none")
    mesh = merge_meshes([*meshes]) if meshes else empty
    return FrameScene(
        frame, mesh, (mesh.position_m + np.asarray(shift_m)).astype(np.float32), np.array(power, np.float32)
    )


def with_structure(store, *meshes):
    """The store with more structure."""
    return replace(store, structure=merge_meshes([store.structure, *meshes]))


def floor_points(seen, camera):
    """World points (H, W, 3) of a view's pixels, and which of them are floor."""
    rows, columns = np.mgrid[: camera.height_px, : camera.width_px]
    pixel = np.stack([columns + 0.5, rows + 0.5, np.ones(rows.shape)], axis=-1)
    ray = pixel @ np.linalg.inv(camera.intrinsics).T @ camera.world_from_cam[:3, :3].T
    return camera.world_from_cam[:3, 3] + ray * seen.depth_m[..., None], seen.instance_id == FLOOR


def read_light(view) -> np.ndarray:
    """Return the light (H, W) of which a picture shows the grey.

    Undone are sRGB, a logarithm above 0.76 (knee 22), a toe (x^2 / 0.1 below 0.05, x - 0.025 above) and a
    camera's curve, 1.57 x^1.3.
    """
    code = view.rgb.astype(float).mean(axis=-1) / 255.0
    shown = np.where(code < 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    shown = np.where(shown < 0.76, shown, 0.76 + np.expm1(22.0 * (shown - 0.76)) / 22.0)
    light = np.where(shown < 0.025, np.sqrt(0.1 * shown), shown + 0.025)
    return (light / 1.57) ** (1 / 1.3)
