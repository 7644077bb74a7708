"""Proves that the shelf scales felt what the ledger says.

In: events, planogram, catalogue, plates and readings. Out: findings. Plates that share a slot or a board
form a group; everything that rests on a board rests on its group, however it spreads over the plates. So the
sum of a group's true loads is known exactly at every reading, and the sum of what the plates around an event
report has to step by the item's mass, within what noise, drift and resolution allow.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from synth.verify.findings import ClipFindings
from synth.verify.ledger import StoreBooks

_ROUNDING_KG = 1e-5  # of footprints, in which a pack overlaps a plate by a hair
_FILE = "weights.parquet"
_TRUE_TOLERANCE_KG = 2e-4  # float32 sums over the plates of a board
_SETTLED = 10.0  # time constants after which less than 0.005 % of a step is missing
_WINDOW_S = 0.5
_LEAD_S = 0.25  # a hand that grasps presses so long before
_WARMING_PER_S = 0.007  # of the swing of the air, at most: 2 pi over a quarter of an hour
_SIGMAS = 6.0
_PLATE_SPREAD = 1.4  # plates differ in noise; the worst of hundreds
_WALKERS = 3.0  # so many times the shaking of one
_CREEP_SHARE = 2.0  # of this step and of those before
_LEANS = ("from_s", "to_s")


@dataclass(frozen=True)
class Boards:
    """Groups of plates: slot -> group (-1 without plates), each group's plates, and those under a slot."""

    group_of_slot: dict[int, int]
    plates: list[np.ndarray]
    under_slot: dict[int, list[int]]


def group_plates(planogram: list[dict[str, Any]]) -> Boards:
    """Join plates that lie under one slot or under slots of one board.

    >>> row = {"fixture": "a", "shelf": 0}
    >>> boards = group_plates([row | {"slot": 0, "plates": [0, 1]}, row | {"slot": 1, "plates": [1, 2]}])
    >>> boards.group_of_slot, boards.plates[0].tolist()
    ({0: 0, 1: 0}, [0, 1, 2])
    """
    leader: dict[Any, Any] = {}

    def find(key: Any) -> Any:
        while leader.setdefault(key, key) != key:
            key = leader[key]
        return key

    for row in planogram:
        for plate in row["plates"]:
            leader[find(plate)] = find((row["fixture"], row["shelf"]))
    names: dict[Any, int] = {}
    plates: list[list[int]] = []
    group_of_slot = {}
    for row in planogram:
        if not row["plates"]:
            group_of_slot[row["slot"]] = -1
            continue
        root = find(row["plates"][0])
        if root not in names:
            names[root] = len(plates)
            plates.append(sorted(key for key in leader if isinstance(key, int) and find(key) == root))
        group_of_slot[row["slot"]] = names[root]
    under_slot = {row["slot"]: row["plates"] for row in planogram}
    return Boards(group_of_slot, [np.array(members) for members in plates], under_slot)


@dataclass(frozen=True)
class _Step:
    """One change of a group's load."""

    time_s: float
    mass_kg: float
    name: str


def _slot(place: str) -> int:
    kind, _, number = place.partition(":")
    return int(number) if kind == "slot" else -1


def _steps(
    events: list[dict[str, Any]], leans: list[dict[str, Any]], boards: Boards, store: StoreBooks
) -> tuple[list[list[_Step]], np.ndarray]:
    """Return each group's steps, and its load at the simulation's start in kg.

    A hand that touches without taking, or that leans, presses and lets go: two steps without mass.
    """
    initial_kg = np.zeros(len(boards.plates))
    for item, place in store.place.items():
        group = boards.group_of_slot[_slot(place)]
        if group >= 0:
            initial_kg[group] += store.mass_kg[store.sku[item]]
    steps: list[list[_Step]] = [[] for _ in boards.plates]
    for event in events:
        if event["item_id"] < 0:
            continue
        if event["from_place"] == event["to_place"]:
            group = boards.group_of_slot.get(_slot(event["from_place"]), -1)
            if group >= 0:
                touches = (event["time_s"], event["contact_to_s"])
                steps[group] += [_Step(at_s, 0.0, f"event {event['event_id']}") for at_s in touches]
            continue
        for place, sign in ((event["from_place"], -1.0), (event["to_place"], 1.0)):
            group = boards.group_of_slot.get(_slot(place), -1)
            if group >= 0:
                mass_kg = sign * store.mass_kg[event["sku"]]
                steps[group].append(_Step(event["time_s"], mass_kg, f"event {event['event_id']}"))
    for lean in leans:
        group = boards.group_of_slot.get(lean["slot"], -1)
        if group >= 0:
            steps[group] += [_Step(lean[key], 0.0, f"trip {lean['trip_code']} leans") for key in _LEANS]
    return steps, initial_kg


