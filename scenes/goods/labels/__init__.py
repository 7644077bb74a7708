"""Label art: what is printed on the packs.

In: a `LabelDesign`. Out: one (256, 256, 3) uint8 sRGB texture a product, laid out as scenes/goods/packages
expects it. Letters are of the typefaces that scenes/typefaces.py has, so that no font of the machine enters;
pictures are modelled and lit, none is loaded.

    design.py      what a label says and how it looks
    palette.py     the colours that follow from that
    ground.py      the ground: gradients, rays, waves
    photographs/   what is in a pack, as a food photographer would take it
    brand.py       logos, wordmarks and plates
    stickers.py    stickers and seals
    front.py       the front: brand, picture, name, flavour, content
    sides.py       the side with its small print, and the top
    sheet.py       the whole texture of a pack, with its bar codes
"""

from scenes.goods.labels.design import TEMPLATES, LabelDesign, find_face, keep_apart
from scenes.goods.labels.sheet import list_code_boxes, make_label

__all__ = ["TEMPLATES", "LabelDesign", "find_face", "keep_apart", "list_code_boxes", "make_label"]
