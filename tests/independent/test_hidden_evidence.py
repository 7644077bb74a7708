"""Who can tell what passes in a coat: whoever saw it go in, and sees the coat pass."""

import math
from itertools import product
from types import SimpleNamespace
from unittest import mock

import pytest

from synth.evidence.verdicts import judge_all, summarize
from tests.independent import reader_evidence

SEEN, UNSEEN = 70, 2  # pixels


def make_event(number, kind, item_px):
    """An event of item 7 with others in reach, off the scales, whose hand is seen."""
    row = {"event_id": number, "time_s": 1.0 + number, "kind": kind, "item_id": 7, "sku": "S"}
    row |= {"item_px": [item_px, 0], "hand_px": [20, 0], "person_px": [300, 0], "in_reach": 2}
    return row | {"step_count": 0} | dict.fromkeys(("step_g", "step_sigma_g", "rival_gap_g"), math.nan)


def read(events):
    """What the independent reader finds."""
    clip = SimpleNamespace(events=events, look_alikes=set(), about={"evidence": summarize(events)})
    with mock.patch.object(reader_evidence, "measure_steps", return_value=[]):
        return reader_evidence.judge(clip)


@pytest.mark.parametrize(("hidden_px", "coat_px", "again_px"), list(product((SEEN, UNSEEN), repeat=3)))
def test_what_is_in_a_coat_is_told_as_far_as_it_was_seen_to_go_there(hidden_px, coat_px, again_px):
    sizes = {"take": SEEN, "conceal": hidden_px, "swap": coat_px, "set_down": again_px}
    events = [make_event(number, kind, px) for number, (kind, px) in enumerate(sizes.items())]
    events = [e | found for e, found in zip(events, judge_all(events, [False] * 4), strict=True)]
    seen = [px == SEEN for px in sizes.values()]
    told = [True, seen[1], all(seen[:3]), all(seen)]
    assert [event["what"] for event in events] == ["views" if one else "none" for one in told]
    assert [event["evidence"] for event in events] == ["views" if one else "none" for one in told]
    assert summarize(events)["told"] == told[0] + told[2] + told[3]
    assert read(events) == []
    for number in (2, 3):
        wrong = {"none": "views", "views": "none"}[events[number]["what"]]
        broken = [e | {"what": wrong, "evidence": wrong} if n == number else e for n, e in enumerate(events)]
        assert read(broken)
