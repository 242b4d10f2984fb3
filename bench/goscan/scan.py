#!/usr/bin/env python3
"""What a scan costs beside what type-checked linters cost, and how that grows: scan.py --seep SEEP [--bin PEERS] [--runs N]

One module of about 100,000 lines (prometheus) for everybody, kubernetes for those who need no types (its published module does not
build outside its workspace), and trees of more and more copies of kubernetes and the standard library, to 5 million lines, for the
slope. CPU seconds (user and system, of all processes of a command), wall seconds, and the peak of the largest single process; medians.
The machine may be busy: ratios are firmer than seconds.

What a peer has compiled of the imports is there before it is timed; what it has found of the module before is not: tools run under
`go vet` get a byte more on each run, the others an empty cache. PEERS: a folder with those of bodyclose, sqlclosecheck, staticcheck
and golangci-lint that are to be asked, as `go install` names them.
"""

import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

MODULES = ("github.com/prometheus/prometheus@v0.55.0", "k8s.io/kubernetes@v1.31.2")
GOLANGCI = 'version: "2"\nlinters: {default: none, enable: [bodyclose, sqlclosecheck, govet], settings: {govet: {disable-all: true, enable: [lostcancel]}}}\n'


def go(*arguments):
    environment = dict(os.environ, GO111MODULE="on", GOSUMDB="off")
    return subprocess.run(["go", *arguments], env=environment, capture_output=True, text=True, check=True).stdout.strip()


