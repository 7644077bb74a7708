"""The limits that a refined frame keeps, in the one place where they are written.

The refiner is built to keep them and its gate refuses a frame that does not (gan/form.py,
gan/certificate.py); `shopsynth verify` holds every certificate against them again. docs/certificate.md says
what follows from them.
"""

# Largest bound on a change of contrast between neighbouring pixels; black against white is 1.
TAU_MAX = 0.20
# Largest residual of any pixel and channel, and how near to an instance's edge there is none at all.
RESIDUAL_MAX = 8.0 / 255.0
EDGE_MARGIN_PX = 3
# Largest spectral norm of B, the change of a pixel's colours among each other.
LINEAR_NORM_MAX = 0.35
# float32 arithmetic on numbers below 4: a few units in the last place each.
ARITHMETIC_SLACK = 2e-5
