"""How far frames of a view are from photographs: crops of like content, measured in three ways.

In: frames; photographs that encoders have learned from, and others that are held out; each split into parts
that share no clip and no moment. Out: for frames, and for other photographs beside them (the floor), what
each part adds to a distance, see distances.py and two_sample.py.
"""

from dataclasses import dataclass

import numpy as np
import torch

from gan.metrics import NEIGHBOURS
from gan.training.crops import MatchedCrops, compute_content, crop_real
from gan.training.features import CROP_PX, train_encoder
from gan.training.real import RealImages
from looks.distances import WhiteFeatures, measure_kid, measure_swd
from looks.two_sample import classify
from scenes.randomness import make_rng

MEASURES = ("kid", "swd", "c2st")
PARTS = 8
MOST_PLACES = 6  # those with the most photographs
KNOWN_CROPS = 1000
POOL_PER_CROP = 4

Crops = np.ndarray
Features = tuple[WhiteFeatures, ...]
Frames = tuple[list[np.ndarray], np.ndarray]  # pictures, and the clip of each


@dataclass(frozen=True)
class View:
    """What is seen from one kind of place.

    Attributes:
        frames: Rendered pictures, and the clip of each.
        sources: Numbers of the folders of photographs that were taken so.
    """

    frames: Frames
    sources: tuple[int, ...]


def learn_features(photographs: RealImages, *, steps: int, seed: int) -> WhiteFeatures:
    """Train an encoder on photographs, from other first weights for each seed."""
    encoder = train_encoder(
        photographs,
        steps=steps,
        rng=make_rng(seed, 0, "benchmarks/realism/encoder"),
        generator=torch.Generator().manual_seed(seed),
        on_progress=lambda *progress: None,
    )
    return WhiteFeatures(encoder, cut_photographs(photographs, KNOWN_CROPS, seed=seed))


def split_real(real: RealImages, parts: int) -> list[RealImages]:
    """Split each source's pictures by order; one with too few has none in the last parts."""
    chosen: list[list[int]] = [[] for _ in range(parts)]
    for source in np.unique(real.source):
        numbers = np.flatnonzero(real.source == source)
        for part, block in enumerate(np.array_split(numbers, parts)):
            chosen[part].extend(block.tolist())
    return [RealImages(tuple(real.picture[n] for n in part), real.source[part]) for part in chosen]


def pick_real(real: RealImages, chosen: np.ndarray) -> RealImages:
    """Keep the pictures of a mask."""
    numbers = np.flatnonzero(chosen)
    return RealImages(tuple(real.picture[n] for n in numbers), real.source[numbers])


def cut_photographs(real: RealImages, count: int, *, seed: int, part: int = 0) -> Crops:
    """Cut (count, 3, S, S) uint8 crops out of photographs, as many of each source."""
    rng = make_rng(seed, part, "benchmarks/realism/photographs")
    return np.stack([crop_real(real.sample(rng=rng), CROP_PX, rng=rng) for _ in range(count)])


def match_part(pictures: RealImages, target: Crops, *, seed: int, part: int, lane: str) -> Crops:
    """Choose for each crop of the target a crop of like content out of other pictures."""
    size = POOL_PER_CROP * len(target)
    rng = make_rng(seed, part, f"benchmarks/realism/{lane}")
    pool = MatchedCrops(pictures, compute_content, size=size, rng=rng)
    generator = torch.Generator().manual_seed(seed)
    matched = pool.match(torch.from_numpy(target).float() / 255.0, neighbours=NEIGHBOURS, generator=generator)
    return matched.mul(255.0).round().to(torch.uint8).numpy()


def measure(features: Features, pairs: list[tuple[Crops, Crops]], *, seed: int) -> dict[str, np.ndarray]:
    """Measure two sets: measure -> (parts,), what each part adds to the whole, see looks/distances.py.

    What needs an encoder is the mean over several.
    """
    return {
        "kid": np.mean([measure_kid(each, pairs) for each in features], axis=0),
        "swd": 1000 * measure_swd(pairs, seed=seed),
        "c2st": np.mean([classify(each.encoder, pairs, seed=seed) for each in features], axis=0),
    }


