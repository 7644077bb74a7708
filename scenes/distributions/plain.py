"""Distributions, and whatever holds them, as the scenario file has them."""

import math
from dataclasses import fields, is_dataclass
from typing import Any

from scenes.distributions.base import Choice, Constant
from scenes.distributions.counts import NegativeBinomial, Poisson
from scenes.distributions.ranges import LogUniform, Normal, Uniform


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
