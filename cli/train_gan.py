"""``shopsynth train-gan``: trains a refiner toward real pictures."""

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import ProgressReport, print_json, print_note, print_result
from cli.options import Json, Seed

if TYPE_CHECKING:
    from gan.train import TrainResult

INTERRUPTED = 130


class Accelerator(StrEnum):
    """Where to train."""

    auto = "auto"
    cpu = "cpu"
    gpu = "gpu"


def train_gan(
    real: Annotated[
        list[Path], typer.Option("--real", help="Folder with real images, searched through; repeatable.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Checkpoint to write.")] = Path(
        "refiner.safetensors"
    ),
    steps: Annotated[int, typer.Option("--steps", min=0, help="Steps of the adversarial training.")] = 600,
    views: Annotated[int, typer.Option("--views", min=4, help="Views to render and train on.")] = 240,
    seed: Seed = 0,
    scenario: Annotated[
        str, typer.Option("--scenario", help="Preset or file that the views are sampled from.")
    ] = "everyday",
    work: Annotated[
        Path | None, typer.Option("--work", help="Folder for intermediate results; <out>.work if left out.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the state in the work folder.")
    ] = False,
    accelerator: Annotated[Accelerator, typer.Option("--accelerator", help="Where to train.")] = (
        Accelerator.auto
    ),
    note: Annotated[str, typer.Option("--note", help="Goes into the model card, e.g. a licence.")] = "",
    as_json: Json = False,
) -> None:
    """Train a refiner against folders of real images.

    Writes a checkpoint for --refiner and beside it a model card with the distances to real pictures before
    and after. Interrupted, it goes on with --resume.
    """
    from gan.training.real import check_real_folders
    from scenes.config.loader import load_config

    # Bad folders and a bad scenario end the command before anything is made.
    check_real_folders(real)
    load_config(scenario)
    from gan.train import train_refiner

    folder = work or out.with_suffix(".work")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with ProgressReport() as progress:
            result = train_refiner(
                real,
                out,
                steps=steps,
                views=views,
                seed=seed,
                work_dir=folder,
                resume=resume,
                accelerator=accelerator.value,
                source=scenario,
                note=note,
                on_progress=lambda stage, done, total: progress.update(stage, done, total, unit="steps"),
            )
    except KeyboardInterrupt:
        print_note(f"interrupted: the training's state is in {folder}; go on with --resume")
        raise typer.Exit(INTERRUPTED) from None
    _print_outcome(result, as_json=as_json)


def _print_outcome(result: "TrainResult", *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(result) | {"checkpoint": str(result.checkpoint)})
        return
    if not result.scene_stage:
        print_note("the scene stage did not beat the camera stage alone and was left out of the checkpoint")
    print_result(str(result.checkpoint))
