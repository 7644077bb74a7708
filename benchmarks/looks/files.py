"""Frames saved as photographs are: with as many pixels, and as coarse a coding, as their files have.

In: a frame and a photograph's file. Out: the frame as if it had been saved so. Large files are shrunk so much
when they are read that nothing of their coding is left; small ones (176 pixels high, of which 128 are left)
keep it: their colours are blurred, and their fine detail is the same in all channels.
"""

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, JpegImagePlugin

from gan.training.real import find_images, is_large
from scenes.randomness import make_rng

Files = tuple[Path, ...]  # photographs of a folder


def list_files(folders: list[Path]) -> list[Files]:
    """List the photographs of each folder that are large enough to be used."""
    return [tuple(path for path in find_images(folder) if _is_large(path)) for folder in folders]


def _is_large(path: Path) -> bool:
    with Image.open(path) as photograph:
        return is_large(photograph)


def choose_file(folders: Sequence[Files], number: int) -> Path:
    """Choose the file that frame `number` is saved like: first a folder, then one of its photographs."""
    rng = make_rng(0, number, "benchmarks/realism/files")
    files = folders[int(rng.integers(len(folders)))]
    return files[int(rng.integers(len(files)))]


def save_like(frame: Image.Image, path: Path) -> Image.Image:
    """Bring a frame to the short side of a photograph's file, and code it as that is, if that is a JPEG."""
    with Image.open(path) as photograph:
        scale = min(photograph.size) / min(frame.size)
        size = (round(frame.width * scale), round(frame.height * scale))
        resized = frame.convert("RGB").resize(size, Image.Resampling.BICUBIC)
        if not isinstance(photograph, JpegImagePlugin.JpegImageFile):
            return resized
        tables, sampling = photograph.quantization, JpegImagePlugin.get_sampling(photograph)
    stream = io.BytesIO()
    # A file in greys has no table, and -1, for colours: the plainest sampling then, and the only table.
    resized.save(stream, "JPEG", qtables=tables, subsampling=max(sampling, 0))
    return Image.open(stream).convert("RGB")
