"""How much sampled stores differ: figures of many against the ranges their scenario declares.

    python benchmarks/variety.py [--stores N] [--frames N] [--scenario NAME] [--workers W] [--write] [--quick]

Samples N stores (200), measures their floor plans and shelves, makes one small frame of every camera, and
says how the figures are spread and whether any two stores are alike: by the hash of all that defines a store,
by the overlap of walkable floors and of assortments, and by the distance to the nearest neighbour. For each
key of the scenario that varies it says how many tenths of its declared distribution the stores reached.
`--write` makes docs/variety.md and its pictures from the figures.

About 20 minutes on one core, nearly all of it making frames; --quick measures 20 plans without frames in a
quarter of a minute.
"""

import argparse
import json
import multiprocessing
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).resolve().parents[1])]

from looks.stores import StoreFacts, measure_store  # noqa: E402
from looks.variety_page import write_page  # noqa: E402

from scenes.config.loader import load_config  # noqa: E402
from scenes.randomness import make_rng  # noqa: E402
from scenes.sampling import sample_scenario  # noqa: E402

SECTIONS = ("store", "catalogue", "cameras", "lighting", "shoppers")
SMALL = ("cameras.width_px=160", "cameras.height_px=120", "cameras.supersampling=1")
DRAWS, MOST_CLASSES = 20_000, 12
SAID_EVERY = 10  # stores
PERCENTILES = (0, 5, 25, 50, 75, 95, 100)


def measure_one(job: tuple[str, int, bool]) -> tuple[StoreFacts, dict[str, Any]]:
    """Sample one store and measure it; return also the scenario's values."""
    source, index, rendered = job
    scenario = sample_scenario(load_config(source, SMALL), seed=0, index=index)
    values = {key: value[0] for key, value in scenario.values.items() if key.split(".")[0] in SECTIONS}
    return measure_store(scenario, rendered=rendered), values


def measure_all(jobs: list[tuple[str, int, bool]], workers: int) -> list[tuple[StoreFacts, dict[str, Any]]]:
    """Measure all stores in so many processes, and say on stderr how far that is."""
    measured = []
    with multiprocessing.get_context("spawn").Pool(workers, maxtasksperchild=25) as pool:
        for one in pool.imap(measure_one, jobs):
            measured.append(one)
            if len(measured) % SAID_EVERY == 0 or len(measured) == len(jobs):
                print(f"{len(measured)} of {len(jobs)} stores measured", file=sys.stderr, flush=True)
    return measured


def summarize_figures(facts: list[StoreFacts]) -> dict[str, dict[str, float]]:
    """Gather each figure over stores and cameras: name -> its percentiles."""
    gathered: dict[str, list[float]] = {}
    for fact in facts:
        for name, value in fact.figures.items():
            gathered.setdefault(name, []).append(value)
        for name, values in fact.seen.items():
            gathered.setdefault(name, []).extend(values)
    return {
        name: {
            "count": int(np.isfinite(values).sum()),
            **{f"p{q}": float(np.nanpercentile(values, q)) for q in PERCENTILES},
        }
        for name, values in gathered.items()
    }


