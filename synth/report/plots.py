"""Plots of the report, as inline SVG: floor plan with paths, shelf weights with events, distributions.

In: tables and JSON of a clip. Out: SVG text. Text stays text, so that the page's typeface applies.
"""

import io
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from scenes.world import DOOR_TO_WALL_M, Camera
from synth.ledger import parse_place
from synth.report.pictures import instance_color

INK, MUTED, RULE, ACCENT = "#1c2430", "#6b7686", "#d7dce3", "#2f6fde"
FLOOR, GLASS = "#fbfbf9", "#8fc4ec"
KIND_COLORS = {
    "take": "#d1495b",
    "put": "#2a9d6f",
    "touch": "#c58b1b",
    "hand_over": "#7a5cd0",
    "drop": "#8a5a44",
}
MOST_POINTS = 1200
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "shopsynth",
    "font.family": ["sans-serif"],
    "font.size": 9,
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "axes.titlesize": 9,
    "axes.titlecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "text.color": INK,
}


@dataclass(frozen=True)
class Step:
    """An item's event as one group of plates felt it.

    Attributes:
        plates: The plates whose true load the event changed.
        step_g: By how much, in all.
    """

    time_s: float
    kind: str
    name: str
    plates: tuple[int, ...]
    step_g: float


def to_svg(figure: Figure) -> str:
    """Serialise a figure, without the XML head and the date."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def draw_floor_plan(
    plan: dict[str, Any],
    cameras: Sequence[Camera],
    tracks: dict[str, np.ndarray],
    events: Sequence[dict[str, Any]],
    instance: dict[str, int],
) -> str:
    """Draw the shop from above with everybody's path.

    Args:
        plan: floor_plan.json.
        cameras: The store's cameras.
        tracks: trip_code -> (T, 2) positions in metres.
        events: Rows of the clip's item events, marked where they happen.
        instance: trip_code -> instance id, which gives the colour.
    """
    width_m, depth_m = plan["size_m"][:2]
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(7.2, max(2.6, 6.9 * depth_m / width_m)), layout="constrained")
        axes = figure.add_subplot()
        axes.add_patch(Polygon(plan["outline"], fc=FLOOR, ec=INK, lw=1.6))
        for fixture in plan["fixtures"]:
            axes.add_patch(Polygon(fixture["footprint_m"], fc="#e6e9ee", ec="#b7bfca", lw=0.8))
        for opening in plan["openings"]:
            if opening["kind"] == "window":
                axes.plot(*np.transpose(opening["ends_m"]), color=GLASS, lw=2.4, zorder=3)
        for door in plan["doors"]:
            _draw_door(axes, door)
        for camera in cameras:
            _draw_camera(axes, camera)
        for trip_code, path_m in tracks.items():
            color = _hex(instance[trip_code])
            axes.plot(*path_m.T, color=color, lw=2.2, alpha=0.9, solid_capstyle="round")
            axes.plot(*path_m[0], "o", color=color, ms=4, mec="white", mew=0.8)
            axes.plot(*path_m[-1], "o", color=color, ms=7, mec=INK, mew=0.8)
        for event in events:
            if event["kind"] in KIND_COLORS:
                color = KIND_COLORS[event["kind"]]
                axes.plot(
                    event["x_m"], event["y_m"], "D", color=color, ms=5.5, mec="white", mew=0.9, zorder=5
                )
        axes.set(
            xlim=(-0.4, width_m + 0.4),
            ylim=(-0.5, depth_m + 0.4),
            aspect="equal",
            xlabel="x in m",
            ylabel="y in m",
        )
        return to_svg(figure)


def _draw_door(axes: Axes, door: dict[str, Any]) -> None:
    outward = np.array(door["outward"])
    along = np.array([-outward[1], outward[0]]) * door["width_m"] / 2
    middle = np.array(door["point_m"]) + DOOR_TO_WALL_M * outward
    axes.plot(*np.stack([middle - along, middle + along]).T, color=FLOOR, lw=4, zorder=3)
    axes.plot(*np.stack([middle - along, middle + along]).T, color=ACCENT, lw=1.6, zorder=3)
    axes.annotate(
        door["kind"].replace("_", " "),
        tuple(middle),
        xytext=(0, -9),
        textcoords="offset points",
        ha="center",
        color=ACCENT,
        size=8,
    )


def _draw_camera(axes: Axes, camera: Camera) -> None:
    """Draw a wedge of 0.9 m in the direction in which the camera looks."""
    x, y = camera.world_from_cam[:2, 3]
    half = math.atan(camera.width_px / 2 / camera.intrinsics[0, 0])
    forward = camera.world_from_cam[:2, 2]
    if np.linalg.norm(forward) > 0.2:
        angle = math.atan2(forward[1], forward[0])
        rays = [(x + 0.9 * math.cos(angle + d), y + 0.9 * math.sin(angle + d)) for d in (-half, half)]
        axes.add_patch(Polygon([(x, y), *rays], fc=ACCENT, alpha=0.16, ec="none", zorder=4))
    axes.plot(x, y, "s", color=ACCENT, ms=5, zorder=4)
    axes.annotate(camera.camera_id, (x, y), xytext=(5, 4), textcoords="offset points", color=ACCENT, size=7.5)


def find_steps(weights: dict[str, np.ndarray], events: Sequence[dict[str, Any]]) -> list[Step]:
    """Find which plates felt each take and put of the clip, from the true load before and after."""
    steps = []
    for event in events:
        if event["kind"] not in ("take", "put"):
            continue
        if parse_place(event["from_place" if event["kind"] == "take" else "to_place"]).kind != "slot":
            continue
        after = int(np.searchsorted(weights["time_s"], event["time_s"]))
        if not 0 < after < len(weights["time_s"]):
            continue
        change_g = (weights["true_kg"][after] - weights["true_kg"][after - 1]) * 1e3
        plates = np.flatnonzero(np.abs(change_g) > 0.5)
        if len(plates):
            step_g = float(change_g[plates].sum())
            steps.append(
                Step(event["time_s"], event["kind"], event["sku"][5:], tuple(plates.tolist()), step_g)
            )
    return steps


def draw_weights(weights: dict[str, np.ndarray], steps: Sequence[Step], *, charts: int = 6) -> str:
    """Draw what the plates under each event report over the clip, and mark the events.

    Returns:
        SVG, or "" when no plate felt anything.
    """
    groups = list(dict.fromkeys(step.plates for step in steps))[:charts]
    if not groups:
        return ""
    stride = max(1, len(weights["time_s"]) // MOST_POINTS)
    time_s = weights["time_s"][::stride]
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(10.4, 1.75 * math.ceil(len(groups) / 2) + 0.2), layout="constrained")
        grid = figure.subplots(
            math.ceil(len(groups) / 2), 2 if len(groups) > 1 else 1, squeeze=False, sharex=True
        )
        for axes, plates in zip(grid.flat, groups, strict=False):
            columns = list(plates)
            reported_g = weights["mass_kg"][::stride, columns].sum(axis=1) * 1e3
            true_g = weights["true_kg"][::stride, columns].sum(axis=1) * 1e3
            axes.plot(time_s, true_g, color=MUTED, lw=1.0, ls=(0, (4, 3)))
            axes.plot(time_s, reported_g, color=ACCENT, lw=1.0)
            margin = max(float(np.ptp(true_g)) * 0.35, 12.0)
            axes.set_ylim(true_g.min() - margin, true_g.max() + margin)
            shown = [step for step in steps if set(step.plates) & set(plates)]
            for step in shown:
                axes.axvline(step.time_s, color=KIND_COLORS[step.kind], lw=1.2, alpha=0.8)
            first = shown[0]
            axes.set_title(
                f"plate {_ranges(columns)}: {first.kind} {first.name}, {first.step_g:+.0f} g",
                loc="left",
            )
            axes.set_ylabel("g")
            axes.tick_params(labelsize=8)
        for axes in list(grid.flat)[len(groups) :]:
            axes.set_axis_off()
        for axes in grid[-1]:
            axes.set_xlabel("seconds from the clip's start")
        return to_svg(figure)


def _ranges(numbers: Sequence[int]) -> str:
    """Write ascending numbers shortly.

    >>> _ranges([3, 4, 5, 9])
    '3-5, 9'
    """
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def draw_values(values: dict[str, list[Any]]) -> str:
    """Draw how often each sampled value occurs over the clips.

    Args:
        values: key -> the value of each clip.

    Returns:
        SVG, "" when there is nothing to draw.
    """
    varied = {key: found for key, found in values.items() if len(set(map(str, found))) > 1}
    if not varied:
        return ""
    columns = 4
    rows = math.ceil(len(varied) / columns)
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(10.4, 1.35 * rows), layout="constrained")
        grid = figure.subplots(rows, columns, squeeze=False)
        for axes, (key, found) in zip(grid.flat, varied.items(), strict=False):
            _draw_distribution(axes, found)
            axes.set_title(key, loc="left", size=8.5)
            axes.tick_params(labelsize=7)
            axes.set_yticks([])
            axes.spines["left"].set_visible(False)
        for axes in list(grid.flat)[len(varied) :]:
            axes.set_axis_off()
        return to_svg(figure)


def _draw_distribution(axes: Axes, found: list[Any]) -> None:
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in found):
        distinct = sorted(set(found))
        if all(float(value).is_integer() for value in distinct) and len(distinct) <= 12:
            counts = Counter(found)
            axes.bar(
                [str(int(value)) for value in distinct],
                [counts[v] for v in distinct],
                color=ACCENT,
                width=0.7,
            )
        else:
            axes.hist(found, bins=min(16, max(5, len(found) // 3)), color=ACCENT, rwidth=0.92)
        return
    counts = Counter(map(str, found))
    names = sorted(counts)
    axes.bar(names, [counts[name] for name in names], color=ACCENT, width=0.6)


def draw_importance(weight: np.ndarray) -> str:
    """Draw the clips' importance weights on a logarithmic axis."""
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(5.0, 1.9), layout="constrained")
        axes = figure.subplots()
        logs = np.log10(np.maximum(weight, 1e-30))
        bins = np.linspace(logs.min() - 0.25, logs.max() + 0.25, 24).tolist()
        axes.hist(logs, bins=bins, color=ACCENT, rwidth=0.92)
        axes.set(xlabel="log10 of the importance weight", ylabel="clips")
        return to_svg(figure)


def _hex(instance_id: int) -> str:
    # Darker than over pictures: the ground is white here.
    return "#" + "".join(f"{round(channel * 0.78):02x}" for channel in instance_color(instance_id))
