"""Trains a refiner from end to end: what `shopsynth train-gan` runs.

    real images ──┐                         ┌-> segmenter, features
                  ├-> camera fit -> GAN ────┤
    rendered views┘                         └-> figures -> checkpoint + model card

In: folders of real images. Out: a checkpoint (checkpoint.py), and beside it a model card for people (.md)
and for machines (.json). Needs torch, Lightning and, the first time, OpenGL to render its views.
"""

import hashlib
import json
import logging
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pytorch_lightning as pl
import torch
from torch.utils.data import DataLoader

from gan.camera_stage import CameraProfile
from gan.checkpoint import Checkpoint, write_checkpoint
from gan.form import MATERIAL_COUNT, PLANE_COUNT
from gan.metrics import SPLITS, Realism, compute_kid, cut_windows, measure_realism, refine_views
from gan.model_card import ModelCard
from gan.refiner import CertifiedRefiner
from gan.training.crops import PATCH_PX, MatchedCrops
from gan.training.features import FeatureEncoder, train_encoder
from gan.training.fit import FitMaterial, fit_camera
from gan.training.module import RefinerModule, TrainSettings, describe_crops
from gan.training.real import RealImages, load_real_images
from gan.training.rendering import render_views
from gan.training.segmenter import Segmenter, train_segmenter
from gan.training.state import KeepBest, RestoreOptimizers, SaveState
from gan.training.views import ViewSet, make_views
from scenes.config.loader import load_config
from scenes.errors import CheckpointError
from scenes.randomness import make_rng
from synth.engine.versions import read_versions

HELD_OUT_SHARE = 0.2
HELPER_STEPS = 400
POOL_CROPS = 1500
FIT_VIEWS, FIT_WINDOWS = 16, 6
FIT_EVALUATIONS = 160
METRIC_CROPS = 500
JUDGED_VIEWS = 16
HELPERS, TRAINING = "helpers.pt", "training.pt"

OnProgress = Callable[[str, int, int], None]


def _ignore(stage: str, done: int, total: int) -> None:
    """Take no notice of progress."""


@dataclass(frozen=True)
class TrainResult:
    """What a training left behind.

    Attributes:
        checkpoint: The file that `--refiner` takes.
        scene_stage: Whether the scene stage is in it: it is left out when it did not beat the camera alone.
        realism: The figures.
        losses: Mean of each loss over the last tenth of the steps.
    """

    checkpoint: Path
    scene_stage: bool
    realism: Realism
    losses: dict[str, float]


@dataclass(frozen=True)
class Material:
    """All that the adversarial training stands on; `sha256` is that of its pictures, real and rendered."""

    sha256: str
    train: RealImages
    held_out: RealImages
    views: ViewSet
    held_out_views: ViewSet
    segmenter: Segmenter
    encoder: FeatureEncoder
    pool: MatchedCrops


