"""What happens in the shop: plans, walking, reaching, the ledger and the receipts, step by step.

    sample_plans -> [ admit -> settle acts -> behaviours -> crowd ] x T -> smooth paths -> receipts

In: a `Scenario` and its `Store`. Out: a `Simulation`. It begins with an empty shop at -warmup_s
and ends at duration_s.
"""

import math
from dataclasses import replace

import numpy as np

from scenes.errors import PlacementError
from scenes.scenario import Scenario
from scenes.world import Door, Store
from synth.behaviours import Behaviours, make_people
from synth.crowd import Crowd
from synth.people import Floor
from synth.plans import sample_plans
from synth.receipts import compute_receipts
from synth.records import Simulation
from synth.shop import Shop
from synth.stops import Stops
from synth.trajectories import make_trajectories

STEPS_PER_S = 20
LANE_SHARE = 0.27  # of the door's width: people keep to their right where one door serves both ways


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
    recorder = Recorder(scenario, store)
    for step in range(len(recorder.time_s)):
        recorder.step(step)
    return recorder.finish()


class Recorder:
    """Steps the floor and writes down where everybody is."""

    def __init__(self, scenario: Scenario, store: Store):
        self._scenario, self._store = scenario, store
        clip = scenario.clip
        steps = math.ceil((clip.warmup_s + clip.duration_s) * STEPS_PER_S - 1e-9)
        self.time_s = np.arange(steps + 1) / STEPS_PER_S - clip.warmup_s
        crowd = Crowd(store.layout.walkable, step_s=1 / STEPS_PER_S)
        people = make_people(sample_plans(scenario, store), scenario.seed, scenario.index)
        self._entrances, exits = find_doors(store.layout.doors)
        self.floor = Floor(
            scenario, store, Shop(store), crowd, Stops(store, crowd.standing_floor), people, exits
        )
        self._behaviours = Behaviours(self.floor)
        shape = (len(self.time_s), len(people))
        self._position_m = np.zeros((*shape, 2))
        self._heading_rad = np.zeros(shape)
        self._present = np.zeros(shape, bool)
        self._entered_s: dict[int, float] = {}

    def step(self, step: int) -> None:
        """Do everything of one instant, write it down, and walk on to the next."""
        time_s, floor = float(self.time_s[step]), self.floor
        if time_s <= self._scenario.clip.duration_s:
            floor.shop.settle(time_s)
            self._admit(time_s)
            for person in floor.people:
                if person.inside:
                    self._behaviours.advance(person, time_s)
        for person in floor.people:
            if person.inside:
                n = person.index
                self._position_m[step, n] = floor.crowd.position_m(n)
                self._heading_rad[step, n] = floor.crowd.heading_rad(n)
                self._present[step, n] = True
        floor.crowd.step()

    def _admit(self, time_s: float) -> None:
        """Let in who has arrived, in order, as soon as there is room behind the door."""
        for person in self.floor.people:
            if person.inside or person.gone:
                continue
            if person.plan.arrival_s > time_s:
                return
            point_m, inward_rad = self._entrances[person.plan.group % len(self._entrances)]
            if not self.floor.crowd.add(person.index, point_m, inward_rad, person.plan.speed_mps):
                return
            person.inside, person.still_since_s = True, time_s
            self._entered_s[person.index] = time_s
            self.floor.shop.enter(person.plan, time_s, self.floor.position_m(person))

    def finish(self) -> Simulation:
        """Smooth the paths and compute the receipts, for those who got in."""
        scenario, shop = self._scenario, self.floor.shop
        shop.settle(scenario.clip.duration_s)
        shop.ledger.check()
        # People are admitted in their order, so those who did not get in are the last ones.
        count = len(self._entered_s)
        plans = tuple(replace(p.plan, arrival_s=self._entered_s[p.index]) for p in self.floor.people[:count])
        trajectories = make_trajectories(
            self.time_s,
            self._position_m[:, :count],
            self._heading_rad[:, :count],
            self._present[:, :count],
            fps=float(STEPS_PER_S),
            floor=self.floor.crowd.floor,
        )
        catalogue = self._store.catalogue
        prices = {sku: int(p) for sku, p in zip(catalogue.sku, catalogue.price_minor, strict=True)}
        receipts = compute_receipts(
            shop.events,
            prices,
            {plan.trip_code: plan.payment_id for plan in plans},
            scenario.shoppers.policy,
            catalogue.currency,
            scenario.shoppers.returns,
        )
        return Simulation(plans, trajectories, tuple(shop.acts), tuple(shop.events), receipts)


def find_doors(
    doors: tuple[Door, ...],
) -> tuple[tuple[tuple[tuple[float, float], float], ...], tuple[tuple[float, float], ...]]:
    """Find where people come in and go out.

    Returns:
        Entrances as (point, heading inward) and exits as points. A door for both has a lane for each.

    Raises:
        PlacementError: There is no way in or no way out.
    """
    entrances, exits = [], []
    for door in doors:
        inward = -door.outward
        right = np.array([inward[1], -inward[0]])
        lane_m = LANE_SHARE * door.width_m * right if door.kind == "both" else np.zeros(2)
        if door.kind in ("entrance", "both"):
            x, y = door.point_m + lane_m
            entrances.append(((float(x), float(y)), math.atan2(inward[1], inward[0])))
        if door.kind in ("exit", "both"):
            x, y = door.point_m - lane_m
            exits.append((float(x), float(y)))
    if not entrances or not exits:
        kinds = [door.kind for door in doors]
        raise PlacementError(
            f"the store has doors {kinds}; it needs an entrance and an exit, or one for both"
        )
    return tuple(entrances), tuple(exits)
