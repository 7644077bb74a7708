"""``shopsynth verify``: proves a dataset right from its files alone."""

from dataclasses import asdict

import typer

from cli.console import ProgressReport, print_error, print_json, print_result
from cli.options import Dataset, Json


def verify(dataset: Dataset, as_json: Json = False) -> None:
    """Prove a dataset right from its files alone.

    Receipts, ledger, scale steps, hashes and schema are checked, and what is wrong is named with its place.
    Of a dataset that holds it says how many takes, puts and hand-overs could be told at all from what was
    recorded.
    """
    from synth.dataset.reader import Dataset as Reader
    from synth.evidence import summarize
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
        reader = Reader(dataset)
        rows = (row for clip_id in reader.clips for row in reader.table(clip_id, "events").to_pylist())
        found = summarize(rows)
        print_result(
            f"cameras and scales suffice to tell who and what in {found['told']} of {found['events']} item "
            f"events"
        )
    if problems:
        raise typer.Exit(1)
