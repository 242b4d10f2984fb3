#!/usr/bin/env python3
"""What it costs to read a Go process from outside, to whoever reads and to who is read; see run.sh.

The process is tests/outside/program with that many parked goroutines of four kinds of stacks. Its own heart, which beats every
millisecond, says how long it stood still.
"""
import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests", "outside"))
import toolchains  # noqa: E402
from target import Target  # noqa: E402

DELVE = "github.com/go-delve/delve/cmd/dlv@v1.27.2"
PATIENCE = 600
BIG_PACKAGES, BIG_FUNCTIONS = 64, 1000


def measured(command, said=b""):
    """(wall, CPU, peak MB, exit status, lines) of one command, which is told `said`."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as answers:
        answers.write(said)
        answers.seek(0)
        begun = time.monotonic()
        process = subprocess.Popen(command, stdin=answers, stdout=out, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - begun
        out.seek(0)
        lines = sum(1 for _ in out)
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, process.returncode, lines


def cpu_ticks(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def parked(target, count):
    """Starts `count` goroutines and waits until the process does nothing any more."""
    target.settle()
    target.ask(f"park {count}")
    per_second = os.sysconf("SC_CLK_TCK")
    while True:
        before = cpu_ticks(target.pid)
        time.sleep(0.5)
        if cpu_ticks(target.pid) - before < per_second * 0.1:
            return


def gap(target):
    return int(target.ask("gaps").split()[1]) / 1e6


def resident(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


def row(who, count, target, command, runs=5, said=b""):
    """Best run of `command`, and the longest gap of the target's heart in any of them."""
    gaps, best = [], None
    for _ in range(runs):
        gap(target)
        found = measured(command, said)
        gaps.append(gap(target))
        if found[3] != 0:
            print(f"{who:<36} {count:>9,}  failed with exit status {found[3]}", flush=True)
            return
        best = min(best or found, found)
    # As long again without anybody reading: what the machine itself does.
    time.sleep(best[0])
    quiet = gap(target)
    print(f"{who:<36} {count:>9,} {best[0]:>9.2f} s {best[1]:>8.2f} s {best[2]:>9.0f} MB {min(gaps):>9.1f} ms {quiet:>9.1f} ms"
          f" {best[4]:>10,}", flush=True)


def delve(folder):
    found = shutil.which("dlv") or os.path.join(folder, "dlv")
    if not os.path.exists(found):
        subprocess.run(["go", "install", DELVE], env=dict(os.environ, GOBIN=folder, GOFLAGS=""), capture_output=True)
    return found if os.path.exists(found) else None


def goroutines(seep, programs, counts):
    version = toolchains.VERSIONS[-2]
    print(f"{'':36} {'goroutines':>9} {'wall':>10} {'CPU':>10} {'peak':>12} {'stood still':>12} {'unread':>12} {'lines':>10}")
    for count in counts:
        with Target(toolchains.build(version, "stripped", programs)) as target:
            parked(target, count)
            for words in ([], ["--debug2"], ["--pprof", "/dev/null"]):
                row(" ".join(["seep goroutines", *words[:1], "(stripped)"]), count, target, [seep, "goroutines", str(target.pid), *words])
            print(f"{'':36} the process has {resident(target.pid):,.0f} MB resident", flush=True)
    debugger = delve(programs)
    plain = toolchains.build(version, "plain", programs)
    for count in (count for count in (10000, 100000) if count <= max(counts)):
        with Target(plain) as target:
            parked(target, count)
            row("seep goroutines", count, target, [seep, "goroutines", str(target.pid)])
            script = os.path.join(programs, "dlv.init")
            with open(script, "w", encoding="utf-8") as file:
                file.write("goroutines -t\nexit\n")
            if debugger:
                # "Would you like to kill the process?"
                row("dlv attach, goroutines -t", count, target,
                    ["timeout", str(PATIENCE), debugger, "attach", str(target.pid), "--allow-non-terminal-interactive=true",
                     f"--init={script}"], runs=1, said=b"n\n")
            else:
                print("dlv: not measured, it could not be installed")
            if shutil.which("gdb"):
                runtime = os.path.join(subprocess.run([toolchains.toolchain(version), "env", "GOROOT"], capture_output=True,
                                                      text=True, check=True).stdout.strip(), "src/runtime/runtime-gdb.py")
                row("gdb info goroutines, no stacks", count, target,
                    ["timeout", str(PATIENCE), "gdb", "-q", "-batch", "-p", str(target.pid), "-ex", f"source {runtime}",
                     "-ex", "info goroutines"], runs=1)
            else:
                print("gdb: not measured, it is not installed")


