"""Every table and JSON file of a dataset: names, types, units, frames and meaning of each column.

The single source for those who write (synth/labels/tables.py, synth/dataset/store_files.py,
synth/dataset/), for those who check (synth/verify/) and for docs/data-format.md, which `render_docs` makes
from what stands here.
"""

from dataclasses import dataclass

import pyarrow as pa

from scenes.world import (
    CLASS_NAMES,
    INSTANCE_FIXTURE,
    INSTANCE_ITEM,
    INSTANCE_PERSON,
    INSTANCE_STRUCTURE,
)
from synth.records import EVENT_KINDS

FORMAT_VERSION = 1
DEPTH_UNITS_PER_M = 1000.0  # depth videos count millimetres

_I32, _I64, _F32, _F64, _STR, _BOOL = (
    pa.int32(),
    pa.int64(),
    pa.float32(),
    pa.float64(),
    pa.string(),
    pa.bool_(),
)


def _column(name: str, kind: pa.DataType, description: str) -> pa.Field:
    return pa.field(name, kind, nullable=False, metadata={"description": description})


TRACKS = pa.schema(
    [
        _column("frame", _I32, "Frame number, from 0."),
        _column("time_s", _F64, "Time of the frame, seconds from the clip's start."),
        _column("trip_code", _STR, "Which trip; `people` in clip.json gives its instance id."),
        _column("x_m", _F32, "Floor position of the body's centre, world x, metres."),
        _column("y_m", _F32, "The same, world y."),
        _column("heading_rad", _F32, "Direction the body faces, counter-clockwise from world +x."),
        _column("left_palm_x_m", _F32, "Centre of the left palm, world, metres."),
        _column("left_palm_y_m", _F32, "The same, y."),
        _column("left_palm_z_m", _F32, "The same, z (height above the floor)."),
        _column("right_palm_x_m", _F32, "Centre of the right palm, world, metres."),
        _column("right_palm_y_m", _F32, "The same, y."),
        _column("right_palm_z_m", _F32, "The same, z (height above the floor)."),
        _column(
            "joints_m", pa.list_(_F32), "J x 3 joint positions, world, metres; `joint_names` in clip.json."
        ),
    ]
)

BOXES = pa.schema(
    [
        _column("frame", _I32, "Frame number, from 0."),
        _column("time_s", _F64, "Time of the frame, seconds from the clip's start."),
        _column("camera_id", _STR, "Which camera, as in cameras.json."),
        _column("instance_id", _I32, "The id that this object has in the masks."),
        _column("class", _STR, "Name of its class, see *Classes*."),
        _column("trip_code", _STR, 'Whose, for people; "" for products.'),
        _column("item_id", _I32, "Which physical item; -1 for people."),
        _column("sku", _STR, 'Its SKU; "" for people.'),
        _column("x0_px", _F32, "Left edge of the visible pixels (NaN when none is visible)."),
        _column("y0_px", _F32, "Top edge of the visible pixels."),
        _column("x1_px", _F32, "Right edge of the visible pixels (one past the last column)."),
        _column("y1_px", _F32, "Bottom edge of the visible pixels (one past the last row)."),
        _column("full_x0_px", _F32, "Left edge of the projected geometry, may lie outside the image."),
        _column("full_y0_px", _F32, "Top edge of the projected geometry."),
        _column("full_x1_px", _F32, "Right edge of the projected geometry."),
        _column("full_y1_px", _F32, "Bottom edge of the projected geometry."),
        _column("visible_px", _I32, "Number of visible pixels."),
        _column(
            "visible_fraction", _F32, "visible_px over the pixels it would cover if nothing stood before it."
        ),
        _column("joints_px", pa.list_(_F32), "J x 2 projected joints (u, v); empty for products."),
        _column(
            "joints_visible",
            pa.list_(_BOOL),
            "J flags: the pixel there is its owner's and the joint is at most 0.25 m behind the surface.",
        ),
    ]
)

