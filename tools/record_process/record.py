#!/usr/bin/env python3
"""Makes the recorded process that tests and the fuzzer of src/runtime read: tools/record_process/record.py OUT.core.gz

Builds the program beside this file stripped, takes a core file of it with gcore (package gdb), and writes a smaller core
file: pages that are zero are left out, and of the code all but the functions that seep looks at. What the core file leaves
to the executable is put in, so that it stands alone. Packed with gzip.
"""

import gzip
import os
import struct
import subprocess
import sys
import tempfile
import time

PAGE = 4096
FAR = 256 << 10
READ_FUNCTIONS = ("runtime.profilealloc", "runtime.allocmcache", "runtime.gcStart", "runtime.gcMarkTermination")
HERE = os.path.dirname(os.path.abspath(__file__))


def build(folder):
    for name, flags in (("recorded", ["-ldflags=-s -w"]), ("with_symbols", [])):
        subprocess.run(["go", "build", "-trimpath", *flags, "-o", f"{folder}/{name}", "."], cwd=HERE, check=True)
    names = subprocess.run(["go", "tool", "nm", "-size", f"{folder}/with_symbols"], capture_output=True, text=True,
                           check=True).stdout
    kept = set()
    for line in names.splitlines():
        address, size, _, name = (line.split() + ["", "", "", ""])[:4]
        if name in READ_FUNCTIONS:
            kept.update(range(int(address, 16) // PAGE, (int(address, 16) + int(size)) // PAGE + 1))
    return f"{folder}/recorded", kept


def take_core(program, folder):
    process = subprocess.Popen([program], stderr=subprocess.PIPE, env={**os.environ, "GOMAXPROCS": "1"})
    try:
        process.stderr.readline()  # it is ready
        time.sleep(0.2)
        subprocess.run(["gcore", "-o", f"{folder}/core", str(process.pid)], capture_output=True, check=True)
    finally:
        process.kill()
        process.wait()
    return f"{folder}/core.{process.pid}"


def headers(core):
    offset, = struct.unpack_from("<Q", core, 32)
    count, = struct.unpack_from("<H", core, 56)
    return [struct.unpack_from("<IIQQQQQQ", core, offset + 56 * i) for i in range(count)]


def file_mappings(notes):
    """(begin, end, offset) of NT_FILE."""
    at = 0
    while at < len(notes):
        owner, size, kind = struct.unpack_from("<III", notes, at)
        content = at + 12 + (owner + 3) // 4 * 4
        if kind == 0x46494C45:
            count, page = struct.unpack_from("<QQ", notes, content)
            for i in range(count):
                begin, end, offset = struct.unpack_from("<QQQ", notes, content + 16 + 24 * i)
                yield begin, end, offset * page
        at = content + (size + 3) // 4 * 4


def pages_of(core, program, kept):
    """{address: (flags, bytes)}, and the notes."""
    pages, notes, covered = {}, b"", []
    for kind, flags, offset, address, _, size, _, _ in headers(core):
        content = core[offset:offset + size]
        if kind == 4:
            notes = bytes(content)
        if kind != 1:
            continue
        covered.append((address, address + size))
        for at in range(0, size, PAGE):
            page = bytes(content[at:at + PAGE])
            wanted = not flags & 1 or at == 0 or (address + at) // PAGE in kept
            # The program's data and bss lie below 4 GiB, and are scanned whole.
            if wanted and (page.strip(b"\0") or address < 1 << 32 and not flags & 1):
                pages[address + at] = (flags, page)
    binary = open(program, "rb").read()
    for begin, end, offset in file_mappings(notes):
        for at in range(begin, end, PAGE):
            page = binary[offset + at - begin:offset + at - begin + PAGE]
            inside = any(low <= at < high for low, high in covered)
            if begin < 1 << 32 and not inside and page.strip(b"\0"):
                pages[at] = (4, page.ljust(PAGE, b"\0"))
    return pages, notes


def runs_of(pages):
    """Pages that follow one another, with what is zero between them where it is not far: [address, flags, bytes]."""
    runs = []
    for address in sorted(pages):
        flags, page = pages[address]
        gap = address - runs[-1][0] - len(runs[-1][2]) if runs else FAR
        if gap < FAR and runs[-1][1] == flags:
            runs[-1][2] += bytes(gap) + page
        else:
            runs.append([address, flags, page])
    return runs


def make_core(runs, notes):
    offset = 64 + 56 * (len(runs) + 1)
    out = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\x02\x01\x01", 4, 62, 1, 0, 64, 0, 0, 64, 56, len(runs) + 1, 0, 0, 0)
    out += struct.pack("<IIQQQQQQ", 4, 0, offset, 0, 0, len(notes), 0, 4)
    body = notes
    for address, flags, content in runs:
        out += struct.pack("<IIQQQQQQ", 1, flags, offset + len(body), address, 0, len(content), len(content), PAGE)
        body += content
    return out + body


def main():
    with tempfile.TemporaryDirectory() as folder:
        program, kept = build(folder)
        with open(take_core(program, folder), "rb") as file:
            core = memoryview(file.read())
        pages, notes = pages_of(core, program, kept)
        small = make_core(runs_of(pages), notes)
    with open(sys.argv[1], "wb") as out, gzip.GzipFile("", "wb", 9, out, 0) as packed:
        packed.write(small)
    print(f"{sys.argv[1]}: {os.path.getsize(sys.argv[1])} bytes, {len(small)} unpacked")


if __name__ == "__main__":
    main()
