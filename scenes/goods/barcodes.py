"""Bar codes that readers read: EAN-13 (ISO/IEC 15420), printed across the height of a label.

In: twelve digits or more. Out: a code with its check digit, the modules of its bars, and pixels in a texture.
"""

import numpy as np

_QUIET = 7  # light modules beside a code, as the standard asks on its right
_FIRST = ("LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL")
_LEFT = (
    "0001101",
    "0011001",
    "0010011",
    "0111101",
    "0100011",
    "0110001",
    "0101111",
    "0111011",
    "0110111",
    "0001011",
)
CODE_ROWS = 95 + 2 * _QUIET


def complete_code(digits: str) -> str:
    """Return the first twelve digits with their check digit.

    >>> complete_code("400638133393")
    '4006381333931'
    """
    twelve = digits[:12]
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve))
    return twelve + str(-total % 10)


def make_modules(code: str) -> np.ndarray:
    """Return the (95,) modules of an EAN-13 code, True where they are dark.

    >>> "".join("#" if dark else "." for dark in make_modules("4006381333931"))[:12]
    '#.#...##.#.#'
    """
    right = {digit: "".join("10"[int(bit)] for bit in left) for digit, left in enumerate(_LEFT)}
    bits = "101"
    for digit, parity in zip(code[1:7], _FIRST[int(code[0])], strict=True):
        bits += _LEFT[int(digit)] if parity == "L" else right[int(digit)][::-1]
    bits += "01010" + "".join(right[int(digit)] for digit in code[7:]) + "101"
    return np.array([bit == "1" for bit in bits])


def print_code(pixels: np.ndarray, code: str, left_px: int, top_px: int, width_px: int) -> None:
    """Print a code into (H, W, 3) uint8 pixels: CODE_ROWS rows of white, one of them a module."""
    field = pixels[top_px : top_px + CODE_ROWS, left_px : left_px + width_px]
    field[:] = 252
    field[_QUIET:-_QUIET][make_modules(code), 1:-1] = 16
