"""The plan of a run: which clips, of which scenario, in which shard. Decided before anything is made.

In: scenario configs, seed, first clip and number of clips. Out: a `Plan`. It depends on nothing else, not on
workers, jobs or machines, so that any of them can make any part and the bytes stay the same. Clip i is of
scenario i modulo the number of scenarios and never needs another clip.
"""

import hashlib
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

from scenes.config import ScenarioConfig
from scenes.errors import ConfigError
from scenes.sampling import sample_scenario
from scenes.scenario import Scenario
from synth.dataset.files import hash_file, to_json_bytes
from synth.schema import FORMAT_VERSION

# A shard is what one range of clips shares: small, so that many jobs have work and little is repacked.
CLIPS_PER_SHARD = 4

_PACKAGES = (
    "shopsynth",
    "numpy",
    "scipy",
    "shapely",
    "jupedsim",
    "pyrender",
    "PyOpenGL",
    "pyarrow",
    "av",
    "pillow",
    "torch",
    "openvino",
)


@dataclass(frozen=True)
class ClipTask:
    """One clip to make.

    Attributes:
        config_number: Which of the plan's configs.
        index: With the seed and the config it decides the clip.
        shard: Number of the shard it goes to.
    """

    clip_id: str
    config_number: int
    index: int
    shard: int


@dataclass(frozen=True)
class Plan:
    """Everything that a run will make.

    Attributes:
        refiner: ``"none"``, ``"default"``, or ``"sha256:..."`` of a checkpoint file.
    """

    configs: tuple[ScenarioConfig, ...]
    seed: int
    first: int
    clips: int
    refiner: str

    @cached_property
    def tasks(self) -> tuple[ClipTask, ...]:
        """The clips in order."""
        return tuple(
            ClipTask(
                clip_id=f"{self.configs[index % len(self.configs)].name}-{index:06d}",
                config_number=index % len(self.configs),
                index=index,
                shard=(index - self.first) // CLIPS_PER_SHARD,
            )
            for index in range(self.first, self.first + self.clips)
        )

    @property
    def shards(self) -> int:
        """Number of shards."""
        return -(-self.clips // CLIPS_PER_SHARD)

    def shard_tasks(self, number: int) -> tuple[ClipTask, ...]:
        """The clips of one shard, in order."""
        return self.tasks[number * CLIPS_PER_SHARD : (number + 1) * CLIPS_PER_SHARD]

    def sample(self, task: ClipTask) -> Scenario:
        """Draw one clip's scenario."""
        return sample_scenario(self.configs[task.config_number], seed=self.seed, index=task.index)

    @cached_property
    def recipe(self) -> dict[str, Any]:
        """All that decides the dataset's bytes, apart from the versions of the packages."""
        return {
            "format_version": FORMAT_VERSION,
            "configs": [config.model_dump(mode="json") for config in self.configs],
            "seed": self.seed,
            "first": self.first,
            "clips": self.clips,
            "refiner": self.refiner,
            "clips_per_shard": CLIPS_PER_SHARD,
        }

    @cached_property
    def recipe_sha256(self) -> str:
        """The recipe's fingerprint: equal for runs that make the same dataset."""
        return hashlib.sha256(to_json_bytes(self.recipe, indent=None)).hexdigest()


def make_plan(
    configs: Sequence[ScenarioConfig], *, clips: int, first: int = 0, seed: int, refiner: str = "default"
) -> Plan:
    """Plan a run.

    Args:
        configs: One or more scenarios, dealt out in turn.
        clips: Number of clips, all scenarios together.
        first: Index of the first clip.
        seed: Any non-negative integer.
        refiner: ``"none"``, ``"default"`` or the path of a checkpoint, which enters by its content.

    Raises:
        ConfigError: A number is out of range or two scenarios share a name.
    """
    names = [config.name for config in configs]
    if not configs:
        raise ConfigError("expected at least one scenario, got none")
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ConfigError(
            f"two scenarios are called {twice!r}; clip ids need different names, rename one of them"
        )
    for what, value, least in (("clips", clips, 1), ("first", first, 0), ("seed", seed, 0)):
        if value < least:
            raise ConfigError(f"{what}: expected at least {least}, got {value}")
    if refiner not in ("none", "default"):
        refiner = _describe_checkpoint(Path(refiner))
    return Plan(tuple(configs), seed, first, clips, refiner)


def _describe_checkpoint(path: Path) -> str:
    if not path.is_file():
        raise ConfigError(f"refiner: no file {path}; expected none, default or the path of a checkpoint")
    return f"sha256:{hash_file(path)[1]}"


def package_versions() -> dict[str, str]:
    """Return the versions of everything that has a part in the bytes; what is not installed is left out."""
    versions = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return versions
