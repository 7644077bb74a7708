"""What makes a store the store it is: a hash of all that defines it, and arrays that nobody changes.

In: the fields of a `Store`. Used by scenes/store.py.
"""

import hashlib
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

# Of a catalogue and of textures: made from what is in a store's hash already.
_DRAWN = ("picture", "near_mesh", "form_mesh", "draw")


def freeze(value: Any) -> None:
    """Set every array inside dataclasses and tuples read-only."""
    if isinstance(value, np.ndarray):
        value.setflags(write=False)
    elif is_dataclass(value):
        for entry in fields(value):
            freeze(getattr(value, entry.name))
    elif isinstance(value, tuple):
        for entry in value:
            freeze(entry)


def compute_store_id(parts: dict[str, Any]) -> str:
    """Return 12 hex digits of the SHA-256 over everything that defines a store."""
    digest = hashlib.sha256()
    _feed(digest, parts)
    return digest.hexdigest()[:12]


def _feed(digest: Any, value: Any) -> None:
    """Feed a value to the digest, each with its type and shape, so that no two different stores agree."""
    if isinstance(value, np.ndarray):
        digest.update(f"{value.dtype}{value.shape}".encode())
        digest.update(np.ascontiguousarray(value).tobytes())
    elif is_dataclass(value):
        digest.update(type(value).__name__.encode())
        for entry in fields(value):
            if entry.name not in _DRAWN:
                _feed(digest, getattr(value, entry.name))
    elif isinstance(value, dict):
        for key, entry in value.items():
            digest.update(key.encode())
            _feed(digest, entry)
    elif isinstance(value, tuple):
        digest.update(f"({len(value)}".encode())
        for entry in value:
            _feed(digest, entry)
    elif hasattr(value, "wkb"):
        digest.update(value.wkb)
    else:
        digest.update(repr(value).encode())
