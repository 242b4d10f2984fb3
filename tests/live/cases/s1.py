"""S1: bodies not closed, rows not closed, an unbounded worker."""
from backends import MariaDB
from expect import Case, Expect, Mark, Outcome
from scenario import diagnose, healthy, leak, times

BODY = "std/price/body.go"
STORE = "deps/store/store.go"


def body(bench):
    peer = bench.peer()
    service = bench.service("body-leaky", "-peer", peer.ready["http"])
    leak(service, 2500, rate=50)
    report = diagnose(bench, service, count=lambda: peer.truth()["open"])
    return Outcome(report, [Expect("http-body-not-closed", goroutines=times(2, report.count), sockets=report.count,
                                   where=[Mark(BODY, "body")], first=True)], forbid=["http-client-per-call"])


def both(bench):
    peer = bench.peer()
    service = bench.service("both-leaky", "-peer", peer.ready["http"])
    leak(service, 2500, rate=50)
    report = diagnose(bench, service, count=lambda: peer.truth()["open"])
    return Outcome(report, [Expect("http-client-per-call", goroutines=times(2, report.count), where=[Mark(BODY, "both")]),
                            Expect("http-body-not-closed", goroutines=times(2, report.count))])


def body_repaired(bench):
    peer = bench.peer()
    service = bench.service("body-fixed", "-peer", peer.ready["http"])
    leak(service, 2000, rate=100)
    return healthy(bench, service)


def worker(bench):
    service = bench.service("worker-leaky", "-tick", "200ms", "-size", "60")
    service.wait_truth("the worker to fall behind", lambda t: t["leaked_objects"] > 600)
    # Two snapshots cannot tell falling behind from a burst; five that climb without a step back can.
    report = diagnose(bench, service, samples=5, interval=1, count=lambda: service.truth()["leaked_objects"])
    return Outcome(report, [Expect("goroutine-unbounded-spawn", goroutines=report.count,
                                   where=[Mark("std/worker/worker.go", roles=("creator", "culprit"))], first=True)])


def worker_repaired(bench):
    service = bench.service("worker-fixed", "-tick", "200ms", "-size", "60")
    service.wait_truth("all places to be taken", lambda t: t["leaked_objects"] == 200 and t["handled"] > 200)
    return healthy(bench, service)


def database(name, what, expect, *flags, calls=1500, rate=30, may=(), forbid=()):
    def run(bench):
        service = bench.service(name, "-dsn", MariaDB(bench).dsn, *flags, binary="testbed-deps")
        leak(service, calls, rate=rate)
        report = diagnose(bench, service, count=lambda: service.truth()[what])
        return Outcome(report, expect(report.count), may=may, forbid=forbid)
    return run


def database_repaired(name, *flags):
    def run(bench):
        service = bench.service(name, "-dsn", MariaDB(bench).dsn, *flags, binary="testbed-deps")
        leak(service, 1000, rate=50)
        return healthy(bench, service)
    return run


def rows(count):
    return [Expect("sql-rows-not-closed", sockets=count, where=[Mark(STORE, "rows")], first=True)]


def pool(count):
    # Callers queue for a connection that forgotten rows keep; the stack names the line that waits, which here is the line
    # that leaks.
    return [Expect("sql-pool-exhausted", verdict=("leak", "fault"), goroutines=count,
                   where=[Mark(STORE, "rows")], first=True)]


def transactions(count):
    return [Expect("sql-tx-not-finished", sockets=count, where=[Mark(STORE, "tx")], first=True)]


def opened(count):
    return [Expect("sql-open-per-call", goroutines=times(2, count), sockets=count,
                   where=[Mark(STORE, "open")], first=True)]


CASES = [
    Case("s1.body", body),
    Case("s1.body-repaired", body_repaired),
    Case("s1.transport-and-body", both),
    Case("s1.worker", worker),
    Case("s1.worker-repaired", worker_repaired),
    Case("s1.rows", database("rows-leaky", "open", rows, forbid=["sql-open-per-call"])),
    Case("s1.rows-pool", database("rows-leaky", "waiting", pool, "-limit", "20", "-variant", "async", calls=1000,
                                  may=["sql-rows-not-closed"])),
    Case("s1.rows-repaired", database_repaired("rows-fixed")),
    Case("s1.rows-pool-repaired", database_repaired("rows-fixed", "-limit", "20", "-variant", "async")),
    Case("s1.tx", database("tx-leaky", "open", transactions)),
    Case("s1.tx-repaired", database_repaired("tx-fixed")),
    Case("s1.sql-open", database("sqlopen-leaky", "calls", opened)),
    Case("s1.sql-open-repaired", database_repaired("sqlopen-fixed")),
]
