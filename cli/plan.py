"""``shopsynth plan``: what a run would make, before it is made."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cli.console import count_noun, print_json, print_note, print_result, print_table
from cli.options import Clips, First, Json, Refiner, Scenarios, Seed, Sets

if TYPE_CHECKING:
    from scenes.config.models import ScenarioConfig
    from scenes.scenario import Scenario
    from synth.engine.plan import Plan

# Measured on clips of `everyday` with default options: bytes a pixel and frame of one camera...
RGB_BYTES_PER_PIXEL, RGB_CRF, RGB_PER_CRF = 0.036, 20, 0.905  # at that crf; each more leaves that share
REFINED_BYTES_PER_PIXEL = 0.13
DEPTH_BYTES_PER_PIXEL = 0.30
MASK_BYTES_PER_PIXEL = 0.026
# ...bytes a person and frame (of which each camera adds boxes), a reading of one plate, a store...
TRACK_BYTES = 1000
BOX_BYTES = 750
READING_BYTES = 1.27
STORE_BYTES = 6_000_000
PLATES_PER_M2 = 16  # ...and plates for each square metre of the shop.

# Of a larger plan only the first clips are drawn; each clip is drawn alike, so the others are like them.
MOST_DRAWN = 2000
CLIPS_LISTED = 20


def plan(
    scenarios: Scenarios,
    clips: Clips = 4,
    first: First = 0,
    seed: Seed = 0,
    refiner: Refiner = "default",
    sets: Sets = None,
    as_json: Json = False,
) -> None:
    """Show what a run would make, before it is made.

    Clips, shards, expected sizes, the values that are sampled, and importance weights.
    """
    from cli.refiners import identify_refiner
    from scenes.config.loader import load_config
    from synth.engine.plan import make_plan

    configs = [load_config(source, sets or ()) for source in scenarios]
    planned = make_plan(configs, clips=clips, first=first, seed=seed, refiner=identify_refiner(refiner))
    content = describe_plan(planned)
    if as_json:
        print_json(content)
    else:
        print_plan(content)


def describe_plan(planned: "Plan") -> dict[str, Any]:
    """Sum up a plan as plain values: clips, sizes, and for each scenario its values and weights.

    Of a plan of more than `MOST_DRAWN` clips only the first are drawn, and sums are scaled up.
    """
    count = min(planned.clips, MOST_DRAWN)
    drawn = [(task, planned.sample(task)) for task in map(planned.task, range(count))]
    scale = planned.clips / count
    refined = planned.refiner != "none"
    groups = [
        [scenario for task, scenario in drawn if task.config_number == number]
        for number in range(len(planned.configs))
    ]
    return {
        "clips": planned.clips,
        "clips_drawn": count,
        "shards": planned.shards,
        "seed": planned.seed,
        "first": planned.first,
        "refiner": planned.refiner,
        "expected_bytes": round(scale * sum(estimate_clip_bytes(s, refined=refined) for _, s in drawn)),
        "views": round(scale * sum(count_views(scenario) for _, scenario in drawn)),
        "scenarios": [
            {
                "name": config.name,
                "clips": round(scale * len(group)),
                "natural": config.natural.name,
                "weights": summarise_weights([s.log_p - s.log_q for s in group]),
                "impossible": find_impossible(config, [s.values for s in group]),
                "values": summarise_values([s.values for s in group]),
            }
            for config, group in zip(planned.configs, groups, strict=True)
        ],
        "first_clips": [
            {
                "clip_id": task.clip_id,
                "shard": task.shard,
                "duration_s": scenario.clip.duration_s,
                "cameras": scenario.cameras.count,
                "shoppers": scenario.shoppers.count,
                "weight": math.exp(scenario.log_p - scenario.log_q),
                "expected_bytes": estimate_clip_bytes(scenario, refined=refined),
            }
            for task, scenario in drawn[:CLIPS_LISTED]
        ],
    }


def count_views(scenario: "Scenario") -> int:
    """Pictures that a clip needs: frames times cameras."""
    return max(1, round(scenario.clip.duration_s * scenario.clip.fps)) * scenario.cameras.count


def estimate_clip_bytes(scenario: "Scenario", *, refined: bool) -> int:
    """Expected size of a clip's files and its store's, from averages of real clips; right within a half."""
    cameras, views = scenario.cameras, count_views(scenario)
    rgb = RGB_BYTES_PER_PIXEL * RGB_PER_CRF ** (cameras.crf - RGB_CRF)
    per_pixel = rgb + DEPTH_BYTES_PER_PIXEL + MASK_BYTES_PER_PIXEL
    per_pixel += REFINED_BYTES_PER_PIXEL if refined else 0
    pictures = views * cameras.width_px * cameras.height_px * per_pixel
    people = views * scenario.shoppers.count * (BOX_BYTES + TRACK_BYTES / cameras.count)
    plates = scenario.store.width_m * scenario.store.depth_m * PLATES_PER_M2
    readings = scenario.clip.duration_s * scenario.sensors.rate_hz * plates * READING_BYTES
    return round(pictures + people + readings + STORE_BYTES)


def summarise_weights(log_weights: Sequence[float]) -> dict[str, float]:
    """Sum up importance weights, given as logarithms.

    The effective number (Kish 1965) is how many equally weighted clips would say as much.

    >>> summarise_weights([0.0, 0.0, -math.inf])["effective_clips"]
    2.0
    """
    finite = [w for w in log_weights if w > -math.inf]
    if not finite:
        return {"log_min": -math.inf, "log_mean": -math.inf, "log_max": -math.inf, "effective_clips": 0.0}
    top = max(finite)
    scaled = [math.exp(w - top) for w in finite]
    return {
        "log_min": min(log_weights),
        "log_mean": top + math.log(math.fsum(scaled) / len(log_weights)),
        "log_max": top,
        "effective_clips": math.fsum(scaled) ** 2 / math.fsum(x * x for x in scaled),
    }


def summarise_values(values: Sequence[Mapping[str, tuple[Any, float, float]]]) -> dict[str, dict[str, Any]]:
    """Sum up each key's sampled values: range and mean of numbers, shares of everything else."""
    summary: dict[str, dict[str, Any]] = {}
    for path in values[0] if values else ():
        drawn = [clip[path][0] for clip in values]
        if all(isinstance(x, int | float) and not isinstance(x, bool) for x in drawn):
            summary[path] = {"min": min(drawn), "mean": math.fsum(drawn) / len(drawn), "max": max(drawn)}
        else:
            names = Counter(str(x).lower() if isinstance(x, bool) else str(x) for x in drawn)
            summary[path] = {"shares": {name: n / len(drawn) for name, n in names.most_common()}}
    return summary


