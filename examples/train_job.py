"""A small training job: from shelf scales and tracks to receipts.

    shopsynth generate everyday -o datasets/train --clips 60 --seed 1 --workers 4
    python examples/train_job.py datasets/train

In: a dataset of `shopsynth generate`, any scenario, any cameras (no picture is looked at). Out: on held-out
clips, how many receipts come out exactly right, beside a rule-based baseline.

Three small networks are trained together, clip by clip split, stores and catalogues never shared:

  detect    a convolution over 2 s of the plates of a board that change most: nothing, take or put
  identify  scores every product and count (1 to 3) for the step that neighbouring plates show
  assign    scores every person present by where they stand, look and hold their hands

What is scored: the receipt of what happens *within the clip*. Items taken in the warm-up, before the
recorded scales start, appear on a clip's receipts.json, but nobody could read them off the recording; so
truth and prediction alike start with empty bags at t = 0. (With `--set clip.warmup_s=0` both are the same.)
Truth is computed by `synth.ledger.receipts` from the events with time >= 0. Hand-overs, and what lies on the
floor, pass unseen by any scale and stay in the truth as the errors they are.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytorch_lightning as pl
import torch
from pytorch_lightning.utilities import CombinedLoader
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from scenes.errors import ShopsynthError
from synth.ledger.receipts import compute_receipts
from synth.records import Event
from synth.torch_dataset import ClipDataset

HOP_S = 0.25  # detection bins
WINDOW_S = 2.0  # what the detector sees around a bin
BINS = 24  # to which a window's readings are averaged
PLATES = 8  # of a board, those that change most within a window
REACH_M = 0.4  # plates so close belong to one step
LEAST_G = 8.0  # steps smaller than this are no item
COUNTS = (1, 2, 3)  # items in one grab
TOGETHER_S = 0.3  # equal events so close are one grab
MATCH_S = 0.75  # how far a detection may lie from its event
MATCH_M = 0.5  # and how far along the board
KINDS = ("none", "take", "put")
PERSON_FEATURES = 6
PRODUCT_FEATURES = 8


@dataclass(frozen=True, eq=False)
class Grab:
    """Items of one product taken from, or put on, one board by one person, `at_m` (3,) in the shop."""

    time_s: float
    at_m: np.ndarray
    board: int
    kind: int
    product: int
    count: int
    person: int


@dataclass(frozen=True)
class Clip:
    """One clip as arrays: L plates on B boards, N people, P products.

    `tracks` holds the (F, N, 9) x, y, heading, left and right palm of everyone, NaN while absent.
    """

    clip_id: str
    reading_s: np.ndarray
    reading_g: np.ndarray
    boards: list[np.ndarray]
    plate_m: np.ndarray
    sku: list[str]
    product_g: np.ndarray
    popularity: np.ndarray
    home_m: list[dict[int, np.ndarray]]
    home_plates: list[dict[int, np.ndarray]]
    frame_s: np.ndarray
    tracks: np.ndarray
    people: list[str]
    payment: dict[str, str]
    grabs: list[Grab]
    receipts: dict[str, Counter]


# ---------------------------------------------------------------- from the dataset to arrays


def load_clip(item: dict) -> Clip:
    """Turn an item of `ClipDataset` into arrays."""
    store, weights = item["store"], item["weights"]
    plate_pose = store["world_from_plate"].numpy()
    key = np.array(
        [f"{name}/{z:.2f}" for name, z in zip(store["plate_fixture"], plate_pose[:, 2, 3], strict=True)]
    )
    boards = [np.flatnonzero(key == name) for name in dict.fromkeys(key)]
    board_of_plate = np.zeros(len(key), int)
    for number, plates in enumerate(boards):
        board_of_plate[plates] = number
    depth_m = store["plate_size_m"].numpy()[:, 1:] / 2
    people = [person["trip_code"] for person in item["people"]]
    frame_s, tracks = _arrange_tracks(item["tracks"], people)
    payment = {person["trip_code"]: person["payment_id"] for person in item["people"]}
    home_m: list[dict[int, np.ndarray]] = [{} for _ in boards]
    home_plates: list[dict[int, np.ndarray]] = [{} for _ in boards]
    board_of_slot = {}
    for slot, plates in enumerate(store["slot_plates"]):
        if not plates:
            continue
        board, product = int(board_of_plate[plates[0]]), int(store["slot_product"][slot])
        board_of_slot[slot] = board
        at_m = store["world_from_slot"][slot, :3, 3].numpy()[None]
        home_m[board][product] = np.concatenate([home_m[board].get(product, at_m[:0]), at_m])
        home_plates[board][product] = np.union1d(home_plates[board].get(product, []), plates).astype(int)
    return Clip(
        clip_id=item["clip_id"],
        reading_s=weights["time_s"].numpy(),
        reading_g=weights["mass_kg"].numpy() * 1e3,
        boards=boards,
        plate_m=plate_pose[:, :3, 3] + plate_pose[:, :3, 1] * depth_m,
        sku=store["sku"],
        product_g=store["mass_kg"].numpy() * 1e3,
        popularity=store["popularity"].numpy(),
        home_m=home_m,
        home_plates=home_plates,
        frame_s=frame_s,
        tracks=tracks,
        people=people,
        payment=payment,
        grabs=_find_grabs(item["events"], store["sku"], people, board_of_slot),
        receipts=_window_receipts(item, payment),
    )


def _arrange_tracks(tracks: dict, people: list[str]) -> tuple[np.ndarray, np.ndarray]:
    frames = int(tracks["frame"].max()) + 1 if len(tracks["frame"]) else 1
    values = np.full((frames, len(people), 9), np.nan, np.float32)
    number = {code: n for n, code in enumerate(people)}
    rows = torch.cat(
        [tracks["position_m"], tracks["heading_rad"][:, None], tracks["palm_m"].flatten(1)], dim=1
    )
    values[tracks["frame"], [number[code] for code in tracks["trip_code"]]] = rows
    times = np.full(frames, np.nan)
    times[tracks["frame"]] = tracks["time_s"]
    known = np.flatnonzero(np.isfinite(times))
    return np.interp(np.arange(frames), known, times[known]) if len(known) else np.zeros(frames), values


def _find_grabs(events: dict, sku: list[str], people: list[str], board_of_slot: dict[int, int]) -> list[Grab]:
    product = {name: n for n, name in enumerate(sku)}
    person = {code: n for n, code in enumerate(people)}
    grabs: list[Grab] = []
    for row, kind in enumerate(events["kind"]):
        time_s = float(events["time_s"][row])
        place = events["from_place" if kind == "take" else "to_place"][row]
        if kind not in ("take", "put") or time_s < 0 or not place.startswith("slot:"):
            continue
        board = board_of_slot.get(int(place[5:]), -1)
        if board < 0:
            continue
        at_m = events["point_m"][row].numpy()
        what = (board, KINDS.index(kind), product[events["sku"][row]])
        grab = Grab(time_s, at_m, *what, 1, person[events["trip_code"][row]])
        same = [
            n
            for n, g in enumerate(grabs)
            if (g.board, g.kind, g.product) == what
            and g.person == grab.person
            and time_s - g.time_s < TOGETHER_S
        ]
        if same:
            first = grabs[same[0]]
            grabs[same[0]] = Grab(first.time_s, first.at_m, *what, first.count + 1, grab.person)
        else:
            grabs.append(grab)
    return grabs


def _window_receipts(item: dict, payment: dict[str, str]) -> dict[str, Counter]:
    """Compute what each payment with somebody in the clip takes within it: payment_id -> SKU -> quantity."""
    events, receipts = item["events"], item["receipts"]
    if not receipts:
        return {}
    columns = ("kind", "trip_code", "sku", "from_place", "to_place", "hand")
    seen = set(item["tracks"]["trip_code"])
    ledger = []
    for row in range(len(events["kind"])):
        time_s, item_id = float(events["time_s"][row]), int(events["item_id"][row])
        if time_s < 0 and item_id >= 0:
            continue
        text = {name: events[name][row] for name in columns}
        point_m = events["point_m"][row].numpy()
        ledger.append(
            Event(event_id=row, time_s=time_s, item_id=item_id, quantity=1, point_m=point_m, **text)
        )
    price_minor = dict.fromkeys(item["store"]["sku"], 1)
    found = compute_receipts(ledger, price_minor, payment, receipts[0]["policy"], receipts[0]["currency"])
    return {
        receipt.payment_id: Counter({line.sku: line.quantity for line in receipt.lines})
        for receipt in found
        if seen.intersection(receipt.trip_codes)
    }


# ---------------------------------------------------------------- what the networks see


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


# ---------------------------------------------------------------- the networks


class Detector(nn.Module):
    """Windows (W, PLATES, BINS) -> logits (W, 3) of nothing, take, put; the order of plates is no matter."""

    def __init__(self) -> None:
        super().__init__()
        self.plate = nn.Sequential(
            nn.Conv1d(1, 16, 5, padding=2),
            nn.ReLU(),
            nn.Conv1d(16, 24, 5, stride=2, padding=2),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(24 * BINS // 2, 48),
            nn.ReLU(),
        )
        self.board = nn.Sequential(nn.Linear(96, 48), nn.ReLU(), nn.Linear(48, len(KINDS)))

    def forward(self, windows: Tensor) -> Tensor:
        """Judge windows."""
        features = self.plate(windows.flatten(0, 1)[:, None]).unflatten(0, windows.shape[:2])
        return self.board(torch.cat([features.sum(dim=1), features.amax(dim=1)], dim=1))


class Scorer(nn.Module):
    """Candidates (E, C, features) -> scores (E, C); a candidate that is not there (NaN) gets -inf."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(features, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 1)
        )

    def forward(self, candidates: Tensor) -> Tensor:
        """Score candidates."""
        absent = candidates.isnan().any(dim=-1)
        scores = self.net(candidates.nan_to_num())[..., 0]
        return scores.masked_fill(absent, -torch.inf)


