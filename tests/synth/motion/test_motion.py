"""Motion: planted feet, palms at contact, items that stay in hands, plausible joints."""

import numpy as np
import pytest

from scenes.randomness import make_rng
from synth.bodies import make_body, pose_mesh, sample_body_shape
from synth.handling.poses import compute_mouth_pose, compute_reading_pose
from synth.motion import bag_mouth_m, compute_motion
from synth.records import Act, ShopperPlan, Simulation, Trajectories

SIDES = ("left", "right")
SIZE = np.array([0.07, 0.06, 0.18])


def make_people(count, seed=3, children=()):
    rng = make_rng(seed, 0, "test/people")
    return [
        make_body(
            sample_body_shape(rng=rng, child=k in children), handedness="left" if k % 3 == 0 else "right"
        )
        for k in range(count)
    ]


def make_simulation(bodies, place, acts=(), *, duration_s=6.0, fps=20.0, present=None):
    """A simulation whose people follow `place(shopper, time) -> (x, y, heading)`."""
    time = np.arange(-4 * fps, duration_s * fps + 1) / fps
    track = np.array([[place(n, t) for n in range(len(bodies))] for t in time])
    here = np.ones(track.shape[:2], dtype=bool) if present is None else present(time)
    trajectories = Trajectories(fps, time, track[..., :2], track[..., 2], here, track[..., 2])
    plans = tuple(
        ShopperPlan("0" * 12, "p", k, -4.0, 1.0, (), (), body.shape, body.handedness)
        for k, body in enumerate(bodies)
    )
    return Simulation(plans, trajectories, tuple(acts), (), ())


def pose_at(x, y, z, yaw):
    pose = np.eye(4)
    pose[:2, :2] = [[np.cos(yaw), -np.sin(yaw)], [np.sin(yaw), np.cos(yaw)]]
    pose[:3, 3] = [x, y, z]
    return pose


def distance_to_box(world_from_item, size_m, point):
    """Distance of a point to the surface of an item's box, 0 on it; inside counts as its depth."""
    local = np.linalg.inv(world_from_item) @ np.append(point, 1.0)
    beyond = np.abs(local[:3] - [0, 0, size_m[2] / 2]) - np.asarray(size_m) / 2
    return float(np.linalg.norm(np.maximum(beyond, 0.0))) + max(0.0, -float(beyond.max()))


def joint(motion, name):
    return motion.joint_position_m[:, :, motion.joint_names.index(name)].astype(float)


def walk_and_stop(shopper, t):
    """Walk, curve to the left, stop, and turn on the spot."""
    speed = 0.8 + 0.1 * shopper
    walked = speed * min(t, 2.5)
    heading = 0.25 * max(0.0, min(t, 2.5)) + 2.0 * np.clip((t - 3.0) / 1.5, 0.0, 1.0)
    return walked, 3.0 * shopper + 0.1 * max(0.0, walked) ** 2 / 2, heading


def test_planted_feet_do_not_slide_and_no_foot_sinks():
    bodies = make_people(4, children=(2,))
    frame_time = np.arange(0, 6, 1 / 30)
    motion = compute_motion(make_simulation(bodies, walk_and_stop), bodies, frame_time_s=frame_time)
    for k, side in enumerate(SIDES):
        ball = joint(motion, f"{side}_foot")
        both = motion.foot_planted[1:, :, k] & motion.foot_planted[:-1, :, k]
        slide = np.linalg.norm(np.diff(ball, axis=0), axis=-1)[both]
        # Summed over a whole stance, not frame by frame only.
        assert both.sum() > 200
        assert slide.max() < 0.001
        assert motion.foot_planted[:, :, k].mean() > 0.5
    lowest = [
        pose_mesh(bodies[n], motion, f, n).position_m[:, 2].min() for f in range(0, 180, 9) for n in range(4)
    ]
    assert min(lowest) > -0.012
    assert max(lowest) < 0.03


