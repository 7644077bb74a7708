"""The colours of hands, the same at every level of detail: palms of dark skin are lighter, and blood shows.

In: the tone of somebody's skin and what is beneath it. Out: colours. Those of coarse skin are, between its
vertices too, as near as can be to those of fine skin: nothing flashes where a hand comes near a camera.
"""

from dataclasses import replace
from functools import lru_cache

import numpy as np
from scipy.spatial import cKDTree

from synth.bodies.fingers import find_places, list_hand
from synth.bodies.flesh import model_flesh
from synth.bodies.model import load_model
from synth.bodies.nails import color_nail, make_nails
from synth.bodies.skeleton import SIDES, Skeleton, make_skeleton
from synth.bodies.surface import Surface, join, keep_faces, make_surface, refine
from synth.records import BodyShape

_RED = np.array([0.015, 0.115, 0.095])  # by how much skin over blood is darker, of its red, green and blue
# Palms have little pigment: what they are like, and from which mean of sRGB on skin is darker than its palm.
_PALM_TONE, _PALM_FROM, _PALM_MOST = np.array([0.74, 0.575, 0.50]), 0.68, 0.62
_PARTS = 6  # of a face's edges, to sample it
_TURNED_M = 0.02  # by so much skin that looks another way is farther off
_NAIL_M = 0.0011  # skin so near to a nail is under it
_MOST = np.array([[1.0], [2.0], [1.0]])  # of being inner, red and nail


def color_skin(tone: np.ndarray, inner: np.ndarray, red: np.ndarray) -> np.ndarray:
    """Colours (V, 3) of skin of a tone (3,) over flesh; see `Flesh`."""
    dark = np.clip((_PALM_FROM - tone.mean()) / 0.25, 0.0, 1.0) * _PALM_MOST
    color = tone + (dark * inner)[:, None] * (_PALM_TONE - tone)
    return np.asarray(color * (1.0 - red[:, None] * _RED))


def color_hands(skin: Surface, shape: BodyShape, tone: np.ndarray, level: int) -> Surface:
    """Colour the hands of a bare body, all of whose vertices are there, at a level of detail but CLOSE."""
    vertex, (inner, red, nail) = _fit_hands(level)
    bare = color_skin(tone, inner, red)
    color = skin.color.copy()
    color[vertex] = bare + nail[:, None] * (color_nail(shape, tone).mean(axis=0) - bare)
    return replace(skin, color=color)


@lru_cache(maxsize=3)
def _fit_hands(level: int) -> tuple[np.ndarray, np.ndarray]:
    """Numbers (H,) of the vertices of hands, and how inner, red and nail (3, H) each is: on the mean body.

    They are the least squares fit, over the surface, of what `_describe_fine` says.
    """
    model = load_model()
    position_m, joint_m = np.split(model.mean, [model.vertex_count])
    skeleton = make_skeleton(model, position_m, joint_m, float(np.ptp(position_m[:, 2])))
    vertices, fits = [], []
    for side in SIDES:
        on_hand = model.weights[:, list_hand(skeleton, side)].sum(axis=1) > 0.0
        bare = make_surface(position_m, model.faces[0], model.weights, np.ones(3))
        fine, values = _describe_fine(keep_faces(bare, on_hand[bare.faces].all(axis=1)), skeleton, side)
        faces = model.faces[level][on_hand[model.faces[level]].all(axis=1)]
        vertex, corner = np.unique(faces, return_inverse=True)
        place, weight = _sample(position_m[vertex], corner.reshape(-1, 3))
        nearest = cKDTree(fine).query(place)[1]
        share = weight / weight.sum(axis=1, keepdims=True)
        fits.append(np.linalg.solve(weight.T @ share, weight.T @ values[nearest]).T)
        vertices.append(vertex)
    found = np.concatenate(vertices), np.clip(np.concatenate(fits, axis=1), 0.0, _MOST)
    for array in found:
        array.setflags(write=False)
    return found


def _describe_fine(hand: Surface, skeleton: Skeleton, side: str) -> tuple[np.ndarray, np.ndarray]:
    """Places (V, 6) on fine skin, and how inner, red and nail (V, 3) it is there."""
    fine = refine(refine(hand))
    places = find_places(fine, skeleton, side)
    flesh = model_flesh(fine.position_m, places, skeleton, side)
    nails = join(make_nails(fine, places, skeleton, side, np.ones(3)))
    under = cKDTree(nails.position_m).query(fine.position_m)[0] < _NAIL_M
    return _place(fine.position_m, places.normal), np.stack([flesh.inner, flesh.red, under], axis=1)


def _place(position_m: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """Places (P, 6) that are apart where points are, and where the skin looks another way."""
    return np.hstack([position_m, _TURNED_M * normal])


def _sample(position_m: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places (P, 6) on faces, and weights (P, V) of their vertices that add up to the area of each place."""
    grid = [(a, b, _PARTS - a - b) for a in range(_PARTS + 1) for b in range(_PARTS + 1 - a)]
    share = (np.array(grid) + 1 / 3) / (_PARTS + 1)
    corner_m = position_m[faces]
    way = np.cross(corner_m[:, 1] - corner_m[:, 0], corner_m[:, 2] - corner_m[:, 0])
    twice = np.linalg.norm(way, axis=1)
    point_m = np.einsum("sk,fkj->fsj", share, corner_m).reshape(-1, 3)
    weight = np.zeros((len(faces), len(share), len(position_m)))
    face, one = np.ogrid[: len(faces), : len(share)]
    area = 0.5 * twice / len(share)
    weight[face[..., None], one[..., None], faces[:, None]] = area[:, None, None] * share
    normal = np.repeat(way / twice[:, None], len(share), axis=0)
    return _place(point_m, normal), weight.reshape(len(point_m), -1)
