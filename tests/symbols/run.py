#!/usr/bin/env python3
"""Names of addresses in real programs, against those who know: Go's runtime about itself, addr2line about C and C++.

    python3 tests/symbols/run.py --frames build/release/tests/symbols/symbol_frames [--case go.*] [--go go1.22.12]...

--go names more toolchains (GOTOOLCHAIN); the tests use the installed one.
"""
import argparse
import fnmatch
import os
import re
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
# Compiler, flags, and the flags of a twin that addr2line is asked instead: binutils 2.40 does not read DW_FORM_rnglistx,
# which clang writes in DWARF 5. The code of both is the same.
C_VARIANTS = {
    "gcc": ("gcc", ["-O2", "-g"], None),
    "gcc_dwarf3": ("gcc", ["-O2", "-gdwarf-3"], None),
    "gcc_dwarf4": ("gcc", ["-O2", "-gdwarf-4"], None),
    "gcc_zlib": ("gcc", ["-O1", "-g", "-gz"], None),
    "gcc_sections": ("gcc", ["-O2", "-g", "-ffunction-sections", "-Wl,--gc-sections"], None),
    "clang": ("clang-19", ["-O2", "-g"], ["-O2", "-gdwarf-4"]),
    "clang_dwarf4_64": ("clang-19", ["-O2", "-gdwarf-4", "-gdwarf64"], None),
    "clang_zstd": ("clang-19", ["-O2", "-g", "-gz=zstd"], ["-O2", "-gdwarf-4"]),
}


class Failure(Exception):
    pass


