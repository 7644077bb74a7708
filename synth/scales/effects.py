"""What blurs the readings of a scale that works: gains, crosstalk, hands, footsteps and warmth.

In: the simulation. Out: extra steps, how much fixtures are shaken, for synth/scales/readings.py.
"""

from dataclasses import replace

import numpy as np

from scenes.randomness import make_rng
from scenes.scenario import Scenario
from scenes.world import Planogram, Store
from synth.ledger import slot_place
from synth.records import Simulation, Trajectories
from synth.scales.loads import LoadSteps
from synth.sensors.doors import find_case_openings, find_openings

DOOR_RANGE_M = 2.0  # likewise of a closing door, from the door
DOOR_SHAKES_S = 0.3
SHAKING_RANGE_M = 0.8  # a footstep's shaking falls to 1 / e over this distance from the fixture
FARTHEST_SHAKING_M = 4.0  # below a hundredth of it beyond: not felt
FULL_PACE_MPS = 1.0
PRESS_SPREAD = 0.5  # of the logarithm: hands press anything from lightly to hard
# Of a touch's force: how hard a hand presses that grasps or lets go, and one that somebody leans on.
PRESS_SHARE = {"touch": 1.0, "take": 0.5, "put": 0.5, "lean": 25.0}
GRASP_S = 0.2  # and so long before a grasp and after a release
AIR_CYCLE_S = 900.0  # heating or cooling switches on and off


def draw_gain(scenario: Scenario, store: Store) -> np.ndarray:
    """Draw by what each plate multiplies its load, (L,) float32."""
    rng = make_rng(scenario.seed, scenario.index, "scales/gain")
    error = np.float32(scenario.sensors.gain_error)
    return np.float32(1.0) + error * rng.standard_normal(len(store.planogram.plate_m), dtype=np.float32)


def spread_to_neighbours(mass_kg: np.ndarray, share: np.ndarray) -> None:
    """Let each plate but the last share (L - 1,) its load with the next one, in place on (K, L)."""
    flow_kg = np.diff(mass_kg, axis=1)
    flow_kg *= share
    mass_kg[:, :-1] += flow_kg
    mass_kg[:, 1:] -= flow_kg


def find_joints(planogram: Planogram) -> np.ndarray:
    """Say for each plate but the last (L - 1,) whether the next one lies beside it and feels its load."""
    apart_m = np.linalg.norm(np.diff(planogram.plate_m[:, :3, 3], axis=0), axis=1)
    return (apart_m < 1.5 * planogram.plate_size_m[:-1, 0]) & (np.diff(planogram.plate_fixture) == 0)


def compute_presses(scenario: Scenario, store: Store, simulation: Simulation) -> LoadSteps:
    """Compute how hands press on the plates: while they touch or lean, before they grasp, after they let go.

    Returns:
        Steps down when a hand presses and up when it no longer does; a plate's in the order of the acts.
    """
    planogram = store.planogram
    place = {}
    for event in simulation.events:
        held = event.to_place if event.kind == "put" else event.from_place
        place[event.kind, event.time_s, event.item_id] = held
    rng = make_rng(scenario.seed, scenario.index, "scales/presses")
    steps: list[tuple[int, float, float]] = []
    for act in simulation.acts:
        if act.kind not in ("touch", "take", "put", "lean"):
            continue
        press_kg = 1e-3 * scenario.sensors.press_g * float(np.exp(PRESS_SPREAD * rng.standard_normal()))
        slot = slot_place(act.slot) if act.kind == "lean" else ""
        slot = slot or place.get((act.kind, act.contact_s, act.item_ids[0]), "")
        plates = planogram.slot_plates[int(slot[5:])] if slot.startswith("slot:") else ()
        if press_kg == 0.0:
            continue
        from_s, to_s = {
            "touch": (act.contact_s, act.withdraws_s),
            "lean": (act.contact_s, act.withdraws_s),
            "take": (act.contact_s - GRASP_S, act.contact_s),
            "put": (act.contact_s, act.contact_s + GRASP_S),
        }[act.kind]
        for plate in plates:
            share_kg = press_kg / len(plates) * PRESS_SHARE[act.kind]
            steps += [(int(plate), from_s, share_kg), (int(plate), to_s, -share_kg)]
    steps.sort(key=lambda step: step[0])
    of_plate, time_s, step_kg = np.array(steps).reshape(-1, 3).T
    return LoadSteps(of_plate.astype(np.int64), time_s, step_kg)


def compute_air(time_s: np.ndarray, scenario: Scenario) -> np.ndarray:
    """Compute how much warmer than on average the air is at each time, kelvin: a slow wave."""
    phase_rad = make_rng(scenario.seed, scenario.index, "scales/air").uniform(0, 2 * np.pi)
    return scenario.sensors.temperature_swing_k * np.sin(2 * np.pi * time_s / AIR_CYCLE_S + phase_rad)


