#!/usr/bin/env python3
"""Runs *.test files against the seep binary: tests/cli/run.py --seep build/release/seep FILE...

A .test file holds one behaviour, as a person meets it. Lines starting with # say what and why. Then, once or more:

    RUN seep diagnose x.txt | wc -l     a line for sh, in an empty folder, with seep in PATH
    EXIT 2                              its exit status (0 if not said)
    EXPECT text                         stdout has this, after what the EXPECT before it matched
    EXPECT /regex/                      the same, as a regular expression within one line
    EXPECT-NOT text                     stdout does not have it (also /regex/)
    EXPECT-NOTHING                      stdout is empty
    EXPECT-ERR... (all of the above)    the same for stderr
    EXPECT-JSON findings[0].id = "x"    stdout is JSON and has this value at this path; [*] means: in at least one

$CASES is the folder of the .test file, $SOURCE the root of the repository; {VERSION} stands for the VERSION file.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TIMEOUT = 120  # seconds; a hang guard, not a measurement
DIRECTIVE = re.compile(r"(RUN|EXIT|EXPECT(?:-ERR)?(?:-NOT|-NOTHING)?|EXPECT-JSON)(?:\s+(.*))?$")


class BadTest(Exception):
    """The .test file itself is wrong."""


class Step:
    def __init__(self, command, line):
        self.command, self.line = command, line
        self.status, self.checks = 0, []


def read_test(text):
    """The steps of a .test file."""
    steps = []
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        found = DIRECTIVE.match(line)
        if not found:
            raise BadTest(f"line {number}: expected RUN, EXIT or EXPECT..., found: {line}")
        word, rest = found.group(1), found.group(2) or ""
        if bool(rest) == word.endswith("NOTHING"):
            raise BadTest(f"line {number}: {word} takes {'nothing' if rest else 'an argument'}")
        if word == "RUN":
            steps.append(Step(rest, number))
        elif not steps:
            raise BadTest(f"line {number}: {word} before the first RUN")
        elif word == "EXIT":
            steps[-1].status = int(rest)
        else:
            steps[-1].checks.append((number, word, rest))
    if not steps:
        raise BadTest("no RUN line")
    if not all(step.checks or step.status for step in steps):
        raise BadTest("a RUN that expects nothing tests nothing")
    return steps


def find(text, wanted, start=0):
    """Where `wanted` (text or /regex/) ends in `text` from `start` on, or -1."""
    if len(wanted) > 2 and wanted[0] == wanted[-1] == "/":
        found = re.compile(wanted[1:-1], re.MULTILINE).search(text, start)
        return found.end() if found else -1
    at = text.find(wanted, start)
    return at + len(wanted) if at >= 0 else -1


def json_values(value, path):
    """All values at a path such as findings[*].where[0].line."""
    values = [value]
    for key, index in re.findall(r"([\w\-]+)|\[(\d+|\*)\]", path):
        below = []
        for v in values:
            if key and isinstance(v, dict) and key in v:
                below.append(v[key])
            elif index == "*" and isinstance(v, list):
                below += v
            elif index and index != "*" and isinstance(v, list) and int(index) < len(v):
                below.append(v[int(index)])
        values = below
    return values


def check_json(out, rest):
    path, _, wanted = rest.partition(" = ")
    if not wanted:
        raise BadTest(f"EXPECT-JSON wants PATH = VALUE, found: {rest}")
    try:
        values = json_values(json.loads(out), path.strip())
    except ValueError as error:
        return f"stdout is not JSON: {error}"
    wanted = json.loads(wanted)
    return None if wanted in values else f"{path.strip()} is {json.dumps(values)[:300]}, expected {json.dumps(wanted)}"


def run_step(step, environment, folder):
    """What is wrong with this step, line by line."""
    try:
        done = subprocess.run(["sh", "-c", step.command], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return [f"line {step.line}: still running after {TIMEOUT} s: {step.command}"]
    out, err = (stream.decode("utf-8", "replace") for stream in (done.stdout, done.stderr))
    wrong = []
    if done.returncode != step.status:
        wrong.append(f"line {step.line}: exit status {done.returncode}, expected {step.status}")
    position = {"EXPECT": 0, "EXPECT-ERR": 0}
    for number, word, rest in step.checks:
        rest = rest.replace("{VERSION}", environment["SEEP_VERSION"])
        stream, text = ("stderr", err) if word.startswith("EXPECT-ERR") else ("stdout", out)
        if word == "EXPECT-JSON":
            why = check_json(out, rest)
            if why:
                wrong.append(f"line {number}: {why}")
        elif word.endswith("-NOTHING"):
            if text:
                wrong.append(f"line {number}: {stream} is not empty")
        elif word.endswith("-NOT"):
            if find(text, rest) >= 0:
                wrong.append(f"line {number}: {stream} has: {rest}")
        else:
            end = find(text, rest, position[word])
            if end < 0:
                before = ", though further up" if find(text, rest) >= 0 else ""
                wrong.append(f"line {number}: {stream} lacks: {rest}{before}")
            else:
                position[word] = end
    if wrong:
        wrong += [f"--- {step.command}"] + ["out| " + line for line in out.split("\n")[:60]]
        wrong += ["err| " + line for line in err.split("\n")[:60]]
    return wrong


def run_test(path, seep):
    with open(path, encoding="utf-8") as file:
        steps = read_test(file.read())
    with open(os.path.join(ROOT, "VERSION"), encoding="utf-8") as file:
        version = file.read().strip()
    with tempfile.TemporaryDirectory(prefix="seep-cli-") as folder:
        os.mkdir(f"{folder}/bin")
        os.mkdir(f"{folder}/here")
        os.symlink(os.path.abspath(seep), f"{folder}/bin/seep")
        # A known world: no colour, no locale, nobody's configuration.
        environment = {
            "PATH": f"{folder}/bin:" + os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": folder, "TMPDIR": folder, "LC_ALL": "C.UTF-8", "TERM": "dumb", "COLUMNS": "80",
            "CASES": os.path.dirname(os.path.abspath(path)), "SOURCE": ROOT, "SEEP_VERSION": version,
        }  # fmt: skip
        environment |= {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}
        for step in steps:
            wrong = run_step(step, environment, f"{folder}/here")
            if wrong:
                return wrong
    return []


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seep", required=True, help="the binary under test")
    parser.add_argument("tests", nargs="+", metavar="FILE")
    arguments = parser.parse_args()
    failed = 0
    for path in arguments.tests:
        try:
            wrong = run_test(path, arguments.seep)
        except BadTest as error:
            wrong = [str(error)]
        print(f"{'FAILED' if wrong else 'ok    '} {path}")
        print("".join(f"  {line}\n" for line in wrong), end="")
        failed += bool(wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
