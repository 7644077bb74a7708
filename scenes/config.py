"""The scenario file's models: scenes/scenario.py's dataclasses, where any value may be a distribution.

In: plain mappings (from scenes/loader.py, or from a dataset's manifest). Out: a frozen `ScenarioConfig`
that holds one `Distribution` a key; a fixed value is a `Constant`. Keys, defaults, limits and help texts
are read from the dataclasses, so that they are written once. scenes/sampling.py draws from it.
"""

import hashlib
import json
import math
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin, get_type_hints

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    PlainSerializer,
    Tag,
    create_model,
)
from pydantic_core import CoreSchema, PydanticCustomError

from scenes import scenario as specs
from scenes.distributions import (
    Choice,
    Constant,
    Distribution,
    LogUniform,
    NegativeBinomial,
    Normal,
    Poisson,
    Uniform,
    format_value,
    to_plain,
)

SECTION_SPECS: Mapping[str, type] = types.MappingProxyType(
    {
        "clip": specs.ClipSpec,
        "store": specs.StoreSpec,
        "catalogue": specs.CatalogueSpec,
        "cameras": specs.CamerasSpec,
        "lighting": specs.LightingSpec,
        "shoppers": specs.ShoppersSpec,
        "behaviours": specs.BehavioursSpec,
        "sensors": specs.SensorsSpec,
        "faults": specs.FaultsSpec,
        "refine": specs.RefineSpec,
    }
)
NAME_PATTERN = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
NUMBER_SHAPES = ("uniform", "log_uniform", "normal", "choice", "poisson", "neg_binomial")
SUM_TOLERANCE = 1e-6  # probabilities such as 0.33 + 0.33 + 0.34 sum to 1 but for rounding
_LOG_SMALLEST_SHARE = math.log(1e-9)

Kind = Literal["number", "whole number", "switch", "name", "text"]


@dataclass(frozen=True)
class Key:
    """One key of the scenario file, as scenes/scenario.py declares it.

    Attributes:
        path: For example ``"shoppers.count"``.
        choices: The names that a key of kind ``"name"`` may hold.
        per_shopper: Whether it is drawn anew for each shopper or group.
    """

    section: str
    name: str
    kind: Kind
    choices: tuple[str, ...]
    default: Distribution
    help: str
    ge: float | None
    le: float | None
    pattern: str | None
    multiple_of: int | None
    per_shopper: bool

    @property
    def path(self) -> str:
        """Section and name, as written in ``--set``."""
        return f"{self.section}.{self.name}"

    @property
    def shapes(self) -> tuple[str, ...]:
        """Names of the distributions that it may hold."""
        return NUMBER_SHAPES if self.kind in ("number", "whole number") else ("choice",)

    @property
    def expectation(self) -> str:
        """What a constant has to be, in words."""
        if self.kind == "switch":
            return "true or false"
        if self.kind == "name":
            return f"one of {', '.join(self.choices)}"
        if self.kind == "text":
            return f"text of the form {self.pattern}" if self.pattern else "text"
        what = f"a multiple of {self.multiple_of}" if self.multiple_of else f"a {self.kind}"
        if self.ge is not None and self.le is not None:
            return f"{what} from {format_value(self.ge)} to {format_value(self.le)}"
        if self.ge is not None:
            return f"{what} of at least {format_value(self.ge)}"
        return what if self.le is None else f"{what} of at most {format_value(self.le)}"


def _read_keys() -> Iterator[Key]:
    kinds: dict[Any, Kind] = {bool: "switch", int: "whole number", float: "number", str: "text"}
    for section, spec in SECTION_SPECS.items():
        hints = get_type_hints(spec)
        for field in fields(spec):
            default: Any = field.default
            per_shopper = field.metadata["per_shopper"]
            hint = per_shopper or hints[field.name]
            literal = get_origin(hint) is Literal
            yield Key(
                section=section,
                name=field.name,
                kind="name" if literal else kinds[hint],
                choices=get_args(hint) if literal else (),
                default=default if isinstance(default, Distribution) else Constant(default),
                help=field.metadata["help"],
                ge=field.metadata["ge"],
                le=field.metadata["le"],
                pattern=field.metadata["pattern"],
                multiple_of=field.metadata["multiple_of"],
                per_shopper=per_shopper is not None,
            )


KEYS: Mapping[str, Key] = types.MappingProxyType({key.path: key for key in _read_keys()})


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


# ---------------------------------------------------------------- the value of one key

_Finite = Annotated[float, Field(strict=True, allow_inf_nan=False)]
_Positive = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0)]
_Probability = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=1)]


def _constant_type(key: Key) -> Any:
    if key.kind == "switch":
        return Annotated[bool, Field(strict=True)]
    if key.kind == "name":
        return Literal[key.choices]
    if key.kind == "text":
        return Annotated[str, Field(strict=True, pattern=f"^{key.pattern}$" if key.pattern else None)]
    if key.kind == "whole number":
        return Annotated[int, Field(strict=True, ge=key.ge, le=key.le, multiple_of=key.multiple_of)]
    return Annotated[float, Field(strict=True, ge=key.ge, le=key.le, allow_inf_nan=False)]


