"""One person who walks: how fast, which way the body faces, and whether they get on.

In: a route and where the model has moved the person to. Out: the pace to ask of the model, the heading of the
body, stalls. synth/walking/crowd.py keeps a `Walker` a person and talks to the model.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from synth.walking.gear import Gear

RADIUS_M = 0.20
SLIM_RADIUS_M = 0.13
ARRIVAL_M = 0.06
BRAKING_S = 0.45  # desired speed near the goal: distance / BRAKING_S
CREEP_MPS = 0.12
ACCELERATION_MPS2 = 1.2
DECELERATION_MPS2 = 2.5
SLIM_AFTER_S = 0.8
SQUEEZE_AFTER_S = 3.0
BLOCKED_AFTER_S = 4.0
STAYING_M = 0.3  # whoever has so little less way before them after BLOCKED_AFTER_S is blocked too
SWAYING_S = 1.5  # whoever has stalled for so long stands, however much the model shakes them
STANDING_MPS = 0.1  # slower than this a person is walked round like one who stands
STALL_SHARE = 0.15  # getting nearer to the next corner at less than this share of the speed is stalling
TURN_RADPS = 2.6  # fastest turn of the body
TURN_SHARE, TURN_SHARE_S = 0.35, 0.05  # of what is left to turn, in such a time: turns end softly
LOOKS_EVERY_M = 0.1
WALKING_MPS = 0.15  # slower than this nobody's motion says where they face
FACING_RAD = 0.08
SLOWEST_EASE = 0.12
GEAR_TURNS_S = 0.35  # time constant with which what is pushed turns into the way
GEAR_TURNS_MPS = 0.2  # slower than this it stays as it is, while the person turns to the shelf
_TURN_RAD = 2 * math.pi


@dataclass(slots=True)
class Walker:
    """A person on the floor.

    Attributes:
        agent_id: Their number in the model.
        speed_mps: Preferred.
        route: Corners still to pass, the goal last; empty for one who stands.
        facing_rad: Where one who stands shall face.
        nearest_m: The least distance from the next corner so far.
        beyond_m: The way from the next corner that counts to the goal.
        looked_m: From where they last looked whether they are past the corner already.
        left_m, stays_s: The way they had left when they last had got on by STAYING_M, and how long ago.
        held_s: For how long of that others' gear, or their own, kept them off.
        detour: Whether the next corner is a point beside somebody.
        gear: What they push or ride, if anything.
        gear_rad: Where what they push points.
        turn_aside: Says, of who pushes something, where that points after a step: from the way, where it
            points, where it would, and the step's time. See `GearFloor.turn_aside`.
        slim, squeezes: Whether they make themselves slim, and pass others closer than people like to.
        barred: Whether an open door kept them where they were in the last step.
        is_called: Whether the model is about to set them back to there.
        has_via: Whether the goal is to be come to from the corner before it.
        moved_mps: How fast they really were in the last step.
        told_mps: What the model knows of the pace.
        kept_off: Whether others' gear, or their own, brakes them.
        round_gear: Whether the next corner leads round gear, or their own past somebody.
        passes: Whom they last went round with gear, and which way.
    """

    agent_id: int
    speed_mps: float
    position_m: tuple[float, float]
    route: list[tuple[float, float]]
    heading_rad: float = 0.0
    facing_rad: float | None = None
    radius_m: float = RADIUS_M
    slim_radius_m: float = SLIM_RADIUS_M
    gear: Gear | None = None
    gear_rad: float = 0.0
    turn_aside: Callable[[list[tuple[float, float]], float, float, float], float] | None = None
    barred: bool = False
    is_called: bool = False
    arrival_m: float = ARRIVAL_M
    pace_mps: float = 0.0
    nearest_m: float = math.inf
    stalled_s: float = 0.0
    slim: bool = False
    squeezes: bool = False
    beyond_m: float = 0.0
    looked_m: tuple[float, float] = (math.inf, math.inf)
    left_m: float = math.inf
    stays_s: float = 0.0
    held_s: float = 0.0
    detour_s: float = 0.0
    detour: bool = False
    has_via: bool = False
    moved_mps: float = 0.0
    told_mps: float = 0.0
    kept_off: bool = False
    round_gear: bool = False
    passes: "tuple[Walker, int] | None" = field(default=None, repr=False)

    @property
    def stands(self) -> bool:
        """Whether others walk round this person; two who stall face to face sway, but get nowhere."""
        return not self.route or self.moved_mps <= STANDING_MPS or self.stalled_s > SWAYING_S

    @property
    def pushes(self) -> bool:
        """Whether their gear turns into the way, and not with the body."""
        return self.turn_aside is not None

    @property
    def has_box(self) -> bool:
        """Whether they push or ride something that others keep off."""
        return self.gear is not None and self.gear.box_m[1] > 0.0

    @property
    def extra_m(self) -> float:
        """How much farther than from somebody on foot one keeps from this person's centre."""
        return self.slim_radius_m - SLIM_RADIUS_M

    @property
    def is_blocked(self) -> bool:
        """Whether they have not got on for so long that another goal is called for."""
        return self.stalled_s > BLOCKED_AFTER_S or self.stays_s > BLOCKED_AFTER_S

    @property
    def is_facing(self) -> bool:
        """Whether they have turned to where they shall face."""
        return self.facing_rad is None or abs(turn_between(self.heading_rad, self.facing_rad)) < FACING_RAD

    @property
    def wants_slim(self) -> bool:
        """Whether they make themselves slim: once stalled, until they have got on as long."""
        return self.stalled_s > SLIM_AFTER_S or (self.slim and self.stalled_s > 0.0)

    @property
    def wants_to_squeeze(self) -> bool:
        """Whether they squeeze past others: the same of those who have stalled for longer."""
        return self.stalled_s > SQUEEZE_AFTER_S or (self.squeezes and self.stalled_s > 0.0)

    def choose_pace(self, step_s: float) -> None:
        """Accelerate gently, brake before the goal."""
        (x, y), (ahead_x, ahead_y) = self.position_m, self.route[0]
        dx, dy = ahead_x - x, ahead_y - y
        distance_m = max(1e-9, math.hypot(dx, dy))
        wanted_mps = self.speed_mps
        if len(self.route) == 1:
            wanted_mps = min(wanted_mps, max(CREEP_MPS, distance_m / BRAKING_S))
        # Nobody walks off backwards: the more there is to turn, the slower.
        ease = (dx * math.cos(self.heading_rad) + dy * math.sin(self.heading_rad)) / distance_m
        wanted_mps *= ease * ease if ease > SLOWEST_EASE else SLOWEST_EASE**2
        least_mps = self.pace_mps - DECELERATION_MPS2 * step_s
        most_mps = self.pace_mps + ACCELERATION_MPS2 * step_s
        if wanted_mps < least_mps:
            wanted_mps = least_mps
        self.pace_mps = wanted_mps if wanted_mps < most_mps else most_mps

    def get_on(self, step_s: float) -> float:
        """Notice stalls after a step; return the distance from the next corner."""
        distance_m = math.dist(self.position_m, self.route[0])
        if self.barred or distance_m > self.nearest_m - STALL_SHARE * self.pace_mps * step_s:
            self.stalled_s += step_s
        elif self.stalled_s > 0.0:
            self.stalled_s = max(0.0, self.stalled_s - step_s)
        if distance_m < self.nearest_m:
            self.nearest_m = distance_m
        self.stays_s += step_s
        if self.kept_off:
            self.held_s += step_s
        left_m = self._way_left_m(distance_m)
        if left_m < self.left_m - STAYING_M:
            self.left_m, self.stays_s, self.held_s = left_m, 0.0, 0.0
        return distance_m

    def take_aim(self) -> None:
        """Set out for the next corner of a way that has changed, and measure what lies beyond it."""
        self.nearest_m, self.looked_m = math.inf, (math.inf, math.inf)
        counted = self.route[1:] if self.detour and len(self.route) > 1 else self.route
        self.beyond_m = sum(map(math.dist, counted, counted[1:]))

    def looks_anew(self) -> bool:
        """Say whether they have got on since they last looked for a shorter way, and look again."""
        if math.dist(self.position_m, self.looked_m) < LOOKS_EVERY_M:
            return False
        self.looked_m = self.position_m
        return True

    def _way_left_m(self, distance_m: float) -> float:
        """Return the way to the goal; points beside somebody do not count: one may pass them for ever."""
        if self.detour and len(self.route) > 1:
            distance_m = math.dist(self.position_m, self.route[1])
        return distance_m + self.beyond_m

    def point_gear(self, to_m: tuple[float, float], step_s: float) -> float:
        """Return where their gear points after a step: into the way, or aside where there is no room."""
        if self.turn_aside is None:
            return self.heading_rad
        dx, dy = to_m[0] - self.position_m[0], to_m[1] - self.position_m[1]
        wanted_rad = self.gear_rad
        if self.kept_off and self.route:  # turned first, while they wait
            dx, dy = self.route[0][0] - to_m[0], self.route[0][1] - to_m[1]
        if math.hypot(dx, dy) > GEAR_TURNS_MPS * step_s:
            share = 1.0 - math.exp(-step_s / GEAR_TURNS_S)
            wanted_rad += share * turn_between(self.gear_rad, math.atan2(dy, dx))
        return self.turn_aside([to_m, *self.route[:1]], self.gear_rad, wanted_rad, step_s)

    def turn(self, before_m: tuple[float, float], step_s: float) -> None:
        """Turn the body by one step towards where it walks, from where it was before, or shall face."""
        goal_rad = self.facing_rad
        if self.route:
            (x, y), (before_x, before_y) = self.position_m, before_m
            dx, dy = x - before_x, y - before_y
            if math.hypot(dx, dy) < WALKING_MPS * step_s:
                dx, dy = self.route[0][0] - before_x, self.route[0][1] - before_y
            goal_rad = math.atan2(dy, dx)
        if goal_rad is None or goal_rad == self.heading_rad:
            return
        most_rad = TURN_RADPS * step_s
        share = 1.0 - (1.0 - TURN_SHARE) ** (step_s / TURN_SHARE_S)
        turn_rad = share * turn_between(self.heading_rad, goal_rad)
        heading_rad = self.heading_rad + min(max(turn_rad, -most_rad), most_rad)
        if heading_rad == self.heading_rad:
            self.facing_rad = None  # they have turned as far as numbers tell
        self.heading_rad = heading_rad


def turn_between(from_rad: float, to_rad: float) -> float:
    """Return the shorter way from one direction to another, in [-pi, pi)."""
    return (to_rad - from_rad + math.pi) % _TURN_RAD - math.pi
