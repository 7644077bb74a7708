"""Receipts computed the slow way, to compare with."""

from decimal import ROUND_HALF_UP, Decimal


def reference(events, trips, policy, prices, returns, grams=None):
    """Receipts the slow way: at every instant, walk through all of the past again.

    An account is a question, not a state: whose is this item now? The answer is looked up backwards from the
    item's last event, and a payment is asked once after each event until it is closed.
    """
    result = {}
    for payment in trips.values():
        members = [trip for trip, p in trips.items() if p == payment]
        entered = [e.time_s for e in events if e.kind == "enter" and e.trip_code in members]
        if not entered:
            continue
        left = {e.trip_code: e.time_s for e in events if e.kind == "exit" and e.item_id == -1}
        closed = max(left[m] for m in members) if all(m in left for m in members) else None
        history, bill = [], {}
        for n, event in enumerate(events):
            if closed is not None and event.time_s > closed:
                break
            bill = {}
            for item in sorted({e.item_id for e in events[: n + 1] if e.item_id >= 0}):
                past = [e for e in events[: n + 1] if e.item_id == item]
                if owner(past, policy, events, trips) in members:
                    bill[past[0].sku] = bill.get(past[0].sku, 0) + 1
            for past in events[: n + 1]:
                if past.kind == "return" and past.trip_code in members and returns == "credited":
                    bill[past.sku] = bill.get(past.sku, 0) - 1
            bill = {sku: quantity for sku, quantity in bill.items() if quantity}
            total = sum(cost(sku, quantity, prices, grams or {}) for sku, quantity in bill.items())
            if total != (history[-1][1] if history else 0):
                history.append((event.time_s, total))
        result[payment] = (min(entered), closed, bill, history)
    return result


def cost(sku, quantity, prices, grams):
    """Of weighed goods the price of their kilograms, to the nearest minor unit."""
    if sku not in grams:
        return prices[sku] * quantity
    exact = Decimal(prices[sku]) * grams[sku] * abs(quantity) / 1000
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP).copy_sign(quantity))


def owner(past, policy, events, trips):
    """The trip on whose account an item is, given the item's events so far."""
    who, settled = None, False
    private = past[0].kind == "bring"
    left = {e.trip_code: e.time_s for e in events if e.kind == "exit" and e.item_id == -1}
    for event in past:
        if who is not None:
            members = [trip for trip, p in trips.items() if p == trips[who]]
            settled = all(left.get(m, float("inf")) < event.time_s for m in members)
        if private:
            private = event.kind != "return"
        elif settled:
            return who
        elif event.kind in ("take", "pick_up", "take_up"):
            who = event.trip_code
        elif event.kind in ("put", "drop", "set_down"):
            who = None
        elif event.kind in ("hand_over", "bag", "swap") and policy == "carrier" and who is not None:
            who = event.to_place.split(":")[1]
    return who
