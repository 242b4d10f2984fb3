#!/bin/sh
# Builds the test bed's programs into build/testbed (or the folder named as $1): testbed-std, testbed-deps (modules from
# the Go proxy) and testbed-cgo (libxml2); each also in a -silent form, as many services are deployed: stripped, and
# without net/http/pprof. One that cannot be built does not keep the others from being built, but makes
# the exit status 1.
#   GO=/path/to/go       the toolchain (default: go from PATH), 1.19 or newer
#   TESTBED="std cgo"    only these modules
#   GOFLAGS              is respected
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
out=${1:-$here/../build/testbed}
go=${GO:-go}
mkdir -p "$out"
out=$(CDPATH= cd -- "$out" && pwd)
command -v "$go" >/dev/null || { echo "testbed: there is no $go; GO=/path/to/go names the toolchain" >&2; exit 1; }
# Never another toolchain than the one asked for, and no version control stamp: a copied folder builds as well as a clone.
export GOTOOLCHAIN="${GOTOOLCHAIN:-local}"
status=0
build() { # MODULE NAME [FLAGS...]
  module=$1 name=$2
  shift 2
  if (cd "$here/$module" && "$go" build -buildvcs=false "$@" -o "$out/$name" "./cmd/testbed-$module"); then
    echo "testbed: $out/$name, $("$go" version)" >&2
  else
    echo "testbed: $name could not be built" >&2
    status=1
  fi
}
for module in ${TESTBED:-std deps cgo}; do
  build "$module" "testbed-$module"
  build "$module" "testbed-$module-silent" -tags silent '-ldflags=-s -w'
done
exit $status
