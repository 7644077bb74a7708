"""What blurs the readings of scales that work."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.scenario import ClipSpec
from synth.records import Act
from synth.scales import simulate_scales
from tests.synth.scales.shelves import (
    QUIET,
    SIZE_M,
    make_event,
    make_scenario,
    make_shelves,
    make_simulation,
    translation,
)


def take_and_put(**sensors):
    """Readings of a take at 2 s and its return at 4 s, of scales that are ideal but for what is given."""
    events = make_simulation(
        make_event(0, 2.0, "take", 0, "slot:0", "hand:T:right"),
        make_event(1, 4.0, "put", 0, "hand:T:right", "slot:0", translation(0.05, 0.05, 0.5)),
    )
    scenario = make_scenario(sensors=replace(QUIET, **sensors))
    return simulate_scales(scenario, make_shelves(), events)


def test_crosstalk_moves_load_to_the_neighbour_and_loses_none():
    plain, crossed = take_and_put(), take_and_put(crosstalk=0.1)
    assert crossed.mass_kg.sum(axis=1) == pytest.approx(plain.mass_kg.sum(axis=1), abs=1e-3)
    assert crossed.mass_kg[0, 0] == pytest.approx(0.5 * 0.9, abs=1e-4)
    assert crossed.mass_kg[0, 1] == pytest.approx(0.1 * 0.5 + 0.1 * 0.6, abs=1e-4)
    assert np.array_equal(crossed.true_kg, plain.true_kg)
    assert crossed.mass_kg[0, 10:].max() == 0.0  # the board above


def test_gain_scales_every_step_of_a_plate():
    trace = take_and_put(gain_error=0.05)
    gain = trace.mass_kg[0, [0, 2, 3]] / trace.true_kg[0, [0, 2, 3]]
    assert len(set(gain.round(4))) == 3
    assert np.abs(gain - 1).max() < 0.2
    step_kg = trace.mass_kg[-1, 0] - trace.mass_kg[200, 0]
    assert step_kg == pytest.approx(0.5 * gain[0], abs=2e-4)


def test_creep_goes_on_after_settling_and_play_swallows_what_it_is_wide():
    crept = take_and_put(creep=0.1)
    late = [np.searchsorted(crept.time_s, at) for at in (3.0, 3.9)]
    assert np.allclose(crept.mass_kg[late, 0], -0.05 * (1 - np.exp(-np.array([1.0, 1.9]) / 60)), atol=1e-4)
    played = take_and_put(hysteresis_g=20.0)
    assert played.mass_kg[200, 0] == pytest.approx(0.01, abs=1e-4)  # half the play from the first step
    assert played.mass_kg[-1, 0] == pytest.approx(0.01 + 0.48, abs=1e-4)


def test_a_hand_that_grasps_presses_first_and_one_that_lets_go_presses_after():
    reach = {"size_m": SIZE_M[0], "world_from_item": None, "hand": "right", "shopper": 0, "item_ids": (0,)}
    acts = (
        Act(kind="take", start_s=1.0, contact_s=2.0, end_s=3.0, **reach),
        Act(kind="put", start_s=3.0, contact_s=4.0, end_s=5.0, **reach),
    )
    events = make_simulation(
        make_event(0, 2.0, "take", 0, "slot:0", "hand:T:right"),
        make_event(1, 4.0, "put", 0, "hand:T:right", "slot:0", translation(0.05, 0.05, 0.5)),
    )
    sensors = replace(QUIET, press_g=100.0)
    trace = simulate_scales(make_scenario(sensors=sensors), make_shelves(), replace(events, acts=acts))
    free = take_and_put()
    pressed_kg = (trace.mass_kg - free.mass_kg)[:, :10].sum(axis=1)
    assert np.array_equal(trace.true_kg, free.true_kg)
    busy = (trace.time_s > 1.8) & (trace.time_s < 3.5) | (trace.time_s > 4.0)
    assert np.abs(pressed_kg[~busy]).max() < 1e-4
    for from_s in (1.8, 4.0):  # half the force of a touch, spread by its logarithm
        peak_kg = pressed_kg[(trace.time_s > from_s) & (trace.time_s < from_s + 0.25)].max()
        assert 0.05 * np.exp(-1.5) * 0.8 < peak_kg < 0.05 * np.exp(1.5)
    assert abs(pressed_kg[-1]) < 1e-4


def test_warmth_moves_each_zero_in_step_with_the_air():
    sensors = replace(QUIET, temperature_g_per_k=2.0, temperature_swing_k=3.0)
    scenario = make_scenario(clip=ClipSpec(duration_s=900.0), sensors=replace(sensors, rate_hz=1.0))
    trace = simulate_scales(scenario, make_shelves(fixtures=5), make_simulation())
    moved_g = 1e3 * (trace.mass_kg - trace.true_kg)
    # A whole cycle of the air: no mean, all plates in step (or against it), swings of 3 K times 2 g / K.
    assert np.abs(moved_g.mean(axis=0)).max() < 0.1
    u, s, _ = np.linalg.svd(moved_g, full_matrices=False)
    assert s[1] < 0.01 * s[0]
    swing_g = moved_g.std(axis=0) * np.sqrt(2)
    assert np.sqrt(np.mean(swing_g**2)) == pytest.approx(6.0, rel=0.2)
