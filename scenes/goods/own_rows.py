"""The rows of a user's own catalogue, read and checked cell by cell.

In: rows of `Cell`s (scenes/goods/csv_table.py). Out: `OwnProduct`s, and a line for each thing that is wrong,
with its place. Used by scenes/goods/own_catalogue.py.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path

from scenes.config.problems import suggest
from scenes.goods.csv_table import Cell
from scenes.goods.packages import PACKAGES
from scenes.goods.photos import PICTURE_SUFFIXES, find_picture_problem

MAX_PRODUCTS = 1000  # each takes a layer of the texture array
SMALLEST_M, WIDEST_M, TALLEST_M = 0.01, 0.6, 0.39  # what shelves of any shop can hold
MASS_KG = (0.001, 20.0)
DEFAULT_SECTION = "Groceries"
NO_PICTURE = "none"
_SIZES = ("width_m", "depth_m", "height_m")
_REQUIRED = ("sku", "name", "package", "mass_kg", "price_minor")
SOLD_BY = ("each", "kg")
_OPTIONAL = ("popularity", "brand", "section", "picture", "sold_by", "color")


@dataclass(frozen=True)
class OwnProduct:
    """One row of the file.

    Attributes:
        size_m: Width, depth, height of the upright pack.
        popularity: Relative demand; None where the file has no such column.
        picture: File that shows its front, None for a label drawn by us.
        sold_by: One of SOLD_BY; ``"kg"``: the price is that of a kilogram, and the mass whole grams.
        color: sRGB, 0 to 255, of the ground of a label drawn by us; None for one that follows from the name.
    """

    sku: str
    name: str
    brand: str
    section: str
    package: str
    size_m: tuple[float, float, float]
    mass_kg: float
    price_minor: int
    popularity: float | None
    picture: Path | None
    sold_by: str = "each"
    color: tuple[int, int, int] | None = None


def list_names(folder: Path, suffixes: tuple[str, ...]) -> list[str]:
    """List the files of a folder whose names end so; none where it cannot be read."""
    try:
        return sorted(entry.name for entry in folder.iterdir() if entry.suffix.lower() in suffixes)
    except OSError:
        return []


class RowReader:
    """Turns rows into products and notes what is wrong with them, with its place.

    Attributes:
        problems: ((line, column), message) of each thing that is wrong.
    """

    def __init__(self, file: Path, pictures: Path | None, deepest_m: float):
        self.file, self.pictures, self.deepest_m = file, pictures, deepest_m
        self.problems: list[tuple[tuple[int, int], str]] = []
        self.column: dict[str, int] = {}
        self.first_row: dict[str, int] = {}
        self.picture_names = list_names(pictures, PICTURE_SUFFIXES) if pictures else []

    def read(self, rows: list[list[Cell]]) -> list[OwnProduct]:
        """Read all rows, the first of which names the columns."""
        if not rows:
            self._note(Cell("", 1, 1), f"expected a first line with the columns {', '.join(_REQUIRED)}")
            return []
        self._read_header(rows[0])
        if self.problems:
            return []
        if not 1 <= len(rows) - 1 <= MAX_PRODUCTS:
            place = rows[min(len(rows) - 1, MAX_PRODUCTS + 1)][0]
            self._note(place, f"expected 1 to {MAX_PRODUCTS} products, got {len(rows) - 1}")
            return []
        return [product for row in rows[1:] if (product := self._read_product(row, len(rows[0])))]

    def _note(self, cell: Cell, message: str) -> None:
        place = (cell.line, cell.column)
        self.problems.append((place, f"{self.file}:{cell.line}:{cell.column}: {message}"))

    def _read_header(self, header: list[Cell]) -> None:
        names = [cell.text.lower() for cell in header]
        self.column = {name: index for index, name in reversed(list(enumerate(names)))}
        sizes = _SIZES if any(name in self.column for name in _SIZES) else ("size_m",)
        known = (*_REQUIRED, *_SIZES, "size_m", *_OPTIONAL)
        spare = [name for name in names if name not in known]
        for name in (*_REQUIRED, *sizes):
            if name not in self.column:
                instead = " (or width_m, depth_m and height_m)" if name == "size_m" else ""
                near = suggest(name, spare).replace("did you mean", "is it the column")
                self._note(header[0], f"expected a column {name!r}{instead}, got none{near}")
        for cell, name in zip(header, names, strict=True):
            if name and names.count(name) > 1 and names.index(name) != header.index(cell):
                self._note(cell, f"expected each column once, got {name!r} again")
            near = suggest(name, [known for known in _OPTIONAL if known not in self.column])
            if name in spare and near:
                self._note(cell, f"unknown column {name!r}{near}")

    def _read_product(self, row: list[Cell], width: int) -> OwnProduct | None:
        if len(row) != width:
            self._note(row[0], f"expected {width} cells as in the first line, got {len(row)}")
            return None
        before = len(self.problems)
        sku = self._read_sku(row)
        name = self._read_name(row)
        package = self._read_package(row)
        size_m = self._read_size(row)
        mass_kg = self._read_number(row, "mass_kg", *MASS_KG, unit="kilograms", slips=((1000, "grams"),))
        price = self._read_price(row)
        popularity = None
        if "popularity" in self.column:
            popularity = self._read_number(row, "popularity", 1e-9, 1e12, unit="a share of demand")
        picture = self._find_picture(row, sku)
        sold_by = self._read_sold_by(row)
        color = self._read_color(row)
        if len(self.problems) > before or size_m is None or mass_kg is None or price is None:
            return None
        brand = self._text(row, "brand") or name.split()[0]
        section = self._text(row, "section") or DEFAULT_SECTION
        if sold_by == "kg":
            mass_kg = round(mass_kg, 3)
        return OwnProduct(
            sku, name, brand, section, package, size_m, mass_kg, price, popularity, picture, sold_by, color
        )

    def _cell(self, row: list[Cell], column: str) -> Cell:
        return row[self.column[column]]

    def _text(self, row: list[Cell], column: str) -> str:
        return self._cell(row, column).text if column in self.column else ""

    def _read_sku(self, row: list[Cell]) -> str:
        cell = self._cell(row, "sku")
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", cell.text):
            expected = "letters, digits, '.', '-' and '_' (at most 64, a letter or digit first)"
            self._note(cell, f"sku: expected {expected}, got {cell.text!r}")
        elif (line := self.first_row.setdefault(cell.text.lower(), cell.line)) != cell.line:
            self._note(cell, f"sku: expected each SKU once, got {cell.text!r} again (first in line {line})")
        return cell.text

    def _read_name(self, row: list[Cell]) -> str:
        cell = self._cell(row, "name")
        if not 1 <= len(cell.text) <= 80:
            self._note(cell, f"name: expected 1 to 80 letters, got {len(cell.text)}")
        return cell.text

    def _read_package(self, row: list[Cell]) -> str:
        cell = self._cell(row, "package")
        package = cell.text.lower()
        if package not in PACKAGES:
            near = suggest(package, PACKAGES)
            self._note(cell, f"package: expected one of {', '.join(PACKAGES)}, got {cell.text!r}{near}")
        return package

    def _read_sold_by(self, row: list[Cell]) -> str:
        asked = self._text(row, "sold_by").lower() or SOLD_BY[0]
        if asked not in SOLD_BY:
            cell = self._cell(row, "sold_by")
            self._note(cell, f"sold_by: expected {' or '.join(SOLD_BY)}, got {cell.text!r}")
        return asked

    def _read_color(self, row: list[Cell]) -> tuple[int, int, int] | None:
        asked = self._text(row, "color")
        if not asked:
            return None
        digits = re.fullmatch(r"#([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})", asked)
        if digits is None:
            cell = self._cell(row, "color")
            self._note(cell, f"color: expected # and six hexadecimal digits, got {cell.text!r}")
            return None
        return int(digits[1], 16), int(digits[2], 16), int(digits[3], 16)

    def _read_size(self, row: list[Cell]) -> tuple[float, float, float] | None:
        if all(name in self.column for name in _SIZES):
            cells = [self._cell(row, name) for name in _SIZES]
        else:
            cell = self._cell(row, "size_m")
            parts = re.split(r"\s*[x×*]\s*|\s+", cell.text)
            if len(parts) != 3:
                self._note(cell, f"size_m: expected width x depth x height, got {cell.text!r}")
                return None
            cells = [Cell(part, cell.line, cell.column) for part in parts]
        most = (WIDEST_M, self.deepest_m, TALLEST_M)
        values = [
            self._check_number(
                cell,
                name,
                SMALLEST_M,
                limit,
                unit="metres",
                slips=((1000, "millimetres"), (100, "centimetres")),
                why=": it fits no shelf",
            )
            for cell, name, limit in zip(cells, _SIZES, most, strict=True)
        ]
        width, depth, height = values
        return None if width is None or depth is None or height is None else (width, depth, height)

    def _read_number(
        self,
        row: list[Cell],
        column: str,
        least: float,
        most: float,
        *,
        unit: str,
        slips: tuple[tuple[int, str], ...] = (),
    ) -> float | None:
        return self._check_number(self._cell(row, column), column, least, most, unit=unit, slips=slips)

    def _check_number(
        self,
        cell: Cell,
        column: str,
        least: float,
        most: float,
        *,
        unit: str,
        slips: tuple[tuple[int, str], ...] = (),
        why: str = "",
    ) -> float | None:
        expected = f"{column}: expected {unit} from {least:g} to {most:g}"
        if column == "popularity":
            expected = f"{column}: expected a number above 0"
        try:
            value = float(cell.text)
        except ValueError:
            comma = re.fullmatch(r"[-+]?\d*,\d+", cell.text)
            hint = f"; write {cell.text.replace(',', '.')}" if comma else ""
            self._note(
                cell, f"{expected}, got {cell.text!r}{hint}" if cell.text else f"{expected}, got nothing"
            )
            return None
        if math.isfinite(value) and least <= value <= most:
            return value
        likely = [(value / factor, name) for factor, name in slips if least <= value / factor <= most]
        hint = f"; if these are {likely[0][1]}, write {likely[0][0]:g}" if likely else ""
        self._note(cell, f"{expected}, got {cell.text}{why if value > most else ''}{hint}")
        return None

    def _read_price(self, row: list[Cell]) -> int | None:
        cell = self._cell(row, "price_minor")
        if re.fullmatch(r"\d{1,9}", cell.text):
            return int(cell.text)
        decimal = re.fullmatch(r"(\d{1,7})[.,](\d\d)", cell.text)
        hint = (
            f"; if this is a price in major units, write {int(''.join(decimal.groups()))}" if decimal else ""
        )
        got = repr(cell.text) if cell.text else "nothing"
        self._note(cell, f"price_minor: expected a whole number of minor units (cents), got {got}{hint}")
        return None

    def _find_picture(self, row: list[Cell], sku: str) -> Path | None:
        cell = self._cell(row, "picture" if "picture" in self.column else "sku")
        asked = self._text(row, "picture")
        if asked.lower() == NO_PICTURE or (self.pictures is None and not asked):
            return None
        if self.pictures is None:
            self._note(cell, f"picture: got {asked!r}, but catalogue.pictures names no folder")
            return None
        if asked and (Path(asked).is_absolute() or ".." in Path(asked).parts):
            self._note(cell, f"picture: expected a path within {self.pictures}, got {asked!r}")
            return None
        names = [asked] if asked else [sku + suffix for suffix in PICTURE_SUFFIXES]
        found = next((self.pictures / name for name in names if (self.pictures / name).is_file()), None)
        if found is None:
            wanted = asked or f"{sku}.png or {sku}.jpg"
            near = suggest(asked or f"{sku}.png", self.picture_names)
            self._note(
                cell,
                f"picture: expected {wanted} in {self.pictures}, got no such file{near} "
                f"(write {NO_PICTURE!r} in a column 'picture' to have a label drawn)",
            )
            return None
        problem = find_picture_problem(found)
        if problem:
            self._note(cell, f"picture: {found}: {problem}")
        return found
