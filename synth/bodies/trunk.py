"""Clothes on trunk and legs: tops, coats, hoods, skirts and trousers, with their prints.

In: the bare body's surface and an Outfit. Out: surfaces, and the levels where they hide the skin.
"""

import numpy as np

from scenes.cloth import PRINTS
from synth.bodies.detail import pick
from synth.bodies.drape import hang
from synth.bodies.garments import make_lining, make_shell, make_skirt, split_color, stripe
from synth.bodies.hoods import make_folded_hood
from synth.bodies.layers import hang_over, tuck, widen
from synth.bodies.outfit import Outfit
from synth.bodies.panels import find_limb, lay_top, lay_trousers, lay_trunk, measure_limb
from synth.bodies.regions import Regions, find_neckline, share_of_arms
from synth.bodies.ribs import knit_edges
from synth.bodies.skeleton import SIDES, Skeleton
from synth.bodies.surface import Surface, compute_normals, cut, join, paint

# Thickness of the cloth over the skin, and the height of its folds, metres.
_THICK_M = {"shirt": 0.008, "long_sleeves": 0.010, "hoodie": 0.020, "jacket": 0.019, "coat": 0.024}
_FOLDS_M = {"shirt": 0.003, "long_sleeves": 0.003, "hoodie": 0.005, "jacket": 0.004, "coat": 0.005}
_LOOSE_M = (0.010, 0.024)  # how far a top stands off at its hem
# How much a top is cut in toward its hem, and trousers toward theirs, metres a metre: closest, loosest.
_TOP_TAPER, _LEG_TAPER = (0.32, 0.03), (0.11, 0.01)
_HIP_TAPER = 0.12  # how much coats are cut in above the hips, metres a metre
_HIPS_M = 0.08  # how far above the hem hips go
# What a big coat has more than another: of the sleeve's and the skirt's length, of flare and room.
_BIG_SLEEVE, _BIG_LONGER, _BIG_FLARE, _BIG_LOOSE_M = 0.17, 0.42, 0.094, 0.030
# Of a sleeve: its share of the trunk's thickness, how loose it is from the shoulder (0) past the elbow (1) to
# the wrist (2), where folds gather, their height as a share of the thickness, how far apart they are, and how
# far from there they are gone but for a third: one fold to each side, so that they are a bunch and no ripple.
_SLEEVE_SHARE, _SLEEVE_ALONG, _SLEEVE_LOOSE = 0.58, (0.0, 0.4, 0.9, 1.5, 1.9), (0.1, 0.5, 0.9, 0.5, 0.15)
# It rests on the shoulder and on the outside of the arm and hangs from there: what is left there of how far
# it is off, from shoulder (0) to elbow (1); by how much a top is thinner on shoulders, which carry it; the
# least that it is off.
_RESTS_ALONG, _RESTS, _CARRIES, _LEAST_M = (0.0, 0.5, 1.0), (0.25, 0.4, 0.9), 0.45, 0.005
_BUNCHED, _BUNCH_SHARE, _BUNCH_PITCH, _BUNCH_WIDE = (1.0, 1.72), 0.16, 0.17, 0.16
# The shares of the arms in the weights, over which the trunk's cloth goes over into the sleeve's: about the
# armhole, where they are a half, and wide enough that there is no step.
_ARMHOLE = (0.35, 0.75)
_HANGING, _BIG_HANGING = 0.12, 0.17
_AJAR_M = 0.02  # jackets that are open so far show a skirt between them, others close
# Of a belt over a tucked top: how wide it is, and how far down it draws trousers in, of the stature; and
# how far it is off the skin. How far below its edge the top is beneath, of the stature.
_BELT, _BELTED, _BELT_M = 0.022, 0.045, 0.008
_UNDER = 0.004
# Of skirts: how much of what they are wider below goes into the outline, the rest into folds, and how high
# these are where there is no flare and for each metre a metre of it; that of a coat's.
_SKIRT_FLARE, _SKIRT_FOLDS, _COAT_FOLDS_M = 0.7, (0.009, 0.13), 0.006
# How far aside they go along with both legs, of how far hips are: less than thighs are there, so that none
# comes through a skirt; coats, which are looser, spread over trousers more evenly.
_BETWEEN, _COAT_BETWEEN = 0.5, 1.1


