"""Triangles on their way to OpenGL: the static world merged into one mesh, vertices packed, instances cut.

In: a `Store`, or the mesh of a frame. Out: packed vertex records, index arrays, and for each instance its
run of triangles and its bounding box.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from scenes.errors import RenderError
from scenes.world import CLASS_ID, INSTANCE_ITEM, Mesh, Planogram, Store

_OPEN_CLASSES = [CLASS_ID[name] for name in ("floor", "wall", "ceiling", "lamp", "door")]

# The box that casts the shadow of a block of packs is smaller, so that it shades no face of theirs.
CASTER_MARGIN_M = 0.004
_BOX_CORNERS = np.array([[(k >> axis) & 1 for axis in range(3)] for k in range(8)])
# Counter-clockwise from outside.
_BOX_FACES = np.array(
    [[0, 4, 6], [0, 6, 2], [1, 3, 7], [1, 7, 5], [0, 1, 5], [0, 5, 4]]
    + [[2, 6, 7], [2, 7, 3], [0, 2, 3], [0, 3, 1], [4, 5, 7], [4, 7, 6]]
)

TILE_PX = 32

# One vertex as surface.vert reads it; 48 bytes.
VERTEX = np.dtype(
    [
        ("position_m", np.float32, 3),
        ("normal", np.float32, 3),
        ("uv", np.float32, 2),
        ("color_class", np.uint8, 4),
        ("tag", np.int32, 3),
    ]
)


@dataclass(frozen=True)
class Runs:
    """The instances of a mesh, each a run of faces.

    Attributes:
        instance_id: (R,) int32.
        first, count: (R,) int64, the run of faces.
        box_m: (R, 2, 3) float32, lowest and highest corner.
        labelled: (R,) bool, whether a vertex has a texture.
    """

    instance_id: np.ndarray
    first: np.ndarray
    count: np.ndarray
    box_m: np.ndarray
    labelled: np.ndarray


@dataclass(frozen=True)
class Casters:
    """What blocks light in the static world.

    Attributes:
        position_m: (V, 3) float32.
        shells: (K, 3) int32 faces that block light from both sides.
        solids: (L, 3) int32 faces of closed boxes, counter-clockwise from outside.
    """

    position_m: np.ndarray
    shells: np.ndarray
    solids: np.ndarray


def make_static_mesh(
    store: Store, dynamic_items: Collection[int], dynamic_doors: Collection[int] = ()
) -> Mesh:
    """Merge the store's structure, every shut door and every item that does not move into one world mesh.

    Raises:
        RenderError: An item of `dynamic_items` that the store does not have.
    """
    still = _find_still(store, dynamic_items)
    parts = [store.structure]
    parts += [door.mesh for number, door in enumerate(store.case_doors) if number not in dynamic_doors]
    for product, mesh in enumerate(store.catalogue.mesh):
        items = np.flatnonzero((store.item_product == product) & still)
        if len(items):
            parts.append(place_items(mesh, store.world_from_item[items], INSTANCE_ITEM + items))
    return merge_meshes(parts)


def _find_still(store: Store, dynamic_items: Collection[int]) -> np.ndarray:
    """Return (items,) bool, which items stand still."""
    still = np.ones(len(store.item_product), bool)
    for item in dynamic_items:
        if not 0 <= item < len(still):
            raise RenderError(f"dynamic_items holds {item}, the store's items are 0 to {len(still) - 1}.")
        still[item] = False
    return still


def make_casters(store: Store, dynamic_items: Collection[int]) -> Casters:
    """Return what casts the static world's shadows: the structure, and a box for each block of a product.

    A block is what stands on one board in neighbouring facings.
    """
    items = np.flatnonzero(_find_still(store, dynamic_items))
    block_of_item = _find_blocks(store.planogram)[store.item_slot]
    items = items[np.argsort(block_of_item[items], kind="stable")]
    boxes = np.zeros((0, 8, 3))
    if len(items):
        block = block_of_item[items]
        first = np.flatnonzero(np.diff(block, prepend=block[0] - 1))
        extent = np.stack(
            [(mesh.position_m.min(axis=0), mesh.position_m.max(axis=0)) for mesh in store.catalogue.mesh]
        )[store.item_product[items]]
        corner = extent[:, _BOX_CORNERS, np.arange(3)]
        pose = store.world_from_item[items]
        world = np.einsum("iab,icb->ica", pose[:, :3, :3], corner) + pose[:, None, :3, 3]
        # Each block is boxed in the axes of its first item.
        leader = np.repeat(first, np.diff(np.append(first, len(items))))
        local = np.einsum("iba,icb->ica", pose[leader, :3, :3], world)
        low = np.minimum.reduceat(local.min(axis=1), first) + CASTER_MARGIN_M
        high = np.maximum.reduceat(local.max(axis=1), first) - CASTER_MARGIN_M
        bound = np.stack([low, np.maximum(high, low)], axis=1)
        boxes = np.einsum("rab,rcb->rca", pose[first, :3, :3], bound[:, _BOX_CORNERS, np.arange(3)])
    base = len(store.structure.position_m) + 8 * np.arange(len(boxes))
    walls_m, wall_faces = _make_prisms(store.layout.masonry, float(store.layout.size_m[2]))
    position_m = [store.structure.position_m, boxes.reshape(-1, 3), walls_m]
    wall_faces += len(store.structure.position_m) + 8 * len(boxes)
    solids = [(base[:, None, None] + _BOX_FACES).reshape(-1, 3), wall_faces]
    return Casters(
        position_m=np.concatenate(position_m).astype(np.float32),
        shells=select_casters(store.structure),
        solids=np.concatenate(solids).astype(np.int32),
    )


def _make_prisms(footprints_m: Sequence[np.ndarray], height_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the vertices (V, 3) and faces (F, 3) of closed prisms over convex footprints."""
    corners, faces, first = [np.zeros((0, 3))], [np.zeros((0, 3), np.int64)], 0
    for footprint_m in footprints_m:
        n = len(footprint_m)
        for z_m in (0.0, height_m - CASTER_MARGIN_M):
            corners.append(np.column_stack([footprint_m, np.full(n, z_m)]))
        low, high = np.arange(n), np.arange(n) + n
        beside = np.roll(low, -1)
        fan = np.column_stack([np.zeros(n - 2, int), low[1:-1], low[2:]])
        sides = [np.column_stack([low, beside, beside + n]), np.column_stack([low, beside + n, high])]
        faces.append(first + np.concatenate([fan[:, ::-1], fan + n, *sides]))
        first += 2 * n
    return np.concatenate(corners), np.concatenate(faces)


