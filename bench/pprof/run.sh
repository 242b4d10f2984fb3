#!/bin/sh
# Reads the same heap profiles with seep and with go tool pprof -top, and prints the ratios.
#   bench/pprof/run.sh [BUILD_DIR] [STACKS...]      default: build/release 100000
# A million stacks take go tool pprof two minutes and 3 GB.
set -eu
build=${1:-build/release}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- 100000
bench=$build/bench/pprof_bench
[ -x "$bench" ] || bench=$build/pprof_bench
[ -x "$bench" ] || {
  echo "run.sh: no pprof_bench in $build; configure with -DSEEP_BENCH=ON and build it" >&2
  exit 1
}
go=$(command -v go || true)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for stacks in "$@"; do
  profile=$work/heap-$stacks.pb.gz
  "$bench" --write "$stacks" "$profile"
  ours=$("$bench" --read "$profile")
  echo "$ours" | sed "s|^[^:]*|seep, $stacks stacks|"
  [ -n "$go" ] || {
    echo "go tool pprof: not measured, no go in PATH"
    continue
  }
  # Children's CPU time and peak memory, without depending on /usr/bin/time.
  python3 - "$go" "$profile" "$ours" <<'PY'
import re, resource, subprocess, sys
go, profile, ours = sys.argv[1:]
subprocess.run([go, "tool", "pprof", "-top", profile], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = used.ru_utime + used.ru_stime
peak = used.ru_maxrss / 1024
match = re.search(r"unpacked in ([\d.]+) ms, read in ([\d.]+) ms .*peak (\d+) MB", ours)
seep_cpu = (float(match[1]) + float(match[2])) / 1000
print(f"go tool pprof -top: {cpu:.1f} s CPU, peak {peak:.0f} MB")
print(f"ratio: {cpu / seep_cpu:.0f} times the CPU time, {peak / float(match[3]):.1f} times the memory "
      "(pprof also builds and prints its report)")
PY
done