class Missing(Exception):
    pass


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode == 77:
        raise Missing("the memory of another process may not be read here")
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
    # While it runs, its memory can be read; it ends with its standard input.
    with subprocess.Popen([binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            return compare_go(frames, binary, process)
        finally:
            process.stdin.close()


def compare_go(frames, binary, process):
    parts, part = {"stack": []}, None
    for line in process.stdout:
        line = line.rstrip("\n")
        if line == "end":
            break
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
    # Of the one function whose name is the first of all the runtime knows no name: found here is better.
    found = [found[pc][0] if found[pc] else None for pc in walk]
    found = [("", *f[1:]) if f and e[0] == "" else f for e, f in zip(walk.values(), found)]
    compare("runtime.FuncForPC", walk, found)
    if len(walk) < 10000 or len({f[0] for f in walk.values()}) < 500:
        raise Failure(f"only {len(walk)} addresses")

    found = frames_of(frames, "stack", binary, walk, bias)
    live = "out of its file and its memory"
    try:
        compare("memory against file", found, list(frames_of(frames, "live", str(process.pid), walk).values()))
    except Missing:
        live = "out of its file alone: the memory of another process may not be read here"

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
    return f"{len(walk)} addresses, {len(parts['stack'])} stacks with {inlined} inlined calls, {live}"


def check_frame_sizes(frames, folder, *_):
    """Against .debug_frame, which says where the return address is for a debugger: 8 bytes below CFA."""
    binary = os.path.join(folder, "symbols.sizes")
    run("go", "build", "-o", binary, ".", cwd=os.path.join(HERE, "go_program"),
        env=dict(os.environ, CGO_ENABLED="0", GOTOOLCHAIN="local", GOFLAGS="-buildvcs=false"))
    expected, rows = {}, []
    for line in run("readelf", "--debug-dump=frames-interp", binary).splitlines() + [" FDE "]:
        row = re.match(r"([0-9a-f]{16}) +rsp\+(\d+) +c-8", line)
        if row:
            rows.append((int(row[1], 16), int(row[2])))
        elif " FDE " in line or " CIE " in line:
            # A row that the next one replaces at once says nothing; the last may stand at the end of the function. Where
            # assembly has taken the return address away there is no frame.
            expected.update((hex(a), str(size - 8) if size >= 8 else "")
                            for (a, size), (b, _) in zip(rows, rows[1:]) if a != b and a > 0)
            rows = []
    found = dict(line.split("\t") for line in run(frames, "sizes", binary, input="\n".join(expected)).splitlines())
    compare("frame sizes", expected, [found[a] for a in expected])
    if len(expected) < 5000 or len(set(expected.values())) < 20:
        raise Failure(f"only {len(expected)} places with {len(set(expected.values()))} sizes")
    return f"{len(expected)} places with {len(set(expected.values()))} sizes"


def build_c(folder, name, compiler, flags):
    binary, source = os.path.join(folder, name), os.path.join(HERE, "c_program")
    if not shutil.which(compiler):
        raise Missing(f"no {compiler}")
    run(compiler, *[f for f in flags if not f.startswith("-Wl,")], "-c", os.path.join(source, "sum.c"), "-o", binary + ".o")
    run(compiler.replace("gcc", "g++").replace("clang", "clang++"), *flags, "-o", binary,
        os.path.join(source, "main.cc"), binary + ".o")
    return binary


def text_section(binary):
    for line in run("readelf", "-SW", binary).splitlines():
        found = re.search(r"\.text +PROGBITS +(\w+) +(\w+) +(\w+)", line)
        if found:
            return int(found[1], 16), int(found[3], 16)
    raise Failure(f"{binary}: no .text")


def addr2line(binary, addresses):
    frames, frame = {}, None
    for line in run("addr2line", "-a", "-f", "-i", "-e", binary, input="\n".join(addresses)).splitlines():
        if re.fullmatch(r"0x[0-9a-f]{16}", line):
            frame = frames.setdefault(hex(int(line, 16)), [])
        elif len(frame) == 0 or len(frame[-1]) == 3:
            frame.append((line,))
        else:
            path, number = re.sub(r" \(discriminator \d+\)$", "", line).rsplit(":", 1)
            frame[-1] += (os.path.normpath(path), number.replace("?", "0"))
    return frames


def same_frames(theirs, ours):
    """Equal, but for the name of a static function where it begins to be inlined: addr2line takes that of the symbol there,
    which is the function around it."""
    if [f[1:] for f in theirs] != [f[1:] for f in ours]:
        return False
    return all(t[0] == o[0] or (i + 1 < len(theirs) and t[0] == theirs[-1][0])
               for i, (t, o) in enumerate(zip(theirs, ours)))


def check_c(frames, folder, variant, _):
    compiler, flags, twin = C_VARIANTS[variant]
    binary = build_c(folder, variant, compiler, flags)
    start, size = text_section(binary)
    addresses = [hex(a) for a in range(start, start + size, 3)]
    theirs = addr2line(build_c(folder, variant + ".twin", compiler, twin) if twin else binary, addresses)
    ours = frames_of(frames, "dwarf", binary, addresses)
    compared = inlined = 0
    for address in addresses:
        # From symbols alone: start-up code without debug information.
        if all(line == "0" for _, _, line in theirs[address]):
            continue
        found = [(name, os.path.normpath(path), line) for name, path, line in ours[address]]
        if not same_frames(theirs[address], found):
            raise Failure(f"{address}\n    addr2line {theirs[address]}\n    found     {found}")
        compared += 1
        inlined += len(found) - 1
    if compared < 500 or inlined < 500:
        raise Failure(f"only {compared} addresses with {inlined} inlined calls")
    return f"{compared} addresses with {inlined} inlined calls"


def all_cases():
    return {**{f"go.{variant}": (check_go, variant) for variant in GO_VARIANTS},
            "go.frame_sizes": (check_frame_sizes, None),
            **{f"c.{variant}": (check_c, variant) for variant in C_VARIANTS}}


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
    failed = ran = 0
    folder = tempfile.mkdtemp(prefix="seep-symbols-")
    try:
        for name, (check, argument) in cases.items():
            if options.case and not any(fnmatch.fnmatch(name, pattern) for pattern in options.case):
                continue
            for toolchain in options.go if options.go and name.startswith("go.") else [""]:
                try:
                    said = check(os.path.abspath(options.frames), folder, argument, toolchain)
                    ran += 1
                    print(f"ok    {name} {toolchain} {said}")
                except Missing as missing:
                    print(f"skip  {name}: {missing}")
                except Failure as failure:
                    failed += 1
                    print(f"FAIL  {name} {toolchain}\n{failure}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0 if ran else 77


if __name__ == "__main__":
    sys.exit(main())
