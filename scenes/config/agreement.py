"""Keys that do nothing in the shop that is asked for: said, not passed over in silence.

In: a valid scenario and the tree with its marks. Out: nothing, or a `ConfigError` that says where and what to
change. Presets may hold such keys, which belong to the formats that they mix; whoever writes one asks for it.
"""

from collections.abc import Iterator

from scenes.config.models import ScenarioConfig
from scenes.config.yaml_tree import Mark, Node
from scenes.errors import ConfigError
from scenes.plan.formats import FORMATS


def check_agreement(config: ScenarioConfig, tree: Node) -> None:
    """Refuse gondolas asked of formats that have only tables, and wall furniture of bare walls.

    Raises:
        ConfigError: With a line for each key.
    """
    lines = [*_find_missing_gondolas(config, tree), *_find_missing_walls(config, tree)]
    if lines:
        raise ConfigError("\n".join(lines))


def _find_missing_gondolas(config: ScenarioConfig, tree: Node) -> Iterator[str]:
    """Say which keys ask gondolas of shops whose islands are tables."""
    formats = [str(name) for name in config.store.format.support]
    if any(FORMATS[name].islands == "gondola" for name in formats):
        return
    asked = {"gondola_height_m": True, "end_caps": True in config.store.end_caps.support}
    others = ", ".join(name for name, trade in FORMATS.items() if trade.islands == "gondola")
    for mark, name in _find_written(tree, [name for name, given in asked.items() if given]):
        yield (
            f"{mark}: store.{name}: expected a shop with gondolas, got store.format {' or '.join(formats)}, "
            f"whose islands are low tables; leave {name} out, or choose one of {others}"
        )


def _find_missing_walls(config: ScenarioConfig, tree: Node) -> Iterator[str]:
    """Say which keys ask a share of the shelving along walls that have none."""
    if True in config.store.wall_shelves.support:
        return
    asked = {"freezers": config.store.freezers, "pegs": config.store.pegs}
    for mark, name in _find_written(tree, [name for name, share in asked.items() if any(share.support)]):
        yield (
            f"{mark}: store.{name}: expected shelving along the walls, got store.wall_shelves false; "
            f"leave {name} out, or put shelving along the walls (store.wall_shelves: true)"
        )


def _find_written(tree: Node, names: list[str]) -> Iterator[tuple[Mark, str]]:
    """Yield those keys of the store that somebody wrote, with where; presets do not count."""
    store = tree.value.get("store")
    for name in names:
        mark = tree.find(("store", name), key=True)
        if store is not None and name in store.value and not mark.source.startswith("preset "):
            yield mark, name
