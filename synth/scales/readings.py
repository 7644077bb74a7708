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
from scenes.scenario import Scenario, SensorsSpec
from scenes.world import Store
from synth.records import Simulation, WeightTrace
from synth.scales.effects import (
    add_play,
    compute_air,
    compute_presses,
    compute_shaking,
    creep_response,
    draw_gain,
    find_joints,
    spread_to_neighbours,
)
from synth.scales.faults import inject_faults
from synth.scales.loads import compute_load_steps

NOISY_FACTOR = 4.0
# Plates of a noisy gondola differ (spread of the logarithm) so much that over all plates, with one gondola in
# five noisy, the 95th percentile of windows comes near the 4.85 g measured (benchmarks/scales.py).
NOISY_SPREAD = 0.9
# 30 readings of equal plates would show a 5th percentile of 0.50 g for a median of 0.62 g; the 0.48 g
# measured leave this much spread (of the logarithm) from plate to plate.
PLATE_SPREAD = 0.09
# omega * tau of the step response. 1 makes the plate and its amplifier a second-order Butterworth filter
# (damping 0.707), the usual choice of weighing amplifiers; it overshoots by exp(-pi) = 4.3 %.
RINGING = 1.0
SETTLED = 40.0  # times settling_s: what is left of the swing then is below the rounding of 1


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
    for plate in np.unique(steps.plate).tolist():
        at_s, step_kg = steps.of(plate)
        load_kg = np.append(0.0, np.cumsum(step_kg))
        true_kg[:, plate] = initial_kg[plate] + load_kg[np.searchsorted(at_s, time_s, side="right")]
    presses = compute_presses(scenario, store, simulation)
    for plate in np.union1d(steps.plate, presses.plate).tolist():
        mass_kg[:, plate] = initial_kg[plate] + _answer(sensors, time_s, steps.of(plate), presses.of(plate))
    noise_kg, noisy = _plate_noise(scenario, store)
    shaking_g, fixture = compute_shaking(time_s, scenario, store, simulation)
    _blur(mass_kg, time_s, scenario, store, _Noise(scenario, noise_kg, shaking_g * 1e-3, fixture))
    faults: list[dict[str, Any]] = [
        {"kind": "noisy", "plate": int(plate), "from_s": 0.0, "to_s": duration_s, "factor": round(factor, 6)}
        for plate, factor in noisy.items()
    ]
    faults += _overloads(time_s, true_kg, sensors.capacity_kg)
    faults += inject_faults(mass_kg, time_s, scenario, store)
    for array in (time_s, mass_kg, true_kg):
        array.setflags(write=False)
    return WeightTrace(time_s=time_s, mass_kg=mass_kg, true_kg=true_kg, faults=tuple(faults))


def _answer(
    sensors: SensorsSpec,
    time_s: np.ndarray,
    loads: tuple[np.ndarray, np.ndarray],
    presses: tuple[np.ndarray, np.ndarray],
) -> np.ndarray:
    """Compute what a plate shows (K,) of steps, their times and sizes: loads with play, presses without."""
    shown_kg = add_play(loads[1], sensors.hysteresis_g * 1e-3)
    at_s, step_kg = np.append(loads[0], presses[0]), np.append(shown_kg, presses[1])
    at_s, step_kg = at_s[step_kg != 0.0], step_kg[step_kg != 0.0]
    elapsed_s = time_s[:, None] - at_s
    answer = step_response(elapsed_s, sensors.settling_s) + sensors.creep * creep_response(elapsed_s)
    return answer @ step_kg


def step_response(elapsed_s: np.ndarray, settling_s: float) -> np.ndarray:
    """Compute the share of a step that a plate shows so long after it.

    A damped spring with envelope exp(-t / settling_s), see RINGING.

    >>> bool(step_response(np.array([-1.0]), 0.1)[0] == 0)
    True
    >>> bool(abs(step_response(np.array([2.0]), 0.1)[0] - 1) < 1e-6)
    True
    """
    share = (elapsed_s >= SETTLED * settling_s).astype(np.float64)
    swings = (elapsed_s > 0.0) & (share == 0.0)
    phase = elapsed_s[swings] / settling_s
    swing = np.cos(RINGING * phase) + np.sin(RINGING * phase) / RINGING
    share[swings] = 1.0 - np.exp(-phase) * swing
    return share


