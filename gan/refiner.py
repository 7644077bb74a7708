"""The certified refiner: scene stage, gate and camera stage in one, as the pipeline uses it.

Implements synth.records.Refiner. In: Views of one camera, in any order. Out: refined pictures with their
certificates. Whatever the network wants, a frame whose certificate fails keeps its rendered scene: only
the camera stage, which moves no label, is applied to it.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from gan.camera_stage import CameraStage, sample_profile
from gan.certificate import PASSED_THROUGH, certify, compute_scene, round_scene, spread_fields
from gan.checkpoint import Checkpoint, find_default_checkpoint, load_checkpoint
from gan.form import CODE_SIZE
from gan.inference import SceneGraph
from gan.planes import PlaneMaker
from scenes.randomness import make_rng
from scenes.world import Camera
from synth.records import FrameCertificate, View


class CertifiedSession:
    """A refiner bound to one camera of one clip.

    Frames may come in any order: everything random is a function of what `start` drew and the frame's number.

    Attributes:
        refused: frame number -> why the gate closed.
    """

    def __init__(
        self, refiner: "CertifiedRefiner", camera: Camera, *, strength: float, rng: np.random.Generator
    ) -> None:
        if not 0.0 <= strength <= 1.0:
            raise ValueError(f"strength: expected 0 to 1, got {strength}")
        self.refused: dict[int, tuple[str, ...]] = {}
        self._refiner = refiner
        self._strength = strength
        self._camera = camera
        self._code = rng.standard_normal(CODE_SIZE).astype(np.float32)
        profile = sample_profile(refiner.checkpoint.camera, rng=rng)
        self._camera_stage = CameraStage(profile, camera.height_px, camera.width_px)
        self._noise_key = int(rng.integers(2**63))
        self._planes = PlaneMaker(camera)

    def refine(self, view: View, *, time_s: float) -> tuple[np.ndarray, FrameCertificate]:
        """Return the refined (H, W, 3) uint8 picture and its certificate.

        Args:
            view: A frame of this session's camera.
            time_s: When it was taken; this refiner's look does not change with time.

        Raises:
            ValueError: If the frame's size is not the camera's.
        """
        expected = (self._camera.height_px, self._camera.width_px, 3)
        if view.rgb.shape != expected:
            raise ValueError(f"expected a picture of shape {expected}, got {view.rgb.shape}")
        if self._strength == 0.0:
            return view.rgb.copy(), PASSED_THROUGH
        scene, certificate = self._refine_scene(view)
        rng = make_rng(self._noise_key, view.frame, "refine/noise")
        picture = self._camera_stage.apply(scene, rng=rng)
        if self._strength < 1.0:
            plain = scene.transpose(1, 2, 0).astype(np.float32)
            mixed = plain + np.float32(self._strength) * (picture - plain)
            picture = (mixed + np.float32(0.5)).astype(np.uint8)
        return picture, certificate

    def _refine_scene(self, view: View) -> tuple[np.ndarray, FrameCertificate]:
        """Return the (3, H, W) uint8 picture that goes to the camera stage, and its certificate."""
        rgb = np.ascontiguousarray(view.rgb.transpose(2, 0, 1))
        if not self._refiner.checkpoint.weights:
            return rgb, PASSED_THROUGH
        graph = self._refiner.graph(self._camera.height_px, self._camera.width_px)
        fields = spread_fields(graph.run(self._planes.make(view), self._code).scaled(self._strength))
        scene = round_scene(compute_scene(rgb * np.float32(1.0 / 255.0), fields))
        certificate, faults = certify(rgb, fields, scene, view.instance_id)
        if faults:
            self.refused[view.frame] = faults
            return rgb, replace(PASSED_THROUGH, gated=True)
        return scene, certificate


class CertifiedRefiner:
    """A loaded checkpoint, ready to start sessions.

    Attributes:
        name: Of the checkpoint.
        sha256: Of the checkpoint's file.
        checkpoint: What was loaded.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.name = checkpoint.name
        self.sha256 = checkpoint.sha256
        self.checkpoint = checkpoint
        self._graphs: dict[tuple[int, int], SceneGraph] = {}

    def start(self, camera: Camera, *, strength: float, rng: np.random.Generator) -> CertifiedSession:
        """Begin one camera of one clip.

        Args:
            camera: Whose views will come.
            strength: 0 leaves pictures as rendered, 1 is the refiner as trained.
            rng: Of this clip and camera.
        """
        return CertifiedSession(self, camera, strength=strength, rng=rng)

    def graph(self, height: int, width: int) -> SceneGraph:
        """Return the compiled scene stage for a picture size."""
        if (height, width) not in self._graphs:
            self._graphs[height, width] = SceneGraph(self.checkpoint.weights, height, width)
        return self._graphs[height, width]


def load_refiner(spec: str) -> CertifiedRefiner | None:
    """Load what `--refiner` names.

    Args:
        spec: ``"none"``, ``"default"`` or the path of a checkpoint.

    Raises:
        CheckpointError: If the checkpoint cannot be used.
    """
    if spec == "none":
        return None
    if spec == "default":
        from_package = find_default_checkpoint()
        return CertifiedRefiner(load_checkpoint(from_package, name="default"))
    return CertifiedRefiner(load_checkpoint(Path(spec)))


def default_refiner_factory(spec: str = "default") -> Callable[[], CertifiedRefiner | None]:
    """Return a picklable function without arguments that loads `spec`, for worker processes.

    >>> import pickle
    >>> pickle.loads(pickle.dumps(default_refiner_factory("none")))() is None
    True
    """
    return partial(load_refiner, spec)
