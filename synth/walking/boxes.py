"""What people push or ride as a box on the floor.

In: gear, where its owner is and where it points. Out: how far points and other boxes are off it.
"""

import math
from dataclasses import dataclass

from synth.walking.gear import Gear


@dataclass(frozen=True)
class Box:
    """What somebody pushes or rides, where it is.

    Attributes:
        x_m, y_m: Its middle.
        cos, sin: Where it points.
        half_m: Half of its length and of its width.
    """

    x_m: float
    y_m: float
    cos: float
    sin: float
    half_m: tuple[float, float]

    def off_point(self, x_m: float, y_m: float) -> tuple[float, float, float]:
        """Return how far a point is off it, negative within, and the unit way off it.

        >>> box = Box(1.0, 0.0, 1.0, 0.0, (1.0, 0.5))
        >>> box.off_point(3.0, 0.0), box.off_point(1.0, 0.25)
        ((1.0, 1.0, 0.0), (-0.25, 0.0, 1.0))
        """
        x_m, y_m = x_m - self.x_m, y_m - self.y_m
        along_m, aside_m = x_m * self.cos + y_m * self.sin, y_m * self.cos - x_m * self.sin
        over_m, beside_m = abs(along_m) - self.half_m[0], abs(aside_m) - self.half_m[1]
        if over_m > 0.0 and beside_m > 0.0:
            gap_m = math.hypot(over_m, beside_m)
            a, b = over_m / gap_m, beside_m / gap_m
        else:
            gap_m = max(over_m, beside_m)
            a, b = (1.0, 0.0) if over_m > beside_m else (0.0, 1.0)
        a, b = math.copysign(a, along_m), math.copysign(b, aside_m)
        return gap_m, a * self.cos - b * self.sin, a * self.sin + b * self.cos

    def off_box(self, other: "Box") -> tuple[float, float, float]:
        """Return how far it is off another, negative where they meet, and the unit way off (Gottschalk 1996).

        >>> box = Box(0.0, 0.0, 1.0, 0.0, (1.0, 0.5))
        >>> Box(0.0, 2.0, 0.0, 1.0, (1.0, 0.5)).off_box(box)
        (0.5, 0.0, 1.0)
        """
        x_m, y_m = self.x_m - other.x_m, self.y_m - other.y_m
        # of the angle between them, which is all that counts
        cos = abs(self.cos * other.cos + self.sin * other.sin)
        sin = abs(self.cos * other.sin - self.sin * other.cos)
        best = (-math.inf, 0.0, 0.0)
        for one, two in ((self, other), (other, self)):
            spread_m = (
                one.half_m[0] + cos * two.half_m[0] + sin * two.half_m[1],
                one.half_m[1] + sin * two.half_m[0] + cos * two.half_m[1],
            )
            for reach_m, a, b in zip(spread_m, (one.cos, -one.sin), (one.sin, one.cos), strict=True):
                apart_m = x_m * a + y_m * b
                if abs(apart_m) - reach_m > best[0]:
                    off = math.copysign(1.0, apart_m)
                    best = abs(apart_m) - reach_m, off * a, off * b
        return best


def make_box(gear: Gear, place_m: tuple[float, float], rad: float) -> Box:
    """Lay gear out whose owner is at a place, and that points so."""
    back_m, front_m, half_m = gear.box_m
    cos, sin, middle_m = math.cos(rad), math.sin(rad), (back_m + front_m) / 2
    x_m, y_m = place_m[0] + middle_m * cos, place_m[1] + middle_m * sin
    return Box(x_m, y_m, cos, sin, ((front_m - back_m) / 2, half_m))
