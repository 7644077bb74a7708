"""Cloth that hangs around head and neck: hijabs, hoods that are up, and hoods folded behind the neck.

In: the bare body's surface and its head. Out: surfaces that ride on head, neck and chest.
"""

from dataclasses import replace

import numpy as np

from synth.bodies.drape import hang
from synth.bodies.garments import make_shell
from synth.bodies.hair import Head, press_ears
from synth.bodies.model import load_model
from synth.bodies.skeleton import SIDES, Skeleton
from synth.bodies.surface import Surface, lay_over, make_surface, make_tube_faces, refine, settle, smooth

# Below and beside the neck, on a body 1.7 m tall.
_LOW_M, _WIDE_M = {"hijab": 0.17, "hood": 0.09}, {"hijab": 0.165, "hood": 0.14}
_DEEP_M = 0.24  # and before and behind it, farther than any chest
_TAPER = 0.2  # how much nearer cloth is drawn to the neck beneath the head, metres a metre
# From so far over the neck's root down cloth lies on what is below it, over so long a way more and more.
_SETTLES_FROM_M, _SETTLES_M, _SETTLED = 0.01, 0.06, 0.6
_EAR_ROUNDS = 90  # of smoothing, after which nothing is left of an ear
_EAR_M = 0.055  # how far about an ear cloth is taut
_LIFTED = 0.35  # how far hems go with arms that are raised, of what the shoulders' skin does
_WIDE_FACE_M = 0.016  # from here on faces show in an outline


def make_head_cloth(
    skin: Surface,
    skeleton: Skeleton,
    head: Head,
    worn: Surface,
    kind: str,
    level: int,
    *,
    rng: np.random.Generator,
) -> tuple[Surface, np.ndarray, np.ndarray]:
    """A hijab or a hood that is up, over what is worn.

    It leaves the face free, lies flat over the ears and hangs from the head past the neck; its hem is round.

    Returns:
        The cloth, the level (V,) where it hides skin, and where it presses that to (V, 3): the ears.
    """
    ears = smooth(load_model().ear.astype(float), skin.faces, 5) > 0.03
    place = skin.position_m
    tall, scale = head.top - head.bottom, skeleton.stature_m / 1.7
    across = place[:, 1] / (0.80 * head.half[1])
    up = (place[:, 2] - (head.bottom + 0.44 * tall)) / (0.40 * tall)
    face = (np.hypot(across, up) - 1.0) * 0.06
    face = np.where(place[:, 0] > head.centre[0] - 0.1 * head.half[0], face, 0.05)
    low_m, wide_m = _LOW_M[kind] * scale, _WIDE_M[kind] * scale
    fallen = np.maximum(skeleton.at("neck")[2] - place[:, 2], 0.0) / low_m
    aside, ahead = place[:, 1] / wide_m, (place[:, 0] - skeleton.at("neck")[0]) / _DEEP_M
    hem = wide_m * (1.0 - np.sqrt(fallen**2 + aside**2 + ahead**2))
    face = np.where(ears, np.maximum(face, 0.03), face)
    covered = np.minimum(face, np.where(fallen > 0.0, hem, 0.05))
    below = np.clip((head.bottom + 0.3 * tall - place[:, 2]) / 0.12, 0.0, 1.0)
    below *= np.clip(face / 0.04, 0.0, 1.0)  # the chin is held
    ease = 0.014 + 0.016 * np.clip(covered / 0.04, 0.0, 1.0) + 0.018 * below

    middle_m = [place[ears & (sign * place[:, 1] > 0.0)].mean(axis=0) for sign in (1.0, -1.0)]

    def drape(shell: Surface) -> np.ndarray:
        far = np.min([np.linalg.norm(shell.position_m - m, axis=1) for m in middle_m], axis=0) > _EAR_M
        taut = smooth(shell.position_m, shell.faces, _EAR_ROUNDS, hold=far)
        shell = replace(shell, position_m=taut)
        height = shell.position_m[:, 2]
        amount = np.clip((head.bottom + 0.4 * tall - height) / (0.4 * tall), 0.0, 1.0)
        holds = height > head.bottom + 0.1 * tall
        hung = hang(shell.position_m, head.centre[:2], amount, taper=_TAPER, holds=holds)
        shell = replace(shell, position_m=hung)
        low_m = skeleton.at("neck")[2] + _SETTLES_FROM_M * scale - hung[:, 2]
        share = _SETTLED * np.clip(low_m / (_SETTLES_M * scale), 0.0, 1.0)
        for _ in range(2):
            shell = replace(shell, position_m=settle(shell, worn, share))
        return lay_over(shell, worn, below_m=head.bottom)

    pressed_m = smooth(press_ears(skin, skeleton, head), skin.faces, _EAR_ROUNDS, hold=~ears)
    flat = replace(skin, position_m=pressed_m)
    cloth = make_shell(flat, covered, ease_m=ease, rounds=12, folds_m=0.005, drape=drape, rng=rng)
    cloth = replace(cloth, weights=_keep_down(cloth.weights, skeleton))
    return refine(cloth, wide_m=_WIDE_FACE_M) if level == 0 else cloth, covered, pressed_m


def _keep_down(weights: np.ndarray, skeleton: Skeleton) -> np.ndarray:
    """Weights (V, B) of cloth over shoulders that raised arms lift but a little."""
    kept = weights.copy()
    for side in SIDES:
        arm = [skeleton.index[f"{side}_{bone}"] for bone in ("shoulder", "upperarm_twist", "elbow")]
        kept[:, skeleton.index[f"{side}_clavicle"]] += (1.0 - _LIFTED) * weights[:, arm].sum(axis=1)
        kept[:, arm] *= _LIFTED
    return kept


def make_folded_hood(skeleton: Skeleton, around: int) -> Surface:
    """A hood folded behind the neck: a roll that is thick on the back and thins out toward the throat."""
    scale, rows = skeleton.stature_m / 1.7, around + 3
    turn = np.linspace(-2.2, 2.2, rows)[:, None]  # 0 behind
    full = np.cos(turn * (np.pi / 2) / 2.3)
    ring = -np.arange(around) * 2 * np.pi / around
    out = (0.010 + 0.026 * full) * np.cos(ring)
    rise = (0.012 + 0.050 * full**1.5) * np.sin(ring)
    reach = 0.072 + 0.014 * full + out - 0.45 * rise  # it leans on the back
    place = np.stack(
        [
            -reach * np.cos(turn),
            1.05 * reach * np.sin(turn),
            rise - 0.010 - 0.022 * full + 0.02 * np.cos(turn),
        ],
        axis=-1,
    )
    weights = np.zeros((rows * around, len(skeleton.parents)))
    weights[:, skeleton.index["chest"]] = 1.0
    position_m = skeleton.at("neck") + scale * place.reshape(-1, 3)
    return make_surface(position_m, make_tube_faces(rows, around), weights, np.ones(3))
