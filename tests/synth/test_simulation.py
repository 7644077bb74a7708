"""What people do in a clip, whatever the preset: how they walk, reach, and hand over, and where items end."""

import math
from dataclasses import replace
from unittest import mock

import numpy as np
import pytest
import shapely

from scenes.config.loader import list_presets, load_config
from scenes.distributions import Constant
from scenes.goods.heaps import find_heaps
from scenes.sampling import sample_scenario
from synth.ledger import parse_place
from synth.ledger.placement import add_brought_items
from synth.motion import bag_mouth_m
from synth.simulation import simulate
from synth.walking.conduct import FLEEING_PACE
from synth.walking.crowd import WALL_CLEARANCE_M
from synth.walking.stops import REACH_M
from tests.synth.light_bodies import choose_body_shape
from tests.synth.pacing import find_pacing, find_turns
from tests.synth.shops import find_store
from tests.synth.tiny_store import MIXED, make_scenario, make_store

# (kind of the act, kind of its event) where they differ: hands only take, put and touch.
REACHES = {("touch", "knock"), ("put", "return"), ("put", "drop"), ("put", "bag"), ("unbag", "restock")}
REACHES |= {("hand_over", "put"), ("hand_over", "return")}  # into the hand of staff, who are the shop
TO_STRANGERS = ("hand_to_stranger", "take_for_other_group")


@pytest.fixture(scope="module")
def clips():
    """(store, scenario, simulation): every preset once, and a busy tiny store."""
    found = []
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        for preset in list_presets():
            if preset != "coach_party":  # test_conservation has it
                scenario = sample_scenario(load_config(preset), seed=3, index=1)
                store = find_store(scenario)
                found.append((store, scenario, simulate(scenario, store)))
        store = make_store()
        shoppers = {"count": 12, "group_size": Constant(2), "arrival_window_s": 20.0}
        scenario = make_scenario(shoppers=shoppers, behaviours=MIXED, clip={"duration_s": 90.0})
        found.append((store, scenario, simulate(scenario, store)))
    return found


def at(paths, n, time_s):
    """Position and heading of a person at an instant."""
    position_m = [np.interp(time_s, paths.time_s, paths.position_m[:, n, axis]) for axis in (0, 1)]
    heading = np.unwrap(paths.heading_rad[:, n])
    return np.array(position_m), float(np.interp(time_s, paths.time_s, heading))


def afoot(simulation):
    """(N,) who moves by themselves; where children on the arm are is tested with them, to the nanometre."""
    return np.array([not plan.carried_by for plan in simulation.plans], bool)


def test_paths_span_the_warm_up_and_the_clip(clips):
    for _, scenario, simulation in clips:
        paths, clip = simulation.trajectories, scenario.clip
        assert paths.fps == 20.0
        assert paths.time_s[0] == pytest.approx(-clip.warmup_s)
        assert clip.duration_s <= paths.time_s[-1] < clip.duration_s + 0.05
        assert np.diff(paths.time_s) == pytest.approx(0.05)
        shape = (len(paths.time_s), len(simulation.plans))
        assert paths.position_m.shape == (*shape, 2)
        assert paths.heading_rad.shape == paths.present.shape == shape
        assert np.isfinite(paths.position_m).all()


def test_people_are_present_between_their_enter_and_their_exit(clips):
    for _, _, simulation in clips:
        paths = simulation.trajectories
        doors = {(e.kind, e.trip_code): e.time_s for e in simulation.events if e.item_id == -1}
        for n, plan in enumerate(simulation.plans):
            enter = doors["enter", plan.trip_code]
            assert plan.arrival_s == enter
            leave = doors.get(("exit", plan.trip_code), math.inf)
            expected = (paths.time_s >= enter - 1e-9) & (paths.time_s < leave - 1e-9)
            assert np.array_equal(paths.present[:, n], expected)


def list_acts_afoot(simulation):
    """The acts of those; what children do on the arm is measured from their adults, with them."""
    own = afoot(simulation)
    return [act for act in simulation.acts if own[act.shopper]]


def test_no_centre_is_ever_inside_or_too_near_a_fixture(clips):
    for store, _, simulation in clips:
        paths = simulation.trajectories
        everybody = shapely.points(paths.position_m[paths.present])
        spots = shapely.points(paths.position_m[paths.present & afoot(simulation)])
        for fixture in store.layout.fixtures:
            away_m = shapely.distance(shapely.Polygon(fixture.footprint_m), spots)
            assert away_m.min() >= 0.95 * WALL_CLEARANCE_M, fixture.name
        assert shapely.covers(store.layout.walkable, everybody).all()


