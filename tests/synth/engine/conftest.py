from pathlib import Path

import pytest

from scenes.config.loader import load_config
from tests.synth.engine.runs import hashes, run


@pytest.fixture(scope="session")
def configs():
    return [load_config("everyday")]


@pytest.fixture(scope="session")
def undisturbed(configs, make_once) -> dict[str, str]:
    def make(out: Path) -> None:
        result = run(configs, out)
        assert result.complete
        assert result.exit_code == 0

    return hashes(make_once("undisturbed", make))
