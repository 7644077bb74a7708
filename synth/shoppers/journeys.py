"""How people come, get about and go: late, again, behind somebody else, on wheels, with eyes on a phone.

In: the `TripPlan`s of synth/shoppers/plans.py. Out: the same and more trips, each with a `Journey` that
synth/simulation.py (who comes when) and synth/walking/conduct.py (what they do between errands) carry out.

Speeds relative to walking: with a stick 0.75 (Bohannon 1997), in a wheelchair 0.9, behind a trolley or pram
0.85 and with eyes on a phone 0.75 (Timmis et al. 2017). Widths: a wheelchair 0.65 m (ISO 7193), a trolley
and a pram 0.6 m.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from scenes.randomness import make_rng
from scenes.scenario import JourneysSpec, Scenario
from scenes.world import Store
from synth.bodies import sample_body_shape
from synth.bodies.shape import CARRIED_YEARS
from synth.records import ShopperPlan, other_hand
from synth.shoppers.baskets import give_basket
from synth.shoppers.coats import give_coat
from synth.shoppers.errands import LOW, TWO_HANDED, WITH_BAGS, Errand, TripPlan
from synth.shoppers.plans import PAYMENT_CODE_LENGTH, TRIP_CODE_LENGTH, sample_codes, with_summary
from synth.shoppers.stories import CHILD_AGE
from synth.shoppers.suitable import can_mop, find_glazed, has_counter, is_behind_glass
from synth.walking.gear import Gear

LATE_S = (10.0, 30.0)
BACK_AFTER_S = (4.0, 12.0)
SURGE_S = 5.0
BEHIND_S = 0.45  # a tailgater comes so long after whom they follow
STAFF_MPS = 1.1
FACED_UP = 40  # products that one of the staff faces or fills up, if the clip is long enough
MOPPED = 60  # places that one of the staff mops
IN_A_CASE = (2, 5)  # items that come at once
PACE = {
    "walking": 1.0,
    "stick": 0.75,
    "wheelchair": 0.9,
    "trolley": 0.85,
    "pram": 0.85,
    "mop": 0.6,
    "carrying": 0.92,
}
PHONE_PACE = 0.75
HOOKED_SHARE = 0.5  # of umbrellas
# Room about the centre, and where it is tight: half of the width, and of the width with arms.
ROOM_M = {
    "walking": (0.20, 0.13),
    "stick": (0.24, 0.17),
    "wheelchair": (0.33, 0.28),
    "trolley": (0.30, 0.25),
    "pram": (0.30, 0.25),
    "mop": (0.24, 0.17),
    "carrying": (0.38, 0.38),  # two children between their adults still have room
}
# What synth/bodies/gear.py makes, in discs that hold it with 2 cm to spare, and a child on the arm.
GEAR = {
    "wheelchair": Gear(((0.0, 0.46), (0.46, 0.27)), pushed=False, box_m=(-0.34, 0.62, 0.31)),
    "trolley": Gear(((0.50, 0.32), (0.72, 0.32), (0.94, 0.32)), pushed=True, box_m=(0.35, 1.08, 0.27)),
    "pram": Gear(((0.52, 0.33), (0.78, 0.33), (1.02, 0.34)), pushed=True, box_m=(0.35, 1.24, 0.28)),
    "carrying": Gear(((0.0, 0.49),), pushed=False),
}
WAYS = ("wheelchair", "stick", "pram", "trolley")


@dataclass(frozen=True)
class Journey:
    """What a trip is beside its errands.

    Attributes:
        starts_inside: Whether the person is in the shop when the simulation begins.
        follows: Trip code of the same person's visit before, "" for none.
        after_s: They come back so long after they have left.
        behind: Trip code of whom a tailgater slips in behind, "" for nobody.
        halts: How often they stop in the middle of the way.
        parent: Trip code of the adult with whom a child leaves, "" for none.
        wanders: Whether a child goes off first, and back to the parent.
        queues: Whether they queue at a counter.
    """

    starts_inside: bool = False
    follows: str = ""
    after_s: float = 0.0
    behind: str = ""
    halts: int = 0
    parent: str = ""
    wanders: bool = False
    queues: bool = False


@dataclass(frozen=True)
class Trip:
    """A trip complete."""

    plan: TripPlan
    journey: Journey

    @property
    def code(self) -> str:
        """Its trip code."""
        return self.plan.shopper.trip_code


def plan_journeys(scenario: Scenario, store: Store, plans: tuple[TripPlan, ...]) -> tuple[Trip, ...]:
    """Draw everybody's journey, and the trips that come on top.

    Returns:
        In order of arrival; a second visit's `arrival_s` is infinite until the first has ended.
    """
    spec = scenario.journeys if has_counter(store) else replace(scenario.journeys, queue=0.0)
    first: dict[int, TripPlan] = {}
    for plan in plans:
        first.setdefault(plan.shopper.group, plan)
    arrival_s, inside = _shift_arrivals(scenario, plans)
    glazed, takes = find_glazed(store), scenario.behaviours.carried_child_takes
    trips: list[Trip] = []
    for n, plan in enumerate(plans):
        rng = make_rng(scenario.seed, scenario.index, f"journeys/{n}")
        shopper = replace(plan.shopper, arrival_s=arrival_s[n])
        trip = _sample_trip(replace(plan, shopper=shopper), first[shopper.group], spec, takes, rng=rng)
        if trip.plan.shopper.mobility in GEAR:
            trip = replace(trip, plan=_leave_out(trip.plan, glazed))
        trip = replace(trip, plan=give_basket(give_coat(trip.plan, scenario, n), scenario, n))
        if shopper.group in inside and "join_late" not in trip.plan.shopper.behaviours:
            trip = replace(trip, journey=replace(trip.journey, starts_inside=True))
        trips.append(trip)
    trips += _sample_extra_trips(scenario, store, trips)
    trips += _sample_staff(scenario, store, trips)
    trips += _sample_carried(scenario, trips)
    trips = [_dress(trip, scenario.shoppers.dressed_for_c) for trip in trips]
    return tuple(sorted(trips, key=lambda trip: trip.plan.shopper.arrival_s))


def _dress(trip: Trip, dressed_for_c: float) -> Trip:
    """Dress a trip's person for the weather outside, unless they are staff, whom the shop dresses."""
    shopper = trip.plan.shopper
    if shopper.role == "staff":
        return trip
    body = replace(shopper.body, dressed_for_c=dressed_for_c)
    return replace(trip, plan=replace(trip.plan, shopper=replace(shopper, body=body)))


