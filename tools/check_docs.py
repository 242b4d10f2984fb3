#!/usr/bin/env python3
"""Keeps the documents true: tools/check_docs.py [--seep build/release/seep] [ROOT]

Every path, `seep` command, flag and `./run` command that a *.md file names must exist. In backticks or code blocks,
`<id>`, `NAME` and `*` in a path stand for anything, and something must match. Links must lead somewhere.
"""

import argparse
import functools
import os
import re
import shlex
import subprocess
import sys

import source_tree

# What speaks of other times, and reports that are kept as what a test expects.
NOT_CHECKED = re.compile(r"(^|/)CHANGELOG\.md$|(^|/)node_modules/|^tests/.*(?<!/README)\.md$")


def words_of_code(text):
    """(line, code, is_block) for every inline code span and every line of a fenced or indented block."""
    fenced = False
    for number, line in enumerate(text.split("\n"), 1):
        if re.match(r"\s*(```|~~~)", line):
            fenced = not fenced
        elif fenced or re.match(r"( {4}|\t)\S", line):
            yield number, line.strip(), True
        else:
            for span in re.findall(r"`([^`]+)`", line):
                yield number, span.strip(), False


class Tree:
    """What the repository has."""

    def __init__(self, root, seep):
        self.root, self.seep = root, seep
        self.files = source_tree.files(root)
        self.folders = {f[: slash.start()] for f in self.files for slash in re.finditer("/", f)} | {"", "."}
        self.tops = {f.split("/")[0] for f in self.files}

    def has(self, path):
        path = path.rstrip("/")
        if path in self.folders or path in self.files:
            return True
        if not re.search(r"[<*]|\b[A-Z]{2,}\b", path):
            return False
        pattern = re.sub(r"\\<.*?\\>|<.*?>|\\\*+|\b[A-Z]{2,}\b", "[^/]*", re.escape(path))
        return any(re.fullmatch(pattern, name) for name in [*self.files, *self.folders])

    @functools.cached_property
    def run_commands(self):
        with open(f"{self.root}/run", encoding="utf-8") as file:
            return set(re.findall(r"^  \./run (\w+)", file.read(), re.MULTILINE))

    @functools.cached_property
    def commands(self):
        """Names of the subcommands: asked from the binary, else read off the folder that makes them."""
        stems = {os.path.basename(f)[:-3].replace("_", "-") for f in self.files
                 if re.fullmatch(r"src/cli/commands/\w+\.cc", f) and not f.endswith("_test.cc")}
        text = self.help_text(())
        return {name for name in stems if not text or re.search(rf"(^|\s){re.escape(name)}(\s|$)", text)}

    @functools.lru_cache(maxsize=None)
    def help_text(self, command):
        if not self.seep:
            return ""
        done = subprocess.run([self.seep, *command, "--help"], capture_output=True, text=True, timeout=60, check=False)
        return done.stdout


def check_path(tree, code):
    """A single word that looks like a path below a folder of ours."""
    word = code.split(":")[0] if re.search(r":\d", code) else code
    if not re.fullmatch(r"[\w.\-/<>*{},]+", word) or "/" not in word or word.startswith(("/", "<", "build/", "../", "~")):
        return None
    word = word.removeprefix("./")
    if word.split("/")[0] not in tree.tops:
        return None
    alternatives = re.search(r"\{([^}]*)\}", word)
    words = [word.replace(alternatives.group(), a) for a in alternatives.group(1).split(",")] if alternatives else [word]
    for one in words:
        if not tree.has(one):
            return f"{one} does not exist"
    return None


def check_run(tree, words):
    if len(words) > 1 and words[1] not in tree.run_commands:
        return f"./run has no command {words[1]}"
    return None


def check_seep(tree, words):
    command = words[1] if len(words) > 1 else ""
    if re.fullmatch(r"[a-z][a-z\-]+", command):
        if command not in tree.commands:
            return f"seep has no command {command}"
        asked = (command,)
    else:
        asked = ()  # a flag, a target, a placeholder
    text = tree.help_text(asked)
    if not text or words[1:] in (["--version"], ["--help"]):
        return None
    for word in words[2 if asked else 1 :]:
        if word == "--":
            break
        flag = re.match(r"--[a-z][\w\-]*", word)
        if flag and flag.group() not in text and flag.group() not in tree.help_text(("diagnose",) if not asked else ()):
            return f"seep {command} has no flag {flag.group()}"
    return None


def check_code(tree, code, block):
    """Why this piece of code in a document is not true, or None."""
    code = re.sub(r"^[$#]\s+(?=\S)", "", code)
    try:
        words = shlex.split(code, comments=True)
    except ValueError:
        words = code.split()
    while words and re.fullmatch(r"[A-Z_]+=\S*|sudo|bash|sh|time", words[0]):
        words = words[1:]
    if not words:
        return None
    if words[0] == "./run":
        return check_run(tree, words)
    if words[0] in ("seep", "./seep", "build/release/seep"):
        for i, word in enumerate(words):
            if word in ("|", ">", "&&", ";", "·"):
                words = words[:i]
                break
        # "seep 0.1 · orders (...)" is a line of output.
        return None if re.match(r"\d", (words + ["", ""])[1]) and not words[1].isdigit() else check_seep(tree, words)
    return check_path(tree, words[0]) if len(words) == 1 or not block else None


def check_links(tree, path, text):
    for number, line in enumerate(text.split("\n"), 1):
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", re.sub(r"`[^`]*`", "", line)):
            if re.match(r"[a-z]+:", target):
                continue
            full = os.path.normpath(os.path.join(os.path.dirname(path), target))
            if not tree.has(full):
                yield number, f"the link leads nowhere: {target}"


def check_dependencies(tree):
    """The packages `./run` installs and those that docs/dependencies.md explains are the same."""
    page = "docs/dependencies.md"
    if page not in tree.files or "run" not in tree.files:
        return
    with open(f"{tree.root}/run", encoding="utf-8") as file:
        lists = re.findall(r'^[A-Z]+_NEEDS="([^"]*)"|\bneed "[^"]*" (-=\S+)', file.read(), re.MULTILINE)
    installed = {need.split("=", 1)[1] for group in lists for need in " ".join(group).split()}
    with open(f"{tree.root}/{page}", encoding="utf-8") as file:
        rows = [line.split("|")[1:4] for line in file if line.startswith("|")]
    explained = {name for row in rows for cell in row for name in re.findall(r"`([a-z0-9.+\-]+)`", cell)}
    for name in sorted(installed - explained):
        yield page, 1, f"./run installs {name}, and this page does not say what it saves"
    for name in sorted(explained - installed):
        yield page, 1, f"{name} is explained, and ./run does not install it"


def problems(root, seep=None):
    tree = Tree(root, seep)
    for path, number, why in check_dependencies(tree):
        yield f"{path}:{number}: {why}"
    for path in tree.files:
        if not path.endswith(".md") or NOT_CHECKED.search(path):
            continue
        with open(f"{root}/{path}", encoding="utf-8") as file:
            text = file.read()
        for number, code, block in words_of_code(text):
            why = check_code(tree, code, block)
            if why:
                yield f"{path}:{number}: {why}"
        for number, why in check_links(tree, path, text):
            yield f"{path}:{number}: {why}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seep", help="a built binary, to ask for its commands and flags")
    parser.add_argument("root", nargs="?", default=".")
    arguments = parser.parse_args()
    found = list(problems(arguments.root, arguments.seep))
    print("\n".join(found) if found else "documents: true")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
