"""Reaching into chest freezers: over the rim and never through it, down to goods that come up upright."""

from unittest import mock

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.plan.chests import CHEST_RIM_M
from scenes.sampling import sample_scenario
from scenes.store import make_store
from synth.bodies import make_bodies
from synth.handling.chests import LEAST_STATURE_M, find_chest
from synth.ledger import parse_place
from synth.motion import compute_motion
from synth.simulation import simulate

END_M = 0.03
SKIN_M = 0.012  # of a joint that slides along the rim


@pytest.fixture(scope="module")
def clips():
    """(store, simulation) of shops with chests along walls and as islands."""
    found = []
    for store_format, seed in (
        ("supermarket", 3),
        ("micro_market", 7),
        ("supermarket", 4),
        ("supermarket", 5),
    ):
        settings = (
            f"store.format={store_format}", "store.chests=0.9", "store.width_m=9", "shoppers.count=14",
            "shoppers.arrival_window_s=30", "clip.warmup_s=20", "clip.duration_s=40",
            "journeys.wheelchair=0.2", "behaviours.put_back=0.5", "behaviours.touch=0.5",
            "behaviours.knock_over=0.3",
        )  # fmt: skip
        scenario = sample_scenario(load_config("everyday", settings), seed=seed, index=0)
        store = make_store(scenario)
        found.append((store, simulate(scenario, store)))
    return found


def list_reaches(store, simulation):
    return [act for act in simulation.acts if act.over_m is not None]


def measure_in_walls_m(chest, axis, points_m):
    """How deep (...) points are inside the walls of a chest; those across `axis` are as thick as its rim."""
    low, high = chest.footprint_m.min(axis=0), chest.footprint_m.max(axis=0)
    beside_m = np.minimum(points_m[..., :2] - low, high - points_m[..., :2])
    below_m = chest.height_m - points_m[..., 2]
    thick_m = np.where(np.arange(2) == axis, CHEST_RIM_M, END_M)
    in_wall = (beside_m > 0).all(axis=-1) & (beside_m < thick_m).any(axis=-1)
    return np.where(in_wall, np.minimum(below_m, beside_m.min(axis=-1)).clip(0), 0.0)


def test_hands_and_forearms_go_over_the_rim_and_palms_get_to_the_goods(clips):
    kinds = set()
    for store, simulation in clips:
        bodies = make_bodies(simulation.plans)
        first_s, last_s = simulation.trajectories.time_s[[0, -1]]
        for act in list_reaches(store, simulation):
            time_s = np.append(np.linspace(act.start_s, act.end_s, 25), act.contact_s)
            if act.start_s < first_s or act.end_s > last_s:
                continue
            kinds.add(act.kind)
            order = np.argsort(time_s, kind="stable")
            motion = compute_motion(simulation, bodies, frame_time_s=np.unique(time_s))
            at = int(np.argmin(abs(motion.time_s - act.contact_s)))
            joint_m = {
                name: motion.joint_position_m[:, act.shopper, k] for k, name in enumerate(motion.joint_names)
            }
            chest = store.layout.fixtures[find_chest(store.layout, act.world_from_item[:3, 3])]
            edge_m = np.minimum(
                abs(chest.footprint_m.min(axis=0) - act.over_m[:2]),
                abs(chest.footprint_m.max(axis=0) - act.over_m[:2]),
            )
            axis = int(np.argmin(edge_m))
            assert edge_m[axis] < 1e-6
            wrist, elbow = joint_m[f"{act.hand}_wrist"], joint_m[f"{act.hand}_elbow"]
            share = np.linspace(0, 1, 12)[:, None, None]
            fingers = [
                place
                for name, place in joint_m.items()
                if name.startswith(f"{act.hand}_")
                and name.endswith(("1", "2", "3", "_tip"))
                and "toe" not in name
            ]
            for points_m in (wrist + share * (elbow - wrist), np.array(fingers)):
                assert measure_in_walls_m(chest, axis, points_m).max() <= SKIN_M, (act.kind, act.shopper)
            palm = motion.palm_m[at, act.shopper, 0 if act.hand == "left" else 1]
            local = np.linalg.inv(act.world_from_item) @ np.append(palm, 1.0)
            outside = abs(local[:3] - [0, 0, act.size_m[2] / 2]) - act.size_m / 2
            assert np.linalg.norm(outside.clip(0)) < 0.03
            assert len(order) == len(time_s)
    assert {"take", "put"} <= kinds


def test_nobody_who_cannot_bend_over_the_rim_takes_from_there(clips):
    for store, simulation in clips:
        for act in list_reaches(store, simulation):
            plan = simulation.plans[act.shopper]
            assert plan.mobility not in ("wheelchair", "carrying")
            assert plan.body.stature_m >= 1.45


def test_what_is_put_back_lies_again_and_nothing_falls_out(clips):
    puts = 0
    for store, simulation in clips:
        chests = {k for k, one in enumerate(store.layout.fixtures) if one.kind == "chest"}
        lying = set(store.planogram.lying)
        for event in simulation.events:
            if event.kind != "put" or not event.to_place.startswith("slot:"):
                continue
            slot = parse_place(event.to_place).slot
            if slot in lying:
                puts += 1
                assert store.planogram.fixture[slot] in chests
                assert event.world_from_item[2, 1] == pytest.approx(-1.0)  # the label up
        for act in simulation.acts:
            if act.world_from_item is not None and act.kind == "touch":
                from_chest = find_chest(store.layout, act.world_from_item[:3, 3]) >= 0
                assert from_chest == (act.over_m is not None)
    assert puts >= 2


def test_staff_too_small_to_bend_over_the_rim_restock_only_what_stands_elsewhere():
    settings = ("store.chests=0.9", "store.fill=0.5", "journeys.staff=4", "journeys.restock=1",
                "journeys.clean=0", "shoppers.count=1")  # fmt: skip
    scenario = sample_scenario(load_config("restocking", settings), seed=1, index=0)
    store = make_store(scenario)
    over = []
    for least_m in (LEAST_STATURE_M, 3.0):
        with mock.patch("synth.handling.chests.LEAST_STATURE_M", least_m):
            simulation = simulate(scenario, store)
        stocked = [act for act in simulation.acts if act.behaviour == "restock" and act.kind == "put"]
        assert stocked
        over.append(sum(act.over_m is not None for act in stocked))
    assert over[0] > over[1] == 0
