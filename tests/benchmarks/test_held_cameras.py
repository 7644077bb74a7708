"""Where cameras are held that look at goods: before shelves, and before what is in a hand."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
import shapely

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store
from tests.benchmarks.conftest import BENCHMARKS


def test_a_camera_held_by_hand_has_its_target_in_the_middle_and_is_level_but_for_its_roll(measures):
    eye, target = np.array([2.0, 1.0, 1.6]), np.array([3.1, 2.4, 0.7])
    for roll in (0.0, 0.2):
        pose = measures.hold.aim(eye, target, roll)
        seen = np.linalg.inv(pose) @ np.append(target, 1.0)
        np.testing.assert_allclose(seen[:3], [0.0, 0.0, np.linalg.norm(target - eye)], atol=1e-12)
        assert np.linalg.det(pose[:3, :3]) == pytest.approx(1.0)
        right, down = pose[2, 0], pose[2, 1]  # how far up each goes
        assert down < 0
        assert np.arctan2(-right, -down) == pytest.approx(roll)


HEAD_M, FAR_M, NEAR_M = np.array([1.0, 2.0, 1.6]), np.array([1.6, 2.4, 1.1]), np.array([1.1, 2.1, 1.4])
BODY = {"pelvis": -0.7, "spine": -0.5, "chest": -0.3, "neck": -0.1, "head": 0.0}  # over the head's joint


class _Held:
    """Tables of a clip of six frames: who has what in a hand (item, place, from when), and palms by trip.

    The palm of a trip may be one (3,) or one a frame (6, 3); items are of `loose` or are packs.
    """

    def __init__(self, events, palms_m, loose=()):
        self.events, self.palms_m, self.loose = events, palms_m, loose

    def row(self, clip_id):
        return {"store_id": "a shop"}

    def catalogue(self, store_id):
        return pa.Table.from_pylist(
            [{"sku": "apple", "package": "fruit"}, {"sku": "milk", "package": "carton"}]
        )

    def clip(self, clip_id):
        arms = [f"{side}_{joint}" for side in ("left", "right") for joint in ("shoulder", "elbow", "wrist")]
        return {"joint_names": [*BODY, *arms]}

    def table(self, clip_id, name):
        if name == "events":
            names = ("item_id", "to_place", "time_s")
            rows = [dict(zip(names, event, strict=True)) for event in self.events]
            kinds = ["apple" if row["item_id"] in self.loose else "milk" for row in rows]
            return pa.Table.from_pylist([row | {"sku": sku} for row, sku in zip(rows, kinds, strict=True)])
        rows = []
        for frame in range(6):
            for number, (trip, palm_m) in enumerate(self.palms_m.items()):
                aside_m = np.array([0.0, 3.0 * number, 0.0])  # of each other
                body_m = [HEAD_M + aside_m + [0, 0, up_m] for up_m in BODY.values()]
                arm_m = [HEAD_M + aside_m + [0, 0, up_m] for up_m in (-0.25, -0.5, -0.75)]
                row = {"frame": frame, "time_s": float(frame), "trip_code": trip}
                row["joints_m"] = np.concatenate([*body_m, *arm_m, *arm_m]).tolist()
                for side in ("left", "right"):
                    here_m = np.broadcast_to(palm_m, (6, 3))[frame] + aside_m
                    row |= {f"{side}_palm_{axis}_m": here_m[k] for k, axis in enumerate("xyz")}
                rows.append(row)
        return pa.Table.from_pylist(rows)


def test_a_camera_before_a_hand_is_between_eyes_and_palm_while_the_hand_is_at_rest(measures):
    looks = measures.in_hand
    held = _Held(
        (
            (7, "hand:A:right", 1.0),  # at rest at 2 and 3 s
            (8, "hand:B:left", -9.0),  # too near to the eyes for a camera in between
            (9, "hand:C:right", 1.1),  # moves again, or no longer, at 2 s
            (9, "slot:2", 2.3),
            (7, "slot:3", 4.0),
            (7, "hand:A:right", 4.3),  # not yet at rest at 5 s
        ),
        {"A": FAR_M, "B": NEAR_M, "C": FAR_M},
    )
    for seed in range(20):
        rng = np.random.Generator(np.random.PCG64(seed))
        moments = looks.find_moments(held, "clip-000000", rng=rng)
        assert [moment["frame"] for moment in moments] == [2]
        pose = np.array(moments[0]["world_from_cam"])
        ahead = (FAR_M - HEAD_M)[:2] / np.hypot(*(FAR_M - HEAD_M)[:2])
        to_eyes_m = HEAD_M + [*(looks.EYES_AHEAD_M * ahead), looks.EYES_OVER_JOINT_M] - FAR_M
        from_palm_m = pose[:3, 3] - FAR_M
        away_m = np.linalg.norm(from_palm_m)
        assert looks.AWAY_M[0] <= away_m <= looks.AWAY_M[1]
        np.testing.assert_allclose(from_palm_m / away_m, to_eyes_m / np.linalg.norm(to_eyes_m))
        assert pose[:3, 2] @ from_palm_m / away_m < -np.cos(5 * looks.ASIDE_M / looks.AWAY_M[0])


def test_cameras_are_before_packs_first_and_when_these_are_nearest_to_the_eyes(measures):
    looks, trips = measures.in_hand, "ABCDEFG"
    events = [(number, f"hand:{trip}:left", -1.0) for number, trip in enumerate(trips)]
    way_m = (FAR_M - HEAD_M) / np.linalg.norm(FAR_M - HEAD_M)
    away_m = np.array([[1.0, 0.9, 0.8, 0.7, 0.8, 0.9]]).T + 0.01 * np.arange(len(trips))
    palms_m = {trip: HEAD_M + np.outer(away_m[:, n], way_m) for n, trip in enumerate(trips)}
    held = _Held(events, palms_m, loose=(0, 1, 5))
    moments = looks.find_moments(held, "clip-000000", rng=np.random.Generator(np.random.PCG64(0)))
    assert [moment["frame"] for moment in moments] == [3] * looks.COUNT
    whose = [round(moment["world_from_cam"][1][3] / 3.0 - 2.3 / 3.0) for moment in moments]
    assert whose == [2, 3, 4, 6]


def test_cameras_before_hands_are_so_many_at_most_and_outside_of_people(measures):
    looks, trips = measures.in_hand, "ABCDEF"
    events = [(number, f"hand:{trip}:left", -1.0) for number, trip in enumerate(trips)]
    for palm_m, count in ((FAR_M, looks.COUNT), (HEAD_M + [0.15, 0.0, -0.9], 0)):  # before them, at the belly
        held = _Held(events, dict.fromkeys(trips, palm_m))
        moments = looks.find_moments(held, "clip-000000", rng=np.random.Generator(np.random.PCG64(0)))
        assert len(moments) == count
        eyes_m = np.array([moment["world_from_cam"] for moment in moments]).reshape(-1, 4, 4)[:, :3, 3]
        assert len(np.unique(eyes_m.round(3), axis=0)) == count


def test_clips_are_made_anew_only_where_there_is_a_moment(measures, monkeypatch, tmp_path):
    """By the words that were asked for, but for the clip, with its cameras where its moments say."""
    import cli.main
    from synth import pipeline

    clips, asked, made = {"shop-000004": 2, "shop-000005": 0, "shop-000007": 1}, [], []
    poses = {
        clip: [np.diag([1.0, 1, 1, number + 1]).tolist() for number in range(k)] for clip, k in clips.items()
    }
    moments = {clip: [{"frame": 0, "world_from_cam": pose} for pose in some] for clip, some in poses.items()}
    monkeypatch.setattr(pipeline, "make_store", lambda scenario: make_store(scenario))
    scenario = sample_scenario(
        load_config("everyday", ("store.width_m=6", "store.depth_m=5")), seed=1, index=4
    )

    def run(words, **_):
        asked.append(words)
        index = int(words[words.index("--first") + 1])
        store = pipeline.make_store(replace(scenario, index=index))
        made.append([camera.world_from_cam.tolist() for camera in store.cameras])

    monkeypatch.setattr(cli.main, "app", run)
    measures.in_hand.generate(["generate", "shop", "--clips", "9"], moments, tmp_path)
    for words, clip, index in zip(asked, ("shop-000004", "shop-000007"), ("4", "7"), strict=True):
        only = ["--first", index, "--clips", "1", "-o", str(tmp_path / clip)]
        assert words == ["generate", "shop", "--clips", "9", *only]
    assert made == [poses["shop-000004"], poses["shop-000007"]]


def test_a_run_that_fails_ends_the_benchmark(measures, monkeypatch, tmp_path):
    import cli.main
    from synth import pipeline

    monkeypatch.setattr(pipeline, "make_store", make_store)
    monkeypatch.setattr(cli.main, "app", lambda words, **_: 4)
    moments = {"shop-000000": [{"frame": 0, "world_from_cam": np.eye(4).tolist()}]}
    with pytest.raises(SystemExit, match="4"):
        measures.in_hand.generate(["generate", "shop"], moments, tmp_path)


def test_who_holds_a_camera_stands_on_the_floor_and_sees_goods_in_the_middle(measures):
    """What is loose from above, no farther than 0.9 m; nobody's camera is in a rack below a board."""
    place = BENCHMARKS / "looks" / "places" / "greengrocer" / "greengrocer.yaml"
    store = make_store(sample_scenario(load_config(place), seed=4, index=0))
    plan, package = store.planogram, store.catalogue.package
    fronts_m, out = plan.world_from_slot[:, :3, 3], -plan.world_from_slot[:, :3, 1]
    loose = np.array([package[product] == measures.hold.LOOSE for product in plan.product])
    away_m = measures.hold.read_away(["generate", str(place), "-o", "somewhere"])
    assert away_m == (0.25, 0.8)
    assert measures.hold.read_away(["generate", "everyday"]) == measures.hold.AWAY_M
    poses = measures.hold.sample_poses(store, away_m=away_m, rng=np.random.Generator(np.random.PCG64(1)))
    assert len(poses) == measures.hold.COUNT
    # What each may look at: over the board's edge, or in a heap up to DEEP of its depth behind that.
    begin_m = fronts_m + np.array([0, 0, measures.hold.OVER_BOARD_M])
    behind_m = -(np.where(loose, measures.hold.DEEP, 0.0) * plan.depth_m)[:, None] * out
    seen_loose = 0
    for pose in poses:
        eye_m, forward = pose[:3, 3], pose[:3, 2]
        across = np.eye(3) - np.outer(forward, forward)
        start, way = (begin_m - eye_m) @ across, behind_m @ across
        length2 = np.maximum((way**2).sum(axis=1), 1e-12)
        share = np.clip(-(start * way).sum(axis=1) / length2, 0.0, 1.0)[:, None]
        off_m = np.linalg.norm(start + share * way, axis=1)
        slot = int(np.argmin(off_m))
        assert off_m[slot] < 1e-6
        target_m = begin_m[slot] + share[slot] * behind_m[slot]
        assert (target_m - eye_m) @ forward > 0
        assert (eye_m - fronts_m[slot]) @ out[slot] > 0 or plan.height_m[slot] > measures.hold.OPEN_M
        feet_m = eye_m + (measures.hold.ARM_M if loose[slot] else 0.0) * out[slot]
        assert store.layout.walkable.contains(shapely.Point(feet_m[:2]))
        if loose[slot]:
            seen_loose += 1
            assert forward[2] < 0
            # Over the lowest boards no camera is nearer to the floor than 0.7 m, and so farther off.
            assert np.linalg.norm(target_m - eye_m) < measures.hold.LOOSE_AWAY_M[1] + 0.05
    assert seen_loose >= 3