def dress_trunk(
    skin: Surface,
    regions: Regions,
    skeleton: Skeleton,
    outfit: Outfit,
    level: int,
    *,
    rng: np.random.Generator,
) -> tuple[list[Surface], list[np.ndarray], list[Surface]]:
    """Top and bottom, the levels where they hide the skin, and the insides that are seen from close by."""
    hip, tall = float(skeleton.at("left_hip")[2]), skeleton.stature_m
    skirt = outfit.bottom in ("dress", "skirt")
    hem = hip - 0.045 * tall + float(rng.uniform(0.012, 0.045)) * tall
    if outfit.held:
        hem = hip + 0.045 * tall
    waist = hip + (0.062 if outfit.tucked else 0.05) * tall
    top, covered = _make_top(skin, regions, skeleton, outfit, hem, waist, level, rng=rng)
    parts, levels = [top], [covered]
    if outfit.top == "hoodie" and outfit.headwear not in ("hood", "hijab"):
        parts.append(paint(make_folded_hood(skeleton, pick(level, 14, 10, 8)), outfit.top_color * 0.94))
    if skirt:
        bottom = _make_skirt(skin, top, regions, skeleton, outfit, waist, level, rng=rng)
        covered = regions.trousers(waist_m=waist, leg=0.35)
    else:
        bottom, covered = _make_trousers(skin, regions, skeleton, outfit, waist, rng=rng)
    if outfit.top == "coat":
        worn = join([top, bottom])
        parts.append(_make_coat_skirt(skin, worn, regions, skeleton, outfit, hem, level, rng=rng))
        parts[0] = widen(top, parts[-1], skeleton)
    if outfit.over_skirt:
        parts[0] = hang_over(top, bottom, skeleton, level)
    elif outfit.tucked and not skirt:
        parts[0] = tuck(top, bottom, skeleton, waist - _UNDER * tall)
    hanging = [bottom] * skirt + parts[-1:] * (outfit.top == "coat")
    linings = [make_lining(tube) for tube in hanging if level == 0]
    return [*parts, bottom], [*levels, covered], linings


def _make_skirt(
    skin: Surface,
    worn: Surface,
    regions: Regions,
    skeleton: Skeleton,
    outfit: Outfit,
    waist: float,
    level: int,
    *,
    rng: np.random.Generator,
) -> Surface:
    """A skirt, or the lower part of a dress, over the top that is worn with it, or beneath it."""
    tall, dress = skeleton.stature_m, outfit.bottom == "dress"
    hem_m = float(skeleton.at("left_knee")[2]) + float(rng.uniform(-0.16, 0.10)) * tall
    flare = float(rng.uniform(-0.045, 0.215))
    worn_m = [] if outfit.over_skirt else [_list_worn(worn, skeleton)]
    tube = make_skirt(
        skin,
        np.concatenate([*worn_m, _list_trunk(regions)]),
        skeleton,
        top_m=waist + 0.03 * tall,
        hem_m=hem_m,
        flare=_SKIRT_FLARE * flare,
        ease_m=0.012,
        folds_m=_SKIRT_FOLDS[0] + _SKIRT_FOLDS[1] * max(flare, 0.0),
        between=_BETWEEN,
        a_fold=pick(level, 4, 2, 2),
        rows=pick(level, 12, 7, 5),
        rng=rng,
    )
    under = outfit.second_color if outfit.over_skirt else outfit.top_color
    tube = paint(tube, under if dress else outfit.bottom_color)
    return lay_trunk(tube, skeleton, outfit.top_print if dress else outfit.bottom_print)


