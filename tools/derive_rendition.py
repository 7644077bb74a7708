"""Derive the matrices of scenes/light/rendition.py from published spectra: how lamps render colours.

    pip install colour-science && python tools/derive_rendition.py

Spectra of lamps are those of CIE 15:2018, reflectances the 24 of the ColorChecker (BabelColor's mean of 30)
and the 14 test colours of CIE 13.3-1995, all as the package colour-science has them. Each reflectance is seen
under the lamp and under the Planckian radiator of its correlated colour temperature by the CIE 1931 observer,
in linear sRGB with the channels scaled to white, as a camera balances them. The matrix carries the second to
the first, fitted by least squares over the reflectances, with white kept white.
"""

import colour
import numpy as np
from colour.quality import SDS_TCS

from scenes.light.rendition import LAMPS

SHAPE = colour.SpectralShape(380, 780, 5)


def read_reflectances() -> np.ndarray:
    """Return (N, wavelengths) of the test colours."""
    checker = colour.SDS_COLOURCHECKERS["BabelColor Average"].values()
    tests = [SDS_TCS["CIE 1995"][f"TCS{number:02d}"] for number in range(1, 15)]
    return np.stack([sd.copy().align(SHAPE).values for sd in (*checker, *tests)])


def see(power: np.ndarray, reflectance: np.ndarray) -> np.ndarray:
    """Return (N, 3) linear sRGB of reflectances under a lamp, white at 1."""
    observer = colour.MSDS_CMFS["CIE 1931 2 Degree Standard Observer"].copy().align(SHAPE).values
    rgb_from_xyz = colour.RGB_COLOURSPACES["sRGB"].matrix_XYZ_to_RGB
    white = (power @ observer) @ rgb_from_xyz.T
    return (reflectance * power) @ observer @ rgb_from_xyz.T / white


def derive(illuminant: str) -> np.ndarray:
    """Return the (3, 3) matrix of a lamp, by the name of its CIE illuminant."""
    lamp = colour.SDS_ILLUMINANTS[illuminant].copy().align(SHAPE)
    uv = colour.UCS_to_uv(colour.XYZ_to_UCS(colour.sd_to_XYZ(lamp)))
    planck = colour.sd_blackbody(float(colour.temperature.uv_to_CCT(uv)[0]), SHAPE)
    reflectance = read_reflectances()
    true, seen = see(planck.values, reflectance), see(lamp.values, reflectance)
    # Rows that sum to 1 keep white: two numbers of each row are free.
    free, *_ = np.linalg.lstsq(true[:, :2] - true[:, 2:], seen - true[:, 2:], rcond=None)
    return np.column_stack([free.T, 1.0 - free.sum(axis=0)])


def main() -> None:
    """Print the table of scenes/light/rendition.py."""
    for kind, lamp in LAMPS.items():
        index = colour.colour_rendering_index(colour.SDS_ILLUMINANTS[lamp.illuminant], additional_data=True)
        rows = ", ".join(f"({', '.join(f'{value:.3f}' for value in row)})" for row in derive(lamp.illuminant))
        print(f"{kind}: {lamp.illuminant}, Ra {index.Q_a:.0f}, R9 {index.Q_as[9].Q_a:.0f}, ({rows})")


if __name__ == "__main__":
    main()
