#!/usr/bin/env python3
"""Processes read from outside, against what the programs know about themselves; see tests/outside/README.md.

    python3 tests/outside/run.py --seep build/release/seep [--case 'go1.2*.stripped']
    python3 tests/outside/run.py --seep build/release/seep --all        every toolchain in every variant
    python3 tests/outside/run.py --list [--all]
    python3 tests/outside/run.py --build                                only builds the programs of the tests

A toolchain that cannot be had is skipped by name; with --all it is a failure.
"""
import argparse
import fnmatch
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import agreement  # noqa: E402
import arm64  # noqa: E402
import connections  # noqa: E402
import hostile  # noqa: E402
import places  # noqa: E402
import toolchains  # noqa: E402
from target import Failure, Seep, Target  # noqa: E402

# Every toolchain is tried with and without symbols; each other way to build once or twice, on different toolchains.
IN_EVERY_TEST = [(version, variant) for version in toolchains.VERSIONS for variant in ("plain", "stripped")] + [
    ("1.19.8", "pie"), ("1.21.13", "cgo"), ("1.24.13", "trimpath"), ("1.26.8", "race"), ("1.26.8", "cgo_pie_stripped"),
    ("1.27.2", "pie_stripped"), ("1.18.10", "silent"), ("1.26.8", "silent")]


class Machine:
    """What a case gets: seep, and programs to read."""

    def __init__(self, seep, folder, programs):
        self.seep, self.folder, self.programs = Seep(seep, folder), folder, programs

    @staticmethod
    def run(*command):
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def program(self, version=toolchains.VERSIONS[-2], variant="stripped"):
        return toolchains.build(version, variant, self.programs)


def agrees(version, variant):
    def check(machine):
        with Target(machine.program(version, variant)) as target:
            theirs = target.settle()
            said = [agreement.dump_agrees(machine.seep, theirs, target.pid)]
            if variant == "silent":
                said.append(agreement.heap_is_said_to_be_off(machine.seep, target))
            else:
                said += [agreement.debug1_agrees(machine.seep, target),
                         agreement.goroutine_profile_agrees(machine.seep, target),
                         agreement.heap_agrees(machine.seep, target)]
            return ", ".join(said)
    return check


def all_cases(every):
    chosen = [(v, w) for v in toolchains.VERSIONS for w in toolchains.VARIANTS if w != "arm64"] if every else IN_EVERY_TEST
    return {**{f"go{version}.{variant}": agrees(version, variant) for version, variant in chosen},
            **{f"hostile.{name}": check for name, check in hostile.CASES.items()},
            **{f"places.{name}": check for name, check in places.CASES.items()},
            **{f"arm64.{name}": check for name, check in arm64.cases(every).items()},
            **{f"sockets.{name}": check for name, check in connections.CASES.items()}}


def run_case(check, options):
    folder = tempfile.mkdtemp(prefix="seep-outside-")
    try:
        return "ok", check(Machine(options.seep, folder, options.programs))
    except toolchains.Missing as missing:
        return "FAIL" if options.all else "skip", str(missing)
    except Failure as failure:
        return "FAIL", str(failure)
    except Exception:  # a broken case must not hide the others
        return "FAIL", traceback.format_exc()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def build_programs(programs):
    """Exit status 1 when one does not build; a toolchain that cannot be had is named."""
    status = 0
    for version, variant in IN_EVERY_TEST:
        try:
            toolchains.build(version, variant, programs)
        except toolchains.Missing as missing:
            print(f"not built: go{version} {variant}: {missing}", file=sys.stderr)
        except RuntimeError as error:
            print(error, file=sys.stderr)
            status = 1
    return status


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seep", default="build/release/seep")
    parser.add_argument("--programs", default=os.path.join(HERE, "..", "..", "build", "outside"))
    parser.add_argument("--case", action="append", default=[])
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--build", action="store_true")
    options = parser.parse_args()
    if options.build:
        return build_programs(options.programs)
    cases = {name: check for name, check in all_cases(options.all).items()
             if not options.case or any(fnmatch.fnmatch(name, pattern) for pattern in options.case)}
    if options.list:
        print("\n".join(cases))
        return 0
    if not cases:
        print(f"no case matches {options.case}; --list names them", file=sys.stderr)
        return 2
    counts = {"ok": 0, "FAIL": 0, "skip": 0}
    for name, check in cases.items():
        begun = time.monotonic()
        result, said = run_case(check, options)
        counts[result] += 1
        print(f"{result:<5} {name} ({time.monotonic() - begun:.1f} s): {said}", flush=True)
    print(", ".join(f"{count} {result}" for result, count in counts.items() if count))
    return 1 if counts["FAIL"] else 0 if counts["ok"] else 77


if __name__ == "__main__":
    sys.exit(main())
