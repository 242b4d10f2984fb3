"""Cases again with the source beside the process: the place that the scan finds and the process bears out comes first, and is
strong. On the repaired twins nothing is found, though the same source, with all its faults, is there."""
import os

from expect import TESTBED_SOURCE, Case, Mark

CLIENT, BODY = "std/httpwithmetric/client.go", "std/price/body.go"
STORE, DEPLOY, ORDERS = "deps/store/store.go", "deps/deploy/deploy.go", "cgo/orders/orders.go"

# Name of the case; by finding, the line that is to be named first.
SOURCE = {
    "s0.unbounded": {"http-client-per-call": Mark(CLIENT, "zero")},
    "s0.clone": {"http-client-per-call": Mark(CLIENT, "clone")},
    "s0.repaired": {},
    "s1.body": {"http-body-not-closed": Mark(BODY, "body")},
    "s1.body-repaired": {},
    "s1.transport-and-body": {"http-client-per-call": Mark(BODY, "both")},
    "s1.worker": {"goroutine-unbounded-spawn": Mark("std/worker/worker.go")},
    "s1.worker-repaired": {},
    "s1.rows": {"sql-rows-not-closed": Mark(STORE, "rows")},
    "s1.rows-repaired": {},
    "s1.tx": {"sql-tx-not-finished": Mark(STORE, "tx")},
    "s1.tx-repaired": {},
    "s1.sql-open": {"sql-open-per-call": Mark(STORE, "open")},
    "s1.sql-open-repaired": {},
    "s2.native": {"native-leak": Mark(ORDERS)},
    "s2.repaired": {},
    "s3.handshake": {"ssh-handshake-no-deadline": Mark(DEPLOY, "dial")},
    "s3.handshake-repaired": {},
    "goroutines.send": {"chan-send-abandoned": Mark("std/quote/timeout.go", "blocked")},
    "goroutines.send-repaired": {},
    "goroutines.range": {"range-never-closed": Mark("std/feed/feed.go", "range")},
    "goroutines.range-repaired": {},
    "memory.files": {"fd-growth": Mark("std/memory/memory.go", "fd")},
    "memory.files-repaired": {},
    "goroutines.hung-backend": {"http-client-no-timeout": Mark("std/price/hung.go", "hung")},
    "goroutines.hung-backend-repaired": {},
    "goroutines.select": {"select-forever": Mark("std/feed/feed.go", "select")},
    "goroutines.context": {"context-not-cancelled": Mark("std/session/session.go", "uncancelled")},
    "goroutines.context-repaired": {},
    "s0.bounded": {"http-client-per-call": Mark(CLIENT, "default")},
    "s0.tls": {"http-client-per-call": Mark(CLIENT, "default")},
    "s0.repaired-tls": {},
    "s1.rows-pool": {"sql-pool-exhausted": Mark(STORE, "rows")},
    "s1.rows-pool-repaired": {},
    "s3.handshake-no-keepalive": {"ssh-handshake-no-deadline": Mark(DEPLOY, "plain")},
    "s3.read": {"conn-read-no-deadline": Mark("std/wire/client.go", "read")},
    "s3.read-repaired": {},
    "s3.tls": {"tls-handshake-no-deadline": Mark("std/wire/server.go", "handshake")},
    "s3.tls-repaired": {},
    "servers.handler": {"http-client-no-timeout": Mark("std/wire/server.go", "handler"),
                        "server-handler-stuck": Mark("std/wire/server.go", "handler")},
    "servers.handler-repaired": {},
    "servers.close-wait": {"close-wait": Mark("std/wire/client.go", "closewait")},
    "servers.close-wait-repaired": {},
    "goroutines.receive": {"chan-receive-abandoned": Mark("std/feed/feed.go", "receive")},
    "goroutines.nil": {"nil-channel": Mark("std/feed/feed.go", "nil")},
    "goroutines.ticker": {"start-without-stop": Mark("std/session/session.go", "unstopped"),
                          "ticker-not-stopped": Mark("std/session/session.go", "unstopped")},
    "goroutines.ticker-repaired": {},
    "goroutines.mutex": {"mutex-pileup": Mark("std/ledger/ledger.go", "holder")},
    "goroutines.mutex-repaired": {},
    "goroutines.lock-order": {"lock-order": Mark("std/ledger/ledger.go", "order"),
                              "mutex-pileup": Mark("std/ledger/ledger.go", "order")},
    "goroutines.waitgroup": {"waitgroup-stuck": Mark("std/ledger/gather.go", "waitgroup")},
    "goroutines.waitgroup-repaired": {},
    "goroutines.cond": {"cond-stuck": Mark("std/ledger/gather.go", "cond")},
    "goroutines.exec": {"exec-wait-stuck": Mark("std/runner/runner.go")},
    "goroutines.exec-repaired": {},
    "memory.map": {"heap-growth": Mark("std/memory/memory.go", "map"),
                   "heap-retained": Mark("std/memory/memory.go", "map")},
    "memory.map-repaired": {},
    "memory.threads": {"thread-leak": Mark("std/memory/memory.go", "thread")},
    "memory.threads-repaired": {},
    "resident.mapped": {"mmap-growth": Mark("std/memory/resident.go", "mmap")},
    "resident.mapped-repaired": {},
}
# Of these also the stripped form without a heap profile: the process names no line at all, only its source can.
STRIPPED = ("s1.body", "s2.native")


def source_of(service):
    """The module that a program of the test bed is built from."""
    binary = os.path.basename(service.command[0]).removesuffix("-silent")
    return os.path.join(TESTBED_SOURCE, binary.removeprefix("testbed-"))


def with_source(case, first, stripped=False):
    def run(bench):
        bench.source = True
        bench.outside = bench.silent = stripped
        outcome = case.run(bench)
        for expect in outcome.expect:
            ids = [expect.id] if isinstance(expect.id, str) else list(expect.id)
            marks = [mark for name, mark in first.items() if name in ids]
            expect.where = marks if stripped else [*expect.where, *marks]
            expect.first_place = marks[0] if marks else None
        return outcome
    return Case("source." + ("outside." if stripped else "") + case.name, run, case.needs)


def source_cases(cases):
    for name, first in SOURCE.items():
        yield with_source(cases[name], first)
    for name in STRIPPED:
        yield with_source(cases[name], SOURCE[name], stripped=True)
