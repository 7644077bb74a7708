"""``shopsynth doctor``: what this machine lacks, and how to get it."""

import ctypes.util
import importlib
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import metadata, resources
from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.console import print_json, print_result, print_table
from cli.options import Json

Status = Literal["ok", "missing", "note"]

REQUIRED = (
    "numpy",
    "scipy",
    "shapely",
    "jupedsim",
    "pyrender",
    "PyOpenGL",
    "pydantic",
    "ruamel.yaml",
    "pyarrow",
    "av",
    "fsspec",
    "pillow",
    "jinja2",
    "matplotlib",
    "torch",
    "pytorch-lightning",
    "kornia",
    "torchmetrics",
    "safetensors",
    "openvino",
)
OPTIONAL = {"s3fs": "pip install 'shopsynth[s3]' for s3:// outputs", "ray": "pip install 'shopsynth[ray]'"}
SYSTEM_LIBRARIES = {"EGL": "libegl1", "GL": "libgl1", "Xrender": "libxrender1"}
APT = "apt-get install --no-install-recommends"
RENDER_TIMEOUT_S = 60
SMALL_DISK_GB = 2.0

# Runs in a process of its own: a driver may crash, and a context must not live in this one.
_RENDER_PROBE = """
import os
os.environ["PYOPENGL_PLATFORM"] = "egl"
import numpy as np, pyrender, trimesh
renderer = pyrender.OffscreenRenderer(32, 24)
scene = pyrender.Scene(ambient_light=np.ones(3))
scene.add(pyrender.Mesh.from_trimesh(trimesh.creation.box()))
pose = np.eye(4); pose[2, 3] = 3.0
scene.add(pyrender.PerspectiveCamera(yfov=1.0), pose=pose)
_, depth = renderer.render(scene)
from OpenGL.GL import GL_RENDERER, GL_VERSION, glGetString
print(glGetString(GL_RENDERER).decode(), "| OpenGL", glGetString(GL_VERSION).decode())
raise SystemExit(0 if abs(depth[12, 16] - 2.5) < 0.01 else "the picture is wrong: depth %.3f" % depth[12, 16])
"""


@dataclass(frozen=True)
class Check:
    """One thing looked at.

    Attributes:
        status: ``"ok"``, ``"missing"`` (needed, and absent or broken) or ``"note"`` (can be done without).
        found: What is there.
        remedy: What to do, when something is to be done.
    """

    name: str
    status: Status
    found: str
    remedy: str = ""


def doctor(
    folder: Annotated[
        Path, typer.Option("--folder", help="Where datasets will go, for its free space.")
    ] = Path(),
    as_json: Json = False,
) -> None:
    """Say what this machine lacks and how to get it."""
    checks = [check for run in CHECKS for check in run(folder)]
    missing = [check for check in checks if check.status == "missing"]
    if as_json:
        print_json({"ready": not missing, "checks": [asdict(check) for check in checks]})
    else:
        rows = [(check.name, check.status, check.found) for check in checks]
        print_table("", ("what", "status", "found"), rows)
        for check in checks:
            if check.remedy:
                print_result(f"\n{check.name}: {check.remedy}")
        print_result(f"\nmissing: {', '.join(check.name for check in missing)}" if missing else "\nready")
    if missing:
        raise typer.Exit(1)


def check_python(folder: Path) -> Iterator[Check]:
    """The interpreter's version."""
    enough = sys.version_info >= (3, 11)
    remedy = "" if enough else "install Python 3.11 or newer"
    yield Check("Python", "ok" if enough else "missing", platform.python_version(), remedy)


