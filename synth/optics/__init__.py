"""Between the renderer and the refiner: what lenses, shutters and sensors do to a view, and how cameras fail.

In: a `Store` whose cameras have lenses. Out: `View`s of those cameras, as if the renderer drew them itself,
and the pictures that they send.
"""

from synth.optics.faults import CameraFault, sample_camera_faults
from synth.optics.imaging import Imaging
from synth.optics.lens_renderer import LensRenderer

__all__ = ["CameraFault", "Imaging", "LensRenderer", "sample_camera_faults"]
