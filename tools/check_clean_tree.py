#!/usr/bin/env python3
"""Refuses what should not be left lying in the tree: tools/check_clean_tree.py [ROOT]

Notes to self, paths of one person's machine, merge marks, built files, trailing blanks, large binaries.
"""

import os
import re
import sys

import source_tree

BINARY_LIMIT = 2 << 20  # bytes of one checked-in file; recorded evidence is compressed or cut
BUILT = re.compile(r"\.(o|a|so|pyc|class|exe|seep\.tmp|orig|rej|swp)$|(^|/)(a\.out|core|nohup\.out|\.DS_Store)$")
# Recorded evidence and generated text keep the paths of the machine they come from.
EVIDENCE = re.compile(r"^(tests/(corpus|formats|report|detectors)/[^/]+/|tests/report/|testbed/recorded/.*(?<!\.md)$|testbed/.*/go\.sum$)|"
                      r"\.expected$|(^|/)package-lock\.json$")
# Written in parts, so that this file does not refuse itself.
RULES = [
    (r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b", "unfinished: finish it, or open an issue and say nothing here",
     re.compile(r"^(src|native|tools|tests|bench|cmake|run|\.ci)\b")),
    (r"(?<![\w.$}~*>])/wo" r"rk/", "the path of one machine", re.compile(r"")),
    (r"^(<{7}|>{7}|={7})( |$)", "a merge mark", re.compile(r"")),
    (r"[ \t]+$", "trailing blanks", re.compile(r".*\.(cc|h|c|py|sh|cmake|yaml|md|txt|ts|tsx|go)$|^run$")),
    (r"\r$", "a carriage return at the end of the line", re.compile(r".*\.(cc|h|c|py|sh|cmake|yaml|md)$|^run$")),
]  # fmt: skip


def problems(root):
    for path in source_tree.files(root):
        full = f"{root}/{path}"
        if BUILT.search(path):
            yield f"{path}: a built or temporary file"
            continue
        if os.path.getsize(full) > BINARY_LIMIT:
            yield f"{path}: {os.path.getsize(full)} bytes; the limit for one file is {BINARY_LIMIT}"
        if EVIDENCE.match(path):
            continue
        with open(full, "rb") as file:
            data = file.read()
        if b"\0" in data[:8192]:
            continue
        for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
            for pattern, why, where in RULES:
                found = re.search(pattern, line) if where.match(path) else None
                if found:
                    yield f"{path}:{number}: {found.group().strip()!r}: {why}"


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else "."
    found = list(problems(root))
    print("\n".join(found) if found else "tree: clean")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