def is_child(plan: TripPlan) -> bool:
    """Say whether a trip is a child's."""
    return plan.shopper.body.age < CHILD_AGE


def _leave_out(plan: TripPlan, products: frozenset[int]) -> TripPlan:
    """Leave out what is bought of some products, or put back behind glass; what others count on stays."""
    kept = tuple(
        e
        for e in plan.errands
        if e.story >= 0 or (e.product not in products and e.outcome != "put_back_in_fridge")
    )
    of_journey = {*plan.shopper.behaviours} - {*with_summary(plan).shopper.behaviours}
    left = with_summary(replace(plan, errands=kept))
    behaviours = tuple(sorted({*left.shopper.behaviours, *of_journey}))
    return replace(left, shopper=replace(left.shopper, behaviours=behaviours))


def _shift_arrivals(scenario: Scenario, plans: tuple[TripPlan, ...]) -> tuple[list[float], set[int]]:
    """Draw which groups are inside already, and which come in the surge, whole groups.

    Returns:
        When each trip's person arrives, and the groups that are inside.
    """
    spec = scenario.journeys
    begin_s = -scenario.clip.warmup_s
    arrives: dict[int, float] = {}
    moved: dict[int, float] = {}
    for plan in plans:
        group, at_s = plan.shopper.group, plan.shopper.arrival_s
        if group in arrives:
            continue
        rng = make_rng(scenario.seed, scenario.index, f"journeys/group/{group}")
        inside, surges, within_s = rng.random(), rng.random(), float(rng.uniform(0.0, SURGE_S))
        arrives[group] = at_s
        if inside < spec.already_inside:
            moved[group] = -math.inf
        elif surges < spec.surge:
            moved[group] = max(begin_s, spec.surge_at_s + within_s)
    shifted = []
    for plan in plans:
        group, at_s = plan.shopper.group, plan.shopper.arrival_s
        if group in moved:
            at_s = max(begin_s, moved[group] + at_s - arrives[group])
        shifted.append(at_s)
    return shifted, {group for group, at_s in moved.items() if at_s == -math.inf}


