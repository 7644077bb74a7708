"""``shopsynth train-gan``: trains a refiner against real pictures."""

from pathlib import Path
from typing import Annotated

import typer

from cli.console import print_json, print_result
from cli.options import Json


def train_gan(
    real: Annotated[Path, typer.Argument(help="Folder with real images.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Checkpoint to write.")] = Path(
        "refiner.safetensors"
    ),
    steps: Annotated[int, typer.Option("--steps", min=1, help="Training steps.")] = 2000,
    seed: Annotated[int, typer.Option("--seed", min=0)] = 0,
    as_json: Json = False,
) -> None:
    """Train a refiner against a folder of real images."""
    from gan.train import train_refiner

    result = train_refiner(real, out, steps=steps, seed=seed)
    if as_json:
        print_json(result)
    else:
        print_result(str(out))
