"""Labelled views per CPU-second: synth.render against renderers that others use, on one scene.

    python benchmarks/peers.py [--python PATH] [--budget SECONDS] [--pictures DIR] [--quick] [--json]

The scene is the design's (40 gondolas, 4,000 items, 20 people, 6 cameras), handed to every contender as the
same triangles, textures, cameras and lamps. Contenders take turns, a view each, every one in a process of its
own; a figure is the median of the CPU-seconds a view takes (of all threads of the process), so that a busy
machine or a multi-threaded peer changes it little. Outputs differ and are written beside. What has to be done
once (loading, the first view) is not in the time; moving the people and fetching the pictures is.

The peers are the dependency group `peers` of pyproject.toml (bpy, mujoco, pyvista, open3d). They are heavy
and want an older numpy than we do, so they live in an environment of their own, which --python names:

    python3.11 -m venv PEERS && PEERS/bin/pip install -U pip && PEERS/bin/pip install --group peers

What is not installed or does not run there is said and left out. About 15 minutes, most of it EEVEE's;
--quick leaves EEVEE out and takes under a minute.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).resolve().parents[1])]

from rendering.scene import make_frames, make_store  # noqa: E402
from rivals.scene_file import FRAMES, Part, SceneFile, write_scene  # noqa: E402

from scenes.world import INSTANCE_PERSON, Mesh  # noqa: E402

FOLDER = Path(__file__).parent / "rivals"
OURS = "shopsynth"
PEERS = {  # name -> (module that has to be installed, words of its command)
    "mujoco": ("mujoco", ["with_mujoco.py"]),
    "pyvista": ("pyvista", ["with_pyvista.py"]),
    "open3d": ("open3d", ["with_open3d.py"]),
    "workbench": ("bpy", ["with_blender.py", "workbench"]),
    "eevee": ("bpy", ["with_blender.py", "eevee"]),
}
SIZES = ((320, 240), (1280, 720))
FEWEST_VIEWS, SLOW_S = 3, 3.0
SLOWEST = "eevee"  # minutes a size: not for --quick


def make_scene(width_px: int, height_px: int) -> SceneFile:
    """Turn the design's scene into plain arrays."""
    store = make_store(width_px, height_px)
    frames = list(islice(make_frames(store), FRAMES))
    mesh = frames[0].mesh
    owner = mesh.instance_id - INSTANCE_PERSON
    first = np.unique(owner, return_index=True)[1]
    place = np.stack([frame.mesh.position_m[first] for frame in frames]).astype(float)
    return SceneFile(
        structure=_split(store.structure),
        products=[_split(product)[0] for product in store.catalogue.mesh],
        item_product=store.item_product,
        world_from_item=store.world_from_item,
        people=_split(mesh),
        walk_m=place - place[0],
        textures=store.textures.pixels,
        world_from_cam=np.stack([camera.world_from_cam for camera in store.cameras]),
        focal_px=float(store.cameras[0].intrinsics[0, 0]),
        size_px=(width_px, height_px),
        lamp_m=np.stack([lamp.position_m for lamp in store.lamps]),
        lamp_size_m=np.asarray(store.lamps[0].size_m),
    )


def _split(mesh: Mesh) -> list[Part]:
    """Take a mesh apart by instance."""
    parts = []
    owner = mesh.instance_id[mesh.faces[:, 0]]
    for instance in np.unique(owner):
        used, faces = np.unique(mesh.faces[owner == instance], return_inverse=True)
        parts.append(
            Part(
                position_m=mesh.position_m[used],
                uv=mesh.uv[used],
                faces=faces.reshape(-1, 3).astype(np.int32),
                color=(mesh.color[used[0]] / 255.0).astype(np.float32),
                layer=int(mesh.layer[used[0]]),
            )
        )
    return parts


