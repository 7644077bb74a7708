"""Holds the room's outline against what is in it: floor, furniture, doors, lights, cameras, people."""

import numpy as np

from tests.independent.reader_files import Clip

_TOLERANCE_M = 2e-3


def _inside(points: list, outline: list) -> np.ndarray:
    """Say of each point whether it is in a room or on its walls: how often a ray to the right meets these."""
    x, y = np.array(points, float).reshape(-1, 2).T
    odd, near_m = np.zeros(len(x), bool), np.full(len(x), np.inf)
    for (x0, y0), (x1, y1) in zip(outline, [*outline[1:], outline[0]], strict=True):
        length2 = max((x1 - x0) ** 2 + (y1 - y0) ** 2, 1e-12)
        along = np.clip(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length2, 0, 1)
        near_m = np.minimum(near_m, np.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0)))
        if y0 != y1:
            odd ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) / (y1 - y0) * (x1 - x0))
    return odd | (near_m < _TOLERANCE_M)


def _area_m2(ring: list) -> float:
    x, y = np.array(ring, float).T
    return float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)) / 2)


def stay_inside(clip: Clip) -> list[str]:
    """Look for what is beyond the walls, and for floor within them of which nothing is told."""
    plan = clip.floor_plan
    outline, height_m = plan["outline"], plan["size_m"][2]
    eyes = [pose for camera in clip.cameras for pose in _poses(camera)]
    tracks = clip.table("tracks").to_pylist()
    hands = [e for e in clip.events if e["item_id"] >= 0 and np.isfinite(e["x_m"])]
    lamps = [
        [lamp["position_m"][0] + i * lamp["size_m"][0] / 2, lamp["position_m"][1] + j * lamp["size_m"][1] / 2]
        for lamp in plan["lamps"]
        for i in (-1, 1)
        for j in (-1, 1)
    ]
    points = {
        "floor": plan["walkable"]["exterior"],
        "furniture": [corner for fixture in plan["fixtures"] for corner in fixture["footprint_m"]],
        "doors": [door["point_m"] for door in plan["doors"]],
        "lamps": lamps,
        "glass": [end for opening in plan["openings"] for end in opening["ends_m"]],
        "spots": [spot["position_m"][:2] for spot in plan["spots"]],
        "cameras": [[pose[0][3], pose[1][3]] for pose in eyes],
        "people": [[row["x_m"], row["y_m"]] for row in tracks],
        "hands": [[event["x_m"], event["y_m"]] for event in hands],
    }
    faults = [f"room: {what} outside" for what, where in points.items() if not _inside(where, outline).all()]
    if any(not 0 < pose[2][3] < height_m for pose in eyes):
        faults.append("room: cameras above the ceiling or below the floor")
    for spot in plan["spots"]:
        if not 0 < spot["position_m"][2] <= height_m or not np.isclose(
            np.linalg.norm(spot["toward"]), 1, atol=1e-4
        ):
            faults.append(f"room: a spot that hangs nowhere or shines nowhere: {spot}")
    faults += [f"room: glass in no wall: {one}" for one in plan["openings"] if not _is_in_wall(one, plan)]
    if _area_m2(outline) <= 0:
        faults.append("room: the outline does not go round it counter-clockwise")
    return faults + _find_untold(plan)


def _is_in_wall(opening: dict, plan: dict) -> bool:
    """Say whether glass lies along the wall it names, inside of which alone the room is."""
    width_m, depth_m, height_m = plan["size_m"]
    axis, place_m, inward = {
        "front": (1, 0.0, 1), "right": (0, width_m, -1), "back": (1, depth_m, -1), "left": (0, 0.0, 1)
    }[opening["wall"]]  # fmt: skip
    ends = np.array(opening["ends_m"])
    along = ends[0] + np.linspace(0.001, 0.999, 50)[:, None] * (ends[1] - ends[0])
    step = 0.05 * inward * np.eye(2)[axis]
    return bool(
        np.allclose(ends[:, axis], place_m, atol=_TOLERANCE_M)
        and _inside(along + step, plan["outline"]).all()
        and not _inside(along - step, plan["outline"]).any()
        and 0 <= opening["sill_m"] < opening["head_m"] < height_m
    )


def _poses(camera: dict) -> list:
    return [camera["world_from_cam"], *(turn["world_from_cam"] for turn in camera["turns"])]


def _find_untold(plan: dict) -> list[str]:
    """Lay a raster of 0.1 m: squares of 1 m with neither floor nor furniture are no part of the room."""
    width_m, depth_m, _ = plan["size_m"]
    x, y = np.meshgrid(np.arange(0.05, width_m, 0.1), np.arange(0.05, depth_m, 0.1), indexing="ij")
    points = np.column_stack([x.ravel(), y.ravel()])
    room = _inside(points, plan["outline"])
    told = _inside(points, plan["walkable"]["exterior"])
    for hole in plan["walkable"]["holes"]:
        told &= ~_inside(points, hole)
    for fixture in plan["fixtures"]:
        told |= _inside(points, fixture["footprint_m"])
    tills = [np.array(f["footprint_m"]) for f in plan["fixtures"] if f["kind"] == "counter"]
    if tills:  # the staff's place
        low, high = np.concatenate(tills).min(0), np.concatenate(tills).max(0)
        told |= ((points > low) & (points < high)).all(1)
    untold = (room & ~told).reshape(x.shape)
    squares = np.lib.stride_tricks.sliding_window_view(untold, (10, 10)).all((2, 3))
    return ["room: floor of which nothing is told"] if squares.any() else []
