"""How often OpenCV's stock people detector (HOG and a linear SVM, Dalal and Triggs 2005) finds our people.

    python benchmarks/people_detector.py [--real FOLDER] [--place SCENARIO] [--clips N] [--sheet FILE]

Ours: shoppers in rendered shops, as cameras send them. Real: people before a still camera in FOLDER. Counted
is who is wholly in the picture, hardly hidden, slim as people are who do not stoop, and 120 to 420 pixels
tall of 432; found is who a detection overlaps by 0.4. The real people at hand stand upright in an empty room,
with their backs to the camera; ours turn to shelves, reach and stoop. So comparable ones of ours are counted
too: upright and with back or front to the camera by the labels, and as plumb in the picture and as well set
off from what is around as all but 5 % of the real ones. Those are set into the places of the real ones and
the real ones into theirs, all cut out alike: the same views of both. With --place ours are also counted where
a scenario file describes the photographs' place: as cameras there send them, by the same rules. Intervals are
95 %, by a bootstrap over people, since pictures of one person tell little more than one does. Needs the extra
``detector``.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).resolve().parents[1])]

from looks.people import Box, Sight, choose_comparable, see_ours, see_real, set_in  # noqa: E402

from scenes.randomness import make_rng  # noqa: E402

OVERLAP = 0.4
STRIDE = 7
BORDER_PX = 80
BOOTSTRAPS = 4000
Finds = list[tuple[str, bool]]  # who, and whether found


def make_detector() -> "cv2.HOGDescriptor":  # in quotes: OpenCV 5 has none
    """OpenCV's own detector with its own weights."""
    if not hasattr(cv2, "HOGDescriptor"):
        raise SystemExit(f"OpenCV {cv2.__version__} has no HOGDescriptor; install opencv-python-headless<5")
    detector = cv2.HOGDescriptor()
    detector.setSVMDetector(cv2.HOGDescriptor_getDefaultPeopleDetector())
    return detector


def detect(detector: "cv2.HOGDescriptor", rgb: np.ndarray) -> list[Box]:
    """Boxes of the people that the detector sees.

    The picture gets a border, because the detector wants a margin around people; its windows have that
    margin: a quarter of the width, an eighth of the height.
    """
    bordered = cv2.copyMakeBorder(
        rgb[..., ::-1], BORDER_PX, BORDER_PX, BORDER_PX, BORDER_PX, cv2.BORDER_REPLICATE
    )
    found, _ = detector.detectMultiScale(bordered, winStride=(8, 8), padding=(0, 0), scale=1.05)
    return [
        (int(x + 0.125 * w) - BORDER_PX, int(y + 0.0625 * h) - BORDER_PX, int(0.75 * w), int(0.875 * h))
        for x, y, w, h in found
    ]


def overlap(first: Box, second: Box) -> float:
    """Intersection over union of two boxes."""
    wide = min(first[0] + first[2], second[0] + second[2]) - max(first[0], second[0])
    tall = min(first[1] + first[3], second[1] + second[3]) - max(first[1], second[1])
    both = max(wide, 0) * max(tall, 0)
    return both / (first[2] * first[3] + second[2] * second[3] - both)


def find(pictures: Iterable[tuple[str, np.ndarray, Box]]) -> Finds:
    """Look for one person in each picture."""
    detector = make_detector()
    finds: Finds = []
    last: tuple[np.ndarray, list[Box]] | None = None
    for person, rgb, box in pictures:
        if last is None or last[0] is not rgb:  # several people in one picture
            last = rgb, detect(detector, rgb)
        finds.append((person, any(overlap(box, other) >= OVERLAP for other in last[1])))
    return finds


def draw_rates(finds: Finds) -> np.ndarray:
    """Draw BOOTSTRAPS rates as they would be for as many other people of the same kind."""
    people = sorted({person for person, _ in finds})
    each = np.array(
        [
            [sum(hit for who, hit in finds if who == person), sum(who == person for who, _ in finds)]
            for person in people
        ]
    )
    pick = make_rng(0, 0, "benchmarks/people").integers(len(people), size=(BOOTSTRAPS, len(people)))
    hits, count = each[pick].sum(axis=1).T
    return hits / count


def summarize(finds: Finds) -> dict[str, float | int]:
    """Count people, pictures of them and finds; the rate and its interval."""
    low, high = np.quantile(draw_rates(finds), [0.025, 0.975])
    hits = sum(hit for _, hit in finds)
    people = len({person for person, _ in finds})
    return {
        "people": people,
        "pictures": len(finds),
        "found": hits,
        "rate": hits / len(finds),
        "low": float(low),
        "high": float(high),
    }


