"""The rest skeletons of several people, laid out by row: one row a person and frame.

In: skeletons and whose each row is. Out: rest places, offsets and lengths a row, so that synth/motion poses
many people at many frames with one operation. All bodies have the same bones.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from synth.bodies.skeleton import SIDES, Skeleton
from synth.motion.rotations import length, rotate, rows_first, turn_back

POSED = np.float32  # how precisely bodies are posed: as they are stored

Controls = TypeVar("Controls", bound=Any)  # a dataclass of arrays by row


def as_posed(controls: Controls) -> Controls:
    """The same controls, their floats as precise as bodies are posed."""
    floats = {name: values for name, values in vars(controls).items() if values.dtype.kind == "f"}
    return replace(controls, **{name: values.astype(POSED) for name, values in floats.items()})


class Cast:
    """Several people's skeletons.

    Attributes:
        people: How many.
        who: (R,) whose each row is.
        names, parents, owner, index: as in `Skeleton`.
    """

    def __init__(self, skeletons: Sequence[Skeleton], who: np.ndarray):
        """Stack what they have; `who` (R,) counts in `skeletons`."""
        first = skeletons[0]
        self.who = who
        self.names, self.parents, self.owner, self.index = (
            first.names,
            first.parents,
            first.owner,
            first.index,
        )
        self.people = len(skeletons)
        # People are the last axis in memory, so that their rows are.
        self._joint_m = np.stack([skeleton.joint_m for skeleton in skeletons], axis=-1)
        self._palm_m = np.stack([skeleton.palm_m for skeleton in skeletons], axis=-1)
        self._palm_frame = np.stack([skeleton.palm_frame for skeleton in skeletons], axis=-1)
        self._stature_m = np.array([skeleton.stature_m for skeleton in skeletons])

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.who)

    @cached_property
    def stature_m(self) -> np.ndarray:
        """(R,) heights."""
        return self._stature_m[self.who]

    def take(self, rows: np.ndarray) -> "Cast":
        """The same people, with some of the rows (K,)."""
        return self._with(self.who[rows])

    def spread(self, count: int) -> "Cast":
        """The same people, so many rows each."""
        return self._with(np.repeat(np.arange(self.people), count))

    def _with(self, who: np.ndarray) -> "Cast":
        other = copy(self)
        other.__dict__.pop("stature_m", None)
        other.who = who
        return other

    def each(self) -> "Cast":
        """The same people, a row each."""
        return self._with(np.arange(self.people))

    def lay_out(self, values: np.ndarray) -> np.ndarray:
        """What each person has (P, ...) by row (R, ...), its components first in memory."""
        return self._by_row(values.transpose(*range(1, values.ndim), 0))

    def _by_row(self, values: np.ndarray) -> np.ndarray:
        """Lay out values (..., P)."""
        return rows_first(values.astype(POSED).take(self.who, axis=-1), values.ndim - 1)

    def joints(self, names: Sequence[str]) -> np.ndarray:
        """Rest positions (P, N, 3) of some joints of each person."""
        return rows_first(self._joint_m[[self.index[name] for name in names]], 2)

    def at(self, name: str) -> np.ndarray:
        """Rest position (R, 3) of a joint."""
        return self._by_row(self._joint_m[self.index[name]])

    def offset(self, name: str, origin: str) -> np.ndarray:
        """Rest vector (R, 3) from one joint to another."""
        return self._by_row(self._joint_m[self.index[name]] - self._joint_m[self.index[origin]])

    def length(self, *names: str) -> np.ndarray:
        """Length (R,) of a chain of joints."""
        chain = np.diff(self._joint_m[[self.index[name] for name in names]], axis=0)
        return length(chain.transpose(0, 2, 1)).sum(axis=0).astype(POSED)[self.who]

    def palm_frame(self, side: str) -> np.ndarray:
        """Rest palm frame (R, 3, 3), see `Skeleton`."""
        return self._by_row(self._palm_frame[SIDES.index(side)])

    def palm_offset(self, side: str) -> np.ndarray:
        """Palm (R, 3) from the wrist, in the rest frame."""
        return self._by_row(self._palm_m[SIDES.index(side)] - self._joint_m[self.index[f"{side}_wrist"]])

    def wrist_from_palm(self, side: str, palm_m: np.ndarray, rotation: np.ndarray) -> np.ndarray:
        """Wrist (R, 3) of a palm at `palm_m` (R, 3) with frame `rotation` (R, 3, 3)."""
        each = self.each()
        offset_m = rotate(turn_back(each.palm_frame(side)), each.palm_offset(side))
        return palm_m - rotate(rotation, self.lay_out(offset_m))


def standing_height(pelvis_m: np.ndarray) -> np.ndarray:
    """Height of the hips (R,) when standing at ease, knees barely bent; at rest they are at (R, 3)."""
    return 0.988 * pelvis_m[..., 2]


class Rows:
    """Whose and when each row is: the frames of one person after those of another.

    Attributes:
        cast: Their skeletons.
        time_s: (R,) ascending within a person.
        first: (P + 1,) row at which each person begins.
    """

    def __init__(self, skeletons: Sequence[Skeleton], times_s: Sequence[np.ndarray]):
        """Lay out the frame times of each person."""
        count = [len(time_s) for time_s in times_s]
        self.first = np.concatenate([[0], np.cumsum(count)])
        self.time_s = np.concatenate(times_s)
        self.cast = Cast(skeletons, np.repeat(np.arange(len(count)), count))

    def of(self, person: int) -> slice:
        """All rows of a person."""
        return slice(int(self.first[person]), int(self.first[person + 1]))

    def between(self, person: int, after_s: float, before_s: float) -> slice:
        """The rows of a person after one time and before another."""
        time_s, first = self.time_s[self.of(person)], int(self.first[person])
        begin = int(np.searchsorted(time_s, after_s, side="right"))
        return slice(first + begin, first + max(begin, int(np.searchsorted(time_s, before_s, side="left"))))
