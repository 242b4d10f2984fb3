#!/bin/sh
# Builds the test bed's programs into build/testbed (or $1): testbed-std, and where their needs are met testbed-deps
# (modules from the proxy) and testbed-cgo (libxml2). A module that cannot be built is an error unless TESTBED is set to
# the list of those wanted: TESTBED="std" testbed/build.sh.
#   GO=/path/to/go   the toolchain (default: go)      GOFLAGS is respected.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
out=${1:-$here/../build/testbed}
go=${GO:-go}
mkdir -p "$out"
out=$(CDPATH= cd -- "$out" && pwd)
export GOTOOLCHAIN="${GOTOOLCHAIN:-local}"
for module in ${TESTBED:-std deps cgo}; do
  echo "testbed: $module with $("$go" version)" >&2
  (cd "$here/$module" && "$go" build -o "$out/" "./cmd/testbed-$module")
done