def _find_blocks(plan: Planogram) -> np.ndarray:
    """Return (S,) which block each slot belongs to: neighbours in a row with the same product."""
    order = np.lexsort((plan.facing, plan.product, plan.shelf, plan.fixture))
    owner = np.stack([plan.fixture, plan.shelf, plan.product])[:, order]
    apart_m = np.linalg.norm(np.diff(plan.world_from_slot[order, :3, 3], axis=0), axis=1)
    cut = (np.diff(owner, axis=1) != 0).any(axis=0) | (apart_m > 1.5 * plan.width_m[order][1:])
    block = np.empty(len(order), np.int64)
    block[order] = np.cumsum(np.append(0, cut))
    return block


def select_casters(mesh: Mesh) -> np.ndarray:
    """Return the faces of a mesh that block light: all but the room itself and its lamps."""
    return mesh.faces[~np.isin(mesh.class_id[mesh.faces[:, 0]], _OPEN_CLASSES)]


def repeat_faces(faces: np.ndarray, vertices: int, copies: int) -> np.ndarray:
    """Return the faces of several copies of a mesh that follow each other, `vertices` apart."""
    offset = (np.arange(copies, dtype=np.int32) * vertices)[:, None, None]
    return (faces[None] + offset).reshape(-1, 3)


def place_items(mesh: Mesh, world_from_item: np.ndarray, instance_id: np.ndarray) -> Mesh:
    """Repeat one product's mesh at several rigid poses.

    Args:
        mesh: In the item frame.
        world_from_item: (I, 4, 4).
        instance_id: (I,).
    """
    copies, vertices = len(world_from_item), len(mesh.position_m)
    rotation = world_from_item[:, :3, :3].astype(np.float32)
    position = np.einsum("iab,vb->iva", rotation, mesh.position_m) + world_from_item[:, None, :3, 3]
    normal = np.einsum("iab,vb->iva", rotation, mesh.normal)
    return Mesh(
        position_m=position.reshape(-1, 3).astype(np.float32),
        normal=normal.reshape(-1, 3).astype(np.float32),
        uv=np.tile(mesh.uv, (copies, 1)),
        layer=np.tile(mesh.layer, copies),
        color=np.tile(mesh.color, (copies, 1)),
        material=np.tile(mesh.material, copies),
        instance_id=np.repeat(instance_id, vertices).astype(np.int32),
        class_id=np.tile(mesh.class_id, copies),
        faces=repeat_faces(mesh.faces, vertices, copies).astype(np.int32),
    )


