"""What every distribution answers, and the two without numbers of their own: constants and choices."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

import numpy as np
from typing_extensions import override

Value = float | int | bool | str
Measure = Literal["mass", "density"]


def format_value(value: Value) -> str:
    """Write a value as YAML would.

    >>> format_value(True), format_value(2.0), format_value(0.25), format_value("tile")
    ('true', '2', '0.25', 'tile')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def to_number(value: Value) -> float:
    """Return a value as a number; NaN for a word, which no range of numbers holds."""
    return math.nan if isinstance(value, str) else float(value)


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
