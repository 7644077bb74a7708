"""What `--refiner` names, as it enters a dataset's recipe: the hash of the checkpoint's file."""

from pathlib import Path


def identify_refiner(spec: str) -> str:
    """Return ``"none"``, or ``"sha256:..."`` of the checkpoint that `spec` names.

    Args:
        spec: ``"none"``, ``"default"`` or the path of a checkpoint.

    Raises:
        CheckpointError: The file is missing or is no checkpoint of a refiner.
    """
    if spec == "none":
        return spec
    from gan.checkpoint import find_default_checkpoint, load_checkpoint

    path = find_default_checkpoint() if spec == "default" else Path(spec)
    return f"sha256:{load_checkpoint(path).sha256}"
