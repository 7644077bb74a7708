"""What hands lay into a trolley or a basket and take out of it, each a timed act.

In: a `Person` who faces their trolley, or has a basket on the arm. Out: acts begun in the `Shop`. How things
lie there is found by synth/handling/carts.py.
"""

import math

import numpy as np

from synth.bodies.basket import compute_basket_m
from synth.handling.hands import occupy, plan_reach, size_of
from synth.records import Act, other_hand
from synth.shoppers.people import Floor, Person

# Packages that are never laid on their backs.
STANDING = ("fruit", "tub", "tray", "bowl", "plate", "mug", "jug", "teapot")
GOLDEN = 0.618034
# Things are let go so much above where they come to lie, and at most so far below a trolley's handle, that
# nobody bends deep.
LET_GO_M, WITHIN_M = 0.09, 0.22


def find_room(floor: Floor, person: Person, item_id: int) -> np.ndarray | None:
    """Find how (4, 4) an item would lie in a person's trolley or basket, in the frame of that.

    Returns:
        None where they have none, or there is no room in it.
    """
    cart = floor.shop.carts.get(person.plan.trip_code)
    if cart is None:
        return None
    stands = floor.store.catalogue.package[floor.shop.product_of(item_id)] in STANDING
    # Each item lies otherwise, and the same whenever it is asked for.
    turn = 2.0 * (item_id * GOLDEN % 1.0) - 1.0
    return cart.find_room(size_of(floor, item_id), stands=stands, turn=turn)


def lay(floor: Floor, person: Person, item_id: int, cart_from_item: np.ndarray, time_s: float) -> None:
    """Let go of an item that the acting hand holds a little above where it comes to lie."""
    world_from_cart = _find_cart(floor, person)
    released, over = cart_from_item.copy(), floor.shop.carts[person.plan.trip_code].inside.over_m
    released[2, 3] += LET_GO_M
    if over is not None:
        released[2, 3] = max(released[2, 3], over[1] - WITHIN_M)
    act = _reach(floor, person, "bag", item_id, (world_from_cart, released), time_s)
    floor.shop.begin_lay_in_cart(act, person.plan, cart_from_item, world_from_cart @ cart_from_item)
    occupy(person, act)


def take_out(floor: Floor, person: Person, item_id: int, time_s: float) -> None:
    """Take out an item on which nothing lies."""
    cart_from_item = floor.shop.carts[person.plan.trip_code].cart_from_item[item_id]
    act = _reach(floor, person, "unbag", item_id, (_find_cart(floor, person), cart_from_item), time_s)
    floor.shop.begin_take_from_cart(act, person.plan)
    occupy(person, act)


def _find_cart(floor: Floor, person: Person) -> np.ndarray:
    """Return where (4, 4) the trolley or basket of a person who stands is."""
    plan, here_m, heading_rad = person.plan, floor.position_m(person), floor.heading_rad(person)
    turned_rad = heading_rad if plan.basket else floor.crowd.gear_rad(person.index)
    cos, sin = math.cos(turned_rad), math.sin(turned_rad)
    pose = np.eye(4)
    pose[:2, :2] = [[cos, -sin], [sin, cos]]
    pose[:2, 3] = here_m
    if plan.basket:
        side = other_hand(plan.handedness)
        pose[:3, 3] = compute_basket_m(np.array(here_m), heading_rad, plan.body.stature_m, side)
    return pose


def _reach(
    floor: Floor, person: Person, kind: str, item_id: int, there: tuple[np.ndarray, np.ndarray], time_s: float
) -> Act:
    """Time a reach to an item that is so in a trolley or basket that is there, both (4, 4); over a handle."""
    cart, cart_from_item = there
    over, over_m = floor.shop.carts[person.plan.trip_code].inside.over_m, None
    if over is not None:
        over_m = cart[:3, :3] @ [over[0], cart_from_item[1, 3], over[1]] + cart[:3, 3]
    return plan_reach(floor, person, kind, item_id, cart @ cart_from_item, time_s, over_m=over_m)