EVENTS = pa.schema(
    [
        _column("event_id", _I32, "Number of the event, in order of time."),
        _column("time_s", _F64, "Seconds from the clip's start; negative in the warm-up."),
        _column("kind", _STR, "One of: " + ", ".join(EVENT_KINDS) + "."),
        _column("trip_code", _STR, 'Who acts; "" for restocking.'),
        _column("item_id", _I32, "Which physical item; -1 for the enter and exit of a person."),
        _column("sku", _STR, 'Its SKU; "" when there is no item.'),
        _column("from_place", _STR, 'Where the item was, see *Places*; "" when there is no item.'),
        _column("to_place", _STR, 'Where the item is from now on; "" when there is no item.'),
        _column("quantity", _I32, "1 for an item, 0 when there is none."),
        _column("hand", _STR, '"left", "right" or "".'),
        _column("x_m", _F64, "Where it happens (the item's centre), world, metres."),
        _column("y_m", _F64, "The same, y."),
        _column("z_m", _F64, "The same, z."),
        _column("contact_from_s", _F64, "When the hand has reached the item or its place; equal to time_s."),
        _column("contact_to_s", _F64, "When the hand begins to withdraw; time_s where no hand is involved."),
        _column("in_reach", _I32, "People who stand within 1.2 m of the item's centre at time_s."),
        _column(
            "who",
            _STR,
            '"none", "scale", "views" or "both": which recordings suffice to tell who acts. Scale: the '
            "plates feel a step of at least 6 step_sigma_g and one person at most is in reach. Views: "
            "some camera shows at least 16 pixels of the hand, or one person at most is in reach and some "
            "camera shows 64 pixels of that person. Of enter and exit: 64 pixels of the person.",
        ),
        _column(
            "what",
            _STR,
            "Likewise, which suffice to tell what moves. Scale: step_g and rival_gap_g are at least 6 "
            "step_sigma_g. Views: some camera shows at least 12 pixels of the item, 24 if its product has a "
            "look-alike (measured by benchmarks/evidence.py).",
        ),
        _column(
            "evidence",
            _STR,
            'Which suffice for who and what: "scale" or "views" alone, "both" each alone, "together" one for '
            'the one question and the other for the other, or "none". "none" cannot be told by any model.',
        ),
        _column(
            "step_count",
            _I32,
            "Items of this SKU that this hand moves at this instant, where their step is recorded alone "
            "(from 0.75 s and the settling of 10 settling_s before time_s until 0.5 s after it has settled "
            "nothing else moves on these plates and no hand touches what stands on them) by plates that "
            "work; else 0.",
        ),
        _column("step_g", _F64, "What they weigh together, grams; NaN where step_count is 0."),
        _column(
            "step_sigma_g",
            _F64,
            "Standard deviation of the step as the plates of the slot report it: the mean of the 0.5 s that "
            "begin 10 settling_s after time_s minus that of the 0.5 s that end 0.25 s before time_s; or NaN.",
        ),
        _column(
            "rival_gap_g",
            _F64,
            "Least distance from step_g to what another SKU or another number of items would make (up to "
            "6 of "
            "what is in one of the slots on these plates; of a put, in somebody's hand); infinite without "
            "rivals, or NaN.",
        ),
        _column("u_px", pa.list_(_F32), "Where x, y, z is in each camera of clip.json, NaN behind it."),
        _column("v_px", pa.list_(_F32), "The same, v."),
        _column(
            "visible",
            pa.list_(_BOOL),
            "Whether each camera shows any of the item from 2 s before contact_from_s until 2 s after "
            "contact_to_s; of enter and exit, of the person from 0.5 s before until 0.5 s after.",
        ),
        _column(
            "item_px",
            pa.list_(_I32),
            "Pixels of the item in each camera, in that frame of these 2 s and more which shows most.",
        ),
        _column(
            "hand_px",
            pa.list_(_I32),
            "Pixels of the acting person within 0.09 m about the palm, in the best frame from 0.5 s before "
            "until 0.5 s after the contact.",
        ),
        _column("person_px", pa.list_(_I32), "Pixels of the acting person, likewise."),
        _column(
            "behaviour",
            _STR,
            'Which behaviour of the scenario it is part of, e.g. "wrong_shelf"; "" for plain shopping.',
        ),
        _column(
            "rest_pose",
            pa.list_(_F64),
            "16 numbers, row-major world_from_item, once the item lies in a slot, on the floor or on a "
            "ledge; or empty.",
        ),
    ]
)

