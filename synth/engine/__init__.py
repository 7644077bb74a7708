"""Runs: which clips, made by which workers, packed into shards, resumed after interruption."""