def _make_top(
    skin: Surface,
    regions: Regions,
    skeleton: Skeleton,
    outfit: Outfit,
    hem: float,
    waist: float,
    detail: int,
    *,
    rng: np.random.Generator,
) -> tuple[Surface, np.ndarray]:
    """What covers chest and arms; `detail` is its level of detail."""
    tall = skeleton.stature_m
    sleeve = rng.uniform(0.45, 0.85) if outfit.top == "shirt" else rng.uniform(1.86, 1.95)
    sleeve += _BIG_SLEEVE * outfit.big
    close = outfit.held
    thick = min(_THICK_M[outfit.top], 0.010 if close and outfit.top != "coat" else 1.0)
    neck = float(rng.uniform(0.0, 0.05)) if outfit.top in ("shirt", "long_sleeves") else 0.0
    level = regions.shirt(hem_m=hem, sleeve=float(sleeve), neck_m=neck)
    falling = np.clip((skeleton.at("chest")[2] - regions.z) / (skeleton.at("chest")[2] - hem), 0.0, 1.0)
    loose = 0.004 if close or outfit.over_skirt else float(rng.uniform(*_LOOSE_M))
    ease = thick + loose * falling * (regions.arm < 0.5)
    ease += _BIG_LOOSE_M * outfit.big * np.where(regions.arm < 0.5, 0.4 + 0.6 * falling, 0.5)
    ease = _narrow_sleeves(ease, regions, float(rng.uniform(0.004, 0.017)), long=outfit.top != "shirt")
    ease = np.maximum(ease * _rest_on_shoulders(skin, regions, skeleton), np.minimum(ease, _LEAST_M))
    ease *= tall / 1.7
    folds = _FOLDS_M[outfit.top] * np.ones(len(ease))
    if close and outfit.top != "coat":
        # Trousers and skirts hold it close, their belt or waistband lies over it.
        within = np.interp(regions.z, [hem, hem + (0.037 if outfit.tucked else 0.05) * tall], [0.1, 1.0])
        within = np.where(regions.arm < 0.5, within, 1.0)
        ease, folds = within * ease, within * folds
    # The looser, the straighter it hangs.
    straight = (loose - _LOOSE_M[0]) / (_LOOSE_M[1] - _LOOSE_M[0])
    if outfit.top == "coat":
        close, straight = False, 1.0

    def drape(shell: Surface) -> np.ndarray:
        gathered, spans = outfit.top in ("hoodie", "jacket"), outfit.top == "coat"
        return _hang_top(shell, skeleton, hem, straight, gathered=gathered, spans=spans)

    top = make_shell(
        skin,
        level,
        ease_m=ease,
        rounds=4,
        folds_m=folds,
        drape=None if close or outfit.pressed else drape,
        rng=rng,
    )
    top = lay_top(paint(top, outfit.top_color), skeleton, outfit.top_print)
    if detail == 0:
        top = knit_edges(top, skeleton, outfit, find_neckline(skeleton, neck), hem)
    if outfit.top in ("jacket", "coat"):
        width = outfit.open_front
        front = top.position_m[:, 0] - skeleton.at("neck")[0]
        ahead = stripe(cut(top, front), lambda s: s.position_m[:, 1], [(-width, width)], outfit.second_color)
        if (outfit.top, outfit.bottom) == ("jacket", "skirt") and width > _AJAR_M:
            aside = np.maximum(np.abs(ahead.position_m[:, 1]) - width, ahead.position_m[:, 2] - waist)
            ahead = split_color(ahead, -aside, outfit.bottom_color)
        top = join([ahead, cut(top, -front)])
    return top, level


def _list_trunk(regions: Regions) -> np.ndarray:
    """Points (N, 3) of bare trunk and legs, relative to the floor under the pelvis."""
    trunk = (regions.arm < 0.3) & (regions.z > 0.05)
    return np.stack([regions.x, regions.y, regions.z], axis=1)[trunk]


def _list_worn(worn: Surface, skeleton: Skeleton) -> np.ndarray:
    """Points (N, 3) of garments but for their sleeves, relative to the floor under the pelvis."""
    trunk = share_of_arms(worn.weights, skeleton) < 0.3
    return worn.position_m[trunk] - [*skeleton.at("pelvis")[:2], 0.0]


