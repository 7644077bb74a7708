"""``shopsynth report``: one page that shows a dataset."""

from cli.console import print_json, print_result
from cli.options import Dataset, Json, OptionalFile


def report(dataset: Dataset, out: OptionalFile = None, as_json: Json = False) -> None:
    """Write one HTML page that shows a dataset.

    Pictures, floor plans with paths, shelf weights with events, and receipts; readable without a network.
    """
    from synth.report import write_report

    page = write_report(dataset, out)
    if as_json:
        print_json({"dataset": dataset, "report": str(page)})
    else:
        print_result(str(page))
