"""The resolved scenario: what one clip is, with every range drawn.

In: a `ScenarioConfig` (scenes/config/models.py) and (seed, index). Out: a `Scenario`, whose sections are
the frozen dataclasses below. They are also the single source of the scenario file's keys:
scenes/config/keys.py reads names, types, defaults, limits and help texts from here, and the pydantic models
(where each field may be a constant or a distribution) are made of those.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from scenes.distributions import Choice, Distribution, LogUniform, NegativeBinomial, Normal

STORE_FORMATS = ("convenience", "supermarket", "kiosk", "stadium", "grab_and_go", "micro_market")
POLICIES = ("taker", "carrier")
CAMERA_LENSES = ("pinhole", "wide", "fisheye")


def param(
    help: str,
    default: Any,
    *,
    ge: float | None = None,
    le: float | None = None,
    pattern: str | None = None,
    multiple_of: int | None = None,
    per_shopper: type | None = None,
) -> Any:
    """Declare a parameter of the scenario file: its help text, default and limits.

    Args:
        help: One sentence or two, shown by editors and in docs/scenario-reference.md.
        default: Value when the file says nothing.
        ge: Lowest allowed value.
        le: Highest allowed value.
        pattern: Regular expression that the whole of a text has to match.
        multiple_of: What a whole number has to be divisible by.
        per_shopper: Type of the values of a field that is drawn anew for each shopper or group; such a
            field holds a `Distribution` even when it is resolved (a constant is a `Constant`).
    """
    metadata = {
        "help": help,
        "ge": ge,
        "le": le,
        "pattern": pattern,
        "multiple_of": multiple_of,
        "per_shopper": per_shopper,
    }
    return field(default=default, metadata=metadata)


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
    width_m: float = param("Inner width of the room (x).", 9.0, ge=4, le=60)
    depth_m: float = param("Inner depth of the room (y).", 8.0, ge=4, le=60)
    height_m: float = param("Ceiling height.", 3.0, ge=2.4, le=8)
    aisle_width_m: float = param("Clear width between rows of gondolas.", 1.7, ge=1.2, le=4)
    gondola_height_m: float = param("Height of the gondolas.", 1.5, ge=1.0, le=2.2)
    wall_shelf_height_m: float = param("Height of the shelving along the walls.", 1.9, ge=1.0, le=2.4)
    shelf_depth_m: float = param("Depth of a shelf board.", 0.41, ge=0.25, le=0.6)
    end_caps: bool = param("Whether rows of gondolas end in end caps.", True)
    wall_shelves: bool = param("Whether shelving runs along the walls.", True)
    fill: float = param("Share of each slot that is stocked at the start.", 0.85, ge=0, le=1)
    sold_out: float = param(
        "Share of the blocks of facings that are sold out at the start (none in a shop that is full).",
        0.03,
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
    floor: Literal["tile", "terrazzo", "vinyl", "concrete", "wood"] = param("Floor covering.", "tile")


@dataclass(frozen=True)
class CatalogueSpec:
    """What the shop sells."""

    skus: int = param("Number of SKUs (the built-in assortment makes up to 800).", 72, ge=1, le=1000)
    weight_twin_pairs: int = param("Pairs of different SKUs with (nearly) the same mass.", 6, ge=0, le=100)
    look_alike_pairs: int = param(
        "Pairs of SKUs whose labels differ only in a band of colour.", 6, ge=0, le=100
    )
    weighed: bool = param(
        "Whether loose fruit is sold by the kilogram (not of your own products): its receipt lines have "
        "grams.",
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
class CamerasSpec:
    """The cameras: how many, where and how they look."""

    count: int = param("Number of cameras.", 3, ge=2, le=8)
    width_px: int = param("Image width.", 320, ge=64, le=1920, multiple_of=2)
    height_px: int = param("Image height.", 240, ge=64, le=1080, multiple_of=2)
    lens: Literal["pinhole", "wide", "fisheye"] = param(
        "Lens of every camera: free of distortion, wide with barrel distortion (Brown and Conrady), or "
        "fisheye (Kannala and Brandt); cameras.json has the coefficients.",
        "pinhole",
    )
    distortion: float = param(
        "Strength of the distortion: of a wide lens from none to stereographic, of a fisheye from "
        "equidistant to equisolid.",
        0.5,
        ge=0,
        le=1,
    )
    fov_deg: float = param("Horizontal field of view (pinhole and wide lens).", 92.0, ge=40, le=120)
    fisheye_fov_deg: float = param(
        "Field of view of a fisheye's image circle, which spans the shorter side of the picture.",
        176.0,
        ge=120,
        le=180,
    )
    mount: Literal["ceiling", "corner", "shelf", "door"] = param(
        "Where cameras hang: on the ceiling, along the walls under it, or half of them (rounded down) on the "
        "front edges of shelves or over the doors and the others along the walls.",
        "corner",
    )
    height_m: float = param("Mounting height (kept 0.15 m below the ceiling).", 2.8, ge=1.8, le=7)
    supersampling: int = param("Colour samples per pixel edge (1: off, 2: 2x2).", 2, ge=1, le=3)
    exposure_s: float = param(
        "Time the shutter is open: what moves is blurred along its way, and a shorter time needs more gain.",
        0.01,
        ge=0.0001,
        le=0.1,
    )
    rolling_shutter_s: float = param(
        "From the exposure of the first row to that of the last (0: all at once).", 0.012, ge=0, le=0.05
    )
    auto_exposure: float = param(
        "How much of a change of light automatic exposure makes up for (0: fixed, 1: all of it).",
        0.5,
        ge=0,
        le=1,
    )
    adaptation_s: float = param("Time constant of automatic exposure.", 0.7, ge=0, le=30)
    noise: float = param(
        "Factor on the shot and read noise of a small sensor (0: none); it rises with the gain.",
        1.0,
        ge=0,
        le=5,
    )
    white_balance_error: float = param(
        "Standard deviation of the red and blue gains' logarithms; a third of it wanders.",
        0.025,
        ge=0,
        le=0.3,
    )
    vignetting: float = param("Share of the light that is lost in the corners.", 0.12, ge=0, le=0.8)
    color_fringe: float = param(
        "Lateral chromatic aberration: red and blue are this share smaller and larger than green.",
        0.0006,
        ge=0,
        le=0.01,
    )
    glare: float = param(
        "Veiling glare: the share of the picture's mean light that a lens spreads over all of it.",
        0.015,
        ge=0,
        le=0.2,
    )
    blur: float = param(
        "Blur of lens and demosaicing: its standard deviation as a share of the picture's width.",
        0.0005,
        ge=0,
        le=0.01,
    )
    sharpening: float = param("Strength of the unsharp mask, which leaves halos.", 0.4, ge=0, le=2)
    calibration_error: float = param(
        "Factor on the usual errors of a calibration, as cameras_calibrated.json has them (0: the truth).",
        1.0,
        ge=0,
        le=20,
    )
    pixel_format: Literal["yuv420p", "yuv444p"] = param(
        "Colour of the videos: a sample for 2 x 2 pixels, or one a pixel (larger, small labels stay sharp).",
        "yuv420p",
    )


@dataclass(frozen=True)
class LightingSpec:
    """The lamps, and the daylight that comes through windows and glass doors."""

    kind: Literal["tubes", "panels"] = param("Kind of ceiling lamp.", "panels")
    brightness: float = param("Overall exposure-relative brightness (1: well lit).", 1.0, ge=0.05, le=3)
    temperature_k: float = param("Colour temperature of the lamps.", 4300.0, ge=2000, le=9000)
    ambient: float = param("Share of the light that is bounced and has no direction.", 0.35, ge=0, le=1)
    hour: float = param("Hour of the day by the sun, which rises at 6 and sets at 18.", 13.0, ge=0, le=24)
    weather: Literal["sunny", "cloudy", "rainy"] = param("Weather outside.", "cloudy")
    front_deg: float = param(
        "Bearing that the shop's front with its windows looks to: 0 north, 90 east, 180 south, 270 west.",
        0.0,
        ge=0,
        le=360,
    )


@dataclass(frozen=True)
class ShoppersSpec:
    """Who comes, in which groups, and who pays.

    `group_size`, `extra_items`, `speed_mps` and `dwell_s` vary within a clip: a resolved scenario holds their
    distributions, and whoever plans a shopper draws with ``.sample(rng=rng)``.
    """

    count: int = param("Number of trips (people) of the clip.", 6, ge=0, le=300)
    group_size: Distribution = param(
        "People that enter together, drawn for each group.",
        Choice((1, 2, 3, 4), (0.62, 0.26, 0.08, 0.04)),
        ge=1,
        le=300,
        per_shopper=int,
    )
    arrival_window_s: float = param(
        "Time over which groups arrive, counted from the simulation's start.", 35.0, ge=0, le=3600
    )
    payment: Literal["one_per_group", "one_per_trip", "one_for_all"] = param(
        "Who shares one payment.", "one_per_group"
    )
    policy: Literal["taker", "carrier"] = param(
        "Who pays for an item that was handed over or put into somebody else's bag.", "taker"
    )
    returns: Literal["credited", "ignored"] = param(
        "Whether the receipt credits items from earlier visits that are brought back.", "credited"
    )
    extra_items: Distribution = param(
        "Items on the shopping list beyond the first, drawn for each shopper (default: 9,835 baskets of "
        "arules' Groceries).",
        NegativeBinomial(mean=3.41, r=1.23, high=60),
        ge=0,
        le=60,
        per_shopper=int,
    )
    speed_mps: Distribution = param(
        "Preferred walking speed, drawn for each shopper.",
        Normal(mean=0.95, std=0.15, low=0.5, high=1.5),
        ge=0.2,
        le=2,
        per_shopper=float,
    )
    dwell_s: Distribution = param(
        "Time spent looking before a reach, drawn for each stop.",
        LogUniform(0.5, 4.0),
        ge=0,
        le=60,
        per_shopper=float,
    )
    twins: float = param(
        "Share of shoppers who look just like whoever came before them: the same body and clothes.",
        0.0,
        ge=0,
        le=1,
    )
    child_share: float = param(
        "Share of shoppers that are children in the company of adults.", 0.08, ge=0, le=1
    )


@dataclass(frozen=True)
class BehavioursSpec:
    """Probabilities of what shoppers do beyond taking what is on their list."""

    put_back: float = param("Per item taken: it is put back where it came from.", 0.08, ge=0, le=1)
    wrong_shelf: float = param("Per item taken: it is put back in another product's slot.", 0.02, ge=0, le=1)
    buy_misplaced: float = param("Per misplaced item: another shopper takes it from there.", 0.3, ge=0, le=1)
    touch: float = param("Per stop: the product is touched without being taken.", 0.1, ge=0, le=1)
    hand_over: float = param(
        "Per item taken by a member of a group: it is handed to another member.", 0.05, ge=0, le=1
    )
    empty_handed: float = param("Per trip: the shopper leaves without anything.", 0.06, ge=0, le=1)
    beside_twin: float = param(
        "Per item taken: one that has a weight twin, and it is put back in the twin's slot.", 0.0, ge=0, le=1
    )
    several_at_once: float = param(
        "Per stop: two or three of the same product are taken in one grab.", 0.0, ge=0, le=1
    )
    one_of_two: float = param("Per stop: two are taken in one grab and one is put back.", 0.0, ge=0, le=1)
    adjacent_quickly: float = param(
        "Per stop: the products beside it are taken too, quickly one by one.", 0.0, ge=0, le=1
    )
    hold_on_shelf: float = param(
        "Per stop: a hand rests on the item for long where it stands, before it is taken or left.",
        0.0,
        ge=0,
        le=1,
    )
    hold_long: float = param(
        "Per item taken: it is held for long before it is kept or put back.", 0.0, ge=0, le=1
    )
    swap: float = param(
        "Per item taken: it is put back and another one from nearby, its look-alike first, taken instead.",
        0.0,
        ge=0,
        le=1,
    )
    leave_on_floor: float = param("Per item taken: it is left on the floor.", 0.0, ge=0, le=1)
    pick_up_left: float = param(
        "Per item left on the floor: another shopper picks it up and buys it.", 0.5, ge=0, le=1
    )
    consume: float = param(
        "Per item taken: a drink or snack, and it is consumed in the shop (and billed).", 0.0, ge=0, le=1
    )
    hand_to_stranger: float = param(
        "Per item taken: it is handed to a shopper of another group.", 0.0, ge=0, le=1
    )
    same_product: float = param(
        "Per shopper: takes the same product at the same time as another, standing side by side.",
        0.0,
        ge=0,
        le=1,
    )
    crossing_hands: float = param(
        "Per shopper: reaches across another's arm, both at the same time, into slots one above the other.",
        0.0,
        ge=0,
        le=1,
    )
    bring_own: float = param(
        "Per trip: the shopper brings an item like the shop's own from outside, takes it out and puts it "
        "away again, half of the time after setting it on a shelf. It is never billed.",
        0.0,
        ge=0,
        le=1,
    )
    return_earlier: float = param(
        "Per trip: an item bought on an earlier visit is brought back and put on its shelf "
        "(`shoppers.returns` says what the receipt makes of it).",
        0.0,
        ge=0,
        le=1,
    )
    return_to_staff: float = param(
        "Per return: one of the staff, where there are any, takes the item and puts it on its shelf.",
        0.0,
        ge=0,
        le=1,
    )
    into_friends_bag: float = param(
        "Per item taken by a member of a group: it goes into another member's bag.", 0.0, ge=0, le=1
    )
    plant_in_bag: float = param("Per item taken: it goes into the bag of a stranger.", 0.0, ge=0, le=1)
    leave_on_ledge: float = param(
        "Per item taken: it is left on a counter, where the shop has one.", 0.0, ge=0, le=1
    )
    conceal: float = param(
        "Per item taken: a small one, and it goes into a pocket or under the coat (and is billed).",
        0.0,
        ge=0,
        le=1,
    )
    compare_two: float = param(
        "Per item taken: another variety is taken into the other hand, both are compared, one goes back.",
        0.0,
        ge=0,
        le=1,
    )
    lean_on_shelf: float = param(
        "Per stop: a hand leans on the edge of a board for a while, and its plates feel it.", 0.0, ge=0, le=1
    )
    both_hands: float = param(
        "Per item taken: a large one, which is lifted and carried with both hands.", 0.0, ge=0, le=1
    )
    child_takes: float = param(
        "Per item that a child takes: it brings it to an adult of the group, who puts it back.",
        0.0,
        ge=0,
        le=1,
    )
    from_back: float = param("Per item taken: not the foremost one of the facing.", 0.0, ge=0, le=1)
    reach_high: float = param("Per item taken: one at or above the shoulder's height.", 0.0, ge=0, le=1)
    squat: float = param("Per item taken: one near the floor.", 0.0, ge=0, le=1)
    take_for_other_group: float = param(
        "Per item taken: it is for a shopper of another group, who gets it at once.", 0.0, ge=0, le=1
    )
    drop_and_break: float = param(
        "Per item taken: it slips from the hand and stays on the floor (not billed).", 0.0, ge=0, le=1
    )
    knock_over: float = param(
        "Per stop: the foremost item is knocked over, on its board or down to the floor.", 0.0, ge=0, le=1
    )
    put_back_elsewhere: float = param(
        "Per item taken: it is put back on another shelf of the same row, or in another aisle.",
        0.0,
        ge=0,
        le=1,
    )


@dataclass(frozen=True)
class JourneysSpec:
    """How people come, get about and go, beyond one way in, round the shop and out."""

    already_inside: float = param(
        "Share of the groups that are in the shop when the simulation begins, all over the floor.",
        0.0,
        ge=0,
        le=1,
    )
    surge: float = param(
        "Share of the other groups that arrive all at once, within 5 s (a train, a half-time break).",
        0.0,
        ge=0,
        le=1,
    )
    surge_at_s: float = param("When they do, from the clip's start.", 0.0, ge=-3600, le=3600)
    join_late: float = param(
        "Per companion: comes in 10 to 30 s after the first of the group, on the same payment.",
        0.0,
        ge=0,
        le=1,
    )
    reenter: float = param(
        "Per trip: the person comes back 4 to 12 s after leaving, with a new trip code on the same payment.",
        0.0,
        ge=0,
        le=1,
    )
    tailgate: float = param(
        "Per group: somebody without a payment slips in right behind its last member (on top of "
        "`shoppers.count`).",
        0.0,
        ge=0,
        le=1,
    )
    tailgater_pays: Literal["unpaid", "host"] = param(
        "Where what a tailgater takes is billed: an account of their own that nobody pays (its id begins "
        "with U-), or the payment that opened the gate.",
        "unpaid",
    )
    stick: float = param("Share of the adults who walk with a stick.", 0.0, ge=0, le=1)
    wheelchair: float = param("Share of the adults who come in a wheelchair.", 0.0, ge=0, le=1)
    trolley: float = param("Share of the adults who push a shopping trolley.", 0.0, ge=0, le=1)
    pram: float = param("Share of the adults who push a pram.", 0.0, ge=0, le=1)
    phone: float = param(
        "Share of the adults on foot who walk with their eyes on a phone, at three quarters of their speed.",
        0.0,
        ge=0,
        le=1,
    )
    stand_in_way: float = param(
        "Per adult: stops twice in the middle of the way, for 4 to 9 s each time.", 0.0, ge=0, le=1
    )
    child_wanders: float = param(
        "Per child: goes off to another part of the shop, and back to the parent later.", 0.0, ge=0, le=1
    )
    queue: float = param(
        "Per adult: queues at the counter or the hot counter, where the shop has one, and is served.",
        0.0,
        ge=0,
        le=1,
    )
    staff: int = param(
        "Staff in the shop who go from shelf to shelf and face products up (on top of `shoppers.count`).",
        0,
        ge=0,
        le=20,
    )
    restock: float = param(
        "Per member of the staff: fills gaps with goods from outside instead of facing up.", 0.0, ge=0, le=1
    )
    clean: float = param("Per member of the staff: mops the floor instead.", 0.0, ge=0, le=1)
    evacuate: bool = param("Whether everybody leaves at once, by every door.", False)
    evacuate_at_s: float = param(
        "When they do, from the clip's start: nothing more is taken or put back, what is in hands and bags "
        "goes out and is billed.",
        6.0,
        ge=-3600,
        le=3600,
    )


@dataclass(frozen=True)
class SensorsSpec:
    """The shelf scales (defaults: AiFi nanostore, AutoCheckout 2020), the clocks, the gates and the doors."""

    rate_hz: float = param("Readings a second of each plate.", 60.0, ge=1, le=240)
    noise_g: float = param("Standard deviation of the white noise.", 0.62, ge=0, le=50)
    resolution_g: float = param("Quantisation step.", 0.5, ge=0.01, le=50)
    drift_g_per_min: float = param(
        "Standard deviation of the random walk after one minute.", 0.4, ge=0, le=100
    )
    settling_s: float = param("Time constant of settling after a step.", 0.12, ge=0.001, le=2)
    plate_width_m: float = param("Width of one plate.", 0.10, ge=0.05, le=1.2)
    capacity_kg: float = param("Rated load of one plate.", 20.0, ge=1, le=200)
    gain_error: float = param(
        "Standard deviation of the plates' gains about 1 (measured steps are off by a few percent).",
        0.02,
        ge=0,
        le=0.2,
    )
    crosstalk: float = param("Share of a plate's load that each plate beside it feels.", 0.005, ge=0, le=0.2)
    creep: float = param("Share of a step that is added within minutes.", 0.0005, ge=0, le=0.05)
    hysteresis_g: float = param("Play between rising and falling load.", 0.2, ge=0, le=50)
    press_g: float = param(
        "Median force of a hand that touches without taking; one that takes or puts presses half as hard.",
        120.0,
        ge=0,
        le=20000,
    )
    temperature_g_per_k: float = param(
        "Standard deviation of what a kelvin moves the zero of a plate (load cells of class C3: 0.3 g).",
        0.3,
        ge=0,
        le=20,
    )
    temperature_swing_k: float = param(
        "Swing of the air about its mean, as heating and cooling make it in a quarter of an hour.",
        1.0,
        ge=0,
        le=20,
    )
    door_shake_g: float = param(
        "Standard deviation that a closing door adds for a moment to plates beside it.", 0.4, ge=0, le=100
    )
    camera_clock_s: float = param(
        "Standard deviation of what each camera's clock is off at the clip's start.", 0.01, ge=0, le=60
    )
    camera_clock_ppm: float = param(
        "Standard deviation of the rates of the cameras' clocks, millionths.", 20.0, ge=0, le=1000
    )
    camera_jitter_s: float = param(
        "Mean delay of a frame's time stamp on top of that (exponential).", 0.002, ge=0, le=1
    )
    controller_clock_s: float = param(
        "Standard deviation of what the clock of gates and doors is off.", 0.05, ge=0, le=60
    )
    gate_merge: float = param(
        "Probability that a gate takes who follows within 0.8 s for one person with whom they follow.",
        0.15,
        ge=0,
        le=1,
    )
    gate_split: float = param("Probability that a gate counts a person twice.", 0.01, ge=0, le=1)
    door_missed: float = param(
        "Probability that a door's contact misses an opening or closing.", 0.005, ge=0, le=1
    )
    door_bounce: float = param(
        "Probability that it bounces: reports another closing and opening that never were.", 0.03, ge=0, le=1
    )
    vibration_g: float = param(
        "Standard deviation that a person walking at 1 m/s beside a fixture adds.", 0.3, ge=0, le=100
    )


@dataclass(frozen=True)
class FaultsSpec:
    """What goes wrong."""

    lamps_failed: float = param("Share of lamps that fail.", 0.0, ge=0, le=1)
    lamps_one_circuit: bool = param(
        "Whether the lamps that fail hang side by side, so that one part of the shop is dark.", False
    )
    lamps_fail_at_s: float = param("When they fail, from the clip's start.", 0.0, ge=-3600, le=3600)
    lamp_flicker: float = param("Depth of the flicker of failing lamps before they go out.", 0.0, ge=0, le=1)
    glass_fog: float = param(
        "How densely the glass door of a fridge or freezer fogs when it was opened (0: not at all, 1: "
        "nothing shows through its middle).",
        0.0,
        ge=0,
        le=1,
    )
    glass_fog_clears_s: float = param("Time constant with which that fog clears.", 25.0, ge=1, le=3600)
    noisy_gondolas: float = param("Share of fixtures whose plates are four times as noisy.", 0.0, ge=0, le=1)
    plates_broken_noisy: float = param("Share of plates with noise of 25 g.", 0.0, ge=0, le=1)
    plates_stuck: float = param("Share of plates whose reading freezes during the clip.", 0.0, ge=0, le=1)
    plates_dead: float = param("Share of plates that read 0.", 0.0, ge=0, le=1)
    plates_swapped: float = param("Share of plates wired to a neighbour's channel.", 0.0, ge=0, le=1)
    scale_clock_late_s: float = param(
        "Mean delay of a fixture's readings against the true time (exponential).", 0.0, ge=0, le=10
    )
    messages_lost: float = param(
        "Share of messages (12 readings of a fixture) that are lost: the last reading stands.",
        0.0,
        ge=0,
        le=1,
    )
    frames_dropped: float = param(
        "Share of each camera's frames that are lost, in bursts: the last picture stands.", 0.0, ge=0, le=1
    )
    cameras_fogged: float = param("Share of cameras (rounded up) whose lens fogs up.", 0.0, ge=0, le=1)
    cameras_smeared: float = param("Share of cameras (rounded up) whose lens gets smeared.", 0.0, ge=0, le=1)
    cameras_wet: float = param("Share of cameras (rounded up) with drops of water.", 0.0, ge=0, le=1)
    cameras_covered: float = param("Share of cameras (rounded up) that get partly covered.", 0.0, ge=0, le=1)
    cameras_knocked: float = param(
        "Share of cameras (rounded up) that are knocked and look elsewhere; labels follow.", 0.0, ge=0, le=1
    )
    cameras_frozen: float = param(
        "Share of cameras (rounded up) that send one picture over and over.", 0.0, ge=0, le=1
    )
    cameras_dead: float = param("Share of cameras (rounded up) that go black.", 0.0, ge=0, le=1)
    cameras_fail_at_s: float = param("When they fail, from the clip's start.", 0.0, ge=-3600, le=3600)
    cameras_recover_after_s: float = param(
        "How long after that they are well again: wiped, dried, turned back, restarted.",
        3600.0,
        ge=0.1,
        le=7200,
    )


@dataclass(frozen=True)
class RefineSpec:
    """How far the refiner may go."""

    strength: float = param(
        "0 leaves the picture as rendered, 1 is the refiner as trained; there the shipped one tints floors "
        "and walls.",
        0.5,
        ge=0,
        le=1,
    )


@dataclass(frozen=True)
class Scenario:
    """One clip to make, every range resolved.

    `log_p` and `log_q` are the summed log densities of the sampled values under the natural scenario
    and under the scenario as asked; exp(log_p - log_q) is the clip's importance weight.
    `values` maps each sampled key (``"shoppers.count"``) to (value, log_p, log_q). `folder` is where the
    relative paths of the catalogue section start on this machine.
    """

    name: str
    seed: int
    index: int
    clip: ClipSpec = ClipSpec()
    store: StoreSpec = StoreSpec()
    catalogue: CatalogueSpec = CatalogueSpec()
    cameras: CamerasSpec = CamerasSpec()
    lighting: LightingSpec = LightingSpec()
    shoppers: ShoppersSpec = ShoppersSpec()
    behaviours: BehavioursSpec = BehavioursSpec()
    sensors: SensorsSpec = SensorsSpec()
    faults: FaultsSpec = FaultsSpec()
    refine: RefineSpec = RefineSpec()
    log_p: float = 0.0
    log_q: float = 0.0
    values: dict[str, tuple[Any, float, float]] = field(default_factory=dict)
    config_sha256: str = ""
    folder: str = field(default="", metadata={"recorded": False})  # of this machine, so in no file
    journeys: JourneysSpec = JourneysSpec()