def summarize_keys(source: str, sampled: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Compare what was drawn for each varying key with its declared distribution."""
    declared = load_config(source, SMALL).distributions()
    rows: dict[str, dict[str, Any]] = {}
    for key in sampled[0]:
        values = [sample[key] for sample in sampled]
        rng = make_rng(0, 0, f"benchmarks/variety/{key}")
        draws = [declared[key].sample(rng=rng) for _ in range(DRAWS)]
        row: dict[str, Any] = {"declared": declared[key].describe()}
        if len(set(draws)) <= MOST_CLASSES:
            row |= {"classes": len(set(draws)), "reached": len(set(values))}
            row["share"] = {name: n / len(values) for name, n in sorted(Counter(map(str, values)).items())}
        else:
            edges = np.unique(np.quantile(np.array(draws, float), np.linspace(0, 1, 11))[1:-1])
            tenths = np.searchsorted(edges, values, side="right")
            row |= {"classes": len(edges) + 1, "reached": len(set(tenths.tolist()))}
            row |= {"low": min(values), "high": max(values)}
        rows[key] = row
    return rows


def compare_stores(facts: list[StoreFacts]) -> dict[str, float]:
    """Say how alike the two most alike stores are.

    Returns:
        How many stores and different hashes; the largest overlap (intersection over union) of two stores'
        walkable floors and of their assortments; the smallest and the median distance of a store to its
        nearest neighbour in figures, each in units of its standard deviation.
    """
    figures = np.array([list(fact.figures.values()) for fact in facts])
    figures = np.where(np.isnan(figures), np.nanmean(figures, axis=0), figures)
    figures = (figures - figures.mean(axis=0)) / (figures.std(axis=0) + 1e-9)
    away = np.linalg.norm(figures[:, None] - figures[None], axis=2) + np.diag(np.full(len(facts), np.inf))
    pairs = [(left, right) for number, left in enumerate(facts) for right in facts[:number]]
    floors = [(one.plan & other.plan).sum() / (one.plan | other.plan).sum() for one, other in pairs]
    sold = [len(one.skus & other.skus) / len(one.skus | other.skus) for one, other in pairs]
    return {
        "stores": len(facts),
        "hashes": len({fact.store_id for fact in facts}),
        "floor_overlap_max": float(max(floors)),
        "assortment_overlap_max": float(max(sold)),
        "nearest_min": float(away.min()),
        "nearest_median": float(np.median(away.min(axis=1))),
    }


def print_tables(result: dict[str, Any]) -> None:
    """Print the figures for people."""
    names = [f"p{q}" for q in PERCENTILES]
    print(f"{'':30}{'count':>8}" + "".join(f"{name:>9}" for name in names))
    for name, row in result["figures"].items():
        print(f"{name:30}{row['count']:8}" + "".join(f"{row[key]:9.2f}" for key in names))
    print(f"\n{'key of the scenario':30}{'reached':>10}   declared")
    for key, row in result["keys"].items():
        print(f"{key:30}{row['reached']:>5} of {row['classes']:<3} {row['declared']}")
    alike = result["alike"]
    print(
        f"\n{alike['stores']} stores, {alike['hashes']} different; the two most alike share "
        f"{alike['floor_overlap_max']:.0%} of their walkable floor or "
        f"{alike['assortment_overlap_max']:.0%} of their assortment; "
        f"nearest neighbours are {alike['nearest_min']:.2f} standard "
        f"deviations apart at least, {alike['nearest_median']:.2f} in the median"
    )


def main() -> None:
    """Parse the options, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stores", type=int, help="how many (200; 20 with --quick)")
    parser.add_argument("--frames", type=int, help="how many of them get frames (all; none with --quick)")
    parser.add_argument("--scenario", default="everyday", help="preset or file to sample from (everyday)")
    parser.add_argument("--workers", type=int, default=1, help="processes (1)")
    parser.add_argument("--write", action="store_true", help="write docs/variety.md and its pictures")
    parser.add_argument("--quick", action="store_true", help="20 floor plans, no frames")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    if options.write and options.quick:
        parser.error("--write needs frames: leave out --quick")
    stores = options.stores or (20 if options.quick else 200)
    frames = 0 if options.quick else stores if options.frames is None else options.frames
    jobs = [(options.scenario, index, index < frames) for index in range(stores)]
    facts, sampled = zip(*measure_all(jobs, options.workers), strict=True)
    result = {
        "benchmark": "variety",
        "scenario": options.scenario,
        "filmed": sum(fact.picture is not None for fact in facts),
        "figures": summarize_figures(list(facts)),
        "keys": summarize_keys(options.scenario, list(sampled)),
        "alike": compare_stores(list(facts)),
    }
    if options.write:
        write_page(result, list(facts))
    if options.json:
        print(json.dumps(result))
    else:
        print_tables(result)


if __name__ == "__main__":
    main()
