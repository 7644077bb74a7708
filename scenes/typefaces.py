"""Typefaces: the one that Pillow carries within itself, and those that come with matplotlib's data.

In: a number and a size. Out: a Pillow font. No font of the machine enters; matplotlib is not imported.
"""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont

# 0 is Pillow's own (Aileron); the others are DejaVu, STIX and Computer Modern, bold ones as brands use.
_FILES = (
    "",
    "DejaVuSans-Bold.ttf",
    "DejaVuSerif-Bold.ttf",
    "DejaVuSans-BoldOblique.ttf",
    "STIXGeneralBolIta.ttf",
    "DejaVuSerif-BoldItalic.ttf",
    "STIXGeneralBol.ttf",
    "cmb10.ttf",
)
FACES = len(_FILES)


@lru_cache(maxsize=1)
def _folder() -> Path:
    spec = find_spec("matplotlib")
    assert spec is not None  # a dependency of the project
    assert spec.origin is not None
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"


@lru_cache(maxsize=256)
def load_font(size_px: int, face: int = 0) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Load a typeface, one of FACES, at a size."""
    if not _FILES[face]:
        return ImageFont.load_default(size_px)
    return ImageFont.truetype(str(_folder() / _FILES[face]), size_px)
