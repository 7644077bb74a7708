"""Where a pack's label lies in its texture, and what surfaces a pack has.

Round packs use the whole layer as a wrap-around label, flat packs use the three panels below.
"""

from dataclasses import dataclass

import numpy as np

from scenes.geometry import Finish
from scenes.goods.names import says
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID

# Panels of a flat pack's texture: u0, v0, u1, v1. The gutters between them keep mip levels apart.
PANEL_FRONT = (0.0, 0.0, 0.625, 1.0)
PANEL_SIDE = (0.656, 0.0, 1.0, 0.6875)
PANEL_TOP = (0.656, 0.71875, 1.0, 1.0)
ROUND_PACKAGES = ("can", "bottle", "tub", "jar", "fruit", "bowl", "plate")
LOOSE = "fruit"  # lies about in no pack
HANDLED = ("mug", "jug", "teapot")  # what has a handle is round but for that
NESTED = ("bowl", "plate", "mug")  # stand in each other, however deep
SKINNED = (LOOSE, "bowl", "plate", *HANDLED)  # the same all round: nothing is printed on them
# Two sheets: the one behind bears the side panel, and with it the bar code.
FLAT_BACKED = ("bag", "pouch", "tube")
UNCODED = ("tray", "loaf", *SKINNED)


@dataclass(frozen=True)
class PackLook:
    """What a pack's mesh needs beside its size.

    Attributes:
        layer: Its texture layer.
        body: sRGB of what the label does not cover: the liquid in a bottle, the contents of a jar, the tub.
        accent: sRGB of cap or lid.
        kind: What it is, by name: which fruit, whether its bag is of paper or its bottle of glass.
        near: Whether it is for cameras that come near, which would see that what is round has corners.
        form: Which of the forms of a fruit, see forms.py.
    """

    layer: int
    body: tuple[int, int, int]
    accent: tuple[int, int, int]
    kind: str = ""
    near: bool = False
    form: int = 0

    def is_any(self, words: str) -> bool:
        """Return whether the kind's name says one of some words, see scenes.goods.names."""
        return says(self.kind, words)


def make_finish(look: PackLook, material: str, *, color: tuple[int, int, int] | None = None) -> Finish:
    """Make a surface of a pack: it bears the label, or is plain when a colour is given."""
    return Finish(
        color=(255, 255, 255) if color is None else color,
        material=MATERIAL[material],
        layer=look.layer if color is None else -1,
        class_id=CLASS_ID["product"],
    )


def make_panel_uv(panel: tuple[float, float, float, float]) -> np.ndarray:
    """Return (4, 2) texture coordinates of a quad that shows a panel, from its bottom left round."""
    u0, v0, u1, v1 = panel
    return np.array([[u0, v1], [u1, v1], [u1, v0], [u0, v0]])
