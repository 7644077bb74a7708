"""Pictures of the report: contact sheets, labels drawn over frames, depth; and their way into the page.

In: decoded frames, masks, rows of boxes.parquet. Out: (H, W, 3) uint8 pictures and data URIs.
"""

import base64
import colorsys
import io
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from PIL import Image, ImageDraw, ImageFont

from scenes.world import INSTANCE_ITEM, INSTANCE_PERSON

JPEG_QUALITY = 86
LABEL_WIDTH_PX = 640  # labels are drawn over a frame enlarged to this width, but not more than twice
MOST_ENLARGED = 2
BONES = (
    ("pelvis", "spine", "chest", "neck", "head"),
    ("neck", "left_shoulder", "left_elbow", "left_wrist", "left_index1", "left_index_tip"),
    ("neck", "right_shoulder", "right_elbow", "right_wrist", "right_index1", "right_index_tip"),
    ("pelvis", "left_hip", "left_knee", "left_ankle", "left_foot"),
    ("pelvis", "right_hip", "right_knee", "right_ankle", "right_foot"),
)


def to_data_uri(picture: np.ndarray, *, width_px: int | None = None) -> str:
    """Encode a picture as a JPEG data URI, shrunk to `width_px` if it is wider."""
    image = Image.fromarray(picture)
    if width_px is not None and image.width > width_px:
        image = image.resize(
            (width_px, round(image.height * width_px / image.width)), Image.Resampling.LANCZOS
        )
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def instance_color(instance_id: int) -> tuple[int, int, int]:
    """Return a colour that tells neighbouring ids apart: hues a golden ratio from one another.

    >>> instance_color(INSTANCE_PERSON) != instance_color(INSTANCE_PERSON + 1)
    True
    """
    hue = instance_id * 0.618033988749895 % 1.0
    red, green, blue = colorsys.hsv_to_rgb(hue, 0.75, 1.0)
    return round(red * 255), round(green * 255), round(blue * 255)


def color_depth(depth_m: np.ndarray) -> np.ndarray:
    """Colour a depth image (H, W): near is bright, nothing is grey."""
    known = depth_m > 0
    if not known.any():
        return np.full((*depth_m.shape, 3), 128, np.uint8)
    near, far = np.quantile(depth_m[known], [0.01, 0.99])
    share = np.clip((depth_m - near) / max(far - near, 1e-6), 0, 1)
    colors = (colormaps["magma_r"](share)[..., :3] * 255).astype(np.uint8)
    colors[~known] = 128
    return colors


def color_instances(instance_id: np.ndarray) -> np.ndarray:
    """Colour an image of instance ids (H, W): people and products each their own, the shop in greys."""
    ids, where = np.unique(instance_id, return_inverse=True)
    palette = [
        instance_color(number) if number >= INSTANCE_PERSON else (40 + number % 7 * 12,) * 3
        for number in ids.tolist()
    ]
    return np.array(palette, np.uint8)[where.reshape(instance_id.shape)]


def draw_labels(
    picture: np.ndarray,
    instance_id: np.ndarray,
    rows: Iterable[dict[str, Any]],
    joint_names: Sequence[str],
    names: dict[int, str],
) -> np.ndarray:
    """Draw masks, boxes and joints of people and of items that move over a frame.

    Solid boxes enclose what is visible, thin ones the whole; of the joints only visible ones are drawn.

    Args:
        picture: (H, W, 3) uint8.
        instance_id: (H, W) int32.
        rows: Rows of boxes.parquet of this camera and frame.
        joint_names: Names of the joints in the rows.
        names: instance id -> what to write at its box, nothing if it has none.
    """
    scale = min(MOST_ENLARGED, max(1, -(-LABEL_WIDTH_PX // picture.shape[1])))
    image = Image.fromarray(_tint(picture, instance_id, rows := list(rows)))
    image = image.resize((image.width * scale, image.height * scale), Image.Resampling.LANCZOS)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=13)
    for row in rows:
        if row["visible_px"] == 0:
            continue
        color = instance_color(row["instance_id"])
        full = [row[f"full_{edge}_px"] * scale for edge in ("x0", "y0", "x1", "y1")]
        seen = [row[f"{edge}_px"] * scale for edge in ("x0", "y0", "x1", "y1")]
        draw.rectangle(full, outline=(*(channel // 2 for channel in color),), width=1)
        draw.rectangle(seen, outline=color, width=2)
        if row["trip_code"]:
            _draw_joints(draw, row, joint_names, scale)
        text = names.get(row["instance_id"])
        if text is None:
            continue
        corner = (min(max(seen[0], 0), image.width - 60), max(seen[1] - 17, 0))
        box = draw.textbbox(corner, text, font=font)
        draw.rectangle((box[0] - 2, box[1] - 1, box[2] + 2, box[3] + 2), fill=color)
        draw.text(corner, text, fill=(0, 0, 0), font=font)
    return np.asarray(image)


def _tint(picture: np.ndarray, instance_id: np.ndarray, rows: Sequence[dict[str, Any]]) -> np.ndarray:
    ids = np.array(sorted(row["instance_id"] for row in rows), np.int64)
    if not len(ids):
        return picture
    row = np.minimum(np.searchsorted(ids, instance_id), len(ids) - 1)
    labelled = ids[row] == instance_id
    colors = np.array([instance_color(number) for number in ids.tolist()])[row]
    return np.where(labelled[..., None], 0.62 * picture + 0.38 * colors, picture).astype(np.uint8)


def _draw_joints(draw: ImageDraw.ImageDraw, row: dict[str, Any], names: Sequence[str], scale: int) -> None:
    points = np.reshape(row["joints_px"], (-1, 2)) * scale
    joints = {
        name: tuple(point)
        for name, point, visible in zip(names, points.tolist(), row["joints_visible"], strict=True)
        if visible
    }
    for chain in BONES:
        for first, second in zip(chain, chain[1:], strict=False):
            if first in joints and second in joints:
                draw.line([joints[first], joints[second]], fill=(255, 255, 255), width=2)
    for name, (u, v) in joints.items():
        radius = 1.2 if any(part in name for part in ("1", "2", "3", "tip", "twist")) else 2.6
        draw.ellipse(
            (u - radius, v - radius, u + radius, v + radius), fill=(255, 255, 255), outline=(20, 20, 20)
        )


def is_moving(row: dict[str, Any], moved: frozenset[int]) -> bool:
    """Say whether a box is of a person or of an item that some event moves."""
    return row["instance_id"] < INSTANCE_ITEM or row["item_id"] in moved
