"""Bills by asking, at the end, for each stretch of each item's history who owed it."""

from collections import Counter, defaultdict
from fractions import Fraction

from tests.independent.reader_files import Clip
from tests.independent.reader_items import is_shop


def compute_receipts(clip: Clip) -> dict[str, dict]:
    """Bill by asking, at the end, for each stretch of each item's history who owed it."""
    trips = defaultdict(list)
    for person in clip.about["people"]:
        trips[person["payment_id"]].append(person["trip_code"])
    payment = {trip: name for name, members in trips.items() for trip in members}
    came = {e["trip_code"]: e["time_s"] for e in clip.events if e["kind"] == "enter"}
    went = {e["trip_code"]: n for n, e in enumerate(clip.events) if e["kind"] == "exit" and e["item_id"] < 0}
    end = len(clip.events)
    # number of the event with which a payment's account closes
    closes = {
        name: max(went[trip] for trip in members) if all(trip in went for trip in members) else None
        for name, members in trips.items()
    }
    policy = clip.about["scenario"]["shoppers"]["policy"]
    returns = clip.about["scenario"]["shoppers"]["returns"]
    changes: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    by_item = defaultdict(list)
    for number, event in enumerate(clip.events):
        if event["item_id"] >= 0:
            by_item[event["item_id"]].append(number)
    for numbers in by_item.values():
        debtor = None
        private = clip.events[numbers[0]]["kind"] == "bring"
        for number in numbers:
            event = clip.events[number]
            if private:
                private = event["kind"] != "return"
                if not private and returns == "credited":
                    changes[payment[event["trip_code"]]].append((number, -1, event["sku"]))
                continue
            if debtor is not None and closes[debtor] is not None and closes[debtor] < number:  # bought
                debtor = None
                private = event["kind"] != "return"
                assert private, "what was bought in a clip is not brought back in it"
                continue
            new = _debtor_after(event, debtor, policy, payment)
            if new == debtor and not (is_shop(event["from_place"]) and not is_shop(event["to_place"])):
                continue
            for who, sign in ((debtor, -1), (new, +1)):
                if who is not None:
                    changes[who].append((number, sign, event["sku"]))
            debtor = new
    receipts = {}
    for name, members in trips.items():
        entered = [came[trip] for trip in members if trip in came]
        if not entered:
            continue
        close = closes[name]
        quantity, history, total = Counter(), [], 0
        for number, sign, sku in sorted(changes[name]):
            assert close is None or number < close <= end
            quantity[sku] += sign
            before, total = total, sum(_cost_minor(clip, s, n) for s, n in quantity.items())
            if total != before:
                history.append([clip.events[number]["time_s"], total])
        receipts[name] = {
            "payment_id": name,
            "trip_codes": sorted(members),
            "policy": policy,
            "returns": returns,
            "opened_s": min(entered),
            "closed_s": None if close is None else clip.events[close]["time_s"],
            "lines": {
                sku: (n, clip.price_minor[sku], _grams(clip, sku, n)) for sku, n in quantity.items() if n
            },
            "total_minor": total,
            "history": history,
        }
    return receipts


def _grams(clip: Clip, sku: str, count: int) -> int:
    return round(clip.mass_kg[sku] * 1000) * count if sku in clip.weighed else 0


def _cost_minor(clip: Clip, sku: str, count: int) -> int:
    """Price times count, or price of a kilogram times the line's mass, rounded to whole minor units."""
    if sku not in clip.weighed:
        return clip.price_minor[sku] * count
    exact = Fraction(abs(_grams(clip, sku, count)) * clip.price_minor[sku], 1000)
    return int(exact + Fraction(1, 2)) * (1 if count > 0 else -1)


def _debtor_after(event: dict, debtor: str | None, policy: str, payment: dict[str, str]) -> str | None:
    if event["from_place"] == event["to_place"]:
        return debtor
    if is_shop(event["to_place"]):
        return None
    if is_shop(event["from_place"]):
        return payment[event["trip_code"]]
    if policy == "carrier" and debtor is not None and event["to_place"].startswith(("hand:", "bag:", "arm:")):
        return payment[event["to_place"].split(":")[1]]
    return debtor


def compare_receipts(clip: Clip) -> list[str]:
    faults = []
    mine = compute_receipts(clip)
    theirs = {receipt["payment_id"]: receipt for receipt in clip.receipts}
    if len(theirs) != len(clip.receipts) or set(theirs) != set(mine):
        faults.append(f"receipts for {sorted(theirs)}, expected {sorted(mine)}")
    for name in set(mine) & set(theirs):
        found, wanted = theirs[name], mine[name]
        lines = {
            line["sku"]: (line["quantity"], line["unit_price_minor"], line["grams"])
            for line in found["lines"]
        }
        told = {key: found[key] for key in wanted} | {
            "trip_codes": sorted(found["trip_codes"]),
            "lines": lines,
        }
        faults += [
            f"receipt {name}: {key} {told[key]}, expected {wanted[key]}"
            for key in wanted
            if told[key] != wanted[key]
        ]
    return faults
