"""Cloth and hair: what is woven or printed into people's clothes, and strands, as textures that tint.

In: nothing. Out: (K, 256, 256, 3) textures, the same in every store, a layer a print, after these those of
faces and hands; white is the cloth's or the hair's own colour. A layer repeats; of cloth it spans SPAN_M.
"""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from scenes.faces import FACE_PRINTS, make_face_print
from scenes.hands import HAND_PRINTS, make_hand_print
from scenes.randomness import make_rng
from scenes.seams import sew_top, sew_trousers

SIZE_PX = 256
SPAN_M = 0.9
RIBS = 42  # across a layer
# Second colours that prints are made in, sRGB relative to the cloth's own.
_INKS = {
    "dark": (0.24, 0.25, 0.30),
    "red": (0.86, 0.32, 0.30),
    "blue": (0.38, 0.50, 0.80),
    "pale": (0.80, 0.78, 0.74),
}
_PATTERNS = (
    "breton",
    "stripes",
    "pinstripes",
    "gingham",
    "plaid",
    "dots",
    "yoke",
    "badge",
    "letters",
    "leaves",
)
HAIR_PRINTS = ("strands", "curls")
HAIR_LIGHTNESS = 0.80  # of their texture, about: hair's colour is that much paler under it
PRINTS = (
    "plain", "denim", "knit", *HAIR_PRINTS,
    *(f"{pattern}_{ink}" for pattern in _PATTERNS for ink in ("dark", "red", "blue", "pale")),
    "slacks", "rib",
    *FACE_PRINTS,
    *HAND_PRINTS,
)  # fmt: skip
TROUSER_PRINTS = ("denim", "slacks")  # what trousers are made of, with their seams and pockets
PATTERNED = tuple(name for name in PRINTS if name.partition("_")[0] in _PATTERNS)
# Prints that sit on the chest and are not on sleeves and backs.
FRONT_PRINTS = tuple(name for name in PRINTS if name.startswith(("badge", "letters")))


@lru_cache(maxsize=1)
def make_cloth_textures() -> np.ndarray:
    """Draw every print of PRINTS: (K, 256, 256, 3) uint8 sRGB, read-only."""
    rng = make_rng(0, 0, "cloth")
    use = _make_use(rng)
    layers = np.empty((len(PRINTS), SIZE_PX, SIZE_PX, 3), np.uint8)
    for number, name in enumerate(PRINTS):
        layers[number] = np.round(np.clip(_make_print(name, use, rng), 0.0, 1.0) * 255.0)
    layers.setflags(write=False)
    return layers


