"""What sits on a head: hair, beard, hats, glasses, face masks and scarves; hoods and hijabs from hoods.py.

In: the bare body's surface, its head and an Outfit. Out: surfaces that ride on head, neck and chest.
"""

from dataclasses import replace

import numpy as np

from synth.bodies.backpack import measure_pack_top
from synth.bodies.detail import pick
from synth.bodies.face import MEAN_HAIRLINE, MEAN_TALL_M, measure_above_hairline
from synth.bodies.garments import make_shell
from synth.bodies.hair import (
    Head,
    comb,
    make_beard,
    make_blob,
    make_cap,
    make_peak,
    press_ears,
    scalp_level,
)
from synth.bodies.hoods import make_head_cloth
from synth.bodies.long_hair import make_long_hair, sample_hair_cut
from synth.bodies.outfit import Outfit
from synth.bodies.skeleton import SIDES, Skeleton
from synth.bodies.surface import Surface, join, lay_over, make_surface, paint, refine

# Thickness of hair at its edge and on the crown, metres.
_THICKNESS_M = {
    "crop": (0.004, 0.006),
    "short": (0.008, 0.020),
    "full": (0.018, 0.036),
    "afro": (0.045, 0.062),
    "bun": (0.006, 0.012),
    "ponytail": (0.006, 0.011),
}
_SET_BACK_M = 0.006
_TUCKED = 0.045  # how far down behind a backpack hair goes, of the stature
# By how much hair hides more of the skin than it covers, a level of detail: over the forehead, where it is
# thin, and elsewhere, where one looks in under it; coarse surfaces do not lie on each other so closely.
_HIDES_M = ((0.021, 0.018), (0.010, 0.002), (-0.010, -0.010))
_UNDER_LONG_HAIR_M = -0.012
_FRAME = np.array([0.10, 0.09, 0.09])
_MASK = np.array([0.66, 0.76, 0.82])


def dress_head(
    skin: Surface,
    skeleton: Skeleton,
    head: Head,
    worn: Surface,
    outfit: Outfit,
    color: np.ndarray,
    level: int,
    *,
    rng: np.random.Generator,
) -> tuple[list[Surface], np.ndarray, np.ndarray]:
    """Put on everything on the head, over the garments `worn`; `color` (3,) is the hair's.

    Returns:
        The surfaces, the level (V,) where they hide skin, and where they press it to (V, 3).
    """
    parts: list[Surface] = []
    hidden = np.full(skin.vertex_count, -np.inf)
    pressed_m = skin.position_m
    if outfit.scarf and outfit.headwear != "hijab":
        scarf = paint(_make_scarf(skin, skeleton, rng=rng), outfit.hat_color)
        parts.append(replace(scarf, position_m=lay_over(scarf, worn, below_m=np.inf)))
        worn = join([worn, *parts])
    if outfit.headwear not in ("hijab", "hood") and outfit.hair != "bald":
        if outfit.hair in ("long", "bob"):
            cut = sample_hair_cut(outfit.hair, head, flat=bool(outfit.headwear), rng=rng)
            if outfit.backpack:
                cut = replace(
                    cut, ends_over_m=measure_pack_top(worn, skeleton) - _TUCKED * skeleton.stature_m
                )
            parts.append(
                make_long_hair(skin, skeleton, head, worn, cut, color=color, tips=outfit.tips, level=level)
            )
            pressed_m = press_ears(skin, skeleton, head) if cut.over_ears else pressed_m
            front, nape = outfit.hairline
            hidden = scalp_level(skin, skeleton, head, front=front, nape=nape) + _UNDER_LONG_HAIR_M
        else:
            hair, hidden = _make_hair(skin, skeleton, head, outfit, color, level, rng=rng)
            parts += hair
    if outfit.headwear in ("hijab", "hood"):
        kind = outfit.headwear
        cloth, hidden, pressed_m = make_head_cloth(skin, skeleton, head, worn, kind, level, rng=rng)
        parts.append(paint(cloth, outfit.hat_color if kind == "hijab" else outfit.top_color * 0.97))
    elif outfit.headwear:
        parts += _make_headwear(skin, skeleton, head, outfit, level, rng=rng)
    if outfit.beard_m > 0.0 and not outfit.mask:
        beard = make_beard(skin, skeleton, head, thick_m=outfit.beard_m, rng=rng)
        if beard is not None:
            parts.append(comb(beard, head.centre, 0.8 * color + 0.2 * outfit.skin, "strands"))
    if outfit.mask:
        mask, under_mask = _make_mask(skin, skeleton, head, rng=rng)
        parts.append(paint(mask, _MASK))
        # Nose and lips do not come through; elsewhere one triangle may reach from under it to under hair.
        about_mouth = (np.abs(skin.uv[:, 0]) < 0.3) & (skin.uv[:, 1] < -0.03)
        hidden = np.maximum(hidden, np.where(about_mouth, under_mask + 0.002, -0.05))
    if outfit.glasses and level < 2:
        parts.append(_make_glasses(skin, skeleton, head, dark=outfit.glasses == "dark"))
    return [part for part in parts if len(part.faces)], hidden, pressed_m


