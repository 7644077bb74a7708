"""Small batched rotation arithmetic for synth/motion: (..., 3, 3) matrices, world right-handed, +Z up."""

import numpy as np
from scipy.spatial.transform import Rotation

UP = np.array([0.0, 0.0, 1.0])


def unit(vector: np.ndarray) -> np.ndarray:
    """Scale (..., 3) vectors to length 1; zero stays zero."""
    return vector / np.maximum(np.linalg.norm(vector, axis=-1, keepdims=True), 1e-12)


def turn(axis: str, angle_rad: np.ndarray | float) -> np.ndarray:
    """Rotation by an angle (...) about a coordinate axis, counter-clockwise.

    >>> turn("z", np.pi / 2).round(3)[:, 0].tolist()
    [0.0, 1.0, 0.0]
    """
    angle = np.asarray(angle_rad, dtype=np.float64)
    cos, sin = np.cos(angle), np.sin(angle)
    first, second = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    matrix = np.zeros(angle.shape + (3, 3))
    matrix[..., range(3), range(3)] = 1.0
    matrix[..., first, first] = cos
    matrix[..., second, second] = cos
    matrix[..., first, second] = -sin
    matrix[..., second, first] = sin
    return matrix


def frame(along: np.ndarray, hint: np.ndarray) -> np.ndarray:
    """Right-handed frame whose first axis is `along` and whose second is `hint` made orthogonal to it."""
    first = unit(along)
    second = unit(hint - np.sum(hint * first, axis=-1, keepdims=True) * first)
    return np.stack([first, second, np.cross(first, second)], axis=-1)


def rotate(matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """Apply (..., 3, 3) to (..., 3)."""
    return np.einsum("...ij,...j->...i", matrix, vector)


def mix(start: np.ndarray, end: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Rotation between `start` (share 0) and `end` (share 1) along the shorter way, (F, 3, 3) and (F,)."""
    first = Rotation.from_matrix(start).as_quat()
    second = Rotation.from_matrix(end).as_quat()
    second = np.where(np.sum(first * second, axis=-1, keepdims=True) < 0.0, -second, second)
    blend = first + (second - first) * share[..., None]
    return Rotation.from_quat(blend).as_matrix()


def twist_about(matrix: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """Angle (F,) of the part of a rotation (F, 3, 3) that turns about `axis` (F, 3) (swing-twist split)."""
    quaternion = Rotation.from_matrix(matrix).as_quat()
    along = np.sum(quaternion[:, :3] * axis, axis=-1)
    angle = 2.0 * np.arctan2(along, quaternion[:, 3])
    return (angle + np.pi) % (2.0 * np.pi) - np.pi


def minimum_jerk(share: np.ndarray) -> np.ndarray:
    """Smooth step from 0 to 1 with zero speed and acceleration at both ends (Flash and Hogan 1985).

    >>> minimum_jerk(np.array([-1.0, 0.0, 0.5, 2.0])).tolist()
    [0.0, 0.0, 0.5, 1.0]
    """
    x = np.clip(share, 0.0, 1.0)
    return x * x * x * (10.0 - 15.0 * x + 6.0 * x * x)
