"""A small dataset made by the whole chain."""

from pathlib import Path

import pytest

from gan import default_refiner_factory
from scenes.config.loader import load_config
from scenes.config.models import ScenarioConfig
from synth.dataset.reader import Dataset
from synth.engine.generation import generate

# Small in every way but the number of stages: all of them run.
SMALL = (
    "clip.duration_s=3",
    "clip.fps=5",
    "clip.warmup_s=14",
    "store.width_m=6.5",
    "store.depth_m=6",
    "catalogue.skus=24",
    "shoppers.count=4",
    "shoppers.arrival_window_s=8",
    "cameras.count=2",
    "cameras.width_px=160",
    "cameras.height_px=120",
    "cameras.supersampling=1",
)


@pytest.fixture(scope="session")
def small_config() -> ScenarioConfig:
    return load_config("everyday", SMALL)


@pytest.fixture(scope="session")
def small_path(small_config, make_once) -> Path:
    def make(out: Path) -> None:
        generate([small_config], str(out), clips=4, seed=16, refiner_factory=default_refiner_factory())

    return make_once("small", make)


@pytest.fixture(scope="session")
def small_dataset(small_path) -> Dataset:
    return Dataset(str(small_path))
