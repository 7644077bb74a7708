"""Proves a dataset right from its files alone.

In: the folder or URL of a dataset. Out: a list of problems, each with clip, file, place and what is wrong;
empty when everything holds. Damage never ends the proof: what can still be checked is checked.

    containers    manifest, hashes, tar members against the index, store files
    clips         clip.json, hashes and schema of each file, then, from its `ClipContent`:
      tracks        times, walkable floor, fixtures
      carried       children on the arm: at whose side, on whose payment, with which hands
      chests        who reaches into chest freezers
      reserve       what stands over people's reach, and that nobody touches it
      ledger        events: order, places, conservation; receipts line by line
      evidence      what cameras and scales have to show of each event
      scales        true and reported steps against the ledger
      sensors       clocks of cameras, logs of gates and doors
      pictures      masks against boxes, joints and tracks; frames of videos
      certificates  the refiner's proof
"""

from collections.abc import Callable

from scenes.errors import ShopsynthError
from synth.dataset.reader import Dataset
from synth.verify.clips import check_clip, check_trip_codes
from synth.verify.containers import check_containers
from synth.verify.findings import Findings, Problem

__all__ = ["Problem", "verify_dataset"]


def verify_dataset(path: str, *, on_progress: Callable[[int, int], None] | None = None) -> list[Problem]:
    """Verify a dataset.

    Args:
        path: Folder or fsspec URL.
        on_progress: Called with (clips verified, clips) after each clip.

    Returns:
        Everything that is wrong; empty when the dataset holds.

    Raises:
        DatasetError: There is no finished dataset of this format.
    """
    dataset = Dataset(path)
    findings = Findings()
    check_containers(dataset, findings)
    trips: dict[str, list[str]] = {}
    for number, clip_id in enumerate(dataset.clips):
        try:
            trips[clip_id] = check_clip(dataset, clip_id, findings)
        except ShopsynthError as error:
            findings.add(clip_id, "", "", str(error))
        if on_progress is not None:
            on_progress(number + 1, len(dataset.clips))
    check_trip_codes(trips, findings)
    return findings.finish()
