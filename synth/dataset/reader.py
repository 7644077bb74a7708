"""Opens a finished dataset: every file of every clip by one range read, videos frame by frame.

In: the folder or URL that `shopsynth generate` wrote. Out: tables, pictures, receipts. Used by loaders,
exporters, the report and `verify`; needs neither renderer nor torch.
"""

import difflib
import io
import json
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from scenes.errors import DatasetError
from scenes.world import Camera
from synth.dataset.manifest import read_manifest
from synth.dataset.masks import decode_runs
from synth.dataset.shapes import CERTIFICATE, CLIP, FLOOR_PLAN, RECEIPTS, find_departure
from synth.dataset.storage import Storage, leaves_folder
from synth.dataset.video import read_frames
from synth.schema import (
    CERTIFICATE_JSON,
    CLIP_JSON,
    CLIP_TABLES,
    FLOOR_PLAN_JSON,
    INDEX,
    MASKS,
    STORE_TABLES,
    JsonField,
    json_problems,
    table_problems,
)

VideoKind = Literal["rgb", "refined", "depth"]
_SUFFIX = {"rgb": "mp4", "refined": "mp4", "depth": "mkv"}


class Dataset:
    """A finished dataset.

    Args:
        path: Folder or fsspec URL.

    Attributes:
        manifest: Content of dataset.json.
        rows: clip id -> its row of index.parquet, in the index's order.

    Raises:
        DatasetError: No finished dataset is there, it is damaged, or of a newer format.
    """

    def __init__(self, path: str):
        self.path = str(path)
        self.storage = Storage(self.path)
        self.manifest: dict[str, Any] = read_manifest(self.storage)
        index = parse_table(self._read(self.manifest["index"]["path"]), self._describe("index.parquet"))
        _refuse(self._describe("index.parquet"), table_problems(index, INDEX))
        self.rows: dict[str, dict[str, Any]] = {row["clip_id"]: row for row in index.to_pylist()}
        if not self.rows:
            raise DatasetError(f"{self._describe('index.parquet')} has no clips")
        for row in self.rows.values():
            self._check_names(row)

    @property
    def clips(self) -> tuple[str, ...]:
        """Ids of the clips, in order."""
        return tuple(self.rows)

    @property
    def store_ids(self) -> tuple[str, ...]:
        """Ids of the stores, sorted."""
        return tuple(sorted({row["store_id"] for row in self.rows.values()}))

    def _check_names(self, row: dict[str, Any]) -> None:
        """Refuse a row of the index whose names lead out of the dataset, or of a folder named after them."""
        for key in ("clip_id", "store_id", "shard"):
            if leaves_folder(row[key]) or (key != "shard" and "/" in row[key]):
                place = self._describe("index.parquet")
                raise DatasetError(f"{place}: {key} {row[key]!r} is no name inside the dataset")

    def _describe(self, name: str) -> str:
        return self.storage.describe(name)

    def _read(self, name: str, start: int | None = None, size: int | None = None) -> bytes:
        try:
            return self.storage.read(name, start, size)
        except FileNotFoundError as error:
            raise DatasetError(f"{self._describe(name)} is missing; copy the dataset again") from error

    # ------------------------------------------------------------ files of a clip

    def row(self, clip_id: str) -> dict[str, Any]:
        """Return a clip's row of the index."""
        try:
            return self.rows[clip_id]
        except KeyError:
            raise DatasetError(f"no clip {clip_id!r} in {self.path}{_nearest(clip_id, self.rows)}") from None

    def files(self, clip_id: str) -> tuple[str, ...]:
        """Return the names of a clip's files, without the clip's id."""
        return tuple(file["name"] for file in self.row(clip_id)["files"])

    def read_file(self, clip_id: str, name: str) -> bytes:
        """Read one file of a clip, e.g. ``"events.parquet"`` or ``"cam0.rgb.mp4"``.

        Raises:
            DatasetError: There is no such file, or its shard is cut short.
        """
        row = self.row(clip_id)
        places = {file["name"]: file for file in row["files"]}
        if name not in places:
            raise DatasetError(f"clip {clip_id} has no file {name!r}{_nearest(name, places)}")
        place = places[name]
        data = self._read(row["shard"], place["offset"], place["size"])
        if len(data) != place["size"]:
            raise DatasetError(
                f"{self._describe(row['shard'])} is cut short: {clip_id}.{name} has {len(data)} of "
                f"{place['size']} bytes; copy or generate the dataset again"
            )
        return data

    def clip(self, clip_id: str) -> dict[str, Any]:
        """Return what clip.json says, keys as `synth.schema.CLIP_JSON`."""
        data = self.read_file(clip_id, "clip.json")
        return parse_document(data, f"{clip_id}.clip.json", CLIP, CLIP_JSON)

    def receipts(self, clip_id: str) -> list[dict[str, Any]]:
        """Return the receipts, keys as `synth.schema.RECEIPT_JSON`."""
        return parse_document(self.read_file(clip_id, "receipts.json"), f"{clip_id}.receipts.json", RECEIPTS)

    def certificate(self, clip_id: str) -> dict[str, Any]:
        """Return the refiner's certificate, keys as `synth.schema.CERTIFICATE_JSON`."""
        data = self.read_file(clip_id, "certificate.json")
        return parse_document(data, f"{clip_id}.certificate.json", CERTIFICATE, CERTIFICATE_JSON)

    def table(self, clip_id: str, name: str) -> pa.Table:
        """Return the table ``tracks``, ``boxes``, ``events`` or ``weights`` of a clip."""
        where = f"{clip_id}.{name}.parquet"
        table = parse_table(self.read_file(clip_id, f"{name}.parquet"), where)
        _refuse(where, table_problems(table, CLIP_TABLES[name]))
        return table

    # ------------------------------------------------------------ pictures of a clip

    def cameras(self, clip_id: str) -> tuple[Camera, ...]:
        """Return the calibrated cameras of a clip."""
        return self.store_cameras(self.row(clip_id)["store_id"])

    def video(self, clip_id: str, camera_id: str, kind: VideoKind = "rgb") -> Iterator[np.ndarray]:
        """Decode a camera's video frame by frame.

        Yields:
            (H, W, 3) uint8 sRGB; for ``"depth"`` (H, W) float32 metres, 0 where there is nothing.
        """
        name = f"{camera_id}.{kind}.{_SUFFIX[kind]}"
        data = io.BytesIO(self.read_file(clip_id, name))
        try:
            yield from read_frames(data, depth=kind == "depth")
        except DatasetError as error:
            raise DatasetError(f"{clip_id}.{name}: {error}") from error

    def masks(self, clip_id: str, camera_id: str, frame: int) -> np.ndarray:
        """Return the instance ids (H, W) int32 of one frame; see `mask_frames` for all of them."""
        for number, mask in enumerate(self.mask_frames(clip_id, camera_id, first=frame)):
            if number == 0:
                return mask
        raise DatasetError(f"clip {clip_id} has no frame {frame} of {camera_id}")

    def mask_frames(self, clip_id: str, camera_id: str, *, first: int = 0) -> Iterator[np.ndarray]:
        """Yield the instance ids (H, W) int32 of a camera's frames in order, beginning with `first`."""
        camera = next((c for c in self.clip(clip_id)["cameras"] if c["camera_id"] == camera_id), None)
        if camera is None:
            raise DatasetError(f"clip {clip_id} has no camera {camera_id!r}")
        name = f"{camera_id}.masks.parquet"
        table = parse_table(self.read_file(clip_id, name), f"{clip_id}.{name}")
        _refuse(f"{clip_id}.{name}", table_problems(table, MASKS))
        for frame in range(first, table.num_rows):
            values, lengths = (
                table.column(column)[frame].values.to_numpy() for column in ("values", "lengths")
            )
            yield decode_runs(values, lengths, width_px=camera["width_px"], height_px=camera["height_px"])

    # ------------------------------------------------------------ stores

    def read_store_file(self, store_id: str, name: str) -> bytes:
        """Read a store's file, e.g. ``"floor_plan.svg"`` or ``"catalogue/<sku>.png"``."""
        path = f"stores/{store_id}/{name}"
        if leaves_folder(path):
            raise DatasetError(f"{path!r} is no file of a store")
        return self._read(path)

    def floor_plan(self, store_id: str) -> dict[str, Any]:
        """Return what floor_plan.json says, keys as `synth.schema.FLOOR_PLAN_JSON`."""
        data = self.read_store_file(store_id, "floor_plan.json")
        return parse_document(data, f"{store_id}/floor_plan.json", FLOOR_PLAN, FLOOR_PLAN_JSON)

    def planogram(self, store_id: str) -> pa.Table:
        """Return the planogram, a row a slot."""
        return self._store_table(store_id, "planogram")

    def catalogue(self, store_id: str) -> pa.Table:
        """Return the catalogue, a row a product."""
        return self._store_table(store_id, "catalogue")

    def _store_table(self, store_id: str, name: str) -> pa.Table:
        where = f"{store_id}/{name}.parquet"
        table = parse_table(self.read_store_file(store_id, f"{name}.parquet"), where)
        _refuse(where, table_problems(table, STORE_TABLES[name]))
        return table

    def store_cameras(self, store_id: str) -> tuple[Camera, ...]:
        """Return a store's cameras."""
        name = f"{store_id}/cameras.json"
        content = parse_json(self.read_store_file(store_id, "cameras.json"), name)
        if not content:
            raise DatasetError(f"{name} has no cameras")
        try:
            cameras = tuple(
                Camera(
                    camera_id=camera["camera_id"],
                    width_px=camera["width_px"],
                    height_px=camera["height_px"],
                    intrinsics=np.array(camera["intrinsics"], np.float64).reshape(3, 3),
                    world_from_cam=np.array(camera["world_from_cam"], np.float64).reshape(4, 4),
                    model=camera.get("model", "pinhole"),
                    distortion=tuple(camera.get("distortion", ())),
                    max_angle_rad=camera.get("max_angle_rad", np.pi / 2),
                    turns=tuple(
                        (int(turn["frame"]), np.array(turn["world_from_cam"], np.float64).reshape(4, 4))
                        for turn in camera.get("turns", ())
                    ),
                )
                for camera in content
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            reason = f"key {error} is missing" if isinstance(error, KeyError) else str(error)
            raise DatasetError(f"{name} is damaged: {reason}") from error
        for camera in cameras:
            if not isinstance(camera.camera_id, str) or leaves_folder(camera.camera_id):
                raise DatasetError(f"{name} is damaged: camera_id {camera.camera_id!r} is no name")
        return cameras


def _refuse(where: str, problems: list[str]) -> None:
    if problems:
        raise DatasetError(f"{where}: " + "; ".join(problems))


def _nearest(name: str, known: Any) -> str:
    found = difflib.get_close_matches(name, list(known), n=1)
    return f"; the nearest is {found[0]!r}" if found else ""


def parse_table(data: bytes, where: str) -> pa.Table:
    """Parse a Parquet file.

    Raises:
        DatasetError: It is damaged.
    """
    try:
        # From Arrow's own buffer and in this thread: a pool's thread that still looks after a Python object
        # when the interpreter ends takes the process down with it.
        return pq.ParquetFile(pa.BufferReader(data), pre_buffer=False).read(use_threads=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DatasetError(f"{where} is no whole Parquet file: {error}") from error


def parse_json(data: bytes, where: str) -> Any:
    """Parse a JSON file.

    Raises:
        DatasetError: It is damaged.
    """
    try:
        return json.loads(data)
    except ValueError as error:
        raise DatasetError(f"{where} is no whole JSON file: {error}") from error


def parse_document(data: bytes, where: str, shape: Any, keys: dict[str, JsonField] | None = None) -> Any:
    """Parse a JSON file and check what its readers rely on.

    Args:
        data: Its bytes.
        where: Its name, for the message.
        shape: What lies inside; see `synth.dataset.shapes`.
        keys: Its top keys.

    Raises:
        DatasetError: It is damaged; names the key.
    """
    value = parse_json(data, where)
    problems = json_problems(value, keys) if keys is not None else []
    wrong = "; ".join(problems) or find_departure(value, shape)
    if wrong:
        raise DatasetError(f"{where}: {wrong}")
    return value
