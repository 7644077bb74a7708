"""Clothes as shells over the body: cut along clean lines, loosened, with hems and folds.

In: the bare body's surface and its regions. Out: a Surface a garment, and the level that tells where it
covers the skin. A shell is never inside the body: it is the smoothed surface pushed out along the normal.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.spatial import cKDTree

from synth.bodies.skeleton import SIDES, Skeleton
from synth.bodies.surface import (
    Surface,
    compute_normals,
    cut,
    join,
    keep_faces,
    make_mean,
    make_surface,
    make_tube_faces,
    paint,
    rim_edges,
    smooth,
    smooth_along,
)

# How deep under a skirt its inside is, its share of the colour, and how much of the skirt hides it above.
_LINING_M, _LINING_SHADE, _UNLINED = 0.002, 0.75, 0.3
# Of a skirt: over how much of its length below the waist it comes loose, from where it has folds, how many,
# how much of their height its hem goes down and up by; and its hem, turned inward and up.
_EASED_M, _SMOOTH_M, _LOBES, _HEM_WAVES, _HEM_M = 0.15, 0.04, (8, 11), 0.2, (0.003, 0.012)
_HEM_ROUNDS = 3  # of smoothing hems and cuffs along their edge
_STIFF_M = 0.05  # how far cloth evens out the bends of what is in it
_AT_M = (0.02, 0.03)  # how far above and below its upper edge counts as what that is around
_SIDEWAYS = 0.05  # cosine from which on a direction says nothing of how far a hull goes
# How far the upper edge of a skirt is sunk into what it is worn over, how far below it is out, and by how
# much, beside a share of its ease.
_TUCK_M, EDGE_M, _OVER_M, _LEAST_EASE = 0.014, 0.010, 0.002, 0.4


def make_shell(
    skin: Surface,
    level: np.ndarray,
    *,
    ease_m: np.ndarray,
    rounds: int,
    folds_m: np.ndarray | float,
    drape: Callable[[Surface], np.ndarray] | None = None,
    rng: np.random.Generator,
) -> Surface:
    """Cut a garment from the skin where `level` (V,) is positive and push it out.

    Args:
        skin: The bare body.
        level: Where it covers.
        ease_m: (V,) distance from the skin.
        rounds: Rounds of smoothing, so that cloth spans hollows.
        folds_m: Height of its folds, (V,) or everywhere.
        drape: Where its points (V, 3) hang, None for close to the body.
        rng: Where the folds are.
    """
    # What differs from place to place travels through the cut in the colour channels.
    carried = cut(replace(skin, color=np.stack(np.broadcast_arrays(ease_m, folds_m), axis=1)), level)
    ease, folds = carried.color.T
    faces, body = carried.faces, carried.position_m
    edges = rim_edges(faces)
    rim = np.zeros(len(body), dtype=bool)
    rim[edges.ravel()] = True
    mean = make_mean(faces, len(body))
    flat = smooth(body, faces, rounds, hold=rim, mean=mean)
    normal = compute_normals(flat, faces)
    normal = smooth(normal, faces, 2, mean=mean)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    hollow = np.maximum(np.sum((body - flat) * normal, axis=1), 0.0)
    waves = (0.35 + _waves(body, rng=rng)) * folds * ~rim
    outside = flat + normal * (hollow + ease + waves)[:, None]
    # Along the edge the offset varies slowly only, so that hems and cuffs run straight.
    step = smooth(normal * ease[:, None], faces, 1, mean=mean)
    outside[rim] = (body + smooth_along(step, edges, 8))[rim]
    if drape is not None:
        outside = drape(replace(carried, position_m=outside))
    even = smooth_along(outside, edges, _HEM_ROUNDS)
    outside = 2.0 * even - smooth_along(even, edges, _HEM_ROUNDS)  # which is as wide as it was
    # The hem: a strip from the edge back toward the skin, so that no garment looks like paper.
    inner = body[edges.ravel()] + normal[edges.ravel()] * np.maximum(ease[edges.ravel(), None] - 0.014, 0.0)
    count = len(outside)
    a, b = edges[:, 0], edges[:, 1]
    c = count + 2 * np.arange(len(edges))
    strip = np.concatenate([np.stack([b, a, c], axis=1), np.stack([b, c, c + 1], axis=1)])
    position = np.concatenate([outside, inner])
    long_m = np.linalg.norm(body[faces[:, 0]] - body[faces[:, 1]], axis=1).mean()
    edge = mean @ rim > 0.0  # which goes along with the skin that shows beside it
    follow = smooth(carried.weights, faces, round((_STIFF_M / long_m) ** 2), hold=edge, mean=mean)
    weights = np.concatenate([follow, carried.weights[edges.ravel()]])
    return make_surface(position, np.concatenate([faces, strip]), weights, np.ones(3))


def _waves(position_m: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
    """Folds (V,) between about -1 and 1: plane waves of 6 to 22 cm, bent, with narrow valleys."""
    value = np.zeros(len(position_m))
    bent = position_m + 0.03 * np.sin(position_m[:, [2, 0, 1]] * 11.0 + rng.uniform(0, 6.28, 3))
    for _ in range(7):
        direction = rng.normal(size=3) * np.array([1.0, 1.0, 0.7])
        direction *= 2 * np.pi / (np.linalg.norm(direction) * rng.uniform(0.06, 0.22))
        value += 1.0 - 2.0 * np.abs(np.sin(0.5 * (bent @ direction + rng.uniform(0, 2 * np.pi))))
    return value / 2.6


def split_color(surface: Surface, level: np.ndarray, color: np.ndarray) -> Surface:
    """Paint the part where `level` (V,) is positive, with a clean edge along level = 0."""
    if (level > 0).all() or (level < 0).all():
        return paint(surface, color) if (level > 0).all() else surface
    return join([cut(surface, -level), paint(cut(surface, level), color)])


def stripe(
    surface: Surface,
    coordinate: Callable[[Surface], np.ndarray],
    bounds: list[tuple[float, float]],
    color: np.ndarray,
) -> Surface:
    """Paint bands of a coordinate (metres) with clean edges."""
    for low, high in bounds:
        value = coordinate(surface)
        if not ((value > low) & (value < high)).any():
            continue
        # Cut at both edges in turn, so that each edge is a straight line of its own.
        below, above = cut(surface, low - value), cut(surface, value - low)
        inside_value = coordinate(above)
        band, rest = cut(above, high - inside_value), cut(above, inside_value - high)
        surface = join([s for s in (below, paint(band, color), rest) if len(s.faces)])
    return surface


def make_skirt(
    skin: Surface,
    worn_m: np.ndarray,
    skeleton: Skeleton,
    *,
    top_m: float,
    hem_m: float,
    flare: float,
    ease_m: float,
    folds_m: float,
    between: float,
    a_fold: int,
    rows: int,
    rng: np.random.Generator,
) -> Surface:
    """A tube from the waist to the hem around both legs, wide enough for the hips, in folds that open below.

    Its upper edge is sunk into what it is worn over, so that no gap and no ledge is seen there.

    Args:
        skin: The bare body.
        worn_m: (N, 3) points of what it goes around, relative to the floor under the pelvis.
        skeleton: The rest skeleton.
        top_m: Height of the waist.
        hem_m: Height of the hem.
        flare: Growth of the radius on the way down, metres a metre, where nothing below is wider.
        ease_m: Distance from the widest point.
        folds_m: How far its folds go out and in at the hem.
        between: How far aside it goes along with both legs, of how far hips are.
        a_fold: How many of its vertices are on each fold.
        rows: And how many there are from the waist to the hem.
        rng: For the folds.
    """
    angle, fold = _lay_folds(a_fold, rng=rng)
    direction = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    heights = np.concatenate([[top_m], np.linspace(top_m - EDGE_M, hem_m, rows - 1)])
    tight = find_hull(worn_m, direction, heights)
    below = (top_m - EDGE_M - heights)[:, None]
    radius = tight + _OVER_M + ease_m * np.clip(_LEAST_EASE + below / _EASED_M, 0.0, 1.0)
    radius[0] = tight[0] - _TUCK_M
    for k in range(1, rows):
        radius[k] = np.maximum(radius[k], radius[k - 1] + flare * (heights[k - 1] - heights[k]))
    opened = np.clip((below - _SMOOTH_M) / max(float(below.max()) - _SMOOTH_M, 0.1), 0.0, 1.0)
    radius[1:] = np.maximum(radius + folds_m * opened * fold, tight + _OVER_M)[1:]
    height = heights[:, None] - _HEM_WAVES * folds_m * opened * fold
    position = np.concatenate([radius[..., None] * direction, height[..., None]], axis=2)
    inner = position[-1] - np.concatenate(
        [_HEM_M[0] * direction, np.full((len(angle), 1), -_HEM_M[1])], axis=1
    )
    position = np.concatenate([position.reshape(-1, 3), inner])
    position += np.array([*skeleton.at("pelvis")[:2], 0.0])
    tube = make_tube_faces(rows + 1, len(angle))
    weights = smooth(_skirt_weights(position, skin, skeleton, between), tube, 3)
    return make_surface(position, tube, weights, np.ones(3))


def _lay_folds(a_fold: int, *, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Directions (A,) of a skirt's vertices, and how far (A,) its folds are out there, -1.15 to 1.15.

    Folds are of uneven width and height, their backs broad and their valleys narrow: how many there are does
    not depend on how many vertices are on each. One vertex is ahead, where coats open.
    """
    lobes, phase = int(rng.integers(*_LOBES, endpoint=True)), rng.uniform(0, 6.28)
    fine = np.linspace(0.0, 2.0 * np.pi, 721)
    turn = (lobes * fine + 0.6 * np.sin(3.0 * fine) + 0.5 * (np.sin(5.0 * fine + phase) - np.sin(phase))) / (
        2.0 * np.pi
    )
    shift = phase / lobes
    angle = np.mod(np.interp(np.arange(lobes * a_fold) / a_fold, turn, fine) + shift, 2.0 * np.pi)
    angle[np.cos(angle).argmax()] = 0.0
    number = np.interp(np.mod(angle - shift, 2.0 * np.pi), fine, turn)
    high = 0.8 + 0.35 * np.sin(2.0 * angle + phase)
    return angle, high * (1.0 - 2.0 * np.abs(np.cos(np.pi * number)) ** 3)


