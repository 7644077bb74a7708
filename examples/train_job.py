r"""A small training job: from shelf scales and tracks to receipts.

    shopsynth generate everyday -o datasets/train --clips 40 --refiner none --set clip.duration_s=30 \
        --set cameras.width_px=64 --set cameras.height_px=64 --set cameras.supersampling=1
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
from collections.abc import Sequence

import numpy as np
import pytorch_lightning as pl
import torch
from clip_arrays import KINDS, Clip, Grab, load_clip
from pytorch_lightning.utilities import CombinedLoader
from receipt_scores import score
from shelf_features import (
    BINS,
    COUNTS,
    HOP_S,
    PERSON_FEATURES,
    PRODUCT_FEATURES,
    locate,
    measure_steps,
    person_features,
    product_features,
    window_features,
)
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from scenes.errors import ShopsynthError
from synth.torch_dataset import ClipDataset


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
