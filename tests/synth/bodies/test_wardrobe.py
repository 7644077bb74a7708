"""Clothes follow the temperature that people dressed for, and on a mild day the tables alone."""

import math
from collections import Counter
from dataclasses import fields, replace

import numpy as np
import pytest

from scenes.cloth import PRINTS
from scenes.randomness import make_rng
from scenes.scenario import MILD_C
from synth.bodies import dress, make_body, outfit
from synth.bodies.footwear import KINDS, choose_shoes
from synth.bodies.hosiery import choose_hosiery
from synth.bodies.outfit import is_small, put_on_uniform, sample_outfit
from synth.bodies.palette import BOTTOMS, CLEARLY, NO_SKIN, TOPS, measure_apart
from synth.bodies.wardrobe import (
    GLASSES,
    HEADWEAR_WOMEN,
    SCARF,
    SCARF_OVER,
    TIGHTS,
    WARMTH_GLASSES,
    WARMTH_HEADWEAR,
    WARMTH_SCARF,
    WARMTH_SHOES,
    WARMTH_TIGHTS,
    measure_bare,
    measure_cold,
    redraw,
    tilt,
    tilt_colors,
    tilt_share,
)
from tests.synth.light_bodies import choose_body_shape

DEGREES_C = (-5.0, 5.0, 15.0, 25.0, 32.0)
COUNT = 600
# Insulation of garments in clo, from the tables of ISO 9920: T-shirt, normal shirt with long sleeves, thick
# sweater, that shirt under a jacket or down jacket, and under a coat; what is worn below; tights.
CLO = {
    "shirt": 0.09, "long_sleeves": 0.25, "hoodie": 0.35, "jacket": 0.25 + (0.35 + 0.55) / 2,
    "coat": 0.25 + 0.60, "shorts": 0.11, "skirt": 0.18, "dress": 0.25, "leggings": 0.20, "trousers": 0.25,
    "jeans": 0.25,
}  # fmt: skip
UNDERWEAR, SHOES, LONG_SOCKS = 0.04, 0.04, 0.10


def compute_indoor_clo(morning_c):
    """What people in offices wear, by the outdoor temperature at six (Schiavon and Lee 2013; ASHRAE 55)."""
    if morning_c < 5.0:
        return min(1.0, 0.818 - 0.0364 * morning_c)
    return max(0.46, 10 ** (-0.1635 - 0.0066 * morning_c))


def compute_outdoor_clo(now_c):
    """What people outdoors wear (Havenith et al. 2012, the clothing model of UTCI)."""
    return max(0.3, 1.372 - 0.01866 * now_c - 0.0004849 * now_c**2 - 0.000009333 * now_c**3)


def list_shapes(dressed_for_c, count=COUNT, *, child=False):
    for number in range(count):
        rng = make_rng(3, number, "test/wardrobe")
        shape = choose_body_shape(rng=rng, child=child)
        yield replace(shape, look_seed=int(rng.integers(2**31)), dressed_for_c=dressed_for_c)


def wear(shape):
    return sample_outfit(shape, rng=make_rng(shape.look_seed, 0, "body/dress"))


@pytest.fixture(scope="module")
def worn():
    """Who wears what at which temperature: outfit, shoes, hosiery and shape of the same people."""
    return {
        dressed_for_c: [
            (one := wear(shape), shoes := choose_shoes(one, shape), choose_hosiery(one, shoes, shape), shape)
            for shape in list_shapes(dressed_for_c)
        ]
        for dressed_for_c in DEGREES_C
    }


def equal(first, second):
    return all(np.array_equal(getattr(first, f.name), getattr(second, f.name)) for f in fields(first))


@pytest.mark.parametrize("child", [False, True])
def test_on_a_mild_day_everybody_wears_what_the_tables_give(child, monkeypatch):
    shapes = list(list_shapes(MILD_C, 300, child=child))
    suited = [wear(shape) for shape in shapes]
    monkeypatch.setattr(outfit, "_suit_weather", lambda outfit, shape: outfit)
    assert all(equal(one, wear(shape)) for one, shape in zip(suited, shapes, strict=True))
    hot = replace(shapes[0], dressed_for_c=32.0)
    assert equal(wear(hot), suited[0])  # the tables know of no weather
    cold, bare = measure_cold(MILD_C), measure_bare(MILD_C)
    assert tilt(GLASSES, WARMTH_GLASSES, cold) == GLASSES
    assert tilt(dict.fromkeys(KINDS, 0.3), WARMTH_SHOES, bare) == dict.fromkeys(KINDS, 0.3)
    assert tilt_colors(TOPS, 1.0, cold) == TOPS
    assert tilt_share(TIGHTS, WARMTH_TIGHTS, cold) == TIGHTS
    assert [tilt_share(share, WARMTH_SCARF, cold) for share in (SCARF, SCARF_OVER)] == [SCARF, SCARF_OVER]


