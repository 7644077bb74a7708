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
    paint,
    rim_edges,
    smooth,
    smooth_along,
)

# How deep under a skirt its inside is, its share of the colour, and how much of the skirt hides it above.
_LINING_M, _LINING_SHADE, _UNLINED = 0.002, 0.75, 0.3
# Of a skirt: over how much of its length below the waist it comes loose, how many folds it has, how high they
# are at its hem and by how much more for each metre a metre that it flares.
_EASED_M, _LOBES, _FOLD_M = 0.15, (8, 11), (0.003, 0.055)
_STIFF_M = 0.05  # how far cloth evens out the bends of what is in it
_SIDEWAYS = 0.05  # cosine from which on a direction says nothing of how far a hull goes
_TUCK_M = 0.006  # how far the upper edge of a skirt is sunk into what it is worn over


def make_shell(
    skin: Surface,
    level: np.ndarray,
    *,
    ease_m: np.ndarray,
    rounds: int,
    folds_m: float,
    drape: Callable[[Surface], np.ndarray] | None = None,
    rng: np.random.Generator,
) -> Surface:
    """Cut a garment from the skin where `level` (V,) is positive and push it out.

    Args:
        skin: The bare body.
        level: Where it covers.
        ease_m: (V,) distance from the skin.
        rounds: Rounds of smoothing, so that cloth spans hollows.
        folds_m: Height of its folds.
        drape: Where its points (V, 3) hang, None for close to the body.
        rng: Where the folds are.
    """
    # The ease travels through the cut in the colour channel.
    carried = cut(replace(skin, color=np.stack([ease_m] * 3, axis=1)), level)
    ease = carried.color[:, 0]
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
    waves = (0.35 + _waves(body, rng=rng)) * folds_m * ~rim
    outside = flat + normal * (hollow + ease + waves)[:, None]
    # Along the edge the offset varies slowly only, so that hems and cuffs run straight.
    step = smooth(normal * ease[:, None], faces, 1, mean=mean)
    outside[rim] = (body + smooth_along(step, edges, 8))[rim]
    if drape is not None:
        outside = drape(replace(carried, position_m=outside))
    # The hem: a strip from the edge back toward the skin, so that no garment looks like paper.
    inner = body[edges.ravel()] + normal[edges.ravel()] * np.maximum(ease[edges.ravel(), None] - 0.014, 0.0)
    count = len(outside)
    a, b = edges[:, 0], edges[:, 1]
    c = count + 2 * np.arange(len(edges))
    strip = np.concatenate([np.stack([b, a, c], axis=1), np.stack([b, c, c + 1], axis=1)])
    position = np.concatenate([outside, inner])
    long_m = np.linalg.norm(body[faces[:, 0]] - body[faces[:, 1]], axis=1).mean()
    follow = smooth(carried.weights, faces, round((_STIFF_M / long_m) ** 2), hold=rim, mean=mean)
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
    around: int,
    rows: int,
    rng: np.random.Generator,
) -> Surface:
    """A tube from the waist to the hem around both legs, wide enough for the hips.

    Its upper edge is sunk into what it is worn over, so that no gap and no ledge is seen there.

    Args:
        skin: The bare body.
        worn_m: (N, 3) points of what it goes around, relative to the floor under the pelvis.
        skeleton: The rest skeleton.
        top_m: Height of the waist.
        hem_m: Height of the hem.
        flare: Growth of the radius on the way down, metres a metre, where nothing below is wider.
        ease_m: Distance from the widest point.
        around, rows: Number of its vertices.
        rng: For the folds.
    """
    angle = np.arange(around) * 2 * np.pi / around
    direction = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    heights = np.linspace(top_m, hem_m, rows)
    step = (top_m - hem_m) / (rows - 1)
    toward = np.clip(direction @ direction.T, _SIDEWAYS, 1.0)
    radius = np.zeros((rows, around))
    for k, height in enumerate(heights):
        near = np.abs(worn_m[:, 2] - height) < (max(0.7 * step, 0.03) if k else max(0.35 * step, 0.02))
        reach = (worn_m[near, :2] @ direction.T).max(axis=0)
        # How far the hull goes, which is drawn tight around.
        radius[k] = (reach / toward).min(axis=1) + (
            ease_m * min(0.7 + k * step / _EASED_M, 1.0) if k else -_TUCK_M
        )
        if k:
            radius[k] = np.maximum(radius[k], radius[k - 1] + flare * step)
    lobes = int(rng.integers(*_LOBES, endpoint=True))
    drop = np.linspace(0.0, 1.0, rows)[:, None]
    fold_m = _FOLD_M[0] + _FOLD_M[1] * np.clip(flare, 0.0, 0.2)
    turn = lobes * angle + rng.uniform(0, 6.28)
    radius += fold_m * drop * (0.5 + np.sin(turn + 0.6 * np.sin(3.0 * angle)))
    ring = radius[..., None] * direction
    position = np.concatenate([ring, np.broadcast_to(heights[:, None, None], (rows, around, 1))], axis=2)
    inner = position[-1] * np.array([0.93, 0.93, 1.0]) + np.array([0.0, 0.0, 0.01])
    position = np.concatenate([position.reshape(-1, 3), inner.reshape(-1, 3)])
    here = np.arange(around)
    after = (here + 1) % around
    faces = []
    for k in range(rows):
        low = (k + 1) * around
        high = k * around
        faces += [
            np.stack([high + here, low + here, low + after], 1),
            np.stack([high + here, low + after, high + after], 1),
        ]
    position += np.array([*skeleton.at("pelvis")[:2], 0.0])
    tube = np.concatenate(faces)
    weights = smooth(_skirt_weights(position, skin, skeleton), tube, 3)
    return make_surface(position, tube, weights, np.ones(3))


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


def _skirt_weights(position: np.ndarray, skin: Surface, skeleton: Skeleton) -> np.ndarray:
    """Skinning (V, B) of a skirt: as the leg behind it moves, between the legs as both do.

    Where legs fold, so does it: it goes up on thighs that are raised and comes down over the knees.
    """
    half = abs(skeleton.at("left_hip")[1]) * 1.1
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
