"""White noise, the shaking of floors and drift, on readings of the scales.

In: the scenario's sensors, how much fixtures are shaken. Out: noise on readings, a second after the other.
"""

from functools import lru_cache

import numpy as np
from scipy.special import ndtri

from scenes.randomness import make_rng
from scenes.scenario import Scenario
from scenes.world import Store

NOISY_FACTOR = 4.0
# Plates of a noisy gondola differ (spread of the logarithm) so much that over all plates, with one gondola in
# five noisy, the 95th percentile of windows comes near the 4.85 g measured (benchmarks/scales.py).
NOISY_SPREAD = 0.9
# 30 readings of equal plates would show a 5th percentile of 0.50 g for a median of 0.62 g; the 0.48 g
# measured leave this much spread (of the logarithm) from plate to plate.
PLATE_SPREAD = 0.09
LEVELS = 1 << 16  # equally likely ones of a standard normal variable: finer than readings are


@lru_cache(maxsize=1)
def _find_levels() -> np.ndarray:
    """The middles (LEVELS,), in probability, of so many equal parts of the normal distribution, float32."""
    return ndtri((np.arange(LEVELS) + 0.5) / LEVELS).astype(np.float32)


def draw_plate_noise(scenario: Scenario, store: Store) -> tuple[np.ndarray, dict[int, float]]:
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


class Noise:
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
        # People's steps are simulated less often than plates are read: several readings are shaken alike.
        changes = np.append(True, (shaking_kg[1:] != shaking_kg[:-1]).any(axis=1))
        self._alike = np.cumsum(changes) - 1
        self._noise_kg2 = np.square(noise_kg)
        self._shaking_kg2 = np.square(shaking_kg[changes].astype(np.float32))
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
        alike = self._alike[start : start + len(rows_kg)]
        shaken_kg = np.take(self._shaking_kg2[alike[0] : alike[-1] + 1], self._fixture, axis=1)
        shaken_kg += self._noise_kg2
        np.sqrt(shaken_kg, out=shaken_kg)
        noise_kg = _find_levels().take(self._white.integers(LEVELS, size=rows_kg.shape, dtype=np.uint16))
        noise_kg *= shaken_kg.take(alike - alike[0], axis=0)
        rows_kg += noise_kg
