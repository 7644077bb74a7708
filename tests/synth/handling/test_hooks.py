"""Peg walls: goods hang from hooks that have their height, nothing else does; people take from there."""

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.furniture.pegs import make_hooks
from scenes.sampling import sample_scenario
from scenes.store import make_store
from synth.handling.slots import Shelves
from synth.ledger import parse_place
from synth.simulation import simulate

LONGEST_M = 0.28


@pytest.fixture(scope="module")
def clips():
    """(store, simulation) of shops whose walls are mostly pegs."""
    found = []
    for store_format, index in (("convenience", 3), ("kiosk", 4)):
        settings = (
            f"store.format={store_format}", "store.pegs=0.6", "store.displays=0", "store.misplaced=0.1",
            "store.untidy=0.3",
            "shoppers.count=16", "shoppers.arrival_window_s=40", "clip.warmup_s=50", "shoppers.extra_items=3",
            "behaviours.put_back=0.5", "behaviours.wrong_shelf=0.5",
        )  # fmt: skip
        scenario = sample_scenario(load_config("everyday", settings), seed=6, index=index)
        store = make_store(scenario)
        found.append((store, simulate(scenario, store)))
    return found


def test_all_slots_of_peg_walls_hang_and_hold_what_is_light_and_bagged(clips):
    for store, _ in clips:
        plan = store.planogram
        kinds = np.array([store.layout.fixtures[k].kind for k in plan.fixture])
        hanging = np.flatnonzero(kinds == "peg_wall")
        assert len(hanging) > 20
        assert plan.hanging == tuple(hanging.tolist())
        for slot in hanging:
            product = plan.product[slot]
            assert store.catalogue.package[product] in ("bag", "pouch", "tube")
            assert store.catalogue.mass_kg[product] <= 0.4
            assert plan.depth_m[slot] <= LONGEST_M


def test_what_hangs_hangs_upright_from_its_hook_and_is_what_belongs_there(clips):
    for store, _ in clips:
        plan = store.planogram
        instance = np.array([fixture.instance_id for fixture in store.layout.fixtures])
        hooks = dict(zip(plan.hanging, make_hooks(plan, instance), strict=True))
        items = np.flatnonzero(np.isin(store.item_slot, plan.hanging))
        assert len(items) > 40
        for item in items:
            slot, product = store.item_slot[item], store.item_product[item]
            assert product == plan.product[slot]
            pose, size_m = store.world_from_item[item], store.catalogue.size_m[product]
            assert pose[2, 2] == pytest.approx(1.0)
            hook = hooks[slot]
            assert (hook.instance_id == instance[plan.fixture[slot]]).all()
            # The wire runs through the pack's seam, from the panel to before the front pack.
            wire_z = float(np.median(hook.position_m[:, 2]))
            assert pose[2, 3] + 0.8 * size_m[2] < wire_z < pose[2, 3] + size_m[2]
            local = (np.append(pose[:3, 3], 1.0) @ np.linalg.inv(plan.world_from_slot[slot]).T)[:3]
            assert local[1] - size_m[1] / 2 > 0.0
            assert local[1] + size_m[1] / 2 < plan.depth_m[slot] + 1e-6


def test_only_what_belongs_on_a_hook_fits_on_it(clips):
    for store, _ in clips:
        shelves, plan = Shelves(store), store.planogram
        for slot in plan.hanging[::7]:
            own = int(plan.product[slot])
            lane = shelves.lane(slot)
            if lane:
                shelves.take(slot, lane[0].item_id)
            assert shelves.put_pose(slot, own) is not None
            others = [product for product in range(len(store.catalogue.sku)) if product != own]
            assert all(shelves.put_pose(slot, other) is None for other in others)
            assert all(shelves.stock_pose(slot, other) is None for other in others)


def test_people_take_from_hooks_and_put_nothing_strange_there(clips):
    taken = 0
    for store, simulation in clips:
        hanging = set(store.planogram.hanging)
        for event in simulation.events:
            if event.from_place and parse_place(event.from_place).slot in hanging:
                taken += event.kind == "take"
            if event.to_place and (slot := parse_place(event.to_place).slot) in hanging:
                product = store.item_product[event.item_id]
                assert product == store.planogram.product[slot], event
        for act in simulation.acts:
            assert act.kind != "lean" or act.slot not in hanging
    assert taken > 3
