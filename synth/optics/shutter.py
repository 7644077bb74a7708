"""The shutter: what moves while it is open is blurred, and the rows of a picture are taken one after another.

In: a view with its motion vectors. Out: its colours as a shutter of a given time and read-out takes them.
The labels of a frame are those of its instant k / fps: the middle of the exposure of the middle row. A point
that moves m pixels from frame to frame is seen within |m| fps (exposure + read-out) / 2 of its label, and no
still pixel changes but where something moves past it.
"""

import numpy as np

_LEAST_PX = 0.5  # what stays within half a pixel of its place needs no work
_MOST_PX = 40.0
_MOST_TAPS = 17


def take_exposure(
    rgb: np.ndarray,
    motion_px: np.ndarray,
    depth_m: np.ndarray,
    *,
    open_frames: float,
    readout_frames: float,
) -> np.ndarray:
    """Blur what moves along its way, row by row at the row's own time.

    Each pixel gathers colours along the motion of the nearest moving surface: where that surface comes by,
    its colour is in front of the background; where it leaves, the background beside it shows.

    Args:
        rgb: (H, W, 3) uint8.
        motion_px: (H, W, 2) float32 displacement since the frame before.
        depth_m: (H, W) float32; 0 is nothing.
        open_frames: Exposure time in frame intervals.
        readout_frames: From the first row's exposure to the last one's, in frame intervals.

    Returns:
        (H, W, 3) uint8; `rgb` itself if nothing moves far enough.
    """
    reach = (open_frames + readout_frames) / 2
    speed = np.maximum(np.abs(motion_px[..., 0]), np.abs(motion_px[..., 1]))
    fast = speed * reach > _LEAST_PX
    if not fast.any():
        return rgb
    moving = speed > 0
    spread = int(np.ceil(min(float(speed.max()) * reach, _MOST_PX)))
    box = _grow_box(moving, spread)
    flow = np.clip(_spread_motion(motion_px[box], spread), -_MOST_PX / reach, _MOST_PX / reach)
    size = np.maximum(np.abs(flow[..., 0]), np.abs(flow[..., 1]))
    rows, columns = np.nonzero(size * reach > _LEAST_PX)
    rows_px, columns_px = rows + box[0].start, columns + box[1].start
    height, width = depth_m.shape
    flow = flow[rows, columns]
    late = ((rows_px + 0.5) / height - 0.5).astype(np.float32) * np.float32(readout_frames)
    longest = float(np.abs(flow).max()) * open_frames
    taps = int(np.clip(2 * np.ceil(longest) + 1, 5, _MOST_TAPS))
    deep = np.where(depth_m > 0, depth_m, np.float32(np.inf))
    here_moves, here_m = moving[rows_px, columns_px], deep[rows_px, columns_px]
    own = rgb[rows_px, columns_px].astype(np.float32)
    total = np.zeros_like(own)
    for share in (np.arange(taps) + 0.5) / taps - 0.5:
        when = late + np.float32(share * open_frames)
        u = np.clip(np.rint(columns_px - flow[:, 0] * when), 0, width - 1).astype(np.int64)
        v = np.clip(np.rint(rows_px - flow[:, 1] * when), 0, height - 1).astype(np.int64)
        there_moves, there_m = moving[v, u], deep[v, u]
        # A passing surface hides what lies behind it; what it uncovers is what lies behind it.
        behind = there_m >= here_m
        take = np.where(here_moves, there_moves | behind, there_moves & ~behind)
        total += np.where(take[:, None], rgb[v, u], own)
    taken = rgb.copy()
    taken[rows_px, columns_px] = (total / taps + 0.5).astype(np.uint8)
    return taken


def _grow_box(moving: np.ndarray, spread: int) -> tuple[slice, slice]:
    """Return the rectangle of the moving pixels with a margin."""
    slices = []
    for axis, count in ((1, moving.shape[0]), (0, moving.shape[1])):
        found = np.flatnonzero(moving.any(axis=axis))
        slices.append(slice(max(found[0] - spread, 0), min(found[-1] + spread + 1, count)))
    return slices[0], slices[1]


def _spread_motion(motion_px: np.ndarray, spread: int) -> np.ndarray:
    """Let still pixels within `spread` of a moving one have its motion."""
    flow = motion_px.astype(np.float32, copy=True)
    for _ in range(spread):
        still = (flow[..., 0] == 0) & (flow[..., 1] == 0)
        if not still.any():
            break
        before = flow.copy()
        for target, source in (
            (np.s_[1:], np.s_[:-1]),
            (np.s_[:-1], np.s_[1:]),
            (np.s_[:, 1:], np.s_[:, :-1]),
            (np.s_[:, :-1], np.s_[:, 1:]),
        ):
            there = flow[target]
            empty = still[target] & (there[..., 0] == 0) & (there[..., 1] == 0)
            flow[target][empty] = before[source][empty]
    return flow
