#!/usr/bin/env python3
"""Holds the terminal output shown in documents to what the binary prints.

A block is marked by a comment line before its fence:   <!-- output of: seep diagnose a.txt b.txt -->
check_output.py SEEP [--update] FILE.md...   runs each command from the repository's root with the given binary.
"""
import os
import re
import shlex
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BLOCK = re.compile(r"(<!-- output of: (seep [^\n]*?) -->\n```text\n)(.*?)(```)", re.S)


def output_of(seep, command):
    words = shlex.split(command)
    answer = subprocess.run([seep, *words[1:]], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                            env={**os.environ, "NO_COLOR": "1"})
    if answer.returncode > 1:
        sys.exit(f"{command}: exit {answer.returncode}\n{answer.stderr}")
    return answer.stdout.rstrip("\n")


def main():
    seep = os.path.abspath(sys.argv[1])
    update = "--update" in sys.argv
    wrong = blocks = 0
    for path in [a for a in sys.argv[2:] if a != "--update"]:
        full = os.path.join(ROOT, path)
        with open(full, encoding="utf-8") as file:
            text = file.read()

        def replaced(match):
            nonlocal wrong, blocks
            blocks += 1
            real = output_of(seep, match.group(2))
            real += "\n"
            if real != match.group(3):
                wrong += 1
                print(f"{path}: `{match.group(2)}` prints something else now:\n{real}\n")
            return match.group(1) + real + match.group(4)

        new = BLOCK.sub(replaced, text)
        if update and new != text:
            with open(full, "w", encoding="utf-8") as file:
                file.write(new)
    if blocks == 0:
        sys.exit("no marked output in any of the files: a check that cannot fail")
    print(f"{blocks} blocks, {wrong} differ")
    sys.exit(1 if wrong and not update else 0)


if __name__ == "__main__":
    main()
