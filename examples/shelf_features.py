"""What the networks of the example job see of a clip's scales and tracks (train_job.py)."""

import numpy as np
from clip_arrays import Clip

HOP_S = 0.25  # detection bins
WINDOW_S = 2.0  # what the detector sees around a bin
BINS = 24  # to which a window's readings are averaged
PLATES = 8  # of a board, those that change most within a window
REACH_M = 0.4  # plates so close belong to one step
LEAST_G = 8.0  # steps smaller than this are no item
COUNTS = (1, 2, 3)  # items in one grab
PERSON_FEATURES = 6
PRODUCT_FEATURES = 8


def window_features(clip: Clip, board: int, starts_s: np.ndarray) -> np.ndarray:
    """Cut (W, PLATES, BINS) windows around the bins that begin at `starts_s`: log-scaled change in grams."""
    middle = starts_s[:, None] + HOP_S / 2
    edges = middle + np.linspace(-WINDOW_S / 2, WINDOW_S / 2, BINS + 1)
    bounds = np.clip(np.searchsorted(clip.reading_s, edges), 0, len(clip.reading_s) - 1)
    total = np.cumsum(np.pad(clip.reading_g[:, clip.boards[board]].astype(float), ((1, 0), (0, 0))), axis=0)
    low, high = bounds[:, :-1], np.maximum(bounds[:, 1:], bounds[:, :-1] + 1)
    mean_g = (total[high] - total[low]) / (high - low)[..., None]
    change_g = (mean_g - mean_g[:, :1]).transpose(0, 2, 1)
    most = np.argsort(-np.abs(change_g).max(axis=2), axis=1, kind="stable")[:, :PLATES]
    change_g = np.take_along_axis(change_g, most[..., None], axis=1)
    change_g = np.pad(change_g, ((0, 0), (0, PLATES - change_g.shape[1]), (0, 0)))
    return (np.sign(change_g) * np.log1p(np.abs(change_g) / 2)).astype(np.float32)


def measure_steps(clip: Clip, board: int, time_s: float) -> list[np.ndarray]:
    """Measure how the plates of a board changed over an event, in grams, leaving 0.5 s for the hand.

    Returns:
        A (plates,) array for each place on the board where something changed, the largest first: two people
        at one board make two steps.
    """
    after = (clip.reading_s >= time_s + 0.5) & (clip.reading_s < time_s + 1.1)
    before = (clip.reading_s >= time_s - 1.1) & (clip.reading_s < time_s - 0.4)
    after[-1] |= not after.any()
    before[0] |= not before.any()
    plates = clip.boards[board]
    change_g = clip.reading_g[np.ix_(after, plates)].mean(axis=0) - clip.reading_g[
        np.ix_(before, plates)
    ].mean(axis=0)
    steps = []
    while np.abs(change_g).max() > LEAST_G or not steps:
        peak_m = clip.plate_m[plates[np.abs(change_g).argmax()]]
        near = np.linalg.norm(clip.plate_m[plates] - peak_m, axis=1) <= REACH_M
        steps.append(np.where(near, change_g, 0.0))
        change_g = np.where(near, 0.0, change_g)
    return steps


def locate(clip: Clip, board: int, step_g: np.ndarray) -> np.ndarray:
    """Return the (3,) point in the shop where a step's load changed."""
    return np.abs(step_g) / max(np.abs(step_g).sum(), 1e-6) @ clip.plate_m[clip.boards[board]]


def product_features(clip: Clip, board: int, step_g: np.ndarray) -> np.ndarray:
    """Describe each (product, count) as the cause of a step: (P * len(COUNTS), PRODUCT_FEATURES)."""
    total_g = np.abs(step_g.sum())
    share = np.abs(step_g) / max(np.abs(step_g).sum(), 1e-6)
    centre_m = locate(clip, board, step_g)
    home, away_m = np.zeros(len(clip.sku)), np.full(len(clip.sku), 2.0)
    for product, slots_m in clip.home_m[board].items():
        home[product] = share[np.isin(clip.boards[board], clip.home_plates[board][product])].sum()
        away_m[product] = min(np.linalg.norm(slots_m[:, :2] - centre_m[:2], axis=1).min(), 2.0)
    due_g = np.outer(clip.product_g, COUNTS)
    miss_g = total_g - due_g
    columns = (
        np.log1p(np.abs(miss_g) / 2),
        np.clip(miss_g / due_g, -2, 2),
        home[:, None],
        (away_m < 2.0)[:, None],
        away_m[:, None],
        np.equal(COUNTS, 1)[None],
        np.array([[step_g.sum() > 0]]),
        np.log(clip.popularity + 1e-6)[:, None] / 5,
    )
    features = [np.broadcast_to(column, due_g.shape) for column in columns]
    return np.stack(features, axis=-1, dtype=np.float32, casting="unsafe").reshape(-1, PRODUCT_FEATURES)


def person_features(clip: Clip, board: int, step_g: np.ndarray, time_s: float) -> np.ndarray:
    """Describe each person as the author of a step: (N, PERSON_FEATURES), NaN for those absent."""
    target_m = locate(clip, board, step_g)
    near = np.abs(clip.frame_s - time_s) <= 0.3
    near[np.argmin(np.abs(clip.frame_s - time_s))] = True
    tracks = clip.tracks[near]
    with np.errstate(invalid="ignore"):
        to_target = target_m[:2] - tracks[..., :2]
        body_m = np.linalg.norm(to_target, axis=-1)
        facing = np.cos(tracks[..., 2] - np.arctan2(to_target[..., 1], to_target[..., 0]))
        palm = tracks[..., 3:].reshape(*tracks.shape[:2], 2, 3)
        palm_m = np.linalg.norm(palm - target_m, axis=-1).min(axis=-1)
        height_m = np.abs(palm[..., 2] - target_m[2]).min(axis=-1)
        closest = np.stack([body_m, palm_m, height_m, -facing], axis=-1).min(axis=0)
        mean = np.stack([body_m, palm_m], axis=-1).mean(axis=0)
    return np.concatenate([closest, mean], axis=-1).astype(np.float32)
