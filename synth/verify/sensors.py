"""Proves that the logs of cameras, gates and doors fit the truth beside them, and that it is true.

In: frames.parquet, gates.parquet, doors.parquet, events, clip.json, the floor plan. Out: findings. What was
sensed may be wrong, as sensors are; the truth beside it may not.
"""

import math
from itertools import pairwise

import numpy as np

from synth.verify.content import ClipContent
from synth.verify.findings import ClipFindings

_CLOCK_SIGMAS = 6.0
_SLOWEST = 20.0  # a delay drawn from an exponential is hardly ever so many times its mean
_LOG_DELAY_S = 5.0  # within which a log is written
_STEP_S = 0.11  # a step of the simulation, and a little
_JUST_MOVED_S = 0.1  # in which a door has hardly moved yet, or hardly still moves


def check_frames(content: ClipContent, findings: ClipFindings) -> None:
    """Check that every frame of every camera has its row, and that time stamps are a clock's."""
    file, table, clip = "frames.parquet", content.tables["frames"], content.clip
    names = [camera["camera_id"] for camera in clip["cameras"]]
    frame = np.repeat(np.arange(clip["frames"]), len(names))
    if table.column("frame").to_pylist() != frame.tolist() or table.column("camera_id").to_pylist() != (
        names * clip["frames"]
    ):
        findings.add(file, "", f"a row for each of {clip['frames']} frames and {len(names)} cameras expected")
        return
    time_s, sensed_s = (table.column(name).to_numpy() for name in ("time_s", "sensed_s"))
    dropped = np.array(table.column("dropped").to_pylist(), bool)
    sensors, span_s = clip["scenario"]["sensors"], clip["frames"] / clip["fps"]
    early_s = _CLOCK_SIGMAS * (sensors["camera_clock_s"] + 1e-6 * sensors["camera_clock_ppm"] * span_s)
    late_s = early_s + _SLOWEST * sensors["camera_jitter_s"]
    away_s = sensed_s - time_s
    problems = {
        "time_s is not frame / fps": np.abs(time_s - frame / clip["fps"]) > 1e-6,
        "a frame that was dropped has a time stamp, or another has none": np.isnan(sensed_s) != dropped,
        "the first frame was dropped": dropped & (frame == 0),
        "the time stamp is farther off than the clock": (away_s > late_s + 1e-9) | (away_s < -early_s - 1e-9),
    }
    for message, wrong in problems.items():
        for row in np.flatnonzero(wrong):
            findings.add(file, f"row {row} (frame {frame[row]}, {names[row % len(names)]})", message)


