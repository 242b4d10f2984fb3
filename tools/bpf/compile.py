#!/usr/bin/env python3
"""Compiles src/capture/ebpf/allocations.bpf.c for the kernel and writes its instructions to allocations_program.inc.

    python3 tools/bpf/compile.py [--check]

Needs clang (19, or the one that CLANG names). The .inc lies in the repository, so that building seep needs no BPF
compiler; --check says whether it is what the source becomes (tests/house runs it where clang is).
"""

import argparse
import os
import shutil
import struct
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, "src/capture/ebpf")
OUT = os.path.join(FOLDER, "allocations_program.inc")
INCLUDES = ["/usr/include/x86_64-linux-gnu", "/usr/include/aarch64-linux-gnu"]
PER_LINE = 5


def sections(elf):
    """{name: content} of a 64-bit little-endian ELF file (elf(5)); relocations are refused, for the loader knows none."""
    (at,) = struct.unpack_from("<Q", elf, 0x28)
    size, count, names = struct.unpack_from("<HHH", elf, 0x3A)
    headers = [struct.unpack_from("<IIQQQQ", elf, at + i * size) for i in range(count)]
    name_at = headers[names][4]
    out = {}
    for name, kind, _, _, offset, length in headers:
        text = elf[name_at + name : elf.index(b"\0", name_at + name)].decode()
        if kind in (4, 9):
            sys.exit(f"{text}: the program has relocations; the loader knows none")
        out[text] = elf[offset : offset + length]
    return out


def compiled(clang):
    with tempfile.TemporaryDirectory() as folder:
        target = os.path.join(folder, "program.o")
        subprocess.run([clang, "-target", "bpf", "-O2", "-Wall", "-Wextra", "-Werror", *(f"-I{i}" for i in INCLUDES), f"-I{ROOT}/src", "-c",
                        os.path.join(FOLDER, "allocations.bpf.c"), "-o", target], check=True)  # fmt: skip
        with open(target, "rb") as f:
            return sections(f.read())


def text_of(parts):
    lines = ["// Made by tools/bpf/compile.py of allocations.bpf.c: BPF instructions, eight bytes each."]
    for name, constant in (("bpf/allocate", "kAllocateProgram"), ("bpf/release", "kReleaseProgram")):
        words = struct.unpack(f"<{len(parts[name]) // 8}Q", parts[name])
        lines.append(f"constexpr uint64_t {constant}[] = {{")
        for i in range(0, len(words), PER_LINE):
            lines.append("    " + " ".join(f"0x{word:016x}," for word in words[i : i + PER_LINE]))
        lines.append("};")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    clang = os.environ.get("CLANG") or shutil.which("clang-19")
    if clang is None:
        print("clang-19 is not installed: not checked")
        return 0 if arguments.check else 1
    text = text_of(compiled(clang))
    if not arguments.check:
        with open(OUT, "w") as f:
            f.write(text)
        return 0
    with open(OUT) as f:
        if f.read() == text:
            return 0
    print("src/capture/ebpf/allocations_program.inc is not what allocations.bpf.c becomes: python3 tools/bpf/compile.py")
    return 1


if __name__ == "__main__":
    sys.exit(main())
