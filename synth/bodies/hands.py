"""Hands and bare arms for cameras at an arm's length: rounder, with knuckles, creases, veins and nails.

In: the skin that shows, at level 0, and whose it is. Out: the same skin, finer on arms, with the pictures of
`scenes.hands` and a nail on each finger. It moves and is as large as the coarser one.
"""

from dataclasses import dataclass, replace

import numpy as np

from scenes.cloth import PRINTS
from scenes.faces import NEUTRAL
from scenes.hands import ACROSS, ALONG_FROM, ALONG_TO, BARE_M, FINGER_FROM, FINGER_TO
from scenes.randomness import make_rng
from scenes.surfaces import MATERIAL
from synth.bodies.regions import share_of_arms
from synth.bodies.skeleton import FINGERS, SIDES, Skeleton
from synth.bodies.surface import (
    Surface,
    compute_normals,
    join,
    keep_faces,
    make_surface,
    refine,
    rim_edges,
    smooth,
)
from synth.records import BodyShape

_FINGER, _BACK, _PALM, _BARE = (PRINTS.index(n) for n in ("finger", "hand_back", "hand_palm", "bare_skin"))
_RED = np.array([0.015, 0.115, 0.095])  # by how much skin over blood is darker, of its red, green and blue
# Palms have little pigment: what they are like, and from which mean of sRGB on skin is darker than its palm.
_PALM_TONE, _PALM_FROM, _PALM_MOST = np.array([0.74, 0.575, 0.50]), 0.68, 0.62
_KNUCKLE_M, _TENDON_M, _JOINT_M, _WAIST_M, _BALL_M = 0.0016, 0.0006, 0.0006, 0.0004, 0.0022
_NAIL_LONG, _NAIL_WIDE, _NAIL_ROWS, _NAIL_ACROSS = 0.50, 0.72, 9, 9  # shares of a phalanx, of half a finger
_NAIL_OVER_M, _NAIL_UNDER_M = 0.00035, 0.0009
_THUMB_LONG_M, _THUMB_BACK = 0.1, 0.15  # how much of it looks where the other fingers' backs do
_WRIST = 0.35  # over so much of its length a hand goes over into the arm
_FLAT = 0.45  # cosine between back or palm and skin that has the picture of one of them
_WHITE = np.array([0.90, 0.86, 0.80])
_POLISHED = 0.3  # of women
_POLISH = ((0.52, 0.10, 0.13), (0.30, 0.07, 0.11), (0.78, 0.52, 0.50), (0.72, 0.60, 0.54), (0.14, 0.13, 0.15),
           (0.60, 0.24, 0.33))  # fmt: skip


