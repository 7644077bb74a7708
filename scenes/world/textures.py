"""Texture arrays that are drawn when they are looked at: many shops are simulated in and never rendered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Self

import numpy as np

TEXTURE_PX = 256


@dataclass(frozen=True, eq=False)
class Textures:
    """Layers of a texture array.

    Attributes:
        count: How many.
        source: What they are drawn from, in tuples, dataclasses, arrays and plain values; the same source
            gives the same pictures.
        draw: Draws them: (count, 256, 256, 3) uint8 sRGB.
    """

    count: int
    source: Any
    draw: Callable[[], np.ndarray]

    def __len__(self) -> int:
        return self.count

    @cached_property
    def pixels(self) -> np.ndarray:
        """(count, 256, 256, 3) uint8 sRGB, read-only."""
        pixels = self.draw()
        expected = (self.count, TEXTURE_PX, TEXTURE_PX, 3)
        if pixels.shape != expected:
            raise ValueError(f"expected textures of shape {expected}, got {pixels.shape}")
        pixels.setflags(write=False)
        return pixels

    @classmethod
    def of(cls, pixels: np.ndarray) -> Self:
        """Wrap textures that are drawn already."""
        return cls(len(pixels), pixels, partial(np.asarray, pixels))

    @classmethod
    def join(cls, parts: Sequence["Textures"]) -> Self:
        """Lay texture arrays behind each other."""
        parts = tuple(parts)
        return cls(sum(map(len, parts)), tuple(part.source for part in parts), partial(_draw_all, parts))


def _draw_all(parts: Sequence[Textures]) -> np.ndarray:
    return np.concatenate([part.pixels for part in parts])
