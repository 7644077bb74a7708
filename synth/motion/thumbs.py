"""Thumbs that close opposite the other fingers.

In: rest thumbs and items in the palms' frames, and from where palm and fingers hold these. Out: spread,
circumduction and pronation of each root, flexion of the other two joints. The root is searched on a grid for
where the thumb's pad best meets the item opposite palm and fingers; at each of its turns the two joints flex
until flesh touches, like those of the other fingers.

The metacarpals of thumb and index finger are 57 deg apart at rest and 80 at most: that is the abduction of
70 of the American Academy of Orthopaedic Surgeons (1965) and the 10 that they are apart where the two touch.
Circumduction and pronation turn thumbs by up to 110 (Coert et al. 2003), 20 of them before rest (Cheema et
al. 2006). The other joints, bent by 16 each at rest, go from 8 and 12 of extension (Barakat et al. 2013) to
50 and 80 of flexion (AAOS).
"""

import numpy as np

from synth.bodies.skeleton import thumb_pad
from synth.motion.contact import FELT, FIRST_OF, PAD, find_first_contact
from synth.motion.rotations import about, compose, cross, rows_first, rows_last, unit
from synth.motion.surface import Arcs, Surfaces

ROOT_DEG = {
    "spread": (0.0, 22.0),
    "circumduction": (-40.0, -20.0, 0.0, 20.0, 40.0, 60.0),
    "pronation": (0.0, 20.0, 40.0, 60.0),
}
TURNED_DEG = 80.0  # circumduction and pronation together, at most
THUMB_DEG = ((-24.0, 34.0), (-28.0, 64.0))
FACES, OPPOSITE = 2.0, 4.0  # what it costs to avert the pad, and to come from where the fingers do
STEPS = 7  # of the search for a contact, refined linearly
SOFT_M = 0.003  # so far the flesh at the root of a thumb gives way
INDEX = np.array([0.97, 0.04, 0.24])  # the way of the index finger's metacarpal


def thumb_root(
    side: str, along: np.ndarray, spread: np.ndarray, circumduction: np.ndarray, pronation: np.ndarray
) -> np.ndarray:
    """Rotations (..., 3, 3) of a thumb's root in the palm's frame; `along` (..., 3) is the thumb at rest.

    Spread takes it away from the index finger's metacarpal, circumduction around that, out of the palm.
    """
    sign = 1.0 if side == "left" else -1.0
    index = unit((INDEX * [1.0, 1.0, -sign]).astype(along.dtype))
    away = unit(cross(np.broadcast_to(index, along.shape), along))
    tilted = compose(about(index, sign * circumduction), about(away, spread))
    return compose(tilted, about(along, sign * pronation))


def thumb_axis(side: str, along: np.ndarray) -> np.ndarray:
    """Axis (..., 3) about which a thumb that lies `along` (..., 3) at rest flexes, in the palm's frame."""
    return unit(cross(along, thumb_pad(side, along)))


def close_thumbs(
    joint_m: np.ndarray, flesh_m: np.ndarray, surfaces: Surfaces, held_from: np.ndarray
) -> np.ndarray:
    """Spread, circumduction, pronation and two flexions (G, 5) of thumbs with rest joints (G, 4, 3).

    `held_from` (3, G) is where palm and fingers hold the item from: directions away from its middle.
    """
    roots = np.radians(np.array(np.meshgrid(*ROOT_DEG.values(), indexing="ij")).reshape(3, -1))
    roots = roots[:, roots[1] + roots[2] <= np.radians(TURNED_DEG)]
    thumb = _Thumbs(joint_m, flesh_m, roots)
    limit = np.radians(THUMB_DEG)
    angle = [np.full((1, surfaces.count), limit[0, 0]), np.full((1, surfaces.count), limit[1, 0])]
    for k in (0, 1):
        tried = np.linspace(limit[k, 0], limit[k, 1], STEPS)
        arcs, begin = thumb.find_arcs(k, angle)
        gaps_m = surfaces.distance_along(arcs, (begin + tried[:, None, None])[:, :, None]).min(axis=2)
        angle[k] = find_first_contact(gaps_m, tried)
    points, out = thumb.find_flesh(angle)
    gap_m = surfaces.distance(points)
    cost = np.minimum(np.abs(gap_m[:, PAD]), 0.02) / 0.003
    cost += np.maximum(-SOFT_M - gap_m.min(axis=1), 0.0) / 0.001
    cost += 0.3 * np.square(roots / np.radians(40.0)).sum(axis=0)[:, None]
    # What a pad faces costs at most so much more or less: it is asked only where that may decide.
    root, hand = np.nonzero(cost <= cost.min(axis=0) + 2.0 * (FACES + OPPOSITE))
    face = surfaces.take(hand).normal(points[:, root, PAD, hand])
    faced = np.full(cost.shape, np.inf)
    faced[root, hand] = (face * (FACES * out[:, root, hand] + OPPOSITE * held_from[:, hand])).sum(axis=0)
    best = (cost + faced).argmin(axis=0)
    return np.stack([*roots[:, best], *(bent[best, np.arange(len(best))] for bent in angle)], axis=1)


