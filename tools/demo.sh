#!/usr/bin/env bash
# The main job, small: a refined dataset of two scenarios, checked, with its report.
# Usage: demo.sh VENV OUT. A second run finds the dataset whole and only checks it and writes the report again.
set -euo pipefail

shopsynth=$1/bin/shopsynth
out=$2
workers=$(env -u OMP_NUM_THREADS nproc)  # which would take that variable for the number of cores
[ "$workers" -le 4 ] || workers=4

"$shopsynth" generate everyday wrong_shelf -o "$out" --clips 2 --seed 7 --workers "$workers" --resume
"$shopsynth" verify "$out"
"$shopsynth" report "$out" >/dev/null
printf '\nDataset: %s\nReport:  %s\n' "$(realpath "$out")" "$(realpath "$out")/report.html"