def _make_hair(
    skin: Surface,
    skeleton: Skeleton,
    head: Head,
    outfit: Outfit,
    color: np.ndarray,
    level: int,
    *,
    rng: np.random.Generator,
) -> tuple[list[Surface], np.ndarray]:
    """A cap of hair and what falls or is bound behind it, and the level (V,) where it hides skin."""
    style, tall = outfit.hair, head.top - head.bottom
    front, nape = outfit.hairline
    scalp = scalp_level(skin, skeleton, head, front=front, nape=nape)
    around = np.arctan2(skin.position_m[:, 1], skin.position_m[:, 0] - head.centre[0])
    scalp = scalp + 0.0015 * sum(np.sin(n * around + rng.uniform(0.0, 2 * np.pi)) for n in (7, 13))
    # Its edge stands back from the hairline on the skin, above which short hair is painted.
    lift = (front - MEAN_HAIRLINE) * MEAN_TALL_M
    above = measure_above_hairline(skin.uv, lift) * tall / MEAN_TALL_M
    scalp = np.minimum(scalp, above - _SET_BACK_M)
    edge, crown = _THICKNESS_M[style]
    if outfit.headwear:
        edge, crown = min(edge, 0.010), min(crown, 0.010)
    rough = 0.005 if style in ("short", "full", "afro") else 0.002
    rim = 0.004 if style == "afro" else 0.0005
    cap = make_cap(skin, scalp, head, thick_m=edge, top_m=crown, edge_m=rim, rough_m=rough, rng=rng)
    if level == 0 and not outfit.headwear:
        cap = refine(cap)  # the outline of a head is seen from near
    print_name = "curls" if style == "afro" else "strands"
    combed = comb(cap, head.centre, color, print_name)
    parts = [combed]
    bones, bone = len(skeleton.parents), skeleton.index["head"]
    behind = np.array([head.centre[0] - head.half[0] - 0.02, 0.0, head.centre[2]])
    if style == "bun":
        up = rng.uniform(0.0, 0.75)
        behind[2] += (-0.3 if outfit.headwear else up) * head.half[2]  # under a hat on the nape
        bun = make_blob(behind, np.full(3, rng.uniform(0.032, 0.045)), bone, bones)
        parts.append(comb(bun, behind, color * 0.95, print_name))
    if style == "ponytail":
        length = float(rng.uniform(0.07, 0.14))
        tail = behind + np.array([0.012, 0.0, 0.25 * head.half[2] - 0.8 * length])
        hanging = make_blob(tail, np.array([0.028, 0.032, length]), bone, bones)
        parts.append(comb(hanging, tail, color * 0.95, print_name))
    over_forehead, elsewhere = (-0.010, -0.010) if style == "afro" else _HIDES_M[level]
    front = np.abs(skin.uv[:, 0]) < 0.8
    return parts, scalp + np.where(front, over_forehead, elsewhere)


def _make_headwear(
    skin: Surface,
    skeleton: Skeleton,
    head: Head,
    outfit: Outfit,
    level: int,
    *,
    rng: np.random.Generator,
) -> list[Surface]:
    """A cap with its peak, a beanie, or a hat with a brim."""
    kind, color, tall = outfit.headwear, outfit.hat_color, head.top - head.bottom
    front, nape = {"cap": (0.755, 0.47), "beanie": (0.80, 0.30), "hat": (0.70, 0.69)}[kind]
    place = scalp_level(skin, skeleton, head, front=front, nape=nape)
    # Rims stand off far enough for the hair beneath.
    thick, crown = {"cap": (0.012, 0.026), "beanie": (0.006, 0.020), "hat": (0.012, 0.047)}[kind]
    shell = make_cap(skin, place, head, thick_m=thick, top_m=crown, edge_m=0.012, rough_m=0.0, rng=rng)
    shell = refine(shell) if level == 0 else shell
    parts = [comb(shell, head.centre, color, "knit") if kind == "beanie" else paint(shell, color)]
    if kind == "cap":
        peak = make_peak(skeleton, head, head.bottom + 0.80 * tall)
        parts.append(paint(peak, color * 0.85))
    if kind == "hat":
        parts.append(paint(_make_brim(skeleton, head, pick(level, 24, 16, 10)), color * 0.93))
    return parts


def _make_mask(
    skin: Surface, skeleton: Skeleton, head: Head, *, rng: np.random.Generator
) -> tuple[Surface, np.ndarray]:
    """A face mask from the bridge of the nose to under the chin, and its level (V,)."""
    place, tall = skin.position_m, head.top - head.bottom
    upper = head.bottom + (0.47 - 0.10 * np.abs(place[:, 1]) / head.half[1]) * tall - place[:, 2]
    ahead = place[:, 0] - head.centre[0] - 0.15 * head.half[0]
    level = np.minimum(np.minimum(upper, ahead), place[:, 2] - head.bottom + 0.005)
    level = np.where(skin.weights[:, skeleton.index["head"]] > 0.6, level, -0.05)
    mask = make_shell(skin, level, ease_m=np.full(len(place), 0.009), rounds=8, folds_m=0.0, rng=rng)
    return mask, level


