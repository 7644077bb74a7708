"""Boxes, silhouettes and visible joints of one view: the geometry behind the labels.

In: a camera, meshes in the world, a rendered view. Out: plain arrays, one row an instance. Points are
(u, v) pixels with pixel centres at 0.5.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import ndimage

from scenes.cameras.projection import has_range_depth, project_points, to_pixels
from scenes.world import INSTANCE_ITEM, INSTANCE_PERSON, Camera, Mesh, Store
from synth.records import View

NEAR_M = 0.02
_LONG_EDGE_M = 0.06  # the image of a shorter one is straight enough: it bulges by less than 0.1 px
_EDGE_SHARES = np.array([0.25, 0.5, 0.75], np.float32)
JOINT_DEPTH_M = 0.25  # the torso's half depth: a joint lies inside the body it belongs to


@dataclass(frozen=True)
class FullBox:
    """Boxes of whole instances as if nothing stood before them.

    Attributes:
        instance_id: (B,) int64.
        box_px: (B, 4) float64 u0, v0, u1, v1, unclipped; NaN where all of it lies behind the camera.
    """

    instance_id: np.ndarray
    box_px: np.ndarray


@dataclass(frozen=True)
class Pixels:
    """What a view shows of people and items.

    Attributes:
        instance_id: (B,) int64, ascending.
        count: (B,) int64 pixels.
        box_px: (B, 4) int64 u0, v0, u1, v1 around them, the far edges exclusive.
    """

    instance_id: np.ndarray
    count: np.ndarray
    box_px: np.ndarray

    def of(self, instance_id: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Look instances up: their (B,) counts, 0 where unseen, and (B, 4) boxes, NaN where unseen."""
        row = np.searchsorted(self.instance_id, instance_id)
        row = np.minimum(row, len(self.instance_id) - 1)
        if not len(self.instance_id):
            return np.zeros(len(instance_id), np.int64), np.full((len(instance_id), 4), np.nan)
        seen = self.instance_id[row] == instance_id
        return np.where(seen, self.count[row], 0), np.where(seen[:, None], self.box_px[row], np.nan)


def box_scene(camera: Camera, mesh: Mesh) -> FullBox:
    """Box each instance of a mesh in world coordinates; each instance's vertices must stand together."""
    if not len(mesh.position_m):
        return FullBox(np.zeros(0, np.int64), np.zeros((0, 4)))
    start = np.concatenate([[0], np.flatnonzero(np.diff(mesh.instance_id)) + 1])
    # Single precision and one array a coordinate: this runs over every vertex of every view.
    cam_from_world = np.linalg.inv(camera.world_from_cam).astype(np.float32)
    x, y, depth_m = cam_from_world[:3, :3] @ mesh.position_m.T + cam_from_world[:3, 3:]
    u, v = to_pixels(camera, x, y, depth_m)
    box_px = np.stack(
        [f.reduceat(w, start) for f in (np.minimum, np.maximum) for w in (u, v)], axis=1, dtype=float
    )
    if camera.model != "pinhole":
        _add_edges(camera, mesh, cam_from_world, start, box_px)
    if has_range_depth(camera):  # it has no plane behind which nothing can be projected
        return FullBox(mesh.instance_id[start].astype(np.int64), box_px)
    nearest_m = np.minimum.reduceat(depth_m, start)
    stop = np.append(start[1:], len(depth_m))
    for row in np.flatnonzero(nearest_m < NEAR_M):
        inside = (mesh.faces[:, 0] >= start[row]) & (mesh.faces[:, 0] < stop[row])
        faces = mesh.faces[inside] - start[row]
        box_px[row] = _box_before_camera(camera, mesh.position_m[start[row] : stop[row]], faces)
    return FullBox(mesh.instance_id[start].astype(np.int64), box_px)


def box_items(camera: Camera, store: Store, items: np.ndarray) -> FullBox:
    """Box items where they stand at the simulation's start; `items` (B,) are their numbers."""
    box_px = np.full((len(items), 4), np.nan)
    for mesh, rows in store.group_by_mesh(items):
        points_m = _place_points(store, items[rows], _outline(camera, mesh.position_m, mesh.faces))
        points_px, depth_m = project_points(camera, points_m)
        box_px[rows] = np.concatenate([points_px.min(axis=1), points_px.max(axis=1)], axis=1)
        for row in np.flatnonzero(depth_m.min(axis=1) < NEAR_M):
            corners_m = points_m[row, : len(mesh.position_m)]
            box_px[rows[row]] = _box_before_camera(camera, corners_m, mesh.faces)
    return FullBox(INSTANCE_ITEM + items.astype(np.int64), box_px)


def hull_areas_px(camera: Camera, store: Store, boxes: FullBox) -> np.ndarray:
    """Estimate the pixels that standing items would cover if nothing stood before them.

    The area of the convex hull of the projected pack within the image: exact for convex packs, a few percent
    too large for necked bottles. 0 for items that do not lie wholly before the camera.
    """
    image = _make_image_region(camera)
    items = boxes.instance_id - INSTANCE_ITEM
    area_px = np.zeros(len(items))
    x0, y0, x1, y1 = boxes.box_px.T
    meets = (x0 < camera.width_px) & (y0 < camera.height_px) & (x1 > 0) & (y1 > 0)
    met = np.flatnonzero(meets)
    for mesh, group in store.group_by_mesh(items[met]):
        rows = met[group]
        points_m = _place_points(store, items[rows], _outline(camera, mesh.position_m, mesh.faces))
        points_px, depth_m = project_points(camera, points_m)
        whole = depth_m.min(axis=1) >= NEAR_M
        hull = shapely.convex_hull(shapely.linestrings(points_px[whole]))
        area_px[rows[whole]] = shapely.area(shapely.intersection(hull, image))
    return area_px


