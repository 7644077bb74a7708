"""What one key of a scenario file may hold: pydantic types that read a constant or a distribution.

In: a `Key`. Out: `value_type(key)`, an annotated type that checks everything that can be known of the value
before it is drawn: types, limits, sums, order of bounds.
"""

import math
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    create_model,
)
from pydantic_core import PydanticCustomError

from scenes.config.keys import Key, Kind
from scenes.distributions import (
    Choice,
    Constant,
    Distribution,
    LogUniform,
    NegativeBinomial,
    Normal,
    Poisson,
    Uniform,
    to_plain,
)

SUM_TOLERANCE = 1e-6  # probabilities such as 0.33 + 0.33 + 0.34 sum to 1 but for rounding
_LOG_SMALLEST_SHARE = math.log(1e-9)


class Model(BaseModel):
    """Base of all models: frozen, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


_Finite = Annotated[float, Field(strict=True, allow_inf_nan=False)]
_Positive = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0)]
_Probability = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=1)]


@cache
def _constant_type(
    kind: Kind,
    choices: tuple[str, ...],
    ge: float | None,
    le: float | None,
    pattern: str | None,
    multiple_of: int | None,
) -> Any:
    """Type of a constant within limits, one and the same for all keys that have them."""
    if kind == "switch":
        return Annotated[bool, Field(strict=True)]
    if kind == "name":
        return Literal[choices]
    if kind == "text":
        return Annotated[str, Field(strict=True, pattern=f"^{pattern}$" if pattern else None)]
    if kind == "whole number":
        return Annotated[int, Field(strict=True, ge=ge, le=le, multiple_of=multiple_of)]
    return Annotated[float, Field(strict=True, ge=ge, le=le, allow_inf_nan=False)]


@cache
def _shape_models(kind: Kind, constant: Any, label: str) -> dict[str, type[BaseModel]]:
    """Models of the distributions over `constant`; keys with equal limits share them."""

    def model(shape: str, content: Any) -> type[BaseModel]:
        columns: dict[str, Any] = {shape: (content, ...)}
        return create_model(f"{shape} {label}", __base__=Model, **columns)

    models = {"choice": model("choice", Annotated[dict[constant, _Probability], Field(min_length=1)])}
    if kind in ("number", "whole number"):
        normal = create_model(
            f"normal parameters {label}",
            __base__=Model,
            mean=(_Finite, ...),
            std=(_Positive, ...),
            min=(constant | None, None),
            max=(constant | None, None),
        )
        negative_binomial = create_model(
            "neg_binomial parameters", __base__=Model, mean=(_Positive, ...), r=(_Positive, ...)
        )
        models |= {
            "uniform": model("uniform", tuple[constant, constant]),
            "log_uniform": model("log_uniform", tuple[constant, constant]),
            "normal": model("normal", normal),
            "poisson": model("poisson", _Positive),
            "neg_binomial": model("neg_binomial", negative_binomial),
        }
    return models


def _shape_of(value: Any) -> str:
    return next(iter(value)) if isinstance(value, dict) else "constant"


def _check_shape(value: Any, key: Key) -> Any:
    """Refuse what is neither a constant nor a mapping with the name of one distribution."""
    if isinstance(value, Distribution):
        return to_plain(value)
    if isinstance(value, list | tuple | None):
        raise PydanticCustomError("shape", "not a constant or a distribution")
    if not isinstance(value, dict):
        return value
    if len(value) != 1:
        raise PydanticCustomError("shape", "a distribution has one name")
    shape, content = next(iter(value.items()))
    if shape not in key.shapes:
        raise PydanticCustomError("shape_name", "unknown distribution")
    if shape == "choice" and isinstance(content, dict):
        return {shape: {_read_choice(candidate, key): p for candidate, p in content.items()}}
    return value


def _read_choice(candidate: Any, key: Key) -> Any:
    """JSON has text keys only: take "3" for 3 and "true" for true where the key wants such."""
    if not isinstance(candidate, str) or key.kind in ("name", "text"):
        return candidate
    if key.kind == "switch":
        return {"true": True, "false": False}.get(candidate, candidate)
    for read in (int, float):
        try:
            return read(candidate)
        except ValueError:
            continue
    return candidate


def _problem(message: str) -> PydanticCustomError:
    return PydanticCustomError("explained", "{message}", {"message": message})


def _to_distribution(value: Any, key: Key) -> Distribution:
    if not isinstance(value, BaseModel):
        return Constant(float(value) if key.kind == "number" else value)
    shape = next(iter(type(value).model_fields))
    content = getattr(value, shape)
    if shape == "choice":
        return _to_choice(content, key)
    integer = key.kind == "whole number"
    if shape in ("uniform", "log_uniform"):
        low, high = content if integer else map(float, content)
        if not low < high:
            raise _problem(f"expected [low, high] with low < high, got [{low:g}, {high:g}]")
        if shape == "log_uniform" and low <= 0:
            raise _problem(f"expected log_uniform to begin above 0, got {low:g}")
        if key.multiple_of:
            raise _problem(f"expected a constant or a choice of multiples of {key.multiple_of}, got {shape}")
        return (Uniform if shape == "uniform" else LogUniform)(low, high, integer)
    if shape == "normal":
        return _to_normal(content, key, integer)
    low_count = max(0, math.ceil(key.ge)) if key.ge is not None else 0
    high_count = math.floor(key.le) if key.le is not None else math.inf
    mean = float(content if shape == "poisson" else content.mean)
    if not low_count <= mean <= high_count:
        raise _problem(
            f"expected a mean from {low_count:g} to {high_count:g}, the key's limits, got {mean:g}"
        )
    if shape == "poisson":
        return Poisson(mean=mean, low=low_count, high=high_count)
    return NegativeBinomial(mean=mean, r=float(content.r), low=low_count, high=high_count)


def _to_choice(content: Mapping[Any, float], key: Key) -> Choice:
    total = math.fsum(content.values())
    if abs(total - 1) > SUM_TOLERANCE:
        raise _problem(f"expected probabilities that sum to 1, got a sum of {total:g}")
    values = tuple(float(v) if key.kind == "number" else v for v in content)
    return Choice(values, tuple(p / total for p in content.values()))


def _to_normal(content: Any, key: Key, integer: bool) -> Normal:
    low = content.min if content.min is not None else key.ge
    high = content.max if content.max is not None else key.le
    low = -math.inf if low is None else low
    high = math.inf if high is None else high
    if not low < high:
        raise _problem(f"expected min < max, got min {low:g} and max {high:g}")
    normal = Normal(float(content.mean), float(content.std), low, high, integer)
    if normal.log_mass_inside < _LOG_SMALLEST_SHARE:
        raise _problem(
            f"expected a normal that meets its bounds, got mean {content.mean:g} and std {content.std:g}, "
            f"of which less than a billionth lies in [{low:g}, {high:g}]"
        )
    return normal


def value_type(key: Key) -> Any:
    """Return the annotated type of a key's value; it validates to a `Distribution` and serialises back."""
    constant = _constant_type(key.kind, key.choices, key.ge, key.le, key.pattern, key.multiple_of)
    models = _shape_models(key.kind, constant, _label(key))
    members = [Annotated[constant, Tag("constant")]]
    members += [Annotated[models[shape], Tag(shape)] for shape in key.shapes]
    union: Any = members[0]
    for member in members[1:]:
        union = union | member
    return Annotated[
        union,
        Discriminator(_shape_of),
        BeforeValidator(lambda value: _check_shape(value, key)),
        AfterValidator(lambda value: _to_distribution(value, key)),
        PlainSerializer(to_plain),
    ]


def _label(key: Key) -> str:
    return "of " + (key.path if key.kind in ("name", "text", "switch") else key.expectation)
