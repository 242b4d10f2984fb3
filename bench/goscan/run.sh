#!/usr/bin/env bash
# Lexes and parses the standard library with seep, go/scanner, go/parser and gofmt: run.sh [BUILD_DIR] [RUNS]
# BUILD_DIR is configured with -DSEEP_BENCH=ON -DCMAKE_BUILD_TYPE=Release. CPU time on one core, best of RUNS.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=${1:-$here/../../build/bench}
runs=${2:-3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

bench=$build/bench/goscan_bench
[ -x "$bench" ] || { echo "no $bench: configure with -DSEEP_BENCH=ON and build goscan_bench" >&2; exit 1; }
find "$(go env GOROOT)/src" -name '*.go' -type f -not -path '*/testdata/*' > "$work/list"
(cd "$here/peers" && go build -o "$work/peers" .)

"$bench" "$work/list" "$runs"
GOMAXPROCS=1 "$work/peers" "$work/list" "$runs"
TIMEFORMAT=$'gofmt -l\t%U s user\t%S s system'
time xargs env GOMAXPROCS=1 gofmt -l < "$work/list" > "$work/out"
