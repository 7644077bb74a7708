"""Where people put their feet: footsteps planned under given paths.

In: shoppers' paths over the floor. Out: the steps of each foot, in order. A path is known to its end, so a
step lands where the body will be in the middle of the stance that it begins, and people stop, start and turn
on the spot without sliding. Everybody's next steps are found together, one after the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synth.motion.rotations import length

# Walk ratio: step length / cadence is constant, cadence = sqrt(60 v / 0.0064) steps a minute
# (Sekiya and Nagasaki 1998: 0.0064 m per step/min for adults).
WALK_RATIO = 0.0064
ADULT_STATURE_M = 1.7  # of the adults that it was measured on; it grows with the legs
STEP_TIME_S = (0.34, 0.95)  # limits of the time from one foot's lift to the other's
SWING_SHARE = 0.78  # of the step time a foot is in the air (Perry 1992: 40 % of the stride)
STANDING_SPEED_MPS = 0.16
SHUFFLE_M = 0.07  # standing feet follow when they are this far from under the hips
SHUFFLE_RAD = 0.42  # or turned this far away
SHUFFLE_S = 0.5  # time of such a step
TOE_OUT_RAD = 0.11
AHEAD_S = 0.35  # people's feet answer to where they will be in this time
SAMPLE_S = 0.02
LOOK = np.arange(128)  # samples ahead at which who stands may have to step


@dataclass(frozen=True)
class Path:
    """One shopper's way: (T,) times, (T, 2) positions, (T,) unwrapped headings, of what they push too."""

    time_s: np.ndarray
    position_m: np.ndarray
    heading_rad: np.ndarray
    gear_rad: np.ndarray

    def at(self, time_s: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
        """Position (..., 2) and heading (...) by linear interpolation; the ends are held."""
        x = np.interp(time_s, self.time_s, self.position_m[:, 0])
        y = np.interp(time_s, self.time_s, self.position_m[:, 1])
        return np.stack([x, y], axis=-1), np.interp(time_s, self.time_s, self.heading_rad)

    def since(self, time_s: float) -> "Path":
        """The same way from a time on, or its last moment."""
        begin = np.clip(np.searchsorted(self.time_s, time_s), 0, len(self.time_s) - 1)
        return Path(*(values[begin:] for values in vars(self).values()))


@dataclass(frozen=True)
class Footsteps:
    """Steps of one foot, in order; the first one is where the foot stands at the beginning.

    Attributes:
        lift_s, land_s: (S,) when the foot leaves the floor for this place and when it is there.
        ball_m: (S, 2) place of the ball of the foot on the floor.
        yaw_rad: (S,) its direction, unwrapped.
    """

    lift_s: np.ndarray
    land_s: np.ndarray
    ball_m: np.ndarray
    yaw_rad: np.ndarray


def compute_cadence(
    speed_mps: np.ndarray | float, stature_m: np.ndarray | float = ADULT_STATURE_M
) -> np.ndarray:
    """Steps a minute at a walking speed; the short take shorter, quicker steps.

    >>> compute_cadence(1.3).round(), compute_cadence(1.3, 1.1).round()
    (np.float64(110.0), np.float64(137.0))
    """
    return np.sqrt(60.0 * speed_mps / (WALK_RATIO * stature_m / ADULT_STATURE_M))


class _Homes:
    """Where the feet would stand under each of P bodies, and the bodies, sampled one path after the other.

    Attributes:
        start_s, end_s: (P,) of the paths.
        first: (P,) number of each path's first sample.
        body_m: (N, 2) where the bodies are.
        foot: (N, 2, 3) place and yaw of the left and the right foot.
    """

    def __init__(self, paths: Sequence[Path], stance_m: np.ndarray):
        """Sample paths every SAMPLE_S; `stance_m` (P, 2) is ahead and to the side."""
        self.start_s, self.end_s = np.array([(path.time_s[0], path.time_s[-1]) for path in paths]).T
        times_s = [
            np.arange(*span, SAMPLE_S) for span in zip(self.start_s, self.end_s + SAMPLE_S, strict=True)
        ]
        count = np.array([len(time_s) for time_s in times_s])
        self._last = np.cumsum(count) - 1
        self.first = self._last + 1 - count
        places = [path.at(time_s) for path, time_s in zip(paths, times_s, strict=True)]
        self.body_m = np.concatenate([position_m for position_m, _ in places])
        heading = np.concatenate([heading for _, heading in places])
        ahead_m, aside_m = np.repeat(stance_m, count, axis=0).T
        cos, sin = np.cos(heading), np.sin(heading)
        self.foot = np.empty((len(heading), 2, 3))
        for side, sign in enumerate((1.0, -1.0)):
            self.foot[:, side, 0] = self.body_m[:, 0] + ahead_m * cos - sign * aside_m * sin
            self.foot[:, side, 1] = self.body_m[:, 1] + ahead_m * sin + sign * aside_m * cos
            self.foot[:, side, 2] = heading + sign * TOE_OUT_RAD

    def find(self, who: np.ndarray, time_s: np.ndarray) -> np.ndarray:
        """Numbers (K,) of the samples nearest to times (K,); the last is held, no rounding decides a tie."""
        after = ((time_s - self.start_s[who]) / SAMPLE_S + 0.500001).astype(np.intp)
        return self.hold(who, self.first[who] + after)

    def hold(self, who: np.ndarray, sample: np.ndarray) -> np.ndarray:
        """Samples (K, ...), the last of each person's (K,) instead of later ones."""
        last = self._last[who].reshape(-1, *[1] * (sample.ndim - 1))
        return np.minimum(sample, last)


def plan_footsteps(
    paths: Sequence[Path], *, stance_m: np.ndarray, stature_m: np.ndarray
) -> list[tuple[Footsteps, Footsteps]]:
    """Plan the steps of the left and the right foot along each of P paths.

    Args:
        paths: The ways.
        stance_m: (P, 2) ahead and to the side, where the left ball is from under the body when standing.
        stature_m: (P,) set the length of steps; a foot that lags more than 0.3 of it hurries.
    """
    homes = _Homes(paths, stance_m)
    who, now = np.arange(len(paths)), homes.start_s.copy()
    stands = homes.foot[homes.first]
    steps = [(who, np.full(len(who), side), now - 1.0, now - 0.5, homes.first) for side in (0, 1)]
    while len(who):
        side, step_s, at = (np.zeros(len(who), kind) for kind in (np.intp, float, np.intp))
        idle = np.zeros(len(who))
        here, ahead = homes.find(who, now), homes.find(who, now + AHEAD_S)
        walks = _is_walking(homes, here, ahead)
        for chosen, step in ((walks, _step_on), (~walks, _step_after)):
            if chosen.any():
                own = who[chosen]
                side[chosen], step_s[chosen], at[chosen], idle[chosen] = step(
                    homes, stands[own], own, now[chosen], (here[chosen], ahead[chosen]), stature_m[own]
                )
        moves = idle == 0
        own, foot, to = who[moves], side[moves], at[moves]
        stands[own, foot] = homes.foot[to, foot]
        steps.append((own, foot, now[moves], now[moves] + SWING_SHARE * step_s[moves], to))
        now = now + np.where(moves, step_s, SAMPLE_S * idle)
        left = now <= homes.end_s[who]
        who, now = who[left], now[left]
    return _sort_steps(homes, len(paths), steps)


def _is_walking(homes: _Homes, here: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """Whether bodies walk at samples (...), judged by where they are at later ones (...)."""
    return length(homes.body_m[ahead] - homes.body_m[here]) / AHEAD_S > STANDING_SPEED_MPS


Steps = tuple[np.ndarray, np.ndarray | float, np.ndarray, np.ndarray | int]  # foot, seconds, sample, wait


def _step_on(
    homes: _Homes,
    stands: np.ndarray,
    who: np.ndarray,
    now: np.ndarray,
    seen: tuple[np.ndarray, np.ndarray],
    stature_m: np.ndarray,
) -> Steps:
    """The next steps of K people who walk; their feet stand at (K, 2, 3)."""
    here, ahead = seen
    way = homes.body_m[ahead] - homes.body_m[here]
    speed = length(way) / AHEAD_S
    lags = ((homes.foot[here] - stands)[..., :2] * way[:, None]).sum(axis=-1) / (speed * AHEAD_S)[:, None]
    side = (lags[:, 1] > lags[:, 0]).astype(np.intp)
    # Who speeds up steps at the pace to come, else the first steps would be lunges.
    soon = homes.find(who, now + 2.0 * AHEAD_S)
    pace = np.maximum(speed, length(homes.body_m[soon] - homes.body_m[ahead]) / AHEAD_S)
    step_s = np.clip(60.0 / compute_cadence(pace, stature_m), *STEP_TIME_S)
    step_s /= np.clip(lags[np.arange(len(who)), side] / (0.3 * stature_m), 1.0, 1.6)
    # It lands where the foot belongs in the middle of the stance to come, but never in a lunge.
    landing = homes.find(who, now + SWING_SHARE * step_s)
    middle = homes.find(who, now + (SWING_SHARE + 2.0) / 2.0 * step_s)
    before = length((homes.foot[middle, side] - homes.foot[landing, side])[:, :2])
    share = np.minimum(1.0, 0.25 * stature_m / np.maximum(before, 1e-9))
    return side, step_s, landing + (share * (middle - landing) + 0.5).astype(np.intp), 0


def _step_after(
    homes: _Homes,
    stands: np.ndarray,
    who: np.ndarray,
    now: np.ndarray,
    seen: tuple[np.ndarray, np.ndarray],
    stature_m: np.ndarray,
) -> Steps:
    """The steps by which K people who stand follow their own turn or drift, and how long they wait before."""
    here, ahead = (homes.hold(who, sample[:, None] + LOOK) for sample in seen)
    soon = homes.hold(who, homes.find(who, now + SHUFFLE_S)[:, None] + LOOK)
    away = homes.foot[soon] - stands[:, None]
    # How far standing feet are from where they belong; at 1 they follow.
    need = length(away[..., :2]) / SHUFFLE_M + np.abs(away[..., 2]) / SHUFFLE_RAD
    leaves = _is_walking(homes, here, ahead) | (need[..., 0] >= 1.0) | (need[..., 1] >= 1.0)
    idle = np.where(leaves.any(axis=1), leaves.argmax(axis=1), len(LOOK))
    return (need[:, 0, 1] > need[:, 0, 0]).astype(np.intp), SHUFFLE_S, soon[:, 0], idle


def _sort_steps(
    homes: _Homes, people: int, steps: Sequence[tuple[np.ndarray, ...]]
) -> list[tuple[Footsteps, Footsteps]]:
    """Part the steps of all (person, side, lift, landing, sample) by person and foot."""
    who, side, lift_s, land_s, at = (np.concatenate(values) for values in zip(*steps, strict=True))
    foot = 2 * who + side
    order = np.argsort(foot, kind="stable")
    places = homes.foot[at, side][order]
    values = lift_s[order], land_s[order], places[:, :2], places[:, 2]
    ends = np.cumsum(np.bincount(foot, minlength=2 * people))[:-1]
    feet = [Footsteps(*own) for own in zip(*(np.split(value, ends) for value in values), strict=True)]
    return list(zip(feet[::2], feet[1::2], strict=True))
