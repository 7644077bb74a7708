"""Overlaps of outlines with plates, against shapely's intersections."""

import numpy as np
import shapely

from synth.scales.loads import measure_overlap


def test_overlaps_agree_with_cut_polygons():
    rng = np.random.default_rng(5)
    plate_m = rng.uniform(0.05, 0.5, (300, 2))
    outlines = []
    for _ in range(300):
        hull = shapely.convex_hull(shapely.multipoints(rng.uniform(-0.2, 0.6, (8, 2))))
        corner_m = shapely.get_coordinates(hull)[:-1]
        corner_m = corner_m if rng.random() < 0.5 else corner_m[::-1]
        outlines.append(corner_m[np.minimum(np.arange(18), len(corner_m) - 1)])
    outline_m = np.array(outlines)
    wanted = shapely.area(
        shapely.intersection(shapely.polygons(outline_m), shapely.box(0.0, 0.0, plate_m[:, 0], plate_m[:, 1]))
    )
    assert (wanted > 0).sum() > 100
    np.testing.assert_allclose(measure_overlap(outline_m, plate_m), wanted, atol=1e-12)


def test_upright_edges_and_bare_touches():
    square = np.array([[0.1, 0.1], [0.3, 0.1], [0.3, 0.3], [0.1, 0.3]])
    sizes = np.array([[0.2, 0.2], [0.1, 0.1], [1.0, 1.0]])
    np.testing.assert_allclose(measure_overlap(np.tile(square, (3, 1, 1)), sizes), [0.01, 0.0, 0.04])
