"""The plan of a run: which clips, of which scenario, in which shard. Decided before anything is made.

In: scenario configs, seed, first clip and number of clips. Out: a `Plan`. It depends on nothing else, not on
workers, jobs or machines, so that any of them can make any part and the bytes stay the same. Clip i is of
scenario i modulo the number of scenarios and never needs another clip.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from scenes.config.models import ScenarioConfig
from scenes.errors import ConfigError, DatasetError
from scenes.sampling import sample_scenario
from scenes.scenario import Scenario
from synth.dataset.files import to_json_bytes
from synth.engine.limits import LARGEST_INDEX, LARGEST_SEED, MOST_CLIPS
from synth.schema import FORMAT_VERSION

# A shard is what one range of clips shares: small, so that many jobs have work and little is repacked.
CLIPS_PER_SHARD = 4

_CHECKPOINT = re.compile("sha256:[0-9a-f]{64}")


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
        refiner: ``"none"``, or ``"sha256:..."`` of a checkpoint file.
    """

    configs: tuple[ScenarioConfig, ...]
    seed: int
    first: int
    clips: int
    refiner: str

    def task(self, number: int) -> ClipTask:
        """Return the clip that is `number` places after the first."""
        index = self.first + number
        config_number = index % len(self.configs)
        return ClipTask(
            clip_id=f"{self.configs[config_number].name}-{index:06d}",
            config_number=config_number,
            index=index,
            shard=number // CLIPS_PER_SHARD,
        )

    def tasks(self) -> Iterator[ClipTask]:
        """Yield the clips in order."""
        return (self.task(number) for number in range(self.clips))

    @property
    def shards(self) -> int:
        """Number of shards."""
        return -(-self.clips // CLIPS_PER_SHARD)

    def shard_tasks(self, number: int) -> tuple[ClipTask, ...]:
        """The clips of one shard, in order."""
        start = number * CLIPS_PER_SHARD
        return tuple(self.task(place) for place in range(start, min(start + CLIPS_PER_SHARD, self.clips)))

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
    configs: Sequence[ScenarioConfig], *, clips: int, first: int = 0, seed: int, refiner: str = "none"
) -> Plan:
    """Plan a run.

    Args:
        configs: One or more scenarios, dealt out in turn.
        clips: Number of clips, all scenarios together.
        first: Index of the first clip.
        seed: From 0 to `synth.engine.limits.LARGEST_SEED`.
        refiner: ``"none"``, or ``"sha256:..."`` of the checkpoint file: it enters by its content.

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
    limits = (
        ("clips", clips, 1, MOST_CLIPS),
        ("first", first, 0, LARGEST_INDEX),
        ("seed", seed, 0, LARGEST_SEED),
    )
    for what, value, least, most in limits:
        if not least <= value <= most:
            raise ConfigError(f"{what}: expected {least} to {most}, got {value}")
    if first + clips > LARGEST_INDEX:
        raise ConfigError(f"first + clips: expected at most {LARGEST_INDEX}, got {first + clips}")
    if refiner != "none" and not _CHECKPOINT.fullmatch(refiner):
        raise ConfigError(
            f"refiner: expected none or sha256:<64 hex digits> of a checkpoint, got {refiner!r}"
        )
    return Plan(tuple(configs), seed, first, clips, refiner)


def read_configs(recipe: Mapping[str, Any], where: str) -> list[ScenarioConfig]:
    """Read the scenarios of a dataset's recipe back.

    Args:
        recipe: ``recipe`` of a manifest.
        where: The manifest, for the message.

    Raises:
        DatasetError: A scenario is not one of this version.
    """
    configs = []
    for number, config in enumerate(recipe["configs"]):
        try:
            configs.append(ScenarioConfig.model_validate(config))
        except (ValidationError, ConfigError) as error:
            place, reason = f"recipe.configs[{number}]", str(error)
            if isinstance(error, ValidationError):
                first = error.errors(include_url=False)[0]
                place, reason = ".".join([place, *map(str, first["loc"])]), first["msg"]
            raise DatasetError(
                f"{where}: {place}: {reason}; the scenario was changed by hand or is of another version"
            ) from error
    return configs
