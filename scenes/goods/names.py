"""What a product is, as its name says: the one way in which names are read."""

import re


def says(name: str, words: str) -> bool:
    """Return whether one of some words, separated by ``|``, begins a word of a name.

    >>> says("Green Teas", "milk|tea"), says("Steak Sauce", "milk|tea")
    (True, False)
    """
    return re.search(rf"\b(?:{words})", name.lower()) is not None
