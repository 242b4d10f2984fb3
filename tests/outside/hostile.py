"""Processes that change, end or are replaced while they are read, and the proof that reading them does not touch them."""
import os
import random
import re
import shutil
import signal
import subprocess
import time

import agreement
import dumps
from target import Failure, Target
from toolchains import Missing

READS = 20
READS_OF_MANY = 10


def _beats(target):
    beats, longest = target.ask("gaps").split()
    return int(beats), int(longest) / 1e9


def never_stopped(machine):
    """The heart of a program with many goroutines beats on while it is read."""
    with Target(machine.program()) as target:
        target.settle()
        target.ask("park 100000")
        longest_read, best, beaten = 0.0, None, 0
        for _ in range(READS_OF_MANY):
            _beats(target)
            begun = time.monotonic()
            machine.seep.run("goroutines", target.pid)
            took = time.monotonic() - begun
            beats, gap = _beats(target)
            longest_read, beaten = max(longest_read, took), beaten + beats
            # The scheduler of a busy machine makes gaps too; a process that is stopped to be read has one in every reading.
            if best is None or gap / took < best:
                best = gap / took
        with open(f"/proc/{target.pid}/status", encoding="utf-8") as status:
            if "TracerPid:\t0\n" not in status.read():
                raise Failure("the program is being traced")
        if best > 0.5 or beaten < READS_OF_MANY:
            raise Failure(f"the program stood still for at least {best:.0%} of each of {READS_OF_MANY} readings, "
                          f"with {beaten} beats")
        return (f"{READS_OF_MANY} readings of 100,000 goroutines, {beaten} beats meanwhile; the longest gap in the best was "
                f"{best:.1%} of it, longest reading {longest_read:.2f} s")


COMMANDS = ("goroutines", "heap")
# What changes another process or stops it.
FORBIDDEN = ("ptrace,kill,tkill,tgkill,rt_sigqueueinfo,rt_tgsigqueueinfo,pidfd_send_signal,process_vm_writev,process_madvise,"
             "prlimit64,setpriority,sched_setaffinity,pwrite64,pwritev,openat,open")


def touches_nothing(machine):
    """By seep's own system calls: no stop, no signal, no write, nothing opened for writing below /proc."""
    if not shutil.which("strace"):
        raise Missing("no strace")
    log = os.path.join(machine.folder, "strace.log")
    with Target(machine.program()) as target:
        target.settle()
        seen = 0
        for command in COMMANDS:
            strace = ("strace", "-f", "-qq", "-o", log, "-e", "trace=" + FORBIDDEN)
            said = machine.seep.run(command, target.pid, prefix=strace, status=None)
            if said.status != 0 and "ptrace" in said.stderr.lower():
                raise Missing("strace may not trace here")
            if said.status != 0:
                raise Failure(f"expected exit status 0\n{said}")
            for line in open(log, encoding="utf-8", errors="replace"):
                call = re.match(r"\d+ +(\w+)\((.*)", line)
                if not call:
                    continue
                opened = call[1] in ("open", "openat")
                own = call[1] == "prlimit64" and re.match(r"0, \w+, NULL", call[2])
                if opened and f"/proc/{target.pid}" in call[2]:
                    seen += 1
                    if "O_WRONLY" in call[2] or "O_RDWR" in call[2]:
                        raise Failure(f"opened for writing: {line}")
                elif not opened and not own:
                    raise Failure(f"seep {command} used {line}")
        if not seen:
            raise Failure("nothing of the process was opened: strace saw nothing")
        return f"{seen} files of the process opened, all for reading"


# Who may call whom in the goroutines that startBusy makes (program/busy.go), by the last part of the names.
CALLS = {"movingA": {"movingB"}, "movingB": {"movingB", "movingC"},
         "movingC": {"movingA.func1", "movingA.func2", "movingA.func3"}}


