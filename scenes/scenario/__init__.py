"""The resolved scenario: what one clip is, with every range drawn.

In: a `ScenarioConfig` (scenes/config/models.py) and (seed, index). Out: a `Scenario`, whose sections are
the frozen dataclasses below. They are also the single source of the scenario file's keys:
scenes/config/keys.py reads names, types, defaults, limits and help texts from here, and the pydantic models
(where each field may be a constant or a distribution) are made of those.

    parameters.py  how a section declares a parameter
    shop.py        clip, store, catalogue, lighting
    people.py      shoppers, behaviours, journeys
    recording.py   cameras, sensors, faults, refine
"""

from dataclasses import dataclass, field
from typing import Any

from scenes.scenario.parameters import param
from scenes.scenario.people import MILD_C, POLICIES, BehavioursSpec, JourneysSpec, ShoppersSpec
from scenes.scenario.recording import CAMERA_LENSES, CamerasSpec, FaultsSpec, RefineSpec, SensorsSpec
from scenes.scenario.shop import STORE_FORMATS, CatalogueSpec, ClipSpec, LightingSpec, StoreSpec

__all__ = [
    "CAMERA_LENSES",
    "MILD_C",
    "POLICIES",
    "STORE_FORMATS",
    "BehavioursSpec",
    "CamerasSpec",
    "CatalogueSpec",
    "ClipSpec",
    "FaultsSpec",
    "JourneysSpec",
    "LightingSpec",
    "RefineSpec",
    "Scenario",
    "SensorsSpec",
    "ShoppersSpec",
    "StoreSpec",
    "param",
]


@dataclass(frozen=True)
class Scenario:
    """One clip to make, every range resolved.

    `log_p` and `log_q` are the summed log densities of the sampled values under the natural scenario
    and under the scenario as asked; exp(log_p - log_q) is the clip's importance weight.
    `values` maps each sampled key (``"shoppers.count"``) to (value, log_p, log_q). `folder` is where the
    relative paths of the catalogue section start on this machine.
    """

    name: str
    seed: int
    index: int
    clip: ClipSpec = ClipSpec()
    store: StoreSpec = StoreSpec()
    catalogue: CatalogueSpec = CatalogueSpec()
    cameras: CamerasSpec = CamerasSpec()
    lighting: LightingSpec = LightingSpec()
    shoppers: ShoppersSpec = ShoppersSpec()
    behaviours: BehavioursSpec = BehavioursSpec()
    sensors: SensorsSpec = SensorsSpec()
    faults: FaultsSpec = FaultsSpec()
    refine: RefineSpec = RefineSpec()
    log_p: float = 0.0
    log_q: float = 0.0
    values: dict[str, tuple[Any, float, float]] = field(default_factory=dict)
    config_sha256: str = ""
    folder: str = field(default="", metadata={"recorded": False})  # of this machine, so in no file
    journeys: JourneysSpec = JourneysSpec()
