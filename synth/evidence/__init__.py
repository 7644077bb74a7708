"""What the cameras and the scales have to show of each event: whether anybody could know who did what.

    views.py     pixels of item, hand and person about each contact
    steps.py     what the plates report of each event, against its noise and against what else it could be
    verdicts.py  which of them suffice for *who*, for *what* and for both; counts of a clip

In: the simulation, the motion, each rendered `View`, the readings' faults. Out: columns of events.parquet
and a summary. What no recording tells no model can know, so the share of events with evidence bounds the
accuracy that can be reached on a clip.
"""

from typing import Any

from scenes.scenario import SensorsSpec
from scenes.world import Store
from synth.evidence.steps import measure_steps
from synth.evidence.verdicts import judge_all, summarize
from synth.evidence.views import EvidenceAccumulator, describe_contacts
from synth.records import Simulation, WeightTrace

__all__ = ["EvidenceAccumulator", "describe_contacts", "gather_evidence", "summarize"]


def gather_evidence(
    store: Store,
    simulation: Simulation,
    seen: EvidenceAccumulator,
    trace: WeightTrace,
    sensors: SensorsSpec,
) -> dict[str, list[Any]]:
    """Return the columns of evidence, an entry an event."""
    columns = seen.columns() | measure_steps(store, simulation, trace, sensors)
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    alike = store.catalogue.look_alike
    for row, event in zip(rows, simulation.events, strict=True):
        row["item_id"], row["kind"] = event.item_id, event.kind
    items = [event.item_id for event in simulation.events]
    verdicts = judge_all(rows, [n >= 0 and alike[store.item_product[n]] >= 0 for n in items])
    for name in ("who", "what", "evidence"):
        columns[name] = [verdict[name] for verdict in verdicts]
    return columns
