"""What goes wrong with a run: clips that fail, disks that fill, kills and interruptions."""

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scenes.errors import DatasetError, StorageError
from synth.dataset import Dataset
from synth.engine.generation import explain_remaining
from tests.synth.engine.runs import ROOT, SEED, hashes, run

# Run in a process of its own, to be killed: out, workers, and whether to resume.
SCRIPT = """
import signal, sys
from scenes.config.loader import load_config
from synth.engine.generation import generate
from synth.engine.versions import read_renderer, read_versions
from tests.synth.tiny_clips import make_tiny_clip
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background of a shell it is ignored
    print("ready", flush=True)
    generate([load_config("everyday")], sys.argv[1], clips=10, seed=3, workers=int(sys.argv[2]),
             command=["test"], resume=True, refiner="none", make_clip=make_tiny_clip)
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_failed_clip_stops_no_other_and_is_tried_again(configs, tmp_path, undisturbed, monkeypatch, workers):
    monkeypatch.setenv("TINY_FAIL", "2,9")
    out = tmp_path / "out"
    result = run(configs, out, workers=workers)
    assert {failure.clip_id for failure in result.failed} == {"everyday-000002", "everyday-000009"}
    assert (result.exit_code, result.complete, len(result.clips)) == (4, False, 8)
    assert "--resume" in explain_remaining(result)
    failure = next(failure for failure in result.failed if failure.index == 2)
    assert failure.error == "ValueError: clip 2 was asked to fail"
    told = json.loads(Path(failure.details).read_text())
    assert "Traceback" in told["details"]
    assert (told["index"], told["seed"], told["config"]["name"]) == (2, SEED, "everyday")
    with pytest.raises(DatasetError, match="unfinished run: it has no dataset.json yet.*--resume"):
        Dataset(str(out))

    monkeypatch.delenv("TINY_FAIL")
    again = run(configs, out, workers=workers, resume=True)
    assert (again.kept, again.complete, again.failed) == (8, True, ())
    assert hashes(out) == undisturbed


def test_worker_that_dies_fails_its_clip_only(configs, tmp_path, undisturbed, monkeypatch):
    monkeypatch.setenv("TINY_DIE", "1")
    result = run(configs, tmp_path / "out", workers=2)
    assert [failure.clip_id for failure in result.failed] == ["everyday-000001"]
    assert "died with signal 9 (out of memory?" in result.failed[0].error
    assert len(result.clips) == 9
    monkeypatch.delenv("TINY_DIE")
    assert run(configs, tmp_path / "out", resume=True).complete
    assert hashes(tmp_path / "out") == undisturbed


@pytest.mark.parametrize("workers", [1, 2])
def test_full_disk_ends_the_run_and_loses_nothing(configs, tmp_path, undisturbed, monkeypatch, workers):
    monkeypatch.setenv("TINY_FULL", "5")
    with pytest.raises(StorageError, match="the disk is full; free some space.*--resume"):
        run(configs, tmp_path / "out", workers=workers)
    assert not (tmp_path / "out/dataset.json").exists()
    monkeypatch.delenv("TINY_FULL")
    result = run(configs, tmp_path / "out", resume=True)
    assert result.kept >= 4
    assert hashes(tmp_path / "out") == undisturbed


def test_disk_that_fills_while_a_shard_is_written(configs, tmp_path, undisturbed, monkeypatch):
    def full(tar, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("synth.dataset.shards._TarWriter.append", full)
    with pytest.raises(StorageError, match="the disk is full"):
        run(configs, tmp_path / "out")
    assert not list((tmp_path / "out").rglob("*.tar*"))
    monkeypatch.undo()
    assert run(configs, tmp_path / "out", resume=True).kept == 4
    assert hashes(tmp_path / "out") == undisturbed


def start(out: Path, workers: int, sleep_s: float) -> subprocess.Popen:
    environment = os.environ | {"TINY_SLEEP_S": str(sleep_s), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(out), str(workers)],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize("workers", [1, 3])
def test_killed_at_random_moments_and_resumed(tmp_path, undisturbed, workers):
    moments = random.Random(workers)
    out = tmp_path / "out"
    kills = 0
    for _ in range(5):
        process = start(out, workers, 0.01)
        time.sleep(moments.uniform(0.0, 0.6))
        kills += process.poll() is None
        process.kill()
        process.communicate()
    last = start(out, workers, 0.0)
    _, errors = last.communicate(timeout=60)
    assert last.returncode == 0, errors
    assert kills >= 2
    assert hashes(out) == undisturbed


def test_workers_die_with_a_killed_parent(tmp_path):
    psutil = pytest.importorskip("psutil")
    process = start(tmp_path / "out", 2, 5.0)
    deadline = time.monotonic() + 20
    while len(list((tmp_path / "out").glob(".shopsynth/attempts/*"))) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    workers = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate()
    _, alive = psutil.wait_procs(workers, timeout=5)
    assert not alive


@pytest.mark.parametrize(("number", "workers"), [(signal.SIGINT, 1), (signal.SIGTERM, 2)])
def test_interruption_keeps_finished_clips(configs, tmp_path, undisturbed, number, workers):
    process = start(tmp_path / "out", workers, 0.15)
    clips = tmp_path / "out/.shopsynth/clips"
    deadline = time.monotonic() + 20
    while not (clips.is_dir() and list(clips.iterdir())):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(number)
    _, errors = process.communicate(timeout=10)
    assert process.returncode != 0
    assert errors.strip().endswith("KeyboardInterrupt")
    assert not list((tmp_path / "out/.shopsynth/attempts").iterdir())
    result = run(configs, tmp_path / "out", resume=True)
    assert result.kept >= 1
    assert hashes(tmp_path / "out") == undisturbed
