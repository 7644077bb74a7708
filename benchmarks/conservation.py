"""Are items conserved, and receipts right, over thousands of random clips?

    python benchmarks/conservation.py --clips 10000 --workers 4
    python benchmarks/conservation.py --quick --json

Simulates clips of all presets with random behaviours, policies and payments, without rendering. Of each clip
the events are replayed against the planogram, the balance of every SKU is checked after each event, the
receipts are computed a second time by the code of `shopsynth verify`, and what was billed is compared with
what is gone from the shelves. A clip that breaks is named with the recipe that makes it again.
"""

import argparse
import json
import multiprocessing
import time
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

import synth.shoppers.plans
from scenes.errors import ShopsynthError
from scenes.loader import list_presets, load_config
from scenes.randomness import make_rng
from scenes.sampling import sample_scenario
from scenes.scenario import POLICIES, Scenario
from scenes.store import make_store
from scenes.world import Store
from synth.bodies import sample_body_shape
from synth.labels.tables import make_receipts
from synth.ledger import Ledger, parse_place
from synth.records import BodyShape, Simulation
from synth.simulation import simulate
from synth.verify.ledger import StoreBooks, compute_bills

STORES_PER_PRESET = 4
SMALL = (
    "clip.duration_s=20",
    "clip.warmup_s=25",
    "store.format=convenience",
    "store.width_m=8",
    "store.depth_m=7",
    "store.aisle_width_m=1.6",
    "shoppers.count=8",
    "shoppers.arrival_window_s=20",
)
PAYMENTS = ("one_per_group", "one_per_trip", "one_for_all")


@cache
def _bodies(child: bool) -> tuple[BodyShape, ...]:
    rng = make_rng(0, -1, "conservation/bodies")
    return tuple(sample_body_shape(rng=rng, child=child) for _ in range(8))


def _choose_body(*, rng: np.random.Generator, child: bool) -> BodyShape:
    """Choose one of a few real bodies: measuring a new one takes longer than a person's whole visit."""
    return _bodies(child)[rng.integers(8)]


@cache
def _clip_of(preset: str, variant: int) -> tuple[Scenario, Store]:
    scenario = sample_scenario(load_config(preset, SMALL), seed=variant, index=0)
    return scenario, make_store(scenario)


def make_random_scenario(number: int) -> tuple[Scenario, Store]:
    """Draw a scenario: any preset, any mixture of behaviours."""
    rng = make_rng(1, number, "conservation")
    presets = list_presets()
    scenario, store = _clip_of(presets[number % len(presets)], int(rng.integers(STORES_PER_PRESET)))
    spec = scenario.behaviours
    chances = {
        name: float(rng.random() ** 2)
        for name, value in vars(spec).items()
        if isinstance(value, float) and 0 <= value <= 1
    }
    chances["empty_handed"] = float(0.2 * rng.random())
    shoppers = replace(
        scenario.shoppers,
        count=int(rng.integers(1, 15)),
        policy=POLICIES[rng.integers(len(POLICIES))],
        payment=PAYMENTS[rng.integers(len(PAYMENTS))],
    )
    return (
        replace(scenario, seed=number, shoppers=shoppers, behaviours=replace(spec, **chances)),
        store,
    )


