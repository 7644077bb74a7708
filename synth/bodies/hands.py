"""Hands and bare arms for cameras at an arm's length: rounder, with knuckles, creases, veins and nails.

In: the skin that shows, at level 0, and whose it is. Out: the same skin, finer on arms, with the pictures of
`scenes.hands` and a nail on each finger. It moves and is as large as the coarser one.
"""

from dataclasses import replace

import numpy as np

from scenes.cloth import PRINTS
from scenes.faces import NEUTRAL
from scenes.hands import ACROSS, ALONG_FROM, ALONG_TO, BARE_M, FINGER_FROM, FINGER_TO
from synth.bodies.fingers import Places, find_places, list_hand
from synth.bodies.flesh import model_flesh
from synth.bodies.hand_tones import color_skin
from synth.bodies.nails import color_nail, make_nails
from synth.bodies.regions import share_of_arms
from synth.bodies.skeleton import SIDES, Skeleton
from synth.bodies.surface import Surface, join, keep_faces, refine, rim_edges, smooth
from synth.records import BodyShape

_FINGER, _BACK, _PALM, _BARE = (PRINTS.index(n) for n in ("finger", "hand_back", "hand_palm", "bare_skin"))
_FLAT = 0.45  # cosine between back or palm and skin that has the picture of one of them


def refine_hands(skin: Surface, skeleton: Skeleton, shape: BodyShape, tone: np.ndarray) -> Surface:
    """Refine the arms of skin that shows; `tone` (3,) is its sRGB."""
    arms = share_of_arms(skin.weights, skeleton) > 0.5
    on_arm = arms[skin.faces].all(axis=1)
    parts = [keep_faces(skin, ~on_arm)]
    arm = refine(refine(keep_faces(skin, on_arm)))
    share = np.stack([arm.weights[:, list_hand(skeleton, side)].sum(axis=1) for side in SIDES], axis=1)
    in_hand = [(share[:, n] > 0.5)[arm.faces].all(axis=1) for n in range(len(SIDES))]
    bare = keep_faces(arm, ~(in_hand[0] | in_hand[1]))
    if len(bare.faces):
        parts.append(_lay_bare(bare))
    for n, side in enumerate(SIDES):
        hand = keep_faces(arm, in_hand[n])
        if len(hand.faces):
            parts += _finish_hand(hand, skeleton, side, tone, color_nail(shape, tone))
    return join([part for part in parts if len(part.faces)])


def _lay_bare(arm: Surface) -> Surface:
    """Lay the picture of bare skin on an arm, which it goes around and along."""
    uv = (arm.position_m[:, [0, 2]] + arm.position_m[:, [1, 1]] * [0.35, 0.8]) / BARE_M
    return _print(arm, uv, _BARE)


def _print(part: Surface, uv: np.ndarray, number: int) -> Surface:
    color = np.clip(part.color / NEUTRAL, 0.0, 1.0)
    return replace(part, uv=uv, color=color, print=np.full(part.vertex_count, number))


def _finish_hand(
    hand: Surface, skeleton: Skeleton, side: str, tone: np.ndarray, nail: np.ndarray
) -> list[Surface]:
    """Model, colour and print a hand, and put nails of colours (N, 3) on it."""
    places = find_places(hand, skeleton, side)
    rim = _find_rim(hand)  # stays where the arm ends
    hand = replace(hand, position_m=smooth(hand.position_m, hand.faces, 2, hold=rim))
    flesh = model_flesh(hand.position_m, places, skeleton, side)
    rise_m = np.where(rim, 0.0, flesh.rise_m)
    position_m = hand.position_m + rise_m[:, None] * places.normal
    hand = replace(hand, position_m=position_m, color=color_skin(tone, flesh.inner, flesh.red))
    return _lay_charts(hand, places) + make_nails(hand, places, skeleton, side, nail)


def _find_rim(part: Surface) -> np.ndarray:
    """The vertices (V,) where it ends."""
    rim = np.zeros(part.vertex_count, dtype=bool)
    rim[rim_edges(part.faces).ravel()] = True
    return rim


def _lay_charts(hand: Surface, places: Places) -> list[Surface]:
    """Lay a finger's picture around each, those of back and palm where skin faces so."""
    corner = np.where(places.on_finger, places.finger, -1)[hand.faces]
    on_finger = (corner >= 0).all(axis=1) & (np.ptp(corner, axis=1) == 0)
    looks = places.facing[hand.faces].mean(axis=1)
    down = (places.reach - FINGER_FROM) / (FINGER_TO - FINGER_FROM)
    around = np.stack([places.turn / (2 * np.pi) + 0.5, down], axis=1)
    # Where the picture's sides meet, on the inner side, the lower ones go on beyond the upper.
    seam = on_finger & (np.ptp(around[hand.faces, 0], axis=1) > 0.5)
    over = np.where((around[:, 0] < 0.5)[:, None], around + [1.0, 0.0], around)
    flat = np.stack(
        [0.5 + 0.5 * places.across / ACROSS, (places.along - ALONG_FROM) / (ALONG_TO - ALONG_FROM)], axis=1
    )
    flat = np.clip(flat, 0.004, 0.996)
    parts = []
    for chosen, uv, number in (
        (on_finger & ~seam, around, _FINGER),
        (seam, over, _FINGER),
        (~on_finger & (looks > _FLAT), flat, _PALM),
        (~on_finger & (looks < -_FLAT), flat, _BACK),
        (~on_finger & (np.abs(looks) <= _FLAT), _lay_bare(hand).uv, _BARE),
    ):
        laid = _print(hand, uv, number)
        parts.append(keep_faces(laid, chosen))
    return [part for part in parts if len(part.faces)]
