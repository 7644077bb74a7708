#!/usr/bin/env bash
# Write requirements.lock from what VENV holds, after a deliberate upgrade there. Usage: write_lock.sh VENV > requirements.lock
set -euo pipefail
cat <<'HEAD'
# Every package of the environment that `make` builds, for Python 3.11 to 3.13 on Linux. Complete, so it is installed with
# --no-deps; left out on purpose: PySide6 and VTK (1.2 GB), which jupedsim asks for and only its viewer uses.
# Written by tools/write_lock.sh.
HEAD
"$1/bin/pip" freeze --all --exclude-editable 2>/dev/null | grep -v -i -E '^(pip|shopsynth|openvino-telemetry)(==| @)' | sed 's/+cpu$//'
