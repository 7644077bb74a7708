import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scenes.config.loader import load_config
from scenes.errors import DatasetError
from synth.dataset import Dataset
from synth.engine.generation import generate
from synth.engine.plan import read_configs
from synth.export import export_dataset
from tests.synth.tiny_shop import CAMERAS, FRAMES, OVERRIDES, make_shop_clip

CLIP = "everyday-000001"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("reader") / "out"
    config = load_config("everyday", OVERRIDES)
    generate([config], str(out), clips=2, seed=1, make_clip=make_shop_clip, refiner="none")
    return out


@pytest.fixture(scope="module")
def dataset(folder) -> Dataset:
    return Dataset(str(folder))


def test_clips_and_rows(dataset):
    assert dataset.clips == ("everyday-000000", CLIP)
    assert dataset.store_ids == ("tiny",)
    row = dataset.row(CLIP)
    assert (row["index"], row["frames"], row["cameras"], row["events"], row["payments"]) == (1, 25, 2, 10, 2)
    assert row["duration_s"] == 5.0
    assert row["weight"] == dataset.clip(CLIP)["weight"]


def test_tables_and_documents(dataset):
    assert dataset.table(CLIP, "events").column("kind").to_pylist()[:3] == ["enter", "enter", "take"]
    assert [receipt["total_minor"] for receipt in dataset.receipts(CLIP)] == [199, 0]
    assert dataset.certificate(CLIP)["frames"] == 2 * FRAMES
    assert dataset.planogram("tiny").num_rows == 4
    assert dataset.catalogue("tiny").column("sku").to_pylist() == ["A", "B"]
    assert dataset.floor_plan("tiny")["plates"][2] == {"id": 2}
    assert dataset.read_store_file("tiny", "catalogue/A.png") == b"picture"


def test_cameras_come_back(dataset):
    for found, camera in zip(dataset.cameras(CLIP), CAMERAS, strict=True):
        assert (found.camera_id, found.width_px, found.height_px) == (camera.camera_id, 64, 48)
        assert np.array_equal(found.intrinsics, camera.intrinsics)
        assert np.array_equal(found.world_from_cam, camera.world_from_cam)


@pytest.mark.parametrize("kind", ["rgb", "refined", "depth"])
def test_videos(dataset, kind):
    frames = list(dataset.video(CLIP, "cam1", kind))
    assert len(frames) == FRAMES
    if kind == "depth":
        assert all((frame == 2.5).all() for frame in frames)
    else:
        assert {(frame.shape, frame.dtype.name) for frame in frames} == {((48, 64, 3), "uint8")}


def test_masks(dataset):
    every = list(dataset.mask_frames(CLIP, "cam0"))
    assert len(every) == FRAMES
    assert np.array_equal(dataset.masks(CLIP, "cam0", 7), every[7])
    assert 10_001 in np.unique(every[7])
    with pytest.raises(DatasetError, match="has no frame 25 of cam0"):
        dataset.masks(CLIP, "cam0", 25)
    with pytest.raises(DatasetError, match="has no camera 'cam9'"):
        next(dataset.mask_frames(CLIP, "cam9"))


def test_one_file_is_one_range_read(dataset, monkeypatch):
    calls = []
    read = dataset.storage.read
    monkeypatch.setattr(dataset.storage, "read", lambda *args: calls.append(args) or read(*args))
    data = dataset.read_file(CLIP, "receipts.json")
    place = next(file for file in dataset.row(CLIP)["files"] if file["name"] == "receipts.json")
    assert calls == [("shards/00000.tar", place["offset"], len(data))]


def test_names_that_are_not_there(dataset):
    with pytest.raises(DatasetError, match="no clip 'everyday-00001'.*the nearest is 'everyday-000001'"):
        dataset.row("everyday-00001")
    with pytest.raises(DatasetError, match="no file 'event.parquet'; the nearest is 'events.parquet'"):
        dataset.read_file(CLIP, "event.parquet")


@pytest.fixture
def copy(folder, tmp_path) -> Path:
    shutil.copytree(folder, tmp_path / "copy")
    return tmp_path / "copy"


def test_truncated_shard(copy):
    shard = copy / "shards/00000.tar"
    shard.write_bytes(shard.read_bytes()[:-30_000])
    dataset = Dataset(str(copy))
    last = max(dataset.row(CLIP)["files"], key=lambda file: file["offset"])
    message = r"00000\.tar is cut short: everyday-000001\.\S+ has \d+ of \d+ bytes"
    with pytest.raises(DatasetError, match=message):
        dataset.read_file(CLIP, last["name"])


def test_missing_shard_and_store(copy):
    shutil.rmtree(copy / "shards")
    shutil.rmtree(copy / "stores")
    dataset = Dataset(str(copy))
    with pytest.raises(DatasetError, match=r"shards/00000\.tar is missing"):
        dataset.clip(CLIP)
    with pytest.raises(DatasetError, match=r"stores/tiny/planogram\.parquet is missing"):
        dataset.planogram("tiny")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "cannot be read"),
        (b"[]", "is not the manifest of a shopsynth dataset"),
        (
            b'{"format": "shopsynth-dataset", "format_version": 9}',
            "format version 9, this shopsynth reads up to 1",
        ),
        (
            b'{"format": "shopsynth-dataset", "format_version": 0}',
            "format_version 0 was never a format version",
        ),
        (b'{"format": "shopsynth-dataset", "format_version": true}', "format_version True was never"),
        (b'{"format": "shopsynth-dataset", "format_version": 1}', "key recipe is missing"),
    ],
)
def test_damaged_manifest(copy, content, message):
    (copy / "dataset.json").write_bytes(content)
    with pytest.raises(DatasetError, match=message):
        Dataset(str(copy))


