"""Proves that a dataset's files are the ones that the manifest names, and lie where the index says.

In: the opened dataset. Out: findings about manifest, index, shards and store files; nothing of their content.
"""

import hashlib
from collections import Counter
from typing import Any

from scenes.errors import DatasetError, StorageError
from synth.dataset.files import to_json_bytes
from synth.dataset.reader import Dataset
from synth.dataset.shards import read_members
from synth.verify.findings import Findings

_CHUNK_BYTES = 1 << 20


def check_containers(dataset: Dataset, findings: Findings) -> None:
    """Check hashes, sizes, tar members and completeness."""
    manifest = dataset.manifest
    recipe = hashlib.sha256(to_json_bytes(manifest["recipe"], indent=None)).hexdigest()
    if recipe != manifest["recipe_sha256"]:
        findings.add("", "dataset.json", "recipe", "the recipe's hash is not recipe_sha256: it was edited")
    if manifest["clips"] != len(dataset.rows):
        findings.add(
            "", "index.parquet", "", f"{manifest['clips']} clips in the manifest, {len(dataset.rows)} rows"
        )
    gone = _check_folders(dataset, findings)
    for file in (manifest["index"], *manifest["shards"], *manifest["stores"]):
        if not file["path"].startswith(gone):
            _check_file(dataset, file, findings)
    for shard in manifest["shards"]:
        _check_members(dataset, shard, findings)
    listed = {file["path"] for file in (*manifest["shards"], *manifest["stores"])}
    for folder in ("shards", "stores"):
        for name in dataset.storage.list_files(folder):
            if name not in listed:
                findings.add("", name, "", "the file is not in the manifest")


def _check_folders(dataset: Dataset, findings: Findings) -> tuple[str, ...]:
    """Find folders that are missing as a whole and return them: their files need no findings of their own."""
    files = [file["path"] for file in (*dataset.manifest["shards"], *dataset.manifest["stores"])]
    gone: tuple[str, ...] = ()
    for depth in (1, 2):  # shards/ and stores/, then a store's own folder
        folders = Counter(
            "/".join(name.split("/")[:depth]) + "/" for name in files if name.count("/") >= depth
        )
        for folder, count in folders.items():
            if (
                count > 1
                and not folder.startswith(gone)
                and not dataset.storage.list_names(folder.rstrip("/"))
            ):
                findings.add("", folder, "", f"the folder is missing, with all its {count} files")
                gone += (folder,)
    return gone


def _check_file(dataset: Dataset, told: dict[str, Any], findings: Findings) -> None:
    name = told["path"]
    digest, size = hashlib.sha256(), 0
    try:
        with dataset.storage.open(name) as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
    except FileNotFoundError:
        findings.add("", name, "", "the file is missing")
        return
    except (OSError, StorageError) as error:
        findings.add("", name, "", f"the file cannot be read: {error}")
        return
    if size != told["size"]:
        findings.add("", name, "", f"{size} bytes, the manifest says {told['size']}")
    elif digest.hexdigest() != told["sha256"]:
        findings.add("", name, "", "the content was changed: its SHA-256 is not the manifest's")


def _check_members(dataset: Dataset, shard: dict[str, Any], findings: Findings) -> None:
    name = shard["path"]
    rows = [row for row in dataset.rows.values() if row["shard"] == name]
    if [row["clip_id"] for row in rows] != shard["clips"]:
        findings.add(
            "", name, "", f"the index has clips {[row['clip_id'] for row in rows]}, the manifest others"
        )
    indexed = {
        (f"{row['clip_id']}.{file['name']}", file["offset"], file["size"])
        for row in rows
        for file in row["files"]
    }
    try:
        with dataset.storage.open(name) as file:
            members = {(member.name, member.offset, member.size) for member in read_members(file)}
    except FileNotFoundError:
        return  # said already
    except (DatasetError, StorageError, OSError) as error:
        findings.add("", name, "", str(error))
        return
    for what, offset, size in sorted(indexed - members):
        findings.add("", name, what, f"the index has {size} bytes at {offset}, the tar has not")
    for what, offset, size in sorted(members - indexed):
        findings.add("", name, what, f"the tar has {size} bytes at {offset}, the index has not")
