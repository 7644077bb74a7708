import json
import math
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from scenes.errors import CertificateError, DatasetError
from scenes.world import Camera
from synth.dataset import ClipWriter
from synth.dataset.files import hash_file, to_json_bytes, write_table
from synth.records import FrameCertificate, View
from synth.schema import CLIP_TABLES, MASKS
from tests.synth.blank_clip import BLANK_CLIP

CAMERAS = [Camera(f"cam{n}", 64, 48, np.eye(3), np.eye(4)) for n in range(2)]
CERTIFICATE = FrameCertificate(0.25, 0.125, 0.02, 0.0, 0.3, holds=True, gated=False)
CLIP = BLANK_CLIP | {
    "clip_id": "a-000000",
    "store_id": "s",
    "scenario": {"log_p": -math.inf},
    "weight": np.float64(0.5),
}
TABLES = {name: pa.Table.from_pylist([], schema=schema) for name, schema in CLIP_TABLES.items()}


def view(camera: Camera, frame: int, shade: int = 0) -> View:
    shape = (camera.height_px, camera.width_px)
    rgb = np.full((*shape, 3), shade, np.uint8)
    zeros = np.zeros((*shape, 3), np.float32)
    return View(
        camera=camera,
        frame=frame,
        rgb=rgb,
        depth_m=np.full(shape, 2, np.float32),
        normal=zeros,
        albedo=rgb,
        material=rgb[..., 0],
        instance_id=np.full(shape, 7, np.int32),
        class_id=rgb[..., 0],
        motion_px=zeros[..., :2],
        silhouette_px={},
    )


def writer(folder: Path, *, refined: bool = False, cameras=CAMERAS, **coding) -> ClipWriter:
    return ClipWriter(folder, clip_id="a-000000", cameras=cameras, fps=10.0, refined=refined, **coding)


def finish(opened: ClipWriter, **changes) -> None:
    opened.finish(**({"clip": CLIP, "receipts": []} | TABLES | changes))


def test_clip_is_whole_and_says_so(tmp_path):
    with writer(tmp_path) as opened:
        for frame in range(3):
            for camera in CAMERAS:
                opened.add_view(view(camera, frame))
        assert not (tmp_path / "a-000000.clip.json").exists()
        finish(opened)
    clip = json.loads((tmp_path / "a-000000.clip.json").read_bytes())
    assert (clip["frames"], clip["fps"], clip["weight"], clip["format_version"]) == (3, 10.0, 0.5, 1)
    assert clip["scenario"]["log_p"] is None  # -inf, which JSON has no word for
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {f"a-000000.{name}" for name in (*clip["files"], "clip.json")}
    for name, told in clip["files"].items():
        assert (told["size"], told["sha256"]) == hash_file(tmp_path / f"a-000000.{name}")
    assert "cam1.depth.mkv" in clip["files"]
    assert "cam0.refined.mp4" not in clip["files"]


def test_certificates_are_gathered(tmp_path):
    worse = FrameCertificate(np.float32(0.5), 0.1, 0.01, 0.0, 0.2, holds=np.bool_(True), gated=True)
    with writer(tmp_path, refined=True) as opened:
        for frame, certificate in enumerate((CERTIFICATE, worse)):
            for camera in CAMERAS:
                opened.add_view(view(camera, frame), view(camera, frame).rgb, certificate)
        finish(opened, clip=CLIP | {"refiner": {"name": "r", "sha256": "0"}})
    found = json.loads((tmp_path / "a-000000.certificate.json").read_bytes())
    assert {key: found[key] for key in ("holds", "frames", "gated", "tau_max", "residual_max")} == {
        "holds": True,
        "frames": 4,
        "gated": 2,
        "tau_max": 0.5,
        "residual_max": 0.02,
    }
    assert [frame["gated"] for frame in found["cameras"]["cam1"]] == [False, True]


def test_videos_are_as_coarse_as_the_clip_says_and_refined_ones_no_coarser_than_usual(tmp_path):
    with writer(tmp_path, refined=True, crf=31) as opened:
        for camera in CAMERAS:
            opened.add_view(view(camera, 0), view(camera, 0).rgb, CERTIFICATE)
        finish(opened, clip=CLIP | {"refiner": {"name": "r", "sha256": "0"}})
    videos = json.loads((tmp_path / "a-000000.clip.json").read_bytes())["videos"]
    assert (videos["rgb"]["crf"], videos["refined"]["crf"]) == (31, 20)
    for kind in ("rgb", "refined"):
        for camera in ("cam0", "cam1"):
            coded = (tmp_path / f"a-000000.{camera}.{kind}.mp4").read_bytes()
            assert f"crf={videos[kind]['crf']}.0".encode() in coded


