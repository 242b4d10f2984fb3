"""Go source in amounts: large_sources.py deep|generated|many|chained FOLDER; large_sources.py within MIB COMMAND... says when a command takes
more memory than that, unless it runs under a sanitizer."""

import os
import resource
import subprocess
import sys

DEEP = 10_000
FILES = 100_000
CHAINED = 20_000


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write("package orders\n\n" + text)


def deep(folder):
    n = DEEP
    write(folder, "parens.go", "var x = " + "(" * n + "1" + ")" * n + "\n")
    write(folder, "blocks.go", "func f() " + "{" * n + "}" * n + "\n")
    write(folder, "calls.go", "var y = " + "f(" * n + ")" * n + "\n")
    write(folder, "types.go", "var z " + "[]" * n + "int\n")
    write(folder, "stars.go", "var p " + "*" * n + "int\n")
    write(folder, "funcs.go", "func g() {\n" + "go func() {\n" * n + "}()\n" * n + "}\n")
    write(folder, "ifs.go", "func h() {\n" + "if a {\n" * n + "}\n" * n + "}\n")
    write(folder, "elses.go", "func e() {\n" + "if a { } else " * n + "{}\n}\n")
    write(folder, "binary.go", "var b = 1" + " + 1" * n + "\n")
    write(folder, "selectors.go", "var s = a" + ".b" * n + "\n")
    write(folder, "chain.go", "func c() { a" + ".b()" * n + " }\n")
    write(folder, "structs.go", "type T " + "struct { a " * n + "int" + " }" * n + "\n")
    write(folder, "unary.go", "var u = " + "!" * n + "true\n")
    write(folder, "comment.go", "/*" * n + "*/\n")
    write(folder, "literals.go", "var l = T" + "{a: T" * n + "}" * n + "\n")


def chained(folder):
    n = CHAINED
    files = [f"func f{i}(f *os.File) (*os.File, error) {{ return f{i + 1}(f) }}\n" for i in range(n)]
    last = f"func f{n}(f *os.File) (*os.File, error) {{ return os.Open(\"x\") }}\n"
    write(folder, "files.go", "import \"os\"\n\n" + "".join(files) + last)
    starts = [f"func g{i}(c chan int) {{ go g{i + 1}(c) }}\n" for i in range(n)]
    last = f"func g{n}(c chan int) {{ c <- 1 }}\nfunc g() {{ c := make(chan int); go g0(c) }}\n"
    write(folder, "starts.go", "".join(starts) + last)
    locks = [f"func (l *locked) h{i}() {{ l.h{i + 1}() }}\n" for i in range(n)]
    write(folder, "locks.go", 'import "sync"\n\ntype locked struct{ sync.Mutex }\n' + "".join(locks) +
          f"func (l *locked) h{n}() {{ l.Lock(); l.h0() }}\n")


def generated(folder):
    rows = [f'\t"key{i}": {{{i}, {i + 1}, 0x{i:x}}},\n' for i in range(270_000)]
    write(folder, "table.go", "var table = map[string][]int{\n" + "".join(rows) + "}\n")


def many(folder):
    for i in range(FILES):
        write(folder, f"f{i:06}.go", f"func F{i}() int {{ return {i} }}\n")


def within(most, command):
    status = subprocess.run(command, check=False).returncode
    taken = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    if taken > most and not any(name.endswith("SAN_OPTIONS") for name in os.environ):
        print(f"it took {taken} MiB, more than {most} MiB", file=sys.stderr)
    return status


if __name__ == "__main__":
    if sys.argv[1] == "within":
        sys.exit(within(int(sys.argv[2]), sys.argv[3:]))
    {"deep": deep, "generated": generated, "many": many, "chained": chained}[sys.argv[1]](sys.argv[2])
