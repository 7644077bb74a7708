"""People who walk: the one interface behind which a pedestrian model moves them.

In: the walkable floor and, step by step, where each person wants to go. Out: where they are. The model is
jupedsim's collision-free speed model with direct steering: way points of a leg are computed once on a
navigation mesh and only the next corner is the target. Whoever stands has a desired speed of 0.

People who stand are walked round: whom one of them has stalled for 0.5 s takes a leg beside them, keeping
right where both sides are open. People who still block each other are freed as follows: a person stalled for
0.8 s becomes slimmer (0.20 -> 0.13 m) and follows closer, one stalled for 5 s is reported so that the
behaviour picks another goal.
"""

import math
from dataclasses import dataclass

import jupedsim as jps
import shapely

from synth.walking.ground import Ground, shrink

RADIUS_M = 0.20
SLIM_RADIUS_M = 0.13
WALL_CLEARANCE_M = 0.20  # centres keep at least this distance from fixtures and walls
MODEL_CLEARANCE_M = 0.06  # border taken off the floor that the model sees, where bodies have a radius
STOP_CLEARANCE_M = 0.28  # nearer to a wall than that the model lets nobody stand
ROUTE_CLEARANCE_M = 0.34  # way points round corners at this distance where there is room
ARRIVAL_M = 0.06
CORNER_M = 0.30
PASSED_M = 0.25  # a point beside somebody is reached more exactly than a corner
# The model wants two radii between people, and measures to where they were a step ago.
DOOR_GAP_M = 2 * RADIUS_M + 0.15
BRAKING_S = 0.45  # desired speed near the goal: distance / BRAKING_S
CREEP_MPS = 0.12
ACCELERATION_MPS2 = 1.2
DECELERATION_MPS2 = 2.5
SLIM_AFTER_S = 0.8
BLOCKED_AFTER_S = 5.0
NEAR_M = 2.0  # nobody farther away is in the way
FELT_MPS = 2e-3  # smaller changes of pace are not told to the model
LOOK_AHEAD_M = 1.0  # how far ahead somebody who stands is walked round
DETOUR_AFTER_S = 0.5  # the model finds its way round most people by itself
PASSING_M = 0.40  # centres of people who pass each other, where there is room
TIGHT_PASSING_M = 0.31  # and where there is little
DETOUR_EVERY_S = 0.5
STAYING_M = 0.3  # whoever has not got so far away for BLOCKED_AFTER_S is blocked too
SWAYING_S = 1.5  # whoever has stalled for so long stands, however much the model shakes them
STANDING_MPS = 0.1  # slower than this a person is walked round like one who stands
STALL_SHARE = 0.15  # getting nearer to the next corner at less than this share of the speed is stalling
TIME_GAP_S = 0.4
SLIM_TIME_GAP_S = 0.15
TURN_RADPS = 2.6  # fastest turn of the body
TURN_SHARE = 0.35  # of what is left to turn, a step of 0.05 s: turns end softly
WALKING_MPS = 0.15  # slower than this nobody's motion says where they face
FACING_RAD = 0.08
SLOWEST_EASE = 0.12


@dataclass
class _Walker:
    """A person as the model knows them."""

    agent_id: int
    speed_mps: float
    position_m: tuple[float, float]
    route: list[tuple[float, float]]
    heading_rad: float = 0.0
    facing_rad: float | None = None
    radius_m: float = RADIUS_M
    slim_radius_m: float = SLIM_RADIUS_M
    arrival_m: float = ARRIVAL_M
    pace_mps: float = 0.0
    nearest_m: float = math.inf
    stalled_s: float = 0.0
    slim: bool = False
    stays_m: tuple[float, float] = (math.inf, math.inf)
    stays_s: float = 0.0
    detour_s: float = 0.0
    detour: bool = False
    has_via: bool = False
    moved_mps: float = 0.0
    told_mps: float = 0.0  # what the model knows of the pace

    @property
    def stands(self) -> bool:
        """Whether others walk round this person; two who stall face to face sway, but get nowhere."""
        return not self.route or self.moved_mps <= STANDING_MPS or self.stalled_s > SWAYING_S

    @property
    def extra_m(self) -> float:
        """How much farther than from somebody on foot one keeps from this person's centre."""
        return self.slim_radius_m - SLIM_RADIUS_M


