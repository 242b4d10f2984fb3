#!/usr/bin/env python3
"""Holds the includes and the names to the order of the house (ARCHITECTURE.md): tools/check_layers.py [ROOT]

  base <- { model | profile } <- { capture | parse | assemble | detect | report | pprof | store | goscan }
       <- runtime <- pipeline <- { watch | serve } <- cli            native: on its own

A folder may include itself and folders of a lower level; folders of one level never include each other.
"""

import re
import sys

import source_tree

LEVELS = {
    "base": 0,
    "model": 1, "profile": 1,
    "capture": 2, "parse": 2, "assemble": 2, "detect": 2, "report": 2, "pprof": 2, "store": 2, "goscan": 2,
    "runtime": 3,
    "pipeline": 4,
    "watch": 5, "serve": 5,
    "cli": 6,
}  # fmt: skip
ALONE = {"native"}  # loaded into somebody else's process: it includes nothing of ours, and nothing of ours includes it

# Folders that compute and nothing else: bytes or values in, values out.
PURE = {"base", "model", "profile", "parse", "assemble", "detect", "report", "pprof", "goscan"}

# (folders it is allowed in, pattern over an include, why)
INCLUDE_RULES = [
    ({"capture", "serve"}, r"<(boost|openssl)/", "Boost and OpenSSL stay inside capture/ and serve/"),
    ({"cli"}, r"<iostream>", "only cli/ prints; a library returns text"),
    (set(LEVELS) - PURE | ALONE, r"<(fstream|filesystem|unistd\.h|fcntl\.h|dirent\.h|netdb\.h|(sys|linux)/[^>]*)>",
     "this folder is pure: files, sockets and the kernel belong to capture/"),
    (set(LEVELS) - PURE | ALONE, r"<(thread|mutex|condition_variable|future)>", "this folder is pure: threads are started above it"),
]
# (folders it is allowed in, pattern over code without comments and strings, why)
CODE_RULES = [
    ({"cli"}, r"(?<![\w.>])(?:std::)?(?:printf|puts|putchar|vprintf|perror)\s*\(|\bfprintf\s*\(|\bfput[sc]\s*\(|"
     r"\bstd::(?:cout|cerr|clog|print|println)\b|\bfmt::print(?:ln)?\s*\(|\bstd(?:out|err)\b",
     "only cli/ prints; a library returns text or a Result"),
    (set(), r"\busing\s+namespace\s+std\s*;", "no `using namespace std`"),
    ({"cli", "capture"}, r"\b(?:secure_)?getenv\s*\(", "only cli/ and capture/ read the environment"),
    ({"cli", "capture", "watch", "serve"}, r"\b(?:system|steady|high_resolution)_clock::now\s*\(|\bclock_gettime\s*\(",
     "the clock comes in from outside (capture::Clock)"),
    ({"cli"}, r"(?<![\w.>:])(?:std::)?(?:_?exit|quick_exit)\s*\(", "only cli/ ends the process"),
]  # fmt: skip
# Where a rule has its one reasoned exception.
EXEMPT = {
    ("src/base/result.cc", "prints"),  # CheckFailed: a broken invariant of seep itself
}
REFUSED_NAMES = {"util", "utils", "common", "misc", "helper", "helpers", "manager", "managers"}

BLANK = re.compile(
    r'R"(?P<mark>[^(\s]*)\((?:.|\n)*?\)(?P=mark)"|//[^\n]*|/\*(?:.|\n)*?\*/|"(?:\\.|[^"\\\n])*"|'
    r"(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'")


def code_only(text):
    """The text with comments, strings and characters blanked, line numbers kept."""
    return BLANK.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def check_include(path, folder, spec):
    """Why this include may not be, or None."""
    if spec.startswith("<"):
        for allowed, pattern, why in INCLUDE_RULES:
            if folder not in allowed and re.match(pattern, spec):
                return why
        return None
    name = spec.strip('"')
    other = name.split("/")[0] if "/" in name else None
    if folder in ALONE:
        return None if other in (None, folder) else f"{folder}/ stands alone and may not include {other}/"
    if other is None:
        if re.fullmatch(r"seep_\w+\.h", name):  # made by seep_embed_folder()
            if LEVELS[folder] >= LEVELS["pipeline"] or name == f"seep_{folder}_assets.h":
                return None
            return "embedded folders are read by pipeline/ and above, a folder's own assets by itself"
        return f'write the path from src/: "{folder}/.../{name}"'
    if other in ALONE:
        return f"nothing includes {other}/: it is loaded into another process"
    if other not in LEVELS:
        return f"{other}/ has no place in the order; give it one in tools/check_layers.py and ARCHITECTURE.md"
    if other != folder and LEVELS[other] >= LEVELS[folder]:
        kind = "a sibling of" if LEVELS[other] == LEVELS[folder] else "above"
        return f"{other}/ is {kind} {folder}/"
    return None


def check_file(path, text):
    folder = path.split("/")[1]
    if folder not in LEVELS and folder not in ALONE:
        yield 1, f"src/{folder}/ has no place in the order; give it one in tools/check_layers.py and ARCHITECTURE.md"
        return
    # What only tests include obeys the order too, but may touch the world.
    beside = re.search(r"_(test|fuzz|bench)\.cc$|(_for_test|/fixtures|/test_\w+)\.h$", path)
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        include = re.match(r'\s*#\s*include\s*(<[^>]+>|"[^"]+")', line)
        if not include or (beside and include.group(1).startswith("<")):
            continue
        why = check_include(path, folder, include.group(1))
        if why:
            yield number, f"{include.group(1)}: {why}"
    if folder in ALONE:
        return
    for number, line in enumerate(code_only(text).split("\n"), 1):
        for allowed, pattern, why in CODE_RULES:
            found = re.search(pattern, line)
            exempt = any(path == p and word in why for p, word in EXEMPT) or (beside and allowed)
            if found and folder not in allowed and not exempt:
                yield number, f"{found.group().strip()}: {why}"


def check_name(path):
    for part in path.split("/"):
        for word in re.split(r"[_\-.]", part.lower()):
            if word in REFUSED_NAMES:
                return f"'{word}' is a name that refuses nothing; say what the thing is"
    return None


def problems(root):
    for path in source_tree.files(root):
        if path.split("/")[0] in ("src", "tests", "tools", "bench", "cmake", "native"):
            why = check_name(path)
            if why:
                yield f"{path}:1: {why}"
        if re.match(r"src/\w+/.*\.(cc|h|c)$", path):
            with open(f"{root}/{path}", encoding="utf-8") as file:
                for line, why in check_file(path, file.read()):
                    yield f"{path}:{line}: {why}"


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else "."
    found = list(problems(root))
    print("\n".join(found) if found else "layers: in order")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
