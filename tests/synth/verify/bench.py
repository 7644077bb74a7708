"""Datasets taken apart and put packed again with hashes that fit, for the tests of this folder."""

import hashlib
import json
import shutil
import tarfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from synth.dataset.files import hash_file
from synth.dataset.index import make_row, to_index_bytes
from synth.dataset.shards import write_shard
from synth.verify import verify_dataset

FIRST, SECOND = "everyday-000000", "everyday-000001"


class Bench:
    """A copy of the dataset taken apart into files; `close` packs it again with hashes that fit."""

    def __init__(self, intact: Path, folder: Path):
        self.out = folder / "dataset"
        shutil.copytree(intact, self.out)
        self.clips = folder / "clips"
        with tarfile.open(self.out / "shards/00000.tar") as tar:
            for member in tar:
                target = self.clips / member.name.split(".")[0] / member.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(tar.extractfile(member).read())

    def path(self, name: str, clip_id: str = FIRST) -> Path:
        return self.clips / clip_id / f"{clip_id}.{name}"

    def json(self, name: str, edit, clip_id: str = FIRST) -> None:
        path = self.path(name, clip_id)
        value = json.loads(path.read_bytes())
        path.write_text(json.dumps(edit(value) or value))

    def table(self, name: str, edit, clip_id: str = FIRST) -> None:
        path = self.path(f"{name}.parquet", clip_id)
        table = pq.read_table(path)
        rows = table.to_pylist()
        rows = edit(rows) or rows
        pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)

    def manifest(self, edit) -> None:
        path = self.out / "dataset.json"
        value = json.loads(path.read_bytes())
        edit(value)
        path.write_text(json.dumps(value))

    def close(self) -> None:
        folders = [self.clips / FIRST, self.clips / SECOND]
        for folder in folders:
            path = folder / f"{folder.name}.clip.json"
            clip = json.loads(path.read_bytes())
            clip["files"] = {}
            for file in sorted(folder.iterdir()):
                if file != path:
                    size, sha256 = hash_file(file)
                    clip["files"][file.name.removeprefix(f"{folder.name}.")] = {
                        "size": size,
                        "sha256": sha256,
                    }
            path.write_text(json.dumps(clip))
        shard = write_shard(self.out / "shards/00000.tar", folders)
        rows = [make_row(c, "shards/00000.tar", shard.members[c["clip_id"]]) for c in shard.clips]
        index = to_index_bytes(rows)
        (self.out / "index.parquet").write_bytes(index)

        def refresh(manifest: dict) -> None:
            manifest["shards"][0] |= {"size": shard.size, "sha256": shard.sha256}
            manifest["index"] |= {"size": len(index), "sha256": hashlib.sha256(index).hexdigest()}

        self.manifest(refresh)


def assert_found(out: Path, file: str, message: str, clip_id: str = FIRST) -> None:
    problems = verify_dataset(str(out))
    hits = [
        p
        for p in problems
        if p.clip_id == clip_id and p.file.startswith(file) and _matches(message, p.message)
    ]
    assert hits, "\n".join(map(str, problems)) or "nothing was found"


def _matches(wanted: str, message: str) -> bool:
    return any(part in message for part in wanted.split("|"))
