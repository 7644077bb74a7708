"""Between the renderer and the labels: what lenses do to a view.

In: a `Store` whose cameras have lenses. Out: `View`s of those cameras, as if the renderer drew them itself.
"""

from synth.optics.lens_renderer import LensRenderer

__all__ = ["LensRenderer"]