def compare(
    features: Features,
    view: View,
    real: tuple[RealImages, RealImages],
    *,
    crops: int,
    seed: int,
    floor: dict[str, np.ndarray] | None = None,
) -> dict[str, dict[str, np.ndarray]]:
    """Measure one revision's frames of a view, and known photographs, against held-out photographs.

    The latter is the `floor`, the same for every revision: given, it is not measured again.

    Returns:
        ``"frames"`` and ``"floor"``: measure -> (parts,).
    """
    known, held_out = (
        split_real(pick_real(part, np.isin(part.source, view.sources)), PARTS) for part in real
    )
    pairs = _pair_up(view.frames, held_out, known, crops=crops, seed=seed)
    return {
        "frames": measure(features, pairs[0], seed=seed),
        "floor": measure(features, pairs[1], seed=seed) if floor is None else floor,
    }


def compare_places(
    features: Features,
    views: dict[str, View],
    real: tuple[RealImages, RealImages],
    *,
    crops: int,
    seed: int,
    floor: dict[str, np.ndarray] | None = None,
) -> dict[str, dict[str, np.ndarray]]:
    """Measure frames, and photographs of other places, against the photographs of one place at a time.

    Frames are those of the place's view. Both are matched by content to the same crops of the place; other
    places count the same.

    Returns:
        ``"frames"`` and ``"floor"``: measure -> (parts,), the mean over places.
    """
    every = RealImages(real[0].picture + real[1].picture, np.concatenate([one.source for one in real]))
    places, count = np.unique(every.source, return_counts=True)
    places = places[np.argsort(-count, kind="stable")][:MOST_PLACES]
    found: dict[str, list[dict[str, np.ndarray]]] = {"frames": []} | ({"floor": []} if floor is None else {})
    for place in places:
        here, elsewhere = (
            split_real(pick_real(every, chosen), PARTS)
            for chosen in (every.source == place, every.source != place)
        )
        frames = next(view.frames for view in views.values() if place in view.sources)
        pairs = _pair_up(frames, here, elsewhere, crops=crops, seed=seed)
        for key, several in zip(found, pairs, strict=False):
            found[key].append(measure(features, several, seed=seed))
    means = {
        key: {name: np.mean([one[name] for one in each], axis=0) for name in MEASURES}
        for key, each in found.items()
    }
    return means if floor is None else means | {"floor": floor}


def _pair_up(
    frames: Frames, target: list[RealImages], floor: list[RealImages], *, crops: int, seed: int
) -> tuple[list, list]:
    """Cut crops of photographs, part by part, and match frames and other photographs to them.

    Args:
        frames: Pictures, and the clip of each.
        target: Photographs of each part, which are measured against.
        floor: Other photographs of each part.

    Returns:
        Pairs of crops (target, rendered) and (target, other photographs), a pair a part.
    """
    pictures, clip = frames
    if len(np.unique(clip)) < PARTS:
        raise SystemExit(f"fewer than {PARTS} clips have a camera to compare; give more with --clips")
    rendered_pairs, floor_pairs = [], []
    for part, block in enumerate(np.array_split(np.unique(clip), PARTS)):
        chosen = tuple(pictures[n] for n in np.flatnonzero(np.isin(clip, block)))
        lanes = {"frames": RealImages(chosen, np.zeros(len(chosen), int)), "floor": floor[part]}
        here = cut_photographs(target[part], crops // PARTS, seed=seed, part=part)
        rendered, other = (
            match_part(images, here, seed=seed, part=part, lane=lane) for lane, images in lanes.items()
        )
        rendered_pairs.append((here, rendered))
        floor_pairs.append((here, other))
    return rendered_pairs, floor_pairs