def _sample_trip(
    plan: TripPlan, first: TripPlan, spec: JourneysSpec, takes: float, *, rng: np.random.Generator
) -> Trip:
    """Draw a journey; `takes` is the chance that a child on the arm takes one of what is wanted."""
    late, halts, wanders, queues, phone = rng.random(5)
    late_s = float(rng.uniform(*LATE_S))
    ways = rng.random(len(WAYS))
    carries, wet, hooked = rng.random(3)
    shopper, named = plan.shopper, []
    companion = shopper.trip_code != first.shopper.trip_code
    if is_child(plan):
        parent = first.shopper.trip_code if companion else ""
        journey = Journey(parent=parent, wanders=bool(parent and wanders < spec.child_wanders))
        named += ["child_wanders"] * journey.wanders
    else:
        mobility = next((way for way, u in zip(WAYS, ways, strict=True) if u < getattr(spec, way)), "walking")
        if any(errand.side or errand.outcome in WITH_BAGS for errand in plan.errands):
            # Beside anything on wheels nobody else reaches into the same shelf, or sets a bag down.
            mobility = "walking"
        on_phone = bool(phone < spec.phone) and mobility == "walking"
        if mobility == "walking" and not on_phone and carries < spec.carried_child and _can_carry(plan):
            mobility = "carrying"
            plan = replace(plan, errands=_let_child_take(plan.errands, takes, rng=rng))
            named.append("carried_child")
            named += ["carried_child_takes"] * any(e.label == "carried_child_takes" for e in plan.errands)
        umbrella = ""
        if mobility == "walking" and not on_phone and wet < spec.umbrella:
            both = any(errand.outcome in TWO_HANDED for errand in plan.errands)
            umbrella = "forearm" if hooked < HOOKED_SHARE or both else "hand"
            named.append("umbrella")
        named += ["big_coat"] * shopper.big_coat
        speed_mps = shopper.speed_mps * PACE[mobility] * (PHONE_PACE if on_phone else 1.0)
        shopper = replace(shopper, mobility=mobility, phone=on_phone, umbrella=umbrella, speed_mps=speed_mps)
        journey = Journey(halts=2 if halts < spec.stand_in_way else 0, queues=bool(queues < spec.queue))
        named += ["stand_in_way"] * (journey.halts > 0) + ["queue"] * journey.queues + ["phone"] * on_phone
    if companion and late < spec.join_late:
        shopper = replace(shopper, arrival_s=shopper.arrival_s + late_s)
        named.append("join_late")
    behaviours = tuple(sorted({*shopper.behaviours, *named}))
    return Trip(replace(plan, shopper=replace(shopper, behaviours=behaviours)), journey)


def _can_carry(plan: TripPlan) -> bool:
    """Say whether all that a person is about can be done with a child on the arm."""
    ruled_out = (*TWO_HANDED, *LOW, *WITH_BAGS)
    return not any(errand.side or errand.outcome in ruled_out for errand in plan.errands)


def _let_child_take(
    errands: tuple[Errand, ...], chance: float, *, rng: np.random.Generator
) -> tuple[Errand, ...]:
    """Put before some of what an adult came for that the child on the arm takes something there."""
    done: list[Errand] = []
    for errand in errands:
        takes, keeps = rng.random(2)
        if errand.product >= 0 and takes < chance:
            done.append(
                Errand(errand.product, "carried_child_keeps" if keeps < 0.5 else "carried_child_takes")
            )
        done.append(errand)
    return tuple(done)


def _sample_carried(scenario: Scenario, trips: list[Trip]) -> list[Trip]:
    """Draw the children on the arms of those who carry one; they share the payment."""
    seed, index = scenario.seed, scenario.index
    rng = make_rng(seed, index, "journeys/carried")
    adults = [trip for trip in trips if trip.plan.shopper.mobility == "carrying"]
    children = []
    for trip, code in zip(adults, sample_codes(len(adults), TRIP_CODE_LENGTH, rng=rng), strict=True):
        adult = trip.plan.shopper
        child = replace(
            adult,
            trip_code=code,
            shopping_list=(),
            behaviours=(),
            body=sample_body_shape(rng=rng, child=True, years=CARRIED_YEARS),
            handedness=other_hand(adult.handedness),  # the hand that is ahead
            mobility="carried",
            carried_by=adult.trip_code,
            big_coat=False,
        )
        children.append(Trip(TripPlan(child, ()), Journey()))
    return children


