"""The pedestrian model itself: jupedsim's collision-free speed model with direct steering.

In: the floor, and of each agent where it goes next, how fast, and how much room it takes. Out: where agents
are, step by step. synth/walking/crowd.py decides all of it and is the only one that asks.
"""

from collections.abc import Iterable

import jupedsim as jps
import shapely
from jupedsim import CollisionFreeSpeedModelV2State
from shapely.affinity import scale

# Lengths of the model in a metre. It looks 3 of its own round for people and at least 4 for walls, however
# little who is there matters: at 1.5 m people push by less than a hundredth, walls at 2 m by nothing that
# numbers hold. With two in a metre it has a quarter of it to look at. A power of two rounds nothing.
PER_M = 2.0
NEIGHBOR_RANGE_M, WALL_RANGE_M = 0.1, 0.02  # of how people are pushed off others and walls; jupedsim's own
POINT_M = 2e-4  # radius of an agent that is set down, or about to go
MODEL_STEPS = 2  # of the model a step: people who push past each other shake less
TIME_GAP_S = 0.4
SLIM_TIME_GAP_S = 0.15
# At jupedsim's own range the push off somebody balances the wish to go on 0.2 m before bodies touch: who is
# to pass between them and a shelf would be held there until they go. Half of that lets them through.
SQUEEZING_RANGE_M = 0.05


class Model:
    """Agents on a floor, each known by its number."""

    def __init__(self, floor: shapely.Polygon, *, step_s: float):
        """Prepare an empty floor; one step takes `step_s`."""
        self._simulation = jps.Simulation(
            model=jps.CollisionFreeSpeedModelV2(),
            geometry=scale(floor, PER_M, PER_M, origin=(0.0, 0.0)),
            dt=step_s / MODEL_STEPS,
        )
        self._stage = self._simulation.add_direct_steering_stage()
        self._journey = self._simulation.add_journey(jps.JourneyDescription([self._stage]))
        # Looked up once, and valid while nobody comes or goes.
        self._handles: dict[int, tuple[jps.Agent, CollisionFreeSpeedModelV2State]] = {}
        self._leaving = False

    def add(self, point_m: tuple[float, float]) -> int:
        """Set an agent down that stands and takes no room yet; return its number."""
        parameters = jps.CollisionFreeSpeedModelV2AgentParameters(
            position=_to_model(point_m),
            time_gap=TIME_GAP_S,
            desired_speed=0.0,
            range_neighbor_repulsion=NEIGHBOR_RANGE_M * PER_M,
            range_geometry_repulsion=WALL_RANGE_M * PER_M,
            radius=POINT_M * PER_M,  # so near to others and to walls the model refuses bodies
            journey_id=self._journey,
            stage_id=self._stage,
        )
        agent_id: int = self._simulation.add_agent(parameters)
        self._handles.clear()
        self.aim(agent_id, point_m)
        return agent_id

    def remove(self, agent_id: int) -> None:
        """Take an agent away, with the next step."""
        self._simulation.mark_agent_for_removal(agent_id)
        self._leaving = True

    def aim(self, agent_id: int, target_m: tuple[float, float]) -> None:
        """Tell an agent where to go straight."""
        self._handle(agent_id)[0].target = _to_model(target_m)

    def pace(self, agent_id: int, pace_mps: float) -> None:
        """Tell an agent how fast to go."""
        self._handle(agent_id)[1].desired_speed = pace_mps * PER_M

    def shape(self, agent_id: int, radius_m: float, *, slim: bool, squeezes: bool = False) -> None:
        """Tell how much room an agent takes; who is slim follows closer, who squeezes passes closer."""
        state = self._handle(agent_id)[1]
        state.radius = radius_m * PER_M
        state.time_gap = SLIM_TIME_GAP_S if slim else TIME_GAP_S
        state.range_neighbor_repulsion = (SQUEEZING_RANGE_M if squeezes else NEIGHBOR_RANGE_M) * PER_M

    def make_point(self, agent_id: int) -> None:
        """Let an agent take no room."""
        self._handle(agent_id)[1].radius = POINT_M * PER_M

    def step(self) -> None:
        """Move all agents."""
        self._simulation.iterate(MODEL_STEPS)
        if self._leaving:
            self._handles.clear()
            self._leaving = False

    def list_positions_m(self, agent_ids: Iterable[int]) -> list[tuple[float, float]]:
        """List where agents are."""
        agents = [self._handle(agent_id)[0] for agent_id in agent_ids]
        return [(x / PER_M, y / PER_M) for x, y in [agent.position for agent in agents]]

    def _handle(self, agent_id: int) -> tuple[jps.Agent, CollisionFreeSpeedModelV2State]:
        handle = self._handles.get(agent_id)
        if handle is None:
            agent = self._simulation.agent(agent_id)
            handle = self._handles[agent_id] = agent, agent.model
        return handle


def _to_model(point_m: tuple[float, float]) -> tuple[float, float]:
    return point_m[0] * PER_M, point_m[1] * PER_M
