"""Real footage as training material: any folders of images, brought to the scale of the rendered views.

In: folders. Out: `RealImages`, split by time into a training part and a held-out part, since neighbouring
frames of one shot are nearly the same picture and a random split would test on what was trained on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from scenes.errors import DatasetError

SUFFIXES = (".jpg", ".jpeg", ".png")
SHORT_SIDE_PX = 240
# Below this no crop of the discriminators fits.
SHORT_SIDE_MIN_PX = 128
HELD_OUT_SHARE = 0.25
FEWEST_IMAGES = 8


@dataclass(frozen=True)
class RealImages:
    """Pictures of one part of the split.

    Attributes:
        picture: (H, W, 3) uint8 each, of different sizes.
        source: Number of the given folder each came from; these count the same, with many pictures or few.
    """

    picture: tuple[np.ndarray, ...]
    source: np.ndarray

    def sample(self, *, rng: np.random.Generator) -> np.ndarray:
        """Draw a picture: first a source, then one of its pictures."""
        source = rng.choice(np.unique(self.source))
        return self.picture[rng.choice(np.flatnonzero(self.source == source))]


def find_images(folder: Path) -> tuple[Path, ...]:
    """List the images under a folder, sorted by path."""
    return tuple(sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES))


def load_picture(path: Path) -> np.ndarray | None:
    """Read an image as (H, W, 3) uint8 at working scale; None when it is too small.

    Raises:
        DatasetError: If the file is no readable image.
    """
    try:
        with Image.open(path) as image:
            picture = image.convert("RGB")
    except (OSError, UnidentifiedImageError) as error:
        raise DatasetError(
            f"{path}: expected a readable image ({error}); remove it or give another folder"
        ) from error
    return bring_to_scale(picture) if is_large(picture) else None


def is_large(picture: Image.Image) -> bool:
    """Say whether an image has enough pixels to be used."""
    return min(picture.size) >= SHORT_SIDE_MIN_PX


def bring_to_scale(picture: Image.Image) -> np.ndarray:
    """Shrink an image that is large enough to (H, W, 3) uint8 at working scale.

    Every image is halved at least where its size allows, that is from 256 pixels on: averaging four pixels
    takes away what is of the file and not of the camera: JPEG blocks, demosaicing, and the palette dither of
    frames taken from a GIF. Smaller ones keep some of it.
    """
    short = min(picture.size)
    scale = min(1.0, max(SHORT_SIDE_MIN_PX / short, min(0.5, SHORT_SIDE_PX / short)))
    size = (round(picture.width * scale), round(picture.height * scale))
    return np.asarray(picture.resize(size, Image.Resampling.BOX))


def check_real_folders(folders: Sequence[Path]) -> None:
    """Check that folders with images are there, without opening an image.

    Raises:
        DatasetError: A folder is missing, or there are fewer than `FEWEST_IMAGES` images in all.
    """
    for folder in folders:
        if not folder.is_dir():
            raise DatasetError(
                f"{folder}: expected a folder of real images, found none; give an existing one"
            )
    _check_number(folders, sum(len(find_images(folder)) for folder in folders))


def _check_number(folders: Sequence[Path], found: int) -> None:
    if found < FEWEST_IMAGES:
        raise DatasetError(
            f"{', '.join(map(str, folders))}: expected at least {FEWEST_IMAGES} images (jpg or png) of "
            f"{SHORT_SIDE_MIN_PX} px or more, found {found}; a few hundred frames serve best"
        )


def load_real_images(folders: Sequence[Path]) -> tuple[RealImages, RealImages]:
    """Load all images and split them by order: of each folder's own images the last quarter is held out.

    A source is a folder as given, with all that is below it. Where no folder has more than two images of its
    own, the last quarter of all is held out.

    Raises:
        DatasetError: If there are fewer than eight usable images in all.
    """
    check_real_folders(folders)
    by_folder: dict[tuple[int, Path], list[np.ndarray]] = {}
    for number, folder in enumerate(folders):
        for path in find_images(folder):
            picture = load_picture(path)
            if picture is not None:
                by_folder.setdefault((number, path.parent), []).append(picture)
    total = sum(len(pictures) for pictures in by_folder.values())
    _check_number(folders, total)
    first: list[tuple[np.ndarray, int]] = []
    last: list[tuple[np.ndarray, int]] = []
    for (number, _), pictures in by_folder.items():
        cut = max(1, round(len(pictures) * (1 - HELD_OUT_SHARE)))
        first.extend((picture, number) for picture in pictures[:cut])
        last.extend((picture, number) for picture in pictures[cut:])
    if not last:
        cut = round(total * (1 - HELD_OUT_SHARE))
        first, last = first[:cut], first[cut:]
    train, held_out = (
        RealImages(tuple(picture for picture, _ in part), np.array([number for _, number in part]))
        for part in (first, last)
    )
    return train, held_out
