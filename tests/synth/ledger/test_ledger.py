from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenes.errors import LedgerError
from synth.ledger import Balance, Ledger, parse_place
from synth.records import EVENT_KINDS
from tests.synth.ledger_scripts import COUNTS, SKUS, make_event, scripts


def make_ledger():
    return Ledger.from_planogram(SKUS, COUNTS)


def entered(*trips):
    return [make_event(n, 0.1 * n, "enter", trip) for n, trip in enumerate(trips)]


def take(event_id=1, time_s=1.0, trip="A", item=0, sku="tea", slot=0, hand="right", **changes):
    event = make_event(event_id, time_s, "take", trip, item, sku, f"slot:{slot}", f"hand:{trip}:{hand}", hand)
    return replace(event, **changes)


def after(*events):
    ledger = make_ledger()
    ledger.apply_all(events)
    return ledger


@settings(max_examples=300)
@given(scripts())
def test_every_valid_script_conserves_each_sku_after_each_event(script):
    ledger = make_ledger()
    restocked = dict.fromkeys(SKUS, 0)
    for event in script:
        ledger.apply(event)
        restocked[event.sku] = restocked.get(event.sku, 0) + (event.kind == "restock")
        ledger.check()
        for sku in set(SKUS):
            balance = ledger.balance(sku)
            initial = sum(count for s, count in zip(SKUS, COUNTS, strict=True) if s == sku)
            assert balance.initial == initial
            assert balance.restocked == restocked[sku]
            assert balance.is_conserved


@settings(max_examples=300)
@given(scripts())
def test_places_follow_from_the_last_event_of_each_item(script):
    ledger = make_ledger()
    ledger.apply_all(script)
    last = {event.item_id: event.to_place for event in script if event.item_id >= 0}
    first = 0
    for slot, count in enumerate(COUNTS):
        for item in range(first, first + count):
            assert ledger.place(item) == last.pop(item, f"slot:{slot}")
        first += count
    for item, place in last.items():
        assert ledger.place(item) == place
        assert item in ledger.items_in(place)


# A mutation makes of a valid event one that must be refused wherever it stands in the script.
MUTATIONS = {
    "kind": lambda e: replace(e, kind="steal"),
    "time": lambda e: replace(e, time_s=-1.0),
    "time is no number": lambda e: replace(e, time_s=float("nan")),
    "event id": lambda e: replace(e, event_id=-1),
    "origin is unknown": lambda e: replace(e, from_place="shelf:0"),
    "origin": lambda e: replace(e, from_place="slot:99" if e.from_place != "slot:99" else "floor"),
    "goal": lambda e: replace(e, to_place="purse:A"),
    "goal slot": lambda e: replace(e, to_place="slot:-1"),
    "stranger": lambda e: replace(e, trip_code="NOBODY"),
    "item": lambda e: replace(e, item_id=10_000 if e.kind not in ("restock", "bring") else 0),
    "sku": lambda e: replace(e, sku="caviar" if e.sku != "" and e.kind not in ("restock", "bring") else ""),
    "quantity": lambda e: replace(e, quantity=2),
    "hand": lambda e: replace(e, hand="third", to_place=e.to_place.replace(":left", ":third")),
}


@settings(max_examples=300)
@given(scripts(min_events=1), st.data())
def test_mutated_scripts_are_refused_and_leave_the_books_as_they_were(script, data):
    index = data.draw(st.integers(0, len(script) - 1))
    event = script[index]
    names = sorted(MUTATIONS)
    if event.item_id == -1:
        names = ["kind", "time", "time is no number", "quantity", "origin"]
    elif event.kind in ("restock", "bring", "exit", "consume"):
        names.remove("hand")
    if index == 0:
        names = [name for name in names if name not in ("time", "event id")]
    name = data.draw(st.sampled_from(names))
    ledger = make_ledger()
    ledger.apply_all(script[:index])
    before = {sku: ledger.balance(sku) for sku in SKUS}
    with pytest.raises(LedgerError):
        ledger.apply(MUTATIONS[name](event))
    assert {sku: ledger.balance(sku) for sku in SKUS} == before
    ledger.check()
    ledger.apply_all(script[index:])


@settings(max_examples=150)
@given(scripts(min_events=1), st.data())
def test_nothing_happens_twice(script, data):
    moves = [n for n, event in enumerate(script) if event.from_place != event.to_place]
    again = data.draw(st.sampled_from(moves)) if moves else None
    if again is None:
        return
    ledger = make_ledger()
    ledger.apply_all(script[: again + 1])
    with pytest.raises(LedgerError):
        ledger.apply(replace(script[again], event_id=script[again].event_id + 1))


