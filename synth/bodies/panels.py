"""How garments are sewn: cut along seams into panels that lie flat, so that prints and folds run true.

In: a garment and the skeleton it is on. Out: the same garment with its seams, its place on the cloth (uv:
across, down, in spans of `scenes.cloth`), the print, and the cloth that it is made of: hanging on the trunk,
creased across on limbs. Seams run down the back, under sleeves, around armholes and along the inside of legs.
"""

from dataclasses import replace

import numpy as np

from scenes.cloth import FRONT_PRINTS, PRINTS, SPAN_M
from scenes.surfaces import MATERIAL
from synth.bodies.regions import share_of_arms
from synth.bodies.skeleton import SIDES, Skeleton
from synth.bodies.surface import Surface, cut, join

_HALF_WIDE_M, _HALF_DEEP_M = 0.165, 0.125  # of a trunk 1.7 m tall
_SLEEVE_ROUND_M, _LEG_ROUND_M = 0.055, 0.085  # radii of sleeves and of trouser legs
_SLEEVE_FROM = 0.6  # share of an arm's bones in what is sewn to the sleeve
_BENT_M = 0.10  # of a limb, about its middle joint, where one bone's measure goes over into the other's
# Where on the cloth shoulders and hips are, down from its middle, so that elbows and knees are at one height;
# and the outer side of sleeves and legs, across: the seam of sleeves is on the line of the trunk's side seam.
_SHOULDER_DOWN, _HIP_DOWN = -0.12, -0.28
_SLEEVE_ACROSS, _LEG_ACROSS = 0.446, 0.25
_PLAIN = PRINTS.index("plain")
_CROTCH = 0.045  # below the hip joints, of the stature


def lay_trunk(
    garment: Surface,
    skeleton: Skeleton,
    number: int,
    *,
    cloth: str = "hanging cloth",
    middle_m: float | None = None,
) -> Surface:
    """Lay print `number` around the trunk, with a seam down the back; chest prints are on the chest only.

    `middle_m` is how high the middle of the cloth's span is, at the chest for None.
    """
    scale = skeleton.stature_m / 1.7
    middle, chest = skeleton.at("pelvis"), skeleton.at("chest")
    middle_m = chest[2] if middle_m is None else middle_m
    halves = []
    for sign in (1.0, -1.0):
        half = cut(garment, sign * (garment.position_m[:, 1] - middle[1]))
        away = half.position_m - middle
        turn = np.arctan2(np.abs(away[:, 1]), away[:, 0])  # 0 ahead, pi behind
        across = sign * _compute_arc_m(turn) / SPAN_M
        down = (middle_m - half.position_m[:, 2]) / (SPAN_M * scale)
        prints = np.full(half.vertex_count, number)
        if PRINTS[number] in FRONT_PRINTS:
            prints[(half.position_m[:, 0] - chest[0] < 0.018 * scale) | (np.abs(across) > 0.2)] = _PLAIN
        halves.append(_lay(half, across, down, prints, cloth))
    return join([half for half in halves if len(half.faces)])


def lay_top(garment: Surface, skeleton: Skeleton, number: int) -> Surface:
    """Lay print `number` on a top: around the trunk, and around each sleeve so that it runs down the arm."""
    armhole = share_of_arms(garment.weights, skeleton) - _SLEEVE_FROM
    sleeves = cut(garment, armhole)
    sleeve_print = _PLAIN if PRINTS[number] in FRONT_PRINTS else number
    parts = [lay_trunk(cut(garment, -armhole), skeleton, number)]
    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        sleeve = cut(sleeves, sign * (sleeves.position_m[:, 1] - skeleton.at("pelvis")[1]))
        joints = [f"{side}_{joint}" for joint in ("shoulder", "elbow", "wrist")]
        parts += _lay_limb(sleeve, skeleton, joints, sign, np.array([0.0, 0.0, 1.0]), sleeve_print)
    return join([part for part in parts if len(part.faces)])


