"""synth.render on the scene as it is made, no file between."""

import sys
from itertools import islice
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).resolve().parents[number]) for number in (1, 2)]

from rendering.scene import make_frames, make_store  # noqa: E402

from rivals.scene_file import FRAMES, read_scene  # noqa: E402
from rivals.serving import serve  # noqa: E402
from synth.render import Renderer  # noqa: E402

OUTPUTS = (
    "RGB with textures, 24 area lamps, soft shadows and bounce; depth, instance, class, material, normal, "
    "albedo, motion, silhouettes; people are deforming meshes"
)


def main(path: str) -> None:
    """Serve views."""
    store = make_store(*read_scene(path).size_px)
    frames = list(islice(make_frames(store), FRAMES))
    with Renderer(store, dynamic_items=(), supersampling=1) as renderer:
        for camera in range(len(store.cameras)):  # the still world, once a camera
            renderer.render(frames[0], camera)

        def render(frame: int, camera: int) -> np.ndarray:
            return renderer.render(frames[frame], camera).rgb

        serve(render, name="shopsynth", outputs=OUTPUTS)


if __name__ == "__main__":
    main(sys.argv[1])
