"""How lamps render colours: what their spectra leave of reds, greens and blues.

In: a kind of lamp. Out: a matrix that carries the linear sRGB of a surface in daylight or under a filament to
what a camera balanced for the lamp records. Derived by tools/derive_rendition.py from the illuminants of CIE
15:2018; the colour rendering indices are those of CIE 13.3-1995.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class LampSpectrum:
    """What is known of a kind of lamp.

    Attributes:
        illuminant: Its name in CIE 15:2018.
        general_index: Ra, the general colour rendering index.
        red_index: R9, the special one of saturated red.
        rows: Of the matrix; each sums to 1, so that white stays white.
    """

    illuminant: str
    general_index: int
    red_index: int
    rows: tuple[tuple[float, float, float], ...]


LAMPS = {
    "led_fine": LampSpectrum(
        "LED-V2", 96, 95, ((1.024, -0.016, -0.008), (-0.006, 0.990, 0.016), (-0.005, 0.017, 0.988))
    ),
    "led": LampSpectrum(
        "LED-B3", 85, 24, ((0.900, 0.100, 0.000), (0.034, 0.999, -0.033), (0.011, -0.046, 1.035))
    ),
    "triphosphor": LampSpectrum(
        "FL11", 83, 25, ((0.936, 0.028, 0.036), (0.016, 1.055, -0.071), (0.027, -0.078, 1.051))
    ),
    "halophosphate": LampSpectrum(
        "FL2", 64, -84, ((0.763, 0.255, -0.018), (0.084, 0.974, -0.058), (0.019, -0.074, 1.055))
    ),
}
RENDITIONS = tuple(LAMPS)


def make_rendition(kind: str) -> np.ndarray:
    """Return the (3, 3) matrix of a kind of lamp, one of RENDITIONS.

    A saturated red loses a quarter of its red under the cheapest tubes, and gains green:

    >>> (make_rendition("halophosphate") @ [0.5, 0.05, 0.05]).round(2).tolist()
    [0.39, 0.09, 0.06]
    """
    return np.array(LAMPS[kind].rows)
