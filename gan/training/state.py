"""What a training keeps: its state, to go on from after an interruption, and the best weights so far.

Lightning callbacks, called after every step of module.py by gan/train.py. In: the module. Out: one file,
replaced in one go, that holds all that a resumed training needs to end as an uninterrupted one.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch

from gan.training.module import RefinerModule

SAVE_EVERY = 50
# Adversarial training on a few hundred pictures does not get steadily better: the judges come to know them by
# heart, and then push the scene stage away from what they show.
JUDGE_EVERY = 50

Weights = Mapping[str, np.ndarray]


class KeepBest(pl.Callback):
    """Keeps the averaged weights with the lowest score, looked at every JUDGE_EVERY steps.

    Args:
        score: Of weights; lower is better.
    """

    def __init__(self, score: Callable[[Weights], float]) -> None:
        self._score = score
        self.best: dict[str, Any] = {"score": float("inf"), "step": 0, "weights": {}}

    def on_train_batch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule, *unused: object) -> None:
        """Score the weights and keep them when they are the best."""
        step = int(pl_module.get_buffer("steps_done"))
        if step % JUDGE_EVERY:
            return
        assert isinstance(pl_module, RefinerModule)
        weights = pl_module.weights()
        score = self._score(weights)
        if score < self.best["score"]:
            copies = {name: torch.from_numpy(value.copy()) for name, value in weights.items()}
            self.best = {"score": score, "step": step, "weights": copies}

    def weights(self, module: RefinerModule) -> dict[str, np.ndarray]:
        """Return the best weights; the last ones when the training was too short to look."""
        kept = self.best["weights"]
        return {name: value.numpy() for name, value in kept.items()} if kept else module.weights()


class SaveState(pl.Callback):
    """Saves weights and optimisers now and then, the file being replaced in one go."""

    def __init__(self, path: Path, key: str, history: dict[str, list[float]], keeper: KeepBest) -> None:
        self._path, self._key, self._history, self._keeper = path, key, history, keeper

    def on_train_batch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule, *unused: object) -> None:
        """Save after every SAVE_EVERY steps and after the last."""
        left = trainer.num_training_batches - trainer.fit_loop.epoch_loop.batch_idx - 1
        if left and int(pl_module.get_buffer("steps_done")) % SAVE_EVERY:
            return
        state = {
            "key": self._key,
            "module": pl_module.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in trainer.optimizers],
            "history": self._history,
            "best": self._keeper.best,
        }
        beside = self._path.with_suffix(".part")
        torch.save(state, beside)
        beside.replace(self._path)


class RestoreOptimizers(pl.Callback):
    """Puts the optimisers' states back before the first step."""

    def __init__(self, states: Sequence[dict]) -> None:
        self._states = states

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Load the states."""
        for optimizer, state in zip(trainer.optimizers, self._states, strict=True):
            optimizer.load_state_dict(state)
