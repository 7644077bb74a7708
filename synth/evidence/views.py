"""What the cameras show of each event: pixels of the item, of the acting hand and of the acting person.

In: the simulation, the motion, each rendered `View`. Out: columns of events.parquet. An item is looked for
from 2 s before its contact until 2 s after, as whoever follows an item by eye would; the hand and the person
half a second about it. What passes in a bag or a coat is seen as far as
that is.
"""

from typing import Any

import numpy as np

from scenes.cameras.projection import project_at_frames, project_points
from scenes.world import INSTANCE_BAG, INSTANCE_COAT, INSTANCE_ITEM, INSTANCE_PERSON, Camera, Store
from synth.ledger import HANDS, WHOLE_BAGS
from synth.records import Event, Motion, Simulation, View

HAND_RADIUS_M = 0.09  # about a palm, fingers included
AROUND_S = 0.5  # before and after the contact, a hand is as well seen as at it
FOLLOWED_S = 2.0  # before and after, an item can be followed to and from the hand
REACH_M = 1.2  # whoever is nearer to the item may have reached it


class EvidenceAccumulator:
    """Gathers what views show about contacts; `columns` gives it."""

    def __init__(self, store: Store, simulation: Simulation, motion: Motion) -> None:
        self._store, self._simulation, self._motion = store, simulation, motion
        events = simulation.events
        shopper = {plan.trip_code: number for number, plan in enumerate(simulation.plans)}
        self._shopper = [shopper.get(event.trip_code, -1) for event in events]
        bags = {
            (simulation.plans[act.shopper].trip_code, act.contact_s): (
                INSTANCE_BAG + shopper[act.bag] if act.bag else INSTANCE_COAT + shopper[act.coat]
            )
            for act in simulation.acts
            if act.kind in WHOLE_BAGS
        }
        self._instance = [
            bags[event.trip_code, event.time_s] if event.kind in WHOLE_BAGS else INSTANCE_ITEM + event.item_id
            for event in events
        ]
        shape = (len(events), len(store.cameras))
        self._item_px, self._hand_px, self._person_px = (np.zeros(shape, np.int64) for _ in range(3))
        self._camera = {camera.camera_id: number for number, camera in enumerate(store.cameras)}
        self._near, self._about = self._frames_of(FOLLOWED_S), self._frames_of(AROUND_S)

    def _frames_of(self, around_s: float) -> dict[int, list[int]]:
        """Return frame -> the events whose contact is so near in time."""
        contacts = describe_contacts(self._simulation)
        at_frame: dict[int, list[int]] = {}
        spans_s = zip(contacts["contact_from_s"], contacts["contact_to_s"], strict=True)
        time_s = self._motion.time_s
        for number, (from_s, to_s) in enumerate(spans_s):
            near = (time_s >= from_s - around_s) & (time_s <= to_s + around_s)
            for frame in np.flatnonzero(near).tolist():
                at_frame.setdefault(frame, []).append(number)
        return at_frame

    def add(self, view: View) -> None:
        """Count what a view shows of the events that happen about its frame."""
        followed, about = self._near.get(view.frame, ()), self._about.get(view.frame, ())
        if not followed:
            return
        camera = self._camera[view.camera.camera_id]
        counts = np.bincount(view.instance_id.ravel())

        def shown(instance: int) -> int:
            return int(counts[instance]) if instance < len(counts) else 0

        events = self._simulation.events
        for number in followed:
            if events[number].item_id >= 0:
                _raise_to(self._item_px, number, camera, shown(self._instance[number]))
        for number in about:
            shopper = self._shopper[number]
            if shopper < 0 or not self._motion.present[view.frame, shopper]:
                continue
            person = shown(INSTANCE_PERSON + shopper)
            _raise_to(self._person_px, number, camera, person)
            if events[number].hand and person:
                palm_m = self._motion.palm_m[view.frame, shopper, HANDS.index(events[number].hand)]
                hand = _count_hand(view, palm_m, INSTANCE_PERSON + shopper)
                _raise_to(self._hand_px, number, camera, hand)

    def columns(self) -> dict[str, list[Any]]:
        """Return what was seen, an entry an event."""
        events = self._simulation.events
        columns = describe_contacts(self._simulation)
        points_m = np.array([event.point_m for event in events], float).reshape(-1, 3)
        u_px, v_px = self._project(points_m)
        is_item = np.array([event.item_id >= 0 for event in events], bool)
        columns["u_px"], columns["v_px"] = list(u_px), list(v_px)
        columns["visible"] = list(np.where(is_item[:, None], self._item_px, self._person_px) > 0)
        columns["item_px"], columns["hand_px"] = list(self._item_px), list(self._hand_px)
        columns["person_px"] = list(self._person_px)
        return columns

    def _project(self, points_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return (E, cameras) u and v, NaN behind a camera."""
        time_s = [event.time_s for event in self._simulation.events]
        frame = np.searchsorted(self._motion.time_s, time_s, side="right") - 1
        pixels = [project_at_frames(camera, points_m, frame) for camera in self._store.cameras]
        return np.stack(pixels, axis=1)[..., 0], np.stack(pixels, axis=1)[..., 1]


def _raise_to(counts: np.ndarray, number: int, camera: int, count: int) -> None:
    counts[number, camera] = max(counts[number, camera], count)


def _count_hand(view: View, palm_m: np.ndarray, instance: int) -> int:
    """Count the pixels of a person within a hand's radius about the projected palm."""
    camera = view.camera
    ahead_m = float(((palm_m - camera.world_from_cam[:3, 3]) @ camera.world_from_cam[:3, :3])[2])
    if ahead_m <= HAND_RADIUS_M:
        return 0
    u, v, radius_px = _project_hand(camera, palm_m.astype(float))
    u0, u1 = (int(np.clip(u + side * radius_px, 0, camera.width_px)) for side in (-1, 1))
    v0, v1 = (int(np.clip(v + side * radius_px, 0, camera.height_px)) for side in (-1, 1))
    window = view.instance_id[v0 : v1 + 1, u0 : u1 + 1]
    rows, columns = np.nonzero(window == instance)
    near = np.hypot(columns + u0 + 0.5 - u, rows + v0 + 0.5 - v) <= radius_px
    return int(near.sum())


def _project_hand(camera: Camera, palm_m: np.ndarray) -> tuple[float, float, float]:
    """Return where a palm is in the picture and how far a hand reaches about it, in pixels, for any lens."""
    aside_m = palm_m + HAND_RADIUS_M * camera.world_from_cam[:3, 0]
    (u, v), (u_aside, v_aside) = project_points(camera, np.stack([palm_m, aside_m]))[0].reshape(2, 2)
    return float(u), float(v), float(np.hypot(u_aside - u, v_aside - v))


def describe_contacts(simulation: Simulation) -> dict[str, list[Any]]:
    """Return what is known of each event without looking: when its hand is at the item, who is in reach.

    A hand is at its goal from the act's contact until it withdraws, which takes as long as the reach.
    Events without an act (enter, exit) have an empty interval. All other columns say that nothing was
    recorded.
    """
    trips = [plan.trip_code for plan in simulation.plans]
    until_s = {
        (trips[act.shopper], item, act.contact_s): act.withdraws_s
        for act in simulation.acts
        for item in act.item_ids
    }
    events = simulation.events
    ends_s = [until_s.get((e.trip_code, e.item_id, e.time_s), e.time_s) for e in events]
    columns: dict[str, list[Any]] = {
        "contact_from_s": [event.time_s for event in events],
        "contact_to_s": [max(event.time_s, end_s) for event, end_s in zip(events, ends_s, strict=True)],
        "in_reach": [count_in_reach(simulation, event) for event in events],
    }
    columns |= {name: ["none"] * len(events) for name in ("who", "what", "evidence")}
    for name in ("u_px", "v_px", "visible", "item_px", "hand_px", "person_px"):
        columns[name] = [np.zeros(0)] * len(events)
    columns["step_count"] = [0] * len(events)
    for name in ("step_g", "step_sigma_g", "rival_gap_g"):
        columns[name] = [float("nan")] * len(events)
    return columns


def count_in_reach(simulation: Simulation, event: Event) -> int:
    """Count the people from whose place an event's item is in reach."""
    tracks = simulation.trajectories
    step = int(np.clip(round((event.time_s - tracks.time_s[0]) * tracks.fps), 0, len(tracks.time_s) - 1))
    away_m = np.linalg.norm(tracks.position_m[step] - event.point_m[:2], axis=1)
    return int((tracks.present[step] & (away_m < REACH_M)).sum())
