"""Words for what is wrong in a scenario: where, which key, what was expected, what came, the nearest name.

In: pydantic's errors and the tree with its marks. Out: a line for each error, in the order of the text.
"""

import difflib
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from scenes.config.keys import KEYS, NUMBER_SHAPES, SECTION_SPECS, Key
from scenes.config.yaml_tree import Mark, Node

TOP_KEYS = ("name", "description", "extends", *SECTION_SPECS, "natural")
_SHAPE_FORMS = {
    "uniform": "{uniform: [low, high]}",
    "log_uniform": "{log_uniform: [low, high]}",
    "normal": "{normal: {mean: m, std: s, min: low, max: high}}",
    "choice": "{choice: {a: 0.7, b: 0.3}}",
    "poisson": "{poisson: mean}",
    "neg_binomial": "{neg_binomial: {mean: m, r: r}}",
}
_MEMBERS = {"normal": ("mean", "std", "min", "max"), "neg_binomial": ("mean", "r")}


def suggest(wrong: Any, candidates: Iterable[str]) -> str:
    """'; did you mean ...?' with the nearest right name, or nothing when none is near.

    >>> suggest("cuont", ["count", "fps"])
    "; did you mean 'count'?"
    """
    near = difflib.get_close_matches(str(wrong), list(candidates), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def explain_errors(error: ValidationError, tree: Node) -> str:
    """One line an error: ``file:line:column: key: expected ..., got ...``."""
    lines: dict[tuple[Any, ...], str] = {}
    for details in error.errors(include_url=False):
        path = tuple(details["loc"])
        if path[0] == "natural" and len(path) > 1:
            continue  # the natural scenario is read on its own, with its own marks
        mark, line = _explain(path, details, tree)
        lines.setdefault((mark.source, mark.line or 0, mark.column or 0, line), f"{mark}: {line}")
    return "\n".join(lines[key] for key in sorted(lines))


def _explain(loc: tuple[Any, ...], details: Any, tree: Node) -> tuple[Mark, str]:
    kind, got = details["type"], details["input"]
    if kind == "extra_forbidden" and len(loc) <= 2:
        return _explain_unknown_key(loc, tree)
    if len(loc) == 1:
        return _explain_top(loc[0], kind, got, tree)
    key = KEYS[f"{loc[0]}.{loc[1]}"]
    tail = loc[3:]  # what follows section, key and the tag of the distribution
    if not tail:
        path = loc[:2]
        return tree.find(path), f"{key.path}: {_explain_value(key, kind, got, details)}"
    on_key = tail[-1] == "[key]"
    steps = tail[:-1] if on_key else tail
    path = (*loc[:2], *steps)
    mark = _find(tree, path, key=on_key or kind == "extra_forbidden")
    label = key.path + "".join(f"[{s}]" if isinstance(s, int) and i else f".{s}" for i, s in enumerate(steps))
    return mark, f"{label}: {_explain_inside(key, steps, kind, got, on_key=on_key)}"


def _find(tree: Node, path: tuple[Any, ...], *, key: bool) -> Mark:
    """Mark of a path whose last step may be the text of a key that YAML read as a number."""
    parent = tree
    for step in path[:-1]:
        if not isinstance(parent.value, dict | list):
            break
        parent = parent.value[step]
    if isinstance(parent.value, dict):
        last = next((k for k in parent.value if str(k) == str(path[-1])), path[-1])
        return tree.find((*path[:-1], last), key=key)
    return tree.find(path, key=key)


def _explain_unknown_key(loc: tuple[Any, ...], tree: Node) -> tuple[Mark, str]:
    mark = tree.find(loc, key=True)
    wrong = loc[-1]
    if len(loc) == 1:
        elsewhere = [key.path for key in KEYS.values() if key.name == wrong]
        hint = f"; it belongs to {elsewhere[0]}" if elsewhere else suggest(wrong, TOP_KEYS)
        return mark, f"{wrong}: expected one of the keys {', '.join(TOP_KEYS)}, got {wrong!r}{hint}"
    names = [key.name for key in KEYS.values() if key.section == loc[0]]
    hint = suggest(wrong, names)
    elsewhere = [key.path for key in KEYS.values() if key.name == wrong]
    if not hint and elsewhere:
        hint = f"; it belongs to {elsewhere[0]}"
    return mark, f"{loc[0]}.{wrong}: expected one of the keys {', '.join(names)}, got {wrong!r}{hint}"


def _explain_top(name: str, kind: str, got: Any, tree: Node) -> tuple[Mark, str]:
    mark = tree.find((name,))
    if name in SECTION_SPECS:
        first = next(key.name for key in KEYS.values() if key.section == name)
        return mark, f"{name}: expected keys such as '{first}:', got {_show(got)}"
    if name == "name":
        expected = "letters, digits, '-' and '_' (at most 64, a letter or digit first)"
        return mark, f"name: expected {expected}, got {_show(got)}"
    return mark, f"{name}: expected text, got {_show(got)}"


def _explain_value(key: Key, kind: str, got: Any, details: Any) -> str:
    if kind == "explained":
        return str(details["ctx"]["message"])
    if kind == "shape_name":
        wrong = next(iter(got))
        hint = suggest(wrong, key.shapes)
        if wrong in NUMBER_SHAPES:
            return (
                f"expected {key.expectation} or a choice of them, got the distribution {wrong!r} of numbers"
            )
        return f"expected one of the distributions {', '.join(key.shapes)}, got {wrong!r}{hint}"
    if kind == "shape" and isinstance(got, dict) and got:
        names = ", ".join(map(str, got))
        return f"expected one distribution such as {_SHAPE_FORMS[key.shapes[0]]}, got the keys {names}"
    hint = _hint(key, got)
    return f"expected {key.expectation} or a distribution, got {_show(got)}{hint}"


def _hint(key: Key, got: Any) -> str:
    if not isinstance(got, str):
        return ""
    if key.kind == "switch":
        words = {"yes": "true", "on": "true", "no": "false", "off": "false"}
        return (
            f"; did you mean {words[got.lower()]}?" if got.lower() in words else suggest(got, words.values())
        )
    if key.kind in ("number", "whole number") and got.replace(".", "", 1).isdecimal():
        return "; write it without quotes"
    return suggest(got, key.choices)


def _explain_inside(key: Key, steps: tuple[Any, ...], kind: str, got: Any, *, on_key: bool) -> str:
    shape = steps[0]
    form = _SHAPE_FORMS[shape]
    if kind == "missing" and shape in ("uniform", "log_uniform"):
        return f"expected two numbers, {form}, got fewer"
    if kind == "missing":
        return f"expected a value for {steps[-1]!r}, as in {form}, got none"
    if kind == "extra_forbidden":
        names = _MEMBERS.get(shape, (shape,))
        return f"expected one of {', '.join(names)}, got {steps[-1]!r}{suggest(steps[-1], names)}"
    if shape == "choice" and len(steps) > 1 and on_key:
        return f"expected {key.expectation}, got {_show(got)}{suggest(got, key.choices)}"
    if shape == "choice" and len(steps) > 1:
        return f"expected a probability from 0 to 1, got {_show(got)}"
    if len(steps) == 1 and shape != "poisson":
        return f"expected {form}, got {_show(got)}"
    if shape == "poisson" or steps[-1] in ("std", "r") or (shape, steps[-1]) == ("neg_binomial", "mean"):
        return f"expected a number above 0, got {_show(got)}"
    if steps[-1] == "mean":
        return f"expected a finite number, got {_show(got)}"
    return f"expected {key.expectation}, got {_show(got)}"


def _show(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, str):
        return f"the text {value[:60]!r}"
    return str(value)[:60]
