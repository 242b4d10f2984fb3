#!/usr/bin/env python3
"""Holds `seep pprof` against the pprof of a pinned Go toolchain, byte for byte: tests/pprof/run.py --seep build/release/seep

Each case is a command line (and perhaps what is typed into the shell) over recorded and generated profiles. Both programs run it in
an empty folder; stdout, stderr, exit status and the files left behind must be equal, gzipped output after inflating. What pprof
answers is kept in build/oracle-cache under the hash of everything that it depends on.

    --list             the names of the cases
    --only REGEX       cases whose name matches
    --command NAME     cases of one line of the summary
    --sample N         about N of the cases, evenly spread and always the same
    --self ROUNDS      no seep: pprof against itself, and which cases it answers differently from run to run
    --differences N    how many differences are printed (default 5)

Where pprof itself is not deterministic, nondeterminism.py says which lines may differ and why; deliberate.py, where seep has
words of its own.
"""

import argparse
import collections
import contextlib
import difflib
import hashlib
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor

import binaries
import cases
import deliberate
import inputs
import legacy_inputs
import nondeterminism
import oracle
from profile_writer import inflated
from service import PLACE, Service

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.join(oracle.ROOT, "build")
TIMEOUT = 60  # seconds; a hang guard, not a measurement
WORKERS = 2
FORMAT = 3  # of what is kept in the cache; goes up when results are taken down differently
RETRIES = 12  # how often pprof is asked again before a difference is taken for one
# The same where nondeterminism.py knows of such a difference: of two answers that Go's maps give once in eight times, this many
# show both but once in half a million.
KNOWN_RETRIES = 100
NO_GO = 77  # exit status: ctest calls it skipped


def write_files(folder, files):
    for name, data in files.items():
        with open(os.path.join(folder, name), "wb") as out:
            out.write(data)


def write_inputs(folder):
    """The folder `in` of every case; names of the generated files."""
    files = {**inputs.generated(), **legacy_inputs.generated()}
    write_files(folder, files)
    shutil.copytree(os.path.join(HERE, "data"), os.path.join(folder, "data"))
    shutil.copytree(os.path.join(HERE, "record"), os.path.join(folder, "source/example.com/recorder"))
    shutil.copytree(os.path.join(HERE, "record"), os.path.join(folder, "source"), dirs_exist_ok=True)
    return sorted(files)


class Result(dict):
    """status, stdout, stderr and the files left behind, as bytes."""

    def pack(self):
        return zlib.compress(json.dumps({k: v.decode("latin-1") for k, v in self.items()}).encode())

    @staticmethod
    def unpack(data):
        return Result((k, v.encode("latin-1")) for k, v in json.loads(zlib.decompress(data)).items())


class Runner:
    """Runs one program on cases, each worker thread in a folder of its own."""

    def __init__(self, program, work, in_folder, service):
        self.program, self.work, self.in_folder, self.service = program, work, in_folder, service
        self.local, self.lock, self.count = threading.local(), threading.Lock(), itertools.count()

    def folder(self):
        if not hasattr(self.local, "folder"):
            with self.lock:
                self.local.folder = os.path.join(self.work, f"{os.path.basename(self.program[0])}-{next(self.count)}")
            os.makedirs(os.path.join(self.local.folder, "home"))
            os.makedirs(os.path.join(self.local.folder, "cwd"))
            os.symlink(self.in_folder, os.path.join(self.local.folder, "cwd", "in"))
        return self.local.folder

    def run(self, case):
        folder = self.folder()
        cwd, home = os.path.join(folder, "cwd"), os.path.join(folder, "home")
        environment = {"PATH": "/usr/bin:/bin", "HOME": home, "PPROF_TMPDIR": home, "LANG": "C", **dict(case.env)}
        # Listings say where they looked for a source, errors whom they asked.
        places = [(cwd.encode(), b"$PWD"), (home.encode(), b"$HOME"), (self.service.address.encode(), PLACE.encode())]

        def placeless(data):
            for place, name in places:
                data = data.replace(place, name)
            return data
        args = [a.replace(PLACE, self.service.address) for a in case.args]
        try:
            done = subprocess.run([*self.program, *args], cwd=cwd, env=environment, input=case.stdin.encode(),
                                  capture_output=True, timeout=TIMEOUT, check=False)
            result = Result(status=str(done.returncode).encode(), stdout=placeless(inflated(done.stdout)),
                            stderr=placeless(done.stderr))
        except subprocess.TimeoutExpired:
            result = Result(status=b"timeout", stdout=b"", stderr=b"")
        for left in (cwd, home):
            for name in os.listdir(left):
                if name in ("in", "pprof", ".config"):
                    continue
                path = os.path.join(left, name)
                with open(path, "rb") as file:
                    result["file " + name] = placeless(inflated(file.read()))
                os.remove(path)
        return result


