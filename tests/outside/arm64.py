"""Go for arm64. This machine runs it in QEMU's user emulation, which writes a core file when it dies: that is what is read."""
import glob
import os
import resource
import shutil
import signal

import agreement
import toolchains
from target import DEADLINE, Target
from toolchains import Missing

QEMU = "qemu-aarch64"


def _core(version):
    def check(machine):
        if not shutil.which(QEMU):
            raise Missing(f"no {QEMU}")

        def allow():
            resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
            os.chdir(machine.folder)

        binary = toolchains.build(version, "arm64", machine.programs)
        with Target(binary, prefix=(QEMU,), preexec=allow, env={"GOTRACEBACK": "crash"}) as target:
            theirs = target.settle()
            os.kill(target.pid, signal.SIGABRT)
            target.process.wait(DEADLINE)
        cores = glob.glob(os.path.join(machine.folder, "qemu_*.core"))
        if not cores:
            raise Missing(f"{QEMU} wrote no core file")
        return agreement.dump_agrees(machine.seep, theirs, cores[0])
    return check


# Each builds the standard library once more: the oldest, the newest but one, and one between in every test.
IN_EVERY_TEST = ("1.18.10", "1.23.12", "1.26.8")


def cases(every):
    return {f"core.go{version}": _core(version) for version in (toolchains.VERSIONS if every else IN_EVERY_TEST)}
