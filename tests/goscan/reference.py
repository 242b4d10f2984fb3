"""Go's own opinion of Go source: the pinned toolchain of tests/pprof/oracle.py, and the program oracle/ built with it. Older
toolchains put semicolons and ends of literals elsewhere, and cannot fetch newer modules."""

import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "pprof"))
import oracle as pinned  # noqa: E402


def toolchain(folder):
    """GOROOT of the pinned toolchain: the installed one, or fetched below `folder`."""
    go = shutil.which(os.environ.get("GO", "go"))
    if not go:
        raise pinned.NoGo("there is no go in PATH; install golang-go, or name a toolchain with GO=/path/to/go")
    if pinned.run([go, "env", "GOVERSION"], folder).strip() == pinned.VERSION:
        return pinned.run([go, "env", "GOROOT"], folder).strip()
    return pinned.unpacked_toolchain(go, folder)


def go(root, folder, *arguments, **variables):
    return pinned.run([os.path.join(root, "bin", "go"), *arguments], folder, GOROOT=root, **variables)


def build(root, folder):
    """Path of the program that says what go/scanner and go/parser make of a file."""
    program = os.path.join(folder, "goscan-oracle")
    go(root, os.path.join(HERE, "oracle"), "build", "-buildvcs=false", "-trimpath", "-o", program, ".")
    return program