def check_scales(
    weights: pa.Table,
    events: list[dict[str, Any]],
    clip: dict[str, Any],
    planogram: list[dict[str, Any]],
    plates: int,
    store: StoreBooks,
    findings: ClipFindings,
) -> None:
    """Check the readings of a clip.

    Args:
        weights: weights.parquet.
        plates: Number of plates in floor_plan.json.
    """
    time_s = weights.column("time_s").to_numpy()
    sensors, duration_s = clip["scenario"]["sensors"], clip["scenario"]["clip"]["duration_s"]
    readings = int(np.floor(duration_s * sensors["rate_hz"] + 1e-9)) + 1
    if len(time_s) != readings:
        findings.add(_FILE, "", f"{len(time_s)} readings, {readings} expected in {duration_s} s")
        return
    late = np.flatnonzero(np.abs(time_s - np.arange(readings) / sensors["rate_hz"]) > 1e-6)
    if len(late):
        findings.add(_FILE, f"reading {late[0]}", f"at {time_s[late[0]]} s, not on the beat of the scales")
        return
    columns = {}
    for name in ("mass_kg", "true_kg"):
        column = weights.column(name).combine_chunks()
        values = column.flatten().to_numpy()
        if len(values) != readings * plates or not np.isfinite(values).all():
            findings.add(_FILE, name, f"{plates} finite numbers a reading expected")
            return
        columns[name] = values.reshape(readings, plates).astype(np.float64)
    boards = group_plates(planogram)
    _check_touched(columns["true_kg"], events, boards, findings)
    _check_leans(clip, boards, findings)
    steps, initial_kg = _steps(events, clip["leans"], boards, store)
    for group, members in enumerate(boards.plates):
        true_kg = columns["true_kg"][:, members]
        if _check_true(time_s, true_kg, steps[group], initial_kg[group], members, findings):
            _check_reported(
                time_s, columns["mass_kg"][:, members], true_kg, steps[group], clip, members, findings
            )


def _check_leans(clip: dict[str, Any], boards: Boards, findings: ClipFindings) -> None:
    """Check that whoever leans is in the clip, on a board that is there; what is felt follows from it."""
    known = {person["trip_code"] for person in clip["people"]}
    for number, lean in enumerate(clip["leans"]):
        where = f"leans[{number}]"
        if lean["trip_code"] not in known or lean["hand"] not in ("left", "right"):
            findings.add("clip.json", where, f"no {lean['hand']!r} hand of a trip {lean['trip_code']!r} here")
        if not lean["from_s"] < lean["to_s"]:
            findings.add("clip.json", where, f"from {lean['from_s']} to {lean['to_s']} s is no time")
        if lean["plates"] != boards.under_slot.get(lean["slot"]):
            findings.add("clip.json", where, f"plates {lean['plates']} are not those of slot {lean['slot']}")


def _check_touched(
    true_kg: np.ndarray, events: list[dict[str, Any]], boards: Boards, findings: ClipFindings
) -> None:
    """Check that loads change only under slots that an event empties or fills, and are never below 0."""
    touched: set[int] = set()
    for event in events:
        if event["from_place"] != event["to_place"] or event["kind"] == "knock":
            for place in (event["from_place"], event["to_place"]):
                touched.update(boards.under_slot.get(_slot(place), ()))
    change_kg = np.ptp(true_kg, axis=0)
    for plate in np.flatnonzero(change_kg > _ROUNDING_KG).tolist():
        if plate not in touched:
            findings.add(_FILE, f"plate {plate}", "its true load changes, and no event moves anything on it")
    for plate in np.flatnonzero(true_kg.min(axis=0) < -_TRUE_TOLERANCE_KG).tolist():
        findings.add(_FILE, f"plate {plate}", f"its true load falls to {true_kg[:, plate].min():.4f} kg")


def _check_true(
    time_s: np.ndarray,
    true_kg: np.ndarray,
    steps: list[_Step],
    initial_kg: float,
    members: np.ndarray,
    findings: ClipFindings,
) -> bool:
    """Compare a group's summed true load with the ledger at every reading."""
    wanted_kg = np.full(len(time_s), initial_kg)
    steps = [step for step in steps if step.mass_kg]
    for step in steps:
        wanted_kg[time_s >= step.time_s] += step.mass_kg
    wrong = np.flatnonzero(np.abs(true_kg.sum(axis=1) - wanted_kg) > _TRUE_TOLERANCE_KG)
    if not len(wrong):
        return True
    first = wrong[0]
    near = min(steps, key=lambda step: abs(step.time_s - time_s[first]), default=None)
    findings.add(
        _FILE,
        f"plates {members[0]}-{members[-1]} at {time_s[first]:.3f} s",
        f"the true load is {true_kg[first].sum():.4f} kg, the ledger says {wanted_kg[first]:.4f} kg"
        + (f" (nearest: {near.name} at {near.time_s:.3f} s)" if near else ""),
    )
    return False


