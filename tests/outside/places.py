"""Where a process may be: another user's, in a container, in a core file."""
import glob
import os
import re
import resource
import shutil
import signal
import subprocess
import time

import agreement
from target import DEADLINE, Failure, Target
from toolchains import Missing

NOBODY = 65534


def _needs_root():
    if os.geteuid() != 0:
        raise Missing("needs root")


def _needs(program):
    if not shutil.which(program):
        raise Missing(f"no {program}")


def _nobody():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def _for_all(machine, path):
    """A copy that every user may run."""
    folder = os.path.join(machine.folder, "for_all")
    os.makedirs(folder, exist_ok=True)
    for way in (machine.folder, folder):
        os.chmod(way, 0o755)
    copy = os.path.join(folder, os.path.basename(path))
    if not os.path.exists(copy):
        shutil.copy(path, copy)
        os.chmod(copy, 0o755)
    return copy


def other_user(machine):
    """Another user's process, without CAP_SYS_PTRACE: refused, and the missing thing is named."""
    _needs_root()
    with Target(machine.program()) as target:
        target.settle()
        machine.seep.binary = _for_all(machine, machine.seep.binary)
        said = machine.seep.run("goroutines", target.pid, preexec=_nobody, status=(2,))
        for word in (str(target.pid), "CAP_SYS_PTRACE", "user"):
            if word.lower() not in said.stderr.lower():
                raise Failure(f"expected to be told of {word!r}\n{said}")
        return said.stderr.strip().splitlines()[0]


def root_without_capability(machine):
    """Root in a container that was not given CAP_SYS_PTRACE."""
    _needs_root()
    _needs("setpriv")
    drop = ("setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-sys_ptrace", "--ambient-caps=-sys_ptrace")
    with Target(machine.program()) as target:
        target.settle()
        said = machine.seep.run("goroutines", target.pid, prefix=drop, status=(2,))
        for word in (str(target.pid), "CAP_SYS_PTRACE", "SYS_PTRACE", "kubectl"):
            if word not in said.stderr:
                raise Failure(f"expected to be told of {word!r}\n{said}")
        return said.stderr.strip().splitlines()[0]


def own_user(machine):
    """The same user, without any capability: enough."""
    _needs_root()
    binary = _for_all(machine, machine.program())
    machine.seep.binary = _for_all(machine, machine.seep.binary)
    os.chmod(machine.folder, 0o777)
    with Target(binary, preexec=_nobody) as target:
        theirs = target.settle()
        said = machine.seep.run("goroutines", target.pid, "--debug2", preexec=_nobody)
        ours = agreement.dumps.parse_debug2(said.stdout)
        agreement.complain("debug=2", agreement.dumps.differences(theirs, ours))
        return f"{len(ours)} goroutines"


def unreadable(machine):
    """The same user, but the program's file may not be read, so the kernel lets nobody look into the process either."""
    _needs_root()
    binary = _for_all(machine, machine.program())
    machine.seep.binary = _for_all(machine, machine.seep.binary)
    os.chmod(binary, 0o711)
    with Target(binary, preexec=_nobody) as target:
        target.settle()
        said = machine.seep.run("goroutines", target.pid, preexec=_nobody, status=(2,))
        for word in (str(target.pid), "CAP_SYS_PTRACE"):
            if word.lower() not in said.stderr.lower():
                raise Failure(f"expected to be told of {word!r}\n{said}")
        return said.stderr.strip().splitlines()[0]


def deleted(machine):
    """The executable was replaced by an update while the process runs on."""
    binary = os.path.join(machine.folder, "service")
    shutil.copy(machine.program(), binary)
    with Target(binary) as target:
        theirs = target.settle()
        os.remove(binary)
        shutil.copy(machine.program("1.20.14"), binary)
        return agreement.dump_agrees(machine.seep, theirs, target.pid)


