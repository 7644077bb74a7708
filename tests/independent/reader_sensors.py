"""Holds the truth in the logs of cameras, gates and doors against events and people."""

import numpy as np

from tests.independent.reader_files import Clip


def watch(clip: Clip) -> list[str]:
    """Hold the truth in the logs of cameras, gates and doors against events and people."""
    faults = []
    pays = {person["trip_code"]: person["payment_id"] for person in clip.about["people"]}
    went = {e["trip_code"]: e["time_s"] for e in clip.events if e["kind"] == "exit" and e["item_id"] < 0}
    came = {e["trip_code"]: e["time_s"] for e in clip.events if e["kind"] == "enter"}
    side: dict[str, str] = {}
    gates = clip.table("gates").to_pylist()
    passes = [
        (s, row["direction"], trip)
        for row in gates
        for s, trip in zip(row["true_s"], row["true_trips"], strict=True)
    ]
    for true_s, direction, trip in sorted(passes):
        if side.get(trip) == direction:
            faults.append(f"gates: {trip} passes {direction} twice")
        if not came.get(trip, -np.inf) - 0.11 <= true_s <= went.get(trip, np.inf) + 0.11:
            faults.append(f"gates: {trip} passes at {true_s:.2f} s and is not inside")
        side[trip] = direction
    first_in = {trip: true_s for true_s, direction, trip in sorted(passes, reverse=True) if direction == "in"}
    start_s = -clip.about["scenario"]["clip"]["warmup_s"]
    for event in clip.events:
        trip = event["trip_code"]
        came_in = came.get(trip, start_s) > start_s  # the others were inside before
        if event["kind"] == "take" and came_in and first_in.get(trip, np.inf) > event["time_s"]:
            faults.append(f"gates: {trip} takes something before passing a gate")
    for row in gates:
        if row["true_people"] != len(row["true_trips"]) or not 1 <= row["people"] <= 2 * row["true_people"]:
            faults.append(f"gates: {row['people']} people believed, {row['true_people']} true")
        if clip.floor_plan["doors"][row["gate"]]["kind"] == "fire_exit":
            faults.append(f"gates: {row['true_trips']} pass one at a fire exit")
        if row["payment_id"] not in ("", pays[row["true_trips"][0]]):
            faults.append(f"gates: {row['true_trips'][0]} does not pay with {row['payment_id']}")
    open_since: dict[tuple[int, int], float] = {}
    spans: dict[int, list[tuple[float, float]]] = {}
    cases: dict[int, list[tuple[float, float]]] = {}
    doors = [row for row in clip.table("doors").to_pylist() if not np.isnan(row["true_s"])]
    for row in sorted(doors, key=lambda row: row["true_s"]):
        key = row["door"], row["case_door"]
        if row["is_open"] == (key in open_since):
            faults.append(f"doors: door {key} changes to what it was")
        if row["is_open"]:
            open_since[key] = row["true_s"]
        else:
            span = open_since.pop(key, np.inf), row["true_s"]
            (spans if key[1] == -1 else cases).setdefault(max(key), []).append(span)
    for key, from_s in open_since.items():
        (spans if key[1] == -1 else cases).setdefault(max(key), []).append((from_s, np.inf))
    faults += [*_pass_glass(clip, cases), *_pass_doors(clip, spans), *_slide(clip, spans)]
    frames = clip.table("frames").to_pylist()
    cameras = [camera["camera_id"] for camera in clip.about["cameras"]]
    keys = [(row["frame"], row["camera_id"]) for row in frames]
    if keys != [(frame, name) for frame in range(clip.about["frames"]) for name in cameras]:
        faults.append("frames: not a row a frame and camera")
    for row in frames:
        if abs(row["time_s"] - row["frame"] / clip.about["fps"]) > 1e-6:
            faults.append(f"frames: frame {row['frame']} at {row['time_s']} s")
        if row["dropped"] != bool(np.isnan(row["sensed_s"])):
            faults.append(
                f"frames: frame {row['frame']} of {row['camera_id']} was lost and is stamped, or not"
            )
    return faults


def _pass_doors(clip: Clip, open_s: dict[int, list[tuple[float, float]]]) -> list[str]:
    """Find who comes or goes where no door is for it, or while it is shut; `open_s` says when each is not."""
    faults = []
    scenario = clip.about["scenario"]
    alarm_s = scenario["journeys"]["evacuate_at_s"] if scenario["journeys"]["evacuate"] else np.inf
    for event in clip.events:
        way = {"enter": ("entrance", "both"), "exit": ("exit", "both")}.get(event["kind"], ())
        at_s = event["time_s"]
        if event["item_id"] >= 0 or (event["kind"] == "enter" and at_s <= -scenario["clip"]["warmup_s"]):
            continue
        if event["kind"] == "exit" and at_s >= alarm_s:
            way = ("entrance", "exit", "both", "fire_exit")
        passed = [
            number
            for number, door in enumerate(clip.floor_plan["doors"])
            if door["kind"] in way
            and np.hypot(door["point_m"][0] - event["x_m"], door["point_m"][1] - event["y_m"])
            <= door["width_m"]
        ]
        if not passed:
            faults.append(f"doors: {event['trip_code']} {event['kind']}s where no door is for it")
        elif not any(a <= at_s <= b for number in passed for a, b in open_s.get(number, ())):
            faults.append(f"doors: {event['trip_code']} {event['kind']}s by a closed door")
    return faults


def _slide(clip: Clip, open_s: dict[int, list[tuple[float, float]]]) -> list[str]:
    """Find leaves of sliding doors that are shown open while shut, or shut in the middle of an opening."""
    faults = []
    shown = {leaf["instance_id"]: leaf["share"] for leaf in clip.about["door_leaves"]}
    ends_s = clip.about["frames"] / clip.about["fps"]  # when a door shuts later, no log says
    for number, door in enumerate(clip.floor_plan["doors"]):
        if len(door["leaves"]) != (2 if door["opens"] == "sliding" else 0):
            faults.append(f"doors: door {number} has {len(door['leaves'])} leaves")
        for leaf in door["leaves"]:
            share = shown.pop(leaf["instance_id"], [0.0] * clip.about["frames"])
            for frame, part in enumerate(share):
                at_s = frame / clip.about["fps"]
                near = [min(at_s - a, min(b, ends_s) - at_s) for a, b in open_s.get(number, ())]
                inside_s = max(near, default=-np.inf)
                if (part > 0 and inside_s < -1e-6) or (part < 1 and inside_s > 1.6):
                    faults.append(f"doors: leaf {leaf['instance_id']} is {part} open in frame {frame}")
    return faults + [f"doors: leaf {instance} is of no door" for instance in shown]


def _pass_glass(clip: Clip, open_s: dict[int, list[tuple[float, float]]]) -> list[str]:
    """Find the events whose hand passes a glass door that is shut; `open_s` says when each is not."""
    behind = {slot: n for n, door in enumerate(clip.floor_plan["case_doors"]) for slot in door["slots"]}
    faults = []
    for event in clip.events:
        for place in (event["from_place"], event["to_place"]):
            number = behind.get(int(place[5:])) if place.startswith("slot:") else None
            if number is not None and not any(a <= event["time_s"] <= b for a, b in open_s.get(number, ())):
                faults.append(f"doors: event {event['event_id']} passes glass that is shut")
    return faults
