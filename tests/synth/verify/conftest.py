from pathlib import Path

import pytest

from scenes.config.loader import load_config
from synth.engine.generation import generate
from tests.synth.tiny_shop import OVERRIDES, make_shop_clip


@pytest.fixture(scope="session")
def intact(make_once) -> Path:
    def make(out: Path) -> None:
        config = load_config("everyday", OVERRIDES)
        result = generate([config], str(out), clips=2, seed=1, make_clip=make_shop_clip, refiner="none")
        assert not result.failed

    return make_once("intact", make)
