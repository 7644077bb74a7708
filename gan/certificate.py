"""The proof that the scene stage moved no label in a frame, and the gate that acts on it.

Stands between the scene stage's terms (inference.py) and the camera stage. In: the rendered picture, the
terms that claim to explain the refined one, and the refined picture itself, in 8 bits. Out: a
FrameCertificate. docs/certificate.md gives the argument in plain words.

For neighbouring pixels p and q, with z = (I + B) x + b + m + r and y = round(clip(z)),

    y_p - y_q = (I + B_p)(x_p - x_q) + d_pq + (r_p - r_q) + rounding,
    d_pq = (B_p - B_q) x_q + (b_p - b_q) + (m_p - m_q) - (c_p - c_q),   c = z - clip(z)

so |y_p - y_q - (I + B_p)(x_p - x_q)| <= tau_pq = |d_pq| + |r_p| + |r_q| + 1/255. Every number is known, so
tau is computed exactly for each pair, and the left side is measured on the picture itself. Contrast is the
root mean square over the channels: black against white is 1.
"""

from dataclasses import dataclass

import numpy as np

from gan.form import B_MAX, EDGE_MARGIN_PX, R_MAX, SceneFields, spread_grid
from gan.planes import compute_residual_mask
from synth import certificate_limits
from synth.records import FrameCertificate

# Largest bound that passes. A pair may lose or gain at most this much contrast beyond the scaling by I + B.
TAU_CAP = certificate_limits.TAU_MAX
# Each of two pixels is rounded by at most half a step a channel.
ROUNDING = 1.0 / 255.0
ARITHMETIC_SLACK = certificate_limits.ARITHMETIC_SLACK

PASSED_THROUGH = FrameCertificate(
    tau_max=0.0,
    tau_mean=0.0,
    residual_max=0.0,
    residual_edge_max=0.0,
    linear_norm=0.0,
    holds=True,
    gated=False,
)


@dataclass(frozen=True)
class DenseFields:
    """The terms spread over the picture.

    Attributes:
        linear: (3, 3, H, W) float32 B of each pixel.
        drift: (3, H, W) float32, b + m.
        residual: (3, H, W) float32, r.
        linear_norm: Largest spectral norm of a cell's B, hence of any pixel's.
    """

    linear: np.ndarray
    drift: np.ndarray
    residual: np.ndarray
    linear_norm: float


def spread_fields(fields: SceneFields) -> DenseFields:
    """Spread the coarse grid of a frame's terms over its pixels."""
    _, height, width = fields.surface.shape
    rows, columns = fields.linear_grid.shape[:2]
    grid = np.concatenate([fields.linear_grid.reshape(rows, columns, 9), fields.offset_grid], axis=-1)
    spread = spread_grid(grid, height, width)
    return DenseFields(
        linear=spread[:9].reshape(3, 3, height, width),
        drift=spread[9:] + fields.surface,
        residual=fields.residual,
        linear_norm=float(np.linalg.norm(fields.linear_grid, ord=2, axis=(-2, -1)).max()),
    )


