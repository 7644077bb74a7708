"""Make docs/images/overview.jpg, the picture at the head of the README, from a dataset.

    shopsynth generate everyday -o out/overview --clips 1 --seed 8 --set clip.duration_s=6 --set clip.fps=2 \
        --set cameras.width_px=640 --set cameras.height_px=480 --set cameras.count=2 \
        --set cameras.mount=corner --set cameras.lens=pinhole --set shoppers.count=12 \
        --set store.format=grab_and_go
    python tools/make_overview.py out/overview 3

In: a dataset with refined pictures and two cameras or more, and a frame number. Out: one picture; above a
camera as rendered, refined and labelled, below another one with its labels, instances and depth.
"""

import itertools
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from synth.dataset import Dataset
from synth.report.pictures import color_depth, color_instances, draw_labels, is_moving

OUT = Path(__file__).resolve().parent.parent / "docs" / "images" / "overview.jpg"
TILE_PX = (520, 390)
GAP_PX = 4


def pick(frames, number: int) -> np.ndarray:
    """Return one frame of a video."""
    return next(itertools.islice(frames, number, None))


def make_tiles(source: Dataset, clip_id: str, camera_id: str, frame: int) -> dict[str, np.ndarray]:
    """Return the pictures of one camera at one frame."""
    events = source.table(clip_id, "events").to_pylist()
    moved = frozenset(e["item_id"] for e in events if e["item_id"] >= 0 and e["from_place"] != e["to_place"])
    rows = [
        row
        for row in source.table(clip_id, "boxes").to_pylist()
        if (row["frame"], row["camera_id"]) == (frame, camera_id) and is_moving(row, moved)
    ]
    clip = source.clip(clip_id)
    names = {person["instance_id"]: person["trip_code"][:4] for person in clip["people"]}
    raw = pick(source.video(clip_id, camera_id), frame)
    ids = source.masks(clip_id, camera_id, frame)
    return {
        "raw": raw,
        "refined": pick(source.video(clip_id, camera_id, "refined"), frame),
        "labels": draw_labels(raw, ids, rows, clip["joint_names"], names),
        "instances": color_instances(ids),
        "depth": color_depth(pick(source.video(clip_id, camera_id, "depth"), frame)),
    }


def main() -> None:
    """Compose the picture of the dataset and frame named on the command line."""
    source, frame = Dataset(sys.argv[1]), int(sys.argv[2])
    clip_id = source.clips[0]
    first, second = (
        make_tiles(source, clip_id, camera.camera_id, frame) for camera in source.cameras(clip_id)[:2]
    )
    tiles = [first[kind] for kind in ("raw", "refined", "labels")]
    tiles += [second[kind] for kind in ("labels", "instances", "depth")]
    width, height = TILE_PX
    sheet = Image.new("RGB", (3 * width + 2 * GAP_PX, 2 * height + GAP_PX), "white")
    for number, tile in enumerate(tiles):
        corner = (number % 3 * (width + GAP_PX), number // 3 * (height + GAP_PX))
        sheet.paste(Image.fromarray(tile).resize(TILE_PX, Image.Resampling.LANCZOS), corner)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(OUT, quality=85, optimize=True)
    print(OUT)


if __name__ == "__main__":
    main()
