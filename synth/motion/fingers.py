"""Fingers that close on what a hand holds, joint by joint, until their flesh touches it.

In: rest hands and the items in the palms' frames. Out: 17 angles a hand: of each of four fingers the flexion
at its three joints; yaw, opposition and pronation of the thumb's root; flexion of the thumb's other two
joints. All are radians from the rest pose.

Each finger flexes at the knuckle until any of it touches, then at the middle joint, then at the last one
(Miller and Allen 2004, GraspIt!'s auto-grasp). A finger that begins straight may close before a thin item,
or lie on an edge that keeps its pad away: so each begins from several hooks as well, and the one that brings
its pad to the item is kept, the straightest where several do. A joint at which nothing ever touches stays
where the finger is nearest. The thumb's root is searched on a grid for where its pad best meets the item
opposite the palm. Limits: the normal ranges of motion of the American Academy of Orthopaedic Surgeons (1965):
knuckles 90, middle joints 100, last joints 70 deg; thumb: opposition 60, yaw 45, then 50 and 80 deg.
"""

import numpy as np

from synth.bodies.skeleton import SIDES, Skeleton
from synth.motion.rotations import cross, rotate, turn, unit
from synth.motion.surface import Grasped, Surfaces

ANGLES = 17
FLEXION_DEG = ((-15.0, 90.0), (3.0, 100.0), (-5.0, 70.0))
HOOKED_DEG = ((3.0, -5.0), (25.0, 10.0), (50.0, 25.0), (75.0, 35.0))  # middle and last joints to begin with
ROOT_DEG = {
    "yaw": (-20.0, 5.0, 25.0, 45.0),
    "opposition": (-35.0, -10.0, 15.0, 40.0),
    "pronation": (0.0, 30.0, 60.0),
}
THUMB_DEG = ((-5.0, 50.0), (-5.0, 75.0))
HANDS_AT_ONCE = 32  # as many as the processor's cache has room for
STEPS = 13  # of the search for a contact, refined linearly
# Where flesh is felt for: phalanx, share of its length, share of its thickness.
FELT = (
    (0, 0.4, 1.0),
    (0, 0.8, 1.0),
    (1, 0.3, 1.0),
    (1, 0.75, 1.0),
    (2, 0.25, 1.0),
    (2, 0.6, 1.0),
    (2, 0.95, 0.6),
)
FIRST_OF = (0, 2, 4)  # row of FELT at which each phalanx begins
PAD = 5
NEAR_M = 0.012  # a finger whose flesh comes so near reaches for the item, others lie like that one
THUMB_AIM = np.array([0.4, 1.0, 0.0])  # toward which the thumb flexes at rest


def relax(curl: np.ndarray | float) -> np.ndarray:
    """Angles (..., 17) of a hand at ease whose joints bend by about `curl` (...)."""
    share = np.array([0.85, 1.15, 0.8] * 4 + [0.0, 0.25, 0.0, 0.45, 0.5])
    return np.asarray(curl)[..., None] * share


class Grips:
    """The grasps of several people, gathered so that they are solved together."""

    def __init__(self) -> None:
        """Begin with none."""
        self._asked: list[tuple[Skeleton, str, list[Grasped], np.ndarray]] = []

    def ask(self, skeleton: Skeleton, side: str, items: list[Grasped]) -> np.ndarray:
        """Return the angles (17,) of somebody's hand around some items; they are filled in by `solve`."""
        angles = relax(0.45)
        self._asked.append((skeleton, side, items, angles))
        return angles

    def solve(self) -> None:
        """Close all hands that were asked for, those together that hold alike."""
        alike: dict[tuple, list[tuple[Skeleton, str, list[Grasped], np.ndarray]]] = {}
        for asked in self._asked:
            is_round = [bool(item.girth and item.girth.is_round) for item in asked[2]]
            alike.setdefault((asked[1], *is_round), []).append(asked)
        for hands in alike.values():
            for begin in range(0, len(hands), HANDS_AT_ONCE):
                _solve(hands[begin : begin + HANDS_AT_ONCE])
        self._asked.clear()


def _solve(hands: list[tuple[Skeleton, str, list[Grasped], np.ndarray]]) -> None:
    """Fill in the angles of some hands of one side."""
    skeletons, (side, *_), items, angles = zip(*hands, strict=True)
    joint_m = np.stack([skeleton.hands[SIDES.index(side)] for skeleton in skeletons])
    flesh_m = np.stack([skeleton.flesh_m for skeleton in skeletons])
    solved = close_hands(joint_m, flesh_m, Surfaces(items, mirrored=side == "left"))
    for empty, values in zip(angles, solved, strict=True):
        empty[:] = values