def _apply(linear: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """Return B x of each pixel: (3, 3, H, W), (3, H, W) -> (3, H, W)."""
    product = linear[:, 0] * colour[0]
    product += linear[:, 1] * colour[1]
    product += linear[:, 2] * colour[2]
    return product


def compute_scene(rgb: np.ndarray, fields: DenseFields) -> np.ndarray:
    """Return (3, H, W) float32 (I + B) x + b + m + r, not yet clipped or rounded.

    Args:
        rgb: (3, H, W) float32, 0 to 1.
        fields: The terms.
    """
    return rgb + _apply(fields.linear, rgb) + fields.drift + fields.residual


def round_scene(scene: np.ndarray) -> np.ndarray:
    """Clip to 0..1 and round to (3, H, W) uint8."""
    return (np.clip(scene, 0.0, 1.0) * np.float32(255.0) + np.float32(0.5)).astype(np.uint8)


def _contrast(difference: np.ndarray) -> np.ndarray:
    """Return the root mean square over the three channels of (3, H, W)."""
    square = difference[0] * difference[0]
    square += difference[1] * difference[1]
    square += difference[2] * difference[2]
    square *= np.float32(1.0 / 3.0)
    return np.sqrt(square, out=square)


@dataclass(frozen=True)
class PairBounds:
    """Both sides of the inequality at every pair of neighbours along one axis.

    Attributes:
        bound: tau of each pair.
        measured: |y_p - y_q - (I + B_p)(x_p - x_q)| of each pair.
    """

    bound: np.ndarray
    measured: np.ndarray


def compute_pair_bounds(
    rgb: np.ndarray, fields: DenseFields, refined: np.ndarray, *, axis: int
) -> PairBounds:
    """Compute tau and the measured change for the pairs p, q of neighbours along an axis.

    Args:
        rgb: (3, H, W) float32, the rendered picture, 0 to 1.
        fields: The terms that claim to explain the refined picture.
        refined: (3, H, W) float32, the refined picture, 0 to 1 in steps of 1/255.
        axis: 0 for vertical neighbours, 1 for horizontal ones.
    """
    here = (Ellipsis, slice(None, -1), slice(None)) if axis == 0 else (Ellipsis, slice(None, -1))
    there = (Ellipsis, slice(1, None), slice(None)) if axis == 0 else (Ellipsis, slice(1, None))
    scene = compute_scene(rgb, fields)
    shift = fields.drift - (scene - np.clip(scene, 0.0, 1.0)) + _apply(fields.linear, rgb)
    # B_p x_p - B_p x_q, and (B_p - B_q) x_q, both need B_p x_q.
    crossed = _apply(fields.linear[here], rgb[there])
    own = _apply(fields.linear, rgb)[here]
    drift = shift[here] - shift[there] - own + crossed
    size = _contrast(fields.residual)
    bound = _contrast(drift) + size[here] + size[there] + np.float32(ROUNDING)
    expected = rgb[here] - rgb[there] + own - crossed
    measured = _contrast(refined[here] - refined[there] - expected)
    return PairBounds(bound=bound, measured=measured)


def find_faults(certificate: FrameCertificate, *, finite: bool, tau_cap: float = TAU_CAP) -> tuple[str, ...]:
    """Say in words what keeps a frame from passing the gate; empty when it passes."""
    faults = []
    if not finite:
        faults.append("a term is not a finite number")
    if not certificate.holds:
        faults.append("the change of contrast measured at some pair exceeds its bound")
    if not certificate.tau_max <= tau_cap:
        faults.append(f"tau {certificate.tau_max:.3f} exceeds its cap {tau_cap}")
    if not certificate.linear_norm <= B_MAX + ARITHMETIC_SLACK:
        faults.append(f"norm(B) {certificate.linear_norm:.3f} exceeds {B_MAX}")
    if not certificate.residual_max <= R_MAX + ARITHMETIC_SLACK:
        faults.append(f"|r| {certificate.residual_max:.4f} exceeds {R_MAX:.4f}")
    if not certificate.residual_edge_max <= 0.0:
        faults.append(f"|r| is {certificate.residual_edge_max:.4f} within {EDGE_MARGIN_PX} px of an edge")
    return tuple(faults)


def certify(
    rgb: np.ndarray, fields: DenseFields, refined: np.ndarray, instance_id: np.ndarray
) -> tuple[FrameCertificate, tuple[str, ...]]:
    """Check a refined picture against the terms that claim to explain it.

    Nothing is taken from the network on trust but the terms themselves: the edges come from the labels,
    the change of contrast from the two pictures.

    Args:
        rgb: (3, H, W) uint8, the rendered picture.
        fields: The terms, already scaled by the strength.
        refined: (3, H, W) uint8, the picture that left the scene stage.
        instance_id: (H, W) int32.

    Returns:
        The certificate, and what is wrong with the frame (empty: the gate stays open).
    """
    before = rgb * np.float32(1.0 / 255.0)
    after = refined * np.float32(1.0 / 255.0)
    vertical = compute_pair_bounds(before, fields, after, axis=0)
    horizontal = compute_pair_bounds(before, fields, after, axis=1)
    bound = np.concatenate([vertical.bound.ravel(), horizontal.bound.ravel()])
    measured = np.concatenate([vertical.measured.ravel(), horizontal.measured.ravel()])
    size = np.abs(fields.residual).max(axis=0)
    near_edge = compute_residual_mask(instance_id) == 0
    certificate = FrameCertificate(
        tau_max=float(bound.max(initial=0.0)),
        tau_mean=float(bound.mean()) if bound.size else 0.0,
        residual_max=float(size.max(initial=0.0)),
        residual_edge_max=float(size[near_edge].max(initial=0.0)),
        linear_norm=fields.linear_norm,
        holds=bool((measured <= bound + ARITHMETIC_SLACK).all()),
        gated=False,
    )
    finite = bool(np.isfinite(fields.drift).all() and np.isfinite(fields.linear).all())
    return certificate, find_faults(certificate, finite=finite)