class Contained(Target):
    """A program in a pid and mount namespace of its own, with nothing but itself in its root: a container from scratch."""

    def __init__(self, machine, *flags):
        root = os.path.join(machine.folder, "root")
        os.makedirs(os.path.join(root, "proc"), exist_ok=True)
        shutil.copy(machine.program(), os.path.join(root, "service"))
        super().__init__("/service", prefix=("unshare", "--pid", "--fork", "--kill-child", "--mount", f"--root={root}", *flags))
        self.pid = self._child()

    def _child(self):
        path = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end and self.process.poll() is None:
            with open(path, encoding="utf-8") as children:
                found = children.read().split()
            if found and os.readlink(f"/proc/{found[0]}/exe").endswith("/service"):
                return int(found[0])
            time.sleep(0.01)
        raise Missing("unshare may not make namespaces here")


def container(machine):
    """From the host: by the host's pid, though neither the paths nor the pids inside mean anything there."""
    _needs_root()
    _needs("unshare")
    with Contained(machine) as target:
        theirs = target.settle()
        return agreement.dump_agrees(machine.seep, theirs, target.pid) + ", " + agreement.heap_agrees(machine.seep, target)


def sidecar(machine):
    """From inside: as a container that shares the pid namespace, where the service is process 1."""
    _needs_root()
    _needs("nsenter")
    with Contained(machine, "--mount-proc") as target:
        theirs = target.settle()
        enter = ("nsenter", f"--target={target.pid}", "--pid")
        # A /proc of that pid namespace, in a mount namespace of seep's own.
        prefix = (*enter, "unshare", "--mount-proc")
        said = machine.seep.run("goroutines", 1, "--debug2", prefix=prefix)
        agreement.complain("debug=2", agreement.dumps.differences(theirs, agreement.dumps.parse_debug2(said.stdout)))
        return f"{len(theirs)} goroutines"


def gcore(machine):
    """A core that gdb wrote says what the live process says."""
    _needs("gcore")
    with Target(machine.program()) as target:
        theirs = target.settle()
        live = agreement.read_dump(machine.seep, target.pid)
        heap, found = target.ask("heap"), agreement.findings(machine.seep, target.pid)
        core = os.path.join(machine.folder, "core")
        done = subprocess.run(["gcore", "-o", core, str(target.pid)], capture_output=True, text=True)
        if done.returncode != 0:
            raise Missing(f"gcore: {done.stderr.strip().splitlines()[-1:]}")
        core += f".{target.pid}"
        said = agreement.dump_agrees(machine.seep, theirs, core)
        agreement.complain("core", agreement.dumps.differences(live, agreement.read_dump(machine.seep, core)))
        in_core = agreement.findings(machine.seep, core)
        if found != in_core or len(found) < 2:
            raise Failure(f"findings of the live process {sorted(found)}\nof its core {sorted(in_core)}")
        return f"{said}, {agreement.heap_agrees(machine.seep, (heap, core))}, {len(found)} findings"


def kernel_core(machine):
    """The core that the kernel writes when the program dies of SIGABRT."""
    with open("/proc/sys/kernel/core_pattern", encoding="utf-8") as pattern:
        if re.search(r"[|/%]", pattern.read()):
            raise Missing("core files of this machine go elsewhere (core_pattern)")

    def allow():
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
        os.chdir(machine.folder)

    with Target(machine.program(), preexec=allow, env={"GOTRACEBACK": "crash"}) as target:
        theirs = target.settle()
        os.kill(target.pid, signal.SIGABRT)
        target.process.wait(DEADLINE)
    cores = glob.glob(os.path.join(machine.folder, "core*"))
    if not cores:
        raise Missing("the kernel wrote no core file")
    return agreement.dump_agrees(machine.seep, theirs, cores[0])


CASES = {check.__name__: check for check in (other_user, root_without_capability, own_user, unreadable, deleted, container, sidecar, gcore, kernel_core)}