WEIGHTS = pa.schema(
    [
        _column("time_s", _F64, "Time of the reading, seconds from the clip's start."),
        _column(
            "mass_kg",
            pa.list_(_F32),
            "What each plate reports, kilograms; order of `plates` in floor_plan.json.",
        ),
        _column("true_kg", pa.list_(_F32), "The load without settling, noise, drift and quantisation."),
    ]
)

FRAMES = pa.schema(
    [
        _column("frame", _I32, "Frame number, from 0."),
        _column("time_s", _F64, "When it was taken: the time of all labels."),
        _column("camera_id", _STR, "By which camera."),
        _column("sensed_s", _F64, "When the camera's own clock says so; NaN where the frame was dropped."),
        _column(
            "dropped",
            _BOOL,
            "The frame was lost: rgb, refined picture and certificate are those of the camera's last frame "
            "that was not. Labels, masks and depth are those of time_s.",
        ),
    ]
)

GATES = pa.schema(
    [
        _column("gate", _I32, "Which gate: the number of its door in floor_plan.json's `doors`."),
        _column("direction", _STR, '"in" or "out".'),
        _column("sensed_s", _F64, "When the gate logged it, by its own clock."),
        _column("payment_id", _STR, 'The payment shown; "" on the way out.'),
        _column(
            "people",
            _I32,
            "How many people the gate believes passed: on this payment within 4 s of each other; on the way "
            "out, within 1.5 s.",
        ),
        _column("true_people", _I32, "How many really passed."),
        _column("true_trips", pa.list_(_STR), "Their trips, in order."),
        _column("true_s", pa.list_(_F64), "When each of them passed; negative in the warm-up."),
    ]
)

DOORS = pa.schema(
    [
        _column("door", _I32, "Number of the door in floor_plan.json's `doors`."),
        _column("is_open", _BOOL, "Whether it opened or closed."),
        _column(
            "sensed_s", _F64, "When its contact reported that, by its own clock; NaN where it missed it."
        ),
        _column("true_s", _F64, "When it happened; NaN where the contact bounced and nothing happened."),
    ]
)

MASKS = pa.schema(
    [
        _column("frame", _I32, "Frame number, from 0."),
        _column(
            "values", pa.list_(_I32), "Instance id of each run, row-major from the top left; 0 is nothing."
        ),
        _column("lengths", pa.list_(_I32), "Length of each run in pixels; they add up to width x height."),
    ]
)

PLANOGRAM = pa.schema(
    [
        _column("slot", _I32, "Number of the slot; `slot:<slot>` in events."),
        _column("product", _I32, "Row of the catalogue."),
        _column("sku", _STR, "Its SKU."),
        _column("count", _I32, "Items at the start of the simulation (the warm-up's start)."),
        _column("first_item_id", _I32, "Its items are first_item_id .. + count - 1, front to back."),
        _column("item_skus", pa.list_(_STR), "SKU of each of these items: `sku`, but for misplaced ones."),
        _column("fixture", _STR, "Name of the fixture."),
        _column("shelf", _I32, "Board number from the bottom."),
        _column("facing", _I32, "Number of the facing within its product's block."),
        _column("width_m", _F64, "Room the slot offers, along its x."),
        _column("depth_m", _F64, "Room the slot offers, along its y (into the shelf)."),
        _column("height_m", _F64, "Room the slot offers, along its z."),
        _column("world_from_slot", pa.list_(_F64), "16 numbers, row-major 4 x 4."),
        _column("plates", pa.list_(_I32), "Scale plates under it."),
    ]
)