def _plate_noise(scenario: Scenario, store: Store) -> tuple[np.ndarray, dict[int, float]]:
    """Return the (L,) float32 white noise of each plate in kg, and by how much each noisy plate is noisier.

    `noise_g` is what a window of readings shows. The quantiser's own resolution / sqrt(12) is part of that
    and is taken off here.
    """
    sensors = scenario.sensors
    rng = make_rng(scenario.seed, scenario.index, "scales/plates")
    fixture = store.planogram.plate_fixture
    with_plates = np.unique(fixture)
    spread = np.exp(PLATE_SPREAD * rng.standard_normal(len(fixture)))
    # On average over clips exactly the share asked for, however few fixtures there are.
    noisy_count = int(scenario.faults.noisy_gondolas * len(with_plates) + rng.random())
    noisy_fixtures = rng.permutation(with_plates)[:noisy_count]
    noisy = np.isin(fixture, noisy_fixtures)
    factor = np.where(noisy, NOISY_FACTOR * np.exp(NOISY_SPREAD * rng.standard_normal(len(fixture))), 1.0)
    shown_g = sensors.noise_g * spread * factor
    white_g = np.sqrt(np.maximum(shown_g**2 - sensors.resolution_g**2 / 12, 0.0))
    return (white_g * 1e-3).astype(np.float32), {
        int(plate): float(factor[plate]) for plate in np.flatnonzero(noisy)
    }


class _Noise:
    """White noise, shaking and drift, a second after the other."""

    def __init__(
        self, scenario: Scenario, noise_kg: np.ndarray, shaking_kg: np.ndarray, fixture: np.ndarray
    ) -> None:
        """Begin at the clip's start.

        Args:
            scenario: Its sensors say how much the plates drift.
            noise_kg: (L,) float32 white noise of each plate.
            shaking_kg: (K, X) by which fixtures are shaken.
            fixture: (L,) the fixture of each plate.
        """
        sensors = scenario.sensors
        self._white = make_rng(scenario.seed, scenario.index, "scales/noise")
        self._drift = make_rng(scenario.seed, scenario.index, "scales/drift")
        self._noise_kg2, self._shaking_kg2 = np.square(noise_kg), np.square(shaking_kg.astype(np.float32))
        self._fixture = fixture
        self._per_second_kg = np.float32(sensors.drift_g_per_min * 1e-3 * np.sqrt(1.0 / 60.0))
        before_kg = np.float32(sensors.drift_g_per_min * 1e-3 * np.sqrt(scenario.clip.warmup_s / 60.0))
        self._level_kg = self._drift.standard_normal(len(fixture), dtype=np.float32) * before_kg

    def add(self, rows_kg: np.ndarray, start: int, second: int) -> None:
        """Add it to the readings of the second, of so many readings, that begins at number `start`."""
        # Within a second drift is far below the resolution: it goes straight from level to level.
        walk_kg = self._drift.standard_normal(len(self._fixture), dtype=np.float32) * self._per_second_kg
        share = np.arange(len(rows_kg), dtype=np.float32)[:, None] / np.float32(second)
        rows_kg += share * walk_kg
        rows_kg += self._level_kg
        self._level_kg += walk_kg
        shaken_kg = np.take(self._shaking_kg2[start : start + len(rows_kg)], self._fixture, axis=1)
        shaken_kg += self._noise_kg2
        np.sqrt(shaken_kg, out=shaken_kg)
        shaken_kg *= self._white.standard_normal(rows_kg.shape, dtype=np.float32)
        rows_kg += shaken_kg


def _blur(mass_kg: np.ndarray, time_s: np.ndarray, scenario: Scenario, store: Store, noise: _Noise) -> None:
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
