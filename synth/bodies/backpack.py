"""A backpack, whose straps lie taut over the shoulders and run back under the arms to its lower corners.

In: the surface of what is worn, in the rest pose. Out: a surface that the chest carries and the cloth moves.
"""

import numpy as np
from scipy.spatial import ConvexHull, cKDTree

from scenes.surfaces import MATERIAL
from synth.bodies.detail import pick
from synth.bodies.pack_form import make_case, make_pocket, sag
from synth.bodies.pack_trim import make_trim
from synth.bodies.skeleton import SIDES, Skeleton
from synth.bodies.surface import (
    Surface,
    compute_normals,
    find_section,
    join,
    keep_faces,
    lift,
    make_surface,
    make_tube_faces,
)

_HALF = np.array([0.045, 0.085, 0.125])  # of the pack, as shares of the stature
_HIGH, _LOW = np.array([0.5, 0.5, 0.75]), np.array([0.2, 0.8, -0.75])  # where straps end, in its half sizes
_SHOULDER, _UNDER_ARM = 0.064, 0.086  # how far aside straps are there, of the stature
_TURN = 0.075  # how far under the shoulder's joint they turn back under the arm
_WIDE_M, _THICK_M, _OVER_M = 0.046, 0.008, 0.004


def make_backpack(worn: Surface, skeleton: Skeleton, color: np.ndarray, level: int) -> Surface:
    """A backpack: a case on the back with a pocket, and two straps over the shoulders."""
    cloth = _find_cloth(worn)
    middle, half = pack = _place_pack(cloth, skeleton)
    bones = _find_bones(skeleton)
    parts = []
    rows, around = pick(level, 12, 8, 8), pick(level, 20, 12, 12)
    for (position, faces), shade in (
        (make_case(pack, rows=rows, around=around), 1.0),
        (make_pocket(pack, rows=rows, around=around), 0.85),
    ):
        parts.append(make_surface(position, faces, np.tile(bones, (len(position), 1)), shade * color))
    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        mirror = np.array([1.0, sign, 1.0])
        ends = (sag(middle + half * end * mirror, pack) for end in (_HIGH, _LOW))
        line = _lay_strap(cloth, skeleton, side, *ends, points=pick(level, 37, 25, 15))
        position, faces = _make_band(line, cloth)
        parts.append(make_surface(position, faces, _follow(position, cloth, bones), 0.7 * color))
    return join(parts)


def make_pack_trim(worn: Surface, skeleton: Skeleton, color: np.ndarray) -> Surface:
    """What is sewn on the backpack that goes with what is worn: it is seen from close by."""
    return make_trim(_place_pack(_find_cloth(worn), skeleton), _find_bones(skeleton), color)


def measure_pack_top(worn: Surface, skeleton: Skeleton) -> float:
    """How high a pack comes up on the back of who wears these clothes, metres."""
    middle, half = _place_pack(_find_cloth(worn), skeleton)
    return float(middle[2] + half[2])


def _find_cloth(worn: Surface) -> Surface:
    """What hangs on the trunk."""
    sewn = worn.material == MATERIAL["hanging cloth"]
    return keep_faces(worn, sewn[worn.faces].all(axis=1))


def _place_pack(cloth: Surface, skeleton: Skeleton) -> tuple[np.ndarray, np.ndarray]:
    """Middle (3,) and half size (3,) of the pack."""
    tall, chest = skeleton.stature_m, skeleton.at("chest")
    away = np.abs(cloth.position_m - chest)
    near = (away[:, 1] < 0.06 * tall) & (away[:, 2] < 0.06 * tall) & (cloth.position_m[:, 0] < chest[0])
    back = np.quantile(cloth.position_m[near, 0], 0.2)
    half = _HALF * tall
    return np.array([back - 0.85 * half[0], 0.0, chest[2] - 0.02 * tall]), half


def _find_bones(skeleton: Skeleton) -> np.ndarray:
    """The chest alone (B,) carries it."""
    bones = np.zeros(len(skeleton.parents))
    bones[skeleton.index["chest"]] = 1.0
    return bones


