"""Small batched rotation arithmetic for synth/motion: (..., 3, 3) matrices, world right-handed, +Z up.

Vectors and matrices are (..., 3) and (..., 3, 3) to who uses them, but lie in memory with their components
first: so numpy works along the rows, thousands at a time, instead of along three numbers.
"""

import numpy as np

UP = np.array([0.0, 0.0, 1.0])


def rows_last(values: np.ndarray, axes: int = 1) -> np.ndarray:
    """View of vectors (..., 3), or with two axes of matrices (..., 3, 3), with their components first."""
    rows = values.ndim - axes
    return values.transpose(*range(rows, values.ndim), *range(rows))


def rows_first(values: np.ndarray, axes: int = 1) -> np.ndarray:
    """View of components (3, ...), or (3, 3, ...), as vectors or matrices."""
    return values.transpose(*range(axes, values.ndim), *range(axes))


def vectors(x: np.ndarray | float, y: np.ndarray | float, z: np.ndarray | float) -> np.ndarray:
    """Vectors (..., 3) of components (...)."""
    values = np.empty((3, *np.broadcast(x, y, z).shape), np.result_type(x, y, z))
    values[0], values[1], values[2] = x, y, z
    return rows_first(values)


def columns(first: np.ndarray, second: np.ndarray, third: np.ndarray) -> np.ndarray:
    """Matrices (..., 3, 3) of columns (..., 3)."""
    shape = np.broadcast(first[..., 0], second[..., 0], third[..., 0]).shape
    matrices = np.empty((3, 3, *shape), np.result_type(first, second, third))
    for k, column in enumerate((first, second, third)):
        matrices[:, k] = rows_last(column)
    return rows_first(matrices, 2)


def _matrices(*rows: list[np.ndarray]) -> np.ndarray:
    """Matrices (..., 3, 3) of rows of components (...)."""
    matrices = np.empty((3, 3, *np.shape(rows[0][0])), rows[0][0].dtype)
    for into, row in zip(matrices, rows, strict=True):
        for k, component in enumerate(row):
            into[k] = component
    return rows_first(matrices, 2)


