"""Datasets on disk, format version 1: written by the engine, read by loaders, exporters and reports.

``ClipWriter`` writes the files of a clip; ``Dataset`` opens a finished dataset from a folder or a URL.
"""

from synth.dataset.clip_writer import ClipWriter
from synth.dataset.reader import Dataset

__all__ = ["ClipWriter", "Dataset"]