def _make_coat_skirt(
    skin: Surface,
    worn: Surface,
    regions: Regions,
    skeleton: Skeleton,
    outfit: Outfit,
    hem: float,
    level: int,
    *,
    rng: np.random.Generator,
) -> Surface:
    """The part of a coat below the hips, over what is worn there, open at the front as far as the coat is."""
    knee = float(skeleton.at("left_knee")[2])
    hanging = 0.0 if outfit.pressed else (_BIG_HANGING if outfit.big else _HANGING)
    tube = make_skirt(
        skin,
        np.concatenate([_list_worn(worn, skeleton), _list_trunk(regions)]),
        skeleton,
        top_m=hem + (0.05 + 0.04 * outfit.big) * skeleton.stature_m,
        hem_m=hem + float(rng.uniform(0.55, 1.05) + _BIG_LONGER * outfit.big) * (knee - hem),
        flare=float(rng.uniform(0.04, 0.12)) + _BIG_FLARE * outfit.big - hanging,
        ease_m=0.022 if outfit.pressed else 0.008,
        folds_m=_COAT_FOLDS_M,
        between=_BETWEEN if outfit.bottom in ("skirt", "dress") else _COAT_BETWEEN,
        a_fold=pick(level, 4, 2, 2),
        rows=pick(level, 12, 7, 5) if outfit.big else pick(level, 8, 5, 4),
        rng=rng,
    )
    place = tube.position_m
    gap = outfit.open_front + 0.25 * outfit.open_front * (hem - place[:, 2]) / 0.1
    behind = skeleton.at("pelvis")[0] - place[:, 0]
    tube = cut(tube, np.maximum(np.abs(place[:, 1]) - gap, behind))
    return lay_trunk(paint(tube, outfit.top_color), skeleton, outfit.top_print)


def _make_trousers(
    skin: Surface,
    regions: Regions,
    skeleton: Skeleton,
    outfit: Outfit,
    waist: float,
    *,
    rng: np.random.Generator,
) -> tuple[Surface, np.ndarray]:
    """Trousers, jeans, leggings or shorts, tight or wide, with a belt where the top is tucked in."""
    tall, kind = skeleton.stature_m, outfit.bottom
    length = rng.uniform(0.7, 1.0) if kind == "shorts" else rng.uniform(1.93, 1.99)
    level = regions.trousers(waist_m=waist, leg=float(length))
    low, high = {"jeans": (0.003, 0.018), "leggings": (0.0, 0.001), "shorts": (0.012, 0.03)}.get(
        kind, (0.006, 0.036)
    )
    wide = float(rng.uniform(low, high))
    base = 0.002 if kind == "leggings" else 0.007
    ease = (base + wide * np.clip(regions.along_leg / 1.6, 0.0, 1.0)) * tall / 1.7
    folds = (0.0 if kind == "leggings" else 0.004 + 0.1 * wide) * np.ones(len(ease))
    if outfit.tucked:
        # A belt draws them in, over the top and its creases.
        belted = np.interp(regions.z, [waist - _BELTED * tall, waist - _BELT * tall], [0.0, 1.0])
        ease += belted * (_BELT_M * tall / 1.7 - ease)
        folds *= 1.0 - belted
    straight = (wide - low) / (high - low)

    def drape(shell: Surface) -> np.ndarray:
        return _hang_legs(shell, skeleton, straight)

    trousers = make_shell(
        skin,
        level,
        ease_m=ease,
        rounds=2 if kind == "leggings" else 5,
        folds_m=folds,
        drape=None if kind == "leggings" or outfit.pressed else drape,
        rng=rng,
    )
    cloth = "matte" if kind == "leggings" else "creased cloth"
    sewn = PRINTS.index("slacks") if kind == "trousers" else outfit.bottom_print
    trousers = lay_trousers(paint(trousers, outfit.bottom_color), skeleton, sewn, cloth=cloth)
    if outfit.tucked:
        belt = trousers.position_m[:, 2] - (waist - _BELT * tall)
        trousers = split_color(trousers, belt, np.array([0.13, 0.10, 0.08]))
    return trousers, level


def _narrow_sleeves(ease: np.ndarray, regions: Regions, loose_m: float, *, long: bool) -> np.ndarray:
    """The distance from the skin (V,) of a top whose sleeves lie closer than its trunk.

    They are widest above the elbow and narrow at the cuff; long ones have folds at elbows and wrists.
    """
    along = regions.along_arm
    sleeve = _SLEEVE_SHARE * ease + loose_m * np.interp(along, _SLEEVE_ALONG, _SLEEVE_LOOSE)
    if long:
        bunched = sum(np.exp(-(((along - place) / _BUNCH_WIDE) ** 2)) for place in _BUNCHED)
        sleeve += _BUNCH_SHARE * ease * bunched * (1.0 + np.sin(2.0 * np.pi * along / _BUNCH_PITCH))
    return ease + np.interp(regions.arm, _ARMHOLE, (0.0, 1.0)) * (sleeve - ease)


