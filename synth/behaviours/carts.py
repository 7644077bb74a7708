"""Trolleys and baskets: turn to the trolley, lay in what the hand holds, take something out again.

In: people with a trolley or a basket who hold something. Out: acts begun (synth/handling/loading.py), or
nothing where they have none or it is full.
"""

from synth.behaviours.reading import Reading
from synth.behaviours.steps import WALKS
from synth.handling import loading
from synth.shoppers.people import Intent, Person
from synth.walking.stops import Stop


class Loading(Reading):
    """What people do who have a trolley or a basket."""

    def _loads(self, person: Person, intent: Intent, time_s: float) -> bool:
        """Lay an item from the hand into the trolley or basket, or turn to that first; say whether so."""
        item_id = self._floor.shop.held(person.plan)
        pose = None if item_id is None else loading.find_room(self._floor, person, item_id)
        if item_id is None or pose is None or person.stop is None:
            return False
        if self._turns_to_trolley(person, person.stop, intent):
            return True
        loading.lay(self._floor, person, item_id, pose, time_s)
        if len(self._floor.shop.all_held(person.plan)) > 1:  # one after the other
            person.agenda.appendleft(intent)
        else:
            self._turn_from_trolley(person)
        return True

    def _unloads(self, person: Person, intent: Intent, item_id: int, time_s: float) -> bool:
        """Take an item out of the trolley or basket, or turn to that first; say whether so."""
        cart = self._floor.shop.carts.get(person.plan.trip_code)
        if cart is None or item_id not in cart.cart_from_item or person.stop is None:
            return False
        if not cart.is_on_top(item_id):
            return False
        if not self._turns_to_trolley(person, person.stop, intent):
            loading.take_out(self._floor, person, item_id, time_s)
            self._turn_from_trolley(person)
        return True

    def _turns_to_trolley(self, person: Person, stop: Stop, intent: Intent) -> bool:
        """Have a person who does not face the trolley turn to it before a step; say whether so."""
        turned_rad = self._floor.crowd.gear_rad(person.index)
        if person.plan.basket or stop.heading_rad == turned_rad:
            return False
        person.turned_from, person.stop = stop, Stop(stop.position_m, turned_rad)
        person.agenda.appendleft(intent)
        return True

    def _turn_from_trolley(self, person: Person) -> None:
        """Have a person face the shelf again who has turned from it, if they do not walk off next."""
        if person.turned_from is None:
            return
        if person.agenda and person.agenda[0].kind not in WALKS:
            person.agenda.appendleft(Intent("turn_back"))
        else:
            person.turned_from = None