CATALOGUE = pa.schema(
    [
        _column("sku", _STR, "Stock keeping unit."),
        _column("name", _STR, "Name on the label."),
        _column("brand", _STR, "Brand on the label."),
        _column(
            "package",
            _STR,
            "can, bottle, tub, jar, box, carton, bag, pouch, tube, tray, multipack, loaf or fruit.",
        ),
        _column("width_m", _F64, "Width of the upright pack."),
        _column("depth_m", _F64, "Depth of the upright pack."),
        _column("height_m", _F64, "Height of the upright pack."),
        _column("mass_kg", _F64, "Mass of one item, kilograms."),
        _column("price_minor", _I64, "Price in minor units of the currency."),
        _column("currency", _STR, "ISO 4217 code."),
        _column("popularity", _F64, "Share of demand; the column adds up to 1."),
        _column("weight_twin", _STR, 'SKU of (nearly) the same mass, or "".'),
        _column("look_alike", _STR, 'SKU that looks nearly the same, or "".'),
    ]
)

_FILE = pa.struct(
    [
        pa.field("name", _STR, nullable=False),
        pa.field("offset", _I64, nullable=False),
        pa.field("size", _I64, nullable=False),
    ]
)

INDEX = pa.schema(
    [
        _column("clip_id", _STR, "`<scenario>-<index, six digits>`."),
        _column("scenario", _STR, "Name of the scenario."),
        _column("index", _I32, "Index of the clip: with the seed and the config it decides everything."),
        _column("seed", _I64, "The dataset's seed."),
        _column("store_id", _STR, "Folder under stores/."),
        _column("shard", _STR, "Path of its tar, relative to the dataset."),
        _column(
            "files",
            pa.list_(_FILE),
            "Name (without the clip's id), offset in the tar and size: one range read fetches a file.",
        ),
        _column("frames", _I32, "Frames of each camera."),
        _column("cameras", _I32, "Number of cameras."),
        _column("shoppers", _I32, "Number of trips."),
        _column("events", _I32, "Number of events, warm-up included."),
        _column("payments", _I32, "Number of receipts."),
        _column("judged_events", _I32, "`events` of clip.json's `evidence`."),
        _column(
            "told_events", _I32, "`told` of the same; over judged_events it bounds any model's accuracy."
        ),
        _column("duration_s", _F64, "Length of the clip."),
        _column("log_p", _F64, "Log density of the sampled scenario values under the natural scenario."),
        _column("log_q", _F64, "Log density under the scenario as asked."),
        _column("weight", _F64, "exp(log_p - log_q): importance weight of the clip."),
    ]
)

CLIP_TABLES = {
    "tracks": TRACKS,
    "boxes": BOXES,
    "events": EVENTS,
    "weights": WEIGHTS,
    "frames": FRAMES,
    "gates": GATES,
    "doors": DOORS,
}
STORE_TABLES = {"planogram": PLANOGRAM, "catalogue": CATALOGUE}


@dataclass(frozen=True)
class JsonField:
    """One key of a JSON file: its Python types and its meaning."""

    kinds: tuple[type, ...]
    description: str


_NUMBER = (int, float)

