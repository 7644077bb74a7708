"""Where a clip's time goes, stage by stage, and what it takes in memory.

    python benchmarks/pipeline.py                     # everyday, evening_rush and coach_party as they are
    python benchmarks/pipeline.py --quick --json      # a short everyday clip, one JSON object
    python benchmarks/pipeline.py --clips 200         # 200 short clips in one process: does memory stay flat?

Shares of a run say more than seconds: our machines are noisy. Memory is the resident set of this process.
"""

import argparse
import gc
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from gan import load_refiner
from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from synth.pipeline import make_clip

STAGES = ("store", "simulate", "pose", "render", "label", "scales", "refine", "encode", "write")
SHORT = ("clip.duration_s=1.5", "clip.warmup_s=10", "clip.fps=10")


class Stopwatch:
    """Adds up the time spent in each stage and remembers the largest resident set."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.peak_bytes = 0
        self._process = psutil.Process()

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Measure the block that this context encloses."""
        start = time.perf_counter()
        yield
        self.seconds[stage] += time.perf_counter() - start
        self.peak_bytes = max(self.peak_bytes, self._process.memory_info().rss)


def measure(preset: str, overrides: tuple[str, ...], refiner: object) -> dict:
    """Make one clip of a preset and return its time by stage, in seconds, and its peak memory."""
    watch = Stopwatch()
    scenario = sample_scenario(load_config(preset, overrides), seed=3, index=0)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        result = make_clip(scenario, Path(folder), clip_id="bench", refiner=refiner, watch=watch)
        total = time.perf_counter() - start
    views = result.counts["frames"] * result.counts["cameras"]
    return {
        "preset": preset,
        "shoppers": result.counts["shoppers"],
        "views": views,
        "size_px": [scenario.cameras.width_px, scenario.cameras.height_px],
        "total_s": total,
        "views_per_s": views / total,
        "share": {stage: watch.seconds[stage] / total for stage in STAGES},
        "peak_mib": watch.peak_bytes / 2**20,
    }


def measure_memory(clips: int, refiner: object) -> dict:
    """Make many short clips in this process; return the resident set after each, in MiB."""
    process, resident = psutil.Process(), []
    config = load_config("everyday", (*SHORT[:1], "clip.warmup_s=0", "clip.duration_s=0.5"))
    for index in range(clips):
        with tempfile.TemporaryDirectory() as folder:
            scenario = sample_scenario(config, seed=4, index=index)
            make_clip(scenario, Path(folder), clip_id=f"bench-{index}", refiner=refiner)
        gc.collect()
        resident.append(process.memory_info().rss / 2**20)
    tenth = max(1, clips // 10)
    early, late = resident[tenth : 2 * tenth] or resident[:1], resident[-tenth:]
    return {
        "clips": clips,
        "after_warm_up_mib": sum(early) / len(early),
        "at_the_end_mib": sum(late) / len(late),
        "ratio": (sum(late) / len(late)) / (sum(early) / len(early)),
        "resident_mib": [round(value, 1) for value in resident],
    }


def print_clip(row: dict) -> None:
    """Print one clip's table."""
    width, height = row["size_px"]
    print(
        f"\n{row['preset']}: {row['shoppers']} shoppers, {row['views']} views of {width} x {height}, "
        f"{row['total_s']:.1f} s, {row['views_per_s']:.1f} views/s, peak {row['peak_mib']:.0f} MiB"
    )
    for stage, share in row["share"].items():
        print(f"  {stage:<9}{share:7.1%}  {'█' * round(40 * share)}")
    print(f"  {'other':<9}{1 - sum(row['share'].values()):7.1%}")


def main() -> None:
    """Parse the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one short clip, under 45 s on 2 cores")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--clips", type=int, default=0, help="measure memory over this many short clips")
    options = parser.parse_args()

    refiner = load_refiner("default")
    report: dict = {}
    if options.clips:
        report["memory"] = measure_memory(options.clips, refiner)
    elif options.quick:
        report["clips"] = [measure("everyday", SHORT, refiner)]
    else:
        report["clips"] = [measure(name, (), refiner) for name in ("everyday", "evening_rush", "coach_party")]

    if options.json:
        print(json.dumps(report))
        return
    for row in report.get("clips", []):
        print_clip(row)
    if "memory" in report:
        memory = report["memory"]
        print(
            f"{memory['clips']} clips: {memory['after_warm_up_mib']:.0f} MiB early, "
            f"{memory['at_the_end_mib']:.0f} MiB at the end, ratio {memory['ratio']:.3f}"
        )


if __name__ == "__main__":
    main()
