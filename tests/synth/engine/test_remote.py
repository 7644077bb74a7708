"""Runs whose dataset lies elsewhere than in a folder."""

import hashlib

import fsspec
import pytest

from scenes.errors import StorageError
from synth.dataset import Dataset
from tests.synth.engine.runs import run


@pytest.fixture
def memory(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    filesystem = fsspec.filesystem("memory")
    yield filesystem
    for name in filesystem.ls("/", detail=False):
        filesystem.rm(name, recursive=True)


def remote_hashes(filesystem, root: str) -> dict[str, str]:
    found = filesystem.find(root)
    return {n.removeprefix(f"{root}/"): hashlib.sha256(filesystem.cat_file(n)).hexdigest() for n in found}


def test_object_store_gets_the_same_bytes(configs, memory, tmp_path, undisturbed):
    assert run(configs, "memory://bucket/data").complete
    assert remote_hashes(memory, "/bucket/data") == undisturbed
    assert not list((tmp_path / "cache").rglob("*.parquet"))
    assert Dataset("memory://bucket/data").receipts("everyday-000003") == []


def test_object_store_resumes_from_shards_and_local_clips(configs, memory, undisturbed, monkeypatch):
    monkeypatch.setenv("TINY_FAIL", "6")
    result = run(configs, "memory://bucket/data")
    assert len(result.clips) == 9
    assert "/bucket/data/dataset.json" not in memory.find("/bucket/data")
    monkeypatch.delenv("TINY_FAIL")
    assert run(configs, "memory://bucket/data", resume=True).kept == 9
    assert remote_hashes(memory, "/bucket/data") == undisturbed


def test_manifest_is_written_once(memory, tmp_path):
    from synth.dataset.storage import Storage

    (tmp_path / "a").write_text("first")
    (tmp_path / "b").write_text("second")
    for url in ("memory://bucket/x", str(tmp_path / "x")):
        (tmp_path / "x").mkdir(exist_ok=True)
        storage = Storage(url)
        assert storage.create(tmp_path / "a", "dataset.json")
        assert not storage.create(tmp_path / "b", "dataset.json")
        assert storage.read("dataset.json") == b"first"


def test_unknown_protocol(configs):
    with pytest.raises(StorageError, match="cannot open nowhere://x"):
        run(configs, "nowhere://x")


@pytest.mark.slow
def test_s3(configs, tmp_path, monkeypatch, undisturbed):
    pytest.importorskip("s3fs")
    server_module = pytest.importorskip("moto.server")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    server = server_module.ThreadedMotoServer(port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(key, "test")
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        filesystem = fsspec.filesystem("s3", skip_instance_cache=True)
        filesystem.mkdir("shop-data")
        results = [run(configs, "s3://shop-data/set", shard=(number, 2)) for number in range(2)]
        assert [result.complete for result in results] == [False, True]
        filesystem.invalidate_cache()
        assert remote_hashes(filesystem, "shop-data/set") == undisturbed
        with pytest.raises(StorageError, match="bucket does not exist"):
            run(configs, "s3://no-such-bucket/set")
    finally:
        server.stop()
