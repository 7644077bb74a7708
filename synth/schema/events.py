"""The table of events: the double-entry ledger of a clip, with the evidence of each entry."""

import pyarrow as pa

from synth.records import EVENT_KINDS
from synth.schema.columns import BOOL, F32, F64, I32, STR, column

EVENTS = pa.schema(
    [
        column("event_id", I32, "Number of the event, in order of time."),
        column("time_s", F64, "Seconds from the clip's start; negative in the warm-up."),
        column("kind", STR, "One of: " + ", ".join(EVENT_KINDS) + "."),
        column("trip_code", STR, "Who acts."),
        column("item_id", I32, "Which physical item; -1 for the enter and exit of a person."),
        column("sku", STR, 'Its SKU; "" when there is no item.'),
        column("from_place", STR, 'Where the item was, see *Places*; "" when there is no item.'),
        column("to_place", STR, 'Where the item is from now on; "" when there is no item.'),
        column("quantity", I32, "1 for an item, 0 when there is none."),
        column("hand", STR, '"left", "right" or "".'),
        column("x_m", F64, "Where it happens (the item's centre), world, metres."),
        column("y_m", F64, "The same, y."),
        column("z_m", F64, "The same, z."),
        column("contact_from_s", F64, "When the hand has reached the item or its place; equal to time_s."),
        column("contact_to_s", F64, "When the hand begins to withdraw; time_s where no hand is involved."),
        column("in_reach", I32, "People who stand within 1.2 m of the item's centre at time_s."),
        column(
            "who",
            STR,
            '"none", "scale", "views" or "both": which recordings suffice to tell who acts. Scale: the '
            "plates feel a step of at least 6 step_sigma_g and one person at most is in reach. Views: "
            "some camera shows at least 16 pixels of the hand, or one person at most is in reach and some "
            "camera shows 64 pixels of that person. Of enter and exit: 64 pixels of the person.",
        ),
        column(
            "what",
            STR,
            "Likewise, which suffice to tell what moves. Scale: step_g and rival_gap_g are at least 6 "
            "step_sigma_g. Views: some camera shows at least 12 pixels of the item, 24 if its product has a "
            "look-alike (measured by benchmarks/evidence.py); of swap, set_down and take_up 12 of the bag "
            "or coat, and the event that put the item in there has evidence: nobody knows of what went in "
            "unseen.",
        ),
        column(
            "evidence",
            STR,
            'Which suffice for who and what: "scale" or "views" alone, "both" each alone, "together" one for '
            'the one question and the other for the other, or "none". "none" cannot be told by any model.',
        ),
        column(
            "step_count",
            I32,
            "Items of this SKU that this hand moves at this instant, where their step is recorded alone "
            "(from 0.75 s and the settling of 10 settling_s before time_s until 0.5 s after it has settled "
            "nothing else moves on these plates and no hand touches what stands on them or leans on them, "
            "see `leans` of clip.json; nor on the plates beside them, where scales have crosstalk) by plates "
            "that work; else 0.",
        ),
        column("step_g", F64, "What they weigh together, grams; NaN where step_count is 0."),
        column(
            "step_sigma_g",
            F64,
            "Standard deviation of the step as the plates of the slot report it: the mean of the 0.5 s that "
            "begin 10 settling_s after time_s minus that of the 0.5 s that end 0.25 s before time_s; or NaN.",
        ),
        column(
            "rival_gap_g",
            F64,
            "Least distance from step_g to what another SKU or another number of items would make (up to "
            "6 of "
            "what is in one of the slots on these plates; of a put, in somebody's hand); infinite without "
            "rivals, or NaN.",
        ),
        column("u_px", pa.list_(F32), "Where x, y, z is in each camera of clip.json, NaN behind it."),
        column("v_px", pa.list_(F32), "The same, v."),
        column(
            "visible",
            pa.list_(BOOL),
            "Whether each camera shows any of the item from 2 s before contact_from_s until 2 s after "
            "contact_to_s; of enter and exit, of the person from 0.5 s before until 0.5 s after.",
        ),
        column(
            "item_px",
            pa.list_(I32),
            "Pixels of the item in each camera, in that frame of these 2 s and more which shows most; of the "
            "bag or coat that it is in where kind is swap, set_down or take_up.",
        ),
        column(
            "hand_px",
            pa.list_(I32),
            "Pixels of the acting person within 0.09 m about the palm, in the best frame from 0.5 s before "
            "until 0.5 s after the contact.",
        ),
        column("person_px", pa.list_(I32), "Pixels of the acting person, likewise."),
        column(
            "behaviour",
            STR,
            'Which behaviour of the scenario it is part of, e.g. "wrong_shelf"; "" for plain shopping.',
        ),
        column(
            "rest_pose",
            pa.list_(F64),
            "16 numbers, row-major world_from_item, once the item lies in a slot, on the floor or on a "
            "ledge; in a trolley or basket, with which it goes from then on, as it is at time_s; or empty.",
        ),
    ]
)
