"""What of a picture need not be drawn: boxes out of view, and the parts of it that no box touches.

In: bounding boxes and a camera's projection. Out: which show, and rectangles of pixels.
"""

from collections.abc import Sequence

import numpy as np

Part = tuple[int, int, int, int]  # x, y, width, height of a rectangle of pixels

TILE_PX = 32
BOX_CORNERS = np.array([[(k >> axis) & 1 for axis in range(3)] for k in range(8)])  # of a box low, high


def compute_in_view(box_m: np.ndarray, clip_from_world: np.ndarray) -> np.ndarray:
    """Return (R,) bool: whether a box may show in the picture (conservative).

    Args:
        box_m: (R, 2, 3) lowest and highest corners.
        clip_from_world: (4, 4) OpenGL clip coordinates.
    """
    corner = box_m[:, BOX_CORNERS, np.arange(3)]
    clip = corner @ clip_from_world[:, :3].T + clip_from_world[:, 3]
    x, y, z, w = np.moveaxis(clip, -1, 0)
    outside = np.zeros(len(box_m), bool)
    for side in (x + w, w - x, y + w, w - y, z + w):
        outside |= (side < 0).all(axis=1)
    return ~outside


def compute_spans(
    box_m: np.ndarray, clip_from_world: np.ndarray, size_px: tuple[int, int], margin_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Part a picture into rectangles that some boxes may show in, and the rest.

    Args:
        box_m: (R, 2, 3) lowest and highest corners.
        clip_from_world: (4, 4) OpenGL clip coordinates.
        size_px: Width and height.
        margin_m: How much the boxes are grown.

    Returns:
        (N, 4) int64 x, y, width, height of rectangles that no box touches, and (M, 4) of the others.
    """
    size = np.array(size_px)
    tiles = -(-size // TILE_PX)
    touched = np.zeros(tiles[::-1], bool)
    corner = (box_m + np.array([[-margin_m], [margin_m]], np.float32))[:, BOX_CORNERS, np.arange(3)]
    clip = corner @ clip_from_world[:, :3].T + clip_from_world[:, 3]
    w = np.maximum(clip[..., 3:], 1e-3)
    pixel = (clip[..., :2] / w * 0.5 + 0.5) * size
    # A box that reaches behind the camera may show anywhere.
    behind = (clip[..., 3] < 0.1).any(axis=1)[:, None]
    low = np.where(behind, 0, np.floor(pixel.min(axis=1) / TILE_PX)).clip(0, tiles).astype(int)
    high = np.where(behind, tiles, np.floor(pixel.max(axis=1) / TILE_PX) + 1).clip(0, tiles).astype(int)
    for (x0, y0), (x1, y1) in zip(low.tolist(), high.tolist(), strict=True):
        touched[y0:y1, x0:x1] = True
    return _make_spans(~touched, size), _make_spans(touched, size)


def narrow_view(clip_from_world: np.ndarray, part_px: Part, size_px: tuple[int, int]) -> np.ndarray:
    """Return the (4, 4) clip_from_world of which the picture is a rectangle of another's picture.

    Args:
        clip_from_world: (4, 4) OpenGL clip coordinates of the whole picture.
        part_px: The rectangle.
        size_px: Width and height of the whole.
    """
    narrowed = np.array(clip_from_world, float)
    for axis in range(2):
        half = part_px[2 + axis] / size_px[axis]
        middle = (2 * part_px[axis] + part_px[2 + axis]) / size_px[axis] - 1.0
        narrowed[axis] = (narrowed[axis] - middle * narrowed[3]) / half
    return narrowed


def frame_box(box_m: np.ndarray, clip_from_world: np.ndarray, size_px: tuple[int, int]) -> tuple[Part, float]:
    """Find where in a picture a box shows.

    Args:
        box_m: (2, 3) lowest and highest corner.
        clip_from_world: (4, 4) OpenGL clip coordinates.
        size_px: Width and height.

    Returns:
        The rectangle of pixels around it, which may reach out of the picture and is all of it if the box
        reaches behind the camera; the depth of its nearest corner in metres.
    """
    corner = box_m[BOX_CORNERS, np.arange(3)]
    clip = corner @ clip_from_world[:, :3].T + clip_from_world[:, 3]
    near_m = float(clip[:, 3].min())
    if near_m < 0.1:
        return (0, 0, *size_px), 0.0
    pixel = (clip[:, :2] / clip[:, 3:] * 0.5 + 0.5) * size_px
    x0, y0 = np.floor(pixel.min(axis=0)).astype(int).tolist()
    x1, y1 = np.ceil(pixel.max(axis=0)).astype(int).tolist()
    return (x0, y0, x1 - x0, y1 - y0), near_m


def grow_part(part_px: Part, margin_px: int, size_px: tuple[int, int]) -> Part:
    """Return a rectangle with a margin, as much of it as lies in the picture (width 0: nothing).

    >>> grow_part((5, 10, 4, 4), 8, (100, 20))
    (0, 2, 17, 18)
    """
    x, y, width, height = part_px
    x0, y0 = max(0, x - margin_px), max(0, y - margin_px)
    x1, y1 = min(size_px[0], x + width + margin_px), min(size_px[1], y + height + margin_px)
    return (x0, y0, x1 - x0, y1 - y0) if x1 > x0 and y1 > y0 else (0, 0, 0, 0)


def unite_parts(parts_px: Sequence[Part]) -> list[Part]:
    """Return rectangles that cover the same and more, of which no two overlap.

    >>> unite_parts([(0, 0, 4, 4), (9, 9, 1, 1), (2, 2, 4, 4)])
    [(9, 9, 1, 1), (0, 0, 6, 6)]
    """
    apart: list[Part] = []
    for part in parts_px:
        x, y, width, height = part
        while over := [
            other
            for other in apart
            if x < other[0] + other[2] and other[0] < x + width
            and y < other[1] + other[3] and other[1] < y + height
        ]:  # fmt: skip
            apart = [other for other in apart if other not in over]
            right = max([x + width, *(other[0] + other[2] for other in over)])
            top = max([y + height, *(other[1] + other[3] for other in over)])
            x, y = min([x, *(other[0] for other in over)]), min([y, *(other[1] for other in over)])
            width, height = right - x, top - y
        apart.append((x, y, width, height))
    return apart


def _make_spans(tiles: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return (N, 4) rectangles in pixels over the runs of true tiles in each row."""
    edge = np.diff(np.pad(tiles.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    row, start = np.nonzero(edge == 1)
    stop = np.nonzero(edge == -1)[1]
    low = np.stack([start, row], axis=1) * TILE_PX
    high = np.minimum(np.stack([stop, row + 1], axis=1) * TILE_PX, size)
    return np.concatenate([low, high - low], axis=1)
