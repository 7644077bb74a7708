"""A renderer for real cameras: pinhole faces drawn by synth/render/, put together for lenses.

In: `Store`, `FrameScene`. Out: `View`. Pinhole cameras go straight to the renderer and lose nothing; knocked
ones are drawn anew in each pose.
"""

from collections.abc import Collection
from dataclasses import replace
from types import TracebackType

import numpy as np

from scenes.cameras.projection import compute_rays, to_pixels
from scenes.world import Camera, Store
from synth.optics.resampling import Resampler
from synth.records import View
from synth.render import FrameScene, Renderer

_AHEAD = 0.05  # of a ray of length 1, along the axis: what comes from beside the camera has no place before


class LensRenderer:
    """Draws one store through the lenses of its cameras. A context manager.

    Args:
        store: What to draw; its cameras may have any lens, all the same model or different ones.
        dynamic_items: item_ids that `FrameScene.mesh` brings; every other item stands still.
        dynamic_doors: Numbers of the case doors that it brings; every other one is shut.
        supersampling: Colour samples along a pixel's edge, 1 to 3; through a lens always 2.
    """

    def __init__(
        self,
        store: Store,
        *,
        dynamic_items: Collection[int],
        dynamic_doors: Collection[int] = (),
        supersampling: int,
    ) -> None:
        bent = any(camera.model != "pinhole" for camera in store.cameras)
        self._cameras = store.cameras
        self._resamplers = [Resampler(camera) for camera in store.cameras] if bent else []
        self._poses = [_list_poses(camera) for camera in store.cameras]
        self._first: list[int] = []
        self._shown = [0] * len(store.cameras)
        cameras: list[Camera] = []
        masks: dict[int, np.ndarray] = {}
        for number, camera in enumerate(store.cameras):
            self._first.append(len(cameras))
            for pose in self._poses[number]:
                posed = replace(camera, world_from_cam=pose, turns=())
                if bent:
                    resampler = self._resamplers[number]
                    masks |= dict(enumerate(resampler.label_masks, start=len(cameras)))
                    cameras += [face.place(posed) for face in resampler.faces]
                else:
                    cameras.append(posed)
        self._renderer = Renderer(
            replace(store, cameras=tuple(cameras)),
            dynamic_items=dynamic_items,
            dynamic_doors=dynamic_doors,
            supersampling=1 if bent else supersampling,
            label_masks=masks,
        )

    def render(self, scene: FrameScene, camera_index: int) -> View:
        """Render what one camera sees; see `Renderer.render`. The view's camera has the pose of the frame."""
        camera = self._cameras[camera_index].at(scene.frame)
        faces = self._find_faces(camera, camera_index)
        if self._resamplers:
            parts = [self._renderer.render_words(scene, face) for face in faces]
            view = self._resamplers[camera_index].resample(parts, camera, scene.frame)
        else:
            view = self._renderer.render(scene, faces[0])
        before = self._cameras[camera_index].at(scene.frame - 1) if scene.frame else camera
        return view if _same_pose(camera, before) else _turn_motion(view, before)

    def _find_faces(self, camera: Camera, camera_index: int) -> range:
        """Return the renderer's cameras for a pose; what was kept of another pose is dropped."""
        count = len(self._resamplers[camera_index].faces) if self._resamplers else 1
        first = self._first[camera_index]
        poses = self._poses[camera_index]
        number = next(n for n, pose in enumerate(poses) if np.array_equal(pose, camera.world_from_cam))
        shown, self._shown[camera_index] = self._shown[camera_index], number
        if shown != number:
            for face in range(first + shown * count, first + (shown + 1) * count):
                self._renderer.forget_camera(face)
        return range(first + number * count, first + (number + 1) * count)

    def close(self) -> None:
        """Give back what the renderer holds."""
        self._renderer.close()

    def __enter__(self) -> "LensRenderer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _list_poses(camera: Camera) -> list[np.ndarray]:
    """Return the different poses of a camera, the one it hangs in first."""
    poses = [camera.world_from_cam]
    for _, pose in camera.turns:
        if not any(np.array_equal(pose, known) for known in poses):
            poses.append(pose)
    return poses


def _same_pose(camera: Camera, other: Camera) -> bool:
    return np.array_equal(camera.world_from_cam, other.world_from_cam)


def _turn_motion(view: View, before: Camera) -> View:
    """Add to the motion of a view that its camera turned since the frame before.

    A turn about the camera's own centre moves a pixel whatever its depth: where its surface was seen from
    today's pose is taken as a ray, and the ray to where the pose before saw it.
    """
    camera = view.camera
    v, u = np.mgrid[: camera.height_px, : camera.width_px] + 0.5
    rays = compute_rays(camera, u - view.motion_px[..., 0], v - view.motion_px[..., 1])
    rays = rays @ (before.world_from_cam[:3, :3].T @ camera.world_from_cam[:3, :3]).T
    seen = (view.depth_m > 0) & ~np.isnan(rays[..., 2])
    if camera.model != "kannala_brandt":
        seen &= rays[..., 2] > _AHEAD
    motion_px = np.zeros_like(view.motion_px)
    u0, v0 = to_pixels(before, *rays[seen].T)
    motion_px[seen] = np.stack([u[seen] - u0, v[seen] - v0], axis=1)
    motion_px.setflags(write=False)
    return replace(view, motion_px=motion_px)
