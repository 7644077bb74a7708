"""People who walk: the one interface behind which a pedestrian model moves them.

In: the walkable floor and, step by step, where each person wants to go. Out: where they are. The model
(synth/walking/model.py) steers straight: way points of a leg are computed once on a navigation mesh and only
the next corner is the target. Whoever stands has a desired speed of 0.

People who stand are walked round: whom one of them has stalled for 0.5 s takes a leg beside them, keeping
right where both sides are open. People who still block each other are freed as follows: a person stalled for
0.8 s becomes slimmer (0.20 -> 0.13 m) and follows closer, one stalled for 3 s squeezes past others, one
stalled for 4 s is reported so that the behaviour picks another goal. The model knows discs alone:
synth/walking/footprints.py keeps people off what others push or ride ahead of them.
"""

import math
from collections.abc import Iterable
from functools import cached_property, partial

import numpy as np
import shapely

from scenes.world import Door
from synth.walking.boxes import Box
from synth.walking.footprints import SWEEPS_S, Footprints, make_box_now, make_goal_box
from synth.walking.gear import Gear, GearFloor
from synth.walking.ground import ROUNDING_M, Ground, shrink
from synth.walking.leaves import NO_BARS, Bars, Sector
from synth.walking.model import Model
from synth.walking.routes import DETOUR_AFTER_S, Routes
from synth.walking.walker import ARRIVAL_M, RADIUS_M, SLIM_RADIUS_M, Walker

WALL_CLEARANCE_M = 0.20  # centres keep at least this distance from fixtures and walls
MODEL_CLEARANCE_M = 0.06  # border taken off the floor that the model sees, where bodies have a radius
STOP_CLEARANCE_M = 0.28  # nearer to a wall than that the model lets nobody stand
# The model wants two radii between people, and measures to where they were a step ago.
DOOR_GAP_M = 2 * RADIUS_M + 0.15
FELT_MPS = 2e-3  # smaller changes of pace are not told to the model
DRIFT_M = 0.1  # farther from who is kept off gear than this the model's agent is called back
CALLED_BACK_M = 5e-4  # more than two points, which the model keeps apart


