"""Receipts from the ledger's events alone.

In: events in order, the tariff, which trip belongs to which payment, the policy. Out: a `Receipt` a payment.

An item is on the account of the trip that last removed it from a store place (a slot, the floor, a ledge, a
bag that stands about). Laying it on any store place takes it off again, and so does setting down the bag that
it is in. Handing it over, putting it into somebody else's bag or swapping bags or coats leaves it with the
taker (policy ``taker``) or moves it to the receiver (``carrier``). What people bring along is on nobody's
account; returning it as bought on an earlier visit credits its price to them, or does not.
When the last trip of a payment has left, what is then on its accounts is billed and the receipt is closed.
What was billed is bought: from then on it is on nobody's account, like what people bring along.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scenes.errors import LedgerError
from scenes.scenario import POLICIES
from synth.ledger import parse_place
from synth.ledger.tariff import Tariff
from synth.records import Event, Receipt


@dataclass
class _Account:
    """A payment while its trips are in the shop."""

    trip_codes: list[str]
    missing: set[str]
    opened_s: float | None = None
    closed_s: float | None = None
    items: dict[int, str] = field(default_factory=dict)  # item_id -> sku
    credits: Counter[str] = field(default_factory=Counter)
    total_minor: int = 0
    history: list[tuple[float, int]] = field(default_factory=list)


def compute_receipts(
    events: Iterable[Event],
    tariff: Tariff,
    trips: Mapping[str, str],
    policy: str,
    currency: str,
    returns: str = "credited",
) -> tuple[Receipt, ...]:
    """Compute what each payment owes.

    Args:
        events: In order of time, as the ledger accepts them.
        tariff: What things cost.
        trips: trip_code -> payment_id.
        policy: ``"taker"`` or ``"carrier"``, see the module's docstring.
        currency: ISO 4217 code.
        returns: ``"credited"`` or ``"ignored"``, see the module's docstring.

    Returns:
        One receipt a payment of which anybody entered, in the order in which they opened. Payments with
        somebody still inside (or still to come) are given as they stand, `closed_s` None. Lines are sorted
        by SKU; a visit without purchases has an empty receipt.

    Raises:
        LedgerError: An event names a trip without payment or an SKU without price, or the policy is unknown.
    """
    if policy not in POLICIES:
        raise LedgerError(f"unknown policy {policy!r}; expected one of {', '.join(POLICIES)}")
    accounts: dict[str, _Account] = {}
    for trip_code, payment_id in trips.items():
        account = accounts.setdefault(payment_id, _Account([], set()))
        account.trip_codes.append(trip_code)
        account.missing.add(trip_code)
    owner: dict[int, _Account] = {}  # item_id -> the open account it is on
    own: set[int] = set()  # what people brought along, and what they have bought

    for event in events:
        if event.item_id == -1:
            _pass_door(event, _account_of(event.trip_code, accounts, trips), owner, own)
        elif event.kind == "bring":
            own.add(event.item_id)
        elif event.kind == "return":
            own.discard(event.item_id)
            if returns == "credited":
                _credit(event, _account_of(event.trip_code, accounts, trips), tariff)
        elif event.item_id in own:
            continue
        elif event.kind in ("take", "pick_up", "take_up"):
            _move(event, owner, _account_of(event.trip_code, accounts, trips), tariff)
        elif event.kind in ("put", "drop", "set_down"):
            _move(event, owner, None, tariff)
        elif event.kind in ("hand_over", "bag", "swap") and policy == "carrier":
            receiver = parse_place(event.to_place).trip_code
            if receiver != event.trip_code:
                _move(event, owner, _account_of(receiver, accounts, trips), tariff)

    opened = {payment: a for payment, a in accounts.items() if a.opened_s is not None}
    order = sorted(opened, key=lambda payment: opened[payment].opened_s or 0.0)
    return tuple(_receipt(payment, opened[payment], tariff, policy, currency, returns) for payment in order)


def _account_of(trip_code: str, accounts: dict[str, _Account], trips: Mapping[str, str]) -> _Account:
    if trip_code not in trips:
        raise LedgerError(f"trip {trip_code!r} belongs to no payment")
    return accounts[trips[trip_code]]


def _pass_door(event: Event, account: _Account, owner: dict[int, _Account], own: set[int]) -> None:
    if event.kind == "enter":
        if account.opened_s is None:
            account.opened_s = event.time_s
        return
    account.missing.discard(event.trip_code)
    if not account.missing:
        account.closed_s = event.time_s
        for item_id in account.items:
            del owner[item_id]
        own.update(account.items)


def _move(event: Event, owner: dict[int, _Account], to: _Account | None, tariff: Tariff) -> None:
    """Take the event's item off the open account it is on and put it on another one."""
    _check_price(event, tariff)
    source = owner.pop(event.item_id, None)
    if source is not None:
        del source.items[event.item_id]
    # What is on nobody's account (staff carry it) is not sold by passing it on.
    elif event.kind in ("hand_over", "bag", "swap"):
        return
    if to is not None:
        to.items[event.item_id] = event.sku
        owner[event.item_id] = to
    for account in (source, to):
        if account is not None:
            _note(account, event.time_s, tariff)


def _check_price(event: Event, tariff: Tariff) -> None:
    if event.sku not in tariff.price_minor:
        raise LedgerError(f"{event.sku!r} has no price")


def _credit(event: Event, account: _Account, tariff: Tariff) -> None:
    """Give the price of a returned item back."""
    _check_price(event, tariff)
    account.credits[event.sku] += 1
    _note(account, event.time_s, tariff)


def _note(account: _Account, time_s: float, tariff: Tariff) -> None:
    """Append the running total to the history if it changed."""
    total_minor = sum(tariff.amount_minor(sku, n) for sku, n in _count(account).items())
    if total_minor != account.total_minor:
        account.total_minor = total_minor
        account.history.append((time_s, total_minor))


def _count(account: _Account) -> Counter[str]:
    """Count what is on an account, less what is credited."""
    quantity = Counter(account.items.values())
    quantity.subtract(account.credits)
    return quantity


def _receipt(
    payment_id: str,
    account: _Account,
    tariff: Tariff,
    policy: str,
    currency: str,
    returns: str,
) -> Receipt:
    quantity = _count(account)
    lines = tuple(tariff.line(sku, quantity[sku]) for sku in sorted(quantity) if quantity[sku])
    assert account.opened_s is not None  # only opened accounts get here
    return Receipt(
        payment_id=payment_id,
        trip_codes=tuple(account.trip_codes),
        policy=policy,
        opened_s=account.opened_s,
        closed_s=account.closed_s,
        lines=lines,
        total_minor=account.total_minor,
        currency=currency,
        history=tuple(account.history),
        returns=returns,
    )
