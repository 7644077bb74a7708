"""Camera clocks and links: when each camera says that it took a frame, and which frames never arrive.

In: the scenario, the cameras, the true frame times. Out: a `FrameClock` a camera, the table FRAMES, and a
`Link` that hands on what arrives: where a frame is lost, the last picture that arrived stands in its place,
as a recorder shows it. Labels, masks and depth stay those of the true time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from scenes.randomness import make_rng
from scenes.scenario import Scenario
from scenes.world import Camera
from synth.records import FrameCertificate, View
from synth.schema import FRAMES, bare_schema

BURST_FRAMES = 3.0  # mean length of a loss: links fail in bursts (Gilbert 1960)


@dataclass(frozen=True)
class FrameClock:
    """One camera's frames as the recorder got them.

    Attributes:
        sensed_s: (F,) time stamps of the camera's own clock.
        dropped: (F,) bool, the frame was lost; the first one never is.
    """

    camera_id: str
    sensed_s: np.ndarray
    dropped: np.ndarray


def make_clocks(scenario: Scenario, cameras: Sequence[Camera], time_s: np.ndarray) -> tuple[FrameClock, ...]:
    """Draw each camera's clock and losses; `time_s` (F,) are the true frame times."""
    sensors, clocks = scenario.sensors, []
    for camera in cameras:
        rng = make_rng(scenario.seed, scenario.index, f"sensors/clock/{camera.camera_id}")
        offset_s = sensors.camera_clock_s * rng.standard_normal()
        rate = 1e-6 * sensors.camera_clock_ppm * rng.standard_normal()
        jitter_s = sensors.camera_jitter_s * rng.exponential(size=len(time_s))
        dropped = _sample_losses(len(time_s), scenario.faults.frames_dropped, rng=rng)
        clocks.append(FrameClock(camera.camera_id, time_s * (1 + rate) + offset_s + jitter_s, dropped))
    return tuple(clocks)


def make_frames_table(clocks: Sequence[FrameClock], time_s: np.ndarray) -> pa.Table:
    """Make the table of frames, frame by frame and camera by camera, schema FRAMES."""
    dropped = np.stack([clock.dropped for clock in clocks], axis=1)
    sensed_s = np.where(dropped, np.nan, np.stack([clock.sensed_s for clock in clocks], axis=1))
    frames, cameras = dropped.shape
    columns = {
        "frame": np.repeat(np.arange(frames, dtype=np.int32), cameras),
        "time_s": np.repeat(time_s, cameras),
        "camera_id": [clock.camera_id for clock in clocks] * frames,
        "sensed_s": pa.array(sensed_s.ravel(), from_pandas=False),
        "dropped": dropped.ravel(),
    }
    return pa.table(columns, schema=bare_schema(FRAMES))


class Link:
    """Hands on the pictures of one camera as they arrive."""

    def __init__(self, clock: FrameClock) -> None:
        self._dropped = clock.dropped
        self._last: tuple[np.ndarray, np.ndarray | None, FrameCertificate | None] | None = None

    def send(
        self, view: View, refined: np.ndarray | None, certificate: FrameCertificate | None
    ) -> tuple[View, np.ndarray | None, FrameCertificate | None]:
        """Return what arrives of a frame: its own pictures, or those of the last frame that was not lost."""
        if self._last is None or not self._dropped[view.frame]:
            self._last = (view.rgb, refined, certificate)
        rgb, refined, certificate = self._last
        return replace(view, rgb=rgb), refined, certificate


def _sample_losses(frames: int, share: float, *, rng: np.random.Generator) -> np.ndarray:
    """Draw (F,) losses in bursts that make up `share` of the frames in the long run."""
    stay = 1 - 1 / BURST_FRAMES
    fail = min(1.0, share * (1 - stay) / max(1 - share, 1e-9))
    chance = rng.random(frames)
    lost = np.zeros(frames, bool)
    for frame in range(1, frames):
        lost[frame] = share == 1.0 or chance[frame] < (stay if lost[frame - 1] else fail)
    return lost