class Contender:
    """A process that renders views on demand."""

    def __init__(self, command: list[str]) -> None:
        environment = {**os.environ, "LP_NUM_THREADS": os.environ.get("LP_NUM_THREADS", "0")}
        environment |= {"PYOPENGL_PLATFORM": "egl", "MUJOCO_GL": "egl", "EGL_PLATFORM": "surfaceless"}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self.cpu_s: list[float] = []
        self.wall_s: list[float] = []

    def start(self) -> dict[str, str]:
        """Wait until it is ready; return its name and outputs."""
        line = self._read()
        return json.loads(line)

    def render(self, frame: int, camera: int, picture: Path | None = None) -> None:
        """Render a view and note its cost."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{frame} {camera} {picture or ''}\n")
        self._process.stdin.flush()
        cost = json.loads(self._read())
        if picture is None:
            self.cpu_s.append(cost["cpu_s"])
            self.wall_s.append(cost["wall_s"])

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def _read(self) -> str:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):  # libraries print, too
                return line
        _, errors = self._process.communicate()
        raise RuntimeError((errors.strip().splitlines() or ["it ended without a word"])[-1])


def find_missing(python: str) -> set[str]:
    """Say which of the peers' modules the interpreter does not have."""
    modules = sorted({module for module, _ in PEERS.values()})
    code = f"from importlib.util import find_spec; print(*[m for m in {modules} if find_spec(m) is None])"
    found = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    return set(found.stdout.split())


def measure(
    size: tuple[int, int], python: str, names: Sequence[str], budget_s: float, pictures: Path | None
) -> dict[str, Any]:
    """Let the contenders take turns at one size until the budget is spent."""
    missing = find_missing(python)
    said: dict[str, dict[str, Any]] = {}
    running: dict[str, Contender] = {}
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "scene.npz"
        write_scene(make_scene(*size), path)
        commands = {OURS: [sys.executable, str(FOLDER / "with_shopsynth.py"), str(path)]}
        for name in names:
            module, (script, *words) = PEERS[name]
            if module in missing:
                said[name] = {"failure": f"{module} is not installed"}
            else:
                commands[name] = [python, str(FOLDER / script), str(path), *words]
        for name, command in commands.items():
            contender = Contender(command)
            try:
                said[name] = contender.start()
                running[name] = contender
            except RuntimeError as error:
                said[name] = {"failure": str(error)}
        _take_turns(list(running.values()), budget_s)
        for name, contender in running.items():
            if pictures is not None:
                contender.render(0, 1, pictures / f"{name}-{size[0]}x{size[1]}.npy")
            said[name]["views_per_cpu_s"] = 1.0 / statistics.median(contender.cpu_s)
            said[name]["ms_per_view"] = 1e3 * statistics.median(contender.wall_s)
            said[name]["views"] = len(contender.cpu_s)
            contender.close()
    ours = said[OURS]["views_per_cpu_s"]
    for row in said.values():
        if "views_per_cpu_s" in row:
            row["ours_is_times"] = ours / row["views_per_cpu_s"]
    return {"width_px": size[0], "height_px": size[1], "contenders": said}


def _take_turns(contenders: list[Contender], budget_s: float) -> None:
    """Let each render a view in turn; who needs long has done its part after the first few."""
    start, turn = time.perf_counter(), 0
    while turn < FEWEST_VIEWS or time.perf_counter() - start < budget_s:
        for contender in contenders:
            if turn < FEWEST_VIEWS or statistics.median(contender.wall_s) < SLOW_S:
                contender.render(turn // 6 % FRAMES, turn % 6)
        turn += 1


def print_table(result: dict[str, Any]) -> None:
    """Print one size's table."""
    print(f"\n{result['width_px']}x{result['height_px']}, labelled views per CPU-second, median")
    for name, row in result["contenders"].items():
        if "failure" in row:
            print(f"  {name:28}left out: {row['failure']}")
            continue
        print(
            f"  {row['name']:28}{row['views_per_cpu_s']:9.2f}   ours is {row['ours_is_times']:8.1f} times as "
            f"fast   ({row['views']} views, {row['ms_per_view']:.0f} ms a view)"
        )
        print(f"  {'':28}{row['outputs']}")


def main() -> None:
    """Parse the options, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--python", default=sys.executable, help="interpreter that has the group `peers`")
    parser.add_argument("--budget", type=float, help="seconds of rendering a size (120; 20 with --quick)")
    parser.add_argument("--pictures", type=Path, help="folder for one picture of each contender, as .npy")
    parser.add_argument("--quick", action="store_true", help="320x240 only, without EEVEE")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    budget_s = options.budget or (20.0 if options.quick else 120.0)
    sizes = SIZES[:1] if options.quick else SIZES
    names = [name for name in PEERS if not (options.quick and name == SLOWEST)]
    results = [measure(size, options.python, names, budget_s, options.pictures) for size in sizes]
    if options.json:
        print(json.dumps({"benchmark": "peers", "results": results}))
        return
    for result in results:
        print_table(result)


if __name__ == "__main__":
    main()
