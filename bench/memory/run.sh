#!/bin/sh
# What `seep memory` costs: bench/memory/run.sh [SEEP [TESTBED]]. Needs the release build and testbed/build.sh.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
exec python3 "$root/bench/memory/measure.py" --seep "${1:-$root/build/release/seep}" --testbed "${2:-$root/build/testbed}"
