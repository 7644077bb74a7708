"""From what was read off a clip to receipts, and how right they are (train_job.py)."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from clip_arrays import Clip, Grab

MATCH_S = 0.75  # how far a detection may lie from its event
MATCH_M = 0.5  # and how far along the board


def make_receipts(clip: Clip, grabs: Sequence[Grab]) -> dict[str, Counter]:
    """Add up grabs: payment_id -> SKU -> quantity, for the payments that the truth knows."""
    receipts: dict[str, Counter] = {payment: Counter() for payment in clip.receipts}
    for grab in grabs:
        account = receipts.get(clip.payment[clip.people[grab.person]]) if grab.person >= 0 else None
        if account is None:
            continue
        sku = clip.sku[grab.product]
        account[sku] = max(account[sku] + (grab.count if grab.kind == 1 else -grab.count), 0)
    return {payment: +account for payment, account in receipts.items()}


def score(clips: Sequence[Clip], predictions: Sequence[list[Grab]]) -> dict[str, float]:
    """Compare predicted with true grabs and receipts.

    Returns:
        event_f1: matched on board, kind, time (0.75 s) and place (0.5 m);
        product, person: share right among those matched;
        receipts_exact: share of all receipts without any error; receipts_exact_filled: of those with lines;
        line_f1: over (payment, SKU) lines, item by item.
    """
    found = right_product = right_person = true_events = predicted_events = 0
    exact, exact_filled = [], []
    hit = wanted = given = 0
    for clip, grabs in zip(clips, predictions, strict=True):
        true_events, predicted_events = true_events + len(clip.grabs), predicted_events + len(grabs)
        left = list(grabs)
        for true in clip.grabs:
            near = [g for g in left if (g.board, g.kind) == (true.board, true.kind)]
            near = [g for g in near if abs(g.time_s - true.time_s) <= MATCH_S]
            near = [g for g in near if np.linalg.norm(g.at_m[:2] - true.at_m[:2]) <= MATCH_M]
            if near:
                match = min(near, key=lambda g: abs(g.time_s - true.time_s))
                left.remove(match)
                found += 1
                right_product += (match.product, match.count) == (true.product, true.count)
                right_person += match.person == true.person
        predicted = make_receipts(clip, grabs)
        for payment, lines in clip.receipts.items():
            exact.append(predicted[payment] == lines)
            if lines:
                exact_filled.append(exact[-1])
            hit += (predicted[payment] & lines).total()
            wanted, given = wanted + lines.total(), given + predicted[payment].total()
    return {
        "event_f1": 2 * found / max(true_events + predicted_events, 1),
        "product": right_product / max(found, 1),
        "person": right_person / max(found, 1),
        "receipts_exact": float(np.mean(exact)) if exact else 1.0,
        "receipts_exact_filled": float(np.mean(exact_filled)) if exact_filled else 1.0,
        "line_f1": 2 * hit / max(wanted + given, 1),
    }
