"""The shelf scales: loads from the ledger's events, readings with everything that blurs them, and faults.

footprints.py  which plates are under packs, and what share of each
loads.py       what rests on each plate, exact
answers.py     how plates follow their loads: they swing, creep, and have play
effects.py     crosstalk, hands that press, steps of people near by, warmth
noise.py       white noise, shaking and drift
faults.py      stuck, dead, noisy and swapped plates, late clocks, lost messages
readings.py    `simulate_scales` puts them together
"""

from synth.scales.answers import step_response
from synth.scales.footprints import share_among_plates
from synth.scales.loads import compute_load_steps
from synth.scales.readings import simulate_scales

__all__ = ["compute_load_steps", "share_among_plates", "simulate_scales", "step_response"]
