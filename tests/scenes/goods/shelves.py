"""Shelves laid out and stocked step by step, for the tests of planograms and of the items on them."""

from scenes.goods.catalogue import make_catalogue
from scenes.goods.planogram import sample_planogram
from scenes.goods.stock import sample_item_poses, sample_strangers
from scenes.plan.boards import fit_boards
from scenes.plan.layout import sample_floor_plan
from scenes.plan.sections import assign_sections
from scenes.randomness import make_rng
from scenes.scenario import CatalogueSpec, StoreSpec

ROUND = ("can", "bottle", "tub", "jar", "fruit")


def lay_out(
    seed=0, fill=0.85, plate_width_m=0.1, store=None, catalogue=None, fitted=True, stacked=0.0, stack=False
):
    """A floor plan, its catalogue and the planogram; `stack` piles up the share that is `stacked`."""
    store, catalogue = store or StoreSpec(), catalogue or CatalogueSpec()
    plan = sample_floor_plan(store, trips=6, rng=make_rng(seed, 0, "layout"))
    goods, _, sections = make_catalogue(
        catalogue, store_format=store.format, first_layer=0, rng=make_rng(seed, 0, "catalogue")
    )
    home = assign_sections(plan, goods, sections, rng=make_rng(seed, 0, "sections"))
    if fitted:
        plan = fit_boards(plan, goods, home, rng=make_rng(seed, 0, "boards"))
    planogram = sample_planogram(
        plan,
        goods,
        sections,
        home,
        fill=fill,
        sold_out=0.03,
        stacked=stacked,
        plate_width_m=plate_width_m,
        rng=make_rng(seed, 0, "planogram"),
        stack_rng=make_rng(seed, 0, "stacks") if stack else None,
    )
    return plan, goods, planogram


def stock(goods, planogram, seed, *, misplaced=0.0, untidy=0.0):
    """(slot, product, world_from_item) of all items."""
    product = sample_strangers(planogram, goods, misplaced, rng=make_rng(seed, 0, "strangers"))
    slot, pose = sample_item_poses(
        planogram,
        goods,
        product,
        untidy=untidy,
        rng=make_rng(seed, 0, "items"),
        loose_rng=make_rng(seed, 0, "loose goods"),
    )
    return slot, product, pose
