"""The adversarial training of the scene stage as a Lightning module, optimised by hand.

In: rendered views, real pictures, the fitted camera and the segmenter. Out: the scene stage's weights,
averaged over training. Every step draws from generators made of (seed, step) alone, so that a resumed
training goes on exactly as an uninterrupted one would.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from torch import nn

from gan.camera_stage import CameraProfile, sample_profile
from gan.form import CODE_SIZE
from gan.network import SceneStage, compose_scene
from gan.training.augment import augment
from gan.training.camera import apply_camera, average_frame
from gan.training.crops import (
    FRAME_SHAPE,
    MatchedCrops,
    ViewBatch,
    compute_content,
    crop_frame,
    make_module,
    sample_frames,
    sample_patches,
)
from gan.training.discriminators import FrameDiscriminator, HighPassDiscriminator, PatchDiscriminator
from gan.training.losses import discriminator_loss, modesty_loss, relativistic
from gan.training.real import RealImages
from gan.training.segmenter import Segmenter
from gan.training.views import ViewSet
from scenes.randomness import make_rng

HIGH_PASS_PX = 32


@dataclass(frozen=True)
class TrainSettings:
    """What a training may vary.

    Attributes:
        patches, frames: Crops and whole frames a step.
        neighbours: A rendered crop is shown beside one of this many most similar real crops.
        generator_rate, discriminator_rate: Learning rates of Adam.
        penalty: Weight of R1 + R2.
        weights: Weight of each discriminator in the refiner's loss; that of whole frames is small: their
            content is not matched, and a strong one paints the footage's floor onto every shop.
        modesty: Weight of the loss that keeps changes small.
        average: Decay of the running average of the weights.
    """

    patches: int = 8
    frames: int = 4
    neighbours: int = 8
    generator_rate: float = 1e-3
    discriminator_rate: float = 3e-4
    penalty: float = 0.1
    weights: Mapping[str, float] = field(
        default_factory=lambda: {"patch": 1.0, "high_pass": 1.0, "frame": 0.03}
    )
    modesty: float = 1.0
    average: float = 0.99


class RefinerModule(pl.LightningModule):
    """Trains the scene stage against three discriminators.

    Args:
        views: Rendered views.
        real: Real pictures.
        pool: Real crops to match rendered ones with.
        camera: The fitted camera; each crop is taken by one near it.
        segmenter: Gives pseudo-labels.
        seed: Of everything random.
        on_losses: Called with (step, losses) after each step.
    """

    steps_done: torch.Tensor

    def __init__(
        self,
        views: ViewSet,
        real: RealImages,
        pool: MatchedCrops,
        camera: CameraProfile,
        segmenter: Segmenter,
        *,
        settings: TrainSettings,
        seed: int,
        on_losses: Callable[[int, dict[str, float]], None],
    ) -> None:
        super().__init__()
        self.automatic_optimization = False
        generator = torch.Generator().manual_seed(seed)
        self.scene_stage = make_module(SceneStage, generator=generator)
        self.averaged = make_module(SceneStage, generator=generator)
        self.averaged.load_state_dict(self.scene_stage.state_dict())
        self.averaged.requires_grad_(False)
        self.judges = nn.ModuleDict(
            {
                "patch": make_module(PatchDiscriminator, generator=generator),
                "high_pass": make_module(HighPassDiscriminator, generator=generator),
                "frame": make_module(FrameDiscriminator, generator=generator),
            }
        )
        self.segmenter = segmenter
        self.register_buffer("steps_done", torch.zeros((), dtype=torch.int64))
        self._views, self._real, self._pool = views, real, pool
        self._profile, self._settings, self._seed = camera, settings, seed
        self._on_losses = on_losses

    def configure_optimizers(self) -> tuple[torch.optim.Optimizer, torch.optim.Optimizer]:
        """Return the optimisers of the scene stage and of the discriminators."""
        rates = self._settings.generator_rate, self._settings.discriminator_rate
        return (
            torch.optim.Adam(self.scene_stage.parameters(), lr=rates[0], betas=(0.0, 0.99)),
            torch.optim.Adam(self.judges.parameters(), lr=rates[1], betas=(0.0, 0.99)),
        )

    def training_step(self, batch: Any, batch_index: int) -> None:
        """Make one step of the discriminators, then one of the scene stage."""
        step = int(self.steps_done)
        rng = make_rng(self._seed, step, "gan/step")
        generator = torch.Generator().manual_seed(int(rng.integers(2**62)))
        scene_optimizer, judge_optimizer = self.optimizers()  # type: ignore[attr-defined]
        patches = sample_patches(self._views, self._settings.patches, rng=rng)
        frames = sample_frames(self._views, self._settings.frames, rng=rng)
        real = self._sample_real(patches, rng=rng, generator=generator)
        patch_fake, patch_cost = self._refine(patches, fine=True, rng=rng, generator=generator)
        frame_fake, frame_cost = self._refine(frames, fine=False, rng=rng, generator=generator)
        fake = self._see(patch_fake, average_frame(frame_fake, FRAME_SHAPE), rng=rng)
        seen = {
            name: (augment(real[name], generator=generator), augment(fake[name], generator=generator))
            for name in self.judges
        }
        losses = {}
        judge_loss = torch.zeros((), device=self.device)
        for name, judge in self.judges.items():
            loss = discriminator_loss(judge, *seen[name], penalty=self._settings.penalty)
            losses[f"{name}/judge"] = loss
            judge_loss = judge_loss + loss
        judge_optimizer.zero_grad()
        self.manual_backward(judge_loss)
        judge_optimizer.step()

        modesty = patch_cost + frame_cost
        scene_loss = self._settings.modesty * modesty
        self.judges.requires_grad_(False)
        for name, judge in self.judges.items():
            loss = relativistic(judge(seen[name][1]), judge(seen[name][0]))
            losses[f"{name}/refiner"] = loss
            scene_loss = scene_loss + self._settings.weights[name] * loss
        scene_optimizer.zero_grad()
        self.manual_backward(scene_loss)
        self.judges.requires_grad_(True)
        scene_optimizer.step()
        self._average()
        self.steps_done += 1
        losses["modesty"] = modesty
        self._on_losses(step, {name: float(value.detach()) for name, value in losses.items()})

    def _refine(
        self, batch: ViewBatch, *, fine: bool, rng: np.random.Generator, generator: torch.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return refined pictures after the camera, and the cost of the changes."""
        batch = batch.to(self.device)
        count = len(batch.planes)
        code = torch.randn((count, CODE_SIZE), generator=generator).to(self.device)
        terms = self.scene_stage(
            batch.planes, batch.class_id, batch.material, batch.residual_mask, batch.pooled, code
        )
        scene = compose_scene(batch.rgb, terms, batch.row_weights, batch.column_weights)
        profiles = [sample_profile(self._profile, rng=rng) for _ in range(count)]
        taken = apply_camera(
            scene.clamp(0.0, 1.0), profiles, batch.v, batch.u, generator=generator, fine=fine
        )
        return taken, modesty_loss(scene, batch.rgb, terms)

    def _sample_real(
        self, patches: ViewBatch, *, rng: np.random.Generator, generator: torch.Generator
    ) -> dict[str, torch.Tensor]:
        """Draw what each discriminator takes for real."""
        crops = self._pool.match(patches.rgb, neighbours=self._settings.neighbours, generator=generator)
        frames = [crop_frame(self._real.sample(rng=rng), rng=rng) for _ in range(self._settings.frames)]
        return self._see(
            crops.to(self.device), torch.from_numpy(np.stack(frames)).to(self.device) / 255.0, rng=rng
        )

    def _see(
        self, patches: torch.Tensor, frames: torch.Tensor, *, rng: np.random.Generator
    ) -> dict[str, torch.Tensor]:
        """Turn pictures into what each discriminator looks at."""
        top, left = rng.integers(patches.shape[-1] - HIGH_PASS_PX + 1, size=2)
        return {
            "patch": torch.cat([patches, self.segmenter.label(patches)], dim=1),
            "high_pass": patches[..., top : top + HIGH_PASS_PX, left : left + HIGH_PASS_PX],
            "frame": frames,
        }

    @torch.no_grad()
    def _average(self) -> None:
        """Move the averaged weights toward the current ones."""
        for kept, new in zip(self.averaged.parameters(), self.scene_stage.parameters(), strict=True):
            kept.lerp_(new, 1.0 - self._settings.average)

    def weights(self) -> dict[str, np.ndarray]:
        """Return the averaged weights, as a checkpoint stores them."""
        return {name: value.cpu().numpy() for name, value in self.averaged.state_dict().items()}


def describe_crops(segmenter: Segmenter) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return the features that crops are matched by: edges, colour, and what the segmenter sees."""

    def describe(crops: torch.Tensor) -> torch.Tensor:
        joined = torch.cat([compute_content(crops), 0.7 * segmenter.describe(crops)], dim=1)
        return nn.functional.normalize(joined, dim=1)

    return describe
