"""The sensors beside cameras' pictures and scales: camera clocks and links, gates, doors.

    clocks.py     when each camera says that it took each frame, and which frames never arrive
    gates.py      what the gates log: the payment shown and how many people they believe passed
    doors.py      when the doors are open, and what their contacts report

In: the scenario, the store, the simulation. Out: tables of schema FRAMES, GATES and DOORS, in which what was
sensed stands beside the truth (`time_s`, `true_...`) and never replaces it.
"""

from synth.sensors.clocks import FrameClock, Link, make_clocks, make_frames_table
from synth.sensors.doors import find_openings, record_doors
from synth.sensors.gates import record_gates

__all__ = [
    "FrameClock",
    "Link",
    "find_openings",
    "make_clocks",
    "make_frames_table",
    "record_doors",
    "record_gates",
]