def _check_reported(
    time_s: np.ndarray,
    mass_kg: np.ndarray,
    true_kg: np.ndarray,
    steps: list[_Step],
    clip: dict[str, Any],
    members: np.ndarray,
    findings: ClipFindings,
) -> None:
    """Compare the step that the plates report with the item's mass, for steps that stand alone.

    Neighbours feel a share of it, so they count too. Plates with a fault on record prove nothing.
    """
    sensors = clip["scenario"]["sensors"]
    settled_s = _SETTLED * sensors["settling_s"]
    noisy = {fault["plate"]: fault["factor"] for fault in clip["scale_faults"] if fault["kind"] == "noisy"}
    broken = {fault["plate"] for fault in clip["scale_faults"] if fault["kind"] != "noisy"}
    for step in steps:
        before = (time_s >= step.time_s - _LEAD_S - _WINDOW_S) & (time_s < step.time_s - _LEAD_S)
        after = (time_s >= step.time_s + settled_s) & (time_s < step.time_s + settled_s + _WINDOW_S)
        together = [other for other in steps if other.time_s == step.time_s]
        disturbed = any(
            step.time_s - _LEAD_S - _WINDOW_S - settled_s < other.time_s < step.time_s + settled_s + _WINDOW_S
            for other in steps
            if other.time_s != step.time_s
        )
        if disturbed or step is not together[0] or before.sum() < 5 or after.sum() < 5:
            continue
        felt = np.flatnonzero(true_kg[before][-1] != true_kg[after][0])
        if not len(felt):
            continue
        beside = np.concatenate([felt - 1, felt, felt + 1])  # crosstalk
        near = np.unique(np.clip(beside, 0, len(members) - 1))
        if broken & set(members[near].tolist()):
            continue
        shares_kg = np.abs(true_kg[after][0, felt] - true_kg[before][-1, felt])
        felt = near
        noise_g = np.array([sensors["noise_g"] * noisy.get(plate, 1.0) for plate in members[felt].tolist()])
        noise_g = np.hypot(
            noise_g, np.full(len(felt), _WALKERS * np.hypot(sensors["vibration_g"], sensors["door_shake_g"]))
        )
        tolerance_kg = _tolerance_kg(noise_g, int(min(before.sum(), after.sum())), settled_s, sensors)
        tolerance_kg += _SIGMAS * sensors["gain_error"] * float(np.linalg.norm(shares_kg))
        tolerance_kg += _CREEP_SHARE * sensors["creep"] * float(shares_kg.sum())
        tolerance_kg += len(near) * sensors["hysteresis_g"] * 1e-3
        reported_kg = np.median(mass_kg[after][:, felt], axis=0) - np.median(mass_kg[before][:, felt], axis=0)
        wanted_kg = sum(other.mass_kg for other in together)
        if abs(reported_kg.sum() - wanted_kg) > tolerance_kg:
            findings.add(
                _FILE,
                f"{step.name} at {step.time_s:.3f} s",
                f"plates {members[felt].tolist()} report a step of {reported_kg.sum() * 1e3:.1f} g, the "
                f"ledger says {wanted_kg * 1e3:.1f} g (tolerance {tolerance_kg * 1e3:.1f} g)",
            )


def _tolerance_kg(noise_g: np.ndarray, readings: int, settled_s: float, sensors: dict[str, Any]) -> float:
    """Bound the error of a difference of two medians over several plates.

    A median of n normal readings spreads by sqrt(pi / 2 / n) sigma; drift is a random walk over the time
    between the windows' middles; quantisation adds at most half a step to each median.
    """
    white_g = _PLATE_SPREAD * noise_g * np.sqrt(np.pi / 2 / readings * 2)
    drift_g = sensors["drift_g_per_min"] * np.sqrt((settled_s + _WINDOW_S) / 60)
    warming_k = sensors["temperature_swing_k"] * _WARMING_PER_S * (settled_s + _LEAD_S + _WINDOW_S)
    drift_g = np.hypot(drift_g, sensors["temperature_g_per_k"] * warming_k)
    spread_g = np.sqrt(np.sum(white_g**2) + len(noise_g) * drift_g**2)
    return float(_SIGMAS * spread_g + len(noise_g) * sensors["resolution_g"]) * 1e-3
