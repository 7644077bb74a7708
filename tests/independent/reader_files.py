"""The files of a clip as docs/data-format.md describes them; nothing of the project is imported."""

import io
import json
import tarfile
from pathlib import Path

import pyarrow.parquet as pq


class Clip:
    """The files of one clip and of its store, parsed."""

    def __init__(self, root: Path, row: dict):
        with open(root / row["shard"], "rb") as shard:
            self._files = {}
            for file in row["files"]:
                shard.seek(file["offset"])
                self._files[file["name"]] = shard.read(file["size"])
        store = root / "stores" / row["store_id"]
        self.clip_id = row["clip_id"]
        self.about = json.loads(self._files["clip.json"])
        self.receipts = json.loads(self._files["receipts.json"])
        self.events = self.table("events").to_pylist()
        self.planogram = pq.read_table(store / "planogram.parquet").to_pylist()
        catalogue = pq.read_table(store / "catalogue.parquet").to_pylist()
        self.price_minor = {row["sku"]: row["price_minor"] for row in catalogue}
        self.weighed = {row["sku"] for row in catalogue if row["sold_by"] == "kg"}
        self.mass_kg = {row["sku"]: row["mass_kg"] for row in catalogue}
        self.look_alikes = {row["sku"] for row in catalogue if row["look_alike"]}
        self.floor_plan = json.loads((store / "floor_plan.json").read_text())
        self.cameras = json.loads((store / "cameras.json").read_text())
        self.plates = len(self.floor_plan["plates"])

    def table(self, name: str):
        return pq.read_table(io.BytesIO(self._files[f"{name}.parquet"]))

    def stock(self) -> dict[int, tuple[str, str]]:
        """item_id -> (sku, place) at the simulation's start."""
        return {
            row["first_item_id"] + number: (sku, f"slot:{row['slot']}")
            for row in self.planogram
            for number, sku in enumerate(row["item_skus"])
        }


def read_clips(root: Path):
    """Yield every clip of a dataset, after holding the shards against the index."""
    manifest = json.loads((root / "dataset.json").read_text())
    rows = pq.read_table(root / manifest["index"]["path"]).to_pylist()
    assert len(rows) == manifest["clips"]
    for shard in manifest["shards"]:
        with tarfile.open(root / shard["path"]) as tar:
            members = {(member.name, member.offset_data, member.size) for member in tar}
        told = {
            (f"{row['clip_id']}.{file['name']}", file["offset"], file["size"])
            for row in rows
            if row["shard"] == shard["path"]
            for file in row["files"]
        }
        assert members == told
    for row in rows:
        yield Clip(root, row)