class Cache:
    """Answers of the oracle by the hash of what they depend on."""

    def __init__(self, folder, in_folder):
        self.folder, self.in_folder, self.hashes = folder, in_folder, {}
        with open(os.path.join(HERE, "service.py"), encoding="utf-8") as file:
            self.service = file.read()  # what it answers is part of the question
        os.makedirs(folder, exist_ok=True)

    def hash_of(self, argument):
        """Of the file that an argument names, if it does."""
        path = argument.rpartition("=")[2] if argument.startswith("-") else argument
        if PLACE in argument:
            path = "in/" + argument.rpartition("?file=")[2]
        if not path.startswith("in/"):
            return ""
        if path not in self.hashes:
            path_here = os.path.join(self.in_folder, path[3:])
            digest = hashlib.sha256()
            for name in sorted(self.files(path_here)):
                with open(name, "rb") as file:
                    digest.update(name[len(self.in_folder):].encode() + file.read())
            self.hashes[path] = digest.hexdigest()
        return self.hashes[path]

    @staticmethod
    def files(path):
        if os.path.isfile(path):
            return [path]
        return [os.path.join(parent, name) for parent, _, names in os.walk(path) for name in names]

    def path(self, case):
        parts = [FORMAT, oracle.VERSION, case.args, case.stdin, case.env, [self.hash_of(a) for a in case.args]]
        if case.command == "remote":
            parts.append(self.service)
        return os.path.join(self.folder, hashlib.sha256(json.dumps(parts).encode()).hexdigest())

    def get(self, case, run):
        path = self.path(case)
        try:
            with open(path, "rb") as file:
                return Result.unpack(file.read())
        except (OSError, zlib.error, ValueError):
            result = run(case)
        with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as file:
            file.write(result.pack())
        os.rename(file.name, path)
        return result


def differences(wanted, got, limit=30):
    """A unified diff of two results, `limit` lines for each part."""
    out = []
    for part in sorted({*wanted, *got}):
        one, other = wanted.get(part), got.get(part)
        if one == other:
            continue
        texts = [["absent"] if t is None else t.decode("utf-8", "backslashreplace").split("\n") for t in (one, other)]
        lines = list(difflib.unified_diff(*texts, f"pprof: {part}", f"seep: {part}", lineterm="", n=2))
        if not lines:
            lines = [f"{part}: differs in bytes that are no text"]
        out += lines[:limit] + ([f"... {len(lines) - limit} more lines"] if len(lines) > limit else [])
    return "\n".join(out)


