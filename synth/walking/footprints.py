"""How people keep off what others push or ride, and what they push or ride off others.

In: everybody's `Walker` at a step. Out: how fast each may go, where they get to, whether their gear may turn,
and points to be passed first. A person is a disc; what somebody pushes or rides is a box that goes with them.
Whom that has held for YIELDS_S goes through others, as does who is within a box already: nobody waits on.
"""

import math
from collections.abc import Callable, Iterable

import numpy as np
import shapely

from synth.walking.boxes import Box, make_box
from synth.walking.gear import GearFloor
from synth.walking.ground import Ground
from synth.walking.walker import Walker

BODY_M = 0.17  # radius of trunk and feet
YIELDS_S = 1.0
SWEEPS_S = 2.0  # and after that their gear through an edge of furniture
CUT_M = 0.03  # rather than that it reaches so far into furniture, what is pushed is turned first
SLIDING_MPS = 0.45  # along a box one touches
WITHIN_M = 0.05  # whoever is farther within a box than this goes on through it
BRAKING_S = 0.3  # greatest speed towards a box: distance / BRAKING_S
NEAR_M = 0.5  # whoever is farther off has nothing to do with each other in a step
LOOK_AHEAD_M = 1.4  # beyond one's own front
COMES_S = 0.6  # so far ahead of its front is where a box is about to be
PASSING_M = (0.2, 0.1, 0.03)  # room beside a box that is passed, better first
LEFT_M = 0.25  # people keep right unless the way on the left is so much shorter
SAME_WAY_M = 1.0  # and go on the way round that they have chosen
BEHIND_M = -0.2  # where the body of who pushes ends
TURNING_M = 0.2  # on a shorter last leg what is pushed stays as it is
AT_CORNER_M = 0.25  # so near to a corner one goes for the next
_PROBE_M = 0.1
_ROUNDS = 2
_FELT_M, _SLACK_M = 1e-3, 0.01


def _lay_out(walker: Walker, place_m: tuple[float, float], rad: float) -> Box:
    assert walker.gear is not None  # asked only of who has a box
    return make_box(walker.gear, place_m, rad)


def make_box_now(walker: Walker) -> Box:
    """Return where somebody's gear is."""
    return _lay_out(walker, walker.position_m, _points_rad(walker))


def make_goal_box(walker: Walker) -> Box:
    """Return where somebody's gear stands, or what they push will once they are where they are going."""
    place_m, rad = walker.position_m, _points_rad(walker)
    if walker.route and walker.pushes:
        x, y = walker.route[-2] if len(walker.route) > 1 else place_m
        place_m = walker.route[-1]
        if math.dist((x, y), place_m) > TURNING_M:
            rad = math.atan2(place_m[1] - y, place_m[0] - x)
    return _lay_out(walker, place_m, rad)


def _points_rad(walker: Walker) -> float:
    return walker.gear_rad if walker.pushes else walker.heading_rad


def _reach_m(walker: Walker) -> float:
    """Return how far somebody with their gear reaches from their centre."""
    return walker.gear.farthest_m if walker.gear is not None and walker.has_box else BODY_M


