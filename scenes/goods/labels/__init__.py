"""Label art: what is printed on the packs.

In: a `LabelDesign`. Out: one (256, 256, 3) uint8 sRGB texture a product, laid out as scenes/goods/packages
expects it. Everything is drawn with Pillow and the typeface that Pillow carries within itself
(Aileron), so that no font of the machine enters.

    design.py  what a label says and how it looks
    ground.py  the ground and the flavour's shape
    brand.py   logos and wordmarks
    front.py   the front: brand, picture, name, flavour, content
    sides.py   the side with its small print, and the top
    sheet.py   the whole texture of a pack, with its bar codes
"""

from scenes.goods.labels.design import TEMPLATES, LabelDesign
from scenes.goods.labels.sheet import list_code_boxes, make_label

__all__ = ["TEMPLATES", "LabelDesign", "list_code_boxes", "make_label"]
