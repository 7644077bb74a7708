"""Instance masks as run lengths: from (H, W) id images to Parquet rows and back.

Called by synth/dataset/clip_writer.py and synth/dataset/reader.py.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from scenes.errors import DatasetError
from synth.dataset.files import PARQUET_OPTIONS
from synth.schema import MASKS, bare_schema

_FRAMES_PER_ROW_GROUP = 64


def encode_runs(instance_id: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Split an id image (H, W) int32, read row by row, into runs of equal values.

    Returns:
        values (R,) int32 and lengths (R,) int32, which add up to H * W.

    >>> values, lengths = encode_runs(np.array([[0, 7], [7, 7]], np.int32))
    >>> values.tolist(), lengths.tolist()
    ([0, 7], [1, 3])
    """
    flat = np.ascontiguousarray(instance_id, dtype=np.int32).reshape(-1)
    starts = np.concatenate(([0], np.flatnonzero(flat[1:] != flat[:-1]) + 1))
    lengths = np.diff(starts, append=flat.size)
    return flat[starts], lengths.astype(np.int32)


def decode_runs(values: np.ndarray, lengths: np.ndarray, *, width_px: int, height_px: int) -> np.ndarray:
    """Rebuild the id image (H, W) int32 from its runs.

    Raises:
        DatasetError: The runs do not fill the image exactly.
    """
    total = int(np.asarray(lengths, np.int64).sum())
    if len(values) != len(lengths) or np.any(np.asarray(lengths) <= 0) or total != width_px * height_px:
        raise DatasetError(
            f"{len(values)} runs cover {total} pixels; {width_px} x {height_px} = {width_px * height_px} "
            "expected"
        )
    flat = np.repeat(np.asarray(values, np.int32), np.asarray(lengths, np.int64))
    return flat.reshape(height_px, width_px)


class MaskWriter:
    """Appends one camera's masks to one Parquet file, a row group every 64 frames."""

    def __init__(self, path: Path):
        self._schema = bare_schema(MASKS)
        options = dict(PARQUET_OPTIONS)
        self._writer = pq.ParquetWriter(path, self._schema, **options)
        self._rows: list[dict] = []
        self._frames = 0
        self._open = True

    def add(self, instance_id: np.ndarray) -> None:
        """Append the next frame's id image (H, W) int32."""
        values, lengths = encode_runs(instance_id)
        self._rows.append({"frame": self._frames, "values": values, "lengths": lengths})
        self._frames += 1
        if len(self._rows) == _FRAMES_PER_ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
            self._rows = []

    def finish(self) -> None:
        """Write the remaining frames and complete the file."""
        self._flush()
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._open:
            self._open = False
            self._writer.close()
