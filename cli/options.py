"""Options that several commands share, so that they read and mean the same everywhere."""

from pathlib import Path
from typing import Annotated

import typer

from synth.engine.limits import LARGEST_INDEX, LARGEST_SEED, MOST_CLIPS

Scenarios = Annotated[
    list[str], typer.Argument(metavar="SCENARIO", help="Scenario files or names of presets.")
]
Dataset = Annotated[str, typer.Argument(metavar="DATASET", help="Folder or URL of a dataset.")]
Out = Annotated[
    str,
    typer.Option("--out", "-o", metavar="OUT", help="Folder or URL (s3://bucket/prefix) of the new dataset."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override a key, e.g. shoppers.count=3; repeatable."),
]
Clips = Annotated[
    int, typer.Option("--clips", min=1, max=MOST_CLIPS, help="Number of clips, all scenarios together.")
]
First = Annotated[int, typer.Option("--first", min=0, max=LARGEST_INDEX, help="Index of the first clip.")]
Seed = Annotated[
    int, typer.Option("--seed", min=0, max=LARGEST_SEED, help="With the scenarios it decides every byte.")
]
Workers = Annotated[int, typer.Option("--workers", min=1, help="Processes that make clips, one a core.")]
Refiner = Annotated[
    str, typer.Option("--refiner", metavar="none|default|PATH", help="What refines the pictures.")
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with an unfinished run.")]
OptionalFile = Annotated[Path | None, typer.Option("--out", "-o", help="File to write.")]


def parse_shard(text: str | None) -> tuple[int, int] | None:
    """Read ``i/n``, 0 <= i < n.

    >>> parse_shard("2/8")
    (2, 8)
    """
    if text is None:
        return None
    number, slash, total = text.partition("/")
    if not (slash and number.isdecimal() and total.isdecimal() and int(number) < int(total)):
        raise typer.BadParameter(f"expected i/n with 0 <= i < n, such as 0/8, got {text!r}")
    return int(number), int(total)


Shard = Annotated[
    str | None,
    typer.Option("--shard", metavar="I/N", help="Make only part I of N (from 0), for arrays of jobs."),
]