class Crowd:
    """The people on the floor and the model that moves them.

    Attributes:
        ground: Where centres may be.
        standing_floor: Where one can choose to stand.
    """

    def __init__(self, walkable: shapely.Polygon, *, step_s: float):
        """Prepare an empty floor.

        Args:
            walkable: Floor not covered by fixtures.
            step_s: Simulated time of one `step`.
        """
        self.step_s = step_s
        self.ground = Ground(shrink(walkable, WALL_CLEARANCE_M))
        self.standing_floor = shrink(walkable, STOP_CLEARANCE_M)
        self._route_ground = Ground(shrink(walkable, ROUTE_CLEARANCE_M))
        self._router = jps.RoutingEngine(self._route_ground.polygon)
        model = jps.CollisionFreeSpeedModelV2()
        # The model keeps people a radius off its walls; `position_m` is what counts, and that is clamped.
        model_floor = shrink(walkable, MODEL_CLEARANCE_M)
        self._simulation = jps.Simulation(model=model, geometry=model_floor, dt=step_s)
        self._stage = self._simulation.add_direct_steering_stage()
        self._journey = self._simulation.add_journey(jps.JourneyDescription([self._stage]))
        self._walkers: dict[int, _Walker] = {}
        self._standing: dict[tuple[int, int], list[tuple[int, _Walker]]] | None = None
        shapely.prepare(self.standing_floor)

    def is_free(self, point_m: tuple[float, float], distance_m: float) -> bool:
        """Say whether nobody's centre is within a distance of a point."""
        return all(math.dist(w.position_m, point_m) >= distance_m + w.extra_m for w in self._walkers.values())

    def add(
        self,
        shopper: int,
        point_m: tuple[float, float],
        heading_rad: float,
        speed_mps: float,
        radius_m: float = RADIUS_M,
        slim_radius_m: float = SLIM_RADIUS_M,
    ) -> bool:
        """Let a person step in.

        Args:
            shopper: Who.
            point_m: Where.
            heading_rad: The direction they face.
            speed_mps: Their preferred speed.
            radius_m: The room they keep about their centre.
            slim_radius_m: The same where it is tight.

        Returns:
            Whether there was room at the point.
        """
        point_m = self.ground.nearest(point_m)
        if not self.is_free(point_m, DOOR_GAP_M + slim_radius_m - SLIM_RADIUS_M):
            return False
        parameters = jps.CollisionFreeSpeedModelV2AgentParameters(
            position=point_m,
            time_gap=TIME_GAP_S,
            desired_speed=0.0,
            radius=RADIUS_M,  # the model refuses more so near to a door; see below
            journey_id=self._journey,
            stage_id=self._stage,
        )
        agent_id = self._simulation.add_agent(parameters)
        self._simulation.agent(agent_id).target = point_m
        self._simulation.agent(agent_id).model.radius = radius_m
        self._walkers[shopper] = _Walker(
            agent_id, speed_mps, point_m, [], heading_rad, None, radius_m, slim_radius_m
        )
        return True

    def remove(self, shopper: int) -> None:
        """Let a person leave the floor."""
        self._simulation.mark_agent_for_removal(self._walkers.pop(shopper).agent_id)

    def walk_to(
        self,
        shopper: int,
        goal_m: tuple[float, float],
        arrival_m: float = ARRIVAL_M,
        via_m: tuple[float, float] | None = None,
    ) -> None:
        """Send a person to a point of the floor; they stop within `arrival_m` of it.

        Args:
            shopper: Who.
            goal_m: Where to.
            arrival_m: How exactly.
            via_m: A point in sight of the goal from which they come to it.
        """
        walker = self._walkers[shopper]
        goal_m = self.ground.nearest(goal_m)
        start_m = self._route_ground.nearest(walker.position_m)
        end_m = self._route_ground.nearest(goal_m if via_m is None else via_m)
        corners = self._router.compute_waypoints(start_m, end_m)[1:-1]
        walker.route = [*corners, *([] if via_m is None else [via_m]), goal_m]
        walker.has_via = via_m is not None
        walker.arrival_m = arrival_m
        walker.facing_rad, walker.stalled_s, walker.stays_s, walker.detour = None, 0.0, 0.0, False
        self._aim(walker)

    def stop(self, shopper: int) -> None:
        """Make a person stand where they are."""
        walker = self._walkers[shopper]
        walker.route, walker.pace_mps, walker.stalled_s, walker.stays_s = [], 0.0, 0.0, 0.0
        self._set_slim(walker, False)
        walker.told_mps = 0.0
        self._agent(walker).model.desired_speed = 0.0

    def hurry(self, shopper: int, factor: float) -> None:
        """Multiply a person's preferred speed."""
        self._walkers[shopper].speed_mps *= factor

    def goal_m(self, shopper: int) -> tuple[float, float] | None:
        """Return where a person is on the way to, None for one who stands."""
        route = self._walkers[shopper].route
        return route[-1] if route else None

    def face(self, shopper: int, heading_rad: float) -> None:
        """Make a person who stands turn to a direction."""
        self._walkers[shopper].facing_rad = heading_rad

    def is_facing(self, shopper: int) -> bool:
        """Say whether a person has turned to where they shall face."""
        walker = self._walkers[shopper]
        return walker.facing_rad is None or abs(_turn(walker.heading_rad, walker.facing_rad)) < FACING_RAD

    def heading_rad(self, shopper: int) -> float:
        """Return the direction a person's body faces."""
        return self._walkers[shopper].heading_rad

    def is_walking(self, shopper: int) -> bool:
        """Say whether a person is on the way to somewhere."""
        return bool(self._walkers[shopper].route)

    def is_blocked(self, shopper: int) -> bool:
        """Say whether a person has not got on for so long that another goal is called for."""
        walker = self._walkers[shopper]
        return max(walker.stalled_s, walker.stays_s) > BLOCKED_AFTER_S

    def position_m(self, shopper: int) -> tuple[float, float]:
        """Return where a person's centre is."""
        return self._walkers[shopper].position_m

    def step(self) -> None:
        """Move everybody by one step."""
        self._standing = None
        for shopper, walker in self._walkers.items():
            if walker.route:
                self._walk_round(shopper, walker)
                self._steer(walker)
        self._simulation.iterate()
        walking = [(shopper, walker) for shopper, walker in self._walkers.items() if walker.route]
        position_m = [self._agent(walker).position for _, walker in walking]
        on_floor = self.ground.holds(position_m) if walking else ()
        before_m = {shopper: walker.position_m for shopper, walker in walking}
        for (shopper, walker), there_m, inside in zip(walking, position_m, on_floor, strict=True):
            walker.position_m = there_m if inside else self.ground.nearest(there_m)
            self._follow(shopper, walker)
        for shopper, walker in self._walkers.items():
            from_m = before_m.get(shopper, walker.position_m)
            walker.moved_mps = math.dist(from_m, walker.position_m) / self.step_s
            self._turn(walker, from_m)

    def _agent(self, walker: _Walker) -> jps.Agent:
        return self._simulation.agent(walker.agent_id)

    def _aim(self, walker: _Walker) -> None:
        self._agent(walker).target = walker.route[0]
        walker.nearest_m = math.inf

    def _walk_round(self, shopper: int, walker: _Walker) -> None:
        """Lay the next leg beside a person who stands in its way."""
        walker.detour_s = max(0.0, walker.detour_s - self.step_s)
        if walker.detour_s > 0.0 or walker.stalled_s < DETOUR_AFTER_S:
            return
        obstacle = self._in_the_way(shopper, walker)
        if obstacle is None:
            return
        walker.detour_s = DETOUR_EVERY_S
        beyond = walker.route[1:] if walker.detour and len(walker.route) > 1 else walker.route
        beside_m = self._beside(shopper, walker, beyond[0], obstacle)
        if beside_m is not None:
            walker.route, walker.detour = [beside_m, *beyond], True
            self._aim(walker)

    def _in_the_way(self, shopper: int, walker: _Walker) -> "_Walker | None":
        """Return the nearest person that stands across the next leg, None when it is clear."""
        (x, y), (goal_x, goal_y) = walker.position_m, walker.route[0]
        leg_m = math.dist(walker.position_m, walker.route[0])
        if leg_m < 1e-6:
            return None
        along_x, along_y = (goal_x - x) / leg_m, (goal_y - y) / leg_m
        nearest_m, found = min(LOOK_AHEAD_M, leg_m + TIGHT_PASSING_M) + walker.extra_m, None
        for other, person in self._who_stands_near(walker.position_m):
            if other == shopper:
                continue
            dx, dy = person.position_m[0] - x, person.position_m[1] - y
            ahead_m, side_m = dx * along_x + dy * along_y, abs(dx * along_y - dy * along_x)
            beside_m = TIGHT_PASSING_M + walker.extra_m + person.extra_m
            if 0.0 < ahead_m < nearest_m and side_m < beside_m:
                nearest_m, found = ahead_m, person
        return found

    def _who_stands_near(self, point_m: tuple[float, float]) -> "list[tuple[int, _Walker]]":
        """List who stands within NEAR_M of a point, and some others: kept by squares, anew each step."""
        if self._standing is None:
            self._standing = {}
            for other, person in self._walkers.items():
                if person.stands:
                    square = int(person.position_m[0] // NEAR_M), int(person.position_m[1] // NEAR_M)
                    self._standing.setdefault(square, []).append((other, person))
        column, row = int(point_m[0] // NEAR_M), int(point_m[1] // NEAR_M)
        return [
            entry
            for x in (-1, 0, 1)
            for y in (-1, 0, 1)
            for entry in self._standing.get((column + x, row + y), ())
        ]

    def _beside(
        self, shopper: int, walker: _Walker, to_m: tuple[float, float], obstacle: _Walker
    ) -> tuple[float, float] | None:
        """Find a free point beside somebody, the right one first; None when both sides are shut."""
        from_m, obstacle_m = walker.position_m, obstacle.position_m
        reach_m = math.dist(from_m, obstacle_m)
        ahead = ((obstacle_m[0] - from_m[0]) / reach_m, (obstacle_m[1] - from_m[1]) / reach_m)
        others = [(w.position_m, w.extra_m) for n, w in self._walkers.items() if n != shopper and not w.route]
        best, least_m = None, math.inf
        for passing_m in (PASSING_M, TIGHT_PASSING_M):
            gap_m = passing_m + walker.extra_m
            away_m = gap_m + obstacle.extra_m
            for side, handicap_m in ((1.0, 0.0), (-1.0, 0.1)):
                point_m = (
                    obstacle_m[0] + side * away_m * ahead[1],
                    obstacle_m[1] - side * away_m * ahead[0],
                )
                if not self.ground.holds(point_m):
                    continue
                if any(math.dist(point_m, other) < gap_m + extra_m - 1e-6 for other, extra_m in others):
                    continue
                way_m = math.dist(from_m, point_m) + math.dist(point_m, to_m) + handicap_m
                if way_m < least_m:
                    best, least_m = point_m, way_m
            if best is not None:
                return best
        return None

    def _steer(self, walker: _Walker) -> None:
        """Set the desired speed: accelerate gently, brake before the goal."""
        wanted_mps = walker.speed_mps
        if len(walker.route) == 1:
            distance_m = math.dist(walker.position_m, walker.route[0])
            wanted_mps = min(wanted_mps, max(CREEP_MPS, distance_m / BRAKING_S))
        # Nobody walks off backwards: the more there is to turn, the slower.
        ahead = walker.route[0]
        way_rad = math.atan2(ahead[1] - walker.position_m[1], ahead[0] - walker.position_m[0])
        wanted_mps *= max(SLOWEST_EASE, math.cos(_turn(walker.heading_rad, way_rad)))
        least_mps = walker.pace_mps - DECELERATION_MPS2 * self.step_s
        most_mps = walker.pace_mps + ACCELERATION_MPS2 * self.step_s
        walker.pace_mps = min(max(wanted_mps, least_mps), most_mps)
        if abs(walker.pace_mps - walker.told_mps) > FELT_MPS:
            walker.told_mps = walker.pace_mps
            self._agent(walker).model.desired_speed = walker.pace_mps

    def _follow(self, shopper: int, walker: _Walker) -> None:
        """Go on to the next corner where a walker has got to the last, notice stalls."""
        distance_m = math.dist(walker.position_m, walker.route[0])
        stalled = distance_m > walker.nearest_m - STALL_SHARE * walker.pace_mps * self.step_s
        walker.nearest_m = min(walker.nearest_m, distance_m)
        walker.stalled_s = (
            walker.stalled_s + self.step_s if stalled else max(0.0, walker.stalled_s - self.step_s)
        )
        walker.stays_s += self.step_s
        if math.dist(walker.position_m, walker.stays_m) > STAYING_M:
            walker.stays_m, walker.stays_s = walker.position_m, 0.0
        self._set_slim(walker, walker.stalled_s > SLIM_AFTER_S or (walker.slim and walker.stalled_s > 0.0))
        if len(walker.route) > 1 and distance_m < (PASSED_M if walker.detour else CORNER_M):
            walker.route.pop(0)
            if walker.detour:
                self._cut_short(walker)
            walker.detour = False
            self._aim(walker)
        elif len(walker.route) == 1 and distance_m < walker.arrival_m:
            self.stop(shopper)

    def _cut_short(self, walker: _Walker) -> None:
        """Leave out the corner that a detour has got round already: whoever stands there stays behind."""
        if len(walker.route) < 2 + walker.has_via:
            return
        straight = shapely.LineString([walker.position_m, walker.route[1]])
        if shapely.covers(self._route_ground.polygon, straight):
            walker.route.pop(0)

    def _turn(self, walker: _Walker, before_m: tuple[float, float]) -> None:
        """Turn a body by one step towards where it walks or shall face."""
        goal_rad = walker.facing_rad
        if walker.route:
            dx, dy = walker.position_m[0] - before_m[0], walker.position_m[1] - before_m[1]
            if math.hypot(dx, dy) < WALKING_MPS * self.step_s:
                dx, dy = walker.route[0][0] - before_m[0], walker.route[0][1] - before_m[1]
            goal_rad = math.atan2(dy, dx)
        if goal_rad is None:
            return
        left_rad = _turn(walker.heading_rad, goal_rad)
        most_rad = TURN_RADPS * self.step_s
        share = 1.0 - (1.0 - TURN_SHARE) ** (self.step_s / 0.05)
        walker.heading_rad += min(max(share * left_rad, -most_rad), most_rad)

    def _set_slim(self, walker: _Walker, slim: bool) -> None:
        if slim != walker.slim:
            walker.slim = slim
            model = self._agent(walker).model
            model.radius = walker.slim_radius_m if slim else walker.radius_m
            model.time_gap = SLIM_TIME_GAP_S if slim else TIME_GAP_S


def _turn(from_rad: float, to_rad: float) -> float:
    """Return the shorter way from one direction to another, in [-pi, pi)."""
    return (to_rad - from_rad + math.pi) % (2 * math.pi) - math.pi
