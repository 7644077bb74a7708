"""What happens in the shop: plans, walking, reaching, the ledger and the receipts, step by step.

    plans, journeys -> [ admit -> settle acts -> behaviours -> crowd ] x T -> smooth paths -> receipts

In: a `Scenario` and its `Store`. Out: a `Simulation` from -warmup_s to duration_s.
"""

import gc
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from scenes.goods.girth import measure_girths
from scenes.randomness import make_rng
from scenes.scenario import Scenario
from scenes.world import Store
from synth.behaviours import make_people
from synth.handling.case_doors import CaseDoors
from synth.handling.shop import Shop
from synth.ledger.receipts import compute_receipts
from synth.ledger.tariff import make_tariff
from synth.records import PUSHED, Simulation
from synth.shoppers.errands import BRINGING
from synth.shoppers.journeys import BEHIND_S, GEAR, ROOM_M, plan_journeys
from synth.shoppers.people import Floor, Person
from synth.shoppers.plans import sample_plans
from synth.walking.conduct import Conduct, is_evacuated
from synth.walking.crowd import Crowd
from synth.walking.doors import Lane, compute_crossings, find_lanes
from synth.walking.leaves import LeafHistory
from synth.walking.stops import LOOKED_AT_M, Stops
from synth.walking.trajectories import make_trajectories, put_between
from synth.walking.walker import SLIM_RADIUS_M

STEPS_PER_S = 10
TRACKS_FPS = 2 * STEPS_PER_S  # a Gaussian of 0.2 s is laid over what is recorded
PLACES_TRIED = 6 * (40,)  # drawn so many at a time, before somebody who would start inside waits at the door


def simulate(scenario: Scenario, store: Store) -> Simulation:
    """Let a clip's people shop.

    Returns:
        The plans of everybody who got in, in order of arrival (`arrival_s` is when they really stepped in),
        with their paths, acts, events and receipts. Acts that begin before the clip's end but have their
        contact after it are there without their event.

    Raises:
        PlacementError: The store has no entrance or no exit.
        LedgerError: A behaviour would break the conservation of items (a bug; nothing is written then).
    """
    with _pause_collector():
        return _record(scenario, store)


def _record(scenario: Scenario, store: Store) -> Simulation:
    """Step through a clip; all but what is returned is gone before the collector looks again."""
    recorder = Recorder(scenario, store)
    for step in range(len(recorder.time_s)):
        recorder.step(step)
    return recorder.finish()


@contextmanager
def _pause_collector() -> Iterator[None]:
    """Keep the collector of cycles away: it would look through all shelves again and again, and find none."""
    runs = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if runs:
            gc.enable()


