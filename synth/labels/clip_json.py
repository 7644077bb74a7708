"""What clip.json says of a clip: its recipe, its people, its faults and how to read its tables.

In: everything that synth/pipeline.py has made of a clip. Out: plain dictionaries with the keys of
`synth.schema.CLIP_JSON`; the clip's writer adds what it knows of the files.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from scenes.distributions import to_plain
from scenes.scenario import Scenario
from scenes.world import INSTANCE_PERSON, Store
from synth.motion.bags import BagStay, compute_bag_stays, compute_coat_stays
from synth.records import Conditions, Motion, Refiner, Simulation


def describe_clip(
    scenario: Scenario,
    clip_id: str,
    store: Store,
    simulation: Simulation,
    motion: Motion,
    *,
    conditions: Conditions,
    scale_faults: Sequence[dict[str, Any]],
    refiner: Refiner | None,
    evidence: dict[str, Any],
) -> dict[str, Any]:
    """Gather what clip.json says; the faults are those that were really injected, the evidence is counted."""
    return {
        "clip_id": clip_id,
        "store_id": store.store_id,
        "scenario": to_plain(scenario),
        "weight": float(np.exp(scenario.log_p - scenario.log_q)),
        "counts": count_clip(store, simulation, len(motion.time_s)),
        "joint_names": list(motion.joint_names),
        "people": _list_people(store, simulation),
        "lamp_faults": list(conditions.lamp_faults),
        "glass_fog": list(conditions.glass_fog),
        "passing": list(conditions.passing),
        "case_doors": list(conditions.case_doors),
        "door_leaves": list(conditions.door_leaves),
        "scale_faults": list(scale_faults),
        "camera_faults": list(conditions.camera_faults),
        "leans": _list_leans(store, simulation),
        "labels_read": _list_labels_read(simulation),
        "bags": list_bags(simulation, scenario.clip.duration_s),
        "coats": list_coats(simulation, scenario.clip.duration_s),
        "evidence": evidence,
        "refiner": None if refiner is None else {"name": refiner.name, "sha256": refiner.sha256},
    }


def _list_people(store: Store, simulation: Simulation) -> list[dict[str, Any]]:
    return [
        {
            "trip_code": plan.trip_code,
            "payment_id": plan.payment_id,
            "group": plan.group,
            "instance_id": INSTANCE_PERSON + number,
            "arrival_s": plan.arrival_s,
            "shopping_list": [store.catalogue.sku[product] for product in plan.shopping_list],
            "behaviours": list(plan.behaviours),
            "stature_m": plan.body.stature_m,
            "mobility": plan.mobility,
            "role": plan.role,
            "phone": plan.phone,
            "carried_by": plan.carried_by,
            "umbrella": plan.umbrella,
            "big_coat": plan.big_coat,
            "coat_on_arm": plan.coat_on_arm,
            "basket": plan.basket,
        }
        for number, plan in enumerate(simulation.plans)
    ]


def _list_leans(store: Store, simulation: Simulation) -> list[dict[str, Any]]:
    """List the hands that press on shelves, and the plates that feel it."""
    return [
        {
            "trip_code": simulation.plans[act.shopper].trip_code,
            "hand": act.hand,
            "from_s": act.contact_s,
            "to_s": act.withdraws_s,
            "slot": act.slot,
            "plates": [int(plate) for plate in store.planogram.slot_plates[act.slot]],
        }
        for act in simulation.acts
        if act.kind == "lean"
    ]


def _list_labels_read(simulation: Simulation) -> list[dict[str, Any]]:
    """List when hands hold what before the eyes."""
    return [
        {
            "trip_code": simulation.plans[act.shopper].trip_code,
            "hand": act.hand,
            "item_id": act.item_ids[0],
            "from_s": act.contact_s,
            "to_s": act.withdraws_s,
        }
        for act in simulation.acts
        if act.kind == "read"
    ]


def count_clip(store: Store, simulation: Simulation, frames: int) -> dict[str, int]:
    """Count what the index lists of a clip."""
    return {
        "frames": frames,
        "cameras": len(store.cameras),
        "shoppers": len(simulation.plans),
        "events": len(simulation.events),
        "payments": len(simulation.receipts),
    }


def list_bags(simulation: Simulation, duration_s: float) -> list[dict[str, Any]]:
    """List where the bags are that leave their shoulder before the clip's end, in order of time."""
    return _list_stays(simulation, compute_bag_stays(simulation), duration_s, "shoulder")


def list_coats(simulation: Simulation, duration_s: float) -> list[dict[str, Any]]:
    """List where the coats are that leave an arm, likewise."""
    return _list_stays(simulation, compute_coat_stays(simulation), duration_s, "arm")


def _list_stays(
    simulation: Simulation, stays_of: Mapping[int, Sequence[BagStay]], duration_s: float, worn: str
) -> list[dict[str, Any]]:
    """List what was in one place after the other; `worn` names the place of who has it in no hand."""
    trips = [plan.trip_code for plan in simulation.plans]
    return [
        {
            "trip_code": trips[bag],
            "from_s": None if np.isinf(stay.from_s) else stay.from_s,
            "to_s": None if stay.to_s > duration_s else stay.to_s,
            "place": _name_place(stay, trips, worn),
        }
        for bag, stays in stays_of.items()
        if stays[0].to_s <= duration_s
        for stay in stays
        if stay.from_s <= duration_s
    ]


def _name_place(stay: BagStay, trips: list[str], worn: str) -> str:
    """Return ``"floor"``, ``"<worn>:<trip>"`` or ``"hand:<trip>:<side>"``."""
    if stay.shopper < 0:
        return "floor"
    return f"hand:{trips[stay.shopper]}:{stay.hand}" if stay.hand else f"{worn}:{trips[stay.shopper]}"
