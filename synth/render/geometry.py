"""Triangles on their way to OpenGL: the static world merged into one mesh, vertices packed, instances cut.

In: a `Store`, or the mesh of a frame. Out: packed vertex records, index arrays, and for each instance its
run of triangles and its bounding box.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from scenes.errors import RenderError
from scenes.world import CLASS_ID, INSTANCE_ITEM, Mesh, Store

_OPEN_CLASSES = [CLASS_ID[name] for name in ("floor", "wall", "ceiling", "lamp", "door")]

# Shadows of packs are soft and lie among other packs: corners 4 cm apart are told apart, finer ones are not.
CASTER_CELL_M = 0.04

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


def make_static_mesh(store: Store, dynamic_items: Collection[int]) -> tuple[Mesh, np.ndarray]:
    """Merge the store's structure and every item that does not move into one world mesh.

    Returns:
        The mesh, and (K, 3) int32 faces over its vertices that cast its shadows: those of the structure and
        thinned ones of the items.

    Raises:
        RenderError: An item of `dynamic_items` that the store does not have.
    """
    count = len(store.item_product)
    moving = np.zeros(count, bool)
    for item in dynamic_items:
        if not 0 <= item < count:
            raise RenderError(f"dynamic_items holds {item}, the store's items are 0 to {count - 1}.")
        moving[item] = True
    parts, casters, offset = (
        [store.structure],
        [select_casters(store.structure)],
        len(store.structure.position_m),
    )
    for product, mesh in enumerate(store.catalogue.mesh):
        items = np.flatnonzero((store.item_product == product) & ~moving)
        if len(items):
            parts.append(place_items(mesh, store.world_from_item[items], INSTANCE_ITEM + items))
            thin = repeat_faces(thin_faces(mesh, CASTER_CELL_M), len(mesh.position_m), len(items))
            casters.append(thin + offset)
            offset += len(parts[-1].position_m)
    return merge_meshes(parts), np.concatenate(casters).astype(np.int32)


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


def thin_faces(mesh: Mesh, cell_m: float) -> np.ndarray:
    """Return fewer faces over the same vertices, good enough to cast shadows.

    Vertices that share a cell of a grid become one of them (vertex clustering, Rossignac and Borrel 1993);
    faces that collapse or repeat are dropped. Instances never merge.

    Args:
        mesh: Any mesh.
        cell_m: Edge of a cell.
    """
    cell = np.floor(mesh.position_m / cell_m).astype(np.int64)
    cell -= cell.min(axis=0, initial=0)
    extent = cell.max(axis=0, initial=0) + 1
    owner = np.unique(mesh.instance_id, return_inverse=True)[1]
    key = ((owner * extent[0] + cell[:, 0]) * extent[1] + cell[:, 1]) * extent[2] + cell[:, 2]
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    return _drop_collapsed(first[group][mesh.faces], len(mesh.position_m))


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
    vertex_owner, low, vertices = _find_runs(mesh.instance_id)
    place = {int(instance): run for run, instance in enumerate(vertex_owner)}
    box_m = np.empty((len(owner), 2, 3), np.float32)
    labelled = np.zeros(len(owner), bool)
    for run, instance in enumerate(owner):
        start = low[place[int(instance)]]
        span = slice(start, start + vertices[place[int(instance)]])
        box_m[run] = mesh.position_m[span].min(axis=0), mesh.position_m[span].max(axis=0)
        labelled[run] = mesh.layer[span].max() >= 0
    return Runs(owner.astype(np.int32), first, count, box_m, labelled)


def _find_runs(owner: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return instance id, first and count of each run of equal ids, which must not come twice."""
    edge = np.flatnonzero(np.diff(owner)) + 1
    first = np.concatenate([np.zeros(min(1, len(owner)), np.int64), edge])
    count = np.diff(np.append(first, len(owner)))
    if len(np.unique(owner[first])) != len(first):
        raise RenderError(
            "The vertices and the faces of each dynamic instance must stand in one run; one appears twice."
        )
    return owner[first], first, count


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