class ReceiptModel(pl.LightningModule):
    """Detector and scorers, trained together on cross-entropies."""

    def __init__(self, learning_rate: float) -> None:
        super().__init__()
        self.learning_rate = learning_rate
        self.detect = Detector()
        self.identify = Scorer(PRODUCT_FEATURES)
        self.assign = Scorer(PERSON_FEATURES)

    def training_step(self, batch: dict[str, list[Tensor]], batch_index: int) -> Tensor:
        """Sum the three losses of one batch."""
        return sum(F.cross_entropy(getattr(self, part)(x), y) for part, (x, y) in batch.items())

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """Use Adam with weight decay."""
        return torch.optim.AdamW(self.parameters(), lr=self.learning_rate, weight_decay=1e-3)


def make_training_loader(clips: Sequence[Clip], rng: np.random.Generator, batch: int) -> CombinedLoader:
    """Make batches {"detect": (x, y), "identify": (x, y), "assign": (x, y)}."""
    windows, kinds, products, product_of, people, person_of = [], [], [], [], [], []
    for clip in clips:
        for board in range(len(clip.boards)):
            x, y = _training_windows(clip, board, rng)
            windows.append(x)
            kinds.append(y)
        for grab in clip.grabs:
            # The detector will be off by a bin now and then.
            time_s = grab.time_s + rng.uniform(-HOP_S, HOP_S) / 2
            steps = measure_steps(clip, grab.board, time_s)
            away_m = [np.linalg.norm(locate(clip, grab.board, step) - grab.at_m) for step in steps]
            step_g = steps[int(np.argmin(away_m))]
            products.append(product_features(clip, grab.board, step_g))
            product_of.append(grab.product * len(COUNTS) + min(grab.count, len(COUNTS)) - 1)
            people.append(person_features(clip, grab.board, step_g, time_s))
            person_of.append(grab.person)
    parts = {
        "detect": (torch.from_numpy(np.concatenate(windows)), torch.from_numpy(np.concatenate(kinds))),
        "identify": (_pad(products), torch.tensor(product_of)),
        "assign": (_pad(people), torch.tensor(person_of)),
    }
    loaders = {
        name: DataLoader(TensorDataset(*tensors), batch_size=batch, shuffle=True)
        for name, tensors in parts.items()
    }
    return CombinedLoader(loaders, mode="max_size_cycle")


