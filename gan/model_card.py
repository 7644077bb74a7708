"""The model card: what a checkpoint was trained on, how, and how far it got, for people and for machines.

In: the figures of a training. Out: ``<checkpoint>.md`` and ``<checkpoint>.json`` beside the checkpoint.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gan.camera_stage import CameraProfile
from gan.certificate import TAU_CAP
from gan.metrics import Distance, Realism

WITH_SCENE = "The checkpoint holds a scene stage and a camera stage."
CAMERA_ALONE = (
    "The scene stage did not beat the camera stage alone on held-out footage, so the checkpoint holds only "
    "the camera stage."
)


@dataclass(frozen=True)
class ModelCard:
    """What there is to say of a checkpoint.

    Attributes:
        sources: Names of the folders of real pictures.
        pictures: How many real pictures they hold.
        training: Steps, views, seed and preset.
        losses: Mean of each over the last tenth of the training.
        realism: The figures.
        camera: The fitted camera.
        scene_stage: Whether the checkpoint holds a scene stage.
        note: Free text, such as the licences of the real material.
    """

    sources: tuple[str, ...]
    pictures: int
    training: dict[str, Any]
    losses: dict[str, float]
    realism: Realism
    camera: CameraProfile
    scene_stage: bool
    note: str

    def write(self, checkpoint: Path) -> None:
        """Write both cards beside the checkpoint."""
        values = {
            **vars(self),
            "sources": list(self.sources),
            "realism": self.realism.to_dict(),
            "camera": self.camera.to_dict(),
        }
        checkpoint.with_suffix(".json").write_text(json.dumps(values, indent=2, sort_keys=True) + "\n")
        checkpoint.with_suffix(".md").write_text(self.text(checkpoint.stem))

    def text(self, name: str) -> str:
        """Return the card for people."""
        figures = self.realism
        lines = [
            f"# Refiner `{name}`",
            "",
            "Moves rendered shop pictures toward real footage without moving a label (docs/certificate.md).",
            WITH_SCENE if self.scene_stage else CAMERA_ALONE,
            "",
            "## Data and training",
            "",
            f"- Real pictures: {self.pictures} from {', '.join(self.sources)}; the last quarter of each "
            "source was held out.",
            f"- Rendered views: {self.training['views']} of preset `{self.training['preset']}`; those of "
            "other shops were held out.",
            f"- Adversarial steps: {self.training['steps']}, seed {self.training['seed']}.",
            *([f"- {self.note}"] if self.note else []),
            "",
            "## Distance to held-out footage",
            "",
            "Crops of 96 px, matched in content; distances times 1000, mean and deviation over 5 disjoint",
            "parts. KID uses an encoder trained on the real pictures only; SWD is on Laplacian pyramids.",
            "",
            "| pictures | KID | SWD |",
            "|---|---|---|",
            _row("other real footage (the floor)", figures.floor),
            _row("as rendered", figures.raw),
            _row("camera stage alone", figures.camera),
            _row("refined", figures.refined),
            "",
            f"Of {figures.frames} held-out frames the gate (tau cap {TAU_CAP}) refused {figures.gated}.",
            "",
            "## Losses, mean of the last tenth",
            "",
            *(f"- {key}: {value:.4f}" for key, value in sorted(self.losses.items())),
            "",
            "## Camera stage",
            "",
            *(f"- {key}: {value}" for key, value in sorted(self.camera.to_dict().items())),
        ]
        return "\n".join(lines) + "\n"


def _row(name: str, distance: Distance) -> str:
    return (
        f"| {name} | {distance.kid_mean:.2f} ± {distance.kid_std:.2f} "
        f"| {distance.swd_mean:.2f} ± {distance.swd_std:.2f} |"
    )