def check_packages(folder: Path) -> Iterator[Check]:
    """The packages that the project needs, and the optional ones."""
    for package in REQUIRED:
        version = _version(package)
        remedy = "" if version else f"pip install {package} (or 'make demo' for the locked versions)"
        yield Check(package, "ok" if version else "missing", version or "not installed", remedy)
    for package, remedy in OPTIONAL.items():
        version = _version(package)
        yield Check(
            package, "ok" if version else "note", version or "not installed", "" if version else remedy
        )
    if _version("torchvision"):
        yield Check(
            "torchvision", "note", "installed", "pip uninstall torchvision: it can break the CPU torch"
        )


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def check_libraries(folder: Path) -> Iterator[Check]:
    """The system libraries behind headless OpenGL."""
    absent = [name for name in SYSTEM_LIBRARIES if not _loads(name)]
    for name in SYSTEM_LIBRARIES:
        yield Check(f"lib{name}", "missing" if name in absent else "ok", "no" if name in absent else "yes")
    if absent:
        packages = " ".join(SYSTEM_LIBRARIES.values())
        yield Check("system packages", "missing", "incomplete", f"{APT} {packages}")


def _loads(library: str) -> bool:
    name = ctypes.util.find_library(library)
    try:
        ctypes.CDLL(name or f"lib{library}.so.1")
    except OSError:
        return False
    return True


def check_rendering(folder: Path) -> Iterator[Check]:
    """Whether a picture can really be rendered without a screen."""
    command = [sys.executable, "-c", _RENDER_PROBE]
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, timeout=RENDER_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        yield Check(
            "rendering", "missing", f"no picture within {RENDER_TIMEOUT_S} s", "check the OpenGL driver"
        )
        return
    if result.returncode == 0:
        yield Check("rendering", "ok", result.stdout.strip())
        return
    reason = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
    remedy = f"{APT} {' '.join(SYSTEM_LIBRARIES.values())} (Mesa's EGL); PYOPENGL_PLATFORM must be egl"
    yield Check("rendering", "missing", reason, remedy)


def check_processors(folder: Path) -> Iterator[Check]:
    """CPU cores and a GPU that torch can use."""
    import os

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    yield Check("CPU cores", "ok", f"{cores} (give --workers {cores})")
    try:
        torch = importlib.import_module("torch")
    except ImportError:
        return
    if torch.cuda.is_available():
        yield Check("GPU", "ok", torch.cuda.get_device_name(0))
    else:
        yield Check("GPU", "note", "none; everything runs on the CPU, train-gan slowly")


def check_encoders(folder: Path) -> Iterator[Check]:
    """The video encoders inside PyAV."""
    try:
        av = importlib.import_module("av")
    except ImportError:
        return
    for label, codec in (("H.264 encoder", "libx264"), ("FFV1 encoder", "ffv1")):
        try:
            av.codec.Codec(codec, "w")
        except ValueError:
            remedy = "pip install --force-reinstall av: its wheels bring FFmpeg with these encoders"
            yield Check(label, "missing", f"{codec} is not in this PyAV", remedy)
        else:
            yield Check(label, "ok", codec)


def check_disk(folder: Path) -> Iterator[Check]:
    """Free space where datasets will go."""
    place = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free_gb = shutil.disk_usage(place).free / 1e9
    small = free_gb < SMALL_DISK_GB
    remedy = f"free some space under {place.absolute()} or choose another output" if small else ""
    yield Check("free disk", "note" if small else "ok", f"{free_gb:.1f} GB at {place.absolute()}", remedy)


def check_assets(folder: Path) -> Iterator[Check]:
    """The files that come with the package: bodies, checkpoint, presets."""
    for label, package, pattern in (
        ("body asset", "synth", "bodies/**/*.npz"),
        ("default refiner", "gan", "checkpoints/default.safetensors"),
        ("presets", "scenes", "presets/*.yaml"),
    ):
        files = sorted(Path(str(resources.files(package))).glob(pattern))
        if files:
            size = sum(file.stat().st_size for file in files) / 1e6
            yield Check(label, "ok", f"{len(files)} file{'s' if len(files) > 1 else ''}, {size:.1f} MB")
        else:
            yield Check(
                label, "missing", f"no {package}/{pattern}", "reinstall shopsynth: pip install --force ."
            )


CHECKS: tuple[Callable[[Path], Iterator[Check]], ...] = (
    check_python,
    check_packages,
    check_libraries,
    check_rendering,
    check_processors,
    check_encoders,
    check_disk,
    check_assets,
)