@pytest.mark.parametrize(
    ("events", "message"),
    [
        ([take(1)], "trip A is not inside"),
        ([*entered("A"), make_event(1, 1.0, "exit", "A"), take(2)], "trip A has left"),
        ([*entered("A"), take(1, slot=1)], "the item is in slot:0, not in slot:1"),
        ([*entered("A"), take(1, item=77)], "there is no item 77"),
        ([*entered("A"), take(1, sku="jam")], "the item is a tea, not a 'jam'"),
        ([*entered("A"), take(1, quantity=2)], "quantity 2; each item has an event of its own"),
        ([*entered("A"), take(1, hand="left", to_place="hand:A:right")], "says the left hand"),
        (
            [*entered("A"), take(1), take(2, 1.5, item=1)],
            r"already holds \[0\]; a hand holds what one grab took",
        ),
        ([*entered("A", "B"), take(2, to_place="hand:B:right")], "the place belongs to trip B"),
        (
            [*entered("A"), take(1), make_event(2, 2.0, "exit", "A")],
            r"still holds \[0\]; their exits come first",
        ),
        ([*entered("A"), make_event(1, 1.0, "enter", "A")], "each visit gets a new one"),
        ([*entered("A"), take(1, 1.0), make_event(2, 0.5, "exit", "A")], "events are in order of time"),
        ([*entered("A"), make_event(0, 1.0, "exit", "A")], "event ids ascend"),
        ([*entered("A"), take(1, kind="give")], "unknown kind; expected one of take, put"),
        ([*entered("A"), take(1, to_place="bag:A")], r"it goes from slot:0 to bag:A; expected slot to hand"),
        (
            [
                *entered("A", "B"),
                take(2),
                make_event(3, 2.0, "conceal", "A", 0, "tea", "hand:A:right", "arm:A", "right"),
                make_event(4, 3.0, "swap", "A", 0, "tea", "arm:A", "bag:B", "right"),
            ],
            "a bag is swapped for a bag, a coat for a coat",
        ),
        ([*entered("A"), take(1, to_place="pocket")], "unknown place 'pocket'; expected slot:<id>"),
        (
            [*entered("A"), make_event(1, 1.0, "restock", "A", 0, "tea", "outside", "hand:A:left", "left")],
            "is restocked or brought is new",
        ),
        (
            [make_event(0, 0.0, "restock", "", 77, "tea", "outside", "hand:A:left", "left")],
            r"trip \(none\) is not inside",
        ),
        (
            [*entered("A"), make_event(1, 1.0, "restock", "A", 77, "tea", "outside", "slot:0")],
            "it goes from outside to slot:0; expected outside to hand",
        ),
    ],
)
def test_messages_say_what_is_wrong(events, message):
    ledger = make_ledger()
    ledger.apply_all(events[:-1])
    with pytest.raises(LedgerError, match=message):
        ledger.apply(events[-1])


def test_the_message_names_the_event():
    with pytest.raises(LedgerError, match=r"event 7 \(take, trip A, item 0\) at 1\.000 s: "):
        make_ledger().apply(take(7))


def test_a_grab_of_several_is_one_time_and_one_sku():
    ledger = after(*entered("A"), take(1), take(2, item=1))
    assert ledger.items_in("hand:A:right") == (0, 1)
    with pytest.raises(LedgerError, match="already holds"):
        ledger.apply(take(3, item=3, sku="jam", slot=1))


def test_balances_tell_where_items_are():
    ledger = after(
        *entered("A"),
        take(1),
        make_event(2, 1.5, "bag", "A", 0, "tea", "hand:A:right", "bag:A", "right"),
        take(3, 2.0, item=1),
        make_event(4, 2.5, "drop", "A", 1, "tea", "hand:A:right", "floor", "right"),
        take(5, 3.0, item=2),
    )
    assert ledger.balance("tea") == Balance(initial=4, on_slots=1, in_hands=1, bagged=1, on_floor=1)
    assert ledger.balance("nothing") == Balance()


def test_refuses_items_that_start_in_a_bag():
    with pytest.raises(LedgerError, match="at the start items lie on slots or the floor"):
        Ledger({0: "bag:A"}, {0: "tea"})
    with pytest.raises(LedgerError, match="item 0 has no SKU"):
        Ledger({0: "floor"}, {})


@pytest.mark.parametrize(
    "name", ["", "slot:", "slot:x", "hand:A", "hand:A:middle", "bag:", "bag:A:B", "moon"]
)
def test_unknown_places(name):
    with pytest.raises(LedgerError, match="unknown place"):
        parse_place(name)


def test_scripts_use_every_kind():
    """The strategy would prove little if some kinds never came up."""
    seen = set()

    @settings(max_examples=200)
    @given(scripts(min_events=10))
    def collect(script):
        seen.update(event.kind for event in script)

    collect()
    assert seen == set(EVENT_KINDS)


def test_only_what_was_brought_along_is_returned():
    bring = make_event(1, 1.0, "bring", "A", 90, "tea", "outside", "bag:A")
    unbag = make_event(2, 2.0, "unbag", "A", 90, "tea", "bag:A", "hand:A:left", "left")
    give_back = make_event(3, 3.0, "return", "A", 90, "tea", "hand:A:left", "slot:1", "left")
    enter = make_event(0, 0.5, "enter", "A")
    ledger = after(enter, bring, unbag, give_back)
    assert (ledger.balance("tea").brought, ledger.place(90)) == (1, "slot:1")
    again = make_event(5, 5.0, "return", "A", 90, "tea", "hand:A:left", "slot:1", "left")
    ledger.apply(make_event(4, 4.0, "take", "A", 90, "tea", "slot:1", "hand:A:left", "left"))
    with pytest.raises(LedgerError, match="only what was brought along is returned"):
        ledger.apply(again)
