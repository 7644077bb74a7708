"""The design's scene: 40 gondolas, 4,000 items, 20 walking people, 6 cameras, about 770,000 triangles."""

from collections.abc import Iterator

import numpy as np
from shapely import box

from scenes.geometry import merge_meshes
from scenes.world import (
    CLASS_ID,
    INSTANCE_FIXTURE,
    INSTANCE_PERSON,
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

ROOM_M = np.array([24.0, 18.0, 3.2])
GONDOLAS, ITEMS, PEOPLE, CAMERAS = (8, 5), 4000, 20, 6
BOARDS, BOARD_SPACING_M = 5, 0.32


def make_shape(profile: np.ndarray, sides: int, **look: int) -> Mesh:
    """Turn a profile, (P, 2) of radius and height, around the z axis."""
    turn = np.linspace(0.0, 2 * np.pi, sides, endpoint=False)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    rings = len(profile)
    position = np.concatenate(
        [np.column_stack([circle * radius, np.full(sides, height)]) for radius, height in profile]
    )
    slope = np.gradient(profile, axis=0)
    normal = np.concatenate([np.column_stack([circle * dz, np.full(sides, -dr)]) for dr, dz in slope])
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-9
    i, j = np.meshgrid(np.arange(rings - 1), np.arange(sides), indexing="ij")
    a, b = i * sides + j, i * sides + (j + 1) % sides
    faces = np.concatenate([np.stack([a, b, b + sides], -1), np.stack([a, b + sides, a + sides], -1)])
    return make_mesh(position, normal, faces.reshape(-1, 3), **look)


def make_block(low: np.ndarray, high: np.ndarray, **look: int) -> Mesh:
    """Make an axis-aligned box with flat faces."""
    parts = []
    for axis in range(3):
        for side in (0, 1):
            u, v = (axis + 1) % 3, (axis + 2) % 3
            corners = np.tile(np.asarray(low, float), (4, 1))
            corners[:, axis] = (low, high)[side][axis]
            corners[[1, 2], u] = high[u]
            corners[[2, 3], v] = high[v]
            normal = np.zeros((4, 3))
            normal[:, axis] = 2 * side - 1
            order = [[0, 1, 2], [0, 2, 3]] if side else [[0, 2, 1], [0, 3, 2]]
            parts.append(make_mesh(corners, normal, np.array(order), **look))
    return merge_meshes(parts)


def make_mesh(
    position: np.ndarray,
    normal: np.ndarray,
    faces: np.ndarray,
    *,
    instance: int,
    kind: int,
    color: int,
    layer: int = -1,
) -> Mesh:
    """Make a mesh of one look; `color` is 0xRRGGBB."""
    count = len(position)
    rgb = np.array([color >> 16 & 255, color >> 8 & 255, color & 255], np.uint8)
    turn = np.arctan2(normal[:, 1], normal[:, 0]) / (2 * np.pi)
    return Mesh(
        position_m=position.astype(np.float32),
        normal=normal.astype(np.float32),
        uv=np.column_stack([turn, position[:, 2] * 4]).astype(np.float32),
        layer=np.full(count, layer, np.int32),
        color=np.tile(rgb, (count, 1)),
        material=np.zeros(count, np.int32),
        instance_id=np.full(count, instance, np.int32),
        class_id=np.full(count, kind, np.uint8),
        faces=faces.astype(np.int32),
    )


def make_pack(product: int, rng: np.random.Generator) -> Mesh:
    """Make one product of 140 triangles: a bottle, can or tub."""
    radius, height = rng.uniform(0.028, 0.05), rng.uniform(0.1, 0.26)
    profile = np.array([[0.0, 0.0], [1.0, 0.02], [1.0, 0.7], [0.8, 0.9], [0.4, 1.0], [0.0, 1.0]])
    color = int(rng.integers(0, 1 << 24))
    return make_shape(
        profile * [radius, height], 14, instance=0, kind=CLASS_ID["product"], color=color, layer=product % 8
    )


def make_person(number: int) -> Mesh:
    """Make a person of 9,216 triangles, as many as a dressed body has."""
    height = np.linspace(0.0, 1.72, 97)
    radius = 0.2 * np.sqrt(np.clip(1 - ((height - 0.86) / 0.87) ** 2, 0, 1)) * (1 - 0.3 * (height > 1.45))
    color = 0x305080 + 0x0A0705 * number
    return make_shape(
        np.column_stack([radius, height]),
        48,
        instance=INSTANCE_PERSON + number,
        kind=CLASS_ID["person"],
        color=color,
    )


def make_structure() -> Mesh:
    """Make floor, ceiling, walls and the gondolas."""
    w, d, h = ROOM_M
    parts = []
    thickness = 0.1
    shells = {
        "floor": ((0, 0, -thickness), (w, d, 0)),
        "ceiling": ((0, 0, h), (w, d, h + thickness)),
        "wall": ((-thickness, 0, 0), (0, d, h)),
    }
    shells_more = [
        ((w, 0, 0), (w + thickness, d, h)),
        ((0, -thickness, 0), (w, 0, h)),
        ((0, d, 0), (w, d + thickness, h)),
    ]
    for number, (kind, (low, high)) in enumerate(
        [*shells.items(), *(("wall", shell) for shell in shells_more)]
    ):
        parts.append(
            make_block(
                np.array(low), np.array(high), instance=1 + number, kind=CLASS_ID[kind], color=0xC8C4BC
            )
        )
    for number, corner in enumerate(gondola_corners()):
        look = {"instance": INSTANCE_FIXTURE + number, "kind": CLASS_ID["fixture"], "color": 0xD8D8D4}
        parts.append(make_block(corner, corner + [2.0, 0.04, 1.7], **look))
        for board in range(BOARDS):
            low = corner + [0.0, -0.4, 0.1 + board * BOARD_SPACING_M - 0.02]
            parts.append(make_block(low, low + [2.0, 0.4, 0.02], **look))
    return merge_meshes(parts)


def gondola_corners() -> np.ndarray:
    """Return the (40, 3) corners of the gondolas."""
    columns, rows = GONDOLAS
    x, y = np.meshgrid(1.5 + 2.7 * np.arange(columns), 2.5 + 3.2 * np.arange(rows))
    return np.stack([x.ravel(), y.ravel(), np.zeros(x.size)], axis=1)


def make_cameras(width_px: int, height_px: int) -> tuple[Camera, ...]:
    """Place six cameras in the corners and in the middle of the long walls, under the ceiling."""
    w, d, h = ROOM_M
    focal = width_px / 2 / np.tan(np.radians(90) / 2)
    intrinsics = np.array([[focal, 0, width_px / 2], [0, focal, height_px / 2], [0, 0, 1]])
    cameras = []
    for number, (x, y) in enumerate([(0, 0), (w, 0), (w, d), (0, d), (w / 2, 0), (w / 2, d)]):
        eye = np.array([np.clip(x, 0.3, w - 0.3), np.clip(y, 0.3, d - 0.3), h - 0.3])
        forward = np.array([w / 2, d / 2, 0.2]) - eye
        forward /= np.linalg.norm(forward)
        right = np.cross(forward, [0, 0, 1.0])
        right /= np.linalg.norm(right)
        pose = np.eye(4)
        pose[:3] = np.column_stack([right, np.cross(forward, right), forward, eye])
        cameras.append(Camera(f"cam{number}", width_px, height_px, intrinsics, pose))
    return tuple(cameras)


def make_store(width_px: int, height_px: int) -> Store:
    """Make the whole static world."""
    rng = np.random.default_rng(0)
    packs = tuple(make_pack(product, rng) for product in range(40))
    corners = gondola_corners()
    item = np.arange(ITEMS)
    gondola, place = item % len(corners), item // len(corners)
    board, along = place % BOARDS, place // BOARDS
    pose = np.tile(np.eye(4), (ITEMS, 1, 1))
    pose[:, :3, 3] = corners[gondola] + np.column_stack(
        [0.06 + 0.099 * along, np.full(ITEMS, -0.2), 0.1 + board * BOARD_SPACING_M]
    )
    lamps = tuple(
        Lamp(np.array([x, y, ROOM_M[2] - 0.02]), np.array([1.2, 0.6]), np.ones(3), 1 + number)
        for number, (x, y) in enumerate(
            (x, y) for x in np.arange(2, 24, 4.0) for y in np.arange(2.25, 18, 4.5)
        )
    )
    products = np.zeros(40, np.int64)
    # A slot is what stands on one board of one gondola.
    count = len(corners) * BOARDS
    slots, slot = np.ones(count), np.arange(count)
    unused = np.zeros(count, np.int64)
    return Store(
        store_id="benchmark",
        layout=StoreLayout("supermarket", ROOM_M, box(0, 0, *ROOM_M[:2]), (), ()),
        catalogue=Catalogue(
            "EUR", ("",) * 40, ("",) * 40, ("",) * 40, ("can",) * 40, np.ones((40, 3)), np.ones(40), products,
            np.full(40, 1 / 40), products - 1, products - 1, packs, (), ("each",) * 40, ("",) * 40,
        ),
        planogram=Planogram(
            np.tile(np.eye(4), (count, 1, 1)), slots, slots, slots, unused, unused,
            slot // BOARDS, slot % BOARDS, unused,
            np.zeros((0, 4, 4)), np.zeros((0, 2)), unused[:0], ((),) * count,
        ),
        lamps=lamps,
        cameras=make_cameras(width_px, height_px),
        structure=make_structure(),
        textures=Textures.of(rng.integers(120, 256, (8, 256, 256, 3)).astype(np.uint8)),
        materials=(Material("matte"), *(Material(f"lamp {n}", emissive=2.0) for n in range(len(lamps)))),
        item_slot=gondola * BOARDS + board,
        item_product=item % 40,
        world_from_item=pose,
        ambient_color=np.full(3, 0.35),
    )  # fmt: skip


def make_frames(store: Store) -> Iterator[FrameScene]:
    """Yield the people frame after frame, walking along the aisles."""
    people = merge_meshes([make_person(number) for number in range(PEOPLE)])
    owner = people.instance_id - INSTANCE_PERSON
    start = np.column_stack(
        [1.0 + 22.0 * (np.arange(PEOPLE) * 0.37 % 1), 1.2 + 3.2 * (np.arange(PEOPLE) % 5)]
    )
    power = np.ones(len(store.lamps), np.float32)
    before: np.ndarray | None = None
    frame = 0
    while True:
        walk = start.copy()
        walk[:, 0] = 1.0 + (walk[:, 0] - 1.0 + 0.1 * frame) % 22.0
        position = people.position_m.copy()
        position[:, :2] += walk[owner].astype(np.float32)
        mesh = Mesh(**{**vars(people), "position_m": position})
        yield FrameScene(frame, mesh, position if before is None else before, power)
        before = position
        frame += 1
