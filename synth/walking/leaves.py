"""Where glass doors are in people's way: the leaves that stand out into the shop, and what they swing over.

In: case doors and how far they are open. Out: `Sector`s of the floor, and how far points are from them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenes.world import CaseDoor
from synth.records import DoorMove
from synth.walking.ground import Ground
from synth.walking.walker import Walker

BODY_M = 0.13  # nobody's centre is so near to a leaf, however slim they make themselves
WALKING_BODY_M = BODY_M + 0.01
EDGE_AWAY_M = (0.45, 0.3)  # how far beyond the edge of a leaf people walk round it, better first
EDGE_ASIDE_M = (0.0, 0.2, 0.35)  # and how far to their own side of it, where the straight way is too near
EDGE_CLEAR_M = 0.16  # nearer to the edge no way is straight
BRAKING_S = 0.3  # greatest speed towards a leaf: distance / BRAKING_S
FAR_M = 2.5  # of hinges: no door is in the way of anybody farther off
STEP_M = 0.5  # nobody gets on farther in a step
TURNING_M = 0.6  # what is pushed does not turn so far in a step
NEAR_LEAF_M = 1.0  # beyond the edge of a leaf: nobody farther off is moved off it
SHAKES_M = 5e-4  # who moves by less stands
_PROBE_M = 0.1


@dataclass(frozen=True)
class Sector:
    """What a door covers of the floor between two angles; one leaf where they are the same.

    Attributes:
        hinge_m: (x, y).
        along, outward: Unit vectors (x, y): to the edge of the shut door, and out into the shop.
        width_m: Of the door.
        from_rad, to_rad: Angles of opening, 0 is shut; at most half a turn.
    """

    hinge_m: tuple[float, float]
    along: tuple[float, float]
    outward: tuple[float, float]
    width_m: float
    from_rad: float
    to_rad: float

    def distance_m(self, x: float, y: float) -> float:
        """Return how far a point of the floor is from it.

        >>> leaf = Sector((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), 0.7, math.pi / 2, math.pi / 2)
        >>> round(leaf.distance_m(0.2, 0.3), 3), round(leaf.distance_m(0.0, 1.0), 3)
        (0.2, 0.3)
        """
        x, y = x - self.hinge_m[0], y - self.hinge_m[1]
        along_m = x * self.along[0] + y * self.along[1]
        out_m = x * self.outward[0] + y * self.outward[1]
        if self.from_rad <= math.atan2(out_m, along_m) <= self.to_rad:
            return max(0.0, math.hypot(along_m, out_m) - self.width_m)
        nearest_m = math.inf
        for angle in {self.from_rad, self.to_rad}:
            cos, sin = math.cos(angle), math.sin(angle)
            part_m = min(max(along_m * cos + out_m * sin, 0.0), self.width_m)
            nearest_m = min(nearest_m, math.hypot(along_m - part_m * cos, out_m - part_m * sin))
        return nearest_m

    def edge_m(self, beyond_m: float, aside_m: float = 0.0) -> tuple[float, float]:
        """Return the point so far beyond the edge of the leaf where it is widest open, and beside it."""
        reach_m, cos, sin = self.width_m + beyond_m, math.cos(self.to_rad), math.sin(self.to_rad)
        a, b = reach_m * cos - aside_m * sin, reach_m * sin + aside_m * cos
        return (
            self.hinge_m[0] + a * self.along[0] + b * self.outward[0],
            self.hinge_m[1] + a * self.along[1] + b * self.outward[1],
        )

    def side(self, point_m: tuple[float, float]) -> int:
        """Say on which side of the widest open leaf a point is: 1 where it opens to, else -1."""
        x, y = point_m[0] - self.hinge_m[0], point_m[1] - self.hinge_m[1]
        along_m, out_m = x * self.along[0] + y * self.along[1], x * self.outward[0] + y * self.outward[1]
        return 1 if math.cos(self.to_rad) * out_m > math.sin(self.to_rad) * along_m else -1


def make_sector(door: CaseDoor, from_share: float, to_share: float) -> Sector:
    """Make the sector between two shares of a door's swing, in either order."""
    low, high = sorted((from_share, to_share))
    swing_rad = abs(door.swing_rad)
    (hinge_x, hinge_y), (along_x, along_y) = door.hinge_m[:2].tolist(), door.along[:2].tolist()
    out_x, out_y = door.outward[:2].tolist()
    return Sector(
        (hinge_x, hinge_y),
        (along_x, along_y),
        (out_x, out_y),
        door.width_m,
        low * swing_rad,
        high * swing_rad,
    )


