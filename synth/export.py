"""Exports: a dataset's labels in formats that other tools read.

In: a finished dataset. Out: a folder of its own, with the pictures as JPEG files.

- ``coco``: ``annotations.json`` in COCO's detection format, ``images/<clip>/<camera>/<frame>.jpg``. Every
  person and product is annotated in every picture, with box and mask of what is visible, if that is at
  least 16 pixels.
- ``mot``: a folder ``<clip>-<camera>`` a sequence in the MOTChallenge layout: ``gt/gt.txt``, ``seqinfo.ini``,
  ``img1/<frame>.jpg``. People only, with the box of the whole person.

The same dataset gives the same bytes.
"""

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow.compute as pc
from PIL import Image

from scenes.errors import DatasetError, StorageError
from scenes.world import CLASS_ID
from synth.dataset.files import storage_errors, write_bytes
from synth.dataset.reader import Dataset, VideoKind
from synth.labels.boxes import count_pixels

FORMATS = ("coco", "mot")
JPEG_QUALITY = 92
# A far shelf shows hundreds of products by a few pixels each: most of the file, and nothing to learn from.
MIN_AREA_PX = 16
CATEGORIES = ("person", "product")

ExportFormat = Literal["coco", "mot"]
OnProgress = Callable[[str, int, int], None]


def export_dataset(
    path: str,
    out: Path,
    *,
    format: ExportFormat,
    pictures: Literal["rgb", "refined"] = "rgb",
    on_progress: OnProgress | None = None,
) -> Path:
    """Export a dataset.

    Args:
        path: The dataset, a folder or URL.
        out: Folder to write; it must be absent or empty.
        format: ``"coco"`` or ``"mot"``.
        pictures: Which video the pictures come from.
        on_progress: Called with (clip_id, clips done, clips) after each clip.

    Returns:
        The main file for COCO, the folder for MOT.

    Raises:
        DatasetError: The dataset cannot be read, or has no refined pictures when these are asked for.
        StorageError: `out` is not empty or cannot be written.
    """
    if format not in FORMATS:
        raise DatasetError(f"unknown export format {format!r}; expected {' or '.join(FORMATS)}")
    dataset = Dataset(path)
    for clip_id in dataset.clips:
        if pictures == "refined" and not any(".refined." in name for name in dataset.files(clip_id)):
            raise DatasetError(
                f"clip {clip_id} has no refined pictures; export --pictures rgb, or refine the dataset first"
            )
    with storage_errors(out, advice="Then export again into an empty folder"):
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise StorageError(f"{out} is not an empty folder; choose another, nothing is overwritten")
        out.mkdir(parents=True, exist_ok=True)
        write = _write_coco if format == "coco" else _write_mot
        return write(dataset, out, pictures, on_progress or (lambda clip_id, done, total: None))


# ---------------------------------------------------------------- COCO


def _write_coco(dataset: Dataset, out: Path, pictures: VideoKind, on_progress: OnProgress) -> Path:
    head = {
        "info": {"description": "shopsynth", "version": str(dataset.manifest["format_version"])},
        "categories": [{"id": CLASS_ID[name], "name": name} for name in CATEGORIES],
    }
    images: list[dict[str, Any]] = []
    target = out / "annotations.json"
    temporary = target.with_suffix(".part")
    with open(temporary, "w", encoding="utf-8") as file:
        # Annotations are written as they come: there are too many of them to hold.
        file.write(json.dumps(head)[:-1] + ', "annotations": [')
        count = 0
        for done, clip_id in enumerate(dataset.clips):
            for image, annotations in _coco_images(dataset, clip_id, out, pictures):
                image["id"] = len(images) + 1
                images.append(image)
                for annotation in annotations:
                    count += 1
                    numbers = {"id": count, "image_id": image["id"]}
                    file.write((",\n" if count > 1 else "\n") + json.dumps(numbers | annotation))
            on_progress(clip_id, done + 1, len(dataset.clips))
        file.write('],\n"images": ' + json.dumps(images) + "}\n")
    temporary.replace(target)
    return target


