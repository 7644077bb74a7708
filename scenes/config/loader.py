"""Reads scenario files: YAML, `extends`, ``--set``, and errors that name file:line:column.

In: a file or the name of a preset, and overrides. Out: a `ScenarioConfig`. All that is wrong with a file is
reported at once (scenes/config/problems.py words it), and so is all that is wrong with the user's catalogue
that it names (scenes/goods/own_catalogue.py).
"""

import difflib
import os
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from scenes.config.agreement import check_agreement
from scenes.config.keys import KEYS, SECTION_SPECS
from scenes.config.models import ScenarioConfig
from scenes.config.problems import explain_errors, suggest
from scenes.config.yaml_tree import Mark, Node, YamlProblems, parse_yaml
from scenes.errors import ConfigError

MAX_FILE_BYTES = 1_000_000
MAX_EXTENDS = 8
DEFAULT_NATURAL = "everyday"
SHELF_SPARE_M = 0.012  # of a shelf's depth, before the front pack
_SUFFIXES = (".yaml", ".yml")
_NEAR_FILE = 0.75


@cache
def list_presets() -> tuple[str, ...]:
    """Names of the scenarios that come with the package."""
    folder = resources.files("scenes") / "presets"
    return tuple(sorted(Path(file.name).stem for file in folder.iterdir() if file.name.endswith(".yaml")))


def read_preset(name: str) -> str:
    """Text of one preset's file."""
    return (resources.files("scenes") / "presets" / f"{name}.yaml").read_text(encoding="utf-8")


def load_config(source: str | Path, overrides: Sequence[str] = ()) -> ScenarioConfig:
    """Load a scenario.

    Args:
        source: A scenario file, or the name of a preset.
        overrides: ``"shoppers.count=3"``, as given to ``--set``; the value is YAML.

    Raises:
        ConfigError: For anything wrong with the file, what it extends, or an override. Its message has a
            line for each problem.
    """
    location = _locate(str(source))
    tree = _load_tree(location, chain=())
    folder = (_folder(location) or Path()).resolve()
    for override in overrides:
        tree = _merge(tree, _move_paths(_parse_override(override), Path.cwd(), folder))
    natural_node = tree.value.get("natural")
    natural = _load_natural(natural_node)
    plain = tree.plain()
    plain.setdefault("name", _name_of(location))
    plain["natural"] = natural
    try:
        config = ScenarioConfig.model_validate(plain)
        check_agreement(config, tree)
        if not any(config.catalogue.file.support):
            return config
        plain["catalogue"] |= _read_catalogue(config, tree, folder)
        return ScenarioConfig.model_validate(plain).with_folder(str(folder))
    except ValidationError as error:
        raise ConfigError(explain_errors(error, tree)) from None


def _read_catalogue(config: ScenarioConfig, tree: Node, folder: Path) -> dict[str, object]:
    """Check the user's catalogue and return the keys that follow from it."""
    from scenes.goods.own_catalogue import load_own_catalogue

    paths, marks = {}, {}
    for name in ("file", "pictures", "sha256"):
        values = getattr(config.catalogue, name).support
        marks[name] = f"{tree.find(('catalogue', name))}: catalogue.{name}: "
        if len(values) != 1:
            raise ConfigError(f"{marks[name]}expected one text, got a distribution")
        paths[name] = str(values[0])
    own = load_own_catalogue(
        folder / paths["file"],
        folder / paths["pictures"] if paths["pictures"] else None,
        deepest_m=min(map(float, config.store.shelf_depth_m.support)) - SHELF_SPARE_M,
        where=marks["file"],
        where_pictures=marks["pictures"],
    )
    if paths["sha256"] not in ("", own.sha256):
        raise ConfigError(
            f"{marks['sha256']}expected the content {paths['sha256']}, got {own.sha256}; the catalogue or a "
            "picture was changed since: put it back, or leave sha256 out"
        )
    return {"skus": len(own.products), "sha256": own.sha256}


