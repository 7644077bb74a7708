import errno
import fcntl
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tarfile
import time
import tracemalloc
from functools import partial
from pathlib import Path

import fsspec
import pytest

from scenes.errors import CheckpointError, ConfigError, DatasetError, RenderError, StorageError
from scenes.loader import load_config
from synth.dataset import Dataset
from synth.engine.generation import FailedClip, GenerateResult, explain_remaining, generate
from synth.engine.plan import CLIPS_PER_SHARD, make_plan
from synth.engine.versions import read_renderer, read_versions
from tests.synth.tiny_clips import FRAMES, make_tiny_clip

ROOT = Path(__file__).parents[3]
CLIPS, SEED = 10, 3

# Run in a process of its own, to be killed: out, workers, and whether to resume.
SCRIPT = """
import sys
from scenes.loader import load_config
from synth.engine.generation import generate
from synth.engine.versions import read_renderer, read_versions
from tests.synth.tiny_clips import make_tiny_clip
if __name__ == "__main__":
    print("ready", flush=True)
    generate([load_config("everyday")], sys.argv[1], clips=10, seed=3, workers=int(sys.argv[2]),
             command=["test"], resume=True, refiner="none", make_clip=make_tiny_clip)
"""


@pytest.fixture(scope="module")
def configs():
    return [load_config("everyday")]


def run(configs, out, **options):
    defaults = {"clips": CLIPS, "seed": SEED, "command": ["test"], "refiner": "none"}
    return generate(configs, str(out), make_clip=make_tiny_clip, **(defaults | options))


def hashes(out: Path) -> dict[str, str]:
    files = sorted(path for path in Path(out).rglob("*") if path.is_file())
    return {str(p.relative_to(out)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def undisturbed(configs, tmp_path_factory) -> dict[str, str]:
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    result = run(configs, out)
    assert result.complete
    assert result.exit_code == 0
    return hashes(out)


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


# ---------------------------------------------------------------- what goes wrong with clips


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


# ---------------------------------------------------------------- kills and interruptions


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


# ---------------------------------------------------------------- what may already be there


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


# ---------------------------------------------------------------- what has a part in the bytes


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


# ---------------------------------------------------------------- elsewhere than in a folder


@pytest.fixture
def memory(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    filesystem = fsspec.filesystem("memory")
    yield filesystem
    for name in filesystem.ls("/", detail=False):
        filesystem.rm(name, recursive=True)


def remote_hashes(filesystem, root: str) -> dict[str, str]:
    found = filesystem.find(root)
    return {n.removeprefix(f"{root}/"): hashlib.sha256(filesystem.cat_file(n)).hexdigest() for n in found}


def test_object_store_gets_the_same_bytes(configs, memory, tmp_path, undisturbed):
    assert run(configs, "memory://bucket/data").complete
    assert remote_hashes(memory, "/bucket/data") == undisturbed
    assert not list((tmp_path / "cache").rglob("*.parquet"))
    assert Dataset("memory://bucket/data").receipts("everyday-000003") == []


def test_object_store_resumes_from_shards_and_local_clips(configs, memory, undisturbed, monkeypatch):
    monkeypatch.setenv("TINY_FAIL", "6")
    result = run(configs, "memory://bucket/data")
    assert len(result.clips) == 9
    assert "/bucket/data/dataset.json" not in memory.find("/bucket/data")
    monkeypatch.delenv("TINY_FAIL")
    assert run(configs, "memory://bucket/data", resume=True).kept == 9
    assert remote_hashes(memory, "/bucket/data") == undisturbed


def test_manifest_is_written_once(memory, tmp_path):
    from synth.dataset.storage import Storage

    (tmp_path / "a").write_text("first")
    (tmp_path / "b").write_text("second")
    for url in ("memory://bucket/x", str(tmp_path / "x")):
        (tmp_path / "x").mkdir(exist_ok=True)
        storage = Storage(url)
        assert storage.create(tmp_path / "a", "dataset.json")
        assert not storage.create(tmp_path / "b", "dataset.json")
        assert storage.read("dataset.json") == b"first"


def test_unknown_protocol(configs):
    with pytest.raises(StorageError, match="cannot open nowhere://x"):
        run(configs, "nowhere://x")


@pytest.mark.slow
def test_s3(configs, tmp_path, monkeypatch, undisturbed):
    pytest.importorskip("s3fs")
    server_module = pytest.importorskip("moto.server")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    server = server_module.ThreadedMotoServer(port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(key, "test")
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        filesystem = fsspec.filesystem("s3", skip_instance_cache=True)
        filesystem.mkdir("shop-data")
        results = [run(configs, "s3://shop-data/set", shard=(number, 2)) for number in range(2)]
        assert [result.complete for result in results] == [False, True]
        filesystem.invalidate_cache()
        assert remote_hashes(filesystem, "shop-data/set") == undisturbed
        with pytest.raises(StorageError, match="bucket does not exist"):
            run(configs, "s3://no-such-bucket/set")
    finally:
        server.stop()


# ---------------------------------------------------------------- Ray


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
