"""Proves masks, boxes, joints and videos of a clip against each other.

In: masks, boxes, tracks, cameras, videos. Out: findings. A box is the extent of its instance in the mask, a
visible joint lies on its owner, a projected joint is the track's joint seen by the calibrated camera,
whoever is seen is in the tracks, and every video has the frames that clip.json tells.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from scenes.cameras.projection import project_points
from scenes.errors import DatasetError
from scenes.world import CLASS_NAMES, INSTANCE_BAG, INSTANCE_COAT, INSTANCE_ITEM, INSTANCE_PERSON, Camera
from synth.dataset.masks import decode_runs
from synth.dataset.reader import Dataset, VideoKind, parse_table
from synth.schema import MASKS, table_problems
from synth.verify.findings import ClipFindings

_BOXES = "boxes.parquet"
_JOINT_TOLERANCE_PX = 0.1


@dataclass(frozen=True)
class Extents:
    """What one mask shows.

    Attributes:
        instance_id: (B,) ascending.
        pixels: (B,) how many each has.
        box_px: (B, 4) x0, y0, x1, y1 around them, ends exclusive.
    """

    instance_id: np.ndarray
    pixels: np.ndarray
    box_px: np.ndarray


def compute_extents(values: np.ndarray, lengths: np.ndarray, width_px: int) -> Extents:
    """Compute the extents of every instance straight from the run lengths.

    >>> extents = compute_extents(np.array([0, 7, 0]), np.array([5, 3, 4]), width_px=4)
    >>> extents.box_px[extents.instance_id == 7].tolist()
    [[1, 1, 4, 2]]
    """
    end = np.cumsum(lengths.astype(np.int64))
    start = end - lengths
    row0, row1 = start // width_px, (end - 1) // width_px
    wraps = row0 != row1
    boxes = np.stack(
        [
            np.where(wraps, 0, start % width_px),
            row0,
            np.where(wraps, width_px, (end - 1) % width_px + 1),
            row1 + 1,
        ],
        axis=1,
    )
    order = np.argsort(values, kind="stable")
    ids, first = np.unique(values[order], return_index=True)
    low = np.minimum.reduceat(boxes[order, :2], first, axis=0)
    high = np.maximum.reduceat(boxes[order, 2:], first, axis=0)
    pixels = np.add.reduceat(lengths[order].astype(np.int64), first)
    return Extents(ids, pixels, np.concatenate([low, high], axis=1))


def check_videos(dataset: Dataset, clip_id: str, clip: dict[str, Any], findings: ClipFindings) -> None:
    """Decode every video and count its frames and their size."""
    kinds: tuple[VideoKind, ...] = ("rgb", "depth", "refined")
    if clip["refiner"] is None:
        kinds = kinds[:2]
    for camera in clip["cameras"]:
        for kind in kinds:
            name = f"{camera['camera_id']}.{kind}.{'mkv' if kind == 'depth' else 'mp4'}"
            frames, shape = 0, (camera["height_px"], camera["width_px"])
            try:
                for picture in dataset.video(clip_id, camera["camera_id"], kind):
                    frames += 1
                    if picture.shape[:2] != shape:
                        size = picture.shape[:2]
                        findings.add(name, f"frame {frames - 1}", f"size {size}, {shape} expected")
                        break
            except DatasetError as error:
                findings.add(name, f"frame {frames}", str(error))
                continue
            if frames != clip["frames"]:
                findings.add(name, "", f"{frames} frames, clip.json says {clip['frames']}")


class PictureChecks:
    """Checks of one clip's masks and boxes, camera by camera."""

    def __init__(
        self,
        clip: dict[str, Any],
        boxes: pa.Table,
        tracks: pa.Table,
        events: list[dict[str, Any]],
        items: set[int],
        still: set[int],
        findings: ClipFindings,
    ):
        self._clip = clip
        self._still = still
        self._findings = findings
        self._people = {person["instance_id"]: person["trip_code"] for person in clip["people"]}
        self._bags = {n - INSTANCE_PERSON + INSTANCE_BAG: trip for n, trip in self._people.items()}
        self._bags |= {
            person["instance_id"] - INSTANCE_PERSON + INSTANCE_COAT: person["trip_code"]
            for person in clip["people"]
            if person["coat_on_arm"]
        }
        self._items = items | {event["item_id"] for event in events if event["item_id"] >= 0}
        self._moving = {
            INSTANCE_ITEM + event["item_id"]
            for event in events
            if event["item_id"] >= 0 and event["from_place"] != event["to_place"]
        }
        self._joints = {
            (row["frame"], row["trip_code"]): np.array(row["joints_m"]).reshape(-1, 3)
            for row in tracks.select(["frame", "trip_code", "joints_m"]).to_pylist()
        }
        self._rows: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
        for row in boxes.to_pylist():
            self._rows[row["camera_id"], row["frame"]].append(row)
        known = {camera["camera_id"] for camera in clip["cameras"]}
        for camera_id, frame in self._rows:
            if camera_id not in known or not 0 <= frame < clip["frames"]:
                findings.add(_BOXES, f"{camera_id} frame {frame}", "there is no such camera or frame")

    def check_camera(self, data: bytes, camera: Camera) -> None:
        """Check the masks of one camera (the bytes of its Parquet file) and the boxes that go with them."""
        name = f"{camera.camera_id}.masks.parquet"
        try:
            table = parse_table(data, name)
        except DatasetError as error:
            self._findings.add(name, "", str(error))
            return
        problems = table_problems(table, MASKS)
        frames = table.column("frame").to_pylist() if not problems else []
        if not problems and frames != list(range(self._clip["frames"])):
            problems = [f"{len(frames)} frames in some order, 0 .. {self._clip['frames'] - 1} expected"]
        for problem in problems:
            self._findings.add(name, "", problem)
        for frame in frames if not problems else []:
            values, lengths = (table.column(key)[frame].values.to_numpy() for key in ("values", "lengths"))
            try:
                mask = decode_runs(values, lengths, width_px=camera.width_px, height_px=camera.height_px)
            except DatasetError as error:
                self._findings.add(name, f"frame {frame}", str(error))
                continue
            extents = compute_extents(values, lengths, camera.width_px)
            self._check_frame(mask, extents, camera.at(frame), frame)

    def _check_frame(self, mask: np.ndarray, extents: Extents, camera: Camera, frame: int) -> None:
        place = f"{camera.camera_id} frame {frame}"
        seen = {
            int(ident): (int(pixels), box.tolist())
            for ident, pixels, box in zip(extents.instance_id, extents.pixels, extents.box_px, strict=True)
        }
        self._check_known(seen, frame, camera.camera_id)
        listed = set()
        for row in self._rows[camera.camera_id, frame]:
            ident = row["instance_id"]
            where = f"{place} instance {ident}"
            if ident in listed:
                self._findings.add(_BOXES, where, "it has two rows")
            listed.add(ident)
            self._check_box(row, seen.get(ident), where)
            if row["class"] == CLASS_NAMES[1]:
                self._check_joints(row, mask, camera, where)
        for ident in seen.keys() - listed:
            movable = ident in self._people or ident in self._bags or ident in self._moving
            if movable or (ident >= INSTANCE_ITEM and frame == 0):
                self._findings.add(
                    _BOXES, f"{place} instance {ident}", "it is seen in the mask and has no box"
                )

    def _check_known(self, seen: dict[int, Any], frame: int, camera_id: str) -> None:
        name = f"{camera_id}.masks.parquet"
        for ident in seen:
            if 0 < ident < INSTANCE_PERSON and ident not in self._still:
                self._findings.add(name, f"frame {frame}", f"instance {ident} has no name in floor_plan.json")
            if ident >= INSTANCE_ITEM and ident - INSTANCE_ITEM not in self._items:
                self._findings.add(name, f"frame {frame}", f"instance {ident} is no item of the planogram")
            if INSTANCE_BAG <= ident < INSTANCE_ITEM and ident not in self._bags:
                self._findings.add(
                    name, f"frame {frame}", f"bag or coat {ident} came with nobody of clip.json"
                )
            if INSTANCE_PERSON <= ident < INSTANCE_BAG:
                trip = self._people.get(ident)
                if trip is None or (frame, trip) not in self._joints:
                    self._findings.add(
                        name, f"frame {frame}", f"person {ident} is seen but not in the tracks"
                    )

    def _check_box(self, row: dict[str, Any], seen: tuple[int, list[int]] | None, where: str) -> None:
        pixels, box = seen if seen is not None else (0, None)
        found = [row[f"{edge}_px"] for edge in ("x0", "y0", "x1", "y1")]
        if row["visible_px"] != pixels:
            self._findings.add(_BOXES, where, f"visible_px {row['visible_px']}, the mask has {pixels}")
        if box is None and not np.isnan(found).all():
            self._findings.add(_BOXES, where, f"box {found}, the mask does not show it")
        if box is not None and found != box:
            self._findings.add(_BOXES, where, f"box {found}, the mask's extent is {box}")
        if not 0 <= row["visible_fraction"] <= 1 + 1e-6 or (row["visible_fraction"] > 0) != (pixels > 0):
            self._findings.add(
                _BOXES, where, f"visible_fraction {row['visible_fraction']} with {pixels} visible pixels"
            )
        trip = (self._people | self._bags).get(row["instance_id"], "")
        if row["trip_code"] != trip:
            self._findings.add(_BOXES, where, f"trip {row['trip_code']!r}, clip.json says {trip!r}")
        if row["item_id"] >= 0 and row["instance_id"] != INSTANCE_ITEM + row["item_id"]:
            self._findings.add(_BOXES, where, f"item {row['item_id']} does not go with its instance id")

    def _check_joints(self, row: dict[str, Any], mask: np.ndarray, camera: Camera, where: str) -> None:
        joints_m = self._joints.get((row["frame"], row["trip_code"]))
        if joints_m is None:
            self._findings.add(_BOXES, where, f"trip {row['trip_code']!r} is not in the tracks at this frame")
            return
        found_px = np.array(row["joints_px"]).reshape(-1, 2)
        visible = np.array(row["joints_visible"], bool)
        if len(found_px) != len(joints_m) or len(visible) != len(joints_m):
            self._findings.add(_BOXES, where, f"{len(found_px)} joints, the tracks have {len(joints_m)}")
            return
        wanted_px, depth_m = project_points(camera, joints_m)
        ahead = depth_m > 0.1
        wanted_px = wanted_px[ahead]
        # float32 pixels: allow for their rounding far outside the image
        allowed = _JOINT_TOLERANCE_PX + 1e-4 * np.abs(wanted_px)
        wrong = np.flatnonzero((np.abs(found_px[ahead] - wanted_px) > allowed).any(axis=1))
        if len(wrong):
            self._findings.add(
                _BOXES,
                where,
                f"joint {np.flatnonzero(ahead)[wrong[0]]} at "
                f"{found_px[ahead][wrong[0]].round(1).tolist()} px, the track's joint projects to "
                f"{wanted_px[wrong[0]].round(1).tolist()}",
            )
        pixel = np.floor(found_px[visible]).astype(int)
        height, width = mask.shape
        inside = ((pixel >= 0) & (pixel < [width, height])).all(axis=1)
        own = np.zeros(len(pixel), bool)
        own[inside] = mask[pixel[inside, 1], pixel[inside, 0]] == row["instance_id"]
        if not own.all():
            joint = np.flatnonzero(visible)[np.flatnonzero(~own)[0]]
            self._findings.add(_BOXES, where, f"joint {joint} is called visible but lies on something else")
