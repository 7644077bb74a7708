"""What a person wears: skin, clothes, shoes, hair and bags put together into one surface.

In: the bare body's vertices. Out: a Surface at a level of detail.
"""

from dataclasses import replace

import numpy as np

from scenes.scenario import MILD_C
from synth.bodies.accessories import hold_in, make_bag
from synth.bodies.backpack import make_backpack, make_pack_trim
from synth.bodies.cuffs import finish_cuffs
from synth.bodies.detail import CLOSE
from synth.bodies.face import lay_face, paint_face, sample_face
from synth.bodies.footwear import choose_shoes
from synth.bodies.garments import uncovered
from synth.bodies.hair import measure_head, sample_hair_color
from synth.bodies.hand_tones import color_hands
from synth.bodies.hands import refine_hands
from synth.bodies.headwear import dress_head
from synth.bodies.hosiery import choose_hosiery, put_on
from synth.bodies.model import BodyModel
from synth.bodies.outfit import put_on_big_coat, put_on_romper, put_on_uniform, sample_outfit
from synth.bodies.regions import find_regions
from synth.bodies.shoes import make_shoes
from synth.bodies.skeleton import Skeleton
from synth.bodies.surface import Surface, join, make_surface, paint, refine
from synth.bodies.trunk import dress_trunk
from synth.bodies.wardrobe import OUTERWEAR
from synth.records import BodyShape

SOLE_M = 0.018
_WIDE_M = 0.016  # from here on faces of a bald head show in its outline: not those of ears, eyes, nose, mouth


def dress_body(
    model: BodyModel,
    skeleton: Skeleton,
    vertices_m: np.ndarray,
    shape: BodyShape,
    mobility: str,
    bag_side: str,
    *,
    level: int,
    uniform: int | None,
    big_coat: bool,
    coat_on_arm: bool,
    rng: np.random.Generator,
) -> Surface:
    """Dress a body; positions are raised by the soles so that they stand on z = 0.

    What is drawn from `rng` does not depend on the level of detail.
    """
    close, level = level == CLOSE, max(level, 0)
    outfit = sample_outfit(shape, rng=rng)
    if big_coat:
        outfit = put_on_big_coat(outfit, shape.look_seed)
    taken_off = OUTERWEAR if shape.dressed_for_c < MILD_C else ("coat",)  # jackets stay on where it is mild
    if coat_on_arm and outfit.top in taken_off:
        outfit = replace(outfit, top="long_sleeves")  # it is the one on the arm
    if mobility in ("carrying", "carried"):
        outfit = replace(outfit, backpack=False, pressed=True)  # a leg goes round the back
    if mobility == "carried":
        outfit = put_on_romper(outfit)
    if uniform is not None:
        outfit = put_on_uniform(outfit, uniform)
    hair_color = sample_hair_color(shape, rng=rng)
    skin = make_surface(vertices_m, model.faces[level], model.weights, outfit.skin)
    skin = replace(skin, uv=model.around_head)
    regions = find_regions(vertices_m, model.weights, skeleton)
    head = measure_head(skin, skeleton)
    parts, levels, linings = dress_trunk(skin, regions, skeleton, outfit, level, rng=rng)
    if bag_side and outfit.top == "coat":
        parts, linings = (
            [hold_in(part, regions, skeleton, bag_side) for part in some] for some in (parts, linings)
        )
    shoes = choose_shoes(outfit, shape)
    hosiery = choose_hosiery(outfit, shoes, shape)
    shoe, shoe_level = make_shoes(
        paint(skin, hosiery.color) if hosiery.up > 0.0 else skin,
        regions,
        skeleton,
        shoes,
        top_m=float(skeleton.at("left_ankle")[2] * rng.uniform(0.85, 1.15)) + 0.012,
        sole_m=SOLE_M,
        level=level,
    )
    face = sample_face(shape, outfit, hair_color, rng=rng)
    painted = color_hands(paint_face(model, skin, skeleton, face), shape, face.tone, level)
    garments = join(parts)
    worn, under_hair, pressed_m = dress_head(
        skin, skeleton, head, garments, outfit, hair_color, level, rng=rng
    )
    painted = replace(painted, position_m=pressed_m)
    shown = lay_face(uncovered(painted, [*levels, shoe_level, under_hair], margin_m=0.022), face)
    if outfit.hair == "bald" and not outfit.headwear and level == 0:
        neck = shown.weights[:, [skeleton.index[name] for name in ("head", "neck")]].sum(axis=1)
        shown = refine(shown, among=(neck > 0.2)[shown.faces].all(axis=1), wide_m=_WIDE_M)
    if close:
        shown = refine_hands(shown, skeleton, shape, face.tone)
        parts = [finish_cuffs(parts[0], skeleton), *parts[1:]]
    shown = put_on(shown, skeleton, hosiery, ribbed=level == 0)
    clothed = join([shown, *parts])
    if outfit.backpack:
        worn.append(make_backpack(clothed, skeleton, outfit.hat_color, level))
        if level == 0:
            worn.append(make_pack_trim(clothed, skeleton, outfit.hat_color))
    if bag_side:
        worn.append(make_bag(clothed, regions, skeleton, bag_side, outfit.bag_color, level))
    dressed = join([clothed, shoe, *worn, *linings])
    return replace(dressed, position_m=dressed.position_m + np.array([0.0, 0.0, SOLE_M]))
