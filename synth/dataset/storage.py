"""Where a dataset lies: a folder or an object store, by fsspec URL.

A `Storage` puts whole files only: what it is given is complete on the local disk first. On a folder the file
is renamed into place, on an object store it is uploaded (an upload that breaks off leaves nothing).
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import fsspec
from fsspec.implementations.local import LocalFileSystem

from scenes.errors import StorageError
from synth.dataset.files import describe_storage_failure, storage_errors, write_bytes

_INSTALL_HINTS = {"s3": "pip install 'shopsynth[s3]'", "gs": "pip install gcsfs", "gcs": "pip install gcsfs"}
# They have no folders; "making" one there would make a bucket out of a typing error.
_OBJECT_STORES = {"s3", "s3a", "gs", "gcs", "abfs", "az", "adl"}


def leaves_folder(name: str) -> bool:
    """Tell whether a file's name, read from a dataset, leads out of the dataset's folder.

    >>> leaves_folder("shards/00000.tar"), leaves_folder("../x"), leaves_folder("/etc/x"), leaves_folder("")
    (False, True, True, True)
    """
    path = PurePosixPath(name)
    return not name or path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name


class Storage:
    """One dataset's folder or URL prefix.

    Args:
        url: A path, or an fsspec URL such as ``s3://bucket/prefix``.

    Raises:
        StorageError: The URL's protocol is unknown or its package is not installed.
    """

    def __init__(self, url: str):
        self.url = url
        try:
            self.filesystem, root = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:
            protocol = url.split("://")[0]
            hint = _INSTALL_HINTS.get(
                protocol, "use a folder or a URL that fsspec knows, e.g. s3://bucket/name"
            )
            raise StorageError(f"cannot open {url}: {error}; {hint}") from error
        self.root = root.rstrip("/")

    @property
    def local(self) -> Path | None:
        """The folder, or None when the dataset is not on a local file system."""
        return Path(self.root) if isinstance(self.filesystem, LocalFileSystem) else None

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}" if name else self.root

    def describe(self, name: str) -> str:
        """Return the name as a person would look for it."""
        return f"{self.url.rstrip('/')}/{name}"

    def exists(self, name: str) -> bool:
        """Tell whether a file or folder is there now (no cached listing)."""
        self.filesystem.invalidate_cache()
        with self._reading(name):
            return self.filesystem.exists(self._path(name))

    def list_names(self, name: str = "") -> list[str]:
        """Return the sorted names right under a folder; empty when there is no such folder."""
        self.filesystem.invalidate_cache()
        with suppress(FileNotFoundError, NotADirectoryError), self._reading(name):
            found = self.filesystem.ls(self._path(name), detail=False)
            return sorted(PurePosixPath(path.rstrip("/")).name for path in found)
        return []

    def list_files(self, name: str) -> list[str]:
        """Return the sorted names of all files under a folder, relative to the dataset."""
        self.filesystem.invalidate_cache()
        prefix = self.filesystem._strip_protocol(self.root) + "/"
        with self._reading(name):
            return sorted(path.removeprefix(prefix) for path in self.filesystem.find(self._path(name)))

    def read(self, name: str, start: int | None = None, size: int | None = None) -> bytes:
        """Read a file, or `size` bytes of it from `start`, in one request."""
        end = None if start is None or size is None else start + size
        if size == 0:
            return b""
        with self._reading(name):
            return self.filesystem.cat_file(self._path(name), start=start, end=end)

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading, seekable."""
        with self._reading(name):
            return self.filesystem.open(self._path(name), "rb")

    @contextmanager
    def _reading(self, name: str) -> Iterator[None]:
        """Turn what clients of object stores raise (no credentials, no network) into a StorageError."""
        try:
            yield
        except (FileNotFoundError, NotADirectoryError):
            raise
        except Exception as error:
            raise StorageError(
                f"cannot read {self.describe(name)}: {error}; check the address, credentials and network"
            ) from error

    def put(self, source: Path, name: str) -> None:
        """Move a finished local file to its place in the dataset.

        Raises:
            StorageError: The place cannot be written.
        """
        with storage_errors(self.describe(name)):
            if self.local is not None:
                target = self.local / name
                target.parent.mkdir(parents=True, exist_ok=True)
                _move(source, target)
                return
            self._remote(name, lambda path: self.filesystem.put_file(str(source), path))
            source.unlink()

    def put_bytes(self, data: bytes, name: str) -> None:
        """Write a small file, whole or not at all.

        Raises:
            StorageError: The place cannot be written.
        """
        with storage_errors(self.describe(name)):
            if self.local is not None:
                target = self.local / name
                target.parent.mkdir(parents=True, exist_ok=True)
                write_bytes(target, data)
                return
            self._remote(name, lambda path: self.filesystem.pipe_file(path, data))

    def create(self, source: Path, name: str) -> bool:
        """Put a small file in its place unless there is one already; on S3 with ``If-None-Match: *``.

        Returns:
            Whether this call wrote it.
        """
        with storage_errors(self.describe(name)):
            if self.local is not None:
                return _link(source, self.local / name)
            data = source.read_bytes()
            try:
                self._remote(name, lambda path: self.filesystem.pipe_file(path, data, mode="create"))
            except FileExistsError:
                return False
            return True

    def _remote(self, name: str, write: Callable[[str], object]) -> None:
        path = self._path(name)
        try:
            if not _OBJECT_STORES.intersection(_protocols(self.filesystem)):
                self.filesystem.makedirs(self.filesystem._parent(path), exist_ok=True)
            write(path)
        except FileExistsError:
            raise
        except Exception as error:
            if describe_storage_failure(error):
                raise
            raise StorageError(
                f"cannot write {self.describe(name)}: {error}; check the address, credentials and "
                "network, then go on with --resume"
            ) from error

    def remove_tree(self, name: str) -> None:
        """Remove a folder of ours."""
        if self.local is not None:
            shutil.rmtree(self.local / name, ignore_errors=True)
            return
        with suppress(FileNotFoundError):
            self.filesystem.rm(self._path(name), recursive=True)


def _protocols(filesystem: fsspec.AbstractFileSystem) -> tuple[str, ...]:
    names = filesystem.protocol
    return (names,) if isinstance(names, str) else tuple(names)


def _move(source: Path, target: Path) -> None:
    """Rename, or copy across file systems so that the target appears whole."""
    try:
        os.replace(source, target)
    except OSError:
        temporary = target.with_name(target.name + ".part")
        shutil.copyfile(source, temporary)
        os.replace(temporary, target)
        source.unlink()


def _link(source: Path, target: Path) -> bool:
    try:
        os.link(source, target)  # fails when the target exists, which os.replace would not
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        if target.exists():
            return False
        os.replace(source, target)
    return True