def train_refiner(
    real: Path | Sequence[Path],
    out: Path,
    *,
    steps: int,
    views: int,
    seed: int,
    work_dir: Path,
    resume: bool = False,
    accelerator: str = "auto",
    source: str = "everyday",
    note: str = "",
    settings: TrainSettings | None = None,
    on_progress: OnProgress = _ignore,
) -> TrainResult:
    """Train a refiner toward real images.

    Rendered views, the helpers' weights and the training's state are kept in `work_dir`; views and helpers
    are used again by a later call that asks for the same ones.

    Args:
        real: Folder or folders of images (searched through); see training/real.py.
        out: Where to write the checkpoint (.safetensors); its model card goes beside it.
        steps: Steps of the adversarial training.
        views: How many views to render and train on.
        seed: Of everything random.
        work_dir: Where intermediate results are kept.
        resume: Go on from the training state in `work_dir` if there is one.
        accelerator: ``"auto"``, ``"cpu"`` or ``"gpu"``.
        source: Preset or scenario file that the views are sampled from.
        note: Added to the model card, for instance the licence of the images.
        settings: What else a training may vary.
        on_progress: Called with (stage, done, total).

    Raises:
        DatasetError: If there are too few real images or no views.
        CheckpointError: If the training state belongs to another training.
    """
    folders = [real] if isinstance(real, Path) else list(real)
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    material = prepare_material(
        folders, views=views, seed=seed, work_dir=work_dir, source=source, on_progress=on_progress
    )
    camera = fit_camera(
        _choose_fit_material(material.views, material.pool, seed=seed),
        seed=seed,
        evaluations=FIT_EVALUATIONS,
        on_progress=on_progress,
    )
    history: dict[str, list[float]] = {}
    weights = _train_scene_stage(
        material,
        camera,
        steps=steps,
        seed=seed,
        state=work_dir / TRAINING,
        resume=resume,
        accelerator=accelerator,
        settings=settings or TrainSettings(),
        history=history,
        on_progress=on_progress,
    )
    realism = evaluate(weights, camera, material, seed=seed)
    keep = beats_camera(realism)
    write_checkpoint(out, weights if keep else {}, camera)
    losses = {name: float(np.mean(values[-max(1, len(values) // 10) :])) for name, values in history.items()}
    card = ModelCard(
        sources=tuple(folder.name for folder in folders),
        pictures=len(material.train.picture) + len(material.held_out.picture),
        training={"steps": steps, "views": len(material.views), "seed": seed, "preset": source},
        losses=losses,
        realism=realism,
        camera=camera,
        scene_stage=keep,
        note=note,
    )
    card.write(out)
    return TrainResult(checkpoint=out, scene_stage=keep, realism=realism, losses=losses)


def prepare_material(
    folders: Sequence[Path], *, views: int, seed: int, work_dir: Path, source: str, on_progress: OnProgress
) -> Material:
    """Load real images, render or load views, train or load the helpers."""
    train, held_out = load_real_images(folders)
    form = [PLANE_COUNT, MATERIAL_COUNT]
    recipe = [load_config(source).sha256, seed, views, form, read_versions(rendering=True)]
    key = json.dumps(recipe, sort_keys=True)
    every = make_views(
        work_dir / "views",
        lambda: render_views(views, seed=seed, source=source, on_progress=on_progress),
        key=key,
    )
    clips = np.unique(every.clip)
    cut = clips[min(len(clips) - 1, round(len(clips) * (1 - HELD_OUT_SHARE)))]
    is_held_out = every.clip >= cut if len(clips) > 1 else np.ones(len(every), bool)
    shown = every.take(np.flatnonzero(~is_held_out if len(clips) > 1 else is_held_out))
    sha256 = hash_material(shown, train)
    segmenter, encoder = _load_helpers(
        work_dir / HELPERS, shown, train, key=sha256, seed=seed, on_progress=on_progress
    )
    pool = MatchedCrops(train, describe_crops(segmenter), size=POOL_CROPS, rng=make_rng(seed, 0, "gan/pool"))
    return Material(
        sha256=sha256,
        train=train,
        held_out=held_out,
        views=shown,
        held_out_views=every.take(np.flatnonzero(is_held_out)),
        segmenter=segmenter,
        encoder=encoder,
        pool=pool,
    )


def hash_material(views: ViewSet, real: RealImages) -> str:
    """Return the SHA-256 of what a training learns from: a changed picture makes helpers and state stale."""
    digest = hashlib.sha256()
    for picture in (views.planes, *real.picture):
        digest.update(repr(picture.shape).encode())
        digest.update(np.ascontiguousarray(picture).data)
    digest.update(real.source.tobytes())
    return digest.hexdigest()


def _choose_fit_material(views: ViewSet, pool: MatchedCrops, *, seed: int) -> FitMaterial:
    """Choose views and windows to fit the camera on, and match real crops to them."""
    rng = make_rng(seed, 0, "gan/fit")
    chosen = np.linspace(0, len(views) - 1, FIT_VIEWS).astype(int)
    rendered = [views.rgb(index) for index in chosen]
    height, width = rendered[0].shape[1:]
    windows = [
        (index, int(rng.integers(height - PATCH_PX + 1)), int(rng.integers(width - PATCH_PX + 1)))
        for index in range(FIT_VIEWS)
        for _ in range(FIT_WINDOWS)
    ]
    blank = FitMaterial(rendered, windows, np.empty((0, 3, PATCH_PX, PATCH_PX), np.uint8))
    raw = torch.from_numpy(blank.cut(rendered)).float() / 255.0
    generator = torch.Generator().manual_seed(seed)
    real = pool.match(raw, neighbours=4, generator=generator)
    return FitMaterial(rendered, windows, (real * 255 + 0.5).to(torch.uint8).numpy())


def _load_helpers(
    path: Path, views: ViewSet, real: RealImages, *, key: str, seed: int, on_progress: OnProgress
) -> tuple[Segmenter, FeatureEncoder]:
    """Train the segmenter and the feature encoder, or load them from an earlier call."""
    segmenter, encoder = Segmenter(), FeatureEncoder()
    saved = torch.load(path, weights_only=True) if path.is_file() else {}
    if saved.get("key") == key:
        segmenter.load_state_dict(saved["segmenter"])
        encoder.load_state_dict(saved["encoder"])
    else:
        rng = make_rng(seed, 0, "gan/helpers")
        generator = torch.Generator().manual_seed(seed)
        segmenter = train_segmenter(
            views, steps=HELPER_STEPS, rng=rng, generator=generator, on_progress=on_progress
        )
        encoder = train_encoder(
            real, steps=HELPER_STEPS, rng=rng, generator=generator, on_progress=on_progress
        )
        states = {"key": key, "segmenter": segmenter.state_dict(), "encoder": encoder.state_dict()}
        torch.save(states, path)
    return segmenter.eval().requires_grad_(False), encoder.eval().requires_grad_(False)


def _train_scene_stage(
    material: Material,
    camera: CameraProfile,
    *,
    steps: int,
    seed: int,
    state: Path,
    resume: bool,
    accelerator: str,
    settings: TrainSettings,
    history: dict[str, list[float]],
    on_progress: OnProgress,
) -> dict[str, np.ndarray]:
    """Run the adversarial training and return the best weights, the losses appended to `history`."""

    def note_losses(step: int, losses: dict[str, float]) -> None:
        for name, value in losses.items():
            history.setdefault(name, []).append(value)
        on_progress("gan", step + 1, steps)

    module = RefinerModule(
        material.views,
        material.train,
        material.pool,
        camera,
        material.segmenter,
        settings=settings,
        seed=seed,
        on_losses=note_losses,
    )
    key = json.dumps([seed, camera.to_dict(), asdict(settings), material.sha256], sort_keys=True)
    keeper = KeepBest(judge_by_training_pictures(material, camera, seed=seed))
    callbacks: list[pl.Callback] = [keeper, SaveState(state, key, history, keeper)]
    if resume and state.is_file():
        saved = torch.load(state, weights_only=True)
        if saved["key"] != key:
            raise CheckpointError(
                f"{state}: expected the state of this training, got another's (seed, views, images or "
                "settings differ); train without --resume or give another work folder"
            )
        module.load_state_dict(saved["module"])
        history.update(saved["history"])
        keeper.best = saved["best"]
        callbacks.append(RestoreOptimizers(saved["optimizers"]))
    left = steps - int(module.steps_done)
    if left > 0:
        _fit(module, left, accelerator, callbacks)
    return keeper.weights(module.cpu())


def judge_by_training_pictures(
    material: Material, camera: CameraProfile, *, seed: int
) -> Callable[[Mapping[str, np.ndarray]], float]:
    """Return what says how far refined training views are from the training pictures.

    Held-out views and pictures have no part in it: the figures of the model card are measured on them.
    """
    chosen = material.views.take(np.linspace(0, len(material.views) - 1, JUDGED_VIEWS).astype(int))
    raw = cut_windows([chosen.rgb(i).transpose(1, 2, 0) for i in range(len(chosen))], METRIC_CROPS, seed=seed)
    generator = torch.Generator().manual_seed(seed)
    matched = material.pool.match(torch.from_numpy(raw).float() / 255.0, neighbours=4, generator=generator)
    target = (matched * 255 + 0.5).to(torch.uint8)

    def judge(weights: Mapping[str, np.ndarray]) -> float:
        refiner = CertifiedRefiner(Checkpoint(name="candidate", sha256="", weights=weights, camera=camera))
        refined, _ = refine_views(refiner, chosen, seed=seed)
        crops = torch.from_numpy(cut_windows(refined, METRIC_CROPS, seed=seed))
        return 1000 * compute_kid(material.encoder, target, crops)

    return judge


def _fit(module: RefinerModule, steps: int, accelerator: str, callbacks: list[pl.Callback]) -> None:
    """Run Lightning's trainer, without its files and its remarks."""
    with warnings.catch_warnings():
        # One item a step needs no workers; the segmenter is meant to stay in eval mode; Lightning's own debt.
        warnings.filterwarnings("ignore", message=".*does not have many workers.*")
        warnings.filterwarnings("ignore", message=".*in eval mode at the start of training.*")
        warnings.filterwarnings("ignore", message=".*LeafSpec.*")
        trainer = pl.Trainer(
            accelerator=accelerator,
            devices=1,
            max_epochs=1,
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            callbacks=callbacks,
        )
        trainer.fit(module, DataLoader(list(range(steps)), batch_size=None))  # type: ignore[arg-type]


def evaluate(
    weights: Mapping[str, np.ndarray],
    camera: CameraProfile,
    material: Material,
    *,
    seed: int,
) -> Realism:
    """Measure a scene stage and the camera alone on the held-out views and images."""
    alone, whole = (
        CertifiedRefiner(Checkpoint(name="candidate", sha256="", weights=kept, camera=camera))
        for kept in ({}, weights)
    )
    return measure_realism(
        material.encoder,
        describe_crops(material.segmenter),
        (material.train, material.held_out),
        material.held_out_views,
        (alone, whole),
        crops=METRIC_CROPS,
        seed=seed,
    )


def beats_camera(realism: Realism) -> bool:
    """Say whether refining is nearer to footage than the camera alone, by more than the measure's spread."""
    spread = max(realism.refined.kid_std, realism.camera.kid_std) / np.sqrt(SPLITS)
    return bool(
        realism.refined.kid_mean + spread < realism.camera.kid_mean
        and realism.refined.swd_mean <= realism.camera.swd_mean + realism.camera.swd_std
    )
