"""What a clip's surroundings did: what failed, fogged, passed or stood open, as clip.json tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Conditions:
    """What befell light, glass, doors and cameras in a clip; each a list of clip.json's dictionaries.

    Attributes:
        lamp_faults: One a failing lamp, see `synth.lamp_power.LampPower`.
        glass_fog: One a fogged pane, see synth/fogging.py.
        passing: What passes outside, see synth/passing.py.
        case_doors: One a door of a case: how far it is open in each frame.
        door_leaves: One a leaf of a sliding door, likewise.
        camera_faults: One a camera that is not sound, see `synth.optics.sample_camera_faults`.
    """

    lamp_faults: Sequence[dict[str, Any]] = ()
    glass_fog: Sequence[dict[str, Any]] = ()
    passing: Sequence[dict[str, Any]] = ()
    case_doors: Sequence[dict[str, Any]] = ()
    door_leaves: Sequence[dict[str, Any]] = ()
    camera_faults: Sequence[dict[str, Any]] = ()