def lay_trousers(
    garment: Surface, skeleton: Skeleton, number: int, *, cloth: str = "creased cloth"
) -> Surface:
    """Lay print `number` on trousers: around the hips, and around each leg with its seam inside."""
    hip_m, tall = skeleton.at("left_hip")[2], skeleton.stature_m
    hips = garment.position_m[:, 2] - (hip_m - _CROTCH * tall)
    legs, middle_m = cut(garment, -hips), hip_m + _HIP_DOWN * SPAN_M * tall / 1.7
    parts = [lay_trunk(cut(garment, hips), skeleton, number, cloth=cloth, middle_m=middle_m)]
    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        leg = cut(legs, sign * (legs.position_m[:, 1] - skeleton.at("pelvis")[1]))
        joints = [f"{side}_{joint}" for joint in ("hip", "knee", "ankle")]
        parts += _lay_limb(leg, skeleton, joints, sign, np.array([0.0, sign, 0.0]), number, cloth=cloth)
    return join([part for part in parts if len(part.faces)])


def _lay_limb(
    limb: Surface,
    skeleton: Skeleton,
    joints: list[str],
    sign: float,
    outer: np.ndarray,
    number: int,
    *,
    cloth: str = "creased cloth",
) -> list[Surface]:
    """Lay a print on a tube about three joints, in two panels that meet on its outer and inner side."""
    sleeve = "shoulder" in joints[0]
    round_m = _SLEEVE_ROUND_M if sleeve else _LEG_ROUND_M
    bones = find_limb(skeleton, joints, outer)
    panels = []
    for half in (1.0, -1.0):
        panel = cut(limb, half * measure_limb(limb.position_m, bones)[2])
        along_m, out, ahead = measure_limb(panel.position_m, bones)
        turn = half * np.arctan2(np.abs(ahead), out)
        scale = skeleton.stature_m / 1.7
        across = sign * (_SLEEVE_ACROSS if sleeve else _LEG_ACROSS) + turn * round_m / SPAN_M
        down = along_m / (SPAN_M * scale) + (_SHOULDER_DOWN if sleeve else _HIP_DOWN)
        panels.append(_lay(panel, across, down, np.full(panel.vertex_count, number), cloth))
    return panels


def find_limb(skeleton: Skeleton, joints: list[str], outer: np.ndarray) -> list[np.ndarray]:
    """The two bones between three joints: (4, 3) each, its beginning, its way, out from it and ahead."""
    first, second, third = (skeleton.at(name) for name in joints)
    bones = []
    for start, end in ((first, second), (second, third)):
        way = (end - start) / np.linalg.norm(end - start)
        out = outer - way * (way @ outer)
        out /= np.linalg.norm(out)
        bones.append(np.stack([start, way, out, np.cross(out, way)]))
    return bones


def measure_limb(
    position_m: np.ndarray, bones: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How far points (V, 3) are along a limb of two bones, out from its bone and ahead: (V,) metres each."""
    upper_m = float(np.linalg.norm(bones[1][0] - bones[0][0]))
    found = []
    for (start, way, out, ahead), before_m in zip(bones, (0.0, upper_m), strict=True):
        away = position_m - start
        found.append((before_m + away @ way, away @ out, away @ ahead))
    beyond = np.clip(0.5 + (found[0][0] - upper_m) / _BENT_M, 0.0, 1.0)
    return tuple(high + beyond * (low - high) for high, low in zip(*found, strict=True))


def _compute_arc_m(turn: np.ndarray) -> np.ndarray:
    """Length (V,) along an ellipse like a trunk's section, from its front to directions (V,) of 0 to pi."""
    fine = np.linspace(0.0, np.pi, 65)
    reach = 1.0 / np.hypot(np.cos(fine) / _HALF_DEEP_M, np.sin(fine) / _HALF_WIDE_M)
    rim = reach[:, None] * np.stack([np.cos(fine), np.sin(fine)], axis=1)
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(rim, axis=0), axis=1))])
    return np.interp(turn, fine, length)


def _lay(panel: Surface, across: np.ndarray, down: np.ndarray, prints: np.ndarray, cloth: str) -> Surface:
    material = np.full(panel.vertex_count, MATERIAL[cloth])
    return replace(panel, uv=np.stack([across + 0.5, down + 0.5], axis=1), print=prints, material=material)
