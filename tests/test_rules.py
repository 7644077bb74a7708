"""Rules of the code base that no linter knows."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import LONG

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("scenes", "synth", "gan", "cli")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

# What would make two runs of one recipe differ.
FORBIDDEN = {
    "the global NumPy generator": r"np\.random\.(?!Generator|Philox|SeedSequence|default_rng\b)\w+",
    "a generator without a lane": r"np\.random\.default_rng",
    "the global Python generator": r"^\s*(import random|from random import)",
    "a uuid": r"\buuid\b",
    "a clock": r"\btime\.time\(|datetime\.(now|utcnow|today)\(",
    "salted hashes": r"(?<![\w.])hash\(",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_random_outside_the_lanes(what):
    pattern = re.compile(FORBIDDEN[what], re.MULTILINE)
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in SOURCES
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found, f"{what} in {found}"


def test_generators_are_made_in_one_place():
    makers = [path for path in SOURCES if "random.Generator(" in path.read_text(encoding="utf-8")]
    assert [path.relative_to(ROOT).as_posix() for path in makers] == ["scenes/randomness.py"]


def test_imports_run_one_way():
    script = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_help_needs_no_heavy_package():
    """`--help` answers at once because none of these is imported for it."""
    heavy = (
        "torch",
        "numpy",
        "pyarrow",
        "pyrender",
        "jupedsim",
        "kornia",
        "openvino",
        "matplotlib",
        "av",
        "scipy",
    )
    code = (
        "import sys\nfrom cli.main import main\nsys.argv = ['shopsynth', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print('loaded:', [name for name in {heavy!r} if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.rstrip().endswith("loaded: []")


def test_lock_covers_what_the_package_asks_for():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = project["dependencies"] + [
        line for name in ("dev", "bench", "s3") for line in project["optional-dependencies"][name]
    ]
    plain = [re.split(r"[\[<>=!~ ]", line, maxsplit=1)[0].lower().replace("_", "-") for line in asked]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {line.split("==")[0].lower().replace("_", "-") for line in lock.splitlines() if "==" in line}
    assert sorted(set(plain) - locked) == []


def test_the_files_that_begin_first_are_there():
    assert [name for name in LONG if not (ROOT / "tests" / name).is_file()] == []
