"""`generate`, `refine` and `train-gan`: what they hand on, what they print, how they end."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import synth.engine.generation
from cli.main import run
from scenes.errors import CheckpointError, StorageError
from synth.engine.generation import FailedClip, GenerateResult, Progress


@pytest.fixture
def engine(monkeypatch):
    """A stand-in for the engine that notes what it was asked for and reports what a test wants."""

    class Engine:
        calls: list[dict] = []
        result = GenerateResult("out", ("everyday-000000",), 0, (), complete=True)
        error: BaseException | None = None

        def generate(self, configs, out, **options):
            self.calls.append({"configs": [config.name for config in configs], "out": out, **options})
            options["on_progress"](Progress("everyday-000000", "frame", 1, 10, 0, 2))
            options["on_progress"](Progress("everyday-000000", "done", 10, 10, 1, 2))
            if self.error:
                raise self.error
            return self.result

    engine = Engine()
    engine.calls = []
    monkeypatch.setattr(synth.engine.generation, "generate", engine.generate)
    return engine


def test_options_reach_the_engine(engine, capsys):
    arguments = [
        "generate",
        "everyday",
        "lamp_failure",
        "-o",
        "out",
        "--clips",
        "9",
        "--seed",
        "3",
        "--first",
        "2",
    ]
    arguments += ["--workers", "2", "--shard", "1/3", "--refiner", "none", "--resume", "--set", "clip.fps=4"]
    assert run(arguments) == 0
    (call,) = engine.calls
    assert call["configs"] == ["everyday", "lamp_failure"]
    expected = {
        "out": "out",
        "clips": 9,
        "seed": 3,
        "first": 2,
        "workers": 2,
        "shard": (1, 3),
        "resume": True,
    }
    assert {name: call[name] for name in expected} == expected
    assert (call["refiner"], call["refiner_factory"], call["engine"]) == ("none", None, "local")
    captured = capsys.readouterr()
    assert captured.out == "1 clip in out\n"
    assert "clips: 1/2 clips" in captured.err


def test_the_default_refiner_goes_along_as_a_picklable_factory(engine):
    import pickle

    assert run(["generate", "everyday", "-o", "out"]) == 0
    (call,) = engine.calls
    refiner = pickle.loads(pickle.dumps(call["refiner_factory"]))()
    assert refiner.name == "default"
    assert call["refiner"] == f"sha256:{refiner.sha256}"


def test_result_for_machines(engine, capsys):
    assert run(["generate", "everyday", "-o", "out", "--refiner", "none", "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["clips"] == ["everyday-000000"]
    assert content["complete"] is True


def test_failed_clips_end_with_4_and_all_failed_with_1(engine, capsys):
    failed = FailedClip("everyday-000001", "everyday", 1, "no room for a gondola", "out/failed/x.json")
    engine.result = replace(engine.result, failed=(failed,), complete=False)
    assert run(["generate", "everyday", "-o", "out", "--refiner", "none"]) == 4
    error = capsys.readouterr().err
    assert "error: everyday-000001: no room for a gondola (see out/failed/x.json)" in error
    assert "1 of 2 clips failed; the others are kept" in error
    engine.result = replace(engine.result, clips=())
    assert run(["generate", "everyday", "-o", "out", "--refiner", "none"]) == 1


def test_ctrl_c_keeps_what_is_finished_and_says_so(engine, capsys):
    engine.error = KeyboardInterrupt()
    assert run(["generate", "everyday", "-o", "out", "--refiner", "none"]) == 130
    assert (
        "finished clips are kept in out; go on with the same command and --resume" in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (StorageError("out is full"), "error: out is full\n"),
        (OSError(28, "No space left on device", "out/x"), "error: out/x: the disk is full: free some space"),
        (PermissionError(13, "Permission denied", "out"), "error: out: permission denied: choose a folder"),
    ],
)
def test_a_full_disk_or_a_closed_folder_is_a_clear_error(engine, error, message, capsys):
    engine.error = error
    assert run(["generate", "everyday", "-o", "out", "--refiner", "none"]) == 1
    assert message in capsys.readouterr().err


def test_a_bad_checkpoint_ends_before_the_first_clip(engine, tmp_path, capsys):
    wrong = tmp_path / "wrong.safetensors"
    wrong.write_bytes(b"not ours")
    assert run(["generate", "everyday", "-o", "out", "--refiner", str(wrong)]) == CheckpointError.exit_code
    assert "wrong.safetensors" in capsys.readouterr().err
    assert engine.calls == []


def test_two_scenarios_of_one_name_are_refused(tmp_path, capsys):
    out = tmp_path / "out"
    assert run(["generate", "everyday", "everyday", "-o", str(out), "--refiner", "none"]) == 3
    assert "two scenarios are called 'everyday'" in capsys.readouterr().err
    assert not out.exists()


TINY = (
    "clip.duration_s=0.5",
    "clip.fps=4",
    "clip.warmup_s=3",
    "store.width_m=6.5",
    "store.depth_m=6",
    "catalogue.skus=16",
    "shoppers.count=1",
    "shoppers.arrival_window_s=1",
    "cameras.count=2",
    "cameras.width_px=96",
    "cameras.height_px=64",
    "cameras.supersampling=1",
)


@pytest.mark.slow
def test_a_dataset_from_the_command_line_and_what_can_be_done_with_it(tmp_path, capsys):
    sets = [part for override in TINY for part in ("--set", override)]
    first, second = tmp_path / "first", tmp_path / "second"
    assert run(["generate", "everyday", "-o", str(first), "--clips", "1", "--refiner", "none", *sets]) == 0
    assert run(["verify", str(first)]) == 0
    assert run(["refine", str(first), "-o", str(second)]) == 0
    assert run(["verify", str(second)]) == 0
    assert_same_but_for_the_refiner(first, second)

    capsys.readouterr()
    sheet = tmp_path / "sheet.png"
    layers = ["--layer", "rgb", "--layer", "refined", "--layer", "masks", "--layer", "depth"]
    assert run(["view", str(second), "-o", str(sheet), "--frames", "2", *layers, "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["clip_id"] == "everyday-000000"
    assert len(content["rows"]) == 2 * 4
    assert sheet.read_bytes().startswith(b"\x89PNG")
    assert run(["view", str(second), "everyday-000007", "-o", str(sheet)]) == 1
    assert "no clip 'everyday-000007'" in capsys.readouterr().err
    assert run(["export", str(second), "-o", str(tmp_path / "coco"), "--pictures", "refined"]) == 0
    assert json.loads((tmp_path / "coco" / "annotations.json").read_text())["images"]
    assert run(["report", str(second), "-o", str(tmp_path / "report.html")]) == 0
    assert "everyday-000000" in (tmp_path / "report.html").read_text(encoding="utf-8")

    shard = second / "shards" / "00000.tar"
    shard.write_bytes(shard.read_bytes()[:-2000])
    capsys.readouterr()
    assert run(["verify", str(second)]) == 1
    assert "00000.tar" in capsys.readouterr().err


def assert_same_but_for_the_refiner(first: Path, second: Path) -> None:
    from synth.dataset.reader import Dataset

    before, after = Dataset(str(first)), Dataset(str(second))
    assert before.clips == after.clips
    refined = {name for name in after.files(after.clips[0]) if ".refined." in name}
    assert len(refined) == 2
    own = refined | {"clip.json", "certificate.json"}
    for clip in before.clips:
        assert set(after.files(clip)) - set(before.files(clip)) == refined
        for name in set(before.files(clip)) - own:
            assert before.read_file(clip, name) == after.read_file(clip, name), name


def test_train_gan_hands_on_what_it_is_told(tmp_path, monkeypatch, capsys):
    import gan.train
    from gan.metrics import Distance, Realism

    asked = {}
    figure = Distance(0.1, 0.01, 0.2, 0.02)

    def train(real, out, **options):
        asked.update(real=real, out=out, **options)
        options["on_progress"]("gan", 7, 7)
        return gan.train.TrainResult(out, False, Realism(figure, figure, figure, figure, 0, 9), {"g": 1.0})

    monkeypatch.setattr(gan.train, "train_refiner", train)
    real = [tmp_path / "a", tmp_path / "b"]
    for folder in real:
        folder.mkdir()
        for number in range(4):
            (folder / f"{number}.jpg").touch()
    out = tmp_path / "mine.safetensors"
    arguments = ["train-gan", "-o", str(out), "--steps", "7", "--json"]
    arguments += [part for folder in real for part in ("--real", str(folder))]
    assert run(arguments) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["checkpoint"] == str(out)
    assert (asked["real"], asked["steps"], asked["source"]) == (real, 7, "everyday")
    assert asked["work_dir"] == tmp_path / "mine.work"
    assert run([*arguments, "--scenario", "everday"]) == 3


def test_train_gan_makes_nothing_without_real_images(tmp_path, capsys):
    real = tmp_path / "real"
    arguments = ["train-gan", "--real", str(real), "-o", str(tmp_path / "mine.safetensors")]
    assert run(arguments) == 1
    assert "expected a folder of real images, found none" in capsys.readouterr().err
    real.mkdir()
    (real / "one.png").touch()
    assert run(arguments) == 1
    assert "expected at least 8 images (jpg or png) of 128 px or more, found 1" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [real]
