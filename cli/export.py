"""``shopsynth export``: a dataset in formats that other tools read."""

from pathlib import Path
from typing import Annotated

import typer

from cli.console import print_json, print_result
from cli.options import Dataset, Json


def export(
    dataset: Dataset,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write.")],
    form: Annotated[str, typer.Option("--format", help="Format to write, e.g. coco.")] = "coco",
    as_json: Json = False,
) -> None:
    """Write a dataset in a format that other tools read."""
    from synth.export import export_dataset

    path = export_dataset(dataset, out, form)
    if as_json:
        print_json({"dataset": dataset, "format": form, "out": str(path)})
    else:
        print_result(str(path))
