"""The program that says what go/scanner and go/parser make of a file: tests/goscan/oracle/, built with the Go toolchain that
tests/pprof/oracle.py pins, because older ones put semicolons and ends of literals elsewhere."""

import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "pprof"))
import oracle as pinned  # noqa: E402


def find_go():
    go = shutil.which(os.environ.get("GO", "go"))
    if not go:
        raise pinned.NoGo("there is no go in PATH; install golang-go, or name a toolchain with GO=/path/to/go")
    return go


def build(folder):
    """Path of the program, built anew: that takes a second where the toolchain is installed."""
    go = find_go()
    os.makedirs(folder, exist_ok=True)
    fetched = None
    if pinned.run([go, "env", "GOVERSION"], folder).strip() == pinned.VERSION:
        root = pinned.run([go, "env", "GOROOT"], folder).strip()
    else:
        root = fetched = pinned.unpacked_toolchain(go, folder)
    program = os.path.join(folder, "goscan-oracle")
    pinned.run([os.path.join(root, "bin", "go"), "build", "-buildvcs=false", "-trimpath", "-o", program, "."],
               os.path.join(HERE, "oracle"), GOROOT=root)
    if fetched:
        shutil.rmtree(fetched)
    return program