class Crowd:
    """The people on the floor and the model that moves them.

    Attributes:
        ground: Where centres may be.
        standing_floor: Where one can choose to stand.
    """

    def __init__(self, walkable: shapely.Polygon, *, step_s: float, doors: tuple[Door, ...] = ()):
        """Prepare an empty floor.

        Args:
            walkable: Floor not covered by fixtures.
            step_s: Simulated time of one `step`.
            doors: Through which what people push goes out.
        """
        self.step_s = step_s
        self._walkable, self._doors = walkable, doors
        self.ground = Ground(shrink(walkable, WALL_CLEARANCE_M))
        self.standing_floor = shrink(walkable, STOP_CLEARANCE_M)
        # The model keeps people a radius off its walls; `position_m` is what counts, and that is clamped.
        model_floor = shrink(walkable, MODEL_CLEARANCE_M)
        self._model = Model(model_floor, step_s=step_s)
        self._bars = NO_BARS
        self._footprints: Footprints | None = None
        self._walkers: dict[int, Walker] = {}
        self._routes = Routes(walkable, model_floor, self.ground, self._model, self._walkers, step_s=step_s)
        shapely.prepare(self.standing_floor)

    @cached_property
    def _gear_floor(self) -> GearFloor:
        """Where there is room for what people push; most crowds push nothing."""
        return GearFloor(self._walkable, self._doors)

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
        gear: Gear | None = None,
        pace_mps: float = 0.0,
    ) -> bool:
        """Let a person step in.

        Args:
            shopper: Who.
            point_m: Where.
            heading_rad: The direction they face.
            speed_mps: Their preferred speed.
            radius_m: The room they keep about their centre.
            slim_radius_m: The same where it is tight.
            gear: What they push or ride.
            pace_mps: How fast they come already; kept up if they go on with the next step.

        Returns:
            Whether there was room at the point.
        """
        point_m = self.ground.nearest(point_m)
        if not self.is_free(point_m, DOOR_GAP_M + slim_radius_m - SLIM_RADIUS_M):
            return False
        walker = Walker(
            -1, speed_mps, point_m, [], heading_rad, None, radius_m, slim_radius_m, gear, heading_rad
        )
        if gear is not None and gear.pushed:
            walker.turn_aside = partial(self._turn_aside, walker, gear)
            walker.gear_rad = walker.point_gear(point_m, math.inf)
        walker.pace_mps = pace_mps
        if not self._find_footprints((*self._walkers.values(), walker)).is_clear(walker):
            return False
        walker.agent_id = self._model.add(point_m)
        self._model.shape(walker.agent_id, radius_m, slim=False)
        self._walkers[shopper] = walker
        return True

    def list_boxes(self, *, now: bool = False) -> list[tuple[int, Box]]:
        """List the floor of what people push or ride, and who does: where it stands or will, or is now."""
        make = make_box_now if now else make_goal_box
        return [(n, make(walker)) for n, walker in self._walkers.items() if walker.has_box]

    def _turn_aside(
        self,
        walker: Walker,
        gear: Gear,
        way_m: list[tuple[float, float]],
        now_rad: float,
        wanted_rad: float,
        step_s: float,
    ) -> float:
        """Return where somebody's gear points after a step, off walls and, once it is there, off others."""
        rad = self._gear_floor.turn_aside(
            gear,
            way_m,
            now_rad,
            wanted_rad,
            step_s,
            list_others_m=partial(self._list_others_m, walker),
            sweeps=walker.held_s > SWEEPS_S or math.isinf(step_s),
        )
        held = self._footprints is not None and self._footprints.is_worse_turned(walker, now_rad, rad)
        return now_rad if held else rad

    def _list_others_m(self, walker: Walker) -> np.ndarray:
        """Return (N, 2) where everybody else is."""
        others = (other.position_m for other in self._walkers.values() if other is not walker)
        return np.array(list(others)).reshape(-1, 2)

    def _has_room(self, walker: Walker) -> bool:
        """Say whether the model would let somebody be set down where they are."""
        others = [other for other in self._walkers.values() if other is not walker]
        there_m = self._model.list_positions_m(other.agent_id for other in others)
        gaps_m = (math.dist(point_m, walker.position_m) for point_m in there_m)
        return all(gap_m > other.radius_m + DRIFT_M for gap_m, other in zip(gaps_m, others, strict=True))

    def _call_back(self, walker: Walker) -> None:
        """Set the model's agent to where an open door has held its person back, one step after it is a point.

        The model refuses whoever is set down where it saw a body before its last step.
        """
        if not walker.is_called:
            walker.is_called = True
            self._model.make_point(walker.agent_id)
            return
        self._model.remove(walker.agent_id)
        walker.is_called = False
        walker.agent_id = self._model.add(walker.position_m)
        self._model.aim(walker.agent_id, walker.route[0])
        self._model.pace(walker.agent_id, walker.told_mps)
        self._shape(walker)

    def _shape(self, walker: Walker) -> None:
        """Tell the model how much room somebody takes."""
        radius_m = walker.slim_radius_m if walker.slim else walker.radius_m
        self._model.shape(walker.agent_id, radius_m, slim=walker.slim, squeezes=walker.squeezes)

    def set_leaves(self, leaves: tuple[Sector, ...], swings: tuple[Sector, ...]) -> None:
        """Note where open doors stand in people's way, and what they swing over."""
        self._bars = Bars(leaves, swings)

    def is_clear_of(self, shopper: int, sector: Sector, ahead_m: float = 0.0) -> bool:
        """Say whether a person, with their gear, is off what a door swings over, or will be so far on."""
        return Bars((sector,), (sector,)).room_m(self._walkers[shopper], ahead_m=ahead_m) > 0.0

    def remove(self, shopper: int) -> None:
        """Let a person leave the floor."""
        self._model.remove(self._walkers.pop(shopper).agent_id)

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
        walker.route = [goal_m] if via_m is None else [via_m, goal_m]
        walker.has_via = via_m is not None
        walker.arrival_m = arrival_m
        walker.facing_rad, walker.stalled_s = None, 0.0
        walker.left_m, walker.stays_s, walker.held_s = math.inf, 0.0, 0.0
        self._routes.lay(walker)

    def find_way(self, from_m: tuple[float, float], to_m: tuple[float, float]) -> list[tuple[float, float]]:
        """Find the shortest way between two points, round all fixtures: both ends and its corners."""
        return self._routes.find(from_m, to_m)

    def stop(self, shopper: int) -> None:
        """Make a person stand where they are."""
        self._halt(self._walkers[shopper])

    def _halt(self, walker: Walker) -> None:
        walker.route, walker.pace_mps = [], 0.0
        walker.stalled_s, walker.stays_s, walker.held_s = 0.0, 0.0, 0.0
        self._set_slim(walker, False, False)
        walker.told_mps = 0.0
        self._model.pace(walker.agent_id, 0.0)

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
        return self._walkers[shopper].is_facing

    def heading_rad(self, shopper: int) -> float:
        """Return the direction a person's body faces."""
        return self._walkers[shopper].heading_rad

    def gear_rad(self, shopper: int) -> float:
        """Return the direction in which what a person pushes points."""
        return self._walkers[shopper].gear_rad

    def list_people(self) -> tuple[list[int], list[tuple[float, float]], list[float], list[float]]:
        """List everybody on the floor: who, where their centres are, where bodies face and gear points."""
        there = self._walkers.values()
        return (
            list(self._walkers),
            [walker.position_m for walker in there],
            [walker.heading_rad for walker in there],
            [walker.gear_rad for walker in there],
        )

    def is_walking(self, shopper: int) -> bool:
        """Say whether a person is on the way to somewhere."""
        return bool(self._walkers[shopper].route)

    def gets_on(self, shopper: int) -> bool:
        """Say whether a person is on the way to somewhere and not blocked."""
        return self.is_walking(shopper) and not self.is_blocked(shopper)

    def is_blocked(self, shopper: int) -> bool:
        """Say whether a person has not got on for so long that another goal is called for."""
        return self._walkers[shopper].is_blocked

    def position_m(self, shopper: int) -> tuple[float, float]:
        """Return where a person's centre is."""
        return self._walkers[shopper].position_m

    def _find_footprints(self, walkers: Iterable[Walker]) -> Footprints:
        """Note where some people are with what they push or ride."""
        return Footprints(walkers, self.ground, lambda: self._gear_floor)

    def step(self) -> None:
        """Move everybody by one step."""
        self._routes.look_anew()
        walking = [walker for walker in self._walkers.values() if walker.route]
        there = self._walkers.values()
        self._footprints = self._find_footprints(there) if any(w.has_box for w in there) else None
        near = self._bars.are_near([walker.position_m for walker in walking])
        bars = [self._bars if is_near else NO_BARS for is_near in near]
        for walker, in_way in zip(walking, bars, strict=True):
            self._set_pace(walker, in_way)
        self._model.step()
        there_m = self._model.list_positions_m([walker.agent_id for walker in walking])
        on_ground = self.ground.holds(there_m).tolist() if walking else ()
        for walker in self._walkers.values():
            if not walker.route:
                walker.pace_mps = walker.moved_mps = 0.0
                if walker.pushes:
                    self._bars.let_pass(walker, walker.position_m, self.step_s)
                if walker.facing_rad is not None:
                    self._turn(walker, walker.position_m)
        for walker, in_way, point_m, held in zip(walking, bars, there_m, on_ground, strict=True):
            from_m = walker.position_m
            self._move(walker, in_way, point_m, point_m if held else self.ground.nearest(point_m))
            self._follow(walker)
            walker.moved_mps = math.dist(from_m, walker.position_m) / self.step_s
            self._turn(walker, from_m)

    def _set_pace(self, walker: Walker, bars: Bars) -> None:
        """Have somebody walk round what is in their way, and tell the model how fast they go."""
        passes_by = self._footprints is not None and self._routes.pass_by(walker, self._footprints)
        looks = walker.stalled_s >= DETOUR_AFTER_S or walker.detour_s > 0.0 or bars is not NO_BARS
        if looks and not passes_by:
            self._routes.go_round(walker, bars)
        walker.choose_pace(self.step_s)
        if self._footprints is not None:
            self._footprints.slow_down(walker)
        bars.slow_down(walker, self.step_s)
        if abs(walker.pace_mps - walker.told_mps) > FELT_MPS:
            walker.told_mps = walker.pace_mps
            self._model.pace(walker.agent_id, walker.pace_mps)

    def _move(
        self, walker: Walker, bars: Bars, model_m: tuple[float, float], to_m: tuple[float, float]
    ) -> None:
        """Let somebody get to where the model has them, on the ground, as far as doors let them."""
        to_m = self._keep_pace(walker, to_m)
        if self._footprints is not None:
            to_m = self._keep_pace(walker, self._footprints.keep_off(walker, to_m))
        bars.let_pass(walker, to_m, self.step_s)
        drift_m = math.dist(walker.position_m, model_m)
        drifts = self._footprints is not None and drift_m > DRIFT_M and self._has_room(walker)
        if drifts or (walker.barred and drift_m > CALLED_BACK_M):
            self._call_back(walker)
        elif walker.is_called:
            walker.is_called = False
            self._shape(walker)

    def _keep_pace(self, walker: Walker, to_m: tuple[float, float]) -> tuple[float, float]:
        """Return the point of the ground towards a point that somebody gets to in a step.

        The model goes on without whom gear or a door holds back, and gear shoves people: nobody runs for it.
        """
        most_m = walker.speed_mps * self.step_s + ROUNDING_M
        (x, y), (to_x, to_y) = walker.position_m, to_m
        away_m = math.dist(walker.position_m, to_m)
        if away_m <= most_m:
            return to_m
        for share in (1.0, 0.5, 0.25):
            share *= most_m / away_m
            point_m = self.ground.nearest((x + share * (to_x - x), y + share * (to_y - y)))
            if math.dist(walker.position_m, point_m) <= most_m:
                return point_m
        return walker.position_m

    def _turn(self, walker: Walker, from_m: tuple[float, float]) -> None:
        """Turn a person by one step; who rides, as far as open doors let them."""
        before_rad = walker.heading_rad
        walker.turn(from_m, self.step_s)
        if walker.gear is not None and not walker.pushes:
            self._bars.let_turn(walker, before_rad)

    def _follow(self, walker: Walker) -> None:
        """Go on to the next corner where a walker has got to the last, notice stalls."""
        distance_m = walker.get_on(self.step_s)
        if walker.slim or walker.stalled_s > 0.0:
            self._set_slim(walker, walker.wants_slim, walker.wants_to_squeeze)
        if self._routes.go_on(walker, distance_m):
            return
        if len(walker.route) == 1 and distance_m < walker.arrival_m:
            self._halt(walker)

    def _set_slim(self, walker: Walker, slim: bool, squeezes: bool) -> None:
        if (slim, squeezes) != (walker.slim, walker.squeezes):
            walker.slim, walker.squeezes, walker.is_called = slim, squeezes, False
            self._shape(walker)
