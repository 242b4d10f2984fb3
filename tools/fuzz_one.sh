#!/bin/sh
# Runs one fuzz target for some seconds and says on one line what became of it: tools/fuzz_one.sh TARGET SECONDS
# Seeds come from tests/corpus/<target without _fuzz>/, new inputs go to build/fuzz/corpus/, crashes to build/fuzz/crashes/.
set -u
target=$1 seconds=$2
name=${target%_fuzz}
log=build/fuzz/logs/$target.log
found=build/fuzz/corpus/$name
seeds=tests/corpus/$name
mkdir -p "$found" build/fuzz/logs build/fuzz/crashes
[ -d "$seeds" ] || seeds=""
# 25 s and 2 GiB for one input: a parser that needs more than that of a small input is broken.
# shellcheck disable=SC2086
"build/fuzz/$target" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=2048 -print_final_stats=1 \
  -artifact_prefix="build/fuzz/crashes/$name-" "$found" $seeds >"$log" 2>&1
status=$?
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
if [ $status -eq 0 ]; then
  printf '%-28s ok      %10s runs %8s/s %6s edges\n' "$target" "${runs:-?}" "${rate:-?}" "${edges:-?}"
else
  printf '%-28s FAILED  exit %d, log %s\n' "$target" $status "$log"
  tail -n 40 "$log"
  exit 1
fi
