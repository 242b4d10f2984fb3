#!/usr/bin/env python3
"""Recall and precision of other Go linters on functions labelled for `seep scan`, a line a linter.

    compare.py PATH-OF-THEIR-BINARIES [FOLDER...]      folders of labelled folders; ../suite and ../wild if none is named

Asked is each linter about the folders that have functions of the rules it is about, and only those that compile: the modules that they
import are fetched as `go` does; where that fails, what needs no more than the standard library is left. cgo is left out. A finding
counts for the labelled function that it lies in, whatever its line: linters differ in where they point. A linter that is not in the
path of binaries is said and left out.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
BODIES = {"R103", "R104", "R105"}
# name: how it is run on packages, and the rules it is about
LINTERS = {
    "bodyclose": (["go", "vet", "-vettool={bin}/bodyclose"], BODIES),
    "sqlclosecheck": (["{bin}/sqlclosecheck"], {"R120", "R122", "R123"}),
    "go vet lostcancel": (["go", "vet", "-lostcancel"], {"R153"}),
    "gosec G118": (["{bin}/gosec", "-quiet", "-fmt=golint", "-include=G118"], {"R153"}),
    "go vet waitgroup": (["go", "vet", "-waitgroup"], {"R170"}),
    "staticcheck SA2000": (["{bin}/staticcheck", "-checks=SA2000"], {"R170"}),
    "staticcheck SA1015": (["{bin}/staticcheck", "-checks=SA1015"], {"R150"}),
    "staticcheck SA1017": (["{bin}/staticcheck", "-checks=SA1017"], {"R155"}),
    "staticcheck SA5003": (["{bin}/staticcheck", "-checks=SA5003"], {"R187"}),
    "gocritic deferInLoop": (["{bin}/golangci-lint", "run", "-c", ".gocritic.yml"], {"R106"}),
    "revive defer": (["{bin}/golangci-lint", "run", "-c", ".revive.yml"], {"R106"}),
    "gosec G112 G114": (["{bin}/gosec", "-quiet", "-fmt=golint", "-include=G112,G114"], {"R111"}),
    "noctx": (["go", "vet", "-vettool={bin}/noctx"], {"R108"}),
    "spancheck": (["{bin}/spancheck"], {"R200"}),
}
# What golangci-lint hosts is narrowed down to the one check that means a rule here.
CONFIGS = {
    ".gocritic.yml": "gocritic], settings: {gocritic: {disable-all: true, enabled-checks: [deferInLoop]}}",
    ".revive.yml": "revive], settings: {revive: {rules: [{name: defer, arguments: [[loop]]}]}}",
}
CONFIG = 'version: "2"\nlinters: {{default: none, enable: [{}}}\nissues: {{max-issues-per-linter: 0, max-same-issues: 0}}\n'
FINDING = re.compile(r'([\w-]+)/([\w.-]+\.go):(\d+)(?::\d+)?(?:: |")')
THIRD_PARTY = re.compile(r'^\s*(?:\w+ )?"[\w-]+\.\w+/', re.M)


def functions(path):
    """(first line, last line, rules it leaks by, rules it looks like) of each function of a file."""
    found, looks, lines = [], set(), path.read_text().split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("// looks like "):
            looks |= set(line[len("// looks like ") :].split())
        if line.startswith("func "):
            end = at
            while not line.rstrip().endswith("}") and lines[end] != "}":
                end += 1
            wants = set()
            for inside in lines[at : end + 1]:
                for label in ("// want ", "// maybe "):
                    if label in inside:
                        wants |= set(inside.split(label)[1].split())
            found.append((at + 1, end + 1, wants, looks))
            looks, at = set(), end
        at += 1
    return found


def text_of(folder):
    return "".join(path.read_text() for path in sorted(folder.glob("*.go")))


def run(command, root):
    environment = dict(os.environ, GOFLAGS="-mod=mod", GOSUMDB="off", GOWORK="off", CGO_ENABLED="0")
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


class Module:
    """Folders of one go version, each copied to a name of its own; those that compile."""

    def __init__(self, root, version, folders):
        self.root = root
        root.mkdir()
        (root / "go.mod").write_text(f"module suite\n\ngo {version}\n")
        for name, linters in CONFIGS.items():
            (root / name).write_text(CONFIG.format(linters))
        for name, folder in folders.items():
            shutil.copytree(folder, root / name, ignore=lambda _, names: [n for n in names if not n.endswith(".go")])
        status, said = run(["go", "mod", "tidy", f"-go={version}"], root)
        if status != 0:
            print(f"no modules: {said.strip().splitlines()[-1]}", file=sys.stderr)
        # A module may ask for a newer Go than the folder is about: what timers do goes by this line.
        run(["go", "mod", "edit", f"-go={version}"], root)
        self.names = []
        for name, folder in folders.items():
            if status != 0 and THIRD_PARTY.search(text_of(folder)):
                continue
            wrong, said = run(["go", "vet", "-unusedresult", "./" + name], root)
            if wrong and "vet:" in said:
                print(f"{name} does not compile: left out: {said.strip().splitlines()[-1]}", file=sys.stderr)
                continue
            self.names.append(name)

    def ask(self, command, rules):
        """(bad, found, good, false) of the functions of these rules."""
        labelled = {}
        for name in self.names:
            for path in (self.root / name).glob("*.go"):
                of_rules = [f for f in functions(path) if (f[2] | f[3]) & rules]
                if of_rules:
                    labelled[name, path.name] = of_rules
        if not labelled:
            return 0, 0, 0, 0
        _, text = run([*command, *sorted({"./" + name for name, _ in labelled})], self.root)
        said = {(folder, file, int(line)) for folder, file, line in FINDING.findall(text)}
        count = [0, 0, 0, 0]
        for (folder, file), all_of in labelled.items():
            for first, last, wants, _ in all_of:
                hit = any(f == folder and n == file and first <= line <= last for f, n, line in said)
                kind = 0 if wants & rules else 2
                count[kind] += 1
                count[kind + 1] += hit
        return tuple(count)


def main():
    binaries = pathlib.Path(sys.argv[1]).resolve()
    roots = [pathlib.Path(name) for name in sys.argv[2:]] or [HERE.parent / "suite", HERE.parent / "wild"]
    folders = {}  # by go version
    for root in roots:
        for folder in sorted(root.iterdir()):
            if not folder.is_dir() or 'import "C"' in text_of(folder):
                continue
            version = re.search(r"^// go (1\.\d+)$", text_of(folder), re.M)
            folders.setdefault(version.group(1) if version else "1.26.0", {})[f"{root.name}_{folder.name}"] = folder
    with tempfile.TemporaryDirectory() as work:
        modules = [Module(pathlib.Path(work) / f"go{v}", v, of) for v, of in sorted(folders.items())]
        print(f"{sum(len(m.names) for m in modules)} of {sum(map(len, folders.values()))} folders", file=sys.stderr)
        print("| linter | rules | bad | found | good | false | recall | precision |\n|---|---|---|---|---|---|---|---|")
        for name, (command, rules) in LINTERS.items():
            command = [part.format(bin=binaries) for part in command]
            tool = command[2].removeprefix("-vettool=") if command[2:] and "-vettool=" in command[2] else command[0]
            if not shutil.which(tool):
                print(f"{name}: {tool} is not there", file=sys.stderr)
                continue
            bad, found, good, false = (sum(column) for column in zip(*(m.ask(command, rules) for m in modules)))
            recall = f"{100 * found / bad:.0f} %" if bad else "-"
            precision = f"{100 * found / (found + false):.0f} %" if found + false else "-"
            print(f"| {name} | {' '.join(sorted(rules))} | {bad} | {found} | {good} | {false} | {recall} | {precision} |", flush=True)


if __name__ == "__main__":
    main()