def merge_meshes(meshes: Collection[Mesh]) -> Mesh:
    """Concatenate meshes into one, faces renumbered."""
    offsets = np.cumsum([0] + [len(mesh.position_m) for mesh in meshes])[:-1]
    return Mesh(
        faces=np.concatenate(
            [mesh.faces + offset for mesh, offset in zip(meshes, offsets, strict=True)]
        ).astype(np.int32),
        **{
            name: np.concatenate([getattr(mesh, name) for mesh in meshes])
            for name in (
                "position_m",
                "normal",
                "uv",
                "layer",
                "color",
                "material",
                "instance_id",
                "class_id",
            )
        },
    )


def coarsen_faces(faces: np.ndarray, vertices: int) -> np.ndarray:
    """Return about a fifth of the faces over the same vertices, chosen by topology alone.

    A maximal independent set of vertices (Luby 1986, with fixed priorities) takes in its neighbours, so the
    choice holds for every pose of a body.

    Args:
        faces: (F, 3) int.
        vertices: Number of vertices.
    """
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    edges = np.concatenate([edges, edges[:, ::-1]])
    priority = (np.arange(vertices, dtype=np.int64) * 2654435761) % 4294967296
    center = np.full(vertices, -1, np.int64)
    while (open_ := center < 0).any():
        live = edges[open_[edges[:, 0]] & open_[edges[:, 1]]]
        lowest = np.full(vertices, np.iinfo(np.int64).max)
        np.minimum.at(lowest, live[:, 0], priority[live[:, 1]])
        chosen = open_ & (priority < lowest)
        center[chosen] = np.flatnonzero(chosen)
        reached = live[chosen[live[:, 0]]]
        center[reached[:, 1]] = reached[:, 0]
    return _drop_collapsed(center[faces], vertices)


def _drop_collapsed(faces: np.ndarray, vertices: int) -> np.ndarray:
    """Return the faces that still have three corners, each once."""
    a, b, c = faces.T
    kept = np.flatnonzero((a != b) & (b != c) & (c != a))
    low, middle, high = np.sort(faces[kept].astype(np.int64), axis=1).T
    _, single = np.unique((low * vertices + middle) * vertices + high, return_index=True)
    return faces[kept[np.sort(single)]].astype(np.int32)


def pack_vertices(mesh: Mesh) -> np.ndarray:
    """Return the mesh's (V,) records of dtype `VERTEX`."""
    packed = np.empty(len(mesh.position_m), VERTEX)
    packed["position_m"] = mesh.position_m
    packed["normal"] = mesh.normal
    packed["uv"] = mesh.uv
    packed["color_class"][:, :3] = mesh.color
    packed["color_class"][:, 3] = mesh.class_id
    packed["tag"][:, 0] = mesh.layer
    packed["tag"][:, 1] = mesh.material
    packed["tag"][:, 2] = mesh.instance_id
    return packed


def compute_runs(mesh: Mesh) -> Runs:
    """Cut a mesh into its instances.

    Raises:
        RenderError: The vertices or the faces of an instance do not stand in one run.
    """
    owner, first, count = _find_runs(mesh.instance_id[mesh.faces[:, 0]])
    vertex_owner, low, _ = _find_runs(mesh.instance_id)
    order = np.argsort(vertex_owner)
    place = order[np.searchsorted(vertex_owner, owner, sorter=order)]
    if len(owner) == 0:
        return Runs(owner.astype(np.int32), first, count, np.empty((0, 2, 3), np.float32), owner.astype(bool))
    box_m = np.stack(
        [
            np.minimum.reduceat(mesh.position_m, low)[place],
            np.maximum.reduceat(mesh.position_m, low)[place],
        ],
        axis=1,
    )
    labelled = np.maximum.reduceat(mesh.layer, low)[place] >= 0
    return Runs(owner.astype(np.int32), first, count, box_m, labelled)


