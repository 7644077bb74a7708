"""What could be read of a clip and its store: what the proofs of its content work on."""

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from synth.verify.ledger import StoreBooks


@dataclass
class ClipContent:
    """The files of one clip, read.

    Attributes:
        clip: What clip.json says.
        tables: name -> table, without those that are missing or not of their schema.
        files: name -> bytes of what is no video.
        events: The rows of events.parquet.
        planogram: The rows of the store's planogram.parquet.
        books: What lies where before the first event, and the prices.
        floor_plan: What the store's floor_plan.json says.
    """

    clip: dict[str, Any]
    tables: dict[str, pa.Table] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    planogram: list[dict[str, Any]] = field(default_factory=list)
    books: StoreBooks = field(default_factory=StoreBooks)
    floor_plan: dict[str, Any] = field(default_factory=dict)
