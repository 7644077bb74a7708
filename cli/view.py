"""``shopsynth view``: a contact sheet of a clip, cameras down and time across."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import options
from cli.console import print_json, print_result

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

    from synth.dataset.reader import Dataset

GAP_PX = 6
LABEL_PX = 18
BACKGROUND = (24, 24, 27)
INK = (235, 235, 235)
FIRST_PERSON = 10_000  # ids below are the building and its furniture: shown dark, so that people stand out


class Layer(StrEnum):
    """What to show of a camera."""

    rgb = "rgb"
    refined = "refined"
    masks = "masks"
    depth = "depth"


@dataclass(frozen=True)
class Row:
    """One line of the sheet: a layer of a camera at some instants."""

    label: str
    times_s: Sequence[float]
    pictures: Sequence["np.ndarray"]


def view(
    dataset: options.Dataset,
    clip: Annotated[
        str | None, typer.Argument(metavar="[CLIP]", help="Its id; the first clip if left out.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="PNG to write; <clip>.png if left out.")
    ] = None,
    layers: Annotated[
        list[Layer] | None, typer.Option("--layer", help="What to show, repeatable; rgb if left out.")
    ] = None,
    frames: Annotated[int, typer.Option("--frames", min=1, max=60, help="Instants, evenly spaced.")] = 4,
    width: Annotated[
        int, typer.Option("--width", min=64, max=3840, help="Width of each picture in pixels.")
    ] = 320,
    as_json: options.Json = False,
) -> None:
    """Write a contact sheet of a clip, a PNG.

    A row a camera (and layer), time from left to right.
    """
    from synth.dataset.files import write_for_user
    from synth.dataset.reader import Dataset

    source = Dataset(dataset)
    clip_id = clip or source.clips[0]
    rows = read_rows(source, clip_id, layers or [Layer.rgb], frames)
    path = out or Path(f"{clip_id}.png")
    sheet = io.BytesIO()
    make_sheet(rows, width_px=width).save(sheet, format="PNG")
    write_for_user(path, sheet.getvalue())
    if as_json:
        print_json({"clip_id": clip_id, "picture": str(path), "rows": [row.label for row in rows]})
    else:
        print_result(str(path))


def read_rows(source: "Dataset", clip_id: str, layers: Sequence[Layer], count: int) -> list[Row]:
    """Read `count` evenly spaced frames of each camera and layer."""
    total = source.row(clip_id)["frames"]
    fps = source.clip(clip_id)["fps"]
    wanted = sorted({round(i * (total - 1) / max(1, count - 1)) for i in range(count)})
    rows = []
    for camera in source.cameras(clip_id):
        for layer in layers:
            frames = enumerate(read_layer(source, clip_id, camera.camera_id, layer))
            pictures = [picture for number, picture in islice(frames, wanted[-1] + 1) if number in wanted]
            rows.append(
                Row(f"{camera.camera_id} {layer.value}", [number / fps for number in wanted], pictures)
            )
    return rows


def read_layer(source: "Dataset", clip_id: str, camera_id: str, layer: Layer) -> Iterator["np.ndarray"]:
    """Yield a camera's frames of one layer as (H, W, 3) uint8 pictures."""
    if layer is Layer.masks:
        yield from map(color_masks, source.mask_frames(clip_id, camera_id))
    elif layer is Layer.depth:
        yield from map(shade_depth, source.video(clip_id, camera_id, "depth"))
    else:
        yield from source.video(clip_id, camera_id, "refined" if layer is Layer.refined else "rgb")


def color_masks(instance_id: "np.ndarray") -> "np.ndarray":
    """Give each instance (H, W) a colour of its own: people and items bright, the building dark."""
    import numpy as np

    hue = (instance_id * 0.618034) % 1.0  # the golden ratio keeps neighbouring ids apart
    wheel = np.clip(np.abs((hue[..., None] * 6 + [0, 4, 2]) % 6 - 3) - 1, 0, 1)
    lightness = np.where(instance_id >= FIRST_PERSON, 1.0, 0.3)[..., None]
    picture = 255 * lightness * (0.35 + 0.65 * wheel)
    return np.where(instance_id[..., None] == 0, 0, picture).astype(np.uint8)


def shade_depth(depth_m: "np.ndarray") -> "np.ndarray":
    """Show depth (H, W) in metres as grey: near is bright, nothing is black."""
    import numpy as np

    grey = np.where(depth_m > 0, 255 / (1 + depth_m / 3.0), 0)  # half as bright at 3 m
    return np.repeat(grey.astype(np.uint8)[..., None], 3, axis=2)


def make_sheet(rows: Sequence[Row], *, width_px: int) -> "Image.Image":
    """Arrange rows of pictures, each with its row's label and its time."""
    from PIL import Image, ImageDraw

    height, width = rows[0].pictures[0].shape[:2]
    height_px = round(width_px * height / width)
    columns = max(len(row.pictures) for row in rows)
    pitch_px = height_px + LABEL_PX + GAP_PX
    sheet = Image.new(
        "RGB", (GAP_PX + columns * (width_px + GAP_PX), GAP_PX + len(rows) * pitch_px), BACKGROUND
    )
    draw = ImageDraw.Draw(sheet)
    for line, row in enumerate(rows):
        for column, (time_s, picture) in enumerate(zip(row.times_s, row.pictures, strict=True)):
            x, y = GAP_PX + column * (width_px + GAP_PX), GAP_PX + line * pitch_px
            draw.text((x + 2, y + 2), f"{row.label}  {time_s:.1f} s", fill=INK)
            scaled = Image.fromarray(picture).resize((width_px, height_px), Image.Resampling.LANCZOS)
            sheet.paste(scaled, (x, y + LABEL_PX))
    return sheet