def _coco_images(
    dataset: Dataset, clip_id: str, out: Path, pictures: VideoKind
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Save a clip's pictures and yield each with its annotations."""
    names = ("instance_id", "class", "sku", "trip_code")
    boxes = dataset.table(clip_id, "boxes").select(list(names))
    known = {row["instance_id"]: row for row in boxes.group_by(names).aggregate([]).to_pylist()}
    for camera in dataset.cameras(clip_id):
        folder = Path("images") / clip_id / camera.camera_id
        saved = _save_video(dataset, clip_id, camera.camera_id, pictures, out / folder)
        masks = dataset.mask_frames(clip_id, camera.camera_id)
        for frame, (name, mask) in enumerate(zip(saved, masks, strict=True)):
            pixels = count_pixels(mask)
            yield (
                {
                    "file_name": (folder / name).as_posix(),
                    "width": camera.width_px,
                    "height": camera.height_px,
                    "clip_id": clip_id,
                    "camera_id": camera.camera_id,
                    "frame": frame,
                },
                [
                    _coco_annotation(known[int(instance)], mask, area, box)
                    for instance, area, box in zip(
                        pixels.instance_id, pixels.count.tolist(), pixels.box_px.tolist(), strict=True
                    )
                    if area >= MIN_AREA_PX
                ],
            )


def _coco_annotation(what: dict[str, Any], mask: np.ndarray, area: int, box: list[int]) -> dict[str, Any]:
    u0, v0, u1, v1 = box
    return {
        "category_id": CLASS_ID[what["class"]],
        "bbox": [u0, v0, u1 - u0, v1 - v0],
        "area": area,
        "segmentation": encode_coco_rle(mask[:, u0:u1] == what["instance_id"], u0, mask.shape[1]),
        "iscrowd": 0,
        "instance_id": what["instance_id"],
        "sku": what["sku"],
        "trip_code": what["trip_code"],
    }


def encode_coco_rle(mask: np.ndarray, first_column: int, width_px: int) -> dict[str, Any]:
    """Encode a mask as COCO's uncompressed run lengths: column by column, beginning with zeros.

    Args:
        mask: (H, C) bool, some columns of the image, the others being empty.
        first_column: The image's column where they start.
        width_px: Width of the image.

    >>> encode_coco_rle(np.array([[0, 1], [1, 1]], bool), 0, 2)
    {'size': [2, 2], 'counts': [1, 3]}
    >>> encode_coco_rle(np.ones((1, 2), bool), 1, 4)
    {'size': [1, 4], 'counts': [1, 2, 1]}
    """
    height = mask.shape[0]
    flat = np.concatenate([[False], mask.ravel(order="F"), [False]])
    ends = np.flatnonzero(flat[1:] != flat[:-1]) + first_column * height
    edges = [0, *ends.tolist(), width_px * height]
    counts = [stop - start for start, stop in pairwise(edges)]
    return {"size": [height, width_px], "counts": counts[:-1] if counts[-1] == 0 else counts}


# ---------------------------------------------------------------- MOTChallenge


def _write_mot(dataset: Dataset, out: Path, pictures: VideoKind, on_progress: OnProgress) -> Path:
    for done, clip_id in enumerate(dataset.clips):
        clip, people = dataset.clip(clip_id), _people(dataset, clip_id)
        track = {person["instance_id"]: number + 1 for number, person in enumerate(clip["people"])}
        for camera in dataset.cameras(clip_id):
            folder = out / f"{clip_id}-{camera.camera_id}"
            saved = list(_save_video(dataset, clip_id, camera.camera_id, pictures, folder / "img1", first=1))
            lines = [
                _mot_line(track[row["instance_id"]], row)
                for row in people
                if row["camera_id"] == camera.camera_id
            ]
            (folder / "gt").mkdir()
            write_bytes(folder / "gt" / "gt.txt", "".join(lines).encode())
            information = (
                f"[Sequence]\nname={folder.name}\nimDir=img1\nframeRate={clip['fps']:g}\n"
                f"seqLength={len(saved)}\nimWidth={camera.width_px}\nimHeight={camera.height_px}\nimExt=.jpg\n"
            )
            write_bytes(folder / "seqinfo.ini", information.encode())
        on_progress(clip_id, done + 1, len(dataset.clips))
    return out


def _people(dataset: Dataset, clip_id: str) -> list[dict[str, Any]]:
    """Return the boxes of the people of whom something is seen, in order of time."""
    boxes = dataset.table(clip_id, "boxes")
    seen = pc.and_(pc.equal(boxes["class"], "person"), pc.greater(boxes["visible_px"], 0))
    names = [name for name in boxes.column_names if not name.startswith("joints")]
    return boxes.filter(seen).select(names).to_pylist()


def _mot_line(track: int, row: dict[str, Any]) -> str:
    """Write frame, id, left, top, width, height, flag, class 1 (pedestrian), visibility; all count from 1.

    The box is the whole person, as MOT's truth has it, also where it leaves the image.
    """
    x0, y0, x1, y1 = (row[f"full_{name}"] for name in ("x0_px", "y0_px", "x1_px", "y1_px"))
    box = f"{x0 + 1:.2f},{y0 + 1:.2f},{x1 - x0:.2f},{y1 - y0:.2f}"
    return f"{row['frame'] + 1},{track},{box},1,1,{row['visible_fraction']:.4f}\n"


# ---------------------------------------------------------------- shared


def _save_video(
    dataset: Dataset, clip_id: str, camera_id: str, pictures: VideoKind, folder: Path, *, first: int = 0
) -> Iterator[str]:
    """Save a video's frames as JPEG files and yield their names."""
    folder.mkdir(parents=True)
    for number, picture in enumerate(dataset.video(clip_id, camera_id, pictures), start=first):
        name = f"{number:06d}.jpg"
        Image.fromarray(picture).save(folder / name, quality=JPEG_QUALITY, subsampling=0)
        yield name
