"""Shards: uncompressed tars of whole clips, with bytes that repeat and offsets for range reads.

In: the finished folders of some clips. Out: one tar in WebDataset naming (``<clip_id>.<file>``, the files of
a clip side by side) and, for the index, where in the tar every file starts.
"""

import hashlib
import json
import os
import tarfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from scenes.errors import DatasetError
from synth.dataset.files import TEMPORARY_SUFFIX

_BLOCK = tarfile.BLOCKSIZE
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class Member:
    """One file inside a tar: its first byte and its size."""

    name: str
    offset: int
    size: int


@dataclass(frozen=True)
class Shard:
    """A tar as written.

    Attributes:
        members: clip id -> its files in the tar.
        clips: What each clip's clip.json says.
    """

    size: int
    sha256: str
    members: dict[str, list[Member]]
    clips: list[dict[str, Any]]


def shard_name(number: int) -> str:
    """Return a shard's path in the dataset.

    >>> shard_name(7)
    'shards/00007.tar'
    """
    return f"shards/{number:05d}.tar"


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = size, 0, 0o644
    return info.tobuf(format=tarfile.USTAR_FORMAT)


def read_clip(folder: Path) -> dict[str, Any] | None:
    """Return what a clip's clip.json says, or None when the clip in this folder is not whole."""
    path = folder / f"{folder.name}.clip.json"
    try:
        clip = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    for name, told in clip["files"].items():
        part = folder / f"{folder.name}.{name}"
        if not part.is_file() or part.stat().st_size != told["size"]:
            return None
    return clip


def write_shard(target: Path, folders: Sequence[Path]) -> Shard:
    """Write a tar of the clips that lie in `folders`, each named after its clip.

    Raises:
        DatasetError: A clip is not whole, or a file's hash is not what its clip.json says.
    """
    tar = _TarWriter(target)
    members, clips = {}, []
    with tar:
        for folder in folders:
            clip = read_clip(folder)
            if clip is None:
                raise DatasetError(
                    f"{folder}: the clip is not whole; remove this folder and go on with --resume"
                )
            clips.append(clip)
            members[folder.name] = _append_clip(tar, folder, clip)
        tar.append(b"\0" * (2 * _BLOCK))  # the end mark of a tar
    return Shard(tar.offset, tar.digest.hexdigest(), members, clips)


def _append_clip(tar: "_TarWriter", folder: Path, clip: dict[str, Any]) -> list[Member]:
    members = []
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        name, size = path.name.removeprefix(f"{folder.name}."), path.stat().st_size
        tar.append(_header(path.name, size))
        members.append(Member(name, tar.offset, size))
        digest = hashlib.sha256()
        with open(path, "rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
                tar.append(chunk)
        tar.append(b"\0" * (-tar.offset % _BLOCK))
        if name != "clip.json" and digest.hexdigest() != clip["files"].get(name, {}).get("sha256"):
            raise DatasetError(
                f"{path}: the file is not the one that clip.json names; remove {folder} and go on with "
                "--resume"
            )
    return members


class _TarWriter:
    """Appends bytes to a file that appears under its name only when the context is left without an error."""

    def __init__(self, target: Path):
        target.parent.mkdir(parents=True, exist_ok=True)
        self._target = target
        self._temporary = target.with_name(target.name + TEMPORARY_SUFFIX)
        self._file = open(self._temporary, "wb")  # noqa: SIM115 (closed on leaving the context)
        self.offset, self.digest = 0, hashlib.sha256()

    def append(self, data: bytes) -> None:
        self._file.write(data)
        self.digest.update(data)
        self.offset += len(data)

    def __enter__(self) -> "_TarWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        if kind is None:
            with self._file:
                self._file.flush()
                os.fsync(self._file.fileno())
            os.replace(self._temporary, self._target)
            return
        with suppress(OSError):
            self._file.close()
        self._temporary.unlink(missing_ok=True)


def read_members(file: BinaryIO) -> list[Member]:
    """List the files of a tar with their offsets, from its headers alone.

    Raises:
        DatasetError: It is no tar, or is cut short.
    """
    try:
        with tarfile.open(fileobj=file, mode="r:") as tar:
            members = [Member(info.name, info.offset_data, info.size) for info in tar if info.isfile()]
    except (tarfile.TarError, EOFError) as error:
        raise DatasetError(f"not a whole tar: {error}") from error
    end = file.seek(0, os.SEEK_END)
    if members and members[-1].offset + members[-1].size > end:
        wanted = members[-1].offset + members[-1].size
        raise DatasetError(
            f"cut short: {members[-1].name} should end at byte {wanted}, the file ends at {end}"
        )
    return members
