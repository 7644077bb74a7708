"""Bodies in motion: planted footsteps, reaches, grips and held items."""

from synth.bodies.bag import bag_mouth_m
from synth.motion.compute import compute_motion

__all__ = ["bag_mouth_m", "compute_motion"]
