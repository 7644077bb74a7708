"""How often OpenCV's stock people detector (HOG and a linear SVM, Dalal and Triggs 2005) finds our people.

    python benchmarks/people_detector.py [--real FOLDER] [--clips N] [--sheet FILE] [--quick] [--json]

Ours: shoppers in rendered shops, as cameras send them. Real: people before a still camera in FOLDER. Counted
is who is wholly in the picture, hardly hidden, slim as people are who do not stoop, and 120 to 420 pixels
tall of 432; found is who a detection overlaps by 0.4. The real people at hand stand upright in an empty room,
with their backs to the camera; ours turn to shelves, reach and stoop. So comparable ones of ours are counted
too: upright and with back or front to the camera by the labels, and as plumb in the picture and as well set
off from what is around as all but 5 % of the real ones. Those are set into the places of the real ones and
the real ones into theirs, all cut out alike: the same views of both. Intervals are 95 %, by a bootstrap over
people, since pictures of one person tell little more than one does. Needs the extra ``detector``.
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


def measure(ours: Sequence[Sight], real: Sequence[Sight]) -> dict[str, Any]:
    """Look for everybody where they were, and for comparable people in each other's places."""
    everybody = find((sight.person, sight.rgb, sight.box) for sight in ours)
    if not real:
        return {"all poses": {"ours": summarize(everybody)}}
    result = {"all poses": compare(everybody, find((sight.person, sight.rgb, sight.box) for sight in real))}
    # The real ones are held to the same rule.
    comparable, like = choose_comparable(ours, real), choose_comparable(real, real)
    if not comparable:  # in a clip or two there may be none
        return result
    result["comparable"] = compare(
        *(find((one.person, one.rgb, one.box) for one in sights) for sights in (comparable, like))
    )
    # As many of both in the same places; the stride mixes who is set where.
    other = [like[number * STRIDE % len(like)] for number in range(len(comparable))]
    for title, places in (("set into the photographs", other), ("set into our shops", comparable)):
        finds = [
            find((one.person, *set_in(one, place)) for one, place in zip(people, places, strict=True))
            for people in (comparable, other)
        ]
        result[title] = compare(*finds)
    return result


def draw_sheet(sights: Sequence[Sight], real: Sequence[Sight], path: Path) -> None:
    """Write a picture of all comparable ones of ours, in four ways, for people to look at."""
    detector = make_detector()
    tiles = []
    for number, sight in enumerate(sights):
        other = real[number * STRIDE % len(real)]
        row = []
        shown = [(sight.rgb, sight.box), set_in(sight, other), set_in(sight, sight), set_in(other, sight)]
        for rgb, box in shown:
            hit = any(overlap(box, one) >= OVERLAP for one in detect(detector, rgb))
            marked = cv2.copyMakeBorder(np.ascontiguousarray(rgb), *[300] * 4, cv2.BORDER_REPLICATE)
            x, y, wide, tall = (box[0] + 300, box[1] + 300, box[2], box[3])
            half = int(0.62 * tall)
            part = marked[
                y + tall // 2 - half : y + tall // 2 + half,
                x + wide // 2 - half // 2 : x + wide // 2 + half // 2,
            ]
            part = cv2.resize(np.ascontiguousarray(part), (100, 200), interpolation=cv2.INTER_AREA)
            cv2.rectangle(part, (0, 0), (99, 199), (0, 190, 0) if hit else (220, 0, 0), 3)
            row.append(part)
        tiles.append(np.hstack(row))
    tiles += [np.zeros((200, 400, 3), np.uint8)] * (-len(tiles) % 4 or 4 * (not tiles))
    sheet = np.vstack([np.hstack(tiles[k : k + 4]) for k in range(0, len(tiles), 4)])
    cv2.imwrite(str(path), sheet[..., ::-1])


def print_table(result: dict[str, Any]) -> None:
    """Print the figures for people."""
    for title, row in result.items():
        for name in ("ours", "real"):
            if name in row:
                one = row[name]
                print(
                    f"{title:26} {name}: {one['found']:4} of {one['pictures']:4} pictures of "
                    f"{one['people']:3} people, {one['rate']:.2f} ({one['low']:.2f} to {one['high']:.2f})"
                )
        if "ratio" in row:
            ratio = row["ratio"]
            print(f"{'':26} ours / real {ratio['mean']:.2f} ({ratio['low']:.2f} to {ratio['high']:.2f})")


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--real", type=Path, help="folder with photographs of one still camera")
    parser.add_argument("--clips", type=int, help="clips to render (10; 1 with --quick)")
    parser.add_argument("--sheet", type=Path, help="also write a picture of those who are compared")
    parser.add_argument("--quick", action="store_true", help="one clip, a fourth of the photographs")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    ours = list(see_ours(options.clips or (1 if options.quick else 10)))
    real = list(see_real(options.real))[:: 4 if options.quick else 1] if options.real else []
    if options.sheet and real:
        draw_sheet(choose_comparable(ours, real), choose_comparable(real, real), options.sheet)
    result = measure(ours, real)
    if options.json:
        print(json.dumps({"benchmark": "people_detector", **result}))
    else:
        print_table(result)


if __name__ == "__main__":
    main()
