"""The arithmetic of the benchmarks: what they say of samples whose answer is known."""

import ast
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from PIL import Image
from torch import nn

from gan.metrics import compute_kid, compute_swd
from gan.training.real import RealImages
from scenes.config.loader import load_config
from scenes.config.models import make_json_schema
from scenes.sampling import sample_scenario
from scenes.store import make_store
from tests.benchmarks.conftest import BENCHMARKS


@pytest.mark.parametrize("script", sorted(BENCHMARKS.glob("*.py")), ids=lambda script: script.stem)
def test_every_script_has_a_quick_way(script):
    """`make bench` runs each so."""
    assert '"--quick"' in script.read_text()


def _list_names(module: Path) -> set[str]:
    """What a module defines at its top."""
    names: set[str] = set()
    for node in ast.parse(module.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
    return names


def test_what_benchmarks_import_from_each_other_is_there():
    """Some need extras that tests do without, so that nothing else imports them."""
    looked_for = 0
    for script in sorted(BENCHMARKS.rglob("*.py")):
        for node in ast.walk(ast.parse(script.read_text())):
            if not isinstance(node, ast.ImportFrom):
                continue
            module = BENCHMARKS / f"{(node.module or '').replace('.', '/')}.py"
            if module.is_file():
                missing = {alias.name for alias in node.names} - _list_names(module)
                assert not missing, f"{script} takes {missing} from {module}"
                looked_for += len(node.names)
    assert looked_for > 20


def test_hard_cases_find_the_tests_from_any_folder(tmp_path):
    elsewhere = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, str(BENCHMARKS / "hard_cases.py"), "--help"]
    done = subprocess.run(command, cwd=tmp_path, env=elsewhere, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--quick" in done.stdout


class _Mean(nn.Module):
    """Features that say nothing but the mean of each channel."""

    def forward(self, crops: torch.Tensor) -> torch.Tensor:
        return crops.float().mean((2, 3)) / 255.0


def _crops(rng: np.random.Generator, level: float, side: int = 24) -> np.ndarray:
    return np.clip(rng.normal(level, 25, (40, 3, side, side)), 0, 255).astype(np.uint8)


def test_classifier_tells_what_differs_and_guesses_where_nothing_does(measures):
    rng = np.random.Generator(np.random.PCG64(3))
    apart = [(_crops(rng, 110), _crops(rng, 140)) for _ in range(4)]
    alike = [(_crops(rng, 120), _crops(rng, 120)) for _ in range(4)]
    assert measures.two_sample.classify(_Mean(), apart, seed=0).mean() > 0.97
    assert measures.two_sample.classify(_Mean(), alike, seed=0).mean() == pytest.approx(0.5, abs=0.12)


@pytest.mark.parametrize("sampling", [0, 2])
def test_a_frame_is_saved_as_a_photograph_is(measures, tmp_path, sampling):
    """In its size and by its tables; colours lose more than light where the file halves them."""
    rng = np.random.Generator(np.random.PCG64(2))
    grain = rng.integers(0, 256, (128, 160, 3)).astype(np.uint8)
    like = tmp_path / "like.jpg"
    Image.fromarray(grain).save(like, quality=80, subsampling=sampling)
    frame = Image.fromarray(rng.integers(0, 256, (256, 400, 3)).astype(np.uint8))
    saved = measures.files.save_like(frame, like)
    assert saved.size == (200, 128)
    plain = np.asarray(frame.resize(saved.size, Image.Resampling.BICUBIC)).astype(float)
    lost = np.asarray(saved) - plain
    light = lost @ [0.299, 0.587, 0.114]
    color = (lost[..., 2] - light).std()
    assert 0 < light.std() < 0.3 * plain.std()
    assert (color > 0.7 * (plain[..., 2] - plain @ [0.299, 0.587, 0.114]).std()) == (sampling == 2)
    Image.fromarray(grain).save(tmp_path / "like.png")
    assert np.array_equal(measures.files.save_like(frame, tmp_path / "like.png"), plain.astype(np.uint8))


def test_files_that_are_too_small_to_be_read_are_no_model(measures, tmp_path):
    for name, side in (("small", 100), ("large", 150)):
        Image.new("RGB", (side, side)).save(tmp_path / f"{name}.jpg")
    assert measures.files.list_files([tmp_path]) == [(tmp_path / "large.jpg",)]
    chosen = {measures.files.choose_file([("a", "b"), ("c",)], number) for number in range(30)}
    assert chosen == {"a", "b", "c"}


def test_distances_of_whole_sets_are_those_of_gan_metrics(measures):
    """And nothing of parts that are peculiar, as long as both sides have them: the mean of the parts' has."""
    rng = np.random.Generator(np.random.PCG64(5))
    steps = np.linspace(-40, 40, 8)
    dark, light = ([_crops(rng, 110 + shift + step, 32) for step in steps] for shift in (0, 40))
    again = [_crops(rng, 110 + step, 32) for step in np.roll(steps, 3)]
    apart, alike = list(zip(dark, light, strict=True)), list(zip(dark, again, strict=True))
    kid = {
        name: measures.distances.measure_kid(_Mean(), pairs) for name, pairs in (("a", apart), ("b", alike))
    }
    assert all(values.shape == (8,) for values in kid.values())
    whole = [torch.from_numpy(np.concatenate(side)) for side in (dark, again)]
    by_part = np.mean([compute_kid(_Mean(), *map(torch.from_numpy, pair)) for pair in alike])
    assert abs(compute_kid(_Mean(), *whole)) < 0.05 * by_part
    assert abs(kid["b"].mean()) < 0.05 * by_part
    assert kid["a"].mean() > 3 * abs(kid["b"].mean())
    swd = [measures.distances.measure_swd(pairs, seed=0).mean() for pairs in (apart, alike)]
    shift = compute_swd(*map(np.concatenate, (dark, light)), rng=np.random.default_rng(0))
    assert swd[0] == pytest.approx(shift, rel=0.15)
    assert swd[1] < 0.2 * swd[0]


def test_features_are_whitened_by_photographs(measures):
    """Sixteen directions of unit size each, however strong they were; every crop counts the same."""

    class Skewed(nn.Module):
        def forward(self, crops: torch.Tensor) -> torch.Tensor:
            cells = nn.functional.adaptive_avg_pool2d(crops.float() / 255.0, 4).flatten(1)
            return cells * torch.logspace(0, -3, cells.shape[1]) + 0.1

    rng = np.random.Generator(np.random.PCG64(6))
    crops = np.clip(rng.normal(120, 60, (400, 3, 24, 24)), 0, 255).astype(np.uint8)
    seen = measures.distances.WhiteFeatures(Skewed(), crops)(torch.from_numpy(crops)).numpy()
    assert seen.shape == (400, measures.distances.COMPONENTS)
    np.testing.assert_allclose((seen**2).mean(axis=1), 1.0, rtol=1e-5)
    np.testing.assert_allclose(np.cov(seen.T), np.eye(seen.shape[1]), atol=0.15)


def test_no_share_of_a_distance_that_may_be_nothing(measures):
    parts = measures.comparing.PARTS
    floor, noise = np.zeros(parts), np.resize([-5.0, 5.2], parts)
    figures = {key: {"frames": {"kid": noise}, "floor": {"kid": floor}} for key in ("before", "after")}
    assert not measures.shares.compute_share_closed(figures, "kid", seed=0)["measurable"]
    figures["before"]["frames"]["kid"] = noise + 20
    assert measures.shares.compute_share_closed(figures, "kid", seed=0)["measurable"]


def test_share_closed_is_that_of_the_distance_beyond_the_floor(measures):
    parts = measures.comparing.PARTS
    floor, spread = np.full(parts, 2.0), np.linspace(-0.1, 0.1, parts)
    figures = {
        "before": {"frames": {"kid": 10.0 + spread}, "floor": {"kid": floor}},
        "after": {"frames": {"kid": 4.0 + spread}, "floor": {"kid": floor}},
    }
    share = measures.shares.compute_share_closed(figures, "kid", seed=0)
    assert share["mean"] == pytest.approx(0.75)
    assert share["low"] <= 0.75 <= share["high"]
    assert share["high"] - share["low"] < 0.02


def test_parts_of_the_photographs_share_none(measures):
    pictures = tuple(np.full((1, 1, 3), number, np.uint8) for number in range(20))
    real = RealImages(pictures, np.repeat([0, 1], 10))
    parts = measures.comparing.split_real(real, 4)
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


@pytest.fixture(scope="module")
def people():
    """Who is found in pictures; it needs OpenCV, of whatever version."""
    pytest.importorskip("cv2")
    sys.path.insert(0, str(BENCHMARKS))
    try:
        from looks import people
    finally:
        sys.path.remove(str(BENCHMARKS))
    return people


def _make_sight(people, *, lean_deg: float, level: int, ground: int):
    """An ellipse of known axes, of one grey on another."""
    v, u = np.mgrid[:432, :768]
    cos, sin = np.cos(np.radians(lean_deg)), np.sin(np.radians(lean_deg))
    along, across = (v - 200) * cos + (u - 300) * sin, (u - 300) * cos - (v - 200) * sin
    mask = (along / 120) ** 2 + (across / 30) ** 2 < 1
    empty = np.full((432, 768, 3), ground, np.uint8)
    rgb = np.where(mask[..., None], np.uint8(level), empty)
    return people.Sight(rgb, empty, mask, people.box_of(mask), "somebody")


def test_sights_are_as_tilted_and_as_set_off_as_they_were_drawn(people):
    plumb, leaning = (_make_sight(people, lean_deg=lean, level=60, ground=150) for lean in (0.0, 15.0))
    assert plumb.tilt_deg == pytest.approx(0, abs=0.5)
    assert leaning.tilt_deg == pytest.approx(15, abs=0.5)
    assert plumb.contrast == leaning.contrast == 90
    faint = _make_sight(people, lean_deg=0.0, level=140, ground=150)
    assert people.choose_comparable([plumb, leaning, faint], [plumb] * 20) == [plumb]


@pytest.mark.parametrize(
    "place", sorted((BENCHMARKS / "looks" / "places").glob("*/*.yaml")), ids=lambda p: p.stem
)
def test_a_described_place_can_be_built(place):
    store = make_store(sample_scenario(load_config(place), index=0, seed=0))
    assert set(store.planogram.product.tolist()) == set(range(len(store.catalogue.sku)))


def test_a_described_place_keeps_what_it_says(people):
    """All else is as in the other clips, and pictures are of one size, since people are counted by theirs."""
    place = BENCHMARKS / "looks" / "places" / "room" / "room.yaml"
    config = load_config(place, people.choose_settings(yaml.safe_load(place.read_text())))
    cameras, clip = config.cameras, config.clip
    assert (cameras.width_px.support, cameras.height_px.support) == ((768,), (432,))
    assert (cameras.fov_deg.support, cameras.height_m.support) == ((55,), (2.6,))
    assert (config.shoppers.count.support, cameras.count.support) == ((4,), (2,))
    assert (clip.warmup_s.support, clip.fps.support, clip.duration_s.support) == ((18,), (1,), (16,))
    assert people.choose_settings({"cameras": {"width_px": 1920}}) == list(people.SETTINGS)


def test_a_described_place_is_counted_by_the_same_rule(people, monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import people_detector

    monkeypatch.setattr(people_detector, "find", lambda seen: [(who, rgb.min() < 50) for who, rgb, _ in seen])
    dark, grey, faint = (
        _make_sight(people, lean_deg=0.0, level=level, ground=150) for level in (40, 60, 140)
    )
    rows = people_detector.measure([grey, faint], [dark] * 8 + [grey] * 2, [dark, dark, grey, faint])
    for place, ours in (("", [0, 2]), ("described place: ", [2, 4])):
        row = rows[f"{place}all poses"]
        assert [row["ours"][key] for key in ("found", "pictures")] == ours
        assert (row["real"]["found"], row["real"]["pictures"]) == (8, 10)
    assert rows["comparable"]["ours"]["pictures"] == 1
    assert rows["described place: comparable"]["ours"]["rate"] == pytest.approx(2 / 3)
    assert rows["described place: comparable"]["ratio"]["mean"] == pytest.approx(2 / 3 / 0.8)


def test_people_are_set_in_where_and_as_tall_as_another_stood(people):
    small, place = (
        _make_sight(people, lean_deg=0.0, level=level, ground=ground)
        for level, ground in ((40, 90), (200, 240))
    )
    there = replace(place, box=(500, 100, 50, 120))
    picture, box = people.set_in(small, there)
    changed = np.argwhere((picture != 240).any(axis=-1))
    top, left = changed.min(axis=0)
    bottom, right = changed.max(axis=0)
    assert (top, bottom) == pytest.approx((100, 219), abs=2)
    assert (left + right) / 2 == pytest.approx(524.5, abs=1)
    assert picture[160, 525].tolist() == [40, 40, 40]
    assert box == (510, 100, 30, 120)


def test_a_log_of_other_code_is_refused(measures, tmp_path):
    log, own = tmp_path / "log.jsonl", measures.conservation.read_revision()
    row = {"clip": 3, "wrong": [], "kinds": {}, "behaviours": {}}
    log.write_text(json.dumps(row | {"code": own}) + "\n" + '{"clip": 4, "wr')
    assert [r["clip"] for r in measures.conservation._read_log(log)] == [3]
    log.write_text(json.dumps(row | {"code": "0123456789ab"}) + "\n")
    with pytest.raises(SystemExit, match=f"0123456789ab, and this is {own}"):
        measures.conservation._read_log(log)


def test_a_behaviour_that_never_happens_in_many_clips_is_named(measures):
    summarize, names = measures.conservation.summarize, measures.conservation.BEHAVIOURS
    row = {"wrong": [], "kinds": {}, "behaviours": dict.fromkeys(names[1:], 2)}
    rows = [row | {"clip": n} for n in range(measures.conservation.MANY)]
    assert summarize(rows)["never"] == [names[0]]
    assert summarize(rows)["behaviours"][names[0]] == {"clips": 0, "events": 0}
    assert summarize(rows[:-1])["never"] == []


def test_places_are_described_in_words_that_are_known(measures):
    """Today's scenario files know all of it."""
    known = make_json_schema()
    for path in sorted((BENCHMARKS / "looks" / "places").glob("*.yaml")):
        told, left_out = measures.described.fit(yaml.safe_load(path.read_text()), known)
        assert not left_out
        assert told == yaml.safe_load(path.read_text())
        load_config(path)


def test_places_are_joined_so_that_each_part_has_clips_of_all(measures):
    pictures = [[f"{place}{clip}" for clip in (0, 0, 1, 2, 3)] for place in "ab"]
    places = [
        measures.comparing.View((several, np.array([0, 0, 1, 2, 3])), (number,))
        for number, several in enumerate(pictures)
    ]
    joined = measures.realism.join_places(places)
    assert joined.sources == (0, 1)
    assert joined.frames[0] == pictures[0] + pictures[1]
    for block in np.array_split(np.unique(joined.frames[1]), 4):
        chosen = np.flatnonzero(np.isin(joined.frames[1], block))
        assert {joined.frames[0][k][0] for k in chosen} == {"a", "b"}