class Footprints:
    """Who is where with what, at a step."""

    def __init__(self, walkers: Iterable[Walker], ground: Ground, find_gear_floor: Callable[[], GearFloor]):
        """Note who is there."""
        self._walkers, self._ground, self._find_gear_floor = list(walkers), ground, find_gear_floor
        self._with_gear = [walker for walker in self._walkers if walker.has_box]
        self._reach_m = {id(walker): _reach_m(walker) for walker in self._walkers}
        self._boxes: dict[int, tuple[tuple[tuple[float, float], float], Box]] = {}
        self._covers: dict[tuple[int, float], shapely.Geometry] = {}

    def _list_near(self, walker: Walker) -> list[Walker]:
        """List whose gear is near somebody, or who is near theirs."""
        x, y = walker.position_m
        near_m = _reach_m(walker) + NEAR_M
        reach_m = self._reach_m
        return [
            other
            for other in (self._walkers if walker.has_box else self._with_gear)
            if math.hypot(other.position_m[0] - x, other.position_m[1] - y) < near_m + reach_m[id(other)]
            and other is not walker
        ]

    # ------------------------------------------------------------ keeping off

    def _list_gaps(
        self, walker: Walker, near: list[Walker], place_m: tuple[float, float], rad: float
    ) -> list[tuple[float, float, float]]:
        """List how far somebody at a place, with gear that points so, is off others, and the ways off."""
        gaps = []
        mine = _lay_out(walker, place_m, rad) if walker.has_box else None
        for other in near:
            theirs = self._find_box(other) if other.has_box else None
            if mine is not None:
                gap_m, x, y = mine.off_point(*other.position_m)
                gaps.append((gap_m - BODY_M, -x, -y))
            if theirs is not None:
                gap_m, x, y = theirs.off_point(*place_m)
                gaps.append((gap_m - BODY_M, x, y))
            if mine is not None and theirs is not None:
                gaps.append(mine.off_box(theirs))
        return gaps

    def _find_box(self, walker: Walker) -> Box:
        """Return where somebody's gear is, which others ask for often while nobody moves."""
        there = walker.position_m, _points_rad(walker)
        if walker.agent_id not in self._boxes or self._boxes[walker.agent_id][0] != there:
            self._boxes[walker.agent_id] = there, _lay_out(walker, *there)
        return self._boxes[walker.agent_id][1]

    def is_clear(self, walker: Walker) -> bool:
        """Say whether somebody is in nobody's box, and nobody in theirs."""
        gaps = self._list_gaps(walker, self._list_near(walker), walker.position_m, _points_rad(walker))
        return all(gap_m > 0.0 for gap_m, _, _ in gaps)

    def slow_down(self, walker: Walker) -> None:
        """Brake somebody who comes near to a box, or with their own to somebody."""
        walker.kept_off = False
        near = [] if walker.held_s > YIELDS_S else self._list_near(walker)
        if not near:
            return
        (x, y), (to_x, to_y) = walker.position_m, walker.route[0]
        share = min(1.0, _PROBE_M / max(1e-9, math.dist((x, y), (to_x, to_y))))
        ahead_m = x + share * (to_x - x), y + share * (to_y - y)
        rad = _points_rad(walker)
        now = self._list_gaps(walker, near, walker.position_m, rad)
        then = self._list_gaps(walker, near, ahead_m, rad)
        for (now_m, _, _), (then_m, _, _) in zip(now, then, strict=True):
            nearing = (now_m - then_m) / _PROBE_M
            if nearing > 0.05 and now_m > -WITHIN_M:
                most_mps = max(SLIDING_MPS, now_m / (nearing * BRAKING_S))
                if most_mps < walker.pace_mps:
                    walker.pace_mps, walker.kept_off = most_mps, True

    def keep_off(self, walker: Walker, to_m: tuple[float, float]) -> tuple[float, float]:
        """Return where somebody gets to who would get to a point: along boxes, and not into furniture."""
        near = [] if walker.held_s > YIELDS_S else self._list_near(walker)
        moved_m = self._slide(walker, near, to_m) if near else to_m
        if walker.pushes and walker.held_s <= SWEEPS_S and self._cuts(walker, moved_m):
            moved_m = walker.position_m
        walker.kept_off |= moved_m != to_m
        return moved_m

    def _cuts(self, walker: Walker, to_m: tuple[float, float]) -> bool:
        """Say whether what somebody pushes would get into furniture at a point, or farther into it."""
        assert walker.gear is not None  # they push it
        floor, rad = self._find_gear_floor(), np.array([walker.gear_rad])
        if floor.is_clear(walker.gear, [to_m], walker.gear_rad):
            return False
        there_m, here_m = floor.reach_m(walker.gear, np.array([to_m, walker.position_m]), rad)[:, 0].tolist()
        return there_m > max(CUT_M, here_m)

    def _slide(self, walker: Walker, near: list[Walker], to_m: tuple[float, float]) -> tuple[float, float]:
        """Return the point next to one where nobody gets farther into a box, or where somebody is."""
        rad, moved_m = _points_rad(walker), to_m
        least_m = [
            -math.inf if gap_m < -WITHIN_M else min(gap_m, 0.0)
            for gap_m, _, _ in self._list_gaps(walker, near, walker.position_m, rad)
        ]
        for _ in range(_ROUNDS):
            gaps = self._list_gaps(walker, near, moved_m, rad)
            short_m, x, y = max(
                (low_m - gap_m, x, y) for low_m, (gap_m, x, y) in zip(least_m, gaps, strict=True)
            )
            if short_m <= _FELT_M:
                break
            moved_m = moved_m[0] + short_m * x, moved_m[1] + short_m * y
        else:
            gaps = self._list_gaps(walker, near, moved_m, rad)
            if any(low_m - gap[0] > _SLACK_M for low_m, gap in zip(least_m, gaps, strict=True)):
                return walker.position_m
        free = moved_m == to_m or bool(self._ground.holds(moved_m))
        return moved_m if free else walker.position_m

    def is_worse_turned(self, walker: Walker, from_rad: float, to_rad: float) -> bool:
        """Say whether somebody's gear would get into another, or farther into them, by turning."""
        near = [] if walker.held_s > YIELDS_S or from_rad == to_rad else self._list_near(walker)
        if not near:
            return False
        before = self._list_gaps(walker, near, walker.position_m, from_rad)
        after = self._list_gaps(walker, near, walker.position_m, to_rad)
        return any(
            after_m < min(0.0, before_m - _FELT_M) and before_m > -WITHIN_M
            for (before_m, _, _), (after_m, _, _) in zip(before, after, strict=True)
        )

    # ------------------------------------------------------------ going round

    def _find_cover(self, walker: Walker, margin_m: float) -> shapely.Geometry:
        """Return `_cover` of somebody; asked before anybody takes the step, for all who pass them."""
        key = walker.agent_id, margin_m
        if key not in self._covers:
            self._covers[key] = _cover(walker, margin_m)
        return self._covers[key]

    def find_detour(
        self, walker: Walker, corners_m: list[tuple[float, float]]
    ) -> list[tuple[float, float]] | None:
        """Lead somebody round what is in their way to the next corner of their route.

        Returns:
            A point beside it and the corners that are left, None where nothing is in the way any more, or no
            side open.
        """
        from_m, to_m = walker.position_m, corners_m[0]
        way_m = math.dist(from_m, to_m)
        if way_m < _FELT_M or walker.held_s > YIELDS_S:
            return None
        obstacle = self._find_obstacle(walker, to_m)
        if obstacle is None:
            return None
        covered = shapely.dwithin(self._find_cover(obstacle, 0.0), shapely.points(corners_m), BODY_M)
        while len(corners_m) > 1 + walker.has_via and covered[-len(corners_m)]:
            corners_m = corners_m[1:]
        ends = shapely.points([from_m, corners_m[0]])
        room_m = float(shapely.distance(self._find_cover(obstacle, 0.0), ends).min()) - _SLACK_M
        if room_m <= 0.0:
            return None
        most_m = room_m / math.sqrt(2.0)
        for margin_m in dict.fromkeys(min(_half_m(walker) + passing_m, most_m) for passing_m in PASSING_M):
            beside_m = self._beside(walker, corners_m[0], obstacle, margin_m)
            if beside_m is not None:
                return [beside_m, *corners_m] if beside_m != corners_m[0] else None
        return None

    def _find_obstacle(self, walker: Walker, to_m: tuple[float, float]) -> Walker | None:
        """Return the nearest of those who are in somebody's way to a point, with what they push or ride."""
        from_m = walker.position_m
        look_m = LOOK_AHEAD_M + (_reach_m(walker) if walker.has_box else 0.0)
        share = min(1.0, look_m / math.dist(from_m, to_m))
        seen_m = from_m[0] + share * (to_m[0] - from_m[0]), from_m[1] + share * (to_m[1] - from_m[1])
        found, nearest_m, half_m = None, math.inf, _half_m(walker)
        for other in self._walkers if walker.has_box else self._with_gear:
            away_m = math.dist(other.position_m, from_m)
            if other is walker or away_m > min(nearest_m, look_m + _reach_m(other) + NEAR_M):
                continue
            if _off_leg_m(other.position_m, from_m, seen_m) > _cover_reach_m(other, half_m):
                continue
            if not _goes_along(other, from_m, to_m) and shapely.intersects(
                self._find_cover(other, half_m), shapely.linestrings((from_m, seen_m))
            ):
                found, nearest_m = other, away_m
        return found

    def _beside(
        self, walker: Walker, to_m: tuple[float, float], other: Walker, margin_m: float
    ) -> tuple[float, float] | None:
        """Return the next corner of the shorter free way round somebody with their gear.

        The two ways are the two sides of the convex hull of both ends and the obstacle.
        """
        from_m = walker.position_m
        obstacle = _cover(other, margin_m)
        points_m = np.concatenate([shapely.get_coordinates(obstacle), [from_m, to_m]])
        ring = shapely.get_coordinates(shapely.convex_hull(shapely.multipoints(points_m)))[:-1]
        away_m = [np.hypot(*(ring - end).T) for end in (from_m, to_m)]
        first, last = (int(a.argmin()) for a in away_m)
        if away_m[0][first] > _FELT_M or away_m[1][last] > _FELT_M:
            return None
        best, least_m = None, math.inf
        for way in (1, -1):
            chain = ring[(first + way * np.arange((last - first) * way % len(ring) + 1)) % len(ring)]
            on = int(np.argmax(np.hypot(*(chain[1:] - from_m).T) > AT_CORNER_M)) + 1
            point_m = float(chain[on, 0]), float(chain[on, 1])
            if not self._ground.holds(chain[1:-1]).all():
                continue
            length_m = float(np.hypot(*np.diff(chain, axis=0).T).sum())
            length_m += LEFT_M * _is_left(from_m, to_m, point_m)
            if walker.passes is not None and walker.passes[0] is other:
                length_m += SAME_WAY_M * (walker.passes[1] != way)
            if length_m < least_m and self._has_room(walker, other, point_m):
                best, least_m, walker.passes = point_m, length_m, (other, way)
        return best

    def _has_room(self, walker: Walker, but: Walker, point_m: tuple[float, float]) -> bool:
        """Say whether somebody, with what they push, has room at a point, but for one whom they pass."""
        if walker.pushes:
            assert walker.gear is not None
            (x, y), (to_x, to_y) = walker.position_m, point_m
            way_m, rad = np.array([walker.position_m, point_m]), np.array([math.atan2(to_y - y, to_x - x)])
            if self._find_gear_floor().reach_m(walker.gear, way_m, rad).max() > CUT_M:
                return False
        return all(
            math.dist(other.position_m, point_m) > 2 * BODY_M
            for other in self._walkers
            if other is not walker and other is not but and other.stands
        )


