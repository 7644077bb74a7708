"""The arithmetic of the benchmarks: what they say of samples whose answer is known."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def measures():
    """The benchmarks' own modules; they lie beside the packages, not in one."""
    before = list(sys.path)
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import peers
        import realism
        import variety
        from looks import stores, two_sample
        from rivals import scene_file
    finally:
        sys.path[:] = before
    return type(
        "Measures",
        (),
        {
            "peers": peers,
            "realism": realism,
            "variety": variety,
            "stores": stores,
            "two_sample": two_sample,
            "scene_file": scene_file,
        },
    )


class _Mean(nn.Module):
    """Features that say nothing but the mean of each channel."""

    def forward(self, crops: torch.Tensor) -> torch.Tensor:
        return crops.float().mean((2, 3)) / 255.0


def _crops(rng: np.random.Generator, level: float) -> np.ndarray:
    return np.clip(rng.normal(level, 25, (40, 3, 24, 24)), 0, 255).astype(np.uint8)


def test_classifier_tells_what_differs_and_guesses_where_nothing_does(measures):
    rng = np.random.Generator(np.random.PCG64(3))
    apart = [(_crops(rng, 110), _crops(rng, 140)) for _ in range(4)]
    alike = [(_crops(rng, 120), _crops(rng, 120)) for _ in range(4)]
    assert measures.two_sample.classify(_Mean(), apart, seed=0).mean() > 0.97
    assert measures.two_sample.classify(_Mean(), alike, seed=0).mean() == pytest.approx(0.5, abs=0.12)


def test_share_closed_is_that_of_the_distance_beyond_the_floor(measures):
    parts = measures.realism.PARTS
    floor, spread = np.full(parts, 2.0), np.linspace(-0.1, 0.1, parts)
    figures = {
        "before": {"frames": {"kid": 10.0 + spread}, "floor": {"kid": floor}},
        "after": {"frames": {"kid": 4.0 + spread}, "floor": {"kid": floor}},
    }
    share = measures.realism.compute_share_closed(figures, "kid", seed=0)
    assert share["mean"] == pytest.approx(0.75)
    assert share["low"] <= 0.75 <= share["high"]
    assert share["high"] - share["low"] < 0.02


def test_parts_of_the_photographs_share_none(measures):
    pictures = tuple(np.full((1, 1, 3), number, np.uint8) for number in range(20))
    real = measures.realism.RealImages(pictures, np.repeat([0, 1], 10))
    parts = measures.realism.split_real(real, 4)
    seen = [int(picture[0, 0, 0]) for part in parts for picture in part.picture]
    assert sorted(seen) == list(range(20))
    assert all({0, 1} == set(part.source.tolist()) for part in parts)


def test_two_equal_stores_are_found(measures):
    def make(store_id: str, area: float, skus: set[str]):
        plan = np.zeros((4, 4), bool)
        plan[: int(area)] = True
        return measures.stores.StoreFacts(store_id, {"area": area}, {}, plan, frozenset(skus), None)

    differing = [make("a", 1, {"x"}), make("b", 2, {"y"}), make("c", 4, {"x", "y"})]
    alike = measures.variety.compare_stores(differing)
    assert alike["hashes"] == 3
    assert alike["nearest_min"] > 0
    assert alike["floor_overlap_max"] == 0.5
    assert alike["assortment_overlap_max"] == 0.5
    twins = measures.variety.compare_stores([*differing, make("a", 1, {"x"})])
    assert (twins["hashes"], twins["nearest_min"], twins["floor_overlap_max"]) == (3, 0.0, 1.0)


def test_the_exported_scene_reads_back_and_has_every_triangle(measures, tmp_path):
    scene = measures.peers.make_scene(64, 48)
    path = tmp_path / "scene.npz"
    measures.scene_file.write_scene(scene, path)
    read = measures.scene_file.read_scene(str(path))
    assert len(read.item_product) == 4000
    assert read.size_px == (64, 48)
    np.testing.assert_array_equal(read.products[3].position_m, scene.products[3].position_m)
    people = sum(len(part.faces) for part in read.people)
    items = sum(len(read.products[product].faces) for product in read.item_product)
    assert people == 20 * 9216
    assert 700_000 < people + items + sum(len(part.faces) for part in read.structure) < 800_000