def test_insulation_falls_with_the_temperature_as_it_was_measured(worn):
    clo = []
    for dressed_for_c, people in worn.items():
        mean = np.mean(
            [
                CLO[one.top] + CLO[one.bottom] + UNDERWEAR + SHOES + LONG_SOCKS * (hosiery.up > 1.0)
                for one, _, hosiery, _ in people
            ]
        )
        # At six it is some four degrees colder than when people go shopping. Nobody in a shop wears less than
        # indoors, but for shorts, which offices do not see, nor more than outdoors.
        assert mean > compute_indoor_clo(dressed_for_c - 4.0) - 0.1
        assert mean < compute_outdoor_clo(dressed_for_c) + 0.12
        clo.append(mean)
    assert (np.diff(clo) < -0.05).all()


def test_nobody_wears_shorts_in_frost_or_a_coat_in_the_heat_but_rarely(worn):
    def share(dressed_for_c, attribute, *kinds):
        people = [one for one, *_ in worn[dressed_for_c]]
        return np.mean([getattr(one, attribute) in kinds for one in people])

    assert share(-5.0, "bottom", "shorts") < 0.01
    assert share(-5.0, "top", "jacket", "coat") > 0.8
    assert share(-5.0, "headwear", "beanie") > 0.25
    assert share(-5.0, "scarf", True) > 0.4
    assert share(32.0, "top", "jacket", "coat") < 0.01
    assert share(32.0, "headwear", "beanie") < 0.01
    assert share(32.0, "scarf", True) < 0.01
    assert share(32.0, "bottom", "shorts", "skirt", "dress") > 0.4
    for attribute, kind in (("glasses", "dark"), ("headwear", "cap"), ("bottom", "skirt"), ("top", "shirt")):
        assert share(32.0, attribute, kind) > share(15.0, attribute, kind) > share(-5.0, attribute, kind)


def test_legs_and_feet_are_covered_in_the_cold_and_bare_in_the_heat(worn):
    bare, feet = [], []
    for people in worn.values():
        skirts = [hosiery.up < 1.0 for one, _, hosiery, _ in people if one.bottom in ("skirt", "dress")]
        bare.append(np.mean(skirts))
        feet.append(np.mean([shoes.kind == "sandals" for _, shoes, *_ in people]))
    assert bare[0] < 0.2
    assert bare[-1] > 0.95
    assert (np.diff(bare) > 0.0).all()
    assert feet[0] < 0.005
    assert feet[-1] > 0.1


def test_nobody_has_a_coat_over_bare_legs_but_on_a_mild_day():
    def share(dressed_for_c):
        people = [wear(shape) for shape in list_shapes(dressed_for_c, 1500)]
        return np.mean([one.bottom == "shorts" for one in people if one.top in ("jacket", "coat")])

    assert share(MILD_C) > 0.04
    assert share(8.0) < 0.015


def test_clothes_are_lighter_in_the_heat_and_fronts_open(worn):
    for name in ("top_color", "bottom_color", "open_front"):
        mean = [np.mean([getattr(one, name) for one, *_ in people]) for people in worn.values()]
        assert mean == sorted(mean)
        assert mean[-1] > 1.2 * mean[0]


def test_who_somebody_is_does_not_depend_on_the_weather(worn):
    same = ("skin", "hair", "hairline", "tips", "beard_m", "mask", "backpack", "shoe_color", "bag_color")
    for people in zip(*worn.values(), strict=True):
        for name in same:
            assert len({repr(getattr(one, name)) for one, *_ in people}) == 1
        assert len({(one.headwear == "hijab") for one, *_ in people}) == 1


