"""Skins of loose fruit: coloured as their kind is, without a seam, and each showing another side."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.goods.labels import LabelDesign
from scenes.goods.packages import PackLook, make_loose_forms
from scenes.goods.packages.fruit_kinds import find_shape
from scenes.goods.skin_kinds import find_skin
from scenes.goods.skins import draw_skin
from scenes.surfaces import BASE_MATERIALS, MATERIAL
from scenes.world import FORMS
from scenes.world.store import find_form


def draw(name, size_m=(0.08, 0.08, 0.078), *, code="4001234567890"):
    """The skin of what is called so, in its natural colour."""
    color = find_skin(name).color
    design = LabelDesign("Hof", name, "", "", (30, 60, 160), color, "disc", "leaf", 0, code)
    return np.asarray(draw_skin(design, np.array(size_m))).astype(float)


def test_fruit_has_the_colour_of_its_kind():
    for name, strongest, weakest in (
        ("Banana", 0, 2),
        ("Navel Orange", 0, 2),
        ("Cucumber", 1, 2),
        ("Granny Smith Apple", 1, 2),
    ):
        mean = draw(name).mean(axis=(0, 1))
        assert (mean.argmax(), mean.argmin()) == (strongest, weakest), name
    assert draw("Aubergine").mean() < 50 < 200 < draw("Garlic").mean()


def test_orange_peppers_are_peppers_and_kaiser_pears_are_russet():
    assert find_skin("Orange Pepper").finish == find_skin("Red Pepper").finish
    assert find_shape("Orange Pepper") is find_shape("Red Pepper")
    russet, green = (draw(name).mean(axis=(0, 1)) for name in ("Pear Kaiser", "Pear Conference"))
    assert russet[0] - russet[1] > 30 + green[0] - green[1]


def test_pieces_of_what_ripens_differ_more_in_hue_than_garlic_does():
    spread = {}
    for name in ("Mango", "Garlic"):
        forms = make_loose_forms(["fruit"], np.full((1, 3), 0.07), [PackLook(0, (0, 0, 0), (0, 0, 0), name)])
        tint = np.array([forms[0, form, False].color[0] for form in range(FORMS)], float)
        spread[name] = np.ptp(tint[:, 0] / tint[:, 1])
    assert spread["Mango"] > 2 * spread["Garlic"]


def find_roughness(*names):
    """How rough the skins of what is called so are."""
    return [BASE_MATERIALS[MATERIAL[find_skin(name).finish]].roughness for name in names]


def test_what_is_waxed_shines_and_what_is_downy_or_earthy_does_not():
    (orange,) = find_roughness("Navel Orange")
    assert max(find_roughness("Red Pepper", "Beef Tomato", "Granny Smith Apple", "Aubergine")) < 0.5 * orange
    assert min(find_roughness("Kiwi", "Peach", "Potato")) > 2 * orange


def test_cantaloupes_have_ten_green_seams_round_their_middle():
    """Red less green, over the means of columns, dips once at each seam."""
    middle = draw("Melon Cantaloupe")[96:160].mean(axis=0)
    green = middle[:, 0] - middle[:, 1]
    assert np.abs(np.fft.rfft(green - green.mean()))[1:40].argmax() + 1 == 10


def test_skins_close_without_a_seam_and_differ_by_their_code():
    for name in ("Royal Gala Apple", "Galia Melon", "Watermelon", "Pineapple", "Leek"):
        skin = draw(name)[32:224]
        across = np.abs(np.diff(skin, axis=1)).mean(axis=(0, 2))
        assert np.abs(skin[:, 0] - skin[:, -1]).mean() < 2 * np.quantile(across, 0.9) + 1, name
    assert np.abs(draw("Royal Gala Apple") - draw("Royal Gala Apple", code="4009876543210")).mean() > 2


def test_eyes_are_drawn_on_a_pineapple_and_leave_its_colour_on_the_whole_as_it_is(monkeypatch):
    name = "Pineapple"
    drawn = draw(name)
    plain = replace(find_skin(name), print="")
    monkeypatch.setattr("scenes.goods.skins.find_skin", lambda _: plain)
    without = draw(name)
    assert drawn.mean(axis=(0, 1)) == pytest.approx(without.mean(axis=(0, 1)), abs=3.0)
    assert drawn.mean(axis=2).std() > 2 * without.mean(axis=2).std()


def test_mushrooms_have_a_pale_stalk_under_a_brown_cap_and_gills_between():
    skin = draw("Brown Mushroom", (0.045, 0.045, 0.036)).mean(axis=2)
    cap, gills, stalk = (skin[from_:to].mean() for from_, to in ((30, 70), (122, 134), (170, 240)))
    assert stalk > cap + 40
    assert gills < stalk - 30


def test_passion_fruit_is_wrinkled_and_matt():
    material = BASE_MATERIALS[MATERIAL[find_skin("Passion Fruit").finish]]
    assert material.relief == "wrinkled"
    assert material.roughness > 2 * BASE_MATERIALS[MATERIAL["skin"]].roughness


def test_stickers_are_as_large_on_a_melon_as_on_an_apple():
    """The sticker's blue covers as many square metres of the skin (of a ball) whatever its size."""
    areas = []
    for name, wide_m in (("Granny Smith Apple", 0.08), ("Galia Melon", 0.15)):
        skin = draw(name, (wide_m, wide_m, wide_m))
        blue = (skin[..., 2] > skin[..., 0] + 60).sum()
        areas.append(blue / 256**2 * np.pi * wide_m * np.pi * wide_m / 2)
    assert 0.5 < areas[0] / areas[1] < 2


def test_neighbours_have_eight_forms_about_equally_often():
    count = np.bincount(find_form(np.arange(4000)))
    assert len(count) == 8
    assert count.min() > 450
