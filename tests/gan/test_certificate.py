"""The certificate: holds for whatever weights, catches whatever did not come from them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.ndimage import distance_transform_cdt

from gan.certificate import (
    ARITHMETIC_SLACK,
    ROUNDING,
    certify,
    compute_pair_bounds,
    compute_scene,
    find_faults,
    round_scene,
    spread_fields,
)
from gan.form import B_MAX, M_MAX, OFFSET_MAX, R_MAX, TINT_SHARE, WEIGHT_SHAPES, SceneFields
from gan.inference import SceneGraph
from gan.planes import compute_residual_mask, make_planes


def draw_weights(seed: int, scale: float) -> dict[str, np.ndarray]:
    rng = np.random.Generator(np.random.PCG64(seed))
    return {
        name: (scale * rng.standard_normal(shape)).astype(np.float32) for name, shape in WEIGHT_SHAPES.items()
    }


def draw_fields(seed: int, *, scale: float, view) -> SceneFields:
    height, width = view.instance_id.shape
    graph = SceneGraph(draw_weights(seed, scale), height, width)
    code = np.random.Generator(np.random.PCG64(seed)).standard_normal(8).astype(np.float32)
    return graph.run(make_planes(view), code)


def refine(view, fields: SceneFields):
    dense = spread_fields(fields)
    rgb = np.ascontiguousarray(view.rgb.transpose(2, 0, 1))
    return rgb, dense, round_scene(compute_scene(rgb / np.float32(255), dense))


@pytest.fixture(scope="module")
def honest(view):
    return refine(view, draw_fields(3, scale=0.15, view=view))


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), scale=st.floats(0.01, 30.0), strength=st.floats(0.0, 1.0))
def test_any_network_satisfies_its_bounds(draw_view, seed, scale, strength):
    view = draw_view(seed=seed % 5, height=40, width=56)
    fields = draw_fields(seed, scale=scale, view=view).scaled(strength)
    rgb, dense, refined = refine(view, fields)
    certificate, faults = certify(rgb, dense, refined, view.instance_id)
    assert certificate.holds
    assert certificate.linear_norm <= B_MAX + ARITHMETIC_SLACK
    assert certificate.residual_max <= R_MAX + ARITHMETIC_SLACK
    assert certificate.residual_edge_max == 0.0
    most = (OFFSET_MAX + M_MAX) * strength + ARITHMETIC_SLACK
    assert np.abs(dense.drift).max() <= most
    assert np.ptp(dense.drift, axis=0).max() <= 2 * TINT_SHARE * most
    gray = fields.linear_grid.sum(-1)
    tint = gray - gray.mean(-1, keepdims=True)
    assert np.abs(tint).max() <= TINT_SHARE * np.sqrt(3) * B_MAX
    assert all(fault.startswith("tau") for fault in faults)


def test_bound_and_measure_match_plain_arithmetic(view, honest):
    """Both sides of the inequality at a few pairs, in float64 from the formula as it is written."""
    rgb, dense, refined = honest
    x, y = rgb / 255.0, refined / 255.0
    pairs = compute_pair_bounds(rgb / np.float32(255), dense, refined / np.float32(255), axis=1)
    linear, residual = dense.linear.astype(np.float64), dense.residual.astype(np.float64)
    z = x + np.einsum("ijhw,jhw->ihw", linear, x) + dense.drift + residual
    clipped = z - np.clip(z, 0, 1)
    for v, u in ((0, 0), (17, 40), (50, 90), (95, 126)):
        p, q = np.s_[:, v, u], np.s_[:, v, u + 1]
        b_p, b_q = linear[:, :, v, u], linear[:, :, v, u + 1]
        drift = (b_p - b_q) @ x[q] + dense.drift[p] - dense.drift[q] - clipped[p] + clipped[q]

        def rms(vector):
            return np.sqrt(np.mean(vector**2))

        bound = rms(drift) + rms(residual[p]) + rms(residual[q]) + ROUNDING
        measured = rms(y[p] - y[q] - (np.eye(3) + b_p) @ (x[p] - x[q]))
        assert pairs.bound[v, u] == pytest.approx(bound, abs=1e-6)
        assert pairs.measured[v, u] == pytest.approx(measured, abs=1e-6)


def test_no_edge_appears_or_vanishes_beyond_the_bound(honest):
    """What the certificate promises, checked on the pictures: contrast changes by I + B and tau."""
    rgb, dense, refined = honest
    before, after = rgb / np.float32(255), refined / np.float32(255)
    for axis in (0, 1):
        bound = compute_pair_bounds(before, dense, after, axis=axis).bound + ARITHMETIC_SLACK
        old, new = (np.sqrt(np.mean(np.diff(p, axis=axis + 1) ** 2, axis=0)) for p in (before, after))
        assert (new <= (1 + dense.linear_norm) * old + bound).all()
        assert (new >= (1 - dense.linear_norm) * old - bound).all()


def test_moving_the_picture_by_one_pixel_is_caught(view, honest):
    rgb, dense, refined = honest
    certificate, faults = certify(rgb, dense, np.roll(refined, 1, axis=2), view.instance_id)
    assert not certificate.holds
    assert "the change of contrast measured" in faults[0]


def test_a_drawn_edge_is_caught(view, honest):
    rgb, dense, refined = honest
    ghost = refined.copy()
    ghost[:, 30:50, 64:] = np.clip(ghost[:, 30:50, 64:].astype(int) + 24, 0, 255).astype(np.uint8)
    certificate, _ = certify(rgb, dense, ghost, view.instance_id)
    assert not certificate.holds


def test_one_changed_pixel_is_caught(view, honest):
    rgb, dense, refined = honest
    dot = refined.copy()
    dot[:, 20, 20] = np.where(dot[:, 20, 20] > 127, dot[:, 20, 20] - 40, dot[:, 20, 20] + 40)
    assert not certify(rgb, dense, dot, view.instance_id)[0].holds


@pytest.mark.parametrize("term", ["residual", "surface"])
def test_explaining_a_moved_picture_by_a_term_is_caught(view, honest, term):
    """A cheat that names its shift "r" or "m" keeps the inequality and breaks a cap instead."""
    rgb, dense, refined = honest
    moved = np.roll(refined, 1, axis=2)
    excuse = moved / np.float32(255) - compute_scene(rgb / np.float32(255), dense)
    name = "residual" if term == "residual" else "drift"
    cheat = replace(dense, **{name: getattr(dense, name) + excuse})
    certificate, faults = certify(rgb, cheat, moved, view.instance_id)
    assert certificate.holds
    expected = "|r|" if term == "residual" else "tau"
    assert any(fault.startswith(expected) for fault in faults)


def test_faults_name_each_limit(view, honest):
    rgb, dense, refined = honest
    certificate, _ = certify(rgb, dense, refined, view.instance_id)
    assert find_faults(certificate, finite=True, tau_cap=1.0) == ()
    for change, word in (
        ({"tau_max": np.nan}, "tau"),
        ({"linear_norm": 0.36}, "norm(B)"),
        ({"residual_max": 0.04}, "|r|"),
        ({"residual_edge_max": 1e-6}, "within 3 px"),
        ({"holds": False}, "measured"),
    ):
        (fault,) = find_faults(replace(certificate, **change), finite=True, tau_cap=1.0)
        assert word in fault
    assert find_faults(certificate, finite=False, tau_cap=1.0) == ("a term is not a finite number",)


def test_nothing_finite_is_never_certified(view, honest):
    rgb, dense, refined = honest
    broken = replace(dense, drift=np.full_like(dense.drift, np.nan))
    certificate, faults = certify(rgb, broken, refined, view.instance_id)
    assert not certificate.holds
    assert len(faults) >= 2


def test_residual_mask_matches_distance_to_edges(view):
    """Chebyshev distance by SciPy: a pixel may carry r if no other instance is within 3 px."""
    mask = compute_residual_mask(view.instance_id)
    expected = np.ones_like(mask)
    for instance in np.unique(view.instance_id):
        inside = np.pad(view.instance_id == instance, 4, mode="edge")
        distance = distance_transform_cdt(inside, metric="chessboard")[4:-4, 4:-4]
        own = view.instance_id == instance
        expected[own] = (distance[own] > 3).astype(np.float32)
    np.testing.assert_array_equal(mask, expected)
