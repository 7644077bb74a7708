"""From a posed scene to pictures and labels.

In: a `Store` (scenes/) and, frame by frame, the geometry that moves (synth/stage.py). Out: one `View` a
camera and frame: RGB and the whole G-buffer. How a view comes about is told in synth/render/renderer.py.
"""

from synth.render.context import describe_context  # sets OpenGL up, so it comes before whatever uses it
from synth.render.renderer import Renderer
from synth.render.scene import FrameScene, Passing

__all__ = ["FrameScene", "Passing", "Renderer", "describe_context"]