def measured(command, folder, environment):
    """(CPU s, wall s, peak MiB, bytes printed)"""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # a process of its own, so that its children alone are counted
        os.close(reader)
        start = time.monotonic()
        done = subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, check=False)
        wall = time.monotonic() - start
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        answer = [used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, len(done.stdout) + len(done.stderr), done.returncode]
        os.write(writer, json.dumps(answer).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answers:
        answer = json.loads(answers.read())
    os.waitpid(child, 0)
    if answer[4] not in (0, 1, 2):
        raise SystemExit(f"{' '.join(command)}: exit status {answer[4]}")
    return answer[:4]


def median(runs):
    return [statistics.median(column) for column in zip(*runs)]


class Bench:
    def __init__(self, options, work):
        self.options, self.work = options, work

    def tool(self, name, run):
        """A copy of a vet tool that the go command has not met: it answers anew, and does not say what it said before."""
        path = self.work / f"{name}-{run}"
        if name == "vet":
            shutil.copy(go("tool", "-n", "vet"), path)
        else:
            shutil.copy(self.options.bin / name, path)
        with open(path, "ab") as file:
            file.write(os.urandom(8))
        return str(path)

    def peers(self):
        """name: run -> command and environment"""
        there = set(os.listdir(self.options.bin)) if self.options.bin else set()
        cache = lambda run: str(self.work / f"cache-{run}-{time.monotonic_ns()}")
        yield "seep scan", lambda run: ([self.options.seep, "scan", "."], {})
        yield "seep scan --tests", lambda run: ([self.options.seep, "scan", "--tests", "."], {})
        yield "gofmt -l", lambda run: (["gofmt", "-l", "."], {})
        yield "go vet", lambda run: (["go", "vet", "-vettool=" + self.tool("vet", run), "./..."], {})
        if "bodyclose" in there:
            yield "bodyclose", lambda run: (["go", "vet", "-vettool=" + self.tool("bodyclose", run), "./..."], {})
        if "sqlclosecheck" in there:
            yield "sqlclosecheck", lambda run: ([str(self.options.bin / "sqlclosecheck"), "./..."], {})
        yield "go vet -lostcancel", lambda run: (["go", "vet", "-vettool=" + self.tool("vet", run), "-lostcancel", "./..."], {})
        if "staticcheck" in there:
            yield "staticcheck", lambda run: ([str(self.options.bin / "staticcheck"), "./..."], {"STATICCHECK_CACHE": cache(run)})
        if "golangci-lint" in there:
            command = [str(self.options.bin / "golangci-lint"), "run", "-c", str(self.work / "golangci.yml"), "./..."]
            yield "golangci-lint, those three", lambda run: (command, {"GOLANGCI_LINT_CACHE": cache(run)})

    def beside(self, title, folder, names):
        print(f"\n{title}\n\n| | CPU s | wall s | peak MiB | CPU, times seep |\n|---|---|---|---|---|")
        first = None
        for name, of in self.peers():
            if names and name not in names:
                continue
            # The first warms what is compiled and read.
            runs = [measured(*self.at(of(run), folder)) for run in range(self.options.runs + 1)][1:]
            cpu, wall, peak, _ = median(runs)
            first = first or cpu
            print(f"| {name} | {cpu:.2f} | {wall:.2f} | {peak:.0f} | {cpu / first:.0f} |", flush=True)

    def at(self, asked, folder):
        command, environment = asked
        return command, folder, {"GOFLAGS": "-mod=mod", "GOSUMDB": "off", "GOWORK": "off", **environment}

    def growth(self, sources):
        """Trees of copies; (1,000 lines, CPU s, peak MiB) of each, and the straight line through them."""
        print("\n| tree | 1,000 lines | CPU s | wall s | peak MiB | CPU ms a 1,000 lines |\n|---|---|---|---|---|---|")
        tree, points = self.work / "tree", []
        for number, (title, source) in enumerate(sources):
            shutil.copytree(source, tree / str(number), ignore=lambda _, names: [n for n in names if n == "testdata"])
            found = json.loads(subprocess.run([self.options.seep, "scan", "--json", str(tree)], capture_output=True, text=True, check=False).stdout)
            thousands = found["lines"] / 1000
            runs = [measured([self.options.seep, "scan", "."], tree, {}) for _ in range(self.options.runs)]
            cpu, wall, peak, _ = median(runs)
            points.append((thousands, cpu, peak))
            print(f"| + {title} | {thousands:.0f} | {cpu:.2f} | {wall:.2f} | {peak:.0f} | {1000 * cpu / thousands:.2f} |", flush=True)
        for unit, column, factor in (("ms of CPU", 1, 1000), ("KiB", 2, 1024)):
            x, y = [p[0] for p in points], [p[column] for p in points]
            line = statistics.linear_regression(x, y)
            fit = statistics.correlation(x, y) ** 2
            print(f"{factor * line.slope:.2f} {unit} a 1,000 lines, R² {fit:.4f}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seep", required=True, type=os.path.abspath)
    arguments.add_argument("--bin", type=lambda path: pathlib.Path(path).resolve())
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--only", choices=["beside", "growth"])
    options = arguments.parse_args()
    folders = [json.loads(go("mod", "download", "-json", module))["Dir"] for module in MODULES]
    std = os.path.join(go("env", "GOROOT"), "src")
    with tempfile.TemporaryDirectory(prefix="seep-bench-") as work:
        work = pathlib.Path(work)
        bench = Bench(options, work)
        (work / "golangci.yml").write_text(GOLANGCI)
        if options.only != "growth":
            shutil.copytree(folders[0], work / "module", copy_function=shutil.copyfile)
            for path in (work / "module").rglob("*"):
                path.chmod(0o755 if path.is_dir() else 0o644)
            bench.beside(MODULES[0], work / "module", None)
            bench.beside(MODULES[1], folders[1], {"seep scan", "seep scan --tests", "gofmt -l"})
        if options.only != "beside":
            bench.growth([("prometheus", folders[0]), ("kubernetes", folders[1]), ("std", std), ("kubernetes again", folders[1]),
                          ("std again", std), ("kubernetes, a third time", folders[1])])
        for folder in work.rglob("*"):  # what the module cache made read-only
            if folder.is_dir() and not folder.is_symlink():
                folder.chmod(0o755)
    return 0


if __name__ == "__main__":
    sys.exit(main())