def close_hands(joint_m: np.ndarray, flesh_m: np.ndarray, surfaces: Surfaces) -> np.ndarray:
    """Close G hands, each on its load.

    Args:
        joint_m: (G, 5, 4, 3) rest joints of the fingers, knuckles to tips, thumb first, see `Skeleton.hands`.
        flesh_m: (G, 5, 3) how far flesh stands out from each phalanx toward the palm.
        surfaces: The loads, in the frame of the palm (mirrored for left hands).

    Returns:
        (G, 17) angles.
    """
    flexion, touches = _close_fingers(joint_m[:, 1:], flesh_m[:, 1:], surfaces)
    flexion = _follow_neighbours(flexion, touches)
    thumb = _close_thumb(joint_m[:, 0], flesh_m[:, 0], surfaces)
    return np.concatenate([flexion.reshape(len(flexion), 12), thumb], axis=1)


def _close_fingers(
    joint_m: np.ndarray, flesh_m: np.ndarray, surfaces: Surfaces
) -> tuple[np.ndarray, np.ndarray]:
    """Flexions (G, 4, 3) from rest, and whether each finger (G, 4) touches."""
    along = np.diff(joint_m, axis=2)
    rest = np.diff(np.arctan2(along[..., 1], along[..., 0]), axis=2, prepend=0.0)
    limit = np.radians(FLEXION_DEG)
    pads = unit(cross(np.array([0.0, 0.0, 1.0]), along))

    def felt(angle: np.ndarray, first: int) -> np.ndarray:
        """Flesh (G, 4, n, 7 - first, 3) of fingers whose joints are bent by (G, 4, n, 3)."""
        bend = np.cumsum(angle - rest[:, :, None], axis=-1)
        turned = turn("z", bend)
        bones = rotate(turned, along[:, :, None])
        start = joint_m[:, :, None, :1] + np.cumsum(bones, axis=-2) - bones
        flesh = rotate(turned, pads[:, :, None]) * flesh_m[:, :, None, :, None]
        return np.stack(
            [start[..., k, :] + t * bones[..., k, :] + f * flesh[..., k, :] for k, t, f in FELT[first:]], -2
        )

    hooks = np.array([(limit[0, 0], *np.radians(hook)) for hook in HOOKED_DEG])
    angle = np.tile(hooks, (surfaces.count, 4, 1, 1))
    for k, first in enumerate(FIRST_OF):
        tried = np.repeat(angle[..., None, :], STEPS, axis=-2)
        tried[..., k] = np.linspace(angle[..., k], limit[k, 1], STEPS, axis=-1)
        flesh = felt(tried.reshape(surfaces.count, 4, -1, 3), first)
        gap_m = surfaces.distance(flesh).min(axis=-1).reshape(tried.shape[:-1])
        angle[..., k] = _first_contact(gap_m, tried[..., k])
    gaps_m = surfaces.distance(felt(angle, 0))
    pad_m = np.abs(gaps_m[..., FIRST_OF[2] :]).min(axis=-1)
    cost = np.minimum(pad_m, 0.02) / 0.003 + np.maximum(-gaps_m.min(axis=-1), 0.0) / 0.001
    best = (cost + np.arange(len(hooks))).argmin(axis=-1)[..., None]
    angle = np.take_along_axis(angle, best[..., None], axis=2)[:, :, 0]
    touch_m = np.take_along_axis(gaps_m[..., FIRST_OF[1] :].min(axis=-1), best, axis=2)[..., 0]
    return angle - rest, np.asarray(touch_m < NEAR_M)


