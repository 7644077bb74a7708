"""A map-style PyTorch dataset over the clips of a dataset.

In: a folder or URL that `shopsynth generate` wrote. Out: one dict of tensors a clip. Files are read by range
from the shards, only those that the chosen modalities need; each DataLoader worker opens its own handles.

    from torch.utils.data import DataLoader
    from synth.torch_dataset import ClipDataset, collate_clips

    clips = ClipDataset("datasets/everyday", modalities=("rgb", "boxes", "receipts"))
    loader = DataLoader(clips, batch_size=2, num_workers=2, collate_fn=collate_clips)
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast, get_args

import numpy as np
import pyarrow as pa
import torch
from torch.utils.data import Dataset as TorchDataset

from scenes.errors import DatasetError
from scenes.world import CLASS_ID
from synth.dataset.reader import Dataset, VideoKind

MODALITIES = ("rgb", "refined", "depth", "masks", "boxes", "tracks", "weights", "events", "receipts", "store")


class ClipDataset(TorchDataset[dict[str, Any]]):
    """Clips as dicts of tensors.

    Every item has ``clip_id``, ``scenario`` and ``store_id`` (str), ``log_p``, ``log_q`` and ``weight``
    (0-d float64), ``frame_s`` (F,) float64, ``cameras`` (C names), ``intrinsics`` (C, 3, 3) and
    ``world_from_cam`` (C, F, 4, 4) float64 (a knocked camera turns), ``people`` (list of dicts) and
    ``joint_names`` (J names), and by modality:

    - ``rgb``, ``refined``: camera -> (F, 3, H, W) uint8 sRGB
    - ``depth``: camera -> (F, H, W) float32 metres, 0 is nothing
    - ``masks``: camera -> (F, H, W) int32 instance ids
    - ``boxes``: dict over R boxes: ``frame``, ``camera``, ``instance_id``, ``class_id``, ``item_id`` (R,)
      int64, ``visible_px`` (R, 4) and ``full_px`` (R, 4) float32 x0 y0 x1 y1, ``visible_fraction`` (R,), and
      for people ``joints_px`` (R, J, 2) float32 (NaN for products) and ``joints_visible`` (R, J) bool
    - ``tracks``: dict over R rows: ``frame`` (R,) int64, ``time_s``, ``trip_code`` (list),
      ``position_m`` (R, 2), ``heading_rad`` (R,), ``palm_m`` (R, 2, 3), ``joints_m`` (R, J, 3)
    - ``weights``: dict: ``time_s`` (K,) float64, ``mass_kg`` and ``true_kg`` (K, L) float32
    - ``events``: dict over E events: ``time_s`` (E,) float64, ``item_id`` (E,) int64, ``point_m`` (E, 3) and
      lists ``kind``, ``trip_code``, ``sku``, ``from_place``, ``to_place``, ``hand``, ``evidence``
    - ``receipts``: list of dicts as in receipts.json
    - ``store``: dict: ``sku`` (P names), ``mass_kg``, ``price_minor``, ``popularity`` (P,), ``slot_product``
      (S,), ``world_from_slot`` (S, 4, 4), ``slot_plates`` (S lists), ``world_from_plate`` (L, 4, 4),
      ``plate_size_m`` (L, 2), ``plate_fixture`` (L names)

    Args:
        path: Folder or fsspec URL.
        modalities: Which of the above to read.
        clips: Ids of the clips to use, all by default.
        transform: Called with each item; what it returns is handed on.

    Raises:
        DatasetError: There is no finished dataset, an unknown modality is asked for, or a clip is unknown.
    """

    def __init__(
        self,
        path: str,
        *,
        modalities: Sequence[str] = ("rgb", "boxes", "tracks", "weights", "events", "receipts"),
        clips: Sequence[str] | None = None,
        transform: Callable[[dict[str, Any]], Any] | None = None,
    ) -> None:
        unknown = [name for name in modalities if name not in MODALITIES]
        if unknown:
            raise DatasetError(f"unknown modality {unknown[0]!r}; expected some of {', '.join(MODALITIES)}")
        self.path = str(path)
        self.modalities = tuple(modalities)
        self.transform = transform
        self._dataset: Dataset | None = None
        self.clips = tuple(self._open().clips if clips is None else clips)
        for clip_id in self.clips:
            self._open().row(clip_id)
        self._stores: dict[str, dict[str, Any]] = {}

    def __len__(self) -> int:
        return len(self.clips)

    def __getitem__(self, index: int) -> Any:
        clip_id = self.clips[index]
        dataset = self._open()
        row, clip, cameras = dataset.row(clip_id), dataset.clip(clip_id), dataset.cameras(clip_id)
        item: dict[str, Any] = {name: row[name] for name in ("clip_id", "scenario", "store_id")}
        item |= {name: torch.tensor(row[name], dtype=torch.float64) for name in ("log_p", "log_q", "weight")}
        item |= {
            "frame_s": torch.arange(row["frames"], dtype=torch.float64) / clip["fps"],
            "cameras": [camera.camera_id for camera in cameras],
            "intrinsics": torch.from_numpy(np.stack([camera.intrinsics for camera in cameras])),
            "world_from_cam": torch.from_numpy(
                np.array([[c.at(frame).world_from_cam for frame in range(row["frames"])] for c in cameras])
            ),
            "people": clip["people"],
            "joint_names": clip["joint_names"],
        }
        for name in self.modalities:
            item[name] = self._read(name, item)
        return item if self.transform is None else self.transform(item)

    def __getstate__(self) -> dict[str, Any]:
        """Leave open handles and caches behind, so that each worker makes its own."""
        return self.__dict__ | {"_dataset": None, "_stores": {}}

    def _open(self) -> Dataset:
        if self._dataset is None:
            self._dataset = Dataset(self.path)
        return self._dataset

    def _read(self, name: str, item: dict[str, Any]) -> Any:
        dataset, clip_id, joints = self._open(), item["clip_id"], len(item["joint_names"])
        if name in get_args(VideoKind):
            kind = cast(VideoKind, name)
            return {camera: self._video(clip_id, camera, kind) for camera in item["cameras"]}
        if name == "masks":
            return {
                camera: torch.from_numpy(np.stack(list(dataset.mask_frames(clip_id, camera))))
                for camera in item["cameras"]
            }
        if name == "boxes":
            return _boxes_to_tensors(dataset.table(clip_id, "boxes"), item["cameras"], joints)
        if name == "tracks":
            return _tracks_to_tensors(dataset.table(clip_id, "tracks"), joints)
        if name == "weights":
            return _weights_to_tensors(dataset.table(clip_id, "weights"))
        if name == "events":
            return _events_to_tensors(dataset.table(clip_id, "events"))
        if name == "receipts":
            return dataset.receipts(clip_id)
        if item["store_id"] not in self._stores:
            self._stores[item["store_id"]] = _store_to_tensors(dataset, item["store_id"])
        return self._stores[item["store_id"]]

    def _video(self, clip_id: str, camera: str, kind: VideoKind) -> torch.Tensor:
        frames = torch.from_numpy(np.stack(list(self._open().video(clip_id, camera, kind))))
        return frames if kind == "depth" else frames.permute(0, 3, 1, 2).contiguous()


def collate_clips(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Join the items of a batch.

    Returns:
        Tensors of one shape throughout the batch are stacked, dicts joined key by key if they have the same
        keys; all else (texts, tables of differing length, clips of different size) becomes a list.
    """
    return {name: _join([item[name] for item in items]) for name in items[0]}


