"""S0: a new http.Client for every call."""
from expect import Case, Expect, Mark, Outcome
from scenario import diagnose, healthy, leak

CLIENT = "std/httpwithmetric/client.go"


def unbounded(variant, tag, port="http", calls=4000):
    def run(bench):
        peer = bench.peer()
        service = bench.service("s0-leaky", "-peer", peer.ready[port], "-variant", variant, "-idle", "1h")
        leak(bench, service, calls, rate=60)
        report = diagnose(bench, service)
        open_ = peer.truth()["open"]
        return Outcome(report, [Expect("http-client-per-call", verdict=("leak", "bounded") if variant != "zero" else "leak",
                                       goroutines=2 * open_, sockets=open_, where=[Mark(CLIENT, tag)], first=True)],
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
    report = diagnose(bench, service)
    open_ = peer.truth()["open"]
    return Outcome(report, [Expect("http-client-per-call", verdict="bounded", goroutines=2 * open_, sockets=open_,
                                   tolerance=0.1, where=[Mark(CLIENT, "default")], bound=idle, first=True)],
                   forbid=["http-body-not-closed"])


def repaired(bench):
    peer = bench.peer()
    service = bench.service("s0-fixed", "-peer", peer.ready["http"])
    service.control("load", calls=4000)
    service.control("start", rate=200)
    return healthy(bench, service)


CASES = [
    Case("s0.bounded", bounded),
    Case("s0.unbounded", unbounded("zero", "zero")),
    Case("s0.clone", unbounded("clone", "clone")),
    Case("s0.tls", unbounded("tls", "default", port="https", calls=2500)),
    Case("s0.repaired", repaired),
]
