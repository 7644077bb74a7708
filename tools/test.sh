#!/usr/bin/env bash
# Run the tests on at most four cores. Usage: test.sh VENV [pytest arguments].
set -euo pipefail

venv=$1
shift
workers=$(nproc)
[ "$workers" -le 4 ] || workers=4
# One thread each: the workers fill the cores, and more threads would only contend.
export OMP_NUM_THREADS=1 LP_NUM_THREADS=0
exec "$venv/bin/python" -m pytest -q -n "$workers" "$@"
