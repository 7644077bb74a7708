"""A renderer for cameras with lenses: pinhole faces drawn by synth/render/, put together by resampling.

In: `Store`, `FrameScene`. Out: `View`. Pinhole cameras go straight to the renderer and lose nothing.
"""

from collections.abc import Collection
from dataclasses import replace
from types import TracebackType

import numpy as np

from scenes.world import Camera, Store
from synth.optics.resampling import Resampler
from synth.records import View
from synth.render import FrameScene, Renderer

_LEAST_SAMPLES = 2  # labels are at most half a face pixel beside their ray: a quarter of a pixel


class LensRenderer:
    """Draws one store through the lenses of its cameras. A context manager.

    Args:
        store: What to draw; its cameras may have any lens, all the same model or different ones.
        dynamic_items: item_ids that `FrameScene.mesh` brings; every other item stands still.
        supersampling: Colour samples along a pixel's edge, 1 to 3.
    """

    def __init__(self, store: Store, *, dynamic_items: Collection[int], supersampling: int) -> None:
        samples = max(supersampling, _LEAST_SAMPLES)
        bent = any(camera.model != "pinhole" for camera in store.cameras)
        self._resamplers = [Resampler(camera, samples) for camera in store.cameras] if bent else []
        self._first: list[int] = []
        cameras: list[Camera] = []
        masks: dict[int, np.ndarray] = {}
        for resampler in self._resamplers:
            self._first.append(len(cameras))
            masks |= dict(enumerate(resampler.label_masks, start=len(cameras)))
            cameras += [face.camera for face in resampler.faces]
        self._renderer = Renderer(
            replace(store, cameras=tuple(cameras)) if bent else store,
            dynamic_items=dynamic_items,
            supersampling=1 if bent else supersampling,
            label_masks=masks,
        )

    def render(self, scene: FrameScene, camera_index: int) -> View:
        """Render what one camera sees; see `Renderer.render`."""
        if not self._resamplers:
            return self._renderer.render(scene, camera_index)
        resampler, first = self._resamplers[camera_index], self._first[camera_index]
        faces = range(first, first + len(resampler.faces))
        return resampler.resample([self._renderer.render(scene, face) for face in faces])

    def close(self) -> None:
        """Give back what the renderer holds."""
        self._renderer.close()

    def __enter__(self) -> "LensRenderer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
