"""Fits the camera stage to real footage by matching statistics, before any adversarial training.

In: rendered views, windows in them, and real crops matched to those windows in content. Out: a
CameraProfile. Tone curve and balance come from matching brightness and colour, a part of the way, so that a
shop full of white crockery does not make every shop white; blur, noise and colour from a search that brings
the statistics of what the stage takes close to those of footage, in units of their spread over real crops.
Light loss toward the corners cannot be told from the scene in single pictures and is not fitted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.ndimage import uniform_filter
from scipy.optimize import minimize

from gan.camera_stage import (
    TONE_KNOTS,
    TONE_SLOPE_MAX,
    TONE_SLOPE_MIN,
    CameraProfile,
    CameraStage,
    blur_planes,
)
from scenes.randomness import make_rng

QUANTILES = np.linspace(0.02, 0.98, 25)
# How far brightness and balance go toward the footage: a few places are no measure of all shops, and going
# further carried over worse to footage that was held out.
TONE_SHARE = 0.2
FLAT_WINDOW_PX = 5
BANDS = 3
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
SMALLEST_DEVIATION = 1e-3
# Where each searched parameter starts, and its limits: those of lit indoor cameras, since fine texture that
# the renders lack would else be made up for by noise.
SEARCH = {
    "blur_sigma_px": (0.45, 0.05, 0.7),
    "read": (0.006, 0.001, 0.012),
    "shot": (1e-4, 0.0, 3e-4),
    "chroma_noise": (0.3, 0.05, 0.5),
    "noise_sigma_px": (0.4, 0.1, 0.6),
    "saturation": (1.0, 0.75, 1.1),
    "jpeg_quality": (85.0, 60.0, 95.0),
}


def compute_statistics(picture: np.ndarray) -> np.ndarray:
    """Describe how a picture was taken: sharpness, noise, colour.

    Args:
        picture: (3, H, W) uint8.

    Returns:
        Logarithms of: deviation of three frequency bands of brightness and of two of colour, noise in the
        flattest tenth of windows of each third of brightness, mean colourfulness.
    """
    rgb = picture.astype(np.float32) / 255.0
    luma = np.tensordot(LUMA, rgb, (0, 0))
    chroma = np.stack([rgb[0] - luma, rgb[2] - luma])
    values = [*_band_deviations(luma[None], BANDS), *_band_deviations(chroma, 2)]
    mean = uniform_filter(luma, FLAT_WINDOW_PX)
    spread = np.sqrt(np.maximum(uniform_filter(luma * luma, FLAT_WINDOW_PX) - mean * mean, 0.0))
    cuts = np.quantile(mean, (1 / 3, 2 / 3))
    third = np.digitize(mean, cuts)
    values += [float(np.quantile(spread[third == part], 0.1)) for part in range(3)]
    values.append(float(np.abs(chroma).mean()))
    return np.log(np.asarray(values) + SMALLEST_DEVIATION)


def _band_deviations(planes: np.ndarray, bands: int) -> list[float]:
    """Return the deviation of each octave of (K, H, W) planes, finest first."""
    values = []
    for _ in range(bands):
        smooth = blur_planes(planes, 0.8)
        values.append(float((planes - smooth).std()))
        height, width = smooth.shape[1] // 2 * 2, smooth.shape[2] // 2 * 2
        planes = smooth[:, :height, :width].reshape(len(planes), height // 2, 2, width // 2, 2).mean((2, 4))
    return values


@dataclass(frozen=True)
class FitMaterial:
    """What a camera is fitted to.

    Attributes:
        rendered: (3, H, W) uint8 views.
        windows: (view, top, left) of K windows in them.
        real: (K, 3, S, S) uint8 real crops, each matched in content to its window.
    """

    rendered: Sequence[np.ndarray]
    windows: Sequence[tuple[int, int, int]]
    real: np.ndarray

    def cut(self, pictures: Sequence[np.ndarray]) -> np.ndarray:
        """Cut the windows out of versions of the views, (K, 3, S, S) uint8."""
        size = self.real.shape[-1]
        return np.stack(
            [pictures[index][:, top : top + size, left : left + size] for index, top, left in self.windows]
        )


def fit_tone(rendered: np.ndarray, real: np.ndarray) -> tuple[float, ...]:
    """Return tone knots that bring rendered brightness TONE_SHARE of the way to that of footage.

    Args:
        rendered: (K, 3, S, S) uint8.
        real: (K, 3, S, S) uint8.
    """
    before, after = (
        np.quantile(np.tensordot(LUMA / 255.0, crops.astype(np.float32), (0, 1)), QUANTILES)
        for crops in (rendered, real)
    )
    knots = np.linspace(0.0, 1.0, TONE_KNOTS)
    source = np.concatenate([[0.0], before, [1.0]])
    target = np.concatenate([[0.0], after, [1.0]])
    matched = np.interp(knots, np.maximum.accumulate(source) + np.arange(len(source)) * 1e-9, target)
    curve = (1 - TONE_SHARE) * knots + TONE_SHARE * matched
    slopes = np.clip(np.diff(curve) * (TONE_KNOTS - 1), TONE_SLOPE_MIN * 1.05, TONE_SLOPE_MAX * 0.6)
    levels = curve[0] + np.concatenate([[0.0], np.cumsum(slopes)]) / (TONE_KNOTS - 1)
    span = max(levels[-1], 1.0)
    return tuple(float(round(level / span, 6)) for level in levels)


def fit_gain(rendered: np.ndarray, real: np.ndarray) -> tuple[float, float, float]:
    """Return a white balance TONE_SHARE of the way to that of footage, brightness left alone."""
    before, after = (crops.mean((0, 2, 3)) for crops in (rendered, real))
    ratio = (after / after.mean()) / (before / before.mean())
    red, green, blue = np.clip(ratio**TONE_SHARE, 0.9, 1.1)
    return float(red), float(green), float(blue)


def fit_camera(
    material: FitMaterial, *, seed: int, evaluations: int, on_progress: Callable[[str, int, int], None]
) -> CameraProfile:
    """Fit a camera.

    Args:
        material: Views, windows and matched real crops; a dozen views are enough.
        seed: Of the noise.
        evaluations: How often the search may try.
        on_progress: Called with ("camera", tries done, tries in all).
    """
    raw = material.cut(material.rendered)
    base = CameraProfile(tone=fit_tone(raw, material.real), gain=fit_gain(raw, material.real))
    goals = np.stack([compute_statistics(picture) for picture in material.real])
    goal, spread = goals.mean(0), goals.std(0) + 0.1
    low, high = (np.array([limits[side] for limits in SEARCH.values()]) for side in (1, 2))
    start = (np.array([limits[0] for limits in SEARCH.values()]) - low) / (high - low)
    tried = 0

    def profile_at(point: np.ndarray) -> CameraProfile:
        values = low + np.clip(point, 0.0, 1.0) * (high - low)
        chosen: dict[str, Any] = {name: float(value) for name, value in zip(SEARCH, values, strict=True)}
        return replace(base, **{**chosen, "jpeg_quality": round(chosen["jpeg_quality"])})

    def distance(point: np.ndarray) -> float:
        nonlocal tried
        tried += 1
        on_progress("camera", min(tried, evaluations), evaluations)
        stage = CameraStage(profile_at(point), *material.rendered[0].shape[1:])
        taken = [
            stage.apply(picture, rng=make_rng(seed, index, "gan/fit")).transpose(2, 0, 1)
            for index, picture in enumerate(material.rendered)
        ]
        found = np.mean([compute_statistics(crop) for crop in material.cut(taken)], axis=0)
        outside = np.abs(point - np.clip(point, 0.0, 1.0)).sum()
        # A weak pull to where the search starts decides what the statistics leave open.
        pull = 0.02 * ((point - start) ** 2).mean()
        return float((((found - goal) / spread) ** 2).mean() + pull + 10.0 * outside)

    corners = start + np.diag(np.where(start < 0.5, 0.25, -0.25))
    options = {"maxfev": evaluations, "initial_simplex": np.vstack([start, corners]), "fatol": 1e-4}
    return profile_at(minimize(distance, start, method="Nelder-Mead", options=options).x)
