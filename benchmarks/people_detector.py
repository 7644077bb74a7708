"""How often OpenCV's stock people detector (HOG and a linear SVM, Dalal and Triggs 2005) finds our people.

    python benchmarks/people_detector.py [--real FOLDER] [--quick] [--json]

Ours: shoppers in rendered shops, wholly in the picture, hardly hidden, upright and 120 to 420 pixels tall;
found if a detection overlaps their box by 0.4. Both are what a camera sends: ours come through the sensor of
their scenario. Real: photographs of a still camera in FOLDER; people are
what differs from the empty room. Both at 768x432, by the same rules. Needs the extra ``detector``.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from scipy import ndimage

sys.path.insert(0, str(Path(__file__).parents[1]))

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store
from scenes.world import INSTANCE_ITEM, INSTANCE_PERSON
from synth.bodies import make_bodies
from synth.motion import compute_motion
from synth.optics import Imaging, LensRenderer
from synth.pipeline import compute_frame_times
from synth.simulation import simulate
from synth.stage import Stage

SIZE_PX = (768, 432)
TALL_PX = (120, 420)
OVERLAP = 0.4
BORDER_PX = 80
SETTINGS = (
    f"cameras.width_px={SIZE_PX[0]}", f"cameras.height_px={SIZE_PX[1]}", "cameras.lens=pinhole",
    "cameras.count=2", "cameras.fov_deg=60", "cameras.mount=corner", "cameras.height_m=2.4",
    "store.format=convenience", "shoppers.count=8", "shoppers.child_share=0",
    "shoppers.arrival_window_s=20", "clip.warmup_s=18", "clip.fps=1", "clip.duration_s=16",
)  # fmt: skip
Box = tuple[int, int, int, int]  # x, y, width, height


def make_detector() -> cv2.HOGDescriptor:
    """OpenCV's own detector with its own weights."""
    if not hasattr(cv2, "HOGDescriptor"):
        raise SystemExit(f"OpenCV {cv2.__version__} has no HOGDescriptor; install opencv-python-headless<5")
    detector = cv2.HOGDescriptor()
    detector.setSVMDetector(cv2.HOGDescriptor_getDefaultPeopleDetector())
    return detector


def detect(detector: cv2.HOGDescriptor, rgb: np.ndarray) -> list[Box]:
    """Boxes of the people that the detector sees.

    The picture gets a border, because the detector wants a margin around people; its windows have that
    margin: a quarter of the width, an eighth of the height.
    """
    bordered = cv2.copyMakeBorder(
        rgb[..., ::-1], BORDER_PX, BORDER_PX, BORDER_PX, BORDER_PX, cv2.BORDER_REPLICATE
    )
    found, _ = detector.detectMultiScale(bordered, winStride=(8, 8), padding=(0, 0), scale=1.05)
    return [
        (int(x + 0.125 * w) - BORDER_PX, int(y + 0.0625 * h) - BORDER_PX, int(0.75 * w), int(0.875 * h))
        for x, y, w, h in found
    ]


def overlap(first: Box, second: Box) -> float:
    """Intersection over union of two boxes."""
    wide = min(first[0] + first[2], second[0] + second[2]) - max(first[0], second[0])
    tall = min(first[1] + first[3], second[1] + second[3]) - max(first[1], second[1])
    both = max(wide, 0) * max(tall, 0)
    return both / (first[2] * first[3] + second[2] * second[3] - both)