def write_big(folder):
    """A program of 64,000 functions and 100 MB, of which nothing runs."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "go.mod"), "w", encoding="utf-8") as file:
        file.write("module big\n\ngo 1.18\n")
    for package in range(BIG_PACKAGES):
        os.makedirs(os.path.join(folder, f"p{package}"), exist_ok=True)
        with open(os.path.join(folder, f"p{package}", "p.go"), "w", encoding="utf-8") as file:
            file.write(f'package p{package}\n\nimport "fmt"\n\ntype T struct {{\n\ta, b int\n\ts    []string\n\tm    '
                       'map[string]int\n}\n')
            for i in range(BIG_FUNCTIONS):
                file.write(f"""
func (t *T) F{i}(k string, v int) (string, error) {{
	if x, ok := t.m[k]; ok && x > {i} {{
		t.s = append(t.s, fmt.Sprintf("{i} %s %d", k, x), k)
		return t.F{(i * 7 + 3) % BIG_FUNCTIONS}(k, v-1)
	}}
	for j, s := range t.s {{
		switch {{
		case s == k && j%{i + 2} == {i % 7}:
			t.m[s] += v * {i}
		case len(s) > {i % 17}:
			delete(t.m, s[:{i % 17}])
		default:
			return "", fmt.Errorf("f{i}: %q at %d of %d: %w", s, j, t.a, fmt.Errorf("%v", t.b))
		}}
	}}
	return k, nil
}}
""")
            file.write("\nvar All = []func(*T, string, int) (string, error){" +
                       ", ".join(f"(*T).F{i}" for i in range(BIG_FUNCTIONS)) + "}\n")
    with open(os.path.join(folder, "main.go"), "w", encoding="utf-8") as file:
        imports = "".join(f'\t"big/p{package}"\n' for package in range(BIG_PACKAGES))
        calls = "".join(f"\t\tfor _, f := range p{package}.All {{\n\t\t\tf(nil, \"\", 0)\n\t\t}}\n"
                        for package in range(BIG_PACKAGES))
        file.write(f'package main\n\nimport (\n{imports}\t"os"\n)\n\nfunc main() {{\n\tgo func() {{ select {{}} }}()\n'
                   f"\tos.Stdin.Read(make([]byte, 1))\n\tif len(os.Args) > 2 {{\n{calls}\t}}\n}}\n")


def start(seep, programs):
    """From the start of seep to the last byte of its answer, on a program of 100 MB with a handful of goroutines."""
    binary = os.path.join(programs, "big")
    if not os.path.exists(binary):
        print(f"building a program of {BIG_PACKAGES * BIG_FUNCTIONS:,} functions: some minutes", flush=True)
        source = os.path.join(programs, "big_source")
        write_big(source)
        subprocess.run([toolchains.toolchain(toolchains.VERSIONS[-2]), "build", "-ldflags=-s -w", "-o", binary, "."], cwd=source,
                       env=dict(os.environ, GOTOOLCHAIN="local", GOFLAGS="", CGO_ENABLED="0"), check=True)
    process = subprocess.Popen([binary], stdin=subprocess.PIPE)
    try:
        time.sleep(0.5)
        runs = [measured([seep, "goroutines", str(process.pid)]) for _ in range(10)]
    finally:
        process.kill()
        process.wait()
    wall, cpu, peak, status, _ = min(runs)
    print(f"seep goroutines of a stripped binary of {os.path.getsize(binary) / 1e6:.0f} MB: {wall * 1000:.0f} ms from start to end,"
          f" {cpu * 1000:.0f} ms CPU, {peak:.0f} MB peak (exit status {status})")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seep", default=os.path.join(ROOT, "build", "release", "seep"))
    parser.add_argument("goroutines", nargs="*", type=int)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    programs = os.path.join(ROOT, "build", "outside")
    seep = os.path.abspath(options.seep)
    goroutines(seep, programs, options.goroutines or [100000, 1000000])
    start(seep, programs)


if __name__ == "__main__":
    main()
