"""``shopsynth init``: a commented scenario file to begin with."""

import textwrap
from pathlib import Path
from typing import Annotated

import typer

from cli.console import print_json, print_result
from cli.options import Json
from scenes.errors import StorageError

SUFFIXES = (".yaml", ".yml")

STARTER = """\
# A shopsynth scenario. Check it:      shopsynth validate {file}
#                       Look ahead:    shopsynth plan {file} --clips 8
#                       Make clips:    shopsynth generate {file} -o out --clips 8
# Every key is described in docs/scenario-reference.md; `shopsynth schema` gives editors a JSON Schema.

description: A calm morning with a few shoppers, one of whom is careless.

# Whatever is not written here comes from this preset or from another file, by its path relative to this
# one. The presets are {presets}.
extends: everyday

clip:
  duration_s: 12            # length of the clip
  fps: 10                   # frames a second, all cameras at the same instants
  warmup_s: 30              # people have been shopping for so long when it starts

store:
  width_m: {{uniform: [7, 9]}}               # any value may be drawn anew for each clip
  floor: {{choice: {{tile: 0.7, vinyl: 0.3}}}} # names have probabilities that sum to 1
  fill: 0.9                                # or it is fixed

cameras:
  count: 3
  width_px: 320
  height_px: 240

shoppers:
  count: {{poisson: 4}}
  extra_items: {{neg_binomial: {{mean: 3.41, r: 1.23}}}}   # drawn anew for each shopper
  speed_mps: {{normal: {{mean: 0.9, std: 0.15, min: 0.5, max: 1.4}}}}

behaviours:
  wrong_shelf: 0.1          # one item in ten goes back to a wrong shelf
  buy_misplaced: 0.5        # and half of those are bought from there

# The scenario that says how often things happen in real life: each clip's weight is formed against it.
natural: everyday
"""


def init(
    file: Annotated[Path, typer.Argument(help="File to write, .yaml or .yml.")] = Path("scenario.yaml"),
    as_json: Json = False,
) -> None:
    """Write a commented scenario file to begin with."""
    if file.suffix not in SUFFIXES:
        raise typer.BadParameter(f"expected a name that ends in .yaml or .yml, got {str(file)!r}")
    from scenes.config.loader import list_presets

    presets = textwrap.fill(", ".join(list_presets()), 100, subsequent_indent="# ")
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(STARTER.format(file=file.name, presets=presets))
    except FileExistsError:
        raise StorageError(f"{file} exists already and is left as it is; choose another name") from None
    if as_json:
        print_json({"scenario": str(file)})
    else:
        print_result(f"wrote {file}; next: shopsynth validate {file}")
