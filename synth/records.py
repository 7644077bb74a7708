"""What happens in a store and what is recorded of it: the types that the stages of synth/ hand on.

Times are seconds from the clip's start (negative during the warm-up). T simulation steps, N shoppers,
J joints, F frames. Arrays are read-only.
"""

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from scenes.world import Camera

# ---------------------------------------------------------------- people and what they want

# How people get about: on foot, with a walking stick, in a wheelchair, behind a shopping trolley or a pram,
# with a mop (staff).
MOBILITIES = ("walking", "stick", "wheelchair", "trolley", "pram", "mop")
ROLES = ("shopper", "staff")


@dataclass(frozen=True)
class BodyShape:
    """A body and its dress, all the numbers that synth/bodies needs to make it again.

    Attributes:
        age: 0 (baby) to 1 (old) in anny's sense; gender 0 (female) to 1 (male); height, weight and muscle
            0 to 1.
        stature_m: Resulting height.
        look_seed: Seeds skin, hair and clothes.
    """

    age: float
    gender: float
    height: float
    weight: float
    muscle: float
    stature_m: float
    look_seed: int


@dataclass(frozen=True)
class ShopperPlan:
    """One trip: who, with whom, when, and what for.

    Attributes:
        trip_code: One-time random code of 12 characters of Crockford's base 32; it says nothing of the
            person.
        payment_id: The payment this trip belongs to: ``"P-..."``. An account that nobody pays begins with
            ``"U-"`` (who slipped in without a payment) or ``"S-"`` (staff).
        group: Number of the group that enters together.
        arrival_s: When the trip's person steps in.
        shopping_list: Product indices, in the order of the visit.
        behaviours: Names of the special things this shopper will do.
        body: See BodyShape.
        handedness: ``"left"`` or ``"right"``; the bag hangs on the other side.
        mobility: One of MOBILITIES.
        role: One of ROLES; staff face up, restock or clean, and take returns.
        phone: Whether they look at a phone, in the hand that does not reach, while they walk.
    """

    trip_code: str
    payment_id: str
    group: int
    arrival_s: float
    speed_mps: float
    shopping_list: tuple[int, ...]
    behaviours: tuple[str, ...]
    body: BodyShape
    handedness: str
    mobility: str = "walking"
    role: str = "shopper"
    phone: bool = False


@dataclass(frozen=True)
class Trajectories:
    """Where everybody is on the floor.

    Attributes:
        time_s: (T,) float64, evenly spaced 1 / fps, from -warmup to the clip's end.
        position_m: (T, N, 2) float64; the last known position where not present.
        heading_rad: (T, N) float64, direction the body faces, counter-clockwise from +X.
        present: (T, N) bool.
    """

    fps: float
    time_s: np.ndarray
    position_m: np.ndarray
    heading_rad: np.ndarray
    present: np.ndarray


# ---------------------------------------------------------------- acts: intent handed to motion

ACT_KINDS = (
    "take",
    "put",
    "touch",
    "hand_over",
    "receive",
    "bag",
    "unbag",
    "drop",
    "pick_up",
    "sip",
    "consume",
    "conceal",
    "lean",
)


@dataclass(frozen=True)
class Act:
    """One reach of one hand.

    The palm leaves rest at `start_s`, is at its goal at `contact_s` (the grasp or release happens there
    and nowhere else) and is back at rest (carrying or empty) at `end_s`. The person stands still meanwhile.

    Attributes:
        shopper: Index of the shopper.
        kind: One of ACT_KINDS.
        hand: ``"left"`` or ``"right"``.
        item_ids: Items grasped, released or touched (several at one grab).
        world_from_item: (4, 4) pose of the first item at contact: where it rests before a take or after a
            put, or where it passes from hand to hand; of where a hand leans, y into the shelf. None for
            bag, unbag and consume (the empty package is put away), whose goal is the bag's mouth.
        size_m: (3,) size of the first item.
        partner: The other shopper of a hand_over or receive, or into whose bag it goes, else -1.
        hold_s: How long the hand stays at its goal after the contact.
        behaviour: What it is part of, see `Event.behaviour`.
        both: Whether the other hand takes hold too, at the other side of the item, and helps to carry it.
        slot: On whose board a hand leans (kind lean, which has no items and causes no event), else -1.
    """

    shopper: int
    kind: str
    hand: str
    start_s: float
    contact_s: float
    end_s: float
    item_ids: tuple[int, ...]
    world_from_item: np.ndarray | None
    size_m: np.ndarray
    partner: int = -1
    hold_s: float = 0.0
    behaviour: str = ""
    slot: int = -1
    both: bool = False

    @property
    def withdraws_s(self) -> float:
        """When the hand leaves its goal: the way back takes as long as the way there."""
        return self.end_s - (self.contact_s - self.start_s)


