"""Changed floor plans, cameras and people: what is beyond the walls is found by what it says."""

import copy
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from scenes.world import Camera
from synth.schema import TRACKS, bare_schema
from synth.verify.content import ClipContent
from synth.verify.findings import ClipFindings, Findings
from synth.verify.room import check_room

# An L: the back right corner is missing. A shelf stands in each arm.
PLAN = {
    "store_id": "s",
    "size_m": [8, 6, 3],
    "outline": [[0, 0], [8, 0], [8, 3], [5, 3], [5, 6], [0, 6]],
    "walkable": {"exterior": [[0, 0], [7.5, 0], [7.5, 3], [5, 3], [5, 5.5], [0, 5.5]], "holes": []},
    "fixtures": [
        {"name": "back", "kind": "wall_shelf", "footprint_m": [[0, 5.5], [5, 5.5], [5, 6], [0, 6]]},
        {"name": "side", "kind": "wall_shelf", "footprint_m": [[7.5, 0], [8, 0], [8, 3], [7.5, 3]]},
    ],
    "doors": [
        {"kind": "both", "point_m": [2, 0.35], "outward": [0, -1], "width_m": 1.4},
        {"kind": "fire_exit", "point_m": [0.35, 4], "outward": [-1, 0], "width_m": 1.05},
    ],
    "openings": [
        {"kind": "door", "wall": "front", "ends_m": [[1.3, 0], [2.7, 0]], "sill_m": 0, "head_m": 2.2},
        {"kind": "window", "wall": "front", "ends_m": [[3, 0], [7, 0]], "sill_m": 0.5, "head_m": 2.2},
        {"kind": "window", "wall": "left", "ends_m": [[0, 3], [0, 1]], "sill_m": 2, "head_m": 2.6},
    ],
    "lamps": [{"position_m": [2, 4, 2.9], "size_m": [0.6, 1.2]}],
    "spots": [{"position_m": [4, 4, 2.6], "toward": [0.0, 0.6, -0.8]}],
}
POSE = np.eye(4)
POSE[:3, 3] = [1.0, 5.0, 2.8]
CAMERA = Camera("cam0", 64, 48, np.eye(3), POSE)


def verify(plan=PLAN, camera=CAMERA, person_m=(2.0, 2.0)):
    rows = {field.name: [] for field in bare_schema(TRACKS)}
    row = {"frame": [0], "x_m": [person_m[0]], "y_m": [person_m[1]], "trip_code": ["T"]}
    tracks = pa.table({name: row.get(name, [None]) for name in rows}, schema=bare_schema(TRACKS))
    content = ClipContent({}, {"tracks": tracks}, floor_plan=plan)
    findings = Findings()
    check_room(content, [camera], ClipFindings(findings, "clip"))
    return [str(problem) for problem in findings.finish()]


EDITS = {
    "rectangle": (["outline"], [[0, 0], [8, 0], [8, 6], [0, 6]], "neither walkable floor nor furniture"),
    "mirrored": (["outline"], [[0, 0], [8, 0], [8, 6], [3, 6], [3, 3], [0, 3]], "leaves the room"),
    "clockwise": (["outline"], PLAN["outline"][::-1], "counter-clockwise"),
    "crossed": (["outline"], [[0, 0], [8, 3], [8, 0], [5, 3], [5, 6], [0, 6]], "counter-clockwise"),
    "smaller": (["outline"], [[0, 0], [7, 0], [7, 3], [5, 3], [5, 6], [0, 6]], "are not those of a room"),
    "floor": (["walkable", "exterior"], [[0, 0], [7.5, 0], [7.5, 5.5], [0, 5.5]], "floor leaves the room"),
    "hidden": (["walkable", "exterior"], [[0, 0], [4, 0], [4, 5.5], [0, 5.5]], "neither walkable floor"),
    "shelf": (["fixtures", 0, "footprint_m"], [[4, 5.5], [6, 5.5], [6, 6], [4, 6]], "stands outside"),
    "door": (["doors", 0, "point_m"], [2, 1.5], "in no wall of the room"),
    "fire exit": (["doors", 1, "outward"], [1, 0], "in no wall of the room"),
    "lamp": (["lamps", 0, "position_m"], [5, 4, 2.9], "hangs outside"),
    "spot": (["spots", 0, "position_m"], [6, 4, 2.6], "spot 0: it hangs outside"),
    "high spot": (["spots", 0, "position_m"], [4, 4, 3.2], "spot 0: it hangs outside"),
    "dark spot": (["spots", 0, "toward"], [0, 0, 0], "spot 0: its beam is no unit vector"),
    "window in the building": (["openings", 2, "ends_m"], [[8, 2], [8, 4]], "opening 2: it is in no wall"),
    "window of another wall": (["openings", 2, "wall"], "back", "opening 2: it is in no wall"),
    "window of no wall": (["openings", 2, "wall"], "roof", "opening 2: it is in no wall"),
    "window in the room": (["openings", 1, "ends_m"], [[3, 0.1], [7, 0.1]], "opening 1: it is in no wall"),
    "window beyond": (["openings", 1, "ends_m"], [[3, 0], [8.1, 0]], "opening 1: it is in no wall"),
    "high window": (["openings", 2, "head_m"], 3.1, "opening 2: it is not between floor and ceiling"),
    "window of no height": (["openings", 2, "sill_m"], 2.6, "opening 2: it is not between"),
    "window in a door": (["openings", 1, "ends_m"], [[2.6, 0], [7, 0]], "opening 1: another is where it is"),
    "high lamp": (["lamps", 0, "position_m"], [2, 4, 3.2], "hangs outside"),
}


def test_a_sound_room_has_no_faults():
    assert verify() == []


@pytest.mark.parametrize("name", EDITS)
def test_a_changed_floor_plan_is_found(name):
    (*steps, last), value, message = EDITS[name]
    plan = copy.deepcopy(PLAN)
    inner = plan
    for step in steps:
        inner = inner[step]
    inner[last] = value
    assert any(message in problem for problem in verify(plan)), verify(plan)


def test_a_door_that_furniture_blocks_is_found():
    plan = copy.deepcopy(PLAN)
    plan["walkable"]["exterior"] = [[0.5, 0], *PLAN["walkable"]["exterior"][1:5], [0.5, 5.5]]
    plan["fixtures"].append(
        {"name": "x", "kind": "bin", "footprint_m": [[0, 0], [0.5, 0], [0.5, 5.5], [0, 5.5]]}
    )
    assert any("door 1: no floor leads to it" in problem for problem in verify(plan))


@pytest.mark.parametrize("place_m", [(6.0, 5.0, 2.8), (1.0, 5.0, 3.1), (-0.1, 2.0, 2.0)])
def test_cameras_beyond_the_walls_are_found(place_m):
    pose = POSE.copy()
    pose[:3, 3] = place_m
    for camera in (replace(CAMERA, world_from_cam=pose), replace(CAMERA, turns=((3, pose),))):
        (problem,) = verify(camera=camera)
        assert "the camera is outside the room" in problem


def test_people_beyond_the_walls_are_found():
    (problem,) = verify(person_m=(6.0, 4.0))
    assert "row 0" in problem
    assert "the position is outside the room" in problem
