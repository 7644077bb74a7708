"""Videos of colour and of depth: encoded frame by frame, decoded frame by frame.

Colour is H.264 (x264, crf 20 where nobody asks for another, a key frame every 15 frames, no B-frames,
BT.709, one thread: the bytes repeat only so). Depth is FFV1, lossless 16-bit grey, in millimetres. Called by
synth/dataset/clip_writer.py and synth/dataset/reader.py.
"""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, Literal, cast

import av
import numpy as np
from av.codec.context import Flags
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream

from scenes.errors import DatasetError
from synth.schema import DEPTH_UNITS_PER_M

PixelFormat = Literal["yuv420p", "yuv444p"]
CRF = 20
GOP = 15
PRESET = "faster"
_BT709 = 1  # the code of BT.709 in ITU-T H.273, for primaries, transfer and matrix alike
_LIMITED_RANGE = 1


def choose_pixel_format(width_px: int, height_px: int, asked: PixelFormat) -> PixelFormat:
    """Return the pixel format for a camera: 4:2:0 shares colour by 2 x 2 pixels, so odd sizes take 4:4:4.

    >>> choose_pixel_format(321, 240, "yuv420p")
    'yuv444p'
    """
    return "yuv444p" if width_px % 2 or height_px % 2 else asked


def encode_depth(depth_m: np.ndarray) -> np.ndarray:
    """Convert depth (H, W) in metres, 0 for nothing, to uint16 millimetres.

    Surfaces nearer than half a millimetre become 1 (they are not nothing), those beyond 65.535 m 65535.

    >>> encode_depth(np.array([[0.0, 0.0001, 1.2345, 80.0]], np.float32)).tolist()
    [[0, 1, 1234, 65535]]
    """
    scaled = np.clip(np.rint(depth_m * np.float32(DEPTH_UNITS_PER_M)), 1, 65535)
    return np.where(depth_m > 0, scaled, 0).astype(np.uint16)


def decode_depth(units: np.ndarray) -> np.ndarray:
    """Convert uint16 millimetres (H, W) back to float32 metres."""
    return units.astype(np.float32) / np.float32(DEPTH_UNITS_PER_M)


class VideoWriter:
    """Encodes one video into one file; memory does not grow with its length.

    Args:
        path: File to write.
        width_px, height_px: Size of every frame.
        fps: Frames a second.
        pixel_format: Of colour videos; ``"gray16le"`` makes a depth video.
        crf: Constant rate factor of colour videos; a depth video loses nothing.
    """

    def __init__(
        self, path: Path, *, width_px: int, height_px: int, fps: float, pixel_format: str, crf: int = CRF
    ):
        self._depth = pixel_format == "gray16le"
        options = {"fflags": "+bitexact"}  # leaves out dates, versions and random ids
        if not self._depth:
            options["movflags"] = "+faststart"
        self._container = av.open(
            str(path), "w", format="matroska" if self._depth else "mp4", options=options
        )
        rate = Fraction(fps).limit_denominator(1000)
        codec = "ffv1" if self._depth else "libx264"
        self._stream = cast(VideoStream, self._container.add_stream(codec, rate=rate))
        self._stream.width, self._stream.height = width_px, height_px
        self._stream.pix_fmt = pixel_format
        self._stream.options = self._codec_options(crf)
        context = self._stream.codec_context
        context.thread_count = 1
        context.flags |= Flags.bitexact
        if not self._depth:
            context.color_primaries = context.color_trc = context.colorspace = _BT709
            context.color_range = _LIMITED_RANGE
        self._pixel_format = pixel_format
        self._shape = (height_px, width_px) if self._depth else (height_px, width_px, 3)
        self._frames = 0
        self._open = True

    def _codec_options(self, crf: int) -> dict[str, object]:
        if self._depth:
            return {"level": "3", "g": str(GOP)}
        # Macroblock-tree rate control reads memory that x264 (core 165) leaves uninitialised: of 2,149 noise
        # videos, each encoded 40 times, 9 came out in two forms with it, and 0 of 3,509 without.
        lookahead: dict[str, object] = {"mbtree": "0", "rc-lookahead": "0"}
        return {
            "crf": str(crf),
            "preset": PRESET,
            "bf": "0",
            "g": str(GOP),
            "keyint_min": str(GOP),
        } | lookahead

    def add(self, picture: np.ndarray) -> None:
        """Append a frame: (H, W, 3) uint8 sRGB, or (H, W) uint16 for depth."""
        wanted = np.uint16 if self._depth else np.uint8
        if picture.shape != self._shape or picture.dtype != wanted:
            raise DatasetError(
                f"expected a frame of {self._shape} {np.dtype(wanted)}, got {picture.shape} {picture.dtype}"
            )
        source = "gray16le" if self._depth else "rgb24"
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format=source)
        if not self._depth:
            frame = frame.reformat(
                format=self._pixel_format,
                dst_colorspace=Colorspace.ITU709,
                dst_color_range=ColorRange.MPEG,
                interpolation="AREA",
                threads=1,
            )
        frame.pts = self._frames
        self._frames += 1
        for packet in self._stream.encode(frame):
            self._container.mux(packet)

    def finish(self) -> None:
        """Flush the encoder and complete the file."""
        for packet in self._stream.encode():
            self._container.mux(packet)
        self.close()

    def close(self) -> None:
        """Let go of the file; what was written so far is not a whole video unless `finish` was called."""
        if self._open:
            self._open = False
            self._container.close()


def read_frames(source: BinaryIO | str, *, depth: bool) -> Iterator[np.ndarray]:
    """Decode a video frame by frame.

    Args:
        source: A path or a binary file.
        depth: Whether it is a depth video.

    Yields:
        (H, W, 3) uint8 sRGB, or (H, W) float32 metres for depth.

    Raises:
        DatasetError: The data is no video or is cut short.
    """
    try:
        with av.open(source, "r") as container:
            stream = container.streams.video[0]
            stream.thread_count = 1
            for frame in container.decode(stream):
                if depth:
                    yield decode_depth(frame.to_ndarray(format="gray16le", threads=1))
                else:
                    # To 4:4:4 first: straight to RGB, swscale repeats a sample of colour over 2 x 2 pixels.
                    whole = frame.reformat(format="yuv444p", interpolation="BICUBIC", threads=1)
                    yield whole.reformat(
                        format="rgb24", src_colorspace=Colorspace.ITU709, threads=1
                    ).to_ndarray(threads=1)
    except (av.FFmpegError, IndexError) as error:
        raise DatasetError(f"the video cannot be decoded: {error}") from error
