"""The glass doors of cooled furniture at an instant: pulled open, kept open, falling shut, left ajar.

In: pulls by those who reach behind a door, and where people stand. Out: `DoorMove`s. A door stays open while
somebody stands in its way or still reaches behind it, then its spring shuts it; now and then it stays ajar.
Where somebody comes in its way it stops.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from scenes.world import CaseDoor, Store
from synth.records import DoorMove
from synth.walking.leaves import Sector, make_sector

OPENS_S = 1.15  # from shut to wide open
SHUTS_S = 1.9  # and back, by its spring
COMES_IN_S = 5.0  # time to step in after opening, while the door is held
AJAR_SHARE = (0.05, 0.16)
# Nobody's centre is so near to where the edge of a moving door passes; who waits at the handle is not.
SWEEP_MARGIN_M = 0.2
BESIDE_LEAF_RAD = 0.3  # who stands farther beyond an open door is not in its way


class CaseDoors:
    """All case doors of a store.

    Attributes:
        moves: In order of the time at which they begin.
    """

    def __init__(self, store: Store, *, ajar: float, rng: np.random.Generator):
        """Start with all doors shut.

        Args:
            store: Its doors.
            ajar: Chance that a door does not shut quite.
            rng: Lane of the doors.
        """
        self.doors = store.case_doors
        self.moves: list[DoorMove] = []
        self._ajar, self._rng = ajar, rng
        self._last: dict[int, DoorMove] = {}
        self._kept: dict[int, dict[int, float]] = {}  # door -> who keeps it open -> until when
        self._behind = np.full(len(store.planogram.product), -1)
        for number, door in enumerate(self.doors):
            self._behind[list(door.slots)] = number

    def behind(self, slot: int) -> int:
        """Return the number of the door before a slot, -1 where there is none."""
        return int(self._behind[slot])

    def share(self, door: int, time_s: float) -> float:
        """Return how far a door is open, 0 to 1."""
        return self._last[door].share_at(time_s) if door in self._last else 0.0

    def lets_in(self, slot: int, time_s: float) -> bool:
        """Say whether one can reach into a slot: there is no door, or it is wide open and stays so."""
        door = self.behind(slot)
        return door < 0 or self._is_wide(door, time_s)

    def rests(self, door: int, time_s: float) -> bool:
        """Say whether a door does not move."""
        return door not in self._last or time_s >= self._last[door].stops_s

    def pull(self, door: int, shopper: int, contact_s: float) -> DoorMove:
        """Let somebody pull a resting door open from the moment at which their hand is on its handle."""
        share = self.share(door, contact_s)
        move = DoorMove(door, contact_s, contact_s + OPENS_S * (1.0 - 0.5 * share), share, 1.0)
        self._begin(move)
        self.keep(door, shopper, move.to_s + COMES_IN_S)
        return move

    def keep(self, door: int, shopper: int, until_s: float) -> None:
        """Let somebody keep a door open until a time, whatever they said before."""
        self._kept.setdefault(door, {})[shopper] = until_s

    def in_sweep(self, door: int, points_m: ArrayLike, *, share: float = 1.0) -> bool:
        """Say whether any of points (K, 2) is where a door passes between shut and a share of its swing."""
        return bool(is_in_sweep(self.doors[door], points_m, share=share).any())

    def step(self, time_s: float, people_m: ArrayLike) -> None:
        """Shut doors that nobody needs, stop those that somebody is in the way of; people are at (K, 2)."""
        for door, move in list(self._last.items()):
            share = move.share_at(time_s)
            if move.to_share > move.from_share:
                if time_s < move.to_s or any(until_s > time_s for until_s in self._kept[door].values()):
                    continue
                if not self.in_sweep(door, people_m):
                    self._shut(door, share, time_s)
            elif time_s < move.stops_s:
                if self.in_sweep(door, people_m, share=share):
                    self._begin(replace(move, stopped_s=time_s), instead=True)
            elif move.stopped_s is None:
                if share == 0.0:
                    del self._last[door]
            elif not self.in_sweep(door, people_m, share=share):
                self._shut(door, share, time_s)

    def list_leaves(self, time_s: float) -> tuple[Sector, ...]:
        """List what bars people's way: each leaf where it stands, all the way of one that opens."""
        return tuple(
            make_sector(
                self.doors[door],
                move.share_at(time_s),
                1.0 if self._opens(move, time_s) else move.share_at(time_s),
            )
            for door, move in self._last.items()
            if self._opens(move, time_s) or move.share_at(time_s) > 0.0
        )

    def list_swings(self, time_s: float) -> tuple[Sector, ...]:
        """List what bars the way of whoever rides or pushes something: all that a door swings over."""
        return tuple(
            make_sector(self.doors[door], 0.0, max(move.to_share, move.share_at(time_s)))
            for door, move in self._last.items()
            if move.to_share > 0.0 or not self.rests(door, time_s) or move.stopped_s is not None
        )

    def swing(self, door: int, time_s: float) -> Sector:
        """Return what a door passes over when it is pulled open from where it stands."""
        return make_sector(self.doors[door], self.share(door, time_s), 1.0)

    def _opens(self, move: DoorMove, time_s: float) -> bool:
        return move.to_share > move.from_share and time_s < move.to_s

    def _is_wide(self, door: int, time_s: float) -> bool:
        move = self._last.get(door)
        return move is not None and move.to_share == 1.0 and time_s >= move.to_s

    def _shut(self, door: int, share: float, time_s: float) -> None:
        luck, gap = float(self._rng.random()), float(self._rng.uniform(*AJAR_SHARE))
        to_share = min(gap, 0.8 * share) if luck < self._ajar else 0.0
        self._begin(DoorMove(door, time_s, time_s + SHUTS_S * share**0.5, share, to_share))

    def _begin(self, move: DoorMove, *, instead: bool = False) -> None:
        if instead:
            self.moves[self.moves.index(self._last[move.door])] = move
        else:
            self.moves.append(move)
        self._last[move.door] = move


def is_in_sweep(
    door: CaseDoor, points_m: ArrayLike, *, share: float = 1.0, margin_m: float = SWEEP_MARGIN_M
) -> np.ndarray:
    """Say which points (K, 2), or one, are where a door passes between shut and a share of its swing."""
    away_m = np.reshape(points_m, (-1, 2)) - door.hinge_m[:2]
    along, out = away_m @ door.along[:2], away_m @ door.outward[:2]
    reach_m = door.width_m + margin_m
    near = (along * along + out * out <= reach_m * reach_m) & (out >= -0.1)
    return near & (np.arctan2(out, along) <= abs(door.swing_rad) * share + BESIDE_LEAF_RAD)
