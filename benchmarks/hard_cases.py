"""How often does a preset of a hard case show it, in shops of any outline, with freezers and pegs?

    python benchmarks/hard_cases.py --quick
    python benchmarks/hard_cases.py --clips 20 --presets left_about,comparing --set store.outline=shaft
    python benchmarks/hard_cases.py --workers 4 --json

Simulates clips only, and asks of each what its preset promises, as tests/synth/test_hard_cases.py does.
Unless the outline is set no shop is a rectangle, where promises are hardest to keep. Tells the share of clips
that keep theirs, and the seeds of those that do not.
"""

import argparse
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the tests are in no package that is installed
from tests.synth.test_hard_cases import PROMISES, simulate_preset

OTHER = "store.outline={choice: {l_shape: 0.4, cut_corner: 0.2, alcove: 0.2, shaft: 0.2}}"
QUICK = ("comparing", "one_grab")


def keeps(job: tuple[str, int], overrides: tuple[str, ...]) -> bool:
    """Say whether the clip of a preset and a seed shows what the preset is for."""
    preset, seed = job
    return bool(PROMISES[preset](*simulate_preset(preset, seed, overrides)))


def main() -> None:
    """Ask all clips, and print a line a preset."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--presets", default=",".join(PROMISES), help="names, with commas")
    parser.add_argument("--clips", type=int, default=8, help="of each preset")
    parser.add_argument("--first", type=int, default=10, help="the first seed; the tests have those below 10")
    parser.add_argument("--set", action="append", default=[], dest="overrides", help="KEY=VALUE")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help=f"one clip of {' and '.join(QUICK)}")
    asked = parser.parse_args()
    if asked.quick:
        asked.clips, asked.presets = 1, ",".join(QUICK)
    overrides = (OTHER, *asked.overrides)
    jobs = [(p, asked.first + n) for p in asked.presets.split(",") for n in range(asked.clips)]
    with ProcessPoolExecutor(asked.workers, mp_context=get_context("spawn")) as pool:
        kept = dict(zip(jobs, pool.map(partial(keeps, overrides=overrides), jobs), strict=True))
    broken: dict[str, list[int]] = {preset: [] for preset, _ in jobs}
    for (preset, seed), shown in kept.items():
        broken[preset] += [] if shown else [seed]
    share = sum(kept.values()) / len(kept)
    if asked.json:
        print(json.dumps({"share": share, "clips": len(kept), "broken": broken}))
        return
    for preset, seeds in broken.items():
        print(f"{preset:16s} {1 - len(seeds) / asked.clips:6.1%}  {' '.join(map(str, seeds))}")
    print(f"{'all':16s} {share:6.1%}  of {len(kept)} clips")


if __name__ == "__main__":
    main()
