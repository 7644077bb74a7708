"""How people walk round those who stand in their way.

In: everybody's `Walker` at a step. Out: points beside whoever stands across somebody's next leg, to be passed
first.
"""

import math
from collections.abc import Mapping

from synth.walking.ground import Ground
from synth.walking.walker import Walker

NEAR_M = 1.5  # nobody farther away is in the way
LOOK_AHEAD_M = 1.0  # how far ahead somebody who stands is walked round
PASSING_M = 0.40  # centres of people who pass each other, where there is room
TIGHT_PASSING_M = 0.31  # and where there is little


class Standing:
    """Those who stand at a step, by squares of NEAR_M."""

    def __init__(self, walkers: Mapping[int, Walker], ground: Ground):
        """Sort in who stands."""
        self._ground = ground
        self._squares: dict[tuple[int, int], list[Walker]] = {}
        for walker in walkers.values():
            if walker.stands:
                x, y = walker.position_m
                self._squares.setdefault((int(x // NEAR_M), int(y // NEAR_M)), []).append(walker)

    def find_detour(
        self, walker: Walker, to_m: tuple[float, float]
    ) -> tuple[bool, tuple[float, float] | None]:
        """Find a way round whoever stands across a walker's next leg.

        Args:
            walker: Who is on the way.
            to_m: Where they go on to afterwards.

        Returns:
            Whether anybody is in the way, and a free point beside them, None when both sides are shut.
        """
        obstacle = self._in_the_way(walker)
        if obstacle is None:
            return False, None
        return True, self._beside(walker, to_m, obstacle)

    def _near(self, point_m: tuple[float, float]) -> list[Walker]:
        """List who stands within NEAR_M of a point, and some others."""
        column, row = int(point_m[0] // NEAR_M), int(point_m[1] // NEAR_M)
        squares = [(column + x, row + y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
        return [walker for square in squares for walker in self._squares.get(square, ())]

    def _in_the_way(self, walker: Walker) -> Walker | None:
        """Return the nearest person that stands across the next leg, None when it is clear."""
        (x, y), (goal_x, goal_y) = walker.position_m, walker.route[0]
        leg_m = math.dist(walker.position_m, walker.route[0])
        if leg_m < 1e-6:
            return None
        along_x, along_y = (goal_x - x) / leg_m, (goal_y - y) / leg_m
        nearest_m, found = min(LOOK_AHEAD_M, leg_m + TIGHT_PASSING_M) + walker.extra_m, None
        for other in self._near(walker.position_m):
            if other is walker:
                continue
            dx, dy = other.position_m[0] - x, other.position_m[1] - y
            ahead_m = dx * along_x + dy * along_y
            if 0.0 < ahead_m < nearest_m:
                beside_m = TIGHT_PASSING_M + walker.extra_m + other.extra_m
                if abs(dx * along_y - dy * along_x) < beside_m and not _goes_ahead(other, walker):
                    nearest_m, found = ahead_m, other
        return found

    def _beside(
        self, walker: Walker, to_m: tuple[float, float], obstacle: Walker
    ) -> tuple[float, float] | None:
        """Find a free point beside somebody, the right one first; None when both sides are shut."""
        from_m, obstacle_m = walker.position_m, obstacle.position_m
        reach_m = math.dist(from_m, obstacle_m)
        ahead = ((obstacle_m[0] - from_m[0]) / reach_m, (obstacle_m[1] - from_m[1]) / reach_m)
        others = [other for other in self._near(obstacle_m) if other is not walker and not other.route]
        best, least_m = None, math.inf
        for passing_m in (PASSING_M, TIGHT_PASSING_M):
            gap_m = passing_m + walker.extra_m
            away_m = gap_m + obstacle.extra_m
            points_m = [
                (obstacle_m[0] + side * away_m * ahead[1], obstacle_m[1] - side * away_m * ahead[0])
                for side in (1.0, -1.0)
            ]
            for point_m, holds, handicap_m in zip(
                points_m, self._ground.holds(points_m), (0.0, 0.1), strict=True
            ):
                if not holds:
                    continue
                if any(math.dist(point_m, w.position_m) < gap_m + w.extra_m - 1e-6 for w in others):
                    continue
                way_m = math.dist(from_m, point_m) + math.dist(point_m, to_m) + handicap_m
                if way_m < least_m:
                    best, least_m = point_m, way_m
            if best is not None:
                return best
        return None


def _goes_ahead(other: Walker, walker: Walker) -> bool:
    """Say whether another is on the way to the same place and nearer to it: one waits behind them."""
    if not other.route or other.route[-1] != walker.route[-1]:
        return False
    goal_m = walker.route[-1]
    return math.dist(other.position_m, goal_m) < math.dist(walker.position_m, goal_m)
