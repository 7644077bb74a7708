"""Scales that do not work."""

import numpy as np
import pytest

from scenes.scenario import FaultsSpec
from synth.scales import simulate_scales
from tests.synth.scales.shelves import make_event, make_scenario, make_shelves, make_simulation

FAULTS = {
    "plates_stuck": "stuck",
    "plates_dead": "dead",
    "plates_swapped": "swapped",
    "plates_broken_noisy": "broken_noisy",
    "scale_clock_late_s": "late",
    "messages_lost": "lost_message",
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_changes_only_the_plates_that_are_on_record(name):
    store = make_shelves()
    events = make_simulation(make_event(0, 2.0, "take", 0, "slot:0", "hand:T:right"))
    right = simulate_scales(make_scenario(), store, events)
    wrong = simulate_scales(make_scenario(faults=FaultsSpec(**{name: 0.5})), store, events)
    assert {fault["kind"] for fault in wrong.faults} == {FAULTS[name]}
    changed = set(np.flatnonzero((right.mass_kg != wrong.mass_kg).any(axis=0)).tolist())
    assert changed
    assert changed <= {fault["plate"] for fault in wrong.faults}
    assert np.array_equal(right.true_kg, wrong.true_kg)
    for fault in wrong.faults:
        before = right.time_s < fault["from_s"]
        assert np.array_equal(
            right.mass_kg[before, fault["plate"]], wrong.mass_kg[before, fault["plate"]]
        ) or (
            name == "messages_lost"  # an earlier message was lost too
        )
