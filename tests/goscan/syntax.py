#!/usr/bin/env python3
"""Our lexer and parser beside go/scanner and go/parser, file by file.

    python3 tests/goscan/syntax.py --dump build/release/tests/goscan/goscan_dump [std] [modules] [damaged]

Every file must have the same words (kind, place, text) and the same verdict, sound or faulty, and every sound file the same tree
(kind, extent, operator and places of every node). std: the sources and tests of the installed Go. modules: five public modules,
fetched as `go` does. damaged: files of the standard library with a piece changed, cut out or cut off.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile

import reference

# As `go mod download -json` names them, with their checksums: no checksum database need be reachable.
MODULES = {
    "k8s.io/kubernetes@v1.31.2": "h1:VNSu4O7Xn5FFRsh9ePXyEPg6ucR21fOftarSdi053Gs=",
    "github.com/prometheus/prometheus@v0.55.0": "h1:ITinOi1zr3HemoVWHf679PfRRmpxZOcR4nEvsze6eB0=",
    "go.etcd.io/etcd/server/v3@v3.5.16": "h1:d0/SAdJ3vVsZvF8IFVb1k8zqMZ+heGcNfft71ul9GWE=",
    "gorm.io/gorm@v1.25.12": "h1:I0u8i2hWQItBq1WfE0o2+WuL9+8L21K9e2HHSTE/0f8=",
    "github.com/gohugoio/hugo@v0.139.0": "h1:jpgf2uOWfKMc3Pw+NUVzqBGKwQh5YVgcJbSv3nf6g2A=",
}
# What we take and Go 1.26 does not: methods with type parameters, which later versions have.
MORE_THAN_GO = "method must have no type parameters"


def go_files(root):
    for folder, folders, files in os.walk(root):
        folders.sort()
        yield from (os.path.join(folder, name) for name in sorted(files) if name.endswith(".go"))


def readable(paths):
    return [path for path in paths if os.path.isfile(path) and not any(c.isspace() for c in path)]


def std(root, _):
    return readable([*go_files(os.path.join(os.path.realpath(root), "src")), *go_files(os.path.join(root, "test"))])


def modules(root, folder):
    paths = []
    for module, checksum in MODULES.items():
        facts = json.loads(reference.go(root, folder, "mod", "download", "-json", module, GO111MODULE="on", GOSUMDB="off",
                                        GONOSUMDB="*", GONOSUMCHECK="1"))
        if facts["Sum"] != checksum:
            raise reference.pinned.OracleError(f"{module} has the checksum {facts['Sum']}, expected {checksum}")
        paths += readable(go_files(facts["Dir"]))
    return paths


def damage(text, chance):
    """One change of the kind that typing makes."""
    at = chance.randrange(len(text))
    kind = chance.randrange(6)
    if kind == 0:  # cut off
        return text[:at]
    if kind == 1:  # a bracket, quote or separator lost
        marks = [i for i, c in enumerate(text) if c in b"(){}[],;:.=\"'`"]
        at = chance.choice(marks) if marks else at
        return text[:at] + text[at + 1:]
    if kind == 2:  # a stray character
        return text[:at] + chance.choice([b"(", b")", b"{", b"}", b"[", b"]", b"\"", b"`", b"'", b";", b",", b"0x", b"\0", b"\xff",
                                          b"#", b"func ", b"if ", b"case ", b"/*", b"\\", b":=", b"..."]) + text[at:]
    lines = text.split(b"\n")
    line = chance.randrange(len(lines))
    if kind == 3:  # a line lost
        del lines[line]
    elif kind == 4:  # a line twice
        lines.insert(line, lines[line])
    else:  # two lines changed over
        other = chance.randrange(len(lines))
        lines[line], lines[other] = lines[other], lines[line]
    return b"\n".join(lines)


def damaged(root, folder):
    chance = random.Random(1)
    paths = []
    for i, path in enumerate(std(root, folder)):
        if i % 4:
            continue
        with open(path, "rb") as file:
            text = file.read()
        if not 0 < len(text) < 100_000:
            continue
        paths.append(os.path.join(folder, f"{i}.go"))
        with open(paths[-1], "wb") as file:
            file.write(damage(text, chance))
    return paths


def compare(dump, program, paths, folder):
    """(figures, what differs)"""
    listed = os.path.join(folder, "list")
    with open(listed, "w", encoding="utf-8") as file:
        file.write("".join(path + "\n" for path in paths))
    answers = []
    for command in (dump, program):
        done = subprocess.run([command, listed], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{command}: exit status {done.returncode}\n{done.stderr[-2000:]}")
        answers.append([line.split() for line in done.stdout.splitlines()])
    count = {"words": 0, "nodes": 0, "ok": 0, "errors": 0}
    differ = []
    if [a[0] for a in answers[0]] != paths or [a[0] for a in answers[1]] != paths:
        raise SystemExit("not every file was answered for")
    for ours, theirs in zip(*answers):
        count["words"] += int(theirs[1])
        count["nodes"] += int(theirs[3])
        count[theirs[5]] += 1
        if ours[1:3] != theirs[1:3]:
            differ.append(f"{ours[0]}: other words")
        elif ours[5] != theirs[5]:
            said = subprocess.run([program, "--errors", ours[0]], capture_output=True, text=True, check=False).stderr
            if ours[5] == "errors" or any(MORE_THAN_GO not in line for line in said.splitlines()):
                differ.append(f"{ours[0]}: we say {ours[5]}, go/parser says {theirs[5]}: {said[:200]}")
        elif ours[5] == "ok" and ours[3:5] != theirs[3:5]:
            differ.append(f"{ours[0]}: another tree")
    return count, differ


def one(what, dump, root, program, folder):
    """0, 1, or 77 where the files are not to be had."""
    try:
        paths = {"std": std, "modules": modules, "damaged": damaged}[what](root, folder)
    except reference.pinned.OracleError as error:
        print(f"{what}: skipped: {error}")
        return 77
    if len(paths) < 500:
        print(f"{what}: only {len(paths)} files found")
        return 1
    count, differ = compare(dump, program, paths, folder)
    print(f"{what}: {len(paths)} files ({count['errors']} faulty), {count['words']} words, {count['nodes']} lines of trees: "
          f"{len(differ)} differ")
    print("".join(f"  {line}\n" for line in differ[:40]), end="")
    return 1 if differ else 0


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--dump", required=True)
    arguments.add_argument("what", nargs="+", choices=["std", "modules", "damaged"])
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        try:
            root = reference.toolchain(folder)
            program = reference.build(root, folder)
        except reference.pinned.OracleError as error:
            print(f"skipped: {error}")
            return 77
        statuses = [one(what, options.dump, root, program, folder) for what in options.what]
    return 1 if 1 in statuses else max(statuses)


if __name__ == "__main__":
    sys.exit(main())
