"""The shelf scales: what every plate reads, 60 times a second.

In: the scenario's sensors and faults, the store's plates, the ledger's events. Out: a `WeightTrace`.
An item's mass is shared among the plates under its footprint by overlapped area. A plate answers a change
of load as a damped spring, and adds white noise, drift, quantisation and a limit.

Sources of the defaults: AiFi nanostore, AutoCheckout competition 2020 (load cells at 60 Hz; standard
deviation within 0.5 s: median 0.62 g, 5th percentile 0.48 g; one gondola four times as noisy).
"""

from typing import Any

import numpy as np
import shapely

from scenes.randomness import make_rng
from scenes.scenario import Scenario
from scenes.world import Store
from synth.ledger import parse_place
from synth.placement import compute_stays
from synth.records import Simulation, WeightTrace

PLATE_HEIGHT_TOLERANCE_M = 0.03
NOISY_FACTOR = 4.0
# 30 readings of equal plates would show a 5th percentile of 0.50 g for a median of 0.62 g; the 0.48 g
# measured leave this much spread (of the logarithm) from plate to plate.
PLATE_SPREAD = 0.09
# omega * tau of the step response. 1 makes the plate and its amplifier a second-order Butterworth filter
# (damping 0.707), the usual choice of weighing amplifiers; it overshoots by exp(-pi) = 4.3 %.
RINGING = 1.0
_ROWS_AT_ONCE = 1024  # bounds the memory that noise takes in a long clip


def simulate_scales(scenario: Scenario, store: Store, simulation: Simulation) -> WeightTrace:
    """Read all plates from the clip's start to its end.

    Returns:
        K = floor(duration * rate) + 1 readings of L plates; what rests on a plate at t = 0 is on it from
        the first reading on.
    """
    sensors = scenario.sensors
    duration_s = scenario.clip.duration_s
    count = int(np.floor(duration_s * sensors.rate_hz + 1e-9)) + 1
    time_s = np.arange(count) / sensors.rate_hz
    change_s, change_kg, initial_kg = compute_load_changes(store, simulation)

    true_kg = np.repeat(initial_kg.astype(np.float32)[None], count, axis=0)
    mass_kg = true_kg.copy()
    for plate in np.flatnonzero(np.any(change_kg != 0.0, axis=0)):
        happens = change_kg[:, plate] != 0.0
        at_s, step_kg = change_s[happens], change_kg[happens, plate]
        elapsed_s = time_s[:, None] - at_s
        true_kg[:, plate] = initial_kg[plate] + (elapsed_s >= 0.0) @ step_kg
        mass_kg[:, plate] = initial_kg[plate] + step_response(elapsed_s, sensors.settling_s) @ step_kg

    noise_kg, noisy = _plate_noise(scenario, store)
    _add_noise(mass_kg, scenario, noise_kg)
    capacity_kg = np.float32(sensors.capacity_kg)
    resolution_kg = np.float32(sensors.resolution_g * 1e-3)
    np.clip(mass_kg, -capacity_kg, capacity_kg, out=mass_kg)
    np.rint(mass_kg / resolution_kg, out=mass_kg)
    mass_kg *= resolution_kg
    faults = [{"kind": "noisy", "plate": int(p), "from_s": 0.0, "to_s": duration_s} for p in noisy]
    faults += _overloads(time_s, true_kg, sensors.capacity_kg)
    for array in (time_s, mass_kg, true_kg):
        array.setflags(write=False)
    return WeightTrace(time_s=time_s, mass_kg=mass_kg, true_kg=true_kg, faults=tuple(faults))