def crosses(leaf: Sector, from_m: tuple[float, float], to_m: tuple[float, float], beyond_m: float) -> bool:
    """Say whether a straight way cuts a leaf that is so much longer than it is.

    >>> leaf = Sector((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), 0.7, math.pi / 2, math.pi / 2)
    >>> crosses(leaf, (-1.0, 0.8), (1.0, 0.8), 0.0), crosses(leaf, (-1.0, 0.8), (1.0, 0.8), 0.2)
    (False, True)
    """

    def side(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    hinge_m, edge_m = leaf.hinge_m, leaf.edge_m(beyond_m)
    apart = side(hinge_m, edge_m, from_m) * side(hinge_m, edge_m, to_m) < 0.0
    return apart and side(from_m, to_m, hinge_m) * side(from_m, to_m, edge_m) < 0.0


def brushes(leaf: Sector, from_m: tuple[float, float], to_m: tuple[float, float]) -> bool:
    """Say whether a straight way leads past the edge of a leaf too near for a body.

    >>> leaf = Sector((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), 0.7, math.pi / 2, math.pi / 2)
    >>> brushes(leaf, (-0.2, 0.6), (1.0, 1.0)), brushes(leaf, (0.1, 0.8), (1.0, 1.0))
    (True, False)
    """
    (x, y), (to_x, to_y), (edge_x, edge_y) = from_m, to_m, leaf.edge_m(0.0)
    length_m = max(1e-9, math.hypot(to_x - x, to_y - y))
    along_x, along_y = (to_x - x) / length_m, (to_y - y) / length_m
    ahead_m = (edge_x - x) * along_x + (edge_y - y) * along_y
    aside_m = abs((edge_x - x) * along_y - (edge_y - y) * along_x)
    return 0.0 < ahead_m < length_m and aside_m < WALKING_BODY_M


@dataclass(frozen=True)
class Bars:
    """Where nobody gets through at an instant.

    Attributes:
        leaves: For whoever is on foot.
        swings: For whoever pushes or rides something.
    """

    leaves: tuple[Sector, ...] = ()
    swings: tuple[Sector, ...] = ()

    def are_near(self, point_m: list[tuple[float, float]]) -> list[bool]:
        """Say of points (K, 2) whether anybody who is there comes near to a bar in the next step."""
        hinge_m = [sector.hinge_m for sector in (*self.leaves, *self.swings)]
        if not hinge_m or not point_m:
            return [False] * len(point_m)
        away_m = np.array(point_m)[:, None] - np.array(hinge_m)
        return ((away_m**2).sum(axis=2) < (FAR_M + STEP_M) ** 2).any(axis=1).tolist()

    def room_m(self, walker: Walker, *, ahead_m: float = 0.0) -> float:
        """Return how far somebody is from the nearest bar, or will be when they have got on so far."""
        return self._room_m(walker, _ahead(walker, ahead_m), _gear_rad(walker))

    def slow_down(self, walker: Walker, step_s: float) -> None:
        """Brake somebody who comes near to a bar on their way, and let nobody take a step into one."""
        was_barred, walker.barred = walker.barred, False
        if not self.leaves:
            return
        room_m = self.room_m(walker)
        if room_m > walker.pace_mps * BRAKING_S + (TURNING_M if walker.gear is not None else 0.0):
            return
        nearing = (room_m - self.room_m(walker, ahead_m=_PROBE_M)) / _PROBE_M
        if nearing > 0.05:
            walker.pace_mps = min(walker.pace_mps, max(0.0, room_m) / (nearing * BRAKING_S))
        to_m = _ahead(walker, walker.pace_mps * step_s)
        if was_barred or self._point_gear(walker, to_m, step_s) is None:
            walker.pace_mps, walker.barred = 0.0, not was_barred

    def let_pass(self, walker: Walker, to_m: tuple[float, float], step_s: float) -> None:
        """Move somebody to a point in a step, and turn what they push, unless a bar is in their way."""
        gear_rad = self._point_gear(walker, to_m, step_s)
        if gear_rad is None:
            # Who is asked to stand and shakes by a hair is not held back: that would keep them standing.
            walker.barred = math.dist(walker.position_m, to_m) > SHAKES_M
        else:
            walker.position_m, walker.gear_rad = to_m, gear_rad

    def _point_gear(self, walker: Walker, to_m: tuple[float, float], step_s: float) -> float | None:
        """Return where somebody's gear points after a step to a point, None where a bar is in their way.

        Where a bar is in the way of its turn alone, it stays as it is.
        """
        turned_rad = walker.point_gear(to_m, step_s)
        if not self.leaves or not self._is_worse(walker, to_m, turned_rad):
            return turned_rad
        now_rad = _gear_rad(walker)
        return now_rad if now_rad != turned_rad and not self._is_worse(walker, to_m, now_rad) else None

    def _is_worse(self, walker: Walker, to_m: tuple[float, float], gear_rad: float) -> bool:
        """Say whether somebody would come into a bar, or farther into it, from where they are."""
        room_m = self._room_m(walker, to_m, gear_rad)
        return room_m < 0.0 and room_m < self.room_m(walker)

    def let_turn(self, walker: Walker, heading_rad: float) -> None:
        """Turn somebody who rides back to where they faced before, if a bar is in the way of their turn."""
        if self.leaves and self.room_m(walker) < min(
            0.0, self._room_m(walker, walker.position_m, heading_rad)
        ):
            walker.heading_rad = heading_rad

    def find_detour(self, walker: Walker, ground: Ground) -> tuple[float, float] | None:
        """Return a point beyond the edge of a leaf across somebody's next leg, None where there is none."""
        for leaf in _list_near(self.leaves, walker.position_m):
            way_m = walker.position_m, walker.route[0]
            if crosses(leaf, *way_m, EDGE_CLEAR_M) or brushes(leaf, *way_m):
                beyond_m = [
                    leaf.edge_m(away_m + 2 * walker.extra_m, aside_m * leaf.side(walker.position_m))
                    for aside_m in EDGE_ASIDE_M
                    for away_m in EDGE_AWAY_M
                ]
                held_m = [
                    point_m for point_m, held in zip(beyond_m, ground.holds(beyond_m), strict=True) if held
                ]
                clear_m = [point_m for point_m in held_m if not brushes(leaf, walker.position_m, point_m)]
                return next(iter(clear_m or held_m), None)
        return None

    def _room_m(self, walker: Walker, point_m: tuple[float, float], gear_rad: float) -> float:
        near = _list_near(self.leaves if walker.gear is None else self.swings, point_m)
        if not near:
            return math.inf
        x, y = point_m
        discs_m = [(x, y, WALKING_BODY_M)]
        if walker.gear is not None:
            cos, sin = math.cos(gear_rad), math.sin(gear_rad)
            discs_m += [(x + a * cos, y + a * sin, radius_m) for a, radius_m in walker.gear.discs_m]
        return min(
            sector.distance_m(disc_x, disc_y) - radius_m
            for sector in near
            for disc_x, disc_y, radius_m in discs_m
        )


NO_BARS = Bars()


def _list_near(sectors: tuple[Sector, ...], point_m: tuple[float, float]) -> list[Sector]:
    return [sector for sector in sectors if math.dist(sector.hinge_m, point_m) < FAR_M]


def _gear_rad(walker: Walker) -> float:
    return walker.gear_rad if walker.pushes else walker.heading_rad


def _ahead(walker: Walker, ahead_m: float) -> tuple[float, float]:
    """Return the point so far ahead on somebody's way, at most the next corner, or where they stand."""
    if not walker.route or ahead_m == 0.0:
        return walker.position_m
    (x, y), (to_x, to_y) = walker.position_m, walker.route[0]
    share = min(1.0, ahead_m / max(1e-9, math.dist(walker.position_m, walker.route[0])))
    return x + share * (to_x - x), y + share * (to_y - y)


class LeafHistory:
    """How doors stood at each of some times."""

    def __init__(self, doors: Sequence[CaseDoor], moves: Sequence[DoorMove], time_s: np.ndarray):
        """Follow the moves, in order of the time at which they begin, at times (T,)."""
        share = {move.door: np.zeros(len(time_s)) for move in moves}
        for move in moves:
            begun = time_s >= move.from_s
            share[move.door][begun] = move.share(time_s[begun])
        self._leaves = [
            (doors[door], open_share > 0.0, abs(doors[door].swing_rad) * open_share)
            for door, open_share in sorted(share.items())
        ]

    def gap_m(self, step: np.ndarray, point_m: np.ndarray) -> np.ndarray:
        """Return how far points (K, 2), at times number `step` (K,), are from the nearest leaf."""
        gap_m = np.full(len(point_m), np.inf)
        low_m, high_m = point_m.min(axis=0), point_m.max(axis=0)
        for door, is_open, angle in self._leaves:
            reach_m = door.width_m + NEAR_LEAF_M
            if (door.hinge_m[:2] < low_m - reach_m).any() or (door.hinge_m[:2] > high_m + reach_m).any():
                continue
            rows = np.flatnonzero(is_open[step])
            away_m = point_m[rows] - door.hinge_m[:2]
            near = np.linalg.norm(away_m, axis=1) < reach_m
            rows, away_m = rows[near], away_m[near]
            a = angle[step[rows], None]
            leaf = np.cos(a) * door.along[:2] + np.sin(a) * door.outward[:2]
            part_m = np.clip((away_m * leaf).sum(axis=1), 0.0, door.width_m)
            gap_m[rows] = np.minimum(gap_m[rows], np.linalg.norm(away_m - part_m[:, None] * leaf, axis=1))
        return gap_m
