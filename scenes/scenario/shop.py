"""Sections of the shop and the clip: when it plays, floor plan and furniture, goods, light."""

from dataclasses import dataclass
from typing import Literal

from scenes.scenario.parameters import param

STORE_FORMATS = ("convenience", "supermarket", "kiosk", "stadium", "grab_and_go", "micro_market")


@dataclass(frozen=True)
class ClipSpec:
    """When the clip starts and ends, and how often its cameras look."""

    duration_s: float = param("Length of the recorded clip.", 12.0, ge=0.5, le=3600)
    fps: float = param("Frames a second of every camera.", 10.0, ge=1, le=60)
    warmup_s: float = param(
        "Time simulated before the clip starts, so that it opens on a shop in use. Its events are in "
        "events.parquet with negative times.",
        40.0,
        ge=0,
        le=3600,
    )


@dataclass(frozen=True)
class StoreSpec:
    """The room and its fixtures."""

    format: Literal["convenience", "supermarket", "kiosk", "stadium", "grab_and_go", "micro_market"] = param(
        "Kind of shop: it decides on doors, cooled furniture, counters, and gondolas or low tables.",
        "convenience",
    )
    outline: Literal["rectangle", "l_shape", "cut_corner", "alcove", "shaft"] = param(
        "Shape of the room within its width and depth: one of the back corners missing, back corners cut off "
        "aslant, an alcove in the back wall, or a shaft that stands in from a side wall.",
        "rectangle",
    )
    width_m: float = param("Inner width of the room (x).", 9.0, ge=4, le=60)
    depth_m: float = param("Inner depth of the room (y).", 8.0, ge=4, le=60)
    height_m: float = param("Ceiling height.", 3.0, ge=2.4, le=8)
    aisle_width_m: float = param(
        "Least clear width between rows of gondolas; they share what room is to spare.", 1.7, ge=1.2, le=4
    )
    gondola_height_m: float = param(
        "Height of the gondolas; the low tables of stadium, grab_and_go and micro_market have heights of "
        "their own.",
        1.5,
        ge=1.0,
        le=2.2,
    )
    wall_shelf_height_m: float = param(
        "Height of the shelving along the walls, which ends 0.3 m under the ceiling at the latest, and peg "
        "walls at 2 m. What is over 1.65 m nobody reaches: where a board has room there (from about 2 m on), "
        "it holds reserve stock of what stands below, piled whatever store.stacked says.",
        1.9,
        ge=1.0,
        le=2.6,
    )
    shelf_depth_m: float = param("Depth of a shelf board.", 0.41, ge=0.25, le=0.6)
    end_caps: bool = param("Whether rows of gondolas end in end caps; tables never do.", True)
    wall_shelves: bool = param("Whether shelving runs along the walls.", True)
    cooling: float = param(
        "How much of the cooled furniture along the walls that its format usually has the shop has; 0 is for "
        "shops that sell nothing that needs cooling.",
        1.0,
        ge=0,
        le=1,
    )
    freezers: float = param(
        "Share of the shelving along the walls that is upright freezers behind glass doors (at least two "
        "doors if any); shops with neither these nor chests sell nothing frozen.",
        0.0,
        ge=0,
        le=1,
    )
    chests: float = param(
        "Share of the rows on the floor, and of the shelving along the walls, that is chest freezers, open "
        "above (at least one along the walls if any, where these have shelving).",
        0.0,
        ge=0,
        le=1,
    )
    pegs: float = param(
        "Share of the shelving along the walls that is peg walls: bags, pouches and tubes on hooks.",
        0.0,
        ge=0,
        le=1,
    )
    displays: float = param(
        "Share of the places on the free floor with room for a promotional display that have one: stands "
        "with a header, goods on pallets, low tables.",
        0.0,
        ge=0,
        le=1,
    )
    fill: float = param(
        "Share of each slot that is stocked at the start; chest freezers are kept fuller. Four stand one "
        "behind the other at most; where it is 1, the tops of tables are filled to their backs.",
        0.85,
        ge=0,
        le=1,
    )
    sold_out: float = param(
        "Share of the blocks of facings that are sold out at the start (none in a shop that is full, none in "
        "chest freezers and on displays).",
        0.03,
        ge=0,
        le=1,
    )
    stacked: float = param(
        "Share of the blocks of low packs (tins, tubs, trays and boxes of at most 8 cm) that stand in "
        "stacks, two to four high, where the board above leaves room for a hand; bowls stand in each other, "
        "four to eight, those of at least 10 cm two to four, plates six to twelve, mugs of at most 11 cm two "
        "or three. Where it is above 0, all loose fruit and vegetables (but berries, bananas and pineapples) "
        "lie in heaps that fill their crates, of four layers at most if they are up to 62 mm deep, three up "
        "to 100 mm and two if they are larger, wherever the board leaves room.",
        0.0,
        ge=0,
        le=1,
    )
    untidy: float = param(
        "Share of facings whose front item stands turned or lies on its back at the start.", 0.03, ge=0, le=1
    )
    misplaced: float = param(
        "Share of facings whose front item is another product, left there by somebody before the start.",
        0.005,
        ge=0,
        le=1,
    )
    props: float = param(
        "Share of what may stand about beside the shelves: stacked baskets, trolleys, bins, plants, boxes, "
        "cage trolleys, never where they would leave less than 0.9 m to pass.",
        0.6,
        ge=0,
        le=1,
    )
    signs: float = param(
        "Share of the rows of shelving over which a promotional sign hangs, where it hangs high enough.",
        0.4,
        ge=0,
        le=1,
    )
    section_signs: bool = param(
        "Whether boards on the walls over the shelving say which section of the shop stands there.", True
    )
    price_rails: bool = param(
        "Whether rails with price tags run along the edges of shelves, tables and chests.", True
    )
    shelving: Literal["any", "white", "cream", "grey", "black"] = param(
        "Paint of the shelving, and of tables and counters; any is drawn, and these are of wood.", "any"
    )
    wall_dressing: float = param(
        "How much hangs on bare walls and on the front's panes: posters, banners, notices, cables, "
        "air conditioning, switches (0: nothing).",
        0.6,
        ge=0,
        le=1,
    )
    sliding_doors: bool = param(
        "Whether the shop's doors are two glass leaves that slide open by themselves, where there is room "
        "for them beside the door.",
        False,
    )
    other_windows: Literal["none", "right", "back", "left"] = param(
        "Which wall has windows besides the front: full ones where nothing stands along it, else a band over "
        "the shelving, where the ceiling is high enough.",
        "none",
    )
    floor: Literal["tile", "terrazzo", "vinyl", "concrete", "wood"] = param("Floor covering.", "tile")
    wood: Literal["any", "ash", "oak", "smoked_oak", "fir", "walnut"] = param(
        "Wood of a floor of boards.", "any"
    )
    walls: Literal["any", "white", "cream", "grey", "green", "blue", "yellow"] = param(
        "Paint of the walls; any is drawn, white more often than the others.", "any"
    )