def _half_m(walker: Walker) -> float:
    """Return half of the width that somebody takes with what they push or ride."""
    return walker.gear.box_m[2] if walker.gear is not None and walker.has_box else BODY_M


def _is_left(from_m: tuple[float, float], to_m: tuple[float, float], point_m: tuple[float, float]) -> bool:
    return (to_m[0] - from_m[0]) * (point_m[1] - from_m[1]) > (to_m[1] - from_m[1]) * (point_m[0] - from_m[0])


def _velocity_mps(walker: Walker) -> tuple[float, float]:
    if not walker.route or walker.moved_mps <= 0.0:
        return 0.0, 0.0
    (x, y), (to_x, to_y) = walker.position_m, walker.route[0]
    share = walker.moved_mps / max(1e-9, math.dist((x, y), (to_x, to_y)))
    return share * (to_x - x), share * (to_y - y)


def _goes_along(other: Walker, from_m: tuple[float, float], to_m: tuple[float, float]) -> bool:
    """Say whether another goes the same way: one follows them."""
    if other.stands:
        return False
    x, y = _velocity_mps(other)
    dx, dy = to_m[0] - from_m[0], to_m[1] - from_m[1]
    return x * dx + y * dy > 0.5 * other.moved_mps * math.hypot(dx, dy)