class _Location:
    """A scenario's text: a file, or a preset inside the package."""

    def __init__(self, path: Path | None, preset: str | None) -> None:
        self.path = path
        self.preset = preset

    @property
    def label(self) -> str:
        return f"preset {self.preset}" if self.path is None else str(self.path)

    @property
    def identity(self) -> str:
        return self.label if self.path is None else os.path.realpath(self.path)

    def read(self, asked_at: Mark | None) -> str:
        if self.path is None:
            return read_preset(str(self.preset))
        where = f"{asked_at}: " if asked_at else ""
        try:
            size = self.path.stat().st_size
            if self.path.is_dir():
                raise ConfigError(f"{where}expected a scenario file, got the folder {self.path}")
            if size > MAX_FILE_BYTES:
                limit = f"at most {MAX_FILE_BYTES:,} bytes"
                raise ConfigError(f"{self.path}:1:1: expected a scenario of {limit}, got {size:,} bytes")
            content = self.path.read_bytes()
        except OSError as error:
            raise ConfigError(f"{where}cannot read {self.path}: {error.strerror or error}") from error
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            column = error.start - content.rfind(b"\n", 0, error.start)
            byte = content[error.start]
            message = f"{self.path}:{line}:{column}: expected text in UTF-8, got the byte 0x{byte:02x}"
            raise ConfigError(message) from None
        return text


def _locate(source: str, *, where: str = "", folder: Path | None = None) -> _Location:
    """Find a scenario by preset name or path; a relative path starts at `folder`.

    `where` begins the message of an error: the mark and the key that name the scenario.
    """
    presets = list_presets()
    if source in presets:
        return _Location(None, source)
    path = Path(source)
    if folder is not None and not path.is_absolute():
        path = folder / path
    if path.exists():
        return _Location(path, None)
    if path.suffix in _SUFFIXES or os.sep in source:
        raise ConfigError(f"{where}expected a scenario file, got {source!r}: no such file{_near_file(path)}")
    raise ConfigError(
        f"{where}expected a scenario file or one of the presets {', '.join(presets)}, got {source!r}"
        f"{suggest(source, presets)}"
    )


def _near_file(path: Path) -> str:
    try:
        names = [file.name for file in path.parent.iterdir() if file.suffix in _SUFFIXES]
    except OSError:
        return ""
    known = {preset: preset for preset in list_presets()} | {Path(name).stem: name for name in names}
    # By their stems: all scenario files end alike, and would all seem near.
    near = difflib.get_close_matches(path.stem, known, n=1, cutoff=_NEAR_FILE)
    return f"; did you mean {known[near[0]]!r}?" if near else ""


def _name_of(location: _Location) -> str:
    stem = location.path.stem if location.path else str(location.preset)
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", stem).strip("_-")[:64]
    return name or "scenario"


def _load_tree(location: _Location, *, chain: tuple[_Location, ...], asked_at: Mark | None = None) -> Node:
    """Read a file and what it extends, merged; `chain` are the files that led here."""
    chain = (*chain, location)
    if location.identity in [earlier.identity for earlier in chain[:-1]]:
        way = " -> ".join(earlier.label for earlier in chain)
        raise ConfigError(f"{asked_at}: extends: expected scenarios that end somewhere, got the circle {way}")
    if len(chain) > MAX_EXTENDS:
        raise ConfigError(f"{asked_at}: extends: expected at most {MAX_EXTENDS} scenarios in a row, got more")
    tree = _parse(location, asked_at)
    parent = tree.value.get("extends")
    own = Node({k: v for k, v in tree.value.items() if k != "extends"}, tree.mark, tree.keys)
    if parent is None:
        return own
    if not isinstance(parent.value, str):
        got = parent.plain()
        raise ConfigError(f"{parent.mark}: extends: expected a preset or a relative path, got {got!r}")
    base_location = _locate(parent.value, where=f"{parent.mark}: extends: ", folder=_folder(location))
    base = _load_tree(base_location, chain=chain, asked_at=parent.mark)
    inherited = {k: v for k, v in base.value.items() if k not in ("name", "description")}
    base = Node(inherited, base.mark, base.keys)
    return _merge(_move_paths(base, _folder(base_location), _folder(location)), own)


def _move_paths(tree: Node, old: Path | None, new: Path | None) -> Node:
    """Let the relative paths of the catalogue section, which start at one folder, start at another."""
    section = tree.value.get("catalogue")
    if old is None or new is None or section is None or not isinstance(section.value, dict):
        return tree
    values = dict(section.value)
    for name in ("file", "pictures"):
        node = values.get(name)
        if node and isinstance(node.value, str) and node.value and not Path(node.value).is_absolute():
            moved = os.path.relpath(old.resolve() / node.value, new.resolve())
            values[name] = Node(Path(moved).as_posix(), node.mark, node.keys)
    return Node({**tree.value, "catalogue": Node(values, section.mark, section.keys)}, tree.mark, tree.keys)


