#!/usr/bin/env bash
# Run the tests on at most four cores. Usage: test.sh VENV [pytest arguments].
set -euo pipefail

venv=$1
shift
workers=$(env -u OMP_NUM_THREADS nproc)  # which would take that variable for the number of cores
[ "$workers" -le 4 ] || workers=4
# One thread each: the workers fill the cores, and more threads would only contend. A file goes to one worker,
# so that what its tests share is made once; in the order of tests/conftest.py, long files first.
export OMP_NUM_THREADS=1 LP_NUM_THREADS=0
exec "$venv/bin/python" -m pytest -q -n "$workers" --dist loadfile --no-loadscope-reorder "$@"
