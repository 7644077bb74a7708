"""Which recordings suffice: from pixels and steps to verdicts, and from verdicts to the bound of a clip.

In: rows with the columns of evidence in events.parquet. Out: `who`, `what` and `evidence` of each, and
counts. Pure arithmetic on what the file says, so `shopsynth verify` repeats it from the file.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from synth.ledger import WHOLE_BAGS

# Pixels from which on a matched filter tells 95 % of items (benchmarks/evidence.py): of products whose rivals
# differ in shape or colour, and of those that have a look-alike, which differs in a band of its label.
ITEM_PX = 12
LOOK_ALIKE_PX = 24
# A palm with its fingers spans 0.18 m. 4 pixels across it are one in 4.5 cm: two hands at one item, 9 cm
# apart palm to palm, are then two pixels apart.
HAND_PX = 4 * 4
# Where only one person is in reach it is enough to find that person: AI-TOD (Wang 2021) calls objects below
# 8 px across "very tiny".
PERSON_PX = 8 * 8
SIGMAS = 3.0  # on either side of the border between two masses
# What receipts are made of.
JUDGED = ("take", "put", "drop", "pick_up", "hand_over", *WHOLE_BAGS)
VERDICTS = ("none", "scale", "views", "both")


def judge_all(rows: Iterable[Mapping[str, Any]], has_look_alike: Sequence[bool]) -> list[dict[str, str]]:
    """Judge all events of a clip, in order; what passes in a bag or coat by what put it in there, too.

    >>> row = {"item_id": 1, "kind": "swap", "item_px": [70], "hand_px": [20], "person_px": [300]}
    >>> row |= {"in_reach": 2, "step_g": 0.0, "step_sigma_g": 1.0, "rival_gap_g": 0.0}
    >>> hidden, shown = (row | {"kind": "conceal", "item_px": [count]} for count in (2, 70))
    >>> [found["evidence"] for found in judge_all([hidden, row, shown, row, row], [False] * 5)]
    ['none', 'none', 'views', 'views', 'views']
    """
    verdicts = []
    told: dict[int, bool] = {}  # of each item: whether its last event could be
    for row, alike in zip(rows, has_look_alike, strict=True):
        verdicts.append(judge(row, alike, put_in_told=told.get(row["item_id"], False)))
        told[row["item_id"]] = verdicts[-1]["evidence"] != "none"
    return verdicts


def judge(row: Mapping[str, Any], has_look_alike: bool, *, put_in_told: bool = True) -> dict[str, str]:
    """Say what suffices to know who acted, what moved, and both.

    Args:
        row: With `item_id`, `kind` and the columns that synth/evidence/views.py and steps.py make.
        has_look_alike: Whether the item's product has a look-alike.
        put_in_told: Of what passes in a bag or coat, whether the event that put it in there could be told.

    Returns:
        `who` and `what`: one of VERDICTS. `evidence`: likewise for both questions at once, or ``"together"``
        where one recording tells who and only the other one what.

    >>> row = {"item_id": 1, "kind": "take", "item_px": [70], "hand_px": [20], "person_px": [300]}
    >>> row |= {"in_reach": 2, "step_g": 500.0, "step_sigma_g": 3.0, "rival_gap_g": 90.0}
    >>> judge(row, False)
    {'who': 'views', 'what': 'both', 'evidence': 'views'}
    >>> judge(row | {"item_px": [2]}, False)["evidence"]
    'together'
    >>> [judge(row | {"kind": kind, "item_px": [15]}, True)["what"] for kind in ("take", "swap")]
    ['scale', 'both']
    """
    alone = row["in_reach"] <= 1
    person_seen = any(count >= PERSON_PX for count in row["person_px"])
    if row["item_id"] < 0:  # nothing but a person moves
        verdict = name_verdict(False, person_seen)
        return {"who": verdict, "what": verdict, "evidence": verdict}
    if row["kind"] in WHOLE_BAGS:
        has_look_alike = False  # the bag or coat is looked for; what is in it was told apart before, or never
    border_g = 2 * SIGMAS * row["step_sigma_g"]  # NaN where the plates have nothing to say
    what_scale = bool(row["step_g"] > border_g and row["rival_gap_g"] > border_g)
    what_views = any(count >= (LOOK_ALIKE_PX if has_look_alike else ITEM_PX) for count in row["item_px"])
    what_views = what_views and (put_in_told or row["kind"] not in WHOLE_BAGS)
    who_scale = alone and row["step_g"] > border_g
    who_views = any(count >= HAND_PX for count in row["hand_px"]) or (alone and person_seen)
    evidence = name_verdict(who_scale and what_scale, who_views and what_views)
    if evidence == "none" and (who_scale or who_views) and (what_scale or what_views):
        evidence = "together"
    return {
        "who": name_verdict(who_scale, who_views),
        "what": name_verdict(what_scale, what_views),
        "evidence": evidence,
    }


def name_verdict(by_scale: bool, by_views: bool) -> str:
    """Name which recordings suffice.

    >>> name_verdict(True, False), name_verdict(True, True)
    ('scale', 'both')
    """
    return VERDICTS[int(by_scale) + 2 * int(by_views)]


def summarize(events: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Count what could be told of the events that receipts are made of.

    Args:
        events: Rows of events.parquet; what happened in the warm-up, unseen, is left out.

    Returns:
        ``events`` that count, how many of them are ``told`` (who and what, by whatever recordings), and how
        often each verdict stands in ``who``, ``what`` and ``evidence``.

    >>> row = {"time_s": 1.0, "kind": "take", "who": "none", "what": "both", "evidence": "none"}
    >>> found = summarize([row, row | {"who": "scale", "evidence": "scale"}, row | {"time_s": -1.0}])
    >>> found["events"], found["told"], found["who"]["scale"]
    (2, 1, 1)
    """
    judged = [row for row in events if row["kind"] in JUDGED and row["time_s"] >= 0]
    names = {"who": VERDICTS, "what": VERDICTS, "evidence": (*VERDICTS, "together")}
    counts = {column: Counter(row[column] for row in judged) for column in names}
    told = len(judged) - counts["evidence"]["none"]
    return {"events": len(judged), "told": told} | {
        column: {verdict: counts[column][verdict] for verdict in verdicts}
        for column, verdicts in names.items()
    }