@dataclass(frozen=True)
class CatalogueSpec:
    """What the shop sells."""

    skus: int = param("Number of SKUs (the built-in assortment makes up to 800).", 72, ge=1, le=1000)
    weight_twin_pairs: int = param("Pairs of different SKUs with (nearly) the same mass.", 6, ge=0, le=100)
    look_alike_pairs: int = param(
        "Pairs of SKUs whose labels differ only in a band of colour.", 6, ge=0, le=100
    )
    weighed: bool = param(
        "Whether loose fruit is sold by the kilogram: its receipt lines have grams. It then belongs to the "
        "most popular products (your own say what they are `sold_by`).",
        False,
    )
    popularity_exponent: float = param(
        "Exponent of the rank-frequency law (0.65: single SKUs, Complete Journey).", 0.65, ge=0, le=2
    )
    currency: str = param("ISO 4217 code on the receipts.", "EUR", pattern="[A-Z]{3}")
    file: str = param(
        "A CSV with your own products instead of the built-in ones (see own-catalogue.md); a relative path "
        "starts at the scenario file. All its products are sold: `skus` becomes their number.",
        "",
    )
    pictures: str = param("Folder with a PNG or JPEG of the front of each product of `file`.", "")
    sha256: str = param(
        "Hash of `file` and its pictures, filled in when the scenario is read, so that another content is "
        "another dataset; written here, it refuses any other content.",
        "",
        pattern="(?:[0-9a-f]{64})?",
    )


@dataclass(frozen=True)
class LightingSpec:
    """The lamps, and the daylight that comes through windows and glass doors."""

    kind: Literal["tubes", "panels"] = param("Kind of ceiling lamp.", "panels")
    brightness: float = param("Overall exposure-relative brightness (1: well lit).", 1.0, ge=0.05, le=3)
    temperature_k: float = param("Colour temperature of the lamps.", 4300.0, ge=2000, le=9000)
    spots: float = param(
        "Share of the tables, hot counters, end caps and desks over which track spotlights hang; they stay "
        "on when lamps fail.",
        0.0,
        ge=0,
        le=1,
    )
    rendition: Literal["led_fine", "led", "triphosphor", "halophosphate"] = param(
        "How the lamps render colours: LEDs of Ra 96 or 85, fluorescent tubes with three phosphors (Ra 83) "
        "or old ones (Ra 64), under which reds turn brown.",
        "led",
    )
    ambient: float = param("Share of the light that is bounced and has no direction.", 0.35, ge=0, le=1)
    hour: float = param("Hour of the day by the sun, which rises at 6 and sets at 18.", 13.0, ge=0, le=24)
    weather: Literal["sunny", "cloudy", "rainy"] = param("Weather outside.", "cloudy")
    front_deg: float = param(
        "Bearing that the shop's front with its windows looks to: 0 north, 90 east, 180 south, 270 west.",
        0.0,
        ge=0,
        le=360,
    )
    passing: Literal["nothing", "cloud", "vehicle", "person"] = param(
        "What passes outside and throws its shadow in; labels do not see it.", "nothing"
    )
    passing_at_s: float = param("When half of it has passed, from the clip's start.", 5.0, ge=-3600, le=3600)
