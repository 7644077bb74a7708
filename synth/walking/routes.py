"""The corners of people's ways: laid once for a leg, then past whoever stands there, and cut short.

In: a `Walker`, step by step. Out: the same with the corners that are still to pass, the next of which the
model steers for.
"""

import math
from collections.abc import Mapping

import jupedsim as jps
import shapely

from synth.walking.detours import Standing
from synth.walking.footprints import Footprints
from synth.walking.ground import Ground, shrink
from synth.walking.leaves import Bars
from synth.walking.model import Model
from synth.walking.walker import SWAYING_S, Walker

ROUTE_CLEARANCE_M = 0.34  # way points round corners at this distance where there is room
CORNER_M = 0.30
PASSED_M = 0.25  # a point beside somebody is reached more exactly than a corner
DETOUR_AFTER_S = 0.5  # the model finds its way round most people by itself
DETOUR_EVERY_S = 0.5


class Routes:
    """Ways over a floor, round its fixtures and round who stands on it."""

    def __init__(
        self,
        walkable: shapely.Polygon,
        model_floor: shapely.Polygon,
        ground: Ground,
        model: Model,
        walkers: Mapping[int, Walker],
        *,
        step_s: float,
    ):
        """Prepare to find ways.

        Args:
            walkable: Floor not covered by fixtures.
            model_floor: What the model sees of it.
            ground: Where centres may be.
            model: Is told where walkers go next.
            walkers: Everybody on the floor.
            step_s: Simulated time of one step.
        """
        self._ground, self._model, self._walkers, self._step_s = ground, model, walkers, step_s
        self._floor, self._model_floor = Ground(shrink(walkable, ROUTE_CLEARANCE_M)), model_floor
        self._router = jps.RoutingEngine(self._floor.polygon)
        self._standing: Standing | None = None  # at the step under way, once somebody asks
        shapely.prepare(model_floor)

    def find(self, from_m: tuple[float, float], to_m: tuple[float, float]) -> list[tuple[float, float]]:
        """Find the shortest way between two points, round all fixtures: both ends and its corners."""
        return self._router.compute_waypoints(self._floor.nearest(from_m), self._floor.nearest(to_m))

    def lay(self, walker: Walker) -> None:
        """Find the corners of the way from where a walker is."""
        ends = walker.route[-1 - walker.has_via :]
        walker.route = [*self.find(walker.position_m, ends[0])[1:-1], *ends]
        walker.detour = False
        self._aim(walker)

    def look_anew(self) -> None:
        """Forget who stood where at the last step."""
        self._standing = None

    def pass_by(self, walker: Walker, footprints: Footprints) -> bool:
        """Lay the next leg round others with what they push or ride, where they are in the way; say so."""
        beyond = walker.route[1:] if walker.detour and len(walker.route) > 1 else walker.route
        way_m = footprints.find_detour(walker, beyond)
        if way_m is None:
            if walker.detour and walker.round_gear:
                self.lay(walker)
            walker.round_gear = False
            return False
        was_detour, walker.detour, walker.round_gear = walker.detour, True, True
        walker.route = way_m
        if was_detour:
            self._model.aim(walker.agent_id, way_m[0])
            walker.nearest_m = math.inf
        else:
            self._aim(walker)
        return True

    def go_round(self, walker: Walker, bars: Bars) -> None:
        """Lay the next leg beside an open door or a person who stands in its way."""
        beyond = walker.route[1:] if walker.detour and len(walker.route) > 1 else walker.route
        round_m = bars.find_detour(walker, self._ground)
        if round_m is not None:
            walker.route, walker.detour = [round_m, *beyond], True
            self._aim(walker)
            return
        if walker.detour_s > 0.0:
            walker.detour_s = max(0.0, walker.detour_s - self._step_s)
        if walker.detour_s > 0.0 or walker.stalled_s < DETOUR_AFTER_S:
            return
        if self._standing is None:
            self._standing = Standing(self._walkers, self._ground)
        shut, beside_m = self._standing.find_detour(walker, beyond[0])
        if shut:
            walker.detour_s = DETOUR_EVERY_S
        elif walker.stalled_s > SWAYING_S and not self._is_open(walker):
            self.lay(walker)  # others have pushed them back behind a corner
        if beside_m is not None:
            walker.route, walker.detour = [beside_m, *beyond], True
            self._aim(walker)

    def go_on(self, walker: Walker, distance_m: float) -> bool:
        """Let a walker so far from the next corner go for the one after it; say whether they do."""
        passed = len(walker.route) > 1 and distance_m < (PASSED_M if walker.detour else CORNER_M)
        if passed:
            walker.route.pop(0)
            walker.has_via = walker.has_via and len(walker.route) > 1
            if walker.detour:
                self._cut_short(walker)
            walker.detour = False
        elif walker.stalled_s > 0.0 and not walker.detour and walker.looks_anew():
            passed = self._cut_short(walker)
        if passed:
            self._aim(walker)
        return passed

    def _aim(self, walker: Walker) -> None:
        self._model.aim(walker.agent_id, walker.route[0])
        walker.take_aim()

    def _is_open(self, walker: Walker) -> bool:
        """Say whether no fixture is between a walker and the next corner."""
        leg = shapely.linestrings((walker.position_m, walker.route[0]))
        return bool(shapely.covers(self._model_floor, leg))

    def _cut_short(self, walker: Walker) -> bool:
        """Leave out the corner that a walker has been pushed or led past already; say whether that is so."""
        if len(walker.route) < 2 + walker.has_via:
            return False
        straight = shapely.linestrings((walker.position_m, walker.route[1]))
        seen = bool(shapely.covers(self._floor.polygon, straight))
        if seen:
            walker.route.pop(0)
        return seen