def _sample_extra_trips(scenario: Scenario, store: Store, trips: list[Trip]) -> list[Trip]:
    """Draw second visits and tailgaters."""
    spec, seed, index = scenario.journeys, scenario.seed, scenario.index
    codes = iter(sample_codes(2 * len(trips), TRIP_CODE_LENGTH, rng=make_rng(seed, index, "journeys/trips")))
    accounts = iter(
        sample_codes(len(trips), PAYMENT_CODE_LENGTH, rng=make_rng(seed, index, "journeys/payments"))
    )
    bodies = make_rng(seed, index, "journeys/bodies")
    last = {trip.plan.shopper.group: trip.code for trip in trips}
    groups = max(last, default=-1) + 1
    stocked = np.flatnonzero(store.planogram.count_on_sale() > 0)
    in_open = stocked[~is_behind_glass(store)[stocked]]
    extra = []
    for n, trip in enumerate(trips):
        rng = make_rng(seed, index, f"journeys/extra/{n}")
        again, tails, left = rng.random(3)
        after_s = float(rng.uniform(*BACK_AFTER_S))
        open_to = in_open if trip.plan.shopper.mobility in GEAR else stocked
        slots = rng.choice(open_to, 2 if len(open_to) else 0)
        errands = tuple(Errand(int(store.planogram.product[slot]), "keep") for slot in slots)
        wanted = tuple(errand.product for errand in errands)
        host = trip.plan.shopper
        if again < spec.reenter:
            shopper = replace(
                host,
                trip_code=next(codes),
                arrival_s=math.inf,
                shopping_list=wanted[:1],
                behaviours=("reenter",),
                mobility="walking" if host.mobility == "carrying" else host.mobility,
            )
            extra.append(Trip(TripPlan(shopper, errands[:1]), Journey(follows=trip.code, after_s=after_s)))
        if (
            tails < spec.tailgate
            and last[host.group] == trip.code
            and host.arrival_s > -scenario.clip.warmup_s
        ):
            shopper = replace(
                host,
                trip_code=next(codes),
                payment_id=host.payment_id if spec.tailgater_pays == "host" else f"U-{next(accounts)}",
                group=groups,
                shopping_list=wanted,
                behaviours=("tailgate",),
                body=sample_body_shape(rng=bodies, child=False),
                handedness="left" if left < 0.1 else "right",
                mobility="walking",
                phone=False,
                umbrella="",
                big_coat=False,
                coat_on_arm=False,
                basket=False,
            )
            groups += 1
            extra.append(Trip(TripPlan(shopper, errands), Journey(behind=trip.code)))
    return extra


def _sample_staff(scenario: Scenario, store: Store, trips: list[Trip]) -> list[Trip]:
    """Draw the staff: each faces up or fills up fixture after fixture, or mops; nobody pays for them."""
    count, seed, index = scenario.journeys.staff, scenario.seed, scenario.index
    rng = make_rng(seed, index, "journeys/staff")
    codes = sample_codes(count, TRIP_CODE_LENGTH, rng=rng)
    accounts = sample_codes(count, PAYMENT_CODE_LENGTH, rng=rng)
    group = 1 + max((trip.plan.shopper.group for trip in trips), default=-1)
    plan = store.planogram
    stocked = plan.count_on_sale() > 0
    staff = []
    for n in range(count):
        fixtures = rng.permutation(np.unique(plan.fixture[stocked]))
        products = [
            int(product)
            for fixture in fixtures
            for product in np.unique(plan.product[(plan.fixture == fixture) & stocked])
        ]
        duty, errands, mobility = _sample_duty(scenario, products, n, can_mop(store))
        shopper = ShopperPlan(
            trip_code=codes[n],
            payment_id=f"S-{accounts[n]}",
            group=group + n,
            arrival_s=-scenario.clip.warmup_s,
            speed_mps=STAFF_MPS * PACE[mobility],
            shopping_list=(),
            behaviours=(duty,),
            body=sample_body_shape(rng=rng, child=False),
            handedness="left" if rng.random() < 0.1 else "right",
            mobility=mobility,
            role="staff",
        )
        staff.append(Trip(TripPlan(shopper, errands), Journey(starts_inside=True)))
    return staff


def _sample_duty(
    scenario: Scenario, products: list[int], number: int, mops: bool
) -> tuple[str, tuple[Errand, ...], str]:
    """Draw what one of the staff does, with which errands, and how they get about; `mops`: if they can."""
    rng = make_rng(scenario.seed, scenario.index, f"journeys/duty/{number}")
    cleans, restocks = rng.random(2)
    if cleans < scenario.journeys.clean and mops:
        return "clean", (Errand(-1, "clean"),) * MOPPED, "mop"
    if restocks < scenario.journeys.restock:
        cases = rng.integers(*IN_A_CASE, len(products), endpoint=True)
        errands = (Errand(p, "restock", quantity=int(q)) for p, q in zip(products, cases, strict=True))
        return "restock", tuple(errands)[:FACED_UP], "walking"
    return "face_up", tuple(Errand(product, "touch") for product in products[:FACED_UP]), "walking"
