"""Where light comes from."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class LitCase:
    """The inside of a piece of furniture that has lamps of its own: a chiller, a fridge, a hot counter.

    Attributes:
        low_m, high_m: (3,) corners of the space that is lit, world axes.
        front: (3,) horizontal unit vector out of it, along a world axis.
        color: (3,) linear RGB radiance of white paper at its front, as in `Lamp`.
    """

    low_m: np.ndarray
    high_m: np.ndarray
    front: np.ndarray
    color: np.ndarray


@dataclass(frozen=True)
class Daylight:
    """Light through the glazed openings of the walls; radiance as in `Lamp`, 0.8 is white paper.

    Attributes:
        sky: (3,) linear RGB radiance of what an opening shows above the houses opposite.
        street: (3,) and below the horizon.
        sun: (3,) of white paper that faces the sun, zeros when it does not shine in.
        sun_direction: (3,) unit, toward the sun.
        opening_m: (N, 4) x0, z0, x1, z1 of each opening, in the frame of its wall.
        wall: (N,) the wall of each, see scenes.world.Window.
        sun_share: (4, rows, columns) share of the sun that what stands outside leaves at each wall, from its
            frame's origin up and along it.
        cover_m, cover_wall: (K, 4) and (K,) likewise, of what is on the panes and lets no light through.
    """

    sky: np.ndarray
    street: np.ndarray
    sun: np.ndarray
    sun_direction: np.ndarray
    opening_m: np.ndarray
    wall: np.ndarray
    sun_share: np.ndarray = field(default_factory=lambda: np.ones((4, 1, 1), np.float32))
    cover_m: np.ndarray = field(default_factory=lambda: np.zeros((0, 4)))
    cover_wall: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True)
class Lamp:
    """A rectangular ceiling lamp that shines down.

    Attributes:
        position_m: (3,) centre of its face.
        size_m: (2,) extent in x and y.
        color: (3,) linear RGB of its light, including its brightness; (1, 1, 1) lamps at the usual
            spacing light white paper on the floor to about 0.8 before tone mapping.
        material: the material index of its face, used by no other surface, so that its glow follows its
            power.
    """

    position_m: np.ndarray
    size_m: np.ndarray
    color: np.ndarray
    material: int


@dataclass(frozen=True)
class Spot:
    """A spotlight; it burns whatever the ceiling lamps do.

    Attributes:
        position_m: (3,) middle of its face.
        toward: (3,) unit, along its beam.
        half_angle_rad: Angle from the axis at which half of its intensity is left.
        reach_m: Distance at which it is aimed.
        color: (3,) linear RGB radiance of white paper there that faces it, as in `Lamp`.
    """

    position_m: np.ndarray
    toward: np.ndarray
    half_angle_rad: float
    reach_m: float
    color: np.ndarray
