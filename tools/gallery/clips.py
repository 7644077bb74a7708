"""Pictures out of finished clips: what a user gets, with lens, sensor, faults and compression.

In: a preset with settings. Out: first frames, or people cut out of many frames.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from synth.dataset.video import read_frames
from synth.pipeline import make_clip

CLIP_ID = "gallery"
COUNT = 2
SCENE = (
    "clip.duration_s=0.5",
    "clip.fps=1",
    "clip.warmup_s=25",
    "shoppers.count=8",
    "shoppers.arrival_window_s=20",
    "cameras.width_px=480",
    "cameras.height_px=360",
    f"cameras.count={COUNT}",
)
SOUND = ("cameras.lens=pinhole", "cameras.mount=corner", "cameras.fov_deg=92", "faults.lamps_failed=0")
PORTRAITS = (
    "clip.duration_s=6",
    "clip.fps=1",
    "shoppers.count=22",
    "clip.warmup_s=30",
    "shoppers.arrival_window_s=30",
    "cameras.count=3",
    "cameras.width_px=800",
    "cameras.height_px=600",
    "cameras.fov_deg=75",
    "cameras.lens=pinhole",
    "cameras.mount=corner",
)
PORTRAIT_PX = 120  # least height of a person to be shown
CLEAR = 0.95  # share of a person that has to be seen


def photograph(settings: Sequence[str], *, seed: int) -> np.ndarray:
    """Make a frame of an everyday clip and return what a camera recorded, (H, W, 3) uint8.

    It is the first camera; where a mount is asked for, the last: some are for half of the cameras only.
    """
    number = COUNT - 1 if any(word.startswith("cameras.mount=") for word in settings) else 0
    sound = [word for word in SOUND if word.split("=")[0] not in {one.split("=")[0] for one in settings}]
    scenario = sample_scenario(load_config("everyday", (*SCENE, *sound, *settings)), seed=seed, index=0)
    with tempfile.TemporaryDirectory() as scratch:
        make_clip(scenario, Path(scratch), clip_id=CLIP_ID, refiner=None)
        return next(read_frames(str(Path(scratch) / f"{CLIP_ID}.cam{number}.rgb.mp4"), depth=False))


def cut_people(settings: Sequence[str] = (), *, seed: int) -> dict[int, np.ndarray]:
    """Make a clip of a busy shop and cut out everybody, by number, where they are largest and whole."""
    scenario = sample_scenario(load_config("everyday", (*PORTRAITS, *settings)), seed=seed, index=0)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make_clip(scenario, folder, clip_id=CLIP_ID, refiner=None)
        rows = pq.read_table(folder / f"{CLIP_ID}.boxes.parquet").to_pylist()
        size_px = (scenario.cameras.width_px, scenario.cameras.height_px)
        best: dict[int, dict] = {}
        for row in rows:
            if row["class"] == "person" and _is_whole(row, size_px):
                known = best.get(row["instance_id"])
                if known is None or row["visible_px"] > known["visible_px"]:
                    best[row["instance_id"]] = row
        cut = []
        for camera_id in sorted({row["camera_id"] for row in best.values()}):
            frames = list(read_frames(str(folder / f"{CLIP_ID}.{camera_id}.rgb.mp4"), depth=False))
            cut += [
                (person, _cut(frames[row["frame"]], row))
                for person, row in best.items()
                if row["camera_id"] == camera_id
            ]
    return dict(sorted(cut, key=lambda pair: pair[0]))


def _is_whole(row: dict, size_px: tuple[int, int]) -> bool:
    inside = (
        row["full_x0_px"] >= 0
        and row["full_y0_px"] >= 0
        and row["full_x1_px"] <= size_px[0]
        and row["full_y1_px"] <= size_px[1]
    )
    tall = row["full_y1_px"] - row["full_y0_px"]
    return inside and tall >= PORTRAIT_PX and row["visible_fraction"] >= CLEAR


def _cut(frame: np.ndarray, row: dict) -> np.ndarray:
    """Cut a person out with a margin, in the shape of a portrait (1 to 2)."""
    height, width = frame.shape[:2]
    u, v = (row["full_x0_px"] + row["full_x1_px"]) / 2, (row["full_y0_px"] + row["full_y1_px"]) / 2
    tall = 1.12 * max(row["full_y1_px"] - row["full_y0_px"], 2 * (row["full_x1_px"] - row["full_x0_px"]))
    half = int(min(tall / 2, height / 2 - 1, width - 2))
    left = int(np.clip(u - half / 2, 0, width - half))
    top = int(np.clip(v - half, 0, height - 2 * half))
    return frame[top : top + 2 * half, left : left + half]
