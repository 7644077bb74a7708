"""What the plates report of each event: its step, the step's noise, and what else could have made it.

In: the store, the simulation, the readings' faults. Out: columns of events.parquet. A step is measured as the
difference of two means over half a second, one well before the contact (a hand that grasps presses first)
and one after the plates have settled. Items of one product that one hand moves at once make one step
together.
"""

from typing import Any

import numpy as np

from scenes.scenario import SensorsSpec
from scenes.world import Store
from synth.evidence.views import describe_contacts
from synth.ledger import HANDS, Ledger, parse_place
from synth.records import Event, Simulation, WeightTrace
from synth.scales.effects import AIR_CYCLE_S, find_joints

WINDOW_S = 0.5  # averaged before and after a step
LEAD_S = 0.25  # the first window ends so long before the contact: the hand may press by then
SETTLED = 10.0  # time constants until a plate has settled
WALKERS = 3.0  # so many people may walk by
MOST_AT_ONCE = 6  # items that one grab may move


def measure_steps(
    store: Store, simulation: Simulation, trace: WeightTrace, sensors: SensorsSpec
) -> dict[str, list[Any]]:
    """Compute what the plates have to say of each event.

    Returns:
        Columns `step_count` (items that move together), `step_g` (what they weigh), `step_sigma_g` (standard
        deviation of the step as reported) and `rival_gap_g` (the least distance to what another SKU or
        number of items would make; infinite without rivals). Where no plate feels the event, or its step is
        not recorded alone by plates that work, the count is 0 and the rest NaN.
    """
    events = simulation.events
    sku = store.catalogue.sku
    ledger = Ledger.from_items(store.item_slot.tolist(), [sku[p] for p in store.item_product])
    mass_g = {name: 1e3 * float(mass) for name, mass in zip(sku, store.catalogue.mass_kg, strict=True)}
    touched = _Touches(store, simulation, crosstalk=sensors.crosstalk)
    noisy = {fault["plate"]: fault["factor"] for fault in trace.faults if fault["kind"] == "noisy"}
    broken = {fault["plate"] for fault in trace.faults if fault["kind"] != "noisy"}
    settled_s = SETTLED * sensors.settling_s
    columns: dict[str, list[Any]] = {
        "step_count": [0] * len(events),
        **{name: [float("nan")] * len(events) for name in ("step_g", "step_sigma_g", "rival_gap_g")},
    }
    grabs = _group_grabs(events)
    rivals: dict[int, dict[str, int]] = {}  # by the first event of a grab
    for number, event in enumerate(events):
        members = grabs[number]
        felt = touched.moved[number]
        if number == members[0]:
            rivals[number] = _candidates(store, ledger, event, felt, simulation)
        ledger.apply(event)
        first_s, last_s = event.time_s - LEAD_S - WINDOW_S, event.time_s + settled_s + WINDOW_S
        recorded = first_s >= 0 and last_s <= trace.time_s[-1]
        if not felt or felt & broken or not recorded:
            continue
        if touched.disturb(felt, first_s - settled_s, last_s, members):
            continue
        step_g = len(members) * mass_g[event.sku]
        others_g = [
            abs(count * mass_g[name] - step_g)
            for name, most in rivals[members[0]].items()
            for count in range(1, min(most, MOST_AT_ONCE) + 1)
            if (name, count) != (event.sku, len(members))
        ]
        columns["step_count"][number] = len(members)
        columns["step_g"][number] = step_g
        plates = sorted(felt)
        after = int(np.searchsorted(trace.time_s, event.time_s))
        change_kg = trace.true_kg[after, plates].astype(float) - trace.true_kg[after - 1, plates]
        columns["step_sigma_g"][number] = compute_step_sigma_g(
            1e3 * change_kg, sensors, noise_factor=np.array([noisy.get(plate, 1.0) for plate in plates])
        )
        columns["rival_gap_g"][number] = min(others_g, default=float("inf"))
    return columns


