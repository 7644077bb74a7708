"""How fast the renderer is: against stock pyrender, and against bare moderngl doing the same passes.

    python benchmarks/render.py [--quick] [--json] [--rounds N]

The scene is the design's: 40 gondolas, 4,000 items, 20 people, 6 cameras. Each contender runs in a process
of its own and they take turns, a frame of all cameras each, so that a noisy machine slows all alike; the
figures are medians over the rounds, the ratios medians of each round's ratio. The upload of what moves is in
the time; making the store, the static caches and the first frame are not. As in any worker process, Mesa's
rasteriser runs in the contender's own thread (LP_NUM_THREADS=0) unless the variable says otherwise.
"""

import argparse
import importlib
import json
import multiprocessing
import statistics
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

CONTENDERS = ("stock", "ours", "bare")
TITLES = {"stock": "pyrender as it is", "ours": "synth.render", "bare": "bare moderngl"}
SIZES = ((320, 240), (640, 480), (1280, 720))


def serve(name: str, width_px: int, height_px: int, pipe: Connection) -> None:
    """Run a contender: on each message render one round and answer with its seconds a view."""
    sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]
    contender = importlib.import_module(f"rendering.{name}")
    steps = contender.rounds(width_px, height_px)
    next(steps)
    pipe.send(contender.OUTPUTS)
    while pipe.recv():
        start = time.perf_counter()
        views = next(steps)
        pipe.send((time.perf_counter() - start) / views)


def measure(size: tuple[int, int], rounds: int, budget_s: float) -> dict[str, Any]:
    """Let the contenders take turns.

    Args:
        size: Picture width and height.
        rounds: Frames each contender renders, at least 3.
        budget_s: No new round after this time.
    """
    spawn = multiprocessing.get_context("spawn")
    pipes, outputs = {}, {}
    seconds: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    for name in CONTENDERS:
        pipes[name], child = spawn.Pipe()
        spawn.Process(target=serve, args=(name, *size, child), daemon=True).start()
        outputs[name] = pipes[name].recv()
    start = time.perf_counter()
    for number in range(rounds):
        if number >= 3 and time.perf_counter() - start > budget_s:
            break
        for name in CONTENDERS:
            pipes[name].send(True)
            seconds[name].append(pipes[name].recv())
    for pipe in pipes.values():
        pipe.send(False)
    ratio = {
        name: statistics.median(
            other / ours for other, ours in zip(seconds[name], seconds["ours"], strict=True)
        )
        for name in ("stock", "bare")
    }
    return {
        "width_px": size[0],
        "height_px": size[1],
        "rounds": len(seconds["ours"]),
        "ms_per_view": {name: 1e3 * statistics.median(values) for name, values in seconds.items()},
        "times_stock": ratio["stock"],
        "share_of_bare": ratio["bare"],
        "outputs": outputs,
    }


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="320x240 only, done within 45 s on 2 cores")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rounds", type=int, default=15, help="frames a contender and size (default 15)")
    options = parser.parse_args()
    sizes = SIZES[:1] if options.quick else SIZES
    results = [measure(size, options.rounds, 8.0 if options.quick else 60.0) for size in sizes]
    if options.json:
        print(json.dumps({"benchmark": "render", "results": results}))
        return
    print(f"{'':24}" + "".join(f"{r['width_px']}x{r['height_px']:<12}" for r in results))
    for name in CONTENDERS:
        print(
            f"{TITLES[name] + ', ms a view':24}"
            + "".join(f"{r['ms_per_view'][name]:<16.1f}" for r in results)
        )
    print(f"{'times stock':24}" + "".join(f"{r['times_stock']:<16.1f}" for r in results))
    print(f"{'share of bare':24}" + "".join(f"{r['share_of_bare']:<16.2f}" for r in results))
    for name, text in results[0]["outputs"].items():
        print(f"{TITLES[name]}: {text}")


if __name__ == "__main__":
    main()
