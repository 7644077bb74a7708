"""The torch dataset against the reader and the files."""

import pickle

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from scenes.errors import DatasetError
from synth.torch_dataset import MODALITIES, ClipDataset, collate_clips


@pytest.fixture(scope="module")
def item(small_path):
    return ClipDataset(str(small_path), modalities=MODALITIES)[1]


def test_pictures_equal_the_videos(item, small_dataset):
    clip_id = small_dataset.clips[1]
    assert item["clip_id"] == clip_id
    for kind in ("rgb", "refined"):
        frames = np.stack(list(small_dataset.video(clip_id, "cam1", kind)))
        assert np.array_equal(item[kind]["cam1"].permute(0, 2, 3, 1), frames)
    assert item["depth"]["cam0"].shape == (15, 120, 160)
    assert np.array_equal(item["masks"]["cam0"][3], small_dataset.masks(clip_id, "cam0", 3))


def test_boxes_equal_the_table_and_enclose_their_masks(item, small_dataset):
    table, boxes = small_dataset.table(item["clip_id"], "boxes"), item["boxes"]
    assert len(boxes["frame"]) == table.num_rows
    rows = table.to_pylist()
    joints = len(item["joint_names"])
    for number in range(0, table.num_rows, 97):
        row = rows[number]
        assert item["cameras"][boxes["camera"][number]] == row["camera_id"]
        edges = [row[name] for name in ("x0_px", "y0_px", "x1_px", "y1_px")]
        assert torch.equal(boxes["visible_px"][number].nan_to_num(-1), torch.tensor(edges).nan_to_num(-1))
        if row["class"] == "person":
            assert boxes["joints_px"][number].flatten().tolist() == row["joints_px"]
            assert boxes["joints_visible"][number].tolist() == row["joints_visible"]
    assert boxes["joints_px"].shape == (table.num_rows, joints, 2)
    assert bool(boxes["joints_px"][boxes["item_id"] >= 0].isnan().all())


def test_tracks_weights_events_and_store_agree(item, small_dataset):
    tracks = small_dataset.table(item["clip_id"], "tracks").to_pylist()
    assert item["tracks"]["trip_code"] == [row["trip_code"] for row in tracks]
    if tracks:
        assert item["tracks"]["palm_m"][-1, 1, 2].item() == tracks[-1]["right_palm_z_m"]
        assert item["tracks"]["joints_m"][0].flatten().tolist() == tracks[0]["joints_m"]
    weights = small_dataset.table(item["clip_id"], "weights")
    assert item["weights"]["mass_kg"].shape == (weights.num_rows, len(item["store"]["plate_fixture"]))
    assert item["weights"]["true_kg"][7].tolist() == weights["true_kg"][7].as_py()
    assert item["events"]["kind"] == small_dataset.table(item["clip_id"], "events")["kind"].to_pylist()
    assert item["receipts"] == small_dataset.receipts(item["clip_id"])
    # On each plate lies no more than the shop weighs.
    assert 0 < item["weights"]["true_kg"][0].sum() < 10_000 * item["store"]["mass_kg"].max()


def test_workers_read_the_same_as_the_main_process(small_path):
    clips = ClipDataset(str(small_path), modalities=("weights", "receipts"))
    spread = DataLoader(
        clips, batch_size=2, num_workers=1, collate_fn=collate_clips, multiprocessing_context="spawn"
    )
    for number, batch in enumerate(spread):
        for place in range(2):
            alone = clips[number * 2 + place]
            assert batch["clip_id"][place] == alone["clip_id"]
            assert torch.equal(batch["weights"]["mass_kg"][place], alone["weights"]["mass_kg"])
            assert batch["receipts"][place] == alone["receipts"]


def test_pickle_leaves_handles_behind(small_path):
    clips = ClipDataset(str(small_path), modalities=("store",))
    assert clips[0]["store"] is clips[0]["store"]
    copy = pickle.loads(pickle.dumps(clips))
    assert copy.__dict__["_dataset"] is None
    assert copy[0]["store"]["sku"] == clips[0]["store"]["sku"]


def test_chosen_clips_and_transform(small_path, small_dataset):
    last = small_dataset.clips[-1]
    clips = ClipDataset(str(small_path), modalities=(), clips=[last], transform=lambda item: item["clip_id"])
    assert (len(clips), clips[0]) == (1, last)


def test_collate_stacks_what_is_alike():
    joined = collate_clips([{"a": torch.zeros(2), "b": torch.zeros(n), "c": {"d": n}} for n in (1, 2)])
    assert joined["a"].shape == (2, 2)
    assert [len(part) for part in joined["b"]] == [1, 2]
    assert joined["c"] == {"d": [1, 2]}


def test_errors_name_what_would_be_right(small_path, tmp_path):
    with pytest.raises(DatasetError, match="unknown modality 'video'; expected some of rgb, refined"):
        ClipDataset(str(small_path), modalities=("video",))
    with pytest.raises(DatasetError, match="no clip 'everyday-9'"):
        ClipDataset(str(small_path), clips=["everyday-9"])
    with pytest.raises(DatasetError, match="is no dataset"):
        ClipDataset(str(tmp_path))
