"""Exports, read back by other means."""

import hashlib
import json
from itertools import groupby

import numpy as np
import pytest
from PIL import Image

from scenes.errors import DatasetError, StorageError
from scenes.world import CLASS_ID, INSTANCE_PERSON
from synth.export import export_dataset


def hashes(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def decode_rle(segmentation):
    """COCO's uncompressed run lengths, by the book: alternating zeros and ones, column by column."""
    values = [n % 2 for n, count in enumerate(segmentation["counts"]) for _ in range(count)]
    return np.reshape(values, segmentation["size"], order="F").astype(bool)


@pytest.fixture(scope="module")
def coco(small_path, tmp_path_factory):
    target = export_dataset(str(small_path), tmp_path_factory.mktemp("coco") / "out", format="coco")
    return target.parent, json.loads(target.read_text())


def test_coco_lists_every_picture_with_every_visible_instance(coco, small_dataset):
    folder, content = coco
    assert len(content["images"]) == sum(
        row["frames"] * row["cameras"] for row in small_dataset.rows.values()
    )
    by_image = {
        key: list(rows) for key, rows in groupby(content["annotations"], key=lambda row: row["image_id"])
    }
    for image in content["images"][::13]:
        with Image.open(folder / image["file_name"]) as picture:
            assert picture.size == (image["width"], image["height"])
        mask = small_dataset.masks(image["clip_id"], image["camera_id"], image["frame"])
        rows = by_image.get(image["id"], [])
        ids, areas = np.unique(mask[mask >= INSTANCE_PERSON], return_counts=True)
        visible = set(ids[areas >= 16].tolist())
        assert {row["instance_id"] for row in rows} == visible
        for row in rows[::7]:
            own = mask == row["instance_id"]
            assert np.array_equal(decode_rle(row["segmentation"]), own)
            v, u = np.nonzero(own)
            box = [u.min(), v.min(), u.max() + 1 - u.min(), v.max() + 1 - v.min()]
            assert row["bbox"] == box
            assert row["area"] == own.sum()
            assert row["category_id"] == CLASS_ID["product" if row["sku"] else "person"]
    ids = [row["id"] for row in content["annotations"]]
    assert ids == list(range(1, len(ids) + 1))


def test_mot_has_a_line_for_every_person_seen(small_path, small_dataset, tmp_path):
    export_dataset(str(small_path), tmp_path / "mot", format="mot", pictures="refined")
    for clip_id in small_dataset.clips:
        for camera in small_dataset.cameras(clip_id):
            folder = tmp_path / "mot" / f"{clip_id}-{camera.camera_id}"
            assert len(list((folder / "img1").iterdir())) == small_dataset.row(clip_id)["frames"]
            assert "frameRate=5\n" in (folder / "seqinfo.ini").read_text()
            lines = [line.split(",") for line in (folder / "gt" / "gt.txt").read_text().splitlines()]
            seen = set()
            for frame, mask in enumerate(small_dataset.mask_frames(clip_id, camera.camera_id), start=1):
                people = np.unique(mask[(mask >= INSTANCE_PERSON) & (mask < 2 * INSTANCE_PERSON)])
                seen |= {(frame, int(person) - INSTANCE_PERSON + 1) for person in people}
            assert {(int(line[0]), int(line[1])) for line in lines} == seen
            assert all(len(line) == 9 and 0 < float(line[8]) <= 1 for line in lines)


def test_same_dataset_same_bytes(coco, small_path, tmp_path):
    export_dataset(str(small_path), tmp_path / "again", format="coco")
    assert hashes(tmp_path / "again") == hashes(coco[0])


def test_progress_counts_clips(small_path, small_dataset, tmp_path):
    told = []
    export_dataset(
        str(small_path), tmp_path / "mot", format="mot", on_progress=lambda *step: told.append(step)
    )
    assert told == [(clip_id, n + 1, 4) for n, clip_id in enumerate(small_dataset.clips)]


def test_nothing_is_overwritten(small_path, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(StorageError, match="is not an empty folder; choose another, nothing is overwritten"):
        export_dataset(str(small_path), tmp_path, format="coco")
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_unknown_format_and_missing_dataset(small_path, tmp_path):
    with pytest.raises(DatasetError, match="unknown export format 'yolo'; expected coco or mot"):
        export_dataset(str(small_path), tmp_path / "out", format="yolo")
    with pytest.raises(DatasetError, match="does not exist"):
        export_dataset(str(tmp_path / "nowhere"), tmp_path / "out", format="coco")
    assert not (tmp_path / "out").exists()
