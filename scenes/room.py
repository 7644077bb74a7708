"""Meshes of the room: floor, ceiling, walls with base boards, doors and windows, signs.

In: a `StoreLayout`, texture layers and colours. Out: one `Mesh` in world coordinates. Every part is an
instance of its own, numbered from INSTANCE_STRUCTURE.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from shapely import constrained_delaunay_triangles
from shapely.geometry.polygon import orient

from scenes.geometry import Finish, make_boxes, make_mesh, make_quads, merge_meshes
from scenes.surfaces import CEILING_REPEAT_M, MATERIAL, WALL_REPEAT_M
from scenes.world import CLASS_ID, INSTANCE_STRUCTURE, Mesh, Pane, StoreLayout

RGB = tuple[int, int, int]
_Opening = tuple[float, float, float, float]
_DOOR_HEIGHT_M = 2.2
_WINDOW_Z_M = (0.55, 2.25)
_BASE_M, _BAND_M = 0.012, 0.003  # thickness of base boards and of the coloured band
_GLASS_DEPTH_M = 0.08  # glass stands back from the wall's inner face

# Instances of the structure, counted from INSTANCE_STRUCTURE.
FLOOR, CEILING, WALLS = 0, 1, 2  # the walls take up to eight: front, right... left
DOORS, WINDOWS, SIGNS, LAMPS, SPOTS = 10, 40, 100, 300, 400


@dataclass(frozen=True)
class RoomLayers:
    """Texture layers of the room.

    Attributes:
        floor, wall, ceiling, street: Layers of these textures.
        street_material: Material of what shows through glass.
        floor_repeat_m: Metres that the floor's texture covers.
        signs: First layer of signs, four signs a layer, from top to bottom.
    """

    floor: int
    wall: int
    ceiling: int
    street: int
    street_material: int
    floor_repeat_m: float
    signs: int


@dataclass(frozen=True)
class Sign:
    """A board with writing on it.

    Attributes:
        center_m: (3,) middle of its face.
        normal: (2,) horizontal unit vector that its face looks along.
        width_m, height_m: Extent.
        number: Which of the sign textures it shows.
    """

    center_m: np.ndarray
    normal: np.ndarray
    width_m: float
    height_m: float
    number: int


def make_room(layout: StoreLayout, layers: RoomLayers, signs: tuple[Sign, ...], *, stripe: RGB) -> Mesh:
    """Make the room; `stripe` is the colour of the band that runs along the walls under the ceiling."""
    height = float(layout.size_m[2])
    floor = Finish((255, 255, 255), MATERIAL["floor"], layers.floor, CLASS_ID["floor"], INSTANCE_STRUCTURE)
    ceiling = Finish(
        (255, 255, 255),
        MATERIAL["ceiling"],
        layers.ceiling,
        CLASS_ID["ceiling"],
        INSTANCE_STRUCTURE + CEILING,
    )
    corners = np.array(layout.room.exterior.coords)
    parts = [
        _make_level(layout, 0.0, floor, layers.floor_repeat_m),
        _make_level(layout, height, ceiling, CEILING_REPEAT_M),
        _make_front_wall(layout, layers, stripe),
    ]
    for side in range(1, len(corners) - 1):  # right, back, left; walked counter-clockwise
        proud = [_stands_out(corners, side), _stands_out(corners, side + 1)]
        parts.append(_make_wall(corners[side : side + 2], proud, height, layers, side, stripe))
    parts += [_make_sign(sign, layers, number) for number, sign in enumerate(signs)]
    return merge_meshes(parts)


def _make_level(layout: StoreLayout, z_m: float, finish: Finish, repeat_m: float) -> Mesh:
    """Make the floor, or the ceiling, which looks down."""
    triangles = constrained_delaunay_triangles(layout.room).geoms
    ground = np.array([orient(part).exterior.coords[:3] for part in triangles])
    ground = ground if z_m == 0.0 else ground[:, ::-1]
    corner = np.concatenate([ground, np.full((*ground.shape[:2], 1), z_m)], axis=-1).reshape(-1, 3)
    normal = np.tile([0.0, 0.0, 1.0 if z_m == 0.0 else -1.0], (len(corner), 1))
    faces = np.arange(len(corner)).reshape(-1, 3)
    return make_mesh(corner, normal, corner[:, :2] / repeat_m, faces, finish)


def _stands_out(corners: np.ndarray, number: int) -> bool:
    """Say whether a room's corner stands out into it; its ring (K + 1, 2) is closed."""
    before, corner, after = corners[:-1].take((number - 1, number, number + 1), axis=0, mode="wrap")
    (a, b), (c, d) = corner - before, after - corner
    return bool(a * d - b * c < 0)


