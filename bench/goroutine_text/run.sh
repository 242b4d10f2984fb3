#!/usr/bin/env bash
# Parses one goroutine dump with seep and with two Go libraries and prints a table: run.sh [BUILD_DIR] [GOROUTINES]
# BUILD_DIR is configured with -DSEEP_BENCH=ON -DCMAKE_BUILD_TYPE=Release. Times are CPU time, best of some runs; the first run
# of seep also pays for touching its memory. panicparse gets 2,000 goroutines, for patience.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=${1:-$here/../../build/release}
goroutines=${2:-1000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

bench=$build/bench/goroutine_text_bench
[ -x "$bench" ] || { echo "no $bench: configure with -DSEEP_BENCH=ON and build goroutine_text_bench" >&2; exit 1; }
(cd "$here/peers" && go build -o "$work/peers" .)

"$bench" write "$work/big" "$goroutines"
"$bench" write "$work/small" 2000
sed 's/^/2026-01-02T03:04:05Z app[12]: /' "$work/big" > "$work/prefixed"
{
  "$bench" read "$work/big" 5
  "$bench" read "$work/prefixed" 3 | sed 's/^seep/seep, log prefix/'
  rm "$work/prefixed"
  "$work/peers" gostackparse "$work/big" 3
  "$bench" read "$work/small" 20 | sed 's/^seep/seep, small/'
  "$work/peers" panicparse "$work/small" 3
} | awk -F'\t' '
  { split($7, speed, " "); if ($1 == "seep") base = speed[1]; if ($1 == "seep, small") small = speed[1]
    reference = $1 ~ /panicparse|small/ ? small : base
    printf "%-18s %10s %20s %14s %10s %12s %14s   seep is %.1f x\n", $1, $2, $3, substr($5, 7), substr($6, 6), $7, $8, reference / speed[1] }
  BEGIN { printf "%-18s %10s %20s %14s %10s %12s %14s\n", "parser", "text", "", "first run", "best run", "speed", "memory" }'
