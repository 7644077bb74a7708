"""Triangles on their way to OpenGL: the static world merged into one mesh, vertices packed, instances cut.

In: a `Store`, or the mesh of a frame. Out: packed vertex records, index arrays, and for each instance its
run of triangles and its bounding box.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from scenes.errors import RenderError
from scenes.geometry import merge_meshes
from scenes.world import INSTANCE_ITEM, Mesh, Store

FACES_A_CHUNK = 256
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


def make_static_mesh(
    store: Store, dynamic_items: Collection[int], dynamic_doors: Collection[int] = ()
) -> Mesh:
    """Merge the store's structure, every shut door and every item that does not move into one world mesh.

    Raises:
        RenderError: An item of `dynamic_items` that the store does not have.
    """
    still = find_still(store, dynamic_items)
    parts = [store.structure]
    parts += [door.mesh for number, door in enumerate(store.moving_doors) if number not in dynamic_doors]
    items = np.flatnonzero(still)
    for mesh, rows in store.group_by_mesh(items):
        parts.append(place_items(mesh, store.world_from_item[items[rows]], INSTANCE_ITEM + items[rows]))
    return merge_meshes(parts)


def compute_chunks(mesh: Mesh) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut a mesh into runs of a few hundred faces that follow each other.

    Returns:
        (K,) int64 first face and number of faces, and (K, 2, 3) float32 lowest and highest corner.
    """
    first = np.arange(0, len(mesh.faces), FACES_A_CHUNK)
    count = np.diff(np.append(first, len(mesh.faces)))
    if not len(first):
        return first, count, np.empty((0, 2, 3), np.float32)
    corner = mesh.position_m[mesh.faces]
    low = np.minimum.reduceat(corner.min(axis=1), first)
    return first, count, np.stack([low, np.maximum.reduceat(corner.max(axis=1), first)], axis=1)


def join_runs(first: np.ndarray, count: np.ndarray) -> list[tuple[int, int]]:
    """Return runs of faces as (first, count), those joined that follow each other.

    >>> join_runs(np.array([0, 4, 20]), np.array([4, 6, 2]))
    [(0, 10), (20, 2)]
    """
    spans: list[tuple[int, int]] = []
    for start, length in zip(first.tolist(), count.tolist(), strict=True):
        if spans and sum(spans[-1]) == start:
            spans[-1] = (spans[-1][0], spans[-1][1] + length)
        else:
            spans.append((start, length))
    return spans


def find_still(store: Store, dynamic_items: Collection[int]) -> np.ndarray:
    """Return (items,) bool, which items stand still."""
    still = np.ones(len(store.item_product), bool)
    for item in dynamic_items:
        if not 0 <= item < len(still):
            raise RenderError(f"dynamic_items holds {item}, the store's items are 0 to {len(still) - 1}.")
        still[item] = False
    return still


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
    # As `scenes.geometry.transform_mesh` does, to the last bit: what rests looks as what never moves.
    turned = world_from_item[:, :3, :3].astype(np.float32).transpose(0, 2, 1)
    position = mesh.position_m @ turned + world_from_item[:, None, :3, 3].astype(np.float32)
    normal = mesh.normal @ turned
    return Mesh(
        position_m=position.reshape(-1, 3),
        normal=normal.reshape(-1, 3),
        uv=np.tile(mesh.uv, (copies, 1)),
        layer=np.tile(mesh.layer, copies),
        color=np.tile(mesh.color, (copies, 1)),
        material=np.tile(mesh.material, copies),
        instance_id=np.repeat(instance_id, vertices).astype(np.int32),
        class_id=np.tile(mesh.class_id, copies),
        faces=repeat_faces(mesh.faces, vertices, copies).astype(np.int32),
    )


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
