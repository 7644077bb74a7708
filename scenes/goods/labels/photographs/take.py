"""A subject, photographed once and kept."""

from functools import lru_cache

import numpy as np
from PIL import Image

from scenes.goods.labels.photographs.fillings import FILLINGS
from scenes.goods.labels.photographs.settings import SETTINGS
from scenes.goods.labels.photographs.stage import Stage
from scenes.goods.labels.photographs.subjects import Subject
from scenes.randomness import make_rng

_KEPT = 512  # of 100 KiB each: more than there are subjects in two takes
TAKES = 2


@lru_cache(maxsize=_KEPT)
def take_photograph(subject: Subject, take: int) -> Image.Image:
    """Photograph a subject.

    Args:
        subject: What.
        take: 0 to TAKES - 1: how its pieces happen to lie.

    Returns:
        An RGBA picture, PHOTOGRAPH_PX square, with its shadow; what is round about is transparent. Not to
        be changed, for it is kept.
    """
    rng = make_rng(0, take, f"photographs/{subject.setting}/{subject.filling}")
    stage = Stage()
    with np.errstate(over="ignore"):
        SETTINGS[subject.setting](stage, FILLINGS[subject.filling], rng=rng)
    return Image.fromarray(stage.photograph())
