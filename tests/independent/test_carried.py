"""A child on somebody's arm, told wrongly in one way after another: `verify` and the reader both find it."""

import copy
import math
from types import SimpleNamespace

import pyarrow as pa
import pytest

from synth.schema import TRACKS, bare_schema
from synth.verify.carried import check_carried
from synth.verify.content import ClipContent
from synth.verify.findings import ClipFindings, Findings
from tests.independent.reader_carried import hold_children

FAMILY = {"payment_id": "P", "group": 0}
PEOPLE = [
    FAMILY | {"trip_code": "A", "stature_m": 1.7, "mobility": "carrying", "carried_by": ""},
    FAMILY | {"trip_code": "C", "stature_m": 0.9, "mobility": "carried", "carried_by": "A"},
    {"trip_code": "B", "payment_id": "Q", "group": 1, "stature_m": 1.8, "mobility": "walking"}
    | {"carried_by": ""},
]


def make_event(kind, trip, time_s, origin="", goal="", hand=""):
    item = 7 if origin else -1
    return {
        "kind": kind,
        "trip_code": trip,
        "time_s": time_s,
        "item_id": item,
        "from_place": origin,
        "to_place": goal,
    } | {"hand": hand}


def make_clip():
    """A walks a circle and turns, and C sits on the left arm; C takes something, and A bags it and goes."""
    rows = []
    for frame in range(8):
        heading = 0.8 * frame - 3.0
        x_m, y_m = 3 + math.cos(0.3 * frame), 3 + math.sin(0.3 * frame)
        aside = heading + 1.2
        for trip, x, y in (
            ("A", x_m, y_m),
            ("C", x_m + 0.3 * math.cos(aside), y_m + 0.3 * math.sin(aside)),
            ("B", 9.0, 9.0),
        ):
            rows.append(
                {"frame": frame, "time_s": frame, "trip_code": trip, "x_m": x, "y_m": y}
                | {"heading_rad": heading, "joints_m": []}
                | {f"{side}_palm_{axis}_m": 0.0 for side in ("left", "right") for axis in "xyz"}
            )
    events = [
        *(make_event("enter", trip, -1.0) for trip in "AC"),
        make_event("take", "C", 2.0, "slot:3", "hand:C:left", "left"),
        make_event("hand_over", "C", 4.0, "hand:C:left", "hand:A:right", "left"),
        make_event("bag", "A", 5.0, "hand:A:right", "bag:A", "right"),
        *(make_event("exit", trip, 7.05) for trip in "AC"),
    ]
    events = [event | {"event_id": number} for number, event in enumerate(events)]
    about = {"people": copy.deepcopy(PEOPLE), "leans": [], "bags": []}
    return SimpleNamespace(about=about, events=events, rows=rows)


def find(clip):
    """Return what `verify` finds, and what the reader does."""
    table = pa.Table.from_pylist(clip.rows, schema=bare_schema(TRACKS))
    findings, content = Findings(), ClipContent(clip.about, {"tracks": table}, events=clip.events)
    check_carried(content, ClipFindings(findings, "clip"))
    read = SimpleNamespace(about=clip.about, events=clip.events, table=lambda name: table)
    return [str(problem) for problem in findings.finish()], hold_children(read)


def test_a_child_on_an_arm_is_right():
    assert find(make_clip()) == ([], [])


def lean(clip, trip, hand):
    clip.about["leans"].append({"trip_code": trip, "hand": hand})


def carry_bag(clip, place):
    clip.about["bags"].append({"trip_code": "B", "place": place, "from_s": None, "to_s": None})


def mirror(clip, frames):
    """Seat the child on the other arm."""
    tall = {row["frame"]: row for row in clip.rows if row["trip_code"] == "A"}
    for row in clip.rows:
        if row["trip_code"] == "C" and row["frame"] in frames:
            adult = tall[row["frame"]]
            for axis in ("x_m", "y_m"):
                row[axis] = 2 * adult[axis] - row[axis]


def set_events(clip, kind, **values):
    for event in clip.events:
        if event["kind"] == kind and event["trip_code"] in values.get("of", "AC"):
            event.update({key: value for key, value in values.items() if key != "of"})


FAULTS = {
    "on another payment": lambda c: c.about["people"][1].update(payment_id="Q"),
    "of another group": lambda c: c.about["people"][1].update(group=1),
    "as tall as a schoolchild": lambda c: c.about["people"][1].update(stature_m=1.25),
    "carried by nobody": lambda c: c.about["people"][1].update(carried_by=""),
    "carried by a stranger": lambda c: c.about["people"][1].update(carried_by="X"),
    "carried by who only walks": lambda c: c.about["people"][1].update(carried_by="B"),
    "walking, and carried": lambda c: c.about["people"][1].update(mobility="walking"),
    "a second child on the arm": lambda c: c.about["people"][2].update(carried_by="A", mobility="carried"),
    "a metre off in one frame": lambda c: c.rows[3 * 4 + 1].update(x_m=5.0),
    "changing arms": lambda c: mirror(c, {5}),
    "on the arm that acts": lambda c: mirror(c, set(range(8))),
    "missing in a frame": lambda c: c.rows.pop(1),
    "there before the adult": lambda c: c.rows.pop(0),
    "in through another door": lambda c: set_events(c, "enter", of="C", time_s=-0.5),
    "still there": lambda c: c.events.pop(),
    "the holding hand bags": lambda c: set_events(c, "bag", hand="left"),
    "the holding hand is given something": lambda c: set_events(c, "hand_over", to_place="hand:A:left"),
    "the hand about the neck takes": lambda c: set_events(c, "take", hand="right"),
    "something in the hand about the neck": lambda c: set_events(c, "take", to_place="hand:C:right"),
    "a bag of the child's": lambda c: set_events(c, "bag", to_place="bag:C"),
    "the holding hand leans": lambda c: lean(c, "A", "left"),
    "a bag in the holding hand": lambda c: carry_bag(c, "hand:A:left"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_cannot_be_of_a_child_on_an_arm_is_found_twice(name):
    clip = make_clip()
    FAULTS[name](clip)
    verified, read = find(clip)
    assert verified
    assert read


def test_what_the_free_hands_do_is_right():
    clip = make_clip()
    lean(clip, "A", "right")
    carry_bag(clip, "hand:A:right")
    assert find(clip) == ([], [])