def impossible(goroutine):
    """Why this goroutine cannot be one of movingA's; empty when it can."""
    # One that has not begun yet has nothing but its first frame, which is then shown with the runtime's below it.
    names = [frame[0] for frame in goroutine.frames if frame and frame[0] != "runtime.goexit"]
    ours = [name[5:] for name in names if name.startswith("main.")]
    if not ours:
        # Just created, or ending: in the runtime, or at its first instruction.
        return "" if all(name.startswith(("runtime.", "sync.")) for name in names) else f"frames {names}"
    inner = len(names) - len(ours)
    if any(name.startswith("main.") for name in names[:inner]):
        # `defer group.Done()` runs on top of movingA; nothing of ours is above anything of the runtime's.
        return f"main between others: {names}"
    chain = ours[::-1]
    if chain[0].startswith("movingSpawn.gowrap"):
        chain = chain[1:]
    if chain and chain[0] != "movingA":
        return f"it begins with {chain[0]}: {names}"
    for caller, called in zip(chain, chain[1:]):
        if called not in CALLS.get(caller, ()) and not (caller == "movingA" and called.startswith("movingA.deferwrap")):
            return f"{caller} cannot call {called}: {names}"
    if chain.count("movingB") > 41:
        return f"{chain.count('movingB')} calls of movingB"
    return ""


def busy(machine):
    """Thousands of goroutines a second come and go: whatever is printed must be a stack that the program can have."""
    with Target(machine.program()) as target:
        parked = {goid: g for goid, g in target.settle().items() if not g.moving}
        target.ask("busy 200")
        checked = seen = 0
        for _ in range(READS):
            ours = agreement.read_dump(machine.seep, target.pid)
            # Those that stand still are all there, unharmed by what goes on around them.
            agreement.complain("parked goroutines", dumps.differences(parked, {i: ours[i] for i in ours if i in parked}))
            moving = [g for i, g in ours.items() if i not in parked and g.creator and g.creator[0] == "main.movingSpawn"]
            agreement.complain("impossible stacks", [f"goroutine {g.id} [{g.state}] {why}" for g in moving
                                                     for why in [impossible(g)] if why])
            checked += len(moving)
            seen += len({len(g.frames) for g in moving})
        if checked < READS * 20 or seen < READS * 3:
            raise Failure(f"only {checked} goroutines of the busy kind in {READS} dumps")
        return f"{checked} changing stacks in {READS} dumps, all possible"


def _ended(said):
    """seep ended by itself: a dump, or an error that names the process."""
    if said.status == 0:
        dumps.parse_debug2(said.stdout)
        return "dump"
    if said.status == 2 and said.stderr.startswith("seep") and str(said.command[2]) in said.stderr:
        return "error"
    raise Failure(f"neither a dump nor an error that names the process\n{said}")


def _disturbed(machine, disturb):
    """Reads a program 20 times while something happens to it, at a moment that is another each time."""
    chance = random.Random(1)
    outcomes = {"dump": 0, "error": 0}
    for _ in range(READS):
        with Target(machine.program()) as target:
            target.settle()
            target.ask("park 30000")
            command = [machine.seep.binary, "goroutines", str(target.pid), "--debug2"]
            reader = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=machine.folder, text=True)
            time.sleep(chance.random() * 0.1)
            disturb(target)
            stdout, stderr = reader.communicate(timeout=60)
            outcomes[_ended(type("Said", (), dict(command=command, status=reader.returncode, stdout=stdout, stderr=stderr,
                                                  __str__=lambda self: f"{self.status} {self.stderr}"))())] += 1
    return f"{outcomes['dump']} dumps, {outcomes['error']} errors"


def exits(machine):
    return _disturbed(machine, lambda target: os.kill(target.pid, signal.SIGKILL))


def execs(machine):
    """The process becomes another program under the same pid."""
    def replace(target):
        target.process.stdin.write(b"exec\n")
        target.process.stdin.flush()
    return _disturbed(machine, replace)


def not_there(machine):
    with Target(machine.program()) as target:
        target.ask("debug2")
        pid = target.pid
    said = machine.seep.run("goroutines", pid, status=(2,))
    if str(pid) not in said.stderr:
        raise Failure(f"the pid is not named\n{said}")
    return said.stderr.strip().splitlines()[0]


def not_go(machine):
    process = subprocess.Popen(["sleep", "600"])
    try:
        said = machine.seep.run("goroutines", process.pid, status=(2,))
    finally:
        process.kill()
        process.wait()
    if "Go" not in said.stderr:
        raise Failure(f"it is not said that this is no Go program\n{said}")
    return said.stderr.strip().splitlines()[0]


CASES = {"never_stopped": never_stopped, "touches_nothing": touches_nothing, "busy": busy, "exits": exits, "execs": execs,
         "not_there": not_there, "not_go": not_go}
