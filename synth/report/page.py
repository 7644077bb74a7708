"""Puts the report together: reads the dataset, chooses what to show, fills the template.

In: a finished dataset. Out: one HTML file. Clips are read one after the other and only the frames that are
shown are kept.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
from markupsafe import Markup

from synth.dataset.files import write_for_user
from synth.dataset.reader import Dataset
from synth.report.clip_section import ClipSection, make_clip_section
from synth.report.plots import draw_importance, draw_values

CLIPS_SHOWN = 4
CLIPS_LISTED = 200
FEW_CLIPS = 6
NO_FRACTION = frozenset({"JPY", "KRW", "ISK", "CLP", "VND"})  # currencies without a minor unit (ISO 4217)


def write_report(dataset: str, out: Path | None = None) -> Path:
    """Write the report of a dataset.

    Args:
        dataset: Folder or URL.
        out: The file to write; by default ``report.html`` in the dataset's folder, or in the current
            folder when the dataset lies elsewhere.

    Returns:
        The file written.

    Raises:
        DatasetError: The dataset cannot be read.
        StorageError: The file cannot be written.
    """
    source = Dataset(dataset)
    if out is None:
        out = (source.storage.local or Path()) / "report.html"
    sections = [make_clip_section(source, clip_id) for clip_id in choose_clips(source)]
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("synth.report"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["money"] = format_money
    environment.filters["clock"] = format_clock
    environment.filters["value"] = format_value
    environment.filters["count"] = format_count
    environment.filters["plural"] = choose_plural
    page = environment.get_template("report.html").render(**_describe(source, sections))
    write_for_user(out, page.encode())
    return out


def choose_clips(source: Dataset) -> list[str]:
    """Choose the clips to show in full: one of each scenario, then the first ones."""
    first_of: dict[str, str] = {}
    for clip_id, row in source.rows.items():
        first_of.setdefault(row["scenario"], clip_id)
    chosen = list(first_of.values())[:CLIPS_SHOWN]
    chosen += [clip_id for clip_id in source.clips if clip_id not in chosen][: CLIPS_SHOWN - len(chosen)]
    return sorted(chosen, key=source.clips.index)


def format_money(minor: int, currency: str) -> str:
    """Write an amount of minor units.

    >>> format_money(1061, "EUR"), format_money(500, "JPY")
    ('10.61 EUR', '500 JPY')
    """
    return f"{minor} {currency}" if currency in NO_FRACTION else f"{minor / 100:.2f} {currency}"


def format_clock(time_s: float) -> str:
    """Write a time from the clip's start.

    >>> format_clock(-32.75), format_clock(75.2)
    ('-0:32.8', '1:15.2')
    """
    tenths = round(abs(time_s) * 10)
    return f"{'-' if time_s < 0 and tenths else ''}{tenths // 600}:{tenths % 600 / 10:04.1f}"


def format_value(value: object) -> str:
    """Write a sampled value.

    >>> format_value(0.51234), format_value(True), format_value("tile")
    ('0.5123', 'yes', 'tile')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def choose_plural(noun: str, number: float) -> str:
    """Return a noun's plural unless there is just one.

    >>> choose_plural("trip", 1), choose_plural("trip", 2), choose_plural("minute", 1.0)
    ('trip', 'trips', 'minute')
    """
    return noun if number == 1 else f"{noun}s"


def format_count(noun: str, number: int) -> str:
    """Write a number of things.

    >>> format_count("receipt", 1), format_count("trip", 0), format_count("frame", 2400)
    ('1 receipt', '0 trips', '2,400 frames')
    """
    return f"{number:,} {choose_plural(noun, number)}"


def effective_share(weight: Sequence[float]) -> float:
    """Compute the effective sample size of importance weights over their number (Kish 1965).

    >>> effective_share([1.0, 1.0]), effective_share([1.0, 0.0])
    (1.0, 0.5)
    """
    weights = np.asarray(weight, float)
    square = float((weights**2).sum())
    return float(weights.sum() ** 2 / square / len(weights)) if square > 0 else 0.0


def _describe(source: Dataset, sections: Sequence[ClipSection]) -> dict[str, Any]:
    rows = list(source.rows.values())
    values: dict[str, list[Any]] = {}
    for clip_id in source.clips[:CLIPS_LISTED]:
        for key, (value, _, _) in source.clip(clip_id)["scenario"]["values"].items():
            values.setdefault(key, []).append(value)
    weight = np.array([row["weight"] for row in rows])
    total_bytes = sum(shard["size"] for shard in source.manifest["shards"])
    refiners = {section.refiner for section in sections}
    counts = {name: sum(row[name] for row in rows) for name in ("shoppers", "events", "payments")}
    return {
        "name": Path(source.path.rstrip("/")).name,
        "manifest": source.manifest,
        "rows": rows[:CLIPS_LISTED],
        "hidden_rows": max(0, len(rows) - CLIPS_LISTED),
        "totals": {
            "clip": len(rows),
            "store": len(source.store_ids),
            "camera frame": sum(row["frames"] * row["cameras"] for row in rows),
            "minute": round(sum(row["duration_s"] for row in rows) / 60, 1),
            "trip": counts["shoppers"],
            "event": counts["events"],
            "receipt": counts["payments"],
            "megabyte": round(total_bytes / 1e6, 1),
        },
        "judged": sum(row["judged_events"] for row in rows),
        "told": sum(row["told_events"] for row in rows),
        "refiner": ", ".join(sorted(refiners)),
        "scenarios": sorted({row["scenario"] for row in rows}),
        # A histogram of a handful says less than the numbers.
        "values_svg": Markup(draw_values(values)) if len(rows) > FEW_CLIPS else "",
        "values": values if len(rows) <= FEW_CLIPS else {},
        "fixed": _fixed_values(values) if len(rows) > FEW_CLIPS else {},
        "weights_svg": Markup(draw_importance(weight)) if len(rows) > FEW_CLIPS else "",
        "equal_weights": len(set(weight.tolist())) == 1,
        "effective": effective_share(weight.tolist()),
        "sections": sections,
    }


def _fixed_values(values: dict[str, list[Any]]) -> dict[str, Any]:
    return {key: found[0] for key, found in values.items() if len(set(map(str, found))) == 1}
