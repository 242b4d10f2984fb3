#!/bin/bash
# What `seep native` costs a program, beside plain glibc, heaptrack, jemalloc and tcmalloc with and without their own sampling
# (each where it is installed): run.sh [BUILD]. All times are CPU time, the best of RUNS (default 5), for the machine may be busy.
set -euo pipefail
build=${1:-build/release}
seep=$build/seep
runs=${RUNS:-5}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
here=$(dirname "$0")
g++ -O2 -o "$folder/pairs" "$here/pairs.cc" -pthread
g++ -O2 -o "$folder/samples" "$here/samples.cc"
library() { ls /usr/lib/*/"$1" 2>/dev/null | head -n 1; }
jemalloc=$(library libjemalloc.so.2) tcmalloc=$(library libtcmalloc.so.4)

# best COMMAND...: of the last lines on stderr that are numbers, the one with the smallest first number. Empty where none came.
best() {
  for ((i = 0; i < runs; i++)); do "$@" 2>&1 >/dev/null | grep -E '^[0-9. ]+$' | tail -n 1 || true; done | sort -n | head -n 1
}
# table PRINT: calls PRINT NAME COMMAND-PREFIX... for each way to run a program; heaptrack, being slow, last.
table() {
  local print=$1
  $print "glibc" env
  $print "seep native, never sampling" "$seep" native --rate 1TiB --
  $print "seep native, 512 KiB" "$seep" native --
  $print "seep native, 64 KiB" "$seep" native --rate 64KiB --
  if [ -n "$jemalloc" ]; then
    $print "jemalloc" env LD_PRELOAD="$jemalloc"
    $print "jemalloc, prof at 512 KiB" env LD_PRELOAD="$jemalloc" MALLOC_CONF=prof:true,lg_prof_sample:19
  fi
  if [ -n "$tcmalloc" ]; then
    $print "tcmalloc" env LD_PRELOAD="$tcmalloc"
    $print "tcmalloc, sampling at 512 KiB" env LD_PRELOAD="$tcmalloc" TCMALLOC_SAMPLE_PARAMETER=524288
  fi
  if command -v heaptrack >/dev/null; then runs=2 PAIRS=300000 $print "heaptrack" heaptrack -o "$folder/heaptrack"; fi
}

pairs_row() {
  local name=$1 pairs=${PAIRS:-10000000}
  shift
  printf '%-34s %10s %10s\n' "$name" "$(best "$@" "$folder/pairs" "$pairs" 1)" "$(best "$@" "$folder/pairs" "$pairs" 2)"
}
printf '%-34s %10s %10s\n' "ns of CPU a malloc/free pair" "1 thread" "2 threads"
table pairs_row

if command -v go >/dev/null && pkg-config --exists libxml-2.0; then
  (cd "$here/documents" && CGO_ENABLED=1 go build -buildvcs=false -o "$folder/documents" .)
  documents_row() {
    local name=$1
    shift
    printf '%-34s %10s\n' "$name" "$(best "$@" "$folder/documents" "${DOCUMENTS:-20000}")"
  }
  printf '\n%-34s %10s\n' "CPU seconds, libxml2 under Go" "$((2 * ${DOCUMENTS:-20000}))"
  table documents_row
fi

# Everything is sampled at a distance of one byte: what a sample takes beyond the allocation, and the memory of 100,000 live ones.
blocks=100000
read -r plain plain_kb < <(best env "$folder/samples" $blocks 64 8)
printf '\n%-34s %10s %10s\n' "a sample, calls deep" "ns" "MB"
for depth in 2 8 32 100; do
  read -r plain plain_kb < <(best env "$folder/samples" $blocks 64 $depth)
  read -r with with_kb < <(best "$seep" native --rate 1 -- "$folder/samples" $blocks 64 $depth)
  printf '%-34s %10d %10s\n' "$depth" $((with - plain)) "$(awk "BEGIN { printf \"%.1f\", ($with_kb - $plain_kb) / 1024 }")"
done
