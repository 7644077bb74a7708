"""Small shops that sell goods of their own, in heaps."""

COLUMNS = "sku,name,package,size_m,mass_kg,price_minor"


def sell_heaped(folder, *rows, misplaced=0.0):
    """Write rows of COLUMNS as a catalogue into a folder: settings of a shop that heaps them on tables."""
    file = folder / "own.csv"
    file.write_text("\n".join([COLUMNS, *rows]))
    return [
        f"catalogue.file={file}",
        "catalogue.weighed=false",
        "store.stacked=1",
        "store.cooling=0",
        "store.format=micro_market",
        "store.untidy=0",
        f"store.misplaced={misplaced}",
    ]