def _wall_rectangles(
    start: np.ndarray, end: np.ndarray, rectangles: list[tuple[float, float, float, float]], out_m: float
) -> np.ndarray:
    """Return (N, 4, 3) corners of rectangles (s0, z0, s1, z1) on a wall walked counter-clockwise.

    `s` runs from start to end; `out_m` shifts them into the room (negative: into the wall).
    """
    along = (end - start) / np.linalg.norm(end - start)
    inward = np.array([-along[1], along[0]])
    quads = []
    for s0, z0, s1, z1 in rectangles:
        # Seen from inside the room, the walk goes from right to left.
        quads.append([(s1, z0), (s0, z0), (s0, z1), (s1, z1)])
    sz = np.array(quads, float)
    ground = start + sz[..., :1] * along + inward * out_m
    return np.concatenate([ground, sz[..., 1:]], axis=-1)


def _wall_finish(layers: RoomLayers, number: int) -> Finish:
    return Finish(
        (255, 255, 255),
        MATERIAL["paint"],
        layers.wall,
        CLASS_ID["wall"],
        INSTANCE_STRUCTURE + WALLS + number,
    )


def _make_wall_surface(
    start: np.ndarray,
    end: np.ndarray,
    rectangles: list[tuple[float, float, float, float]],
    layers: RoomLayers,
    number: int,
) -> Mesh:
    uv = np.array([[(s1, -z0), (s0, -z0), (s0, -z1), (s1, -z1)] for s0, z0, s1, z1 in rectangles])
    corners = _wall_rectangles(start, end, rectangles, 0.0)
    return make_quads(corners, _wall_finish(layers, number), uv=uv / WALL_REPEAT_M)


def _make_trim(
    start: np.ndarray,
    end: np.ndarray,
    spans: list[tuple[float, float]],
    height: float,
    number: int,
    stripe: RGB,
    proud: Sequence[bool] = (False, False),
) -> Mesh:
    """Make the base board along `spans` and the coloured band under the ceiling.

    Both are longer by their thickness at ends that are `proud`, where the wall's corner stands out.
    """
    length = float(np.linalg.norm(end - start))
    base = Finish(
        (92, 92, 96), MATERIAL["plastic"], -1, CLASS_ID["wall"], INSTANCE_STRUCTURE + WALLS + number
    )
    band = Finish(stripe, MATERIAL["paint"], -1, CLASS_ID["wall"], INSTANCE_STRUCTURE + WALLS + number)
    last = len(spans) - 1
    spans = [
        (s0 - _BASE_M * (proud[0] and k == 0), s1 + _BASE_M * (proud[1] and k == last))
        for k, (s0, s1) in enumerate(spans)
    ]
    boards = _wall_rectangles(start, end, [(s0, 0.0, s1, 0.09) for s0, s1 in spans], _BASE_M)
    ledge = boards.copy()
    ledge[:, :2] = boards[:, [3, 2]]
    back = _wall_rectangles(start, end, [(s0, 0.09, s1, 0.09) for s0, s1 in spans], 0.0)
    ledge[:, 2:] = back[:, [1, 0]]
    along = (-_BAND_M * proud[0], length + _BAND_M * proud[1])
    stripes = _wall_rectangles(start, end, [(along[0], height - 0.34, along[1], height - 0.2)], _BAND_M)
    return merge_meshes([make_quads(boards, base), make_quads(ledge, base), make_quads(stripes, band)])


def _make_wall(
    ends: np.ndarray, proud: Sequence[bool], height: float, layers: RoomLayers, number: int, stripe: RGB
) -> Mesh:
    start, end = ends
    length = float(np.linalg.norm(end - start))
    return merge_meshes(
        [
            _make_wall_surface(start, end, [(0.0, 0.0, length, height)], layers, number),
            _make_trim(start, end, [(0.0, length)], height, number, stripe, proud),
        ]
    )


def _find_windows(layout: StoreLayout) -> list[tuple[float, float]]:
    """Return the x ranges of shop windows: the stretches of front wall between the doors."""
    edges = [0.0]
    for door in sorted(layout.doors, key=lambda door: float(door.point_m[0])):
        edges += [float(door.point_m[0]) - door.width_m / 2, float(door.point_m[0]) + door.width_m / 2]
    edges.append(float(layout.size_m[0]))
    spans = [(low + 0.35, high - 0.35) for low, high in zip(edges[::2], edges[1::2], strict=True)]
    return [(low, high) for low, high in spans if high - low > 0.8]


def find_openings(layout: StoreLayout) -> tuple[list[_Opening], list[_Opening]]:
    """Return the glazed openings of the wall y = 0, (x0, z0, x1, z1): of doors, and windows."""
    height = float(layout.size_m[2])
    door_top = min(_DOOR_HEIGHT_M, height - 0.4)
    window_top = min(_WINDOW_Z_M[1], height - 0.4)
    doors = [
        (x - door.width_m / 2, 0.0, x + door.width_m / 2, door_top)
        for door, x in ((door, float(door.point_m[0])) for door in layout.doors)
    ]
    return doors, [(low, _WINDOW_Z_M[0], high, window_top) for low, high in _find_windows(layout)]


def count_panes(opening: _Opening) -> int:
    """Return how many panes an opening (x0, z0, x1, z1) is glazed with, side by side; a door has two leaves.

    >>> count_panes((1.0, 0.0, 2.4, 2.2)), count_panes((1.0, 0.55, 5.0, 2.25))
    (2, 3)
    """
    x0, z0, x1, _ = opening
    return 2 if z0 == 0 else max(1, round((x1 - x0) / 1.3))


