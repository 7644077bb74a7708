"""The commands that make no clips: what they print, where, and how they end."""

import json
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from cli.console import explain_os_error
from cli.main import app, run
from scenes.config.loader import list_presets
from scenes.errors import ShopsynthError

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = (
    "init",
    "validate",
    "plan",
    "generate",
    "refine",
    "train-gan",
    "verify",
    "export",
    "report",
    "view",
    "schema",
    "doctor",
)


def test_help_lists_every_command_in_whole_sentences(capsys):
    assert run(["--help"]) == 0
    lines = capsys.readouterr().out.split("Commands:")[1].splitlines()
    rows = {line.split()[0]: line for line in lines if line.strip()}
    assert tuple(rows) == COMMANDS
    assert all(row.endswith(".") and not row.endswith("...") for row in rows.values())


def test_help_is_fast():
    """Processor time, so that a busy machine does not decide."""
    times = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", "--help"], check=True, capture_output=True, cwd=ROOT
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert done.stdout.startswith(b"Usage: shopsynth")
    assert min(times) < 0.3


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(command, capsys):
    assert run([command, "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"Usage: shopsynth {command}")
    assert "Options:" in out


def test_commands_are_one_file_each():
    for command in app.registered_commands:
        module = command.callback.__module__
        assert module == f"cli.{command.name.replace('-', '_')}"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["genrate", "everyday"], "No such command 'genrate'. Did you mean 'generate'?"),
        (["generate", "everyday"], "Missing option '--out' / '-o'"),
        (["generate", "everyday", "-o", "x", "--clips", "0"], "Invalid value for '--clips'"),
        (["generate", "everyday", "-o", "x", "--shard", "4/4"], "expected i/n with 0 <= i < n, such as 0/8"),
        (["generate", "everyday", "-o", "x", "--engine", "slurm"], "'slurm' is not one of 'local', 'ray'"),
        (["plan", "everyday", "--seed", "-1"], "Invalid value for '--seed'"),
        (["plan", "everyday", "--seed", str(2**63)], "Invalid value for '--seed'"),
        (["plan", "everyday", "--first", str(2**31)], "Invalid value for '--first'"),
        (["generate", "everyday", "-o", "x", "--clips", "1000000000"], "Invalid value for '--clips'"),
        (["init", "a.txt"], "expected a name that ends in .yaml or .yml, got 'a.txt'"),
        (["validate"], "Missing argument 'SCENARIO'"),
        (["export", "x", "-o", "y", "--format", "voc"], "'voc' is not one of 'coco', 'mot'"),
    ],
)
def test_wrong_usage_ends_with_2(arguments, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.out == ""
    assert list(tmp_path.iterdir()) == []


def test_init_writes_a_scenario_that_validates_and_overwrites_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["init", "my.yaml"]) == 0
    text = Path("my.yaml").read_text(encoding="utf-8")
    assert text.count("#") > 10
    assert run(["validate", "my.yaml"]) == 0
    assert "my.yaml: valid (my, " in capsys.readouterr().out
    assert run(["init", "other.yml", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"scenario": "other.yml"}
    assert run(["init", "my.yaml"]) == 1
    assert "my.yaml exists already and is left as it is" in capsys.readouterr().err
    assert Path("my.yaml").read_text(encoding="utf-8") == text
    assert run(["init", "no/such/folder.yaml"]) == 1
    assert "no such file or folder: check the path" in capsys.readouterr().err


def test_init_names_every_preset(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["init"]) == 0
    text = Path("scenario.yaml").read_text(encoding="utf-8")
    assert all(preset in text for preset in list_presets())


@pytest.mark.parametrize("preset", list_presets())
def test_presets_validate(preset, capsys):
    assert run(["validate", preset]) == 0
    assert capsys.readouterr().out.startswith(f"{preset}: valid ({preset}, ")


def test_validate_for_machines(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("bad.yaml").write_text("clip: {fps: 0}\n", encoding="utf-8")
    assert run(["validate", "everyday", "bad.yaml", "--json"]) == 3
    content = json.loads(capsys.readouterr().out)
    assert content["valid"] is False
    good, bad = content["scenarios"]
    assert good["name"] == "everyday"
    assert "store.width_m" in good["varied_keys"]
    assert bad["problems"] == [
        "bad.yaml:1:13: clip.fps: expected a number from 1 to 60 or a distribution, got 0"
    ]


def test_schema_is_json(capsys):
    assert run(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "shopsynth scenario"


def test_plan_for_machines(capsys):
    assert run(["plan", "everyday", "lamp_failure", "--clips", "9", "--seed", "5", "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert (content["clips"], content["shards"], content["seed"]) == (9, 3, 5)
    everyday, lamps = content["scenarios"]
    assert (everyday["clips"], lamps["clips"]) == (5, 4)
    assert everyday["weights"]["effective_clips"] == pytest.approx(5)
    assert lamps["weights"]["log_max"] < 0
    assert everyday["values"]["store.width_m"]["min"] >= 6.5
    assert set(lamps["values"]["faults.lamps_failed"]) == {"min", "mean", "max"}
    assert content["first_clips"][1]["clip_id"] == "lamp_failure-000001"
    assert content["views"] == sum(round(c["duration_s"] * 10) * c["cameras"] for c in content["first_clips"])


def test_plan_for_people_names_why_a_weight_is_0(capsys):
    assert run(["plan", "everyday", "--clips", "2", "--set", "faults.lamps_failed=0.5"]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("2 clips in 1 shard, ")
    assert "everyday-000001" in captured.out
    assert captured.err == "everyday never gives faults.lamps_failed: 0.5\n"


def test_dry_run_is_the_plan_and_writes_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["plan", "everyday", "--clips", "3", "--json"]) == 0
    planned = capsys.readouterr().out
    assert run(["generate", "everyday", "-o", "out", "--clips", "3", "--dry-run", "--json"]) == 0
    assert capsys.readouterr().out == planned
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["verify", "report", "view", "refine", "export"])
def test_what_is_no_dataset_is_named(command, tmp_path, capsys):
    options = ["-o", str(tmp_path / "out")] if command in ("refine", "export") else []
    assert run([command, str(tmp_path / "gone"), *options]) == 1
    captured = capsys.readouterr()
    assert "gone does not exist; give the folder that `shopsynth generate -o` wrote" in captured.err
    assert captured.out == ""


def test_errors_of_the_project_end_with_their_exit_code(monkeypatch, capsys):
    def fail(*arguments, **options):
        raise ShopsynthError("first line\nsecond line")

    monkeypatch.setattr("scenes.config.loader.load_config", fail)
    assert run(["plan", "everyday"]) == 1
    assert capsys.readouterr().err == "error: first line\nerror: second line\n"


@pytest.mark.parametrize(
    ("number", "said"),
    [(28, "the disk is full"), (13, "permission denied"), (30, "the file system is read-only")],
)
def test_errors_of_the_system_come_with_a_remedy(number, said, monkeypatch, capsys):
    def fail(*arguments, **options):
        raise OSError(number, "whatever", "out/x")

    monkeypatch.setattr("scenes.config.loader.load_config", fail)
    assert run(["plan", "everyday"]) == 1
    assert capsys.readouterr().err.startswith(f"error: out/x: {said}")
    assert explain_os_error(OSError("odd")) == "odd"


def test_what_nobody_foresaw_is_one_line_and_a_file(monkeypatch, tmp_path, capsys):
    def fail(*arguments, **options):
        raise KeyError("walk\nable")

    monkeypatch.setattr("scenes.config.loader.load_config", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert run(["plan", "everyday"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    (details,) = tmp_path.iterdir()
    assert re.fullmatch(
        r"error: KeyError: 'walk\\nable' \(at tests/cli/test_commands.py:\d+\); this is a bug of shopsynth, "
        f"please report it; details are in {details}",
        line,
    )
    assert "Traceback" in details.read_text()


def test_a_large_plan_is_drawn_in_part(monkeypatch, capsys):
    monkeypatch.setattr("cli.plan.MOST_DRAWN", 6)
    assert run(["plan", "everyday", "lamp_failure", "--clips", "1000000", "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert (content["clips"], content["clips_drawn"], content["shards"]) == (1_000_000, 6, 250_000)
    assert [scenario["clips"] for scenario in content["scenarios"]] == [500_000, 500_000]
    views = [round(clip["duration_s"] * 10) * clip["cameras"] for clip in content["first_clips"]]
    assert content["views"] == round(sum(views) / 6 * 1_000_000)
    assert run(["plan", "everyday", "--clips", "7"]) == 0
    assert "those of the first 6 clips, sums are scaled up" in capsys.readouterr().err


def test_a_missing_checkpoint_ends_alike_everywhere(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for command in (["plan", "everyday"], ["generate", "everyday", "-o", "out"]):
        assert run([*command, "--refiner", "no.safetensors"]) == 1
        assert "no.safetensors: cannot read the refiner's checkpoint" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_only_near_files_are_suggested(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("morning.yaml").touch()
    for wrong, near in (("nosuch.yaml", None), ("mornin.yaml", "morning.yaml"), ("everday.yaml", "everyday")):
        assert run(["validate", wrong]) == 3
        error = capsys.readouterr().err
        assert ("did you mean" in error) == (near is not None)
        assert near is None or f"did you mean '{near}'?" in error


def test_ctrl_c_ends_with_130(monkeypatch):
    def interrupt(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("scenes.config.loader.load_config", interrupt)
    assert run(["plan", "everyday"]) == 130
