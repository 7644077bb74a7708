"""YAML text as a tree that remembers where every key and value was written.

In: the text of a scenario file or of a ``--set``. Out: `Node`s, whose marks let scenes/config/loader.py name
`file:line:column` in every message, also after files were merged.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.nodes import Node as YamlNode
from ruamel.yaml.reader import ReaderError

MAX_NODES = 20_000  # a scenario has some hundred; aliases of aliases can unfold into billions
MAX_DEPTH = 20

_TAG = "tag:yaml.org,2002:"
_PLAIN_TAGS = frozenset(_TAG + name for name in ("null", "bool", "int", "float", "str"))


@dataclass(frozen=True)
class Mark:
    """A place in a file (lines and columns from 1), or the ``--set`` that a value came from."""

    source: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return self.source if self.line is None else f"{self.source}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Node:
    """A value and where it begins. Trees are shared: nobody changes what a node holds.

    Attributes:
        value: A plain scalar, a list of Nodes, or a dict of Nodes.
        keys: For a dict, where each of its keys is written.
    """

    value: Any
    mark: Mark
    keys: dict[Any, Mark]

    def plain(self) -> Any:
        """The value without its marks."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def find(self, path: tuple[Any, ...], *, key: bool = False) -> Mark:
        """Mark of the value at `path` (or of its key), or of what lies nearest above it."""
        node, mark = self, self.mark
        for step in path:
            children = node.value
            inside = step in children if isinstance(children, dict) else isinstance(step, int)
            if not inside or (isinstance(children, list) and step >= len(children)):
                return mark
            if not isinstance(children, dict | list):
                return mark
            key_mark = node.keys.get(step)
            node = children[step]
            mark = key_mark if key and key_mark else node.mark
        return mark


class YamlProblems(Exception):
    """What is wrong with a YAML text: (mark, message) pairs, in the order of the text."""

    def __init__(self, problems: list[tuple[Mark, str]]) -> None:
        super().__init__("; ".join(f"{mark}: {message}" for mark, message in problems))
        self.problems = problems


@lru_cache(maxsize=64)  # a scenario is read as what others extend and as the natural one: 0.1 s each time
def parse_yaml(text: str, *, source: str, with_lines: bool = True) -> Node | None:
    """Parse one YAML document.

    Args:
        text: The document.
        source: What marks name: the file, or the ``--set``.
        with_lines: Whether marks carry line and column.

    Returns:
        The tree, or None for a document without content.

    Raises:
        YamlProblems: For bad syntax, duplicate keys, tags, or a document too large to be a scenario.
    """
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        place = error.problem_mark or error.context_mark
        mark = Mark(source, place.line + 1, place.column + 1) if place and with_lines else Mark(source)
        raise YamlProblems([(mark, _explain_syntax(error, text))]) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - text.rfind("\n", 0, error.position)
        mark = Mark(source, line, column) if with_lines else Mark(source)
        message = f"expected text, got the control character {error.character!r}"
        raise YamlProblems([(mark, message)]) from error
    except RecursionError as error:
        message = f"expected a scenario nested at most {MAX_DEPTH} deep, got a deeper one"
        raise YamlProblems([(Mark(source, 1, 1) if with_lines else Mark(source), message)]) from error
    if root is None:
        return None
    builder = _Builder(source, with_lines)
    tree = builder.build(root, depth=0)
    if builder.problems:
        raise YamlProblems(builder.problems)
    return tree


def _explain_syntax(error: MarkedYAMLError, text: str) -> str:
    lines = text.splitlines()
    line = error.problem_mark.line if error.problem_mark else 0
    if line < len(lines) and "\t" in lines[line][: len(lines[line]) - len(lines[line].lstrip())]:
        return "expected spaces for indentation, got a tab: YAML does not allow tabs there"
    if "expected a single document" in str(error.context or ""):
        return "expected a single YAML document, got a second one after '---'"
    reason = " ".join(part for part in (error.context, error.problem) if part)
    return f"expected valid YAML, got a syntax error: {reason}"


class _Builder:
    """Turns ruamel's nodes into ours and gathers what is wrong with them."""

    def __init__(self, source: str, with_lines: bool) -> None:
        self.source = source
        self.with_lines = with_lines
        self.constructor = YAML(typ="safe", pure=True).constructor
        self.problems: list[tuple[Mark, str]] = []
        self.count = 0

    def mark(self, node: YamlNode) -> Mark:
        if not self.with_lines:
            return Mark(self.source)
        return Mark(self.source, node.start_mark.line + 1, node.start_mark.column + 1)

    def build(self, node: YamlNode, *, depth: int) -> Node:
        mark = self.mark(node)
        self.count += 1
        if depth > MAX_DEPTH or self.count > MAX_NODES:
            limit = f"nested at most {MAX_DEPTH} deep with at most {MAX_NODES} values"
            raise YamlProblems([*self.problems, (mark, f"expected a scenario {limit}, got a larger one")])
        if isinstance(node, MappingNode):
            return self.build_mapping(node, mark, depth)
        if isinstance(node, ScalarNode):
            return Node(self.scalar(node, mark), mark, {})
        self.refuse_tag(node, mark, _TAG + "seq")
        return Node([self.build(child, depth=depth + 1) for child in node.value], mark, {})

    def build_mapping(self, node: MappingNode, mark: Mark, depth: int) -> Node:
        self.refuse_tag(node, mark, _TAG + "map")
        values: dict[Any, Node] = {}
        keys: dict[Any, Mark] = {}
        inherited: dict[Any, tuple[Mark, Node]] = {}
        for key_node, value_node in node.value:
            key_mark = self.mark(key_node)
            if key_node.tag == _TAG + "merge":
                for key, pair in self.merged(value_node, depth):
                    inherited.setdefault(key, pair)
                continue
            if not isinstance(key_node, ScalarNode):
                self.problems.append((key_mark, "expected a plain key, got a list or a mapping as key"))
                continue
            key = self.scalar(key_node, key_mark)
            if key in values:
                self.problems.append((key_mark, f"duplicate key {key!r}, first given at {keys[key]}"))
                continue
            keys[key] = key_mark
            values[key] = self.build(value_node, depth=depth + 1)
        for key, (key_mark, value) in inherited.items():
            if key not in values:
                keys[key], values[key] = key_mark, value
        return Node(values, mark, keys)

    def merged(self, node: YamlNode, depth: int) -> Iterator[tuple[Any, tuple[Mark, Node]]]:
        """Entries that YAML's merge key (``<<: *anchor``) brings in."""
        sources = node.value if isinstance(node, SequenceNode) else [node]
        for source in sources:
            if not isinstance(source, MappingNode):
                self.problems.append((self.mark(source), "expected a mapping after '<<', got something else"))
                continue
            built = self.build(source, depth=depth + 1)
            yield from ((key, (built.keys[key], value)) for key, value in built.value.items())

    def scalar(self, node: ScalarNode, mark: Mark) -> Any:
        if node.tag == _TAG + "timestamp":
            return node.value
        if node.tag not in _PLAIN_TAGS:
            self.problems.append((mark, f"expected no tag, got {node.tag!r}: tags are not used here"))
            return node.value
        try:
            return self.constructor.construct_object(node)
        except (YAMLError, ValueError):
            self.problems.append((mark, f"expected a value that fits its tag, got {node.value[:40]!r}"))
            return node.value

    def refuse_tag(self, node: YamlNode, mark: Mark, expected: str) -> None:
        if node.tag != expected:
            self.problems.append((mark, f"expected no tag, got {node.tag!r}: tags are not used here"))