def box_of(mask: np.ndarray) -> Box:
    """The box around a mask."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (
        int(columns[0]),
        int(rows[0]),
        int(columns[-1] - columns[0] + 1),
        int(rows[-1] - rows[0] + 1),
    )


def is_whole(box: Box) -> bool:
    """Whether a person's box is clear of the picture's edges and of a size to look for."""
    inside = (
        box[0] > 2 and box[0] + box[2] < SIZE_PX[0] - 2 and box[1] > 2 and box[1] + box[3] < SIZE_PX[1] - 2
    )
    return inside and TALL_PX[0] <= box[3] <= TALL_PX[1] and box[3] > 1.9 * box[2]


def our_pictures(clips: int) -> Iterator[tuple[np.ndarray, list[Box]]]:
    """Render shops; yield pictures and the boxes of the people in them."""
    for index in range(clips):
        scenario = sample_scenario(load_config("everyday", SETTINGS), seed=5, index=index)
        store = make_store(scenario)
        simulation = simulate(scenario, store)
        bodies = make_bodies(simulation.plans)
        motion = compute_motion(simulation, bodies, frame_time_s=compute_frame_times(scenario))
        stage = Stage(scenario, store, simulation, motion, bodies)
        sensors = [Imaging(scenario, camera, None) for camera in store.cameras]
        with LensRenderer(
            store, dynamic_items=stage.dynamic_items, dynamic_doors=stage.dynamic_doors, supersampling=2
        ) as renderer:
            for frame in range(len(motion.time_s)):
                scene = stage.frame_scene(frame)
                for camera in range(len(store.cameras)):
                    view = renderer.render(scene, camera)
                    people = {
                        k: size
                        for k, size in view.silhouette_px.items()
                        if INSTANCE_PERSON <= k < INSTANCE_ITEM and size > 0
                    }
                    masks = {k: view.instance_id == k for k in people}
                    seen = [k for k, mask in masks.items() if mask.sum() > 0.9 * people[k]]
                    boxes = [box_of(masks[k]) for k in seen]
                    sent = sensors[camera].take(view, time_s=float(motion.time_s[frame]))[1]
                    yield sent.rgb, [box for box in boxes if is_whole(box)]


def real_pictures(folder: Path) -> Iterator[tuple[np.ndarray, list[Box]]]:
    """Read photographs of one still camera; yield them and the boxes of what is not background."""
    pictures = [cv2.imread(str(path))[..., ::-1] for path in sorted(folder.glob("*.jpg"))]
    # The room is bright and people are dark: a bright quantile of each pixel shows the empty room.
    background = np.percentile(pictures[::3], 85, axis=0)
    for picture in pictures:
        differs = np.abs(picture - background).max(axis=2) > 40
        differs = ndimage.binary_closing(ndimage.binary_opening(differs, iterations=2), iterations=9)
        label, count = ndimage.label(differs)
        sizes = ndimage.sum_labels(differs, label, np.arange(1, count + 1))
        boxes = [box_of(label == k + 1) for k in np.flatnonzero(sizes > 4000)]
        yield picture, [box for box in boxes if is_whole(box)]


def measure(pictures: Iterator[tuple[np.ndarray, list[Box]]]) -> dict[str, float | int]:
    """Count people and those found: rate with its 95 % interval (Wilson 1927)."""
    detector = make_detector()
    found: list[bool] = []
    for rgb, boxes in pictures:
        if boxes:
            detections = detect(detector, rgb)
            found += [any(overlap(box, other) >= OVERLAP for other in detections) for box in boxes]
    low, high = wilson(sum(found), len(found))
    return {
        "people": len(found),
        "found": sum(found),
        "rate": sum(found) / max(len(found), 1),
        "low": low,
        "high": high,
    }


def wilson(hits: int, count: int) -> tuple[float, float]:
    """95 % interval of a share.

    >>> tuple(round(value, 3) for value in wilson(8, 10))
    (0.49, 0.943)
    """
    if count == 0:
        return 0.0, 1.0
    z, share = 1.96, hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * np.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return float(middle - half), float(middle + half)


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--real", type=Path, help="folder with photographs of one still camera")
    parser.add_argument("--quick", action="store_true", help="one clip, done within 45 s on 2 cores")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    result = {"ours": measure(our_pictures(1 if options.quick else 5))}
    if options.real:
        result["real"] = measure(real_pictures(options.real))
    if options.json:
        print(json.dumps({"benchmark": "people_detector", **result}))
        return
    for name, figures in result.items():
        print(
            f"{name:5} {figures['found']:4} of {figures['people']:4} people found: {figures['rate']:.2f} "
            f"(95 % interval {figures['low']:.2f} to {figures['high']:.2f})"
        )


if __name__ == "__main__":
    main()