def test_error_leaves_nothing_behind(tmp_path):

    def break_off() -> None:
        with writer(tmp_path) as opened:
            opened.add_view(view(CAMERAS[0], 0))
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        break_off()
    assert list(tmp_path.iterdir()) == []


def test_frames_come_in_order(tmp_path):
    with writer(tmp_path) as opened:
        opened.add_view(view(CAMERAS[0], 0))
        with pytest.raises(DatasetError, match="a-000000 cam0 frame 2: frame 1 was expected next"):
            opened.add_view(view(CAMERAS[0], 2))
        with pytest.raises(DatasetError, match=r"same number of frames, got {'cam0': 1, 'cam1': 0}"):
            finish(opened)


def test_refined_pictures_and_certificates_go_together(tmp_path):
    with writer(tmp_path) as opened, pytest.raises(DatasetError, match="without a refined picture"):
        opened.add_view(view(CAMERAS[0], 0), view(CAMERAS[0], 0).rgb, CERTIFICATE)
    with writer(tmp_path, refined=True) as opened:
        with pytest.raises(DatasetError, match="with a refined picture and certificate"):
            opened.add_view(view(CAMERAS[0], 0))
        broken = FrameCertificate(0.25, 0.1, 0.02, 0.0, 0.3, holds=False, gated=False)
        with pytest.raises(CertificateError, match="breaks its certificate"):
            opened.add_view(view(CAMERAS[0], 0), view(CAMERAS[0], 0).rgb, broken)


def test_content_that_departs_from_the_format_is_refused(tmp_path):
    with writer(tmp_path, cameras=CAMERAS[:1]) as opened:
        opened.add_view(view(CAMERAS[0], 0))
        bad = {"tracks": TABLES["tracks"].drop_columns(["x_m"])}
        with pytest.raises(DatasetError, match=r"a-000000\.tracks\.parquet: column x_m is missing"):
            finish(opened, **bad)
    with writer(tmp_path / "b", cameras=CAMERAS[:1]) as opened:
        opened.add_view(view(CAMERAS[0], 0))
        with pytest.raises(DatasetError, match="receipt 0: key payment_id is missing"):
            finish(opened, receipts=[{}])
    with writer(tmp_path / "c", cameras=CAMERAS[:1]) as opened:
        opened.add_view(view(CAMERAS[0], 0))
        with pytest.raises(DatasetError, match=r"clip\.json: key people is missing"):
            finish(opened, clip={key: value for key, value in CLIP.items() if key != "people"})
    assert not list(tmp_path.rglob("*.clip.json"))


def test_odd_camera_keeps_its_size_in_full_chroma(tmp_path):
    odd = Camera("cam0", 65, 49, np.eye(3), np.eye(4))
    with writer(tmp_path, cameras=[odd]) as opened:
        opened.add_view(view(odd, 0))
        finish(opened)
    clip = json.loads((tmp_path / "a-000000.clip.json").read_bytes())
    assert clip["cameras"] == [
        {"camera_id": "cam0", "width_px": 65, "height_px": 49, "pixel_format": "yuv444p"}
    ]


def test_table_bytes_repeat_whatever_the_chunks(tmp_path):
    rows = [{"frame": n, "values": [n], "lengths": [4]} for n in range(6)]
    whole = pa.Table.from_pylist(rows, schema=MASKS)
    pieces = pa.concat_tables([whole.slice(0, 2), whole.slice(2)])
    write_table(tmp_path / "a", whole, MASKS)
    write_table(tmp_path / "b", pieces.select(["values", "lengths", "frame"]), MASKS)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_json_takes_numpy_and_no_nonsense():
    value = {"a": np.float32(0.5), "b": [np.int64(3), math.nan], "c": (np.bool_(True),), "d": "é"}
    assert json.loads(to_json_bytes(value)) == {"a": 0.5, "b": [3, None], "c": [True], "d": "é"}
