"""A second opinion: reads a dataset with nothing but docs/data-format.md, and balances its books again.

It imports nothing of the project. What the documentation does not say, this reader cannot know; where it
says something wrong, this reader finds the dataset wrong.

    reader_files.py     a clip's files
    reader_items.py     where every item is
    reader_receipts.py  who owes what
    reader_scales.py    what boards weigh
    reader_evidence.py  what views and scales can tell
    reader_bags.py      who has which bag, or coat
    reader_carried.py   who is on whose arm
    reader_chests.py    who reaches into chest freezers
    reader_sensors.py   cameras, gates, doors
    reader_room.py      what is within the walls
"""

from tests.independent.reader_bags import follow_bags
from tests.independent.reader_carried import hold_children
from tests.independent.reader_chests import keep_out_of_chests
from tests.independent.reader_evidence import judge
from tests.independent.reader_files import Clip
from tests.independent.reader_items import follow_items
from tests.independent.reader_receipts import compare_receipts
from tests.independent.reader_room import stay_inside
from tests.independent.reader_scales import weigh
from tests.independent.reader_sensors import watch


def find_faults(clip: Clip) -> list[str]:
    """Balance a clip's books; every disagreement is a line of text."""
    # Receipts and loads follow from a ledger that holds.
    found = [*stay_inside(clip), *follow_items(clip)]
    return found or [
        *compare_receipts(clip),
        *weigh(clip),
        *judge(clip),
        *follow_bags(clip),
        *hold_children(clip),
        *keep_out_of_chests(clip),
        *watch(clip),
    ]
