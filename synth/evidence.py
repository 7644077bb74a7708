"""What the cameras and the scales have to show of each event: whether anybody could know who did what.

In: the simulation, the motion, each rendered `View`, the readings' faults. Out: columns of events.parquet.
An event has evidence of the *views* when some camera shows enough pixels of the item and of the acting hand
around the contact. It has evidence of the *scale* when the step stands clear of the noise and of every other
SKU that could have made it, alone in time, with one person in reach. What has neither cannot be told by any
model, so the share of events with evidence bounds the accuracy that can be reached on a clip.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from scenes.scenario import SensorsSpec
from scenes.world import INSTANCE_ITEM, INSTANCE_PERSON, Store
from synth.boxes import project_points
from synth.ledger import HANDS, Ledger, parse_place
from synth.records import Event, Motion, Simulation, View, WeightTrace

# Side lengths in the classes of AI-TOD (Wang 2021): below 8 px objects are "very tiny".
ITEM_PX = 8 * 8
LOOK_ALIKE_PX = 16 * 16  # a band of colour on a label is about a quarter of its sides
HAND_PX = 4 * 4
HAND_RADIUS_M = 0.09  # about a palm, fingers included
AROUND_S = 0.5  # before and after the contact, an item is as well seen as at it
REACH_M = 1.2  # whoever is nearer to the item may have reached it
WINDOW_S = 0.5  # averaged before and after a step
SETTLED = 10.0  # time constants until a plate has settled
SIGMAS = 3.0  # on either side of the border between two masses
JUDGED = ("take", "put", "drop", "pick_up", "hand_over")  # what receipts are made of


class EvidenceAccumulator:
    """Gathers what views show at contacts; `columns` gives it with the scales' part."""

    def __init__(self, store: Store, simulation: Simulation, motion: Motion) -> None:
        self._store, self._simulation, self._motion = store, simulation, motion
        events = simulation.events
        shopper = {plan.trip_code: number for number, plan in enumerate(simulation.plans)}
        self._shopper = [shopper.get(event.trip_code, -1) for event in events]
        shape = (len(events), len(store.cameras))
        self._item_px = np.zeros(shape, np.int64)
        self._hand_px = np.zeros(shape, np.int64)
        self._camera = {camera.camera_id: number for number, camera in enumerate(store.cameras)}
        self._at_frame: dict[int, list[int]] = {}
        contacts = describe_contacts(simulation)
        spans_s = zip(contacts["contact_from_s"], contacts["contact_to_s"], strict=True)
        for number, (from_s, to_s) in enumerate(spans_s):
            near = (motion.time_s >= from_s - AROUND_S) & (motion.time_s <= to_s + AROUND_S)
            for frame in np.flatnonzero(near).tolist():
                self._at_frame.setdefault(frame, []).append(number)

    def add(self, view: View) -> None:
        """Count what a view shows of the events that happen about its frame."""
        numbers = self._at_frame.get(view.frame, ())
        if not numbers:
            return
        camera = self._camera[view.camera.camera_id]
        counts = np.bincount(view.instance_id.ravel())
        for number in numbers:
            event, shopper = self._simulation.events[number], self._shopper[number]
            instance = INSTANCE_ITEM + event.item_id if event.item_id >= 0 else INSTANCE_PERSON + shopper
            shown = int(counts[instance]) if instance < len(counts) else 0
            self._item_px[number, camera] = max(self._item_px[number, camera], shown)
            if event.hand and shopper >= 0 and self._motion.present[view.frame, shopper]:
                palm_m = self._motion.palm_m[view.frame, shopper, HANDS.index(event.hand)]
                hand = _count_hand(view, palm_m, INSTANCE_PERSON + shopper)
                self._hand_px[number, camera] = max(self._hand_px[number, camera], hand)

    def columns(self, trace: WeightTrace, sensors: SensorsSpec) -> dict[str, list[Any]]:
        """Return the columns of evidence, an entry an event."""
        events = self._simulation.events
        columns = describe_contacts(self._simulation)
        points_m = np.array([event.point_m for event in events], float).reshape(-1, 3)
        u_px, v_px = self._project(points_m)
        columns["u_px"], columns["v_px"] = list(u_px), list(v_px)
        columns["item_px"], columns["hand_px"] = list(self._item_px), list(self._hand_px)
        columns["visible"] = list(self._item_px > 0)
        by_scale = find_scale_evidence(self._store, self._simulation, trace, sensors)
        by_view = [self._suffices(number) for number in range(len(events))]
        columns["evidence"] = [
            {(False, False): "none", (True, False): "scale", (False, True): "views"}.get(pair, "both")
            for pair in zip(by_scale, by_view, strict=True)
        ]
        return columns

    def _project(self, points_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return (E, cameras) u and v, NaN behind a camera."""
        shape = (len(points_m), len(self._store.cameras))
        u_px, v_px = np.full(shape, np.nan), np.full(shape, np.nan)
        for number, camera in enumerate(self._store.cameras):
            in_camera = (points_m - camera.world_from_cam[:3, 3]) @ camera.world_from_cam[:3, :3]
            ahead = in_camera[:, 2] > 0.0
            if ahead.any():
                pixel, _ = project_points(camera, points_m[ahead])
                u_px[ahead, number], v_px[ahead, number] = pixel[..., 0], pixel[..., 1]
        return u_px, v_px

    def _suffices(self, number: int) -> bool:
        """Say whether some camera shows who and what."""
        event = self._simulation.events[number]
        if event.item_id < 0:
            return bool((self._item_px[number] >= ITEM_PX).any())
        product = self._store.item_product[event.item_id]
        needed_px = LOOK_ALIKE_PX if self._store.catalogue.look_alike[product] >= 0 else ITEM_PX
        seen = (self._item_px[number] >= needed_px) & (self._hand_px[number] >= HAND_PX)
        return bool(seen.any())


def _count_hand(view: View, palm_m: np.ndarray, instance: int) -> int:
    """Count the pixels of a person within a hand's radius about the projected palm."""
    camera = view.camera
    depth_m = float(((palm_m - camera.world_from_cam[:3, 3]) @ camera.world_from_cam[:3, :3])[2])
    if depth_m <= HAND_RADIUS_M:
        return 0
    (u, v), _ = (part.reshape(-1) for part in project_points(camera, palm_m[None].astype(float)))
    radius_px = HAND_RADIUS_M * camera.intrinsics[0, 0] / depth_m
    u0, u1 = (int(np.clip(u + side * radius_px, 0, camera.width_px)) for side in (-1, 1))
    v0, v1 = (int(np.clip(v + side * radius_px, 0, camera.height_px)) for side in (-1, 1))
    window = view.instance_id[v0 : v1 + 1, u0 : u1 + 1]
    rows, columns = np.nonzero(window == instance)
    near = np.hypot(columns + u0 + 0.5 - u, rows + v0 + 0.5 - v) <= radius_px
    return int(near.sum())


def describe_contacts(simulation: Simulation) -> dict[str, list[Any]]:
    """Return when each event's hand is at the item, as columns, with nothing seen of it.

    A hand is at its goal from the act's contact until it withdraws, which takes as long as the reach.
    Events without an act (enter, exit) have an empty interval.
    """
    trips = [plan.trip_code for plan in simulation.plans]
    until_s = {
        (trips[act.shopper], item, act.contact_s): act.end_s - (act.contact_s - act.start_s)
        for act in simulation.acts
        for item in act.item_ids
    }
    events = simulation.events
    ends_s = [until_s.get((e.trip_code, e.item_id, e.time_s), e.time_s) for e in events]
    columns: dict[str, list[Any]] = {
        "contact_from_s": [event.time_s for event in events],
        "contact_to_s": [max(event.time_s, end_s) for event, end_s in zip(events, ends_s, strict=True)],
        "evidence": ["none"] * len(events),
    }
    for name in ("u_px", "v_px", "item_px", "hand_px", "visible"):
        columns[name] = [np.zeros(0)] * len(events)
    return columns


def find_scale_evidence(
    store: Store, simulation: Simulation, trace: WeightTrace, sensors: SensorsSpec
) -> list[bool]:
    """Say of each event whether the plates' steps tell what moved, and the positions who moved it.

    The readings before and after have to lie in the clip. Candidates for what was taken are the SKUs on the
    plates that feel the step; candidates for what was put down are the SKUs in all hands.
    """
    events = simulation.events
    ledger = Ledger.from_planogram(
        [store.catalogue.sku[p] for p in store.planogram.product], store.planogram.count.tolist()
    )
    mass_kg = dict(zip(store.catalogue.sku, store.catalogue.mass_kg, strict=True))
    plates = [_find_plates(store, event) for event in events]
    pressed = [found or _find_pressed(store, event) for found, event in zip(plates, events, strict=True)]
    broken = {fault["plate"] for fault in trace.faults if "plate" in fault}
    clear_s = WINDOW_S + SETTLED * sensors.settling_s
    found = []
    for number, event in enumerate(events):
        others = _candidates(store, ledger, event, plates[number], simulation)
        ledger.apply(event)
        felt = plates[number]
        recorded = WINDOW_S <= event.time_s <= trace.time_s[-1] - clear_s
        if not felt or felt & broken or not recorded:
            found.append(False)
            continue
        alone = all(
            abs(other.time_s - event.time_s) > clear_s or not pressed[n] & felt
            for n, other in enumerate(events)
            if n != number
        )
        border_kg = 2 * SIGMAS * compute_step_sigma_kg(len(felt), float(mass_kg[event.sku]), sensors)
        told = mass_kg[event.sku] > border_kg and all(
            abs(mass_kg[sku] - mass_kg[event.sku]) > border_kg for sku in others if sku != event.sku
        )
        found.append(bool(alone and told and _count_near(simulation, event) <= 1))
    return found


def compute_step_sigma_kg(plates: int, mass_kg: float, sensors: SensorsSpec) -> float:
    """Compute the standard deviation of the step that several plates report together.

    White noise of two means over WINDOW_S, drift between them, rounding, and the calibration's error.

    >>> exact = SensorsSpec(gain_error=0)
    >>> compute_step_sigma_kg(2, 0.5, exact) < 0.002 < compute_step_sigma_kg(2, 0.5, SensorsSpec())
    True
    """
    readings = max(1.0, WINDOW_S * sensors.rate_hz)
    apart_s = WINDOW_S + SETTLED * sensors.settling_s
    white_g2 = 2 * sensors.noise_g**2 / readings
    drift_g2 = sensors.drift_g_per_min**2 * apart_s / 60
    rounding_g2 = 2 * sensors.resolution_g**2 / 12
    noise_kg = 1e-3 * np.sqrt(plates * (white_g2 + drift_g2 + rounding_g2))
    return float(np.hypot(noise_kg, sensors.gain_error * mass_kg))


def _find_plates(store: Store, event: Event) -> set[int]:
    """Return the plates that an event loads or relieves."""
    if event.from_place == event.to_place:
        return set()
    slots = [parse_place(place).slot for place in (event.from_place, event.to_place) if place]
    return {int(plate) for slot in slots if slot >= 0 for plate in store.planogram.slot_plates[slot]}


def _find_pressed(store: Store, event: Event) -> set[int]:
    """Return the plates that a touch may press."""
    slot = parse_place(event.from_place).slot if event.kind == "touch" else -1
    return set(store.planogram.slot_plates[slot]) if slot >= 0 else set()


def _candidates(
    store: Store, ledger: Ledger, event: Event, felt: set[int], simulation: Simulation
) -> set[str]:
    """Return the SKUs that could have made an event's step, before it is booked."""
    if not felt:
        return set()
    if parse_place(event.to_place).slot >= 0:
        hands = (f"hand:{plan.trip_code}:{hand}" for plan in simulation.plans for hand in HANDS)
        return {ledger.sku(item) for place in hands for item in ledger.items_in(place)}
    near = [slot for slot, plates in enumerate(store.planogram.slot_plates) if felt & set(plates)]
    return {ledger.sku(item) for slot in near for item in ledger.items_in(f"slot:{slot}")}


def _count_near(simulation: Simulation, event: Event) -> int:
    """Count the people from whose place an event's item is in reach."""
    tracks = simulation.trajectories
    step = int(np.clip(round((event.time_s - tracks.time_s[0]) * tracks.fps), 0, len(tracks.time_s) - 1))
    away_m = np.linalg.norm(tracks.position_m[step] - event.point_m[:2], axis=1)
    return int((tracks.present[step] & (away_m < REACH_M)).sum())


def compute_accuracy_bound(events: Iterable[dict[str, Any]]) -> tuple[int, int]:
    """Count how many events of those that receipts are made of could be told from what was recorded.

    Args:
        events: Rows of events.parquet; what happened in the warm-up, unseen, is left out.

    Returns:
        Events with evidence, and all of them.

    >>> row = {"time_s": 1.0, "kind": "take", "evidence": "none"}
    >>> compute_accuracy_bound([row, row | {"evidence": "both"}, row | {"time_s": -1.0}])
    (1, 2)
    """
    judged = [row for row in events if row["kind"] in JUDGED and row["time_s"] >= 0]
    return sum(row["evidence"] != "none" for row in judged), len(judged)
