#!/usr/bin/env python3
"""Recall and precision of other Go linters on the labelled suite, a line a linter and rule.

    compare.py PATH-OF-THEIR-BINARIES [FOLDER-OF-THE-SUITE]

Only the folders whose code type-checks offline with the standard library alone are asked: the linters say nothing of
others. A finding counts for the labelled function it lies in, whatever its line: linters differ in where they point.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
# linter: how it is run on ./folder, and the rules it is about
LINTERS = {
    "bodyclose": (["go", "vet", "-vettool={bin}/bodyclose"], {"R103", "R104", "R105"}),
    "sqlclosecheck": (["{bin}/sqlclosecheck"], {"R120", "R122", "R123"}),
    "rowserrcheck": (["{bin}/rowserrcheck"], {"R120"}),
    "go vet lostcancel": (["go", "vet", "-lostcancel"], {"R153"}),
    "go vet httpresponse": (["go", "vet", "-httpresponse"], {"R103", "R104", "R105"}),
    "go vet waitgroup": (["go", "vet", "-waitgroup"], {"R170"}),
}
FINDING = re.compile(r"(?:^|/)([\w.-]+\.go):(\d+):\d+: ")


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
                if "// want " in inside:
                    wants |= set(inside.split("// want ")[1].split())
            found.append((at + 1, end + 1, wants, looks))
            looks, at = set(), end
        at += 1
    return found


def findings(command, folder, root):
    done = subprocess.run([*command, "./" + folder], cwd=root, capture_output=True, text=True, check=False)
    text = done.stdout + done.stderr
    broken = "could not import" in text or "[build failed]" in text or "typecheck" in text
    return broken, {(name, int(line)) for name, line in FINDING.findall("\n" + text)}


def only_standard(folder):
    text = "".join(p.read_text() for p in folder.glob("*.go"))
    return not re.search(r'^\s*(?:\w+ )?"[\w-]+\.\w+/|import "C"', text, re.M)


def main():
    binaries = sys.argv[1]
    suite = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else HERE.parent / "suite")
    with tempfile.TemporaryDirectory() as work:
        root = pathlib.Path(work)
        (root / "go.mod").write_text("module suite\n\ngo 1.25\n")
        folders = [f for f in sorted(suite.iterdir()) if f.is_dir() and only_standard(f)]
        for folder in folders:
            shutil.copytree(folder, root / folder.name)
        print(f"{'linter':<22} {'rules':<18} {'bad':>4} {'found':>6} {'good':>5} {'false':>6} {'recall':>7} {'precision':>10}")
        for name, (command, rules) in LINTERS.items():
            command = [part.format(bin=binaries) for part in command]
            if not shutil.which(command[0]):
                print(f"{name:<22} not installed")
                continue
            bad = found = good = false = 0
            for folder in folders:
                labelled = {p.name: functions(p) for p in folder.glob("*.go")}
                asked = [f for all_of in labelled.values() for f in all_of if (f[2] | f[3]) & rules]
                if not asked:
                    continue
                broken, lines = findings(command, folder.name, root)
                if broken:
                    print(f"{name}: {folder.name} does not type-check here: left out")
                    continue
                for file, all_of in labelled.items():
                    for first, last, wants, looks in all_of:
                        said = any(n == file and first <= line <= last for n, line in lines)
                        if wants & rules:
                            bad += 1
                            found += said
                        elif looks & rules:
                            good += 1
                            false += said
            recall = f"{100 * found / bad:.0f}%" if bad else "-"
            precision = f"{100 * found / (found + false):.0f}%" if found + false else "-"
            print(
                f"{name:<22} {' '.join(sorted(rules)):<18} {bad:>4} {found:>6} {good:>5} {false:>6} "
                f"{recall:>7} {precision:>10}"
            )


if __name__ == "__main__":
    main()
