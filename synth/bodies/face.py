"""Faces: which pictures of `scenes.faces` somebody's skin has, and how they lie on the head.

In: the bare body's surface, with places around the mean head as its uv. Out: the skin with eyes, brows, lips,
stubble and the beginning of hair. All of it is drawn from the look seed; nobody is portrayed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from scenes.cloth import PRINTS
from scenes.faces import (
    ACROSS_M,
    BROWS,
    EYE_SPAN,
    EYES,
    HAIRS,
    HIGH_M,
    NEUTRAL,
    ROUND_M,
    SCALP_EDGE,
    SCALP_HIGH_M,
    SCALP_TOP_M,
    SCALP_TURN,
    TOP_M,
    find_hairline,
)
from scenes.randomness import make_rng
from synth.bodies.model import BodyModel
from synth.bodies.outfit import Outfit
from synth.bodies.skeleton import Skeleton
from synth.bodies.surface import Surface, join, keep_faces
from synth.records import BodyShape

LINED_AGE = 0.82  # in anny's measure, about 55 years
MEAN_HAIRLINE, MEAN_TALL_M = 0.815, 0.2126  # of the mean head: its hairline as a share of its height
_EYE, _HEAD = PRINTS.index("eyes"), PRINTS.index("plain")  # marks, until the pictures are laid
_LOWEST_M = -0.107  # below which no picture reaches
_PALE = 0.62
_IRISES = ((0.50, 0.16, 0.23, 0.11), (0.93, 0.06, 0.0, 0.01))  # shares of EYES over pale and over dark skin


@dataclass(frozen=True)
class Face:
    """What is painted on one person's head.

    Attributes:
        tone: (3,) the skin, sRGB.
        upper, lower, scalp: Numbers of prints; -1 for a scalp without hair.
        iris: Which of EYES.
        lift_m: How much higher than the mean body's the hairline is, on the mean body.
    """

    tone: np.ndarray
    upper: int
    lower: int
    scalp: int
    iris: int
    lift_m: float


def sample_face(shape: BodyShape, outfit: Outfit, hair: np.ndarray, *, rng: np.random.Generator) -> Face:
    """Draw a face that goes with somebody's age, skin and hair (3,)."""
    iris = int(rng.choice(len(EYES), p=_IRISES[0 if outfit.skin.mean() > _PALE else 1]))
    own = make_rng(shape.look_seed, 0, "body/face")
    male, child = shape.gender > 0.5, shape.stature_m < 1.48 and shape.age < 0.5
    age = "lined" if shape.age > LINED_AGE else "smooth"
    lips = "natural" if male or child else str(own.choice(["natural", "full", "red"], p=[0.45, 0.40, 0.15]))
    stubble = str(own.choice(["none", "light", "heavy"], p=[0.45, 0.37, 0.18]))
    brow = _match(0.8 * hair, outfit.skin, BROWS)
    if not male or child:
        stubble = "none"
    elif outfit.beard_m > 0.0:
        stubble = "heavy" if brow in ("fair", "pale") else "beard"
    elif brow in ("fair", "pale") and stubble == "heavy":
        stubble = "light"
    side = "sideburn" if male and not child else "plain"
    bare = outfit.hair == "bald" or outfit.headwear == "hijab"
    grown = _match(hair, outfit.skin, tuple(HAIRS))
    tone = outfit.skin + (0.15 if age == "lined" else 0.0) * (outfit.skin.mean() - outfit.skin)
    return Face(
        tone=tone,
        upper=PRINTS.index(f"upper_{'bold' if male else 'thin'}_{brow}_{age}"),
        lower=PRINTS.index(f"lower_{lips}_{stubble}_{age}"),
        scalp=-1 if bare else PRINTS.index(f"scalp_{side}_{grown}"),
        iris=iris,
        lift_m=(outfit.hairline[0] - MEAN_HAIRLINE) * MEAN_TALL_M,
    )


def _match(hair: np.ndarray, skin: np.ndarray, names: Sequence[str]) -> str:
    """Which of HAIRS comes nearest to hair (3,) over skin (3,)."""

    def describe(share: np.ndarray) -> np.ndarray:
        """Lightness and hue."""
        return np.array([np.log(share).mean(), np.log(share[0] / share[2])])

    wanted = describe(hair / skin)
    return min(names, key=lambda name: float(np.abs(describe(np.array(HAIRS[name])) - wanted).sum()))


def measure_above_hairline(place: np.ndarray, lift_m: float) -> np.ndarray:
    """How far above the hairline (V,) places around the mean head (V, 2) are, metres; below it negative."""
    return place[:, 1] - _lift(place, lift_m) - find_hairline(place[:, 0])


def _lift(place: np.ndarray, lift_m: float) -> np.ndarray:
    """How far up (V,) hairlines are shifted: all of it over the forehead, nothing from the eyes down."""
    return lift_m * np.clip((place[:, 1] - 0.015) / 0.035, 0.0, 1.0)


def paint_face(model: BodyModel, skin: Surface, skeleton: Skeleton, face: Face) -> Surface:
    """Mark head and eyes for `lay_face`, and redden ears."""
    color = np.tile(face.tone, (skin.vertex_count, 1))
    on_head = skin.weights[:, [skeleton.index[name] for name in ("head", "neck")]].sum(axis=1)
    mark = np.where((on_head > 0.5) & (skin.uv[:, 1] > _LOWEST_M), _HEAD, -1)
    mark[model.eye] = _EYE
    color[mark == _HEAD] /= NEUTRAL
    color[model.ear] *= np.array([1.0, 0.94, 0.93])
    color[model.eye] = 0.72 + 0.22 * face.tone.mean()
    uv = skin.uv.copy()
    quarter = np.array([face.iris % 2, face.iris // 2]) / 2 + 0.25
    uv[model.eye] = quarter + EYE_SPAN / 2 * model.eye_place
    return replace(skin, color=np.clip(color, 0.0, 1.0), uv=uv, print=mark)


def lay_face(skin: Surface, face: Face) -> Surface:
    """Lay the pictures on a head that `paint_face` has marked."""
    marks = skin.print[skin.faces]
    head = (marks == _HEAD).all(axis=1)
    above = measure_above_hairline(skin.uv, face.lift_m)[skin.faces].max(axis=1)
    front = head & (above < -0.008) & (np.abs(skin.uv[:, 0])[skin.faces].max(axis=1) < 1.2)
    low = front & (skin.uv[:, 1][skin.faces].min(axis=1) < -0.037)
    plain = ~head & ~(marks == _EYE).all(axis=1)
    parts = []
    for chosen, number in (
        (front & ~low, face.upper), (low, face.lower), (head & ~front, face.scalp),
        (~head & ~plain, _EYE), (plain, -1),
    ):  # fmt: skip
        part = keep_faces(skin, chosen)
        angle, up = part.uv.T
        if number in (face.upper, face.lower):
            uv = np.stack([0.5 + ROUND_M * angle / (2 * ACROSS_M), (TOP_M - up) / HIGH_M], axis=1)
        elif number == _EYE:
            uv = part.uv
        else:
            lifted = up - _lift(part.uv, face.lift_m)
            uv = np.stack(
                [SCALP_EDGE + SCALP_TURN * np.abs(angle) / np.pi, (SCALP_TOP_M - lifted) / SCALP_HIGH_M],
                axis=1,
            )
        color = np.where((part.print == _HEAD)[:, None] & (number < 0), NEUTRAL * part.color, part.color)
        parts.append(replace(part, uv=uv, color=color, print=np.full(part.vertex_count, number)))
    return join([part for part in parts if len(part.faces)])