def find_impossible(
    config: "ScenarioConfig", values: Sequence[Mapping[str, tuple[Any, float, float]]]
) -> dict[str, list[str]]:
    """Values that the natural scenario never gives, by key: they are why a weight is 0."""
    from scenes.sampling import weigh_value

    natural, asked = config.natural.distributions(), config.distributions()
    found: dict[str, set[str]] = {}
    for clip in values:
        for path, (value, log_p, _) in clip.items():
            if log_p > -math.inf:
                continue
            if weigh_value(value, natural=natural[path], asked=asked[path]).weighted:
                found.setdefault(path, set()).add(str(value))
    return {path: sorted(names) for path, names in found.items()}


def print_plan(content: Mapping[str, Any]) -> None:
    """Print a plan for people."""
    refiner = content["refiner"][: len("sha256:") + 8]
    print_result(
        f"{count_noun(content['clips'], 'clip')} in {count_noun(content['shards'], 'shard')}, "
        f"{content['views']:,} views, "
        f"about {content['expected_bytes'] / 1e6:,.0f} MB; seed {content['seed']}, "
        f"first clip {content['first']}, refiner {refiner}\n"
    )
    if content["clips_drawn"] < content["clips"]:
        print_note(
            f"values and weights are those of the first {content['clips_drawn']} clips, sums are scaled up"
        )
    columns = ("clip", ">shard", ">duration s", ">cameras", ">shoppers", ">weight", ">MB")
    rows = [
        (
            clip["clip_id"],
            str(clip["shard"]),
            f"{clip['duration_s']:g}",
            str(clip["cameras"]),
            str(clip["shoppers"]),
            f"{clip['weight']:.3g}",
            f"{clip['expected_bytes'] / 1e6:.1f}",
        )
        for clip in content["first_clips"]
    ]
    more = content["clips"] - len(rows)
    print_table("Clips" + (f" (the first {len(rows)})" if more else ""), columns, rows)
    for scenario in content["scenarios"]:
        _print_scenario(scenario)


def _print_scenario(scenario: Mapping[str, Any]) -> None:
    if not scenario["clips"]:
        print_result(f"\n{scenario['name']}: no clips")
        return
    weights = scenario["weights"]
    clips = count_noun(scenario["clips"], "clip")
    print_result(
        f"\n{scenario['name']}: {clips}, weighed against {scenario['natural']}: "
        f"mean weight {_exp(weights['log_mean'])}, from {_exp(weights['log_min'])} to "
        f"{_exp(weights['log_max'])}, worth {weights['effective_clips']:.1f} equally weighted clips"
    )
    for path, never in scenario["impossible"].items():
        print_note(f"{scenario['natural']} never gives {path}: {', '.join(never[:5])}")
    rows = [
        (path, "", f"{s['min']:.4g}", f"{s['mean']:.4g}", f"{s['max']:.4g}")
        if "mean" in s
        else (path, ", ".join(f"{name} {share:.0%}" for name, share in s["shares"].items()), "", "", "")
        for path, s in scenario["values"].items()
    ]
    print_table("", ("sampled key", "shares", ">min", ">mean", ">max"), rows)


def _exp(log_weight: float) -> str:
    """Write exp(x) also where it is too small or large for a float.

    >>> _exp(-2302.585093), _exp(0.0), _exp(-math.inf)
    ('1e-1000', '1', '0')
    """
    if log_weight == -math.inf:
        return "0"
    if abs(log_weight) < 600:
        return f"{math.exp(log_weight):.3g}"
    return f"1e{round(log_weight / math.log(10))}"