def check_gates(content: ClipContent, findings: ClipFindings) -> None:
    """Check who passed the gates against who came and went."""
    file, table, doors = "gates.parquet", content.tables["gates"], content.floor_plan["doors"]
    clip, events = content.clip, content.events
    pays = {person["trip_code"]: person["payment_id"] for person in clip["people"]}
    inside = {
        kind: {e["trip_code"]: e["time_s"] for e in events if e["kind"] == kind and e["item_id"] < 0}
        for kind in ("enter", "exit")
    }
    rows = table.to_pylist()
    for number, row in enumerate(rows):
        where = f"row {number}"
        trips = row["true_trips"]
        if not 0 <= row["gate"] < len(doors) or row["direction"] not in ("in", "out"):
            findings.add(file, where, f"there is no gate {row['gate']} {row['direction']}")
        elif doors[row["gate"]]["kind"] == "fire_exit":
            findings.add(file, where, f"there is no gate at door {row['gate']}, a fire exit")
        if not 0 < len(trips) == row["true_people"] == len(row["true_s"]) or not set(trips) <= set(pays):
            findings.add(
                file, where, f"true_people {row['true_people']}, true_trips {trips}, {row['true_s']}"
            )
            continue
        if not 1 <= row["people"] <= 2 * len(trips):
            findings.add(file, where, f"{row['people']} people counted where {len(trips)} passed")
        if abs(row["sensed_s"] - row["true_s"][0]) > _LOG_DELAY_S:
            findings.add(file, where, f"logged at {row['sensed_s']} s, passed at {row['true_s'][0]} s")
        if row["payment_id"] and row["payment_id"] != pays[trips[0]]:
            findings.add(file, where, f"{trips[0]} pays with {pays[trips[0]]}, not with {row['payment_id']}")
        if row["direction"] == "out" and row["payment_id"]:
            findings.add(file, where, "nothing is shown on the way out")
        for trip, true_s in zip(trips, row["true_s"], strict=True):
            came, went = inside["enter"].get(trip, -np.inf), inside["exit"].get(trip, np.inf)
            if not came - _STEP_S <= true_s <= went + _STEP_S:
                findings.add(file, where, f"trip {trip} passes at {true_s} s, and is not inside")
    ways: dict[str, list[tuple[float, str]]] = {trip: [] for trip in pays}
    for row in rows:
        for trip, true_s in zip(row["true_trips"], row["true_s"], strict=False):
            ways.setdefault(trip, []).append((true_s, row["direction"]))
    for trip, passed in ways.items():
        way = [direction for _, direction in sorted(passed)]
        if any(first == second for first, second in pairwise(way)):
            findings.add(file, f"trip {trip}", f"passes gates {', '.join(way)}: not by turns")
    start_s = -clip["scenario"]["clip"]["warmup_s"]
    for event in events:
        trip = event["trip_code"]
        # Who was inside from the start, such as staff, came by no gate.
        if event["kind"] != "take" or inside["enter"].get(trip, start_s) <= start_s:
            continue
        if not any(true_s <= event["time_s"] for true_s, way in ways.get(trip, ()) if way == "in"):
            findings.add(file, f"event {event['event_id']}", f"trip {trip} has passed no gate")


def check_doors(content: ClipContent, findings: ClipFindings) -> None:
    """Check that doors open and close by turns, and are open when somebody comes or goes."""
    file, table, doors = "doors.parquet", content.tables["doors"], content.floor_plan["doors"]
    cases = content.floor_plan["case_doors"]
    openings: dict[int, list[tuple[float, float]]] = {}
    spans: dict[int, list[tuple[float, float]]] = {}
    every = table.to_pylist()
    for key in sorted({(row["door"], row["case_door"]) for row in every}):
        of_shop = key[1] == -1
        door = key[0] if of_shop else f"{key[1]} of the cases"
        if not (0 <= key[0] < len(doors) if of_shop else key[0] == -1 and 0 <= key[1] < len(cases)):
            findings.add(file, "", f"there is no door {door}")
        rows = [row for row in every if (row["door"], row["case_door"]) == key]
        real = sorted((row for row in rows if not np.isnan(row["true_s"])), key=lambda row: row["true_s"])
        if [row["is_open"] for row in real] != [number % 2 == 0 for number in range(len(real))]:
            findings.add(file, f"door {door}", "it does not open and close by turns")
        for row in rows:
            if np.isnan(row["true_s"]) and np.isnan(row["sensed_s"]):
                findings.add(file, f"door {door}", "a change that neither happened nor was reported")
            elif abs(row["sensed_s"] - row["true_s"]) > _LOG_DELAY_S:
                findings.add(
                    file, f"door {door}", f"reported at {row['sensed_s']} s, was at {row['true_s']} s"
                )
        ends = [row["true_s"] for row in real] + [np.inf] * (len(real) % 2)
        (openings if of_shop else spans).setdefault(key[0] if of_shop else key[1], []).extend(
            zip(ends[::2], ends[1::2], strict=True)
        )
    _check_ways(content, openings, findings)
    _check_case_doors(content, spans, findings)
    leaves = [(leaf["instance_id"], n) for n, door in enumerate(doors) for leaf in door["leaves"]]
    _check_shown(content, "door_leaves", leaves, openings, findings)