def test_damaged_index(copy):
    (copy / "index.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(DatasetError, match=r"index\.parquet is no whole Parquet file"):
        Dataset(str(copy))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"index": {}}, r"index\.path is missing"),
        ({"shards": [3]}, r"shards\[0\]: expected an object, found int"),
        ({"stores": [{"x": 1}]}, r"stores\[0\]\.path is missing"),
        ({"recipe": {}}, r"recipe\.configs is missing"),
        ({"recipe": {"configs": [1], "seed": 0}}, r"recipe\.configs\[0\]: expected an object, found int"),
        ({"versions": {"av": 3}}, r"versions\.av: expected a text, found int"),
        ({"command": [None]}, r"command\[0\]: expected a text, found NoneType"),
        (
            {"index": {"path": "/etc/passwd", "size": 1, "sha256": ""}},
            "'/etc/passwd' is no file of the dataset",
        ),
        (
            {"stores": [{"path": "stores/../../x", "size": 1, "sha256": ""}]},
            r"'stores/\.\./\.\./x' is no file of the dataset",
        ),
    ],
)
def test_damage_inside_the_manifest_is_named(copy, change, message):
    path = copy / "dataset.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(DatasetError, match=rf"dataset\.json: {message}"):
        Dataset(str(copy))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "has no cameras"),
        (3, "is damaged: 'int' object is not iterable"),
        ([3], "is damaged"),
        ([{"camera_id": "cam0"}], "is damaged: key 'width_px' is missing"),
    ],
)
def test_damaged_cameras(copy, content, message):
    (copy / "stores/tiny/cameras.json").write_text(json.dumps(content))
    with pytest.raises(DatasetError, match=rf"tiny/cameras\.json {message}"):
        Dataset(str(copy)).cameras(CLIP)
    with pytest.raises(DatasetError, match=message):
        export_dataset(str(copy), copy.parent / "coco", format="coco")


def test_camera_that_leads_out_of_the_folder(copy, folder):
    cameras = json.loads((folder / "stores/tiny/cameras.json").read_text())
    cameras[0]["camera_id"] = "../../x"
    (copy / "stores/tiny/cameras.json").write_text(json.dumps(cameras))
    with pytest.raises(DatasetError, match=r"camera_id '\.\./\.\./x' is no name"):
        Dataset(str(copy)).cameras(CLIP)


@pytest.mark.parametrize("key", ["clip_id", "store_id", "shard"])
def test_index_that_leads_out_of_the_folder(copy, key):
    table = pq.read_table(copy / "index.parquet")
    moved = table.set_column(
        table.column_names.index(key), key, pa.array(["../../x"] * table.num_rows, pa.string())
    )
    pq.write_table(moved, copy / "index.parquet")
    with pytest.raises(DatasetError, match=rf"{key} '\.\./\.\./x' is no name inside the dataset"):
        Dataset(str(copy))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"walkable": 3}, "key store_id is missing.*key walkable is int, expected dict"),
        (
            {"walkable": {"exterior": [3], "holes": []}},
            r"walkable\.exterior\[0\]: expected a list, found int",
        ),
        ({"size_m": ["wide", 2, 3]}, r"size_m\[0\]: expected int or float, found str"),
        ({"size_m": [4.0, 3.0]}, "size_m: expected 3 elements, found 2"),
    ],
)
def test_damaged_floor_plan(copy, content, message):
    path = copy / "stores/tiny/floor_plan.json"
    whole = {} if content == {"walkable": 3} else json.loads(path.read_text())
    path.write_text(json.dumps(whole | content))
    with pytest.raises(DatasetError, match=rf"tiny/floor_plan\.json: .*{message}"):
        Dataset(str(copy)).floor_plan("tiny")


def test_scenarios_of_the_recipe_come_back_or_are_named(dataset):
    (config,) = dataset.manifest["recipe"]["configs"]
    assert read_configs({"configs": [config]}, "dataset.json") == [load_config("everyday", OVERRIDES)]
    with pytest.raises(DatasetError, match=r"dataset\.json: recipe\.configs\[1\]\.\S+: .*changed by hand"):
        read_configs({"configs": [config, config | {"clip": 7}]}, "dataset.json")
    with pytest.raises(DatasetError, match=r"recipe\.configs\[0\]"):
        read_configs({"configs": [{}]}, "dataset.json")


def test_no_dataset(tmp_path):
    with pytest.raises(DatasetError, match="does not exist; give the folder"):
        Dataset(str(tmp_path / "nowhere"))
    with pytest.raises(DatasetError, match="is no dataset: it has no dataset.json"):
        Dataset(str(tmp_path))
