"""The report: one static HTML page that shows what is in a dataset, pictures inlined, no network needed."""

from synth.report.page import write_report

__all__ = ["write_report"]
