"""Triangles: the few primitives from which fixtures, rooms and packs are put together.

Numbers come in, `Mesh` comes out, in the frame the caller thinks in; `transform_mesh` and
`merge_meshes` carry the parts to the world. Faces are counter-clockwise seen from outside.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import ArrayLike

from scenes.world import CLASS_ID, Mesh


@dataclass(frozen=True)
class Finish:
    """How a part looks and what it counts as.

    Attributes:
        color: sRGB 0 to 255, multiplied with the texture where there is one.
        material: Index into the store's materials.
        layer: Texture layer, -1 for none.
        class_id: See scenes.world.CLASS_NAMES.
        instance_id: See scenes.world.INSTANCE_*.
    """

    color: tuple[int, int, int] = (255, 255, 255)
    material: int = 0
    layer: int = -1
    class_id: int = 0
    instance_id: int = 0


# The six faces of a box: corner signs (counter-clockwise from outside, the first corner is the
# texture's bottom left as seen from outside) and the axes that u and v follow.
_BOX_FACES = {
    "-y": ((0, 0, 0), (1, 0, 0), (1, 0, 1), (0, 0, 1)),
    "+y": ((1, 1, 0), (0, 1, 0), (0, 1, 1), (1, 1, 1)),
    "-x": ((0, 1, 0), (0, 0, 0), (0, 0, 1), (0, 1, 1)),
    "+x": ((1, 0, 0), (1, 1, 0), (1, 1, 1), (1, 0, 1)),
    "+z": ((0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1)),
    "-z": ((0, 1, 0), (1, 1, 0), (1, 0, 0), (0, 0, 0)),
}
BOX_SIDES = tuple(_BOX_FACES)
_CORNER_UV = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], np.float32)

_COLUMNS = [field.name for field in fields(Mesh) if field.name != "faces"]
_SLIVER_M2 = 1e-11
_EMPTY = Mesh(
    position_m=np.zeros((0, 3), np.float32),
    normal=np.zeros((0, 3), np.float32),
    uv=np.zeros((0, 2), np.float32),
    layer=np.zeros(0, np.int32),
    color=np.zeros((0, 3), np.uint8),
    material=np.zeros(0, np.int32),
    instance_id=np.zeros(0, np.int32),
    class_id=np.zeros(0, np.uint8),
    faces=np.zeros((0, 3), np.int32),
)


def make_mesh(
    position_m: np.ndarray, normal: np.ndarray, uv: np.ndarray, faces: np.ndarray, finish: Finish
) -> Mesh:
    """Bundle arrays of V vertices and F faces into a `Mesh` of one finish; normals are made unit length."""
    count = len(position_m)
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    return Mesh(
        position_m=np.ascontiguousarray(position_m, np.float32),
        normal=np.asarray(normal / np.maximum(length, 1e-12), np.float32),
        uv=np.ascontiguousarray(uv, np.float32),
        layer=np.full(count, finish.layer, np.int32),
        color=np.tile(np.asarray(finish.color, np.uint8), (count, 1)),
        material=np.full(count, finish.material, np.int32),
        instance_id=np.full(count, finish.instance_id, np.int32),
        class_id=np.full(count, finish.class_id, np.uint8),
        faces=np.ascontiguousarray(faces, np.int32),
    )


def merge_meshes(meshes: Sequence[Mesh]) -> Mesh:
    """Put meshes of one frame into one mesh, in order.

    >>> len(merge_meshes([]).faces)
    0
    """
    parts = [_EMPTY, *meshes]
    first_vertex = np.cumsum([0] + [len(mesh.position_m) for mesh in parts[:-1]]).astype(np.int32)
    columns = {name: np.concatenate([getattr(mesh, name) for mesh in parts]) for name in _COLUMNS}
    faces = [mesh.faces + first for mesh, first in zip(parts, first_vertex, strict=True)]
    return Mesh(faces=np.concatenate(faces), **columns)


def transform_mesh(mesh: Mesh, target_from_mesh: np.ndarray) -> Mesh:
    """Move a mesh by a rigid (4, 4) transform."""
    rotation = np.asarray(target_from_mesh[:3, :3], np.float32)
    return replace(
        mesh,
        position_m=mesh.position_m @ rotation.T + np.asarray(target_from_mesh[:3, 3], np.float32),
        normal=mesh.normal @ rotation.T,
    )


def stretch_mesh(mesh: Mesh, scale: np.ndarray, *, about_m: ArrayLike = (0.0, 0.0, 0.0)) -> Mesh:
    """Stretch a mesh by (3,) factors from a point, which comes to the origin."""
    scale = np.asarray(scale, np.float32)
    normal = mesh.normal / scale
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), np.float32(1e-12))
    return replace(
        mesh, position_m=(mesh.position_m - np.asarray(about_m, np.float32)) * scale, normal=normal
    )


def place_mesh(
    mesh: Mesh, world_from_mesh: np.ndarray, *, instance_id: int, class_name: str = "product"
) -> Mesh:
    """Move a mesh from its own frame into the world, (4, 4) rigid, and give it its identity."""
    count = len(mesh.position_m)
    return replace(
        transform_mesh(mesh, world_from_mesh),
        instance_id=np.full(count, instance_id, np.int32),
        class_id=np.full(count, CLASS_ID[class_name], np.uint8),
    )


def make_quads(corners_m: np.ndarray, finish: Finish, *, uv: np.ndarray | None = None) -> Mesh:
    """Make flat quadrilaterals.

    Args:
        corners_m: (N, 4, 3), counter-clockwise from outside, beginning at the texture's bottom left.
        finish: Look and class.
        uv: (N, 4, 2) or (4, 2); each quad shows the whole texture by default.
    """
    corners_m = np.asarray(corners_m, np.float64)
    count = len(corners_m)
    normal = np.cross(corners_m[:, 1] - corners_m[:, 0], corners_m[:, 3] - corners_m[:, 0])
    uv = np.broadcast_to(_CORNER_UV if uv is None else uv, (count, 4, 2))
    faces = (np.array([[0, 1, 2], [0, 2, 3]]) + 4 * np.arange(count)[:, None, None]).reshape(-1, 3)
    return make_mesh(corners_m.reshape(-1, 3), np.repeat(normal, 4, axis=0), uv.reshape(-1, 2), faces, finish)


def make_boxes(
    low_m: ArrayLike,
    high_m: ArrayLike,
    finish: Finish,
    *,
    sides: Sequence[str] = BOX_SIDES,
    texture_m: float | None = None,
) -> Mesh:
    """Make axis-aligned boxes.

    Args:
        low_m: (N, 3) or (3,) lower corners.
        high_m: (N, 3) or (3,) upper corners.
        finish: Look and class.
        sides: Which faces to make; leave out those nobody can see.
        texture_m: The texture's edge in metres, repeated over each face; by default each face shows it once.
    """
    low, high = np.atleast_2d(low_m).astype(float), np.atleast_2d(high_m).astype(float)
    corner = np.array([_BOX_FACES[side] for side in sides], float)
    corners_m = low[:, None, None] + corner * (high - low)[:, None, None]
    uv = np.broadcast_to(_CORNER_UV, (len(low), len(sides), 4, 2))
    if texture_m is not None:
        across = [(0, 2) if "y" in side else (1, 2) if "x" in side else (0, 1) for side in sides]
        extent = (high - low)[:, np.array(across)] / texture_m
        uv = uv * extent[:, :, None]
    return make_quads(corners_m.reshape(-1, 4, 3), finish, uv=uv.reshape(-1, 4, 2))


def make_lathe(
    profile_m: Sequence[tuple[float, float]],
    finish: Finish,
    *,
    segments: int = 12,
    v_range: tuple[float, float] = (1.0, 0.0),
    u_range: tuple[float, float] = (0.0, 1.0),
    before_m: tuple[float, float] | None = None,
    after_m: tuple[float, float] | None = None,
) -> Mesh:
    """Turn a profile round the z axis into one smooth strip.

    Args:
        profile_m: (radius, height) points from bottom to top along the outside; a sharp edge is made by
            ending one strip and beginning the next.
        finish: Look and class.
        segments: Sides of the polygon that stands for the circle.
        v_range: Texture row at the profile's first and last point, shared out by arc length.
        u_range: Texture columns once around; their middle faces -Y.
        before_m, after_m: Where another strip goes on from the first or the last point, so that the edge
            between them looks rounded; sharp if left out.
    """
    profile = np.asarray(profile_m, float)
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(profile, axis=0), axis=1))])
    ends = [[point] if point is not None else [] for point in (before_m, after_m)]
    step = np.diff(np.array([*ends[0], *profile, *ends[1]]), axis=0)
    side = np.stack([step[:, 1], -step[:, 0]], axis=1)
    side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-12)
    first, last = (side[:0] if end else side[edge] for end, edge in zip(ends, ([0], [-1]), strict=True))
    outward = np.concatenate([first, side[:-1] + side[1:], last])
    u = np.linspace(0.0, 1.0, segments + 1)
    angle = -np.pi / 2 + (u - 0.5) * 2 * np.pi
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    rows = len(profile)
    position = np.empty((rows, segments + 1, 3))
    normal = np.empty_like(position)
    position[..., :2] = profile[:, None, :1] * ring
    position[..., 2] = profile[:, None, 1]
    normal[..., :2] = outward[:, None, :1] * ring
    normal[..., 2] = outward[:, None, 1]
    v = v_range[0] + (v_range[1] - v_range[0]) * arc / max(arc[-1], 1e-12)
    columns = u_range[0] + (u_range[1] - u_range[0]) * u
    uv = np.stack(np.broadcast_arrays(columns[None, :], v[:, None]), axis=-1)
    faces = make_grid_faces(rows, segments + 1)
    corner = position.reshape(-1, 3)[faces]
    area = np.linalg.norm(np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]), axis=1)
    return make_mesh(
        position.reshape(-1, 3), normal.reshape(-1, 3), uv.reshape(-1, 2), faces[area > 1e-12], finish
    )


def make_grid_faces(rows: int, columns: int) -> np.ndarray:
    """Return the (F, 3) faces of a grid whose rows go up and whose columns go right, seen from outside."""
    corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).reshape(-1, 1)
    lower = corner + np.array([0, 1, columns + 1])
    upper = corner + np.array([0, columns + 1, columns])
    return np.concatenate([lower, upper], axis=1).reshape(-1, 3)


def drop_slivers(position_m: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Return those of (F, 3) faces that have an area, where rows of a grid meet in a point.

    >>> drop_slivers(np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]]), np.array([[0, 1, 2], [0, 1, 1]])).tolist()
    [[0, 1, 2]]
    """
    corner = position_m[faces]
    double_area = np.linalg.norm(np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]), axis=1)
    return faces[double_area > _SLIVER_M2]


def compute_smooth_normals(position_m: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Return (V, 3) vertex normals, the area-weighted mean over the faces that share a vertex."""
    corner = position_m[faces]
    face_normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    normal = np.zeros_like(position_m)
    for k in range(3):
        np.add.at(normal, faces[:, k], face_normal)
    return normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)


def make_pose(position_m: Sequence[float], yaw_rad: float = 0.0) -> np.ndarray:
    """Return the (4, 4) transform that turns by yaw about +Z, then moves to the position.

    >>> make_pose((1.0, 2.0, 0.0))[:3, 3].tolist()
    [1.0, 2.0, 0.0]
    """
    cos, sin = np.cos(yaw_rad), np.sin(yaw_rad)
    pose = np.eye(4)
    pose[:2, :2] = [[cos, -sin], [sin, cos]]
    pose[:3, 3] = position_m
    return pose
