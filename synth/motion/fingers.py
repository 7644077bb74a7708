"""Fingers that close on what a hand holds, joint by joint, until their flesh touches it.

In: rest hands and the items in the palms' frames. Out: 17 angles a hand: of each of four fingers the flexion
at its three joints; spread, circumduction and pronation of the thumb's root; flexion of the thumb's other two
joints. All are radians from the rest pose, but with the fingers side by side.

Each finger flexes at the knuckle until any of it touches, then at the middle joint, then at the last one
(Miller and Allen 2004, GraspIt!'s auto-grasp). A finger that begins straight may close before a thin item,
or lie on an edge that keeps its pad away: so each begins from several hooks as well, and the one that brings
its pad to the item is kept, the straightest where several do. A joint at which nothing ever touches stays
where the finger is nearest. Limits: the normal ranges of motion of the American Academy of Orthopaedic
Surgeons (1965): knuckles 90, middle joints 100, last joints 70 deg.
"""

from copy import copy

import numpy as np

from synth.bodies.skeleton import SIDES, Skeleton
from synth.motion.contact import FELT, FIRST_OF, PAD, find_first_contact
from synth.motion.rotations import rows_first, rows_last, unit
from synth.motion.surface import Arcs, Grasped, Surfaces
from synth.motion.thumbs import close_thumbs

AT_EASE = np.array([0.85, 1.15, 0.8] * 4 + [0.3, 0.45, 0.0, 0.4, 0.2])  # angles, for each unit of curl
FLEXION_DEG = ((-15.0, 90.0), (3.0, 100.0), (-5.0, 70.0))
HOOKED_DEG = ((3.0, -5.0), (25.0, 10.0), (50.0, 25.0), (75.0, 35.0))  # middle and last joints to begin with
HANDS_AT_ONCE = 64  # as many as the processor's cache has room for
STEPS = 13  # of the search for a contact, refined linearly
NEAR_M = 0.012  # a finger whose flesh comes so near reaches for the item, others lie like that one


def relax(curl: np.ndarray | float) -> np.ndarray:
    """Angles (..., 17) of a hand at ease whose joints bend by about `curl` (...)."""
    return rows_first(np.multiply.outer(AT_EASE, curl))


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
        """Close all hands that were asked for, those together that hold equally many items."""
        alike: dict[int, list[tuple[Skeleton, str, list[Grasped], np.ndarray]]] = {}
        for asked in self._asked:
            alike.setdefault(len(asked[2]), []).append(asked)
        for hands in alike.values():
            for begin in range(0, len(hands), HANDS_AT_ONCE):
                _solve(hands[begin : begin + HANDS_AT_ONCE])
        self._asked.clear()


def _solve(hands: list[tuple[Skeleton, str, list[Grasped], np.ndarray]]) -> None:
    """Fill in the angles of some hands."""
    skeletons, sides, items, angles = zip(*hands, strict=True)
    joint_m = np.stack([each.hands[SIDES.index(side)] for each, side in zip(skeletons, sides, strict=True)])
    flesh_m = np.stack([skeleton.flesh_m for skeleton in skeletons])
    surfaces = Surfaces(items, mirrored=[side == "left" for side in sides])
    for empty, values in zip(angles, close_hands(joint_m, flesh_m, surfaces), strict=True):
        empty[:] = values


def close_hands(joint_m: np.ndarray, flesh_m: np.ndarray, surfaces: Surfaces) -> np.ndarray:
    """Close G hands, each on its load.

    Args:
        joint_m: (G, 5, 4, 3) joints of the fingers, knuckles to tips, thumb first, see `Skeleton.hands`.
        flesh_m: (G, 5, 3) how far flesh stands out from each phalanx toward the palm.
        surfaces: The loads, in the frame of the palm (mirrored for left hands).

    Returns:
        (G, 17) angles.
    """
    flexion, touches = _close_fingers(joint_m[:, 1:], flesh_m[:, 1:], surfaces)
    flexion = _follow_neighbours(flexion, touches)
    held_from = _find_held_from(joint_m[:, 1:3], flesh_m[:, 1:3], flexion[:, :2], surfaces)
    thumb = close_thumbs(joint_m[:, 0], flesh_m[:, 0], surfaces, held_from)
    return np.concatenate([flexion.reshape(len(flexion), 12), thumb], axis=1)


