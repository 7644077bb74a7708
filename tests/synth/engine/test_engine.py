"""Runs of the engine: the same bytes in any order, by any number of workers and jobs."""

import os
import sys
import tarfile

import pytest

from scenes.config.loader import load_config
from scenes.errors import ConfigError
from synth.dataset import Dataset
from synth.engine.generation import explain_remaining
from synth.engine.plan import CLIPS_PER_SHARD, make_plan
from tests.synth.engine.runs import ROOT, hashes, run
from tests.synth.tiny_clips import FRAMES


def test_only_the_dataset_is_left(undisturbed):
    shards = {f"shards/{number:05d}.tar" for number in range(3)}
    stores = {f"stores/store{n}/{f}" for n in range(2) for f in ("cameras.json", "catalogue/a.png")}
    assert set(undisturbed) == {"dataset.json", "index.parquet"} | shards | stores


def test_three_workers_give_the_same_bytes(configs, tmp_path, undisturbed):
    assert run(configs, tmp_path / "out", workers=3).complete
    assert hashes(tmp_path / "out") == undisturbed


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_jobs_in_any_order_give_the_same_bytes(configs, tmp_path, undisturbed, order):
    results = [run(configs, tmp_path / "out", shard=(number, 3)) for number in order]
    assert [result.complete for result in results] == [False, False, True]
    assert "2 shards are left to other jobs" in explain_remaining(results[0])
    assert hashes(tmp_path / "out") == undisturbed


def test_more_jobs_than_shards(configs, tmp_path, undisturbed):
    results = [run(configs, tmp_path / "out", shard=(number, 5)) for number in (3, 4, 0, 1, 2)]
    assert [len(result.clips) for result in results] == [0, 0, 4, 4, 2]
    assert hashes(tmp_path / "out") == undisturbed


def test_lost_job_is_made_up_for_by_a_plain_resume(configs, tmp_path, undisturbed):
    run(configs, tmp_path / "out", shard=(0, 2))
    result = run(configs, tmp_path / "out", resume=True)
    assert (result.kept, result.complete) == (6, True)
    assert hashes(tmp_path / "out") == undisturbed


def test_clip_alone_equals_clip_of_a_run(configs, tmp_path):
    run(configs, tmp_path / "all")
    run(configs, tmp_path / "one", clips=1, first=7)
    everything, alone = Dataset(str(tmp_path / "all")), Dataset(str(tmp_path / "one"))
    (clip_id,) = alone.clips
    assert clip_id == "everyday-000007"
    for name in alone.files(clip_id):
        assert alone.read_file(clip_id, name) == everything.read_file(clip_id, name), name


def test_scenarios_take_turns_and_clips_do_not_depend_on_the_number(configs):
    both = [*configs, load_config("empty_handed")]
    short, long = make_plan(both, clips=3, seed=1), make_plan(both, clips=30, seed=1)
    assert [task.clip_id for task in short.tasks()] == [
        "everyday-000000",
        "empty_handed-000001",
        "everyday-000002",
    ]
    assert [long.task(n).clip_id for n in range(3)] == [t.clip_id for t in short.tasks()]
    assert long.sample(long.task(2)) == short.sample(short.task(2))
    assert [len(long.shard_tasks(number)) for number in range(long.shards)] == [CLIPS_PER_SHARD] * 7 + [2]


def test_shards_are_webdataset_tars_that_the_index_points_into(configs, tmp_path):
    run(configs, tmp_path / "out", clips=5)
    dataset = Dataset(str(tmp_path / "out"))
    with tarfile.open(tmp_path / "out/shards/00001.tar") as tar:
        members = tar.getmembers()
        assert {member.name.split(".")[0] for member in members} == {"everyday-000004"}
        assert {(m.mtime, m.uid, m.gid, m.uname) for m in members} == {(0, 0, 0, "")}
        for member in members:
            name = member.name.removeprefix("everyday-000004.")
            assert dataset.read_file("everyday-000004", name) == tar.extractfile(member).read()


def test_progress_tells_of_every_frame_and_clip(configs, tmp_path):
    steps = []
    run(configs, tmp_path / "out", clips=2, on_progress=steps.append)
    frames = [(s.clip_id, s.frame, s.frames) for s in steps if s.state == "frame"]
    assert frames == [(f"everyday-00000{c}", f + 1, FRAMES) for c in range(2) for f in range(FRAMES)]
    assert [(s.state, s.finished, s.total) for s in steps if s.state != "frame"] == [
        ("done", 1, 2),
        ("done", 2, 2),
    ]


def test_ray_that_is_not_installed(configs, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ConfigError, match=r"pip install 'shopsynth\[ray\]'"):
        run(configs, tmp_path / "out", engine="ray")


@pytest.mark.slow
def test_ray_gives_the_same_bytes(configs, tmp_path, undisturbed, monkeypatch):
    pytest.importorskip("ray")
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))
    assert run(configs, tmp_path / "out", engine="ray", workers=2).complete
    assert hashes(tmp_path / "out") == undisturbed
