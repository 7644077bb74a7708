"""Small pictures of what is in a pack, as a food photographer would take them: shaded, not drawn.

In: what a label says. Out: an RGBA picture of a heap, a bowl, a glass or a few large pieces, with its
shadow, to be set on any ground. Lit from the upper left; what lies in a picture has a shape, a skin and a
place of its own.

    relief.py    shapes as depth, normals and their own coordinates, a patch a piece
    skins.py     colour and grain upon those coordinates; grown.py, made.py: those of fruit, of biscuits
    stage.py     pieces laid over each other, lit and photographed
    pieces.py    the table of pieces: almonds, crisps, leaves, oranges
    settings.py  bowls, glasses, cups, splashes, landscapes: what fills a picture
    fillings.py  the table of fillings: which pieces lie together
    subjects.py  the table of subjects: what is photographed for which words
    take.py      a subject, photographed once and kept
"""

from scenes.goods.labels.photographs.subjects import SUBJECTS, choose_subject
from scenes.goods.labels.photographs.take import TAKES, take_photograph

__all__ = ["SUBJECTS", "TAKES", "choose_subject", "take_photograph"]
