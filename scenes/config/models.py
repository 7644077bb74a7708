"""The scenario file's models: scenes/scenario/'s dataclasses, where any value may be a distribution.

In: plain mappings (from scenes/config/loader.py, or from a dataset's manifest). Out: a frozen
`ScenarioConfig` that holds one `Distribution` a key; a fixed value is a `Constant`. Keys, defaults, limits
and help texts are read from the dataclasses, so that they are written once. scenes/sampling.py draws from
it.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, PrivateAttr, create_model
from pydantic_core import CoreSchema

from scenes import scenario as specs
from scenes.config.keys import KEYS, SECTION_SPECS
from scenes.config.values import Model, value_type
from scenes.distributions import Distribution, to_plain

NAME_PATTERN = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"


class Section(Model):
    """One section of a scenario file; every attribute is a `Distribution`."""

    def distributions(self) -> dict[str, Distribution]:
        """Each key's name and distribution, in the order of the documentation."""
        return {name: getattr(self, name) for name in type(self).model_fields}

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Distribution: ...


def _section_model(spec: type) -> type[Section]:
    section = next(name for name, candidate in SECTION_SPECS.items() if candidate is spec)
    columns: dict[str, Any] = {
        key.name: (value_type(key), Field(default=key.default, description=key.help, title=key.path))
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
JourneysConfig = _section_model(specs.JourneysSpec)
SensorsConfig = _section_model(specs.SensorsSpec)
FaultsConfig = _section_model(specs.FaultsSpec)
RefineConfig = _section_model(specs.RefineSpec)


@dataclass(frozen=True)
class _As:
    """Has pydantic read an attribute as a derived model that type checkers cannot see."""

    model: type[Section]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler(self.model)


class _Sections(Model):
    clip: Annotated[Section, _As(ClipConfig)] = Field(default_factory=ClipConfig)
    store: Annotated[Section, _As(StoreConfig)] = Field(default_factory=StoreConfig)
    catalogue: Annotated[Section, _As(CatalogueConfig)] = Field(default_factory=CatalogueConfig)
    cameras: Annotated[Section, _As(CamerasConfig)] = Field(default_factory=CamerasConfig)
    lighting: Annotated[Section, _As(LightingConfig)] = Field(default_factory=LightingConfig)
    shoppers: Annotated[Section, _As(ShoppersConfig)] = Field(default_factory=ShoppersConfig)
    behaviours: Annotated[Section, _As(BehavioursConfig)] = Field(default_factory=BehavioursConfig)
    journeys: Annotated[Section, _As(JourneysConfig)] = Field(default_factory=JourneysConfig)
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

    _folder: str = PrivateAttr(default="")

    @property
    def folder(self) -> str:
        """Where relative paths of the catalogue section start on this machine; no part of the recipe."""
        return self._folder

    def with_folder(self, folder: str) -> "ScenarioConfig":
        """Return the same scenario, its relative paths starting at another folder."""
        moved = self.model_copy()
        moved._folder = folder
        return moved

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
    from scenes.config.reference import render_reference  # it reads the keys of this module

    return render_reference()
