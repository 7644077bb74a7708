"""Small batched rotation arithmetic for synth/motion: (..., 3, 3) matrices, world right-handed, +Z up."""

import numpy as np

UP = np.array([0.0, 0.0, 1.0])


def unit(vector: np.ndarray) -> np.ndarray:
    """Scale (..., 3) vectors to length 1; zero stays zero."""
    return vector / np.maximum(length(vector)[..., None], 1e-12)


def length(vector: np.ndarray) -> np.ndarray:
    """Length (...) of (..., 3) vectors."""
    return np.sqrt(np.einsum("...i,...i->...", vector, vector))


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
    second = unit(hint - np.einsum("...i,...i->...", hint, first)[..., None] * first)
    return np.stack([first, second, cross(first, second)], axis=-1)


def about(axis: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Rotations (..., 3, 3) by `angle` (...) about unit axes (..., 3) (Rodrigues)."""
    matrix = _cross_matrix(axis)
    sin, cos = np.sin(angle)[..., None, None], np.cos(angle)[..., None, None]
    return np.eye(3) + sin * matrix + (1.0 - cos) * (matrix @ matrix)


def _cross_matrix(axis: np.ndarray) -> np.ndarray:
    """Matrices (..., 3, 3) that multiply a vector as a cross product with `axis` (..., 3)."""
    x, y, z = np.moveaxis(axis, -1, 0)
    zero = np.zeros_like(x)
    return np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(*axis.shape, 3)


def rotate(matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """Apply (..., 3, 3) to (..., 3)."""
    return np.einsum("...ij,...j->...i", matrix, vector)


def cross(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Cross product of (..., 3) vectors."""
    a, b = np.moveaxis(np.asarray(first), -1, 0), np.moveaxis(np.asarray(second), -1, 0)
    return np.stack(
        [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]], axis=-1
    )


def quaternion(matrix: np.ndarray) -> np.ndarray:
    """Unit quaternions (..., 4) of rotations, scalar first (Shepperd 1978: by the largest component).

    >>> quaternion(turn("z", np.pi)).round(6).tolist()
    [0.0, 0.0, 0.0, 1.0]
    """
    m = matrix
    xx, yy, zz = m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]
    four = np.stack([1.0 + xx + yy + zz, 1.0 + xx - yy - zz, 1.0 - xx + yy - zz, 1.0 - xx - yy + zz], axis=-1)
    wx, wy, wz = m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]
    xy, xz, yz = m[..., 0, 1] + m[..., 1, 0], m[..., 0, 2] + m[..., 2, 0], m[..., 1, 2] + m[..., 2, 1]
    ww, xx, yy, zz = np.moveaxis(four, -1, 0)
    rows = np.stack([ww, wx, wy, wz, wx, xx, xy, xz, wy, xy, yy, yz, wz, xz, yz, zz], axis=-1)
    rows = rows.reshape(*m.shape[:-2], 4, 4)
    largest = np.argmax(four, axis=-1)
    return unit(np.take_along_axis(rows, largest[..., None, None], axis=-2)[..., 0, :])


def rotation_of(quaternions: np.ndarray) -> np.ndarray:
    """Rotations (..., 3, 3) of quaternions (..., 4) of any length but 0."""
    w, x, y, z = np.moveaxis(unit(quaternions), -1, 0)
    return np.stack(
        [
            1.0 - 2.0 * (y * y + z * z),
            2.0 * (x * y - w * z),
            2.0 * (x * z + w * y),
            2.0 * (x * y + w * z),
            1.0 - 2.0 * (x * x + z * z),
            2.0 * (y * z - w * x),
            2.0 * (x * z - w * y),
            2.0 * (y * z + w * x),
            1.0 - 2.0 * (x * x + y * y),
        ],
        axis=-1,
    ).reshape(*quaternions.shape[:-1], 3, 3)


def mix(start: np.ndarray, end: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Rotation between `start` (share 0) and `end` (share 1) along the shorter way, (F, 3, 3) and (F,)."""
    first, second = quaternion(start), quaternion(end)
    second = np.where(np.sum(first * second, axis=-1, keepdims=True) < 0.0, -second, second)
    return rotation_of(first + (second - first) * share[..., None])


def twist_about(matrix: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """Angle (F,) of the part of a rotation (F, 3, 3) that turns about `axis` (F, 3) (swing-twist split)."""
    m = matrix
    along = (
        (m[..., 2, 1] - m[..., 1, 2]) * axis[..., 0]
        + (m[..., 0, 2] - m[..., 2, 0]) * axis[..., 1]
        + (m[..., 1, 0] - m[..., 0, 1]) * axis[..., 2]
    )
    angle = 2.0 * np.arctan2(along, 1.0 + m[..., 0, 0] + m[..., 1, 1] + m[..., 2, 2])
    return (angle + np.pi) % (2.0 * np.pi) - np.pi


def minimum_jerk(share: np.ndarray) -> np.ndarray:
    """Smooth step from 0 to 1 with zero speed and acceleration at both ends (Flash and Hogan 1985).

    >>> minimum_jerk(np.array([-1.0, 0.0, 0.5, 2.0])).tolist()
    [0.0, 0.0, 0.5, 1.0]
    """
    x = np.clip(share, 0.0, 1.0)
    return x * x * x * (10.0 - 15.0 * x + 6.0 * x * x)
