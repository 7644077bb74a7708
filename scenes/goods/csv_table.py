"""CSV text as cells that remember where they were written.

In: the text of a user's table. Out: rows of `Cell`s, whose places let scenes/goods/own_catalogue.py name
`file:line:column` in every message. Comma, semicolon and tab separate cells, whichever the first line has.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True)
class Cell:
    """The text of a cell, stripped, and where it begins (line and column from 1)."""

    text: str
    line: int
    column: int


def read_rows(text: str) -> list[list[Cell]]:
    r"""Read a table (RFC 4180: a quoted cell may hold separators, line ends and doubled quotes).

    Lines without any text are left out.

    >>> [[cell.text for cell in row] for row in read_rows('a,b\n1,"x, ""y"" z"\n')]
    [['a', 'b'], ['1', 'x, "y" z']]
    >>> read_rows('a;b\n1; 2')[1][1]
    Cell(text='2', line=2, column=4)
    """
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    rows: list[list[Cell]] = [[]]
    for cell, ends_row in _read_cells(text, separator):
        rows[-1].append(cell)
        if ends_row:
            rows.append([])
    return [row for row in rows if any(cell.text for cell in row)]


def _read_cells(text: str, separator: str) -> Iterator[tuple[Cell, bool]]:
    """Yield each cell, and whether its row ends with it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    place, line, line_start = 0, 1, 0
    while place < len(text):
        start = place
        while text[place : place + 1] == " ":
            place += 1
        begin_line, begin_column = line, place - line_start + 1
        if text[place : place + 1] == '"':
            place += 1
            value, place, newlines = _read_quoted(text, place)
            if newlines:
                line += newlines
                line_start = text.rfind("\n", 0, place) + 1
        else:
            place, value = start, ""
        rest = place
        while place < len(text) and text[place] not in (separator, "\n"):
            place += 1
        value += text[rest:place]
        ends_row = place >= len(text) or text[place] == "\n"
        yield Cell(value.strip(), begin_line, begin_column), ends_row
        place += 1
        if ends_row:
            line, line_start = line + 1, place


def _read_quoted(text: str, place: int) -> tuple[str, int, int]:
    """Return a quoted cell's text, the place behind its closing quote, and the line ends in it."""
    parts, start = [], place
    while True:
        end = text.find('"', place)
        if end < 0:  # never closed: the rest of the file is the cell
            end = len(text)
            parts.append(text[place:])
            break
        parts.append(text[place:end])
        if text[end + 1 : end + 2] != '"':
            break
        parts.append('"')
        place = end + 2
    return "".join(parts), min(end + 1, len(text)), text.count("\n", start, end)
