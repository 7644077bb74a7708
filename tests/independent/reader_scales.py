"""Weighs every board again, and feels the steps of items that stand alone in time."""

import numpy as np

from tests.independent.reader_files import Clip

# float32 loads added up over the plates of a board
LOAD_TOLERANCE_KG = 2e-4


def read_loads(clip: Clip) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return times (K,), readings (K, L) and true loads (K, L)."""
    table = clip.table("weights")
    loads = [
        table.column(name).combine_chunks().flatten().to_numpy().reshape(len(table), clip.plates)
        for name in ("mass_kg", "true_kg")
    ]
    return table.column("time_s").to_numpy(), loads[0], loads[1]


def boards_of(clip: Clip) -> dict[tuple[str, int], tuple[set[str], list[int]]]:
    """Board -> its places and its plates; boards without plates are left out."""
    boards: dict[tuple[str, int], tuple[set[str], set[int]]] = {}
    for row in clip.planogram:
        places, plates = boards.setdefault((row["fixture"], row["shelf"]), (set(), set()))
        places.add(f"slot:{row['slot']}")
        plates.update(row["plates"])
    return {key: (places, sorted(plates)) for key, (places, plates) in boards.items() if plates}


def weigh(clip: Clip) -> list[str]:
    """Hold the true load of every board against the masses of what stands on it, at every reading."""
    faults = []
    time_s, mass_kg, true_kg = read_loads(clip)
    boards = boards_of(clip)
    board_of = {place: key for key, (places, _) in boards.items() for place in places}
    load_kg = dict.fromkeys(boards, 0.0)
    for sku, place in clip.stock().values():
        if place in board_of:
            load_kg[board_of[place]] += clip.mass_kg[sku]
    wanted_kg = {key: np.full(len(time_s), start) for key, start in load_kg.items()}
    touched: set[int] = set()
    under = {f"slot:{row['slot']}": row["plates"] for row in clip.planogram}
    for event in clip.events:
        for place, sign in ((event["from_place"], -1), (event["to_place"], +1)):
            if place in board_of:
                wanted_kg[board_of[place]][time_s >= event["time_s"]] += sign * clip.mass_kg[event["sku"]]
                touched.update(under[place])
    changed = np.flatnonzero(np.ptp(true_kg, axis=0) > LOAD_TOLERANCE_KG)
    if not touched.issuperset(changed.tolist()):
        faults.append(
            f"plates {sorted(set(changed.tolist()) - touched)} change, and nothing happens above them"
        )
    for key, (_, plates) in boards.items():
        wrong = np.abs(true_kg[:, plates].sum(axis=1) - wanted_kg[key]) > LOAD_TOLERANCE_KG
        if wrong.any():
            faults.append(f"board {key}: the true load is wrong from {time_s[wrong][0]:.3f} s on")
    return [*faults, *_feel_steps(clip, time_s, mass_kg)]


def _feel_steps(clip: Clip, time_s: np.ndarray, mass_kg: np.ndarray) -> list[str]:
    """Hold what the plates of a board report against the step of an item, where it stands alone in time."""
    faults = []
    sensors = clip.about["scenario"]["sensors"]
    settled_s = 10 * sensors["settling_s"]
    broken = {fault["plate"] for fault in clip.about["scale_faults"] if "plate" in fault}
    for (fixture, shelf), (places, plates) in boards_of(clip).items():
        moves = [
            event
            for event in clip.events
            if event["item_id"] >= 0 and {event["from_place"], event["to_place"]} & places
        ]
        for event in moves:
            at_s = event["time_s"]
            alone = all(
                abs(other["time_s"] - at_s) > 2 * settled_s + 2.0 for other in moves if other is not event
            )
            before = (time_s >= at_s - 0.75) & (time_s < at_s - 0.25)
            after = (time_s >= at_s + settled_s) & (time_s < at_s + settled_s + 0.5)
            alone &= not any(
                lean["from_s"] - 1.0 < at_s + settled_s + 0.5 and lean["to_s"] + 2 * settled_s > at_s - 0.75
                for lean in clip.about["leans"]
                if set(lean["plates"]) & set(plates)
            )
            still = event["from_place"] == event["to_place"]
            if still or not alone or broken & set(plates) or min(before.sum(), after.sum()) < 20:
                continue
            sign = (event["to_place"] in places) - (event["from_place"] in places)
            step_kg = (mass_kg[after][:, plates].mean(axis=0) - mass_kg[before][:, plates].mean(axis=0)).sum()
            noise_kg = 1e-3 * np.sqrt(len(plates)) * (sensors["noise_g"] + sensors["drift_g_per_min"])
            noise_kg += 1e-3 * np.sqrt(len(plates)) * (sensors["vibration_g"] + sensors["door_shake_g"])
            wanted_kg = sign * clip.mass_kg[event["sku"]]
            noise_kg += (sensors["gain_error"] + sensors["creep"]) * abs(wanted_kg)
            bound_kg = 6 * noise_kg + 1e-3 * sensors["resolution_g"] + 2e-3 * sensors["hysteresis_g"]
            if abs(step_kg - wanted_kg) > bound_kg:
                faults.append(
                    f"event {event['event_id']}: {fixture} board {shelf} felt {step_kg:.4f} kg, "
                    f"expected {wanted_kg:.4f}"
                )
    return faults
