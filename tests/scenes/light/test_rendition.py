"""Colour rendition: the matrices against spectra integrated here, their order against published indices."""

import numpy as np
import pytest

from scenes.light.rendition import LAMPS, RENDITIONS, make_rendition

_NM = np.arange(380.0, 781.0, 10.0)
# CIE 15:2018, means over 10 nm; the test colour 9 (4.5 R 4/13) of CIE 13.3-1995, each 20 nm.
# fmt: off
_POWER = {
    "halophosphate": [
        0.96, 1.83, 6.18, 6.78, 4.19, 12.43, 16.22, 6.62, 7.18, 7.53, 7.64, 7.58, 7.29, 7.07, 7.21,
        8.11, 13.45, 18.19, 16.12, 19.07, 21.59, 18.59, 16.51, 13.79, 10.98, 8.44, 6.34, 4.7, 3.47,
        2.56, 1.9, 1.49, 1.11, 0.88, 0.68, 0.57, 0.51, 0.46, 0.46, 0.4, 0.22,
    ],
    "led": [
        0.0, 0.01, 0.06, 0.29, 1.33, 4.51, 12.27, 17.5, 10.48, 6.17, 5.32, 6.81, 8.89, 10.48, 11.5,
        12.38, 13.31, 14.25, 15.07, 15.71, 16.18, 16.48, 16.47, 15.96, 14.93, 13.46, 11.71, 9.85, 8.05,
        6.43, 5.04, 3.89, 2.96, 2.23, 1.66, 1.24, 0.92, 0.68, 0.5, 0.37, 0.22,
    ],
}
_RED = [
    0.066, 0.052, 0.05, 0.046, 0.038, 0.03, 0.028, 0.031, 0.033, 0.041, 0.06, 0.19, 0.505, 0.717, 0.781,
    0.809, 0.828, 0.835, 0.838, 0.839, 0.839,
]
# fmt: on
_KELVIN = {"halophosphate": 4224.5, "led": 4102.5}
_RGB_FROM_XYZ = np.array(
    [
        [3.2404542, -1.5371385, -0.4985314],
        [-0.9692660, 1.8760108, 0.0415560],
        [0.0556434, -0.2040259, 1.0572252],
    ]
)


def _lobe(mean: float, low: float, high: float) -> np.ndarray:
    return np.exp(-0.5 * ((_NM - mean) * np.where(mean > _NM, low, high)) ** 2)


def _see(power: np.ndarray, reflectance: np.ndarray) -> np.ndarray:
    """Return linear sRGB, white at 1, by the fit of the CIE 1931 functions of Wyman et al. (2013)."""
    x = 0.362 * _lobe(442.0, 0.0624, 0.0374) + 1.056 * _lobe(599.8, 0.0264, 0.0323)
    x -= 0.065 * _lobe(501.1, 0.0490, 0.0382)
    y = 0.821 * _lobe(568.8, 0.0213, 0.0247) + 0.286 * _lobe(530.9, 0.0613, 0.0322)
    z = 1.217 * _lobe(437.0, 0.0845, 0.0278) + 0.681 * _lobe(459.0, 0.0385, 0.0725)
    observer = np.stack([x, y, z])
    return (_RGB_FROM_XYZ @ (observer @ (power * reflectance))) / (_RGB_FROM_XYZ @ (observer @ power))


@pytest.mark.parametrize("kind", _POWER)
def test_saturated_red_is_what_the_spectrum_leaves_of_it(kind: str) -> None:
    red = np.interp(_NM, np.arange(380.0, 781.0, 20.0), _RED)
    planck = _NM**-5.0 / (np.exp(1.438777e7 / (_NM * _KELVIN[kind])) - 1)
    true, seen = _see(planck, red), _see(np.array(_POWER[kind]), red)
    assert seen[0] < 0.93 * true[0]  # there is something to render
    found = make_rendition(kind) @ true
    # Fitted over 38 colours: of this one, the most saturated, it takes most of what the spectrum takes.
    assert 0.6 < (true[0] - found[0]) / (true[0] - seen[0]) < 1.2
    assert found[1:] == pytest.approx(seen[1:], abs=0.02)


def test_reds_fade_in_the_order_of_the_published_index_and_white_never_does() -> None:
    left = {kind: float(make_rendition(kind)[0] @ [0.6, 0.05, 0.05]) for kind in RENDITIONS}
    by_index = sorted(RENDITIONS, key=lambda kind: LAMPS[kind].red_index)
    assert by_index[0] == min(left, key=lambda kind: left[kind])
    assert by_index[-1] == max(left, key=lambda kind: left[kind])
    assert left["led_fine"] == pytest.approx(0.6, abs=0.02)
    for kind in RENDITIONS:
        assert make_rendition(kind) @ np.ones(3) == pytest.approx(np.ones(3), abs=1e-9)