CLIP_JSON = {
    "format_version": JsonField((int,), "1."),
    "clip_id": JsonField((str,), "`<scenario>-<index, six digits>`."),
    "store_id": JsonField((str,), "Folder under stores/."),
    "scenario": JsonField(
        (dict,),
        "The resolved scenario: name, seed, index, every section with its values as drawn, `values` (sampled "
        "key -> value, log p, log q), log_p, log_q, config_sha256.",
    ),
    "weight": JsonField(_NUMBER, "exp(log_p - log_q)."),
    "counts": JsonField((dict,), "`{frames, cameras, shoppers, events, payments}`."),
    "fps": JsonField(_NUMBER, "Frames a second; frame f is at f / fps seconds in every camera."),
    "frames": JsonField((int,), "Frames of each camera."),
    "cameras": JsonField((list,), "`{camera_id, width_px, height_px}` of each camera."),
    "videos": JsonField((dict,), "How the videos are encoded: `rgb` and `depth`."),
    "evidence": JsonField(
        (dict,),
        "`{events, told, who, what, evidence}`: how many take, put, drop, pick_up and hand_over events the "
        "clip has from time 0 on, how many of them could be told at all, and how often each verdict "
        "stands in these columns of events.parquet.",
    ),
    "refiner": JsonField((dict, type(None)), "`{name, sha256}`, or null when nothing was refined."),
    "joint_names": JsonField(
        (list,), "Names of the J joints; a hand has 21: wrist, and three joints and the tip of each finger."
    ),
    "people": JsonField(
        (list,),
        "`{trip_code, payment_id, group, instance_id, arrival_s, shopping_list, behaviours, stature_m, "
        "mobility, role, phone}` of each trip; mobility is walking, stick, wheelchair, trolley or pram, role "
        "shopper or staff, and phone says whether they walk with their eyes on one.",
    ),
    "lamp_faults": JsonField(
        (list,),
        "`{kind, lamp, at_s, flicker}` of each lamp of floor_plan.json that goes out at `at_s`, flickering "
        "before.",
    ),
    "scale_faults": JsonField(
        (list,), "The faults of the scales: `{kind, plate, from_s, to_s}` and what the kind needs."
    ),
    "camera_faults": JsonField(
        (list,),
        "`{camera_id, kind, from_s, to_s, amount}` of each camera that fails: `fogged` (amount: density of "
        "the fog), `smeared`, `wet` or `covered` (share of the picture), `frozen`, `dead`, or `knocked` "
        "(angle in radians; cameras.json has its poses). At `to_s` it begins to recover. Pictures suffer, "
        "labels do not.",
    ),
    "files": JsonField((dict,), "`{size, sha256}` of every other file of the clip."),
}

RECEIPT_JSON = {
    "payment_id": JsonField((str,), "Which payment."),
    "trip_codes": JsonField((list,), "The trips it pays for."),
    "policy": JsonField((str,), '"taker" or "carrier": who pays for an item that was handed over.'),
    "opened_s": JsonField(_NUMBER, "When its first trip entered."),
    "closed_s": JsonField((*_NUMBER, type(None)), "When its last trip left; null while it is open."),
    "returns": JsonField(
        (str,), '"credited" or "ignored": what becomes of items from earlier visits that are brought back.'
    ),
    "lines": JsonField(
        (list,), "`{sku, quantity, unit_price_minor}`, sorted by sku; a credit has a negative quantity."
    ),
    "total_minor": JsonField((int,), "Sum of the lines, minor units."),
    "currency": JsonField((str,), "ISO 4217 code."),
    "history": JsonField((list,), "`[time_s, total_minor]` after each change of the account."),
}

CERTIFICATE_JSON = {
    "refiner": JsonField((dict, type(None)), "`{name, sha256}`, or null when nothing was refined."),
    "holds": JsonField((bool,), "Whether every frame's certificate holds (true when nothing was refined)."),
    "frames": JsonField((int,), "Refined frames, all cameras together."),
    "gated": JsonField((int,), "Frames at which the gate fell back to the picture as rendered."),
    "tau_max": JsonField(_NUMBER, "Largest bound of all frames."),
    "residual_max": JsonField(_NUMBER, "Largest residual of all frames."),
    "linear_norm": JsonField(_NUMBER, "Largest norm(B) of all frames."),
    "cameras": JsonField(
        (dict,),
        "camera id -> a list with one `{tau_max, tau_mean, residual_max, residual_edge_max, linear_norm, "
        "holds, gated}` a frame.",
    ),
}

FLOOR_PLAN_JSON = {
    "store_id": JsonField((str,), "Folder under stores/."),
    "format": JsonField((str,), "Kind of shop."),
    "size_m": JsonField(
        (list,), "Width (x), depth (y) and height (z) of the room, which begins at the origin."
    ),
    "walkable": JsonField(
        (dict,), "`{exterior, holes}`: the floor not covered by fixtures, rings of (x, y)."
    ),
    "fixtures": JsonField((list,), "`{name, kind, instance_id, footprint_m, height_m}` of each fixture."),
    "doors": JsonField((list,), "`{kind, point_m, outward, width_m}` of each door."),
    "lamps": JsonField((list,), "`{position_m, size_m, color}` of each ceiling lamp."),
    "plates": JsonField((list,), "`{id, fixture, size_m, world_from_plate}` of each scale plate."),
}

