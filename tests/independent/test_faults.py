"""No fault in ledger, receipts, scales or labels gets past `verify`, the reader and the ledger itself."""

from pathlib import Path

import pytest

from scenes.config.loader import load_config
from synth.engine.generation import generate
from synth.verify import verify_dataset
from tests.independent.faults import (
    BAGS_CLIP,
    CARRIED_CLIP,
    CHESTS_CLIP,
    COATS_CLIP,
    FAULTS,
    GLASS_CLIP,
    TAKERS_BAGS_CLIP,
    WEIGHED_CLIP,
    plant,
)
from tests.independent.reader import find_faults
from tests.independent.reader_files import read_clips
from tests.independent.unrendered import SMALL, make_unrendered_clip

# Everything happens: a payment a person with the carrier paying, one payment for all, goods by the kilogram.
BUSY = (
    *SMALL,
    "shoppers.count=8",
    "clip.warmup_s=45",  # so that some leave with what they have bought
    "clip.duration_s=30",
    "catalogue.weighed=false",
    "shoppers.extra_items={choice: {0: 0.4, 1: 0.3, 3: 0.3}}",
    "shoppers.dwell_s={uniform: [0.3, 0.6]}",
    "shoppers.group_size={choice: {4: 1.0}}",
    "behaviours.put_back=0.3",
    "behaviours.wrong_shelf=0.25",
    "behaviours.hand_over=0.7",
    "behaviours.touch=0.8",
    "behaviours.empty_handed=0",
    "faults.frames_dropped=0.2",
)
# Fruit is in few baskets: more people in a larger shop, and several at a grab.
WEIGHED = (
    "catalogue.weighed=true",
    "store.format=supermarket",
    "store.width_m=8",
    "store.depth_m=8",
    "catalogue.skus=60",
    "shoppers.count=14",
    "shoppers.payment=one_for_all",
    "shoppers.extra_items=3",
    "behaviours.put_back=0.1",
    "behaviours.wrong_shelf=0.05",
    "behaviours.several_at_once=0.9",
)
BAGS = (
    *SMALL,
    "shoppers.count=8",
    "clip.duration_s=60",  # bags are seen to when all else is done, which takes its time
    "shoppers.group_size=1",
    "shoppers.extra_items=1",
    "shoppers.dwell_s=0.4",
    "behaviours.leave_bag=0.3",
    "behaviours.carry_off_bag=0.5",
)
COATS = (
    *SMALL,
    "clip.warmup_s=30",
    "clip.duration_s=20",
    "shoppers.count=5",
    "shoppers.arrival_window_s=12",
    "shoppers.group_size=1",
    "shoppers.extra_items=0",
    "shoppers.dwell_s=0.4",
    "shoppers.policy=carrier",
)
CHESTS = (
    "store.format=micro_market",
    "store.chests=0.9",
    "shoppers.count=12",
    "shoppers.child_share=0.3",
    "shoppers.extra_items=4",
    "journeys.wheelchair=0.8",
)
CONFIGS = (
    load_config("everyday", [*BUSY, "shoppers.payment=one_per_trip", "shoppers.policy=carrier"]),
    load_config("wrong_shelf", [*BUSY, "shoppers.payment=one_for_all", "shoppers.policy=taker"]),
    load_config("weighed_goods", [*BUSY, *WEIGHED]),
    load_config("changed_bags", [*BAGS, "shoppers.policy=carrier"]),
    load_config("changed_bags", [*BAGS, "shoppers.policy=taker"]),
    load_config(
        "fogged_freezer", [*SMALL, "clip.duration_s=20", "shoppers.count=8", "store.sliding_doors=true"]
    ),
    load_config(
        "on_the_arm",
        [*SMALL, "clip.duration_s=40", "shoppers.count=4", "journeys.carried_child=0.9"],  # until some go
    ),
    load_config("everyday", [*BUSY, *CHESTS]),
    load_config("swapped_coats", COATS),
)


SEEDS = (3, 4, 5)  # not every clip shows every fault


def find_all(out: Path, clip: int, seed: int) -> list[str]:
    """Make one of the kinds of clip and return everything that anybody finds wrong with it."""
    return sum(find_each(out, clip, seed), [])


def find_each(out: Path, clip: int, seed: int) -> tuple[list[str], list[str]]:
    """Return what `verify` finds, and what the reader does; where no clip is made, why."""
    config = CONFIGS[clip]
    result = generate([config], str(out), clips=1, seed=seed, make_clip=make_unrendered_clip, refiner="none")
    if result.failed:
        return [outcome.error for outcome in result.failed], []
    found = [str(problem) for problem in verify_dataset(str(out))]
    return found, [fault for clip in read_clips(out) for fault in find_faults(clip)]


