"""Which files a clip has, in which places an item can be, and who owes it."""

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

PLACES = (
    ("slot:<slot>", "in a slot of the planogram, right or wrong"),
    ("hand:<trip>:left", "in the left hand of a trip; likewise `:right`"),
    ("bag:<trip>", "in the bag of a trip"),
    ("cart:<trip>", "in the trolley that a trip pushes, or the basket on its arm, where it can be seen"),
    ("lone_bag:<trip>", "in the bag that a trip has set down, and that nobody carries"),
    ("pocket:<trip>", "in a pocket or under the coat of a trip"),
    ("arm:<trip>", "in the pockets of the coat that a trip has on the arm"),
    ("floor", "on the floor"),
    ("ledge", "on a level top without products or scale: a counter, the top of a gondola"),
    ("consumed:<trip>", "eaten or drunk by a trip"),
    ("outside", "out of the shop, or not yet in it"),
)

RECEIPT_RULES = """## Who owes an item

- Taking an item off a store place (a slot, the floor, a ledge or a lone bag) puts it on the account of the
  payment of the trip that acts. `people` in clip.json says which payment a trip belongs to.
- Laying it on any store place, right or wrong, takes it off again, and so does setting down the bag that it
  is in (`set_down`); taking a lone bag up (`take_up`) puts all that is in it on the account of who does.
- Handing it over, putting it into somebody else's bag, or swapping bags, or coats on arms (`swap`: two of a
  kind change carriers with all that is in them, an event an item) changes nothing (policy `taker`) or moves
  it to the account of the receiver's payment (`carrier`). Nothing else moves it between accounts: not bagging
  it, not concealing it, not consuming it, not leaving with it. Who lets an item break on the floor owes
  nothing.
- What somebody brings along (`bring`) is theirs: it is on nobody's account, wherever it lies and whoever
  takes it, until it is returned. A `return` makes an item bought on an earlier visit the shop's again: it
  credits its price to the account of whoever returns it (`shoppers.returns` is `credited`) or changes nothing
  (`ignored`). It goes to a slot, or to the hand of one of the staff.
- What one of the staff takes out of a case (`restock`, from outside) or gets back is the shop's and on
  nobody's account until it is taken off a store place.
- A payment's account opens when the first of its trips enters and closes when the last has left (the `exit`
  with item_id -1). What is then on it is billed, and nothing that happens to those items later changes it.
  What was billed is bought: like what people bring along it is on nobody's account from then on, wherever it
  lies and whoever takes it, until it is returned.
- A line costs quantity times unit price. Goods sold by the kilogram (`sold_by` of the catalogue) are weighed
  together: their line costs price times grams / 1000, rounded once to whole minor units, halves up (of a
  credit: its amount is rounded likewise and taken off). Every item of an SKU weighs the same.
- A clip may end with accounts open: their receipts are given as they stand.
"""
