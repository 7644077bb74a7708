"""Real or whole numbers between two bounds: uniform, uniform in the logarithm, normal."""

import math
from dataclasses import dataclass

import numpy as np
from scipy import special
from typing_extensions import override

from scenes.distributions.base import Distribution, Measure, Value, format_value, to_number

_LOG_SQRT_2PI = 0.5 * math.log(2 * math.pi)


class _Range(Distribution):
    """Base of the numbers between two bounds, which belong to it; real ones, or whole ones only."""

    low: float
    high: float
    integer: bool

    @property
    @override
    def measure(self) -> Measure:
        return "mass" if self.integer else "density"

    @property
    @override
    def support(self) -> tuple[Value, ...]:
        return (self.low, self.high)

    @property
    def _ends(self) -> tuple[float, float]:
        """Ends of the interval that is rounded to the values: half a unit wider for whole numbers."""
        half = 0.5 if self.integer else 0.0
        return self.low - half, self.high + half

    def _holds(self, x: float) -> bool:
        return self.low <= x <= self.high and (not self.integer or x == int(x))


@dataclass(frozen=True)
class Uniform(_Range):
    """Every value between low and high equally likely; over integers both ends included.

    >>> round(math.exp(Uniform(1, 4, integer=True).log_prob(4)), 12)
    0.25
    >>> round(math.exp(Uniform(1.0, 5.0).log_prob(4.0)), 12)
    0.25
    """

    low: float
    high: float
    integer: bool = False

    @override
    def sample(self, *, rng: np.random.Generator) -> Value:
        if self.integer:
            return int(rng.integers(int(self.low), int(self.high) + 1))
        return float(rng.uniform(self.low, self.high))

    @override
    def log_prob(self, value: Value) -> float:
        x = to_number(value)
        if not self._holds(x):
            return -math.inf
        return -math.log(self.high - self.low + self.integer)

    @override
    def describe(self) -> str:
        return f"{{uniform: [{format_value(self.low)}, {format_value(self.high)}]}}"


@dataclass(frozen=True)
class LogUniform(_Range):
    """Uniform in the logarithm: as likely between 1 and 2 as between 10 and 20.

    >>> d = LogUniform(1, 3, integer=True)
    >>> round(sum(math.exp(d.log_prob(k)) for k in (1, 2, 3)), 12)
    1.0
    """

    low: float
    high: float
    integer: bool = False

    @override
    def sample(self, *, rng: np.random.Generator) -> Value:
        start, stop = self._ends
        x = math.exp(rng.uniform(math.log(start), math.log(stop)))
        if self.integer:
            return int(min(max(math.floor(x + 0.5), self.low), self.high))
        return min(max(x, self.low), self.high)

    @override
    def log_prob(self, value: Value) -> float:
        x = to_number(value)
        start, stop = self._ends
        log_width = math.log(math.log(stop / start))
        if not self._holds(x):
            return -math.inf
        if self.integer:
            return math.log(math.log((x + 0.5) / (x - 0.5))) - log_width
        return -math.log(x) - log_width

    @override
    def describe(self) -> str:
        return f"{{log_uniform: [{format_value(self.low)}, {format_value(self.high)}]}}"


@dataclass(frozen=True)
class Normal(_Range):
    """A normal distribution truncated to [low, high]; `mean` and `std` are those before truncation.

    >>> d = Normal(mean=0, std=1, low=0, high=math.inf)
    >>> round(math.exp(d.log_prob(0.0)), 6)  # twice the standard normal's 0.398942
    0.797885
    """

    mean: float
    std: float
    low: float
    high: float
    integer: bool = False

    def _standard(self, x: float) -> float:
        return (x - self.mean) / self.std

    @property
    def log_mass_inside(self) -> float:
        """Log of the share of the untruncated normal that lies within its bounds."""
        start, stop = self._ends
        return _log_normal_mass(self._standard(start), self._standard(stop))

    @override
    def sample(self, *, rng: np.random.Generator) -> Value:
        a, b = (self._standard(x) for x in self._ends)
        # The inverse CDF is precise in the lower tail only, so an interval above the mean is mirrored.
        mirror = -1.0 if a > 0 else 1.0
        if mirror < 0:
            a, b = -b, -a
        u = rng.uniform(special.ndtr(a), special.ndtr(b))
        x = self.mean + self.std * mirror * float(special.ndtri(u))
        if self.integer:
            x = math.floor(x + 0.5)
        x = min(max(x, self.low), self.high)
        return int(x) if self.integer else float(x)

    @override
    def log_prob(self, value: Value) -> float:
        x = to_number(value)
        if not self._holds(x):
            return -math.inf
        if self.integer:
            inside = _log_normal_mass(self._standard(x - 0.5), self._standard(x + 0.5))
            return inside - self.log_mass_inside
        return -0.5 * self._standard(x) ** 2 - _LOG_SQRT_2PI - math.log(self.std) - self.log_mass_inside

    @override
    def describe(self) -> str:
        parts = {"mean": self.mean, "std": self.std, "min": self.low, "max": self.high}
        inner = ", ".join(f"{name}: {format_value(x)}" for name, x in parts.items() if math.isfinite(x))
        return f"{{normal: {{{inner}}}}}"


def _log_normal_mass(a: float, b: float) -> float:
    """Log of the standard normal's mass in [a, b], precise in both tails."""
    if a > 0:
        a, b = -b, -a
    upper, lower = float(special.log_ndtr(b)), float(special.log_ndtr(a))
    return upper + math.log1p(-math.exp(lower - upper)) if lower > -math.inf else upper
