import pytest

from scenes.config.loader import load_config
from tests.synth.engine.runs import hashes, run


@pytest.fixture(scope="session")
def configs():
    return [load_config("everyday")]


@pytest.fixture(scope="session")
def undisturbed(configs, tmp_path_factory) -> dict[str, str]:
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    result = run(configs, out)
    assert result.complete
    assert result.exit_code == 0
    return hashes(out)
