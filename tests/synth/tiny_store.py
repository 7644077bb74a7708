"""A small store and its scenario, made by hand: two shelves that face the door, and that is all."""

from dataclasses import replace

import numpy as np
import shapely

from scenes.distributions import Constant, Uniform
from scenes.scenario import (
    BehavioursSpec,
    ClipSpec,
    Scenario,
    ShoppersSpec,
)
from scenes.world import (
    INSTANCE_FIXTURE,
    Catalogue,
    Door,
    Fixture,
    Mesh,
    Planogram,
    Store,
    StoreLayout,
    Textures,
)

SHELF_DEPTH_M = 0.4
SLOT_WIDTH_M = 0.12

# Behaviours of which all come to pass in a clip of a dozen people.
MIXED = {
    "put_back": 0.2,
    "wrong_shelf": 0.2,
    "buy_misplaced": 1.0,
    "touch": 0.3,
    "hand_over": 0.6,
    "empty_handed": 0.1,
}


def make_scenario(*, seed=0, index=0, clip=None, shoppers=None, behaviours=None):
    calm = {"put_back": 0.0, "wrong_shelf": 0.0, "touch": 0.0, "hand_over": 0.0, "empty_handed": 0.0}
    people = {
        "count": 3,
        "arrival_window_s": 5.0,
        "group_size": Constant(1),
        "extra_items": Constant(1),
        "dwell_s": Uniform(0.3, 1.0),
        "child_share": 0.0,
    }
    return Scenario(
        name="tiny",
        seed=seed,
        index=index,
        clip=ClipSpec(**({"duration_s": 40.0, "warmup_s": 5.0} | (clip or {}))),
        shoppers=ShoppersSpec(**(people | (shoppers or {}))),
        behaviours=BehavioursSpec(**(calm | (behaviours or {}))),
    )


def make_store(*, products=8, count=3, facings=2, width_m=6.0, depth_m=5.0):
    """Two gondolas along x, three boards each, one product after the other."""
    rng = np.random.default_rng(5)
    size_m = rng.uniform((0.05, 0.05, 0.1), (0.11, 0.11, 0.25), (products, 3))
    slots, fixtures = [], []
    for f, y in enumerate((1.6, 3.6)):
        fixtures.append(_fixture(f, (1.2, y, width_m - 1.2, y + SHELF_DEPTH_M)))
        for shelf, z_m in enumerate((0.45, 0.85, 1.25)):
            for k in range(int((width_m - 2.4) / SLOT_WIDTH_M)):
                pose = np.eye(4)
                pose[:3, 3] = 1.2 + (k + 0.5) * SLOT_WIDTH_M, y, z_m
                slots.append((pose, f, shelf, (k // facings + 7 * shelf) % products, k % facings))
    planogram = _planogram(slots, count)
    walkable = shapely.box(0, 0, width_m, depth_m)
    for fixture in fixtures:
        walkable = walkable.difference(shapely.Polygon(fixture.footprint_m))
    layout = StoreLayout(
        format="convenience",
        size_m=np.array([width_m, depth_m, 3.0]),
        walkable=walkable,
        fixtures=tuple(fixtures),
        doors=(Door("both", np.array([width_m / 2, 0.35]), np.array([0.0, -1.0]), 1.6),),
    )
    item_slot = np.repeat(np.arange(len(slots)), planogram.count)
    item_product = planogram.product[item_slot]
    poses = []
    for slot in range(len(slots)):
        depth = size_m[planogram.product[slot], 1]
        for row in range(planogram.count[slot]):
            pose = planogram.world_from_slot[slot].copy()
            pose[:3, 3] += pose[:3, 1] * (0.01 + depth / 2 + row * (depth + 0.005))
            poses.append(pose)
    return Store(
        store_id="tiny",
        layout=layout,
        catalogue=_catalogue(size_m),
        planogram=planogram,
        lamps=(),
        cameras=(),
        structure=_empty_mesh(),
        textures=Textures.of(np.zeros((0, 256, 256, 3), np.uint8)),
        materials=(),
        item_slot=item_slot,
        item_product=item_product,
        world_from_item=np.array(poses).reshape(-1, 4, 4),
        ambient_color=np.ones(3),
    )


def with_counts(store, count):
    """The same store with other numbers of items, standing where the first ones of each slot stood."""
    keep = np.concatenate(
        [np.flatnonzero(store.item_slot == s)[: count[s]] for s in range(len(store.planogram.count))]
    ).astype(int)
    return replace(
        store,
        planogram=replace(store.planogram, count=np.asarray(count)),
        item_slot=store.item_slot[keep],
        item_product=store.item_product[keep],
        world_from_item=store.world_from_item[keep],
    )


def _fixture(index, box):
    x0, y0, x1, y1 = box
    corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    return Fixture(f"gondola{index}", "gondola", corners, 1.6, INSTANCE_FIXTURE + index)


def _planogram(slots, count):
    number = len(slots)
    return Planogram(
        world_from_slot=np.array([s[0] for s in slots]),
        width_m=np.full(number, SLOT_WIDTH_M),
        depth_m=np.full(number, SHELF_DEPTH_M),
        height_m=np.full(number, 0.36),
        product=np.array([s[3] for s in slots]),
        count=np.full(number, count),
        fixture=np.array([s[1] for s in slots]),
        shelf=np.array([s[2] for s in slots]),
        facing=np.array([s[4] for s in slots]),
        plate_m=np.zeros((0, 4, 4)),
        plate_size_m=np.zeros((0, 2)),
        plate_fixture=np.zeros(0, int),
        slot_plates=((),) * number,
    )


def _catalogue(size_m):
    number = len(size_m)
    return Catalogue(
        currency="EUR",
        sku=tuple(f"{p:04d}-product" for p in range(number)),
        name=tuple(f"Product {p}" for p in range(number)),
        brand=("Brand",) * number,
        package=("box",) * number,
        size_m=size_m,
        mass_kg=np.full(number, 0.3),
        price_minor=100 + 10 * np.arange(number),
        popularity=np.full(number, 1 / number),
        weight_twin=np.full(number, -1),
        look_alike=np.full(number, -1),
        mesh=(_empty_mesh(),) * number,
        picture=(np.zeros((256, 256, 3), np.uint8),) * number,
        sold_by=("each",) * number,
        code=("",) * number,
    )


def _empty_mesh():
    return Mesh(
        *(np.zeros((0, 3), np.float32) for _ in range(2)),
        np.zeros((0, 2), np.float32),
        np.zeros(0, np.int32),
        np.zeros((0, 3), np.uint8),
        *(np.zeros(0, np.int32) for _ in range(2)),
        np.zeros(0, np.uint8),
        np.zeros((0, 3), np.int32),
    )
