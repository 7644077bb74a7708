"""How surely two revisions differ in their distance to photographs: means, intervals, shares closed.

In: what each part adds to a distance, of frames and of the floor, before and after. Out: what the table of
benchmarks/realism.py shows.
"""

from typing import Any

import numpy as np
from scipy import stats

from scenes.randomness import make_rng

SETS = ("before", "after")
BOOTSTRAPS = 4000


def summarize(values: np.ndarray) -> dict[str, float]:
    """Return the mean over parts and the half width of its 95 % interval (Student's t)."""
    half = stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return {"mean": float(values.mean()), "half_width": float(half)}


def compute_share_closed(figures: dict[str, Any], name: str, *, seed: int) -> dict[str, Any]:
    """Return how much of the distance beyond real against real is gone, with a 95 % bootstrap interval.

    Returns:
        ``mean``, ``low``, ``high``, and ``measurable``: whether there was a distance to close at all, that is
        whether the interval of the one before is clear of zero. A share of what may be nothing says nothing.
    """
    excess = np.stack([figures[key]["frames"][name] - figures[key]["floor"][name] for key in SETS])
    parts = excess.shape[1]
    pick = make_rng(seed, 0, "benchmarks/realism/bootstrap").integers(parts, size=(BOOTSTRAPS, parts))
    before, after = excess[:, pick].mean(axis=2)
    some = before > 0
    shares = 1 - after[some] / before[some]
    low, high = np.quantile(shares, [0.025, 0.975]) if some.any() else (np.nan, np.nan)
    found = summarize(excess[0])
    return {
        "mean": float(1 - excess[1].mean() / excess[0].mean()),
        "low": float(low),
        "high": float(high),
        "measurable": bool(found["mean"] > found["half_width"]),
    }


def summarize_view(figures: dict[str, Any]) -> dict[str, Any]:
    """Return the means of a view's figures with their intervals, and the shares of distance closed."""
    return {
        "figures": {
            key: {
                kind: {name: summarize(values) for name, values in rows.items()}
                for kind, rows in found.items()
            }
            for key, found in figures.items()
        },
        "share_closed": {
            name: compute_share_closed(figures, name, seed=0) for name in figures[SETS[0]]["frames"]
        },
    }