def step_response(elapsed_s: np.ndarray, settling_s: float) -> np.ndarray:
    """Compute the share of a step that a plate shows so long after it.

    A damped spring with envelope exp(-t / settling_s), see RINGING.

    >>> bool(step_response(np.array([-1.0]), 0.1)[0] == 0)
    True
    >>> bool(abs(step_response(np.array([2.0]), 0.1)[0] - 1) < 1e-6)
    True
    """
    phase = np.maximum(elapsed_s, 0.0) / settling_s
    swing = np.cos(RINGING * phase) + np.sin(RINGING * phase) / RINGING
    return 1.0 - np.exp(-phase) * swing


def compute_load_changes(store: Store, simulation: Simulation) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Compute how the load of each plate changes.

    Returns:
        change_s: (C,) float64 times of the changes, ascending, from the simulation's start on.
        change_kg: (C, L) float64, what each adds to each plate.
        initial_kg: (L,) float64, the load before the first of them.
    """
    stays = compute_stays(store, simulation)
    moved = np.zeros(len(store.item_slot), bool)
    moved[list(stays)] = True
    still = np.flatnonzero(~moved)
    rests = [
        (stay, pose)
        for history in stays.values()
        for stay in history
        if parse_place(stay.place).slot >= 0 and (pose := stay.world_from_item) is not None
    ]
    item = np.append(still, [stay.item_id for stay, _ in rests]).astype(int)
    slot = np.append(store.item_slot[still], [parse_place(stay.place).slot for stay, _ in rests]).astype(int)
    pose = np.concatenate([store.world_from_item[still], *(pose[None] for _, pose in rests)])
    row, plate, share = share_among_plates(store, item, slot, pose)
    mass_kg = share * store.catalogue.mass_kg[store.item_product[item[row]]]
    from_s = np.append(np.full(len(still), -np.inf), [stay.from_s for stay, _ in rests])[row]
    to_s = np.append(np.full(len(still), np.inf), [stay.to_s for stay, _ in rests])[row]

    plates = len(store.planogram.plate_m)
    first = np.isneginf(from_s)
    leaves = np.isfinite(to_s)
    initial_kg = np.bincount(plate[first], mass_kg[first], minlength=plates)
    change_s, when = np.unique(np.append(from_s[~first], to_s[leaves]), return_inverse=True)
    change_kg = np.zeros((len(change_s), plates))
    which, what = np.append(plate[~first], plate[leaves]), np.append(mass_kg[~first], -mass_kg[leaves])
    np.add.at(change_kg, (when, which), what)
    return change_s, change_kg, initial_kg


def share_among_plates(
    store: Store, item: np.ndarray, slot: np.ndarray, world_from_item: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Share the weight of resting items among the plates under them.

    All of an item's weight is on the plates it overlaps, also when it hangs over the board's edge; an item
    over no plate weighs on none.

    Args:
        store: Where the plates are.
        item, slot: (B,) int64 items and the slots whose boards they rest on.
        world_from_item: (B, 4, 4) how they rest.

    Returns:
        row, plate: (E,) int64 pairs of a row of the input and a plate under it.
        share: (E,) float64, sums to 1 over a row's plates.
    """
    planogram = store.planogram
    size_m = store.catalogue.size_m[store.item_product[item]]
    board_z_m = planogram.world_from_slot[slot, 2, 3]
    base = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    corner = np.concatenate([np.insert(base, 2, z, axis=1) for z in (0.0, 1.0)])
    corner_m = np.einsum("nij,nkj->nki", world_from_item[:, :2, :3], corner * size_m[:, None])
    corner_m += world_from_item[:, None, :2, 3]
    footprint = shapely.convex_hull(shapely.multipoints(corner_m))
    under = shapely.polygons(_plate_corners(planogram.plate_m, planogram.plate_size_m))
    row, plate = shapely.STRtree(under).query(footprint)
    same_board = np.abs(board_z_m[row] - planogram.plate_m[plate, 2, 3]) < PLATE_HEIGHT_TOLERANCE_M
    row, plate = row[same_board], plate[same_board]
    overlap_m2 = shapely.area(shapely.intersection(footprint[row], under[plate]))
    felt = overlap_m2 > 1e-9
    row, plate, overlap_m2 = row[felt], plate[felt], overlap_m2[felt]
    total_m2 = np.bincount(row, overlap_m2, minlength=len(item))
    return row, plate, overlap_m2 / total_m2[row]


