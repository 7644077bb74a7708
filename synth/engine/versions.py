"""What has a part in a dataset's bytes besides its recipe: versions of packages and of the OpenGL driver.

In: this machine. Out: name -> version, as the manifest keeps it. A run goes on only where they are the same.
"""

import platform
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from importlib import metadata

from scenes.errors import RenderError

OPENGL = "opengl"
_PACKAGES = (
    "shopsynth",
    "numpy",
    "scipy",
    "shapely",
    "jupedsim",
    "pyrender",
    "PyOpenGL",
    "pyarrow",
    "av",
    "pillow",
    "torch",
    "openvino",
)
_TIMEOUT_S = 120
# In a process of its own: a broken driver may crash, and this one may need no context.
_PROBE = """
from scenes.errors import RenderError
try:
    from synth.render import describe_context
    print(describe_context())
except RenderError as error:
    raise SystemExit(str(error))
"""


def read_versions(*, rendering: bool) -> dict[str, str]:
    """Return the versions of everything that has a part in the bytes; what is not installed is left out.

    Args:
        rendering: Whether the driver has a part in them.

    Raises:
        RenderError: There is no usable OpenGL.
    """
    versions = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    if rendering:
        versions[OPENGL] = read_renderer()
    return versions


@cache
def read_renderer() -> str:
    """Return the OpenGL driver's name and version, for example of Mesa's llvmpipe with its vector width.

    Raises:
        RenderError: There is no usable OpenGL.
    """
    command = [sys.executable, "-c", _PROBE]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise RenderError(
            f"OpenGL gave no answer within {_TIMEOUT_S} s; see what `shopsynth doctor` says of it"
        ) from error
    if result.returncode:
        reason = (result.stderr.strip().splitlines() or [f"it ended with {result.returncode}"])[-1]
        raise RenderError(f"{reason} (`shopsynth doctor` looks closer)")
    return result.stdout.strip().splitlines()[-1]


def explain_changes(before: Mapping[str, str], here: Mapping[str, str]) -> str:
    """Say what differs between two sets of versions; "" when nothing does.

    >>> explain_changes({"av": "14", "numpy": "2"}, {"av": "15", "numpy": "2", "torch": "2.13"})
    'av 14 -> 15, torch absent -> 2.13'
    """
    return ", ".join(
        f"{name} {before.get(name, 'absent')} -> {here.get(name, 'absent')}"
        for name in sorted({*before, *here})
        if before.get(name) != here.get(name)
    )