def _find_runs(owner: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return instance id, first and count of each run of equal ids, which must not come twice."""
    edge = np.flatnonzero(np.diff(owner)) + 1
    first = np.concatenate([np.zeros(min(1, len(owner)), np.int64), edge])
    count = np.diff(np.append(first, len(owner)))
    if len(np.unique(owner[first])) != len(first):
        raise RenderError(
            "The vertices and the faces of each dynamic instance must stand in one run; one appears twice: "
            "merge the parts of an instance one after the other."
        )
    return owner[first], first, count


def pack_positions(position_m: np.ndarray) -> np.ndarray:
    """Return (V,) records of dtype `VERTEX` that hold positions only."""
    packed = np.zeros(len(position_m), VERTEX)
    packed["position_m"] = position_m
    return packed


def compute_in_view(box_m: np.ndarray, clip_from_world: np.ndarray) -> np.ndarray:
    """Return (R,) bool: whether a box may show in the picture (conservative).

    Args:
        box_m: (R, 2, 3) lowest and highest corners.
        clip_from_world: (4, 4) OpenGL clip coordinates.
    """
    pick = np.array([[(i >> axis) & 1 for axis in range(3)] for i in range(8)])
    corner = box_m[:, pick, np.arange(3)]
    clip = corner @ clip_from_world[:, :3].T + clip_from_world[:, 3]
    x, y, z, w = np.moveaxis(clip, -1, 0)
    outside = np.zeros(len(box_m), bool)
    for side in (x + w, w - x, y + w, w - y, z + w):
        outside |= (side < 0).all(axis=1)
    return ~outside


def compute_spans(
    box_m: np.ndarray, clip_from_world: np.ndarray, size_px: tuple[int, int], margin_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Part a picture into rectangles that some boxes may show in, and the rest.

    Args:
        box_m: (R, 2, 3) lowest and highest corners.
        clip_from_world: (4, 4) OpenGL clip coordinates.
        size_px: Width and height.
        margin_m: How much the boxes are grown.

    Returns:
        (N, 4) int64 x, y, width, height of rectangles that no box touches, and (M, 4) of the others.
    """
    size = np.array(size_px)
    tiles = -(-size // TILE_PX)
    touched = np.zeros(tiles[::-1], bool)
    corner = (box_m + np.array([[-margin_m], [margin_m]], np.float32))[:, _BOX_CORNERS, np.arange(3)]
    clip = corner @ clip_from_world[:, :3].T + clip_from_world[:, 3]
    w = np.maximum(clip[..., 3:], 1e-3)
    pixel = (clip[..., :2] / w * 0.5 + 0.5) * size
    # A box that reaches behind the camera may show anywhere.
    behind = (clip[..., 3] < 0.1).any(axis=1)[:, None]
    low = np.where(behind, 0, np.floor(pixel.min(axis=1) / TILE_PX)).clip(0, tiles).astype(int)
    high = np.where(behind, tiles, np.floor(pixel.max(axis=1) / TILE_PX) + 1).clip(0, tiles).astype(int)
    for (x0, y0), (x1, y1) in zip(low.tolist(), high.tolist(), strict=True):
        touched[y0:y1, x0:x1] = True
    return _make_spans(~touched, size), _make_spans(touched, size)


def _make_spans(tiles: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return (N, 4) rectangles in pixels over the runs of true tiles in each row."""
    edge = np.diff(np.pad(tiles.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    row, start = np.nonzero(edge == 1)
    stop = np.nonzero(edge == -1)[1]
    low = np.stack([start, row], axis=1) * TILE_PX
    high = np.minimum(np.stack([stop, row + 1], axis=1) * TILE_PX, size)
    return np.concatenate([low, high - low], axis=1)