def _rest_on_shoulders(skin: Surface, regions: Regions, skeleton: Skeleton) -> np.ndarray:
    """What is left (V,) of a top's distance from the skin where it rests: on shoulders and upper arms."""
    upward = np.clip(compute_normals(skin.position_m, skin.faces)[:, 2], 0.0, 1.0)
    high = np.clip((regions.z - skeleton.at("chest")[2]) / (0.04 * skeleton.stature_m), 0.0, 1.0)
    trunk = 1.0 - _CARRIES * upward * high
    sleeve = np.ones(len(upward))
    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        joints = [f"{side}_{joint}" for joint in ("shoulder", "elbow", "wrist")]
        _, out, ahead = measure_limb(skin.position_m, find_limb(skeleton, joints, np.array([0.0, 0.0, 1.0])))
        outer = np.clip(0.3 + 0.7 * out / np.maximum(np.hypot(out, ahead), 1e-6), 0.0, 1.0)
        left = np.interp(regions.along_arm, _RESTS_ALONG, _RESTS)
        sleeve = np.where(sign * regions.y > 0.0, 1.0 - (1.0 - left) * outer, sleeve)
    return trunk + np.interp(regions.arm, _ARMHOLE, (0.0, 1.0)) * (sleeve - trunk)


def _hang_top(
    shell: Surface, skeleton: Skeleton, hem: float, straight: float, *, gathered: bool, spans: bool
) -> np.ndarray:
    """Where a top's points (V, 3) hang: from chest and shoulder blades, `gathered` at the hem by a band.

    One that `spans` the waist goes from the chest to the hips without being drawn in between.
    """
    arms = share_of_arms(shell.weights, skeleton)
    chest = float(skeleton.at("chest")[2])
    falling = np.clip((chest + 0.06 - shell.position_m[:, 2]) / 0.16, 0.0, 1.0)
    amount = (0.5 + 0.5 * straight) * falling * np.clip(2.0 - 4.0 * arms, 0.0, 1.0)
    if gathered:
        amount *= np.clip((shell.position_m[:, 2] - hem) / 0.06, 0.25, 1.0)
    taper = _TOP_TAPER[0] + straight * (_TOP_TAPER[1] - _TOP_TAPER[0])
    middle, holds = skeleton.at("pelvis")[:2], arms < 0.3
    position_m = hang(shell.position_m, middle, amount, taper=taper, holds=holds)
    if spans:
        turned = np.array([1.0, 1.0, -1.0])
        holds &= position_m[:, 2] < hem + _HIPS_M
        position_m = turned * hang(turned * position_m, middle, amount, taper=_HIP_TAPER, holds=holds)
    return position_m


def _hang_legs(shell: Surface, skeleton: Skeleton, straight: float) -> np.ndarray:
    """Where the points (V, 3) of trousers hang: each leg from the seat and the thigh down."""
    taper = _LEG_TAPER[0] + straight * (_LEG_TAPER[1] - _LEG_TAPER[0])
    position_m = shell.position_m
    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        hip, knee, ankle = (skeleton.at(f"{side}_{joint}") for joint in ("hip", "knee", "ankle"))
        chain = np.stack([ankle, knee, hip])
        axis_m = np.stack([np.interp(position_m[:, 2], chain[:, 2], chain[:, k]) for k in (0, 1)], axis=1)
        mine = (sign * (position_m[:, 1] - skeleton.at("pelvis")[1]) > 0.0) & (position_m[:, 2] < hip[2])
        down = (hip[2] - position_m[:, 2]) / (hip[2] - knee[2])
        inner = np.clip(sign * (axis_m[:, 1] - position_m[:, 1]) / 0.06, 0.0, 1.0)
        amount = np.clip((down - 0.25) / 0.3, 0.0, 1.0) * (1.0 - 0.6 * inner) * mine
        position_m = hang(position_m, axis_m, amount, taper=taper, holds=mine & (down > 0.1))
    return position_m
