"""The JSON files of a dataset: what each key holds."""

from synth.schema.columns import NUMBER, JsonField

FORMAT_VERSION = 1

CLIP_JSON = {
    "format_version": JsonField((int,), "1."),
    "clip_id": JsonField((str,), "`<scenario>-<index, six digits>`."),
    "store_id": JsonField((str,), "Folder under stores/."),
    "scenario": JsonField(
        (dict,),
        "The resolved scenario: name, seed, index, every section with its values as drawn, `values` (sampled "
        "key -> value, log p, log q), log_p, log_q, config_sha256.",
    ),
    "weight": JsonField(NUMBER, "exp(log_p - log_q)."),
    "counts": JsonField((dict,), "`{frames, cameras, shoppers, events, payments}`."),
    "fps": JsonField(NUMBER, "Frames a second; frame f is at f / fps seconds in every camera."),
    "frames": JsonField((int,), "Frames of each camera."),
    "cameras": JsonField((list,), "`{camera_id, width_px, height_px}` of each camera."),
    "videos": JsonField(
        (dict,), "How the videos are encoded: `rgb`, `refined` where there is one, and `depth`."
    ),
    "evidence": JsonField(
        (dict,),
        "`{events, told, who, what, evidence}`: how many take, put, drop, pick_up, hand_over, swap, "
        "set_down and take_up events the "
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
        "mobility, role, phone, carried_by, umbrella, big_coat, coat_on_arm, basket}` of each trip; mobility "
        "is walking, stick, wheelchair, trolley, pram, mop, carrying (a child on the arm) or carried (that "
        "child; carried_by is the adult's trip code, empty for all others: the two have one payment and "
        "group, pass the doors at once and are in the same frames of tracks.parquet, at most 0.4 m apart; "
        "the child, less than 1.1 m tall, is on the side of the arm that holds it, the adult's other hand "
        "and the child's of that side are all that act, and the child has no bag), role shopper or staff, "
        "phone says whether they walk with their eyes on one, umbrella is hand, forearm or empty, big_coat "
        "says whether they wear a long, loose coat, coat_on_arm whether they come with one over a forearm, "
        "and basket whether they carry a shopping basket there: the hand of that arm does nothing for the "
        "whole visit; what they conceal goes into that coat, what they take into that basket.",
    ),
    "lamp_faults": JsonField(
        (list,),
        "`{kind, lamp, at_s, flicker}` of each lamp of floor_plan.json that goes out at `at_s`, flickering "
        "before.",
    ),
    "leans": JsonField(
        (list,),
        "`{trip_code, hand, from_s, to_s, slot, plates}` of each hand that leans on the edge of a board: "
        "these plates feel it, though no item moves and there is no event.",
    ),
    "labels_read": JsonField(
        (list,),
        "`{trip_code, hand, item_id, from_s, to_s}` of each item that somebody holds before the eyes to read "
        "its label, before the first frame and after the last too: it stays in that hand, and there is no "
        "event. Who set out to read, as `behaviours` of `people` says, does so where there is room.",
    ),
    "bags": JsonField(
        (list,),
        "`{trip_code, from_s, to_s, place}` of each bag that ever leaves its shoulder: the trip that it "
        "came in with, and where it is from when to when (null: before, or after, all that is recorded): "
        "`shoulder:<trip>`, `hand:<trip>:left`, `hand:<trip>:right` or `floor`. It changes from one trip to "
        "another, or to the floor and back, at the time_s of a swap, set_down or take_up event.",
    ),
    "coats": JsonField(
        (list,),
        "Likewise of each coat on an arm that ever leaves it: `arm:<trip>`, `hand:<trip>:left` or "
        "`hand:<trip>:right`. It changes from one trip to another at the time_s of a swap event from one "
        "place `arm:` to another.",
    ),
    "glass_fog": JsonField(
        (list,),
        "`{pane, instance_id, corner_m, right_m, up_m, opened_s, density, clears_s}` of each pane of a "
        "fridge's door that fogs. t seconds after an opening its share is s = (1 - exp(-t / 1.2)) "
        "exp(-t / clears_s); openings join as 1 - product(1 - s), and density times that, at most 0.95, is "
        "about what the fog hides behind the pane's middle. Pictures suffer, labels do not.",
    ),
    "passing": JsonField(
        (list,),
        "`{kind, from_s, to_s}` of the cloud, vehicle or person that passes outside and takes from the "
        "daylight; none where nothing does. Pictures change, labels do not.",
    ),
    "case_doors": JsonField(
        (list,),
        "`{instance_id, share}` of each glass door of a fridge that is open at some frame: how far in every "
        "frame, 0 (shut) to 1; floor_plan.json says how it hangs.",
    ),
    "door_leaves": JsonField(
        (list,),
        "`{instance_id, share}` of each leaf of a sliding door that is open at some frame, likewise: it is "
        "moved by share times `slides_m` of floor_plan.json.",
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
    "opened_s": JsonField(NUMBER, "When its first trip entered."),
    "closed_s": JsonField((*NUMBER, type(None)), "When its last trip left; null while it is open."),
    "returns": JsonField(
        (str,), '"credited" or "ignored": what becomes of items from earlier visits that are brought back.'
    ),
    "lines": JsonField(
        (list,),
        "`{sku, quantity, unit_price_minor, grams}`, sorted by sku; a credit has a negative quantity. Grams "
        "are those of weighed goods, whose unit price is a kilogram's; of all else 0.",
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
    "tau_max": JsonField(NUMBER, "Largest bound of all frames."),
    "residual_max": JsonField(NUMBER, "Largest residual of all frames."),
    "linear_norm": JsonField(NUMBER, "Largest norm(B) of all frames."),
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
        (list,), "Width (x), depth (y) and height (z) of the box round the room, which begins at the origin."
    ),
    "outline": JsonField(
        (list,),
        "(x, y) of the room's corners, counter-clockwise from the front left one; floor, fixtures, lamps, "
        "cameras and people are within.",
    ),
    "walkable": JsonField(
        (dict,), "`{exterior, holes}`: the floor not covered by fixtures, rings of (x, y)."
    ),
    "fixtures": JsonField(
        (list,),
        "`{name, kind, instance_id, footprint_m, height_m}` of each fixture. Into the slots of a `chest` one "
        "reaches over its rim: only people at least 1.45 m tall whose mobility is none of wheelchair, "
        "carrying and carried have an event there.",
    ),
    "instances": JsonField(
        (list,),
        "`{instance_id, class}` of everything in the masks that is no person, product or bag: what it is, by "
        "the names of Classes; `fire_exit` is the door of one, `exit_sign` what is lit above it; `prop` is "
        "what stands about (`kind` of its fixture says what) and mats.",
    ),
    "doors": JsonField(
        (list,),
        "`{kind, point_m, outward, width_m, opens, leaves}` of each door; `kind` is `entrance`, "
        "`exit`, `both`, or `fire_exit`: that one opens in an evacuation only, and nobody passes a gate at "
        "it. Whoever was not inside from the start enters at most width_m from the point of an open "
        "entrance or both; people exit so near to an open exit or both, and from `evacuate_at_s` on, if "
        "`evacuate`, of `journeys` of the scenario, to any door that is open. `opens` is `hinged` "
        "(pictures show it shut) or `sliding`; "
        "that has two `leaves`, `{instance_id, edge_m, slides_m}`: where the lower edge of each is when "
        "it is shut, and how far it is moved when open.",
    ),
    "openings": JsonField(
        (list,),
        "`{kind, wall, ends_m, sill_m, head_m}` of each opening with glass in it; `kind` is `window`, or "
        "`door` in the front; `wall` is `front`, `right`, `back` or `left`, `ends_m` (x, y) of both "
        "ends in it, as one walks round the room counter-clockwise; `sill_m` and `head_m` are heights.",
    ),
    "case_doors": JsonField(
        (list,),
        "`{instance_id, fixture, hinge_m, along, outward, width_m, swing_rad, handle_m, slots}` of each "
        "glass door of cooled furniture: its axis is upright through `hinge_m`, it reaches from there along "
        "`along` when it is shut, and opens by `swing_rad` about +Z; `slots` of planogram.parquet are behind "
        "it.",
    ),
    "lamps": JsonField((list,), "`{position_m, size_m, color}` of each ceiling lamp."),
    "spots": JsonField(
        (list,),
        "`{position_m, toward, half_angle_rad, color}` of each spotlight: unit vector along its beam, angle "
        "at which half of its light is left.",
    ),
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
        NUMBER, "The picture shows nothing farther off the axis; the coefficients hold up to here."
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
