"""From pinhole pictures to the picture of a lens.

In: the faces' pictures, packed as the renderer leaves them. Out: one `View` of the camera. Colour is
interpolated at several samples a pixel and averaged. Labels are never interpolated: a pixel takes those of
the face pixel that its own central ray hits. Depth is that of this very ray on the plane of the surface that
the face pixel shows, and motion is computed anew for the lens.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import sparse

from scenes.cameras.projection import compute_depth, compute_pixel_rays, to_pixels
from scenes.world import Camera
from synth.optics.faces import Face, make_faces
from synth.records import View
from synth.render.readback import Words, unpack_view

_RIM_LIGHT = 0.7  # of the light in the middle reaches a fisheye's rim
_GAMMA = 2.2
_SAMPLES = 2  # of colour, along a pixel's edge
_DENSITY = 1.7  # face pixels along a pixel's edge: labels are at most 0.3 pixels beside their ray
_MOST_SLANT = 0.25  # by how much of itself the surface's plane may change a depth: it ends somewhere


class Resampler:
    """Puts the views of one camera together; everything that only depends on the lens is computed once.

    Attributes:
        faces: What to render.
        label_masks: For each face (H, W) bool: the pixels that give a pixel of the picture its labels.
    """

    def __init__(self, camera: Camera) -> None:
        self.camera = camera
        self.faces = make_faces(camera, _SAMPLES, _DENSITY)
        shapes = [(face.camera.height_px, face.camera.width_px) for face in self.faces]
        self._offset = np.cumsum([0, *(height * width for height, width in shapes)])
        self._color = self._make_color_weights(_SAMPLES)
        self._source = self._find_label_sources()
        self._seen = self._source >= 0
        self._at = self._source[self._seen]
        used = np.zeros(self._offset[-1], bool)
        used[self._at] = True
        parts = np.split(used, self._offset[1:-1])
        self.label_masks = tuple(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))
        self._prepare_rays()

    def resample(self, parts: Sequence[tuple[Words, dict[int, int]]], camera: Camera, frame: int) -> View:
        """Return the camera's view.

        Args:
            parts: Words and silhouettes of the faces, in their order.
            camera: This lens, in the pose of the frame.
            frame: Its number.
        """
        codes = np.concatenate([words[0][..., 0].ravel() for words, _ in parts])
        rgb = codes.view(np.uint8).reshape(-1, 4)[:, :3]
        color = np.asarray(self._color @ rgb.astype(np.float32)) + np.float32(0.5)
        silhouette: dict[int, int] = {}
        for _, sizes in parts:
            for instance, count in sizes.items():
                silhouette[instance] = silhouette.get(instance, 0) + count
        picked = [self._pick([words[layer] for words, _ in parts]) for layer in range(3)]
        view = unpack_view((picked[0], picked[1], picked[2]), camera, frame, silhouette)
        bent = replace(
            view,
            rgb=color.astype(np.uint8).reshape(*self._shape, 3),
            depth_m=self._bend_depth(view),
            motion_px=self._bend_motion(view.motion_px),
        )
        for array in (bent.rgb, bent.depth_m, bent.motion_px):
            array.setflags(write=False)
        return bent

    def _pick(self, layers: list[np.ndarray]) -> np.ndarray:
        """Give each pixel the word of its label source, 0 where there is none."""
        depth = layers[0].shape[2:]
        picked = np.zeros((len(self._source), *depth), layers[0].dtype)
        for layer, (pixel, at) in zip(layers, self._sources, strict=True):
            picked[pixel] = layer.reshape(-1, *depth)[at]
        return picked.reshape(*self._shape, *depth)

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
        self._depth_gain = compute_depth(self.camera, *rays.T).astype(np.float32)
        self._face_ray = rays.astype(np.float32)
        self._own_ray = compute_pixel_rays(self.camera).reshape(-1, 3)[self._seen].astype(np.float32)
        pixel = np.flatnonzero(self._seen)
        self._sources = [
            (pixel[face_of == number], within[face_of == number]) for number in range(len(self.faces))
        ]
        self._here_px = np.stack(to_pixels(self.camera, *rays.T), axis=1)

    def _rays_at(self, rows: slice | np.ndarray, point_px: np.ndarray) -> np.ndarray:
        """Return the rays, in the camera's frame, of points on the faces of some label sources."""
        plane = (point_px - self._middle_px[rows]) / self._focal[rows][:, None]
        ray = np.column_stack([plane, np.ones(len(plane))])
        return np.einsum("kij,kj->ki", self._turn[rows], ray)

    def _bend_depth(self, view: View) -> np.ndarray:
        """Turn depths on the faces into the depths of the pixels' own rays.

        The face pixel's ray passes beside the pixel's own by 0.3 pixels at most, which matters where a
        surface is seen at a grazing angle: the own ray meets its plane elsewhere.
        """
        depth_m = view.depth_m.ravel()[self._seen]
        normal = view.normal.reshape(-1, 3)[self._seen] @ view.camera.world_from_cam[:3, :3].astype(
            np.float32
        )
        face = np.einsum("ki,ki->k", self._face_ray, normal)
        own = np.einsum("ki,ki->k", self._own_ray, normal)
        simple = depth_m * self._depth_gain
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(simple > 0, depth_m * face / (own * simple), np.float32(1))
        ratio = np.clip(np.nan_to_num(ratio, nan=1.0), 1 - _MOST_SLANT, 1 + _MOST_SLANT)
        bent = np.zeros(len(self._source), np.float32)
        bent[self._seen] = simple * ratio
        return bent.reshape(self._shape)

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
