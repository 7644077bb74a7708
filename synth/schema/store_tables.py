"""The tables beside the clips: planogram and catalogue of a store, and the index of a dataset."""

import pyarrow as pa

from synth.schema.columns import F64, I32, I64, STR, column

PLANOGRAM = pa.schema(
    [
        column("slot", I32, "Number of the slot; `slot:<slot>` in events."),
        column("product", I32, "Row of the catalogue."),
        column("sku", STR, "Its SKU."),
        column("count", I32, "Items at the start of the simulation (the warm-up's start)."),
        column(
            "first_item_id",
            I32,
            "Its items are first_item_id .. + count - 1, front to back, of a stack from above, of a heap as "
            "one takes them.",
        ),
        column("item_skus", pa.list_(STR), "SKU of each of these items: `sku`, but for misplaced ones."),
        column("fixture", STR, "Name of the fixture."),
        column("shelf", I32, "Board number from the bottom."),
        column("facing", I32, "Number of the facing within its product's block."),
        column(
            "placement", STR, "How its items are placed: standing, heaped, hanging (from a hook) or lying."
        ),
        column(
            "layers",
            I32,
            "How many items at most stand on or in one another there, or layers of a heap; else 1.",
        ),
        column("width_m", F64, "Room the slot offers, along its x."),
        column("depth_m", F64, "Room the slot offers, along its y (into the shelf)."),
        column("height_m", F64, "Room the slot offers, along its z."),
        column("world_from_slot", pa.list_(F64), "16 numbers, row-major 4 x 4."),
        column(
            "plates",
            pa.list_(I32),
            "Scale plates under it and, where goods are heaped, under what has its middle in it; none under "
            "reserve stock, over people's reach: on boards from 1.65 m up.",
        ),
    ]
)

CATALOGUE = pa.schema(
    [
        column("sku", STR, "Stock keeping unit."),
        column("name", STR, "Name on the label."),
        column("brand", STR, "Brand on the label."),
        column(
            "package",
            STR,
            "can, bottle, tub, jar, box, carton, bag, pouch, tube, tray, multipack, loaf, fruit, "
            "bowl, plate, mug, jug or teapot.",
        ),
        column("width_m", F64, "Width of the upright pack."),
        column("depth_m", F64, "Depth of the upright pack."),
        column("height_m", F64, "Height of the upright pack."),
        column("mass_kg", F64, "Mass of one item, kilograms."),
        column("price_minor", I64, "Price in minor units of the currency, of an item or of a kilogram."),
        column("sold_by", STR, '"each", or "kg" for what is weighed: an item then has whole grams.'),
        column("currency", STR, "ISO 4217 code."),
        column("popularity", F64, "Share of demand; the column adds up to 1."),
        column("weight_twin", STR, 'SKU of (nearly) the same mass, or "".'),
        column("look_alike", STR, 'SKU that looks nearly the same, or "".'),
        column("code", STR, 'EAN-13 of the bar code printed on the pack, "" where there is none.'),
    ]
)

STORE_TABLES = {"planogram": PLANOGRAM, "catalogue": CATALOGUE}

_FILE = pa.struct(
    [
        pa.field("name", STR, nullable=False),
        pa.field("offset", I64, nullable=False),
        pa.field("size", I64, nullable=False),
    ]
)

INDEX = pa.schema(
    [
        column("clip_id", STR, "`<scenario>-<index, six digits>`."),
        column("scenario", STR, "Name of the scenario."),
        column("index", I32, "Index of the clip: with the seed and the config it decides everything."),
        column("seed", I64, "The dataset's seed."),
        column("store_id", STR, "Folder under stores/."),
        column("shard", STR, "Path of its tar, relative to the dataset."),
        column(
            "files",
            pa.list_(_FILE),
            "Name (without the clip's id), offset in the tar and size: one range read fetches a file.",
        ),
        column("frames", I32, "Frames of each camera."),
        column("cameras", I32, "Number of cameras."),
        column("shoppers", I32, "Number of trips."),
        column("events", I32, "Number of events, warm-up included."),
        column("payments", I32, "Number of receipts."),
        column("judged_events", I32, "`events` of clip.json's `evidence`."),
        column("told_events", I32, "`told` of the same; over judged_events it bounds any model's accuracy."),
        column("duration_s", F64, "Length of the clip."),
        column("log_p", F64, "Log density of the sampled scenario values under the natural scenario."),
        column("log_q", F64, "Log density under the scenario as asked."),
        column("weight", F64, "exp(log_p - log_q): importance weight of the clip."),
    ]
)
