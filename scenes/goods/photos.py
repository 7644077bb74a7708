"""A user's photographs of products, made to fit their packs.

In: picture files as a shop's web page has them: the whole product before white. Out: pictures that fill what
they are put on: a pack's panel, a carton's body, the skin of a fruit. Used by scenes/goods/own_rows.py,
scenes/goods/own_products.py and scenes/goods/labels.
"""

import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from scenes.errors import ConfigError

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg")
_PICTURE_PX = (16, 8000)
_WHITE_LEVEL = 236  # what is lighter on a picture's border counts as the studio's white
_SHADOW_LEVEL, _SHADOW_CHROMA = 150, 24  # a shadow on white is grey and not dark
_LEAST_COVER = 0.04  # of a row or column that the product has to cover for the product to reach there
_PHOTO_PX = 512
_MOST_CROP = 0.15  # share of a photograph that may be cut off so that it fills its panel
MOST_BODY_CROP = 0.4  # of a carton's, which mostly shows a second side too
_CARTON_ROOF = 0.2  # share of a carton's picture that shows roof and cap
_LEAST_ROW = 0.5  # rows narrower than this share of the widest are stalk, root or leaf
_SKIN_RIM = 0.08  # share of a row at either side that turns away from the camera


def find_picture_problem(path: Path) -> str:
    """Return what is wrong with a picture, or an empty string."""
    low, high = _PICTURE_PX
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=("PNG", "JPEG")) as image:
                if not low <= min(image.size) <= max(image.size) <= high:
                    return f"expected edges of {low} to {high} pixels, got {image.width} x {image.height}"
                image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as error:
        return f"expected a PNG or JPEG picture, got a file that cannot be read ({error})"
    return ""


def open_picture(path: Path) -> Image.Image:
    """Open a picture as RGB; what is transparent in it becomes white."""
    try:
        with Image.open(path, formats=("PNG", "JPEG")) as image:
            rgba = image.convert("RGBA")
    except (OSError, SyntaxError) as error:
        raise ConfigError(f"cannot read the picture {path}: {error}; save it as PNG or JPEG again") from None
    white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, rgba).convert("RGB")


def trim_photo(photo: Image.Image) -> Image.Image:
    """Cut off the white border of a studio picture with its shadow, and what a texture cannot show."""
    drawn = find_product(np.asarray(photo))
    rows, columns = (np.flatnonzero(drawn.mean(axis) > _LEAST_COVER) for axis in (1, 0))
    if len(rows) > 4 and len(columns) > 4:
        photo = photo.crop((int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1))
    if max(photo.size) > _PHOTO_PX:
        photo.thumbnail((_PHOTO_PX, _PHOTO_PX), Image.Resampling.LANCZOS)
    return photo


def find_product(pixels: np.ndarray) -> np.ndarray:
    """Return the (H, W) mask of what is no white and no shadow on it; all, where nothing is white."""
    low, high = pixels.min(-1).astype(int), pixels.max(-1).astype(int)
    white = low >= _WHITE_LEVEL
    border = np.concatenate([white[0], white[-1], white[:, 0], white[:, -1]])
    if border.mean() < 0.5:  # no studio picture
        return ~white
    return ~white & ((low < _SHADOW_LEVEL) | (high - low > _SHADOW_CHROMA))


def fit_photo(
    photo: Image.Image, size_px: tuple[int, int], *, most_side_crop: float = _MOST_CROP
) -> Image.Image:
    """Fit a photograph into a panel, its proportions kept.

    It covers the panel where at most a share `most_side_crop` of its width, or _MOST_CROP of its height, is
    lost so, else stands whole on a ground of its border's colour.
    """
    wide, high = photo.width / size_px[0], photo.height / size_px[1]
    if high >= (1 - most_side_crop) * wide and wide >= (1 - _MOST_CROP) * high:
        return ImageOps.fit(photo, size_px, Image.Resampling.LANCZOS)
    pixels = np.asarray(photo)
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    red, green, blue = (int(channel) for channel in np.median(border, axis=0))
    return ImageOps.pad(photo, size_px, Image.Resampling.LANCZOS, color=(red, green, blue))


def crop_body(photo: Image.Image) -> Image.Image:
    """Cut roof and cap off the picture of a whole carton, which the mesh has itself.

    A picture without white beside its top shows the front alone and is left as it is.
    """
    top = find_product(np.asarray(photo))[: max(1, photo.height // 50)]
    if top.mean() > 0.9:
        return photo
    return photo.crop((0, round(_CARTON_ROOF * photo.height), photo.width, photo.height))


def unwrap_skin(photo: Image.Image, size_px: tuple[int, int]) -> Image.Image:
    """Draw a fruit's outline out to a rectangle and mirror it: it goes round without white or seam."""
    pixels = np.asarray(photo)
    drawn = find_product(pixels)
    left = np.argmax(drawn, axis=1)
    right = drawn.shape[1] - 1 - np.argmax(drawn[:, ::-1], axis=1)
    width = np.where(drawn.any(1), right - left, 0)
    rows = np.flatnonzero(width >= max(1.0, _LEAST_ROW * width.max()))
    if not len(rows):
        return photo.resize(size_px, Image.Resampling.LANCZOS)
    across = _SKIN_RIM + (1 - 2 * _SKIN_RIM) * np.linspace(0, 1, size_px[0] // 2)
    column = np.rint(left[rows, None] + across * width[rows, None]).astype(int)
    front = Image.fromarray(pixels[rows[:, None], column]).resize(
        (size_px[0] // 2, size_px[1]), Image.Resampling.LANCZOS
    )
    half = np.asarray(front)
    quarter = size_px[0] // 4
    return Image.fromarray(
        np.concatenate([half[:, :quarter][:, ::-1], half, half[:, -quarter:][:, ::-1]], axis=1)
    )
