"""What the skin of each kind of fruit and vegetable is like: its colours, and what grows on it.

In: a product's name. Out: a `Skin`, which scenes/goods/skins.py draws.
"""

from dataclasses import dataclass

from scenes.goods.lettering import RGB
from scenes.goods.names import says


@dataclass(frozen=True)
class Skin:
    """How a skin looks; amounts are shares of its colour, 0 to 1.

    Attributes:
        color: sRGB, where the product's own design says no other.
        second: sRGB of what it is mixed with.
        share: How much of the second there is everywhere.
        blush: And more of it on one side.
        cloud, mottle: How it comes and goes, in large and in small patches.
        streaks: In how strong lines from the stalk down.
        rings: In how strong lines around.
        lines: How many such there are, about.
        grain: How uneven its brightness is from pore to pore.
        dots: How strongly its lenticels stand out.
        dot: sRGB of these.
        print: A pattern of its own: "bands", "net", "ribs", "scales", "leaves" or none.
        top, bottom: sRGB at the stalk and at the other end.
        reach: How far from either, share of its length.
        long: Its length over its width.
        sticker: Whether growers put one on.
        finish: How it takes light, a material's name.
    """

    color: RGB
    second: RGB
    share: float = 0.0
    blush: float = 0.0
    cloud: float = 0.1
    mottle: float = 0.05
    streaks: float = 0.0
    rings: float = 0.0
    lines: int = 24
    grain: float = 0.02
    dots: float = 0.0
    dot: RGB = (236, 214, 160)
    print: str = ""
    top: RGB | None = None
    bottom: RGB | None = None
    reach: float = 0.05
    long: int = 1
    sticker: bool = False
    finish: str = "skin"


_RUSSET, _LEAF = (120, 92, 48), (96, 120, 44)
_CITRUS = Skin((222, 126, 20), (228, 154, 46), cloud=0.3, mottle=0.15, grain=0.07, top=(150, 140, 40),
               bottom=(190, 110, 28), reach=0.02, sticker=True)  # fmt: skip
