"""Lenses: the one place where points become pixels and pixels become rays.

In: a `Camera` and points or pixels. Out: pixels and depths, or rays. Everything that projects goes through
here: coverage, labels, the resampling of pictures (synth/optics/), the checks of synth/verify/ and gan/.

A point (x, y, z) in the camera's frame falls on (u, v) = (fx a + cx, fy b + cy), where (a, b) is

    pinhole         (x, y) / z
    brown_conrady   with (x, y) / z = (p, q) and r^2 = p^2 + q^2, as in OpenCV (k1, k2, p1, p2, k3):
                    a = p g + 2 p1 p q + p2 (r^2 + 2 p^2),  b = q g + p1 (r^2 + 2 q^2) + 2 p2 p q,
                    g = 1 + k1 r^2 + k2 r^4 + k3 r^6
    kannala_brandt  theta (1 + k1 theta^2 + k2 theta^4 + k3 theta^6 + k4 theta^8) (x, y) / |(x, y)|,
                    theta = atan2(|(x, y)|, z), as OpenCV's fisheye module (k1, k2, k3, k4)

The polynomials hold up to `Camera.max_angle_rad` from the axis, which takes in the whole picture. Beyond it
they may turn back, so there (a, b) goes on in proportion to r or theta: a point out of view never falls into
the picture by mistake. Depth is z along the axis; of a kannala_brandt camera, which sees sideways, it is the
distance from the camera.
"""

import numpy as np

from scenes.world import Camera

_TABLE = 2048  # starting points of Newton's method
_NEWTON_STEPS = 4
_TANGENTIAL_STEPS = 12


def has_range_depth(camera: Camera) -> bool:
    """Say whether depth is the distance along the ray instead of z along the axis."""
    return camera.model == "kannala_brandt"