def _off_leg_m(point_m: tuple[float, float], from_m: tuple[float, float], to_m: tuple[float, float]) -> float:
    """Return how far a point is from a straight leg."""
    (x, y), dx, dy = from_m, to_m[0] - from_m[0], to_m[1] - from_m[1]
    along = ((point_m[0] - x) * dx + (point_m[1] - y) * dy) / max(1e-12, dx * dx + dy * dy)
    share = min(max(along, 0.0), 1.0)
    return math.hypot(point_m[0] - x - share * dx, point_m[1] - y - share * dy)


def _cover_box_m(walker: Walker, margin_m: float) -> tuple[float, float, float]:
    """Return where `_cover` of somebody with a box ends: behind, before and to either side of them."""
    assert walker.gear is not None
    back_m, front_m, half_m = walker.gear.box_m
    comes_m = COMES_S * walker.moved_mps if not walker.stands else 0.0
    return min(back_m, BEHIND_M) - margin_m, front_m + (margin_m + comes_m), half_m + margin_m


def _cover_reach_m(walker: Walker, margin_m: float) -> float:
    """Return how far `_cover` of somebody reaches from their centre, or somewhat more."""
    if not walker.has_box:
        return BODY_M + margin_m + _SLACK_M
    back_m, front_m, half_m = _cover_box_m(walker, margin_m)
    return math.hypot(max(-back_m, front_m), half_m) + _SLACK_M


def _cover(walker: Walker, margin_m: float) -> shapely.Geometry:
    """Return the floor of somebody with their gear, and where that is about to be, with a margin."""
    if not walker.has_box:
        return shapely.Point(walker.position_m).buffer(BODY_M + margin_m, quad_segs=2)
    back_m, front_m, half_m = _cover_box_m(walker, margin_m)
    corner_m = np.array([(front_m, half_m), (front_m, -half_m), (back_m, -half_m), (back_m, half_m)])
    (x, y), rad = walker.position_m, _points_rad(walker)
    cos, sin = math.cos(rad), math.sin(rad)
    return shapely.polygons(corner_m @ [[cos, sin], [-sin, cos]] + [x, y])
