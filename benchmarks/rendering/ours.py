"""synth.render as it is."""

from collections.abc import Iterator

from rendering.scene import make_frames, make_store
from synth.render import Renderer

OUTPUTS = (
    "RGB lit with shadows, depth, instance ids, class ids, materials, normals, albedo, motion, silhouettes"
)


def rounds(width_px: int, height_px: int) -> Iterator[int]:
    """Render a frame of every camera a step; yield the views made."""
    store = make_store(width_px, height_px)
    with Renderer(store, dynamic_items=(), supersampling=1) as renderer:
        for scene in make_frames(store):
            for camera in range(len(store.cameras)):
                renderer.render(scene, camera)
            yield len(store.cameras)