def _make_scarf(skin: Surface, skeleton: Skeleton, *, rng: np.random.Generator) -> Surface:
    """A scarf wound around the neck."""
    neck, head = skeleton.at("neck"), skeleton.at("head")
    place, scale = skin.position_m, skeleton.stature_m / 1.7
    tilt = place[:, 2] + 0.5 * (place[:, 0] - neck[0])
    level = np.minimum(tilt - (neck[2] - 0.035 * scale), head[2] + 0.01 * scale - tilt)
    around = 0.12 * scale - np.hypot(place[:, 0] - neck[0], place[:, 1])
    names = ("neck", "head", "chest", *(f"{side}_clavicle" for side in SIDES))
    on = skin.weights[:, [skeleton.index[name] for name in names]].sum(axis=1) > 0.6
    level = np.where(on, np.minimum(level, around), -0.05)
    ease = 0.012 + 0.030 * np.clip(level / 0.03, 0.0, 1.0) ** 0.5
    return make_shell(skin, level, ease_m=ease, rounds=6, folds_m=0.007, rng=rng)


def _make_brim(skeleton: Skeleton, head: Head, around: int) -> Surface:
    """The brim of a hat: a flat ring, bent down a little at front and back."""
    angle = np.arange(around) * 2 * np.pi / around
    inner = np.stack([np.cos(angle) * head.half[0], np.sin(angle) * head.half[1]], axis=1)
    rings = [inner * share + np.sign(inner) * grow for share, grow in ((0.95, 0.0), (1.12, 0.045))]
    height = head.bottom + 0.74 * (head.top - head.bottom)
    drop = [np.full(around, height + 0.012), height + 0.004 + 0.012 * np.sin(angle) ** 2]
    flat = np.concatenate(
        [np.column_stack([ring + head.centre[:2], z]) for ring, z in zip(rings, drop, strict=True)]
    )
    position = np.concatenate([flat, flat - [0.0, 0.0, 0.004]])
    here = np.arange(around)
    after = (here + 1) % around
    top = np.concatenate(
        [
            np.stack([here, around + here, around + after], 1),
            np.stack([here, around + after, after], 1),
        ]
    )
    edge = np.concatenate(
        [
            np.stack([around + here, 3 * around + here, 3 * around + after], 1),
            np.stack([around + here, 3 * around + after, around + after], 1),
        ]
    )
    weights = np.zeros((len(position), len(skeleton.parents)))
    weights[:, skeleton.index["head"]] = 1.0
    faces = np.concatenate([top, top[:, ::-1] + 2 * around, edge])
    return make_surface(position, faces, weights, np.ones(3))


def _make_glasses(skin: Surface, skeleton: Skeleton, head: Head, *, dark: bool) -> Surface:
    """Glasses: two rims (or dark lenses) before the eyes, a bridge and two temples."""
    tall = head.top - head.bottom
    eye_z, eye_y = head.bottom + 0.50 * tall, 0.40 * head.half[1]
    near = (np.abs(skin.position_m[:, 2] - eye_z) < 0.02) & (np.abs(skin.position_m[:, 1]) < 0.05)
    front = float(skin.position_m[near & (skin.weights[:, skeleton.index["head"]] > 0.8), 0].max()) + 0.002
    angle = np.arange(12) * np.pi / 6
    here = np.arange(12)
    after = (here + 1) % 12
    strip = np.concatenate(
        [np.stack([here, 12 + here, 12 + after], 1), np.stack([here, 12 + after, after], 1)]
    )
    parts = []
    for sign in (1.0, -1.0):
        outline = np.stack([np.zeros(12), 0.026 * np.cos(angle), 0.019 * np.sin(angle)], axis=1)
        middle = np.array([front, sign * eye_y, eye_z])
        position = np.concatenate([middle + outline, middle + outline * (0.0 if dark else 0.87)])
        parts.append((position, np.concatenate([strip, strip[:, ::-1]])))
        ends = np.array(
            [[front, sign * (eye_y + 0.022), eye_z], [head.centre[0], sign * (head.half[1] + 0.004), eye_z]]
        )
        parts.append(_bar(ends))
    parts.append(_bar(np.array([[front, -eye_y + 0.024, eye_z], [front, eye_y - 0.024, eye_z]])))
    surfaces = []
    for position, faces in parts:
        weights = np.zeros((len(position), len(skeleton.parents)))
        weights[:, skeleton.index["head"]] = 1.0
        surfaces.append(make_surface(position, faces, weights, _FRAME))
    return join(surfaces)


def _bar(ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A thin upright strip between two points (2, 3), seen from both sides."""
    rise = np.array([0.0, 0.0, 0.002])
    one = np.array([[0, 1, 2], [0, 2, 3]])
    corner = np.array([ends[0] - rise, ends[1] - rise, ends[1] + rise, ends[0] + rise])
    return corner, np.concatenate([one, one[:, ::-1]])
