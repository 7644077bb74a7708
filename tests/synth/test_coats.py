"""Coats on arms that change hands: what is hidden in them, who pays for it, and where they are to be seen."""

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import product
from types import SimpleNamespace
from unittest import mock

import numpy as np
import pytest

from scenes.distributions import Constant
from scenes.randomness import make_rng
from scenes.scenario import JourneysSpec
from scenes.world import CLASS_ID, INSTANCE_COAT
from synth.bodies import make_bodies, pose_mesh, sample_body_shape
from synth.bodies.coat import make_coat
from synth.labels.clip_json import list_coats
from synth.ledger import lone_bag_place
from synth.loose_coats import LooseCoats
from synth.motion import compute_motion
from synth.motion.bags import compute_coat_stays
from synth.records import Act, ShopperPlan, Simulation, Trajectories
from synth.shoppers.errands import Errand
from synth.shoppers.people import Intent, Meeting
from synth.simulation import Recorder, simulate
from synth.verify.bags import check_bags
from synth.verify.findings import ClipFindings, Findings
from tests.independent.reader_bags import follow_bags
from tests.synth.light_bodies import choose_body_shape
from tests.synth.passed_bills import bill_left, bill_takers, play
from tests.synth.tiny_store import make_scenario
from tests.synth.tiny_store import make_store as make_tiny_store

SEEDS = range(1, 3)
SMALL = ("store.width_m=8.5", "store.depth_m=7.5", "store.aisle_width_m=1.6")


@pytest.fixture(scope="module")
def clips():
    return {
        policy: [play("swapped_coats", seed, policy, SMALL) for seed in SEEDS]
        for policy in ("taker", "carrier")
    }


def test_coats_go_with_all_that_is_hidden_in_them(clips):
    happened = Counter()
    for _, _, simulation in clips["taker"]:
        place = {}
        coats = {plan.trip_code for plan in simulation.plans if plan.coat_on_arm}
        at_once = defaultdict(list)
        for event in simulation.events:
            if event.kind == "swap":
                at_once[event.time_s].append(event)
        for event in simulation.events:
            together = at_once.pop(event.time_s, ())
            for origin in {e.from_place for e in together}:
                there = {e.to_place for e in together if e.from_place == origin}
                assert len(there) == 1
                kinds = {name.split(":")[0] for name in (origin, *there)}
                if kinds == {"arm"}:
                    assert {e.behaviour for e in together} == {"swap_coats"}
                    assert {origin.split(":")[1], next(iter(there)).split(":")[1]} <= coats
                    inside = {item for item, at in place.items() if at == origin}
                    assert inside == {e.item_id for e in together if e.from_place == origin}
                    happened["swap"] += 1
                    happened["both ways"] += len({e.from_place for e in together}) > 1
            if event.kind == "conceal":
                where = "arm" if event.trip_code in coats else "pocket"
                assert event.to_place == f"{where}:{event.trip_code}"
                happened[where] += 1
            place[event.item_id] = event.to_place
    assert min(happened[name] for name in ("swap", "both ways", "arm", "pocket")) > 0


def test_carriers_pay_for_what_is_in_the_coat_and_takers_for_what_they_took(clips):
    differs = 0
    for policy, owed in (("carrier", bill_left), ("taker", bill_takers)):
        for _, _, simulation in clips[policy]:
            out, wanted = bill_left(simulation), owed(simulation)
            payment = {plan.trip_code: plan.payment_id for plan in simulation.plans}
            swaps = {payment[e.trip_code] for e in simulation.events if e.kind == "swap"}
            for receipt in simulation.receipts:
                if receipt.closed_s is None or any(line.quantity < 0 for line in receipt.lines):
                    continue
                billed = {line.sku: line.quantity for line in receipt.lines}
                assert billed == dict(wanted[receipt.payment_id]), (policy, receipt.payment_id)
                differs += (
                    policy == "taker"
                    and receipt.payment_id in swaps
                    and billed != dict(out[receipt.payment_id])
                )
    assert differs


def test_only_the_other_hand_acts_and_coats_are_where_the_acts_have_them(clips):
    acted = 0
    for scenario, _, simulation in clips["taker"]:
        for act in simulation.acts:
            plan = simulation.plans[act.shopper]
            if plan.coat_on_arm:
                assert act.hand == plan.handedness
                assert not act.both
                acted += 1
            else:
                assert not act.coat
        stays = compute_coat_stays(simulation)
        told = list_coats(simulation, scenario.clip.duration_s)
        assert {coat["trip_code"] for coat in told} == {simulation.plans[n].trip_code for n in stays}
        for trip in {coat["trip_code"] for coat in told}:
            kinds = [coat["place"].split(":")[0] for coat in told if coat["trip_code"] == trip]
            rounds = ["arm", "hand", "hand"] * len(kinds)
            assert kinds == rounds[: len(kinds)]
    assert acted


