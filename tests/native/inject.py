#!/usr/bin/env python3
"""`seep native PID`: the sampler in programs that run, and what never harms them.

    python3 tests/native/inject.py --seep build/release/seep [--case 'refused.*']
"""
import argparse
import ctypes
import fnmatch
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from run import GO_VARIANTS, HERE, Bench, Failure, Missing, expect, live_of, run  # noqa: E402
from running import Running, build, switch  # noqa: E402
from soak import cycles, processes, summary  # noqa: E402

LIBC = ctypes.CDLL(None, use_errno=True)


def live(bench, pid):
    """Live bytes by function, as the profile has them."""
    profile = os.path.join(bench.folder, "running.pb.gz")
    done, _ = switch(bench.seep, pid, "--json", "--pprof", profile)
    return json.loads(done.stdout), bench.stacks(profile), done.stderr


def check(bench, program, said, times=1):
    _, stacks, _ = live(bench, program.pid)
    for function, kept in said.items():
        if function.startswith("main."):
            expect(function, kept * times, live_of(stacks, function))


def exact(variant):
    def case(bench):
        late = os.path.join(bench.folder, "late.so")
        run("gcc", "-O2", "-fPIC", "-shared", "-o", late, os.path.join(HERE, "c_program/late.c"))
        with Running([build(bench.folder, variant, GO_VARIANTS[variant])]) as program:
            # Nothing allocates yet: that it sees nothing is said.
            done, held = switch(bench.seep, program.pid, "--inject", "--rate", "1", "--for", "1s", status=2)
            if "no allocation" not in done.stderr or held is None:
                raise Failure(f"that it sees no traffic should be said, and how long the thread was held: {done.stderr}")
            said = program.order("allocate")
            check(bench, program, said)
            check(bench, program, program.order("allocate"), 2)
            # Loaded afterwards, and asked for by the program itself.
            loaded = program.order(f"load {late}")
            expect("the library is loaded", 1, loaded["loaded"])
            check(bench, program, loaded)
            switch(bench.seep, program.pid, "--off")
            program.order("allocate")
            _, stacks, talk = live(bench, program.pid)
            expect("what came after --off", 2 * said["main.keep"], live_of(stacks, "main.keep"))
            if "no longer" not in talk:
                raise Failure(f"that it is switched off should be said: {talk}")
            # And again: a new account.
            switch(bench.seep, program.pid, "--inject", "--rate", "1", "--for", "1s", status=2)
            check(bench, program, program.order("allocate"))
            switch(bench.seep, program.pid, "--off")
    return case


def asks_first(bench):
    with Running([build(bench.folder)]) as program:
        before = program.maps()
        done, _ = switch(bench.seep, program.pid, status=2)
        for word in ("--inject", "idle thread", "--off"):
            if word not in done.stderr:
                raise Failure(f"what --inject does should be said, with {word!r}: {done.stderr}")
        if "seep-native" in program.maps() or program.maps().count("\n") < before.count("\n") - 5:
            raise Failure("it was touched without --inject")


def preloaded(bench):
    """A program that was started by seep native is read by another seep, and switched off by it."""
    with Running([bench.seep, "native", "--rate", "1", "--json", "--", build(bench.folder)]) as program:
        said = program.order("allocate")
        check(bench, program, said)
        done, _ = switch(bench.seep, program.pid, "--inject", "--json")
        if "already" not in done.stderr:
            raise Failure(f"that it is sampled already should be said: {done.stderr}")
        switch(bench.seep, program.pid, "--off")
        program.order("allocate")
        _, stacks, _ = live(bench, program.pid)
        expect("what came after --off", said["main.keep"], live_of(stacks, "main.keep"))
        os.kill(program.pid, signal.SIGKILL)
        program.process.wait(60)


def small(bench):
    """Whoever reads the process, the sampler's file keeps its holes: it takes what it uses, not the 40 MB that it could."""
    with Running([build(bench.folder)]) as program:
        switch(bench.seep, program.pid, "--inject", "--for", "1s", status=2)
        program.order("allocate")
        run(bench.seep, "goroutines", str(program.pid))
        switch(bench.seep, program.pid)
        shared = int(program.state().partition("RssShmem:")[2].split()[0])
        if not 0 < shared < 10_000:
            raise Failure(f"shared memory of the process: {shared} KiB")


