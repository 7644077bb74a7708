"""What a person wears: skin, clothes, shoes, hair and bag put together into one surface.

In: the bare body's vertices. Out: a Surface and the thickness of the shoes' soles.
"""

import numpy as np

from synth.bodies.accessories import make_bag, make_shoes
from synth.bodies.garments import make_shell, make_skirt, split_color, stripe, uncovered
from synth.bodies.hair import (
    Head,
    make_beard,
    make_blob,
    make_cap,
    make_curtain,
    make_peak,
    measure_head,
    paint_face,
    sample_hair_color,
    scalp_level,
)
from synth.bodies.model import BodyModel
from synth.bodies.outfit import Outfit, sample_outfit
from synth.bodies.regions import Regions, find_regions
from synth.bodies.skeleton import Skeleton
from synth.bodies.surface import Surface, cut, join, make_surface, paint
from synth.records import BodyShape

SOLE_M = 0.018


def dress_body(
    model: BodyModel,
    skeleton: Skeleton,
    vertices_m: np.ndarray,
    shape: BodyShape,
    handedness: str,
    *,
    rng: np.random.Generator,
) -> tuple[Surface, float]:
    """Dress a body; positions are raised by the soles so that they stand on z = 0."""
    weights = np.zeros((len(vertices_m), len(skeleton.parents)))
    np.add.at(weights, (np.arange(len(vertices_m))[:, None], model.bone_index), model.bone_weight)
    outfit = sample_outfit(shape, rng=rng)
    hair_color = sample_hair_color(shape, rng=rng)
    skin = make_surface(vertices_m, model.faces, weights, outfit.skin)
    regions = find_regions(vertices_m, weights, skeleton)
    head = measure_head(skin, skeleton)
    parts, levels = _dress_trunk(skin, regions, skeleton, outfit, rng=rng)
    shoe, shoe_level = make_shoes(
        skin,
        regions,
        skeleton,
        top_m=float(skeleton.at("left_ankle")[2] * rng.uniform(0.85, 1.15)) + 0.012,
        sole_m=SOLE_M,
        color=outfit.shoe_color,
        sole_color=outfit.sole_color,
    )
    painted = paint_face(model, skin, head, outfit.skin, hair_color, rng=rng)
    shown = uncovered(painted, [*levels, shoe_level], margin_m=0.022)
    bag_side = "left" if handedness == "right" else "right"
    bag = make_bag(skin, regions, skeleton, bag_side, outfit.bag_color)
    dressed = join(
        [shown, *parts, shoe, *_dress_head(skin, skeleton, head, outfit, hair_color, rng=rng), bag]
    )
    raised = dressed.position_m + np.array([0.0, 0.0, SOLE_M])
    return Surface(raised, dressed.faces, dressed.weights, dressed.color, dressed.bag), SOLE_M


def _dress_trunk(
    skin: Surface, regions: Regions, skeleton: Skeleton, outfit: Outfit, *, rng: np.random.Generator
) -> tuple[list[Surface], list[np.ndarray]]:
    """Top and bottom, and the levels where they hide the skin."""
    hip, tall = float(skeleton.at("left_hip")[2]), skeleton.stature_m
    crotch = hip - 0.045 * tall
    hem = crotch + float(rng.uniform(0.012, 0.045)) * tall
    dress, skirt = outfit.bottom == "dress", outfit.bottom in ("dress", "skirt")
    if skirt or outfit.tucked:
        hem = hip + 0.045 * tall
    sleeve = {"shirt": rng.uniform(0.45, 0.85)}.get(outfit.top, rng.uniform(1.86, 1.95))
    thick = {"shirt": 0.008, "long_sleeves": 0.010, "hoodie": 0.020, "jacket": 0.019}[outfit.top]
    if skirt and outfit.top in ("hoodie", "jacket"):
        thick = 0.010
    neck = float(rng.uniform(0.0, 0.05)) if outfit.top in ("shirt", "long_sleeves") else 0.0
    level = regions.shirt(hem_m=hem, sleeve=float(sleeve), neck_m=neck)
    falling = np.clip((skeleton.at("chest")[2] - regions.z) / (skeleton.at("chest")[2] - hem), 0.0, 1.0)
    loose = 0.004 if outfit.tucked or skirt else float(rng.uniform(0.016, 0.026))
    ease = thick + loose * falling * (regions.arm < 0.5)
    ease += np.where(regions.arm > 0.5, rng.uniform(0.004, 0.014) * np.clip(regions.along_arm, 0, 1), 0.0)
    ease *= tall / 1.7
    top = make_shell(skin, level, ease_m=ease, rounds=4, folds_m=0.005, rng=rng)
    top = _pattern_top(paint(top, outfit.top_color), skeleton, outfit, rng=rng)
    parts, levels = [top], [level]
    if outfit.top == "hoodie":
        parts.append(_make_hood(skeleton, outfit.top_color * 0.94))
    waist = hip + (0.062 if outfit.tucked else 0.05) * tall
    if skirt:
        color = outfit.top_color if dress else outfit.bottom_color
        knee = float(skeleton.at("left_knee")[2])
        length = float(rng.uniform(-0.06, 0.10)) * tall
        tube = make_skirt(
            skin,
            regions,
            skeleton,
            top_m=waist + (0.03 if dress else 0.0) * tall,
            hem_m=knee + length,
            flare=float(rng.uniform(0.06, 0.32)),
            ease_m=0.018,
            rng=rng,
        )
        parts.append(paint(tube, color))
        levels.append(regions.trousers(waist_m=waist, leg=0.35))
        return parts, levels
    long = {"shorts": rng.uniform(0.7, 1.0)}.get(outfit.bottom, rng.uniform(1.93, 1.99))
    level = regions.trousers(waist_m=waist, leg=float(long))
    wide = float(rng.uniform(0.006, 0.030)) if outfit.bottom != "jeans" else float(rng.uniform(0.003, 0.016))
    ease = (0.007 + wide * np.clip(regions.along_leg / 1.6, 0.0, 1.0)) * tall / 1.7
    if outfit.tucked:
        ease += 0.006 * (regions.z > hip)
    trousers = paint(
        make_shell(skin, level, ease_m=ease, rounds=5, folds_m=0.004, rng=rng), outfit.bottom_color
    )
    if outfit.tucked:
        belt = trousers.position_m[:, 2] - (waist - 0.022 * tall)
        trousers = split_color(trousers, belt, np.array([0.13, 0.10, 0.08]))
    return [*parts, trousers], [*levels, level]


