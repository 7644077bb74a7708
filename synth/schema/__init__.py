"""Every table and JSON file of a dataset: names, types, units, frames and meaning of each column.

The single source for those who write (synth/labels/, synth/dataset/), for those who check (synth/verify/) and
for docs/data-format.md, which `render_docs` makes from what stands here.

    columns.py       what tables and JSON objects are described with, and departures from it
    clip_tables.py   the tables of a clip; events.py: the ledger with its evidence
    store_tables.py  planogram, catalogue, index
    documents.py     the JSON files
    rules.py         files, places, who owes an item
    docs.py          all of it as a page
"""

from synth.schema.clip_tables import BOXES, CLIP_TABLES, DOORS, FRAMES, GATES, MASKS, TRACKS, WEIGHTS
from synth.schema.columns import JsonField, bare_schema, json_problems, table_problems
from synth.schema.docs import render_docs
from synth.schema.documents import (
    CALIBRATION_JSON,
    CAMERA_JSON,
    CERTIFICATE_JSON,
    CLIP_JSON,
    FLOOR_PLAN_JSON,
    FORMAT_VERSION,
    MANIFEST_JSON,
    RECEIPT_JSON,
)
from synth.schema.events import EVENTS
from synth.schema.store_tables import CATALOGUE, INDEX, PLANOGRAM, STORE_TABLES

DEPTH_UNITS_PER_M = 1000.0  # depth videos count millimetres

__all__ = [
    "BOXES",
    "CALIBRATION_JSON",
    "CAMERA_JSON",
    "CATALOGUE",
    "CERTIFICATE_JSON",
    "CLIP_JSON",
    "CLIP_TABLES",
    "DEPTH_UNITS_PER_M",
    "DOORS",
    "EVENTS",
    "FLOOR_PLAN_JSON",
    "FORMAT_VERSION",
    "FRAMES",
    "GATES",
    "INDEX",
    "MANIFEST_JSON",
    "MASKS",
    "PLANOGRAM",
    "RECEIPT_JSON",
    "STORE_TABLES",
    "TRACKS",
    "WEIGHTS",
    "JsonField",
    "bare_schema",
    "json_problems",
    "render_docs",
    "table_problems",
]
