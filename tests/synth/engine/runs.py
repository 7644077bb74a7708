"""Runs of the engine on tiny clips, as the tests of this folder share them."""

import hashlib
from pathlib import Path

from synth.engine.generation import generate
from tests.synth.tiny_clips import make_tiny_clip

ROOT = Path(__file__).parents[3]
CLIPS, SEED = 10, 3


def run(configs, out, **options):
    defaults = {"clips": CLIPS, "seed": SEED, "command": ["test"], "refiner": "none"}
    return generate(configs, str(out), make_clip=make_tiny_clip, **(defaults | options))


def hashes(out: Path) -> dict[str, str]:
    files = sorted(path for path in Path(out).rglob("*") if path.is_file())
    return {str(p.relative_to(out)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
