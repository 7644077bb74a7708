"""index.parquet: a row a clip, with the place of every file of it.

In: what clip.json says and where the clip's files lie in their tar. Out: rows, and the table made of them.
"""

import io
import math
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from synth.dataset.files import PARQUET_OPTIONS
from synth.dataset.shards import Member
from synth.schema import INDEX, bare_schema


def make_row(clip: dict[str, Any], shard: str, members: Sequence[Member]) -> dict[str, Any]:
    """Make a clip's row of the index.

    Args:
        clip: Content of clip.json; a log density of null there means -inf.
        shard: Path of the tar in the dataset.
        members: Its files in the tar.
    """
    scenario, counts = clip["scenario"], clip["counts"]
    return {
        "clip_id": clip["clip_id"],
        "scenario": scenario["name"],
        "index": scenario["index"],
        "seed": scenario["seed"],
        "store_id": clip["store_id"],
        "shard": shard,
        "files": [{"name": m.name, "offset": m.offset, "size": m.size} for m in members],
        "frames": clip["frames"],
        "cameras": len(clip["cameras"]),
        "shoppers": counts["shoppers"],
        "events": counts["events"],
        "payments": counts["payments"],
        "judged_events": clip["evidence"]["events"],
        "told_events": clip["evidence"]["told"],
        "duration_s": clip["frames"] / clip["fps"],
        "log_p": _read_log(scenario["log_p"]),
        "log_q": _read_log(scenario["log_q"]),
        "weight": float(clip["weight"]),
    }


def _read_log(value: float | None) -> float:
    """JSON has no infinity: there the log density of the impossible is null."""
    return -math.inf if value is None else float(value)


def to_index_bytes(rows: Sequence[dict[str, Any]]) -> bytes:
    """Serialise the index, sorted by the clips' indices."""
    ordered = [
        {**row, "log_p": _read_log(row["log_p"]), "log_q": _read_log(row["log_q"])}
        for row in sorted(rows, key=lambda row: row["index"])
    ]
    table = pa.Table.from_pylist(ordered, schema=bare_schema(INDEX))
    buffer = io.BytesIO()
    pq.write_table(table, buffer, **PARQUET_OPTIONS)
    return buffer.getvalue()
