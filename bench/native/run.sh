#!/bin/bash
# What `seep native` costs the program: CPU nanoseconds of a malloc/free pair, best of several runs, plain glibc and, where it is
# installed, heaptrack beside it. Then an XML service (libxml2 through cgo), whole CPU seconds, where the test bed is built.
set -euo pipefail
build=$1
seep=$build/seep
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
here=$(dirname "$0")
g++ -O2 -o "$folder/pairs" "$here/pairs.cc" -pthread

# best RUNS COMMAND...: the smallest of the numbers that a command's last line on stderr is.
best() {
  local runs=$1
  shift
  for ((i = 0; i < runs; i++)); do "$@" 2>&1 >/dev/null | grep -E '^[0-9.]+$' | tail -n 1; done | sort -n | head -n 1
}

pairs=${PAIRS:-10000000}
printf '%-34s %10s %10s\n' "ns of CPU a malloc/free pair" "1 thread" "2 threads"
row() {
  local name=$1
  shift
  printf '%-34s %10s %10s\n' "$name" "$(best 5 "$@" "$folder/pairs" "$pairs" 1)" "$(best 5 "$@" "$folder/pairs" "$pairs" 2)"
}
row "glibc" env
row "seep native, never sampling" "$seep" native --rate 1TiB --
row "seep native, 512 KiB" "$seep" native --
row "seep native, 64 KiB" "$seep" native --rate 64KiB --
if command -v heaptrack >/dev/null; then
  pairs=300000
  row "heaptrack" heaptrack -o "$folder/heaptrack"
fi
