"""The example job: its accounting by hand, and a short run of the whole."""

import importlib
import json
import runpy
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

SCRIPT = Path(__file__).parents[2] / "examples" / "train_job.py"


@pytest.fixture(scope="module")
def job():
    """The names of the example's modules, imported as the script imports them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(SCRIPT.parent))
        names = ("clip_arrays", "shelf_features", "receipt_scores", "train_job")
        modules = [importlib.import_module(name) for name in names]
        yield SimpleNamespace(**{key: value for module in modules for key, value in vars(module).items()})
        for name in names:
            del sys.modules[name]


def make_clip(job, **changes):
    """Two people, one payment each; ten plates of 0.1 m on one board, two products of 100 and 250 g."""
    readings = np.zeros((600, 10))
    clip = {
        "clip_id": "c",
        "reading_s": np.arange(600) / 60,
        "reading_g": readings,
        "boards": [np.arange(10)],
        "plate_m": np.stack([0.1 * np.arange(10), np.zeros(10), np.ones(10)], axis=1),
        "sku": ["a", "b"],
        "product_g": np.array([100.0, 250.0]),
        "popularity": np.array([0.5, 0.5]),
        "home_m": [{0: np.array([[0.1, 0, 1.0]]), 1: np.array([[0.8, 0, 1.0]])}],
        "home_plates": [{0: np.array([0, 1, 2]), 1: np.array([7, 8, 9])}],
        "frame_s": np.arange(10.0),
        "tracks": np.tile(
            np.array([[0.1, 1, -1.57, *[0.1, 0.1, 1] * 2], [3, 3, 0, *[3, 3, 1] * 2]]), (10, 1, 1)
        ),
        "people": ["T1", "T2"],
        "payment": {"T1": "P1", "T2": "P2"},
        "grabs": [],
        "receipts": {"P1": Counter(), "P2": Counter()},
    }
    return job.Clip(**(clip | changes))


def make_grab(job, time_s, kind, product, count=1, person=0, x_m=0.1):
    return job.Grab(time_s, np.array([x_m, 0, 1.0]), 0, kind, product, count, person)


def test_receipts_add_takes_and_subtract_puts(job):
    clip = make_clip(job)
    grabs = [make_grab(job, 1, 1, 0, 2), make_grab(job, 2, 2, 0), make_grab(job, 3, 1, 1, person=1)]
    assert job.make_receipts(clip, grabs) == {"P1": Counter(a=1), "P2": Counter(b=1)}
    # A put of what was not taken in the clip leaves the account at zero.
    assert job.make_receipts(clip, [make_grab(job, 1, 2, 1)]) == {"P1": Counter(), "P2": Counter()}


def test_scores_of_a_known_case(job):
    truth = [make_grab(job, 2.0, 1, 0), make_grab(job, 5.0, 1, 1, 2, person=1, x_m=0.8)]
    clip = make_clip(job, grabs=truth, receipts={"P1": Counter(a=1), "P2": Counter(b=2)})
    perfect = job.score([clip], [list(truth)])
    assert set(perfect.values()) == {1.0}
    # One right; one with half the count; one that never was.
    guess = [truth[0], make_grab(job, 5.2, 1, 1, 1, person=1, x_m=0.8), make_grab(job, 8.0, 1, 0, person=1)]
    scores = job.score([clip], [guess])
    assert scores["event_f1"] == pytest.approx(2 * 2 / 5)
    assert scores["product"] == 0.5
    assert scores["person"] == 1.0
    assert scores["receipts_exact"] == 0.5
    assert scores["line_f1"] == pytest.approx(2 * 2 / (3 + 3))


def test_rules_read_two_steps_far_apart(job):
    readings = np.full((600, 10), 1000.0)
    readings[300:, 1] -= 100.0
    readings[303:, 8] += 250.0
    clip = make_clip(job, reading_g=readings)
    steps = job.measure_steps(clip, 0, 5.0)
    assert [round(step.sum()) for step in steps] == [250, -100]
    (grab,) = job.predict_by_rules(clip)
    assert (grab.kind, grab.product, grab.count, grab.person) == (2, 1, 1, 0)
    assert job.person_features(clip, 0, steps[0], 5.0)[0, 0] == pytest.approx(np.hypot(0.7, 1))
    best = job.product_features(clip, 0, steps[1])[:, 0].argmin()
    assert divmod(int(best), len(job.COUNTS)) == (0, 0)


def test_detector_ignores_the_order_of_plates(job):
    job.torch.manual_seed(0)
    model, windows = job.Detector(), job.torch.randn(3, job.PLATES, job.BINS)
    shuffled = windows[:, job.torch.randperm(job.PLATES)]
    assert job.torch.allclose(model(windows), model(shuffled), atol=1e-5)


def test_truth_counts_what_happens_within_the_clip(job):
    rows = [
        ("enter", -9.0, -1, "", "", ""),
        ("take", -5.0, 0, "a", "slot:0", "hand:T1:left"),
        ("take", 1.0, 1, "a", "slot:0", "hand:T1:right"),
        ("put", 2.0, 0, "a", "hand:T1:left", "slot:0"),
        ("take", 3.0, 2, "b", "slot:1", "hand:T1:left"),
    ]
    kind, time_s, item_id, sku, origin, target = zip(*rows, strict=True)
    events = {"kind": kind, "time_s": np.array(time_s), "item_id": np.array(item_id), "sku": sku}
    events |= {"from_place": origin, "to_place": target, "trip_code": ["T1"] * 5, "hand": [""] * 5}
    events |= {"point_m": job.torch.zeros(5, 3)}
    item = {
        "events": events,
        "receipts": [{"policy": "taker", "currency": "EUR"}],
        "tracks": {"trip_code": ["T1"]},
        "store": {"sku": ["a", "b"]},
    }
    assert job.window_receipts(item, {"T1": "P1"}) == {"P1": Counter(a=1, b=1)}
    grabs = job.find_grabs(events, ["a", "b"], ["T1"], {0: 0, 1: 0})
    assert [(g.kind, g.product, g.time_s) for g in grabs] == [(1, 0, 1.0), (2, 0, 2.0), (1, 1, 3.0)]


@pytest.mark.slow
def test_whole_job_runs_on_a_dataset(small_path):
    command = [sys.executable, str(SCRIPT), str(small_path), "--epochs", "1", "--json"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=SCRIPT.parents[1], check=False)
    assert run.returncode == 0, run.stderr
    results = json.loads(run.stdout.splitlines()[-1])
    assert results["training"]["clips"] == 3
    assert results["model"].keys() == results["baseline"].keys()
    assert all(0 <= value <= 1 for value in results["model"].values())


def test_a_wrong_path_is_one_line(job, tmp_path, monkeypatch):
    """Run as a script is, in this process, which has torch already."""
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), str(tmp_path / "gone")])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(SCRIPT), run_name="__main__")
    assert ended.value.args == (
        f"error: {tmp_path}/gone does not exist; give the folder that `shopsynth generate -o` wrote",
    )
