"""Cameras held before what somebody has in a hand and looks at: by a revision's own code.

    python in_hand.py find DATASET MOMENTS
    python in_hand.py generate MOMENTS DATASETS generate PRESET ...
    python in_hand.py extract DATASETS MOMENTS OUT

In: a dataset of which nothing but the tables is asked for; then the same words of the command line again, but
for the cameras, the clips and where these go. Out: a JSON file of moments by clip; each clip that has any
anew, with a camera a moment, in a dataset DATASETS/CLIP; and its frame of that moment as PNG,
OUT/CLIP.CAMERA.FRAME.png. The camera is between the eyes and the palm, as people hold a telephone in the
other hand: 0.27 to 0.45 m from the palm. It stands on the tables of events and tracks,
so that the code of any revision serves.
"""

import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from looks.extract import write_frames
from looks.hold import LOOSE, aim, hold_cameras
from synth.dataset import Dataset

SIDES = ("left", "right")
COUNT = 4  # a clip, at most: with hold.COUNT before shelves a third of the pictures, as of photographs
AWAY_M, BEFORE_EYES_M = (0.27, 0.45), 0.1
EYES_OVER_JOINT_M, EYES_AHEAD_M = 0.08, 0.12  # the joint of the head is where it turns
# From the joints of anybody who is there, so that flesh and clothes stay clear of the camera.
CLEAR_M = {("pelvis", "spine", "chest", "neck", "head"): 0.2}
CLEAR_M |= {tuple(f"{side}_{joint}" for joint in ("shoulder", "elbow", "wrist")): 0.13 for side in SIDES}
# Hands move just after they took it and just before they let it go.
SINCE_S, UNTIL_S = 0.8, 0.5
ASIDE_M, ROLL_RAD = 0.02, 0.03  # standard deviations


def find_moments(dataset: Dataset, clip_id: str, *, rng: np.random.Generator) -> list[dict]:
    """Return up to COUNT moments of a clip, `frame` and `world_from_cam`: each of another item and hand.

    Each is when the palm is nearest to the joint of the head. Those of packs come first: of fruit,
    photographs show heaps.
    """
    names, loose = dataset.clip(clip_id)["joint_names"], _list_loose(dataset, clip_id)
    events = dataset.table(clip_id, "events").to_pylist()
    is_loose = {event["item_id"]: event["sku"] in loose for event in events}
    nearest: dict[tuple, tuple[bool, float, dict]] = {}
    by_frame = itertools.groupby(dataset.table(clip_id, "tracks").to_pylist(), lambda row: row["frame"])
    for frame, group in by_frame:
        rows = list(group)
        there = [dict(zip(names, np.reshape(row["joints_m"], (-1, 3)), strict=True)) for row in rows]
        for (row, joints_m), side in itertools.product(zip(rows, there, strict=True), SIDES):
            for item_id in _list_held(events, f"hand:{row['trip_code']}:{side}", row["time_s"]):
                palm_m = np.array([row[f"{side}_palm_{axis}_m"] for axis in "xyz"])
                pose = _place(joints_m["head"], palm_m, rng)
                if pose is not None and all(_is_clear(pose[:3, 3], joints) for joints in there):
                    key = item_id, row["trip_code"], side
                    away_m = float(np.linalg.norm(joints_m["head"] - palm_m))
                    if key not in nearest or away_m < nearest[key][1]:
                        moment = {"frame": frame, "world_from_cam": pose.tolist()}
                        nearest[key] = is_loose[item_id], away_m, moment
    return [moment for *_, moment in sorted(nearest.values(), key=lambda found: found[:2])[:COUNT]]


def _list_loose(dataset: Dataset, clip_id: str) -> set[str]:
    """The SKUs of what lies in heaps."""
    products = dataset.catalogue(dataset.row(clip_id)["store_id"]).to_pylist()
    return {product["sku"] for product in products if product["package"] == LOOSE}


