"""The same recipe gives the same bytes: on any number of workers, alone or among others, killed or not."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from gan import default_refiner_factory
from synth.dataset.reader import Dataset
from synth.engine.generation import generate
from synth.verify import verify_dataset
from tests.chain.conftest import SMALL

ROOT = Path(__file__).resolve().parent.parent.parent


def digest(path):
    """Relative path -> sha256 of everything that makes up the data of a dataset."""
    files = [path / "index.parquet", *(path / "shards").glob("*.tar"), *(path / "stores").rglob("*.*")]
    return {
        file.relative_to(path).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(files)
        if file.is_file()
    }


def test_verify_finds_nothing_wrong(small_path):
    assert verify_dataset(str(small_path)) == []


def test_one_clip_alone_is_the_clip_of_the_whole(small_config, small_dataset, tmp_path):
    out = tmp_path / "alone"
    generate([small_config], str(out), clips=1, first=3, seed=16, refiner_factory=default_refiner_factory())
    alone = Dataset(str(out))
    (clip_id,) = alone.clips
    assert clip_id == small_dataset.clips[3]
    assert alone.files(clip_id) == small_dataset.files(clip_id)
    for name in alone.files(clip_id):
        assert alone.read_file(clip_id, name) == small_dataset.read_file(clip_id, name), name


# Run in a process of its own: begins the dataset again and again in forks of itself, which have nothing left
# to import. A timer of processor time kills each, so that no busy machine lets them live longer.
KILLED = """
import os, signal, sys
import synth.pipeline
from gan import default_refiner_factory
from scenes.config.loader import load_config
from synth.engine.generation import generate
from synth.engine.versions import read_renderer
from tests.chain.conftest import SMALL

def work(left, then_s):
    def on_progress(step):
        nonlocal left
        left -= step.state == "frame"
        if left == 0:
            signal.setitimer(signal.ITIMER_PROF, then_s)

    if left == 0:
        signal.setitimer(signal.ITIMER_PROF, then_s)
    generate([config], sys.argv[1], clips=4, seed=16, resume=True, on_progress=on_progress,
             refiner_factory=default_refiner_factory())

read_renderer()
config = load_config("everyday", SMALL)
for moment in sys.argv[2:]:
    child = os.fork()
    if not child:
        work(int(moment.split("+")[0]), float(moment.split("+")[1]))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGPROF
"""


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_ten_times_and_resumed_on_three_workers_it_is_the_same(small_path, tmp_path):
    """Ten runs are killed without warning, eight before any frame; then one of three workers amid clips."""
    out = tmp_path / "killed"
    then_s = np.random.Generator(np.random.Philox(5)).uniform(0.02, 1.2, size=8)
    moments = [*(f"0+{seconds:.3f}" for seconds in then_s), "17+0.03", "5+0.05"]
    subprocess.run([sys.executable, "-c", KILLED, str(out), *moments], cwd=ROOT, check=True)
    assert [path.name for path in (out / ".shopsynth" / "clips").iterdir()] == ["everyday-000000"]
    command = [sys.executable, "-m", "cli", "generate", "everyday", "-o", str(out), "--clips", "4"]
    command += ["--seed", "16", "--workers", "3", "--resume"]
    command += [part for override in SMALL for part in ("--set", override)]
    three = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True)
    while three.poll() is None and len(list((out / ".shopsynth" / "clips").iterdir())) < 2:
        time.sleep(0.02)
    os.killpg(three.pid, signal.SIGKILL)
    assert three.wait() == -signal.SIGKILL, "killed with clips to do"
    last = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert last.returncode == 0, last.stderr
    assert digest(out) == digest(small_path)
