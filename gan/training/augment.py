"""DiffAugment (Zhao et al., 2020): the same random changes for real and rendered, so that few pictures do.

Translation and cutout only: colour changes would hide what the refiner is to learn.
"""

import torch
from kornia.geometry.transform import translate

SHIFT_SHARE = 1 / 8
CUTOUT_SHARE = 1 / 3


def augment(picture: torch.Tensor, *, generator: torch.Generator) -> torch.Tensor:
    """Shift by up to an eighth and cut out a square of a third, (N, C, H, W); differentiable."""
    count, _, height, width = picture.shape
    reach = torch.tensor([width, height]) * SHIFT_SHARE
    shift = ((torch.rand((count, 2), generator=generator) * 2 - 1) * reach).round()
    moved = translate(picture, shift.to(picture), padding_mode="border", align_corners=True)
    tall, wide = round(height * CUTOUT_SHARE), round(width * CUTOUT_SHARE)
    top = torch.randint(1 - tall, height, (count, 1), generator=generator)
    left = torch.randint(1 - wide, width, (count, 1), generator=generator)
    rows, columns = torch.arange(height), torch.arange(width)
    in_rows = (rows >= top) & (rows < top + tall)
    in_columns = (columns >= left) & (columns < left + wide)
    keep = ~(in_rows[:, None, :, None] & in_columns[:, None, None, :])
    return moved * keep.to(picture)