def _check_ways(
    content: ClipContent, openings: dict[int, list[tuple[float, float]]], findings: ClipFindings
) -> None:
    """Check that people come and go by doors that are for it, and open."""
    doors, scenario = content.floor_plan["doors"], content.clip["scenario"]
    journeys, start_s = scenario["journeys"], -scenario["clip"]["warmup_s"]
    for event in content.events:
        leaves, time_s = event["kind"] == "exit", event["time_s"]
        inside = event["kind"] == "enter" and time_s <= start_s
        if event["item_id"] >= 0 or event["kind"] not in ("enter", "exit") or inside:
            continue
        far_m = [math.dist(door["point_m"], (event["x_m"], event["y_m"])) for door in doors]
        away_m = min(far_m)
        nearest = far_m.index(away_m)
        kind = doors[nearest]["kind"]
        evacuated = leaves and journeys["evacuate"] and time_s >= journeys["evacuate_at_s"]
        where = f"event {event['event_id']}"
        told = f"{event['trip_code']} {'leaves' if leaves else 'enters'} by "
        if away_m > doors[nearest]["width_m"]:
            findings.add("events.parquet", where, f"{told}no door")
        if not any(from_s <= time_s <= to_s for from_s, to_s in openings.get(nearest, ())):
            findings.add("doors.parquet", where, f"{told}a closed door")
        if kind not in (("exit", "both") if leaves else ("entrance", "both")) and not evacuated:
            article = "an" if kind[0] == "e" else "a"
            in_none = ", in no evacuation" if leaves else ""
            findings.add("doors.parquet", where, f"{told}{article} {kind.replace('_', ' ')}{in_none}")


def _check_case_doors(
    content: ClipContent, spans: dict[int, list[tuple[float, float]]], findings: ClipFindings
) -> None:
    """Check that glass is open where hands pass it, and that pictures and contacts tell of the same doors."""
    cases = content.floor_plan["case_doors"]
    behind = {slot: number for number, door in enumerate(cases) for slot in door["slots"]}
    for event in content.events:
        for place in (event["from_place"], event["to_place"]):
            door = behind.get(int(place[5:])) if place.startswith("slot:") else None
            if door is None or any(from_s <= event["time_s"] <= to_s for from_s, to_s in spans.get(door, ())):
                continue
            findings.add("doors.parquet", f"event {event['event_id']}", f"case door {door} is shut then")
    numbered = [(door["instance_id"], number) for number, door in enumerate(cases)]
    _check_shown(content, "case_doors", numbered, spans, findings)


def _check_shown(
    content: ClipContent,
    name: str,
    numbered: list[tuple[int, int]],
    spans: dict[int, list[tuple[float, float]]],
    findings: ClipFindings,
) -> None:
    """Hold how far pictures show doors open, by their instances and numbers, against their contacts."""
    clip = content.clip
    shown = {door["instance_id"]: door["share"] for door in clip[name]}
    for stranger in sorted(set(shown) - {instance_id for instance_id, _ in numbered}):
        findings.add("clip.json", name, f"there is no door of instance {stranger}")
    time_s = np.arange(clip["frames"]) / clip["fps"]
    for instance_id, number in numbered:
        where = f"{name}, instance {instance_id}"
        share = np.array(shown.get(instance_id, np.zeros(len(time_s))))
        if share.shape != time_s.shape or share.min(initial=0.0) < 0.0 or share.max(initial=0.0) > 1.0:
            findings.add("clip.json", where, "expected a share from 0 to 1 for each frame")
            continue
        told, stays = np.zeros((2, len(time_s)), bool)
        for from_s, to_s in spans.get(number, ()):
            told |= (time_s >= from_s - 1e-9) & (time_s <= to_s + 1e-9)
            stays |= (time_s >= from_s + _JUST_MOVED_S) & (time_s <= to_s - _JUST_MOVED_S)
        for wrong, message in (
            ((share > 0.0) & ~told, "open, and shut to its contact"),
            ((share == 0.0) & stays, "shut, and open to its contact"),
        ):
            for frame in np.flatnonzero(wrong).tolist():
                findings.add("clip.json", f"{where}, frame {frame}", message)