def project_points(camera: Camera, points_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Project world points (..., 3).

    Returns:
        points_px: (..., 2); meaningless for points behind the camera, except for kannala_brandt.
        depth_m: (...,) z along the camera's axis, negative behind it; the distance for kannala_brandt.

    >>> k = np.array([[100.0, 0, 50], [0, 100, 50], [0, 0, 1]])
    >>> project_points(Camera("cam0", 100, 100, k, np.eye(4)), np.array([0.5, 0.0, 2.0]))[0].tolist()
    [75.0, 50.0]
    """
    rotation = camera.world_from_cam[:3, :3]
    in_camera = (points_m - camera.world_from_cam[:3, 3]) @ rotation
    x, y, z = np.moveaxis(in_camera, -1, 0)
    return np.stack(to_pixels(camera, x, y, z), axis=-1), compute_depth(camera, x, y, z)


def project_at_frames(camera: Camera, points_m: np.ndarray, frame: np.ndarray) -> np.ndarray:
    """Project each of (N, 3) world points by the pose that the camera has in its frame.

    Args:
        camera: It may be knocked.
        points_m: World points.
        frame: (N,) frame of each.

    Returns:
        (N, 2) pixels; NaN for points behind the camera, where a pose sees none.
    """
    pixels = np.full((len(points_m), 2), np.nan)
    first = np.array([start for start, _ in camera.turns], np.int64)
    pose_of = np.searchsorted(first, frame, side="right")
    for number in np.unique(pose_of).tolist():
        posed = camera.at(camera.turns[number - 1][0] if number else -1)
        own = pose_of == number
        own[own] = ((points_m[own] - posed.world_from_cam[:3, 3]) @ posed.world_from_cam[:3, 2]) > 0
        if own.any():
            pixels[own] = project_points(posed, points_m[own])[0].reshape(-1, 2)
    return pixels


def compute_depth(camera: Camera, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Return the depth of points in the camera's frame."""
    return np.sqrt(x * x + y * y + z * z) if has_range_depth(camera) else z


def to_pixels(camera: Camera, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return u and v of points in the camera's frame, in the type of their coordinates."""
    (fx, _, cx), (_, fy, cy) = camera.intrinsics[:2].tolist()
    with np.errstate(divide="ignore", invalid="ignore"):
        if camera.model == "pinhole":
            return x / z * fx + cx, y / z * fy + cy
        if camera.model == "brown_conrady":
            a, b = _distort_continued(camera, x / z, y / z)
        else:
            a, b = _bend(camera, x, y, z)
    return a * fx + cx, b * fy + cy


def compute_rays(camera: Camera, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return the rays (..., 3) of pixels in the camera's frame, of depth 1: z is 1, or the length is.

    A ray times a pixel's depth is the point seen there. NaN for pixels beyond `max_angle_rad`.
    """
    a = (np.asarray(u, float) - camera.intrinsics[0, 2]) / camera.intrinsics[0, 0]
    b = (np.asarray(v, float) - camera.intrinsics[1, 2]) / camera.intrinsics[1, 1]
    if camera.model == "pinhole":
        return np.stack(np.broadcast_arrays(a, b, 1.0), axis=-1)
    a, b = np.broadcast_arrays(a, b)
    if camera.model == "brown_conrady":
        p, q = _undistort(camera, a, b)
        outside = np.hypot(p, q) > np.tan(camera.max_angle_rad) * (1 + 1e-9)
        return np.where(outside[..., None], np.nan, np.stack([p, q, np.ones_like(p)], axis=-1))
    bent = np.hypot(a, b)
    angle = _invert(camera, bent, camera.max_angle_rad)
    outside = bent > _profile(camera, np.array(camera.max_angle_rad))
    side = np.where(bent > 1e-12, np.sin(angle) / np.maximum(bent, 1e-12), 1.0)
    rays = np.stack([a * side, b * side, np.cos(angle)], axis=-1)
    return np.where(outside[..., None], np.nan, rays)


def compute_pixel_rays(camera: Camera) -> np.ndarray:
    """Return (H, W, 3), `compute_rays` at the centres of all pixels."""
    u = np.arange(camera.width_px) + 0.5
    v = np.arange(camera.height_px) + 0.5
    return compute_rays(camera, u[None, :], v[:, None])


def compute_angle(camera: Camera, u: float, v: float) -> float:
    """Return how far a pixel looks off the axis, radians; `max_angle_rad` beyond the lens's field."""
    x, y, z = compute_rays(camera, np.array(u), np.array(v))
    return camera.max_angle_rad if np.isnan(z) else float(np.arctan2(np.hypot(x, y), z))


# ---------------------------------------------------------------- the radial profiles


def _profile(camera: Camera, t: np.ndarray) -> np.ndarray:
    """Return t's image: r of brown_conrady (radial part), theta of kannala_brandt."""
    k = _radial(camera)
    s = t * t
    return t * (1 + s * (k[0] + s * (k[1] + s * (k[2] + s * k[3]))))


def _slope(camera: Camera, t: np.ndarray) -> np.ndarray:
    """Return the derivative of `_profile`."""
    k = _radial(camera)
    s = t * t
    return 1 + s * (3 * k[0] + s * (5 * k[1] + s * (7 * k[2] + s * 9 * k[3])))


def _radial(camera: Camera) -> tuple[float, float, float, float]:
    if camera.model == "kannala_brandt":
        k1, k2, k3, k4 = camera.distortion
        return k1, k2, k3, k4
    k1, k2, _, _, k3 = camera.distortion
    return k1, k2, k3, 0.0


def _invert(camera: Camera, image: np.ndarray, limit: float) -> np.ndarray:
    """Return the t in [0, limit] whose profile is `image` (clipped to the limit's)."""
    table = np.linspace(0.0, limit, _TABLE)
    t = np.interp(image, _profile(camera, table), table)
    for _ in range(_NEWTON_STEPS):
        t = np.clip(t - (_profile(camera, t) - image) / _slope(camera, t), 0.0, limit)
    return t


def _distort(camera: Camera, p: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Apply Brown and Conrady's polynomial."""
    k1, k2, p1, p2, k3 = camera.distortion
    s = p * p + q * q
    gain = 1 + s * (k1 + s * (k2 + s * k3))
    return (
        p * gain + 2 * p1 * p * q + p2 * (s + 2 * p * p),
        q * gain + p1 * (s + 2 * q * q) + 2 * p2 * p * q,
    )


def _distort_continued(camera: Camera, p: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distort; beyond the lens's limit the last value goes on in proportion."""
    beyond = np.maximum(np.sqrt(p * p + q * q) / float(np.tan(camera.max_angle_rad)), 1.0)
    a, b = _distort(camera, p / beyond, q / beyond)
    return a * beyond, b * beyond


def _undistort(camera: Camera, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Invert `_distort`: the radial part exactly, the small tangential part by repetition."""
    _, _, p1, p2, _ = camera.distortion
    limit = 1.05 * float(np.tan(camera.max_angle_rad))
    p, q = np.zeros_like(a), np.zeros_like(b)
    for _ in range(_TANGENTIAL_STEPS):
        s = p * p + q * q
        left = a - 2 * p1 * p * q - p2 * (s + 2 * p * p)
        up = b - p1 * (s + 2 * q * q) - 2 * p2 * p * q
        image = np.hypot(left, up)
        gain = _invert(camera, image, limit) / np.maximum(image, 1e-12)
        p, q = left * gain, up * gain
    return p, q


def _bend(camera: Camera, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Apply Kannala and Brandt's polynomial; beyond the limit the last value goes on in proportion."""
    side = np.sqrt(x * x + y * y)
    angle = np.arctan2(side, z)
    beyond = np.maximum(angle / camera.max_angle_rad, 1.0)
    gain = _profile(camera, angle / beyond) * beyond / np.maximum(side, 1e-12)
    return x * gain, y * gain
