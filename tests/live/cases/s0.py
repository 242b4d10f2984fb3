"""S0: a new http.Client for every call."""
import os

from expect import TESTBED_SOURCE, Case, Expect, Mark, Outcome
from scenario import diagnose, healthy, leak, times

CLIENT = "std/httpwithmetric/client.go"


def unbounded(variant, tag, port="http", calls=3000, rate=60, name="s0-leaky", binary="testbed-std", **how):
    def run(bench):
        peer = bench.peer()
        flags = ["-variant", variant] if variant else []
        service = bench.service(name, "-peer", peer.ready[port], "-idle", "1h", *flags, binary=binary, **how)
        leak(service, calls, rate=rate)
        report = diagnose(bench, service, count=lambda: peer.truth()["open"])
        # With an idle timeout of an hour both readings are right: it grows now, and a limit is far away.
        verdict = "leak" if variant == "zero" else ("leak", "bounded")
        return Outcome(report, [Expect("http-client-per-call", verdict=verdict, goroutines=times(2, report.count), sockets=report.count,
                                       where=[Mark(CLIENT, tag)], first=True)],
                       forbid=["http-body-not-closed"])
    return run


def bounded(bench):
    """The incident itself: N = 2 x rate x idle timeout."""
    rate, idle = 800, 4
    peer = bench.peer()
    service = bench.service("s0-leaky", "-peer", peer.ready["http"], "-idle", f"{idle}s")
    service.control("start", rate=rate)
    peer.wait_truth("the pile to reach rate x idle timeout", lambda t: t["accepted"] > 1.3 * rate * idle)
    service.control("gc")
    report = diagnose(bench, service, count=lambda: peer.truth()["open"])
    # The level sags while the dump stops the world and the load with it: idle timers go on.
    return Outcome(report, [Expect("http-client-per-call", verdict="bounded", goroutines=times(2, report.count), sockets=report.count,
                                   tolerance=0.2, where=[Mark(CLIENT, "default")], bound=idle, first=True)],
                   forbid=["http-body-not-closed"])


def url_only(bench):
    """As in production: no pid, profiles alone."""
    peer = bench.peer()
    service = bench.service("s0-leaky", "-peer", peer.ready["http"], "-variant", "zero")
    leak(service, 3000, rate=60)
    report = diagnose(bench, service, pid=False, count=lambda: peer.truth()["open"])
    return Outcome(report, [Expect("http-client-per-call", goroutines=times(2, report.count),
                                   where=[Mark(CLIENT, "zero")], first=True)], forbid=["http-body-not-closed"])


def repaired(variant, port):
    def run(bench):
        peer = bench.peer()
        service = bench.service("s0-fixed", "-peer", peer.ready[port], "-variant", variant)
        leak(service, 4000, rate=200)
        return healthy(bench, service)
    return run


def repaired_echo(bench):
    peer = bench.peer()
    service = bench.service("s0-echo-fixed", "-peer", peer.ready["http"], binary="testbed-deps")
    leak(service, 4000, rate=200)
    return healthy(bench, service)


def recorded(*names):
    """The incident's way: four files that somebody took out of production with curl, and no Go anywhere. The flow comes from
    the heap profiles' allocation counts, hence the wide tolerance of the bound."""
    def run(bench):
        folder = os.path.join(TESTBED_SOURCE, "recorded", "s0")
        report = bench.run_seep("diagnose", "--json", *(os.path.join(folder, name) for name in names))
        return Outcome(report, [Expect("http-client-per-call", verdict="bounded", goroutines=7198, bound=60,
                                       bound_tolerance=0.25, where=[Mark(CLIENT, "default")], first=True)],
                       forbid=["http-body-not-closed"])
    return run


FILES = ["heap_cur.txt", "goroutine_cur.txt", "heap_5min.txt", "goroutine_5min.txt"]
DUMPS = ["goroutine_cur.debug2.txt.zst", "goroutine_5min.debug2.txt.zst"]

CASES = [
    Case("s0.recorded", recorded(*FILES)),
    Case("s0.recorded-dumps", recorded(*FILES, *DUMPS)),
    Case("s0.bounded", bounded),
    Case("s0.unbounded", unbounded("zero", "zero")),
    # Ten samples of Transports on average: with the six of 8,000 calls there was none, or the one that proves no number, once
    # in a hundred runs.
    Case("s0.default-sampling", unbounded("zero", "zero", calls=13000, rate=150, default_sampling=True)),
    Case("s0.url-only", url_only),
    Case("s0.clone", unbounded("clone", "clone")),
    Case("s0.tls", unbounded("tls", "default", port="https", calls=2000)),
    Case("s0.echo", unbounded("", "default", name="s0-echo-leaky", binary="testbed-deps")),
    Case("s0.repaired", repaired("default", "http")),
    Case("s0.repaired-tls", repaired("tls", "https")),
    Case("s0.repaired-echo", repaired_echo),
]