def test_the_hand_that_hides_something_is_behind_the_coat(clips):
    scenario, _, simulation = clips["taker"][0]
    hides = [a for a in simulation.acts if a.kind == "conceal" and simulation.plans[a.shopper].coat_on_arm]
    hides = sorted((a for a in hides if a.contact_s <= scenario.clip.duration_s), key=lambda a: a.contact_s)
    assert len(hides) > 2
    bodies = make_bodies(simulation.plans)
    motion = compute_motion(simulation, bodies, frame_time_s=np.array([act.contact_s for act in hides]))
    coats = LooseCoats(simulation, motion, bodies)
    swapped = [(n, stay) for n, own in compute_coat_stays(simulation).items() for stay in own]
    for frame, act in enumerate(hides):
        has = {act.shopper: act.shopper}  # until there is a swap
        has |= {stay.shopper: n for n, stay in swapped if stay.from_s <= act.contact_s < stay.to_s}
        palm_m = motion.palm_m[frame, act.shopper, ("left", "right").index(act.hand)]
        away_m = coats.mesh(has[act.shopper], frame).position_m - palm_m
        assert np.linalg.norm(away_m, axis=1).min() < 0.05
        assert away_m[:, 2].max() > 0.05
        assert away_m[:, 2].min() < -0.10


def find_both(scenario, simulation, events, coats):
    """What `verify` finds wrong with `coats`, and what the independent reader does."""
    about = {
        "bags": [],
        "coats": coats,
        "people": [{"trip_code": p.trip_code, "coat_on_arm": p.coat_on_arm} for p in simulation.plans],
        "scenario": {"clip": {"duration_s": scenario.clip.duration_s}},
    }
    findings = Findings()
    check_bags(SimpleNamespace(events=events, clip=about), ClipFindings(findings, "clip"))
    return findings.problems, follow_bags(SimpleNamespace(events=events, about=about))


def test_coats_follow_from_events_and_nothing_else_passes(clips):
    broken = Counter()
    for scenario, _, simulation in (clip for policy in clips.values() for clip in policy):
        told = list_coats(simulation, scenario.clip.duration_s)
        events = [vars(e) for e in simulation.events if "bag:" not in e.from_place]
        assert find_both(scenario, simulation, events, told) == ([], [])
        coats = [plan.trip_code for plan in simulation.plans if plan.coat_on_arm]
        bare = [plan.trip_code for plan in simulation.plans if not plan.coat_on_arm]
        wrong = {}
        for number, stay in enumerate(told):
            before, after = told[:number], told[number + 1 :]
            if stay["from_s"] is not None and stay["place"].startswith("arm:"):
                other = next(t for t in coats if t not in stay["place"])
                wrong["with another", number] = events, [*before, stay | {"place": f"arm:{other}"}, *after]
            if stay["place"].startswith("hand:"):
                hand = {"left": "right", "right": "left"}[stay["place"].split(":")[2]]
                place = ":".join([*stay["place"].split(":")[:2], hand])
                wrong["in the hand under it", number] = events, [*before, stay | {"place": place}, *after]
        passed = {(e["from_place"], e["to_place"]) for e in events if e["kind"] == "swap"}
        if passed:
            trip = next(iter(passed))[0].removeprefix("arm:")
            wrong["not told", 0] = events, [s for s in told if trip not in s["place"]]
        for n, event in enumerate(events):
            if event["kind"] == "conceal" and event["trip_code"] in coats:
                pocket = event | {"to_place": f"pocket:{event['trip_code']}"}
                wrong["in a pocket", n] = [*events[:n], pocket, *events[n + 1 :]], told
                if bare:
                    where = event | {"to_place": f"arm:{bare[0]}"}
                    wrong["on no arm", n] = [*events[:n], where, *events[n + 1 :]], told
        for (name, _), (happened, coats_told) in wrong.items():
            by_verify, by_reader = find_both(scenario, simulation, happened, coats_told)
            assert by_verify, name
            assert by_reader, name
            broken[name] += 1
    assert len(broken) == 5, broken


@pytest.mark.parametrize(
    "other", ["stick", "wheelchair", "trolley", "pram", "phone", "umbrella", "carried_child"]
)
def test_who_has_no_arm_left_has_no_coat_on_it(other):
    assert not any(plan.coat_on_arm for plan in shop(coat_on_arm=1.0, **{other: 1.0}).plans)


def test_children_and_who_wears_a_big_coat_carry_none():
    spec = {"child_share": 0.5, "group_size": Constant(2)}
    simulation = shop(shoppers=spec, coat_on_arm=1.0)
    assert {plan.coat_on_arm for plan in simulation.plans} == {False, True}
    assert all(plan.coat_on_arm == (plan.body.age >= 0.5) for plan in simulation.plans)
    assert not any(plan.coat_on_arm for plan in shop(shoppers={"big_coat": 1.0}, coat_on_arm=1.0).plans)