def count_pixels(instance_id: np.ndarray) -> Pixels:
    """Count and box the pixels of each person and item in an (H, W) map of instance ids."""
    counts = np.bincount(instance_id.ravel())
    ids = INSTANCE_PERSON + np.flatnonzero(counts[INSTANCE_PERSON:])
    if not len(ids):
        return Pixels(ids, ids, np.zeros((0, 4), np.int64))
    # find_objects makes a row a label, so labels must be dense: 1 is the smallest id seen.
    label = np.zeros(len(counts), np.int32)
    label[ids] = np.arange(1, len(ids) + 1)
    found = ndimage.find_objects(label[instance_id])
    box_px = np.array([[u.start, v.start, u.stop, v.stop] for v, u in found])
    return Pixels(ids, counts[ids], box_px)


def find_visible_joints(
    view: View, instance_id: np.ndarray, points_px: np.ndarray, depth_m: np.ndarray
) -> np.ndarray:
    """Say which joints are seen.

    A joint is visible when it lies within the image, its pixel belongs to its owner, and it is at most
    JOINT_DEPTH_M behind the surface there: the joint of a far arm behind the own trunk is not.

    Args:
        view: The rendered view.
        instance_id: (P,) owner of each row of joints.
        points_px: (P, J, 2) projected joints.
        depth_m: (P, J) their depth.

    Returns:
        (P, J) bool.
    """
    height, width = view.instance_id.shape
    inside = (depth_m > NEAR_M) & (points_px >= 0).all(axis=-1)
    inside &= (points_px[..., 0] < width) & (points_px[..., 1] < height)
    u, v = np.where(inside[..., None], points_px, 0).astype(int).transpose(2, 0, 1)
    own = view.instance_id[v, u] == instance_id[:, None]
    return inside & own & (depth_m - view.depth_m[v, u] <= JOINT_DEPTH_M)


def _make_image_region(camera: Camera) -> shapely.Polygon:
    """Return the part of the picture that the lens fills, in pixels."""
    image = shapely.box(0, 0, camera.width_px, camera.height_px)
    if not has_range_depth(camera):
        return image
    turn = np.linspace(0, 2 * np.pi, 181)
    side, ahead = np.sin(camera.max_angle_rad), np.full(len(turn), np.cos(camera.max_angle_rad))
    rim = np.stack(to_pixels(camera, side * np.cos(turn), side * np.sin(turn), ahead), axis=1)
    return image.intersection(shapely.Polygon(rim))


def _outline(camera: Camera, points_m: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Return a pack's vertices, and for a lens that bends straight edges points on its edges too."""
    if camera.model == "pinhole":
        return points_m
    a, b = points_m[np.unique(np.sort(_edges(faces), axis=1), axis=0)].swapaxes(0, 1)
    long = np.linalg.norm(b - a, axis=1) > _LONG_EDGE_M
    a, b = a[long], b[long]
    return np.concatenate([points_m, *(a + share * (b - a) for share in _EDGE_SHARES)])


def _edges(faces: np.ndarray) -> np.ndarray:
    return faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)


def _add_edges(
    camera: Camera, mesh: Mesh, cam_from_world: np.ndarray, start: np.ndarray, box_px: np.ndarray
) -> None:
    """Widen the boxes of items by the bulge of their edges; a body's edges are too short to bulge."""
    pack = mesh.instance_id[mesh.faces[:, 0]] >= INSTANCE_ITEM
    first, second = _edges(mesh.faces[pack]).T
    edge_m = mesh.position_m[second] - mesh.position_m[first]
    long = np.einsum("ij,ij->i", edge_m, edge_m) > _LONG_EDGE_M**2
    first, edge_m = first[long], edge_m[long]
    row = np.searchsorted(start, first, side="right") - 1
    for share in _EDGE_SHARES:
        point_m = mesh.position_m[first] + share * edge_m
        x, y, z = cam_from_world[:3, :3] @ point_m.T + cam_from_world[:3, 3:]
        point_px = np.stack(to_pixels(camera, x, y, z), axis=1)
        np.minimum.at(box_px[:, :2], row, point_px)
        np.maximum.at(box_px[:, 2:], row, point_px)


def _place_points(store: Store, items: np.ndarray, points_m: np.ndarray) -> np.ndarray:
    """Move points (V, 3) of a product into the world for each of its items: (B, V, 3)."""
    pose = store.world_from_item[items]
    return np.einsum("nij,vj->nvi", pose[:, :3, :3], points_m) + pose[:, None, :3, 3]


def _box_before_camera(camera: Camera, points_m: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Box the part of a mesh that lies before the camera's near plane.

    Edges that cross the plane are cut there, so that no point behind the camera is projected.

    Returns:
        (4,) u0, v0, u1, v1, NaN when nothing is left.
    """
    rotation = camera.world_from_cam[:3, :3]
    in_camera = (points_m - camera.world_from_cam[:3, 3]) @ rotation
    edges = _edges(faces)
    a, b = in_camera[edges[:, 0]], in_camera[edges[:, 1]]
    crosses = (a[:, 2] < NEAR_M) & (b[:, 2] >= NEAR_M) | (b[:, 2] < NEAR_M) & (a[:, 2] >= NEAR_M)
    a, b = a[crosses], b[crosses]
    share = (NEAR_M - a[:, 2:]) / (b[:, 2:] - a[:, 2:])
    kept = np.concatenate([in_camera[in_camera[:, 2] >= NEAR_M], a + share * (b - a)])
    if not len(kept):
        return np.full(4, np.nan)
    u, v = to_pixels(camera, *kept.T)
    return np.array([u.min(), v.min(), u.max(), v.max()])