def _make_print(name: str, use: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One print (256, 256, 3), or one that is grey (256, 256, 1)."""
    if name in HAIR_PRINTS:
        return _make_hair(name)[..., None]
    if name in FACE_PRINTS:
        return make_face_print(name)
    if name in HAND_PRINTS:
        return make_hand_print(name)
    if name == "rib":
        return _make_rib()[..., None]
    pattern, _, ink = name.partition("_")
    cover = _draw(pattern, rng)[..., None] if ink else np.zeros((1, 1, 1))
    tint = 1.0 + cover * (np.array(_INKS.get(ink, (1.0, 1.0, 1.0))) - 1.0)
    weave = {"denim": _make_denim, "knit": _make_knit}.get(name, _make_plain)(rng)
    sewn = sew_trousers(name) if name in TROUSER_PRINTS else sew_top()
    return tint * (weave * use)[..., None] * sewn


def _noise(rng: np.random.Generator, down_px: float, across_px: float) -> np.ndarray:
    """Smooth noise (256, 256) of unit deviation that repeats."""
    field = ndimage.gaussian_filter(rng.normal(size=(SIZE_PX, SIZE_PX)), (down_px, across_px), mode="wrap")
    return (field - field.mean()) / field.std()


def _make_use(rng: np.random.Generator) -> np.ndarray:
    """Lightness (256, 256) of cloth that has been worn and washed, about 0.9 to 1; folds are relief."""
    return np.clip(0.945 + 0.012 * _noise(rng, 24.0, 10.0) + 0.008 * _noise(rng, 6.0, 3.0), 0.6, 1.0)


def _make_plain(rng: np.random.Generator) -> np.ndarray:
    return 1.0 + 0.012 * rng.normal(size=(SIZE_PX, SIZE_PX))


def _make_denim(rng: np.random.Generator) -> np.ndarray:
    """Twill, worn paler in large soft places."""
    row, column = np.indices((SIZE_PX, SIZE_PX))
    twill = 0.03 * np.sin(2 * np.pi * (row + column) / 4.0)
    return 0.86 + twill + 0.07 * _noise(rng, 22.0, 10.0) + 0.03 * rng.normal(size=(SIZE_PX, SIZE_PX))


def _make_knit(rng: np.random.Generator) -> np.ndarray:
    """Ribs and stitches of two yarns, a pale and a darker one, that mix along the rows."""
    row, column = np.indices((SIZE_PX, SIZE_PX))
    ribs = 0.05 * np.sin(2 * np.pi * column / 6.4) + 0.02 * np.sin(2 * np.pi * row / 4.0)
    return 0.86 + ribs + 0.075 * _noise(rng, 0.6, 3.0) + 0.03 * rng.normal(size=(SIZE_PX, SIZE_PX))


def _make_rib() -> np.ndarray:
    """Ribs of knitted cuffs, hems and socks, which run down the picture: wales and the gaps between."""
    rng = make_rng(0, 0, "cloth/rib")
    column = np.arange(SIZE_PX)
    wale = np.abs(np.sin(np.pi * RIBS * (column + 0.5) / SIZE_PX)) ** 0.6
    return 0.79 + 0.21 * wale + 0.008 * rng.normal(size=(SIZE_PX, SIZE_PX))


def _make_hair(name: str) -> np.ndarray:
    """Lightness (256, 256) of hair that runs down the picture: locks, gaps, single strands."""
    rng = make_rng(0, 0, f"cloth/{name}")
    if name == "curls":
        locks, strands = _noise(rng, 4.0, 4.0), _noise(rng, 1.5, 1.5)
    else:
        sway = np.stack([np.zeros((SIZE_PX, SIZE_PX)), 7.0 * _noise(rng, 30.0, 18.0)])
        locks, strands = (
            ndimage.map_coordinates(field, np.indices(field.shape) + sway, order=1, mode="grid-wrap")
            for field in (_noise(rng, 50.0, 6.0), _noise(rng, 30.0, 1.5))
        )
    gaps = np.clip(-locks - 0.7, 0.0, 1.5)
    return np.clip(HAIR_LIGHTNESS + 0.06 * locks - 0.09 * gaps + 0.08 * strands, 0.3, 1.0)


def _draw(pattern: str, rng: np.random.Generator) -> np.ndarray:
    """How much of the second colour (256, 256), 0 to 1."""
    row, column = np.indices((SIZE_PX, SIZE_PX)) + 0.5
    if pattern == "breton":
        return _bands(row, 256 / 28, 0.4)
    if pattern == "stripes":
        return _bands(row, 256 / 10, 0.5)
    if pattern == "pinstripes":
        return _bands(column, 256 / 30, 0.22)
    if pattern == "gingham":
        return 0.5 * (_bands(row, 256 / 20, 0.5) + _bands(column, 256 / 20, 0.5))
    if pattern == "plaid":
        bands = [_bands(p, 256 / 6, 0.45) * 0.45 + _bands(p + 9, 256 / 6, 0.1) * 0.35 for p in (row, column)]
        return np.minimum(bands[0] + bands[1], 1.0)
    if pattern == "dots":
        pitch = 256 / 18
        shifted = column + pitch / 2 * (np.floor(row / pitch) % 2)
        return (np.hypot(row % pitch - pitch / 2, shifted % pitch - pitch / 2) < 0.27 * pitch).astype(float)
    if pattern == "yoke":
        return (row < 0.5 * SIZE_PX).astype(float)
    if pattern == "leaves":
        return ndimage.gaussian_filter((_noise(rng, 5.0, 5.0) > 0.75).astype(float), 0.7, mode="wrap")
    return _draw_chest(pattern)


def _bands(place: np.ndarray, pitch: float, share: float) -> np.ndarray:
    return ((place / pitch) % 1.0 < share).astype(float)


def _draw_chest(pattern: str) -> np.ndarray:
    """A print on the chest: the texture's middle is the breastbone."""
    picture = Image.new("L", (SIZE_PX, SIZE_PX))
    pen = ImageDraw.Draw(picture)
    if pattern == "badge":
        pen.ellipse((104, 100, 152, 148), fill=255)
        pen.ellipse((110, 106, 146, 142), fill=0)
        pen.polygon([(128, 108), (141, 136), (115, 136)], fill=255)
    else:  # made-up lettering: blocks with counters, no brand
        for number, left in enumerate(range(98, 158, 10)):
            pen.rectangle((left, 106, left + 7, 122), fill=255)
            pen.rectangle(
                (left + 2, 110 if number % 2 else 116, left + 5, 113 if number % 2 else 119), fill=0
            )
        pen.rectangle((98, 126, 158, 129), fill=255)
    return np.asarray(picture) / 255.0