def _lay_strap(
    cloth: Surface, skeleton: Skeleton, side: str, high: np.ndarray, low: np.ndarray, *, points: int
) -> np.ndarray:
    """The middle line (points, 3) of a strap, drawn tight from one end over the shoulder to the other."""
    tall, sign = skeleton.stature_m, 1.0 if side == "left" else -1.0
    joint, up = skeleton.at(f"{side}_shoulder"), np.array([0.0, 0.0, 1.0])
    over = np.array([joint[0], sign * _SHOULDER * tall, joint[2] + 0.04 * tall])
    turn = np.array([joint[0] + 0.1 * tall, sign * _UNDER_ARM * tall, joint[2] - _TURN * tall])
    across = np.cross(over - high, turn - high)
    outline = find_section(cloth, (cloth.position_m - high) @ across)
    ahead = outline[(np.abs(outline[:, 2] - turn[2]) < 0.02 * tall) & (outline[:, 0] > joint[0])]
    if len(ahead):
        turn = ahead[ahead[:, 0].argmax()]
    upper = _stretch(outline, high, turn, up)
    aside = np.array([0.0, sign, 0.0])
    outline = find_section(cloth, (cloth.position_m - turn) @ np.cross(low - turn, aside))
    lower = _stretch(outline, turn, low, aside)
    line = _space_evenly(np.concatenate([upper, lower[1:]]), 4 * points)
    near = np.exp(-(((line - turn) ** 2).sum(axis=1)) / (0.05 * tall) ** 2)[1:-1, None]
    for _ in range(60):
        line[1:-1] += near * ((line[:-2] + line[2:]) / 2 - line[1:-1])
    return _space_evenly(line, points)


def _stretch(outline: np.ndarray, start: np.ndarray, end: np.ndarray, out: np.ndarray) -> np.ndarray:
    """Draw a string from `start` to `end` (3,) tight around points (N, 3) of a plane that are `out` of it."""
    way = (end - start) / np.linalg.norm(end - start)
    out = out - way * (out @ way)
    out /= np.linalg.norm(out)
    flat = (outline - start) @ np.stack([way, out], axis=1)
    inside = flat[:, 1] > 1e-4
    if not inside.any():
        return np.stack([start, end])
    point = np.concatenate([[start, end], outline[inside]])
    order = ConvexHull((point - start) @ np.stack([way, out], axis=1)).vertices
    order = np.roll(order, -int(np.flatnonzero(order == 0)[0]))
    return point[order if order[-1] == 1 else np.roll(order[::-1], 1)]


def _space_evenly(path: np.ndarray, count: int) -> np.ndarray:
    """Points (count, 3) at even distances along a path (P, 3).

    >>> _space_evenly(np.array([[0.0, 0, 0], [1, 0, 0], [4, 0, 0]]), 3)[:, 0].tolist()
    [0.0, 2.0, 4.0]
    """
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    even = np.linspace(0.0, along[-1], count)
    return np.stack([np.interp(even, along, path[:, k]) for k in range(3)], axis=1)


def _make_band(line: np.ndarray, cloth: Surface) -> tuple[np.ndarray, np.ndarray]:
    """A flat band with a rounded back along a line (P, 3) on the cloth."""
    normal = compute_normals(cloth.position_m, cloth.faces)
    out = normal[cKDTree(cloth.position_m).query(line, k=6)[1]].mean(axis=1)
    for _ in range(8):
        out[1:-1] = (out[:-2] + 2 * out[1:-1] + out[2:]) / 4
    along = np.gradient(line, axis=0)
    across = np.cross(along, out)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    out = np.cross(across, along)
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    edges = np.stack([line + side * _WIDE_M * across for side in (0.5, -0.5)])
    rise = lift(edges.reshape(-1, 3), cloth).reshape(edges.shape)
    rise[:, 1:-1] = np.maximum(rise[:, 1:-1], (rise[:, :-2] + rise[:, 2:]) / 2)
    left, right = edges + rise
    inner = _OVER_M * out
    outer = (_OVER_M + _THICK_M) * out
    slim = 0.15 * (right - left)
    ring = np.stack([left + inner, left + slim + outer, right - slim + outer, right + inner], axis=1)
    return ring.reshape(-1, 3), make_tube_faces(len(line), 4)


def _follow(position_m: np.ndarray, cloth: Surface, bones: np.ndarray) -> np.ndarray:
    """Weights (V, B) of points on the cloth: as it moves; far from it, as the pack does (B,)."""
    away_m, near = cKDTree(cloth.position_m).query(position_m, k=4)
    share = np.clip((away_m[:, :1] - 0.025) / 0.03, 0.0, 1.0)
    return share * bones + (1.0 - share) * cloth.weights[near].mean(axis=1)