CAMERA_JSON = {
    "camera_id": JsonField((str,), "Prefix of the camera's files."),
    "width_px": JsonField((int,), "Width of its pictures."),
    "height_px": JsonField((int,), "Height of its pictures."),
    "intrinsics": JsonField((list,), "3 x 3 matrix K, rows."),
    "model": JsonField((str,), "Lens: `pinhole`, `brown_conrady` or `kannala_brandt`; see conventions.md."),
    "distortion": JsonField(
        (list,), "Its coefficients: none, `k1, k2, p1, p2, k3`, or `k1, k2, k3, k4`, all as in OpenCV."
    ),
    "max_angle_rad": JsonField(
        _NUMBER, "The picture shows nothing farther off the axis; the coefficients hold up to here."
    ),
    "world_from_cam": JsonField((list,), "4 x 4 pose, rows; it takes camera coordinates to the world."),
    "turns": JsonField(
        (list,),
        "Of a camera that is knocked: `{frame, world_from_cam}` in order; from that frame on it looks so, "
        "until the next. Empty for all others.",
    ),
    "axes": JsonField((str,), "The frame, in words."),
    "projection": JsonField((str,), "From a world point to its pixel and depth, as a formula."),
    "example": JsonField((dict,), "`{world_m, u_px, v_px, depth_m}`: one point worked out."),
}

CALIBRATION_JSON = {
    "camera_id": JsonField((str,), "Which camera of cameras.json."),
    "model": JsonField((str,), "Its lens, as there."),
    "intrinsics": JsonField((list,), "3 x 3 matrix K, a little wrong."),
    "distortion": JsonField((list,), "Coefficients, a little wrong."),
    "world_from_cam": JsonField((list,), "4 x 4 pose, a little wrong; it knows nothing of knocks."),
}

MANIFEST_JSON = {
    "format": JsonField((str,), '"shopsynth-dataset".'),
    "format_version": JsonField((int,), "1."),
    "recipe": JsonField(
        (dict,),
        "All that decides the bytes: configs, seed, first, clips, refiner (`none` or `sha256:...` of its "
        "checkpoint), clips_per_shard.",
    ),
    "recipe_sha256": JsonField((str,), "Hash of the recipe."),
    "versions": JsonField((dict,), "Versions of the packages that made it, and of the OpenGL driver."),
    "command": JsonField(
        (list,), "The command as given (the only key that may differ between equal datasets)."
    ),
    "clips": JsonField((int,), "Number of clips."),
    "index": JsonField((dict,), "`{path, size, sha256}` of index.parquet."),
    "shards": JsonField((list,), "`{path, size, sha256, clips}` of every shard."),
    "stores": JsonField((list,), "`{path, size, sha256}` of every file under stores/."),
}

PLACES = (
    ("slot:<slot>", "in a slot of the planogram, right or wrong"),
    ("hand:<trip>:left", "in the left hand of a trip; likewise `:right`"),
    ("bag:<trip>", "in the bag or basket of a trip"),
    ("pocket:<trip>", "in a pocket or under the coat of a trip"),
    ("floor", "on the floor"),
    ("ledge", "on a level top without products or scale: a counter, the top of a gondola"),
    ("consumed:<trip>", "eaten or drunk by a trip"),
    ("outside", "out of the shop, or not yet in it"),
)

RECEIPT_RULES = """## Who owes an item

- Taking an item off a store place (a slot, the floor or a ledge) puts it on the account of the payment of the
  trip that acts. `people` in clip.json says which payment a trip belongs to.
- Laying it on any store place, right or wrong, takes it off again.
- Handing it over, or putting it into somebody else's bag, changes nothing (policy `taker`) or moves it to
  the account of the receiver's payment (`carrier`). Nothing else moves it between accounts: not bagging it,
  not concealing it, not consuming it, not leaving with it. Who lets an item break on the floor owes nothing.
- What somebody brings along (`bring`) is theirs: it is on nobody's account, wherever it lies and whoever
  takes it, until it is returned. A `return` makes an item bought on an earlier visit the shop's again: it
  credits its price to the account of whoever returns it (`shoppers.returns` is `credited`) or changes nothing
  (`ignored`).
- A payment's account opens when the first of its trips enters and closes when the last has left (the `exit`
  with item_id -1). What is then on it is billed, and nothing that happens to those items later changes it.
  An item that was billed stays off all other accounts, whoever carries it on, until it is taken off a store
  place again.
- A clip may end with accounts open: their receipts are given as they stand.
"""

