"""The shopping bag.

In: the body's surface, bare or with what is worn, and regions. Out: surfaces in the rest pose, of the bag and
of what it holds in.
"""

from dataclasses import replace

import numpy as np

from synth.bodies.bag import BULGE, LONG, MOUTH_SHARE, TALL, THICK
from synth.bodies.detail import pick
from synth.bodies.regions import Regions, share_of_arms
from synth.bodies.skeleton import Skeleton
from synth.bodies.surface import Surface, join, lift, make_surface, make_tube_faces, orient

# Where a tote lies on cloth: its inner wall in half thicknesses off the middle; how far about it cloth gives
# way, more than a triangle of a coat; what is left of how far it was out, so that layers stay apart;
# how far down one looks into it.
_WALL, _ABOUT_M, _LEFT, _SEEN = 0.9, 0.08, 0.1, 0.55


def make_bag(
    worn: Surface, regions: Regions, skeleton: Skeleton, side: str, color: np.ndarray, level: int
) -> Surface:
    """A tote on one shoulder: a soft pouch at the hip with its mouth open, and its strap over the cloth."""
    stature = skeleton.stature_m
    origin = np.array([*skeleton.at("pelvis")[:2], 0.0])
    mouth = find_mouth(regions, side)
    tall, long, thick = TALL * stature, LONG * stature, THICK * stature
    pouch = make_pouch(mouth, tall, long, thick, pick(level, 20, 12, 8))
    weights = np.zeros((len(pouch[0]), len(skeleton.parents)))
    weights[:, skeleton.index["pelvis"]] = 1.0
    body = make_surface(pouch[0] + origin, pouch[1], weights, color, bag=True)
    strap = _make_strap(worn, skeleton, side, mouth + origin, long, color, pick(level, 21, 13, 9))
    return join([body, strap])


def find_mouth(regions: Regions, side: str) -> np.ndarray:
    """Place (3,) of the middle of the tote's mouth, from the floor under the pelvis, in the rest pose."""
    stature, sign = regions.skeleton.stature_m, 1.0 if side == "left" else -1.0
    mouth = np.array(MOUTH_SHARE) * [1.0, sign, 1.0] * stature
    tall, thick = TALL * stature, THICK * stature
    # Where hips are wider than the mouth's place, the pouch hangs outside of them.
    beside = (
        (regions.arm < 0.3)
        & (np.abs(regions.z - mouth[2] + 0.5 * tall) < 0.6 * tall)
        & (sign * regions.y > 0)
    )
    hips = float(np.abs(regions.y[beside]).max()) + 0.03
    mouth[1] = sign * max(abs(mouth[1]), hips + 0.8 * thick)
    return mouth


def hold_in(worn: Surface, regions: Regions, skeleton: Skeleton, side: str) -> Surface:
    """What is worn, held in by the tote that hangs over it: a wide coat does not come up in the mouth."""
    stature, sign = skeleton.stature_m, 1.0 if side == "left" else -1.0
    place = worn.position_m - [*skeleton.at("pelvis")[:2], 0.0] - find_mouth(regions, side)
    out_m = np.maximum(sign * place[:, 1] + _WALL * THICK * stature, 0.0)
    off_m = np.maximum(np.abs(place[:, 0]) - LONG * stature, 0.0)
    off_m = np.maximum(off_m, np.maximum(place[:, 2], -_SEEN * TALL * stature - place[:, 2]))
    share = np.clip(2.0 - 2.0 * off_m / _ABOUT_M, 0.0, 1.0) * (share_of_arms(worn.weights, skeleton) < 0.3)
    moved_m = -sign * (1.0 - _LEFT) * share * out_m
    return replace(worn, position_m=worn.position_m + moved_m[:, None] * [0.0, 1.0, 0.0])


