"""Meshes of the room: floor, ceiling, walls with base boards and holes for doors and windows.

In: a `StoreLayout`, texture layers and colours. Out: one `Mesh` in world coordinates. Every part is an
instance of its own, numbered from INSTANCE_STRUCTURE.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from shapely import constrained_delaunay_triangles
from shapely.geometry.polygon import orient

from scenes.geometry import Finish, make_mesh, make_quads, merge_meshes
from scenes.plan.windows import Opening, list_openings
from scenes.surfaces import CEILING_REPEAT_M, MATERIAL, TILES_REPEAT_M, WALL_REPEAT_M
from scenes.world import CLASS_ID, INSTANCE_STRUCTURE, Mesh, StoreLayout, Window, make_wall_frame

RGB = tuple[int, int, int]
_BASE_M, _BAND_M = 0.012, 0.003  # thickness of base boards and of the coloured band
_BASE_TOP_M = 0.09
_DADO_M = 0.002  # thickness of paint or tiles on the lower part of walls

# Instances of the structure, counted from INSTANCE_STRUCTURE.
FLOOR, CEILING, WALLS = 0, 1, 2  # the walls take up to eight: front, right... left
DOORS, WINDOWS, SIGNS, LAMPS, SPOTS, DRESSING = (
    10,
    40,
    100,
    300,
    400,
    500,
)  # scenes/glazing.py glazes doors and windows

_TILES: tuple[RGB, ...] = (
    (250, 250, 246),
    (236, 230, 214),
    (206, 220, 222),
    (196, 210, 196),
    (168, 172, 174),
)
_DADOS: tuple[RGB, ...] = (
    (150, 160, 164), (196, 178, 146), (126, 152, 140), (120, 140, 168), (176, 120, 96), (112, 114, 118),
)  # fmt: skip
# Base boards: vinyl, the usual one more than once; beside floors of wood mostly wood.
_BASES: tuple[RGB, ...] = ((92, 92, 96), (92, 92, 96), (56, 56, 58), (168, 168, 166), (228, 226, 220))
_WOODEN_BASES: tuple[RGB, ...] = (
    (92, 92, 96),
    (228, 226, 220),
    (112, 70, 42),
    (150, 106, 66),
    (194, 158, 114),
)


@dataclass(frozen=True)
class Dado:
    """The lower part of walls, painted or tiled.

    Attributes:
        height_m: Up to where, 0 for none.
        color: Of the paint or of the tiles.
        tiled: Whether it is tiles.
    """

    height_m: float
    color: RGB
    tiled: bool


def sample_dado(amount: float, *, rng: np.random.Generator) -> Dado:
    """Draw the lower part of a shop's walls; `amount`, 0 to 1, is how likely there is any."""
    chosen, low, tone = rng.random(3)
    tiled = bool(rng.random() < 0.45)
    color = _TILES[int(tone * len(_TILES))] if tiled else _DADOS[int(tone * len(_DADOS))]
    height_m = (1.2 if tiled else 0.85) + 0.45 * float(low)
    return Dado(height_m if chosen < 0.7 * amount else 0.0, color, tiled)


@dataclass(frozen=True)
class WallTrim:
    """What runs along all walls of a shop.

    Attributes:
        stripe: Colour of the band under the ceiling.
        base: Colour of the base board.
        dado: The lower part of walls.
    """

    stripe: RGB
    base: RGB
    dado: Dado


def sample_base_color(floor: str, *, rng: np.random.Generator) -> RGB:
    """Draw the colour of base boards that go with a floor covering."""
    colors = _WOODEN_BASES if floor == "wood" else _BASES
    return colors[int(rng.integers(len(colors)))]


@dataclass(frozen=True)
class RoomLayers:
    """Texture layers of the room.

    Attributes:
        floor, wall, ceiling, street: Layers of these textures.
        street_material: Material of what shows through glass.
        floor_repeat_m: Metres that the floor's texture covers.
        signs: First layer of signs, four signs a layer, from top to bottom.
        tiles: Layer of tiles on walls.
    """

    floor: int
    wall: int
    ceiling: int
    street: int
    street_material: int
    floor_repeat_m: float
    signs: int
    tiles: int


def make_room(layout: StoreLayout, layers: RoomLayers, trim: WallTrim) -> Mesh:
    """Make the room."""
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
    ]
    openings = list_openings(layout)
    for side in range(len(corners) - 1):  # front, right, back, left; walked counter-clockwise
        ends = corners[side : side + 2]
        proud = [_stands_out(corners, side), _stands_out(corners, (side + 1) % (len(corners) - 1))]
        parts.append(_make_wall(ends, proud, _find_holes(ends, layout, openings), height, layers, side, trim))
    return merge_meshes(parts)


