"""``shopsynth view``: a contact sheet of a clip, cameras down and time across."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.console import print_json, print_result
from cli.options import Dataset, Json
from scenes.errors import DatasetError

if TYPE_CHECKING:
    from PIL import Image

GAP_PX = 6
LABEL_PX = 18
BACKGROUND = (24, 24, 27)
INK = (235, 235, 235)


def view(
    dataset: Dataset,
    clip: Annotated[
        str | None, typer.Argument(metavar="[CLIP]", help="Its id; the first clip if left out.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="PNG to write; <clip>.png if left out.")
    ] = None,
    frames: Annotated[int, typer.Option("--frames", min=1, max=60, help="Instants, evenly spaced.")] = 4,
    compare: Annotated[
        bool, typer.Option("--compare", help="Put each refined picture under its raw one.")
    ] = False,
    width: Annotated[int, typer.Option("--width", min=64, help="Width of each picture in pixels.")] = 320,
    as_json: Json = False,
) -> None:
    """Write a contact sheet of a clip, a PNG.

    A row a camera, time from left to right.
    """
    reader = ClipFiles(dataset, clip)
    streams = reader.streams(compare=compare)
    rows = [(label, read_frames(reader.read(name), frames)) for label, name in streams]
    sheet = make_sheet(rows, width_px=width)
    path = out or Path(f"{reader.clip_id}.png")
    sheet.save(path, format="PNG")
    if as_json:
        print_json({"clip_id": reader.clip_id, "picture": str(path), "rows": [label for label, _ in rows]})
    else:
        print_result(str(path))


class ClipFiles:
    """The files of one clip of a dataset, read from its shard.

    Raises:
        DatasetError: If there is no such clip; the message names the nearest.
    """

    def __init__(self, dataset: str, clip_id: str | None) -> None:
        import pyarrow.parquet as pq

        from synth.dataset.manifest import read_manifest
        from synth.dataset.storage import Storage

        self._storage = Storage(dataset)
        manifest = read_manifest(self._storage)
        columns = ["clip_id", "shard", "files"]
        table = pq.read_table(io.BytesIO(self._storage.read(manifest["index"]["path"])), columns=columns)
        clips = {row["clip_id"]: row for row in table.to_pylist()}
        self.clip_id = next(iter(clips)) if clip_id is None else clip_id
        if self.clip_id not in clips:
            from scenes.config_errors import suggest

            hint = suggest(self.clip_id, clips)
            raise DatasetError(f"expected a clip of {dataset}, got {self.clip_id!r}{hint}")
        self._shard: str = clips[self.clip_id]["shard"]
        self._files: dict[str, Any] = {file["name"]: file for file in clips[self.clip_id]["files"]}

    def streams(self, *, compare: bool) -> list[tuple[str, str]]:
        """Label and name of each video, camera by camera."""
        videos = []
        for name in sorted(self._files):
            if name.endswith(".rgb.mp4"):
                camera = name.removesuffix(".rgb.mp4").rpartition(".")[2]
                videos.append((camera, name))
                refined = name.replace(".rgb.mp4", ".refined.mp4")
                if compare and refined in self._files:
                    videos.append((f"{camera} refined", refined))
        return videos

    def read(self, name: str) -> bytes:
        """Content of one file."""
        file = self._files[name]
        return self._storage.read(self._shard, file["offset"], file["size"])


def read_frames(video: bytes, count: int) -> list[tuple[float, "Image.Image"]]:
    """Decode `count` evenly spaced frames; returns (seconds, picture)."""
    import av

    with av.open(io.BytesIO(video), "r") as container:
        stream = container.streams.video[0]
        total = stream.frames
        wanted = {round(i * (total - 1) / max(1, count - 1)) for i in range(count)}
        return [
            (float(frame.time or 0.0), frame.to_image())
            for number, frame in enumerate(container.decode(stream))
            if number in wanted
        ]


def make_sheet(rows: list[tuple[str, list[tuple[float, "Image.Image"]]]], *, width_px: int) -> "Image.Image":
    """Arrange rows of pictures, each with its row's label and its time."""
    from PIL import Image, ImageDraw

    first = rows[0][1][0][1]
    height_px = round(width_px * first.height / first.width)
    columns = max(len(pictures) for _, pictures in rows)
    pitch_px = height_px + LABEL_PX + GAP_PX
    size = (GAP_PX + columns * (width_px + GAP_PX), GAP_PX + len(rows) * pitch_px)
    sheet = Image.new("RGB", size, BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    for row, (label, pictures) in enumerate(rows):
        for column, (time_s, picture) in enumerate(pictures):
            x, y = GAP_PX + column * (width_px + GAP_PX), GAP_PX + row * pitch_px
            draw.text((x + 2, y + 2), f"{label}  {time_s:.1f} s", fill=INK)
            sheet.paste(picture.resize((width_px, height_px), Image.Resampling.LANCZOS), (x, y + LABEL_PX))
    return sheet
