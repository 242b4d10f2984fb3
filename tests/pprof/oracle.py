#!/usr/bin/env python3
"""The pprof that seep is held against: tests/pprof/oracle.py [BUILD_DIR] prints the path of the built program.

It is cmd/pprof of one pinned Go toolchain, because the output of pprof changes with its version: the layout of the time
line, of -tags, default granularities. A `go` of that very version builds it from its own sources. Any other `go` (Debian 12
has 1.19, which knows no toolchain switch) first fetches that toolchain as a module, whose checksum is pinned here: the
checksum database need not be reachable.
"""

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile

VERSION = "go1.26.8"
PPROF = "github.com/google/pprof v0.0.0-20251114195745-4902fdda35c8"  # vendored in cmd of that toolchain
MODULE = f"golang.org/toolchain@v0.0.1-{VERSION}.linux-amd64"
# As sum.golang.org has it.
SUM = "h1:ZOmGe1OnfREDMIdb1Qi4G9JSuDPBLGExZMQ4nis1RXM="

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class OracleError(Exception):
    """The oracle cannot be built; says what is missing."""


class NoGo(OracleError):
    """There is no Go to build it with."""


def run(command, folder, **variables):
    environment = {**os.environ, "GOTOOLCHAIN": "local", "GOWORK": "off", "GOFLAGS": "", **variables}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OracleError(f"{' '.join(command)} failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def unpacked_toolchain(go, folder):
    """GOROOT of the pinned toolchain, fetched as a module and copied below `folder`: the module cache must stay as it is."""
    with tempfile.TemporaryDirectory() as empty:
        facts = json.loads(run([go, "mod", "download", "-json", MODULE], empty, GONOSUMDB="golang.org/toolchain",
                               GONOSUMCHECK="1", GOSUMDB="off", GO111MODULE="on"))
    if facts.get("Sum") != SUM:
        raise OracleError(f"{MODULE} has the checksum {facts.get('Sum')}, expected {SUM}")
    root = os.path.join(folder, VERSION)
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(facts["Dir"], root)
    # Modules hold neither modes nor the go.mod files of folders within; the newer go commands mend both themselves.
    for parent, folders, files in os.walk(root):
        for name in folders:
            os.chmod(os.path.join(parent, name), 0o755)
        for name in files:
            path = os.path.join(parent, name)
            os.chmod(path, os.stat(path).st_mode | stat.S_IWUSR)
            if name == "_go.mod":
                os.rename(path, os.path.join(parent, "go.mod"))
    for below in ("bin", "pkg/tool"):
        for parent, _, files in os.walk(os.path.join(root, below)):
            for name in files:
                os.chmod(os.path.join(parent, name), 0o755)
    return root


def build(folder):
    """Path of the oracle in `folder`, built if it is not there."""
    program = os.path.join(folder, f"pprof-{VERSION}")
    if os.path.exists(program):
        return program
    go = shutil.which(os.environ.get("GO", "go"))
    if not go:
        raise NoGo("there is no go in PATH; install golang-go, or name a toolchain with GO=/path/to/go")
    os.makedirs(folder, exist_ok=True)
    fetched = None
    if run([go, "env", "GOVERSION"], folder).strip() == VERSION:
        root = run([go, "env", "GOROOT"], folder).strip()
    else:
        root = fetched = unpacked_toolchain(go, folder)
    new = program + ".new"
    run([os.path.join(root, "bin", "go"), "build", "-buildvcs=false", "-trimpath", "-o", new, "cmd/pprof"],
        os.path.join(root, "src"), GOROOT=root)
    os.rename(new, program)
    if fetched:
        shutil.rmtree(fetched)  # 250 MB, needed no more
    return program


if __name__ == "__main__":
    try:
        print(build(sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "build", "oracle")))
    except OracleError as error:
        sys.exit(f"oracle.py: {error}")
