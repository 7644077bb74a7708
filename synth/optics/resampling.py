"""From pinhole pictures to the picture of a lens.

In: the faces' views. Out: one `View` of the camera. Colour is interpolated at several samples a pixel and
averaged. Labels are never interpolated: a pixel takes those of the face pixel that its own central ray hits,
and depth and motion are computed anew for the lens from that ray.
"""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from scenes.projection import compute_depth, compute_pixel_rays, to_pixels
from scenes.world import Camera
from synth.optics.faces import Face, make_faces
from synth.records import View

_RIM_LIGHT = 0.7  # of the light in the middle reaches a fisheye's rim
_GAMMA = 2.2


class Resampler:
    """Puts the views of one camera together; everything that only depends on the lens is computed once.

    Attributes:
        faces: What to render.
        label_masks: For each face (H, W) bool: the pixels that give a pixel of the picture its labels.
    """

    def __init__(self, camera: Camera, samples: int) -> None:
        self.camera = camera
        self.faces = make_faces(camera, samples)
        shapes = [(face.camera.height_px, face.camera.width_px) for face in self.faces]
        self._offset = np.cumsum([0, *(height * width for height, width in shapes)])
        self._color = self._make_color_weights(samples)
        self._source = self._find_label_sources()
        self._seen = self._source >= 0
        self._at = self._source[self._seen]
        used = np.zeros(self._offset[-1], bool)
        used[self._at] = True
        parts = np.split(used, self._offset[1:-1])
        self.label_masks = tuple(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))
        self._prepare_rays()

    def resample(self, views: Sequence[View]) -> View:
        """Return the camera's view, given those of its faces in their order."""
        rgb = np.concatenate([view.rgb.reshape(-1, 3) for view in views])
        color = np.asarray(self._color @ rgb.astype(np.float32))
        silhouette: dict[int, int] = {}
        for view in views:
            for instance, count in view.silhouette_px.items():
                silhouette[instance] = silhouette.get(instance, 0) + count
        arrays = {
            "rgb": (color + 0.5).astype(np.uint8).reshape(*self._shape, 3),
            "normal": self._take([view.normal for view in views]),
            "albedo": self._take([view.albedo for view in views]),
            "material": self._take([view.material for view in views]),
            "instance_id": self._take([view.instance_id for view in views]),
            "class_id": self._take([view.class_id for view in views]),
            "depth_m": self._take([view.depth_m for view in views]) * self._depth_gain,
            "motion_px": self._bend_motion(self._take([view.motion_px for view in views])),
        }
        for array in arrays.values():
            array.setflags(write=False)
        return View(camera=self.camera, frame=views[0].frame, silhouette_px=silhouette, **arrays)

    @property
    def _shape(self) -> tuple[int, int]:
        return self.camera.height_px, self.camera.width_px

    def _make_color_weights(self, samples: int) -> sparse.csr_matrix:
        """Return the (pixels, face pixels) matrix of bilinear weights."""
        width = samples * self.camera.width_px
        rows, columns, weights = [], [], []
        for face, offset in zip(self.faces, self._offset, strict=False):
            low = np.floor(face.point_px - 0.5).astype(np.int64)
            part = face.point_px - 0.5 - low
            pixel = face.sample // width // samples * self.camera.width_px + face.sample % width // samples
            light = self._compute_falloff(face) / samples**2
            for i in (0, 1):
                for j in (0, 1):
                    rows.append(pixel)
                    columns.append(offset + (low[:, 1] + j) * face.camera.width_px + low[:, 0] + i)
                    weights.append(light * abs(1 - i - part[:, 0]) * abs(1 - j - part[:, 1]))
        entries = (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns)))
        shape = (self._shape[0] * self._shape[1], int(self._offset[-1]))
        return sparse.coo_matrix(entries, shape=shape).tocsr().astype(np.float32)

    def _compute_falloff(self, face: Face) -> np.ndarray:
        """Return by how much the lens darkens the samples on a face."""
        if self.camera.model != "kannala_brandt":
            return np.ones(len(face.sample))
        focal = face.camera.intrinsics[0, 0]
        plane = (face.point_px - face.camera.intrinsics[:2, 2]) / focal
        ray = np.column_stack([plane, np.ones(len(plane))]) @ face.cam_from_face.T
        angle = np.arctan2(np.hypot(ray[:, 0], ray[:, 1]), ray[:, 2])
        return (1 - (1 - _RIM_LIGHT) * (angle / self.camera.max_angle_rad) ** 4) ** (1 / _GAMMA)

    def _find_label_sources(self) -> np.ndarray:
        """Return (H W,) the face pixel, flat, that the centre of each pixel hits; -1 where nothing is."""
        source = np.full(self._shape[0] * self._shape[1], -1, np.int64)
        centres = _find_centres(self.camera, self.faces)
        for face, offset, (pixel, point_px) in zip(self.faces, self._offset, centres, strict=False):
            u, v = np.floor(point_px).astype(np.int64).T
            source[pixel] = offset + v * face.camera.width_px + u
        return source

    def _prepare_rays(self) -> None:
        """Compute the rays of the face pixels that labels come from, and what they make of depth."""
        face_of = np.searchsorted(self._offset, self._at, side="right") - 1
        within = self._at - self._offset[face_of]
        widths = np.array([face.camera.width_px for face in self.faces])[face_of]
        self._centre_px = np.stack([within % widths + 0.5, within // widths + 0.5], axis=1)
        self._focal = np.array([face.camera.intrinsics[0, 0] for face in self.faces])[face_of]
        self._middle_px = np.array([face.camera.intrinsics[:2, 2] for face in self.faces])[face_of]
        self._turn = np.array([face.cam_from_face for face in self.faces])[face_of]
        rays = self._rays_at(slice(None), self._centre_px)
        gain = np.zeros(len(self._source), np.float32)
        gain[self._seen] = compute_depth(self.camera, *rays.T)
        self._depth_gain = gain.reshape(self._shape)
        self._here_px = np.stack(to_pixels(self.camera, *rays.T), axis=1)

    def _rays_at(self, rows: slice | np.ndarray, point_px: np.ndarray) -> np.ndarray:
        """Return the rays, in the camera's frame, of points on the faces of some label sources."""
        plane = (point_px - self._middle_px[rows]) / self._focal[rows][:, None]
        ray = np.column_stack([plane, np.ones(len(plane))])
        return np.einsum("kij,kj->ki", self._turn[rows], ray)

    def _take(self, parts: list[np.ndarray]) -> np.ndarray:
        """Give each pixel the value of its label source, 0 where there is none."""
        flat = np.concatenate([part.reshape(-1, *part.shape[2:]) for part in parts])
        taken = np.zeros((len(self._source), *flat.shape[1:]), flat.dtype)
        taken[self._seen] = flat[self._at]
        return taken.reshape(*self._shape, *flat.shape[1:])

    def _bend_motion(self, motion_px: np.ndarray) -> np.ndarray:
        """Turn displacements on the faces into those on the picture of the lens."""
        flat = motion_px.reshape(-1, 2)
        moved = flat[self._seen]
        rows = np.flatnonzero(moved.any(axis=1))
        before = self._rays_at(rows, self._centre_px[rows] - moved[rows])
        bent = np.zeros_like(moved)
        bent[rows] = self._here_px[rows] - np.stack(to_pixels(self.camera, *before.T), axis=1)
        flat = np.zeros_like(flat)
        flat[self._seen] = bent
        return flat.reshape(motion_px.shape)


def _find_centres(camera: Camera, faces: Sequence[Face]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return, for each face, the pixels of the picture whose centres lie on it and where (K, 2)."""
    rays = compute_pixel_rays(camera).reshape(-1, 3)
    seen = np.flatnonzero(~np.isnan(rays[:, 2]))
    axes = np.array([face.cam_from_face[:, 2] for face in faces])
    nearest = np.argmax(rays[seen] @ axes.T, axis=1)
    found = []
    for number, face in enumerate(faces):
        pixel = seen[nearest == number]
        ray = rays[pixel] @ face.cam_from_face
        k = face.camera.intrinsics
        found.append((pixel, k[0, 0] * ray[:, :2] / ray[:, 2:] + k[:2, 2]))
    return found