CLIP_FILES = (
    ("clip.json", "what the clip is; written last"),
    ("<cam>.rgb.mp4", "the picture as rendered, H.264"),
    ("<cam>.refined.mp4", "the refined picture, H.264; absent with `--refiner none`"),
    (
        "<cam>.depth.mkv",
        "depth along the camera's axis (a fisheye's: along the ray), FFV1 gray16, millimetres, 0 is nothing, "
        "65535 is 65.535 m or more",
    ),
    ("<cam>.masks.parquet", "instance ids as run lengths, a row a frame"),
    ("tracks.parquet", "a row per person and frame"),
    (
        "boxes.parquet",
        "a row per camera, frame and person or item that moves in the clip, where its full box meets the "
        "image; every other product once, at frame 0",
    ),
    ("events.parquet", "the double-entry ledger, warm-up included"),
    ("weights.parquet", "shelf scales over [0, duration_s]"),
    ("frames.parquet", "time stamps of the cameras' clocks, and which frames were lost"),
    ("gates.parquet", "what the gates logged, and who really passed; warm-up included"),
    ("doors.parquet", "what the door contacts reported, and what the doors did; warm-up included"),
    ("receipts.json", "a list with one receipt a payment"),
    ("certificate.json", "the proof that refining moved no label"),
)


def bare_schema(schema: pa.Schema) -> pa.Schema:
    """Return a schema without descriptions, as it is written to disk and compared.

    >>> bare_schema(MASKS).field("values").metadata is None
    True
    """
    return pa.schema([field.remove_metadata() for field in schema])


def table_problems(table: pa.Table, schema: pa.Schema) -> list[str]:
    """Say how a table departs from its schema; an empty list when it does not.

    >>> table_problems(pa.table({"frame": pa.array([0], pa.int32())}), MASKS)
    ['column values is missing', 'column lengths is missing']
    """
    problems = []
    for field in schema:
        if field.name not in table.column_names:
            problems.append(f"column {field.name} is missing")
            continue
        column = table.column(field.name)
        if not column.type.equals(field.type):
            problems.append(f"column {field.name} is {column.type}, expected {field.type}")
        elif column.null_count:
            problems.append(f"column {field.name} has {column.null_count} empty cells")
    extra = [name for name in table.column_names if name not in schema.names]
    problems += [f"column {name} is not in the format" for name in extra]
    return problems


def json_problems(value: object, fields: dict[str, JsonField]) -> list[str]:
    """Say which keys of a JSON object are missing or of the wrong type.

    >>> json_problems({"payment_id": 3}, {"payment_id": RECEIPT_JSON["payment_id"]})
    ['key payment_id is int, expected str']
    """
    if not isinstance(value, dict):
        return [f"expected an object, found {type(value).__name__}"]
    problems = []
    for key, spec in fields.items():
        if key not in value:
            problems.append(f"key {key} is missing")
        elif not _is_kind(value[key], spec.kinds):
            wanted = " or ".join("null" if kind is type(None) else kind.__name__ for kind in spec.kinds)
            problems.append(f"key {key} is {type(value[key]).__name__}, expected {wanted}")
    return problems