def test_people_keep_their_distance(clips):
    near = frames = 0
    for _, _, simulation in clips:
        paths = simulation.trajectories
        codes = [plan.trip_code for plan in simulation.plans]
        own = 9 * np.eye(len(codes))
        for child, plan in enumerate(simulation.plans):
            if plan.carried_by:
                adult = codes.index(plan.carried_by)
                own[child, adult] = own[adult, child] = 9
        for k in range(0, len(paths.time_s), 2):
            here = np.flatnonzero(paths.present[k])
            spots = paths.position_m[k][here]
            if len(spots) > 1:
                apart_m = np.linalg.norm(spots[:, None] - spots[None], axis=2) + own[np.ix_(here, here)]
                near += apart_m.min() < 0.25
                frames += 1
    assert frames > 1000
    assert near <= 0.01 * frames


def test_people_walk_at_human_speed_and_turn_smoothly(clips):
    shares = []
    for _, scenario, simulation in clips:
        paths = simulation.trajectories
        both = paths.present[1:] & paths.present[:-1] & afoot(simulation)
        speed_mps = np.linalg.norm(np.diff(paths.position_m, axis=0), axis=2)[both] * paths.fps
        turn_radps = (
            np.abs((np.diff(paths.heading_rad, axis=0)[both] + np.pi) % (2 * np.pi) - np.pi) * paths.fps
        )
        hurry = FLEEING_PACE if scenario.journeys.evacuate else 1.0
        assert speed_mps.max() < hurry * max(p.speed_mps for p in simulation.plans) + 0.2
        assert turn_radps.max() < 2.7
        ahead = np.stack([np.cos(paths.heading_rad[:-1]), np.sin(paths.heading_rad[:-1])], 2)[both]
        step = np.diff(paths.position_m, axis=0)[both] * paths.fps
        forward = np.sum(ahead * step, axis=1)[speed_mps > 0.5] / speed_mps[speed_mps > 0.5]
        # The rest are steps aside: for somebody, for a door that opens.
        shares.append(np.mean(forward > 0.7))
    assert min(shares) > 0.96
    assert sorted(shares)[1] > 0.975, "one crowded clip may have more of them than others"
    assert np.median(shares) > 0.99


def test_nobody_paces_to_and_fro(clips):
    assert [find_pacing(simulation) for _, _, simulation in clips] == [[]] * len(clips)


def test_pacing_is_found_in_paths(clips):
    along_m = np.array([*range(0, 11), *range(9, -1, -1)] * 3) / 10
    spots_m = np.stack([along_m, np.full(len(along_m), 0.5)], axis=1)
    assert find_turns(spots_m.tolist())[:6] == [0, 10, 20, 31, 41, 52]
    assert find_turns([[min(x, 10) / 10, 0.5] for x in range(30)]) == [0, 29]
    time_s, present = np.arange(len(along_m)) / 5, np.ones((len(along_m), 1), bool)
    paths = replace(clips[0][2].trajectories, time_s=time_s, position_m=spots_m[:, None], present=present)
    paced = replace(clips[0][2], trajectories=paths, acts=())
    assert find_pacing(paced) == [(0, 0.0), (0, 2.0)]
    assert find_pacing(replace(paced, trajectories=replace(paths, time_s=3 * time_s))) == []


def test_people_stand_still_and_face_their_goal_while_they_reach(clips):
    acts = 0
    for _, _, simulation in clips:
        paths = simulation.trajectories
        for act in list_acts_afoot(simulation):
            during = (paths.time_s >= act.start_s) & (paths.time_s <= act.end_s)
            if not during.any():  # two who reach together have agreed on a moment after the clip's end
                continue
            spots = paths.position_m[during, act.shopper]
            assert np.ptp(spots, axis=0).max() < 1e-9
            # Of what goes into trolleys and baskets, tests/synth/test_carts.py says where people face.
            if act.world_from_item is None or act.kind in ("sip", "read", "conceal", "bag", "unbag"):
                continue
            position_m, heading_rad = at(paths, act.shopper, act.contact_s)
            dx, dy = act.world_from_item[:2, 3] - position_m
            ahead_m = math.cos(heading_rad) * dx + math.sin(heading_rad) * dy
            left_m = math.cos(heading_rad) * dy - math.sin(heading_rad) * dx
            # Stops are at most 6 cm off; into somebody else's bag one stretches.
            most_m = REACH_M[1] + (0.01 if act.kind != "put" or act.partner < 0 else 0.12)
            assert REACH_M[0] - 0.06 <= math.hypot(ahead_m, left_m) <= most_m
            assert ahead_m > abs(left_m)
            acts += 1
    assert acts > 100


