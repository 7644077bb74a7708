"""``shopsynth export``: a dataset in formats that other tools read."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from cli.console import ProgressReport, print_json, print_result
from cli.options import Dataset, Json

if TYPE_CHECKING:
    from synth.export import ExportFormat


class Format(StrEnum):
    """What to write."""

    coco = "coco"
    mot = "mot"


class Pictures(StrEnum):
    """Which of a clip's videos."""

    rgb = "rgb"
    refined = "refined"


def export(
    dataset: Dataset,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write; absent or empty.")],
    form: Annotated[
        Format, typer.Option("--format", help="COCO detection with masks, or MOTChallenge tracks.")
    ] = Format.coco,
    pictures: Annotated[Pictures, typer.Option("--pictures", help="Rendered or refined pictures.")] = (
        Pictures.rgb
    ),
    as_json: Json = False,
) -> None:
    """Write a dataset in a format that other tools read.

    coco: boxes and masks of every person and product, with JPEG pictures. mot: a folder a camera in the
    MOTChallenge layout, people only.
    """
    from synth.export import export_dataset

    with ProgressReport() as progress:
        path = export_dataset(
            dataset,
            out,
            format=cast("ExportFormat", form.value),
            pictures=pictures.value,
            on_progress=lambda clip_id, done, total: progress.update("exported", done, total, unit="clips"),
        )
    if as_json:
        print_json({"dataset": dataset, "format": form.value, "out": str(path)})
    else:
        print_result(str(path))
