"""Reserve stock over people's reach: nobody touches it, whatever they do, and clips show it all the same."""

from dataclasses import replace
from unittest import mock

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.world import INSTANCE_ITEM
from synth.bodies import sample_body_shape
from synth.dataset.reader import Dataset
from synth.engine.generation import generate
from synth.handling.slots import Shelves
from synth.ledger import parse_place
from synth.records import Simulation
from synth.scales.loads import compute_load_steps
from synth.shoppers.assortment import Assortment
from synth.shoppers.suitable import find_suitable
from synth.simulation import simulate
from synth.verify import verify_dataset
from synth.verify.content import ClipContent
from synth.verify.findings import ClipFindings, Findings
from synth.verify.reserve import check_reserve
from tests.synth.shops import find_store

TALL_M = 2.05
# Half of what people reach is sold out, so that they look for it wherever else it is.
BUSY = (
    "store.wall_shelf_height_m=2.5", "store.height_m=3.1", "store.format=micro_market", "store.cooling=0",
    "store.width_m=6", "store.depth_m=6", "store.fill=0.6", "store.sold_out=0.5", "catalogue.skus=30",
    "shoppers.count=12", "shoppers.arrival_window_s=20", "clip.warmup_s=15", "clip.duration_s=35",
    "journeys.staff=2", "journeys.restock=1", "journeys.carried_child=0.3", "behaviours.touch=0.6",
    "behaviours.carried_child_takes=0.5", "behaviours.put_back=0.3", "behaviours.reach_high=0.4",
    "behaviours.knock_over=0.2", "behaviours.compare_two=0.2", "behaviours.adjacent_quickly=0.3",
    "behaviours.wrong_shelf=0.2", "behaviours.from_back=0.1", "behaviours.crossing_hands=0.5",
)  # fmt: skip


def make_busy(seed):
    scenario = sample_scenario(load_config("everyday", BUSY), seed=3, index=0)
    return replace(scenario, seed=seed), find_store(scenario)


def sample_tall(**kwargs):
    """Whoever they are, they would get at low boards over reach."""
    return replace(sample_body_shape(**kwargs), stature_m=TALL_M)


def play(seed) -> Simulation:
    with mock.patch("synth.shoppers.plans.sample_body_shape", sample_tall):
        return simulate(*make_busy(seed))


def list_touched(simulation):
    """The slots that events name, and those that acts reach into."""
    places = (place for event in simulation.events for place in (event.from_place, event.to_place) if place)
    slots = {parse_place(place).slot for place in places}
    return sorted((slots | {act.slot for act in simulation.acts}) - {-1})


@pytest.mark.parametrize("seed", range(10))
def test_nobody_touches_what_stands_over_reach(seed):
    touched = list_touched(play(seed))
    assert len(touched) > 5
    assert not make_busy(seed)[1].planogram.is_reserve()[touched].any()


@pytest.fixture(scope="module")
def shop():
    return make_busy(0)[1]


def test_shelves_give_nothing_from_over_reach_and_take_nothing_there(shop):
    shelves, plan = Shelves(shop), shop.planogram
    reserve = np.flatnonzero(plan.is_reserve())
    assert len(reserve) > 20
    for slot in reserve.tolist():
        product, full = int(plan.product[slot]), plan.count[slot]
        assert len(shelves.lane(slot)) == full
        assert shelves.front(slot) is None
        assert shelves.within_reach(slot) == []
        assert shelves.put_pose(slot, product, without=int(full)) is None
        assert shelves.stock_pose(slot, product) is None


def test_what_is_left_over_reach_only_is_on_nobodys_list(shop):
    plan = shop.planogram
    gone = int(np.bincount(plan.product, np.where(plan.is_reserve(), plan.count, 0)).argmax())
    here = (plan.product == gone) & ~plan.is_reserve()
    left = replace(shop, planogram=replace(plan, count=np.where(here, 0, plan.count)))
    assert left.planogram.count[plan.product == gone].sum() > 0
    assert gone not in Assortment(left).stocked
    behaviours = ("reach_high", "from_back", "one_of_two", "conceal_under_coat", "consume")
    assert not any(gone in find_suitable(left, behaviour, TALL_M) for behaviour in behaviours)


def test_scales_weigh_all_but_the_reserve(shop):
    scenario, _ = make_busy(0)
    simulation = replace(simulate(scenario, shop), events=())
    _, initial_kg = compute_load_steps(shop, simulation)
    mass_kg = shop.catalogue.mass_kg[shop.item_product]
    reserve = shop.planogram.is_reserve()[shop.item_slot]
    assert mass_kg[reserve].sum() > 5.0
    assert initial_kg.sum() == pytest.approx(mass_kg[~reserve].sum())


def find_problems(place, *, below=True):
    """Let somebody take from a place in a shop with slot 1 over slot 0, or with slot 1 alone."""
    pose = np.eye(4)
    rows = []
    for slot, z_m in ((0, 1.2), (1, 1.65)):
        pose[2, 3] = z_m
        rows.append({"slot": slot, "sku": "tea", "world_from_slot": pose.ravel().tolist()})
    event = {"event_id": 7, "kind": "take", "from_place": place, "to_place": "hand:T:left"}
    content = ClipContent({}, planogram=rows if below else rows[1:], events=[event])
    findings = Findings()
    check_reserve(content, ClipFindings(findings, "clip"))
    return [problem.message for problem in findings.finish()]


def test_verify_finds_hands_over_reach_and_goods_that_are_only_there():
    assert find_problems("slot:0") == []
    assert find_problems("slot:1") == [
        "a take in slot:1, whose board is over 1.65 m: nobody reaches reserve stock"
    ]
    assert find_problems("slot:0", below=False) == ["tea stands over people's reach only"]


def test_a_clip_of_tall_shelving_verifies_and_its_masks_show_the_reserve(tmp_path):
    settings = (
        *BUSY, "shoppers.count=3", "journeys.staff=0", "clip.duration_s=1", "clip.fps=2", "cameras.count=2",
        "cameras.width_px=256", "cameras.height_px=192", "cameras.supersampling=1", "cameras.lens=pinhole",
    )  # fmt: skip
    out = str(tmp_path / "dataset")
    result = generate([load_config("everyday", settings)], out, clips=1, seed=5, refiner="none")
    assert not result.failed
    assert verify_dataset(out) == []
    dataset = Dataset(out)
    clip_id, store_id = dataset.clips[0], dataset.row(dataset.clips[0])["store_id"]
    rows = dataset.planogram(store_id).to_pylist()
    reserve = [row for row in rows if not row["plates"]]
    assert reserve
    assert {row["sku"] for row in reserve} <= {row["sku"] for row in rows if row["plates"]}
    items = [INSTANCE_ITEM + row["first_item_id"] + k for row in reserve for k in range(row["count"])]
    cameras = dataset.clip(clip_id)["cameras"]
    masks = [dataset.masks(clip_id, camera["camera_id"], 0) for camera in cameras]
    assert sum(int(np.isin(mask, items).sum()) for mask in masks) > 200
