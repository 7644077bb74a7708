import hashlib
import io
import time

import av
import numpy as np
import pytest

from scenes.errors import DatasetError
from synth.dataset.video import VideoWriter, choose_pixel_format, decode_depth, encode_depth, read_frames


def paint(width: int, height: int, frame: int) -> np.ndarray:
    """A soft gradient with small saturated labels on it that move by two pixels a frame."""
    y, x = np.mgrid[:height, :width]
    picture = np.stack([80 + x * 0.3, 90 + y * 0.3, 100 + x * 0.1], -1)
    for number, color in enumerate(([230, 20, 20], [20, 40, 230], [250, 220, 0])):
        left = 10 + 30 * number + 2 * frame
        picture[20 + 9 * number : 25 + 9 * number, left : left + 5] = color
    return np.clip(picture, 0, 255).astype(np.uint8)


def write(path, frames, pixel_format: str, fps: float = 10.0, **coding):
    height, width = frames[0].shape[:2]
    writer = VideoWriter(path, width_px=width, height_px=height, fps=fps, pixel_format=pixel_format, **coding)
    for frame in frames:
        writer.add(frame)
    writer.finish()
    return path


def psnr_db(a: np.ndarray, b: np.ndarray) -> float:
    return 10 * np.log10(255**2 / np.mean((a.astype(float) - b.astype(float)) ** 2))


@pytest.mark.parametrize(
    ("size", "pixel_format", "least_db"),
    [((160, 120), "yuv420p", 34), ((160, 120), "yuv444p", 39), ((161, 121), "yuv444p", 39)],
)
def test_colours_come_back(tmp_path, size, pixel_format, least_db):
    frames = [paint(*size, frame) for frame in range(20)]
    back = list(read_frames(str(write(tmp_path / "a.mp4", frames, pixel_format)), depth=False))
    assert len(back) == 20
    assert back[0].shape == frames[0].shape
    assert min(psnr_db(a, b) for a, b in zip(frames, back, strict=True)) > least_db


def test_full_chroma_keeps_small_labels_better(tmp_path):
    frames = [paint(160, 120, frame) for frame in range(5)]
    errors = {}
    for pixel_format in ("yuv420p", "yuv444p"):
        back = list(read_frames(str(write(tmp_path / "a.mp4", frames, pixel_format)), depth=False))
        labels = frames[4].max(-1).astype(int) - frames[4].min(-1) > 120
        errors[pixel_format] = psnr_db(frames[4][labels], back[4][labels])
    assert errors["yuv444p"] > errors["yuv420p"] + 3


def test_the_coarser_a_camera_compresses_the_less_comes_back_of_it(tmp_path):
    noise = np.random.default_rng(0).normal(0, 6, (5, 120, 160, 3))
    frames = [np.clip(paint(160, 120, k) + noise[k], 0, 255).astype(np.uint8) for k in range(5)]
    sizes, errors = [], []
    for crf in (14, 20, 26, 32):
        path = write(tmp_path / f"{crf}.mp4", frames, "yuv420p", crf=crf)
        assert f"crf={crf}.0".encode() in path.read_bytes()  # x264 writes its settings into the stream
        sizes.append(path.stat().st_size)
        errors.append(psnr_db(frames[4], list(read_frames(str(path), depth=False))[4]))
    assert sizes == sorted(sizes, reverse=True)
    assert errors == sorted(errors, reverse=True)
    assert sizes[0] > 4 * sizes[-1]


def test_shared_colour_is_read_between_its_samples(tmp_path):
    """A slope of colour comes back as a slope, not in steps of two pixels."""
    slope = np.linspace(-60, 60, 160)
    red, green, blue = 128 + slope, 128 - 0.2 * slope, 128 - slope  # of even lightness
    frame = np.broadcast_to(np.rint(np.stack([red, green, blue], -1)), (120, 160, 3)).astype(np.uint8)
    back = next(read_frames(str(write(tmp_path / "a.mp4", [frame], "yuv420p")), depth=False)).astype(float)
    step = np.diff((back[..., 0] - back[..., 2])[20:100].mean(axis=0))[20:139]
    within, between = step[::2].mean(), step[1::2].mean()
    assert within == pytest.approx(between, rel=0.25)
    assert within + between == pytest.approx(2 * 240 / 159, rel=0.1)


def test_white_black_and_grey_stay_in_range(tmp_path):
    frames = [np.full((32, 32, 3), level, np.uint8) for level in (0, 128, 255)]
    back = list(read_frames(str(write(tmp_path / "a.mp4", frames, "yuv420p")), depth=False))
    assert [int(np.abs(b.astype(int) - f).max()) <= 2 for b, f in zip(back, frames, strict=True)] == [
        True
    ] * 3