# ---------------------------------------------------------------- the ledger and the receipts

EVENT_KINDS = (
    "take",
    "put",
    "touch",
    "hand_over",
    "bag",
    "unbag",
    "drop",
    "pick_up",
    "consume",
    "return",
    "conceal",
    "knock",
    "bring",
    "restock",
    "enter",
    "exit",
)


@dataclass(frozen=True)
class Event:
    """One entry of the double-entry ledger: an item leaves one place for another.

    Places are ``slot:<id>``, ``hand:<trip>:left|right``, ``bag:<trip>``, ``pocket:<trip>``, ``floor``,
    ``ledge`` (a top without products or scale), ``consumed:<trip>`` and ``outside``. What somebody brings
    along (kind bring) is theirs; by a return it becomes the shop's again.
    enter and exit carry no item (item_id -1, sku "", quantity 0); a person's exit moves what they hold and
    carry to ``outside`` in events of their own (kind exit, one an item), just before it.

    Attributes:
        point_m: (3,) where it happens: for items the centre of the item.
        world_from_item: (4, 4) the item's resting pose after the event when it lies in a slot or on the
            floor, else None.
        behaviour: Which behaviour of the scenario it is part of (``"wrong_shelf"``), "" for plain shopping.
    """

    event_id: int
    time_s: float
    kind: str
    trip_code: str
    item_id: int
    sku: str
    from_place: str
    to_place: str
    quantity: int
    hand: str
    point_m: np.ndarray
    world_from_item: np.ndarray | None = None
    behaviour: str = ""


@dataclass(frozen=True)
class ReceiptLine:
    """So many of one SKU, at one price, in minor units of the receipt's currency.

    Attributes:
        grams: Of weighed goods, whose unit is a kilogram; of all else 0.
    """

    sku: str
    quantity: int
    unit_price_minor: int
    grams: int = 0


@dataclass(frozen=True)
class Receipt:
    """What one payment owes.

    Attributes:
        closed_s: When the last of its trips left; None while it is open.
        returns: Whether returns from earlier visits are ``"credited"``, on lines of negative quantity, or
            ``"ignored"``.
        history: (time_s, total_minor) after each change of its account.
    """

    payment_id: str
    trip_codes: tuple[str, ...]
    policy: str
    opened_s: float
    closed_s: float | None
    lines: tuple[ReceiptLine, ...]
    total_minor: int
    currency: str
    history: tuple[tuple[float, int], ...]
    returns: str = "credited"


@dataclass(frozen=True)
class Crossing:
    """Somebody's centre passes a line at a door: the truth behind door and gate sensors.

    Attributes:
        shopper: Index of the person.
        barrier: ``"door"`` (stepping in or out) or ``"gate"`` (between the posts behind an entrance).
        door: Index into the layout's doors.
        direction: ``"in"`` or ``"out"``.
        payment_id: What was shown at the gate on the way in; "" where nothing is shown: on the way out, by
            staff, and by who slips in behind somebody else.
    """

    time_s: float
    shopper: int
    barrier: str
    door: int
    direction: str
    payment_id: str


@dataclass(frozen=True)
class Simulation:
    """All that happened: what synth/simulation.py hands to motion, scales, labels and the writer.

    Attributes:
        crossings: In order of time.
    """

    plans: tuple[ShopperPlan, ...]
    trajectories: Trajectories
    acts: tuple[Act, ...]
    events: tuple[Event, ...]
    receipts: tuple[Receipt, ...]
    crossings: tuple[Crossing, ...] = ()


# ---------------------------------------------------------------- bodies in motion


@dataclass(frozen=True)
class HeldItem:
    """The path of an item while it is in a hand.

    Attributes:
        item_id: Which item.
        frame: (K,) int64 frame numbers at which it is in a hand.
        shopper, hand: whose.
        world_from_item: (K, 4, 4) float64.
    """

    item_id: int
    shopper: int
    hand: str
    frame: np.ndarray
    world_from_item: np.ndarray