def _find_holes(ends: np.ndarray, layout: StoreLayout, openings: Sequence[Window]) -> list[Opening]:
    """Return the openings of one wall, from `ends` (2, 2) on, as (s0, z0, s1, z1) along it, in order."""
    holes = []
    for window in openings:
        frame = make_wall_frame(layout.size_m, window.wall)
        low, high = frame[:2, 3] + np.outer((window.x0_m, window.x1_m), frame[:2, 0])
        along = (ends[1] - ends[0]) / np.linalg.norm(ends[1] - ends[0])
        s0, s1 = (low - ends[0]) @ along, (high - ends[0]) @ along
        in_line = abs(frame[:2, 1] @ (ends[0] - frame[:2, 3])) < 1e-6 and along @ frame[:2, 0] > 0.999
        if in_line and s0 > 0 and s1 < np.linalg.norm(ends[1] - ends[0]):
            holes.append((float(s0), window.z0_m, float(s1), window.z1_m))
    return sorted(holes)


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


def _make_dado(
    start: np.ndarray,
    end: np.ndarray,
    rectangles: list[tuple[float, float, float, float]],
    layers: RoomLayers,
    number: int,
    dado: Dado,
) -> Mesh:
    """Make the lower part of a wall's rectangles, over its base board."""
    low = [(s0, max(z0, _BASE_TOP_M), s1, min(z1, dado.height_m)) for s0, z0, s1, z1 in rectangles]
    low = [part for part in low if part[3] > part[1] and part[2] > part[0]]
    if not low:
        return merge_meshes([])
    uv = np.array([[(s1, -z0), (s0, -z0), (s0, -z1), (s1, -z1)] for s0, z0, s1, z1 in low])
    finish = replace(
        _wall_finish(layers, number),
        color=dado.color,
        material=MATERIAL["gloss" if dado.tiled else "paint"],
        layer=layers.tiles if dado.tiled else -1,
    )
    corners = _wall_rectangles(start, end, low, _DADO_M)
    return make_quads(corners, finish, uv=uv / (TILES_REPEAT_M if dado.tiled else WALL_REPEAT_M))


def _make_trim(
    start: np.ndarray,
    end: np.ndarray,
    spans: list[tuple[float, float]],
    height: float,
    number: int,
    trim: WallTrim,
    proud: Sequence[bool] = (False, False),
) -> Mesh:
    """Make the base board along `spans` and the coloured band under the ceiling.

    Both are longer by their thickness at ends that are `proud`, where the wall's corner stands out.
    """
    length = float(np.linalg.norm(end - start))
    base = Finish(trim.base, MATERIAL["plastic"], -1, CLASS_ID["wall"], INSTANCE_STRUCTURE + WALLS + number)
    band = Finish(trim.stripe, MATERIAL["paint"], -1, CLASS_ID["wall"], INSTANCE_STRUCTURE + WALLS + number)
    last = len(spans) - 1
    spans = [
        (s0 - _BASE_M * (proud[0] and k == 0), s1 + _BASE_M * (proud[1] and k == last))
        for k, (s0, s1) in enumerate(spans)
    ]
    boards = _wall_rectangles(start, end, [(s0, 0.0, s1, _BASE_TOP_M) for s0, s1 in spans], _BASE_M)
    ledge = boards.copy()
    ledge[:, :2] = boards[:, [3, 2]]
    back = _wall_rectangles(start, end, [(s0, _BASE_TOP_M, s1, _BASE_TOP_M) for s0, s1 in spans], 0.0)
    ledge[:, 2:] = back[:, [1, 0]]
    along = (-_BAND_M * proud[0], length + _BAND_M * proud[1])
    stripes = _wall_rectangles(start, end, [(along[0], height - 0.34, along[1], height - 0.2)], _BAND_M)
    return merge_meshes([make_quads(boards, base), make_quads(ledge, base), make_quads(stripes, band)])


def _make_wall(
    ends: np.ndarray,
    proud: Sequence[bool],
    holes: list[Opening],
    height: float,
    layers: RoomLayers,
    number: int,
    trim: WallTrim,
) -> Mesh:
    """Make one wall from end to end, but for its holes (s0, z0, s1, z1)."""
    start, end = ends
    length = float(np.linalg.norm(end - start))
    solid, s = [], 0.0
    for s0, z0, s1, z1 in holes:
        solid += [(s, 0.0, s0, height), (s0, z1, s1, height)]
        if z0 > 0:
            solid.append((s0, 0.0, s1, z0))
        s = s1
    solid.append((s, 0.0, length, height))
    spans = [(s0, s1) for s0, z0, s1, _ in solid if z0 == 0.0 and s1 > s0]
    return merge_meshes(
        [
            _make_wall_surface(start, end, solid, layers, number),
            _make_dado(start, end, solid, layers, number, trim.dado),
            _make_trim(start, end, spans, height, number, trim, proud),
        ]
    )