# The first words that are found in a product's name say what it is.
_SKINS: tuple[tuple[str, Skin], ...] = (
    ("pineapple", Skin((188, 136, 44), (92, 96, 40), mottle=0.2, grain=0.06, print="scales", long=2)),
    ("granny", Skin((148, 172, 70), (190, 190, 118), blush=0.35, cloud=0.25, dots=0.5, dot=(206, 218, 140),
                    top=(110, 120, 40), bottom=(104, 84, 40), sticker=True, finish="waxy skin")),
    ("golden|yellow apple", Skin((180, 166, 86), (150, 154, 80), mottle=0.15, blush=0.3, cloud=0.25, dots=0.5,
                                 dot=(150, 120, 60), top=(126, 104, 46), bottom=(104, 84, 40), sticker=True,
                                 finish="waxy skin")),
    ("pink lady", Skin((208, 160, 96), (196, 58, 82), share=0.1, blush=0.8, cloud=0.25, streaks=0.16,
                       lines=50, dots=0.35, dot=(232, 208, 160), top=(150, 138, 60), bottom=(128, 108, 60),
                       sticker=True, finish="waxy skin")),
    ("red apple|apple red",
     Skin((146, 28, 46), (180, 120, 80), share=-0.2, blush=0.45, cloud=0.2, streaks=0.12, lines=60, dots=0.55,
          top=(150, 120, 46), bottom=(110, 80, 40), sticker=True, finish="waxy skin")),
    ("apple", Skin((174, 56, 48), (200, 190, 94), share=-0.12, blush=0.55, cloud=0.25, streaks=0.13, lines=60,
                   dots=0.4, top=(156, 132, 50), bottom=(120, 90, 44), reach=0.07, sticker=True,
                   finish="waxy skin")),
    ("grapefruit", Skin((214, 150, 60), (212, 108, 70), blush=0.7, cloud=0.25, grain=0.05, top=(170, 150, 60),
                        bottom=(214, 150, 60), reach=0.02, sticker=True)),
    ("orange|mandarin|clementine|satsuma|tangerine", _CITRUS),
    ("lemon", Skin((212, 178, 58), (184, 166, 84), cloud=0.4, mottle=0.1, grain=0.04, top=(150, 150, 50),
                   bottom=(200, 180, 50), reach=0.04)),
    ("lime|pomelo", Skin((88, 138, 34), (150, 176, 60), cloud=0.5, mottle=0.1, grain=0.04,
                         top=(120, 130, 50), bottom=(170, 170, 80), reach=0.04)),
    ("watermelon|melon water", Skin((66, 112, 50), (126, 160, 88), cloud=0.1, mottle=0.2, grain=0.03,
                                    print="bands", top=(150, 150, 80), sticker=True)),
    ("cantaloupe", Skin((168, 149, 122), (204, 186, 162), cloud=0.2, mottle=0.1, grain=0.05, print="ribs",
                        top=(150, 130, 84), finish="dull skin")),
    ("galia|net", Skin((176, 154, 84), (206, 192, 156), cloud=0.2, mottle=0.1, grain=0.04,
                                  print="net", top=(150, 130, 70), sticker=True)),
    ("melon", Skin((206, 176, 62), (194, 184, 102), cloud=0.3, mottle=0.1, streaks=0.12, lines=40, grain=0.03,
                   top=(150, 140, 70), bottom=(214, 170, 60), sticker=True)),
    ("pumpkin", Skin((200, 106, 30), (212, 134, 54), cloud=0.2, streaks=0.2, lines=30, top=(120, 110, 60))),
    ("coconut", Skin((112, 76, 46), (166, 126, 82), mottle=0.3, streaks=0.5, lines=70, grain=0.12,
                     finish="dull skin")),
    ("red cabbage", Skin((98, 34, 82), (140, 88, 128), cloud=0.2, mottle=0.1, print="leaves",
                         finish="paper")),
    ("cabbage", Skin((176, 200, 128), (222, 230, 190), cloud=0.25, mottle=0.1, print="leaves",
                     bottom=(232, 232, 208), reach=0.12, finish="paper")),
    ("lettuce", Skin((134, 180, 76), (206, 222, 150), cloud=0.35, mottle=0.2, print="leaves",
                     bottom=(226, 226, 196), reach=0.14, finish="paper")),
    ("pear", Skin((172, 180, 66), (136, 104, 50), cloud=0.25, mottle=0.22, grain=0.04, dots=0.5,
                  dot=(116, 88, 44), top=_RUSSET, bottom=_RUSSET, reach=0.09)),
    ("avocado", Skin((52, 58, 34), (84, 84, 42), cloud=0.2, mottle=0.4, grain=0.16, top=(110, 96, 50),
                     reach=0.03, sticker=True)),
    ("fig", Skin((70, 40, 66), (110, 116, 60), cloud=0.2, streaks=0.3, lines=24, top=_LEAF, reach=0.1)),
    ("aubergine|eggplant", Skin((44, 24, 40), (72, 42, 58), cloud=0.2, grain=0.02, long=2,
                                finish="waxy skin")),
    ("yellow pepper|pepper yellow", Skin((206, 146, 22), (184, 116, 18), cloud=0.3, grain=0.01,
                                         finish="waxy skin")),
    ("orange pepper|pepper orange", Skin((202, 100, 22), (186, 74, 20), cloud=0.3, grain=0.01,
                                         finish="waxy skin")),
    ("green pepper|pepper green", Skin((46, 86, 42), (84, 118, 58), cloud=0.35, grain=0.01,
                                       finish="waxy skin")),
    ("pepper|paprika|capsicum", Skin((160, 20, 44), (126, 14, 38), cloud=0.3, grain=0.01,
                                     finish="waxy skin")),
    ("beef tomato|tomato beef", Skin((176, 50, 34), (190, 86, 42), cloud=0.2, blush=0.15, grain=0.01,
                                     top=(190, 106, 50), reach=0.1, finish="waxy skin")),
    ("tomato", Skin((174, 29, 40), (186, 58, 46), cloud=0.2, blush=0.15, grain=0.01, top=(206, 110, 44),
                    reach=0.1, finish="waxy skin")),
    ("persimmon", Skin((208, 110, 30), (216, 134, 54), cloud=0.2, finish="waxy skin")),
    ("sweet potato", Skin((168, 88, 66), (190, 126, 96), cloud=0.2, mottle=0.2, rings=0.1,
                          grain=0.05, long=2, finish="dull skin")),
    ("ginger", Skin((196, 162, 112), (166, 128, 82), mottle=0.2, rings=0.4, lines=20, grain=0.06, long=2,
                    finish="dull skin")),
    ("potato", Skin((174, 144, 112), (134, 102, 76), cloud=0.35, mottle=0.25, grain=0.06, dots=0.6,
                    dot=(118, 86, 52), finish="dull skin")),
    ("beet", Skin((92, 34, 44), (124, 70, 64), cloud=0.2, mottle=0.25, rings=0.25, lines=18, grain=0.05,
                  top=(140, 60, 70), finish="dull skin")),
    ("turnip|radish", Skin((198, 60, 92), (232, 222, 214), cloud=0.1, bottom=(238, 232, 222), reach=0.3,
                           finish="paper")),
    ("banana", Skin((214, 180, 56), (196, 156, 48), cloud=0.15, mottle=0.1, dots=0.45, dot=(104, 70, 30),
                    grain=0.02, top=(156, 162, 62), bottom=(70, 52, 30), reach=0.1, long=4, sticker=True)),
    ("plantain", Skin((150, 164, 62), (190, 170, 70), cloud=0.3, dots=0.4, dot=(80, 60, 34), long=4)),
    ("cucumber", Skin((38, 78, 32), (98, 132, 62), cloud=0.1, streaks=0.22, lines=16, grain=0.05,
                      bottom=(120, 144, 70), top=(60, 90, 40), reach=0.12, long=6)),
    ("courgette|zucchini", Skin((44, 78, 34), (112, 138, 72), cloud=0.05, streaks=0.2, lines=14, grain=0.06,
                                dots=0.6, dot=(128, 156, 96), bottom=(120, 130, 60), reach=0.04, long=4)),
    ("leek", Skin((222, 228, 196), (196, 212, 150), streaks=0.3, lines=50, top=(58, 104, 62),
                  bottom=(226, 216, 184), reach=0.42, long=6, finish="paper")),
    ("parsnip", Skin((232, 214, 166), (196, 168, 110), rings=0.3, lines=40, top=_LEAF, reach=0.03, long=4,
                     finish="dull skin")),
    ("carrot", Skin((198, 114, 54), (156, 82, 36), cloud=0.3, mottle=0.08, rings=0.3, lines=46, grain=0.03,
                    top=(104, 108, 46), reach=0.03, long=4)),
    ("red onion", Skin((118, 34, 66), (160, 86, 110), cloud=0.25, streaks=0.3, lines=36, top=(150, 110, 90),
                       reach=0.16)),
    ("onion|shallot", Skin((172, 118, 78), (222, 190, 156), mottle=0.15, cloud=0.6, streaks=0.3, lines=36,
                           grain=0.03, top=(168, 128, 74), bottom=(150, 120, 80), reach=0.1)),
    ("garlic", Skin((224, 213, 206), (190, 168, 176), cloud=0.2, streaks=0.3, lines=44, top=(206, 190, 160),
                    bottom=(176, 156, 122), reach=0.08)),
    ("mushroom", Skin((142, 100, 74), (226, 204, 180), share=0.2, cloud=0.5, mottle=0.25, grain=0.05,
                      top=(140, 92, 56), bottom=(228, 210, 184), reach=0.3, finish="dull skin")),
    ("nectarine", Skin((222, 150, 60), (160, 28, 42), share=0.25, blush=0.8, cloud=0.3, mottle=0.1, dots=0.3,
                       top=(206, 140, 56), sticker=True, finish="waxy skin")),
    ("peach|apricot", Skin((212, 150, 76), (164, 46, 50), blush=0.8, cloud=0.25, mottle=0.12, grain=0.04,
                           top=(216, 150, 60), reach=0.05, sticker=True, finish="dull skin")),
    ("plum|cherry", Skin((84, 28, 56), (128, 60, 84), cloud=0.3, mottle=0.15, dots=0.3, dot=(150, 110, 110),
                         finish="waxy skin")),
    ("mango", Skin((104, 124, 70), (168, 96, 72), blush=0.5, cloud=0.4, mottle=0.12, dots=0.5,
                   dot=(196, 196, 120), top=(90, 80, 40), reach=0.03, sticker=True)),
    ("kiwi", Skin((132, 106, 86), (92, 70, 56), mottle=0.4, grain=0.14, top=(90, 68, 40),
                  bottom=(80, 60, 36), reach=0.04, sticker=True, finish="dull skin")),
    ("papaya", Skin((160, 146, 54), (206, 138, 52), blush=0.5, cloud=0.4, dots=0.3)),
    ("passion", Skin((74, 40, 58), (110, 70, 80), cloud=0.2, mottle=0.2, dots=0.4)),
)  # fmt: skip
_OTHER = Skin((190, 70, 48), (216, 160, 80), blush=0.4, cloud=0.25, dots=0.3, top=_RUSSET, sticker=True)


def find_skin(name: str) -> Skin:
    """Return the skin of what a name says.

    >>> find_skin("Apple Granny").sticker, find_skin("Pineapple").print
    (True, 'scales')
    """
    return next((skin for words, skin in _SKINS if says(name, words)), _OTHER)
