"""What moves in one frame: the renderer's input besides the store."""

from dataclasses import dataclass, field

import numpy as np

from scenes.world import Mesh


@dataclass(frozen=True)
class Passing:
    """What comes between the shop and its daylight, as a screen along the front, and what a cloud leaves.

    Attributes:
        x0_m, x1_m: From where to where along the front it hides; the same for nothing.
        height_m: Its height over the floor.
        away_m: How far before the front it stands.
        sun, sky: Shares of each that a cloud leaves.
    """

    x0_m: float = 0.0
    x1_m: float = 0.0
    height_m: float = 0.0
    away_m: float = 1.0
    sun: float = 1.0
    sky: float = 1.0


@dataclass(frozen=True)
class FrameScene:
    """The dynamic geometry of one instant, and the light.

    Attributes:
        frame: Frame number in the clip.
        mesh: People, the items and the case doors that move in the clip, in world coordinates. The vertices
            and faces of one instance stand in one run.
        previous_position_m: (V, 3) float32, where each vertex was one frame earlier (its position now, in
            the first frame).
        lamp_power: (lamps,) float32, 1 is full power, 0 is off.
        door_share: (case doors,) float32, how far each is open, 0 (shut) to 1; empty: all shut.
            Their panes go with them; the frames of those that open in the clip are part of `mesh`.
        fog: (panes,) float32, how densely the store's panes are fogged, 0 (clear) to 1; empty: all clear.
        passing: What passes outside, None for nothing.
        resting: Instances of `mesh` that stand on the store's boards or hang in its walls for now, and are
            drawn and lit as all does that never moves: goods in their slots, doors that stand still.
    """

    frame: int
    mesh: Mesh
    previous_position_m: np.ndarray
    lamp_power: np.ndarray
    door_share: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))
    fog: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))
    passing: Passing | None = None
    resting: frozenset[int] = frozenset()
