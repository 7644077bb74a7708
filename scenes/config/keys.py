"""The keys of the scenario file, read from the dataclasses of scenes/scenario/.

In: those dataclasses. Out: `KEYS`, from which models, errors, JSON Schema and documentation are made.
"""

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from scenes import scenario as specs
from scenes.distributions import Constant, Distribution, format_value

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
        "journeys": specs.JourneysSpec,
    }
)
NUMBER_SHAPES = ("uniform", "log_uniform", "normal", "choice", "poisson", "neg_binomial")

Kind = Literal["number", "whole number", "switch", "name", "text"]


@dataclass(frozen=True)
class Key:
    """One key of the scenario file, as scenes/scenario/ declares it.

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
