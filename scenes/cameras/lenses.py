"""Lenses of the cameras: which calibration a lens of a scenario has.

In: the lens, field of view and strength of distortion of a cameras section. Out: `Camera`s with intrinsics
and coefficients; scenes/cameras/projection.py says what they mean.
"""

from dataclasses import replace

import numpy as np

from scenes.cameras.projection import compute_angle
from scenes.scenario import CamerasSpec
from scenes.world import Camera

_PRINCIPAL_STD = 0.006  # of the picture's width: how far off the middle real lenses sit
_TANGENTIAL_STD = 4e-4  # p1, p2 of ordinary calibrations
# Equisolid 2 sin(theta / 2) over theta as a series in theta^2; the equidistant lens has zeros.
_EQUISOLID = np.array([-1 / 24, 1 / 1920, -1 / 322560, 0.0])
_FIT_POINTS = 400
_LEAST_SLOPE = 0.15  # how much the rim of a picture may be squeezed, against its middle
_SPARE = 1.1  # the polynomial holds this far beyond a corner: principal points are off the middle


def make_intrinsics(width_px: int, height_px: int, fov_deg: float) -> np.ndarray:
    """Return K of a pinhole with square pixels and the given horizontal field of view.

    >>> make_intrinsics(320, 240, 90.0)[0].round(6).tolist()
    [160.0, 0.0, 160.0]
    """
    return _intrinsics(width_px, height_px, width_px / 2 / np.tan(np.radians(fov_deg) / 2))


def make_lens(spec: CamerasSpec) -> Camera:
    """Return a camera at the world's origin with the lens of a scenario, as it is designed."""
    width, height = spec.width_px, spec.height_px
    if spec.lens == "pinhole":
        return Camera("", width, height, make_intrinsics(width, height, spec.fov_deg), np.eye(4))
    if spec.lens == "wide":
        return _make_wide(width, height, np.radians(spec.fov_deg) / 2, spec.distortion)
    limit = np.radians(spec.fisheye_fov_deg) / 2
    k = spec.distortion * _EQUISOLID
    bent = limit * (1 + np.polyval([*k[::-1], 0.0], limit**2))
    return Camera(
        "",
        width,
        height,
        _intrinsics(width, height, min(width, height) / 2 / bent),
        np.eye(4),
        model="kannala_brandt",
        distortion=tuple(k.tolist()),
        max_angle_rad=float(limit),
    )


def sample_specimen(lens: Camera, *, rng: np.random.Generator) -> Camera:
    """Return one camera's own lens: its principal point and tangential distortion, as calibration finds them.

    A pinhole stays as it is.
    """
    if lens.model == "pinhole":
        return lens
    intrinsics = lens.intrinsics.copy()
    intrinsics[:2, 2] += np.round(rng.normal(0.0, _PRINCIPAL_STD, 2) * lens.width_px, 3)
    tangential = np.round(rng.normal(0.0, _TANGENTIAL_STD, 2), 7).tolist()
    if lens.model == "kannala_brandt":
        return replace(lens, intrinsics=intrinsics)
    k1, k2, _, _, k3 = lens.distortion
    camera = replace(lens, intrinsics=intrinsics, distortion=(k1, k2, *tangential, k3))
    return replace(camera, max_angle_rad=_find_limit(camera))


def _intrinsics(width_px: int, height_px: int, focal: float) -> np.ndarray:
    return np.array([[focal, 0, width_px / 2], [0, focal, height_px / 2], [0, 0, 1.0]])


def _make_wide(width: int, height: int, half_fov_rad: float, distortion: float) -> Camera:
    """Return a barrel-distorted lens: tan(c theta) / c, fitted by Brown and Conrady's polynomial.

    c = 1 is a pinhole and c = 0.5, at full strength, a stereographic lens; in between lie the wide lenses of
    shop cameras. Where the polynomial would turn back within the picture (wide and strong at once), c is the
    least at which it does not.
    """
    diagonal = _SPARE * float(np.hypot(width, height)) / width
    k: np.ndarray = np.zeros(3)
    for c in np.arange(1.0 - 0.5 * distortion, 1.0, 0.02):
        corner = np.arctan(diagonal * np.tan(c * half_fov_rad)) / c
        r = np.tan(np.linspace(0.0, min(corner, 1.5), _FIT_POINTS)[1:])
        bent = np.tan(c * np.arctan(r)) / c
        powers = np.stack([r**3, r**5, r**7], axis=1) / bent[:, None]
        k = np.asarray(np.round(np.linalg.lstsq(powers, 1 - r / bent, rcond=None)[0], 7))
        slope = 1 + np.stack([3 * r**2, 5 * r**4, 7 * r**6], axis=1) @ k
        edge = _bend(float(np.tan(half_fov_rad)), k)
        if slope.min() > _LEAST_SLOPE and _bend(float(r[-1]), k) >= diagonal * edge * 0.98:
            break
    else:
        k, r, edge = np.zeros(3), np.array([diagonal * np.tan(half_fov_rad)]), float(np.tan(half_fov_rad))
    return Camera(
        "",
        width,
        height,
        _intrinsics(width, height, width / 2 / float(edge)),
        np.eye(4),
        model="brown_conrady",
        distortion=(float(k[0]), float(k[1]), 0.0, 0.0, float(k[2])),
        max_angle_rad=float(np.arctan(r[-1])),
    )


def _bend(r: float, k: np.ndarray) -> float:
    """Return the radius at which r is seen."""
    return float(r * (1 + k[0] * r**2 + k[1] * r**4 + k[2] * r**6))


def _find_limit(camera: Camera) -> float:
    """Return the angle of the farthest corner of the picture, with a pixel to spare."""
    corners = [(u, v) for u in (-1.0, camera.width_px + 1.0) for v in (-1.0, camera.height_px + 1.0)]
    return max(compute_angle(camera, u, v) for u, v in corners)
