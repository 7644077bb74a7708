"""Are items conserved, and receipts right, over thousands of random clips?

    python benchmarks/conservation.py --clips 10000 --workers 4 --log conservation.jsonl
    python benchmarks/conservation.py --quick --json

Simulates short clips of all presets, each with one behaviour made likely and all others, and every way to
come and go, mixed in at random, and with random policies and payments, without rendering. Of each clip the
events are replayed against the planogram, the balance of every SKU is checked after each event, the receipts
are computed again by the code of `shopsynth verify`, and what was billed is compared with what is gone from
the shelves. A clip that breaks is named by its number, which makes it again. Each behaviour is counted; a
run of MANY clips in which one never happens fails too. With --log, what is done is kept, a line a clip: a run
that was cut short goes on from there, with the same code.
"""

import argparse
import hashlib
import json
import multiprocessing
import sys
import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import synth.shoppers.plans
from scenes.config.loader import list_presets, load_config
from scenes.errors import ShopsynthError
from scenes.randomness import make_rng
from scenes.sampling import sample_scenario
from scenes.scenario import POLICIES, STORE_FORMATS, BehavioursSpec, Scenario
from scenes.store import make_store
from scenes.world import Store
from synth.bodies import sample_body_shape
from synth.labels.tables import make_receipts
from synth.ledger import Ledger, parse_place
from synth.records import BodyShape, Simulation
from synth.simulation import simulate
from synth.verify.bills import compute_bills
from synth.verify.ledger import StoreBooks

STORES = 12  # each takes longer to make than many a clip; two of each format
SMALL = (
    "clip.duration_s=30",
    "clip.warmup_s=10",
    "store.width_m=8.5",
    "store.depth_m=7.5",
    "store.aisle_width_m=1.6",
    "shoppers.count=8",
    "shoppers.arrival_window_s=12",
)
PROGRESS_S = 20.0
MANY = 1000  # clips in which every behaviour happens
RETURNS = ("credited", "ignored")
PAYMENTS = ("one_per_group", "one_per_trip", "one_for_all")
# What people do, by the names that events bear; who comes for nothing is counted by nothing.
BEHAVIOURS = tuple(field.name for field in fields(BehavioursSpec) if field.name != "empty_handed")
# What others must do first, or who must be there.
NEEDS = {
    "buy_misplaced": "wrong_shelf",
    "pick_up_left": "leave_on_floor",
    "return_to_staff": "return_earlier",
    "fetch_bag": "leave_bag",
    "carry_off_bag": "leave_bag",
    "swap_coats": "conceal",
}
AT_LAST = ("swap_bags", "swap_coats", "leave_bag", "fetch_bag", "carry_off_bag")  # done when all else is
FEWEST = 5  # people in those clips
LONG_SHARE, LONG_S = 0.1, 60.0  # of other clips that are long enough for that


@cache
def _bodies(child: bool) -> tuple[BodyShape, ...]:
    rng = make_rng(0, -1, "conservation/bodies")
    return tuple(sample_body_shape(rng=rng, child=child) for _ in range(8))


def _choose_body(*, rng: np.random.Generator, child: bool) -> BodyShape:
    """Choose one of a few real bodies: measuring a new one takes longer than a person's whole visit."""
    return _bodies(child)[rng.integers(8)]


@cache
def _scenario_of(preset: str) -> Scenario:
    return sample_scenario(load_config(preset, SMALL), seed=0, index=0)


