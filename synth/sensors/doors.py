"""When the doors of the shop and of its fridges are open, and what their contacts report.

In: the crossings of the doors, the moves of case doors. Out: the table DOORS, an entry a change, and the true
openings. A contact reports a little late, misses a change now and then, and bounces: it reports a closing and
opening that never were.
"""

from typing import Any

import numpy as np
import pyarrow as pa

from scenes.randomness import make_rng
from scenes.scenario import Scenario
from synth.records import Simulation
from synth.schema import DOORS, bare_schema

AHEAD_S = 0.8  # a door opens so long before somebody, or what they push, passes
HOLD_S = 2.0  # and closes so long after the last
DELAY_S, DELAY_SPREAD_S = 0.03, 0.03
BOUNCE_S = 0.04


def find_openings(simulation: Simulation) -> list[tuple[int, float, float]]:
    """Find (door, from_s, to_s) of each time that a door stands open, in order of door and time."""
    spans: dict[int, list[list[float]]] = {}
    for crossing in simulation.crossings:
        if crossing.barrier != "door":
            continue
        of_door = spans.setdefault(crossing.door, [])
        from_s = crossing.time_s - AHEAD_S - crossing.ahead_s
        while of_door and from_s <= of_door[-1][1]:
            from_s = min(from_s, of_door.pop()[0])
        of_door.append([from_s, crossing.time_s + HOLD_S])
    return [(door, from_s, to_s) for door in sorted(spans) for from_s, to_s in spans[door]]


def find_case_openings(simulation: Simulation) -> list[tuple[int, float, float]]:
    """Find (case door, from_s, to_s) of each time that the door of a fridge is not shut, likewise.

    One that is left ajar stays open to its contact; one that never shuts, for good.
    """
    since: dict[int, float] = {}
    found = []
    for move in simulation.door_moves:
        since.setdefault(move.door, move.from_s)
        if move.to_share == 0.0 and move.stopped_s is None:
            found.append((move.door, since.pop(move.door), move.to_s))
    found += [(door, from_s, np.inf) for door, from_s in since.items()]
    return sorted(found)


def record_doors(scenario: Scenario, simulation: Simulation) -> pa.Table:
    """Make the log of all door contacts, warm-up included, in order of what is known of the time."""
    sensors = scenario.sensors
    rng = make_rng(scenario.seed, scenario.index, "sensors/doors")
    late_s = sensors.controller_clock_s * rng.standard_normal()
    rows = _log(scenario, "door", find_openings(simulation), late_s, rng)
    cases = make_rng(scenario.seed, scenario.index, "sensors/case_doors")
    rows += _log(scenario, "case_door", find_case_openings(simulation), late_s, cases)
    rows.sort(key=lambda row: row["true_s"] if row["sensed_s"] != row["sensed_s"] else row["sensed_s"])
    return pa.Table.from_pylist(rows, schema=bare_schema(DOORS))


def _log(
    scenario: Scenario,
    column: str,
    openings: list[tuple[int, float, float]],
    late_s: float,
    rng: np.random.Generator,
) -> list[dict[str, Any]]:
    """Let the contacts of doors report their openings."""
    sensors, nan = scenario.sensors, float("nan")
    rows: list[dict[str, Any]] = []
    for door, from_s, to_s in openings:
        for true_s, is_open in ((from_s, True), (to_s, False)):
            if true_s > scenario.clip.duration_s:
                continue
            missed, bounces = rng.random(2) < (sensors.door_missed, sensors.door_bounce)
            sensed_s = true_s + late_s + DELAY_S + DELAY_SPREAD_S * rng.exponential()
            row = {"door": -1, "case_door": -1, "is_open": is_open, "true_s": true_s} | {column: door}
            rows.append(row | {"sensed_s": nan if missed else sensed_s})
            if bounces and not missed:
                for number in (1, 2):
                    bounce = {"is_open": is_open if number == 2 else not is_open, "true_s": nan}
                    rows.append(row | bounce | {"sensed_s": sensed_s + number * BOUNCE_S})
    return rows
