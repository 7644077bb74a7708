"""How near raw frames are to photographs: before a change, now, and what photographs are to each other.

    python benchmarks/realism.py [--raised FOLDER[=SCENARIO]]... [--close FOLDER[=SCENARIO]]...
                                 [--before REV] [--after REV]

Each of two revisions renders the same preset with its own code (kept in --cache; `--after now`, the default,
is the working tree), seen as the photographs are: from raised cameras for folders given with --raised, by
somebody who stands before the shelves, or looks at what is in a hand, for those given with --close; and saved
as these are, in the size and the coding of their files. Each folder counts the same. Crops of held-out
photographs are the target, the same for both: frames of the same view give for each a crop of like content,
and these are compared with it by the kernel inception distance and the two-sample classifier on features of
encoders that were trained on other photographs only (the mean over four of them), and by the sliced
Wasserstein distance, which needs no training: a view at a time. What of frames is like no photograph is not
asked for. Other photographs, matched to the target likewise, say what is left when nothing is left: but those
are of the same rooms, and no other shop, real or rendered, comes as near. The rows "by place" take a place (a
FOLDER) at a time, and say beside ours how far photographs of the other places are from it.
Where scenario files say what such a place is like (FOLDER=SCENARIO, as benchmarks/looks/places has them),
the rows "raised, described" and "close, described" set frames of those places beside the same crops; further
rows take each alone.
Nothing is downloaded. Distances are those of all crops together; intervals are 95 %, of a jackknife over the
parts that frames and photographs are split into by clip and by moment. The share closed is of the distance
beyond real against real, its interval a bootstrap; where that distance is not clear of nothing, no share is.

Some two hours on one core, about 45 minutes once frames are cached; --quick then a minute and a half.
"""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).resolve().parents[1])]

from looks.comparing import PARTS, Features, View, compare, compare_places, learn_features  # noqa: E402
from looks.files import Files, list_files  # noqa: E402
from looks.frames import CLOSE, RAISED, load_frames  # noqa: E402
from looks.revisions import NOW  # noqa: E402
from looks.shares import SETS, summarize_view  # noqa: E402

from gan.training.features import CROP_PX  # noqa: E402
from gan.training.real import load_real_images  # noqa: E402

BEFORE = "9d872a6"
BY_PLACE = "by place"
ROWS = {
    ("before", "frames"): "raw frames before",
    ("after", "frames"): "raw frames after",
    ("after", "floor"): "other photographs",
}
TITLES = {"kid": "KID", "swd": "SWD x 1000", "c2st": "C2ST accuracy"}
ENCODERS = 4  # one's first weights alone move a share by tens of per cent


def print_table(result: dict[str, Any]) -> None:
    """Print the figures for people."""
    print(
        f"{result['crops']} crops of {CROP_PX} px in {PARTS} parts; before {result['revisions']['before']}, "
        f"after {result['revisions']['after']}, preset {result['preset']}, {result['clips']} clips each"
    )
    print(f"{'':42}" + "".join(f"{title:>20}" for title in TITLES.values()))
    for view, found in result["views"].items():
        for (key, kind), title in ROWS.items():
            rows = found["figures"][key][kind].values()
            cells = [f"{row['mean']:.3f} ± {row['half_width']:.3f}" for row in rows]
            print(f"{f'{view}: {title}':42}" + "".join(f"{cell:>20}" for cell in cells))
        cells = [
            f"{row['mean']:.0%} ({row['low']:.0%}..{row['high']:.0%})"
            if row["measurable"]
            else "none to close"
            for row in found["share_closed"].values()
        ]
        print(f"{f'{view}: share of distance closed':42}" + "".join(f"{cell:>20}" for cell in cells))