class _Fingers:
    """M fingers that flex in planes across the palms' third axes.

    Such a plane is that of the complex numbers: a phalanx that points at an angle is turned by a product.
    """

    def __init__(self, joint_m: np.ndarray, flesh_m: np.ndarray):
        """Lay out fingers with rest joints (M, 4, 3) and flesh (M, 3)."""
        along = np.diff(joint_m, axis=1).transpose(1, 2, 0)
        self._knuckle_m = joint_m[:, 0].T
        level = along[:, 0] + 1j * along[:, 1]
        # Joints as they are at rest, each against the phalanx before it (3, M).
        self.rest = np.diff(np.angle(level), axis=0, prepend=0.0)
        self._level_m, self._rise_m = np.abs(level), along[:, 2]
        phalanx, share, thick = (np.array(values) for values in zip(*FELT, strict=True))
        # Flesh from the beginning of its phalanx, in its plane when that points ahead, and across it.
        self._flesh_m = share[:, None] * self._level_m[phalanx] + 1j * thick[:, None] * flesh_m.T[phalanx]
        self._across_m = share[:, None] * self._rise_m[phalanx]

    def take(self, chosen: np.ndarray) -> "_Fingers":
        """Some of them."""
        other = copy(self)
        for name, values in vars(self).items():
            setattr(other, name, values[:, chosen])
        return other

    def find_flesh(self, angle: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Joints (3, M) in the plane, flesh (7, M) from there, and heights (7, M) across; bent by (3, M)."""
        way = np.exp(1j * np.cumsum(angle, axis=0))
        bones, start = way * self._level_m, self._knuckle_m[0] + 1j * self._knuckle_m[1]
        joints = start + np.cumsum(bones, axis=0) - bones
        heights = self._knuckle_m[2] + np.cumsum(self._rise_m, axis=0) - self._rise_m
        phalanx = [k for k, _, _ in FELT]
        return joints, way[phalanx] * self._flesh_m + joints[phalanx], heights[phalanx] + self._across_m


def _close_fingers(
    joint_m: np.ndarray, flesh_m: np.ndarray, surfaces: Surfaces
) -> tuple[np.ndarray, np.ndarray]:
    """Flexions (G, 4, 3) from rest, and whether each finger (G, 4) touches."""
    count = surfaces.count * 4
    fingers = _Fingers(joint_m.reshape(count, 4, 3), flesh_m.reshape(count, 3))
    surfaces = surfaces.take(np.repeat(np.arange(surfaces.count), 4))
    angle, touch_m, cost = np.zeros((3, count)), np.zeros(count), np.full(count, np.inf)
    for number, hook in enumerate(HOOKED_DEG):
        # Each hook costs one more than the one before: no further one can be better than what costs less.
        left = np.flatnonzero(cost > number)
        tried, gaps_m = _close_from(hook, fingers.take(left), surfaces.take(left))
        pad_m = np.abs(gaps_m[FIRST_OF[2] :]).min(axis=0)
        tried_cost = np.minimum(pad_m, 0.02) / 0.003 + np.maximum(-gaps_m.min(axis=0), 0.0) / 0.001 + number
        better = tried_cost < cost[left]
        angle[:, left[better]], cost[left[better]] = tried[:, better], tried_cost[better]
        touch_m[left[better]] = gaps_m[FIRST_OF[1] :].min(axis=0)[better]
    return (angle - fingers.rest).T.reshape(-1, 4, 3), (touch_m < NEAR_M).reshape(-1, 4)


def _close_from(
    hook: tuple[float, float], fingers: _Fingers, surfaces: Surfaces
) -> tuple[np.ndarray, np.ndarray]:
    """Angles (3, M) of fingers that close joint by joint from a hook, and gaps (7, M) of their flesh then."""
    limit = np.radians(FLEXION_DEG)
    start = (limit[0, 0], *np.radians(hook))
    angle = np.repeat(np.array(start)[:, None], surfaces.count, axis=1)
    for k, first in enumerate(FIRST_OF):
        joints, flesh, heights = fingers.find_flesh(angle)
        radius, zero = flesh[first:] - joints[k], np.zeros_like(heights[first:])
        centre = np.stack([*np.broadcast_arrays(joints[k].real, joints[k].imag, heights[first:])])
        arcs = Arcs(
            centre, np.stack([radius.real, radius.imag, zero]), np.stack([-radius.imag, radius.real, zero])
        )
        tried = np.linspace(start[k], limit[k, 1], STEPS)
        gaps_m = surfaces.distance_along(arcs, (tried - start[k])[:, None, None])
        angle[k] = find_first_contact(gaps_m.min(axis=1), tried)
    _, flesh, heights = fingers.find_flesh(angle)
    return angle, surfaces.distance(np.stack([flesh.real, flesh.imag, heights]))


def _find_held_from(
    joint_m: np.ndarray, flesh_m: np.ndarray, flexion: np.ndarray, surfaces: Surfaces
) -> np.ndarray:
    """Directions (3, G) away from the items on whose side palms and bent fingers are.

    Thumbs oppose the index and the middle finger, whose flexions are (G, 2, 3).
    """
    count = surfaces.count * 2
    fingers = _Fingers(joint_m.reshape(count, 4, 3), flesh_m.reshape(count, 3))
    _, flesh, heights = fingers.find_flesh(flexion.reshape(count, 3).T + fingers.rest)
    pads = np.stack([flesh[PAD].real, flesh[PAD].imag, heights[PAD]])
    face = surfaces.take(np.repeat(np.arange(surfaces.count), 2)).normal(pads)
    return rows_last(unit(face.reshape(3, -1, 2).mean(axis=2).T - [0.0, 1.0, 0.0]))


def _follow_neighbours(flexion: np.ndarray, touches: np.ndarray) -> np.ndarray:
    """Let fingers that find nothing to touch lie like the nearest one that does, or relax."""
    away = np.abs(np.arange(4)[:, None] - np.arange(4)) + 10.0 * ~touches[:, None, :]
    like = np.take_along_axis(flexion, away.argmin(axis=-1)[..., None], axis=1)
    found = np.asarray(touches.any(axis=1))[:, None, None]
    return np.where(found, like, relax(0.45)[:12].reshape(4, 3))