@lru_cache
def _shape_models(kind: Kind, constant: Any, label: str) -> dict[str, type[BaseModel]]:
    """Models of the distributions over `constant`; keys with equal limits share them."""

    def model(shape: str, content: Any) -> type[BaseModel]:
        columns: dict[str, Any] = {shape: (content, ...)}
        return create_model(f"{shape} {label}", __base__=_Model, **columns)

    models = {"choice": model("choice", Annotated[dict[constant, _Probability], Field(min_length=1)])}
    if kind in ("number", "whole number"):
        normal = create_model(
            f"normal parameters {label}",
            __base__=_Model,
            mean=(_Finite, ...),
            std=(_Positive, ...),
            min=(constant | None, None),
            max=(constant | None, None),
        )
        negative_binomial = create_model(
            "neg_binomial parameters", __base__=_Model, mean=(_Positive, ...), r=(_Positive, ...)
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


def _value_type(key: Key) -> Any:
    constant = _constant_type(key)
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


# ---------------------------------------------------------------- sections and the whole file


class Section(_Model):
    """One section of a scenario file; every attribute is a `Distribution`."""

    def distributions(self) -> dict[str, Distribution]:
        """Each key's name and distribution, in the order of the documentation."""
        return {name: getattr(self, name) for name in type(self).model_fields}

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Distribution: ...


def _section_model(spec: type) -> type[Section]:
    section = next(name for name, candidate in SECTION_SPECS.items() if candidate is spec)
    columns: dict[str, Any] = {
        key.name: (_value_type(key), Field(default=key.default, description=key.help, title=key.path))
        for key in KEYS.values()
        if key.section == section
    }
    name = spec.__name__.replace("Spec", "Config")
    return create_model(name, __base__=Section, __module__=__name__, __doc__=spec.__doc__, **columns)


ClipConfig = _section_model(specs.ClipSpec)
StoreConfig = _section_model(specs.StoreSpec)
CatalogueConfig = _section_model(specs.CatalogueSpec)
CamerasConfig = _section_model(specs.CamerasSpec)
LightingConfig = _section_model(specs.LightingSpec)
ShoppersConfig = _section_model(specs.ShoppersSpec)
BehavioursConfig = _section_model(specs.BehavioursSpec)
SensorsConfig = _section_model(specs.SensorsSpec)
FaultsConfig = _section_model(specs.FaultsSpec)
RefineConfig = _section_model(specs.RefineSpec)


@dataclass(frozen=True)
class _As:
    """Has pydantic read an attribute as a derived model that type checkers cannot see."""

    model: type[Section]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler(self.model)


class _Sections(_Model):
    clip: Annotated[Section, _As(ClipConfig)] = Field(default_factory=ClipConfig)
    store: Annotated[Section, _As(StoreConfig)] = Field(default_factory=StoreConfig)
    catalogue: Annotated[Section, _As(CatalogueConfig)] = Field(default_factory=CatalogueConfig)
    cameras: Annotated[Section, _As(CamerasConfig)] = Field(default_factory=CamerasConfig)
    lighting: Annotated[Section, _As(LightingConfig)] = Field(default_factory=LightingConfig)
    shoppers: Annotated[Section, _As(ShoppersConfig)] = Field(default_factory=ShoppersConfig)
    behaviours: Annotated[Section, _As(BehavioursConfig)] = Field(default_factory=BehavioursConfig)
    sensors: Annotated[Section, _As(SensorsConfig)] = Field(default_factory=SensorsConfig)
    faults: Annotated[Section, _As(FaultsConfig)] = Field(default_factory=FaultsConfig)
    refine: Annotated[Section, _As(RefineConfig)] = Field(default_factory=RefineConfig)

    def distributions(self) -> dict[str, Distribution]:
        """Every key's path and distribution, in the order of the documentation."""
        sections = ((section, getattr(self, section)) for section in SECTION_SPECS)
        return {f"{s}.{name}": d for s, section in sections for name, d in section.distributions().items()}


_Name = Annotated[str, Field(strict=True, pattern=f"^{NAME_PATTERN}$")]


class NaturalConfig(_Sections):
    """The scenario that says how often each value occurs in real life."""

    name: _Name


class ScenarioConfig(_Sections):
    """A scenario: what to film, as distributions over clips.

    `natural` is given by name in a scenario file; loading puts that scenario's content in its place, so that
    a config is complete in itself: reading ``config.model_dump(mode="json")`` again gives an equal one.
    """

    name: _Name = Field(description="Name of the scenario; clips are called <name>-<index>.")
    description: Annotated[str, Field(strict=True)] = Field(
        default="", description="What the scenario is for, in a sentence or two."
    )
    natural: NaturalConfig = Field(
        description="Preset or path of the scenario that says how often values occur in real life."
    )

    @cached_property
    def sha256(self) -> str:
        """Hash of all that decides the clips; the description does not."""
        content = self.model_dump(mode="json", exclude={"description"})
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def make_json_schema() -> dict[str, Any]:
    """JSON Schema of a scenario file, for editors: as written, so before `extends` is followed."""
    schema = ScenarioConfig.model_json_schema(mode="validation")
    text = {"type": "string", "minLength": 1}
    described = schema["properties"]
    described["natural"] = text | {"default": "everyday", "description": described["natural"]["description"]}
    described["extends"] = text | {"description": "Preset or relative path of the scenario to start from."}
    schema.pop("required", None)
    schema["$defs"].pop("NaturalConfig", None)
    for key in KEYS.values():
        section = schema["$defs"][SECTION_SPECS[key.section].__name__.replace("Spec", "Config")]
        section["properties"][key.name]["default"] = json.loads(json.dumps(to_plain(key.default)))
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, **schema, "title": "shopsynth scenario"}


def render_docs() -> str:
    """Markdown of docs/scenario-reference.md."""
    from scenes.reference import render_reference  # it reads the keys of this module

    return render_reference()
