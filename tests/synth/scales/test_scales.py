"""The scales against loads computed by other means."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.scenario import ClipSpec, FaultsSpec, Scenario, SensorsSpec
from scenes.world import Catalogue, Planogram, Store, StoreLayout
from synth.evidence.steps import measure_steps
from synth.records import Act, Event, ShopperPlan, Simulation, Trajectories
from synth.scales import simulate_scales, step_response

IDEAL = {
    "gain_error": 0.0,
    "crosstalk": 0.0,
    "creep": 0.0,
    "hysteresis_g": 0.0,
    "press_g": 0.0,
    "vibration_g": 0.0,
    "temperature_g_per_k": 0.0,
}
QUIET = SensorsSpec(noise_g=0.0, drift_g_per_min=0.0, resolution_g=0.01, **IDEAL)
MASS_KG = np.array([0.5, 1.2])
SIZE_M = np.array([[0.08, 0.06, 0.2], [0.16, 0.1, 0.2]])


def make_scenario(**sections):
    return Scenario(
        name="test",
        seed=5,
        index=0,
        **{"clip": ClipSpec(duration_s=6.0), "sensors": SensorsSpec(**IDEAL)} | sections,
    )


def translation(x, y, z, yaw=0.0):
    pose = np.eye(4)
    pose[:2, :2] = [[np.cos(yaw), -np.sin(yaw)], [np.sin(yaw), np.cos(yaw)]]
    pose[:3, 3] = x, y, z
    return pose


def make_shelves(fixtures=1, plates=10):
    """Boards at z = 0.5 and 1.0 with 0.1 m plates from x = 0; a slot a board; three items below."""
    plate_m, plate_fixture = [], []
    slot_m, slot_plates, slot_fixture = [], [], []
    for fixture in range(fixtures):
        for z in (0.5, 1.0):
            slot_plates.append(tuple(range(len(plate_m), len(plate_m) + plates)))
            plate_m += [translation(0.05 + 0.1 * n, 2.0 * fixture, z) for n in range(plates)]
            plate_fixture += [fixture] * plates
            slot_m.append(translation(0.05 * plates, 2.0 * fixture, z))
            slot_fixture.append(fixture)
    slots = len(slot_m)
    ones = np.ones(slots)
    planogram = Planogram(
        world_from_slot=np.stack(slot_m),
        width_m=ones,
        depth_m=0.41 * ones,
        height_m=0.4 * ones,
        product=np.zeros(slots, int),
        count=np.array([3] + [0] * (slots - 1)),
        fixture=np.array(slot_fixture),
        shelf=np.arange(slots) % 2,
        facing=np.zeros(slots, int),
        plate_m=np.stack(plate_m),
        plate_size_m=np.tile([0.1, 0.41], (len(plate_m), 1)),
        plate_fixture=np.array(plate_fixture),
        slot_plates=tuple(slot_plates),
    )
    catalogue = Catalogue(
        "EUR",
        ("a", "b"),
        ("A", "B"),
        ("x", "x"),
        ("box", "box"),
        SIZE_M,
        MASS_KG,
        np.array([100, 250]),
        np.array([0.5, 0.5]),
        np.array([-1, -1]),
        np.array([-1, -1]),
        (),
        (),
        ("each", "each"),
        ("", ""),
    )
    poses = [translation(0.05, 0.05, 0.5), translation(0.30, 0.1, 0.5), translation(0.63, 0.1, 0.5)]
    return Store(
        store_id="test",
        layout=StoreLayout("kiosk", np.array([5.0, 5.0, 3.0]), None, (), ()),
        catalogue=catalogue,
        planogram=planogram,
        lamps=(),
        cameras=(),
        structure=None,
        textures=np.zeros((0, 256, 256, 3), np.uint8),
        materials=(),
        item_slot=np.zeros(3, int),
        item_product=np.array([0, 1, 0]),
        world_from_item=np.stack(poses),
        ambient_color=np.ones(3),
    )


def make_event(number, time_s, kind, item, origin, target, pose=None):
    return Event(number, time_s, kind, "T", item, "a", origin, target, 1, "right", np.zeros(3), pose)


def make_simulation(*events):
    nobody = Trajectories(
        10.0, np.arange(3) / 10, np.zeros((3, 0, 2)), np.zeros((3, 0)), np.zeros((3, 0), bool)
    )
    return Simulation((), nobody, (), tuple(events), ())


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
    scenario = make_scenario(clip=ClipSpec(duration_s=10.0), sensors=replace(QUIET, press_g=100.0))
    trace = simulate_scales(scenario, shelves, simulation)
    counts = measure_steps(shelves, simulation, trace, scenario.sensors)["step_count"]
    assert counts == [0, 1, put_counts]
