"""Raw frames as a revision of this project makes them, kept in a cache folder.

In: a git revision (or the working tree), a preset or a described place, how many clips, from which view. Out:
pictures with the number of their clip. The revision is checked out into a worktree for the time of rendering
and its own command makes a dataset there; nothing of today's code runs but described.py, which tells it of
places in its own words, hold.py, which takes the cameras in hand, and extract.py, which copies frames.
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from gan.training.real import bring_to_scale
from looks.described import is_description, name_description, write_description
from looks.files import Files, choose_file, save_like

ROOT = Path(__file__).resolve().parents[2]
NOW = "now"
SIZE_PX = (640, 480)
HERE = Path(__file__).parent
HOLD = HERE / "hold.py"
# From raised cameras, where an installer hangs them, two moments; and close, as people photograph shelves:
# nobody but the photographer is there to stand in the way.
RAISED, CLOSE = "raised", "close"
VIEWS = {RAISED: (0, 3), CLOSE: (0,)}
# Telephones aim lower than fixed cameras: shelves and fruit photographed with them have 0.2 to 0.26.
# Revisions without such a key have no automatic exposure, or one that aims at 0.25 to 0.3.
PHONE_KEY = "exposure_level"
PHONE = {f"cameras.{PHONE_KEY}": 0.23, "cameras.auto_exposure": 1.0}
_DONE = "complete"


def load_frames(
    revision: str, *, preset: str, clips: int, cache: Path, files: Sequence[Files], view: str = RAISED
) -> tuple[list[np.ndarray], np.ndarray]:
    """Return (H, W, 3) uint8 pictures and the (M,) clip number of each, rendering what is not in the cache.

    Pictures are saved as photographs are, and read as those (gan.training.real.bring_to_scale).

    Args:
        revision: A git revision, or NOW for the working tree.
        preset: What to generate without refiner, at a frame a second: a preset, at SIZE_PX, or the path of a
            scenario file that describes a place, in the size that it says.
        clips: How many clips, from seed 0.
        cache: Folder of all cached frames.
        files: The photographs of each folder that they are compared with.
        view: A key of VIEWS: from where, and which frames.
    """
    told = name_description(Path(preset)) if is_description(preset) else preset
    name = f"{_identify(revision)}-{told}-{clips}"
    if not is_description(preset):
        name += f"-{SIZE_PX[0]}x{SIZE_PX[1]}"
    if view == CLOSE:  # how these cameras are held and set is today's code
        code = HOLD.read_bytes() + str(PHONE).encode()
        name += f"-{CLOSE}-{hashlib.sha256(code).hexdigest()[:8]}"
    folder = cache / name
    if not (folder / _DONE).is_file():
        with _checkout(revision) as tree:
            _render(tree, folder, preset=preset, clips=clips, view=view)
        (folder / _DONE).touch()
    paths = sorted(folder.glob("*.png"))
    number = [int(re.search(r"-(\d+)\.", path.name)[1]) for path in paths]  # type: ignore[index]
    pictures = []
    for place, path in enumerate(paths):
        with Image.open(path) as frame:
            pictures.append(bring_to_scale(save_like(frame, choose_file(files, place))))
    return pictures, np.array(number)


def _identify(revision: str) -> str:
    """Name what makes the frames: a commit, or a hash of the packages as they are in the working tree."""
    if revision != NOW:
        return _git("rev-parse", "--short=12", f"{revision}^{{commit}}")
    digest = hashlib.sha256()
    for package in ("scenes", "synth"):
        for path in sorted((ROOT / package).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.relative_to(ROOT).as_posix().encode())
                digest.update(path.read_bytes())
    return f"now-{digest.hexdigest()[:12]}"


def _git(*words: str) -> str:
    return subprocess.run(
        ["git", "-C", str(ROOT), *words], check=True, capture_output=True, text=True
    ).stdout.strip()


@contextmanager
def _checkout(revision: str) -> Iterator[Path]:
    """Lend a worktree of the revision; for NOW the tree itself."""
    if revision == NOW:
        yield ROOT
        return
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch) / "tree"
        _git("worktree", "add", "--detach", str(tree), revision)
        try:
            yield tree
        finally:
            _git("worktree", "remove", "--force", str(tree))


def _render(tree: Path, folder: Path, *, preset: str, clips: int, view: str) -> None:
    """Generate a dataset by the tree's own code and copy frames out of it."""
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    numbers = VIEWS[view]
    settings = {"clip.duration_s": max(numbers) + 1, "clip.fps": 1}
    if not is_description(preset):
        settings |= {"cameras.width_px": SIZE_PX[0], "cameras.height_px": SIZE_PX[1]}
    command = ["-m", "cli"]
    if view == CLOSE:
        settings["shoppers.count"] = 1
        if any(PHONE_KEY in path.read_text(encoding="utf-8") for path in (tree / "scenes").rglob("*.py")):
            settings |= PHONE
        command = [str(HOLD)]
    sets = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
    with tempfile.TemporaryDirectory() as scratch:
        dataset = str(Path(scratch) / "dataset")
        if is_description(preset):
            place = Path(scratch) / "place"
            preset = str(write_description(Path(preset), tree, place, environment=environment))
        make = [*command, "generate", preset, "-o", dataset, "--clips", str(clips), "--seed", "0"]
        for words in (
            [*make, "--refiner", "none", *sets],
            [str(HERE / "extract.py"), dataset, str(folder), *map(str, numbers)],
        ):
            subprocess.run(
                [sys.executable, *words], cwd=tree, env=environment, check=True, stdout=subprocess.DEVNULL
            )