def test_coats_are_drawn_for_themselves():
    """Who has one is otherwise just who they would have been."""
    without, with_coats = (shop(coat_on_arm=share).plans for share in (0.0, 1.0))
    assert all(plan.coat_on_arm for plan in with_coats)
    for plain, plan in zip(without, with_coats, strict=True):
        extra = {"coat_on_arm", "swap_coats"}
        left = tuple(name for name in plan.behaviours if name not in extra)
        assert replace(plan, coat_on_arm=False, behaviours=left) == plain


def test_whoever_has_a_coat_may_be_asked_for_it_and_whoever_has_a_bag_for_that():
    scenario = make_scenario(shoppers={"count": 2, "group_size": Constant(1)})
    scenario = replace(scenario, journeys=JourneysSpec(coat_on_arm=1.0, already_inside=1.0))
    recorder = Recorder(scenario, make_tiny_store())
    recorder.step(0)
    asks, asked = (person for person in recorder.floor.people if person.inside)
    for has_bag, has_coat in product((True, False), repeat=2):
        asked.bag = asked.plan.trip_code if has_bag else ""
        asked.coat = asked.plan.trip_code if has_coat else ""
        for asks.label, has in (("swap_coats", has_coat), ("swap_bags", has_bag)):
            found = recorder._behaviours._companion(asks, None)
            assert (found is asked) == has, (asks.label, has_bag, has_coat)


@pytest.mark.parametrize("outcome", ["leave_bag", "carry_off_bag"])
def test_who_is_asked_for_a_coat_fetches_their_bag_first_and_carries_off_no_other(outcome):
    recorder = Recorder(make_scenario(shoppers={"count": 2, "group_size": Constant(1)}), make_tiny_store())
    floor, (person, owner) = recorder.floor, recorder.floor.people
    recorder._step_in(person, recorder._ways_in[0][0], 0.0)
    whose = person if outcome == "leave_bag" else owner
    recorder._behaviours._misplacer[7], whose.bag = owner, ""
    place = lone_bag_place(whose.plan.trip_code)
    floor.shop.lone_bags[place] = whose.plan.trip_code, np.eye(4)
    person.meeting = Meeting(owner.index, person.index, 35.0)
    recorder._behaviours._take_bag_up(person, Intent("take_bag_up", Errand(-1, outcome, story=7)), 0.0)
    assert (place in floor.shop.lone_bags) == (outcome == "carry_off_bag")
    assert person.bag == person.plan.trip_code


def test_nobody_comes_back_with_another_of_the_coat_that_somebody_else_has():
    back, stay_away = 0, 0
    extra = ("journeys.reenter=1.0", "clip.duration_s=75", "shoppers.payment=one_per_trip")
    for seed in (2, 3):
        scenario, _, simulation = play("swapped_coats", seed, "taker", (*SMALL, *extra))
        last = {s["trip_code"]: s["place"] for s in list_coats(simulation, scenario.clip.duration_s)}
        left = {e.trip_code for e in simulation.events if e.kind == "exit" and e.item_id < 0}
        pays = {plan.trip_code: plan.payment_id for plan in simulation.plans if plan.coat_on_arm}
        for plan in simulation.plans:
            if plan.coat_on_arm and "reenter" in plan.behaviours:
                (before,) = (
                    t for t in left & pays.keys() if t != plan.trip_code and pays[t] == plan.payment_id
                )
                assert last.get(before, f"arm:{before}") == f"arm:{before}"
                back += 1
        stay_away += sum(last.get(trip, trip).split(":")[1:2] not in ([], [trip]) for trip in left)
    assert back
    assert stay_away


def shop(*, shoppers=None, **journeys):
    scenario = make_scenario(
        seed=1,
        clip={"duration_s": 20.0, "warmup_s": 2.0},
        shoppers={"count": 4, "extra_items": Constant(2)} | (shoppers or {}),
        behaviours={"swap_coats": 1.0},
    )
    scenario = replace(scenario, journeys=JourneysSpec(**journeys))
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        return simulate(scenario, make_tiny_store())


TIME_S = np.arange(0.0, 6.0, 0.1)


