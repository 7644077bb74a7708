"""Keys that do nothing in the shop that is asked for: said, not passed over in silence.

In: a valid scenario and the tree with its marks. Out: nothing, or a `ConfigError` that says where and what to
change. Presets may hold such keys, which belong to the formats that they mix; whoever writes one asks for it.
"""

from scenes.config.models import ScenarioConfig
from scenes.config.yaml_tree import Node
from scenes.errors import ConfigError
from scenes.plan.formats import FORMATS


def check_agreement(config: ScenarioConfig, tree: Node) -> None:
    """Refuse gondolas asked of formats that have only tables.

    Raises:
        ConfigError: With a line for each key.
    """
    formats = [str(name) for name in config.store.format.support]
    if any(FORMATS[name].islands == "gondola" for name in formats):
        return
    asked = {"gondola_height_m": True, "end_caps": True in config.store.end_caps.support}
    marks = {name: tree.find(("store", name), key=True) for name, given in asked.items() if given}
    store = tree.value.get("store")
    written = store.value if store is not None else {}
    others = ", ".join(name for name, trade in FORMATS.items() if trade.islands == "gondola")
    lines = [
        f"{mark}: store.{name}: expected a shop with gondolas, got store.format {' or '.join(formats)}, "
        f"whose islands are low tables; leave {name} out, or choose one of {others}"
        for name, mark in marks.items()
        if name in written and not mark.source.startswith("preset ")
    ]
    if lines:
        raise ConfigError("\n".join(lines))
