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
        print: A pattern of its own: "bands", "net", "ribs", "eyes", "leaves", "gills" or none.
        top, bottom: sRGB at the stalk and at the other end.
        reach: How far from either, share of its length.
        long: Its length over its width.
        sticker: Whether growers put one on.
        varies: How differently ripe one piece is from the next, 0 to 1.
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
    varies: float = 0.5
    finish: str = "skin"


_RUSSET, _LEAF = (128, 102, 64), (96, 120, 44)
_CITRUS = Skin((220, 134, 36), (222, 160, 70), cloud=0.3, mottle=0.15, grain=0.07, top=(150, 140, 60),
               bottom=(196, 128, 52), reach=0.02, sticker=True)  # fmt: skip
# The first words that are found in a product's name say what it is.
_SKINS: tuple[tuple[str, Skin], ...] = (
    ("pineapple", Skin((164, 141, 96), (122, 117, 80), cloud=0.3, mottle=0.2, grain=0.06, print="eyes",
                       long=2, varies=0.8)),
    ("granny", Skin((158, 172, 86), (190, 184, 128), blush=0.35, cloud=0.3, dots=0.5, dot=(206, 212, 150),
                    top=(122, 124, 60), bottom=(128, 114, 68), sticker=True, finish="waxy skin", varies=0.6)),
    ("golden|yellow apple", Skin((190, 172, 90), (158, 160, 84), mottle=0.15, blush=0.35, cloud=0.3, dots=0.5,
                                 dot=(150, 120, 60), top=(140, 122, 62), bottom=(136, 116, 66), sticker=True,
                                 finish="waxy skin", varies=0.7)),
    ("pink lady", Skin((206, 158, 94), (194, 62, 84), share=0.2, blush=0.9, cloud=0.3, streaks=0.16,
                       lines=50, dots=0.35, dot=(232, 208, 160), top=(156, 146, 72), bottom=(142, 124, 74),
                       sticker=True, finish="waxy skin", varies=1)),
    ("red apple|apple red",
     Skin((154, 58, 64), (186, 130, 94), share=-0.05, blush=0.5, cloud=0.25, streaks=0.14, lines=60,
          dots=0.55, top=(158, 130, 66), bottom=(140, 104, 66), sticker=True, finish="waxy skin",
          varies=0.8)),
    ("apple", Skin((178, 80, 62), (200, 180, 98), share=-0.02, blush=0.6, cloud=0.3, streaks=0.15, lines=60,
                   dots=0.4, top=(164, 142, 68), bottom=(146, 118, 70), reach=0.06, sticker=True,
                   finish="waxy skin", varies=1)),
    ("grapefruit", Skin((220, 162, 84), (216, 120, 88), blush=0.7, cloud=0.3, grain=0.05, top=(176, 156, 80),
                        bottom=(214, 158, 84), reach=0.02, sticker=True, varies=0.8)),
    ("yellow pepper|pepper yellow", Skin((208, 148, 28), (186, 120, 26), cloud=0.4, grain=0.01,
                                         finish="waxy skin")),
    ("orange pepper|pepper orange", Skin((206, 102, 34), (188, 76, 32), cloud=0.4, grain=0.01,
                                         finish="waxy skin", varies=0.7)),
    ("green pepper|pepper green", Skin((58, 88, 44), (104, 118, 60), cloud=0.45, grain=0.01,
                                       finish="waxy skin", varies=0.8)),
    ("pepper|paprika|capsicum", Skin((178, 46, 54), (140, 34, 46), cloud=0.4, grain=0.01,
                                     finish="waxy skin", varies=0.7)),
    ("orange|mandarin|clementine|satsuma|tangerine", _CITRUS),
    ("lemon", Skin((214, 174, 68), (188, 166, 92), cloud=0.4, mottle=0.1, grain=0.04, top=(150, 150, 50),
                   bottom=(200, 180, 50), reach=0.04, varies=0.5)),
    ("lime|pomelo", Skin((104, 136, 48), (166, 170, 78), cloud=0.5, mottle=0.1, grain=0.04,
                         top=(120, 130, 50), bottom=(170, 170, 80), reach=0.04, varies=1)),
    ("watermelon|melon water", Skin((112, 126, 90), (158, 163, 122), cloud=0.2, mottle=0.2, grain=0.03,
                                    print="bands", top=(150, 150, 80), sticker=True, varies=0.8)),
    ("cantaloupe", Skin((176, 158, 132), (210, 192, 170), cloud=0.2, mottle=0.1, grain=0.05, print="ribs",
                        top=(150, 130, 84), finish="dull skin", varies=0.4)),
    ("galia|net", Skin((188, 158, 92), (212, 194, 160), cloud=0.25, mottle=0.1, grain=0.04,
                                  print="net", top=(150, 130, 70), sticker=True, varies=0.5)),
    ("melon", Skin((212, 176, 76), (200, 182, 112), cloud=0.35, mottle=0.1, streaks=0.12, lines=40,
                   grain=0.03, top=(150, 140, 70), bottom=(214, 170, 60), sticker=True, varies=0.5)),
    ("pumpkin", Skin((200, 106, 30), (212, 134, 54), cloud=0.2, streaks=0.2, lines=30, top=(120, 110, 60))),
    ("coconut", Skin((112, 76, 46), (166, 126, 82), mottle=0.3, streaks=0.5, lines=70, grain=0.12,
                     finish="dull skin")),
    ("red cabbage", Skin((98, 48, 82), (140, 98, 128), cloud=0.2, mottle=0.1, print="leaves",
                         finish="paper")),
    ("cabbage", Skin((184, 200, 132), (224, 228, 194), cloud=0.25, mottle=0.1, print="leaves",
                     bottom=(232, 232, 208), reach=0.12, finish="paper", varies=0.4)),
    ("lettuce", Skin((142, 176, 88), (208, 220, 156), cloud=0.35, mottle=0.2, print="leaves",
                     bottom=(226, 226, 196), reach=0.14, finish="paper")),
    ("pear kaiser", Skin((190, 124, 74), (162, 128, 78), cloud=0.4, mottle=0.2, blush=0.3,
                                grain=0.04, dots=0.4, dot=(196, 160, 108), top=(130, 96, 56),
                                bottom=(116, 88, 56), reach=0.07, varies=1)),
    ("pear", Skin((174, 170, 86), (140, 112, 68), share=0.1, cloud=0.35, mottle=0.25, grain=0.04, dots=0.5,
                  dot=(122, 98, 58), top=_RUSSET, bottom=_RUSSET, reach=0.09, varies=1)),
    ("avocado", Skin((82, 73, 58), (108, 103, 72), cloud=0.5, mottle=0.4, grain=0.16, top=(116, 98, 58),
                     reach=0.03, sticker=True, varies=1)),
    ("fig", Skin((70, 40, 66), (110, 116, 60), cloud=0.2, streaks=0.3, lines=24, top=_LEAF, reach=0.1)),
    ("aubergine|eggplant", Skin((46, 33, 40), (74, 54, 58), cloud=0.2, grain=0.02, long=2,
                                finish="waxy skin")),
    ("beef tomato|tomato beef", Skin((182, 64, 46), (194, 100, 56), cloud=0.3, blush=0.2, grain=0.01,
                                     top=(190, 106, 50), reach=0.1, finish="waxy skin", varies=0.8)),
    ("tomato", Skin((196, 66, 60), (202, 102, 74), cloud=0.3, blush=0.2, grain=0.01, top=(206, 122, 66),
                    reach=0.1, finish="waxy skin", varies=0.7)),
    ("persimmon", Skin((208, 110, 30), (216, 134, 54), cloud=0.2, finish="waxy skin")),
    ("sweet potato", Skin((174, 118, 92), (192, 152, 122), cloud=0.35, mottle=0.2, rings=0.1,
                          grain=0.05, long=2, finish="dull skin")),
    ("ginger", Skin((196, 166, 132), (166, 134, 100), mottle=0.2, rings=0.4, lines=20, grain=0.06, long=2,
                    finish="dull skin")),
    ("potato", Skin((178, 150, 120), (140, 110, 84), cloud=0.35, mottle=0.25, grain=0.06, dots=0.6,
                    dot=(118, 86, 52), finish="dull skin")),
    ("beet", Skin((120, 90, 82), (150, 130, 112), cloud=0.4, mottle=0.3, rings=0.25, lines=18, grain=0.05,
                  top=(140, 78, 80), finish="dull skin")),
    ("turnip|radish", Skin((198, 60, 92), (232, 222, 214), cloud=0.1, bottom=(238, 232, 222), reach=0.3,
                           finish="paper", varies=0.2)),
    ("banana", Skin((192, 162, 56), (176, 144, 52), cloud=0.15, mottle=0.1, dots=0.45, dot=(104, 70, 30),
                    grain=0.02, top=(156, 162, 62), bottom=(70, 52, 30), reach=0.1, long=4, sticker=True,
                    varies=0.4)),
    ("plantain", Skin((150, 164, 62), (190, 170, 70), cloud=0.3, dots=0.4, dot=(80, 60, 34), long=4)),
    ("cucumber", Skin((64, 82, 54), (118, 132, 90), cloud=0.15, streaks=0.22, lines=16, grain=0.05,
                      bottom=(120, 144, 70), top=(60, 90, 40), reach=0.12, long=6)),
    ("courgette|zucchini", Skin((64, 80, 46), (128, 138, 90), cloud=0.1, streaks=0.2, lines=14, grain=0.06,
                                dots=0.6, dot=(128, 156, 96), bottom=(120, 130, 60), reach=0.04, long=4)),
    ("leek", Skin((222, 228, 196), (196, 212, 150), streaks=0.3, lines=50, top=(58, 104, 62),
                  bottom=(226, 216, 184), reach=0.42, long=6, finish="paper", varies=0.2)),
    ("parsnip", Skin((232, 214, 166), (196, 168, 110), rings=0.3, lines=40, top=_LEAF, reach=0.03, long=4,
                     finish="dull skin")),
    ("carrot", Skin((200, 122, 66), (162, 92, 48), cloud=0.35, mottle=0.08, rings=0.3, lines=46, grain=0.03,
                    top=(104, 108, 46), reach=0.03, long=4)),
    ("red onion", Skin((120, 48, 70), (162, 96, 114), cloud=0.25, streaks=0.3, lines=36, top=(150, 110, 90),
                       reach=0.16)),
    ("onion|shallot", Skin((176, 126, 90), (222, 194, 166), mottle=0.15, cloud=0.6, streaks=0.3, lines=36,
                           grain=0.03, top=(168, 128, 74), bottom=(150, 120, 80), reach=0.1, varies=0.5)),
    ("garlic", Skin((224, 213, 206), (190, 168, 176), cloud=0.2, streaks=0.3, lines=44, top=(206, 190, 160),
                    bottom=(176, 156, 122), reach=0.08, varies=0.15)),
    ("mushroom", Skin((142, 100, 74), (226, 204, 180), share=0.2, cloud=0.5, mottle=0.25, grain=0.05,
                      top=(140, 92, 56), bottom=(228, 210, 184), reach=0.3, print="gills", finish="dull skin",
                      varies=0.3)),
    ("nectarine", Skin((214, 150, 84), (168, 58, 62), share=0.75, blush=0.8, cloud=0.4, mottle=0.12, dots=0.3,
                       top=(206, 148, 76), sticker=True, finish="waxy skin", varies=1)),
    ("peach|apricot", Skin((208, 160, 112), (170, 84, 80), share=0.35, blush=0.8, cloud=0.35, mottle=0.12,
                           grain=0.04, top=(212, 156, 88), reach=0.05, sticker=True, finish="dull skin",
                           varies=1)),
    ("plum|cherry", Skin((106, 60, 68), (152, 120, 126), cloud=0.4, mottle=0.25, dots=0.3,
                         dot=(150, 110, 110), finish="waxy skin", varies=0.9)),
    ("mango", Skin((128, 132, 80), (178, 110, 80), blush=0.5, cloud=0.45, mottle=0.12, dots=0.5,
                   dot=(196, 196, 120), top=(90, 80, 40), reach=0.03, sticker=True, varies=1)),
    ("kiwi", Skin((140, 116, 92), (100, 80, 62), mottle=0.4, grain=0.14, top=(90, 68, 40),
                  bottom=(80, 60, 36), reach=0.04, sticker=True, finish="dull skin")),
    ("papaya", Skin((128, 146, 82), (196, 170, 78), blush=0.5, cloud=0.6, dots=0.3, top=(104, 96, 62),
                    reach=0.03, varies=1)),
    ("passion", Skin((92, 66, 72), (134, 112, 108), cloud=0.4, mottle=0.3, dots=0.4, varies=0.8,
                     finish="wrinkled skin")),
)  # fmt: skip
_OTHER = Skin((190, 70, 48), (216, 160, 80), blush=0.4, cloud=0.25, dots=0.3, top=_RUSSET, sticker=True)


def find_skin(name: str) -> Skin:
    """Return the skin of what a name says.

    >>> find_skin("Apple Granny").sticker, find_skin("Pineapple").print
    (True, 'eyes')
    """
    return next((skin for words, skin in _SKINS if says(name, words)), _OTHER)
