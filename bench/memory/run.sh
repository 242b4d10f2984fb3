#!/bin/sh
# What `seep memory` costs: run.sh [BUILD_DIR]   default: build/release. Builds the test bed's C services where they are missing.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
build=${1:-$root/build/release}
[ -x "$build/seep" ] || { echo "run.sh: no $build/seep; build it first" >&2; exit 1; }
[ -x "$root/build/testbed/testbed-cgo" ] || TESTBED=cgo sh "$root/testbed/build.sh" "$root/build/testbed"
exec python3 "$root/bench/memory/measure.py" --seep "$build/seep" --testbed "$root/build/testbed"
