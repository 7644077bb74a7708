"""Who walks to and fro between two places: found in paths alone."""

import math

from synth.records import Simulation

LEG_M = 0.4  # shorter ways are shifts of weight
SAME_PLACE_M = 0.3
WITHIN_S = 30.0
ENDS = 6  # of three ways there and the two back


def find_pacing(simulation: Simulation) -> list[tuple[int, float]]:
    """List who goes from A to B three times within 30 s, without an act, and when each begins."""
    paths, found = simulation.trajectories, []
    for n in range(paths.present.shape[1]):
        there = paths.present[:, n]
        spots_m, time_s = paths.position_m[there, n].tolist(), paths.time_s[there]
        acts = [(act.start_s, act.end_s) for act in simulation.acts if act.shopper == n]
        turns = find_turns(spots_m)
        for first in range(len(turns) - ENDS + 1):
            ends = turns[first : first + ENDS]
            from_s, to_s = time_s[ends[0]], time_s[ends[-1]]
            same = all(
                math.dist(spots_m[here], spots_m[there]) < SAME_PLACE_M
                for here, there in zip(ends, ends[2:], strict=False)
            )
            idle = not any(start_s < to_s and end_s > from_s for start_s, end_s in acts)
            if same and idle and to_s - from_s < WITHIN_S:
                found.append((n, float(from_s)))
    return found


def find_turns(spots_m: list[list[float]]) -> list[int]:
    """Return where a path begins, ends and turns back by at least LEG_M (numbers of its points)."""
    turns, farthest = [0], 0
    for k in range(1, len(spots_m)):
        last_m = spots_m[turns[-1]]
        if math.dist(spots_m[k], last_m) > math.dist(spots_m[farthest], last_m):
            farthest = k
        elif min(math.dist(spots_m[farthest], p) for p in (last_m, spots_m[k])) > LEG_M:
            turns.append(farthest)
            farthest = k
    return [*turns, len(spots_m) - 1]
