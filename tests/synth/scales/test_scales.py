"""The scales against loads computed by other means."""

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from scenes.scenario import ClipSpec, FaultsSpec, SensorsSpec
from synth.scales import simulate_scales, step_response
from tests.synth.scales.shelves import (
    IDEAL,
    QUIET,
    SIZE_M,
    make_event,
    make_scenario,
    make_shelves,
    make_simulation,
    translation,
)


def test_weight_is_shared_by_overlapped_area():
    trace = simulate_scales(make_scenario(sensors=QUIET), make_shelves(), make_simulation())
    board = trace.true_kg[0, :10].astype(float)
    assert board[0] == pytest.approx(0.5)  # item 0: wholly on plate 0
    # item 1: x from 0.22 to 0.38, 8 cm on plate 2 and 8 cm on plate 3
    assert board[[2, 3]] == pytest.approx([0.6, 0.6])
    # item 2: x from 0.59 to 0.67, 1 cm on plate 5 and 7 cm on plate 6
    assert board[[5, 6]] == pytest.approx([0.5 / 8, 0.5 * 7 / 8])
    assert np.all(trace.true_kg[:, 10:] == 0.0)
    assert np.abs(trace.mass_kg - trace.true_kg).max() <= 0.5e-5 + 1e-6


def test_shares_of_a_turned_item_agree_with_sampling():
    pose = translation(0.33, 0.2, 0.5, yaw=0.7)
    store = replace(
        make_shelves(), world_from_item=np.stack([translation(5, 5, 0.5), pose, translation(5, 6, 0.5)])
    )
    trace = simulate_scales(make_scenario(sensors=QUIET), store, make_simulation())
    inside = (np.random.default_rng(0).random((200_000, 2)) - 0.5) * SIZE_M[1, :2]
    x_m = (inside @ pose[:2, :2].T + pose[:2, 3])[:, 0]
    share = np.histogram(x_m, bins=np.arange(11) * 0.1)[0] / len(x_m)
    assert trace.true_kg[0, :10] == pytest.approx(1.2 * share, abs=0.01)


def test_overhanging_item_weighs_all_its_mass_and_the_floor_feels_nothing():
    store = make_shelves()
    over_the_edge = translation(0.15, -0.02, 1.0)
    trace = simulate_scales(
        make_scenario(sensors=QUIET),
        store,
        make_simulation(
            make_event(0, 1.0, "take", 0, "slot:0", "hand:T:right"),
            make_event(1, 2.0, "put", 0, "hand:T:right", "slot:1", over_the_edge),
            make_event(2, 3.0, "take", 2, "slot:0", "hand:T:right"),
            make_event(3, 4.0, "drop", 2, "hand:T:right", "floor", translation(0.15, 0.2, 0.0)),
        ),
    )
    assert trace.true_kg[-1, 10:].sum() == pytest.approx(0.5)
    assert trace.true_kg[-1].sum() == pytest.approx(0.5 + 1.2)


@pytest.mark.parametrize("noisy", [0.0, 1.0])
def test_each_event_steps_by_the_items_mass_within_the_noise(noisy):
    store = make_shelves()
    events = [
        make_event(0, -3.0, "take", 2, "slot:0", "hand:T:right"),
        make_event(1, 1.5, "take", 0, "slot:0", "hand:T:right"),
        make_event(2, 2.0, "touch", 1, "slot:0", "slot:0"),
        make_event(3, 4.0, "put", 0, "hand:T:right", "slot:0", translation(0.78, 0.1, 0.5, yaw=0.3)),
    ]
    scenario = make_scenario(faults=FaultsSpec(noisy_gondolas=noisy))
    trace = simulate_scales(scenario, store, make_simulation(*events))
    assert trace.mass_kg.dtype == np.float32
    # Independent: mean of 0.5 s windows well before and after, summed over the board's ten plates.
    window = {at: (trace.time_s >= at) & (trace.time_s < at + 0.5) for at in (0.9, 2.6, 3.4, 5.3)}
    load = {at: trace.mass_kg[rows, :10].sum(axis=1).mean() for at, rows in window.items()}
    factor = np.ones(20)
    factor[[fault["plate"] for fault in trace.faults]] = [fault["factor"] for fault in trace.faults]
    sigma_kg = 0.62e-3 * np.sqrt((factor[:10] ** 2).sum() / 30) * np.sqrt(2)
    drift_kg = 0.4e-3 * np.sqrt(2.0 / 60) * np.sqrt(10)
    bound_kg = 4 * np.hypot(sigma_kg, drift_kg)
    assert load[2.6] - load[0.9] == pytest.approx(-0.5, abs=bound_kg)
    assert load[5.3] - load[3.4] == pytest.approx(0.5, abs=bound_kg)
    assert load[0.9] == pytest.approx(1.7, abs=0.01)  # item 2 left in the warm-up
    assert len(trace.faults) == (20 if noisy else 0)


