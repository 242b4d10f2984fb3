#!/bin/sh
# Reads a Go process from outside with seep, Delve and gdb: run.sh [BUILD_DIR] [GOROUTINES...]   default: build/release 100000 1000000
# Delve and gdb get 10,000 and 100,000 of them, for patience.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
build=${1:-$here/../../build/release}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- 100000 1000000
[ -x "$build/seep" ] || { echo "run.sh: no $build/seep; build it first" >&2; exit 1; }
exec python3 "$here/measure.py" --seep "$build/seep" "$@"
