"""The independent reader agrees with the generator on every preset."""

import ast
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from scenes.config.loader import list_presets, load_config
from synth.engine.generation import generate
from synth.verify import verify_dataset
from tests.independent.reader import find_faults
from tests.independent.reader_evidence import identify_by_scale, measure_steps
from tests.independent.reader_files import Clip, read_clips
from tests.independent.reader_receipts import compute_receipts
from tests.independent.unrendered import SMALL, make_unrendered_clip


def test_the_reader_knows_nothing_of_the_project():
    imported = {
        name
        for path in Path(__file__).parent.glob("reader*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
    }
    foreign = {name for name in imported if not name.startswith("tests.independent.reader_")}
    packages = {name.split(".")[0] for name in foreign} - set(sys.stdlib_module_names)
    assert packages == {"numpy", "pyarrow"}


@pytest.fixture(scope="module")
def unrendered(tmp_path_factory) -> Path:
    """One clip of every preset and policy, without rendering."""
    out = tmp_path_factory.mktemp("unrendered") / "dataset"
    configs = [
        load_config(preset, [*SMALL, "shoppers.count=7", f"shoppers.policy={policy}"])
        for preset, policy in zip(list_presets(), ["taker", "carrier"] * len(list_presets()), strict=False)
    ]
    result = generate(
        configs, str(out), clips=len(configs), seed=5, make_clip=make_unrendered_clip, refiner="none"
    )
    assert not result.failed
    return out


@pytest.fixture(scope="module")
def clips(unrendered) -> list[Clip]:
    """Those clips as the reader has them."""
    return list(read_clips(unrendered))


def test_the_books_of_every_preset_balance(clips):
    billed = Counter()
    for clip in clips:
        assert find_faults(clip) == []
        billed[clip.about["scenario"]["name"]] += sum(
            r["total_minor"] for r in compute_receipts(clip).values()
        )
    assert set(billed) == set(list_presets())
    assert sum(total > 0 for total in billed.values()) > len(billed) / 2


def test_scales_alone_tell_what_evidence_says_they_tell(clips):
    guesses = [pair for clip in clips for pair in identify_by_scale(clip)]
    assert len(guesses) >= 10
    assert [pair for pair in guesses if pair[0] != pair[1]] == []


def test_steps_spread_as_evidence_says(clips):
    away = [
        (step["measured_g"] - step["event"]["step_g"]) / step["event"]["step_sigma_g"]
        for clip in clips
        for step in measure_steps(clip)
    ]
    assert len(away) >= 100
    # Of some hundred normal deviates one in twenty sets has one beyond 3.5, one in a thousand beyond 4.4.
    assert np.max(np.abs(away)) < 4.4
    assert np.mean(np.abs(away) > 2.0) < 0.12
    assert 0.7 < np.sqrt(np.mean(np.square(away))) < 1.25


def test_verify_agrees(unrendered):
    assert verify_dataset(str(unrendered)) == []
