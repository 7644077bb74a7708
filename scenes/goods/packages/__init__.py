"""Shapes of packs, from cans to loaves of bread and fruit, as low-poly meshes.

In: a pack's size, its texture layer and two colours. Out: a `Mesh` in the item frame (origin at the
centre of the base, +Z up, label towards -Y).

    atlas.py    where a label lies in the texture
    turned.py   cans, bottles, tubs, jars
    vessels.py  bowls, plates, mugs, jugs, teapots
    produce.py  fruit and vegetables
    fruit_kinds.py  which kinds there are, and how each is shaped
    fruit_skins.py  where the points of their skins are
    forms.py    how one of a kind differs from the next
    bunches.py  hands of bananas
    eyes.py     what a pineapple is grown together from
    leaves.py   what closes round a head of cabbage
    stalks.py   what grows on them
    lazy.py     meshes that are made when first asked for
    folded.py   boxes and cartons
    wrapped.py  trays, multipacks, loaves
    soft.py     bags, pouches, tubes
    lofts.py    skins over rings of points
    shapes.py   all of them by name
"""

from scenes.goods.packages.atlas import (
    FLAT_BACKED,
    LOOSE,
    PANEL_FRONT,
    PANEL_SIDE,
    PANEL_TOP,
    ROUND_PACKAGES,
    SKINNED,
    UNCODED,
    PackLook,
)
from scenes.goods.packages.forms import make_loose_forms
from scenes.goods.packages.shapes import (
    PACKAGES,
    make_near_meshes,
    make_pack_mesh,
    measure_label,
    measure_pitch,
)

__all__ = [
    "FLAT_BACKED",
    "LOOSE",
    "PACKAGES",
    "PANEL_FRONT",
    "PANEL_SIDE",
    "PANEL_TOP",
    "ROUND_PACKAGES",
    "SKINNED",
    "UNCODED",
    "make_loose_forms",
    "make_near_meshes",
    "PackLook",
    "make_pack_mesh",
    "measure_label",
    "measure_pitch",
]
