#!/usr/bin/env python3
"""Diagnosis end to end: real services, leaky ones and healthy ones, against the seep that was built.

    python3 tests/live/run.py --seep build/release/seep --testbed build/testbed
    python3 tests/live/run.py --list
    python3 tests/live/run.py --seep ... --testbed ... --case s0.unbounded --case 'healthy.*'

A case that needs a program this machine lacks fails; with SEEP_LIVE_OPTIONAL=1 it is skipped.
"""
import argparse
import fnmatch
import glob
import importlib.util
import json
import os
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

from expect import judge  # noqa: E402
from outside import OUTSIDE, from_outside  # noqa: E402
from harness import Bench, Failure, Missing, raise_file_limit  # noqa: E402
from source import join_sources  # noqa: E402


def all_cases():
    cases = {}
    for path in sorted(glob.glob(os.path.join(HERE, "cases", "*.py"))):
        spec = importlib.util.spec_from_file_location("cases_" + os.path.basename(path)[:-3], path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for case in module.CASES:
            if case.name in cases:
                raise SystemExit(f"{path}: the case {case.name} exists twice")
            cases[case.name] = case
    for name, without in OUTSIDE.items():
        cases["outside." + name] = from_outside(cases[name], without)
    join_sources(cases)
    return cases


def excerpt(report):
    """The part of the report that a person needs to see why a case failed."""
    lines = [f"    command: {' '.join(report.command)}   exit {report.status}"]
    for finding in report.findings:
        lines.append("    " + json.dumps({key: finding.get(key) for key in (
            "id", "verdict", "confidence", "title", "impact", "shape", "bound", "where")}))
    lines += [f"    gap: {gap}" for gap in report.json.get("gaps", [])]
    lines += [f"    note: {note}" for note in report.json.get("notes", [])]
    lines += ["    stderr: " + line for line in report.stderr.splitlines()[-8:]]
    return "\n".join(lines)


def run_case(case, options):
    """One of PASS, FAIL, SKIP and a text."""
    with Bench(options.seep, options.testbed, options.outside) as bench:
        try:
            outcome = case.run(bench)
            wrong = judge(outcome) + (case.also(bench, outcome) if case.also else [])
            if options.keep:
                with open(os.path.join(options.keep, case.name + ".json"), "w", encoding="utf-8") as file:
                    file.write(outcome.report.stdout)
            if wrong:
                return "FAIL", "\n".join("  - " + text for text in wrong) + "\n" + excerpt(outcome.report)
            return "PASS", ""
        except Missing as missing:
            return ("SKIP" if os.environ.get("SEEP_LIVE_OPTIONAL") == "1" else "FAIL"), f"  - {missing}"
        except Failure as failure:
            return "FAIL", f"  - {failure}"
        except Exception:  # a broken case must not hide the others
            return "FAIL", traceback.format_exc()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seep", default="build/release/seep")
    parser.add_argument("--testbed", default="build/testbed")
    parser.add_argument("--case", action="append", help="name or pattern; may be repeated")
    parser.add_argument("--keep", help="folder to keep the reports in")
    parser.add_argument("--outside", action="store_true", help="give seep the pid alone: it reads the process from outside")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    cases = all_cases()
    chosen = [name for name in cases if not options.case or any(fnmatch.fnmatch(name, p) for p in options.case)]
    if options.list:
        print("\n".join(chosen))
        return 0
    if not chosen:
        print(f"no case matches {options.case}; --list names them", file=sys.stderr)
        return 2
    raise_file_limit()
    if options.keep:
        os.makedirs(options.keep, exist_ok=True)
    counts = {"PASS": 0, "FAIL": 0, "SKIP": 0}
    for name in chosen:
        begun = time.monotonic()
        result, text = run_case(cases[name], options)
        counts[result] += 1
        print(f"{result} {name} ({time.monotonic() - begun:.1f} s)", flush=True)
        if text:
            print(text, flush=True)
    print(", ".join(f"{count} {result.lower()}" for result, count in counts.items() if count))
    if counts["FAIL"]:
        return 1
    return 0 if counts["PASS"] else 77  # what ctest takes for "skipped"


if __name__ == "__main__":
    sys.exit(main())
