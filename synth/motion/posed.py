"""Some people while they are posed: who they are, their rows, and what is in their hands.

In: the parts that shoppers have in a clip. Out: palms and the paths of held items; synth/motion/afoot.py
poses those who stand on their feet or wheels, synth/motion/carried.py children who are carried.
"""

from dataclasses import dataclass

import numpy as np

from synth.bodies.body import Body
from synth.bodies.skeleton import SIDES
from synth.motion.cast import Rows
from synth.motion.footsteps import Path
from synth.motion.goals import Goal
from synth.motion.holds import Hold, find_holdings, pose_in_palm
from synth.motion.posture import Pose
from synth.motion.rotations import compose, rotate
from synth.records import HeldItem


@dataclass(frozen=True)
class Part:
    """One shopper's part in a clip.

    Attributes:
        frame: (K,) numbers of the frames at which they are present; time_s (K,) when these are.
        keeps_bag: whether their bag is on their shoulder for the whole clip.
    """

    shopper: int
    body: Body
    path: Path
    frame: np.ndarray
    time_s: np.ndarray
    goals: dict[str, list[Goal]]
    holds: dict[str, list[Hold]]
    keeps_bag: bool


class Posed:
    """Some people at the frames of their presence.

    Attributes:
        rows: Whose and when each row is.
        holdings: side -> what the hands of that side hold in which rows.
        pose: Their bones, to be filled in.
        palm_m: side -> (R, 3), once the hands are posed.
        planted: (R, 2) bool, whether feet stand.
        gear_pose: (R, 2, 4, 4), see `Motion`.
    """

    def __init__(self, parts: list[Part]):
        """Lay out their rows."""
        self.parts = parts
        self.rows = Rows([part.body.skeleton for part in parts], [part.time_s for part in parts])
        self.holdings = {
            side: find_holdings(self.rows, [part.holds[side] for part in parts]) for side in SIDES
        }
        self.pose = Pose(self.rows.cast)
        self.palm_m: dict[str, np.ndarray] = {}
        self._palm_axes: dict[str, np.ndarray] = {}
        self.planted = np.zeros((len(self.rows.cast), 2), dtype=bool)
        self.gear_pose = np.zeros((len(self.rows.cast), 2, 4, 4), dtype=np.float32)
        self.gear_pose[:, :, 3, 3] = 1.0

    def find_palm(self, side: str) -> tuple[np.ndarray, np.ndarray]:
        """Palm centre (R, 3) and palm frame (R, 3, 3) of posed hands."""
        cast, hand = self.rows.cast, self.pose.turned(f"{side}_wrist")
        centre = self.pose.place(f"{side}_wrist") + rotate(hand, cast.palm_offset(side))
        return centre, compose(hand, cast.palm_frame(side))

    def note_palms(self) -> None:
        """Keep where the palms have come to be."""
        for side in SIDES:
            self.palm_m[side], self._palm_axes[side] = self.find_palm(side)

    def palm_axes(self, side: str, own: slice) -> np.ndarray:
        """Palm frames (K, 3, 3) of some rows."""
        return self._palm_axes[side][own]

    def held(self) -> list[HeldItem]:
        """Paths of the items that are in their hands."""
        found = []
        for side in SIDES:
            paths: dict[tuple[int, int], list[tuple[np.ndarray, np.ndarray]]] = {}
            for holding in self.holdings[side]:
                hold, during = holding.hold, holding.rows
                first = self.rows.of(holding.person).start
                frames = self.parts[holding.person].frame[during.start - first : during.stop - first]
                place, axes = self.palm_m[side][during], self._palm_axes[side][during]
                for item_id in hold.items:
                    local = pose_in_palm(hold, item_id, self.rows.time_s[during])
                    world = np.zeros((len(frames), 4, 4))
                    world[:, :3, :3] = compose(axes, local[:, :3, :3])
                    world[:, :3, 3] = place + rotate(axes, local[:, :3, 3])
                    world[:, 3, 3] = 1.0
                    paths.setdefault((holding.person, item_id), []).append((frames, world))
            for (person, item_id), pieces in sorted(paths.items()):
                frames = np.concatenate([piece[0] for piece in pieces])
                poses = np.concatenate([piece[1] for piece in pieces])
                shopper = self.parts[person].shopper
                # An item that comes back into the same hand later is a path of its own.
                for piece in np.split(np.arange(len(frames)), np.flatnonzero(np.diff(frames) > 1) + 1):
                    found.append(HeldItem(item_id, shopper, side, frames[piece], poses[piece]))
        return found
