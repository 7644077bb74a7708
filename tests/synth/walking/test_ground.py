"""The ground that people walk on: what is cut off the floor leaves outlines that others can triangulate."""

import numpy as np
import shapely

from scenes.config.loader import load_config
from scenes.plan.layout import sample_floor_plan
from scenes.plan.props import add_props
from scenes.randomness import make_rng
from scenes.sampling import sample_scenario
from synth.walking.crowd import MODEL_CLEARANCE_M
from synth.walking.ground import shrink

# Of some thirty shops of coach_party, those in which fixtures nearly in line once gave corners that were
# the same but for rounding; on such a floor the pedestrian model might never come to its first step.
SHOPS = (3, 9, 11, 27)


def shortest_edge_m(floor):
    rings = [floor.exterior, *floor.interiors]
    return min(np.linalg.norm(np.diff(ring.coords, axis=0), axis=1).min() for ring in rings)


def test_no_two_corners_of_a_floor_differ_by_rounding_alone():
    config, cut_m = load_config("coach_party"), []
    for index in SHOPS:
        spec = sample_scenario(config, seed=11, index=index).store
        plan = sample_floor_plan(spec, trips=10, rng=make_rng(11, index, "layout"))
        walkable = add_props(plan, spec.props, rng=make_rng(11, index, "props")).layout.walkable
        plain = walkable.buffer(-MODEL_CLEARANCE_M, join_style="mitre")
        cut_m.append(shortest_edge_m(plain))
        floor = shrink(walkable, MODEL_CLEARANCE_M)
        assert shortest_edge_m(floor) > 1e-4
        assert shapely.symmetric_difference(floor, plain).area < 1e-9
    assert min(cut_m) < 1e-12