def allocators(bench):
    """The program's own choice of an allocator stays what it is: blocks go back where they came from."""
    found = [path for path in ("/usr/lib/x86_64-linux-gnu/libjemalloc.so.2", "/usr/lib/x86_64-linux-gnu/libtcmalloc.so.4")
             if os.path.exists(path)]
    if not found:
        raise Missing("neither libjemalloc2 nor libgoogle-perftools4 is installed")
    for path in found:
        with Running([build(bench.folder)], env=dict(os.environ, LD_PRELOAD=path)) as program:
            program.order("allocate")
            switch(bench.seep, program.pid, "--inject", "--rate", "1", "--for", "1s", status=2)
            check(bench, program, program.order("allocate"))
            switch(bench.seep, program.pid, "--off")
            program.order("allocate")


def killed_seep(bench):
    """However far it had come: the program goes on, and is none the worse for another try."""
    with Running([build(bench.folder), "-busy"], env=dict(os.environ, GOGC="10")) as program:
        for i in range(15):
            with subprocess.Popen([bench.seep, "native", str(program.pid), "--inject", "--for", "60s"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as seep:
                time.sleep(0.01 + 0.012 * i)
                seep.kill()
            program.check_alive()
            # As root it may have come through: then it is switched off for the next one.
            subprocess.run([bench.seep, "native", str(program.pid), "--off"], capture_output=True, timeout=60)
            program.check_alive()
        switch(bench.seep, program.pid, "--inject", "--for", "1s")
        program.check_alive()


def killed_target(bench):
    """A program that ends meanwhile is an error, at whatever moment."""
    for i in range(15):
        with Running([build(bench.folder), "-busy"]) as program:
            with subprocess.Popen([bench.seep, "native", str(program.pid), "--inject", "--for", "1s"], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True) as seep:
                time.sleep(0.02 * i)
                os.kill(program.pid, signal.SIGKILL)
                _, errors = seep.communicate(timeout=60)
            expect("seep's exit status", 2, seep.returncode)
            if "seep: " not in errors:
                raise Failure(f"no reason is given: {errors}")


def no(bench, pid, *words, command=()):
    done = subprocess.run([*command, bench.seep, "native", str(pid), "--inject"], capture_output=True, text=True, timeout=60)
    if done.returncode != 2 or not all(word in done.stderr for word in words):
        raise Failure(f"exit status {done.returncode}, expected 2 and {words} in: {done.stderr}")


def refused_static(bench):
    source = os.path.join(bench.folder, "static")
    os.makedirs(source, exist_ok=True)
    with open(os.path.join(source, "main.go"), "w") as file:
        file.write('package main\n\nimport (\n\t"fmt"\n\t"os"\n\t"time"\n)\n\nfunc main() {\n\tfmt.Printf("{\\"pid\\": %d}\\n", '
                   'os.Getpid())\n\ttime.Sleep(time.Hour)\n}\n')
    binary = os.path.join(bench.folder, "static.bin")
    run("go", "build", "-o", binary, os.path.join(source, "main.go"), env=dict(os.environ, CGO_ENABLED="0"))
    with Running([binary]) as program:
        no(bench, program.pid, "statically")


def refused_c(bench):
    with subprocess.Popen(["sleep", "60"]) as program:
        try:
            no(bench, program.pid, "no Go program")
        finally:
            program.kill()


def refused_stopped(bench):
    with Running([build(bench.folder)]) as program:
        os.kill(program.pid, signal.SIGSTOP)
        while "State:\tT" not in program.state():
            time.sleep(0.01)
        no(bench, program.pid, "stopped", "CONT")
        os.kill(program.pid, signal.SIGCONT)
        program.order("turns")


def refused_traced(bench):
    with Running([build(bench.folder)]) as program:
        seize, detach, interrupt = 0x4206, 17, 0x4207
        if LIBC.ptrace(seize, program.pid, None, None) != 0:
            raise Missing("ptrace is not permitted")
        no(bench, program.pid, "traced already")
        LIBC.ptrace(interrupt, program.pid, None, None)
        os.waitpid(program.pid, 0x40000000)
        LIBC.ptrace(detach, program.pid, None, None)
        program.order("turns")


def refused_seccomp(bench):
    class Instruction(ctypes.Structure):
        _fields_ = [("code", ctypes.c_uint16), ("jt", ctypes.c_uint8), ("jf", ctypes.c_uint8), ("k", ctypes.c_uint32)]

    class Filter(ctypes.Structure):
        _fields_ = [("length", ctypes.c_uint16), ("code", ctypes.POINTER(Instruction))]

    def everything_is_allowed():
        code = (Instruction * 1)(Instruction(6, 0, 0, 0x7FFF0000))
        LIBC.prctl(38, 1, 0, 0, 0)
        LIBC.prctl(22, 2, ctypes.byref(Filter(1, code)), 0, 0)

    with Running([build(bench.folder)], preexec_fn=everything_is_allowed) as program:
        if "Seccomp:\t2" not in program.state():
            raise Missing("the kernel has no seccomp filters")
        no(bench, program.pid, "seccomp")
        program.order("turns")


def refused_other_user(bench):
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        raise Missing("root and setpriv are needed")
    reachable = shutil.copy(bench.seep, os.path.join(bench.folder, "seep"))
    os.chmod(bench.folder, 0o755)
    with Running([build(bench.folder)]) as program:
        no(Bench(reachable, bench.folder), program.pid, "user",
           command=["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"])
        program.order("turns")


def refused_ended(bench):
    with Running([build(bench.folder)]) as program:
        pid = program.pid
        os.kill(pid, signal.SIGKILL)
        while "State:\tZ" not in program.state():
            time.sleep(0.01)
        no(bench, pid, "")
    no(bench, pid, f"no process {pid}")


def other_mounts(bench):
    """In a mount namespace of its own, as a container has: its program is no file of ours there, and nothing of ours is one
    there; and the program was replaced meanwhile by the next version of itself."""
    if os.geteuid() != 0 or not shutil.which("unshare"):
        raise Missing("root and unshare are needed")
    inside = os.path.join(bench.folder, "inside")
    os.makedirs(inside, exist_ok=True)
    binary = build(bench.folder)
    script = f"mount -t tmpfs none {inside} && cp {binary} {inside}/service && exec {inside}/service"
    with Running(["unshare", "--mount", "sh", "-c", script]) as program:
        switch(bench.seep, program.pid, "--inject", "--rate", "1", "--for", "1s", status=2)
        check(bench, program, program.order("allocate"))
    shutil.copy(binary, os.path.join(bench.folder, "replaced"))
    with Running([os.path.join(bench.folder, "replaced")]) as program:
        os.remove(os.path.join(bench.folder, "replaced"))
        switch(bench.seep, program.pid, "--inject", "--rate", "1", "--for", "1s", status=2)
        check(bench, program, program.order("allocate"))


def soak(bench):
    binaries = [build(bench.folder, variant, GO_VARIANTS[variant]) for variant in ("plain", "pie_stripped")]
    held = processes(bench.seep, binaries, 10) + cycles(bench.seep, binaries, 5)
    print("  " + summary(held))


CASES = {"asks_first": asks_first, "preloaded": preloaded, "allocators": allocators, "small": small,
         "killed_seep": killed_seep,
         "killed_target": killed_target, "other_mounts": other_mounts, "soak": soak,
         **{f"exact.{variant}": exact(variant) for variant in GO_VARIANTS},
         **{name.replace("_", ".", 1): case for name, case in list(globals().items()) if name.startswith("refused_")}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seep", default="build/release/seep")
    parser.add_argument("--case", default="*")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    chosen = [name for name in CASES if fnmatch.fnmatch(name, options.case)]
    if options.list:
        print("\n".join(chosen))
        return 0
    failed = missing = 0
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(os.path.abspath(options.seep), folder)
        for name in chosen:
            try:
                CASES[name](bench)
                print(f"ok      {name}", flush=True)
            except Missing as why:
                missing += 1
                print(f"missing {name}: {why}", flush=True)
            except (Failure, OSError, ValueError, LookupError, subprocess.SubprocessError) as why:
                failed += 1
                print(f"FAILED  {name}: {why}", flush=True)
    return 1 if failed else 77 if missing == len(chosen) else 0


if __name__ == "__main__":
    sys.exit(main())
