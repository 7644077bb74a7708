"""People: body shapes, skeletons, clothes, hair, and their meshes."""

from synth.bodies.body import Body, make_bodies, make_body, pose_mesh
from synth.bodies.shape import sample_body_shape

__all__ = ["Body", "make_bodies", "make_body", "pose_mesh", "sample_body_shape"]
