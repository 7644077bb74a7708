"""Files that a user has named: whole or not at all, and errors that name them as the user did."""

import errno
import os

import pytest

from scenes.errors import StorageError
from synth.dataset.files import storage_errors, write_for_user


def test_file_is_written_in_a_folder_that_is_made(tmp_path):
    path = tmp_path / "a" / "b" / "page.html"
    write_for_user(path, b"one")
    write_for_user(path, b"two")
    assert path.read_bytes() == b"two"
    assert os.listdir(path.parent) == ["page.html"]


def test_full_disk_leaves_what_was_there_and_nothing_half(tmp_path, monkeypatch):
    path = tmp_path / "sheet.png"
    path.write_bytes(b"before")

    def full(number):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        StorageError, match=r"cannot write \S+/sheet\.png: the disk is full; free some space$"
    ):
        write_for_user(path, b"after")
    assert path.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["sheet.png"]


def test_errors_name_the_path_of_the_user(tmp_path):
    (tmp_path / "file").touch()
    for path, reason in ((tmp_path, "it is a folder"), (tmp_path / "file" / "x", "File exists|a part of")):
        with pytest.raises(StorageError, match=rf"cannot write {path}: ({reason})"):
            write_for_user(path, b"")


def test_advice_is_that_of_the_command():
    for advice, end in (({}, "go on with --resume"), ({"advice": "choose another folder"}, "another folder")):
        with (
            pytest.raises(StorageError, match=rf"cannot write out: the disk is full.*{end}$"),
            storage_errors("out", **advice),
        ):
            raise OSError(errno.ENOSPC, "No space left on device")
