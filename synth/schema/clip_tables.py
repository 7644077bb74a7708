"""The tables of a clip: people, boxes, masks, weights and what the other sensors reported."""

import pyarrow as pa

from synth.schema.columns import BOOL, F32, F64, I32, STR, column
from synth.schema.events import EVENTS

TRACKS = pa.schema(
    [
        column("frame", I32, "Frame number, from 0."),
        column("time_s", F64, "Time of the frame, seconds from the clip's start."),
        column("trip_code", STR, "Which trip; `people` in clip.json gives its instance id."),
        column("x_m", F32, "Floor position of the body's centre, world x, metres."),
        column("y_m", F32, "The same, world y."),
        column("heading_rad", F32, "Direction the body faces, counter-clockwise from world +x."),
        column(
            "gear_heading_rad",
            F32,
            "Direction in which the trolley or pram points that they push, likewise; its frame is at x_m, "
            "y_m on the floor, +x where it points, +z up. NaN for who pushes none.",
        ),
        column("left_palm_x_m", F32, "Centre of the left palm, world, metres."),
        column("left_palm_y_m", F32, "The same, y."),
        column("left_palm_z_m", F32, "The same, z (height above the floor)."),
        column("right_palm_x_m", F32, "Centre of the right palm, world, metres."),
        column("right_palm_y_m", F32, "The same, y."),
        column("right_palm_z_m", F32, "The same, z (height above the floor)."),
        column(
            "joints_m", pa.list_(F32), "J x 3 joint positions, world, metres; `joint_names` in clip.json."
        ),
    ]
)

BOXES = pa.schema(
    [
        column("frame", I32, "Frame number, from 0."),
        column("time_s", F64, "Time of the frame, seconds from the clip's start."),
        column("camera_id", STR, "Which camera, as in cameras.json."),
        column("instance_id", I32, "The id that this object has in the masks."),
        column("class", STR, "Name of its class, see *Classes*."),
        column("trip_code", STR, 'Whose, for people; "" for products.'),
        column("item_id", I32, "Which physical item; -1 for people."),
        column("sku", STR, 'Its SKU; "" for people.'),
        column("x0_px", F32, "Left edge of the visible pixels (NaN when none is visible)."),
        column("y0_px", F32, "Top edge of the visible pixels."),
        column("x1_px", F32, "Right edge of the visible pixels (one past the last column)."),
        column("y1_px", F32, "Bottom edge of the visible pixels (one past the last row)."),
        column("full_x0_px", F32, "Left edge of the projected geometry, may lie outside the image."),
        column("full_y0_px", F32, "Top edge of the projected geometry."),
        column("full_x1_px", F32, "Right edge of the projected geometry."),
        column("full_y1_px", F32, "Bottom edge of the projected geometry."),
        column("visible_px", I32, "Number of visible pixels."),
        column(
            "visible_fraction", F32, "visible_px over the pixels it would cover if nothing stood before it."
        ),
        column("joints_px", pa.list_(F32), "J x 2 projected joints (u, v); empty for products."),
        column(
            "joints_visible",
            pa.list_(BOOL),
            "J flags: the pixel there is its owner's and the joint is at most 0.25 m behind the surface.",
        ),
    ]
)

WEIGHTS = pa.schema(
    [
        column("time_s", F64, "Time of the reading, seconds from the clip's start."),
        column(
            "mass_kg",
            pa.list_(F32),
            "What each plate reports, kilograms; order of `plates` in floor_plan.json.",
        ),
        column("true_kg", pa.list_(F32), "The load without settling, noise, drift and quantisation."),
    ]
)

FRAMES = pa.schema(
    [
        column("frame", I32, "Frame number, from 0."),
        column("time_s", F64, "When it was taken: the time of all labels."),
        column("camera_id", STR, "By which camera."),
        column("sensed_s", F64, "When the camera's own clock says so; NaN where the frame was dropped."),
        column(
            "dropped",
            BOOL,
            "The frame was lost: rgb, refined picture and certificate are those of the camera's last frame "
            "that was not. Labels, masks and depth are those of time_s.",
        ),
    ]
)

GATES = pa.schema(
    [
        column("gate", I32, "Which gate: the number of its door in floor_plan.json's `doors`."),
        column("direction", STR, '"in" or "out".'),
        column("sensed_s", F64, "When the gate logged it, by its own clock."),
        column("payment_id", STR, 'The payment shown; "" on the way out.'),
        column(
            "people",
            I32,
            "How many people the gate believes passed: on this payment within 4 s of each other; on the way "
            "out, within 1.5 s.",
        ),
        column("true_people", I32, "How many really passed."),
        column("true_trips", pa.list_(STR), "Their trips, in order."),
        column("true_s", pa.list_(F64), "When each of them passed; negative in the warm-up."),
    ]
)

DOORS = pa.schema(
    [
        column("door", I32, "Number of the door in floor_plan.json's `doors`, -1 for one of a fridge."),
        column("case_door", I32, "Number of the door in floor_plan.json's `case_doors`, else -1."),
        column("is_open", BOOL, "Whether it opened or closed."),
        column("sensed_s", F64, "When its contact reported that, by its own clock; NaN where it missed it."),
        column("true_s", F64, "When it happened; NaN where the contact bounced and nothing happened."),
    ]
)

MASKS = pa.schema(
    [
        column("frame", I32, "Frame number, from 0."),
        column(
            "values", pa.list_(I32), "Instance id of each run, row-major from the top left; 0 is nothing."
        ),
        column("lengths", pa.list_(I32), "Length of each run in pixels; they add up to width x height."),
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
