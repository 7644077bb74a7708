"""Overlaps of outlines with plates, against shapely's intersections."""

import numpy as np
import shapely

from scenes.config.loader import load_config
from scenes.goods.packages import ROUND_PACKAGES
from scenes.sampling import sample_scenario
from scenes.store import make_store
from synth.scales.footprints import PLATE_HEIGHT_TOLERANCE_M, measure_overlap, share_among_plates


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


def _cut_outlines(world_from_item, size_m, plate_m, plate_size_m):
    """Areas (B, L) that boxes share with plates seen from above, of polygons in the world."""
    corner = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    outlines, plates = (
        shapely.polygons(
            np.einsum("nij,nkj->nki", pose[:, :2, :2], base * extent_m[:, None]) + pose[:, None, :2, 3]
        )
        for base, extent_m, pose in (
            (corner, size_m[:, :2], world_from_item),
            (corner + [0.0, 0.5], plate_size_m, plate_m),
        )
    )
    item, plate = shapely.STRtree(plates).query(outlines, predicate="intersects")
    shared_m2 = np.zeros((len(outlines), len(plates)))
    shared_m2[item, plate] = shapely.area(shapely.intersection(outlines[item], plates[plate]))
    return shared_m2


def test_packs_pushed_about_weigh_on_all_plates_as_high_that_they_reach():
    store = make_store(sample_scenario(load_config("everyday", []), seed=3, index=0))
    rng, planogram = np.random.default_rng(4), store.planogram
    boxes = np.flatnonzero(~np.isin(store.catalogue.package, ROUND_PACKAGES)[store.item_product])
    item = rng.choice(boxes, 400, replace=False)
    slot, pose = store.item_slot[item], store.world_from_item[item].copy()
    turn = rng.uniform(-np.pi, np.pi, len(item))
    pose[:, :3, :3] = np.eye(3)
    pose[:, 0, 0], pose[:, 0, 1], pose[:, 1, 0] = np.cos(turn), -np.sin(turn), np.sin(turn)
    pose[:, 1, 1] = pose[:, 0, 0]
    pose[:, :2, 3] += rng.normal(0.0, 0.5, (len(item), 2))
    under = np.array([planogram.slot_plates[number][0] for number in slot])
    height_m = planogram.plate_m[:, 2, 3]
    size_m = store.catalogue.size_m[store.item_product[item]]
    wanted_m2 = _cut_outlines(pose, size_m, planogram.plate_m, planogram.plate_size_m)
    wanted_m2 *= np.abs(height_m[under][:, None] - height_m) < PLATE_HEIGHT_TOLERANCE_M
    row, plate, share = share_among_plates(store, item, slot, pose)
    found = np.zeros_like(wanted_m2)
    found[row, plate] = share
    felt = wanted_m2.sum(axis=1) > 1e-6
    assert 100 < felt.sum() < 380  # and some beside every board
    wanted = wanted_m2[felt] / wanted_m2[felt].sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found[felt], wanted, atol=1e-6)
    assert len(row) == len(set(zip(row.tolist(), plate.tolist(), strict=True)))
    # Some reach plates of other boards too, in another row of them or beside a gap.
    other = np.abs(planogram.plate_m[plate, :3, 0] - planogram.plate_m[under[row], :3, 0]).max(axis=1) > 0.1
    assert other.sum() > 10
