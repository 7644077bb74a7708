"""The world before anyone moves: the types that scenes/ hands to synth/.

Frames: world is right-handed, +Z up, floor at z = 0, metres. A slot's frame has its origin at the
front edge of the shelf, in the middle of the slot's width, on the board's surface: +X to the right as
seen by a shopper who faces the shelf, +Y into the shelf, +Z up. An item's frame has its origin at the
centre of its base, +Z up; its label faces -Y, so that an item at rest in a slot looks at the shopper.
Cameras follow OpenCV: +X right, +Y down, +Z forward, pixel centres at 0.5.

    surfaces.py  triangles, materials, classes and instance ids
    goods.py     catalogue and planogram
    floor.py     room, doors, fixtures
    glass.py     panes and the doors of cooled furniture
    light.py     lamps, spots, lit cases, daylight
    camera.py    a calibrated camera
    textures.py  what is printed on it all
    store.py     all of it
"""

from scenes.world.camera import LENS_MODELS, Camera
from scenes.world.floor import (
    BACK,
    DOOR_TO_WALL_M,
    FRONT,
    LEFT,
    RIGHT,
    WALL_NAMES,
    Door,
    Fixture,
    StoreLayout,
    Window,
    make_room_polygon,
    make_wall_frame,
)
from scenes.world.glass import CaseDoor, Pane, SlidingLeaf
from scenes.world.goods import HIGHEST_CENTER_M, Catalogue, Planogram
from scenes.world.light import Daylight, Lamp, LitCase, Spot
from scenes.world.store import FORMS, Store, find_form
from scenes.world.surfaces import (
    CLASS_ID,
    CLASS_NAMES,
    INSTANCE_BAG,
    INSTANCE_CASE_DOOR,
    INSTANCE_COAT,
    INSTANCE_DOOR_LEAF,
    INSTANCE_FIXTURE,
    INSTANCE_ITEM,
    INSTANCE_PERSON,
    INSTANCE_STRUCTURE,
    RELIEFS,
    Material,
    Mesh,
)
from scenes.world.textures import TEXTURE_PX, Textures

__all__ = [
    "find_form",
    "FORMS",
    "BACK",
    "Camera",
    "CaseDoor",
    "Catalogue",
    "CLASS_ID",
    "CLASS_NAMES",
    "Daylight",
    "Door",
    "DOOR_TO_WALL_M",
    "Fixture",
    "FRONT",
    "HIGHEST_CENTER_M",
    "INSTANCE_BAG",
    "INSTANCE_COAT",
    "INSTANCE_CASE_DOOR",
    "INSTANCE_DOOR_LEAF",
    "INSTANCE_FIXTURE",
    "INSTANCE_ITEM",
    "INSTANCE_PERSON",
    "INSTANCE_STRUCTURE",
    "Lamp",
    "LEFT",
    "LENS_MODELS",
    "LitCase",
    "make_room_polygon",
    "make_wall_frame",
    "Material",
    "Mesh",
    "Pane",
    "Planogram",
    "RELIEFS",
    "RIGHT",
    "SlidingLeaf",
    "Spot",
    "Store",
    "StoreLayout",
    "TEXTURE_PX",
    "Textures",
    "WALL_NAMES",
    "Window",
]
