"""Clocks, links, gates and doors against hand-made crossings and large samples."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.world import Camera, Door, StoreLayout
from synth.records import BodyShape, Crossing, ShopperPlan, Simulation, Trajectories, View
from synth.scales.effects import DOOR_SHAKES_S, compute_shaking
from synth.sensors import Link, find_openings, make_clocks, make_frames_table, record_doors, record_gates

CAMERAS = [Camera(f"cam{number}", 64, 48, np.eye(3), np.eye(4)) for number in range(200)]
BODY = BodyShape(0.5, 0.5, 0.5, 0.5, 0.5, 1.7, 1)


@pytest.fixture
def scenario():
    return sample_scenario(load_config("everyday", ["clip.duration_s=100"]), seed=1, index=0)


def change(scenario, **values):
    sensors = {key: value for key, value in values.items() if hasattr(scenario.sensors, key)}
    faults = {key: value for key, value in values.items() if hasattr(scenario.faults, key)}
    assert sensors.keys() | faults.keys() == values.keys()
    return replace(
        scenario, sensors=replace(scenario.sensors, **sensors), faults=replace(scenario.faults, **faults)
    )


class Doors:
    """As much of a store as gates and doors ask for."""

    def __init__(self, doors=1):
        door = Door("both", np.zeros(2), np.array([0.0, -1.0]), 1.4)
        self.layout = StoreLayout("kiosk", np.array([5.0, 5.0, 3.0]), None, (), (door,) * doors)


def make_simulation(*crossings):
    """Crossings given as (time_s, shopper, barrier, door, direction, payment_id) and ahead_s, if any."""
    people = 1 + max((crossing[1] for crossing in crossings), default=0)
    plans = tuple(
        ShopperPlan(f"T{n}", f"P{n // 3}", 0, 0.0, 1.0, (), (), BODY, "right") for n in range(people)
    )
    nobody = Trajectories(10.0, np.zeros(1), np.zeros((1, people, 2)), *np.zeros((3, 1, people), bool))
    return Simulation(plans, nobody, (), (), (), tuple(Crossing(*crossing) for crossing in crossings))


def test_clocks_are_off_by_what_is_asked_and_lose_what_is_asked(scenario):
    time_s = np.arange(1000) / 10
    asked = change(
        scenario, camera_clock_s=0.5, camera_clock_ppm=100.0, camera_jitter_s=0.01, frames_dropped=0.1
    )
    clocks = make_clocks(asked, CAMERAS, time_s)
    away_s = np.stack([clock.sensed_s - time_s for clock in clocks])
    assert away_s.mean(axis=1).std() == pytest.approx(0.5, rel=0.15)
    drift = (away_s[:, 500:].mean(axis=1) - away_s[:, :500].mean(axis=1)) / 50
    assert drift.std() == pytest.approx(1e-4, rel=0.15)
    assert np.median(away_s.std(axis=1)) == pytest.approx(0.01, rel=0.15)
    lost = np.stack([clock.dropped for clock in clocks])
    assert lost.mean() == pytest.approx(0.1, rel=0.1)
    assert not lost[:, 0].any()
    bursts = (lost[:, 1:] & ~lost[:, :-1]).sum()
    assert lost.sum() / bursts == pytest.approx(3.0, rel=0.1)
    table = make_frames_table(clocks, time_s)
    assert np.array_equal(np.isnan(table["sensed_s"].to_numpy()), lost.T.ravel())


def test_a_lost_frame_repeats_the_last_picture_and_keeps_its_own_labels(scenario):
    (clock,) = make_clocks(change(scenario, frames_dropped=0.4), CAMERAS[:1], np.arange(60) / 10)
    link, arrived = Link(clock), []
    for frame in range(60):
        rgb, ids = np.full((2, 2, 3), frame, np.uint8), np.full((2, 2), frame, np.int32)
        view = View(CAMERAS[0], frame, rgb, *[None] * 4, ids, None, None, {})
        sent, refined, _ = link.send(view, rgb + 100, None)
        assert sent.instance_id[0, 0] == sent.frame == frame
        assert refined[0, 0, 0] == sent.rgb[0, 0, 0] + 100
        arrived.append(int(sent.rgb[0, 0, 0]))
    kept = np.where(clock.dropped, 0, np.arange(60))
    assert arrived == np.maximum.accumulate(kept).tolist()
    assert len(set(arrived)) < 50


def test_a_gate_logs_one_entry_a_payment_and_counts_whom_it_tells_apart(scenario):
    walk = [
        (1.0, 0, "gate", 0, "in", "P0"),
        (1.5, 1, "gate", 0, "in", "P0"),
        (1.5, 9, "door", 0, "in", ""),
        (3.0, 2, "gate", 0, "in", ""),  # slips in behind
        (4.0, 3, "gate", 0, "in", "P1"),
        (9.0, 4, "gate", 0, "in", "P1"),  # too late for the same entry
        (12.0, 0, "gate", 0, "out", ""),
        (13.0, 3, "gate", 0, "out", ""),
    ]
    exact = change(scenario, gate_merge=0.0, gate_split=0.0, controller_clock_s=0.0)
    rows = record_gates(exact, Doors(), make_simulation(*walk)).to_pylist()
    told = [(row["direction"], row["payment_id"], row["people"], row["true_trips"]) for row in rows]
    assert told == [
        ("in", "P0", 3, ["T0", "T1", "T2"]),
        ("in", "P1", 1, ["T3"]),
        ("in", "P1", 1, ["T4"]),
        ("out", "", 2, ["T0", "T3"]),
    ]
    assert all(0.1 <= row["sensed_s"] - row["true_s"][0] < 2 for row in rows)
    merged = change(scenario, gate_merge=1.0, gate_split=0.0)
    rows = record_gates(merged, Doors(), make_simulation(*walk)).to_pylist()
    assert [(row["people"], row["true_people"]) for row in rows] == [(2, 3), (1, 1), (1, 1), (2, 2)]


def test_gates_err_as_often_as_asked(scenario):
    pairs = [(10.0 * n + dt, k, "gate", 0, "in", "P0") for n in range(2000) for k, dt in ((0, 0.0), (1, 0.5))]
    asked = change(scenario, gate_merge=0.2, gate_split=0.05)
    people = np.array(record_gates(asked, Doors(), make_simulation(*pairs))["people"])
    assert people.mean() == pytest.approx(1.05 + 0.8 * 1.05, rel=0.02)


def test_doors_open_for_people_and_contacts_err_as_asked(scenario):
    walk = [(5.0, 0, "door", 0, "in", ""), (6.0, 1, "door", 0, "in", ""), (30.0, 0, "door", 1, "out", "")]
    assert find_openings(make_simulation(*walk)) == [(0, 4.2, 8.0), (1, 29.2, 32.0)]
    pushed = [*walk, (33.5, 1, "door", 1, "out", "", 1.2), (60.0, 0, "door", 1, "out", "", 1.0)]
    assert find_openings(make_simulation(*pushed))[1:] == [(1, 29.2, 35.5), (1, 58.2, 62.0)]
    exact = change(scenario, door_missed=0.0, door_bounce=0.0, controller_clock_s=0.0)
    rows = record_doors(exact, make_simulation(*walk)).to_pylist()
    assert [(row["door"], row["is_open"], row["true_s"]) for row in rows] == [
        (0, True, 4.2),
        (0, False, 8.0),
        (1, True, 29.2),
        (1, False, 32.0),
    ]
    late = [(99.0, 0, "door", 0, "out", "")]
    assert len(record_doors(exact, make_simulation(*late))) == 1  # it closes after the clip's end
    many = [(10.0 * n - 2e4, 0, "door", 0, "in", "") for n in range(2000)]
    asked = change(scenario, door_missed=0.1, door_bounce=0.2)
    table = record_doors(asked, make_simulation(*many))
    real = ~np.isnan(table["true_s"].to_numpy())
    assert real.sum() == 4000
    assert np.isnan(table["sensed_s"].to_numpy()[real]).mean() == pytest.approx(0.1, rel=0.15)
    assert (~real).sum() == pytest.approx(2 * 0.2 * 0.9 * 4000, rel=0.1)


def test_a_closing_door_shakes_the_plates_beside_it(scenario):
    class Planogram:
        plate_m = np.tile(np.eye(4), (2, 1, 1))
        plate_fixture = np.array([0, 1])

    Planogram.plate_m[:, 0, 3] = 1.0, 5.0
    store = Doors()
    store.planogram = Planogram
    time_s = np.arange(600) / 60
    quiet = change(scenario, vibration_g=0.0, door_shake_g=2.0)
    walk = make_simulation((3.0, 0, "door", 0, "in", ""))
    shaking_g, fixture = compute_shaking(time_s, quiet, store, walk)
    during = (time_s >= 5.0) & (time_s < 5.0 + DOOR_SHAKES_S)
    assert fixture.tolist() == [0, 1]
    assert shaking_g[~during].max() == 0
    assert shaking_g[during].min(axis=0) == pytest.approx(2 * np.exp([-0.5, -2.5]))
