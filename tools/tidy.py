#!/usr/bin/env python3
"""clang-tidy over the compile commands of a clang build: tools/tidy.py [--jobs N] [--build build/fuzz] [FILE|FOLDER...]

Prints what .clang-tidy refuses, and fails then. Without arguments: all of src/; tests only when named. Results are kept in build/tidy by the content of
the file, everything of ours it includes, and .clang-tidy itself: what has not changed is not looked at twice.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys

CACHE = "build/tidy"


def included(path, seen):
    """The file and all files of ours it includes, however deep."""
    if path in seen or not os.path.isfile(path):
        return seen
    seen.add(path)
    with open(path, encoding="utf-8") as file:
        for name in re.findall(r'^\s*#\s*include\s*"([^"]+)"', file.read(), re.MULTILINE):
            included(f"src/{name}", seen)
    return seen


def fingerprint(path, command):
    digest = hashlib.sha256(command.encode())
    for name in [".clang-tidy", *sorted(included(path, set()))]:
        with open(name, "rb") as file:
            digest.update(name.encode() + b"\0" + file.read())
    return digest.hexdigest()


def tidy(path, command, build):
    """(path, what clang-tidy says about it); empty: nothing."""
    mark = f"{CACHE}/{fingerprint(path, command)}"
    if os.path.exists(mark):
        return path, ""
    # -w: the compilers' own warnings are refused by the builds, in their own words.
    done = subprocess.run(["clang-tidy-19", "--quiet", "--extra-arg=-w", "-p", build, path], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        with open(mark, "w", encoding="utf-8"):
            return path, ""
    return path, done.stdout + "\n".join(line for line in done.stderr.split("\n") if "warnings generated" not in line)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--build", default="build/fuzz", help="folder with compile_commands.json")
    parser.add_argument("paths", nargs="*", default=["src"])
    arguments = parser.parse_args()
    try:
        with open(f"{arguments.build}/compile_commands.json", encoding="utf-8") as file:
            commands = {os.path.relpath(row["file"]): row["command"] for row in json.load(file)}
    except FileNotFoundError:
        sys.exit(f"{arguments.build} is not configured: cmake --preset {os.path.basename(arguments.build)}")
    wanted = [os.path.normpath(path) for path in arguments.paths]
    files = sorted(f for f in commands if f in wanted or
                   (not f.endswith("_test.cc") and any(f.startswith(w + "/") for w in wanted)))
    if not files:
        sys.exit(f"nothing to look at below {' '.join(wanted)}")
    os.makedirs(CACHE, exist_ok=True)
    refused = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for path, said in pool.map(lambda f: tidy(f, commands[f], arguments.build), files):
            if said:
                refused += 1
                print(f"{path}:\n{said.strip()}")
    print(f"clang-tidy: {len(files)} files, {refused} refused")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
