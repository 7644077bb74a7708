"""JSON and Parquet files whose bytes repeat, hashes, and files that appear whole or not at all.

Used by every module of this package; knows nothing of clips.
"""

import errno
import hashlib
import json
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from scenes.errors import DatasetError, StorageError
from synth.schema import bare_schema, table_problems

TEMPORARY_SUFFIX = ".part"
_CHUNK_BYTES = 1 << 20
_STORAGE_ERRNOS = {
    errno.ENOSPC: "the disk is full; free some space",
    errno.EDQUOT: "the disk quota is used up; free some space",
    errno.EFBIG: "the file would exceed the largest size allowed here; raise the limit (ulimit -f)",
    errno.EROFS: "the file system is read-only; choose another output folder",
    errno.EACCES: "no permission to write there; choose another output folder",
    errno.EPERM: "no permission to write there; choose another output folder",
    errno.ENOTDIR: "a part of the path is a file; choose another output folder",
    errno.EIO: "the disk reports an input/output error",
}


def describe_storage_failure(error: BaseException) -> str | None:
    """Say what an error tells of the disk; None when it is of another kind."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in _STORAGE_ERRNOS:
            return _STORAGE_ERRNOS[cause.errno]
        cause = cause.__cause__
    return None


@contextmanager
def storage_errors(
    where: str | Path, *, advice: str = "Nothing finished is lost; go on with --resume"
) -> Iterator[None]:
    """Turn a full disk, a missing permission and the like into a StorageError that says what to do."""
    try:
        yield
    except OSError as error:
        remedy = describe_storage_failure(error)
        if remedy is None:
            raise
        raise StorageError(f"cannot write {where}: {remedy}. {advice}") from error


def to_json_bytes(value: Any, *, indent: int | None = 1) -> bytes:
    """Serialise to JSON that any parser reads: numpy scalars become numbers, what is not finite becomes null.

    >>> json.loads(to_json_bytes({"log_p": -math.inf, "n": 1}))
    {'log_p': None, 'n': 1}
    """
    text = json.dumps(_to_plain(value), indent=indent, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()


def _to_plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_to_plain(item) for item in value]
    return value


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file that is either whole or absent, also after a kill."""
    temporary = path.with_name(path.name + TEMPORARY_SUFFIX)
    with open(temporary, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def write_for_user(path: Path, data: bytes) -> None:
    """Write a file that a user has named, whole or not at all, in a folder that is made if need be.

    Raises:
        StorageError: It cannot be written; names the file as the user did.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "it is a folder, expected the name of a file")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            write_bytes(path, data)
        except OSError:
            path.with_name(path.name + TEMPORARY_SUFFIX).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = describe_storage_failure(error) or error.strerror or str(error)
        raise StorageError(f"cannot write {path}: {reason}") from error


def write_json(path: Path, value: Any, *, indent: int | None = 1) -> None:
    """Write a JSON file that is either whole or absent."""
    write_bytes(path, to_json_bytes(value, indent=indent))


def write_table(path: Path, table: pa.Table, schema: pa.Schema) -> None:
    """Write a Parquet file, zstd, after holding the table against its schema.

    Raises:
        DatasetError: The table departs from the schema.
    """
    problems = table_problems(table, schema)
    if problems:
        raise DatasetError(f"{path.name}: " + "; ".join(problems))
    bare = bare_schema(schema)
    ordered = pa.Table.from_arrays([table.column(name) for name in bare.names], schema=bare)
    temporary = path.with_name(path.name + TEMPORARY_SUFFIX)
    pq.write_table(ordered, temporary, **PARQUET_OPTIONS)
    os.replace(temporary, path)


PARQUET_OPTIONS: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 6,
    "version": "2.6",
    "write_statistics": False,
}


def hash_file(path: Path) -> tuple[int, str]:
    """Return size in bytes and SHA-256 (hex) of a file, read in chunks."""
    digest, size = hashlib.sha256(), 0
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()
