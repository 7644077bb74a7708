"""Proves that a room holds what is said to be in it: floor, furniture, doors, glass, lights, cameras, people.

In: the floor plan, the clip's cameras, tracks. Out: findings.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from scenes.world import WALL_NAMES, Camera
from synth.verify.content import ClipContent
from synth.verify.findings import ClipFindings

_TOLERANCE_M = 1e-3  # floor plans are rounded to micrometres, footprints to a tenth of a millimetre
_DOOR_M = 0.5  # from the point just inside a door to the wall that it is in
_BODY_M = 0.45  # half the width of floor that would have to be walkable, or be covered by something


def check_room(content: ClipContent, cameras: Sequence[Camera], findings: ClipFindings) -> None:
    """Hold walls against floor, furniture, doors, lights, cameras, people: inside always, outside never."""
    plan = content.floor_plan
    file = f"store {plan['store_id']} floor_plan.json"

    def tell(where: str, message: str) -> None:
        findings.add("", f"{file} {where}", message)

    outline = shapely.Polygon(plan["outline"])
    width_m, depth_m, height_m = (float(value) for value in plan["size_m"])
    if not outline.is_valid or not outline.exterior.is_ccw:
        tell("outline", "the corners do not go round a room counter-clockwise")
        return
    if shapely.box(*outline.bounds).symmetric_difference(shapely.box(0, 0, width_m, depth_m)).area > 1e-3:
        tell("outline", f"bounds of {outline.bounds} are not those of a room of {width_m} x {depth_m} m")
    room = outline.buffer(_TOLERANCE_M, join_style="mitre")
    walkable = shapely.Polygon(plan["walkable"]["exterior"], plan["walkable"]["holes"])
    if not room.contains(walkable):
        tell("walkable", "the walkable floor leaves the room")
    things = [(fixture["name"], shapely.Polygon(fixture["footprint_m"])) for fixture in plan["fixtures"]]
    for name, footprint in things:
        if not room.contains(footprint):
            tell(name, "it stands outside the room")
    _check_filled(plan, outline, walkable, tell)
    for number, door in enumerate(plan["doors"]):
        point_m = np.array(door["point_m"])
        beyond_m = point_m + _DOOR_M * np.array(door["outward"])
        if not room.contains(shapely.Point(point_m)) or room.contains(shapely.Point(beyond_m)):
            tell(f"door {number}", "it is in no wall of the room")
        if walkable.distance(shapely.Point(point_m)) > _TOLERANCE_M:
            tell(f"door {number}", "no floor leads to it")
    _check_openings(plan, outline, tell)
    _check_lights(plan, room, tell)
    for camera in cameras:
        for frame, pose in ((0, camera.world_from_cam), *camera.turns):
            x_m, y_m, z_m = pose[:3, 3]
            if not room.contains(shapely.Point(x_m, y_m)) or not 0 < z_m < height_m:
                findings.add(
                    "clip.json", f"{camera.camera_id} frame {frame}", "the camera is outside the room"
                )
    if "tracks" in content.tables:
        _check_people(content, room, findings)


def _check_openings(plan: dict[str, Any], outline: shapely.Polygon, tell: Any) -> None:
    """Hold glass against the walls: in one of them, under the ceiling, no two in one place."""
    width_m, depth_m, height_m = plan["size_m"]
    corners = [(0, 0), (width_m, 0), (width_m, depth_m), (0, depth_m)]
    built = outline.exterior.buffer(_TOLERANCE_M)
    walls = {
        name: shapely.LineString([corners[k], corners[(k + 1) % 4]]).buffer(_TOLERANCE_M).intersection(built)
        for k, name in enumerate(WALL_NAMES)
    }
    glass = [shapely.LineString(opening["ends_m"]) for opening in plan["openings"]]
    for number, (line, opening) in enumerate(zip(glass, plan["openings"], strict=True)):
        if opening["wall"] not in walls or not walls[opening["wall"]].contains(line):
            tell(f"opening {number}", "it is in no wall of the room")
        if not 0 <= opening["sill_m"] < opening["head_m"] < height_m:
            tell(f"opening {number}", "it is not between floor and ceiling")
        if any(line.intersects(other) for other in glass[:number]):
            tell(f"opening {number}", "another is where it is")


def _check_lights(plan: dict[str, Any], room: shapely.Polygon, tell: Any) -> None:
    """Hold lamps and spots against the room: within it, and spots with a direction."""
    height_m = plan["size_m"][2]
    for number, lamp in enumerate(plan["lamps"]):
        half_m = np.array(lamp["size_m"]) / 2
        low_m, high_m = np.array(lamp["position_m"][:2]) - half_m, np.array(lamp["position_m"][:2]) + half_m
        if not room.contains(shapely.box(*low_m, *high_m)) or not 0 < lamp["position_m"][2] <= height_m:
            tell(f"lamp {number}", "it hangs outside the room")
    for number, spot in enumerate(plan["spots"]):
        x_m, y_m, z_m = spot["position_m"]
        if not room.contains(shapely.Point(x_m, y_m)) or not 0 < z_m <= height_m:
            tell(f"spot {number}", "it hangs outside the room")
        if abs(np.linalg.norm(spot["toward"]) - 1.0) > _TOLERANCE_M:
            tell(f"spot {number}", "its beam is no unit vector")


def _check_filled(
    plan: dict[str, Any], outline: shapely.Polygon, walkable: shapely.Polygon, tell: Any
) -> None:
    """Hold what is no floor against the furniture: corners are left, and the place of the staff at a till."""
    covered = [shapely.Polygon(fixture["footprint_m"]) for fixture in plan["fixtures"]]
    counters = [
        shape
        for shape, fixture in zip(covered, plan["fixtures"], strict=True)
        if fixture.get("kind") == "counter"
    ]
    tills = shapely.union_all(counters).buffer(0.01)
    behind = [part.envelope for part in getattr(tills, "geoms", [tills])]
    left = outline.difference(shapely.union_all([walkable, *covered, *behind])).buffer(-_BODY_M)
    for part in getattr(left, "geoms", [left]):
        if not part.is_empty:
            x_m, y_m = part.representative_point().coords[0]
            tell("outline", f"about ({x_m:.2f}, {y_m:.2f}) the room is neither walkable floor nor furniture")


def _check_people(content: ClipContent, room: shapely.Polygon, findings: ClipFindings) -> None:
    tracks = content.tables["tracks"]
    points = shapely.points(*(tracks.column(name).to_numpy().astype(np.float64) for name in ("x_m", "y_m")))
    for row in np.flatnonzero(~shapely.contains(room, points)):
        where = f"row {row} (frame {tracks.column('frame')[row]}, trip {tracks.column('trip_code')[row]})"
        findings.add("tracks.parquet", where, "the position is outside the room")
