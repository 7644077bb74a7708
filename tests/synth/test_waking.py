"""What is skipped in a step would have changed nothing, and nothing of a simulation stays behind."""

import ast
import gc
import weakref
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

import synth
from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store
from synth.behaviours.steps import _STEPS, make_steps
from synth.shoppers.errands import Errand
from synth.simulation import Recorder, simulate
from synth.walking.conduct import Conduct
from synth.walking.crowd import Crowd
from synth.walking.stops import Stops


@pytest.fixture(scope="module")
def clip():
    clock = ["clip.duration_s=12", "clip.warmup_s=12", "shoppers.count=14", "journeys.stand_in_way=0.3"]
    scenario = sample_scenario(load_config("everyday", clock), seed=3, index=4)
    return scenario, make_store(scenario)


def test_who_is_not_woken_would_have_done_nothing(clip):
    def list_inside(self, time_s):
        return (p for p in self._floor.people if p.inside and not p.plan.carried_by)

    some = simulate(*clip)
    with mock.patch.object(Conduct, "list_awake", list_inside):
        everybody = simulate(*clip)
    assert some.events
    assert [(e.time_s, e.kind, e.item_id) for e in some.events] == [
        (e.time_s, e.kind, e.item_id) for e in everybody.events
    ]
    np.testing.assert_array_equal(some.trajectories.position_m, everybody.trajectories.position_m)
    np.testing.assert_array_equal(some.trajectories.heading_rad, everybody.trajectories.heading_rad)


def test_a_simulation_leaves_nothing_to_the_collector(clip):
    made = []
    first = Recorder.__init__

    def note(self, *args):
        first(self, *args)
        made.extend(map(weakref.ref, (self, self.floor, self.floor.crowd, self.floor.people[0])))

    gc.collect()
    gc.disable()
    try:
        with mock.patch.object(Recorder, "__init__", note):
            simulation = simulate(*clip)
        assert simulation.plans
        assert len(made) == 4
        assert [ref() for ref in made] == [None] * 4
    finally:
        gc.enable()


def list_kinds_written_out():
    """The kinds of step that the code of `synth` writes out where it makes an `Intent`."""
    return {
        part.value
        for path in Path(synth.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Intent"
        for part in ast.walk(node.args[0])
        if isinstance(part, ast.Constant)
    }


def test_every_step_has_a_method_of_its_name():
    kinds = {step.kind for outcome in _STEPS for step in make_steps(Errand(0, outcome, quantity=2))}
    assert len(kinds) > 40
    assert {"join_queue", "leave"} <= list_kinds_written_out() - kinds
    kinds |= list_kinds_written_out()
    assert all(callable(getattr(Conduct, f"_{kind}", None)) for kind in kinds)


def test_where_there_is_no_room_no_stop_is_free(clip):
    """Of a slot for which `has_room` says no, no stop is free; and with nobody there, all have room."""
    _, store = clip
    stops = Stops(store, Crowd(store.layout.walkable, step_s=0.1).standing_floor)
    slots = list(range(len(store.planogram.product)))
    assert all(stops.has_room(0, slot, "right") for slot in slots)
    for shopper, slot in enumerate(slots[::9], start=1):
        stop = stops.for_slot(shopper, slot, 0.05, "right")
        if stop is not None:
            stops.reserve(shopper, stop.position_m)
    for hand in ("right", "left"):
        shut = [slot for slot in slots if not stops.has_room(0, slot, hand)]
        assert shut
        assert all(stops.for_slot(0, slot, 0.05, hand) is None for slot in shut)