def _training_windows(clip: Clip, board: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Cut the windows with events, those around them, and a tenth of the others."""
    starts_s = np.arange(0, clip.reading_s[-1], HOP_S)
    kind = np.zeros(len(starts_s), np.int64)
    near = rng.random(len(starts_s)) < 0.1
    for grab in clip.grabs:
        if grab.board == board:
            bin_number = min(int(grab.time_s / HOP_S), len(starts_s) - 1)
            kind[bin_number] = grab.kind
            near[max(bin_number - 5, 0) : bin_number + 6] = True
    return window_features(clip, board, starts_s[near]), kind[near]


def _pad(tables: Sequence[np.ndarray]) -> Tensor:
    """Stack tables (C, features) of differing C, filling with NaN."""
    length = max(len(table) for table in tables)
    return torch.from_numpy(
        np.stack(
            [np.pad(table, ((0, length - len(table)), (0, 0)), constant_values=np.nan) for table in tables]
        )
    )


# ---------------------------------------------------------------- from readings to receipts


@torch.no_grad()
def predict(model: ReceiptModel, clip: Clip) -> list[Grab]:
    """Read a clip's grabs off its scales and tracks."""
    model.eval()
    starts_s = np.arange(0, clip.reading_s[-1], HOP_S)
    grabs = []
    for board in range(len(clip.boards)):
        chance = model.detect(torch.from_numpy(window_features(clip, board, starts_s))).softmax(dim=1).numpy()
        for bin_number in _peaks(1 - chance[:, 0], 0.5):
            time_s = starts_s[bin_number] + HOP_S / 2
            for step_g in measure_steps(clip, board, time_s):
                best = int(model.identify(torch.from_numpy(product_features(clip, board, step_g))).argmax())
                scores = model.assign(torch.from_numpy(person_features(clip, board, step_g, time_s)))
                kind = 1 if step_g.sum() < 0 else 2
                product, count = divmod(best, len(COUNTS))
                at_m, person = locate(clip, board, step_g), int(scores.argmax())
                grabs.append(Grab(time_s, at_m, board, kind, product, count + 1, person))
    return sorted(grabs, key=lambda grab: grab.time_s)


def predict_by_rules(clip: Clip) -> list[Grab]:
    """Read grabs off by rule: a step of 15 g, the nearest mass on the board, the nearest body."""
    starts_s = np.arange(0, clip.reading_s[-1], HOP_S)
    grabs = []
    for board in range(len(clip.boards)):
        steps = [measure_steps(clip, board, t + HOP_S / 2)[0] for t in starts_s]
        products = np.array(sorted(clip.home_m[board]), int)
        for bin_number in _peaks(np.abs([step.sum() for step in steps]), 15.0):
            time_s, step_g = starts_s[bin_number] + HOP_S / 2, steps[bin_number]
            if not len(products):
                continue
            miss_g = np.abs(np.outer(clip.product_g[products], COUNTS) - abs(step_g.sum()))
            row, count = np.unravel_index(miss_g.argmin(), miss_g.shape)
            body_m = person_features(clip, board, step_g, time_s)[:, 0]
            person = -1 if np.isnan(body_m).all() else int(np.nanargmin(body_m))
            kind, at_m = (1 if step_g.sum() < 0 else 2), locate(clip, board, step_g)
            grabs.append(Grab(time_s, at_m, board, kind, int(products[row]), int(count) + 1, person))
    return sorted(grabs, key=lambda grab: grab.time_s)


def _peaks(values: np.ndarray, least: float) -> list[int]:
    """Return the bins above `least` that are the highest within 0.75 s to either side."""
    reach = round(0.75 / HOP_S)
    padded = np.pad(values, reach, constant_values=-np.inf)
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    # Of equal neighbours the first one counts.
    return np.flatnonzero((values > least) & (around.argmax(axis=1) == reach)).tolist()


def make_receipts(clip: Clip, grabs: Sequence[Grab]) -> dict[str, Counter]:
    """Add up grabs: payment_id -> SKU -> quantity, for the payments that the truth knows."""
    receipts: dict[str, Counter] = {payment: Counter() for payment in clip.receipts}
    for grab in grabs:
        account = receipts.get(clip.payment[clip.people[grab.person]]) if grab.person >= 0 else None
        if account is None:
            continue
        sku = clip.sku[grab.product]
        account[sku] = max(account[sku] + (grab.count if grab.kind == 1 else -grab.count), 0)
    return {payment: +account for payment, account in receipts.items()}


# ---------------------------------------------------------------- scores


def score(clips: Sequence[Clip], predictions: Sequence[list[Grab]]) -> dict[str, float]:
    """Compare predicted with true grabs and receipts.

    Returns:
        event_f1: matched on board, kind, time (0.75 s) and place (0.5 m);
        product, person: share right among those matched;
        receipts_exact: share of all receipts without any error; receipts_exact_filled: of those with lines;
        line_f1: over (payment, SKU) lines, item by item.
    """
    found = right_product = right_person = true_events = predicted_events = 0
    exact, exact_filled = [], []
    hit = wanted = given = 0
    for clip, grabs in zip(clips, predictions, strict=True):
        true_events, predicted_events = true_events + len(clip.grabs), predicted_events + len(grabs)
        left = list(grabs)
        for true in clip.grabs:
            near = [g for g in left if (g.board, g.kind) == (true.board, true.kind)]
            near = [g for g in near if abs(g.time_s - true.time_s) <= MATCH_S]
            near = [g for g in near if np.linalg.norm(g.at_m[:2] - true.at_m[:2]) <= MATCH_M]
            if near:
                match = min(near, key=lambda g: abs(g.time_s - true.time_s))
                left.remove(match)
                found += 1
                right_product += (match.product, match.count) == (true.product, true.count)
                right_person += match.person == true.person
        predicted = make_receipts(clip, grabs)
        for payment, lines in clip.receipts.items():
            exact.append(predicted[payment] == lines)
            if lines:
                exact_filled.append(exact[-1])
            hit += (predicted[payment] & lines).total()
            wanted, given = wanted + lines.total(), given + predicted[payment].total()
    return {
        "event_f1": 2 * found / max(true_events + predicted_events, 1),
        "product": right_product / max(found, 1),
        "person": right_person / max(found, 1),
        "receipts_exact": float(np.mean(exact)) if exact else 1.0,
        "receipts_exact_filled": float(np.mean(exact_filled)) if exact_filled else 1.0,
        "line_f1": 2 * hit / max(wanted + given, 1),
    }


def split_clips(clips: Sequence[Clip], rng: np.random.Generator) -> tuple[list[Clip], list[Clip]]:
    """Split into a training part and a held-out quarter, whole clips only."""
    order = rng.permutation(len(clips))
    held_out = max(1, len(clips) // 4)
    return [clips[n] for n in order[held_out:]], [clips[n] for n in order[:held_out]]


def main() -> None:
    """Train on a dataset and print the scores on its held-out clips."""
    parser = argparse.ArgumentParser(description="Learn receipts from shelf scales and tracks.")
    parser.add_argument("dataset", help="folder or URL that `shopsynth generate` wrote")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()

    torch.set_num_threads(1)  # the networks are too small to gain from more
    pl.seed_everything(arguments.seed, verbose=False)
    rng = np.random.default_rng(arguments.seed)
    dataset = ClipDataset(arguments.dataset, modalities=("tracks", "weights", "events", "receipts", "store"))
    clips = [load_clip(dataset[number]) for number in range(len(dataset))]
    training, held_out = split_clips(clips, rng)
    events = sum(len(clip.grabs) for clip in training)
    if not events:
        raise SystemExit("no take or put in the training clips: generate more or longer clips")

    model = ReceiptModel(arguments.learning_rate)
    trainer = pl.Trainer(
        max_epochs=arguments.epochs,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_model_summary=False,
        enable_progress_bar=not arguments.json,
    )
    trainer.fit(model, make_training_loader(training, rng, arguments.batch))
    results = {
        "training": {"clips": len(training), "events": events},
        "held_out": {
            "clips": len(held_out),
            "events": sum(len(clip.grabs) for clip in held_out),
            "receipts": sum(len(clip.receipts) for clip in held_out),
            "receipts_filled": sum(bool(lines) for clip in held_out for lines in clip.receipts.values()),
        },
        "model": score(held_out, [predict(model, clip) for clip in held_out]),
        "baseline": score(held_out, [predict_by_rules(clip) for clip in held_out]),
    }
    print(json.dumps(results) if arguments.json else _format(results))


def _format(results: dict[str, dict[str, float]]) -> str:
    training, held_out = results["training"], results["held_out"]
    lines = [
        f"trained on {training['clips']} clips with {training['events']} takes and puts; held out: "
        f"{held_out['clips']} clips, {held_out['events']} takes and puts, {held_out['receipts']} receipts "
        f"({held_out['receipts_filled']} with lines)",
        "",
        f"{'':24}{'model':>10}{'baseline':>10}",
    ]
    for name, value in results["model"].items():
        lines.append(f"{name:24}{value:>10.1%}{results['baseline'][name]:>10.1%}")
    return "\n".join(lines)


if __name__ == "__main__":
    try:
        main()
    except ShopsynthError as error:
        raise SystemExit(f"error: {error}") from None
