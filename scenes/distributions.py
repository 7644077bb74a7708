"""Distributions of the scenario file: values that vary from clip to clip, or from shopper to shopper.

In: numbers checked by scenes/config.py. Out: frozen objects that draw (`sample`) and say how likely a
value is (`log_prob`), so that every clip knows its importance weight (scenes/sampling.py).

A distribution is either a *density* (real numbers) or a *mass* (countable values: integers, choices and
constants); log densities of the two are never compared. `log_prob` is exact in both cases:

* whole-number fields: `Uniform` is uniform over the integers low..high; `LogUniform` and `Normal` are their
  continuous forms on [low - 1/2, high + 1/2] rounded to the nearest integer, so an integer's probability is
  the integral over the unit interval around it;
* `Normal` is truncated: renormalised over its bounds, never clipped;
* `Poisson` and `NegativeBinomial` are censored at the field's limits: a draw beyond a limit is set to that
  limit, and the limit's probability is its own plus the whole tail's.
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

import numpy as np
from scipy import special
from typing_extensions import override

Value = float | int | bool | str
Measure = Literal["mass", "density"]

_LOG_SQRT_2PI = 0.5 * math.log(2 * math.pi)
_SMALLEST_TAIL = 1e-200  # below it tails are summed in logarithms instead of read from a CDF
_TAIL_TERMS = 1000


class Distribution(ABC):
    """What a field of the scenario file may hold instead of a fixed value."""

    @property
    @abstractmethod
    def measure(self) -> Measure:
        """Whether `log_prob` is a log mass or a log density."""

    @property
    @abstractmethod
    def support(self) -> tuple[Value, ...]:
        """Lowest and highest value it can give; for a choice or a constant all of its values."""

    @abstractmethod
    def sample(self, *, rng: np.random.Generator) -> Value:
        """Draw one value."""

    @abstractmethod
    def log_prob(self, value: Value) -> float:
        """Log mass or log density of `value`; -inf where it cannot occur."""

    @abstractmethod
    def describe(self) -> str:
        """The distribution as it is written in a scenario file."""


@dataclass(frozen=True)
class Constant(Distribution):
    """Always the same value: a point mass.

    >>> Constant(3).log_prob(3), Constant(3).log_prob(4)
    (0.0, -inf)
    """

    value: Value

    @property
    @override
    def measure(self) -> Measure:
        return "mass"

    @property
    @override
    def support(self) -> tuple[Value, ...]:
        return (self.value,)

    @override
    def sample(self, *, rng: np.random.Generator) -> Value:
        return self.value

    @override
    def log_prob(self, value: Value) -> float:
        return 0.0 if value == self.value else -math.inf

    @override
    def describe(self) -> str:
        return format_value(self.value)


@dataclass(frozen=True)
class Uniform(Distribution):
    """Every value between low and high equally likely; over integers both ends included.

    >>> round(math.exp(Uniform(1, 4, integer=True).log_prob(4)), 12)
    0.25
    >>> round(math.exp(Uniform(1.0, 5.0).log_prob(4.0)), 12)
    0.25
    """

    low: float
    high: float
    integer: bool = False

    @property
    @override
    def measure(self) -> Measure:
        return "mass" if self.integer else "density"

    @property
    @override
    def support(self) -> tuple[Value, ...]:
        return (self.low, self.high)

    @override
    def sample(self, *, rng: np.random.Generator) -> Value:
        if self.integer:
            return int(rng.integers(int(self.low), int(self.high) + 1))
        return float(rng.uniform(self.low, self.high))

    @override
    def log_prob(self, value: Value) -> float:
        x = _number(value)
        if not self.low <= x <= self.high or (self.integer and x != int(x)):
            return -math.inf
        return -math.log(self.high - self.low + self.integer)

    @override
    def describe(self) -> str:
        return f"{{uniform: [{format_value(self.low)}, {format_value(self.high)}]}}"


@dataclass(frozen=True)
class LogUniform(Distribution):
    """Uniform in the logarithm: as likely between 1 and 2 as between 10 and 20.

    >>> d = LogUniform(1, 3, integer=True)
    >>> round(sum(math.exp(d.log_prob(k)) for k in (1, 2, 3)), 12)
    1.0
    """

    low: float
    high: float
    integer: bool = False

    @property
    @override
    def measure(self) -> Measure:
        return "mass" if self.integer else "density"

    @property
    @override
    def support(self) -> tuple[Value, ...]:
        return (self.low, self.high)

    def _ends(self) -> tuple[float, float]:
        half = 0.5 if self.integer else 0.0
        return self.low - half, self.high + half

    @override
    def sample(self, *, rng: np.random.Generator) -> Value:
        start, stop = self._ends()
        x = math.exp(rng.uniform(math.log(start), math.log(stop)))
        if self.integer:
            return int(min(max(math.floor(x + 0.5), self.low), self.high))
        return min(max(x, self.low), self.high)

    @override
    def log_prob(self, value: Value) -> float:
        x = _number(value)
        start, stop = self._ends()
        log_width = math.log(math.log(stop / start))
        if not self.low <= x <= self.high or (self.integer and x != int(x)):
            return -math.inf
        if self.integer:
            return math.log(math.log((x + 0.5) / (x - 0.5))) - log_width
        return -math.log(x) - log_width

    @override
    def describe(self) -> str:
        return f"{{log_uniform: [{format_value(self.low)}, {format_value(self.high)}]}}"


@dataclass(frozen=True)
class Normal(Distribution):
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

    @property
    @override
    def measure(self) -> Measure:
        return "mass" if self.integer else "density"

    @property
    @override
    def support(self) -> tuple[Value, ...]:
        return (self.low, self.high)

    def _standard(self, x: float) -> float:
        return (x - self.mean) / self.std

    @property
    def log_mass_inside(self) -> float:
        """Log of the share of the untruncated normal that lies within its bounds."""
        half = 0.5 if self.integer else 0.0
        return _log_normal_mass(self._standard(self.low - half), self._standard(self.high + half))

    @override
    def sample(self, *, rng: np.random.Generator) -> Value:
        half = 0.5 if self.integer else 0.0
        a, b = self._standard(self.low - half), self._standard(self.high + half)
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
        x = _number(value)
        if not self.low <= x <= self.high or (self.integer and x != int(x)):
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


@dataclass(frozen=True)
class Choice(Distribution):
    """One of several values, each with its probability.

    >>> Choice(("day", "night"), (0.75, 0.25)).log_prob("dusk")
    -inf
    """

    values: tuple[Value, ...]
    probabilities: tuple[float, ...]

    @property
    @override
    def measure(self) -> Measure:
        return "mass"

    @property
    @override
    def support(self) -> tuple[Value, ...]:
        return tuple(v for v, p in zip(self.values, self.probabilities, strict=True) if p > 0)

    @override
    def sample(self, *, rng: np.random.Generator) -> Value:
        total = np.cumsum(self.probabilities)
        return self.values[int(np.searchsorted(total, rng.random() * total[-1], side="right"))]

    @override
    def log_prob(self, value: Value) -> float:
        for candidate, probability in zip(self.values, self.probabilities, strict=True):
            if candidate == value and probability > 0:
                return math.log(probability)
        return -math.inf

    @override
    def describe(self) -> str:
        pairs = zip(self.values, self.probabilities, strict=True)
        return f"{{choice: {{{', '.join(f'{format_value(v)}: {format_value(p)}' for v, p in pairs)}}}}}"


@dataclass(frozen=True)
class _Count(Distribution):
    """Base of the counts: censored at [low, high], whole numbers only."""

    @property
    @override
    def measure(self) -> Measure:
        return "mass"

    @property
    @abstractmethod
    def _limits(self) -> tuple[int, float]:
        """Where the count is censored: at and below the first, at and above the second."""

    @abstractmethod
    def _log_pmf(self, k: np.ndarray) -> np.ndarray:
        """Log mass of the uncensored count at k."""

    @abstractmethod
    def _cdf(self, k: float) -> float:
        """Probability that the uncensored count is at most k."""

    @abstractmethod
    def _sf(self, k: float) -> float:
        """Probability that the uncensored count is above k."""

    @property
    @override
    def support(self) -> tuple[Value, ...]:
        return self._limits

    @override
    def log_prob(self, value: Value) -> float:
        x = _number(value)
        low, high = self._limits
        if not low <= x <= high or x != int(x):
            return -math.inf
        if low == high:
            return 0.0
        if x == low and low > 0:
            return self._log_tail(self._cdf(x), np.arange(0, int(x) + 1))
        if x == high:
            return self._log_tail(self._sf(x - 1), np.arange(int(x), int(x) + _TAIL_TERMS))
        return float(self._log_pmf(np.array([x]))[0])

    def _log_tail(self, tail: float, terms: np.ndarray) -> float:
        if tail > _SMALLEST_TAIL:
            return math.log(tail)
        return float(special.logsumexp(self._log_pmf(terms)))

    def _clip(self, x: int) -> int:
        low, high = self._limits
        return int(min(max(x, low), high))


@dataclass(frozen=True)
class Poisson(_Count):
    """Counts of independent happenings, censored at the field's limits.

    >>> round(math.exp(Poisson(mean=2, high=1).log_prob(1)), 12) == round(1 - math.exp(-2), 12)
    True
    """

    mean: float
    low: int = 0
    high: float = math.inf

    @property
    def _limits(self) -> tuple[int, float]:
        return self.low, self.high

    def _log_pmf(self, k: np.ndarray) -> np.ndarray:
        return special.xlogy(k, self.mean) - self.mean - special.gammaln(k + 1)

    def _cdf(self, k: float) -> float:
        return float(special.pdtr(k, self.mean))

    def _sf(self, k: float) -> float:
        return float(special.pdtrc(k, self.mean)) if k >= 0 else 1.0

    @override
    def sample(self, *, rng: np.random.Generator) -> Value:
        return self._clip(int(rng.poisson(self.mean)))

    @override
    def describe(self) -> str:
        return f"{{poisson: {format_value(self.mean)}}}"


@dataclass(frozen=True)
class NegativeBinomial(_Count):
    """Counts that vary more than Poisson's (variance mean + mean^2 / r), censored at the field's limits.

    >>> d = NegativeBinomial(mean=3.41, r=1.23)  # the Groceries baskets: 22 % hold one item only
    >>> round(math.exp(d.log_prob(0)), 2)
    0.2
    """

    mean: float
    r: float
    low: int = 0
    high: float = math.inf

    @property
    def _limits(self) -> tuple[int, float]:
        return self.low, self.high

    @property
    def _success(self) -> float:
        return self.r / (self.r + self.mean)

    def _log_pmf(self, k: np.ndarray) -> np.ndarray:
        return (
            special.gammaln(k + self.r)
            - special.gammaln(self.r)
            - special.gammaln(k + 1)
            + self.r * math.log(self._success)
            + special.xlog1py(k, -self._success)
        )

    def _cdf(self, k: float) -> float:
        return float(special.betainc(self.r, k + 1, self._success))

    def _sf(self, k: float) -> float:
        return float(special.betainc(k + 1, self.r, 1 - self._success)) if k >= 0 else 1.0

    @override
    def sample(self, *, rng: np.random.Generator) -> Value:
        return self._clip(int(rng.negative_binomial(self.r, self._success)))

    @override
    def describe(self) -> str:
        return f"{{neg_binomial: {{mean: {format_value(self.mean)}, r: {format_value(self.r)}}}}}"


def format_value(value: Value) -> str:
    """Write a value as YAML would.

    >>> format_value(True), format_value(2.0), format_value(0.25), format_value("tile")
    ('true', '2', '0.25', 'tile')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def to_plain(thing: Any) -> Any:
    """Write a distribution as the scenario file has it, and whatever holds distributions likewise.

    Args:
        thing: A distribution, or a dataclass, mapping, list or tuple of plain values and distributions;
            fields of a dataclass whose metadata says ``recorded: False`` are left out.

    >>> to_plain(Uniform(1.0, 2.0))
    {'uniform': [1.0, 2.0]}
    """
    match thing:
        case Constant(value):
            return value
        case Uniform(low, high):
            return {"uniform": [low, high]}
        case LogUniform(low, high):
            return {"log_uniform": [low, high]}
        case Normal(mean, std, low, high):
            bounds = {name: x for name, x in (("min", low), ("max", high)) if math.isfinite(x)}
            return {"normal": {"mean": mean, "std": std, **bounds}}
        case Choice(values, probabilities):
            return {"choice": dict(zip(values, probabilities, strict=True))}
        case Poisson(mean):
            return {"poisson": mean}
        case NegativeBinomial(mean, r):
            return {"neg_binomial": {"mean": mean, "r": r}}
        case dict():
            return {key: to_plain(value) for key, value in thing.items()}
        case list() | tuple():
            return [to_plain(value) for value in thing]
    if is_dataclass(thing):
        recorded = [field for field in fields(thing) if field.metadata.get("recorded", True)]
        return {field.name: to_plain(getattr(thing, field.name)) for field in recorded}
    return thing


def _number(value: Value) -> float:
    return math.nan if isinstance(value, str) else float(value)


def _log_normal_mass(a: float, b: float) -> float:
    """Log of the standard normal's mass in [a, b], precise in both tails."""
    if a > 0:
        a, b = -b, -a
    upper, lower = float(special.log_ndtr(b)), float(special.log_ndtr(a))
    return upper + math.log1p(-math.exp(lower - upper)) if lower > -math.inf else upper