def test_goals_are_at_heights_that_arms_reach(clips):
    for _, _, simulation in clips:
        for act in list_acts_afoot(simulation):
            if act.world_from_item is not None and act.kind not in (
                "sip",
                "read",
                "drop",
                "pick_up",
                "conceal",
            ):
                centre_m = act.world_from_item @ [0.0, 0.0, act.size_m[2] / 2, 1.0]  # it may lie
                stature_m = simulation.plans[act.shopper].body.stature_m
                assert 0.2 <= centre_m[2] <= 0.95 * stature_m


def test_each_event_of_an_item_happens_at_the_contact_of_its_act(clips):
    for _, scenario, simulation in clips:
        index = {plan.trip_code: n for n, plan in enumerate(simulation.plans)}
        acts = {
            (a.contact_s, a.shopper, item): a
            for a in simulation.acts
            if a.kind not in ("receive", "sip", "read")
            for item in a.item_ids
        }
        with_bags = {(a.contact_s, a.shopper): a for a in simulation.acts if a.bag or a.coat}
        moved = [e for e in simulation.events if e.item_id >= 0 and e.kind not in ("exit", "bring")]
        for event in moved:
            if event.kind in ("swap", "set_down", "take_up"):
                act = with_bags[event.time_s, index[event.trip_code]]
                assert (act.kind, act.hand, act.behaviour) == (event.kind, event.hand, event.behaviour)
                continue
            act = acts.pop((event.time_s, index[event.trip_code], event.item_id))
            if act.kind != event.kind:
                assert (act.kind, event.kind) in REACHES
            assert event.item_id in act.item_ids
            assert event.behaviour == act.behaviour
            assert act.hand == event.hand
            if act.world_from_item is not None and event.item_id == act.item_ids[0]:
                centre_m = (act.world_from_item @ [0, 0, act.size_m[2] / 2, 1])[:3]  # it may lie on its side
                assert event.point_m == pytest.approx(centre_m)
            lies = event.kind in ("put", "touch", "drop", "return") and act.kind != "hand_over"
            if lies and (act.kind, event.kind) != ("put", "drop"):
                assert np.array_equal(event.world_from_item, act.world_from_item)
        # What is left over has its contact after the clip's end.
        assert all(act.contact_s > scenario.clip.duration_s for act in acts.values())


def test_bag_events_are_at_the_bags_mouth(clips):
    for _, _, simulation in clips:
        for event in simulation.events:
            if event.kind in ("bag", "unbag"):
                bag = event.to_place if event.kind == "bag" else event.from_place
                if not bag.startswith("bag:"):
                    continue
                n = [p.trip_code for p in simulation.plans].index(parse_place(bag).trip_code)
                plan = simulation.plans[n]
                position_m, heading_rad = at(simulation.trajectories, n, event.time_s)
                mouth_m = bag_mouth_m(position_m, heading_rad, plan.body.stature_m, plan.bag_side)
                assert np.linalg.norm(event.point_m - mouth_m) < 0.06


def test_one_thing_at_a_time(clips):
    for _, _, simulation in clips:
        for n in range(len(simulation.plans)):
            mine = sorted((a.start_s, a.end_s) for a in simulation.acts if a.shopper == n)
            assert all(start < end for start, end in mine)
            assert all(a[1] <= b[0] for a, b in zip(mine, mine[1:], strict=False))
        for act in simulation.acts:
            assert act.start_s < act.contact_s < act.end_s
            assert 0.35 <= act.contact_s - act.start_s <= 2.5


def test_hand_overs_have_two_sides_at_one_contact(clips):
    pairs = 0
    for _, _, simulation in clips:
        receives = {(a.contact_s, a.partner): a for a in simulation.acts if a.kind == "receive"}
        for giving in (a for a in simulation.acts if a.kind == "hand_over"):
            receiving = receives.pop((giving.contact_s, giving.shopper))
            assert giving.partner == receiving.shopper
            assert np.array_equal(giving.world_from_item, receiving.world_from_item)
            plans = [simulation.plans[a.shopper] for a in (giving, receiving)]
            strangers = giving.behaviour in TO_STRANGERS or plans[1].role == "staff"
            assert (plans[0].group != plans[1].group) == strangers
            if giving.start_s > simulation.trajectories.time_s[-1]:  # agreed on, but after the clip
                continue
            if not afoot(simulation)[giving.shopper]:
                continue
            spots = [at(simulation.trajectories, a.shopper, a.contact_s) for a in (giving, receiving)]
            gap_m = np.linalg.norm(spots[0][0] - spots[1][0])
            assert 0.66 <= gap_m <= 0.94
            assert math.cos(spots[0][1] - spots[1][1]) < -0.9
            middle_m = (spots[0][0] + spots[1][0]) / 2
            assert giving.world_from_item[:2, 3] == pytest.approx(middle_m, abs=1e-6)
            pairs += 1
        assert not receives
    assert pairs >= 1


