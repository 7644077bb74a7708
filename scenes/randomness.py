"""The one place where random generators are made.

Every random decision belongs to a named lane. A lane's stream depends on the seed, the clip's index
and the lane's name only, so adding a lane moves no other, and clip N never needs clips 0..N-1.
"""

import hashlib

import numpy as np


def make_rng(seed: int, index: int, lane: str) -> np.random.Generator:
    """Make the generator of one lane of one clip.

    Args:
        seed: The dataset's seed, any non-negative integer (0 is as good as any other).
        index: The clip's index in the dataset; use -1 for what belongs to the dataset as a whole.
        lane: A name such as ``"layout"`` or ``"scales/noise"``.

    >>> float(make_rng(0, 7, "layout").random()) == float(make_rng(0, 7, "layout").random())
    True
    >>> float(make_rng(0, 7, "layout").random()) == float(make_rng(0, 7, "lights").random())
    False
    """
    key = int.from_bytes(hashlib.sha256(lane.encode()).digest()[:16], "little")
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, index + 1, key])))