class Recorder:
    """Steps the floor and writes down where everybody is."""

    def __init__(self, scenario: Scenario, store: Store):
        self._scenario, self._store = scenario, store
        clip = scenario.clip
        steps = math.ceil((clip.warmup_s + clip.duration_s) * STEPS_PER_S - 1e-9)
        self.time_s = np.arange(steps + 1) / STEPS_PER_S - clip.warmup_s
        doors = store.layout.ways if scenario.journeys.evacuate else store.layout.doors
        crowd = Crowd(store.layout.walkable, step_s=1 / STEPS_PER_S, doors=doors)
        trips = plan_journeys(scenario, store, sample_plans(scenario, store))
        people = make_people(tuple(trip.plan for trip in trips), scenario.seed, scenario.index)
        for person, trip in zip(people, trips, strict=True):
            person.journey = trip.journey
        self._ways_in, ways_out = find_lanes(store.layout.doors)
        exits = tuple(lane.point_m for lane in ways_out)
        case_doors = CaseDoors(
            store, ajar=scenario.faults.doors_ajar, rng=make_rng(scenario.seed, scenario.index, "case_doors")
        )
        stops = Stops(store, crowd.standing_floor)
        self.floor = Floor(scenario, store, Shop(store), crowd, stops, people, exits, case_doors)
        self._behaviours = Conduct(self.floor)
        shape = (len(self.time_s), len(people))
        self._position_m = np.zeros((*shape, 2))
        self._heading_rad, self._gear_rad = np.zeros(shape), np.zeros(shape)
        self._present = np.zeros(shape, bool)
        self._entered_s: dict[int, float] = {}
        self._door: dict[str, int] = {}  # trip code -> the door that somebody came in through
        self._waiting = [
            p for p in people if not p.journey.behind and not p.journey.follows and not p.plan.carried_by
        ]
        self._place_rng = make_rng(scenario.seed, scenario.index, "journeys/places")

    def step(self, step: int) -> None:
        """Do everything of one instant, write it down, and walk on to the next."""
        time_s, floor = float(self.time_s[step]), self.floor
        if time_s <= self._scenario.clip.duration_s:
            floor.shop.settle(time_s)
            if step == 0:
                self._start_inside(time_s)
            if is_evacuated(self._scenario, time_s):
                self._open_all_doors()
            else:
                self._admit(time_s)
            floor.stops.set_boxes(floor.crowd.list_boxes())
            for person in self._behaviours.list_awake(time_s):
                self._behaviours.advance(person, time_s)
                if person.gone:
                    self._note_exit(person, time_s)
        inside, spots_m, headings_rad, gears_rad = floor.crowd.list_people()
        if time_s <= self._scenario.clip.duration_s:
            floor.case_doors.step(time_s, spots_m)
            bars = floor.case_doors.list_leaves(time_s), floor.case_doors.list_swings(time_s)
            floor.crowd.set_leaves(*bars)
            floor.stops.set_leaves(*bars)
        if inside:
            self._position_m[step, inside], self._heading_rad[step, inside] = spots_m, headings_rad
            self._gear_rad[step, inside], self._present[step, inside] = gears_rad, True
        floor.crowd.step()

    # ------------------------------------------------------------ the doors

    def _start_inside(self, time_s: float) -> None:
        """Put those who are in the shop from the start before shelves; who finds no room comes in later."""
        for person in [person for person in self._waiting if person.journey.starts_inside]:
            self._place_inside(person, time_s)

    def _admit(self, time_s: float) -> None:
        """Let in who has arrived, in order, as soon as there is room behind a door."""
        full: set[Lane] = set()
        for person in list(self._waiting):
            if person.plan.arrival_s > time_s:
                return
            first = person.plan.group % len(self._ways_in)
            doors = [*self._ways_in[first:], *self._ways_in[:first]]
            lane = next(
                (n for way in doors for n in way if n not in full and self._step_in(person, n, time_s)), None
            )
            if lane is None:
                full = {lane for way in self._ways_in for lane in way}
                return

    def _place_inside(self, person: Person, time_s: float) -> None:
        """Put somebody before a shelf, anywhere, if there is room."""
        floor, plan = self.floor, self._store.planogram
        reached = np.flatnonzero(~plan.is_reserve())
        if not len(reached):
            return
        slots = (
            int(reached[number])
            for count in PLACES_TRIED
            for number in self._place_rng.integers(len(reached), size=count)
        )
        for slot in slots:
            stop = floor.stops.for_slot(person.index, slot, LOOKED_AT_M, person.plan.handedness)
            if stop is None:
                continue
            along = (
                math.pi / 2 if person.plan.mobility in PUSHED else 0.0
            )  # what is pushed is beside the shelf
            if self._add(person, stop.position_m, stop.heading_rad + along, time_s):
                return

    def _step_in(self, person: Person, lane: Lane, time_s: float) -> bool:
        """Let somebody in through a lane; say whether there was room."""
        pace_mps = person.plan.speed_mps  # nobody stands in the door first
        if not self._add(person, lane.point_m, lane.inward_rad, time_s, pace_mps):
            return False
        self._door[person.plan.trip_code] = lane.door
        child = self.floor.carried_child(person)
        if child is not None:
            self._door[child.plan.trip_code] = lane.door
        for other in self.floor.people:
            if other.journey.behind == person.plan.trip_code:
                self._call(other, time_s + BEHIND_S, first=True)
        return True

    def _add(
        self,
        person: Person,
        point_m: tuple[float, float],
        heading_rad: float,
        time_s: float,
        pace_mps: float = 0.0,
    ) -> bool:
        """Set somebody on the floor, at a pace they come with; say whether there was room."""
        radius_m, slim_radius_m = ROOM_M[person.plan.mobility]
        floor, n = self.floor, person.index
        gear = GEAR.get(person.plan.mobility)
        speed_mps = person.plan.speed_mps
        if not floor.crowd.add(n, point_m, heading_rad, speed_mps, radius_m, slim_radius_m, gear, pace_mps):
            return False
        floor.stops.widen(n, slim_radius_m - SLIM_RADIUS_M, gear=gear)
        self._waiting.remove(person)
        self._enter(person, time_s)
        child = floor.carried_child(person)
        if child is not None:
            self._enter(child, time_s)
        return True

    def _enter(self, person: Person, time_s: float) -> None:
        floor = self.floor
        person.inside, person.still_since_s = True, time_s
        self._entered_s[person.index] = time_s
        position_m = floor.position_m(person)
        floor.shop.enter(person.plan, time_s, position_m)
        for errand in person.errands:
            if errand.outcome in BRINGING:
                person.own[errand] = floor.shop.bring(
                    person.plan, errand.product, time_s, position_m, errand.label
                )

    def _note_exit(self, person: Person, time_s: float) -> None:
        """Have who comes back arrive some time after they left, if it was with their own bag and coat."""
        own = person.plan.trip_code
        if person.bag != own or person.coat not in ("", own):
            return
        for other in self.floor.people:
            if other.journey.follows == person.plan.trip_code:
                self._call(other, time_s + other.journey.after_s, first=False)

    def _call(self, person: Person, arrival_s: float, *, first: bool) -> None:
        """Put somebody in the line before the door: in front, or behind who arrives before them."""
        person.plan = replace(person.plan, arrival_s=arrival_s)
        later = (n for n, p in enumerate(self._waiting) if p.plan.arrival_s > arrival_s)
        self._waiting.insert(0 if first else next(later, len(self._waiting)), person)

    def _open_all_doors(self) -> None:
        """Let people out through the entrances and the fire exits too."""
        if self._waiting:
            self._waiting.clear()
        ways_in = tuple(lane.point_m for way in self._ways_in for lane in way)
        fire_exits = tuple(
            (float(x), float(y)) for x, y in (d.point_m for d in self._store.layout.fire_exits)
        )
        self.floor.exits = tuple(dict.fromkeys((*self.floor.exits, *ways_in, *fire_exits)))

    def finish(self) -> Simulation:
        """Smooth the paths and compute the receipts, for those who got in."""
        scenario, shop = self._scenario, self.floor.shop
        shop.settle(scenario.clip.duration_s)
        shop.ledger.check()
        order = sorted(self._entered_s, key=lambda n: (self._entered_s[n], n))
        number = {n: k for k, n in enumerate(order)}
        people = [self.floor.people[n] for n in order]
        plans = tuple(replace(p.plan, arrival_s=self._entered_s[p.index]) for p in people)
        acts = tuple(
            replace(act, shopper=number[act.shopper], partner=number.get(act.partner, -1))
            for act in shop.acts
        )
        moves = sorted(self.floor.case_doors.moves, key=lambda move: move.from_s)
        moves = [move for move in moves if move.from_s < scenario.clip.duration_s]
        carried = {
            number[child]: number[adult] for child, adult in self.floor.carriers.items() if child in number
        }
        clip, ground = scenario.clip, self.floor.crowd.ground
        count = math.ceil((clip.warmup_s + clip.duration_s) * TRACKS_FPS - 1e-9) + 1
        track_s = np.arange(count) / TRACKS_FPS - clip.warmup_s
        afoot = [self.floor.carriers.get(n, n) for n in order]  # who is carried is where their adult is
        recorded = put_between(
            self._position_m[:, afoot],
            self._heading_rad[:, afoot],
            self._gear_rad[:, afoot],
            self._present[:, afoot],
            ground=ground,
        )
        trajectories = make_trajectories(
            track_s,
            *(values[:count] for values in recorded),
            fps=float(TRACKS_FPS),
            ground=ground,
            leaves=LeafHistory(self._store.case_doors, moves, track_s),
            carried={
                child: (adult, plans[adult].body.stature_m, plans[child].handedness)
                for child, adult in carried.items()
            },
        )
        catalogue = self._store.catalogue
        receipts = compute_receipts(
            shop.events,
            make_tariff(catalogue),
            {plan.trip_code: plan.payment_id for plan in plans},
            scenario.shoppers.policy,
            catalogue.currency,
            scenario.shoppers.returns,
        )
        crossings = compute_crossings(
            self._store.layout,
            plans,
            shop.events,
            trajectories,
            came_through=self._door,
            carried=carried,
            unpaid={p.plan.trip_code for p in people if p.journey.behind},
            ahead_m={p.trip_code: GEAR[p.mobility].ahead_m for p in plans if p.mobility in GEAR},
        )
        girths = measure_girths(
            catalogue, {item: shop.product_of(item) for act in acts for item in act.item_ids}
        )
        return Simulation(
            plans, trajectories, acts, tuple(shop.events), receipts, crossings, girths, tuple(moves)
        )
