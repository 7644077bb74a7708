"""The same recipe gives the same bytes: on any number of workers, alone or among others, killed or not."""

import contextlib
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


def test_three_workers_give_the_same_bytes(small_config, small_path, tmp_path):
    out = tmp_path / "again"
    generate([small_config], str(out), clips=4, seed=16, workers=3, refiner_factory=default_refiner_factory())
    assert digest(out) == digest(small_path)


def test_one_clip_alone_is_the_clip_of_the_whole(small_config, small_dataset, tmp_path):
    out = tmp_path / "alone"
    generate([small_config], str(out), clips=1, first=3, seed=16, refiner_factory=default_refiner_factory())
    alone = Dataset(str(out))
    (clip_id,) = alone.clips
    assert clip_id == small_dataset.clips[3]
    assert alone.files(clip_id) == small_dataset.files(clip_id)
    for name in alone.files(clip_id):
        assert alone.read_file(clip_id, name) == small_dataset.read_file(clip_id, name), name


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_ten_times_and_resumed_it_is_the_same(small_path, tmp_path):
    """Ten runs in a row, each killed without warning at a moment of its own, then one to the end."""
    out = tmp_path / "killed"
    command = [sys.executable, "-m", "cli", "generate", "everyday", "-o", str(out), "--clips", "4"]
    command += ["--seed", "16", "--workers", "2", "--resume"]
    command += [part for override in SMALL for part in ("--set", override)]
    moments = np.random.Generator(np.random.Philox(5)).uniform(0.5, 9.0, size=10)
    for moment in moments:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=moment)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        time.sleep(0.05)
    last = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert last.returncode == 0, last.stderr
    assert digest(out) == digest(small_path)
