"""Cloth of dressed bodies: which it is, how it lies over what is beneath, and how it moves in a step."""

import numpy as np
from scipy.spatial import cKDTree

from scenes.surfaces import MATERIAL
from synth.bodies import dress
from synth.bodies.dress import SOLE_M
from synth.bodies.model import load_model
from synth.bodies.surface import make_surface
from synth.bodies.trunk import dress_trunk

CLOTH = [MATERIAL["hanging cloth"], MATERIAL["creased cloth"]]
CASE = 12 * 20  # vertices of a backpack's case, then as many of its pocket, then its straps


def measure_over(point_m, corner_m):
    """How far points (P, 3) are from the nearest of triangles (F, 3, 3), and on which side of it: (P,)."""
    normal = np.cross(corner_m[:, 1] - corner_m[:, 0], corner_m[:, 2] - corner_m[:, 0])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    middle_m = corner_m.mean(axis=1)
    away_m, near = cKDTree(middle_m).query(point_m)
    return away_m, np.einsum("ij,ij->i", point_m - middle_m[near], normal[near])


def meet(start_m, way, corner_m):
    """Whether rays (P, 3) meet triangles (F, 3, 3) within 15 cm, (P,) bool (Moeller and Trumbore, 1997)."""
    first, second = corner_m[:, 1] - corner_m[:, 0], corner_m[:, 2] - corner_m[:, 0]
    side = np.cross(way[:, None], second)
    scale = 1.0 / np.einsum("pfi,fi->pf", side, first)
    away = start_m[:, None] - corner_m[:, 0]
    other = np.cross(away, first)
    one = scale * np.einsum("pfi,pfi->pf", away, side)
    two = scale * np.einsum("pi,pfi->pf", way, other)
    far_m = scale * np.einsum("fi,pfi->pf", second, other)
    return ((one >= 0) & (two >= 0) & (one + two <= 1) & (far_m > 0) & (far_m < 0.15)).any(axis=1)


def list_cloth(shown, place_m):
    """The garments of a level of a body, as a surface."""
    faces = shown.faces[np.isin(shown.material[shown.faces], CLOTH).all(axis=1)]
    return make_surface(place_m, faces.astype(int), shown.weights.toarray(), np.ones(3))


def undress(body):
    """The surface of a bare body at level 0, as high as its skeleton."""
    model = load_model()
    weights = np.zeros((len(body.rest_m), len(body.skeleton.parents)))
    np.add.at(weights, (np.arange(len(weights))[:, None], model.bone_index), model.bone_weight)
    return make_surface(body.rest_m + [0.0, 0.0, SOLE_M], model.faces[0], weights, np.ones(3))


def raise_knees(surface, skeleton, left_rad, right_rad):
    """Points (V, 3) of somebody whose thighs are raised, and whose shins hang down."""
    turn = np.tile(np.eye(3), (len(skeleton.parents), 1, 1))
    for side, angle_rad in (("left", left_rad), ("right", right_rad)):
        cos, sin = np.cos(angle_rad), np.sin(angle_rad)
        turn[skeleton.index[f"{side}_hip"]] = [[cos, 0.0, -sin], [0.0, 1.0, 0.0], [sin, 0.0, cos]]
    joint_m = skeleton.joint_m[: len(turn)].copy()
    for k, parent in enumerate(skeleton.parents):
        if parent >= 0:
            joint_m[k] = joint_m[parent] + turn[parent] @ (skeleton.joint_m[k] - skeleton.joint_m[parent])
    away_m = surface.position_m[:, None] - skeleton.joint_m[: len(turn)]
    return np.einsum("vb,vbi->vi", surface.weights, np.einsum("bij,vbj->vbi", turn, away_m) + joint_m)


def record_dressed(monkeypatch, wear):
    """Dress everybody otherwise, `wear(outfit)`, and return a list that grows by each level made.

    Of each (skeleton, level, surfaces), of which the first is the top and the last the bottom.
    """
    seen = []

    def dress_so(skin, regions, skeleton, outfit, level, *, rng):
        made = dress_trunk(skin, regions, skeleton, wear(outfit), level, rng=rng)
        seen.append((skeleton, level, made[0]))
        return made

    monkeypatch.setattr(dress, "dress_trunk", dress_so)
    return seen