def compute_shaking(
    time_s: np.ndarray, scenario: Scenario, store: Store, simulation: Simulation
) -> tuple[np.ndarray, np.ndarray]:
    """Compute how people who walk by and doors that close shake the fixtures.

    Returns:
        (K, X) standard deviation in grams for X fixtures with plates, and (L,) which of them a plate is on.
    """
    names, fixture = np.unique(store.planogram.plate_fixture, return_inverse=True)
    shaking_g2 = np.zeros((len(time_s), len(names)))
    tracks = simulation.trajectories
    plate_m = store.planogram.plate_m[:, :2, 3]
    low_m = np.array([plate_m[fixture == number].min(axis=0) for number in range(len(names))])
    high_m = np.array([plate_m[fixture == number].max(axis=0) for number in range(len(names))])
    for door, _, closes_s in find_openings(simulation):
        point_m = store.layout.ways[door].point_m
        away_m = np.linalg.norm(point_m - np.clip(point_m, low_m, high_m), axis=-1)
        felt = scenario.sensors.door_shake_g * np.exp(-away_m / DOOR_RANGE_M)
        shaking_g2[(time_s >= closes_s) & (time_s < closes_s + DOOR_SHAKES_S)] += felt**2
    for door, _, shuts_s in find_case_openings(simulation):  # its own furniture, and that alone
        own = names == store.case_doors[door].fixture
        hit = (time_s >= shuts_s) & (time_s < shuts_s + DOOR_SHAKES_S)
        shaking_g2[np.ix_(hit, own)] += scenario.sensors.door_shake_g**2
    if scenario.sensors.vibration_g == 0.0 or not tracks.position_m.shape[1]:
        return np.sqrt(shaking_g2), fixture
    step = np.clip(np.searchsorted(tracks.time_s, time_s, side="right") - 1, 0, len(tracks.time_s) - 1)
    afoot = [n for n, plan in enumerate(simulation.plans) if not plan.carried_by]
    begin = max(int(step[0]) - 1, 0)  # the pace is that of the step before
    tracks = replace(
        tracks,
        time_s=tracks.time_s[begin:],
        position_m=tracks.position_m[begin:, afoot],
        present=tracks.present[begin:, afoot],
    )
    walked_g2 = _compute_footfall(tracks, low_m, high_m, scenario.sensors.vibration_g)
    return np.sqrt(shaking_g2 + walked_g2[step - begin]), fixture


def _compute_footfall(
    tracks: Trajectories, low_m: np.ndarray, high_m: np.ndarray, vibration_g: float
) -> np.ndarray:
    """Compute the variance (T, X) in square grams by which people who walk shake fixtures.

    Args:
        tracks: Their paths.
        low_m, high_m: (X, 2) corners of the fixtures.
        vibration_g: Standard deviation by somebody who walks at the fixture.
    """
    pace_mps = np.linalg.norm(np.diff(tracks.position_m, axis=0), axis=-1) * tracks.fps
    effort = np.minimum(pace_mps / FULL_PACE_MPS, 1.0) * (tracks.present[1:] & tracks.present[:-1])
    step, person = np.nonzero(effort)
    point_m = tracks.position_m[1:][step, person]
    # Sorted along x, those near a fixture are a slice: a crowd costs no more a head than few people.
    order = np.argsort(point_m[:, 0], kind="stable")
    point_m, step, felt_g = point_m[order], step[order] + 1, vibration_g * effort[step[order], person[order]]
    first = np.searchsorted(point_m[:, 0], low_m[:, 0] - FARTHEST_SHAKING_M)
    last = np.searchsorted(point_m[:, 0], high_m[:, 0] + FARTHEST_SHAKING_M)
    x_m, y_m = np.ascontiguousarray(point_m.T)
    shaking_g2 = np.zeros((len(tracks.time_s), len(low_m)))
    for number in range(len(low_m)):
        own = slice(first[number], last[number])
        ahead_m = _find_beyond(y_m[own], low_m[number, 1], high_m[number, 1])
        near = np.flatnonzero(np.abs(ahead_m) < FARTHEST_SHAKING_M)
        aside_m = _find_beyond(x_m[own][near], low_m[number, 0], high_m[number, 0])
        away_m = np.sqrt(aside_m**2 + ahead_m[near] ** 2)
        shaken_g = felt_g[own][near] * np.exp(-away_m / SHAKING_RANGE_M) * (away_m < FARTHEST_SHAKING_M)
        shaking_g2[:, number] = np.bincount(step[own][near], shaken_g**2, minlength=len(tracks.time_s))
    return shaking_g2


def _find_beyond(at_m: np.ndarray, low_m: float, high_m: float) -> np.ndarray:
    """Return by how much places (N,) along an axis are outside a span, negative before it."""
    return at_m - np.clip(at_m, low_m, high_m)
