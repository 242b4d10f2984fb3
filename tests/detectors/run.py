#!/usr/bin/env python3
"""Diagnosis of recorded evidence, held to what it should say: tests/detectors/run.py --seep build/release/seep [CASE...]

A case is a folder tests/detectors/<finding-id>/<fires|quiet>_<what>/ with

    1_goroutine.txt 1_heap.pb.gz 2_goroutine.txt ...   evidence; the number is the moment, moments are 30 s apart
    evidence.case                                      or all of it in one template; see template.py
    expected.txt                                       the findings, one block each; see describe() below

`--update` writes expected.txt anew, to be read in the diff before it is committed. A `fires_` case must name its folder's
finding and a `quiet_` case must not, whatever expected.txt says.
"""

import argparse
import difflib
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import template

HERE = os.path.dirname(os.path.abspath(__file__))
BEGIN = 1_700_000_000  # file time of moment 0: evidence without a time of its own is dated by its file
APART = 30             # seconds
TIMEOUT = 120          # seconds; a hang guard, not a measurement


class BadCase(Exception):
    """The case itself is wrong."""


def diagnose(case, seep):
    """The JSON report of a case's evidence."""
    with tempfile.TemporaryDirectory(prefix="seep-golden-") as folder:
        evidence = os.path.join(folder, "evidence")
        os.mkdir(evidence)
        for name in sorted(os.listdir(case)):
            if name == "evidence.case":
                with open(os.path.join(case, name), encoding="utf-8") as file:
                    written = template.write(file.read(), evidence)
            elif name == "expected.txt":
                continue
            else:
                moment = re.match(r"(\d+)_", name)
                if not moment:
                    raise BadCase(f"{name}: evidence is called <moment>_<anything>, e.g. 1_{name}")
                written = [(int(moment.group(1)), shutil.copy(os.path.join(case, name), evidence))]
            for moment, path in written:
                time = BEGIN + APART * moment
                os.utime(path, (time, time))
        if not os.listdir(evidence):
            raise BadCase("there is no evidence in it")
        done = subprocess.run([os.path.abspath(seep), "diagnose", "--json", "evidence"], cwd=folder, capture_output=True,
                              timeout=TIMEOUT, check=False)
    if done.returncode not in (0, 1):
        raise BadCase(f"seep diagnose ended with {done.returncode}:\n{done.stderr.decode('utf-8', 'replace')}")
    report = json.loads(done.stdout)
    if done.returncode != (1 if report["findings"] else 0):
        raise BadCase(f"exit status {done.returncode} with {len(report['findings'])} findings")
    return report


def number(value):
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def flat(values, prefix=""):
    """{"a": 1, "per_hour": {"b": 2}} as "a 1, per_hour.b 2"; what is absent is left out."""
    parts = []
    for key in sorted(values):
        value = values[key]
        if isinstance(value, dict):
            parts += [part for part in [flat(value, f"{prefix}{key}.")] if part]
        elif value is not None:
            parts.append(f"{prefix}{key} {number(value)}")
    return ", ".join(parts)


def describe(report):
    """What a case is held to: the judgement, the places and the numbers. The wording is the business of src/report/."""
    lines = []
    for finding in report["findings"]:
        bound = finding.get("bound")
        seconds = f" {number(bound['seconds'])} s" if bound and bound.get("seconds") else ""
        held = f", held by {bound['by']}{seconds}" if bound else ""
        lines += ["", f"{finding['id']}: {finding['verdict']}, {finding['confidence']}, {finding['severity']}, "
                      f"{finding.get('shape', 'unknown')}{held}"]
        lines.append(f"  {finding['title']}")
        impact = flat(finding.get("impact") or {})
        lines += [f"  impact: {impact}"] if impact else []
        for place in finding.get("where", []):
            at = f" {place['file']}:{place['line']}" if place.get("file") else ""
            lines.append(f"  {place['role']}: {place['function']}{at}")
    for gap in sorted({gap["what"] for gap in report.get("gaps", [])}):
        lines.append(f"gap: {gap}")
    for note in sorted({note["explain"] for note in report.get("notes", []) if note.get("explain")}):
        lines.append(f"note on {note}")
    return "\n".join(lines).strip() + "\n" if lines else "nothing\n"


def check(case, seep, update):
    """What is wrong with a case, or ""."""
    finding, name = case.split(os.sep)[-2:]
    report = diagnose(case, seep)
    found = {f["id"] for f in report["findings"]}
    if name.startswith("fires_") and finding not in found:
        return f"does not report {finding}; found: {', '.join(sorted(found)) or 'nothing'}\n{describe(report)}"
    if name.startswith("quiet_") and finding in found:
        return f"reports {finding}\n{describe(report)}"
    if not name.startswith(("fires_", "quiet_")):
        raise BadCase("a case is called fires_<what> or quiet_<what>")
    path = os.path.join(case, "expected.txt")
    got = describe(report)
    if update:
        with open(path, "w", encoding="utf-8") as file:
            file.write(got)
        return ""
    with open(path, encoding="utf-8") as file:
        wanted = file.read()
    return "".join(difflib.unified_diff(wanted.splitlines(True), got.splitlines(True), "expected", "found"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seep", required=True)
    parser.add_argument("--update", action="store_true", help="write expected.txt anew")
    parser.add_argument("cases", nargs="*", metavar="CASE", help="folders (default: all)")
    arguments = parser.parse_args()
    cases = [os.path.abspath(c) for c in arguments.cases] or sorted(glob.glob(os.path.join(HERE, "*", "*", "")))
    failed = 0
    for case in (os.path.normpath(c) for c in cases):
        try:
            wrong = check(case, arguments.seep, arguments.update)
        except (BadCase, OSError, ValueError, KeyError, template.BadTemplate, subprocess.TimeoutExpired) as error:
            wrong = f"{type(error).__name__}: {error}"
        failed += bool(wrong)
        print(f"{'FAILED' if wrong else 'ok    '} {os.path.relpath(case, HERE)}")
        print("".join(f"  {line}\n" for line in wrong.split("\n")) if wrong else "", end="")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
