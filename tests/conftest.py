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
