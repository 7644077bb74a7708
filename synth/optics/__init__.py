"""Between the renderer and the refiner: what lenses do to a view, and what goes wrong with cameras.

In: a `Store` whose cameras have lenses. Out: `View`s of those cameras, as if the renderer drew them itself,
and the pictures of cameras that fail.
"""

from synth.optics.faults import CameraFault, sample_camera_faults
from synth.optics.lens_renderer import LensRenderer

__all__ = ["CameraFault", "LensRenderer", "sample_camera_faults"]
