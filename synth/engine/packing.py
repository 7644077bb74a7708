"""From finished clips to a finished shard: store files, tar, and the record that says both are in place.

In: the clips that lie in a run's work folder. Out: files in the dataset. Every step can be broken off and
done again; a shard without its record is packed once more, to the same bytes.
"""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synth.dataset.files import hash_file, storage_errors, to_json_bytes
from synth.dataset.index import make_row
from synth.dataset.shards import read_clip, shard_name, write_shard
from synth.dataset.storage import Storage
from synth.engine.plan import Plan
from synth.engine.workspace import record_name


@dataclass
class Packer:
    """Packs the shards of one run.

    Attributes:
        work: Folder that holds ``clips/``.
    """

    plan: Plan
    storage: Storage
    work: Path
    _stores: set[str] = field(default_factory=set)  # folders of stores whose files are in place

    def _folder(self, clip_id: str) -> Path:
        return self.work / "clips" / clip_id

    def is_whole(self, clip_id: str) -> bool:
        """Tell whether a finished clip lies in the work folder."""
        return read_clip(self._folder(clip_id)) is not None

    def drop_clips(self, number: int) -> None:
        """Remove the clips of a shard that is recorded."""
        for task in self.plan.shard_tasks(number):
            shutil.rmtree(self._folder(task.clip_id), ignore_errors=True)

    def pack(self, number: int) -> None:
        """Write a shard whose clips are all there.

        Raises:
            StorageError: The dataset cannot be written.
        """
        folders = [self._folder(task.clip_id) for task in self.plan.shard_tasks(number)]
        tar, name = self.work / f"{number:05d}.tar", shard_name(number)
        with storage_errors(self.storage.describe(name)):
            packed = write_shard(tar, folders)
            stores = [
                file
                for clip, folder in zip(packed.clips, folders, strict=True)
                for file in self._put_store(folder / "store", f"stores/{clip['store_id']}")
            ]
            self.storage.put(tar, name)
            clips = [clip["clip_id"] for clip in packed.clips]
            record = {
                "shard": {"path": name, "size": packed.size, "sha256": packed.sha256, "clips": clips},
                "rows": [make_row(clip, name, packed.members[clip["clip_id"]]) for clip in packed.clips],
                "stores": stores,
            }
            self.storage.put_bytes(to_json_bytes(record, indent=None), record_name(number))
        self.drop_clips(number)

    def _put_store(self, folder: Path, name: str) -> list[dict[str, Any]]:
        """Put a store's files in place, once a run, and return what the manifest says of them."""
        files = []
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            size, sha256 = hash_file(path)
            target = f"{name}/{path.relative_to(folder).as_posix()}"
            files.append({"path": target, "size": size, "sha256": sha256})
            if name not in self._stores:
                copy = self.work / "store-file"
                shutil.copyfile(path, copy)  # the clip stays whole until its shard is recorded
                self.storage.put(copy, target)
        self._stores.add(name)
        return files
