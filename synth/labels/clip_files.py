"""A clip's last step: all that is told of it beside its pictures, handed to its writer.

In: the simulation, what the cameras and scales took of it, a writer with all frames. Out: clip.json, the
tables and the receipts, written; the clip is whole.
"""

from collections.abc import Sequence

import pyarrow as pa

from scenes.scenario import Scenario
from scenes.world import Store
from synth.dataset import ClipWriter
from synth.evidence import EvidenceAccumulator, gather_evidence, summarize
from synth.labels.clip_json import describe_clip
from synth.labels.tables import make_events, make_receipts, make_weights
from synth.records import Conditions, Motion, Refiner, Simulation, WeightTrace
from synth.sensors import FrameClock, make_frames_table, record_doors, record_gates


def finish_clip(
    writer: ClipWriter,
    scenario: Scenario,
    store: Store,
    simulation: Simulation,
    motion: Motion,
    *,
    clip_id: str,
    conditions: Conditions,
    weights: WeightTrace,
    clocks: Sequence[FrameClock],
    contacts: EvidenceAccumulator,
    tracks: pa.Table,
    boxes: pa.Table,
    refiner: Refiner | None,
) -> None:
    """Judge the evidence, describe the clip and write all its labels.

    Args:
        writer: Has every view of the clip already.
        scenario: What was asked for.
        store: The shop, with what people brought into it.
        simulation: What happened.
        motion: How bodies moved, (F, N, ...).
        clip_id: The clip's name.
        conditions: What befell its light, glass, doors and cameras.
        weights: What the scales read.
        clocks: One of each camera.
        contacts: What the cameras saw of each event.
        tracks: The table TRACKS.
        boxes: The table BOXES.
        refiner: What refined the pictures, if anything did.
    """
    evidence = gather_evidence(store, simulation, contacts, weights, scenario.sensors)
    events = make_events(simulation, evidence)
    writer.finish(
        clip=describe_clip(
            scenario,
            clip_id,
            store,
            simulation,
            motion,
            conditions=conditions,
            scale_faults=weights.faults,
            refiner=refiner,
            evidence=summarize(events.to_pylist()),
        ),
        tracks=tracks,
        boxes=boxes,
        events=events,
        weights=make_weights(weights),
        frames=make_frames_table(clocks, motion.time_s),
        gates=record_gates(scenario, store, simulation),
        doors=record_doors(scenario, simulation),
        receipts=make_receipts(simulation),
    )
