"""Numbers of happenings: Poisson and negative binomial counts, censored at the field's limits."""

import math
from abc import abstractmethod
from dataclasses import dataclass

import numpy as np
from scipy import special
from typing_extensions import override

from scenes.distributions.base import Distribution, Measure, Value, format_value, to_number

_SMALLEST_TAIL = 1e-200  # below it tails are summed in logarithms instead of read from a CDF
_TAIL_TERMS = 1000


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
        x = to_number(value)
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