def test_all_that_is_worn_together_goes_together(worn):
    for people in worn.values():
        for one, _, _, shape in people:
            outer = one.top in ("jacket", "coat")
            assert not (outer and (one.top_print != PRINTS.index("plain") or one.tucked))
            assert one.headwear != "hood" or one.top == "hoodie"
            assert one.bottom_print == PRINTS.index("denim" if one.bottom in ("jeans", "shorts") else "plain")
            assert shape.gender < 0.5 or one.bottom in ("trousers", "jeans", "shorts")
            for color in (one.top_color, one.second_color, one.bottom_color):
                assert measure_apart(color, one.skin) >= NO_SKIN
            if one.headwear:
                over = one.top_color if one.headwear == "hood" else one.hat_color
                assert measure_apart(over, one.skin) >= CLEARLY
    assert {one.headwear for one, *_ in worn[5.0]} == {"", "cap", "beanie", "hat", "hood", "hijab"}


def test_who_wears_a_hijab_does_not_change_to_less(worn):
    mild = [wear(shape) for shape in list_shapes(MILD_C)]
    seen = 0
    for people in worn.values():
        for (one, *_), before in zip(people, mild, strict=True):
            if one.headwear == "hijab":
                assert one.top != "shirt" or before.top == "shirt"
                assert one.bottom != "shorts" or before.bottom == "shorts"
                seen += 1
    assert seen > 50


def test_children_wear_what_is_made_for_them():
    shapes = [shape for c in DEGREES_C for shape in list_shapes(c, 200, child=True) if is_small(shape)]
    kinds = {wear(shape).headwear for shape in shapes}
    assert {"beanie", "cap"} <= kinds
    assert not kinds & {"hat", "hijab"}


def test_a_uniform_is_the_same_in_every_weather():
    seasons = [put_on_uniform(wear(next(list_shapes(c, 1))), 7) for c in DEGREES_C]
    for one in seasons[1:]:
        for name in ("top", "top_color", "top_print", "bottom", "bottom_color", "scarf", "headwear"):
            assert np.array_equal(getattr(one, name), getattr(seasons[0], name))


@pytest.mark.parametrize(("dressed_for_c", "jackets"), [(5.0, False), (MILD_C, True), (25.0, True)])
def test_in_the_cold_the_coat_on_the_arm_is_all_there_was_over_a_sweater(dressed_for_c, jackets, monkeypatch):
    tops = Counter()
    sample, dress_trunk = dress.sample_outfit, dress.dress_trunk

    def note(skin, regions, skeleton, outfit, level, *, rng):
        tops[outfit.top] += 1
        return dress_trunk(skin, regions, skeleton, outfit, level, rng=rng)

    monkeypatch.setattr(
        dress, "sample_outfit", lambda *args, **kw: replace(sample(*args, **kw), top="jacket")
    )
    monkeypatch.setattr(dress, "dress_trunk", note)
    shape = next(list_shapes(dressed_for_c, 1))
    make_body(shape, handedness="right", coat_on_arm=True).level(0)
    assert set(tops) == {"jacket" if jackets else "long_sleeves"}


def test_as_many_as_possible_keep_what_they_wear_and_all_shares_are_met():
    rng = make_rng(5, 0, "test/redraw")
    mild = {kind: share for kind, share in HEADWEAR_WOMEN.items() if kind != "hijab"}
    shares = tilt(mild, WARMTH_HEADWEAR, 4.0)
    before, after = (np.array(list(one.values())) / sum(one.values()) for one in (mild, shares))
    drawn = rng.choice(list(mild), size=20_000, p=before)
    changed = [redraw(str(one), mild, shares, rng=rng) for one in drawn]
    got = np.array([changed.count(kind) for kind in mild]) / len(changed)
    np.testing.assert_allclose(got, after, atol=4 * math.sqrt(0.25 / len(changed)))
    kept = np.mean([one == other for one, other in zip(drawn, changed, strict=True)])
    assert kept == pytest.approx(np.minimum(before, after).sum(), abs=0.02)
    assert all(redraw(kind, mild, mild, rng=rng) == kind for kind in mild for _ in range(50))


def test_light_trousers_are_a_matter_of_summer(worn):
    light = [
        np.mean([one.bottom_color.mean() > 0.4 for one, *_ in people if one.bottom == "trousers"])
        for people in worn.values()
    ]
    table = sum(share for color, share in BOTTOMS.items() if np.mean(color) > 0.42) / sum(BOTTOMS.values())
    assert light[0] < table < light[-1]
    assert light[-1] > 2 * table
