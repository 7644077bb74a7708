"""How well a classifier tells two sets of crops apart: C2ST (Lopez-Paz and Oquab, 2017).

In: parts of two sets of (N, 3, S, S) uint8 crops; the parts share no clip, no shot's moment and no source
picture. Out: for each part the share told right by a classifier trained on the other parts. 0.5 is a coin's:
the sets look the same to it.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from gan.camera_stage import blur_planes

STEPS = 250
WEIGHT_DECAY = 3e-2
Parts = Sequence[tuple[np.ndarray, np.ndarray]]


def describe(encoder: nn.Module, crops: np.ndarray) -> np.ndarray:
    """Describe crops by what the encoder sees in them and by statistics of tone, colour and grain: (N, K)."""
    with torch.no_grad():
        seen = torch.cat([encoder(part) for part in torch.from_numpy(crops).split(64)]).numpy()
    planes = crops.astype(np.float32) / 255.0
    count, channels = planes.shape[:2]
    tone = np.quantile(planes.reshape(count, channels, -1), (0.02, 0.25, 0.5, 0.75, 0.98), axis=2)
    grain: list[np.ndarray] = []
    for _ in range(3):
        flat = planes.reshape(-1, *planes.shape[2:])
        smooth = blur_planes(flat, 0.8).reshape(planes.shape)
        band = np.abs(planes - smooth).reshape(count, channels, -1)
        grain.extend(np.log(np.quantile(band, (0.25, 0.5, 0.9), axis=2) + 1e-4))
        planes = smooth[:, :, ::2, ::2]
    spread = (crops.max(axis=1).astype(np.float32) - crops.min(axis=1)).reshape(count, -1) / 255.0
    return np.concatenate([seen, *tone, *grain, spread.mean(1)[:, None], spread.std(1)[:, None]], axis=1)


def train_classifier(features: np.ndarray, label: np.ndarray, *, seed: int) -> nn.Module:
    """Train a small network that gives the logit of label 1."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = nn.Sequential(nn.Linear(features.shape[1], 32), nn.LeakyReLU(0.1), nn.Linear(32, 1))
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=WEIGHT_DECAY)
    x, y = torch.from_numpy(features), torch.from_numpy(label.astype(np.float32))
    for _ in range(STEPS):
        optimizer.zero_grad()
        F.binary_cross_entropy_with_logits(network(x)[:, 0], y).backward()
        optimizer.step()
    return network.eval().requires_grad_(False)


def classify(encoder: nn.Module, parts: Parts, *, seed: int) -> np.ndarray:
    """Train on all parts but one, test on that one.

    Args:
        encoder: Crops -> features, see `describe`.
        parts: Pairs of crops of the two sets, as many of each in a pair.
        seed: Of the classifiers' initial weights.

    Returns:
        (parts,) share of crops told right.
    """
    features = [
        np.concatenate([describe(encoder, left), describe(encoder, right)]).astype(np.float32)
        for left, right in parts
    ]
    labels = [np.repeat([0, 1], [len(left), len(right)]) for left, right in parts]
    right = []
    for held_out in range(len(parts)):
        rest = [number for number in range(len(parts)) if number != held_out]
        known = np.concatenate([features[number] for number in rest])
        mean, deviation = known.mean(axis=0), known.std(axis=0) + 1e-6
        network = train_classifier(
            (known - mean) / deviation, np.concatenate([labels[number] for number in rest]), seed=seed
        )
        logit = network(torch.from_numpy((features[held_out] - mean) / deviation))[:, 0].numpy()
        right.append(((logit > 0) == labels[held_out]).mean())
    return np.array(right)