def compare(ours: Finds, real: Finds) -> dict[str, Any]:
    """Both rates, and ours over the real one with an interval."""
    mine, theirs = summarize(ours), summarize(real)
    # Two independent bootstraps of one generator: the second one in another order.
    ratios = draw_rates(ours) / np.maximum(np.roll(draw_rates(real), BOOTSTRAPS // 2), 1e-9)
    low, high = np.quantile(ratios, [0.025, 0.975])
    ratio = {"mean": mine["rate"] / max(theirs["rate"], 1e-9), "low": float(low), "high": float(high)}
    return {"ours": mine, "real": theirs, "ratio": ratio}


def look(sights: Sequence[Sight]) -> Finds:
    """Look for everybody where they were."""
    return find((sight.person, sight.rgb, sight.box) for sight in sights)


def compare_as_seen(ours: Sequence[Sight], real: Sequence[Sight]) -> dict[str, Any]:
    """Look for everybody where they were, and for comparable people alone."""
    if not real:
        return {"all poses": {"ours": summarize(look(ours))}}
    result = {"all poses": compare(look(ours), look(real))}
    # The real ones are held to the same rule. In a clip or two none of ours may be comparable.
    if comparable := choose_comparable(ours, real):
        result["comparable"] = compare(look(comparable), look(choose_comparable(real, real)))
    return result


def compare_set_in(ours: Sequence[Sight], real: Sequence[Sight]) -> dict[str, Any]:
    """Look for people in each other's places: as many of both in the same ones."""
    other = spread(real, len(ours))
    result = {}
    for title, places in (("set into the photographs", other), ("set into our shops", ours)):
        finds = [
            find((one.person, *set_in(one, place)) for one, place in zip(people, places, strict=True))
            for people in (ours, other)
        ]
        result[title] = compare(*finds)
    return result


def spread(sights: Sequence[Sight], count: int) -> list[Sight]:
    """Take so many sights; the stride mixes who is set where."""
    return [sights[number * STRIDE % len(sights)] for number in range(count)]


def measure(ours: Sequence[Sight], real: Sequence[Sight], described: Sequence[Sight] = ()) -> dict[str, Any]:
    """Count finds in our shops, in each other's places, and in the described place."""
    result = compare_as_seen(ours, real)
    if "comparable" in result:
        result |= compare_set_in(choose_comparable(ours, real), choose_comparable(real, real))
    if described:
        rows = compare_as_seen(described, real)
        result |= {f"described place: {title}": row for title, row in rows.items()}
    return result


def draw_sheet(
    ours: Sequence[Sight], real: Sequence[Sight], described: Sequence[Sight], path: Path, *, across: int = 16
) -> None:
    """Write a picture of who is compared, framed green where found.

    Each of our shops in four ways (as seen, in a photograph, cut out and put back, a real one there), then
    those of the described place.
    """
    detector = make_detector()
    four_ways = []
    for one, other in zip(ours, spread(real, len(ours)), strict=True):
        four_ways += [(one.rgb, one.box), set_in(one, other), set_in(one, one), set_in(other, one)]
    rows = []
    for shown in (four_ways, [(one.rgb, one.box) for one in described]):
        tiles = [draw_tile(rgb, box, detect(detector, rgb)) for rgb, box in shown]
        tiles += [np.zeros((200, 100, 3), np.uint8)] * (-len(tiles) % across)
        rows += [np.hstack(tiles[k : k + across]) for k in range(0, len(tiles), across)]
    if rows:
        cv2.imwrite(str(path), np.vstack(rows)[..., ::-1])


def draw_tile(rgb: np.ndarray, box: Box, found: Sequence[Box]) -> np.ndarray:
    """Cut somebody out with some margin, (200, 100, 3) uint8, framed green where found, else red."""
    marked = cv2.copyMakeBorder(np.ascontiguousarray(rgb), *[300] * 4, cv2.BORDER_REPLICATE)
    x, y, half = box[0] + box[2] // 2 + 300, box[1] + box[3] // 2 + 300, int(0.62 * box[3])
    part = np.ascontiguousarray(marked[y - half : y + half, x - half // 2 : x + half // 2])
    part = cv2.resize(part, (100, 200), interpolation=cv2.INTER_AREA)
    hit = any(overlap(box, one) >= OVERLAP for one in found)
    return cv2.rectangle(part, (0, 0), (99, 199), (0, 190, 0) if hit else (220, 0, 0), 3)


def print_table(result: dict[str, Any]) -> None:
    """Print the figures for people."""
    for title, row in result.items():
        for name in ("ours", "real"):
            if name in row:
                one = row[name]
                print(
                    f"{title:28} {name}: {one['found']:4} of {one['pictures']:4} pictures of "
                    f"{one['people']:3} people, {one['rate']:.2f} ({one['low']:.2f} to {one['high']:.2f})"
                )
        if "ratio" in row:
            ratio = row["ratio"]
            print(f"{'':28} ours / real {ratio['mean']:.2f} ({ratio['low']:.2f} to {ratio['high']:.2f})")


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--real", type=Path, help="folder with photographs of one still camera")
    parser.add_argument("--place", type=Path, help="scenario file that describes what FOLDER shows")
    parser.add_argument("--clips", type=int, help="clips of shops, and of the place (10; 1 with --quick)")
    parser.add_argument("--sheet", type=Path, help="also write a picture of those who are compared")
    parser.add_argument("--quick", action="store_true", help="one clip, a fourth of the photographs")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    clips = options.clips or (1 if options.quick else 10)
    make_detector()  # so that what is missing is said before clips are made
    ours = list(see_ours(clips))
    described = list(see_ours(clips, options.place)) if options.place else []
    real = list(see_real(options.real))[:: 4 if options.quick else 1] if options.real else []
    if options.sheet and real:
        compared = [choose_comparable(sights, real) for sights in (ours, real, described)]
        draw_sheet(*compared, options.sheet)
    result = measure(ours, real, described)
    if options.json:
        print(json.dumps({"benchmark": "people_detector", **result}))
    else:
        print_table(result)


if __name__ == "__main__":
    main()