def make_window_panes(layout: StoreLayout) -> tuple[Pane, ...]:
    """Make the panes of glass doors and windows, just before the picture of the street."""
    doors, windows = find_openings(layout)
    y = -_GLASS_DEPTH_M + 0.012
    shut = [k for k, door in enumerate(layout.doors) if door.opens != "sliding"]  # the others have leaves
    numbered = [(DOORS + k, doors[k]) for k in shut]
    numbered += [(WINDOWS + k, opening) for k, opening in enumerate(windows)]
    return tuple(
        Pane(
            "window",
            np.array([x1, y, z0]),
            np.array([x0 - x1, 0.0, 0.0]),
            np.array([0.0, 0.0, z1 - z0]),
            INSTANCE_STRUCTURE + number,
        )
        for number, (x0, z0, x1, z1) in numbered
    )


def _make_front_wall(layout: StoreLayout, layers: RoomLayers, stripe: RGB) -> Mesh:
    """Make the wall y = 0 with its doors and windows."""
    width, _, height = (float(value) for value in layout.size_m)
    start, end = np.array([0.0, 0.0]), np.array([width, 0.0])
    openings, windows = find_openings(layout)
    every = sorted(openings + windows)
    solid, x = [], 0.0
    for s0, z0, s1, z1 in every:
        solid += [(x, 0.0, s0, height), (s0, z1, s1, height)]
        if z0 > 0:
            solid.append((s0, 0.0, s1, z0))
        x = s1
    solid.append((x, 0.0, width, height))
    spans = [(s0, s1) for s0, z0, s1, _ in solid if z0 == 0.0 and s1 > s0]
    parts = [
        _make_wall_surface(start, end, solid, layers, 0),
        _make_trim(start, end, spans, height, 0, stripe),
    ]
    for number, (opening, door) in enumerate(zip(openings, layout.doors, strict=True)):
        slides = door.opens == "sliding"
        parts.append(_make_glazing(opening, layers, "door", DOORS + number, slides=slides))
    for number, opening in enumerate(windows):
        parts.append(_make_glazing(opening, layers, "wall", WINDOWS + number))
    return merge_meshes(parts)


def _make_glazing(
    opening: tuple[float, float, float, float],
    layers: RoomLayers,
    class_name: str,
    number: int,
    *,
    slides: bool = False,
) -> Mesh:
    """Make a glazed opening: the bright street, a frame with mullions, the reveals of the wall.

    Where the door slides, its leaves have mullions of their own, and nothing is on the ground.
    """
    x0, z0, x1, z1 = opening
    instance = INSTANCE_STRUCTURE + number
    glass = Finish((255, 255, 255), layers.street_material, layers.street, CLASS_ID[class_name], instance)
    frame = Finish((74, 78, 84), MATERIAL["metal"], -1, CLASS_ID[class_name], instance)
    reveal = Finish((228, 226, 220), MATERIAL["paint"], -1, CLASS_ID["wall"], instance)
    y = -_GLASS_DEPTH_M
    pane = np.array([[x1, y, z0], [x0, y, z0], [x0, y, z1], [x1, y, z1]])
    uv = np.array([[x1, 1 - z0 / 2.4], [x0, 1 - z0 / 2.4], [x0, 1 - z1 / 2.4], [x1, 1 - z1 / 2.4]])
    uv[:, 0] /= 4.0
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


def _make_sign(sign: Sign, layers: RoomLayers, number: int) -> Mesh:
    """Make a thin board whose face shows its quarter of a sign layer."""
    finish = Finish(
        (255, 255, 255),
        MATERIAL["sign"],
        layers.signs + sign.number // 4,
        CLASS_ID["sign"],
        INSTANCE_STRUCTURE + SIGNS + number,
    )
    edge = Finish((60, 62, 66), MATERIAL["plastic"], -1, CLASS_ID["sign"], finish.instance_id)
    normal = np.append(sign.normal, 0.0)
    right = np.array([-normal[1], normal[0], 0.0])  # to the right as seen by who looks at the face
    up = np.array([0.0, 0.0, 1.0])
    half_w, half_h = right * sign.width_m / 2, up * sign.height_m / 2
    face = np.array(
        [
            sign.center_m - half_w - half_h,
            sign.center_m + half_w - half_h,
            sign.center_m + half_w + half_h,
            sign.center_m - half_w + half_h,
        ]
    )
    row = sign.number % 4
    uv = np.array([[0, (row + 1) / 4], [1, (row + 1) / 4], [1, row / 4], [0, row / 4]])
    back = face - normal * 0.03
    rim = np.array([[back[k], back[(k + 1) % 4], face[(k + 1) % 4], face[k]] for k in range(4)])
    return merge_meshes(
        [make_quads(face[None], finish, uv=uv), make_quads(back[None, ::-1], edge), make_quads(rim, edge)]
    )
