"""Raw frames of a revision of this project, kept in a cache folder.

In: a git revision (or the working tree), a preset or a described place, how many clips, from which view. Out:
pictures, saved and read as photographs are, with the number of their clip.
"""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from gan.training.real import bring_to_scale
from looks.described import is_description, name_description
from looks.files import Files, choose_file, save_like
from looks.revisions import (
    HOLD,
    IN_HAND,
    PHONE,
    SIZE_PX,
    identify,
    render_in_hand,
    render_raised,
    render_shelves,
)

# Close: before shelves and before what is in a hand, as people photograph goods.
RAISED, CLOSE = "raised", "close"
_DONE = "complete"


def load_frames(
    revision: str, *, preset: str, clips: int, cache: Path, files: Sequence[Files], view: str = RAISED
) -> tuple[list[np.ndarray], np.ndarray]:
    """Return (H, W, 3) uint8 pictures and the (M,) clip number of each, rendering what is not in the cache.

    Pictures are saved as photographs are, and read as those (gan.training.real.bring_to_scale).

    Args:
        revision: A git revision, or NOW for the working tree.
        preset: What to generate: a preset, at SIZE_PX, or the path of a scenario file that describes a place,
            in the size that it says.
        clips: How many clips, from seed 0.
        cache: Folder of all cached frames.
        files: The photographs of each folder that they are compared with.
        view: RAISED or CLOSE.
    """
    told = name_description(Path(preset)) if is_description(preset) else preset
    name = f"{identify(revision)}-{told}-{clips}"
    if not is_description(preset):
        name += f"-{SIZE_PX[0]}x{SIZE_PX[1]}"
    folders = {cache / name: render_raised}
    if view == CLOSE:  # how these cameras are held and set is today's code
        folders = {
            cache / f"{name}-shelves-{_digest(HOLD)}": render_shelves,
            cache / f"{name}-in_hand-{_digest(HOLD, IN_HAND)}": render_in_hand,
        }
    for folder, render in folders.items():
        if not (folder / _DONE).is_file():
            render(revision, folder, preset, clips)
            (folder / _DONE).touch()
    paths = [path for folder in folders for path in sorted(folder.glob("*.png"))]
    number = [int(re.search(r"-(\d+)\.", path.name)[1]) for path in paths]  # type: ignore[index]
    pictures = []
    for place, path in enumerate(paths):
        with Image.open(path) as frame:
            pictures.append(bring_to_scale(save_like(frame, choose_file(files, place))))
    return pictures, np.array(number)


def _digest(*scripts: Path) -> str:
    code = b"".join(path.read_bytes() for path in scripts) + str(PHONE).encode()
    return hashlib.sha256(code).hexdigest()[:8]
