"""Deliberate faults: one edit each to the source of the ledger, the receipts, the scales or the labels.

`plant` compiles a module's source with one text replaced and swaps the code of its functions for as long as
the context lasts, so that modules which imported them by name run the fault too.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType


@dataclass(frozen=True)
class Fault:
    """An edit: in `module`, `before` (which occurs once) becomes `after`; each of the clips shows it."""

    module: str
    before: str
    after: str
    clip: int = 0
    also: tuple[int, ...] = ()


RECEIPTS, LEDGER, SHOP = "synth.ledger.receipts", "synth.ledger", "synth.handling.shop"
TARIFF, WEIGHED_CLIP, BAGS_CLIP, TAKERS_BAGS_CLIP = "synth.ledger.tariff", 2, 3, 4
BAGS, CLIP_JSON, BOTH = "synth.motion.bags", "synth.labels.clip_json", (TAKERS_BAGS_CLIP,)
GLASS_CLIP, CARRIED_CLIP, CHESTS_CLIP, COATS_CLIP = 5, 6, 7, 8
RIM = "synth.handling.chests"
SEAT, JOURNEYS = "synth.bodies.carried", "synth.shoppers.journeys"
EVIDENCE, GATES = "synth.evidence", "synth.sensors"
SCALES, PLACEMENT, LABELS = "synth.scales", "synth.ledger.placement", "synth.labels.tables"

FAULTS = {
    "bill the taker where the carrier pays": Fault(RECEIPTS, 'policy == "carrier":', 'policy == "taker":'),
    "bill the giver of a hand-over again": Fault(
        RECEIPTS, "receiver = parse_place(event.to_place)", "receiver = parse_place(event.from_place)"
    ),
    "forget put-backs": Fault(RECEIPTS, 'in ("put", "drop", "set_down")', 'in ("drop", "set_down")'),
    "bagging settles an item": Fault(
        RECEIPTS, 'in ("put", "drop", "set_down")', 'in ("put", "drop", "set_down", "bag")'
    ),
    "pass half a bag on": Fault(
        SHOP, "for item in items:", "for item in items[1:] or items:", BAGS_CLIP, BOTH
    ),
    "owe what stands about in a lone bag": Fault(
        RECEIPTS, 'in ("put", "drop", "set_down")', 'in ("put", "drop")', BAGS_CLIP, BOTH
    ),
    "take a lone bag up for nothing": Fault(
        RECEIPTS, 'in ("take", "pick_up", "take_up")', 'in ("take", "pick_up")', BAGS_CLIP, BOTH
    ),
    "swap bags without who pays": Fault(
        RECEIPTS, '("hand_over", "bag", "swap") and', '("hand_over", "bag") and', clip=BAGS_CLIP
    ),
    "swap bags and who pays where the taker does": Fault(
        RECEIPTS,
        '("hand_over", "bag", "swap") and policy == "carrier"',
        '("hand_over", "bag", "swap")',
        TAKERS_BAGS_CLIP,
    ),
    "keep a bag that was swapped": Fault(BAGS, "now = act.partner,", "now = act.shopper,", BAGS_CLIP, BOTH),
    "carry on a bag that stands on the floor": Fault(
        BAGS, 'now = -1, "", pose', 'now = act.shopper, "", None', BAGS_CLIP, BOTH
    ),
    "list bags a second late": Fault(
        CLIP_JSON,
        '"from_s": None if np.isinf(stay.from_s) else stay.from_s',
        '"from_s": None if np.isinf(stay.from_s) else stay.from_s + 1.0',
        BAGS_CLIP,
        BOTH,
    ),
    "leave out the last bag": Fault(
        CLIP_JSON,
        "list_bags(simulation, scenario.clip.duration_s)",
        "list_bags(simulation, scenario.clip.duration_s)[:-3]",
        BAGS_CLIP,
        BOTH,
    ),
    "hide things in a pocket instead of the coat on the arm": Fault(
        SHOP, "(arm_place if plan.coat_on_arm else pocket_place)", "pocket_place", COATS_CLIP
    ),
    "keep what is in a coat that was swapped": Fault(
        "synth.handling.bags",
        "for giver, receiver in (pair, pair[::-1])",
        "for giver, receiver in ()",
        COATS_CLIP,
    ),
    "list coats as they came": Fault(
        CLIP_JSON, "list_coats(simulation, scenario.clip.duration_s)", "[]", COATS_CLIP
    ),
    "say that nobody has a coat on the arm": Fault(
        CLIP_JSON, '"coat_on_arm": plan.coat_on_arm', '"coat_on_arm": False', COATS_CLIP
    ),
    "open glass that is shut to its contact": Fault(
        "synth.moving_doors", "np.round(share[:, n], 4)", "np.round(1.0 - share[:, n], 4)", GLASS_CLIP
    ),
    "never show a door open": Fault("synth.moving_doors", "if share[:, n].any()", "if False", GLASS_CLIP),
    "slide no door open": Fault(
        "synth.moving_doors",
        "np.maximum(share[:, number], slide(time_s, from_s, to_s))",
        "share[:, number]",
        GLASS_CLIP,
    ),
    "carry a child out of the arms": Fault(
        SEAT, "sign * SEAT_SIDEWAYS * left", "3 * sign * SEAT_SIDEWAYS * left", CARRIED_CLIP
    ),
    "carry a child on the arm that acts": Fault(
        SEAT,
        "sign * SEAT_SIDEWAYS * left)\n    return place_m",
        "-sign * SEAT_SIDEWAYS * left)\n    return place_m",
        CARRIED_CLIP,
    ),
    "let a carried child pay": Fault(
        JOURNEYS,
        "carried_by=adult.trip_code,",
        'carried_by=adult.trip_code, payment_id="P-" + code[:10],',
        CARRIED_CLIP,
    ),
    "let small people over the rim": Fault(RIM, "stature_m >= LEAST_STATURE_M", "stature_m > 0", CHESTS_CLIP),
    "let a wheelchair over the rim": Fault(RIM, '("wheelchair", "carrying")', '("carrying",)', CHESTS_CLIP),
    "leave before the door": Fault(
        "synth.behaviours.choosing", "<= DOOR_REACH_M for", "<= DOOR_REACH_M + 2.5 for"
    ),
    "leave by doors that stay shut": Fault(
        GATES,
        'if crossing.barrier != "door":',
        'if crossing.barrier != "door" or crossing.direction == "out":',
    ),
    "come in beside the door": Fault(
        "synth.walking.doors", "middle_m = LANE_SHARE *", "middle_m = 1.2 + LANE_SHARE *"
    ),
    "a touch is a purchase": Fault(
        RECEIPTS, 'in ("take", "pick_up", "take_up")', 'in ("take", "pick_up", "take_up", "touch")'
    ),
    "keep the price of what went back": Fault(
        RECEIPTS, "if total_minor != account.total_minor:", "if total_minor > account.total_minor:"
    ),
    "keep the line of what went back": Fault(RECEIPTS, "del source.items[event.item_id]", "pass"),
    "count a price twice": Fault(
        RECEIPTS, "(tariff.amount_minor(sku, n)", "(2 * tariff.amount_minor(sku, n)"
    ),
    "one too many on each line": Fault(RECEIPTS, "line(sku, quantity[sku])", "line(sku, quantity[sku] + 1)"),
    "charge weighed goods by the item": Fault(TARIFF, "if sku not in self.grams:", "if sku:", WEIGHED_CLIP),
    "round weighed goods down": Fault(TARIFF, "grams + 1000) // 2000", "grams) // 2000", WEIGHED_CLIP),
    "round each item of a weighed line": Fault(
        TARIFF,
        "amount = (2 * price * grams + 1000) // 2000",
        "each = (2 * price * self.grams[sku] + 1000) // 2000; amount = each * abs(quantity)",
        WEIGHED_CLIP,
    ),
    "weigh one of several": Fault(
        TARIFF, "self.grams.get(sku, 0) * abs(quantity)", "self.grams.get(sku, 0)", WEIGHED_CLIP
    ),
    "leave the grams off the line": Fault(
        TARIFF,
        "self.price_minor[sku], self.grams.get(sku, 0) * quantity)",
        "self.price_minor[sku], 0)",
        WEIGHED_CLIP,
    ),
    "weigh what is sold by the item": Fault(TARIFF, 'unit == "kg"', 'unit != "kg"', WEIGHED_CLIP),
    "weigh in tens of grams": Fault(
        TARIFF, "round(1000 * float(mass_kg))", "10 * round(100 * float(mass_kg))", WEIGHED_CLIP
    ),
    "close with the first who leaves": Fault(RECEIPTS, "if not account.missing:", "if account.missing:"),
    "open with the last who enters": Fault(
        RECEIPTS, "if account.opened_s is None:", "if account.trip_codes:", clip=1
    ),
    "leave the item where it was": Fault(
        LEDGER, "books.content[event.from_place].remove(event.item_id)", "pass"
    ),
    "do not move the item": Fault(
        LEDGER, "books.place[event.item_id] = event.to_place", "books.place[event.item_id] = event.from_place"
    ),
    "debit twice": Fault(
        LEDGER, "COLUMN[goal.kind], +1)\n        balance", "COLUMN[goal.kind], +2)\n        balance"
    ),
    "credit instead of debit": Fault(LEDGER, "COLUMN[origin.kind], -1)", "COLUMN[origin.kind], +1)"),
    "write an event twice": Fault(SHOP, "self.events.append(event)", "self.events.extend([event, event])"),
    "lose baggings": Fault(
        LABELS, "events = simulation.events", "events = [e for e in simulation.events if e.kind != 'bag']"
    ),
    "lose put-backs": Fault(
        LABELS, "events = simulation.events", "events = [e for e in simulation.events if e.kind != 'put']"
    ),
    "lose the last event": Fault(LABELS, "events = simulation.events", "events = simulation.events[:-1]"),
    "leave with the bag unbooked": Fault(SHOP, '(bag_place(trip), "", mouth_m),', ""),
    "write the neighbour's SKU": Fault(
        LABELS,
        'columns |= dict(zip(("x_m"',
        "columns['sku'] = columns['sku'][1:] + ['']; columns |= dict(zip((\"x_m\"",
    ),
    "follow an item a second late": Fault(
        PLACEMENT,
        "place, pose, since_s = event.to_place, event.world_from_item, event.time_s",
        "place, pose, since_s = event.to_place, event.world_from_item, event.time_s + 1.0",
    ),
    "leave an item on the scale for a second": Fault(
        PLACEMENT,
        "Stay(item_id, since_s, event.time_s, place, pose, falls_from, in_cart)",
        "Stay(item_id, since_s, event.time_s + 1.0, place, pose, falls_from, in_cart)",
    ),
    "wrong sign of a step": Fault(SCALES, "-mass_kg[leaves])", "mass_kg[leaves])"),
    "the plate beside feels the step": Fault(
        SCALES, "np.append(plate[~first], plate[leaves])", "np.append(plate[~first], plate[leaves]) + 1"
    ),
    "the plate beside bears the stock": Fault(
        SCALES, "np.bincount(plate[first],", "np.bincount((plate[first] + 1) % len(store.planogram.plate_m),"
    ),
    "lose what hangs over the edge": Fault(
        SCALES, "overlap_m2 / total_m2[row]", "0.9 * overlap_m2 / total_m2[row]"
    ),
    "weigh the slot's product": Fault(
        SCALES, "store.item_product[item[row]]", "store.planogram.product[slot[row]]"
    ),
    "readings run backwards": Fault(
        SCALES, "np.clip(elapsed_s / settling_s", "np.clip(-elapsed_s / settling_s"
    ),
    "measure steps in tonnes": Fault(EVIDENCE, "step_g = len(members)", "step_g = 1e3 * len(members)"),
    "see no rivals": Fault(EVIDENCE, "min(others_g, default", "min([], default"),
    "trust the scales blindly": Fault(EVIDENCE, "border_g = 2 * SIGMAS", "border_g = 0.0 * SIGMAS"),
    "take few pixels for many": Fault(
        EVIDENCE, "if has_look_alike else ITEM_PX", "if has_look_alike else -1"
    ),
    "ask one question for both": Fault(EVIDENCE, "who_scale and what_scale", "who_scale or what_scale"),
    "count the warm-up": Fault(EVIDENCE, 'and row["time_s"] >= 0]', "]"),
    "lose people at the gate": Fault(GATES, "entries[-1].append(crossing)", "pass", clip=1),
    "let everybody pay alike": Fault(
        GATES, '"payment_id": entry[0].payment_id', '"payment_id": crossings[0].payment_id'
    ),
    "count nobody at the gate": Fault(
        GATES, "people += 0 if close and merged else 1 + int(split)", "people += 0"
    ),
    "mix up ways in and out": Fault(GATES, '"direction": direction', '"direction": "in"'),
    "log a minute late": Fault(GATES, "+ late_s + delay_s", "+ 60.0"),
    "never close a door": Fault(GATES, "((from_s, True), (to_s, False))", "((from_s, True), (to_s, True))"),
    "open after people": Fault(
        GATES, "from_s = crossing.time_s - AHEAD_S", "from_s = crossing.time_s + AHEAD_S"
    ),
    "stamp lost frames": Fault(GATES, "np.where(dropped, np.nan,", "np.where(dropped, 0.0,"),
    "label late": Fault(
        GATES, '"time_s": np.repeat(time_s, cameras)', '"time_s": np.repeat(time_s + 0.1, cameras)'
    ),
    "feel no step": Fault(SCALES, "plates, None] + answer_kg", "plates, None] + 0.0 * answer_kg"),
}


@contextmanager
def plant(fault: Fault) -> Iterator[None]:
    """Make the generator run with a fault."""
    module = _find_module(fault)
    source = inspect.getsource(module)
    if source.count(fault.before) != 1:
        raise ValueError(
            f"{fault.before!r} occurs {source.count(fault.before)} times in {fault.module}, not once"
        )
    wrong: dict = {"__name__": module.__name__, "__package__": module.__package__}
    exec(compile(source.replace(fault.before, fault.after), inspect.getfile(module), "exec"), wrong)
    right: list[tuple[FunctionType, CodeType]] = []
    for true, false in _functions(module, wrong):
        if true.__code__ != false.__code__:
            right.append((true, true.__code__))
            true.__code__ = false.__code__
    if not right:
        raise ValueError(f"{fault.after!r} changes no function of {fault.module}")
    try:
        yield
    finally:
        for function, code in right:
            function.__code__ = code


def _find_module(fault: Fault) -> ModuleType:
    """Return the module of a package that has the text, or the module itself."""
    module = importlib.import_module(fault.module)
    inside = [
        importlib.import_module(f"{fault.module}.{found.name}")
        for found in pkgutil.iter_modules(getattr(module, "__path__", []))
    ]
    return next((each for each in inside if fault.before in inspect.getsource(each)), module)


def _functions(module: ModuleType, wrong: dict) -> Iterator[tuple[FunctionType, FunctionType]]:
    """Pair a module's own functions and methods with those of the faulty text."""
    for name, value in vars(module).items():
        if getattr(value, "__module__", None) != module.__name__:
            continue
        pairs = [(value, wrong[name])]
        if inspect.isclass(value):
            pairs = [(method, vars(wrong[name]).get(key)) for key, method in vars(value).items()]
        for true, false in pairs:
            if isinstance(true, FunctionType) and isinstance(false, FunctionType):
                yield true, false
