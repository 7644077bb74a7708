"""Who comes and goes by which door: one that is open, a fire exit in an evacuation only; no gate is there."""

import pyarrow as pa
import pytest

from synth.schema import DOORS, GATES, bare_schema
from synth.verify.content import ClipContent
from synth.verify.findings import ClipFindings, Findings
from synth.verify.sensors import check_doors, check_gates

PLAN = {
    "doors": [
        {"kind": "both", "point_m": [2.0, 0.3], "outward": [0, -1], "width_m": 1.4, "leaves": []},
        {"kind": "fire_exit", "point_m": [0.3, 5.0], "outward": [-1, 0], "width_m": 1.05, "leaves": []},
        {"kind": "entrance", "point_m": [6.0, 0.3], "outward": [0, -1], "width_m": 1.4, "leaves": []},
        {"kind": "exit", "point_m": [9.0, 0.3], "outward": [0, -1], "width_m": 1.4, "leaves": []},
    ],
    "case_doors": [],
}
NOBODY = {"item_id": -1, "from_place": "", "to_place": "", "trip_code": "T"}


def verify(*, opens=1, gate=0, evacuate_at_s=8.0, evacuate=True, way_in=0, in_m=0.3, out_m=(0.5, 5.1)):
    """Let T come in and leave by the fire exit at 10 s, while a door `opens`; a `gate` was passed before."""
    x_m = PLAN["doors"][way_in]["point_m"][0]
    came = NOBODY | {"event_id": 0, "kind": "enter", "time_s": -5.0, "x_m": x_m, "y_m": in_m}
    went = NOBODY | {"event_id": 1, "kind": "exit", "time_s": 10.0, "x_m": out_m[0], "y_m": out_m[1]}
    changes = [
        {"door": door, "case_door": -1, "is_open": is_open, "true_s": s, "sensed_s": s + 0.1}
        for door, is_open, s in (
            (way_in, True, -5.8),
            (way_in, False, -3.0),
            (opens, True, 9.2),
            (opens, False, 12.0),
        )
    ]
    passed = {"gate": gate, "direction": "in", "sensed_s": -4.4, "payment_id": "P", "people": 1}
    passed |= {"true_people": 1, "true_trips": ["T"], "true_s": [-4.5]}
    journeys = {"evacuate": evacuate, "evacuate_at_s": evacuate_at_s}
    clip = {
        "scenario": {"journeys": journeys, "clip": {"warmup_s": 10.0}},
        "people": [{"trip_code": "T", "payment_id": "P"}],
        "case_doors": [],
        "door_leaves": [],
        "frames": 1,
        "fps": 10.0,
    }
    tables = {
        "doors": pa.Table.from_pylist(changes, schema=bare_schema(DOORS)),
        "gates": pa.Table.from_pylist([passed], schema=bare_schema(GATES)),
    }
    content = ClipContent(clip, tables, floor_plan=PLAN)
    content.events = [came, went]
    findings = Findings()
    for check in (check_doors, check_gates):
        check(content, ClipFindings(findings, "clip"))
    return [str(problem) for problem in findings.finish()]


def test_whoever_flees_by_an_open_fire_exit_is_right():
    assert verify() == []
    assert verify(way_in=2, opens=2, out_m=(6.0, 0.3)) == []


@pytest.mark.parametrize("door", [0, 3])
def test_whoever_leaves_by_an_exit_is_right_at_any_time(door):
    assert verify(opens=door, out_m=PLAN["doors"][door]["point_m"], evacuate=False) == []


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"evacuate": False}, "leaves by a fire exit, in no evacuation"),
        ({"evacuate_at_s": 11.0}, "leaves by a fire exit, in no evacuation"),
        ({"opens": 0}, "T leaves by a closed door"),
        ({"gate": 1}, "there is no gate at door 1, a fire exit"),
        ({"way_in": 3}, "T enters by an exit"),
        ({"in_m": 2.0}, "T enters by no door"),
        ({"opens": 2, "out_m": (6.0, 0.3), "evacuate": False}, "T leaves by an entrance, in no evacuation"),
        ({"out_m": (1.0, 6.2)}, "T leaves by no door"),
    ],
)
def test_what_cannot_be_at_a_fire_exit_is_found(changed, message):
    (problem,) = verify(**changed)
    assert message in problem
