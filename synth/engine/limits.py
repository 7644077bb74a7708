"""The largest numbers that a run may be asked for.

Checked by the command line and by `synth.engine.plan.make_plan` before any work begins. Needs no other
module, so that the command line's help stays instant.
"""

# Seeds and indices go into int64 and int32 columns of index.parquet.
LARGEST_SEED = 2**63 - 1
LARGEST_INDEX = 2**31 - 1
# Some terabytes. More clips than this are better made as several datasets, each with a `first` of its own.
MOST_CLIPS = 1_000_000
