"""Goroutines that wait for something that never comes; one service a pattern, and its repair."""
from expect import Case, Expect, Mark, Outcome
from scenario import diagnose, healthy, leak, times

QUOTE, FEED, SESSION = "std/quote/timeout.go", "std/feed/feed.go", "std/session/session.go"
LEDGER, GATHER, RUNNER = "std/ledger/ledger.go", "std/ledger/gather.go", "std/runner/runner.go"
HUNG = "std/price/hung.go"
BLOCKED, CREATOR = ("blocked", "culprit"), ("creator", "culprit")


def leaky(name, ids, where, peer=None, calls=2000, rate=50, per_object=1, **expected):
    def run(bench):
        flags = ["-peer", bench.peer().ready[peer]] if peer else []
        service = bench.service(name, *flags)
        leak(service, calls, rate=rate)
        service.wait_truth("the leak to be there", lambda t: t["leaked_objects"] >= 0.9 * calls)
        report = diagnose(bench, service, count=lambda: service.truth()["leaked_objects"])
        return Outcome(report, [Expect(ids, goroutines=times(per_object, report.count), where=where, first=True, **expected)])
    return run


def repaired(name, peer=None, calls=1000, rate=50, clean=True):
    def run(bench):
        flags = ["-peer", bench.peer().ready[peer]] if peer else []
        service = bench.service(name, *flags)
        leak(service, calls, rate=rate)
        service.wait_truth("the burst to be over", lambda t: t["leaked_objects"] < 0.3 * calls)
        return healthy(bench, service, clean=clean)
    return run


CASES = [
    Case("goroutines.send", leaky("send-leaky", "chan-send-abandoned",
                                  [Mark(QUOTE, "blocked", BLOCKED), Mark(QUOTE, "creator", CREATOR)])),
    Case("goroutines.send-repaired", repaired("send-fixed")),
    Case("goroutines.range", leaky("range-leaky", ("range-never-closed", "chan-receive-abandoned"),
                                   [Mark(FEED, "range", BLOCKED), Mark(FEED, "range-creator", CREATOR)])),
    Case("goroutines.range-repaired", repaired("range-fixed")),
    Case("goroutines.receive", leaky("receive-leaky", "chan-receive-abandoned", [Mark(FEED, "receive", BLOCKED)])),
    Case("goroutines.nil", leaky("nil-leaky", "nil-channel", [Mark(FEED, "nil", BLOCKED)])),
    Case("goroutines.select", leaky("select-leaky", "select-forever", [Mark(FEED, "select", BLOCKED)])),
    Case("goroutines.context", leaky("context-leaky", ("context-not-cancelled", "chan-receive-abandoned"),
                                     [Mark(SESSION, "context", BLOCKED), Mark(SESSION, "context-creator", CREATOR)])),
    Case("goroutines.context-repaired", repaired("context-fixed")),
    Case("goroutines.ticker", leaky("ticker-leaky", ("start-without-stop", "ticker-not-stopped"),
                                    [Mark(SESSION, "ticker", BLOCKED), Mark(SESSION, "ticker-creator", CREATOR)])),
    Case("goroutines.ticker-repaired", repaired("ticker-fixed")),
    Case("goroutines.mutex", leaky("mutex-leaky", "mutex-pileup", [Mark(LEDGER, "", BLOCKED)], peer="silent")),
    Case("goroutines.mutex-repaired", repaired("mutex-fixed", peer="silent")),
    Case("goroutines.lock-order", leaky("order-leaky", ("lock-order", "mutex-pileup"), [Mark(LEDGER, "order", BLOCKED)],
                                        calls=1000)),
    Case("goroutines.waitgroup", leaky("waitgroup-leaky", "waitgroup-stuck", [Mark(GATHER, "waitgroup", BLOCKED)])),
    Case("goroutines.waitgroup-repaired", repaired("waitgroup-fixed")),
    Case("goroutines.cond", leaky("cond-leaky", "cond-stuck", [Mark(GATHER, "cond", BLOCKED)])),
    Case("goroutines.exec", leaky("exec-leaky", "exec-wait-stuck", [Mark(RUNNER, "", BLOCKED)], calls=150, rate=10,
                                  per_object=2)),
    Case("goroutines.exec-repaired", repaired("exec-fixed", calls=50, rate=10)),
    Case("goroutines.hung-backend", leaky("hung-leaky", "http-client-no-timeout", [Mark(HUNG, "hung", BLOCKED)],
                                          peer="http", calls=1500, per_object=3)),
    Case("goroutines.hung-backend-repaired", repaired("hung-fixed", peer="http", calls=300, rate=30)),
]
