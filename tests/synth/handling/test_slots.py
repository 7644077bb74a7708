import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from scenes.config.loader import load_config
from scenes.goods.heaps import find_heaps
from scenes.goods.packages import measure_pitch
from scenes.sampling import sample_scenario
from scenes.store import make_store as make_real_store
from synth.handling.lanes import compute_extent_m, compute_put_pose
from synth.handling.slots import Shelves
from tests.synth.tiny_store import make_store

LENGTH = st.floats(0.02, 0.4)


def pose(x=0.0, y=0.0, z=0.0, yaw=0.0):
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.from_euler("z", yaw).as_matrix()
    matrix[:3, 3] = x, y, z
    return matrix


def corners_m(world_from_item, size_m):
    unit = np.array(list(itertools.product((-0.5, 0.5), (-0.5, 0.5), (0.0, 1.0))))
    return (unit * size_m) @ world_from_item[:3, :3].T + world_from_item[:3, 3]


def test_a_lying_item_reaches_as_far_as_its_height():
    lies = np.eye(4)
    lies[:3, :3] = [[1, 0, 0], [0, 0, 1], [0, -1, 0]]
    lies[:3, 3] = [0, 0.02, 0.03]
    assert compute_extent_m(np.eye(4), lies, np.array([0.1, 0.06, 0.2])) == pytest.approx((0.02, 0.22))


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0, 0.4), LENGTH, LENGTH)
def test_extent_is_that_of_the_corners(slot_yaw, item_yaw, y_m, width_m, depth_m):
    slot, size_m = pose(2.0, 1.0, 0.7, slot_yaw), np.array([width_m, depth_m, 0.2])
    item = slot @ pose(0.01, y_m, 0.0, item_yaw)
    local = (corners_m(item, size_m) - slot[:3, 3]) @ slot[:3, :3]
    assert compute_extent_m(slot, item, size_m) == pytest.approx(
        (local[:, 1].min(), local[:, 1].max()), abs=1e-9
    )


@settings(max_examples=200)
@given(
    st.floats(-3, 3), st.tuples(LENGTH, LENGTH, LENGTH), st.tuples(LENGTH, LENGTH, LENGTH), st.floats(0, 0.4)
)
def test_a_put_item_stands_inside_its_slot_in_front_of_the_others(yaw, room_m, size_m, front_m):
    slot, room_m, size_m = pose(1.0, 2.0, 0.9, yaw), np.array(room_m), np.array(size_m)
    put = compute_put_pose(slot, room_m, size_m, front_m)
    fits = size_m[0] <= room_m[0] and size_m[2] + 0.004 <= room_m[2]
    assert (put is not None) == (fits and bool(size_m[1] <= min(front_m, room_m[1])))
    if put is not None:
        local = (corners_m(put, size_m) - slot[:3, 3]) @ slot[:3, :3]
        assert (np.abs(local[:, 0]) <= room_m[0] / 2 + 1e-9).all()
        assert (local[:, 1] >= -1e-9).all()
        assert (local[:, 1] <= min(front_m, room_m[1]) + 1e-9).all()
        assert local[:, 2].min() == pytest.approx(0.0)


def test_taking_the_front_item_leaves_the_others_where_they_are():
    store = make_store(count=3)
    shelves = Shelves(store)
    first, second, third = shelves.lane(7)
    assert first.front_m < second.front_m < third.front_m
    assert first.item_id == 21  # numbered slot by slot, front to back
    assert shelves.take(7, first.item_id) == first
    assert shelves.lane(7) == (second, third)
    assert shelves.front(7) is second


def test_put_back_finds_room_where_the_item_was_and_only_there():
    store = make_store(count=3)
    shelves = Shelves(store)
    product = int(store.planogram.product[7])
    assert shelves.put_pose(7, product) is None
    assert shelves.put_pose(7, product, without=1) is not None
    taken = shelves.take(7, shelves.front(7).item_id)
    back = shelves.put_pose(7, product)
    assert np.linalg.norm(back[:3, 3] - taken.world_from_item[:3, 3]) < 0.02
    shelves.put(7, taken.item_id, product, back)
    assert shelves.front(7).item_id == taken.item_id
    assert shelves.front(7).back_m <= shelves.lane(7)[1].front_m
    assert shelves.put_pose(7, product) is None


def test_an_empty_slot_takes_what_fits_its_frame():
    store = make_store(count=1)
    shelves = Shelves(store)
    shelves.take(0, shelves.front(0).item_id)
    assert shelves.front(0) is None
    assert all(shelves.put_pose(0, product) is not None for product in range(8))
    world_from_slot = store.planogram.world_from_slot[0]
    size_m = store.catalogue.size_m[0]
    assert compute_put_pose(world_from_slot, np.array([0.01, 0.4, 0.36]), size_m, 0.4) is None
    assert compute_put_pose(world_from_slot, np.array([0.12, 0.4, 0.05]), size_m, 0.4) is None


