"""Files that are no refiner of ours: each with its message."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from gan import load_refiner
from gan.camera_stage import CameraProfile
from gan.checkpoint import SIZE_LIMIT_BYTES
from gan.form import MATERIAL_COUNT, WEIGHT_SHAPES
from scenes.errors import CheckpointError
from scenes.surfaces import BASE_MATERIALS, MATERIAL

HEADER = {"kind": "refiner", "version": 1, "camera": CameraProfile().to_dict()}


def write(path: Path, *, weights=None, program="shopsynth", **header) -> str:
    arrays = {name: np.zeros(shape, np.float32) for name, shape in WEIGHT_SHAPES.items()}
    metadata = {program: json.dumps({**HEADER, **header})}
    save_file({**arrays, **(weights or {})}, path, metadata=metadata)
    return str(path)


def test_the_untouched_file_loads(tmp_path):
    assert load_refiner(write(tmp_path / "good.safetensors")).name == "good"


@pytest.mark.parametrize("count", [14, 17, 18, MATERIAL_COUNT])
def test_materials_later_than_a_checkpoint_have_their_kins_rows(tmp_path, count):
    table = np.arange(count * 24, dtype=np.float32).reshape(count, 24)
    path = write(tmp_path / "older.safetensors", weights={"material_table.weight": table})
    widened = load_refiner(path).checkpoint.weights["material_table.weight"]
    assert len(widened) == len(BASE_MATERIALS) + 1
    np.testing.assert_array_equal(widened[: count - 1], table[:-1])
    np.testing.assert_array_equal(widened[-1], table[-1])
    kin = "wrap" if count - 1 > MATERIAL["wrap"] else "foil"
    np.testing.assert_array_equal(widened[MATERIAL["wrap"]], table[MATERIAL[kin]])


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        (
            {"program": "someone"},
            "expected a refiner of shopsynth, got something else (its metadata: ['someone'])",
        ),
        ({"kind": "segmenter"}, "got something else (its metadata: ['shopsynth'])"),
        ({"version": 2}, "expected checkpoint version 1 or older, got 2; update shopsynth"),
        ({"version": "one"}, "got 'one'"),
        ({"camera": {}}, "the camera stage's parameters are unusable"),
        ({"camera": [1, 2]}, "the camera stage's parameters are unusable"),
        (
            {"camera": {**CameraProfile().to_dict(), "gain": "red"}},
            "the camera stage's parameters are unusable",
        ),
    ],
)
def test_foreign_metadata(tmp_path, metadata, message):
    with pytest.raises(CheckpointError) as caught:
        load_refiner(write(tmp_path / "file.safetensors", **metadata))
    assert message in str(caught.value)
    assert "file.safetensors" in str(caught.value)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"surface_last.bias": np.zeros(4, np.float32)}, r"surface_last.bias: expected shape (3,), got (4,)"),
        ({"extra": np.zeros(1, np.float32)}, "array extra: expected shape None, got (1,)"),
        (
            {"grid_last.bias": np.full(12, np.nan, np.float32)},
            "grid_last.bias holds numbers that are not finite",
        ),
        (
            {"material_table.weight": np.zeros((13, 24), np.float32)},
            f"material_table.weight: expected shape ({MATERIAL_COUNT}, 24), got (13, 24)",
        ),
        (
            {"material_table.weight": np.zeros((MATERIAL_COUNT + 1, 24), np.float32)},
            f"material_table.weight: expected shape ({MATERIAL_COUNT}, 24), got ({MATERIAL_COUNT + 1}, 24)",
        ),
        ({"grid_last.bias": np.zeros(12, np.float64)}, "grid_last.bias: expected float32, got float64"),
    ],
)
def test_wrong_weights(tmp_path, weights, message):
    with pytest.raises(CheckpointError) as caught:
        load_refiner(write(tmp_path / "file.safetensors", weights=weights))
    assert message in str(caught.value)


def test_missing_arrays(tmp_path):
    path = tmp_path / "file.safetensors"
    save_file({"grid_last.bias": np.zeros(12, np.float32)}, path, metadata={"shopsynth": json.dumps(HEADER)})
    with pytest.raises(CheckpointError, match=r"class_table.weight: expected shape \(11, 24\), got None"):
        load_refiner(str(path))


def test_other_files(tmp_path):
    with pytest.raises(CheckpointError, match="give none, default or the path of a file"):
        load_refiner(str(tmp_path / "absent.safetensors"))
    with pytest.raises(CheckpointError, match="cannot read"):
        load_refiner(str(tmp_path))
    for name, content in (("empty", b""), ("text", b"hello " * 100), ("zip", b"PK\x03\x04" + b"\0" * 500)):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CheckpointError, match="expected a safetensors file"):
            load_refiner(str(tmp_path / name))
    (tmp_path / "large").write_bytes(b"\0" * (SIZE_LIMIT_BYTES + 1))
    with pytest.raises(CheckpointError, match="expected at most 2000000"):
        load_refiner(str(tmp_path / "large"))


def test_file_without_metadata(tmp_path):
    path = tmp_path / "file.safetensors"
    save_file({"x": np.zeros(1, np.float32)}, path)
    with pytest.raises(CheckpointError, match="its metadata: none"):
        load_refiner(str(path))


def test_truncated_file(tmp_path):
    path = Path(write(tmp_path / "file.safetensors"))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CheckpointError, match="expected a safetensors file"):
        load_refiner(str(path))