@cache
def _store(number: int) -> Store:
    presets = list_presets()
    own = (*SMALL, f"store.format={STORE_FORMATS[number % len(STORE_FORMATS)]}")
    config = load_config(presets[number * len(presets) // STORES], own)
    return make_store(sample_scenario(config, seed=number, index=0))


def _draw_chances(spec: Any, *, rng: np.random.Generator) -> dict[str, float]:
    """Draw a chance for each of a section's: half at any value, half low; in some clips all low.

    Where all were likely, what is decided last would hardly ever come about.
    """
    bustle = 10.0 ** rng.uniform(-2.0, 0.0)
    return {
        name: float(bustle * rng.random() * (1.0 if rng.random() < 0.5 else 0.1))
        for name, value in vars(spec).items()
        if isinstance(value, float) and 0 <= value <= 1
    }


def make_random_scenario(number: int) -> tuple[Scenario, Store]:
    """Draw a scenario: any preset, any mixture of behaviours and of ways to come and go."""
    rng = make_rng(1, number, "conservation")
    presets = list_presets()
    scenario, store = _scenario_of(presets[number % len(presets)]), _store(int(rng.integers(STORES)))
    behaviours = _draw_chances(scenario.behaviours, rng=rng)
    behaviours["empty_handed"] = float(0.2 * rng.random())
    likely = BEHAVIOURS[rng.integers(len(BEHAVIOURS))]
    for name in (likely, *([NEEDS[likely]] if likely in NEEDS else [])):
        behaviours[name] = float(rng.uniform(0.3, 1.0))
    journeys = _draw_chances(scenario.journeys, rng=rng)
    journeys["already_inside"] = float(rng.random() ** 0.5)
    if likely == "swap_coats":
        journeys |= {"coat_on_arm": 1.0, "phone": 0.0}
    shoppers = replace(
        scenario.shoppers,
        count=int(rng.integers(1, 11)),
        child_share=float(0.5 * rng.random()),
        policy=POLICIES[rng.integers(len(POLICIES))],
        payment=PAYMENTS[rng.integers(len(PAYMENTS))],
        returns=RETURNS[rng.integers(len(RETURNS))],
    )
    clip = scenario.clip
    if rng.random() < LONG_SHARE or likely in AT_LAST:
        clip = replace(clip, duration_s=LONG_S, warmup_s=LONG_S)
    if likely in AT_LAST:  # whoever carries a bag off pays apart
        shoppers = replace(shoppers, count=max(FEWEST, shoppers.count), payment="one_per_trip")
    return (
        replace(
            scenario,
            seed=number,
            clip=clip,
            shoppers=shoppers,
            behaviours=replace(scenario.behaviours, **behaviours),
            journeys=replace(
                scenario.journeys,
                **journeys,
                staff=int(rng.integers(3)),
                evacuate=bool(rng.random() < 0.1),
                evacuate_at_s=float(rng.uniform(-5.0, 20.0)),
                tailgater_pays=("unpaid", "host")[rng.integers(2)],
            ),
        ),
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
    gone, billed = _count_gone(simulation, scenario.shoppers.policy), Counter()
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


def _count_gone(simulation: Simulation, policy: str) -> Counter:
    """Count what left the shop's slots, floor and ledges, less what was returned and credited, by SKU.

    What people brought along does not count until they return it. What is paid for by who took it is gone,
    though it may lie in a bag that others set down (policy ``taker``; `carrier` bills what people carry out).
    """
    gone: Counter = Counter()
    own: set[int] = set()
    payment = {plan.trip_code: plan.payment_id for plan in simulation.plans}
    inside = Counter(payment.values())  # trips of each payment that have not left yet
    taken: dict[int, str] = {}  # what is off store places -> the payment of who took it
    with_staff: set[int] = set()  # in hands of staff: the shop's, though on no store place yet
    for event in simulation.events:
        if event.kind == "bring":
            own.add(event.item_id)
        elif event.kind == "return":
            own.remove(event.item_id)
            gone[event.sku] += any(receipt.returns == "ignored" for receipt in simulation.receipts)
        elif event.kind == "restock":
            gone[event.sku] += 1
        if event.item_id < 0 and event.kind == "exit":
            left = payment[event.trip_code]
            inside[left] -= 1
            if policy == "taker" and inside[left] == 0:
                own |= {item_id for item_id, who in taken.items() if who == left}
        if event.item_id < 0 or event.item_id in own:
            continue
        if parse_place(event.to_place).is_store_place:
            taken.pop(event.item_id, None)
        elif parse_place(event.from_place).is_store_place:
            taken[event.item_id] = payment[event.trip_code]
        before = parse_place(event.from_place).is_store_place or event.item_id in with_staff
        after = parse_place(event.to_place).is_store_place
        if not after and (event.kind in ("restock", "return") or event.item_id in with_staff):
            with_staff.add(event.item_id)
            after = True
        else:
            with_staff.discard(event.item_id)
        gone[event.sku] += before - after
    return gone


def run_clip(number: int) -> dict[str, Any]:
    """Simulate and prove clip `number`."""
    synth.shoppers.plans.sample_body_shape = _choose_body
    try:
        scenario, store = make_random_scenario(number)
        simulation = simulate(scenario, store)
    except Exception as error:  # a clip that cannot be made is a broken one too
        return {"clip": number, "wrong": [f"{type(error).__name__}: {error}"], "kinds": {}, "behaviours": {}}
    return {
        "clip": number,
        "wrong": prove(scenario, store, simulation),
        "kinds": Counter(event.kind for event in simulation.events),
        "behaviours": Counter(
            [event.behaviour or "plain shopping" for event in simulation.events]
            + [act.behaviour for act in simulation.acts if act.kind == "lean"]
        ),
    }


def measure(clips: int, workers: int, limit_s: float, log: Path | None) -> dict[str, Any]:
    """Prove clips 0 .. clips - 1, or as many as the time allows, but for those that the log has."""
    start = time.perf_counter()
    rows = _read_log(log) if log and log.exists() else []
    known = {row["clip"] for row in rows}
    rows, left = [row for row in rows if row["clip"] < clips], [n for n in range(clips) if n not in known]
    shown_s, before = start, len(rows)
    with (
        multiprocessing.get_context("spawn").Pool(workers) as pool,
        log.open("a") if log else nullcontext() as file,
    ):
        for row in pool.imap_unordered(run_clip, left, chunksize=4):
            rows.append(row)
            if file:
                file.write(json.dumps(row | {"code": read_revision()}) + "\n")
                file.flush()
            now_s = time.perf_counter()
            if now_s - shown_s > PROGRESS_S:
                shown_s = now_s
                _show_progress(rows, clips, (len(rows) - before) / (now_s - start))
            if now_s - start > limit_s:
                pool.terminate()
                break
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "clips_per_s": (len(rows) - before) / seconds, **summarize(rows)}


def _read_log(log: Path) -> list[dict[str, Any]]:
    """Return the rows of a log, without a last line that an interruption cut short.

    Raises:
        SystemExit: It was begun with other code, so that its numbers name other clips.
    """
    rows = []
    whole = [line for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]
    for line in whole:
        rows.append(json.loads(line))
        if rows[-1].get("code") != read_revision():
            raise SystemExit(
                f"error: {log} was begun with code of revision {rows[-1].get('code')}, and this is "
                f"{read_revision()}; name another file, or remove it"
            )
    log.write_text("".join(whole))
    return rows


@cache
def read_revision() -> str:
    """Name the code that makes and proves clips, presets and this file included: a digest of its text."""
    here = Path(__file__).resolve()
    files = [here, *(here.parents[1] / "scenes").rglob("*"), *(here.parents[1] / "synth").rglob("*")]
    digest = hashlib.sha256()
    for file in sorted(file for file in files if file.suffix in (".py", ".yaml")):
        digest.update(file.relative_to(here.parents[1]).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _show_progress(rows: list[dict[str, Any]], clips: int, clips_per_s: float) -> None:
    broken = sum(bool(row["wrong"]) for row in rows)
    minutes = (clips - len(rows)) / clips_per_s / 60
    print(
        f"{len(rows)} of {clips} clips, {broken} broken, {clips_per_s:.1f} a second, {minutes:.0f} min left",
        file=sys.stderr,
        flush=True,
    )


def summarize(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Count clips, events by kind and behaviour, and clips that have each behaviour; say which never were."""
    kinds: Counter = Counter()
    behaviours: Counter = Counter()
    seen: Counter = Counter()
    for row in rows:
        kinds.update(row["kinds"])
        behaviours.update(row["behaviours"])
        seen.update(row["behaviours"].keys())
    return {
        "clips": len(rows),
        "broken": {
            row["clip"]: row["wrong"] for row in sorted(rows, key=lambda r: r["clip"]) if row["wrong"]
        },
        "events": dict(sorted(kinds.items())),
        "behaviours": {
            name: {"clips": seen[name], "events": behaviours[name]} for name in sorted({*seen, *BEHAVIOURS})
        },
        "never": [name for name in BEHAVIOURS if not seen[name]] if len(rows) >= MANY else [],
    }


def main() -> None:
    """Parse the options, simulate, prove, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--limit", type=float, default=float("inf"), help="stop after so many seconds")
    parser.add_argument("--log", type=Path, help="keep what is done here, and go on from there")
    parser.add_argument("--quick", action="store_true", help="as many of 100 clips as 30 s allow")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    clips, limit_s = (100, 30.0) if options.quick else (options.clips, options.limit)
    report = measure(clips, options.workers, limit_s, options.log)
    if options.json:
        print(json.dumps(report))
    else:
        print(f"{report['clips']} clips, {report['clips_per_s']:.1f} a second")
        print("events: " + ", ".join(f"{count} {kind}" for kind, count in report["events"].items()))
        print(f"\n{'behaviour':28s}{'clips':>8s}{'events':>9s}")
        for name, row in report["behaviours"].items():
            print(f"{name:28s}{row['clips']:8d}{row['events']:9d}")
        for number, wrong in report["broken"].items():
            print(f"clip {number}: " + "; ".join(wrong))
        for name in report["never"]:
            print(f"{name} never happened")
        print(f"\n{len(report['broken'])} broken")
    raise SystemExit(1 if report["broken"] or report["never"] else 0)


if __name__ == "__main__":
    main()