def compute_step_sigma_g(
    change_g: np.ndarray, sensors: SensorsSpec, *, noise_factor: np.ndarray | float = 1.0
) -> float:
    """Compute the standard deviation of the step that several plates, side by side, report together.

    White noise of two means over WINDOW_S, shaking, drift between them, rounding and play of every plate;
    and, in proportion to the step, the error of each plate's gain, creep, and what the plates beside feel of
    it.

    Args:
        change_g: (P,) change of the load of each plate.
        sensors: What the scales are like.
        noise_factor: How much noisier than usual each of them is.

    >>> exact = SensorsSpec(gain_error=0, crosstalk=0)
    >>> step_g = np.array([200.0, 300.0])
    >>> compute_step_sigma_g(step_g, exact) < 2 < compute_step_sigma_g(step_g, SensorsSpec())
    True
    """
    readings = max(1.0, WINDOW_S * sensors.rate_hz)
    apart_s = WINDOW_S + LEAD_S + SETTLED * sensors.settling_s
    noise_g2 = np.broadcast_to((sensors.noise_g * np.asarray(noise_factor)) ** 2, change_g.shape)
    white_g2 = 2 * (noise_g2 + WALKERS * sensors.vibration_g**2 + sensors.door_shake_g**2) / readings
    warming_k = sensors.temperature_swing_k * 2 * np.pi * apart_s / AIR_CYCLE_S
    drift_g2 = sensors.drift_g_per_min**2 * apart_s / 60 + (sensors.temperature_g_per_k * warming_k) ** 2
    rounding_g2 = 2 * sensors.resolution_g**2 / 12
    fixed_g2 = float(np.sum(white_g2 + drift_g2 + rounding_g2 + sensors.hysteresis_g**2))
    gain_g = sensors.gain_error * float(np.linalg.norm(change_g))
    lost_g = sensors.crosstalk * abs(change_g[0] + change_g[-1]) + sensors.creep * abs(change_g.sum())
    return float(np.sqrt(fixed_g2 + gain_g**2 + lost_g**2))


def _group_grabs(events: tuple[Event, ...]) -> list[list[int]]:
    """Return, for each event, the numbers of the events that one hand makes of one product at one instant."""
    groups: dict[tuple, list[int]] = {}
    keys = [
        (e.time_s, e.kind, e.trip_code, e.hand, e.sku, e.from_place, e.to_place)
        if e.item_id >= 0
        else (number,)
        for number, e in enumerate(events)
    ]
    for number, key in enumerate(keys):
        groups.setdefault(key, []).append(number)
    return [groups[key] for key in keys]


class _Touches:
    """Which plates each event moves or presses, and when; what one plate feels, those beside it feel too.

    Attributes:
        moved: Plates that each event loads or relieves.
    """

    def __init__(self, store: Store, simulation: Simulation, *, crosstalk: float) -> None:
        events = simulation.events
        contacts = describe_contacts(simulation)
        self.moved = [set() if e.from_place == e.to_place else _under(store, e) for e in events]
        leans = [act for act in simulation.acts if act.kind == "lean"]  # no event tells of them
        from_s = [*contacts["contact_from_s"], *(act.contact_s for act in leans)]
        self._from_s = np.array(from_s, float) - LEAD_S
        self._to_s = np.array([*contacts["contact_to_s"], *(act.withdraws_s for act in leans)], float)
        plates = [*(_under(store, event) for event in events), *(_below(store, act.slot) for act in leans)]
        joints = set(np.flatnonzero(find_joints(store.planogram)).tolist() if crosstalk > 0.0 else ())
        self._plates = [_and_beside(under, joints) for under in plates]

    def disturb(self, felt: set[int], from_s: float, to_s: float, members: list[int]) -> bool:
        """Say whether any other event than `members` moves or presses these plates in a span of time."""
        meanwhile = np.flatnonzero((self._from_s < to_s) & (self._to_s > from_s))
        return any(self._plates[n] & felt for n in meanwhile.tolist() if n not in members)


def _under(store: Store, event: Event) -> set[int]:
    places = {place for place in (event.from_place, event.to_place) if place}
    return {plate for place in places for plate in _below(store, parse_place(place).slot)}


def _below(store: Store, slot: int) -> set[int]:
    return set(map(int, store.planogram.slot_plates[slot])) if slot >= 0 else set()


def _and_beside(plates: set[int], joints: set[int]) -> set[int]:
    """Add the plates beside; a joint is a plate that shares its load with the next one.

    >>> sorted(_and_beside({3}, joints={1, 2, 4}))
    [2, 3]
    """
    return plates | {n + 1 for n in plates & joints} | {n - 1 for n in plates if n - 1 in joints}


def _candidates(
    store: Store, ledger: Ledger, event: Event, felt: set[int], simulation: Simulation
) -> dict[str, int]:
    """Return the SKUs that could have made an event's step, before it is booked, and how many of each."""
    if not felt:
        return {}
    if parse_place(event.to_place).slot >= 0:
        places = [f"hand:{plan.trip_code}:{hand}" for plan in simulation.plans for hand in HANDS]
    else:
        under = store.planogram.slot_plates
        places = [f"slot:{slot}" for slot, plates in enumerate(under) if felt & set(plates)]
    most: dict[str, int] = {}
    for place in places:
        items = [ledger.sku(item) for item in ledger.items_in(place)]
        for name in dict.fromkeys(items):
            most[name] = max(most.get(name, 0), items.count(name))
    return most
