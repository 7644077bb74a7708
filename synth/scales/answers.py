"""What plates show of steps of load: damped springs that go on to creep, with play.

In: when which plate is loaded, and when hands press on it. Out: loads and answers at the readings, by plate.
"""

import numpy as np

from scenes.scenario import SensorsSpec
from synth.scales.loads import LoadSteps

CREEP_S = 60.0
# omega * tau of the step response. 1 makes the plate and its amplifier a second-order Butterworth filter
# (damping 0.707), the usual choice of weighing amplifiers; it overshoots by exp(-pi) = 4.3 %.
RINGING = 1.0
SETTLED = 20.0  # times settling_s: what is left of the swing then is below the rounding of readings, float32


def step_response(elapsed_s: np.ndarray, settling_s: float) -> np.ndarray:
    """Compute the share of a step that a plate shows so long after it.

    A damped spring with envelope exp(-t / settling_s), see RINGING.

    >>> bool(step_response(np.array([-1.0]), 0.1)[0] == 0)
    True
    >>> bool(abs(step_response(np.array([2.0]), 0.1)[0] - 1) < 1e-6)
    True
    """
    phase = np.clip(elapsed_s / settling_s, 0.0, SETTLED)
    return 1.0 - np.exp(-phase) * (np.cos(RINGING * phase) + np.sin(RINGING * phase) / RINGING)


def add_play(step_kg: np.ndarray, play_kg: float) -> np.ndarray:
    """Return the (C,) steps that a plate with play shows: it follows what exceeds half the play.

    >>> add_play(np.array([1.0, -0.5]), 0.2).round(3).tolist()
    [0.9, -0.3]
    """
    if play_kg == 0.0:
        return step_kg
    shown_kg = np.zeros(len(step_kg))
    load_kg = follows_kg = 0.0
    for number in np.flatnonzero(step_kg).tolist():
        load_kg += float(step_kg[number])
        before_kg = follows_kg
        follows_kg = min(max(follows_kg, load_kg - play_kg / 2), load_kg + play_kg / 2)
        shown_kg[number] = follows_kg - before_kg
    return shown_kg


def add_up(steps: LoadSteps, time_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the plates (P,) that have steps, and what these have come to at times (K,): (P, K) kilograms."""
    plates, row = np.unique(steps.plate, return_inverse=True)
    reading = np.searchsorted(time_s, steps.time_s)
    return plates, _accumulate(row, reading, steps.step_kg, (len(plates), len(time_s) + 1))[:, :-1]


def compute_answers(
    sensors: SensorsSpec, time_s: np.ndarray, loads: LoadSteps, presses: LoadSteps
) -> tuple[np.ndarray, np.ndarray]:
    """Compute what plates show of loads, with play, and of presses, without.

    Returns:
        The plates (P,) that are loaded or pressed, and their answers at times (K,): (P, K) kilograms.
    """
    play_kg = sensors.hysteresis_g * 1e-3
    plates, first = np.unique(loads.plate, return_index=True)
    shown_kg = [add_play(step_kg, play_kg) for step_kg in np.split(loads.step_kg, first[1:])]
    at_s, step_kg = np.append(loads.time_s, presses.time_s), np.concatenate([*shown_kg, presses.step_kg])
    plates, row = np.unique(np.append(loads.plate, presses.plate), return_inverse=True)
    # It swings for some readings only, after that it just creeps.
    reading = np.searchsorted(time_s, at_s, side="right")
    swings = np.arange(1 + int(SETTLED * sensors.settling_s * sensors.rate_hz))
    shape = len(plates), len(time_s) + len(swings)
    elapsed_s = (reading[:, None] + swings) / sensors.rate_hz - at_s[:, None]
    answer_kg = _accumulate(row, reading, (1.0 + sensors.creep) * step_kg, shape)
    missing_kg = step_kg[:, None] * (1.0 - step_response(elapsed_s, sensors.settling_s))
    np.subtract.at(answer_kg, (row[:, None], reading[:, None] + swings), missing_kg)
    answer_kg = answer_kg[:, : len(time_s)]
    # exp(-(t - at) / CREEP_S) as a product: so the steps add up before it fades.
    fading_kg = _accumulate(row, reading, sensors.creep * step_kg * np.exp(at_s / CREEP_S), shape)
    fading_kg = fading_kg[:, : len(time_s)]
    fading_kg *= np.exp(-time_s / CREEP_S)
    answer_kg -= fading_kg
    return plates, answer_kg


def _accumulate(
    row: np.ndarray, reading: np.ndarray, step_kg: np.ndarray, shape: tuple[int, int]
) -> np.ndarray:
    """Add up steps (E,) in their rows from their readings on."""
    total_kg = np.zeros(shape)
    np.add.at(total_kg, (row, reading), step_kg)
    return np.cumsum(total_kg, axis=1, out=total_kg)
