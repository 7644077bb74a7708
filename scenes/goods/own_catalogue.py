"""A user's own catalogue: a CSV of products and a folder of their pictures, read and checked.

In: the paths that `catalogue.file` and `catalogue.pictures` name. Out: an `OwnCatalogue`, or one
`ConfigError` that lists all that is wrong, each as ``file:line:column``. scenes/config/loader.py checks
with it before a run begins, scenes/store.py reads with it in each worker, scenes/goods/own_products.py
makes packs of it.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from scenes.config.problems import suggest
from scenes.errors import ConfigError
from scenes.goods.csv_table import read_rows
from scenes.goods.own_rows import WIDEST_M, OwnProduct, RowReader, list_names

MAX_FILE_BYTES = 5_000_000


@dataclass(frozen=True)
class OwnCatalogue:
    """The products of a file, in its order.

    Attributes:
        sha256: Hash of the file and of every picture that it names.
    """

    products: tuple[OwnProduct, ...]
    sha256: str


def load_own_catalogue(
    file: Path,
    pictures: Path | None,
    *,
    deepest_m: float = WIDEST_M,
    where: str = "",
    where_pictures: str = "",
) -> OwnCatalogue:
    """Read and check a catalogue.

    Args:
        file: The CSV.
        pictures: Folder of the pictures, None for a catalogue without.
        deepest_m: Depth that the shelves offer.
        where, where_pictures: Mark and key that named the file and the folder; they begin the message when
            these cannot be read.

    Raises:
        ConfigError: With a line for each thing that is wrong.
    """
    content = _read_bytes(file, where)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        got = f"got the byte 0x{content[error.start]:02x}; save the table as 'CSV UTF-8'"
        raise ConfigError(f"{file}:{line}:{column}: expected text in UTF-8, {got}") from None
    if pictures is not None and not pictures.is_dir():
        raise ConfigError(f"{where_pictures}expected a folder of pictures, got {pictures}: no such folder")
    reader = RowReader(file, pictures, deepest_m)
    products = reader.read(read_rows(text))
    if reader.problems:
        raise ConfigError("\n".join(message for _, message in sorted(reader.problems)))
    digest = hashlib.sha256(hashlib.sha256(content).digest())
    for product in products:
        if product.picture is not None:
            digest.update(hashlib.sha256(product.picture.read_bytes()).digest())
    return OwnCatalogue(tuple(products), digest.hexdigest())


def _read_bytes(file: Path, where: str) -> bytes:
    try:
        if file.is_dir():
            raise ConfigError(f"{where}expected a catalogue (CSV), got the folder {file}")
        size = file.stat().st_size
        if size > MAX_FILE_BYTES:
            raise ConfigError(f"{where}expected at most {MAX_FILE_BYTES:,} bytes, got {size:,} in {file}")
        return file.read_bytes()
    except OSError as error:
        near = suggest(file.name, list_names(file.parent, (".csv",)))
        raise ConfigError(
            f"{where}cannot read the catalogue {file}: {error.strerror or error}{near}"
        ) from None