@pytest.fixture(scope="module", params=[(1, "right"), (6, "left"), (7, "right")])
def walk(request):
    """An adult with a coat who walks, stops at 4 s, and has it off the arm from 5 s on."""
    seed, hand = request.param
    shape = sample_body_shape(rng=make_rng(seed, 0, "t"), child=False)
    trip = "0" * 12
    plan = ShopperPlan(trip, "p", 0, -2.0, 1.0, (), (), shape, hand, coat_on_arm=True)
    time = np.arange(-40, 141) / 20
    place = np.stack([np.minimum(time, 4.0), 0.0 * time], axis=-1)[:, None]
    still = np.zeros((len(time), 1))
    paths = Trajectories(20.0, time, place, still, np.ones((len(time), 1), bool), still)
    side = "left" if hand == "right" else "right"
    off = Act(0, "unsling", hand, 4.4, 5.0, 5.9, (), None, np.zeros(3), coat=trip)
    simulation = Simulation((plan,), paths, (off,), (), ())
    bodies = make_bodies([plan])
    motion = compute_motion(simulation, bodies, frame_time_s=TIME_S)
    return bodies[0], motion, LooseCoats(simulation, motion, bodies), hand, side


def test_a_coat_lies_over_the_forearm_and_then_hangs_from_the_hand(walk):
    body, motion, coats, hand, side = walk
    joint = {name: n for n, name in enumerate(motion.joint_names)}
    shapes = []
    for frame in range(0, len(TIME_S), 5):
        mesh = coats.mesh(0, frame)
        shapes.append(mesh.faces.shape)
        assert set(mesh.instance_id.tolist()) == {INSTANCE_COAT}
        assert set(mesh.class_id.tolist()) == {CLASS_ID["bag"]}
        assert mesh.position_m[:, 2].min() > 0.3
        elbow, wrist = (motion.joint_position_m[frame, 0, joint[f"{side}_{k}"]] for k in ("elbow", "wrist"))
        palm = motion.palm_m[frame, 0, ("left", "right").index(hand)]
        if TIME_S[frame] <= 5.0:
            middle = (elbow + wrist) / 2
            off_m = mesh.position_m - middle
            assert 0.05 < off_m[:, 2].max() < 0.13
            assert off_m[:, 2].min() < -0.25
            # It is on either side of the arm, and neither at the shoulder nor on the fingers.
            assert off_m[:, 1].min() < -0.03
            assert off_m[:, 1].max() > 0.03
            assert np.abs(off_m[:, 0]).max() < 0.2
        elif TIME_S[frame] >= 5.5:
            assert np.linalg.norm(mesh.position_m - palm, axis=1).min() < 0.05
            assert mesh.position_m[:, 2].max() < palm[2] + 0.08
            assert np.abs(mesh.position_m[:, :2].mean(axis=0) - palm[:2]).max() < 0.05
    assert len(set(shapes)) == 1
    contact = int(np.argmin(np.abs(TIME_S - 5.0)))
    palm = motion.palm_m[contact, 0, ("left", "right").index(hand)]
    assert np.linalg.norm(coats.mesh(0, contact).position_m - palm, axis=1).min() < 0.03


def test_a_coat_on_the_arm_hardly_sinks_into_who_carries_it(walk):
    """Into trunk and legs: to no vertex of the coat is the next point of the body's surface far outside."""
    body, motion, coats, _, side = walk
    level, names = body.level(0), body.skeleton.names
    arm = [
        n
        for n in range(len(body.skeleton.parents))
        if names[n].startswith(side)
        and not any(part in names[n] for part in ("hip", "knee", "ankle", "foot"))
    ]
    own = np.asarray(level.weights[:, arm].sum(axis=1)).ravel() < 0.1
    kept = np.flatnonzero(own & (level.class_id == CLASS_ID["person"]))
    for frame in (2, 5, 8, 11, 14, 42):
        person, coat = pose_mesh(body, motion, frame, 0), coats.mesh(0, frame).position_m
        surface, normal = person.position_m[kept], person.normal[kept]
        away = coat[::3, None] - surface[None]
        nearest = np.argmin(np.einsum("vki,vki->vk", away, away), axis=1)
        rows = np.arange(len(nearest))
        deep_m = -np.einsum("vi,vi->v", away[rows, nearest], normal[nearest])
        near = np.linalg.norm(away[rows, nearest], axis=1) < 0.08
        assert deep_m[near].max(initial=0.0) < 0.02


def test_the_sheets_of_a_coat_are_closed_and_their_outsides_are_out():
    coat = make_coat(1.7, 5)
    for form in (coat.draped_m, coat.hung_m):
        corner = form[coat.faces].astype(float)
        assert np.isfinite(form).all()
        volume_m3 = np.einsum("ij,ij->i", corner[:, 0], np.cross(corner[:, 1], corner[:, 2])).sum() / 6
        assert 0.001 < volume_m3 < 0.02
    sides = np.concatenate([coat.faces[:, [0, 1]], coat.faces[:, [1, 2]], coat.faces[:, [2, 0]]])
    _, count = np.unique(sides, axis=0, return_counts=True)
    assert (count == 1).all()  # no edge is run through twice the same way
