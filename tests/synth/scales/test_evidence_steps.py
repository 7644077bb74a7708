"""Which steps evidence takes for recorded alone."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.scenario import ClipSpec
from synth.evidence.steps import measure_steps
from synth.records import Act, Event, ShopperPlan
from synth.scales import simulate_scales
from tests.synth.scales.shelves import (
    QUIET,
    make_event,
    make_scenario,
    make_shelves,
    make_simulation,
    translation,
)


def test_who_leans_presses_kilograms_while_they_lean_and_evidence_takes_no_step_beside_it():
    reach = {"size_m": np.zeros(3), "world_from_item": np.eye(4), "hand": "right", "shopper": 0}
    lean = Act(kind="lean", start_s=2.0, contact_s=3.0, end_s=7.0, item_ids=(), slot=0, **reach)
    enter = Event(0, 0.5, "enter", "T", -1, "", "", "", 0, "", np.zeros(3))
    put = make_event(2, 6.5, "put", 0, "hand:T:right", "slot:0", translation(0.05, 0.05, 0.5))
    calm = make_simulation(enter, make_event(1, 1.0, "take", 0, "slot:0", "hand:T:right"), put)
    leant = replace(calm, acts=(lean,), plans=(ShopperPlan("T", "P", 0, 0.0, 1.0, (), (), None, "right"),))
    sensors = replace(QUIET, press_g=100.0)
    scenario = make_scenario(clip=ClipSpec(duration_s=10.0), sensors=sensors)
    traces = [simulate_scales(scenario, make_shelves(), s) for s in (calm, leant)]
    assert np.array_equal(traces[0].true_kg, traces[1].true_kg)
    pressed_kg = (traces[1].mass_kg - traces[0].mass_kg).sum(axis=1)
    leaning = (traces[1].time_s > 3.2) & (traces[1].time_s < 5.9)
    assert 2.5 * np.exp(-1.5) < pressed_kg[leaning].min() <= pressed_kg[leaning].max() < 2.5 * np.exp(1.5)
    assert np.abs(pressed_kg[traces[1].time_s < 2.9]).max() < 1e-4
    counts = [
        measure_steps(make_shelves(), s, t, scenario.sensors)["step_count"]
        for s, t in zip((calm, leant), traces, strict=True)
    ]
    assert counts == [[0, 1, 1], [0, 1, 0]]


@pytest.mark.parametrize(("leant_on", "put_counts"), [((5, 6), 0), ((6, 7), 1)])
def test_evidence_takes_no_step_beside_plates_that_somebody_leans_on(leant_on, put_counts):
    """Crosstalk carries half a percent of kilograms to the next plate: more than many a rival's gap."""
    reach = {"size_m": np.zeros(3), "world_from_item": np.eye(4), "hand": "right", "shopper": 0}
    lean = Act(kind="lean", start_s=2.0, contact_s=3.0, end_s=7.0, item_ids=(), slot=1, **reach)
    enter = Event(0, 0.5, "enter", "T", -1, "", "", "", 0, "", np.zeros(3))
    put = make_event(2, 6.5, "put", 0, "hand:T:right", "slot:0", translation(0.05, 0.05, 0.5))
    simulation = make_simulation(enter, make_event(1, 1.0, "take", 0, "slot:0", "hand:T:right"), put)
    plans = (ShopperPlan("T", "P", 0, 0.0, 1.0, (), (), None, "right"),)
    simulation = replace(simulation, acts=(lean,), plans=plans)
    shelves = make_shelves()
    planogram = replace(shelves.planogram, slot_plates=((0, 1, 2, 3, 4), leant_on))
    shelves = replace(shelves, planogram=planogram)
    scenario = make_scenario(
        clip=ClipSpec(duration_s=10.0), sensors=replace(QUIET, press_g=100.0, crosstalk=0.005)
    )
    trace = simulate_scales(scenario, shelves, simulation)
    counts = measure_steps(shelves, simulation, trace, scenario.sensors)["step_count"]
    assert counts == [0, 1, put_counts]


@pytest.mark.parametrize(
    ("beside", "crosstalk", "counts"), [((5, 6), 0.005, 0), ((5, 6), 0.0, 1), ((6,), 0.005, 1)]
)
def test_evidence_takes_no_step_while_the_next_plate_is_relieved(beside, crosstalk, counts):
    """What a kilogram on plate 5 gives plate 4 is gone with it, and shows in the sum of plates 0 to 4."""
    shelves = make_shelves()
    poses = [*shelves.world_from_item[:2], translation((min(beside) + 0.5) * 0.1, 0.1, 0.5)]
    planogram = replace(
        shelves.planogram,
        slot_plates=((0, 1, 2, 3, 4), beside),
        world_from_slot=np.stack([shelves.planogram.world_from_slot[0]] * 2),
    )
    shelves = replace(
        shelves,
        planogram=planogram,
        item_slot=np.array([0, 0, 1]),
        world_from_item=np.stack(poses),
        catalogue=replace(shelves.catalogue, mass_kg=np.array([1.0, 1.2])),
    )
    enters = [Event(n, 0.5, "enter", trip, -1, "", "", "", 0, "", np.zeros(3)) for n, trip in enumerate("TU")]
    taken = make_event(2, 5.0, "take", 0, "slot:0", "hand:T:right")
    beside_it = replace(make_event(3, 5.5, "take", 2, "slot:1", "hand:U:right"), trip_code="U")
    simulation = make_simulation(*enters, taken, beside_it)
    scenario = make_scenario(clip=ClipSpec(duration_s=10.0), sensors=replace(QUIET, crosstalk=crosstalk))
    trace = simulate_scales(scenario, shelves, simulation)
    before, after = ((trace.time_s >= at) & (trace.time_s < at + 0.5) for at in (4.25, 7.0))
    step_g = (
        1e3 * (trace.mass_kg[after][:, :5].mean(axis=0) - trace.mass_kg[before][:, :5].mean(axis=0)).sum()
    )
    off_g = 1e3 * crosstalk if 5 in beside else 0.0
    assert step_g == pytest.approx(-1000.0 - off_g, abs=0.1)
    assert measure_steps(shelves, simulation, trace, scenario.sensors)["step_count"] == [0, 0, counts, counts]
