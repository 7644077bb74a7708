"""Run the command with cameras held by hand before the shelves instead of hung: by a revision's own code.

    python hold.py generate PRESET -o DATASET ...

In: words of the command line. Out: what the command makes, its cameras where somebody stands who photographs
what is sold, each product as likely: 0.4 to 2.4 m before a slot, or as the `away_m` of a hold.json beside the
scenario file says, more or less straight at it, nothing of the shop between; loose fruit and vegetables from
0.3 to 0.9 m, more or less from above, at arm's length over the table where nothing is above. It stands on the
world's types and on the name of what makes a store alone, so that the code of any revision serves.
"""

import json
import sys
from collections.abc import Iterable
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
from shapely.geometry import LineString

COUNT = 8  # a shop; building and lighting it takes longer than a picture does
FIELD_RAD = np.radians(64)  # across, of a telephone's usual lens
AWAY_M = (0.4, 2.4)  # from the board's edge, where nothing else is said
BEFORE_M = 0.3  # where the free line begins
# A package, and how that is seen: a piece of 75 mm is 7 to 20 % as wide as the picture, as in photographs.
LOOSE, LOOSE_AWAY_M, DOWN_RAD = "fruit", (0.3, 0.9), np.radians([30, 75])
ARM_M, OPEN_M, DEEP = 0.5, 0.8, 0.6  # how far hands hold it before them; free room above; where in a heap
ASIDE_RAD, ROLL_RAD = 0.25, 0.03  # standard deviations
EYE_M, LOWEST_SLOT_M, OVER_BOARD_M = (0.7, 1.75), 0.1, 0.12
TRIES = 20_000


def aim(eye_m: np.ndarray, target_m: np.ndarray, roll_rad: float) -> np.ndarray:
    """Return world_from_cam (4, 4) of a camera (OpenCV axes) that looks at a target, rolled a little."""
    forward = (target_m - eye_m) / np.linalg.norm(target_m - eye_m)
    right = np.cross(forward, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    down = np.cross(forward, right)
    cos, sin = np.cos(roll_rad), np.sin(roll_rad)
    pose = np.eye(4)
    pose[:3, :3] = np.stack([cos * right + sin * down, cos * down - sin * right, forward], axis=1)
    pose[:3, 3] = eye_m
    return pose


def read_away(words: list[str]) -> tuple[float, float]:
    """Return how near and how far cameras are held for the scenario file that the words name, in m."""
    for word in words:
        said = Path(word).parent / "hold.json"
        if word.endswith(".yaml") and said.is_file():
            near_m, far_m = json.loads(said.read_text(encoding="utf-8"))["away_m"]
            return near_m, far_m
    return AWAY_M


def sample_poses(store, *, away_m: tuple[float, float], rng: np.random.Generator) -> list[np.ndarray]:
    """Draw COUNT poses before slots of a shop, so near and so far from what is packed."""
    slots, package = store.planogram.world_from_slot, store.catalogue.package
    products = np.unique(store.planogram.product)
    poses: list[np.ndarray] = []
    for _ in range(TRIES):
        number = rng.choice(np.flatnonzero(store.planogram.product == rng.choice(products)))
        slot, is_loose = slots[number], package[store.planogram.product[number]] == LOOSE
        right, out, front_m = slot[:3, 0], -slot[:3, 1], slot[:3, 3]
        length_m = np.exp(rng.uniform(*np.log(LOOSE_AWAY_M if is_loose else away_m)))
        turn, up_m = rng.normal(0, ASIDE_RAD), rng.uniform(-0.1, 0.6)
        target_m, arm_m = front_m + OVER_BOARD_M * slot[:3, 2], 0.0
        if is_loose:
            down = rng.uniform(*DOWN_RAD)
            length_m, up_m = length_m * np.cos(down), length_m * np.sin(down)
            target_m = target_m - rng.uniform(0, DEEP) * store.planogram.depth_m[number] * out
            arm_m = ARM_M
        ground_m = target_m + length_m * (np.cos(turn) * out + np.sin(turn) * right)
        line = LineString([(front_m + BEFORE_M * out)[:2], (ground_m + arm_m * out)[:2]])
        eye_m = np.array([*ground_m[:2], np.clip(target_m[2] + up_m, *EYE_M)])
        roll_rad = rng.normal(0, ROLL_RAD)
        is_before = (ground_m - front_m) @ out > 0 or store.planogram.height_m[number] > OPEN_M
        if is_before and front_m[2] > LOWEST_SLOT_M and store.layout.walkable.contains(line):
            poses.append(aim(eye_m, target_m, roll_rad))
        if len(poses) == COUNT:
            return poses
    raise SystemExit(f"no room for {COUNT} cameras before the shelves in {TRIES} tries")


def hold_cameras(store, poses: Iterable[np.ndarray]):
    """Return the shop with a camera held at each pose: pinholes, of the pictures' size that was asked for."""
    first = store.cameras[0]
    focal_px = first.width_px / 2 / np.tan(FIELD_RAD / 2)
    intrinsics = np.array(
        [[focal_px, 0, first.width_px / 2], [0, focal_px, first.height_px / 2], [0, 0, 1.0]]
    )
    plain = {"model": "pinhole", "distortion": (), "max_angle_rad": np.pi / 2, "turns": ()}
    known = {field.name for field in fields(first)}  # older revisions know pinholes only
    plain = {name: value for name, value in plain.items() if name in known}
    cameras = tuple(
        replace(first, camera_id=f"cam{number}", intrinsics=intrinsics, world_from_cam=pose, **plain)
        for number, pose in enumerate(poses)
    )
    calibrated = {"calibrated": ()} if "calibrated" in {field.name for field in fields(store)} else {}
    return replace(store, cameras=cameras, **calibrated)


def main() -> None:
    """Have the pipeline make shops with such cameras, and run the command."""
    from cli.main import app
    from synth import pipeline

    make_store, away_m = pipeline.make_store, read_away(sys.argv)

    def make_held_store(scenario):
        rng = np.random.Generator(np.random.PCG64([scenario.seed, scenario.index]))
        store = make_store(scenario)
        return hold_cameras(store, sample_poses(store, away_m=away_m, rng=rng))

    pipeline.make_store = make_held_store
    app(prog_name="shopsynth")


if __name__ == "__main__":
    sys.exit(main())
