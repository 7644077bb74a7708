"""What all tests share: settings of hypothesis, and datasets that are made once for all workers."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

# The same examples everywhere, and no test that depends on how busy the machine is.
settings.register_profile(
    "shopsynth", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("shopsynth")

# The files that take longest: they begin first, so that no worker is left with one of them at the end.
LONG = (
    "chain/test_recipe.py",
    "independent/test_faults.py",
    "synth/test_conservation.py",
    "synth/test_simulation.py",
    "synth/test_flow.py",
    "synth/test_hard_cases.py",
    "independent/test_reader.py",
    "chain/test_lenses.py",
    "chain/test_every_shop.py",
    "synth/render/test_still_and_moving.py",
    "synth/engine/test_failures.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of long files first."""
    place = {Path(__file__).parent / name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


@pytest.fixture(scope="session")
def make_once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[..., Path]:
    """Return `make_once(name, make)`: the folder `name`, which `make(folder)` fills for all workers.

    The first worker who asks makes it; the others wait for that one. Nobody may write into it afterwards.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def once(name: str, make: Callable[[Path], object]) -> Path:
        folder, made = shared / name, shared / f"{name}.made"
        with FileLock(shared / f"{name}.lock"):
            if not made.exists():
                shutil.rmtree(folder, ignore_errors=True)  # what is left of a try that failed
                make(folder)
                made.touch()
        return folder

    return once
