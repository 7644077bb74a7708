"""Intact datasets, and damaged shards, indices and manifests."""

import hashlib
import io
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from scenes.errors import DatasetError
from synth import schema
from synth.dataset.index import to_index_bytes
from synth.verify import verify_dataset
from tests.synth.verify.bench import FIRST, SECOND, Bench, assert_found


def test_intact_dataset_holds(intact):
    steps = []
    assert verify_dataset(str(intact), on_progress=lambda done, total: steps.append((done, total))) == []
    assert steps == [(1, 2), (2, 2)]


def test_repacked_dataset_holds(intact, tmp_path):
    bench = Bench(intact, tmp_path)
    bench.close()
    assert verify_dataset(str(bench.out)) == []


def flip(path: Path, offset: int) -> None:
    data = bytearray(path.read_bytes())
    data[offset] ^= 0x40
    path.write_bytes(bytes(data))


def test_flipped_bit_names_shard_and_file(intact, tmp_path):
    out = tmp_path / "dataset"
    shutil.copytree(intact, out)
    row = pq.read_table(out / "index.parquet").to_pylist()[1]
    place = next(file for file in row["files"] if file["name"] == "weights.parquet")
    flip(out / "shards/00000.tar", place["offset"] + 200)
    assert_found(out, "shards/00000.tar", "the content was changed", "")
    assert_found(out, "weights.parquet", "the content was changed", SECOND)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_truncated_shard_is_found(intact, tmp_path, share):
    out = tmp_path / "dataset"
    shutil.copytree(intact, out)
    shard = out / "shards/00000.tar"
    data = shard.read_bytes()
    shard.write_bytes(data[: int(len(data) * share)])
    assert_found(out, "shards/00000.tar", "bytes, the manifest says", "")


def test_missing_and_foreign_files_are_found(intact, tmp_path):
    out = tmp_path / "dataset"
    shutil.copytree(intact, out)
    (out / "stores/tiny/catalogue/A.png").unlink()
    (out / "stores/tiny/floor_plan.svg").write_text("<svg></svg>")
    (out / "shards/00001.tar").write_bytes(b"")
    assert_found(out, "stores/tiny/catalogue/A.png", "the file is missing", "")
    assert_found(out, "stores/tiny/floor_plan.svg", "bytes, the manifest says", "")
    assert_found(out, "shards/00001.tar", "not in the manifest", "")


def test_lost_shard_is_found(intact, tmp_path):
    out = tmp_path / "dataset"
    shutil.copytree(intact, out)
    (out / "shards/00000.tar").unlink()
    assert_found(out, "shards/00000.tar", "the file is missing", "")
    assert_found(out, "", "is missing", FIRST)


def test_wrong_offset_in_index_is_found(intact, tmp_path):
    bench = Bench(intact, tmp_path)
    path = bench.out / "index.parquet"
    rows = pq.read_table(path).to_pylist()
    rows[0]["files"][3]["offset"] += 512
    index = to_index_bytes(rows)
    path.write_bytes(index)
    told = {"size": len(index), "sha256": hashlib.sha256(index).hexdigest()}
    bench.manifest(lambda manifest: manifest["index"].update(told))
    assert_found(bench.out, "shards/00000.tar", "the tar has not", "")


def test_index_row_that_departs_from_the_clip_is_found(intact, tmp_path):
    bench = Bench(intact, tmp_path)
    path = bench.out / "index.parquet"
    rows = pq.read_table(path).to_pylist()
    rows[0]["weight"] += 0.5
    path.write_bytes(to_index_bytes(rows))
    assert_found(bench.out, "index.parquet", "the manifest says|was changed", "")
    assert_found(bench.out, "clip.json", "index.parquet says")


def test_missing_folder_is_one_finding(intact, tmp_path):
    bench = Bench(intact, tmp_path)
    files = sum(path.is_file() for path in (bench.out / "stores").rglob("*"))
    shutil.rmtree(bench.out / "stores")
    (problem,) = (problem for problem in verify_dataset(str(bench.out)) if not problem.clip_id)
    assert str(problem) == f"stores/: the folder is missing, with all its {files} files"


def test_edited_recipe_is_found(intact, tmp_path):
    bench = Bench(intact, tmp_path)
    bench.manifest(lambda manifest: manifest["recipe"].update(seed=9))
    assert_found(bench.out, "dataset.json", "it was edited", "")


def test_no_dataset_is_an_error(tmp_path):
    with pytest.raises(DatasetError, match="has no dataset.json"):
        verify_dataset(str(tmp_path))


def test_newer_format_is_an_error(intact, tmp_path):
    bench = Bench(intact, tmp_path)
    bench.manifest(lambda manifest: manifest.update(format_version=schema.FORMAT_VERSION + 1))
    with pytest.raises(DatasetError, match="format version 2.*install a newer shopsynth"):
        verify_dataset(str(bench.out))


def test_many_problems_are_counted(intact, tmp_path):
    bench = Bench(intact, tmp_path)
    bench.table("boxes", lambda rows: [row.update(visible_px=1) for row in rows] and None)
    bench.close()
    problems = [p for p in verify_dataset(str(bench.out)) if p.file == "boxes.parquet"]
    assert len(problems) == 11
    assert "more problems of this file" in problems[-1].message


def test_store_table_without_a_column_is_found(intact, tmp_path):
    out = tmp_path / "dataset"
    shutil.copytree(intact, out)
    path = out / "stores/tiny/planogram.parquet"
    buffer = io.BytesIO()
    pq.write_table(pq.read_table(path).drop_columns(["plates"]), buffer)
    path.write_bytes(buffer.getvalue())
    assert_found(out, "", "column plates is missing")