def test_events_are_in_order_and_inside_the_clip(clips):
    for _, scenario, simulation in clips:
        assert [e.event_id for e in simulation.events] == list(range(len(simulation.events)))
        times = [e.time_s for e in simulation.events]
        assert times == sorted(times)
        assert -scenario.clip.warmup_s <= times[0]
        assert times[-1] <= scenario.clip.duration_s


def test_put_items_stand_free_in_their_slots(clips):
    """On the board, on the foremost of the stacks there or in a hollow, and nothing is where another is."""
    puts = stacked = heaps = 0
    for store, _, simulation in clips:
        heaped = find_heaps(store.planogram, store.catalogue)
        store = add_brought_items(store, simulation)
        place = {item: f"slot:{slot}" for item, slot in enumerate(store.item_slot) if slot >= 0}
        pose = dict(enumerate(store.world_from_item))
        for event in simulation.events:
            if event.item_id >= 0:
                place[event.item_id], pose[event.item_id] = event.to_place, event.world_from_item
            if event.kind not in ("put", "return") or not event.to_place.startswith("slot:"):
                continue
            slot = int(event.to_place[5:])
            local = np.linalg.inv(store.planogram.world_from_slot[slot]) @ event.world_from_item
            size_m = store.catalogue.size_m[store.item_product[event.item_id]]
            if heaped[slot]:  # over the plates of its slot, its middle in its slot
                plates = list(store.planogram.slot_plates[slot])
                slot_from_world = np.linalg.inv(store.planogram.world_from_slot[slot])
                plate_m = (slot_from_world @ store.planogram.plate_m[plates])[:, 0, 3]
                half_m = store.planogram.plate_size_m[plates, 0] / 2
                reach_m = np.abs(local[0, :2]) @ size_m[:2] / 2  # of its box, however it is turned
                assert (plate_m - half_m).min() <= local[0, 3] - reach_m + 1e-6
                assert (plate_m + half_m).max() >= local[0, 3] + reach_m - 1e-6
                assert abs(local[0, 3]) <= store.planogram.width_m[slot] / 2 + 1e-6
            else:
                assert abs(local[0, 3]) + size_m[0] / 2 <= store.planogram.width_m[slot] / 2 + 1e-6
            assert local[1, 3] - size_m[1] / 2 >= -1e-6
            under = 0.0
            if heaped[slot] and local[2, 3] > 0.01:
                heaps += lies_on_two(event.item_id, place, pose, size_m)
            else:
                under = find_under(event.item_id, place, pose, store.catalogue.size_m[store.item_product])
                assert local[2, 3] == pytest.approx(under, abs=1e-9)
            assert local[2, 3] + size_m[2] < store.planogram.height_m[slot]
            puts, stacked = puts + 1, stacked + (under > 0.0)
    assert puts > 5
    assert stacked > 0


def lies_on_two(item, place, pose, size_m):
    """Whether an item touches just two of its like, which lie lower, all taken for balls."""
    others = [k for k, where in place.items() if where == place[item] and k != item]
    away = np.array([pose[item][:3, 3] - pose[k][:3, 3] for k in others]) / size_m[1]
    away[:, 2] *= size_m[1] / size_m[2]
    apart = np.linalg.norm(away, axis=1)
    touched = np.isclose(apart, 0.97)
    assert (apart[~touched] > 0.9).all()
    assert (away[touched, 2] > 0).all()
    return touched.sum() == 2


def find_under(item, place, pose, size_m):
    """How high over its board what stands under an item of a slot reaches, 0 where it stands on the board."""
    here = pose[item][:3, 3]
    others = [k for k, where in place.items() if where == place[item] and k != item]
    same = [k for k in others if np.linalg.norm(pose[k][:2, 3] - here[:2]) < 0.3 * size_m[k, :2].min()]
    assert all(pose[k][2, 3] + size_m[k, 2] <= here[2] + 1e-9 for k in same), "it goes on top"
    heights = sorted(size_m[k, 2] for k in same)
    assert np.ptp(heights or [0.0]) == 0.0
    return float(sum(heights))
