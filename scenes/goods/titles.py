"""What a product's name says: the line that it is of, its flavour, and how much is in it.

In: names, brands and sections of a catalogue. Out: a `Title` of each product. What products of a brand have
in common names their line; the rest of the words tells them apart.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_CONTENT = re.compile(r"\s+((?:\d+\s?x\s?)?\d+(?:[.,]\d+)?\s?(?:mg|g|kg|ml|cl|dl|l|cm|m|pcs|pieces))$", re.I)


@dataclass(frozen=True)
class Title:
    """What is printed of a name.

    Attributes:
        line: What it is, in the words that others of its brand have too, or all of them.
        flavour: The other words.
        content: An amount at the end of the name, as written.
    """

    line: str
    flavour: str
    content: str


def split_names(names: Sequence[str], brands: Sequence[str], sections: Sequence[str]) -> list[Title]:
    """Split the names of products into line, flavour and content.

    The line is what most products of its brand in its section begin with or, where more do, end with; of
    several such beginnings the longest.

    >>> names = ["Brava Cola 330 ml", "Brava Cola Zero 330 ml", "Brava Cola Zero 0.5 l"]
    >>> [(one.line, one.flavour, one.content) for one in split_names(names, ["Brava"] * 3, ["Drinks"] * 3)]
    [('Cola', '', '330 ml'), ('Cola', 'Zero', '330 ml'), ('Cola', 'Zero', '0.5 l')]
    >>> juices = split_names(["Apple Juice", "Red Grape Juice"], ["Sol"] * 2, ["Drinks"] * 2)
    >>> [(one.line, one.flavour) for one in juices]
    [('Juice', 'Apple'), ('Juice', 'Red Grape')]
    """
    words, contents = [], []
    for name, brand in zip(names, brands, strict=True):
        amount = _CONTENT.search(name)
        contents.append(amount[1] if amount else "")
        whole = name[: amount.start()] if amount else name
        words.append(tuple((whole.removeprefix(brand).strip() or whole).split()))
    kin = list(zip(brands, sections, strict=True))
    ends: Counter[tuple[tuple[str, str], bool, tuple[str, ...]]] = Counter()
    for mates, said in sorted(set(zip(kin, words, strict=True))):
        for count in range(1, len(said) + 1):
            ends[mates, True, said[:count]] += 1
            ends[mates, False, said[-count:]] += 1
    return [
        Title(*_split(mates, said, ends), content)
        for mates, said, content in zip(kin, words, contents, strict=True)
    ]


def _split(
    mates: tuple[str, str],
    said: tuple[str, ...],
    ends: Counter[tuple[tuple[str, str], bool, tuple[str, ...]]],
) -> tuple[str, str]:
    """Return the words of the line, and the others."""
    best, line, flavour = (1, False, 0), said, said[:0]
    for count in range(1, len(said) + 1):
        for first in (True, False):
            shared, other = (said[:count], said[count:]) if first else (said[-count:], said[:-count])
            found = (ends[mates, first, shared], first, count)
            if found > best:
                best, line, flavour = found, shared, other
    return " ".join(line), " ".join(flavour)
