"""Services that look like leaks and are none. `clean`: nothing at all should be found; where traffic really rises while seep
looks, a `watch` is honest and only the verdict "leak" is forbidden."""
from expect import Case, Outcome
from scenario import diagnose_with_event, growing, healthy, leak


def pool(bench):
    service = bench.service("healthy-pool")
    leak(service, 1000, rate=100)
    return healthy(bench, service)


def sleepers(bench):
    return healthy(bench, bench.service("healthy-sleepers"))


def burst_draining(bench):
    """2,000 goroutines that seep sees leaving."""
    service = bench.service("healthy-tasks", "-timeout", "4s")
    leak(service, 2000)
    return healthy(bench, service, clean=False, interval=5)


def burst_over(bench):
    service = bench.service("healthy-tasks", "-timeout", "500ms")
    leak(service, 3000)
    service.wait_truth("the burst to be over", lambda t: t["alive"] == 0)
    return healthy(bench, service)


def level(bench):
    """200 calls a second that take a second: 200 goroutines, never the same ones."""
    service = bench.service("healthy-tasks", "-timeout", "1s")
    service.control("start", rate=200)
    service.wait_truth("the level", lambda t: t["calls"] > 300)
    return healthy(bench, service)


def sawtooth_traffic(bench):
    service = bench.service("healthy-tasks", "-timeout", "1500ms")
    burst = lambda: service.control("load", calls=400)  # noqa: E731
    burst()
    with growing(burst, 2.0):
        return healthy(bench, service, clean=False, samples=4, interval=2)


def busy(bench):
    service = bench.service("healthy-busy")
    leak(service, 200, rate=80)
    return healthy(bench, service)


def warm_cache(bench):
    service = bench.service("healthy-warm")
    leak(service, 20000, rate=1000)
    with growing(lambda: service.control("gc"), 0.5):
        return healthy(bench, service)


def warming_cache(bench):
    service = bench.service("healthy-warm", "-limit", "30000")
    leak(service, 12000, rate=3000)
    with growing(lambda: service.control("gc"), 0.5):
        return healthy(bench, service, clean=False)


def sawtooth_heap(bench):
    service = bench.service("healthy-sawtooth")
    leak(service, 500, rate=300)
    return healthy(bench, service)


def shared_client(bench):
    service = bench.service("healthy-shared", "-peer", bench.peer().ready["http"])
    leak(service, 3000, rate=300, workers=100)
    return healthy(bench, service)


def shared_slow(bench):
    """200 callers at once, each waiting for an answer that takes 300 ms."""
    service = bench.service("healthy-shared", "-peer", bench.peer().ready["http"], "-variant", "slow", "-limit", "200")
    service.control("start", rate=500, workers=200)
    service.wait_truth("the callers", lambda t: t["calls"] > 600)
    return healthy(bench, service)


def idle_keepalives(bench):
    """100 idle connections that the pool may keep."""
    peer = bench.peer()
    service = bench.service("healthy-shared", "-peer", peer.ready["http"], "-variant", "slow", "-idle", "90s")
    leak(service, 300, workers=100)
    peer.wait_truth("idle connections", lambda t: t["inflight"] == 0 and t["open"] >= 90)
    return healthy(bench, service)


def downloads(bench):
    peer = bench.peer()
    service = bench.service("healthy-shared", "-peer", peer.ready["http"], "-variant", "stream")
    leak(service, 150)
    peer.wait_truth("downloads in flight", lambda t: t["inflight"] == 150)
    return healthy(bench, service, clean=False, forbid=["http-body-not-closed"])


def long_poll(bench):
    peer = bench.peer()
    service = bench.service("healthy-longpoll")
    peer.control("request", addr=service.ready["front"], n=200, path="/poll")
    service.wait_truth("the clients", lambda t: t["waiting"] == 200)
    return healthy(bench, service, clean=False)


def long_poll_ramp(bench):
    peer = bench.peer()
    service = bench.service("healthy-longpoll")
    join = lambda n: peer.control("request", addr=service.ready["front"], n=n, path="/poll")  # noqa: E731
    join(100)
    with growing(lambda: join(4), 0.2):
        service.wait_truth("the first clients", lambda t: t["waiting"] >= 100)
        return healthy(bench, service, clean=False)


def chat(bench):
    peer = bench.peer()
    service = bench.service("healthy-chat", "-idle", "60s")
    peer.control("connect", addr=service.ready["front"], n=200, send="hello\n")
    service.wait_truth("the clients", lambda t: t["open"] == 200)
    return healthy(bench, service, clean=False)


def restart(bench):
    """The service comes back on the same port with more workers: a difference between two processes is no growth."""
    first = bench.service("healthy-pool", "-limit", "50")
    port = first.pprof.split("/")[2]

    def again():
        first.stop()
        bench.service("healthy-pool", "-limit", "2500", "-listen", port)

    report = diagnose_with_event(bench, first, again, pid=False)
    return Outcome(report, healthy=True)


CASES = [
    Case("healthy.pool", pool),
    Case("healthy.sleepers", sleepers),
    Case("healthy.burst-draining", burst_draining),
    Case("healthy.burst-over", burst_over),
    Case("healthy.level", level),
    Case("healthy.sawtooth-traffic", sawtooth_traffic),
    Case("healthy.busy", busy),
    Case("healthy.warm-cache", warm_cache),
    Case("healthy.warming-cache", warming_cache),
    Case("healthy.sawtooth-heap", sawtooth_heap),
    Case("healthy.shared-client", shared_client),
    Case("healthy.shared-slow", shared_slow),
    Case("healthy.idle-keepalives", idle_keepalives),
    Case("healthy.downloads", downloads),
    Case("healthy.long-poll", long_poll),
    Case("healthy.long-poll-ramp", long_poll_ramp),
    Case("healthy.chat", chat),
    Case("healthy.restart", restart),
]
