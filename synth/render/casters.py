"""What throws shadows: the structure, blocks of packs as boxes, walls as prisms, moving bodies made coarse.

In: a `Store`, or the faces of a body. Out: few faces that block the light of the many.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from scenes.world import CLASS_ID, Mesh, Store
from synth.render.culling import BOX_CORNERS

_OPEN_CLASSES = [CLASS_ID[name] for name in ("floor", "wall", "ceiling", "lamp", "door")]

# The box that casts the shadow of a block of packs is smaller, so that it shades no face of theirs.
_MARGIN_M = 0.004
# Counter-clockwise from outside.
_BOX_FACES = np.array(
    [[0, 4, 6], [0, 6, 2], [1, 3, 7], [1, 7, 5], [0, 1, 5], [0, 5, 4]]
    + [[2, 6, 7], [2, 7, 3], [0, 2, 3], [0, 3, 1], [4, 5, 7], [4, 7, 6]]
)


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


def find_blocks(store: Store) -> np.ndarray:
    """Return (items,) which block each item belongs to when the shop opens, -1 for what comes later.

    A block is what stands on one board in neighbouring facings.
    """
    return np.where(store.item_slot >= 0, store.planogram.number_blocks()[store.item_slot], -1)


def make_casters(store: Store, emptied: Collection[int] = ()) -> Casters:
    """Return what casts the static world's shadows: the structure, and a box for each block of a product.

    A block casts as a whole while some of it is there: what stands inside the outline of a box is not shaded
    by it. Of the blocks `emptied`, numbered as `find_blocks` does, nothing is left.
    """
    block_of_item = find_blocks(store)
    items = np.flatnonzero((block_of_item >= 0) & ~np.isin(block_of_item, list(emptied)))
    items = items[np.argsort(block_of_item[items], kind="stable")]
    boxes = np.zeros((0, 8, 3))
    if len(items):
        block = block_of_item[items]
        first = np.flatnonzero(np.diff(block, prepend=block[0] - 1))
        extent = np.stack(
            [(mesh.position_m.min(axis=0), mesh.position_m.max(axis=0)) for mesh in store.catalogue.mesh]
        )[store.item_product[items]]
        corner = extent[:, BOX_CORNERS, np.arange(3)]
        pose = store.world_from_item[items]
        world = np.einsum("iab,icb->ica", pose[:, :3, :3], corner) + pose[:, None, :3, 3]
        # Each block is boxed in the axes of its first item.
        leader = np.repeat(first, np.diff(np.append(first, len(items))))
        local = np.einsum("iba,icb->ica", pose[leader, :3, :3], world)
        low = np.minimum.reduceat(local.min(axis=1), first) + _MARGIN_M
        high = np.maximum.reduceat(local.max(axis=1), first) - _MARGIN_M
        bound = np.stack([low, np.maximum(high, low)], axis=1)
        boxes = np.einsum("rab,rcb->rca", pose[first, :3, :3], bound[:, BOX_CORNERS, np.arange(3)])
    base = len(store.structure.position_m) + 8 * np.arange(len(boxes))
    walls_m, wall_faces = _make_prisms(store.layout.masonry, float(store.layout.size_m[2]))
    position_m = [store.structure.position_m, boxes.reshape(-1, 3), walls_m]
    wall_faces += len(store.structure.position_m) + 8 * len(boxes)
    solids = [(base[:, None, None] + _BOX_FACES).reshape(-1, 3), wall_faces]
    return Casters(
        position_m=np.concatenate(position_m).astype(np.float32),
        shells=_select_casters(store.structure),
        solids=np.concatenate(solids).astype(np.int32),
    )


def _make_prisms(footprints_m: Sequence[np.ndarray], height_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the vertices (V, 3) and faces (F, 3) of closed prisms over convex footprints."""
    corners, faces, first = [np.zeros((0, 3))], [np.zeros((0, 3), np.int64)], 0
    for footprint_m in footprints_m:
        n = len(footprint_m)
        for z_m in (0.0, height_m - _MARGIN_M):
            corners.append(np.column_stack([footprint_m, np.full(n, z_m)]))
        low, high = np.arange(n), np.arange(n) + n
        beside = np.roll(low, -1)
        fan = np.column_stack([np.zeros(n - 2, int), low[1:-1], low[2:]])
        sides = [np.column_stack([low, beside, beside + n]), np.column_stack([low, beside + n, high])]
        faces.append(first + np.concatenate([fan[:, ::-1], fan + n, *sides]))
        first += 2 * n
    return np.concatenate(corners), np.concatenate(faces)


def _select_casters(mesh: Mesh) -> np.ndarray:
    """Return the faces of a mesh that block light: all but the room itself and its lamps."""
    return mesh.faces[~np.isin(mesh.class_id[mesh.faces[:, 0]], _OPEN_CLASSES)]


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
