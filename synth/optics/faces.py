"""Which pinhole pictures a lens is put together from.

In: a camera with a lens. Out: its faces: one pinhole picture along the axis for lenses that see little more
than 110 degrees, else the sides of a cube, each cut to what the lens sees of it. Their pixels lie at least
as dense as is asked for everywhere.
"""

from dataclasses import dataclass, replace

import numpy as np

from scenes.cameras.projection import compute_rays
from scenes.world import Camera

# Beyond this angle a plane picture needs too many pixels at its rim: 1 / cos^2 is 4 here.
_PLANE_LIMIT_RAD = np.radians(62.0)
_MARGIN_PX = 2  # so that interpolation at a face's rim stays on it
_SIZE_STEP_PX = 16  # faces of nearly one size share buffers

# cam_from_face of the sides of a cube: forward, right, left, down, up.
_CUBE = np.array(
    [
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[0, 0, 1], [0, 1, 0], [-1, 0, 0]],
        [[0, 0, -1], [0, 1, 0], [1, 0, 0]],
        [[1, 0, 0], [0, 0, 1], [0, -1, 0]],
        [[1, 0, 0], [0, 0, -1], [0, 1, 0]],
    ],
    float,
)


@dataclass(frozen=True)
class Face:
    """One pinhole picture.

    Attributes:
        camera: The pinhole camera that renders it, of a lens at the world's origin.
        cam_from_face: (3, 3) rotation.
        sample: (K,) int64, the samples of the lens's picture that lie on it, as flat numbers.
        point_px: (K, 2) where.
    """

    camera: Camera
    cam_from_face: np.ndarray
    sample: np.ndarray
    point_px: np.ndarray

    def place(self, camera: Camera) -> Camera:
        """Return the pinhole camera of a lens that hangs in the world."""
        pose = camera.world_from_cam.copy()
        pose[:3, :3] = pose[:3, :3] @ self.cam_from_face
        name = f"{camera.camera_id}/{self.camera.camera_id}"
        return replace(self.camera, camera_id=name, world_from_cam=pose)


def compute_sample_rays(camera: Camera, samples: int) -> np.ndarray:
    """Return (samples H, samples W, 3) rays of the samples of a picture, NaN where it shows nothing."""
    u = (np.arange(samples * camera.width_px) + 0.5) / samples
    v = (np.arange(samples * camera.height_px) + 0.5) / samples
    return compute_rays(camera, u[None, :], v[:, None])


def make_faces(camera: Camera, samples: int, density: float) -> tuple[Face, ...]:
    """Return the faces for a camera's picture.

    Args:
        camera: With a lens; its pose does not matter.
        samples: Colour samples along a pixel's edge.
        density: Face pixels along a pixel's edge, at least, everywhere.
    """
    rays = compute_sample_rays(camera, samples)
    unit = rays / np.linalg.norm(rays, axis=-1, keepdims=True)
    needed = density / samples * _compute_density(unit).ravel()
    unit = unit.reshape(-1, 3)
    seen = np.flatnonzero(~np.isnan(unit[:, 2]))
    widest = np.arccos(np.clip(np.nanmin(unit[:, 2]), -1, 1))
    if widest <= _PLANE_LIMIT_RAD:
        return (_make_face(0, _CUBE[0], seen, unit[seen], needed[seen]),)
    side = np.argmax(unit[seen] @ _CUBE[:, :, 2].T, axis=1)
    return tuple(
        _make_face(number, _CUBE[number], seen[own], unit[seen[own]], needed[seen[own]])
        for number in np.unique(side)
        for own in (side == number,)
    )


def _compute_density(unit: np.ndarray) -> np.ndarray:
    """Return (H, W) samples a radian, the larger of along u and v; NaN next to nothing."""
    gap_u = np.linalg.norm(np.diff(unit, axis=1), axis=-1)
    gap_v = np.linalg.norm(np.diff(unit, axis=0), axis=-1)
    gap_u = np.pad(gap_u, ((0, 0), (0, 1)), mode="edge")
    gap_v = np.pad(gap_v, ((0, 1), (0, 0)), mode="edge")
    return 1.0 / np.fmin(gap_u, gap_v)


def _make_face(
    number: int,
    cam_from_face: np.ndarray,
    sample: np.ndarray,
    unit: np.ndarray,
    density: np.ndarray,
) -> Face:
    """Make a face that is as large as the samples on it ask for."""
    ray = unit @ cam_from_face
    # A plane picture of focal length f has at least f / cos(angle) pixels a radian.
    focal = float(np.ceil(np.nanmax(density * ray[:, 2])))
    plane_px = focal * ray[:, :2] / ray[:, 2:]
    low = np.floor(plane_px.min(0)).astype(int) - _MARGIN_PX
    size = np.ceil(plane_px.max(0)).astype(int) + _MARGIN_PX - low
    size = -(-size // _SIZE_STEP_PX) * _SIZE_STEP_PX
    pose = np.eye(4)
    pose[:3, :3] = cam_from_face
    intrinsics = np.array([[focal, 0.0, -low[0]], [0.0, focal, -low[1]], [0.0, 0.0, 1.0]])
    pinhole = Camera(str(number), int(size[0]), int(size[1]), intrinsics, pose)
    return Face(pinhole, cam_from_face, sample, plane_px - low)
