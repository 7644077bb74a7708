"""Every error shopsynth raises on purpose.

    ShopsynthError
    ├── ConfigError            bad scenario file, preset, --set or catalogue   (exit code 3)
    ├── PlacementError         a store could not be laid out as asked          (exit code 1)
    ├── LedgerError            an event would break the conservation of items  (exit code 1)
    ├── RenderError            no usable OpenGL, shader or framebuffer failure (exit code 1)
    ├── CheckpointError        a refiner file that is missing or not ours      (exit code 1)
    ├── CertificateError       a refined frame that breaks its certificate     (exit code 1)
    ├── DatasetError           a dataset that is damaged, foreign or in use    (exit code 1)
    └── StorageError           the output cannot be written                    (exit code 1)

A message says what was expected, what came, where, and what to change.
"""


class ShopsynthError(Exception):
    """Root of all errors of the project.

    Attributes:
        exit_code: What the command line exits with when this error ends a command.
    """

    exit_code = 1


class ConfigError(ShopsynthError):
    """A scenario, preset name or override that cannot be used."""

    exit_code = 3


class PlacementError(ShopsynthError):
    """A fixture, camera or person for which no valid place was found."""


class LedgerError(ShopsynthError):
    """An event that would break the conservation of items."""


class RenderError(ShopsynthError):
    """OpenGL is not usable or a rendering step failed."""


class CheckpointError(ShopsynthError):
    """A refiner checkpoint that is missing, damaged or of another program."""


class CertificateError(ShopsynthError):
    """A refined frame whose certificate does not hold."""


class DatasetError(ShopsynthError):
    """A dataset that is damaged, of another format or version, or in the way."""


class StorageError(ShopsynthError):
    """The output folder or bucket cannot be written."""
