"""What of a picture need not be drawn: boxes out of view, and the parts of it that no box touches.

In: bounding boxes and a camera's projection. Out: which show, and rectangles of pixels.
"""

import numpy as np

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


def _make_spans(tiles: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return (N, 4) rectangles in pixels over the runs of true tiles in each row."""
    edge = np.diff(np.pad(tiles.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    row, start = np.nonzero(edge == 1)
    stop = np.nonzero(edge == -1)[1]
    low = np.stack([start, row], axis=1) * TILE_PX
    high = np.minimum(np.stack([stop, row + 1], axis=1) * TILE_PX, size)
    return np.concatenate([low, high - low], axis=1)