def _join(values: list[Any]) -> Any:
    first = values[0]
    if isinstance(first, torch.Tensor):
        alike = all(value.shape == first.shape for value in values)
        return torch.stack(values) if alike else values
    if isinstance(first, dict) and all(value.keys() == first.keys() for value in values):
        return {name: _join([value[name] for value in values]) for name in first}
    return values


def _tensor(table: pa.Table, names: Sequence[str], dtype: torch.dtype) -> torch.Tensor:
    """Stack columns of numbers into (rows, names)."""
    columns = [torch.from_numpy(table[name].to_numpy().copy()).to(dtype) for name in names]
    return torch.stack(columns, dim=1)


def _lists(table: pa.Table, name: str, shape: tuple[int, ...], dtype: type) -> torch.Tensor:
    """Return a column of equally long lists as (rows, *shape)."""
    flat = table[name].combine_chunks().flatten().to_numpy(zero_copy_only=False).astype(dtype)
    return torch.from_numpy(flat.reshape(table.num_rows, *shape))


def _boxes_to_tensors(table: pa.Table, cameras: list[str], joints: int) -> dict[str, torch.Tensor]:
    boxes = {name: _tensor(table, [name], torch.int64)[:, 0] for name in ("frame", "instance_id", "item_id")}
    number = {camera: index for index, camera in enumerate(cameras)}
    boxes["camera"] = torch.tensor([number[camera] for camera in table["camera_id"].to_pylist()]).long()
    boxes["class_id"] = torch.tensor([CLASS_ID[name] for name in table["class"].to_pylist()]).long()
    edges = ("x0_px", "y0_px", "x1_px", "y1_px")
    boxes["visible_px"] = _tensor(table, edges, torch.float32)
    boxes["full_px"] = _tensor(table, [f"full_{edge}" for edge in edges], torch.float32)
    boxes["visible_fraction"] = _tensor(table, ["visible_fraction"], torch.float32)[:, 0]
    people = boxes["class_id"] == CLASS_ID["person"]
    of_people = table.filter(pa.array(people.numpy()))
    boxes["joints_px"] = torch.full((table.num_rows, joints, 2), torch.nan)
    boxes["joints_px"][people] = _lists(of_people, "joints_px", (joints, 2), np.float32)
    boxes["joints_visible"] = torch.zeros((table.num_rows, joints), dtype=torch.bool)
    boxes["joints_visible"][people] = _lists(of_people, "joints_visible", (joints,), np.bool_)
    return boxes