def _plate_corners(plate_m: np.ndarray, size_m: np.ndarray) -> np.ndarray:
    """Return the (L, 4, 2) corners of the plates in world x, y."""
    corner = np.array([[-0.5, 0.0], [0.5, 0.0], [0.5, 1.0], [-0.5, 1.0]])
    return np.einsum("nij,nkj->nki", plate_m[:, :2, :2], corner * size_m[:, None]) + plate_m[:, None, :2, 3]


def _plate_noise(scenario: Scenario, store: Store) -> tuple[np.ndarray, np.ndarray]:
    """Return the (L,) float32 white noise of each plate in kg and the plates of noisy fixtures.

    `noise_g` is what a window of readings shows. The quantiser's own resolution / sqrt(12) is part of that
    and is taken off here.
    """
    sensors = scenario.sensors
    rng = make_rng(scenario.seed, scenario.index, "scales/plates")
    fixture = store.planogram.plate_fixture
    with_plates = np.unique(fixture)
    spread = np.exp(PLATE_SPREAD * rng.standard_normal(len(fixture)))
    # On average over clips exactly the share asked for, however few fixtures there are.
    noisy_count = int(scenario.faults.noisy_gondolas * len(with_plates) + rng.random())
    noisy_fixtures = rng.permutation(with_plates)[:noisy_count]
    noisy = np.isin(fixture, noisy_fixtures)
    shown_g = sensors.noise_g * spread * np.where(noisy, NOISY_FACTOR, 1.0)
    white_g = np.sqrt(np.maximum(shown_g**2 - sensors.resolution_g**2 / 12, 0.0))
    return (white_g * 1e-3).astype(np.float32), np.flatnonzero(noisy)


def _add_noise(mass_kg: np.ndarray, scenario: Scenario, noise_kg: np.ndarray) -> None:
    """Add white noise and drift to the (K, L) readings, in place."""
    sensors = scenario.sensors
    noise = make_rng(scenario.seed, scenario.index, "scales/noise")
    drift = make_rng(scenario.seed, scenario.index, "scales/drift")
    per_reading_kg = sensors.drift_g_per_min * 1e-3 * np.sqrt(1.0 / (60.0 * sensors.rate_hz))
    before_kg = sensors.drift_g_per_min * 1e-3 * np.sqrt(scenario.clip.warmup_s / 60.0)
    plates = mass_kg.shape[1]
    level_kg = drift.standard_normal(plates, dtype=np.float32) * np.float32(before_kg)
    for start in range(0, len(mass_kg), _ROWS_AT_ONCE):
        rows = mass_kg[start : start + _ROWS_AT_ONCE]
        walk_kg = drift.standard_normal(rows.shape, dtype=np.float32)
        walk_kg *= np.float32(per_reading_kg)
        walk_kg[0] += level_kg
        np.cumsum(walk_kg, axis=0, out=walk_kg)
        level_kg = walk_kg[-1].copy()
        rows += walk_kg
        rows += noise.standard_normal(rows.shape, dtype=np.float32) * noise_kg


def _overloads(time_s: np.ndarray, true_kg: np.ndarray, capacity_kg: float) -> list[dict[str, Any]]:
    """List the plates that carry more than they can show, from the first such reading to the last."""
    faults = []
    for plate in np.flatnonzero(true_kg.max(axis=0, initial=0.0) > capacity_kg):
        over = np.flatnonzero(true_kg[:, plate] > capacity_kg)
        span = {"from_s": float(time_s[over[0]]), "to_s": float(time_s[over[-1]])}
        faults.append({"kind": "saturated", "plate": int(plate), **span})
    return faults
