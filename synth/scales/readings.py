"""What every plate reads, 60 times a second.

In: the scenario's sensors and faults, the store's plates, the ledger's events. Out: a `WeightTrace`.
A plate answers a change of load as a damped spring that goes on to creep, with play, with a gain of its own,
and shares it with its neighbours. White noise, the steps of people who walk by, drift, the warmth of the air,
quantisation and a limit come on top; last of all, faults (synth/scales/faults.py).

Sources of the defaults: AiFi nanostore, AutoCheckout competition 2020 (load cells at 60 Hz; standard
deviation within 0.5 s: median 0.62 g, 5th percentile 0.48 g; one gondola four times as noisy).
"""

from typing import Any

import numpy as np

from scenes.randomness import make_rng
from scenes.scenario import Scenario
from scenes.world import Store
from synth.records import Simulation, WeightTrace
from synth.scales.answers import add_up, compute_answers
from synth.scales.effects import (
    compute_air,
    compute_presses,
    compute_shaking,
    draw_gain,
    find_joints,
    spread_to_neighbours,
)
from synth.scales.faults import inject_faults
from synth.scales.loads import compute_load_steps
from synth.scales.noise import Noise, draw_plate_noise


def simulate_scales(scenario: Scenario, store: Store, simulation: Simulation) -> WeightTrace:
    """Read all plates from the clip's start to its end.

    Returns:
        K = floor(duration * rate) + 1 readings of L plates; what rests on a plate at t = 0 is on it from
        the first reading on.
    """
    sensors = scenario.sensors
    duration_s = scenario.clip.duration_s
    count = int(np.floor(duration_s * sensors.rate_hz + 1e-9)) + 1
    time_s = np.arange(count) / sensors.rate_hz
    steps, initial_kg = compute_load_steps(store, simulation)
    true_kg = np.repeat(initial_kg.astype(np.float32)[None], count, axis=0)
    mass_kg = true_kg.copy()
    plates, load_kg = add_up(steps, time_s)
    true_kg[:, plates] = (initial_kg[plates, None] + load_kg).T
    plates, answer_kg = compute_answers(sensors, time_s, steps, compute_presses(scenario, store, simulation))
    mass_kg[:, plates] = (initial_kg[plates, None] + answer_kg).T
    noise_kg, noisy = draw_plate_noise(scenario, store)
    shaking_g, fixture = compute_shaking(time_s, scenario, store, simulation)
    _blur(mass_kg, time_s, scenario, store, Noise(scenario, noise_kg, shaking_g * 1e-3, fixture))
    faults: list[dict[str, Any]] = [
        {"kind": "noisy", "plate": int(plate), "from_s": 0.0, "to_s": duration_s, "factor": round(factor, 6)}
        for plate, factor in noisy.items()
    ]
    faults += _overloads(time_s, true_kg, sensors.capacity_kg)
    faults += inject_faults(mass_kg, time_s, scenario, store)
    for array in (time_s, mass_kg, true_kg):
        array.setflags(write=False)
    return WeightTrace(time_s=time_s, mass_kg=mass_kg, true_kg=true_kg, faults=tuple(faults))


def _blur(mass_kg: np.ndarray, time_s: np.ndarray, scenario: Scenario, store: Store, noise: Noise) -> None:
    """Make readings (K, L) of what plates answer, in place, second by second: it stays in the cache."""
    sensors = scenario.sensors
    gain = draw_gain(scenario, store)
    share = np.float32(sensors.crosstalk) * find_joints(store.planogram)
    kg_per_k, air_k = _draw_warmth(scenario, len(gain)), compute_air(time_s, scenario).astype(np.float32)
    second = max(1, round(sensors.rate_hz))
    for start in range(0, len(mass_kg), second):
        rows_kg = mass_kg[start : start + second]
        if sensors.gain_error > 0.0:
            rows_kg *= gain
        if sensors.crosstalk > 0.0 and len(share):
            spread_to_neighbours(rows_kg, share)
        noise.add(rows_kg, start, second)
        if kg_per_k is not None:
            rows_kg += air_k[start : start + second, None] * kg_per_k
        _digitise(rows_kg, scenario)


def _draw_warmth(scenario: Scenario, plates: int) -> np.ndarray | None:
    """Draw by how many kilograms a kelvin moves the zero of each plate, (L,) float32; None where by none."""
    sensors = scenario.sensors
    if sensors.temperature_g_per_k == 0.0 or sensors.temperature_swing_k == 0.0:
        return None
    rng = make_rng(scenario.seed, scenario.index, "scales/warmth")
    return np.float32(1e-3 * sensors.temperature_g_per_k) * np.asarray(
        rng.standard_normal(plates), np.float32
    )


def _digitise(mass_kg: np.ndarray, scenario: Scenario) -> None:
    """Limit and quantise the (K, L) readings, in place."""
    capacity_kg = np.float32(scenario.sensors.capacity_kg)
    resolution_kg = np.float32(scenario.sensors.resolution_g * 1e-3)
    np.clip(mass_kg, -capacity_kg, capacity_kg, out=mass_kg)
    np.divide(mass_kg, resolution_kg, out=mass_kg)
    np.rint(mass_kg, out=mass_kg)
    mass_kg *= resolution_kg


def _overloads(time_s: np.ndarray, true_kg: np.ndarray, capacity_kg: float) -> list[dict[str, Any]]:
    """List the plates that carry more than they can show, from the first such reading to the last."""
    faults = []
    for plate in np.flatnonzero(true_kg.max(axis=0, initial=0.0) > capacity_kg):
        over = np.flatnonzero(true_kg[:, plate] > capacity_kg)
        span = {"from_s": float(time_s[over[0]]), "to_s": float(time_s[over[-1]])}
        faults.append({"kind": "saturated", "plate": int(plate), **span})
    return faults