TWICE = (  # found by `verify` and by the reader, each alone
    "hide things in a pocket instead of the coat on the arm",
    "list coats as they came",
    "say that nobody has a coat on the arm",
    "carry a child out of the arms",
    "carry a child on the arm that acts",
    "let a carried child pay",
    "leave before the door",
    "leave by doors that stay shut",
    "come in beside the door",
    "let small people over the rim",
    "let a wheelchair over the rim",
)


@pytest.mark.parametrize("number", [BAGS_CLIP, TAKERS_BAGS_CLIP])
def test_bags_change_hands_and_the_books_balance(number, tmp_path):
    happened: set[str] = set()
    for seed in SEEDS:
        assert find_all(tmp_path / f"{seed}", number, seed) == []
        (clip,) = read_clips(tmp_path / f"{seed}")
        happened |= {event["kind"] for event in clip.events}
    assert happened >= {"swap", "set_down", "take_up"}


@pytest.mark.parametrize("number", [0, 1, WEIGHED_CLIP])
def test_the_busy_clips_are_right_and_busy(number, tmp_path):
    happened, weighed = set(), []
    for seed in (0, 1, 2, 3) if number == WEIGHED_CLIP else SEEDS:
        assert find_all(tmp_path / f"{seed}", number, seed) == []
        (clip,) = read_clips(tmp_path / f"{seed}")
        happened |= {event["kind"] for event in clip.events}
        weighed += [line for receipt in clip.receipts for line in receipt["lines"] if line["grams"]]
    assert happened >= {"enter", "take", "bag", "put", "touch"}
    assert number == WEIGHED_CLIP or "exit" in happened
    assert number == 1 or "hand_over" in happened
    assert bool(weighed) == (number == WEIGHED_CLIP)
    assert not weighed or {line["quantity"] > 1 for line in weighed} == {False, True}


@pytest.mark.parametrize("name", TWICE)
def test_a_fault_is_caught_twice(name, tmp_path):
    with plant(FAULTS[name]):
        for number in (FAULTS[name].clip, *FAULTS[name].also):
            found = [find_each(tmp_path / f"{number}-{seed}", number, seed) for seed in SEEDS]
            assert all(any(each) for each in zip(*found, strict=True)), number


@pytest.mark.parametrize("name", [name for name in FAULTS if name not in TWICE])
def test_a_fault_is_caught(name, tmp_path):
    with plant(FAULTS[name]):
        for number in (FAULTS[name].clip, *FAULTS[name].also):
            assert any(find_all(tmp_path / f"{number}-{seed}", number, seed) for seed in SEEDS), number


def test_coats_are_swapped_and_the_clips_are_right(tmp_path):
    places = set()
    for seed in SEEDS:
        assert find_all(tmp_path / f"{seed}", COATS_CLIP, seed) == []
        (clip,) = read_clips(tmp_path / f"{seed}")
        swaps = [event for event in clip.events if event["kind"] == "swap"]
        assert bool(swaps) == bool(clip.about["coats"])
        places |= {event[name].split(":")[0] for event in swaps for name in ("from_place", "to_place")}
    assert places == {"arm"}


def test_glass_doors_open_and_the_clips_are_right(tmp_path):
    opened = 0
    for seed in SEEDS:
        assert find_all(tmp_path / f"{seed}", GLASS_CLIP, seed) == []
        (clip,) = read_clips(tmp_path / f"{seed}")
        opened += len(clip.about["case_doors"])
    assert opened


def test_children_are_carried_and_the_clips_are_right(tmp_path):
    took: set[str] = set()
    for seed in SEEDS:
        assert find_all(tmp_path / f"{seed}", CARRIED_CLIP, seed) == []
        (clip,) = read_clips(tmp_path / f"{seed}")
        carried = {person["trip_code"] for person in clip.about["people"] if person["carried_by"]}
        took |= {event["kind"] for event in clip.events if event["trip_code"] in carried}
        assert {row["trip_code"] for row in clip.table("tracks").to_pylist()} & carried
    assert took >= {"enter", "take", "hand_over", "exit"}


def test_chests_are_reached_into_and_the_clips_are_right(tmp_path):
    reached = []
    for seed in SEEDS:
        assert find_all(tmp_path / f"{seed}", CHESTS_CLIP, seed) == []
        (clip,) = read_clips(tmp_path / f"{seed}")
        chests = {fixture["name"] for fixture in clip.floor_plan["fixtures"] if fixture["kind"] == "chest"}
        inside = {f"slot:{row['slot']}" for row in clip.planogram if row["fixture"] in chests}
        reached += [event for event in clip.events if {event["from_place"], event["to_place"]} & inside]
    assert len(reached) >= 5