def test_steps_follow_cadence_law():
    bodies = make_people(1)
    frame_time = np.arange(0, 8, 1 / 50)
    simulation = make_simulation(bodies, lambda n, t: (1.2 * t, 0.0, 0.0), duration_s=9.0)
    motion = compute_motion(simulation, bodies, frame_time_s=frame_time)
    stature = bodies[0].shape.stature_m
    lifts = sum(int((np.diff(motion.foot_planted[:, 0, k].astype(int)) == 1).sum()) for k in (0, 1))
    assert lifts / 8 * 60 == pytest.approx(np.sqrt(60 * 1.2 / (0.0064 * stature / 1.7)), rel=0.08)


HEIGHTS = [(0.25, 0.55), (0.45, 0.6), (0.75, 0.5), (1.05, 0.35), (1.35, 0.6), (1.62, 0.5), (1.2, 0.72)]


def take_and_bag(bodies, heights=HEIGHTS):
    acts = []
    for n, (height, distance) in enumerate(heights):
        hand = SIDES[n % 2]
        side = 0.12 if hand == "left" else -0.12
        item = pose_at(distance, 3.0 * n + side, height - SIZE[2] / 2, -np.pi / 2)
        acts.append(Act(n, "take", hand, 0.5, 1.5, 2.3, (n,), item, SIZE))
        acts.append(Act(n, "bag", hand, 2.8, 3.7, 4.2, (n,), None, SIZE))
    return acts


def standing(shopper, t):
    return 0.0, 3.0 * shopper, 0.0


def test_palms_reach_items_at_all_shelf_heights_and_the_bag():
    bodies = make_people(len(HEIGHTS))
    acts = take_and_bag(bodies)
    motion = compute_motion(
        make_simulation(bodies, standing, acts), bodies, frame_time_s=np.array([0.4, 1.5, 2.5, 3.7])
    )
    for n, body in enumerate(bodies):
        take = acts[2 * n]
        palm = motion.palm_m[:, n, SIDES.index(take.hand)].astype(float)
        assert distance_to_box(take.world_from_item, SIZE, palm[1]) < 0.02, (n, HEIGHTS[n])
        mouth = bag_mouth_m(np.array([0.0, 3.0 * n]), 0.0, body.shape.stature_m, body.bag_side)
        assert np.linalg.norm(palm[3] - mouth) < 0.03
        # The forearm is raised while carrying: the wrist is not below the elbow by more than a little.
        wrist, elbow = joint(motion, f"{take.hand}_wrist"), joint(motion, f"{take.hand}_elbow")
        assert wrist[2, n, 2] > elbow[2, n, 2] - 0.08


def test_items_are_continuous_and_stay_at_the_palm():
    bodies = make_people(len(HEIGHTS))
    acts = take_and_bag(bodies)
    frame_time = np.sort(np.append(np.arange(0, 5, 1 / 60), 1.5))
    motion = compute_motion(make_simulation(bodies, standing, acts), bodies, frame_time_s=frame_time)
    assert sorted(held.item_id for held in motion.held) == list(range(len(HEIGHTS)))
    for held in motion.held:
        take = acts[2 * held.item_id]
        assert held.hand == take.hand
        assert frame_time[held.frame[0]] == 1.5
        np.testing.assert_allclose(held.world_from_item[0], take.world_from_item, atol=1e-6)
        assert frame_time[held.frame[-1]] < 3.7 <= frame_time[held.frame[-1] + 1]
        palm = motion.palm_m[held.frame, held.shopper, SIDES.index(held.hand)].astype(float)
        gaps = [
            distance_to_box(pose, SIZE, point) for pose, point in zip(held.world_from_item, palm, strict=True)
        ]
        assert max(gaps) < 0.03
        step = np.linalg.norm(np.diff(held.world_from_item[:, :3, 3], axis=0), axis=1)
        assert step.max() < 0.06  # 3.6 m/s at 60 frames a second
        rotation = held.world_from_item[:, :3, :3]
        np.testing.assert_allclose(
            rotation @ rotation.transpose(0, 2, 1), np.eye(3)[None].repeat(len(rotation), 0), atol=1e-6
        )


