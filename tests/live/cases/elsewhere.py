"""The source beside programs that were built elsewhere: no path of the program leads to it."""
import os
import shutil

from expect import TESTBED_SOURCE, Case, Expect, Mark, Outcome
from scenario import build, diagnose, leak, times

BODY = "std/price/body.go"


def trimmed(bench):
    """-trimpath, stripped, and the source in a folder of another name."""
    build(bench, "std", ["-trimpath", "-ldflags=-s -w"])
    source = shutil.copytree(os.path.join(TESTBED_SOURCE, "std"), os.path.join(bench.folder, "checkout", "of-somebody"))
    peer = bench.peer()
    service = bench.service("body-leaky", "-peer", peer.ready["http"])
    leak(service, 2500, rate=50)
    report = diagnose(bench, service, count=lambda: peer.truth()["open"], more=["--src", source])
    body = Mark(BODY, "body")
    return Outcome(report, [Expect("http-body-not-closed", goroutines=times(2, report.count), sockets=report.count,
                                   where=[body], first_place=body, first=True)])


CASES = [Case("source.trimmed", trimmed)]
