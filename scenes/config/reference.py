# ruff: noqa: E501  (rows of Markdown tables cannot be wrapped)
"""docs/scenario-reference.md, made from the keys, the presets and the text below.

In: scenes/config/models.py's KEYS and the presets. Out: Markdown. A test holds the committed page against it.
"""

import re

from scenes.config.keys import KEYS, SECTION_SPECS
from scenes.config.loader import list_presets, read_preset

_INTRODUCTION = """\
# The scenario file

A scenario is a YAML file that says what to film. `shopsynth init` writes one to begin with, `shopsynth validate`
checks it, `shopsynth plan` shows what it would make, and `shopsynth schema` prints a JSON Schema for editors.
This page is generated from `scenes/scenario/`; do not edit it by hand (`make docs` writes it anew).

```yaml
extends: everyday                     # start from a preset, or from another file by its relative path
description: Two friends in a hurry.

clip: {duration_s: 8}
shoppers:
  count: 2
  group_size: 2
  dwell_s: {log_uniform: [0.3, 0.8]}  # drawn anew for each look
lighting:
  brightness: {uniform: [0.6, 1.2]}   # drawn anew for each clip
```

## Top keys

| key | meaning |
|---|---|
| `name` | Name of the scenario, the file's name if left out; clips are called `<name>-<index>`. Letters, digits, `-`, `_`. |
| `description` | What it is for. |
| `extends` | A preset or a relative path. Sections are merged key by key; the value of a key is replaced as a whole. `name` and `description` are not inherited. At most 8 in a row. |
| `natural` | The scenario that says how often values occur in real life, a preset or a relative path; `everyday` if left out. |
"""

_DISTRIBUTIONS = """\
## Values and distributions

A value is a constant or a distribution. Most keys are drawn once for each clip. Those marked *per shopper* are
drawn anew for each shopper, group or look.

| written as | over numbers | over whole numbers |
|---|---|---|
| `{uniform: [a, b]}` | density 1/(b - a) on [a, b] | a, a + 1, ..., b equally likely |
| `{log_uniform: [a, b]}` | density proportional to 1/x on [a, b], a > 0 | k with the log-uniform mass of [k - 1/2, k + 1/2], on [a - 1/2, b + 1/2] |
| `{normal: {mean: m, std: s, min: a, max: b}}` | normal truncated to [a, b] and renormalised; bounds left out are the key's limits | k with the truncated normal's mass of [k - 1/2, k + 1/2], on [a - 1/2, b + 1/2] |
| `{choice: {a: 0.7, b: 0.3}}` | each value with its probability; they must sum to 1 | the same; it is the only one for names and true/false |
| `{poisson: m}` | Poisson counts | the same |
| `{neg_binomial: {mean: m, r: r}}` | negative binomial counts, variance m + m²/r | the same |

Limits. A constant, a bound or a choice outside the key's limits is an error. Poisson and negative binomial counts
have no upper bound, so they are *censored*: a draw beyond a limit becomes that limit, and the limit's probability
is its own plus the whole tail's, exactly. A normal is truncated, never censored. A key that wants multiples
(such as `cameras.width_px`) takes constants and choices only.

## Overrides

`--set shoppers.count=3` lays a value over the file, after `extends`; the value is YAML, so
`--set "shoppers.count={poisson: 4}"` works too, and so do `name`, `description` and `natural`. Errors name
`file:line:column` (or the `--set`), the key, what was expected, what came, and the nearest right name; all errors of
a file are listed at once, and the command ends with exit code 3.

## How clips are weighed

Every clip records log q, how likely the scenario made its values, and log p, how likely the `natural` scenario
makes them; `weight` = exp(log p - log q) in `index.parquet`. Rare scenarios oversample what is rare; weights bring
averages back to real life.

With q the scenario's and p the natural distribution of a key, and a constant taken as a point mass, the key
contributes this factor to the weight:

| natural p | scenario q | factor | why |
|---|---|---|---|
| constant | anything | 1 | a constant says nothing about how often other values occur |
| mass (whole numbers, choices, counts) | mass or constant | p(x) / q(x) | probabilities have a ratio; a constant has q = 1 |
| density (numbers) | density | p(x) / q(x) | densities in the same unit have a ratio |
| density | mass or constant | 1 | no ratio exists: the value is a condition that the scenario sets |
| mass | density | 1 | likewise |

So for any function f of a clip, E_q[weight · f] = E_t[f · 1(x in the support of q)], where t is p for the keys that
have a ratio and q for all others. In words: averages with weights are those of real life under the conditions
that the scenario sets, over the part of real life that it can show. Divide by the sum of weights to average within
that part. A weight of 0 says that the natural scenario never shows such a clip.

`clip.json` lists each varied key with its value, log p and log q (`scenario.values`), also those that have no
ratio; the totals `log_p` and `log_q` count keys with a ratio, and add the same to both for keys whose natural
value is constant. Keys drawn per shopper do not enter: where a scenario changes them, they are conditions.
"""


def render_reference() -> str:
    """Return the page's Markdown."""
    parts = [_INTRODUCTION, *(f"| `{name}` | {_summary(spec)} |\n" for name, spec in SECTION_SPECS.items())]
    parts += ["\n", _DISTRIBUTIONS, "\n## Keys\n"]
    parts += [_render_section(section) for section in SECTION_SPECS]
    parts += ["\n## Presets\n\n", *(_render_preset(name) for name in list_presets())]
    return "".join(parts)


def _summary(spec: type) -> str:
    return (spec.__doc__ or "").split("\n\n")[0].strip()


def _render_section(section: str) -> str:
    lines = [
        f"\n### {section}\n",
        _summary(SECTION_SPECS[section]) + "\n",
        "| key | value | default | meaning |",
    ]
    lines.append("|---|---|---|---|")
    for key in KEYS.values():
        if key.section == section:
            kind = key.expectation + (", *per shopper*" if key.per_shopper else "")
            lines.append(
                f"| `{key.name}` | {_escape(kind)} | `{key.default.describe()}` | {_escape(key.help)} |"
            )
    return "\n".join(lines) + "\n"


def _render_preset(name: str) -> str:
    text = read_preset(name)
    found = re.search(r"^description: (.*)$", text, re.MULTILINE)
    return f"- `{name}`: {found.group(1) if found else ''}\n"


def _escape(text: str) -> str:
    return text.replace("|", "\\|")