def test_stream_is_as_documented(tmp_path):
    path = write(tmp_path / "a.mp4", [paint(64, 48, frame) for frame in range(40)], "yuv420p", fps=12.5)
    with av.open(str(path)) as container:
        assert "creation_time" not in container.metadata
        assert "encoder" not in container.metadata
        stream = container.streams.video[0]
        assert float(stream.average_rate) == 12.5
        assert (stream.codec_context.colorspace, stream.codec_context.color_range) == (1, 1)
        frames = list(container.decode(stream))
    assert [number for number, frame in enumerate(frames) if frame.key_frame] == [0, 15, 30]
    bidirectional = 3  # AV_PICTURE_TYPE_B
    assert bidirectional not in {int(frame.pict_type) for frame in frames}
    assert [round(frame.time * 12.5) for frame in frames] == list(range(40))


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv444p", "gray16le"])
def test_bytes_repeat(tmp_path, pixel_format):
    frames = [paint(160, 120, frame) for frame in range(17)]
    if pixel_format == "gray16le":
        frames = [encode_depth(frame[..., 0].astype(np.float32) / 20) for frame in frames]
    suffix = "mkv" if pixel_format == "gray16le" else "mp4"
    first = hashlib.sha256(write(tmp_path / f"a.{suffix}", frames, pixel_format).read_bytes()).hexdigest()
    time.sleep(1.1)  # a date in the container would change by now
    assert (
        hashlib.sha256(write(tmp_path / f"b.{suffix}", frames, pixel_format).read_bytes()).hexdigest()
        == first
    )


def test_odd_sizes_take_full_chroma():
    assert choose_pixel_format(320, 240, "yuv420p") == "yuv420p"
    assert choose_pixel_format(320, 241, "yuv420p") == "yuv444p"


@pytest.mark.parametrize("size", [(48, 64), (33, 41)])
def test_depth_is_exact_to_the_millimetre(tmp_path, size):
    rng = np.random.default_rng(1)
    depths = [rng.uniform(0.3, 12, size).astype(np.float32) for _ in range(18)]
    for depth in depths:
        depth[:3] = 0
    depths[0][5, 5], depths[0][5, 6] = 100.0, 1e-5
    path = write(tmp_path / "a.mkv", [encode_depth(depth) for depth in depths], "gray16le")
    back = list(read_frames(io.BytesIO(path.read_bytes()), depth=True))
    assert len(back) == 18
    for depth, found in zip(depths, back, strict=True):
        assert found.dtype == np.float32
        assert np.array_equal(found == 0, depth == 0)
        assert np.abs(found - depth)[depth < 65].max() <= 0.00101
    assert back[0][5, 5] == np.float32(65.535)
    assert back[0][5, 6] == np.float32(0.001)
    assert decode_depth(np.array([[1500]], np.uint16))[0, 0] == 1.5


def test_wrong_frames_are_refused(tmp_path):
    writer = VideoWriter(tmp_path / "a.mp4", width_px=64, height_px=48, fps=5, pixel_format="yuv420p")
    with pytest.raises(DatasetError, match=r"expected a frame of \(48, 64, 3\) uint8, got \(64, 48, 3\)"):
        writer.add(np.zeros((64, 48, 3), np.uint8))
    with pytest.raises(DatasetError, match="got .* float64"):
        writer.add(np.zeros((48, 64, 3)))
    writer.close()


@pytest.mark.parametrize("data", [b"", b"no video at all" * 40])
def test_garbage_is_no_video(data):
    with pytest.raises(DatasetError, match="cannot be decoded"):
        list(read_frames(io.BytesIO(data), depth=False))


def test_same_pictures_give_the_same_bytes_whatever_lies_in_memory(tmp_path):
    rng = np.random.default_rng(0)
    for _ in range(12):
        pictures = [rng.integers(0, 255, (48, 64, 3), dtype=np.uint8) for _ in range(3)]
        forms, litter = set(), []
        for _ in range(40):
            writer = VideoWriter(tmp_path / "x", width_px=64, height_px=48, fps=5, pixel_format="yuv420p")
            for picture in pictures:
                litter.append(rng.bytes(int(rng.integers(100, 100_000))))
                writer.add(picture)
                del litter[: int(rng.integers(0, 3))]
            writer.finish()
            forms.add((tmp_path / "x").read_bytes())
        assert len(forms) == 1
