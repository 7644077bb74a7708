"""From the view of a lens to the picture of a camera: shutter, dirt on the lens, sensor, outage.

In: the `View`s of one camera, frame after frame, whose labels are taken already. Out: for each the picture
that a refiner starts from and the one that the camera sends.
"""

from dataclasses import replace

import numpy as np

from scenes.randomness import make_rng
from scenes.scenario import Scenario
from scenes.world import Camera
from synth.optics.faults import CameraFault
from synth.optics.sensor import Sensor
from synth.optics.shutter import take_exposure
from synth.records import View


class Imaging:
    """Takes the pictures of one camera of one clip, in the order of its frames."""

    def __init__(self, scenario: Scenario, camera: Camera, fault: CameraFault | None) -> None:
        spec, fps = scenario.cameras, scenario.clip.fps
        self._open_frames = min(spec.exposure_s * fps, 1.0)
        self._readout_frames = spec.rolling_shutter_s * fps
        self._fault = fault
        rng = make_rng(scenario.seed, scenario.index, f"sensor/{camera.camera_id}")
        self._sensor = Sensor(spec, camera, fps=fps, rng=rng)
        self._frozen: tuple[np.ndarray, np.ndarray] | None = None

    def take(self, view: View, *, time_s: float) -> tuple[View, View]:
        """Take a frame's picture.

        Returns:
            The view with the picture before noise and sharpening, which is what a refiner gets, and the view
            with the picture that the camera sends. All but their colours is the view's own.
        """
        rgb = take_exposure(
            view.rgb,
            view.motion_px,
            view.depth_m,
            open_frames=self._open_frames,
            readout_frames=self._readout_frames,
        )
        if self._fault is not None:
            rgb = self._fault.soil(rgb, time_s=time_s)
        pictures = self._sensor.take(rgb, view.depth_m > 0)
        if self._fault is not None:
            pictures = self._break(self._fault, pictures, time_s=time_s)
        return replace(view, rgb=pictures[0]), replace(view, rgb=pictures[1])

    def _break(
        self, fault: CameraFault, pictures: tuple[np.ndarray, np.ndarray], *, time_s: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return what a dead or frozen camera sends instead."""
        if not fault.lasts(time_s):
            return pictures
        if fault.kind == "frozen":
            self._frozen = self._frozen or pictures
            return self._frozen
        if fault.kind == "dead":
            black = np.zeros_like(pictures[0])
            black.setflags(write=False)
            return black, black
        return pictures
