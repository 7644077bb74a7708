"""Distributions of the scenario file: values that vary from clip to clip, or from shopper to shopper.

In: numbers checked by scenes/config/models.py. Out: frozen objects that draw (`sample`) and say how likely a
value is (`log_prob`), so that every clip knows its importance weight (scenes/sampling.py).

A distribution is either a *density* (real numbers) or a *mass* (countable values: integers, choices and
constants); log densities of the two are never compared. `log_prob` is exact in both cases:

* whole-number fields: `Uniform` is uniform over the integers low..high; `LogUniform` and `Normal` are their
  continuous forms on [low - 1/2, high + 1/2] rounded to the nearest integer, so an integer's probability is
  the integral over the unit interval around it;
* `Normal` is truncated: renormalised over its bounds, never clipped;
* `Poisson` and `NegativeBinomial` are censored at the field's limits: a draw beyond a limit is set to that
  limit, and the limit's probability is its own plus the whole tail's.

    base.py    what every distribution answers; constants and choices
    ranges.py  real or whole numbers between two bounds
    counts.py  numbers of happenings
    plain.py   distributions as the scenario file has them
"""

from scenes.distributions.base import Choice, Constant, Distribution, Measure, Value, format_value
from scenes.distributions.counts import NegativeBinomial, Poisson
from scenes.distributions.plain import to_plain
from scenes.distributions.ranges import LogUniform, Normal, Uniform

__all__ = [
    "Choice",
    "Constant",
    "Distribution",
    "LogUniform",
    "Measure",
    "NegativeBinomial",
    "Normal",
    "Poisson",
    "Uniform",
    "Value",
    "format_value",
    "to_plain",
]
