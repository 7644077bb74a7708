"""Draw docs/gallery.md: every format, light, lens, mount, camera fault and fixture, 40 people, 100 products.

    python tools/make_gallery.py [SECTION ...] [--workers W]

What there is to show is read from the scenario's keys and from the shops themselves, so that a new format,
lamp, fault or fixture shows up by itself. Sections are formats, lights, cameras, fixtures, people, seasons,
products; with some named only their pictures are made again. The whole takes twelve minutes on one core.
Look at it.
"""

import argparse
import multiprocessing
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from gallery.clips import cut_people, photograph
from gallery.fixtures import photograph_format
from PIL import Image

from scenes.config.keys import KEYS, Key
from scenes.config.loader import load_config

DOCS = Path(__file__).resolve().parents[1] / "docs"
FOLDER = DOCS / "images" / "gallery"
SEED = 4
COLUMNS = 3
PEOPLE, PEOPLE_ACROSS, PERSON_PX = 40, 10, (100, 200)
SEASONS_C, SEASONS_SEED = (-5, 12, 30), 7
SEASONS = ("shoppers.big_coat=0", "journeys.coat_on_arm=0", "lighting.hour=12")
PRODUCTS, PRODUCTS_ACROSS, PRODUCT_PX = 100, 15, 96
QUALITY = 78
TITLES = {
    "formats": "Formats",
    "lights": "Light",
    "cameras": "Lenses, mounts and faults of cameras",
    "fixtures": "Fixtures",
    "people": "40 people",
    "seasons": f"The same people dressed for {SEASONS_C[0]}, {SEASONS_C[1]} and {SEASONS_C[2]} degrees",
    "products": "100 products",
}
# What shows a light that would not show everywhere and always.
SHOWN_BY = {
    "passing": (
        "lighting.passing_at_s=0",
        "lighting.weather=sunny",
        "lighting.hour=8.5",
        "lighting.front_deg=110",
    ),
    "spots": ("store.format=grab_and_go",),
}
SHOPS = 2  # of each format, no two of the same seed
Job = tuple[str, tuple[str, ...], int]  # caption, settings, seed


def list_formats() -> list[Job]:
    """List every format of store, several shops of each."""
    shops = [(number, name) for name in KEYS["store.format"].choices for number in range(SHOPS)]
    return [
        (f"{name.replace('_', ' ')} {number + 1}", (f"store.format={name}",), SEED + seed)
        for seed, (number, name) in enumerate(shops)
    ]


def list_lights() -> list[Job]:
    """List every choice of a key of the lighting, the ends of its ranges, and half of the lamps failed."""
    # The two ends of a full turn are one light; when something passes is no light of its own.
    keys = [key for key in KEYS.values() if key.section == "lighting" and key.le != 360]
    jobs = [
        (name, (*settings, *SHOWN_BY.get(key.name, ())), SEED)
        for key in keys
        if key.name != "passing_at_s"
        for name, settings in _vary(key)
    ]
    failed = ("faults.lamps_failed=0.5", "faults.lamps_fail_at_s=-5")
    return [*jobs, ("half of the lamps failed", failed, SEED)]


def list_cameras() -> list[Job]:
    """List every lens and mount, and every fault that cameras can have."""
    jobs = [(*way, SEED) for name in ("lens", "mount") for way in _vary(KEYS[f"cameras.{name}"])]
    faults = [
        key for key in KEYS.values() if key.path.startswith("faults.cameras_") and (key.ge, key.le) == (0, 1)
    ]
    failed = "faults.cameras_fail_at_s=-6"
    return jobs + [(key.name.removeprefix("cameras_"), (f"{key.path}=1", failed), SEED) for key in faults]


def _vary(key: Key) -> list[tuple[str, tuple[str, ...]]]:
    """Return, captioned, each choice of a key, or the two ends of what the everyday scenario says of it."""
    support = load_config("everyday").distributions()[key.path].support
    values: Sequence[object] = key.choices or list(dict.fromkeys((support[0], support[-1])))
    if len(values) < 2:
        return []
    name = key.name.replace("_", " ")
    return [
        (f"{name} {_say(value)}".replace("_", " "), (f"{key.path}={str(value).lower()}",)) for value in values
    ]


