"""How a section of the scenario declares a parameter: help text, default, limits."""

from dataclasses import field
from typing import Any


def param(
    help: str,
    default: Any,
    *,
    ge: float | None = None,
    le: float | None = None,
    pattern: str | None = None,
    multiple_of: int | None = None,
    per_shopper: type | None = None,
) -> Any:
    """Declare a parameter of the scenario file: its help text, default and limits.

    Args:
        help: One sentence or two, shown by editors and in docs/scenario-reference.md.
        default: Value when the file says nothing.
        ge: Lowest allowed value.
        le: Highest allowed value.
        pattern: Regular expression that the whole of a text has to match.
        multiple_of: What a whole number has to be divisible by.
        per_shopper: Type of the values of a field that is drawn anew for each shopper or group; such a
            field holds a `Distribution` even when it is resolved (a constant is a `Constant`).
    """
    metadata = {
        "help": help,
        "ge": ge,
        "le": le,
        "pattern": pattern,
        "multiple_of": multiple_of,
        "per_shopper": per_shopper,
    }
    return field(default=default, metadata=metadata)