def _first_contact(distance_m: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """The first of some angles (..., n) at which a distance (..., n) vanishes, else that of its least."""
    inside = distance_m <= 0.0
    touches = inside.any(axis=-1)
    after = np.where(touches, inside.argmax(axis=-1), distance_m.argmin(axis=-1))[..., None]
    before = np.maximum(after - 1, 0)
    d0, d1 = (np.take_along_axis(distance_m, k, axis=-1)[..., 0] for k in (before, after))
    a0, a1 = (np.take_along_axis(angle, k, axis=-1)[..., 0] for k in (before, after))
    share = np.where((d0 > 0.0) & (d1 < d0), d0 / np.maximum(d0 - d1, 1e-9), 0.0)
    return a0 + np.clip(share, 0.0, 1.0) * (a1 - a0)


def _follow_neighbours(flexion: np.ndarray, touches: np.ndarray) -> np.ndarray:
    """Let fingers that find nothing to touch lie like the nearest one that does, or relax."""
    away = np.abs(np.arange(4)[:, None] - np.arange(4)) + 10.0 * ~touches[:, None, :]
    like = np.take_along_axis(flexion, away.argmin(axis=-1)[..., None], axis=1)
    found = np.asarray(touches.any(axis=1))[:, None, None]
    return np.where(found, like, relax(0.45)[:12].reshape(4, 3))


def thumb_root(
    side: str, along: np.ndarray, yaw: np.ndarray, opposition: np.ndarray, pronation: np.ndarray
) -> np.ndarray:
    """Rotations (..., 3, 3) of a thumb's root in the palm's frame; `along` (..., 3) is the thumb at rest."""
    sign = 1.0 if side == "left" else -1.0
    return turn("z", yaw) @ turn("x", sign * opposition) @ about(along, sign * pronation)


def thumb_axis(along: np.ndarray) -> np.ndarray:
    """Axis (..., 3) about which a thumb that lies `along` (..., 3) at rest flexes, in the palm's frame."""
    return unit(cross(along, THUMB_AIM))


def _close_thumb(joint_m: np.ndarray, flesh_m: np.ndarray, surfaces: Surfaces) -> np.ndarray:
    """Yaw, opposition, pronation and two flexions (G, 5) of thumbs with rest joints (G, 4, 3)."""
    roots = np.radians(np.array(np.meshgrid(*ROOT_DEG.values(), indexing="ij")).reshape(3, -1))
    thumb = unit(joint_m[:, 2] - joint_m[:, 0])
    root = thumb_root("right", thumb[:, None], *roots)
    axis = thumb_axis(thumb)
    bones = np.diff(joint_m, axis=1)
    pads = unit(cross(axis[:, None], bones))

    def felt(angle: np.ndarray, first: int) -> tuple[np.ndarray, np.ndarray]:
        """Flesh (G, C, n, 7 - first, 3) and pads' directions (G, C, n, 3) by bends (G, C or 1, n, 2)."""
        bend = np.concatenate([np.zeros_like(angle[..., :1]), np.cumsum(angle, axis=-1)], axis=-1)
        turned = root[:, :, None, None] @ about(axis[:, None, None, None], bend)
        way = rotate(turned, bones[:, None, None])
        start = joint_m[:, None, None, :1] + np.cumsum(way, axis=-2) - way
        out = rotate(turned, pads[:, None, None])
        flesh = out * flesh_m[:, None, None, :, None]
        points = [start[..., k, :] + t * way[..., k, :] + f * flesh[..., k, :] for k, t, f in FELT[first:]]
        return np.stack(points, axis=-2), out[..., 2, :]

    limit = np.radians(THUMB_DEG)
    angle = np.tile(limit[:, 0], (surfaces.count, 1, 1))  # the same for all roots at first
    for k in (0, 1):
        tried = np.repeat(angle[:, :, None], 7, axis=2)
        tried[..., k] = np.linspace(limit[k, 0], limit[k, 1], 7)
        points, _ = felt(tried, FIRST_OF[k + 1])
        gaps_m = surfaces.distance(points).min(axis=-1)
        angle = np.repeat(angle, gaps_m.shape[1] // angle.shape[1], axis=1)
        angle[..., k] = _first_contact(gaps_m, np.broadcast_to(tried[..., k], gaps_m.shape))
    points, out = (value[:, :, 0] for value in felt(angle[:, :, None], 0))
    gap_m = surfaces.distance(points)
    face = surfaces.normal(points[:, :, PAD])
    palm = surfaces.normal(np.zeros((surfaces.count, 1, 3)))
    cost = np.minimum(np.abs(gap_m[..., PAD]), 0.02) / 0.003 + np.maximum(-gap_m.min(axis=-1), 0.0) / 0.001
    cost += 1.0 + np.einsum("gci,gci->gc", out, face) + 0.6 * np.einsum("gci,gki->gc", face, palm)
    cost += 0.3 * np.square(roots / np.radians(40.0)).sum(axis=0)
    best = cost.argmin(axis=1)
    return np.concatenate([roots[:, best].T, angle[np.arange(len(best)), best]], axis=1)


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
