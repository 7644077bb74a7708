"""Frames as a revision of this project renders them, by its own code.

In: a git revision (or the working tree), a preset or a described place, how many clips, from where. Out: a
folder of PNG files named by clip, camera and frame. The revision is checked out into a worktree while it
renders, and its own command makes a dataset there; nothing of today's code runs but described.py, which tells
it of places in its own words, hold.py and in_hand.py, which take the cameras in hand, and extract.py, which
copies frames.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from looks.described import is_description, write_description

ROOT = Path(__file__).resolve().parents[2]
NOW = "now"
SIZE_PX = (640, 480)
HERE = Path(__file__).parent
HOLD, IN_HAND, EXTRACT = HERE / "hold.py", HERE / "in_hand.py", HERE / "extract.py"
RAISED_FRAMES, SHELF_FRAME = (0, 3), 0  # at a frame a second
# Telephones aim lower than fixed cameras: shelves and fruit photographed with them have 0.2 to 0.26.
# Revisions without such a key have no automatic exposure, or one that aims at 0.25 to 0.3.
PHONE_KEY = "exposure_level"
PHONE = {f"cameras.{PHONE_KEY}": 0.23, "cameras.auto_exposure": 1.0}
# Many shoppers who take a look at what they take, at four moments; the first time pictures are of no use.
BUSY = {"clip.duration_s": 4, "clip.fps": 1, "shoppers.count": 16, "behaviours.put_back": 1.0}
NO_PICTURES = {"cameras.count": 2, "cameras.width_px": 64, "cameras.height_px": 64}


def identify(revision: str) -> str:
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


def render_raised(revision: str, folder: Path, preset: str, clips: int) -> None:
    """Render a shop's own cameras, as an installer hangs them."""
    with _checkout(revision) as tree, _Command(tree, preset, clips) as command:
        settings = {"clip.duration_s": max(RAISED_FRAMES) + 1, "clip.fps": 1}
        command.generate(settings, by=("-m", "cli"))
        command.run(EXTRACT, command.dataset, folder, *RAISED_FRAMES)


def render_shelves(revision: str, folder: Path, preset: str, clips: int) -> None:
    """Render cameras held before shelves, where nobody but the photographer is there to stand in the way."""
    with _checkout(revision) as tree, _Command(tree, preset, clips) as command:
        settings = {"clip.duration_s": SHELF_FRAME + 1, "clip.fps": 1, "shoppers.count": 1}
        command.generate(settings | command.phone, by=(HOLD,))
        command.run(EXTRACT, command.dataset, folder, SHELF_FRAME)


def render_in_hand(revision: str, folder: Path, preset: str, clips: int) -> None:
    """Render cameras held before what somebody has in a hand."""
    with _checkout(revision) as tree, _Command(tree, preset, clips) as command:
        moments = command.scratch / "moments.json"
        command.generate(BUSY | NO_PICTURES, by=("-m", "cli"))
        command.run(IN_HAND, "find", command.dataset, moments)
        held = command.scratch / "held"
        command.generate(BUSY | command.phone, by=(IN_HAND, "generate", moments, held))
        command.run(IN_HAND, "extract", held, moments, folder)


class _Command:
    """A tree's own command, which makes its dataset in a scratch folder that goes with this.

    Attributes:
        scratch: The folder.
        dataset: Where `generate` makes the dataset.
        phone: Settings of a telephone's exposure, as far as the tree knows them.
    """

    def __init__(self, tree: Path, preset: str, clips: int):
        self._tree, self._preset, self._clips = tree, preset, clips
        self._environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tree), str(HERE.parent)])}
        knows = any(PHONE_KEY in path.read_text(encoding="utf-8") for path in (tree / "scenes").rglob("*.py"))
        self.phone: dict[str, float] = PHONE if knows else {}

    def __enter__(self) -> "_Command":
        self._lent = tempfile.TemporaryDirectory()
        self.scratch = Path(self._lent.name)
        self.dataset = self.scratch / "dataset"
        if is_description(self._preset):
            place = self.scratch / "place"
            told = write_description(Path(self._preset), self._tree, place, environment=self._environment)
            self._preset = str(told)
            self._size: dict[str, float] = {}
        else:
            self._size = {"cameras.width_px": SIZE_PX[0], "cameras.height_px": SIZE_PX[1]}
        return self

    def __exit__(self, *error: object) -> None:
        self._lent.cleanup()

    def run(self, *words: object) -> None:
        """Run Python in the tree."""
        command = [sys.executable, *map(str, words)]
        subprocess.run(command, cwd=self._tree, env=self._environment, check=True, stdout=subprocess.DEVNULL)

    def generate(self, settings: dict[str, float], *, by: tuple[object, ...]) -> None:
        """Make the dataset, without refiner, by what runs the command."""
        sets = [
            word for key, value in (self._size | settings).items() for word in ("--set", f"{key}={value}")
        ]
        chosen = ["--clips", self._clips, "--seed", 0, "--refiner", "none", *sets]
        self.run(*by, "generate", self._preset, "-o", self.dataset, *chosen)


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