def test_put_back_lands_exactly_and_hand_over_meets():
    bodies = make_people(2)
    shelf, other = pose_at(0.5, -0.1, 0.9, -np.pi / 2), pose_at(0.55, 0.15, 1.3, -np.pi / 2)
    between = pose_at(0.0, 0.45, 1.0, 0.0)
    acts = [
        Act(0, "take", "right", 0.2, 1.0, 1.6, (5,), shelf, SIZE),
        Act(0, "hand_over", "right", 2.0, 2.8, 3.4, (5,), between, SIZE, partner=1),
        Act(1, "receive", "right", 2.0, 2.8, 3.4, (5,), between, SIZE, partner=0),
        Act(1, "put", "right", 4.0, 5.0, 5.6, (5,), other, SIZE),
    ]

    def place(n, t):
        turn = np.clip((t - 3.4) / 0.5, 0.0, 1.0)
        return (
            (0.0, 0.0, np.pi / 2 * np.clip((t - 1.5) / 0.4, 0, 1))
            if n == 0
            else (0.0, 0.9, -np.pi / 2 * (1 - turn))
        )

    other[:3, 3] = [0.5, 0.85, 1.2]
    frame_time = np.arange(0, 121) / 20
    motion = compute_motion(make_simulation(bodies, place, acts), bodies, frame_time_s=frame_time)
    first, second = motion.held
    assert (first.shopper, second.shopper) == (0, 1)
    assert second.frame[0] == first.frame[-1] + 1 == 56
    np.testing.assert_allclose(second.world_from_item[0], between, atol=1e-6)
    np.testing.assert_allclose(first.world_from_item[-1][:3, 3], between[:3, 3], atol=0.02)
    np.testing.assert_allclose(second.world_from_item[-1][:3, 3], other[:3, 3], atol=0.02)
    for held in motion.held:
        palm = motion.palm_m[held.frame, held.shopper, SIDES.index(held.hand)].astype(float)
        assert max(map(lambda p, q: distance_to_box(p, SIZE, q), held.world_from_item, palm)) < 0.03
    giver = motion.palm_m[56, 0, 1].astype(float)
    assert distance_to_box(between, SIZE, giver) < 0.03


@pytest.mark.parametrize("count", [2, 3, 4])
def test_several_items_in_one_hand_all_touch_the_palm(count):
    bodies = make_people(1)
    shelf = pose_at(0.5, -0.1, 1.0, -np.pi / 2)
    size = np.array([0.08, 0.05, 0.12])
    single = Act(0, "take", "right", 3.0, 4.0, 4.6, (99,), pose_at(0.5, -0.2, 0.8, -np.pi / 2), SIZE)
    acts = [Act(0, "take", "right", 0.5, 1.5, 2.2, tuple(range(count)), shelf, size)]
    acts += [single] if count == 2 else []
    frame_time = np.arange(0, 100) / 20
    motion = compute_motion(make_simulation(bodies, standing, acts), bodies, frame_time_s=frame_time)
    assert len(motion.held) == count + (count == 2)
    for held in motion.held:
        palm = motion.palm_m[held.frame, 0, 1].astype(float)
        box = SIZE if held.item_id == 99 else size
        assert max(map(lambda p, q: distance_to_box(p, box, q), held.world_from_item, palm)) < 0.03