def test_of_stacks_the_uppermost_is_taken_first_and_what_is_put_back_goes_on_top():
    store = make_store(count=1)
    plan, size_m = store.planogram, store.catalogue.size_m
    slot = 7
    product = int(plan.product[slot])
    high_m = float(size_m[product, 2])
    # A stack of two in front, one of three behind it: items 0 to 4 as they are numbered.
    places = [(0.06, 1), (0.06, 0), (0.2, 2), (0.2, 1), (0.2, 0)]
    poses = np.stack([plan.world_from_slot[slot] @ pose(y=y, z=k * high_m) for y, k in places])
    room_m = np.where(np.arange(len(plan.product)) == slot, 3.5 * high_m, plan.height_m)
    layers = tuple(3 if k == slot else 1 for k in range(len(plan.product)))
    store = replace(
        store,
        planogram=replace(plan, layers=layers, height_m=room_m),
        item_slot=np.full(5, slot),
        item_product=np.full(5, product),
        world_from_item=poses,
    )
    shelves = Shelves(store)
    assert [one.item_id for one in shelves.lane(slot)] == [0, 1, 2, 3, 4]
    assert [one.item_id for one in shelves.within_reach(slot)] == [0, 2]
    third = shelves.put_pose(slot, product)
    assert third[:3, 3] == pytest.approx(poses[0][:3, 3] + [0, 0, high_m])
    other = next(p for p in range(len(size_m)) if p != product)
    assert shelves.put_pose(slot, other) is None or shelves.put_pose(slot, other)[2, 3] < poses[0][2, 3]
    for item in range(2):
        assert shelves.take(slot, shelves.front(slot).item_id).item_id == item
    first = shelves.put_pose(slot, product)  # the second stack is full: a new one is begun before it
    assert first[2, 3] == pytest.approx(plan.world_from_slot[slot, 2, 3])
    brought = 99  # none of the stock
    shelves.put(slot, brought, product, first)
    assert [one.item_id for one in shelves.lane(slot)] == [brought, 2, 3, 4]
    assert shelves.stock_pose(slot, product)[2, 3] == pytest.approx(first[2, 3] + high_m)


def test_a_bowl_is_put_back_into_the_bowl_from_which_it_was_taken():
    store = make_store(count=1)
    plan, slot, size_m = store.planogram, 7, np.array([0.11, 0.11, 0.05])
    product = int(plan.product[slot])
    catalogue = replace(
        store.catalogue,
        package=tuple("bowl" if k == product else one for k, one in enumerate(store.catalogue.package)),
        size_m=np.where(np.arange(8)[:, None] == product, size_m, store.catalogue.size_m),
    )
    pitch_m = measure_pitch("bowl", size_m)
    assert pitch_m < 0.5 * size_m[2]
    poses = [plan.world_from_slot[slot] @ pose(y=0.07, z=k * pitch_m, yaw=0.2) for k in (2, 1, 0)]
    room_m = np.where(np.arange(len(plan.product)) == slot, size_m[2] + 2.5 * pitch_m, plan.height_m)
    shelves = Shelves(
        replace(
            store,
            catalogue=catalogue,
            planogram=replace(plan, layers=(8,) * len(plan.product), height_m=room_m),
            item_slot=np.full(3, slot),
            item_product=np.full(3, product),
            world_from_item=np.stack(poses),
        )
    )
    assert [one.item_id for one in shelves.within_reach(slot)] == [0]
    assert shelves.put_pose(slot, product) is None, "neither on top, under the board, nor before the stack"
    assert shelves.take(slot, 0).item_id == 0
    assert shelves.put_pose(slot, product) == pytest.approx(poses[0], abs=1e-12)
    assert shelves.stock_pose(slot, product) == pytest.approx(poses[0], abs=1e-12)


def test_only_what_belongs_in_a_slot_is_stacked_there():
    """Two bottles that were left in an emptied slot of stacks stand one behind the other, or not both."""
    store = make_store(count=1)
    plan = store.planogram
    slot, own = 7, int(store.planogram.product[7])
    shape = np.arange(len(plan.product)) == slot
    layers, room_m = tuple(np.where(shape, 3, 1).tolist()), np.where(shape, 2.0, plan.height_m)
    store = replace(store, planogram=replace(plan, layers=layers, height_m=room_m))
    for product in range(len(store.catalogue.size_m)):
        shelves = Shelves(store)
        for standing in shelves.lane(slot):
            shelves.take(slot, standing.item_id)
        first = shelves.put_pose(slot, product)
        shelves.put(slot, 99, product, first)
        for second in (shelves.put_pose(slot, product), shelves.stock_pose(slot, product)):
            on_top = second is not None and bool(second[2, 3] > first[2, 3])
            assert on_top == (product == own)


def test_what_lies_under_a_stranger_in_a_stack_is_out_of_reach():
    config = load_config("everyday", ["store.stacked=1", "store.misplaced=1", "store.format=convenience"])
    store = make_real_store(sample_scenario(config, seed=1, index=0))
    plan, shelves, product = store.planogram, Shelves(store), store.item_product
    first = np.cumsum(plan.count) - plan.count
    layers, under = plan.most_layers(), 0
    for slot in np.flatnonzero((layers > 1) & ~find_heaps(plan, store.catalogue) & (plan.count > 0)):
        top, foremost = first[slot], (plan.count[slot] - 1) % layers[slot] + 1
        items = list(range(top, top + plan.count[slot]))
        assert [one.item_id for one in shelves.lane(slot)] == items
        reached = [one.item_id for one in shelves.within_reach(slot)]
        assert reached == [top, *items[foremost :: layers[slot]]]
        under += foremost > 1 and bool(product[top] != plan.product[slot])
    assert under > 2
