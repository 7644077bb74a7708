"""What tests of the benchmarks share."""

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="session")
def measures():
    """The benchmarks' own modules; they lie beside the packages, not in one."""
    before = list(sys.path)
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import conservation
        import peers
        import realism
        import variety
        from looks import comparing, described, distances, files, hold, in_hand, shares, stores, two_sample
        from rivals import scene_file
    finally:
        sys.path[:] = before
    return type(
        "Measures",
        (),
        {
            "comparing": comparing,
            "conservation": conservation,
            "described": described,
            "distances": distances,
            "files": files,
            "hold": hold,
            "in_hand": in_hand,
            "peers": peers,
            "realism": realism,
            "variety": variety,
            "shares": shares,
            "stores": stores,
            "two_sample": two_sample,
            "scene_file": scene_file,
        },
    )
