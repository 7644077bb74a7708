"""What a run may find in its place, and what must be the same for it to go on."""

import fcntl
import json
import tracemalloc
from functools import partial
from pathlib import Path

import pytest

from scenes.errors import CheckpointError, ConfigError, DatasetError, RenderError, StorageError
from synth.engine.generation import FailedClip, GenerateResult, explain_remaining, generate
from synth.engine.plan import make_plan
from synth.engine.versions import read_renderer, read_versions
from tests.synth.engine.runs import CLIPS, hashes, run


def test_folder_of_a_user_is_refused_and_left_alone(configs, tmp_path):
    (tmp_path / "thesis.txt").write_text("precious")
    for resume in (False, True):
        with pytest.raises(DatasetError, match=r"not empty and holds no dataset of shopsynth \(found thesis"):
            run(configs, tmp_path, resume=resume)
    assert hashes(tmp_path).keys() == {"thesis.txt"}


def test_file_in_place_of_a_folder(configs, tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(DatasetError, match="is a file; the output must be a folder"):
        run(configs, tmp_path / "out")
    with pytest.raises(StorageError, match="cannot create .*choose another folder"):
        run(configs, tmp_path / "out" / "below")


def test_finished_dataset(configs, tmp_path, undisturbed):
    run(configs, tmp_path)
    with pytest.raises(DatasetError, match="holds this very dataset, finished.*--resume"):
        run(configs, tmp_path)
    kept = run(configs, tmp_path, resume=True)
    assert (kept.kept, kept.complete) == (CLIPS, True)
    with pytest.raises(DatasetError, match=r"another dataset \(everyday, 10 clips, seed 3, refiner none\)"):
        run(configs, tmp_path, seed=4, resume=True)
    assert hashes(tmp_path) == undisturbed


def test_unfinished_run(configs, tmp_path, monkeypatch):
    monkeypatch.setenv("TINY_FAIL", "1")
    run(configs, tmp_path)
    with pytest.raises(DatasetError, match="unfinished run of this dataset; go on with --resume"):
        run(configs, tmp_path)
    with pytest.raises(DatasetError, match="unfinished run of another dataset"):
        run(configs, tmp_path, clips=11, resume=True)
    recipe = tmp_path / ".shopsynth/recipe.json"
    told = json.loads(recipe.read_text())
    told["versions"]["av"] = "0.1"
    recipe.write_text(json.dumps(told))
    with pytest.raises(DatasetError, match=r"begun with other versions \(av 0\.1 -> .*use the same versions"):
        run(configs, tmp_path, resume=True)


def test_two_runs_at_once(configs, tmp_path):
    work = tmp_path / ".shopsynth"
    work.mkdir()
    with open(work / "all.lock", "w") as file:
        file.write("process 4711\n")
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(DatasetError, match=r"written by another process \(process 4711\)"):
            run(configs, tmp_path)
    assert run(configs, tmp_path).complete  # the lock went with its process, the file does not matter


def test_damaged_unfinished_clip_is_made_again(configs, tmp_path, undisturbed, monkeypatch):
    monkeypatch.setenv("TINY_FAIL", "3")
    run(configs, tmp_path)
    monkeypatch.delenv("TINY_FAIL")
    clip = tmp_path / ".shopsynth/clips/everyday-000001"
    (clip / "everyday-000001.tracks.parquet").unlink()
    assert run(configs, tmp_path, resume=True).kept == 8
    assert hashes(tmp_path) == undisturbed


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"clips": 0}, "clips: expected 1 to 1000000, got 0"),
        ({"clips": 10**9}, "clips: expected 1 to 1000000, got 1000000000"),
        ({"seed": -1}, "seed: expected 0 to 9223372036854775807, got -1"),
        ({"seed": 2**63}, "seed: expected 0 to 9223372036854775807, got 9223372036854775808"),
        ({"first": -1}, "first: expected 0 to 2147483647, got -1"),
        ({"first": 2**31}, "first: expected 0 to 2147483647, got 2147483648"),
        ({"first": 2**31 - 9}, r"first \+ clips: expected at most 2147483647, got 2147483649"),
        ({"workers": 0}, "workers: expected at least 1"),
        ({"shard": (3, 3)}, "shard: expected i/n with 0 <= i < n, got 3/3"),
        ({"engine": "slurm"}, "engine: expected local or ray, got slurm"),
        ({"refiner": "mine.safetensors"}, "refiner: expected none or sha256:<64 hex digits>"),
    ],
)
def test_numbers_out_of_range(configs, tmp_path, options, message):
    with pytest.raises(ConfigError, match=message):
        run(configs, tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


def test_scenarios_of_one_name(configs):
    with pytest.raises(ConfigError, match="two scenarios are called 'everyday'"):
        make_plan([*configs, *configs], clips=2, seed=0)


class Fake:
    name = "fake"

    def __init__(self, sha256: str):
        self.sha256 = sha256


def load_fake(path: Path) -> Fake:
    return Fake(path.read_text())


def test_refiner_enters_by_its_content_and_two_never_mix(configs, tmp_path, monkeypatch):
    checkpoint, out = tmp_path / "mine", tmp_path / "out"
    checkpoint.write_text("a" * 64)
    monkeypatch.setenv("TINY_FAIL", "1")
    run(configs, out, refiner=None, refiner_factory=partial(load_fake, checkpoint))
    told = json.loads((out / ".shopsynth/recipe.json").read_text())
    assert told["recipe"]["refiner"] == "sha256:" + "a" * 64
    monkeypatch.delenv("TINY_FAIL")

    checkpoint.write_text("b" * 64)
    load = partial(load_fake, checkpoint)  # another factory, as in another process
    with pytest.raises(DatasetError, match=r"of another dataset \(.*refiner sha256:aaaaaaaa\)"):
        run(configs, out, refiner=None, refiner_factory=load, resume=True)
    with pytest.raises(CheckpointError, match="not the one this run was begun with"):
        run(configs, out, refiner="sha256:" + "a" * 64, refiner_factory=load, resume=True)
    assert not (out / "dataset.json").exists()


def test_driver_is_a_version_and_another_one_is_refused(configs, tmp_path, monkeypatch):
    monkeypatch.setattr("synth.engine.versions.read_renderer", lambda: "llvmpipe (256 bits), Mesa 22")
    versions = read_versions(rendering=True)
    assert versions["opengl"] == "llvmpipe (256 bits), Mesa 22"
    assert "opengl" not in read_versions(rendering=False)

    monkeypatch.setenv("TINY_FAIL", "1")
    run(configs, tmp_path)
    monkeypatch.setattr("synth.engine.generation.read_versions", lambda *, rendering: versions)
    with pytest.raises(DatasetError, match=r"\(opengl absent -> llvmpipe .*same kind of machine"):
        run(configs, tmp_path, resume=True)


def test_driver_that_does_not_start_is_told_before_anything_is_written(configs, tmp_path, monkeypatch):
    monkeypatch.setattr("synth.engine.versions._PROBE", "raise SystemExit('no EGL here')")
    read_renderer.cache_clear()
    with pytest.raises(RenderError, match=r"no EGL here \(`shopsynth doctor` looks closer\)"):
        generate(configs, str(tmp_path / "out"), clips=1, seed=0)
    assert not (tmp_path / "out").exists()


def test_job_without_a_shard_says_so(configs, tmp_path):
    result = run(configs, tmp_path, clips=3, shard=(1, 2))
    assert (result.clips, result.complete, result.exit_code) == ((), False, 0)
    assert explain_remaining(result) == (
        "this job has nothing to make: the plan has 1 shard of up to 4 clips. 1 shard is left to other jobs; "
        "the last one to end writes the manifest"
    )


def test_exit_code_is_that_of_the_result():
    failed = FailedClip("x-000000", "x", 0, "no room", "x.json")
    assert GenerateResult("out", ("y",), 0, (), complete=True).exit_code == 0
    assert GenerateResult("out", ("y",), 0, (failed,), complete=False).exit_code == 4
    assert GenerateResult("out", (), 0, (failed,), complete=False).exit_code == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("recipe.json", {"recipe_sha256": 3}, r"recipe\.json is damaged: recipe is missing"),
        ("recipe.json", [], r"recipe\.json is damaged"),
        ("shards/00000.json", {"shard": {}}, r"00000\.json is damaged: shard\.path is missing; delete it"),
    ],
)
def test_damaged_records_of_an_unfinished_run(configs, tmp_path, monkeypatch, name, content, message):
    monkeypatch.setenv("TINY_FAIL", "9")
    run(configs, tmp_path)
    monkeypatch.delenv("TINY_FAIL")
    (tmp_path / ".shopsynth" / name).write_text(json.dumps(content))
    (tmp_path / ".shopsynth/shards/notes.json").write_text("of the user")
    with pytest.raises(DatasetError, match=message):
        run(configs, tmp_path, resume=True)


def test_a_plan_of_many_clips_is_not_laid_out(configs):
    plan = make_plan(configs, clips=1_000_000, seed=1)
    tracemalloc.start()
    assert plan.shards == 250_000
    assert [task.index for task in plan.shard_tasks(249_999)] == [999_996, 999_997, 999_998, 999_999]
    assert tracemalloc.get_traced_memory()[1] < 100_000
    tracemalloc.stop()