def test_joints_stay_within_limits():
    bodies = make_people(len(HEIGHTS))
    acts = take_and_bag(bodies)
    frame_time = np.arange(0, 5, 0.1)
    motion = compute_motion(make_simulation(bodies, standing, acts), bodies, frame_time_s=frame_time)
    assert np.isfinite(motion.joint_position_m).all()
    assert np.isfinite(motion.joint_rotation).all()
    forward = motion.joint_rotation[:, :, motion.joint_names.index("pelvis"), :, 0]
    for side in SIDES:
        hip, knee, ankle = (joint(motion, f"{side}_{name}") for name in ("hip", "knee", "ankle"))
        # Knees bend forward only: the knee is never behind the line from hip to ankle.
        along = (ankle - hip) / np.linalg.norm(ankle - hip, axis=-1, keepdims=True)
        bend = (knee - hip) - np.sum((knee - hip) * along, -1, keepdims=True) * along
        assert (np.sum(bend * forward, -1) > -0.01).all()
        shoulder, elbow, wrist = (joint(motion, f"{side}_{name}") for name in ("shoulder", "elbow", "wrist"))
        upper, fore = elbow - shoulder, wrist - elbow
        cos = np.sum(upper * fore, -1) / np.linalg.norm(upper, axis=-1) / np.linalg.norm(fore, axis=-1)
        assert np.degrees(np.arccos(np.clip(cos, -1, 1))).max() < 155
        hand = joint(motion, f"{side}_middle1") - wrist
        cos = np.sum(hand * fore, -1) / np.linalg.norm(hand, axis=-1) / np.linalg.norm(fore, axis=-1)
        assert np.degrees(np.arccos(np.clip(cos, -1, 1))).max() < 95


def test_bones_keep_their_lengths():
    bodies = make_people(3, children=(1,))
    motion = compute_motion(
        make_simulation(bodies, walk_and_stop), bodies, frame_time_s=np.arange(0, 5, 0.25)
    )
    for n, body in enumerate(bodies):
        skeleton = body.skeleton
        for k, parent in enumerate(skeleton.parents):
            if parent < 0:
                continue
            rest = np.linalg.norm(skeleton.joint_m[k] - skeleton.joint_m[parent])
            now = np.linalg.norm(
                motion.joint_position_m[:, n, k] - motion.joint_position_m[:, n, parent], axis=-1
            )
            np.testing.assert_allclose(now, rest, atol=2e-4)


def test_same_input_gives_the_same_motion_and_frames_do_not_depend_on_each_other():
    bodies = make_people(2)
    acts = take_and_bag(bodies, HEIGHTS[:2])
    simulation = make_simulation(bodies, standing, acts)
    times = np.arange(0, 5, 0.2)
    first = compute_motion(simulation, bodies, frame_time_s=times)
    again = compute_motion(simulation, make_people(2), frame_time_s=times)
    assert np.array_equal(first.joint_position_m, again.joint_position_m)
    assert np.array_equal(first.joint_rotation, again.joint_rotation)
    finer = compute_motion(simulation, bodies, frame_time_s=np.sort(np.append(times, times[:-1] + 0.1)))
    np.testing.assert_allclose(finer.joint_position_m[::2], first.joint_position_m, atol=1e-5)


def test_blocks_of_frames_equal_the_whole():
    bodies = make_people(2)
    simulation = make_simulation(bodies, walk_and_stop)
    times = np.arange(0, 6, 0.1)
    whole = compute_motion(simulation, bodies, frame_time_s=times)
    block = compute_motion(simulation, bodies, frame_time_s=times[37:45])
    assert np.array_equal(block.joint_position_m, whole.joint_position_m[37:45])
    assert np.array_equal(block.joint_rotation, whole.joint_rotation[37:45])


def test_absent_people_are_absent():
    bodies = make_people(2)

    def present(time):
        return np.stack([(time >= 1.0) & (time <= 3.0), np.zeros(len(time), bool)], axis=1)

    simulation = make_simulation(bodies, standing, (), present=present)
    motion = compute_motion(simulation, bodies, frame_time_s=np.arange(0, 5, 0.5))
    assert motion.present[:, 0].tolist() == [False, False, True, True, True, True, True, False, False, False]
    assert not motion.present[:, 1].any()
    assert not motion.held


def test_nobody_is_no_problem():
    empty = Simulation(
        (),
        Trajectories(
            20.0, np.zeros(1), np.zeros((1, 0, 2)), np.zeros((1, 0)), np.zeros((1, 0), bool), np.zeros((1, 0))
        ),
        (),
        (),
        (),
    )
    motion = compute_motion(empty, [], frame_time_s=np.arange(3.0))
    assert motion.joint_position_m.shape[:2] == (3, 0)


