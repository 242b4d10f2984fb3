#!/bin/sh
# Builds programs that no one here wrote into build/testbed/others (or the folder named as $1): seep's account of memory
# must close on them, too. A message broker and an exporter of Prometheus, from the Go module proxy.
#   GO=/path/to/go       the toolchain (default: go from PATH)
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
out=${1:-$here/../build/testbed}/others
go=${GO:-go}
command -v "$go" >/dev/null || { echo "testbed: there is no $go; GO=/path/to/go names the toolchain" >&2; exit 1; }
mkdir -p "$out"
GOBIN=$(CDPATH= cd -- "$out" && pwd)
export GOBIN GOTOOLCHAIN="${GOTOOLCHAIN:-local}"
status=0
fetch() { # PACKAGE@VERSION NAME
  # The source too: a diagnosis is held against it.
  if [ -x "$GOBIN/$2" ] && [ -d "$("$go" env GOMODCACHE)/$1" ]; then return; fi
  if "$go" install -buildvcs=false "$1"; then
    built=$(basename "${1%@*}")
    case $built in v[0-9]*) built=$(basename "$(dirname "${1%@*}")") ;; esac
    [ "$built" = "$2" ] || mv "$GOBIN/$built" "$GOBIN/$2"
    echo "testbed: $GOBIN/$2" >&2
  else
    echo "testbed: $2 could not be built" >&2
    status=1
  fi
}
fetch github.com/nats-io/nats-server/v2@v2.9.15 nats-server
fetch github.com/prometheus/node_exporter@v1.6.1 node_exporter
exit $status
