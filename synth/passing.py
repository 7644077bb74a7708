"""What passes outside and takes daylight from the shop: a cloud, a vehicle, somebody on the pavement.

In: the scenario and the store. Out: a `Passing` at any time, and what clip.json says of it. Pictures change,
labels do not.
"""

from typing import Any

import numpy as np

from scenes.randomness import make_rng
from scenes.scenario import Scenario
from scenes.world import Store
from synth.render import Passing

# By kind: length, height and distance from the front in m, speed in m/s; low and high of each.
_SCREENS = {
    "vehicle": ((4.2, 12.0), (1.6, 3.4), (2.0, 4.5), (2.5, 9.0)),
    "person": ((0.45, 0.65), (1.55, 1.9), (0.5, 2.0), (0.9, 1.6)),
}
_BEYOND_M = 6.0  # a slanting sun throws shadows of what is not yet before the front
_CLOUD_EDGE_S, _CLOUD_S = (1.5, 5.0), (3.0, 10.0)
# A cumulus lets a tenth of the sun through, and dims the sky about it a little.
_CLOUD_SUN, _CLOUD_SKY = 0.1, 0.85


class PassingShadow:
    """What passes in one clip.

    Attributes:
        passing: As clip.json has it: ``[{"kind": "vehicle", "from_s": 3.1, "to_s": 6.4}]``, or an empty list.
    """

    def __init__(self, scenario: Scenario, store: Store) -> None:
        rng = make_rng(scenario.seed, scenario.index, "passing")
        light = scenario.lighting
        self._kind = light.passing if store.daylight is not None else "nothing"
        self.passing: tuple[dict[str, Any], ...] = ()
        self._middle_m = float(store.layout.size_m[0]) / 2
        draw = rng.random(5)
        if self._kind == "cloud":
            low, high = np.array([_CLOUD_EDGE_S, _CLOUD_S]).T
            self._edge_s, length_s = (low + draw[:2] * (high - low)).tolist()
            half_s = length_s / 2 + self._edge_s
        elif self._kind in _SCREENS:
            low, high = np.array(_SCREENS[self._kind]).T
            self._length_m, self._height_m, self._away_m, speed = (low + draw[:4] * (high - low)).tolist()
            self._velocity = speed if draw[4] < 0.5 else -speed
            half_s = (self._middle_m + _BEYOND_M + self._length_m / 2) / speed
        else:
            return
        self._at_s, self._half_s = light.passing_at_s, half_s
        times = {"from_s": round(self._at_s - half_s, 4), "to_s": round(self._at_s + half_s, 4)}
        self.passing = ({"kind": self._kind, **times},)

    def at(self, time_s: float) -> Passing | None:
        """Return what passes at a time, None while nothing does."""
        if not self.passing or abs(time_s - self._at_s) >= self._half_s:
            return None
        since_s = time_s - self._at_s
        if self._kind == "cloud":
            cover = float(np.clip((self._half_s - abs(since_s)) / self._edge_s, 0.0, 1.0))
            cover *= cover * (3.0 - 2.0 * cover)
            return Passing(sun=1.0 - (1.0 - _CLOUD_SUN) * cover, sky=1.0 - (1.0 - _CLOUD_SKY) * cover)
        middle_m = self._middle_m + self._velocity * since_s
        half_m = self._length_m / 2
        return Passing(middle_m - half_m, middle_m + half_m, self._height_m, self._away_m)
