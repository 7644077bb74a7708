"""Footsteps under paths: nobody's depend on who else walks, and feet keep to the law of their places."""

import numpy as np

from synth.motion.footsteps import SHUFFLE_M, TOE_OUT_RAD, Path, plan_footsteps

STANCE_M, STATURE_M = (0.05, 0.09), 1.7


def make_path(seed, duration_s):
    """Walks, stands and turns by turns."""
    rng = np.random.default_rng(seed)
    time_s = rng.uniform(0, 1) + np.arange(0.0, duration_s, 0.05)
    speed = np.clip(2.0 * np.sin(rng.uniform(0.3, 0.9) * time_s + rng.uniform(0, 6)), 0.0, 1.4)
    heading = np.cumsum(0.05 * np.sin(0.4 * time_s + rng.uniform(0, 6)))
    step = 0.05 * speed[:, None] * np.stack([np.cos(heading), np.sin(heading)], axis=1)
    return Path(time_s, np.cumsum(step, axis=0), heading, heading)


def plan(paths):
    stance_m, stature_m = np.tile(STANCE_M, (len(paths), 1)), np.full(len(paths), STATURE_M)
    return plan_footsteps(paths, stance_m=stance_m, stature_m=stature_m)


def test_steps_are_the_same_alone_and_in_a_crowd():
    paths = [make_path(seed, 6.0 + seed) for seed in range(8)]
    for path, together in zip(paths, plan(paths), strict=True):
        for foot, alone in zip(together, plan([path])[0], strict=True):
            assert len(foot.lift_s) > 3
            for name, value in vars(foot).items():
                np.testing.assert_array_equal(value, getattr(alone, name))


def test_feet_take_turns_and_land_in_order():
    for left, right in plan([make_path(seed, 20.0) for seed in range(20)]):
        for foot in (left, right):
            assert (np.diff(foot.land_s) > 0).all()
            assert (foot.lift_s[1:] > foot.land_s[:-1]).all()
            assert (foot.land_s > foot.lift_s).all()
        # No foot lifts before the other has landed.
        for one, other in ((left, right), (right, left)):
            latest = np.searchsorted(other.lift_s, one.lift_s[1:], side="right") - 1
            assert (other.land_s[latest] <= one.lift_s[1:] + 1e-9).all()


def test_who_comes_to_stand_ends_with_both_feet_where_they_belong():
    time_s = np.arange(0.0, 9.0, 0.05)
    walked, heading = 1.2 * np.minimum(time_s, 4.0), np.clip(time_s - 5.0, 0.0, 1.5)
    path = Path(time_s, np.stack([walked, np.zeros_like(walked)], axis=1), heading, heading)
    ahead, side = np.array([np.cos(1.5), np.sin(1.5)]), np.array([-np.sin(1.5), np.cos(1.5)])
    for foot, sign in zip(plan([path])[0], (1.0, -1.0), strict=True):
        home_m = [4.8, 0.0] + STANCE_M[0] * ahead + sign * STANCE_M[1] * side
        assert np.linalg.norm(foot.ball_m[-1] - home_m) < SHUFFLE_M
        assert abs(foot.yaw_rad[-1] - 1.5 - sign * TOE_OUT_RAD) < 0.42
