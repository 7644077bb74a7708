"""Two people who reach at the same time: for the same product, or across each other's arm.

In: errands of a pair (synth/shoppers/stories.py). Out: two takes with one contact. Who comes first waits;
when the other does not come in time, each takes alone.
"""

from dataclasses import replace

from synth.behaviours.meetings import POLL_S, Meetings
from synth.handling import hands
from synth.handling.acts import make_hand_over
from synth.handling.lanes import Standing
from synth.shoppers.errands import Errand
from synth.shoppers.people import Duet, Floor, Intent, Person

DUET_PATIENCE_S = 30.0  # from when one of two sets out
READY_PATIENCE_S = 20.0  # and at least so long from when one of them stands ready


class Together(Meetings):
    """How two people reach at once."""

    def __init__(self, floor: Floor):
        """Note who reaches with whom."""
        super().__init__(floor)
        every = [(errand, person) for person in floor.people for errand in person.errands if errand.side]
        self._partner = {
            (errand.story, other.index): person
            for errand, person in every
            for theirs, other in every
            if theirs.story == errand.story and other is not person
        }

    def _visit_duet(self, person: Person, intent: Intent, time_s: float) -> None:
        """Go to the own side of the two slots."""
        errand = intent.errand
        assert errand is not None  # make_steps gives it
        duet = self._floor.duets.setdefault(errand.story, Duet(time_s + DUET_PATIENCE_S))
        stop = self._floor.stops.for_duet(person.index, errand.slot, errand.beside_slot, float(errand.side))
        if duet.over or not self._floor.shop.shelves.lane(errand.slot) or time_s >= duet.deadline_s:
            self._take_alone(person, errand, duet)
        elif stop is not None and self._partner[errand.story, person.index].inside:
            self._walk_to(person, stop, errand.slot)
        elif person.stop is None or not self._partner[errand.story, person.index].inside:
            # Nobody waits in the doorway, nor before the shelf for who has not come in yet.
            person.agenda.extendleft([intent, Intent("browse")])
        else:
            person.agenda.appendleft(intent)
            person.busy_until_s = time_s + POLL_S

    def _reach_together(self, person: Person, intent: Intent, time_s: float) -> None:
        """Wait for the other; the second of two who stand ready begins for both."""
        errand = intent.errand
        assert errand is not None  # make_steps gives it
        if self._bags_first(person, intent):
            return
        duet = self._floor.duets[errand.story]
        if not duet.ready:
            duet.deadline_s = max(duet.deadline_s, time_s + READY_PATIENCE_S)
        mine = self._front_for_duet(person, errand, time_s)
        if duet.over or mine is None or time_s > duet.deadline_s:
            self._take_alone(person, errand, duet)
            return
        person.waits_for_duet = True
        duet.ready[person.index] = errand.slot
        other = next((self._floor.people[n] for n in duet.ready if n != person.index), None)
        theirs = None
        if other is not None and other.agenda and other.agenda[0].kind == "reach_together":
            wanted = other.agenda[0].errand
            theirs = self._front_for_duet(other, wanted, time_s) if wanted is not None else None
        if other is None or theirs is None:
            person.agenda.appendleft(intent)
            person.busy_until_s = time_s + POLL_S
            return
        duet.over = True
        other.agenda.popleft()
        other.label = person.label
        acts = [
            hands.plan_take(self._floor, who, [front], time_s)
            for who, front in ((person, mine), (other, theirs))
        ]
        for who, act, front in zip((person, other), make_hand_over(*acts), (mine, theirs), strict=True):
            who.waits_for_duet = False
            hands.begin_take(self._floor, who, act, [front])

    def _front_for_duet(self, person: Person, errand: Errand, time_s: float) -> Standing | None:
        """Return what one of two would take, if it can be reached now."""
        shop = self._floor.shop
        front = shop.shelves.front(errand.slot)
        if front is None or shop.product_of(front.item_id) != errand.product:
            return None
        free = not shop.is_locked(errand.slot, person.index, time_s)
        return front if free and self._reaches(person, front) else None

    def _take_alone(self, person: Person, errand: Errand, duet: Duet) -> None:
        """Give the appointment up, and buy the product like anything else."""
        duet.over, person.waits_for_duet = True, False
        person.agenda.clear()
        person.errands.append(replace(errand, outcome="keep", story=-1, slot=-1, beside_slot=-1, side=0))
