"""The certified refiner: moves pictures toward real footage without moving a label.

`load_refiner` and `default_refiner_factory` are what generation needs; `train.train_refiner` makes
checkpoints. OpenVINO and torch are imported only when one of them is used.
"""

from typing import Any

__all__ = ["default_refiner_factory", "load_refiner"]


def __getattr__(name: str) -> Any:
    """Load the refiner's modules at first use, so that `import gan` stays instant."""
    if name in __all__:
        from gan import refiner

        return getattr(refiner, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
