"""Sockets: what seep says of each, against the program's own account of who waits for it, and against ss(8)."""
import json
import re
import shutil

import toolchains
from target import Failure, Target
from toolchains import Missing

STATES = {"ESTAB": "ESTABLISHED", "CLOSE-WAIT": "CLOSE_WAIT", "FIN-WAIT-1": "FIN_WAIT1", "FIN-WAIT-2": "FIN_WAIT2"}


def _by_ss(pid, run):
    """{fd: (state, local, remote)} of the process' TCP connections."""
    found = {}
    for line in run("ss", "-tanpH").splitlines():
        state, _, _, local, remote, *users = line.split()
        for owner, fd in re.findall(r"pid=(\d+),fd=(\d+)", " ".join(users)):
            if int(owner) == pid and state != "LISTEN":
                found[int(fd)] = (STATES.get(state, state), local, remote)
    return found


def _check_waiting(socket, waits):
    """`waits`: (goid, what) of every goroutine that the program says waits for this socket."""
    said = socket.get("goroutine")
    if said is None:
        raise Failure(f"fd {socket['fd']}: {waits} wait for it, seep says nobody does")
    for goid, what in waits:
        if said["goid"] != goid:
            continue
        if said["waits_to"] != what.split("-")[0]:
            raise Failure(f"fd {socket['fd']}: goroutine {goid} waits to {what}, seep says to {said['waits_to']}")
        if what.endswith("deadline") != isinstance(said["deadline"], int):
            raise Failure(f"fd {socket['fd']}: {what}, seep says its deadline is {said['deadline']}")
        return
    raise Failure(f"fd {socket['fd']}: {waits} wait for it, seep says goroutine {said['goid']}")


def _agree(version):
    def check(machine):
        if not shutil.which("ss"):
            raise Missing("no ss")
        with Target(machine.program(version, "stripped")) as target:
            target.settle()
            truth = {}
            for line in target.ask("sockets").decode().split("\n"):
                if line and not line.endswith(" -"):  # a connection, not a listener
                    fd, goid, what, local, remote = line.split()
                    truth.setdefault(int(fd), (local, remote, []))[2].append((int(goid), what))
            report = json.loads(machine.seep.run("sockets", target.pid, "--json").stdout)
            by_ss = _by_ss(target.pid, machine.run)
        ours = {s["fd"]: s for s in report["targets"][0]["sockets"]}
        seen = {fd: (s["state"], s["local"], s["remote"]) for fd, s in ours.items()}
        if seen != by_ss or len(seen) < 10:
            raise Failure(f"ss {sorted(by_ss.items())}\nseep {sorted(seen.items())}")
        for fd, (local, remote, waits) in truth.items():
            if (ours[fd]["local"], ours[fd]["remote"]) != (local, remote):
                raise Failure(f"fd {fd}: {local} -> {remote}, seep says {ours[fd]['local']} -> {ours[fd]['remote']}")
            _check_waiting(ours[fd], waits)
        if len(truth) < 5:
            raise Failure(f"only {len(truth)} connections that somebody waits for")
        unknown = [fd for fd, s in ours.items() if not s.get("polled")]
        if unknown:
            raise Failure(f"Go's poller knows every socket of this program; seep says not fd {unknown}")
        return f"{len(ours)} connections as ss has them, {len(truth)} with who waits"
    return check


CASES = {f"go{version}": _agree(version) for version in toolchains.VERSIONS}