def prove(scenario: Scenario, store: Store, simulation: Simulation) -> list[str]:
    """Say what does not add up in a simulated clip."""
    sku = store.catalogue.sku
    ledger = Ledger.from_items(store.item_slot, [sku[p] for p in store.item_product])
    try:
        for event in simulation.events:
            ledger.apply(event)
            if event.item_id >= 0 and not ledger.balance(event.sku).is_conserved:
                return [f"event {event.event_id}: {event.sku} is not conserved"]
        ledger.check()
    except ShopsynthError as error:
        return [str(error)]
    wrong = []
    gone, billed = _count_gone(simulation), Counter()
    for receipt in simulation.receipts:
        for line in receipt.lines:
            billed[line.sku] += line.quantity
    wrong += [
        f"{name}: billed {billed[name]}, gone {gone[name]}" for name in sku if billed[name] != gone[name]
    ]
    goods = store.catalogue
    books = StoreBooks(
        price_minor={name: int(p) for name, p in zip(sku, goods.price_minor, strict=True)},
        mass_kg=dict(zip(sku, goods.mass_kg.tolist(), strict=True)),
        weighed={name for name, unit in zip(sku, goods.sold_by, strict=True) if unit == "kg"},
        currency=goods.currency,
    )
    people = [{"trip_code": p.trip_code, "payment_id": p.payment_id} for p in simulation.plans]
    rules = scenario.shoppers
    proved = compute_bills([vars(e) for e in simulation.events], people, books, rules.policy, rules.returns)
    told = {receipt["payment_id"]: receipt for receipt in make_receipts(simulation)}
    return wrong + [
        f"receipt {name} differs" for name in sorted(proved | told) if proved.get(name) != told.get(name)
    ]


def _count_gone(simulation: Simulation) -> Counter:
    """Count what left the shop's slots, floor and ledges, less what was returned and credited, by SKU.

    What people brought along does not count until they return it.
    """
    gone: Counter = Counter()
    own: set[int] = set()
    with_staff: set[int] = (
        set()
    )  # restocked or returned into a hand: the shop's, though on no store place yet
    for event in simulation.events:
        if event.kind == "bring":
            own.add(event.item_id)
        elif event.kind == "return":
            own.remove(event.item_id)
            gone[event.sku] += any(receipt.returns == "ignored" for receipt in simulation.receipts)
        elif event.kind == "restock":
            gone[event.sku] += 1
        if event.item_id < 0 or event.item_id in own:
            continue
        before = parse_place(event.from_place).is_store_place or event.item_id in with_staff
        after = parse_place(event.to_place).is_store_place
        if not after and (event.kind in ("restock", "return") or event.item_id in with_staff):
            with_staff.add(event.item_id)
            after = True
        else:
            with_staff.discard(event.item_id)
        gone[event.sku] += before - after
    return gone


def run_clip(number: int) -> tuple[int, list[str], Counter]:
    """Simulate and prove clip `number`."""
    synth.shoppers.plans.sample_body_shape = _choose_body
    scenario, store = make_random_scenario(number)
    try:
        simulation = simulate(scenario, store)
    except ShopsynthError as error:
        return number, [f"{type(error).__name__}: {error}"], Counter()
    return number, prove(scenario, store, simulation), Counter(event.kind for event in simulation.events)


def measure(clips: int, workers: int, limit_s: float) -> dict[str, Any]:
    """Prove clips 0 .. clips - 1, or as many as the time allows."""
    start = time.perf_counter()
    events: Counter = Counter()
    broken: dict[int, list[str]] = {}
    done = 0
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        for number, wrong, kinds in pool.imap_unordered(run_clip, range(clips), chunksize=4):
            done += 1
            events += kinds
            if wrong:
                broken[number] = wrong
            if time.perf_counter() - start > limit_s:
                pool.terminate()
                break
    seconds = time.perf_counter() - start
    return {
        "clips": done,
        "broken": broken,
        "events": dict(sorted(events.items())),
        "seconds": seconds,
        "clips_per_s": done / seconds,
    }


def main() -> None:
    """Parse the options, simulate, prove, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--limit", type=float, default=float("inf"), help="stop after so many seconds")
    parser.add_argument("--quick", action="store_true", help="as many of 100 clips as 30 s allow")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    clips, limit_s = (100, 30.0) if options.quick else (options.clips, options.limit)
    report = measure(clips, options.workers, limit_s)
    if options.json:
        print(json.dumps(report))
    else:
        print(f"{report['clips']} clips in {report['seconds']:.0f} s, {report['clips_per_s']:.1f} a second")
        print("events: " + ", ".join(f"{count} {kind}" for kind, count in report["events"].items()))
        for number, wrong in report["broken"].items():
            print(f"clip {number}: " + "; ".join(wrong))
        print(f"{len(report['broken'])} broken")
    raise SystemExit(1 if report["broken"] else 0)


if __name__ == "__main__":
    main()