def _is_clear(eye_m: np.ndarray, joints_m: dict[str, np.ndarray]) -> bool:
    """Whether a camera is outside of somebody with such joints."""
    for chain, clear_m in CLEAR_M.items():
        for start, end in itertools.pairwise(joints_m[name] for name in chain):
            share = np.clip((eye_m - start) @ (end - start) / ((end - start) @ (end - start)), 0.0, 1.0)
            if np.linalg.norm(eye_m - start - share * (end - start)) < clear_m:
                return False
    return True


def _list_held(events: list[dict], hand: str, time_s: float) -> Iterator[int]:
    """Yield the items that are in a hand at a time, neither just taken nor about to go."""
    for number, event in enumerate(events):
        if event["to_place"] == hand and event["time_s"] <= time_s - SINCE_S:
            later = (e["time_s"] for e in events[number + 1 :] if e["item_id"] == event["item_id"])
            if next(later, np.inf) >= time_s + UNTIL_S:
                yield event["item_id"]


def _place(head_m: np.ndarray, palm_m: np.ndarray, rng: np.random.Generator) -> np.ndarray | None:
    """Return the pose of a camera between eyes and palm; None where there is no room for it."""
    away_m, aside_m, roll_rad = rng.uniform(*AWAY_M), rng.normal(0, ASIDE_M, 3), rng.normal(0, ROLL_RAD)
    ahead_m = (palm_m - head_m) * [1, 1, 0]
    eyes_m = head_m + [0, 0, EYES_OVER_JOINT_M] + EYES_AHEAD_M * ahead_m / np.linalg.norm(ahead_m)
    sight_m = eyes_m - palm_m
    far_m = np.linalg.norm(sight_m)
    away_m = min(away_m, far_m - BEFORE_EYES_M)
    if away_m < AWAY_M[0]:
        return None
    return aim(palm_m + sight_m / far_m * away_m, palm_m + aside_m, roll_rad)


def find(source: str, out: Path) -> None:
    """Write the moments of every clip of a dataset."""
    dataset = Dataset(source)
    moments = {}
    for clip_id in dataset.clips:
        rng = np.random.Generator(np.random.PCG64(_number(clip_id)))
        moments[clip_id] = find_moments(dataset, clip_id, rng=rng)
    out.write_text(json.dumps(moments), encoding="utf-8")


def generate(words: list[str], moments: dict[str, list[dict]], out: Path) -> None:
    """Run the command for each clip that has moments, with a camera a moment."""
    from cli.main import app
    from synth import pipeline

    make_store = pipeline.make_store
    poses = {
        _number(clip_id): [np.array(moment["world_from_cam"]) for moment in found]
        for clip_id, found in moments.items()
    }
    pipeline.make_store = lambda scenario: hold_cameras(make_store(scenario), poses[scenario.index])
    for clip_id, found in moments.items():
        if found:
            only = ["--first", str(_number(clip_id)), "--clips", "1", "-o", str(out / clip_id)]
            ended = app([*words, *only], prog_name="shopsynth", standalone_mode=False)
            if ended:
                raise SystemExit(ended)


def extract(source: Path, moments: dict[str, list[dict]], out: Path) -> None:
    """Write each camera's frame of its moment."""
    out.mkdir(parents=True, exist_ok=True)
    for clip_id, found in moments.items():
        dataset = Dataset(str(source / clip_id)) if found else None
        for number, moment in enumerate(found):
            write_frames(dataset, clip_id, f"cam{number}", [moment["frame"]], out)


def main() -> None:
    """Do what the first word says."""
    what, first, *words = sys.argv[1:]
    if what == "find":
        find(first, Path(words[0]))
    elif what == "generate":
        generate(words[1:], _read(first), Path(words[0]))
    elif what == "extract":
        extract(Path(first), _read(words[0]), Path(words[1]))
    else:
        raise SystemExit(f"find, generate or extract, not {what}")


def _number(clip_id: str) -> int:
    return int(clip_id.rpartition("-")[2])


def _read(moments: str) -> dict[str, list[dict]]:
    return json.loads(Path(moments).read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main())