def _folder(location: _Location) -> Path | None:
    return location.path.parent if location.path else None


def _parse(location: _Location, asked_at: Mark | None) -> Node:
    text = location.read(asked_at)
    try:
        tree = parse_yaml(text, source=location.label)
    except YamlProblems as error:
        raise ConfigError("\n".join(f"{mark}: {message}" for mark, message in error.problems)) from error
    if tree is None:
        hint = "'shopsynth init' writes one to begin with"
        raise ConfigError(f"{location.label}:1:1: expected a scenario, got an empty file; {hint}")
    if not isinstance(tree.value, dict):
        kind = "a list" if isinstance(tree.value, list) else repr(tree.value)[:60]
        raise ConfigError(f"{tree.mark}: expected a mapping of keys such as 'shoppers:', got {kind}")
    _check_keys(tree)
    natural = tree.value.get("natural")
    if natural is not None and isinstance(natural.value, str) and natural.value not in list_presets():
        # A relative path starts at the file that states it, also when another file extends that one.
        where = f"{natural.mark}: natural: "
        path = _locate(natural.value, where=where, folder=_folder(location)).path
        return Node({**tree.value, "natural": Node(str(path), natural.mark, {})}, tree.mark, tree.keys)
    return tree


def _check_keys(tree: Node) -> None:
    """Refuse keys that YAML reads as something else than text."""
    mappings = [tree, *(node for node in tree.value.values() if isinstance(node.value, dict))]
    wrong = [
        (mark, key) for mapping in mappings for key, mark in mapping.keys.items() if type(key) is not str
    ]
    if wrong:
        lines = [f"{mark}: expected a key such as 'shoppers', got {key!r}" for mark, key in wrong]
        raise ConfigError("\n".join(lines))


def _merge(base: Node, top: Node) -> Node:
    """Lay `top` over `base`: sections key by key, the value of a key as a whole (a distribution is one)."""
    values, keys = dict(base.value), dict(base.keys)
    for key, node in top.value.items():
        below = values.get(key)
        if key in SECTION_SPECS and below and isinstance(below.value, dict) and isinstance(node.value, dict):
            node = Node({**below.value, **node.value}, node.mark, {**below.keys, **node.keys})
        values[key] = node
        keys[key] = top.keys.get(key, top.mark)
    return Node(values, top.mark, keys)


def _parse_override(override: str) -> Node:
    path, equals, text = override.partition("=")
    path = path.strip()
    source = f"--set {override}"
    if not equals or not path:
        raise ConfigError(f"{source}: expected key=value such as shoppers.count=3, got {override!r}")
    steps = path.split(".")
    if steps[0] == "extends":
        raise ConfigError(f"{source}: extends cannot be set, write it in the scenario file")
    known = [*KEYS, *SECTION_SPECS, "name", "description", "natural"]
    if path not in known:
        raise ConfigError(f"{source}: unknown key {path!r}{suggest(path, known)}")
    try:
        node = parse_yaml(text, source=source, with_lines=False)
    except YamlProblems as error:
        raise ConfigError("\n".join(f"{mark}: {message}" for mark, message in error.problems)) from error
    if node is None:
        raise ConfigError(f"{source}: expected a value after '=', got nothing")
    for step in reversed(steps):
        node = Node({step: node}, node.mark, {step: node.mark})
    return node


def _load_natural(node: Node | None) -> object:
    """Content of the natural scenario, as the model wants it."""
    if node is not None and not isinstance(node.value, str):
        raise ConfigError(f"{node.mark}: natural: expected a preset or a relative path, got {node.plain()!r}")
    name = DEFAULT_NATURAL if node is None else node.value
    natural = _locate(name, where=f"{node.mark}: natural: " if node else "")
    tree = _load_tree(natural, chain=(), asked_at=node.mark if node else None)
    plain = {"name": tree.plain().get("name", _name_of(natural))}
    plain |= {key: value for key, value in tree.plain().items() if key in SECTION_SPECS}
    try:
        ScenarioConfig.model_validate({**tree.plain(), "name": plain["name"], "natural": plain})
    except ValidationError as error:
        raise ConfigError(explain_errors(error, tree)) from None
    return plain