def make_pouch(
    mouth: np.ndarray, tall: float, long: float, thick: float, around: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rings of a rounded bag from its mouth down to its bottom, with an inner wall at the mouth."""
    angle = np.arange(around) * 2 * np.pi / around
    square = np.stack(
        [
            np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** 0.45,
            np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** 0.8,
        ],
        1,
    )
    # (depth below the mouth, share of the length, share of the thickness)
    rings = [
        (0.55, 0.86, 0.7),
        (0.0, 0.93, 0.62),
        (0.0, 0.98, 0.72),
        (0.25, 1.0, 1.0),
        (0.6, 0.99, BULGE),
        (0.9, 0.95, 1.2),
        (1.0, 0.84, 0.9),
    ]
    points = [
        np.concatenate([square * np.array([long * a, thick * b]), np.full((around, 1), -tall * down)], axis=1)
        for down, a, b in rings
    ]
    # The two long sides sag between the strap's ends.
    for k in (1, 2):
        points[k][:, 2] -= 0.05 * tall * np.cos(angle + np.pi / 2) ** 2
    position = np.concatenate([*points, [[0.0, 0.0, -tall * 0.55], [0.0, 0.0, -tall * 1.005]]])
    here = np.arange(around)
    after = (here + 1) % around
    faces = [
        np.stack([here + around * k, here + around * (k + 1), after + around * (k + 1)], 1)
        for k in range(len(rings) - 1)
    ]
    faces += [
        np.stack([here + around * k, after + around * (k + 1), after + around * k], 1)
        for k in range(len(rings) - 1)
    ]
    last = around * (len(rings) - 1)
    inner, bottom = len(position) - 2, len(position) - 1
    faces += [np.stack([here, after, np.full(around, inner)], 1)]
    faces += [np.stack([after + last, here + last, np.full(around, bottom)], 1)]
    return position + mouth, np.concatenate(faces)


def _make_strap(
    worn: Surface,
    skeleton: Skeleton,
    side: str,
    mouth: np.ndarray,
    long: float,
    color: np.ndarray,
    points: int,
) -> Surface:
    """A flat band from one end of the mouth over the shoulder to the other end."""
    sign = 1.0 if side == "left" else -1.0
    shoulder, clavicle = skeleton.at(f"{side}_shoulder"), skeleton.at(f"{side}_clavicle")
    over = clavicle + 0.72 * (shoulder - clavicle)
    column = np.abs(worn.position_m[:, 1] - over[1]) < 0.03
    near = worn.position_m[column & (np.abs(worn.position_m[:, 2] - over[2]) < 0.075 * skeleton.stature_m)]
    top = float(near[:, 2].max()) + 0.012
    front, rear = float(near[:, 0].max()) + 0.012, float(near[:, 0].min()) - 0.012
    end = 0.86 * long
    path = np.array(
        [
            [mouth[0] + end, mouth[1], mouth[2] - 0.02],
            [
                0.5 * (mouth[0] + end + front) + 0.02,
                0.55 * mouth[1] + 0.45 * over[1] + sign * 0.02,
                0.45 * mouth[2] + 0.55 * over[2],
            ],
            [front, over[1], over[2] - 0.09],
            [0.6 * front + 0.4 * over[0], over[1], top - 0.022],
            [0.5 * (front + rear), over[1], top],
            [0.6 * rear + 0.4 * over[0], over[1], top - 0.022],
            [rear, over[1], over[2] - 0.09],
            [
                0.5 * (mouth[0] - end + rear) - 0.02,
                0.55 * mouth[1] + 0.45 * over[1] + sign * 0.02,
                0.45 * mouth[2] + 0.55 * over[2],
            ],
            [mouth[0] - end, mouth[1], mouth[2] - 0.02],
        ]
    )
    line = _resample(path, 21)
    line[1:-1] = (line[:-2] + 2 * line[1:-1] + line[2:]) / 4
    line = _resample(line + lift(line, worn), points)
    tangent = np.gradient(line, axis=0)
    outward = line - np.array([0.5 * (front + rear), over[1] - sign * 0.05, over[2] - 0.1])
    across = np.cross(tangent, outward)
    across *= 0.016 / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-9)
    normal = np.cross(across, tangent)
    normal *= 0.003 / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    ring = np.stack(
        [line + across + normal, line - across + normal, line - across - normal, line + across - normal], 1
    )
    corner = ring.reshape(-1, 3)
    weights = np.zeros((len(corner), len(skeleton.parents)))
    high = np.clip((corner[:, 2] - mouth[2]) / (over[2] - 0.1 - mouth[2]), 0.0, 1.0)
    weights[:, skeleton.index["pelvis"]] = 1.0 - high
    weights[:, skeleton.index["chest"]] = high
    return orient(make_surface(corner, make_tube_faces(points, 4), weights, 0.75 * color, bag=True))


def _resample(path: np.ndarray, count: int) -> np.ndarray:
    """Points (count, 3) evenly along the legs of a path (P, 3)."""
    share, fine = np.linspace(0.0, 1.0, len(path)), np.linspace(0.0, 1.0, count)
    return np.stack([np.interp(fine, share, path[:, k]) for k in range(3)], axis=1)