def _say(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def draw_job(job: tuple[str, Job]) -> tuple[str, str, np.ndarray]:
    """Photograph one job of a section."""
    section, (caption, settings, seed) = job
    return section, caption, photograph(settings, seed=seed)


def draw_fixtures_and_products() -> tuple[dict[str, np.ndarray], list[np.ndarray]]:
    """Photograph each kind of fixture once and choose products of all packages in turn."""
    fixtures: dict[str, np.ndarray] = {}
    packages: dict[str, list[np.ndarray]] = {}
    for number, name in enumerate(KEYS["store.format"].choices * 2):
        more, products = photograph_format(name, set(fixtures), seed=SEED + number)
        fixtures |= more
        for package, pictures in products.items():
            packages.setdefault(package, []).extend(pictures)
    chosen: list[np.ndarray] = []
    while len(chosen) < PRODUCTS and any(packages.values()):
        chosen += [packages[name].pop() for name in sorted(packages) if packages[name]]
    return fixtures, chosen[:PRODUCTS]


def draw_seasons() -> Image.Image:
    """Photograph the same people in the same shop, dressed for several temperatures, a row each."""
    settings = [(*SEASONS, f"shoppers.dressed_for_c={degrees_c}") for degrees_c in SEASONS_C]
    rows = [cut_people(some, seed=SEASONS_SEED) for some in settings]
    seen = sorted(set.intersection(*(set(row) for row in rows)))[:PEOPLE_ACROSS]
    return make_sheet([row[person] for row in rows for person in seen], PERSON_PX, len(seen))


def make_sheet(pictures: Sequence[np.ndarray], size_px: tuple[int, int], across: int) -> Image.Image:
    """Put pictures side by side, each fitted into its tile."""
    down = -(-len(pictures) // across)
    sheet = Image.new("RGB", (across * (size_px[0] + 2) - 2, down * (size_px[1] + 2) - 2), "white")
    for number, picture in enumerate(pictures):
        tile = Image.fromarray(picture).resize(size_px, Image.Resampling.LANCZOS)
        sheet.paste(tile, (number % across * (size_px[0] + 2), number // across * (size_px[1] + 2)))
    return sheet


def save(picture: Image.Image, section: str, caption: str) -> None:
    """Save a picture of the gallery as a small JPEG."""
    picture.save(FOLDER / name_file(section, caption), quality=QUALITY, optimize=True)


def name_file(section: str, caption: str) -> str:
    """Name a picture's file."""
    words = "".join(letter if letter.isalnum() or letter == "." else "-" for letter in caption.lower())
    return f"{section}-{words}.jpg"


def write_page() -> None:
    """Write docs/gallery.md from the pictures that are there."""
    lines = [
        "# Gallery",
        "",
        "Made by `python tools/make_gallery.py`: an everyday scenario with the settings of the captions, two "
        "shops of each format, as rendered and recorded, not refined.",
    ]
    for section, title in TITLES.items():
        names = [path.name for path in sorted(FOLDER.glob(f"{section}-*.jpg"))]
        lines += ["", f"## {title}", ""]
        if section in ("people", "seasons", "products"):
            lines += [f"![{title}](images/gallery/{name})" for name in names]
            continue
        rows = [names[start : start + COLUMNS] for start in range(0, len(names), COLUMNS)]
        lines += ["| | | |", "|---|---|---|"]
        for row in rows:
            cells = [f"![{_caption(name)}](images/gallery/{name})<br>{_caption(name)}" for name in row] + [
                ""
            ] * (COLUMNS - len(row))
            lines.append("| " + " | ".join(cells) + " |")
    (DOCS / "gallery.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _caption(name: str) -> str:
    return name.removesuffix(".jpg").split("-", 1)[1].replace("-", " ")


def main() -> None:
    """Draw the sections asked for, or all, and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sections", nargs="*", help=f"some of {', '.join(TITLES)} (all)")
    parser.add_argument("--workers", type=int, default=1, help="processes (1)")
    options = parser.parse_args()
    if unknown := set(options.sections) - set(TITLES):
        parser.error(f"expected some of {', '.join(TITLES)}, got {', '.join(sorted(unknown))}")
    sections = options.sections or list(TITLES)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for section in sections:
        for path in FOLDER.glob(f"{section}-*.jpg"):
            path.unlink()
    lists = {"formats": list_formats, "lights": list_lights, "cameras": list_cameras}
    jobs = [(section, job) for section in sections if section in lists for job in lists[section]()]
    with multiprocessing.get_context("spawn").Pool(options.workers) as pool:
        for section, caption, picture in pool.imap(draw_job, jobs):
            save(Image.fromarray(picture), section, caption)
            print(f"{section}: {caption}")
    if "fixtures" in sections or "products" in sections:
        fixtures, products = draw_fixtures_and_products()
        for kind, picture in fixtures.items():
            save(Image.fromarray(picture), "fixtures", kind)
        save(make_sheet(products, (PRODUCT_PX, PRODUCT_PX), PRODUCTS_ACROSS), "products", "sheet")
    if "people" in sections:
        people: list[np.ndarray] = []
        for number in range(8):
            people += cut_people(seed=SEED + number).values()
            if len(people) >= PEOPLE:
                break
        save(make_sheet(people[:PEOPLE], PERSON_PX, PEOPLE_ACROSS), "people", "sheet")
    if "seasons" in sections:
        save(draw_seasons(), "seasons", "sheet")
    write_page()
    total = sum(path.stat().st_size for path in FOLDER.glob("*.jpg"))
    print(f"docs/gallery.md: {len(list(FOLDER.glob('*.jpg')))} pictures, {total / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