def find_hull(worn_m: np.ndarray, direction: np.ndarray, heights: np.ndarray) -> np.ndarray:
    """How far out (R, A) cloth is at heights (R,) that is drawn tight around points (N, 3)."""
    toward = np.clip(direction @ direction.T, _SIDEWAYS, 1.0)
    step = (heights[1] - heights[-1]) / (len(heights) - 2)
    hull = np.zeros((len(heights), len(direction)))
    for k, height in enumerate(heights):
        near = np.abs(worn_m[:, 2] - height) < (
            max(0.7 * step, 0.03) if k > 1 else np.clip(0.35 * step, *_AT_M)
        )
        reach = (worn_m[near, :2] @ direction.T).max(axis=0)
        hull[k] = (reach / toward).min(axis=1)
    return hull


def make_lining(skirt: Surface) -> Surface:
    """The inside of the lower part of a skirt, which is seen where it is open and from below."""
    height = skirt.position_m[:, 2]
    low = height < height.max() - _UNLINED * np.ptp(height)
    inside = keep_faces(skirt, low[skirt.faces].all(axis=1))
    normal = compute_normals(inside.position_m, inside.faces)
    return replace(
        inside,
        position_m=inside.position_m - _LINING_M * normal,
        faces=inside.faces[:, ::-1],
        color=_LINING_SHADE * inside.color,
    )