def dot(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Scalar products (...) of vectors (..., n)."""
    total = first[..., 0] * second[..., 0]
    for k in range(1, first.shape[-1]):  # a sum along few components is slow
        total = total + first[..., k] * second[..., k]
    return np.asarray(total)


def unit(vector: np.ndarray) -> np.ndarray:
    """Scale (..., 3) vectors to length 1; zero stays zero."""
    return vector / np.maximum(length(vector)[..., None], 1e-12)


def length(vector: np.ndarray) -> np.ndarray:
    """Length (...) of vectors (..., n)."""
    return np.sqrt(dot(vector, vector))


def turn(axis: str, angle_rad: np.ndarray | float) -> np.ndarray:
    """Rotation by an angle (...) about a coordinate axis, counter-clockwise.

    >>> turn("z", np.pi / 2).round(3)[:, 0].tolist()
    [0.0, 1.0, 0.0]
    """
    angle = np.multiply(angle_rad, 1.0)
    cos, sin = np.cos(angle), np.sin(angle)
    first, second = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    rotation = np.zeros((3, 3, *angle.shape), angle.dtype)
    rotation[range(3), range(3)] = 1.0
    rotation[first, first] = cos
    rotation[second, second] = cos
    rotation[first, second] = -sin
    rotation[second, first] = sin
    return rows_first(rotation, 2)


def bow(yaw_rad: np.ndarray | float, pitch_rad: np.ndarray | float) -> np.ndarray:
    """Rotation (..., 3, 3) by `pitch_rad` (...) about y, positive down ahead, then `yaw_rad` about z.

    >>> bool(np.allclose(bow(0.4, 0.3), turn("z", 0.4) @ turn("y", 0.3)))
    True
    """
    yaw, pitch = np.broadcast_arrays(yaw_rad, pitch_rad)
    rotation = np.zeros((3, 3, *yaw.shape), np.result_type(yaw, pitch))
    cos, sin = np.cos(yaw), np.sin(yaw)
    down, ahead = np.sin(pitch), np.cos(pitch)
    rotation[0, 0], rotation[0, 1], rotation[0, 2] = cos * ahead, -sin, cos * down
    rotation[1, 0], rotation[1, 1], rotation[1, 2] = sin * ahead, cos, sin * down
    rotation[2, 0], rotation[2, 2] = -down, ahead
    return rows_first(rotation, 2)


def frame(along: np.ndarray, hint: np.ndarray) -> np.ndarray:
    """Right-handed frame whose first axis is `along` and whose second is `hint` made orthogonal to it."""
    first = unit(along)
    second = unit(hint - dot(hint, first)[..., None] * first)
    return columns(first, second, cross(first, second))


def about(axis: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Rotations (..., 3, 3) by `angle` (...) about unit axes (..., 3) (Rodrigues)."""
    x, y, z = rows_last(axis)
    sin, cos = np.sin(angle), np.cos(angle)
    rest = 1.0 - cos
    return _matrices(
        [cos + rest * x * x, rest * x * y - sin * z, rest * x * z + sin * y],
        [rest * x * y + sin * z, cos + rest * y * y, rest * y * z - sin * x],
        [rest * x * z - sin * y, rest * y * z + sin * x, cos + rest * z * z],
    )


def compose(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Product (..., 3, 3) of matrices, of which either may be one alone."""
    terms = [first[..., :, k, None] * second[..., None, k, :] for k in range(3)]
    terms[0] += terms[1]
    terms[0] += terms[2]
    return terms[0]


def turn_back(matrix: np.ndarray) -> np.ndarray:
    """Inverse rotations."""
    return np.swapaxes(matrix, -1, -2)


def rotate(matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """Apply (..., 3, 3) to (..., 3)."""
    terms = [matrix[..., k] * vector[..., k, None] for k in range(3)]
    terms[0] += terms[1]
    terms[0] += terms[2]
    return terms[0]


def cross(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Cross product of (..., 3) vectors."""
    a, b = rows_last(first), rows_last(second)
    return vectors(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def left_of(way: np.ndarray) -> np.ndarray:
    """What is to the left (3,) of who goes along (3,): UP times that.

    >>> left_of(np.array([1.0, 0.0, 0.5])).tolist()
    [-0.0, 1.0, 0.0]
    """
    return np.array([-way[1], way[0], 0.0])


def quaternion(matrix: np.ndarray) -> np.ndarray:
    """Unit quaternions (..., 4) of rotations, scalar first (Shepperd 1978: by the largest component).

    >>> quaternion(turn("z", np.pi)).round(6).tolist()
    [0.0, 0.0, 0.0, 1.0]
    """
    m = rows_last(matrix, 2)
    xx, yy, zz = m[0, 0], m[1, 1], m[2, 2]
    four = np.stack([1.0 + xx + yy + zz, 1.0 + xx - yy - zz, 1.0 - xx + yy - zz, 1.0 - xx - yy + zz])
    wx, wy, wz = m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1]
    xy, xz, yz = m[0, 1] + m[1, 0], m[0, 2] + m[2, 0], m[1, 2] + m[2, 1]
    rows = [(four[0], wx, wy, wz), (wx, four[1], xy, xz), (wy, xy, four[2], yz), (wz, xz, yz, four[3])]
    largest = np.argmax(four, axis=0)
    chosen = [np.choose(largest, [row[k] for row in rows]) for k in range(4)]
    return unit(rows_first(np.stack(chosen)))


def rotation_of(quaternions: np.ndarray) -> np.ndarray:
    """Rotations (..., 3, 3) of quaternions (..., 4) of any length but 0."""
    w, x, y, z = rows_last(unit(quaternions))
    return _matrices(
        [1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - w * z), 2.0 * (x * z + w * y)],
        [2.0 * (x * y + w * z), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - w * x)],
        [2.0 * (x * z - w * y), 2.0 * (y * z + w * x), 1.0 - 2.0 * (x * x + y * y)],
    )


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