def test_noise_has_the_measured_statistics():
    store = make_shelves(fixtures=20)
    scenario = make_scenario(clip=ClipSpec(duration_s=12.0), faults=FaultsSpec(noisy_gondolas=0.2))
    trace = simulate_scales(scenario, store, make_simulation())
    assert trace.mass_kg.shape == (721, 400)
    windows = trace.mass_kg[:720].reshape(24, 30, 400).std(axis=1, ddof=1) * 1e3
    assert np.median(windows) == pytest.approx(0.62, rel=0.1)
    factor = np.ones(400)
    factor[[fault["plate"] for fault in trace.faults]] = [fault["factor"] for fault in trace.faults]
    noisy = factor != 1
    assert noisy.sum() == 4 * 20
    assert np.median(windows[:, ~noisy]) == pytest.approx(0.62, rel=0.03)
    assert np.quantile(windows[:, ~noisy], 0.05) == pytest.approx(0.48, rel=0.05)
    shown = np.sqrt((windows**2).mean(axis=0))[noisy] / factor[noisy]
    assert np.median(shown) == pytest.approx(0.62, rel=0.03)
    assert np.log(factor[noisy]).std() == pytest.approx(0.9, rel=0.25)
    assert np.median(factor[noisy]) == pytest.approx(4, rel=0.35)
    assert np.allclose(np.rint(trace.mass_kg / 0.5e-3) * 0.5e-3, trace.mass_kg, atol=1e-6)


def test_white_noise_is_normal_far_into_the_tails():
    sensors = SensorsSpec(noise_g=2.0, drift_g_per_min=0.0, resolution_g=0.001, **IDEAL)
    scenario = make_scenario(clip=ClipSpec(duration_s=30.0), sensors=sensors)
    trace = simulate_scales(scenario, make_shelves(fixtures=20), make_simulation())
    noise = trace.mass_kg - trace.true_kg
    noise /= noise.std(axis=0)  # plates differ
    for share in (1e-4, 1e-3, 0.01, 0.1, 0.3, 0.5, 0.9, 0.999, 0.9999):
        expected = NormalDist().inv_cdf(share)
        spread = np.sqrt(share * (1 - share) / noise.size) / NormalDist().pdf(expected)
        assert np.quantile(noise, share) == pytest.approx(expected, abs=5 * spread)


def test_drift_is_a_random_walk_of_the_given_size():
    sensors = SensorsSpec(noise_g=0.0, drift_g_per_min=5.0, resolution_g=0.01, **IDEAL)
    scenario = make_scenario(clip=ClipSpec(duration_s=60.0, warmup_s=0.0), sensors=sensors)
    trace = simulate_scales(scenario, make_shelves(fixtures=50), make_simulation())
    error_g = (trace.mass_kg - trace.true_kg) * 1e3
    assert (error_g[-1] - error_g[0]).std() == pytest.approx(5.0, rel=0.1)
    assert (error_g[900] - error_g[0]).std() == pytest.approx(2.5, rel=0.1)


def test_reading_settles_with_the_time_constant_and_a_small_overshoot():
    elapsed_s = np.linspace(0, 2, 2001)
    shown = step_response(elapsed_s, 0.12)
    assert shown.max() == pytest.approx(1 + np.exp(-np.pi), abs=1e-4)
    assert np.all(np.abs(1 - shown) <= np.sqrt(2) * np.exp(-elapsed_s / 0.12) + 1e-12)
    store = make_shelves()
    events = make_simulation(make_event(0, 2.0, "take", 0, "slot:0", "hand:T:right"))
    trace = simulate_scales(make_scenario(sensors=QUIET), store, events)
    after = np.flatnonzero(trace.time_s >= 2.0)
    expected = 0.5 * (1 - step_response(trace.time_s[after] - 2.0, QUIET.settling_s))
    assert np.abs(trace.mass_kg[after, 0] - expected).max() < 1e-5
    assert np.all(trace.true_kg[after, 0] == 0.0)


def test_a_plate_saturates_at_its_capacity_and_says_so():
    sensors = replace(QUIET, capacity_kg=1.0)
    store = make_shelves()
    crowd = make_simulation(
        make_event(0, 1.0, "take", 1, "slot:0", "hand:T:right"),
        make_event(1, 2.0, "put", 1, "hand:T:right", "slot:0", translation(0.75, 0.1, 0.5, yaw=np.pi / 2)),
    )
    trace = simulate_scales(make_scenario(sensors=sensors), store, crowd)
    assert trace.true_kg.max() == pytest.approx(1.2)
    assert trace.mass_kg.max() == pytest.approx(1.0, abs=1e-6)
    assert trace.faults == ({"kind": "saturated", "plate": 7, "from_s": 2.0, "to_s": 6.0},)


def test_same_seed_same_readings_and_another_clip_others():
    store, simulation = make_shelves(), make_simulation()
    first = simulate_scales(make_scenario(), store, simulation)
    again = simulate_scales(make_scenario(), store, simulation)
    other = simulate_scales(replace(make_scenario(), index=1), store, simulation)
    assert np.array_equal(first.mass_kg, again.mass_kg)
    assert not np.array_equal(first.mass_kg, other.mass_kg)


def test_a_turned_can_weighs_on_the_plates_under_its_round_foot():
    """A square of its width would reach over plate 4 by 9 mm; the can itself does not."""
    store = make_shelves()
    catalogue = replace(
        store.catalogue, package=("can", "box"), size_m=np.array([[0.09, 0.09, 0.2], SIZE_M[1]])
    )
    poses = [translation(0.355, 0.1, 0.5, yaw=np.pi / 4), *store.world_from_item[1:]]
    store = replace(store, catalogue=catalogue, world_from_item=np.stack(poses))
    board = simulate_scales(make_scenario(sensors=QUIET), store, make_simulation()).true_kg[0, :10]
    assert board[3] == pytest.approx(0.5 + 0.6, abs=1e-3)
    assert board[4] == 0.0
