"""Ribbed edges of what is knitted: collars, cuffs and hems of tops, and socks, for cameras that are near.

In: a top with its panels laid, or the part of the skin that socks are over, in the rest pose. Out: the same,
cut along the edges of the ribbing and with its print there.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from scenes.cloth import PRINTS
from synth.bodies.outfit import Outfit
from synth.bodies.regions import FAR, Neckline, share_of_arms
from synth.bodies.skeleton import SIDES, Skeleton
from synth.bodies.surface import Surface, cut, join

_RIB, _KNIT = PRINTS.index("rib"), PRINTS.index("knit")
_FINER = 3.0  # ribs are so much closer than cloth's print is laid
_COLLAR_M, _CUFF_M, _HEM_M = 0.020, 0.050, 0.050
_LONG = 0.6  # of the forearm: sleeves that end beyond have cuffs
_SOCK_LAYERS = 2  # around a leg
Level = Callable[[Surface], np.ndarray]


def knit_edges(top: Surface, skeleton: Skeleton, outfit: Outfit, neckline: Neckline, hem_m: float) -> Surface:
    """Rib the collar of a shirt, and cuffs and hem of hoodies and knitted tops; others stay as they are.

    Args:
        top: What `synth.bodies.panels.lay_top` gave.
        skeleton: The rest skeleton.
        outfit: Whose top it is.
        neckline: Where the top ends at the neck.
        hem_m: Where it ends below.
    """
    knitted = outfit.top == "hoodie" or outfit.top_print == _KNIT
    if outfit.top in ("shirt", "long_sleeves"):
        top = _rib(top, lambda part: _COLLAR_M - _measure_collar(part, skeleton, neckline))
    if knitted and outfit.top != "shirt":
        for side in SIDES:
            end = float(_measure_forearm(top, skeleton, side).max())
            if end > _LONG * skeleton.length(f"{side}_elbow", f"{side}_wrist"):
                top = _rib(top, _make_cuff(skeleton, side, end))
    if knitted and not outfit.held:
        top = _rib(top, lambda part: _measure_hem(part, skeleton, hem_m))
    return top


def rib_socks(skin: Surface, skeleton: Skeleton, level: np.ndarray) -> Surface:
    """Rib the skin where `level` (V,) is positive, which socks are over: around either leg."""
    socks = cut(skin, level)
    parts = [cut(skin, -level)]
    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        ankle, knee = skeleton.at(f"{side}_ankle"), skeleton.at(f"{side}_knee")
        sock = cut(socks, sign * (socks.position_m[:, 1] - skeleton.at("pelvis")[1]))
        for half in (1.0, -1.0):
            way = (knee - ankle) / (knee - ankle)[2]
            part = cut(sock, half * _find_away(sock, ankle, way)[:, 1])
            away = _find_away(part, ankle, way)
            turn = half * np.arctan2(np.abs(away[:, 1]), away[:, 0]) / (2.0 * np.pi)
            uv = np.stack([turn * _SOCK_LAYERS, part.position_m[:, 2]], axis=1)
            parts.append(replace(part, uv=uv, print=np.full(part.vertex_count, _RIB)))
    return join([part for part in parts if len(part.faces)])


def _find_away(part: Surface, ankle: np.ndarray, way: np.ndarray) -> np.ndarray:
    """How far ahead and aside (V, 2) of a shin points are."""
    return (part.position_m - ankle - (part.position_m[:, 2:] - ankle[2]) * way)[:, :2]


def _rib(garment: Surface, level: Level) -> Surface:
    """Give the part of a garment where a level is positive the print of ribs, with a clean edge."""
    inside = level(garment)
    if not (inside > 0.0).any() or (inside > 0.0).all():
        return garment
    band = cut(garment, inside)
    ribbed = replace(band, uv=band.uv * np.array([_FINER, 1.0]), print=np.full(band.vertex_count, _RIB))
    return join([cut(garment, -inside), ribbed])


def _measure_collar(part: Surface, skeleton: Skeleton, neckline: Neckline) -> np.ndarray:
    """How far (V,) points are below the neckline."""
    place = part.position_m - [*skeleton.at("pelvis")[:2], 0.0]
    return -neckline.measure_above(*place.T) + FAR * (share_of_arms(part.weights, skeleton) > 0.5)


def _measure_hem(part: Surface, skeleton: Skeleton, hem_m: float) -> np.ndarray:
    """How far (V,) points of the trunk are within the hem's ribs."""
    arms = share_of_arms(part.weights, skeleton) > 0.2
    return np.where(arms, -FAR, hem_m + _HEM_M - part.position_m[:, 2])


def _make_cuff(skeleton: Skeleton, side: str, end: float) -> Level:
    """The level of a cuff on a sleeve that ends so far down the forearm, metres."""
    return lambda part: np.maximum(_measure_forearm(part, skeleton, side) - end + _CUFF_M, -FAR)


def _measure_forearm(part: Surface, skeleton: Skeleton, side: str) -> np.ndarray:
    """How far (V,) points are down a forearm, metres; -FAR for those of the rest."""
    elbow, wrist = skeleton.at(f"{side}_elbow"), skeleton.at(f"{side}_wrist")
    way = (wrist - elbow) / np.linalg.norm(wrist - elbow)
    along = (part.position_m - elbow) @ way
    aside = np.sign(elbow[1]) * part.position_m[:, 1] > 0.0
    on = aside & (share_of_arms(part.weights, skeleton) > 0.9) & (along > 0.0)
    return np.where(on, along, -FAR)
