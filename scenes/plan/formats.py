"""What the trade does in each format of shop: free floor, doors and gates, cooling, counters.

In: a format's name. Out: a `StoreFormat` from which scenes/plan/layout.py draws. The widths follow
accessibility rules (ISO 21542: 0.9 m clear for a wheelchair, 1.5 m to turn) and what shop fitters use.
"""

from dataclasses import dataclass

WHEELCHAIR_M = 0.9  # clear width that a wheelchair passes
PASSAGE_M = 0.95  # kept clear beside what stands free, so that one passes it
TURNING_M = 1.5  # circle in which it turns

GLAZED = ("fridge", "freezer")  # kinds of furniture with glass doors
COOLING = ("chiller", *GLAZED)
FREEZING = ("freezer", "chest")
TABLES = ("table", "promo_table")  # kinds of furniture whose goods are seen from above
DISPLAYS = ("display_stand", "pallet_display", "promo_table")  # kinds of promotional displays


@dataclass(frozen=True)
class StoreFormat:
    """Habits of one format.

    Attributes:
        front_m: Least depth of the free floor behind the doors.
        entrances, exits: How many of each, low and high; (0, 0) exits: the entrance serves both ways until
            the shop is large or crowded.
        cooled: Kinds of cooled furniture that may stand along the walls.
        cooled_share: Share of the wall shelving that is cooled, low and high.
        islands: What stands on the floor: ``"gondola"`` at the asked height, or low ``"table"``.
        row_share: Share of the possible rows that are built, low and high.
        hot_share: Chance of a hot counter on a side wall.
        counter: ``"till"`` (staffed, in a front corner) or ``"desk"`` (help desk or pay point).
        column_share: Chance that the roof rests on columns, where the room is wide enough for them.
        rows_to_doors: Whether rows run toward the front wherever they can, not the way that holds more.
    """

    front_m: float
    entrances: tuple[int, int]
    exits: tuple[int, int]
    cooled: tuple[str, ...]
    cooled_share: tuple[float, float]
    islands: str
    row_share: tuple[float, float]
    hot_share: float
    counter: str
    column_share: float
    rows_to_doors: bool = False


FORMATS = {
    "convenience": StoreFormat(
        1.75, (1, 1), (0, 0), ("fridge", "chiller"), (0.15, 0.5), "gondola", (0.85, 1.0), 0.25, "till", 0.35
    ),
    "supermarket": StoreFormat(
        2.6, (1, 1), (0, 1), ("chiller", "fridge"), (0.1, 0.5), "gondola", (0.9, 1.0), 0.15, "desk", 0.7,
        rows_to_doors=True,
    ),
    "kiosk": StoreFormat(
        1.3, (1, 1), (0, 0), ("fridge",), (0.1, 0.5), "gondola", (0.8, 1.0), 0.2, "desk", 0.0
    ),
    "stadium": StoreFormat(
        2.3, (2, 3), (1, 2), ("fridge",), (0.6, 1.0), "table", (0.3, 0.6), 0.5, "desk", 0.5
    ),
    "grab_and_go": StoreFormat(
        1.9, (1, 1), (0, 1), ("chiller",), (0.5, 1.0), "table", (0.6, 1.0), 0.85, "desk", 0.3
    ),
    "micro_market": StoreFormat(
        1.5, (1, 1), (0, 0), ("fridge",), (0.2, 0.5), "table", (0.0, 0.7), 0.0, "desk", 0.0
    ),
}  # fmt: skip
