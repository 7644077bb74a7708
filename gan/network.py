"""The scene stage as a torch module: what training optimises (inference.py runs the same weights).

In: arrays of planes.py as tensors, for whole frames or crops, and a style code. Out: the terms of
y = (I + B) x + b + m + r, bounded as form.py says. No instance or batch norm: a pixel's output does not
shift when a person enters elsewhere in the picture.
"""

import torch
from torch import nn
from torch.nn import functional as F

from gan.form import (
    B_MAX,
    CLASS_COUNT,
    CODE_SIZE,
    HIDDEN,
    M_MAX,
    MATERIAL_COUNT,
    OFFSET_MAX,
    PLANE_COUNT,
    POOLED_COUNT,
    R_MAX,
    RESIDUAL_WIDTH,
    SLOPE,
    TINT_MATRIX,
)

Terms = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]


class SceneStage(nn.Module):
    """Computes B, b, m and r; convolutions run on channels first, the per-pixel part on channels last."""

    tint_matrix: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.grid_first = nn.Conv2d(POOLED_COUNT, 16, 3, padding=1, padding_mode="replicate")
        self.grid_code = nn.Linear(CODE_SIZE, 16, bias=False)
        self.grid_second = nn.Conv2d(16, 16, 3, padding=1, padding_mode="replicate")
        self.grid_last = nn.Conv2d(16, 12, 1)
        self.class_table = nn.Embedding(CLASS_COUNT, HIDDEN)
        self.material_table = nn.Embedding(MATERIAL_COUNT, HIDDEN)
        self.surface_first = nn.Linear(PLANE_COUNT, HIDDEN)
        self.surface_code = nn.Linear(CODE_SIZE, HIDDEN, bias=False)
        self.surface_second = nn.Linear(HIDDEN, HIDDEN)
        self.surface_last = nn.Linear(HIDDEN, 3)
        self.residual_first = nn.Conv2d(3, RESIDUAL_WIDTH, 3, padding=1, padding_mode="replicate")
        self.residual_second = nn.Conv2d(
            RESIDUAL_WIDTH, RESIDUAL_WIDTH, 3, padding=1, padding_mode="replicate"
        )
        self.residual_last = nn.Conv2d(RESIDUAL_WIDTH, 3, 1)
        self.register_buffer("tint_matrix", torch.from_numpy(TINT_MATRIX), persistent=False)
        self._start_near_identity()

    def _start_near_identity(self) -> None:
        """Begin close to y = x, so that training departs from the rendered picture."""
        with torch.no_grad():
            for last in (self.grid_last, self.surface_last, self.residual_last):
                last.weight.mul_(0.05)
                nn.init.zeros_(last.get_parameter("bias"))
            self.class_table.weight.mul_(0.3)
            self.material_table.weight.mul_(0.1)

    def forward(
        self,
        planes: torch.Tensor,
        class_id: torch.Tensor,
        material: torch.Tensor,
        residual_mask: torch.Tensor,
        pooled: torch.Tensor,
        code: torch.Tensor,
    ) -> Terms:
        """Compute the terms.

        Args:
            planes: (N, H, W, PLANE_COUNT) float.
            class_id: (N, H, W) integer.
            material: (N, H, W) integer, below MATERIAL_COUNT.
            residual_mask: (N, H, W) float, 0 near instance edges.
            pooled: (N, POOLED_COUNT, GRID_ROWS, GRID_COLUMNS) float, of the whole frame.
            code: (N, CODE_SIZE) float.

        Returns:
            B (N, GRID_ROWS, GRID_COLUMNS, 9), b (N, GRID_ROWS, GRID_COLUMNS, 3), m and r (N, 3, H, W).
        """
        linear, offset = self._grid(pooled, code)
        surface = self._surface(planes, class_id, material, code)
        residual = self._residual(planes[..., :3].permute(0, 3, 1, 2), residual_mask[:, None])
        return linear, offset, surface, residual

    def _grid(self, pooled: torch.Tensor, code: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        hidden = self.grid_first(pooled) + self.grid_code(code)[:, :, None, None]
        hidden = F.leaky_relu(self.grid_second(F.leaky_relu(hidden, SLOPE)), SLOPE)
        out = self.grid_last(hidden).permute(0, 2, 3, 1)
        raw = out[..., :9]
        # |A| / sqrt(1 + |A|^2) < 1 in the Frobenius norm, which is never below the spectral norm.
        bounded = (B_MAX * raw / torch.sqrt(1.0 + (raw * raw).sum(-1, keepdim=True))).unflatten(-1, (3, 3))
        # What B does to grey are its rows' sums: what differs between them is shrunk, which adds to no norm.
        gray = bounded.mean(-1, keepdim=True)
        linear = (bounded - gray + self.tint_matrix @ gray).flatten(-2)
        return linear, OFFSET_MAX * torch.tanh(out[..., 9:]) @ self.tint_matrix

    def _surface(
        self, planes: torch.Tensor, class_id: torch.Tensor, material: torch.Tensor, code: torch.Tensor
    ) -> torch.Tensor:
        hidden = self.surface_first(planes) + self.class_table(class_id) + self.material_table(material)
        hidden = F.leaky_relu(hidden + self.surface_code(code)[:, None, None, :], SLOPE)
        hidden = F.leaky_relu(self.surface_second(hidden), SLOPE)
        surface = M_MAX * torch.tanh(self.surface_last(hidden)) @ self.tint_matrix
        return surface.permute(0, 3, 1, 2)

    def _residual(self, rgb: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        hidden = F.leaky_relu(self.residual_first(rgb), SLOPE)
        hidden = F.leaky_relu(self.residual_second(hidden), SLOPE)
        return R_MAX * torch.tanh(self.residual_last(hidden)) * mask


def compose_scene(
    rgb: torch.Tensor, terms: Terms, row_weights: torch.Tensor, column_weights: torch.Tensor
) -> torch.Tensor:
    """Compute (I + B) x + b + m + r, not yet clipped, differentiably.

    Args:
        rgb: (N, 3, H, W) in 0 to 1.
        terms: What SceneStage returned.
        row_weights, column_weights: (N, H, GRID_ROWS) and (N, W, GRID_COLUMNS) of these pixels.
    """
    linear, offset, surface, residual = terms
    grid = torch.cat([linear, offset], dim=-1)
    spread = torch.einsum("nhr,nrcf,nwc->nfhw", row_weights, grid, column_weights)
    mixed = torch.einsum("nijhw,njhw->nihw", spread[:, :9].unflatten(1, (3, 3)), rgb)
    return rgb + mixed + spread[:, 9:] + surface + residual
