"""How freely people get on: the longest that anybody stands stuck, and the least distance of two bodies.

In: a scenario and its store. Out: the simulation with both figures, for tests and benchmarks/simulation.py.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from scenes.scenario import Scenario
from scenes.world import Store
from synth.records import Simulation
from synth.simulation import Recorder

STUCK_M = 0.3  # whoever wants to walk and does not get so far is stuck


@dataclass(frozen=True)
class Flow:
    """A simulation, and how people got on.

    Attributes:
        longest_stall_s: The longest that anybody on the way to somewhere stayed within STUCK_M.
        longest_wait_s: The longest that anybody stood and waited for somebody to hand something over.
        closest_m: The least distance of two centres, infinite for one person.
    """

    simulation: Simulation
    longest_stall_s: float
    longest_wait_s: float
    closest_m: float


def measure_flow(scenario: Scenario, store: Store) -> Flow:
    """Simulate a clip and watch everybody's progress at each step."""
    recorder = Recorder(scenario, store)
    people, crowd = recorder.floor.people, recorder.floor.crowd
    since: dict[int, tuple[tuple[float, float], float]] = {}
    waits_since: dict[int, float] = {}
    longest_s = longest_wait_s = 0.0
    for step, now_s in enumerate(recorder.time_s.tolist()):
        recorder.step(step)
        for person in people:
            if person.plan.carried_by:
                continue
            walks = person.inside and crowd.is_walking(person.index)
            if person.inside and not walks and person.agenda and person.agenda[0].kind in ("meet", "join"):
                wait_s = now_s - waits_since.setdefault(person.index, now_s)
                longest_wait_s = max(longest_wait_s, wait_s)
            else:
                waits_since.pop(person.index, None)
            if not walks:
                since.pop(person.index, None)
                continue
            here_m = recorder.floor.position_m(person)
            from_m, from_s = since.setdefault(person.index, (here_m, now_s))
            if math.dist(here_m, from_m) > STUCK_M:
                since[person.index] = here_m, now_s
            longest_s = max(longest_s, now_s - from_s)
    simulation = recorder.finish()
    return Flow(simulation, longest_s, longest_wait_s, compute_closest_m(simulation))


def compute_closest_m(simulation: Simulation) -> float:
    """Return the least distance of two centres in a simulation, but for a child's and its carrier's."""
    paths, closest_m = simulation.trajectories, math.inf
    number = {plan.trip_code: n for n, plan in enumerate(simulation.plans)}
    other = np.full(len(simulation.plans) + 1, -2)
    for child, plan in enumerate(simulation.plans):
        if plan.carried_by:
            other[child], other[number[plan.carried_by]] = number[plan.carried_by], child
    for position_m, present in zip(paths.position_m, paths.present, strict=True):
        if present.sum() > 1:
            here = np.flatnonzero(present)
            away_m, near = cKDTree(position_m[here]).query(position_m[here], k=3)
            strange = np.append(here, -1)[near[:, 1:]] != other[here][:, None]
            closest_m = min(closest_m, float(away_m[:, 1:][strange].min()))
    return closest_m
