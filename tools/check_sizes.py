#!/usr/bin/env python3
"""Keeps files and functions small: tools/check_sizes.py [ROOT]

Nobody reads a file of 2,000 lines. The limits are a ratchet: tests/house/sizes.txt names each file and function that is
larger than the hard limit, with the size it may have; that number only ever goes down.
"""

import re
import sys

import source_tree

FILE_P90 = 420       # lines; nine files of ten are below
FILE_HARD = 800      # above: listed with a reason, or split
FUNCTION_P90 = 60
FUNCTION_HARD = 100
BASELINE = "tests/house/sizes.txt"


def percentile(sizes, share):
    ordered = sorted(sizes)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0


def functions(text):
    """(name, lines) of every function whose body opens and closes at column 0, as clang-format writes all but in-class ones."""
    head, begin = "", None
    for number, line in enumerate(text.split("\n")):
        if begin is None:
            if re.match(r"[\w:~<>,&*\[\]() ]", line) and not line.startswith((" ", ")", "#", "/")):
                head, head_line = line, number
            if re.match(r"\S.*\{$|    .*\)(?: const)?(?: noexcept)? \{$", line) and "(" in head:
                if not re.match(r"(namespace|struct|class|enum|union|extern|constexpr|const|constinit|static const)\b", head):
                    begin = head_line
        elif line.startswith("}"):
            name = re.search(r"([\w:~]+(?:operator\S+)?)\s*\(", head)
            yield (name.group(1) if name else head.strip()), number - begin + 1
            begin = None


def read_baseline(root):
    """{path or path:function: lines}; a line is `LINES PATH[:FUNCTION]  # reason`."""
    try:
        with open(f"{root}/{BASELINE}", encoding="utf-8") as file:
            rows = [line.split("#")[0].split() for line in file]
    except FileNotFoundError:
        return {}
    return {name: int(lines) for lines, name in (row for row in rows if row)}


def problems(root):
    allowed = read_baseline(root)
    sizes, function_sizes, seen = [], [], set()
    for path in source_tree.files(root):
        if not re.match(r"(src|native|bench)/.*\.(cc|h|c|ts|tsx)$", path):
            continue
        with open(f"{root}/{path}", encoding="utf-8") as file:
            text = file.read()
        rows = [(path, text.count("\n"), FILE_HARD)]
        sizes.append(rows[0][1])
        if path.endswith(".cc"):
            found = list(functions(text))
            function_sizes += [lines for _, lines in found]
            rows += [(f"{path}:{name}", lines, FUNCTION_HARD) for name, lines in found]
        for name, lines, hard in rows:
            if lines <= hard:
                continue
            seen.add(name)
            if lines > allowed.get(name, hard):
                yield (f"{name}: {lines} lines, allowed are {allowed.get(name, hard)}; split it, or add a line with the "
                       f"reason to {BASELINE}")
    for name in sorted(set(allowed) - seen):
        yield f"{BASELINE}: {name} is gone or small now; take its line out"
    p90, function_p90 = percentile(sizes, 0.9), percentile(function_sizes, 0.9)
    if p90 > FILE_P90:
        yield f"nine files of ten have up to {p90} lines; the limit is {FILE_P90}"
    if function_p90 > FUNCTION_P90:
        yield f"nine functions of ten have up to {function_p90} lines; the limit is {FUNCTION_P90}"


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else "."
    found = list(problems(root))
    print("\n".join(found) if found else "sizes: within the limits")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