def _tracks_to_tensors(table: pa.Table, joints: int) -> dict[str, Any]:
    palms = [f"{side}_palm_{axis}_m" for side in ("left", "right") for axis in "xyz"]
    return {
        "frame": _tensor(table, ["frame"], torch.int64)[:, 0],
        "time_s": _tensor(table, ["time_s"], torch.float64)[:, 0],
        "trip_code": table["trip_code"].to_pylist(),
        "position_m": _tensor(table, ["x_m", "y_m"], torch.float32),
        "heading_rad": _tensor(table, ["heading_rad"], torch.float32)[:, 0],
        "palm_m": _tensor(table, palms, torch.float32).reshape(-1, 2, 3),
        "joints_m": _lists(table, "joints_m", (joints, 3), np.float32),
    }


def _weights_to_tensors(table: pa.Table) -> dict[str, torch.Tensor]:
    plates = len(table["mass_kg"][0]) if table.num_rows else 0
    weights = {name: _lists(table, name, (plates,), np.float32) for name in ("mass_kg", "true_kg")}
    return {"time_s": _tensor(table, ["time_s"], torch.float64)[:, 0], **weights}


def _events_to_tensors(table: pa.Table) -> dict[str, Any]:
    texts = ("kind", "trip_code", "sku", "from_place", "to_place", "hand", "evidence")
    events: dict[str, Any] = {name: table[name].to_pylist() for name in texts}
    events["time_s"] = _tensor(table, ["time_s"], torch.float64)[:, 0]
    events["item_id"] = _tensor(table, ["item_id"], torch.int64)[:, 0]
    events["point_m"] = _tensor(table, ["x_m", "y_m", "z_m"], torch.float64)
    return events


def _store_to_tensors(dataset: Dataset, store_id: str) -> dict[str, Any]:
    catalogue, planogram = dataset.catalogue(store_id), dataset.planogram(store_id)
    plates = dataset.floor_plan(store_id)["plates"]
    poses = np.array([plate["world_from_plate"] for plate in plates], float).reshape(-1, 4, 4)
    sizes = np.array([plate["size_m"] for plate in plates], float).reshape(-1, 2)
    return {
        "sku": catalogue["sku"].to_pylist(),
        "mass_kg": _tensor(catalogue, ["mass_kg"], torch.float64)[:, 0],
        "price_minor": _tensor(catalogue, ["price_minor"], torch.int64)[:, 0],
        "popularity": _tensor(catalogue, ["popularity"], torch.float64)[:, 0],
        "slot_product": _tensor(planogram, ["product"], torch.int64)[:, 0],
        "world_from_slot": _lists(planogram, "world_from_slot", (4, 4), np.float64),
        "slot_plates": planogram["plates"].to_pylist(),
        "world_from_plate": torch.from_numpy(poses),
        "plate_size_m": torch.from_numpy(sizes),
        "plate_fixture": [plate["fixture"] for plate in plates],
    }
