#!/usr/bin/env python3
"""`seep native` on real programs, against what they say of themselves.

    python3 tests/native/run.py --seep build/release/seep [--case c.*] [--go go1.22.12]...

With a rate of one byte everything is sampled and what is found has to be exact; with a coarser one it has to lie within six
standard deviations. --go names more toolchains (GOTOOLCHAIN); the tests use the installed one.
"""
import argparse
import fnmatch
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
GO_VARIANTS = {
    "plain": [],
    "stripped": ["-ldflags=-s -w"],
    "pie": ["-buildmode=pie"],
    "pie_stripped": ["-buildmode=pie", "-ldflags=-s -w"],
}
DEADLINE = 120


class Failure(Exception):
    pass


class Missing(Exception):
    pass


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, **options)
    if done.returncode != 0:
        raise Failure(f"{' '.join(command)}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Bench:
    def __init__(self, seep, folder):
        self.seep, self.folder = seep, folder

    def blocks(self):
        binary = os.path.join(self.folder, "blocks")
        if not shutil.which("g++"):
            raise Missing("g++ is not installed")
        if not os.path.exists(binary):
            run("g++", "-O2", "-std=c++17", "-o", binary, os.path.join(HERE, "c_program/blocks.cc"), "-ldl", "-pthread")
            run("gcc", "-O2", "-fPIC", "-shared", "-o", os.path.join(self.folder, "late.so"),
                os.path.join(HERE, "c_program/late.c"))
        return binary

    def go(self, variant, toolchain):
        if not shutil.which("go") or not shutil.which("gcc"):
            raise Missing("go or gcc is not installed")
        binary = os.path.join(self.folder, f"native.{toolchain or 'go'}.{variant}")
        env = dict(os.environ, CGO_ENABLED="1", GOTOOLCHAIN=toolchain or "local", GOFLAGS="-buildvcs=false")
        run("go", "build", *GO_VARIANTS[variant], "-o", binary, ".", cwd=os.path.join(HERE, "go_program"), env=env)
        return binary

    def native(self, rate, *command, more=()):
        """What the program said, what seep found, and the stacks of the profile."""
        profile = os.path.join(self.folder, "profile.pb.gz")
        text = run(self.seep, "native", "--json", "--rate", rate, "--pprof", profile, *more, "--", *command)
        said, _, found = text.partition("\n")
        return json.loads(said), json.loads(found), self.stacks(profile)

    def stacks(self, profile):
        """[(inuse bytes, allocated bytes, functions innermost first)] as `seep pprof -traces` prints them."""
        values = {}
        for index in ("inuse_space", "alloc_space"):
            text = run(self.seep, "pprof", "-symbolize=none", "-traces", "-unit=B", f"-sample_index={index}", profile)
            for part in text.split("-----------+")[1:]:
                lines = [line for line in part.splitlines()[1:] if line.strip() and not re.match(r"\s*\w+:\s", line)]
                if not lines:
                    continue
                amount, first = lines[0].split(None, 1)
                stack = (first, *(line.strip() for line in lines[1:]))
                values.setdefault(stack, {})[index] = values.get(stack, {}).get(index, 0) + float(amount.rstrip("B"))
        return [(v.get("inuse_space", 0), v.get("alloc_space", 0), stack) for stack, v in values.items()]


def has(stack, function):
    return any(name == function or name.startswith(function + " ") or name.endswith("." + function) for name in stack)


def live_of(stacks, *functions):
    return sum(live for live, _, stack in stacks if all(has(stack, f) for f in functions))


def expect(what, expected, found, slack=0.0):
    if abs(found - expected) > slack:
        raise Failure(f"{what}: expected {expected:.0f}{f' ± {slack:.0f}' if slack else ''}, found {found:.0f}")


def exact(bench, *command):
    said, found, stacks = bench.native("1", bench.blocks(), *command)
    expect("samples without room", 0, found["lost"])
    return said, found, stacks


def ways(bench):
    said, _, stacks = exact(bench, "ways")
    said["site_malloc"] += said.pop("site_malloc_2")
    for site, bytes_kept in said.items():
        expect(site, bytes_kept, live_of(stacks, site))


def estimate(bench):
    said, found, stacks = bench.native("32KiB", bench.blocks(), "estimate")
    expect("samples without room", 0, found["lost"])
    for site, kept in said.items():
        found_live = live_of(stacks, site)
        # A Poisson process over bytes: the variance of the estimate is below rate x bytes, plus that of the large blocks.
        expect(site, kept, found_live, 6 * ((32 << 10) * kept) ** 0.5)
        print(f"  {site}: {kept} bytes kept, {found_live:.0f} estimated ({100 * (found_live / kept - 1):+.1f} %)")


def threads(bench):
    said, _, stacks = exact(bench, "threads")
    expect("site_malloc", said["site_malloc"], live_of(stacks, "site_malloc"))


def fork(bench):
    said, _, stacks = exact(bench, "fork")
    expect("the child's exit status", 0, said["child"])
    expect("site_malloc", said["site_malloc"], live_of(stacks, "site_malloc"))
    expect("site_calloc of the child", 0, live_of(stacks, "site_calloc"))
    _, _, stacks = bench.native("1", bench.blocks(), "fork", more=["--children"])
    expect("site_calloc with --children", 2400, live_of(stacks, "site_calloc"))
    expect("site_malloc with --children", said["site_malloc"], live_of(stacks, "site_malloc"))


def late(bench):
    said, _, stacks = exact(bench, "late", os.path.join(bench.folder, "late.so"))
    expect("late_leak", said["late_leak"], live_of(stacks, "late_leak"))


def signals(bench):
    said, _, stacks = exact(bench, "signals")
    expect("through the signal's frame", said["site_calloc"], live_of(stacks, "site_calloc", "on_signal", "interrupted"))
    expect("site_malloc", 0, live_of(stacks, "site_malloc"))


def killed(bench):
    command = [bench.seep, "native", "--json", "--rate", "1", "--", bench.blocks(), "wait"]
    for number in (signal.SIGKILL, signal.SIGTERM):
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as seep:
            said = json.loads(seep.stdout.readline())
            if number == signal.SIGTERM:
                seep.send_signal(number)  # is handed on
            else:
                child = run("ps", "-o", "pid=", "--ppid", str(seep.pid)).split()
                os.kill(int(child[0]), number)
            rest, errors = seep.communicate(timeout=DEADLINE)
        expect("seep's exit status", 0, seep.returncode)
        if f"signal {int(number)}" not in errors:
            raise Failure(f"how the program ended is not said: {errors}")
        sites = [s for s in json.loads(rest)["sites"] if any(c["function"] == "site_malloc" for c in s["c"])]
        expect("site_malloc", said["site_malloc"], sum(s["live"]["bytes"] for s in sites))


def exec_chain(bench):
    """A shell that becomes the program: what counts is the program."""
    text = run(bench.seep, "native", "--json", "--rate", "1", "--", "sh", "-c", f"exec {bench.blocks()} ways")
    found = json.loads(text.partition("\n")[2])
    sites = [s for s in found["sites"] if any(c["function"] == "site_posix" for c in s["c"])]
    expect("site_posix", 8000, sum(s["live"]["bytes"] for s in sites))


def refused(bench):
    static = os.path.join(bench.folder, "static")
    with open(os.path.join(bench.folder, "static.c"), "w") as source:
        source.write("#include <stdlib.h>\nint main(void) { return malloc(1000000) == 0; }\n")
    run("gcc", "-static", "-o", static, source.name)
    for command, words in ((["/no/such/program"], "no such file"), ([static], "static"), (["/bin/true"], "no allocation")):
        done = subprocess.run([bench.seep, "native", "--rate", "1GiB", "--", *command], capture_output=True, text=True)
        if done.returncode != 2 or words not in done.stderr:
            raise Failure(f"{command}: exit status {done.returncode}, expected 2 and \"{words}\" in: {done.stderr}")
    left = [name for name in os.listdir(bench.folder) if name.startswith("seep-native-")]
    if left:
        raise Failure(f"folders are left behind: {left}")


def go_program(bench, variant, toolchain):
    said, found, stacks = bench.native("1", bench.go(variant, toolchain))
    with open(os.path.join(HERE, "go_program/main.go")) as source:
        lines = {mark: number for number, line in enumerate(source, 1) for mark in ("READ", "KEEP", "NESTED", "BACK")
                 if line.rstrip().endswith("// " + mark)}
    names = () if "stripped" in variant else ("make_document",)  # C's are gone with the symbols
    for function, kept in said.items():
        expect(function, kept, live_of(stacks, "main." + function, *names))
    expect("nested callbacks", 5000, live_of(stacks, "main.nested", "main.goCallback"))
    # Go, C, Go, C, Go, C: all of it is on one stack.
    deepest = max((s for _, _, s in stacks if has(s, "main.nested")), key=len)
    expect("callbacks on the stack", 3, sum(name.startswith("main.goCallback") for name in deepest))
    if names:
        expect("C between them", 3, deepest.count("goCallback"))
    first = found["sites"][0]
    places = [(call["function"], call["line"]) for call in first["go"][:2]]
    if places != [("main.readDocument", lines["READ"]), ("main.keep", lines["KEEP"])]:
        raise Failure(f"the site that keeps most is {places}")
    if names and not any(call["function"] == "make_document" for call in first["c"]):
        raise Failure(f"C calls of the site that keeps most: {first['c']}")
    # Recursions of every depth are one way; one call in fifty did not recurse.
    expect("what that site keeps", said["keep"] * 49 // 50, first["live"]["bytes"])


def cases(toolchains):
    for case in (ways, estimate, threads, fork, late, signals, killed, exec_chain, refused):
        yield f"c.{case.__name__}", case
    for toolchain in toolchains:
        for variant in GO_VARIANTS:
            name = f"{toolchain or 'go'}.{variant}"
            yield name, lambda bench, v=variant, t=toolchain: go_program(bench, v, t)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seep", default="build/release/seep")
    parser.add_argument("--case", default="*")
    parser.add_argument("--go", action="append", default=[])
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    chosen = [(n, c) for n, c in cases([None, *options.go]) if fnmatch.fnmatch(n, options.case)]
    if options.list:
        print("\n".join(name for name, _ in chosen))
        return 0
    failed = missing = 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TMPDIR"] = folder
        bench = Bench(os.path.abspath(options.seep), folder)
        for name, case in chosen:
            try:
                case(bench)
                print(f"ok      {name}")
            except Missing as why:
                missing += 1
                print(f"missing {name}: {why}")
            except (Failure, OSError, ValueError, LookupError, subprocess.SubprocessError) as why:
                failed += 1
                print(f"FAILED  {name}: {why}")
    return 1 if failed else 77 if missing == len(chosen) else 0


if __name__ == "__main__":
    sys.exit(main())
