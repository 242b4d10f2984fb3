"""Programs, and profiles of them that have addresses and no names: what pprof looks up in the program.

Built where the suite runs, by its `go` and `gcc`, without a path of this machine in them: the same compilers make the same
bytes.
"""

import os
import shutil
import struct
import subprocess

from profile_writer import Profile

HERE = os.path.dirname(os.path.abspath(__file__))
SYMBOLS = os.path.join(os.path.dirname(HERE), "symbols")
BIAS = 0x555500000000  # where a position-independent program is said to have been loaded

GO = {
    "sym_go": ["-ldflags="],
    "sym_go_stripped": ["-ldflags=-s -w"],
    "sym_go_pie": ["-buildmode=pie", "-ldflags=-s -w"],
    "sym_go_external": ["-ldflags=-linkmode=external"],  # C start-up code, whose DWARF is missing, around Go's text
}
C = {
    "sym_c": ["-g", "-no-pie"],
    "sym_c_pie": ["-g", "-pie", "-fPIE"],
    "sym_c_dwarf4": ["-gdwarf-4", "-no-pie"],
    "sym_c_zlib": ["-g", "-gz", "-no-pie"],
    "sym_c_unnamed": ["-g0", "-no-pie"],
}
C_SOURCE = """\
#include <stdio.h>
struct row { int key; double value; };
static int compare(const struct row *a, const struct row *b) { return a->key - b->key; }
static inline int twice(int n) {
  return n * 2;
}
__attribute__((noinline)) static int fold(struct row *rows, int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) {
    sum += twice(rows[i].key) + compare(&rows[i], &rows[0]);
    if (sum > 1000000) sum -= 999983;
  }
  return sum;
}
int main(int argc, char **argv) {
  struct row rows[16];
  for (int i = 0; i < 16; ++i) {
    rows[i].key = i * argc;
    rows[i].value = rows[i].key / 3.0;
  }
  printf("%d %s %f\\n", fold(rows, 16), argv[0], rows[3].value);
}
"""


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr}")


def build(folder):
    with open(os.path.join(folder, "sym.c"), "w", encoding="ascii") as file:
        file.write(C_SOURCE)
    for name, flags in C.items():
        run("gcc", "-O1", *flags, f"-ffile-prefix-map={folder}=/build", "-o", os.path.join(folder, name), os.path.join(folder, "sym.c"))
    program = os.path.join(SYMBOLS, "go_program")
    for name, flags in GO.items():
        environment = {**os.environ, "GOFLAGS": "", "GOTOOLCHAIN": "local", "CGO_ENABLED": "1" if "external" in name else "0"}
        run("go", "build", "-trimpath", "-buildvcs=false", *flags, "-o", os.path.join(folder, name), ".", cwd=program, env=environment)
    # Listings show lines of the sources that the names lead to.
    shutil.copytree(program, os.path.join(folder, "source/symbols"), dirs_exist_ok=True)
    with open(os.path.join(folder, "sym_cut"), "wb") as out, open(os.path.join(folder, "sym_go"), "rb") as file:
        out.write(file.read(200_000))


def text_of(path):
    """Address and size of .text, and the load address."""
    with open(path, "rb") as file:
        data = file.read()
    sections, = struct.unpack_from("<Q", data, 40)
    count, names = struct.unpack_from("<HH", data, 60)
    header = [struct.unpack_from("<IIQQQQ", data, sections + 64 * i) for i in range(count)]
    for name, _, _, address, _, size in header:
        at = header[names][4] + name
        if data[at:at + 6] == b".text\0":
            text = address, size
    segments, = struct.unpack_from("<Q", data, 32)
    count, = struct.unpack_from("<H", data, 56)
    for i in range(count):
        kind, flags, _, address = struct.unpack_from("<IIQQ", data, segments + 56 * i)
        alignment, = struct.unpack_from("<Q", data, segments + 56 * i + 48)
        if kind == 1 and flags & 1:
            return (*text, address - address % alignment)
    raise RuntimeError(path)


def profile(folder, programs, mapped=True, count=120):
    """Of addresses all over the programs' text, some of them outside of it. Not of its first page: there the C compiler
    puts what is hardly ever run, and debug/dwarf does not find lines in a sequence behind those of higher addresses."""
    p = Profile()
    locations = []
    for number, name in enumerate(programs):
        text, size, load = text_of(os.path.join(folder, name))
        bias = BIAS * (number + 1) if "pie" in name or number > 0 else 0
        mapping = p.mapping(load + bias, load + bias + 0x1000000, 0, "in/" + name, "", (0, 0, 0, 0)) if mapped else 0
        first = 0x1000 if "external" in name else 0
        addresses = [text + first + (size - first) * i // count + bias for i in range(count)] + [text - 0x40 + bias, text + size + 0x100 + bias]
        locations.append([p.location((), a, mapping) for a in addresses])
    for i in range(2 * count):
        chosen = [group[(i * (7 + 4 * depth)) % len(group)] for depth in range(3) for group in locations]
        p.sample(chosen, [1 + i % 5, 10_000_000 * (1 + i % 5)])
    return p.gzipped()


def generated(folder):
    """Builds the programs into `folder`; their profiles by name."""
    build(folder)
    out = {f"{name}.pb.gz": profile(folder, [name]) for name in (*GO, *C)}
    out["sym_both.pb.gz"] = profile(folder, ["sym_go", "sym_c_pie"])
    out["sym_unmapped.pb.gz"] = profile(folder, ["sym_go"], mapped=False)
    return out
