"""What a person wears: skin, clothes, shoes, hair and bag put together into one surface.

In: the bare body's vertices. Out: a Surface and the thickness of the shoes' soles.
"""

import numpy as np

from synth.bodies.model import BodyModel
from synth.bodies.skeleton import Skeleton
from synth.bodies.surface import Surface, make_surface
from synth.records import BodyShape

SOLE_M = 0.014


def dress_body(
    model: BodyModel,
    skeleton: Skeleton,
    vertices_m: np.ndarray,
    shape: BodyShape,
    handedness: str,
    *,
    rng: np.random.Generator,
) -> tuple[Surface, float]:
    """Dress a body; positions are raised by the soles so that they stand on z = 0."""
    weights = np.zeros((len(vertices_m), len(skeleton.parents)))
    np.add.at(weights, (np.arange(len(vertices_m))[:, None], model.bone_index), model.bone_weight)
    color = np.tile(np.array([0.72, 0.55, 0.45]) * rng.uniform(0.4, 1.2), (len(vertices_m), 1))
    shirt, trousers = rng.random(3), rng.random(3) * 0.5
    for k, name in enumerate(skeleton.names[: len(skeleton.parents)]):
        part = weights[:, k] > 0.5
        if name in ("chest", "spine") or "clavicle" in name or "shoulder" in name or "upperarm" in name:
            color[part] = shirt
        if name == "pelvis" or "hip" in name or "knee" in name:
            color[part] = trousers
        if "ankle" in name or "_foot" in name:
            color[part] = 0.15
    raised = vertices_m + np.array([0.0, 0.0, SOLE_M])
    return make_surface(raised, model.faces, weights, color), SOLE_M
