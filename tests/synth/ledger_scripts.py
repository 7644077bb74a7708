"""Random scripts of ledger events that are valid by construction, for hypothesis."""

import numpy as np
from hypothesis import strategies as st

from synth.records import Event

SKUS = ("tea", "jam", "tea", "oil")  # of each slot
COUNTS = (3, 2, 1, 2)
TRIPS = ("A", "B", "C")
HANDS = ("left", "right")


def make_event(event_id, time_s, kind, trip, item=-1, sku="", from_place="", to_place="", hand=""):
    return Event(
        event_id=event_id,
        time_s=time_s,
        kind=kind,
        trip_code=trip,
        item_id=item,
        sku=sku,
        from_place=from_place,
        to_place=to_place,
        quantity=int(item >= 0),
        hand=hand,
        point_m=np.zeros(3),
    )


class _World:
    """The rules once more, as plain as can be: what could happen next."""

    def __init__(self):
        self.place, self.sku = {}, {}
        for slot, (sku, count) in enumerate(zip(SKUS, COUNTS, strict=True)):
            for _ in range(count):
                self.sku[len(self.place)] = sku
                self.place[len(self.place)] = f"slot:{slot}"
        self.coming, self.inside, self.own = list(TRIPS), [], set()

    def options(self):
        found = [("enter", trip, -1, "", "", "") for trip in self.coming]
        for trip in self.inside:
            mine = [
                i
                for i, p in self.place.items()
                if p.split(":")[0] in ("hand", "bag", "pocket", "arm") and p.split(":")[1] == trip
            ]
            found.append(("bring", trip, len(self.place), "outside", f"bag:{trip}", ""))
            for hand in self._free(trip):
                found.append(("restock", trip, len(self.place), "outside", f"hand:{trip}:{hand}", hand))
            if not mine:
                found.append(("exit", trip, -1, "", "", ""))
            for item in mine:
                found += self._with_own(trip, item, self.place[item])
            for item, place in self.place.items():
                if place.startswith("slot:") or place in ("floor", "ledge"):
                    found += self._with_shop(trip, item, place)
                if place.startswith("lone_bag:"):
                    found.append(("take_up", trip, item, place, f"bag:{trip}", "right"))
        return found

    def _free(self, trip):
        return [h for h in HANDS if f"hand:{trip}:{h}" not in self.place.values()]

    def _with_shop(self, trip, item, place):
        kind = "take" if place.startswith("slot:") else "pick_up"
        yield from ((kind, trip, item, place, f"hand:{trip}:{hand}", hand) for hand in self._free(trip))
        yield ("touch", trip, item, place, place, "left")
        if place.startswith("slot:"):
            yield ("knock", trip, item, place, place, "left")
            yield ("knock", trip, item, place, "floor", "left")

    def _with_own(self, trip, item, place):
        yield ("exit", trip, item, place, "outside", "")
        if place.startswith("pocket:"):
            return
        if place.startswith("arm:"):
            yield from (("swap", trip, item, place, f"arm:{to}", "left") for to in self.inside if to != trip)
            return
        yield ("consume", trip, item, place, f"consumed:{trip}", "")
        if place.startswith("bag:"):
            yield ("set_down", trip, item, place, f"lone_bag:{trip}", "left")
            yield from (("swap", trip, item, place, f"bag:{to}", "left") for to in self.inside if to != trip)
            yield from (
                ("unbag", trip, item, place, f"hand:{trip}:{hand}", hand) for hand in self._free(trip)
            )
            return
        hand = place.split(":")[2]
        yield ("bag", trip, item, place, f"bag:{trip}", hand)
        yield ("drop", trip, item, place, "floor", hand)
        yield from (("conceal", trip, item, place, f"{where}:{trip}", hand) for where in ("pocket", "arm"))
        if item in self.own:
            yield ("return", trip, item, place, "slot:0", hand)
        yield from (
            ("put", trip, item, place, goal, hand)
            for goal in ("slot:0", "slot:1", "slot:3", "floor", "ledge")
        )
        for other in self.inside:
            if other != trip:
                yield ("bag", trip, item, place, f"bag:{other}", hand)
                for free in self._free(other):
                    yield ("hand_over", trip, item, place, f"hand:{other}:{free}", hand)

    def do(self, event):
        if event.kind == "enter":
            self.coming.remove(event.trip_code)
            self.inside.append(event.trip_code)
        elif event.kind == "exit" and event.item_id == -1:
            self.inside.remove(event.trip_code)
        else:
            self.sku.setdefault(event.item_id, event.sku)
            self.place[event.item_id] = event.to_place
            if event.kind == "bring":
                self.own.add(event.item_id)
            elif event.kind == "return":
                self.own.remove(event.item_id)


@st.composite
def scripts(draw, min_events=0, max_events=60):
    """Lists of events that any right ledger accepts; kinds are chosen evenly among those possible."""
    world, events, time_s = _World(), [], 0.0
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    for event_id in range(draw(st.integers(min_events, max_events))):
        options = world.options()
        if not options:  # all have come and gone
            break
        kinds = sorted({option[0] for option in options})
        weight = np.array(
            [
                {"exit": 0.3, "restock": 0.3, "bring": 0.5, "enter": 2.0, "consume": 0.5}.get(k, 1.0)
                for k in kinds
            ]
        )
        kind = kinds[rng.choice(len(kinds), p=weight / weight.sum())]
        chosen = [option for option in options if option[0] == kind]
        kind, trip, item, from_place, to_place, hand = chosen[rng.integers(len(chosen))]
        sku = world.sku.get(item, "jam") if item >= 0 else ""
        time_s += float(rng.choice([0.25, 0.5, 1.75]))
        event = make_event(event_id, time_s, kind, trip, item, sku, from_place, to_place, hand)
        world.do(event)
        events.append(event)
    return events
