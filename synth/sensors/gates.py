"""What the gates log: the payment that was shown, and how many people they believe passed on it.

In: the crossings of the gates. Out: the table GATES, an entry an admission (on the way out: a stretch of
people without a gap). The counter is a light curtain: who walks close behind another may be taken for one
person with them, and now and then one person, or a bag swung ahead, counts twice.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from scenes.randomness import make_rng
from scenes.scenario import Scenario
from scenes.world import Store
from synth.records import Crossing, ShopperPlan, Simulation
from synth.schema import GATES, bare_schema

OPEN_S = 4.0  # the gate stays open so long for the next of a group
GAP_S = 1.5  # on the way out, a longer pause ends an entry
CLOSE_S = 0.8  # people nearer to each other than this may be counted as one
DELAY_S, DELAY_SPREAD_S = 0.1, 0.1  # of the log, at least and on top (exponential)


def record_gates(scenario: Scenario, store: Store, simulation: Simulation) -> pa.Table:
    """Make the log of all gates, warm-up included, in the order in which it was written."""
    rng = make_rng(scenario.seed, scenario.index, "sensors/gates")
    crossings = [crossing for crossing in simulation.crossings if crossing.barrier == "gate"]
    trips = [plan.trip_code for plan in simulation.plans]
    late_s = scenario.sensors.controller_clock_s * rng.standard_normal()
    rows: list[dict[str, Any]] = []
    for door in range(len(store.layout.doors)):
        for direction in ("in", "out"):
            there = [c for c in crossings if (c.door, c.direction) == (door, direction)]
            for entry in group_entries(there):
                delay_s = DELAY_S + DELAY_SPREAD_S * rng.exponential()
                rows.append(
                    {
                        "gate": door,
                        "direction": direction,
                        "sensed_s": entry[0].time_s + late_s + delay_s,
                        "payment_id": entry[0].payment_id,
                        "people": _count(entry, simulation.plans, scenario, rng=rng),
                        "true_people": len(entry),
                        "true_trips": [trips[crossing.shopper] for crossing in entry],
                        "true_s": [crossing.time_s for crossing in entry],
                    }
                )
    rows.sort(key=lambda row: row["sensed_s"])
    return pa.Table.from_pylist(rows, schema=bare_schema(GATES))


def group_entries(crossings: list[Crossing]) -> list[list[Crossing]]:
    """Join the crossings of one gate in one direction into entries of its log.

    A payment that differs from the one before begins a new entry; who shows none within the time that the
    gate stays open slips in on the payment before.
    """
    entries: list[list[Crossing]] = []
    for crossing in crossings:
        gap_s = OPEN_S if crossing.direction == "in" else GAP_S
        follows = bool(entries) and crossing.time_s - entries[-1][-1].time_s <= gap_s
        if follows and crossing.payment_id in ("", entries[-1][0].payment_id):
            entries[-1].append(crossing)
        else:
            entries.append([crossing])
    return entries


def _count(
    entry: list[Crossing], plans: Sequence[ShopperPlan], scenario: Scenario, *, rng: np.random.Generator
) -> int:
    """Count people as the light curtain does."""
    sensors = scenario.sensors
    people = 0
    for number, crossing in enumerate(entry):
        close = number > 0 and crossing.time_s - entry[number - 1].time_s < CLOSE_S
        merged, split = rng.random(2) < (sensors.gate_merge, sensors.gate_split)
        if plans[crossing.shopper].carried_by:
            continue  # the light curtain sees one with the adult
        people += 0 if close and merged else 1 + int(split)
    return people
