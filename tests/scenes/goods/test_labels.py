"""Labels: what is photographed for which product, and that photographs are lit as solid things are."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.goods.assortment import list_families
from scenes.goods.labels import TEMPLATES, LabelDesign
from scenes.goods.labels.front import draw_front
from scenes.goods.labels.photographs import SUBJECTS, choose_subject, take_photograph
from scenes.goods.labels.photographs.fillings import FILLINGS
from scenes.goods.labels.photographs.pieces import PIECES, lean, make_pieces
from scenes.goods.labels.photographs.relief import carve_solid
from scenes.goods.labels.photographs.settings import SETTINGS
from scenes.goods.labels.photographs.stage import Stage
from scenes.goods.pictograms import PICTOGRAMS
from scenes.randomness import make_rng

DESIGN = LabelDesign(
    "Dorsen", "Juice", "Apple", "1 l", (40, 90, 160), (230, 200, 60), "arc", "fruit", 4, "4006381333931"
)


def test_every_product_on_sale_has_a_photograph_of_its_own_kind():
    """Something, nothing unlike: chocolate is not cola, shampoo not ham, a peanut no pea."""
    for family in list_families(frozen=True, hung=True, hot=True):
        if family.package == "fruit":
            continue
        for flavour, _ in family.flavours:
            shown = {choose_subject(family.name, flavour, pictogram) for pictogram in PICTOGRAMS}
            assert len(shown) == 1, f"no picture for {family.name} {flavour}"
    assert choose_subject("Chocolate Bar", "Milk", "heart").filling == "milk chocolate"
    assert choose_subject("Shampoo", "Fresh", "drop").setting == "water splash"
    assert choose_subject("Peanuts", "Salted", "bean").filling == "peanuts"
    assert choose_subject("Toast", "Butter", "wheat").filling == "toast"
    assert choose_subject("Plasters", "Waterproof", "star").filling == "plasters"


def test_the_tables_name_what_exists_and_nothing_else():
    fallback = {choose_subject("Something", "", pictogram) for pictogram in PICTOGRAMS}
    assert fallback <= set(SUBJECTS)
    assert {subject.setting for subject in SUBJECTS} == set(SETTINGS)
    assert {subject.filling for subject in SUBJECTS} == set(FILLINGS)
    assert {piece for filling in FILLINGS.values() for piece, _, _ in filling} == set(PIECES)


@pytest.mark.parametrize("setting", SETTINGS)
def test_settings_fill_their_picture(setting):
    subject = next(subject for subject in SUBJECTS if subject.setting == setting)
    picture = np.asarray(take_photograph(subject, 0))
    solid = picture[..., 3] > 128
    assert 0.12 < solid.mean() < 0.9
    assert picture[solid, :3].std() > 20, "light and shade"


def test_every_piece_has_a_shape_and_a_skin():
    for name in PIECES:
        relief, skin, _ = make_pieces(name, np.full(2, 16.0), rng=make_rng(0, 0, "test"))
        assert (relief.inside.sum((1, 2)) > 30).all(), name
        assert np.allclose((relief.normal**2).sum(1)[relief.inside], 1, atol=1e-3), name
        shown = np.broadcast_to(skin, relief.normal.shape).transpose(0, 2, 3, 1)[relief.inside]
        assert np.isfinite(shown).all(), name
        assert 0.02 < shown.mean() < 1.1, name


def test_a_ball_is_as_high_as_pythagoras_says():
    relief = carve_solid("ball", np.array([[20.0, 20.0, 20.0]]), lean(0.3, 0.7, 1.1))
    half = relief.depth.shape[1] // 2
    for x, y in ((0, 0), (12, 5), (-9, 12)):
        assert relief.depth[0, half + y, half + x] == pytest.approx(np.sqrt(400 - x * x - y * y), abs=0.01)
        normal = np.array([x, y, np.sqrt(400 - x * x - y * y)]) / 20
        assert relief.normal[0, :, half + y, half + x] == pytest.approx(normal, abs=1e-3)
    assert relief.inside.sum() == pytest.approx(np.pi * 400, rel=0.02)


def test_pieces_are_lit_from_the_upper_left_and_throw_shadows_to_the_lower_right():
    stage = Stage()
    relief, skin, gloss = make_pieces("white bean", np.array([30.0]), rng=make_rng(0, 0, "test"))
    stage.lay(relief, skin, np.array([[80, 80]]), np.zeros(1), gloss=gloss)
    picture = stage.photograph().astype(float)
    solid = picture[..., 3] > 250
    down, right = np.nonzero(solid)
    towards = (down - down.mean()) + (right - right.mean())
    light = picture[solid, :3].mean(1)
    assert light[towards < -8].mean() > 1.3 * light[towards > 8].mean()
    shadow = (picture[..., 3] > 8) & (picture[..., :3].max(-1) < 60) & ~solid
    down, right = np.nonzero(shadow)
    assert down.mean() + right.mean() > 160 + 8


def test_photographs_do_not_depend_on_what_was_taken_before():
    subject = choose_subject("Juice", "Orange", "fruit")
    before = np.asarray(take_photograph(subject, 1)).copy()
    take_photograph.cache_clear()
    take_photograph(choose_subject("Pizza", "Tuna", "sun"), 0)
    assert np.array_equal(np.asarray(take_photograph(subject, 1)), before)
    assert not np.array_equal(np.asarray(take_photograph(subject, 0)), before)


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_lines_flavours_and_sizes_look_alike(template):
    """The code and the content do not move anything; another flavour leaves the upper part as it is."""
    front = np.asarray(draw_front(replace(DESIGN, template=template), (160, 256))).astype(int)
    other = replace(DESIGN, template=template, code="9006381333931", content="2 l")
    assert (np.abs(np.asarray(draw_front(other, (160, 256))) - front).max(-1) > 24).mean() < 0.01
    flavoured = replace(DESIGN, template=template, flavour="Grape", accent=(110, 50, 140))
    changed = np.abs(np.asarray(draw_front(flavoured, (160, 256))) - front).max(-1) > 24
    assert changed[:76].mean() < 0.12
    assert 0.02 < changed.mean() < 0.7