def _is_kind(value: object, kinds: tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and (not isinstance(value, bool) or bool in kinds)


# ---------------------------------------------------------------- the documentation


def _escape(text: str) -> str:
    return text.replace("|", "\\|")


def _render_table(schema: pa.Schema) -> list[str]:
    lines = ["| column | type | meaning |", "|---|---|---|"]
    for field in schema:
        kind = str(field.type).replace("element: ", "").replace(" not null", "").replace("item: ", "")
        text = field.metadata[b"description"].decode()
        lines.append(f"| `{field.name}` | `{kind}` | {_escape(text)} |")
    return [*lines, ""]


def _render_json(fields: dict[str, JsonField]) -> list[str]:
    lines = ["| key | type | meaning |", "|---|---|---|"]
    for key, spec in fields.items():
        kind = " or ".join("null" if kind is type(None) else kind.__name__ for kind in spec.kinds)
        lines.append(f"| `{key}` | {kind} | {_escape(spec.description)} |")
    return [*lines, ""]


_INTRODUCTION = f"""# Data format, version {FORMAT_VERSION}

Made from `synth/schema.py` by `synth.schema.render_docs()`; do not edit by hand.

Units are SI and radians, times are seconds from the clip's start, and frame *f* of every camera is at
*f* / fps. The world is right-handed with +z up and the floor at z = 0. Cameras follow OpenCV: +x right,
+y down, +z forward, pixel centres at 0.5, points (u, v), `world_from_cam`. Matrices are row-major. Money is
an integer in minor units.

```
dataset.json          manifest, written last: a folder without it is not a finished dataset
index.parquet         a row a clip
shards/00000.tar      uncompressed tar, WebDataset naming: <clip_id>.<file>
stores/<store_id>/    floor_plan.json, floor_plan.svg, cameras.json, cameras_calibrated.json,
                      planogram.parquet, catalogue.parquet, catalogue/<sku>.png
.shopsynth/           only while a run is unfinished: its recipe, locks, finished clips and records of shards
```
"""


def _render_ids() -> list[str]:
    lines = ["## Classes", "", "| id | name |", "|---|---|"]
    lines += [f"| {number} | {name} |" for number, name in enumerate(CLASS_NAMES)]
    lines += ["", "## Instance ids", "", "| from | what |", "|---|---|", "| 0 | nothing |"]
    lines += [
        f"| {INSTANCE_STRUCTURE} | floor, walls, ceiling, doors, lamps, signs |",
        f"| {INSTANCE_FIXTURE} | + number of the fixture |",
        f"| {INSTANCE_PERSON} | + number of the trip in clip.json's `people` (body, clothes, hair, bag) |",
        f"| {INSTANCE_ITEM} | + item_id |",
        "",
        "## Places",
        "",
        "| place | the item is |",
        "|---|---|",
    ]
    lines += [f"| `{place}` | {meaning} |" for place, meaning in PLACES]
    return [*lines, ""]


def render_docs() -> str:
    """Render docs/data-format.md.

    Returns:
        Markdown that names every file, table, column and JSON key of format version 1.
    """
    lines = [_INTRODUCTION, "## Files of a clip", "", "| file | content |", "|---|---|"]
    lines += [f"| `{name}` | {_escape(meaning)} |" for name, meaning in CLIP_FILES]
    lines.append("")
    lines += _render_ids()
    tables = {"index.parquet": INDEX}
    tables |= {f"{name}.parquet": schema for name, schema in CLIP_TABLES.items()}
    tables |= {"<cam>.masks.parquet": MASKS}
    tables |= {f"stores/<store_id>/{name}.parquet": schema for name, schema in STORE_TABLES.items()}
    for name, schema in tables.items():
        lines += [f"## {name}", "", *_render_table(schema)]
    documents = {
        "clip.json": CLIP_JSON,
        "receipts.json (each receipt)": RECEIPT_JSON,
        "certificate.json": CERTIFICATE_JSON,
        "stores/<store_id>/floor_plan.json": FLOOR_PLAN_JSON,
        "stores/<store_id>/cameras.json (each camera)": CAMERA_JSON,
        "stores/<store_id>/cameras_calibrated.json (each camera)": CALIBRATION_JSON,
        "dataset.json": MANIFEST_JSON,
    }
    for name, fields in documents.items():
        lines += [f"## {name}", "", *_render_json(fields)]
        if fields is RECEIPT_JSON:
            lines += [RECEIPT_RULES]
    return "\n".join(lines).rstrip() + "\n"