def _skirt_weights(position: np.ndarray, skin: Surface, skeleton: Skeleton, between: float) -> np.ndarray:
    """Skinning (V, B) of a skirt: as the leg behind it moves, between the legs as both do.

    Where legs fold, so does it: it goes up on thighs that are raised and comes down over the knees.
    """
    half = abs(skeleton.at("left_hip")[1]) * between
    middle = skeleton.at("pelvis")[1]
    legs = [f"{side}_{bone}" for side in SIDES for bone in ("hip", "knee")]
    on = skin.weights[:, [skeleton.index[name] for name in ("pelvis", "spine", *legs)]].sum(axis=1) > 0.7
    left = np.clip(0.5 + 0.5 * position[:, 1] / half, 0.0, 1.0)[:, None]
    weights = np.zeros((len(position), len(skeleton.parents)))
    for sign, share in ((1.0, left), (-1.0, 1.0 - left)):
        mine = on & (sign * (skin.position_m[:, 1] - middle) > 0.0)
        _, near = cKDTree(skin.position_m[mine]).query(position, k=8)
        weights += share * skin.weights[mine][near].mean(axis=1)
    return weights


def uncovered(skin: Surface, levels: list[np.ndarray], *, margin_m: float) -> Surface:
    """The skin that shows: what lies deeper than `margin_m` under a garment is cut away."""
    deepest = np.max(levels, axis=0)
    return cut(skin, margin_m - deepest)
