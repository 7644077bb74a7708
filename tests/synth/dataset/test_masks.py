import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scenes.errors import DatasetError
from synth.dataset.masks import MaskWriter, decode_runs, encode_runs
from synth.schema import MASKS, table_problems

ids = st.integers(0, 3) | st.integers(0, 2**31 - 1)


@given(arrays(np.int32, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=ids))
def test_runs_give_the_mask_back(mask):
    values, lengths = encode_runs(mask)
    assert values.dtype == lengths.dtype == np.int32
    assert np.all(values[1:] != values[:-1])  # no run is longer than it could be
    height, width = mask.shape
    assert np.array_equal(decode_runs(values, lengths, width_px=width, height_px=height), mask)


@pytest.mark.parametrize(
    ("values", "lengths"), [([1, 2], [3, 2]), ([1], [3, 3]), ([1, 2, 3], [7, -1, 0]), ([], [])]
)
def test_runs_that_do_not_fill_the_image(values, lengths):
    with pytest.raises(DatasetError, match="3 x 2 = 6 expected"):
        decode_runs(np.array(values, np.int32), np.array(lengths, np.int32), width_px=3, height_px=2)


def test_writer_streams_row_groups(tmp_path):
    rng = np.random.default_rng(3)
    masks = [rng.integers(0, 3, (6, 7)).astype(np.int32) for _ in range(130)]
    writer = MaskWriter(tmp_path / "m.parquet")
    for mask in masks:
        writer.add(mask)
    writer.finish()
    file = pq.ParquetFile(tmp_path / "m.parquet")
    assert file.metadata.num_row_groups == 3
    table = file.read()
    assert table_problems(table, MASKS) == []
    assert table.column("frame").to_pylist() == list(range(130))
    row = table.slice(77, 1).to_pylist()[0]
    back = decode_runs(np.array(row["values"]), np.array(row["lengths"]), width_px=7, height_px=6)
    assert np.array_equal(back, masks[77])
