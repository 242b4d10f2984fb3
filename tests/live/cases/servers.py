"""Servers that keep what their clients left behind."""
from expect import Case, Expect, Mark, Outcome
from scenario import diagnose, diagnose_with_event, growing, healthy


def idle(bench):
    peer = bench.peer()
    service = bench.service("idle-leaky")
    visit = lambda n: peer.control("request", addr=service.ready["front"], n=n, path="/", wait=1)  # noqa: E731
    visit(800)
    # All that come between the two snapshots come at once: however busy the machine is, there are as many.
    report = diagnose_with_event(bench, service, lambda: visit(200))
    report.count = (800, service.truth()["open"])
    # Seconds of growth may just be more clients: more than a watch would be a guess. (Connections that a dump shows idle for
    # ten minutes make a fault: tests/detectors/server-idle-connections.)
    return Outcome(report, [Expect("server-idle-connections", verdict="watch", confidence="possible",
                                   goroutines=report.count, sockets=report.count, first=True)])


def idle_repaired(bench):
    peer = bench.peer()
    service = bench.service("idle-fixed", "-idle", "1s")
    visit = lambda n: peer.control("request", addr=service.ready["front"], n=n, path="/", wait=1)  # noqa: E731
    with growing(lambda: visit(20), 0.2):
        service.wait_truth("the first clients to be sent away", lambda t: t["open"] > 40)
        peer.wait_truth("the server to hang up", lambda t: t["clients_dropped"] > 60)
        return healthy(bench, service, clean=False)


def handler(bench):
    peer = bench.peer()
    service = bench.service("handler-leaky", "-peer", peer.ready["http"])
    order = lambda n: peer.control("request", addr=service.ready["front"], n=n, path="/order")  # noqa: E731
    order(800)
    with growing(lambda: order(10), 0.2):
        report = diagnose(bench, service)
    return Outcome(report, [Expect(("server-handler-stuck", "http-client-no-timeout"),
                                   where=[Mark("std/wire/server.go", "handler")], first=True)],
                   may=["server-handler-stuck", "http-client-no-timeout"],
                   forbid=["http-client-per-call", "http-body-not-closed"])


def handler_repaired(bench):
    peer = bench.peer()
    service = bench.service("handler-fixed", "-peer", peer.ready["http"], "-timeout", "500ms")
    order = lambda n: peer.control("request", addr=service.ready["front"], n=n, path="/order")  # noqa: E731
    with growing(lambda: order(5), 0.2):
        peer.wait_truth("requests to come through", lambda t: t["clients"] > 40)
        return healthy(bench, service, clean=False)


def close_wait(bench):
    peer = bench.peer()
    service = bench.service("closewait-leaky", "-peer", peer.ready["silent"])

    def left_behind(n):
        service.control("load", calls=n)
        peer.wait_truth("the connections", lambda t: t["silent_open"] >= n)
        peer.control("hangup")

    left_behind(1000)
    with growing(lambda: left_behind(10), 0.2):
        report = diagnose(bench, service, count=lambda: service.truth()["calls"])
    return Outcome(report, [Expect("close-wait", verdict=("leak", "fault"), sockets=report.count)],
                   may=["fd-growth"])


def close_wait_repaired(bench):
    peer = bench.peer()
    service = bench.service("closewait-fixed", "-peer", peer.ready["silent"])
    service.control("load", calls=500)
    service.control("start", rate=50)
    return healthy(bench, service)


CASES = [
    Case("servers.idle", idle),
    Case("servers.idle-repaired", idle_repaired),
    Case("servers.handler", handler),
    Case("servers.handler-repaired", handler_repaired),
    Case("servers.close-wait", close_wait),
    Case("servers.close-wait-repaired", close_wait_repaired),
]
