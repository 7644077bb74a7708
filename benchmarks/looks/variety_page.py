"""Writes docs/variety.md and its pictures from what benchmarks/variety.py measured.

In: the benchmark's result and the stores' facts. Out: a page with tables, histograms, floor plans and frames.
"""

import math
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from looks.stores import PLAN_CELL_M, StoreFacts

DOCS = Path(__file__).resolve().parents[2] / "docs"
FOLDER = DOCS / "images" / "variety"
INK, ACCENT = "#1c2430", "#2f6fde"
COLUMNS = 4
PLANS, FRAMES = (10, 4), (8, 5)
SHOWN = ("p0", "p5", "p25", "p50", "p75", "p95", "p100")


def write_page(result: dict[str, Any], facts: list[StoreFacts]) -> None:
    """Write the page and its three pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    draw_histograms(facts).savefig(FOLDER / "figures.png", dpi=80, metadata={"Software": None})
    draw_plans(facts).save(FOLDER / "plans.png", optimize=True)
    draw_frames(facts).save(FOLDER / "frames.jpg", quality=74, optimize=True)
    (DOCS / "variety.md").write_text(render_page(result), encoding="utf-8")


def draw_histograms(facts: list[StoreFacts]) -> Figure:
    """Draw a histogram of each figure."""
    values = {name: [fact.figures[name] for fact in facts] for name in facts[0].figures}
    values |= {name: [value for fact in facts for value in fact.seen.get(name, [])] for name in facts[0].seen}
    rows = math.ceil(len(values) / COLUMNS)
    with matplotlib.rc_context({"font.size": 8, "axes.spines.top": False, "axes.spines.right": False}):
        figure = Figure(figsize=(3.0 * COLUMNS, 1.75 * rows), layout="constrained")
        for number, (name, sample) in enumerate(values.items()):
            axes = figure.add_subplot(rows, COLUMNS, number + 1)
            finite = np.asarray(sample)[np.isfinite(sample)]
            axes.hist(finite, bins=24, color=ACCENT)
            axes.set_title(name, color=INK, fontsize=9)
            axes.set_yticks([])
    return figure


def draw_plans(facts: list[StoreFacts]) -> Image.Image:
    """Draw the walkable floors of the first stores to one scale."""
    across, down = PLANS
    tile = 76
    sheet = Image.new("L", (across * tile, down * tile), 255)
    for number, fact in enumerate(facts[: across * down]):
        picture = np.where(fact.plan[::-1], 150, 255).astype(np.uint8)
        walked = np.argwhere(fact.plan)
        height, width = walked.max(axis=0) + 2
        cut = picture[len(picture) - height :, :width]
        shown = Image.fromarray(cut).resize(
            (min(width, 36) * 2, min(height, 36) * 2), Image.Resampling.NEAREST
        )
        sheet.paste(shown, (number % across * tile, number // across * tile))
    return sheet


def draw_frames(facts: list[StoreFacts]) -> Image.Image:
    """Put the first cameras' frames side by side."""
    across, down = FRAMES
    pictures = [fact.picture for fact in facts if fact.picture is not None][: across * down]
    height, width = pictures[0].shape[:2]
    sheet = Image.new("RGB", (across * (width + 2), down * (height + 2)), "white")
    for number, picture in enumerate(pictures):
        place = (number % across * (width + 2), number // across * (height + 2))
        sheet.paste(Image.fromarray(picture), place)
    return sheet


def render_page(result: dict[str, Any]) -> str:
    """Write the page's text."""
    alike = result["alike"]
    lines = [
        "# How much stores differ",
        "",
        f"{alike['stores']} stores sampled from `{result['scenario']}` with seed 0. This page and its "
        "pictures are written by `python benchmarks/variety.py --write`.",
        "",
        "## No two are alike",
        "",
        f"{alike['hashes']} of {alike['stores']} hashes of all that defines a store (geometry, textures, "
        "products, lamps, cameras) differ. The two stores whose walkable floors are most alike share "
        f"{alike['floor_overlap_max']:.0%} of them (intersection over union), the two whose assortments are "
        f"most alike {alike['assortment_overlap_max']:.0%}. In the figures below a store's nearest "
        f"neighbour is {alike['nearest_min']:.2f} standard deviations away at least, "
        f"{alike['nearest_median']:.2f} in the median.",
        "",
        f"![Floors that one can walk on, {PLAN_CELL_M} m a cell](images/variety/plans.png)",
        "",
        "![One frame of each store that was filmed](images/variety/frames.jpg)",
        "",
        "## Figures",
        "",
        "Aisle width is the clear way before shelves that face something, measured on the floor plan. Light, "
        "people and occlusion (share of a person's pixels that something hides) are of one frame of "
        f"every camera of the {result['filmed']} stores that were filmed.",
        "",
        "| | count | least | 5 % | 25 % | median | 75 % | 95 % | most |",
        "|---|---|---|---|---|---|---|---|---|",
        *(
            f"| {name} | {row['count']} | " + " | ".join(f"{row[key]:.4g}" for key in SHOWN) + " |"
            for name, row in result["figures"].items()
        ),
        "",
        "![Histograms of these figures](images/variety/figures.png)",
        "",
        "## What the scenario declares and what came",
        "",
        "Reached are the tenths of the declared distribution that stores fell into (equally likely ones; a "
        "distribution of few values has fewer classes).",
        "",
        "| key | declared | reached | least and most, or shares |",
        "|---|---|---|---|",
        *(_row(key, row) for key, row in result["keys"].items()),
        "",
    ]
    return "\n".join(lines)


def _row(key: str, row: dict[str, Any]) -> str:
    if "share" in row:
        came = ", ".join(f"{value}: {share:.0%}" for value, share in row["share"].items())
    else:
        came = f"{row['low']:.4g} to {row['high']:.4g}"
    return f"| `{key}` | `{row['declared']}` | {row['reached']} of {row['classes']} | {came} |"