def _pattern_top(top: Surface, skeleton: Skeleton, outfit: Outfit, *, rng: np.random.Generator) -> Surface:
    """Stripes, a block of colour, or the zip and lining of an open jacket."""
    chest = skeleton.at("chest")
    if outfit.top == "jacket":
        width = float(rng.choice([0.008, 0.03, 0.055]))
        front = top.position_m[:, 0] - chest[0]
        before = stripe(cut(top, front), lambda s: s.position_m[:, 1], [(-width, width)], outfit.second_color)
        return join([before, cut(top, -front)])
    if outfit.pattern == "stripes":
        pitch = float(rng.uniform(0.07, 0.11))
        share = float(rng.uniform(0.3, 0.5))
        low, high = top.position_m[:, 2].min(), top.position_m[:, 2].max()
        starts = np.arange(low + 0.4 * pitch, high, pitch)
        bands = [(float(s), float(s + share * pitch)) for s in starts]
        return stripe(top, lambda s: s.position_m[:, 2], bands, outfit.second_color)
    if outfit.pattern == "block":
        edge = float(chest[2] + rng.uniform(-0.05, 0.16) * skeleton.stature_m / 1.7)
        return split_color(top, top.position_m[:, 2] - edge, outfit.second_color)
    return top


def _make_hood(skeleton: Skeleton, color: np.ndarray) -> Surface:
    """A folded hood behind the neck."""
    scale = skeleton.stature_m / 1.7
    centre = skeleton.at("neck") + np.array([-0.075, 0.0, -0.035]) * scale
    half = np.array([0.055, 0.105, 0.075]) * scale
    return paint(make_blob(centre, half, skeleton.index["chest"], len(skeleton.parents)), color)


def _dress_head(
    skin: Surface,
    skeleton: Skeleton,
    head: Head,
    outfit: Outfit,
    color: np.ndarray,
    *,
    rng: np.random.Generator,
) -> list[Surface]:
    """Hair, hat and beard."""
    parts: list[Surface] = []
    style = outfit.hair
    front = float(rng.uniform(0.79, 0.84))
    nape = {"long": 0.10, "bob": 0.10}.get(style, float(rng.uniform(0.10, 0.18)))
    level = scalp_level(skin, skeleton, head, front=front, nape=nape)
    thickness = {
        "crop": (0.004, 0.006),
        "short": (0.008, 0.020),
        "full": (0.018, 0.036),
        "afro": (0.045, 0.062),
        "bob": (0.013, 0.020),
        "long": (0.010, 0.017),
        "bun": (0.006, 0.012),
        "cap": (0.006, 0.006),
        "beanie": (0.010, 0.010),
    }
    if style != "bald":
        edge, crown = thickness[style]
        rough = 0.004 if style in ("short", "full") else 0.001
        parts.append(
            paint(make_cap(skin, level, head, thick_m=edge, top_m=crown, rough_m=rough, rng=rng), color)
        )
    tall = head.top - head.bottom
    bones, bone = len(skeleton.parents), skeleton.index["head"]
    if style in ("long", "bob", "beanie"):
        length = {"bob": 0.95 * tall}.get(style, float(rng.uniform(1.2, 1.9)) * tall)
        parts.append(paint(make_curtain(skin, skeleton, head, length_m=length, rng=rng), color * 0.96))
    if style == "bun":
        back = np.array(
            [
                head.centre[0] - head.half[0] - 0.02,
                0.0,
                head.centre[2] + rng.uniform(0.0, 0.75) * head.half[2],
            ]
        )
        parts.append(paint(make_blob(back, np.full(3, rng.uniform(0.032, 0.045)), bone, bones), color * 0.95))
    if style in ("cap", "beanie"):
        hat = scalp_level(skin, skeleton, head, front=0.80, nape=0.50)
        shell = make_cap(skin, hat, head, thick_m=0.018, top_m=0.030, rough_m=0.0, rng=rng)
        parts.append(paint(shell, outfit.hat_color))
        if style == "cap":
            parts.append(
                paint(make_peak(skin, skeleton, head, head.bottom + 0.80 * tall), outfit.hat_color * 0.85)
            )
    if outfit.beard_m > 0.0:
        beard = make_beard(skin, skeleton, head, thick_m=outfit.beard_m, rng=rng)
        if beard is not None:
            parts.append(paint(beard, 0.8 * color + 0.2 * outfit.skin))
    return parts
