#!/usr/bin/env python3
"""Names of addresses in real programs, against those who know: Go's runtime about itself, addr2line about C and C++.

    python3 tests/symbols/run.py --frames build/release/tests/symbols/symbol_frames [--case go.*] [--go go1.22.12]...

--go names more toolchains (GOTOOLCHAIN); the tests use the installed one.
"""
import argparse
import fnmatch
import os
import shutil
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
GO_VARIANTS = {
    "plain": [],
    "stripped": ["-ldflags=-s -w"],
    "pie": ["-buildmode=pie"],
    "pie_stripped": ["-buildmode=pie", "-ldflags=-s -w"],
    "cgo_pie_stripped": ["-buildmode=pie", "-ldflags=-s -w -linkmode=external"],
}


class Failure(Exception):
    pass


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise Failure(f"{' '.join(command)}: exit status {done.returncode}\n{done.stderr}")
    return done.stdout


def first_address(path):
    """Where the first loaded segment is linked to."""
    with open(path, "rb") as file:
        data = file.read(1 << 16)
    offset, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    for i in range(count):
        kind, _, start, address = struct.unpack_from("<IIQQ", data, offset + size * i)
        if kind == 1:
            return (address - start) & ~4095
    raise Failure(f"{path}: no segment is loaded")


def frames_of(frames, mode, binary, addresses, *more):
    """{address: [(function, file, line), ...]}, innermost first."""
    found = {}
    for line in run(frames, mode, binary, *more, input="\n".join(addresses)).splitlines():
        address, *frame = line.split("\t")
        found.setdefault(address, []).extend([tuple(frame)] if frame else [])
    return found


def compare(what, expected, found):
    wrong = [(a, e, f) for a, e, f in zip(expected, expected.values(), found) if e != f]
    if wrong:
        text = "\n".join(f"  {a}\n    expected {e}\n    found    {f}" for a, e, f in wrong[:5])
        raise Failure(f"{what}: {len(wrong)} of {len(expected)} differ\n{text}")


def check_go(frames, folder, variant, toolchain):
    binary = os.path.join(folder, f"symbols.{toolchain or 'go'}.{variant}")
    env = dict(os.environ, CGO_ENABLED="1" if "cgo" in variant else "0", GOTOOLCHAIN=toolchain or "local",
               GOFLAGS="-buildvcs=false")
    run("go", "build", *GO_VARIANTS[variant], "-o", binary, ".", cwd=os.path.join(HERE, "go_program"), env=env)
    parts, part = {"stack": []}, None
    for line in run(binary).splitlines():
        if line == "stack":
            part = []
            parts["stack"].append(part)
        elif line in ("walk", "maps"):
            part = parts.setdefault(line, [])
        else:
            part.append(line.split("\t") if "\t" in line else line)
    start = next(int(line.split("-")[0], 16) for line in parts["maps"] if os.path.realpath(binary) in line)
    bias = hex(start - first_address(binary))

    walk = {pc: tuple(frame) for pc, *frame in parts["walk"]}
    found = frames_of(frames, "go", binary, walk, bias)
    compare("runtime.FuncForPC", walk, [found[pc][0] if found[pc] else None for pc in walk])
    if len(walk) < 10000 or len({f[0] for f in walk.values()}) < 500:
        raise Failure(f"only {len(walk)} addresses")

    inlined = 0
    for stack in parts["stack"]:
        # What is logged is the address of each call; the callers of an inlined call have no address of their own.
        found = frames_of(frames, "stack", binary, [hex(int(pc, 16)) for pc, *_ in stack], bias)
        i = 0
        while i < len(stack):
            ours = found[hex(int(stack[i][0], 16))]
            theirs = [tuple(frame) for _, *frame in stack[i:i + len(ours)]]
            if ours != theirs:
                raise Failure(f"stack, frame {i}:\n    expected {theirs}\n    found    {ours}")
            inlined += len(ours) - 1
            i += len(ours)
    if inlined < 3 * len(parts["stack"]):
        raise Failure(f"only {inlined} inlined calls in {len(parts['stack'])} stacks")
    return f"{len(walk)} addresses, {len(parts['stack'])} stacks with {inlined} inlined calls"


def all_cases():
    return {f"go.{variant}": (check_go, variant) for variant in GO_VARIANTS}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames")
    parser.add_argument("--case", action="append", default=[])
    parser.add_argument("--go", action="append", default=[])
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    cases = all_cases()
    if options.list:
        print("\n".join(cases))
        return 0
    failed = 0
    folder = tempfile.mkdtemp(prefix="seep-symbols-")
    try:
        for name, (check, argument) in cases.items():
            if options.case and not any(fnmatch.fnmatch(name, pattern) for pattern in options.case):
                continue
            for toolchain in options.go or [""]:
                try:
                    said = check(os.path.abspath(options.frames), folder, argument, toolchain)
                    print(f"ok    {name} {toolchain} {said}")
                except Failure as failure:
                    failed += 1
                    print(f"FAIL  {name} {toolchain}\n{failure}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
