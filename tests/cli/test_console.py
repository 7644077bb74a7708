import io
import json
import math
import sys

from cli.console import ProgressReport, print_json, print_table
from cli.plan import find_impossible, summarise_values, summarise_weights
from scenes.config.loader import load_config
from scenes.sampling import sample_scenario


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_plain_lines_away_from_a_terminal(capsys):
    with ProgressReport() as progress:
        for done in range(1, 101):
            progress.update("everyday-000000", done, 100, unit="frames")
        progress.drop("everyday-000000")
        progress.update("clips", 1, 2, unit="clips", now=True)
        progress.update("clips", 1, 2, unit="clips", now=True)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert (
        captured.err == "clips: 1/2 clips\n"
    )  # the frames came faster than a line is due, and nothing twice


def test_the_last_line_of_what_was_begun_says_that_it_is_whole(capsys):
    with ProgressReport() as progress:
        progress.update("exported", 1, 3, unit="clips", now=True)
        for done in (2, 3):
            progress.update("exported", done, 3, unit="clips")
    assert capsys.readouterr().err.splitlines() == ["exported: 1/3 clips", "exported: 3/3 clips"]


def test_progress_is_bars_on_a_terminal(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with ProgressReport() as progress:
        progress.update("everyday-000000", 3, 10, unit="frames")
        progress.update("clips", 0, 2, unit="clips")
        progress.drop("everyday-000000")
        progress.drop("everyday-000000")
        progress.update("clips", 1, 2, unit="clips", now=True)
    assert "clips" in terminal.getvalue()
    assert "1/2" in terminal.getvalue()


def test_json_has_no_infinities(capsys):
    print_json({"a": -math.inf, "b": [math.nan, 1.5], 3: "é"})
    assert json.loads(capsys.readouterr().out) == {"a": None, "b": [None, 1.5], "3": "é"}


def test_tables_are_whole_when_piped(capsys):
    long = "x" * 90
    print_table("Title", ("name", ">number"), [(long, "1"), ("[bold]", "20")])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].strip() == "Title"
    assert lines[2].startswith(long)
    assert lines[3].startswith("[bold]")
    assert lines[3].rstrip().endswith("20")


def test_effective_number_of_clips():
    assert summarise_weights([0.0] * 10)["effective_clips"] == 10
    one_heavy = summarise_weights([0.0, -50.0, -50.0])
    assert abs(one_heavy["effective_clips"] - 1) < 1e-9
    assert abs(one_heavy["log_mean"] - math.log(1 / 3)) < 1e-9
    assert summarise_weights([-math.inf])["effective_clips"] == 0
    far = summarise_weights([-2000.0, -2000.0])  # beyond what exp can hold
    assert (far["effective_clips"], far["log_mean"]) == (2, -2000)


def test_values_are_summed_up_by_kind():
    values = [
        {"a": (1, 0, 0), "b": (True, 0, 0), "c": ("x", 0, 0)},
        {"a": (4, 0, 0), "b": (True, 0, 0), "c": ("y", 0, 0)},
    ]
    assert summarise_values(values) == {
        "a": {"min": 1, "mean": 2.5, "max": 4},
        "b": {"shares": {"true": 1.0}},
        "c": {"shares": {"x": 0.5, "y": 0.5}},
    }
    assert summarise_values([]) == {}


def test_only_what_makes_a_weight_0_is_impossible():
    # A width of 30 m meets a density: it is a condition and no reason for a weight of 0.
    config = load_config("everyday", ["faults.lamps_failed=0.5", "store.width_m=30"])
    values = [sample_scenario(config, seed=0, index=0).values]
    assert find_impossible(config, values) == {"faults.lamps_failed": ["0.5"]}
