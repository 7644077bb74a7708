"""``shopsynth verify``: proves a dataset right from its files alone."""

from dataclasses import asdict

import typer

from cli.console import ProgressReport, print_error, print_json, print_result
from cli.options import Dataset, Json


def verify(dataset: Dataset, as_json: Json = False) -> None:
    """Prove a dataset right from its files alone.

    Receipts, ledger, scale steps, hashes and schema are checked, and what is wrong is named with its place.
    """
    from synth.verify import verify_dataset

    with ProgressReport() as progress:
        problems = verify_dataset(
            dataset, on_progress=lambda done, total: progress.update("verified", done, total, unit="clips")
        )
    for problem in problems:
        print_error(str(problem))
    if as_json:
        print_json({"dataset": dataset, "valid": not problems, "problems": [asdict(p) for p in problems]})
    elif not problems:
        print_result(f"{dataset}: everything holds")
    if problems:
        raise typer.Exit(1)
