#!/usr/bin/env bash
# Make the environment: system libraries, virtual environment, locked packages, this package.
# Usage: setup.sh VENV. Safe to run again; leaves VENV/.complete when all is well.
set -euo pipefail

venv=$1
here=$(cd "$(dirname "$0")/.." && pwd)
say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

find_python() {
  local name
  for name in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
    "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && { echo "$name"; return; }
  done
  die "Python 3.11, 3.12 or 3.13 is needed and none was found. Install one, e.g. apt-get install python3 python3-venv"
}

# Debian and Ubuntu split the pieces over packages; name exactly those that are missing.
missing_packages() {
  "$python" -c 'import ensurepip, venv' 2>/dev/null || echo "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
  "$python" - <<'PY'
import ctypes
for library, package in (("libEGL.so.1", "libegl1"), ("libGL.so.1", "libgl1"), ("libXrender.so.1", "libxrender1")):
    try:
        ctypes.CDLL(library)
    except OSError:
        print(package)
PY
}

install_system() {
  local packages command
  packages=$(missing_packages | tr '\n' ' ')
  [ -n "${packages// /}" ] || return 0
  # shellcheck disable=SC2086  # one word a package
  set -- $packages
  command="apt-get install --no-install-recommends $*"
  command -v apt-get >/dev/null 2>&1 || die "system packages are missing: $*. Install them with your system's package manager."
  [ "$(id -u)" = 0 ] || die "system packages are missing. Run:  sudo $command"
  say "Installing system packages: $*"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null ||
    die "apt-get failed. Try by hand:  $command"
}

# The CPU build is a tenth of the CUDA build. It is on PyTorch's own wheel index; where pip is not told of it
# (PIP_EXTRA_INDEX_URL or PIP_FIND_LINKS), the build of the default index is taken, whichever it is.
install_torch() {
  local version
  version=$(sed -n 's/^torch==//p' "$here/requirements.lock")
  if ! command -v nvidia-smi >/dev/null 2>&1 && "$pip" install -q --no-deps "torch==$version+cpu" 2>/dev/null; then
    return 0
  fi
  say "Installing torch $version from the default index (set PIP_EXTRA_INDEX_URL to PyTorch's CPU index for a small download)"
  "$pip" install -q "torch==$version"
}

python=$(find_python)
install_system
[ -x "$venv/bin/python" ] && "$venv/bin/python" -c '' 2>/dev/null || {
  say "Creating $venv with $("$python" --version)"
  "$python" -m venv --clear "$venv"
}
pip=$venv/bin/pip
export PIP_DISABLE_PIP_VERSION_CHECK=1
say "Installing the locked packages (a few minutes the first time)"
install_torch
# The lock is complete, so nothing is resolved: this also leaves out the viewer that jupedsim asks for (1.2 GB).
grep -v '^torch==' "$here/requirements.lock" | "$pip" install -q --no-deps -r /dev/stdin
"$pip" install -q --no-deps --no-build-isolation -e "$here"
touch "$venv/.complete"