def parse_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for view, taken in (
        (RAISED, "from raised cameras"),
        (CLOSE, "close, by people before shelves and of what they hold"),
    ):
        parser.add_argument(
            f"--{view}",
            action="append",
            default=[],
            metavar="FOLDER[=SCENARIO]",
            help=f"folder of photographs {taken}, and a scenario file that describes the place",
        )
    parser.add_argument(
        "--described-only",
        action="store_true",
        help="leave out the frames of the preset: only the places that there are descriptions of",
    )
    parser.add_argument("--before", default=BEFORE, help=f"git revision to compare with ({BEFORE})")
    parser.add_argument("--after", default=NOW, help="git revision, or now: the working tree")
    parser.add_argument("--preset", default="everyday", help="what both render (everyday)")
    parser.add_argument("--clips", type=int, help="clips each renders (36; 8 with --quick)")
    parser.add_argument("--cache", type=Path, default=Path("out/realism"), help="where frames are kept")
    parser.add_argument("--quick", action="store_true", help="few clips, crops and training steps")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    options = parse_options()
    if not options.raised + options.close:
        print("nothing was measured: name folders of photographs, --raised and --close", file=sys.stderr)
        return
    clips, crops, steps, encoders = (8, 240, 60, 1) if options.quick else (36, 1200, 500, ENCODERS)
    clips = max(PARTS, options.clips or clips)
    described = {view: split_descriptions(getattr(options, view)) for view in (RAISED, CLOSE)}
    if options.described_only and not any(scenarios for _, scenarios in described.values()):
        raise SystemExit("no place is described: give --raised or --close FOLDER=SCENARIO")
    every = [folder for folders, _ in described.values() for folder in folders]
    real, files = load_real_images(every), list_files(every)
    sources: dict[str, tuple[int, ...]] = {}
    for view, (folders, _) in described.items():  # folders are numbered in the order in which they are loaded
        first = sum(map(len, sources.values()))
        sources[view] = tuple(range(first, first + len(folders)))
    features: Features = ()
    for seed in range(encoders):
        tell(f"encoder {seed + 1} of {encoders}")
        features += (learn_features(real[0], steps=steps, seed=seed),)
    revisions = dict(zip(SETS, (options.before, options.after), strict=True))
    found: dict[str, dict[str, Any]] = {}
    floors: dict[tuple[Any, ...], dict[str, np.ndarray]] = {}
    for key, revision in revisions.items():
        tell(f"frames of {revision}")
        views = {} if options.described_only else load_views(revision, sources, files, options, clips)
        places = {
            kind: load_described(revision, scenarios, kind, sources[kind], files, options, clips)
            for kind, (_, scenarios) in described.items()
            if scenarios
        }
        alone = {n for n in np.unique(real[1].source).tolist() if (real[1].source == n).sum() >= PARTS}
        for name, (view, count) in list_rows(views, places, crops, alone).items():
            tell(f"{key}: {name}")
            floor = floors.get((view.sources, count))
            figures = compare(features, view, real, crops=count, seed=0, floor=floor)
            floors[view.sources, count] = figures["floor"]
            found.setdefault(name, {})[key] = figures
        if views and len(np.unique(real[0].source)) > 1:
            tell(f"{key}: {BY_PLACE}")
            floor = floors.get((BY_PLACE,))
            figures = compare_places(features, views, real, crops=crops, seed=0, floor=floor)
            floors[(BY_PLACE,)] = figures["floor"]
            found.setdefault(BY_PLACE, {})[key] = figures
    result = {
        "benchmark": "realism",
        "preset": options.preset,
        "clips": clips,
        "crops": crops,
        "revisions": revisions,
        "views": {name: summarize_view(figures) for name, figures in found.items()},
    }
    if options.json:
        print(json.dumps(result))
    else:
        print_table(result)


def tell(stage: str) -> None:
    """Say on the standard error what is done now."""
    print(stage, file=sys.stderr, flush=True)


def split_descriptions(given: list[str]) -> tuple[list[Path], list[str]]:
    """Part words FOLDER=SCENARIO into folders, and scenario files: one for each folder or none at all."""
    parted = [word.partition("=") for word in given]
    scenarios = [scenario for _, _, scenario in parted if scenario]
    if scenarios and len(scenarios) < len(parted):
        raise SystemExit("describe all folders of a view or none: its rows are of all of them together")
    return [Path(folder) for folder, _, _ in parted], scenarios


def load_views(
    revision: str,
    sources: dict[str, tuple[int, ...]],
    files: list[Files],
    options: argparse.Namespace,
    clips: int,
) -> dict[str, View]:
    """Load a revision's frames of the preset, from where there are photographs."""
    return {
        name: View(
            load_frames(
                revision,
                preset=options.preset,
                clips=clips,
                cache=options.cache,
                files=tuple(files[number] for number in numbers),
                view=name,
            ),
            numbers,
        )
        for name, numbers in sources.items()
        if numbers
    }


def load_described(
    revision: str,
    scenarios: list[str],
    view: str,
    numbers: tuple[int, ...],
    files: list[Files],
    options: argparse.Namespace,
    clips: int,
) -> dict[str, View]:
    """Load a revision's frames of each described place, by its name."""
    return {
        Path(scenario).stem: View(
            load_frames(
                revision,
                preset=scenario,
                clips=clips,
                cache=options.cache,
                files=(files[number],),
                view=view,
            ),
            (number,),
        )
        for scenario, number in zip(scenarios, numbers, strict=True)
    }


def list_rows(
    views: dict[str, View], places: dict[str, dict[str, View]], crops: int, alone: set[int]
) -> dict[str, tuple[View, int]]:
    """List what is compared, and with how many crops: views, described places together, and each alone.

    A place alone has as many crops as it has in the row of all of its view. It has a row if its source is one
    of `alone`: of those that have photographs for every part.
    """
    rows = {kind: (view, crops) for kind, view in views.items()}
    rows |= {f"{kind}, described": (join_places(list(each.values())), crops) for kind, each in places.items()}
    for kind, each in places.items():
        for name, place in each.items():
            count = crops // len(each)
            if not alone.issuperset(place.sources):
                continue
            rows[f"{name}, described"] = place, count
            if kind in views:
                rows[name] = replace(place, frames=views[kind].frames), count
    return rows


def join_places(places: list[View]) -> View:
    """Put frames of several places together, a clip of each in turn."""
    pictures = [picture for place in places for picture in place.frames[0]]
    clip = [len(places) * place.frames[1] + number for number, place in enumerate(places)]
    return View(
        (pictures, np.concatenate(clip)), tuple(source for place in places for source in place.sources)
    )


if __name__ == "__main__":
    main()