def test_what_is_read_stays_before_the_eyes_with_its_label_to_them():
    """It was taken off a shelf, its label (-y) to the person; eyes are 8 cm over and before the joint."""
    bodies = make_people(5, children=(4,))
    acts = []
    for n, body in enumerate(bodies):
        hand, side, tall_m = (
            body.handedness,
            0.12 if body.handedness == "left" else -0.12,
            body.shape.stature_m,
        )
        shelf = pose_at(0.45, 3.0 * n + side, 0.55 * tall_m, -np.pi / 2)
        acts.append(Act(n, "take", hand, 0.5, 1.5, 2.5, (n,), shelf, SIZE))
        read = compute_reading_pose((0.0, 3.0 * n), 0.0, tall_m)
        acts.append(Act(n, "read", hand, 3.0, 4.0, 7.0, (n,), read, SIZE, hold_s=2.0))
    simulation = make_simulation(bodies, standing, acts, duration_s=8.0)
    motion = compute_motion(simulation, bodies, frame_time_s=np.array([2.8, 4.0, 5.0, 5.9, 7.5]))
    for n, body in enumerate(bodies):
        held = next(h for h in motion.held if h.item_id == n)
        middle = [0, 0, SIZE[2] / 2, 1]
        for frame in (1, 2, 3):
            pose = held.world_from_item[held.frame == frame][0]
            sight_m = (joint(motion, "head")[frame, n] + [0.08, 0.0, 0.08]) - (pose @ middle)[:3]
            away_m = np.linalg.norm(sight_m)
            assert 0.2 < away_m / body.shape.stature_m < 0.44  # an arm is so long
            assert -pose[:3, 1] @ sight_m / away_m > np.cos(np.radians(35))
            ahead = motion.joint_rotation[frame, n, body.skeleton.index["head"]][:, 0]
            assert frame == 3 or -ahead @ sight_m / away_m > np.cos(np.radians(25))
        before, after = (held.world_from_item[held.frame == frame][0] for frame in (0, 4))
        assert (before @ middle)[2] < (pose @ middle)[2] - 0.1
        assert np.abs(after - before).max() < 0.02


def test_hands_reach_the_floor_and_the_mouth_and_stay_there():
    """Picking up happens near z = 0; eating brings the item's top to the face and holds it there."""
    bodies = make_people(3)
    acts = []
    for n, body in enumerate(bodies):
        hand, side = body.handedness, 0.1 if body.handedness == "left" else -0.1
        item = pose_at(0.38, 3.0 * n + side, 0.0, -np.pi / 2)
        acts.append(Act(n, "pick_up", hand, 0.5, 1.8, 2.8, (n,), item, SIZE))
        mouth = compute_mouth_pose((0.0, 3.0 * n), 0.0, body.shape.stature_m, SIZE)
        acts.append(Act(n, "sip", hand, 3.0, 4.0, 6.9, (n,), mouth, SIZE, hold_s=2.0))
    simulation = make_simulation(bodies, standing, acts, duration_s=8.0)
    motion = compute_motion(simulation, bodies, frame_time_s=np.array([0.4, 1.8, 4.0, 5.0, 5.9, 7.0]))
    for n, body in enumerate(bodies):
        palm = motion.palm_m[:, n, SIDES.index(body.handedness)].astype(float)
        assert 0.0 < palm[1, 2] < 0.2
        assert distance_to_box(acts[2 * n].world_from_item, SIZE, palm[1]) < 0.03
        assert joint(motion, "pelvis")[1, n, 2] < 0.8 * joint(motion, "pelvis")[0, n, 2]
        held = next(h for h in motion.held if h.item_id == n)
        top = held.world_from_item[held.frame == 3][0] @ [0, 0, SIZE[2], 1]
        head = joint(motion, "head")[3, n]
        assert np.linalg.norm(top[:3] - head) < 0.26
        assert np.abs(palm[3] - palm[2]).max() < 0.02
        assert np.linalg.norm(palm[5] - palm[2]) > 0.2