class _Thumbs:
    """G thumbs at each of C turns of their roots: vectors are (3, C or 1, points or 1, G)."""

    def __init__(self, joint_m: np.ndarray, flesh_m: np.ndarray, roots: np.ndarray):
        """Lay out thumbs with rest joints (G, 4, 3) and flesh (G, 3); `roots` are angles (3, C)."""
        along, bones = unit(joint_m[:, 2] - joint_m[:, 0]), np.diff(joint_m, axis=1)
        axis = thumb_axis("right", along)
        pads = unit(cross(axis[:, None], bones))
        turned = thumb_root("right", along[:, None], *roots).transpose(2, 3, 1, 0)
        self._root = np.ascontiguousarray(turned)[:, :, :, None]
        self._axis, self._base_m = axis.T[:, None, None], joint_m[:, 0].T[:, None, None]
        self._bones_m, self._pads = (values.transpose(1, 2, 0)[:, :, None, None] for values in (bones, pads))
        flesh = [share * bones[:, k] + thick * flesh_m[:, k, None] * pads[:, k] for k, share, thick in FELT]
        self._flesh_m = np.stack(flesh, axis=-1).transpose(1, 2, 0)[:, None]  # from each phalanx's beginning

    def find_arcs(self, k: int, angle: list[np.ndarray]) -> tuple[Arcs, np.ndarray]:
        """Arcs of the flesh beyond flexing joint `k`, and their angles (C or 1, G) when that is straight."""
        far = self._flesh_m[:, :, FIRST_OF[2] :]
        if k == 0:
            far = self._bones_m[1] + self._flex(far, angle[1])
            swept = np.concatenate([self._flesh_m[:, :, FIRST_OF[1] : FIRST_OF[2]], far], axis=2)
            joint_m, begin = self._bones_m[0], np.zeros_like(angle[0])
        else:
            swept, begin = far, angle[0]
            joint_m = self._bones_m[0] + self._flex(self._bones_m[1], angle[0])
        axial, first, second = self._split(swept)
        return Arcs(self._base_m + self._turn(joint_m + axial), self._turn(first), self._turn(second)), begin

    def find_flesh(self, angle: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """All flesh (3, C, 7, G) and the directions (3, C, G) of the pads, flexed by angles (C, G)."""
        near, middle, far = np.split(self._flesh_m, FIRST_OF[1:], axis=2)
        end, both = self._bones_m[0] + self._flex(self._bones_m[1], angle[0]), angle[0] + angle[1]
        parts = [self._bones_m[0] + self._flex(middle, angle[0]), end + self._flex(far, both)]
        near = np.broadcast_to(near, (3, len(both), *near.shape[2:]))
        out = self._turn(self._flex(self._pads[2], both))[:, :, 0]
        return self._base_m + self._turn(np.concatenate([near, *parts], axis=2)), out

    def _turn(self, vector: np.ndarray) -> np.ndarray:
        """Vectors as the roots turn them."""
        matrix = self._root
        return matrix[:, 0] * vector[0] + matrix[:, 1] * vector[1] + matrix[:, 2] * vector[2]

    def _split(self, vector: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Parts of vectors along the axis of flexion and across it, and the latter a quarter turn on."""
        axial = self._axis * (self._axis * vector).sum(axis=0)
        aside = cross(rows_first(self._axis), rows_first(vector))
        return axial, vector - axial, rows_last(aside)

    def _flex(self, vector: np.ndarray, angle: np.ndarray) -> np.ndarray:
        """Vectors flexed by angles (C or 1, G)."""
        axial, first, second = self._split(vector)
        return axial + np.cos(angle)[:, None] * first + np.sin(angle)[:, None] * second