@dataclass(frozen=True)
class _Finger:
    """A finger in the rest pose: joints (4, 3) from knuckle to tip, and the way that its back looks (3,)."""

    joint_m: np.ndarray
    back: np.ndarray
    mirror: float

    def unroll(self, position_m: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """How far along the finger points (V, 3) are, in phalanges, and aside and above it, metres."""
        bones = np.diff(self.joint_m, axis=0)
        along = np.zeros(len(position_m))
        near = np.zeros((len(position_m), 2))
        for k, (low, high) in enumerate(((FINGER_FROM + 0.02, 1.0), (0.0, 1.0), (0.0, 1.28))):
            away = position_m - self.joint_m[k]
            share = away @ bones[k] / (bones[k] @ bones[k])
            way, aside, above = self.axes(k)
            here = np.stack([away @ aside, away @ above], axis=1)
            near = np.where((share > 0.0)[:, None] | (k == 0), here, near)
            along += np.clip(share, low, high)
        return along, near[:, 0], near[:, 1]

    def axes(self, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Ways (3,) along a phalanx, aside and above."""
        way = self.joint_m[k + 1] - self.joint_m[k]
        way = way / np.linalg.norm(way)
        above = self.back - way * (way @ self.back)
        above /= np.linalg.norm(above)
        return way, self.mirror * np.cross(way, above), above


def refine_hands(skin: Surface, skeleton: Skeleton, shape: BodyShape, tone: np.ndarray) -> Surface:
    """Refine the arms of skin that shows; `tone` (3,) is its sRGB."""
    index = skeleton.index
    arms = share_of_arms(skin.weights, skeleton) > 0.5
    on_arm = arms[skin.faces].all(axis=1)
    parts = [keep_faces(skin, ~on_arm)]
    arm = refine(refine(keep_faces(skin, on_arm)))
    hands = [[index[f"{s}_wrist"], *_list_bones(skeleton, s)] for s in SIDES]
    share = np.stack([arm.weights[:, bones].sum(axis=1) for bones in hands], axis=1)
    in_hand = [(share[:, n] > 0.5)[arm.faces].all(axis=1) for n in range(len(SIDES))]
    bare = keep_faces(arm, ~(in_hand[0] | in_hand[1]))
    if len(bare.faces):
        parts.append(_lay_bare(bare))
    for n, side in enumerate(SIDES):
        hand = keep_faces(arm, in_hand[n])
        if len(hand.faces):
            parts += _finish_hand(hand, skeleton, side, shape, tone)
    return join([part for part in parts if len(part.faces)])


def _list_bones(skeleton: Skeleton, side: str) -> list[int]:
    return [skeleton.index[f"{side}_{finger}{k}"] for finger in FINGERS for k in (1, 2, 3)]


def _find_fingers(skeleton: Skeleton, side: str) -> list[_Finger]:
    """The fingers of a hand; a thumb's back looks aside."""
    axes = skeleton.palm_frame[SIDES.index(side)]
    mirror, fingers = 1.0 if side == "left" else -1.0, []
    for name in FINGERS:
        joint_m = np.stack([skeleton.at(f"{side}_{name}{end}") for end in ("1", "2", "3", "_tip")])
        back = -axes[:, 1]
        if name == "thumb":
            back = mirror * np.cross(joint_m[3] - joint_m[0], back) / _THUMB_LONG_M + _THUMB_BACK * back
        fingers.append(_Finger(joint_m, back, mirror))
    return fingers


def _lay_bare(arm: Surface) -> Surface:
    """Lay the picture of bare skin on an arm, which it goes around and along."""
    uv = (arm.position_m[:, [0, 2]] + arm.position_m[:, [1, 1]] * [0.35, 0.8]) / BARE_M
    return _print(arm, uv, _BARE)


def _print(part: Surface, uv: np.ndarray, number: int) -> Surface:
    color = np.clip(part.color / NEUTRAL, 0.0, 1.0)
    return replace(part, uv=uv, color=color, print=np.full(part.vertex_count, number))


def _finish_hand(
    hand: Surface, skeleton: Skeleton, side: str, shape: BodyShape, tone: np.ndarray
) -> list[Surface]:
    """Model, colour and print a hand, and put nails on it."""
    fingers, scale = _find_fingers(skeleton, side), skeleton.stature_m / 1.7
    bones = np.array(_list_bones(skeleton, side)).reshape(len(FINGERS), 3)
    share = hand.weights[:, bones].sum(axis=2)  # (V, 5)
    which = np.where(share.max(axis=1) > 0.5, share.argmax(axis=1), -1)
    # Over webs and knuckles fingers go over into the palm.
    own = np.clip((share.max(axis=1) - 0.35) / 0.6, 0.0, 1.0)
    axes, wrist = skeleton.palm_frame[SIDES.index(side)], skeleton.at(f"{side}_wrist")
    normal = compute_normals(hand.position_m, hand.faces)
    long_m = skeleton.length(f"{side}_wrist", f"{side}_middle1")
    flat = (hand.position_m - wrist) @ axes
    mirror = 1.0 if side == "left" else -1.0
    across, along = -mirror * flat[:, 2] / long_m, flat[:, 0] / long_m
    inner = np.clip(0.5 + 0.9 * (normal @ axes[:, 1]), 0.0, 1.0)
    unrolled = [finger.unroll(hand.position_m) for finger in fingers]
    rim = _find_rim(hand)  # stays where the arm ends
    hand = replace(hand, position_m=smooth(hand.position_m, hand.faces, 2, hold=rim))
    red, rise_m = _model_palm(hand.position_m, fingers, wrist, axes, inner, scale)
    turn, reach = np.zeros(len(which)), np.zeros(len(which))
    for n, (phalanges, aside, above) in enumerate(unrolled):
        mine = share.argmax(axis=1) == n
        turn[mine], reach[mine] = np.arctan2(aside, above)[mine], phalanges[mine]
        facing, mix = np.cos(turn[mine]), own[mine]
        more_red, more_m = _model_finger(reach[mine], facing)
        inner[mine] += mix * (np.clip(0.5 - 0.9 * facing, 0.0, 1.0) - inner[mine])
        red[mine] += mix * (more_red - red[mine])
        rise_m[mine] += mix * (scale * more_m - rise_m[mine])
    begun = np.clip(along / _WRIST, 0.0, 1.0)
    red, inner = begun * red, begun * inner
    dark = np.clip((_PALM_FROM - tone.mean()) / 0.25, 0.0, 1.0) * _PALM_MOST
    color = tone + (dark * inner)[:, None] * (_PALM_TONE - tone)
    color = color * (1.0 - red[:, None] * _RED)
    rise_m[rim] = 0.0
    hand = replace(hand, position_m=hand.position_m + rise_m[:, None] * normal, color=color)
    parts = _lay_charts(hand, which, turn, reach, across, along, normal @ axes[:, 1])
    polish = _sample_polish(shape)
    for n, finger in enumerate(fingers):
        nail = _make_nail(finger, hand.position_m[which == n], tone, polish, scale)
        weights = np.zeros((nail.vertex_count, hand.weights.shape[1]))
        weights[:, bones[n, 2]] = 1.0
        parts.append(replace(nail, weights=weights))
    return parts


def _find_rim(part: Surface) -> np.ndarray:
    """The vertices (V,) where it ends."""
    rim = np.zeros(part.vertex_count, dtype=bool)
    rim[rim_edges(part.faces).ravel()] = True
    return rim


def _bump(place: np.ndarray, at: float, wide: float) -> np.ndarray:
    return np.exp(-(((place - at) / wide) ** 2))


def _model_finger(reach: np.ndarray, facing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How red (V,) a finger is and how far its skin rises, metres; `facing` is 1 on its back, -1 inside."""
    back, inside = np.clip(facing, 0.0, 1.0), np.clip(-facing, 0.0, 1.0)
    joints = _bump(reach, 1.0, 0.20) + 0.7 * _bump(reach, 2.0, 0.16)
    tip = np.clip((reach - 2.25) / 0.6, 0.0, 1.0)
    red = back * (0.85 * joints + 0.5 * _bump(reach, 0.0, 0.3)) + 0.35 * inside + tip * (0.45 + 0.55 * inside)
    rise_m = _JOINT_M * joints - _WAIST_M * (_bump(reach, 0.55, 0.2) * inside + _bump(reach, 1.5, 0.2))
    return red, rise_m


def _model_palm(
    position_m: np.ndarray,
    fingers: list[_Finger],
    wrist: np.ndarray,
    axes: np.ndarray,
    inner: np.ndarray,
    scale: float,
) -> tuple[np.ndarray, np.ndarray]:
    """How red (V,) the middle of a hand is and how far its skin rises: knuckles, tendons, thumb's ball."""

    def measure(point: np.ndarray) -> np.ndarray:
        away = position_m - point
        return np.linalg.norm(away - np.outer(away @ axes[:, 1], axes[:, 1]), axis=1) / scale

    red, rise_m, outer = 0.45 * inner, np.zeros(len(position_m)), 1.0 - inner
    for finger in fingers[1:]:
        knuckle = finger.joint_m[0]
        near = outer * np.exp(-((measure(knuckle) / 0.0075) ** 2))
        red, rise_m = red + 0.7 * near, rise_m + _KNUCKLE_M * near
        way = knuckle - wrist
        share = np.clip((position_m - wrist) @ way / (way @ way), 0.0, 1.0)
        aside = position_m - wrist - share[:, None] * way
        aside = np.linalg.norm(aside - np.outer(aside @ axes[:, 1], axes[:, 1]), axis=1) / scale
        rise_m += _TENDON_M * outer * np.exp(-((aside / 0.003) ** 2)) * np.clip(2.0 * share, 0.0, 1.0)
    ball = 0.45 * (fingers[0].joint_m[0] + fingers[0].joint_m[1]) + 0.1 * fingers[1].joint_m[0]
    swell = inner * np.exp(-((measure(ball) / 0.016) ** 2))
    return red + 0.4 * swell, (rise_m + _BALL_M * swell) * scale


def _lay_charts(
    hand: Surface,
    which: np.ndarray,
    turn: np.ndarray,
    reach: np.ndarray,
    across: np.ndarray,
    along: np.ndarray,
    facing: np.ndarray,
) -> list[Surface]:
    """Lay a finger's picture around each, those of back and palm where skin is `facing` so."""
    corner = which[hand.faces]
    on_finger = (corner >= 0).all(axis=1) & (np.ptp(corner, axis=1) == 0)
    looks = facing[hand.faces].mean(axis=1)
    around = np.stack([turn / (2 * np.pi) + 0.5, (reach - FINGER_FROM) / (FINGER_TO - FINGER_FROM)], axis=1)
    # Where the picture's sides meet, on the inner side, the lower ones go on beyond the upper.
    seam = on_finger & (np.ptp(around[hand.faces, 0], axis=1) > 0.5)
    over = np.where((around[:, 0] < 0.5)[:, None], around + [1.0, 0.0], around)
    flat = np.stack([0.5 + 0.5 * across / ACROSS, (along - ALONG_FROM) / (ALONG_TO - ALONG_FROM)], axis=1)
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


def _sample_polish(shape: BodyShape) -> np.ndarray | None:
    """The colour (3,) of polished nails, None for bare ones."""
    rng = make_rng(shape.look_seed, 0, "body/nails")
    polished = rng.random() < _POLISHED and shape.gender < 0.5 and shape.age >= 0.5
    color = np.array(_POLISH[rng.integers(len(_POLISH))])
    return color if polished else None


def _make_nail(
    finger: _Finger, skin_m: np.ndarray, tone: np.ndarray, polish: np.ndarray | None, scale: float
) -> Surface:
    """A nail on the last phalanx: a plate bent across, sunk at its root and sides, free at its end."""
    way, aside, above = finger.axes(2)
    place = (skin_m - finger.joint_m[2]) @ np.stack([way, aside, above], axis=1)
    tip = place[place[:, 0] > 0.3 * place[:, 0].max()]
    end_m = float(place[:, 0].max())
    low, high = float(tip[:, 1].min()), float(tip[:, 1].max())
    middle, half_m = (low + high) / 2, (high - low) / 2
    start_m = end_m * (1.0 - _NAIL_LONG)
    upper = place[(place[:, 2] > 0.0) & (place[:, 0] > 0.6 * start_m) & (place[:, 0] < 0.92 * end_m)]
    terms = np.stack([np.ones(len(upper)), upper[:, 0], (upper[:, 1] - middle) ** 2], axis=1)
    fit = np.linalg.lstsq(terms, upper[:, 2], rcond=None)[0]
    s, a = np.meshgrid(np.linspace(0.0, 1.0, _NAIL_ROWS), np.linspace(-1.0, 1.0, _NAIL_ACROSS), indexing="ij")
    # Its root and its end are round.
    x = start_m + (end_m + 0.0004 * scale - start_m) * (s + 0.16 * (1.0 - s) * a**2 - 0.14 * s * a**2)
    y = _NAIL_WIDE * half_m * a * (0.90 + 0.10 * np.sin(np.pi * np.clip(s, 0.0, 0.5)))
    edge = np.maximum(np.abs(a), 1.0 - 2.0 * np.clip(s, 0.0, 0.5)) ** 6
    z = fit[0] + fit[1] * x + fit[2] * y**2 + (_NAIL_OVER_M - _NAIL_UNDER_M * edge * (s < 0.9)) * scale
    z -= 0.0009 * scale * s**3
    local = np.stack([x, y + middle, z], axis=-1).reshape(-1, 3)
    position_m = finger.joint_m[2] + local @ np.stack([way, aside, above])
    number = np.arange(_NAIL_ROWS * _NAIL_ACROSS).reshape(_NAIL_ROWS, _NAIL_ACROSS)
    b, c, d, e = number[:-1, :-1], number[1:, :-1], number[1:, 1:], number[:-1, 1:]
    faces = np.concatenate([np.stack([b, c, d], -1).reshape(-1, 3), np.stack([b, d, e], -1).reshape(-1, 3)])
    normal = compute_normals(position_m, faces).mean(axis=0)
    faces = faces if normal @ above > 0.0 else faces[:, ::-1]
    nail = make_surface(position_m, faces, np.zeros((len(position_m), 1)), _color_nail(s, a, tone, polish))
    return replace(nail, material=np.full(nail.vertex_count, MATERIAL["plastic"]))


def _color_nail(s: np.ndarray, a: np.ndarray, tone: np.ndarray, polish: np.ndarray | None) -> np.ndarray:
    """Colours (V, 3) of a nail: a pink bed, a pale moon at its root, a white free end."""
    if polish is not None:
        return np.broadcast_to(polish, (s.size, 3))
    bed = (0.80 * tone + 0.20 * np.array([0.84, 0.69, 0.65])) * [1.02, 0.975, 0.97]
    moon = 0.30 * _bump(np.hypot(s / 0.28, 0.8 * a), 0.0, 0.8)
    free = np.clip((s - 0.88 - 0.04 * a**2) / 0.06, 0.0, 1.0) * 0.5
    pale = np.maximum(moon, free)[..., None]
    return np.clip(bed + pale * (_WHITE - bed), 0.0, 1.0).reshape(-1, 3)
