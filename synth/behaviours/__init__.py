"""What people do in the shop: choosing, and the behaviours it is made of."""

from synth.behaviours.choosing import Behaviours
from synth.behaviours.steps import make_people, make_steps

__all__ = ["Behaviours", "make_people", "make_steps"]
