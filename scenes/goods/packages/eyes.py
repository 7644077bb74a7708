"""Eyes of a pineapple: the fruitlets that lie over its body in two sets of spirals, in mesh and in skin.

In: places on the body. Out: which of them is how near to the middle of an eye. Used by fruit_skins.py and by
scenes/goods/skins.py, so that what is drawn of an eye lies on its relief.
"""

from dataclasses import dataclass

import numpy as np

_AROUND, _ALONG = 11, 6.5  # spirals that wind either way, and how many of them a line from end to end crosses
_ROUND = 5.0  # the power by which the outline of an eye is rounder than a rhomb: 2 would be a circle
_DEEP, _TIP = 0.085, 0.02  # of the radius: the furrows between eyes, and the bract on each
_TIP_AT, _TIP_WIDE = 0.12, 0.2  # where on an eye its bract is, above its middle, and how far it reaches


@dataclass(frozen=True)
class Eyes:
    """The eyes at places of a body.

    Attributes:
        away: (...) how far from the middle of an eye, 0, to where it meets its neighbours, 1.
        up: (...) how far above its middle, -1 to 1.
        bract: (...) 1 at the tip of the small leaf on its middle, 0 beside it.
        number: (...) of the eye.
    """

    away: np.ndarray
    up: np.ndarray
    bract: np.ndarray
    number: np.ndarray


def find_eyes(u: np.ndarray, v: np.ndarray) -> Eyes:
    """Find the eyes at turns u round a body and levels v, 0 at its crown and 1 at its other end."""
    one, other = _AROUND * u + _ALONG * v, _AROUND * u - _ALONG * v
    x, y = 2 * (one % 1) - 1, 2 * (other % 1) - 1
    away = ((np.abs(x) ** _ROUND + np.abs(y) ** _ROUND) ** (1 / _ROUND)).clip(0, 1)
    up, aside = (y - x) / 2, (x + y) / 2
    bract = np.exp(-((aside / _TIP_WIDE) ** 2) - ((up - _TIP_AT) / _TIP_WIDE) ** 2)
    number = np.floor(one) % _AROUND + _AROUND * (np.floor(one) - np.floor(other))
    return Eyes(away, up, bract, number)


def compute_eye_relief(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Compute what eyes leave of the radius, at most 1.

    >>> u = np.array([0.5, 1.0]) / _AROUND  # the middle of one, and where four meet
    >>> (compute_eye_relief(u, np.zeros(2)) > 0.95).tolist()
    [True, False]
    """
    eyes = find_eyes(u, v)
    return np.asarray(1.0 - _TIP * (1.0 - eyes.bract) - _DEEP * eyes.away**3)
