"""Copy frames out of a dataset as PNG files: run by the code of the revision that wrote the dataset.

    python extract.py DATASET OUT FRAME...

In: a dataset, a folder, frame numbers. Out: ``OUT/<clip>.<camera>.<frame>.png``. Cameras with a fault or a
fisheye are left out, as no photograph to compare with was taken by such a one. It stands on the dataset's
public reader alone, so that the reader of any revision serves.
"""

import itertools
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from synth.dataset import Dataset


def extract(source: str, out: Path, numbers: list[int]) -> None:
    """Write the chosen frames of every clip and sound camera."""
    dataset = Dataset(source)
    out.mkdir(parents=True, exist_ok=True)
    for clip_id in dataset.clips:
        faulty = {fault["camera_id"] for fault in dataset.clip(clip_id).get("camera_faults", [])}
        for camera in dataset.cameras(clip_id):
            # The readers of older revisions know no lenses: their cameras were pinholes.
            fisheye = getattr(camera, "model", "pinhole") == "kannala_brandt"
            if camera.camera_id in faulty or fisheye:
                continue
            write_frames(dataset, clip_id, camera.camera_id, numbers, out)


def write_frames(dataset: Dataset, clip_id: str, camera_id: str, numbers: Sequence[int], out: Path) -> None:
    """Write chosen frames of one camera into a folder that is there."""
    for number, picture in enumerate(itertools.islice(dataset.video(clip_id, camera_id), max(numbers) + 1)):
        if number in numbers:
            name = f"{clip_id}.{camera_id}.{number}.png"
            Image.fromarray(picture).save(out / name, compress_level=1)


if __name__ == "__main__":
    extract(sys.argv[1], Path(sys.argv[2]), [int(text) for text in sys.argv[3:]])