def against_itself(chosen, runner, rounds):
    """Cases that pprof does not answer the same each time, before and after nondeterminism.py."""
    def answers(case):
        results = [runner.run(case) for _ in range(rounds)]
        raw = [r for r in results if r != results[0]]
        known = nondeterminism.settled(case, results[0])
        left = [r for r in results if nondeterminism.settled(case, r) != known]
        return case, known, raw[:1], [nondeterminism.settled(case, r) for r in left[:1]]

    varying, unexplained = collections.Counter(), []
    with ThreadPoolExecutor(WORKERS) as pool:
        for case, first, raw, left in pool.map(answers, chosen):
            varying[case.command] += bool(raw)
            if left:
                unexplained.append(case)
                print(f"--- varies: {case.name}\n{differences(first, left[0])}\n")
            elif raw:
                print(f"explained: {case.name}")
    for command, count in sorted(varying.items()):
        print(f"{command:10} {count:5} of {sum(c.command == command for c in chosen)} vary")
    print(f"{sum(varying.values())} of {len(chosen)} cases vary, {len(unexplained)} of them unexplained")
    return 1 if unexplained else 0


def against_seep(chosen, pprof, seep, cache, shown):
    def compare(case):
        wanted = deliberate.compared(case, cache.get(case, pprof.run))
        got = deliberate.compared(case, seep.run(case))
        if wanted == got:
            return case, None
        known = nondeterminism.settled(case, wanted) == nondeterminism.settled(case, got)
        for _ in range(KNOWN_RETRIES if known else RETRIES):
            again = deliberate.compared(case, pprof.run(case))
            if again == got:
                return case, None
            if again != wanted:  # pprof does not agree with itself
                one, other = nondeterminism.settled(case, again), nondeterminism.settled(case, got)
                return case, None if one == other else differences(one, other)
        return case, differences(wanted, got)

    equal, total, printed, failed = collections.Counter(), collections.Counter(), collections.Counter(), []
    with ThreadPoolExecutor(WORKERS) as pool:
        for case, wrong in pool.map(compare, chosen):
            total[case.command] += 1
            equal[case.command] += wrong is None
            if wrong is not None:
                failed.append(case)
                printed[case.command] += 1
                if printed[case.command] <= shown:
                    print(f"--- differs: seep pprof {case.name}\n{wrong}\n", flush=True)
    for command in sorted(total):
        print(f"{command:10} {equal[command]:5} equal of {total[command]:5}")
    print(f"{'all':10} {sum(equal.values()):5} equal of {len(chosen):5}")
    if failed:
        print("run one:  tests/pprof/run.py --seep build/release/seep --only '^" + re.escape(failed[0].name).replace("'", "'\\''") + "$'")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seep")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--command")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--self", type=int, metavar="ROUNDS")
    parser.add_argument("--differences", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="seep-pprof-") as work:
        in_folder = os.path.join(work, "in")
        os.makedirs(in_folder)
        chosen = cases.all_cases(write_inputs(in_folder))
        chosen = [c for c in chosen if re.search(options.only, c.name) and options.command in (None, c.command)]
        if options.sample and options.sample < len(chosen):
            chosen = [chosen[i * len(chosen) // options.sample] for i in range(options.sample)]
        if options.list:
            print("\n".join(case.name for case in chosen))
            return 0
        try:
            program = oracle.build(os.path.join(BUILD, "oracle"))
        except oracle.OracleError as error:
            print(f"run.py: no oracle: {error}", file=sys.stderr)
            return NO_GO if isinstance(error, oracle.NoGo) else 2
        if any("in/sym" in argument for case in chosen for argument in case.args):  # compilers take their time
            write_files(in_folder, binaries.generated(in_folder))
        with contextlib.closing(Service(in_folder)) as service:
            pprof = Runner([program], work, in_folder, service)
            if options.self:
                return against_itself(chosen, pprof, options.self)
            if not options.seep or not chosen:
                parser.error("--seep is needed" if chosen else "no case is chosen")
            seep = Runner([os.path.abspath(options.seep), "pprof"], work, in_folder, service)
            return against_seep(chosen, pprof, seep, Cache(os.path.join(BUILD, "oracle-cache"), in_folder), options.differences)


if __name__ == "__main__":
    sys.exit(main())
