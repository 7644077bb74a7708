"""What shoppers put goods into where they can be seen: the inside of a trolley, and of a basket on an arm.

In: who has it. Out: a `Receptacle` in the frame of the gear, see synth/bodies/gear.py. Its mesh is made by
synth/bodies/pushed.py and synth/bodies/basket.py from the same figures.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Receptacle:
    """An open box that is wider above than below.

    Attributes:
        floor_x_m: From where to where its floor is, ahead.
        floor_half_m: Half of its floor's width at these two.
        rim_x_m: From where to where its rim is, ahead.
        rim_half_m: Half of its width at the rim.
        floor_m: How high its floor is.
        rim_m: How high its rim is at the two.
        easy_x_m: How far ahead a hand gets most easily.
        heap_m: How far above the rim goods may stand out.
        over_m: Ahead and up, a bar over which arms go; None where there is none.
    """

    floor_x_m: tuple[float, float]
    floor_half_m: tuple[float, float]
    rim_x_m: tuple[float, float]
    rim_half_m: tuple[float, float]
    floor_m: float
    rim_m: tuple[float, float]
    easy_x_m: float
    heap_m: float
    over_m: tuple[float, float] | None = None

    def corners_m(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the corners of the rim and of the floor, (4, 3) each: left from behind, then back right."""
        rim, floor = (
            np.array(
                [
                    (x_m[0], half_m[0], z_m[0]),
                    (x_m[1], half_m[1], z_m[1]),
                    (x_m[1], -half_m[1], z_m[1]),
                    (x_m[0], -half_m[0], z_m[0]),
                ]
            )
            for x_m, half_m, z_m in (
                (self.rim_x_m, self.rim_half_m, self.rim_m),
                (self.floor_x_m, self.floor_half_m, (self.floor_m, self.floor_m)),
            )
        )
        return rim, floor
