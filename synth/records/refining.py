"""What the pipeline asks of a refiner, and the proof it gets."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from scenes.world import Camera
from synth.records.readings import View


@dataclass(frozen=True)
class FrameCertificate:
    """The proof that refining one frame moved no label.

    Attributes:
        tau_max, tau_mean: Largest and mean bound on the change of contrast between neighbours, 0 to 1.
        residual_max: Largest |r|, at most 8/255.
        residual_edge_max: Largest |r| within 3 px of an instance's edge: 0.
        linear_norm: norm(B), at most 0.35.
        holds: Whether the measured change of contrast stays within the bound at every pixel pair.
        gated: Whether the gate fell back to the unrefined picture for this frame.
    """

    tau_max: float
    tau_mean: float
    residual_max: float
    residual_edge_max: float
    linear_norm: float
    holds: bool
    gated: bool


class RefinerSession(Protocol):
    """A refiner bound to one camera of one clip: its code is drawn once and fixed."""

    def refine(self, view: View, *, time_s: float) -> tuple[np.ndarray, FrameCertificate]:
        """Return the refined (H, W, 3) uint8 picture and its certificate."""


class Refiner(Protocol):
    """What the pipeline asks of a refiner; gan/ implements it."""

    name: str
    sha256: str

    def start(self, camera: Camera, *, strength: float, rng: np.random.Generator) -> RefinerSession:
        """Begin one camera of one clip."""