@dataclass(frozen=True)
class Motion:
    """Bodies at the clip's frames.

    Attributes:
        time_s: (F,) float64 frame times.
        present: (F, N) bool.
        joint_names: J names.
        joint_position_m: (F, N, J, 3) float32, world.
        joint_rotation: (F, N, B, 3, 3) float32, world_from_bone of the body model's B bones.
        palm_m: (F, N, 2, 3) float32, left and right palm: the middle of its skin.
        held: see HeldItem.
        foot_planted: (F, N, 2) bool, whether the ball of the left, right foot (joint ``left_foot``) stands
            still.
        gear_pose: (F, N, 2, 4, 4) float32, where what they push, ride or lean on is, and their phone (of
            scale 0 while it is put away); see synth/bodies/gear.py.
    """

    time_s: np.ndarray
    present: np.ndarray
    joint_names: tuple[str, ...]
    joint_position_m: np.ndarray
    joint_rotation: np.ndarray
    palm_m: np.ndarray
    held: tuple[HeldItem, ...]
    foot_planted: np.ndarray = field(default_factory=lambda: np.zeros((0, 0, 2), dtype=bool))
    gear_pose: np.ndarray = field(default_factory=lambda: np.zeros((0, 0, 2, 4, 4), dtype=np.float32))


# ---------------------------------------------------------------- pictures


@dataclass(frozen=True)
class View:
    """What one camera sees at one instant.

    Attributes:
        rgb: (H, W, 3) uint8 sRGB.
        depth_m: (H, W) float32, z along the camera's axis (a fisheye's: distance), 0 where there is nothing.
        normal: (H, W, 3) float32 unit, world frame, 0 where there is nothing.
        albedo: (H, W, 3) uint8 sRGB.
        material: (H, W) uint8 index into the store's materials (clipped at 255).
        instance_id: (H, W) int32, 0 is nothing, see scenes.world.INSTANCE_*.
        class_id: (H, W) uint8, see scenes.world.CLASS_NAMES.
        motion_px: (H, W, 2) float32, (u, v) displacement of the surface since the previous frame; 0 in the
            first.
        silhouette_px: instance_id -> pixels that each dynamic instance would cover if it stood alone.
    """

    camera: Camera
    frame: int
    rgb: np.ndarray
    depth_m: np.ndarray
    normal: np.ndarray
    albedo: np.ndarray
    material: np.ndarray
    instance_id: np.ndarray
    class_id: np.ndarray
    motion_px: np.ndarray
    silhouette_px: dict[int, int]


@dataclass(frozen=True)
class WeightTrace:
    """What the shelf scales report.

    Attributes:
        time_s: (K,) float64.
        mass_kg: (K, L) float32, one column a plate.
        true_kg: (K, L) float32, the load without settling, noise, drift or quantisation.
        faults: one dict a fault injected, e.g. {"kind": "noisy", "plate": 12, "from_s": 0.0, "to_s": 12.0}.
    """

    time_s: np.ndarray
    mass_kg: np.ndarray
    true_kg: np.ndarray
    faults: tuple[dict[str, Any], ...]


# ---------------------------------------------------------------- the refiner's side of the contract


@dataclass(frozen=True)
class FrameCertificate:
    """The proof that refining one frame moved no label.

    Attributes:
        tau_max, tau_mean: Largest and mean bound on the change of contrast between neighbours, 0 to 1.
        residual_max: Largest |r|, at most 8/255.
        residual_edge_max: Largest |r| within 3 px of an instance's edge: 0.
        linear_norm: norm(B), at most 0.35.
        holds: Whether the measured change of contrast stays within the bound at every pixel pair.
        gated: Whether the gate fell back to the unrefined picture for this frame.
    """

    tau_max: float
    tau_mean: float
    residual_max: float
    residual_edge_max: float
    linear_norm: float
    holds: bool
    gated: bool


class RefinerSession(Protocol):
    """A refiner bound to one camera of one clip: its code is drawn once and fixed."""

    def refine(self, view: View, *, time_s: float) -> tuple[np.ndarray, FrameCertificate]:
        """Return the refined (H, W, 3) uint8 picture and its certificate."""


class Refiner(Protocol):
    """What the pipeline asks of a refiner; gan/ implements it."""

    name: str
    sha256: str

    def start(self, camera: Camera, *, strength: float, rng: np.random.Generator) -> RefinerSession:
        """Begin one camera of one clip."""
